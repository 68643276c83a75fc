package image_test

import (
	"bytes"
	"errors"
	"fmt"
	stdimage "image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"testing"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/math/f64"

	"ronda/internal/fingerprint/image"
)

var photos = []string{"photos/seeding.jpg", "photos/coffee.jpg", "photos/retina.jpg", "photos/hubble_deep_field.jpg", "pdq/q2821.jpg"}

// canvas makes a ground of one colour.
func canvas(w, h int, c color.Color) *stdimage.RGBA {
	out := stdimage.NewRGBA(stdimage.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), stdimage.NewUniform(c), stdimage.Point{}, draw.Src)
	return out
}

func paste(out *stdimage.RGBA, img stdimage.Image, x, y int) *stdimage.RGBA {
	b := img.Bounds()
	draw.Draw(out, stdimage.Rect(x, y, x+b.Dx(), y+b.Dy()), img, b.Min, draw.Src)
	return out
}

func scaled(img stdimage.Image, f float64) stdimage.Image {
	b := img.Bounds()
	out := canvas(int(float64(b.Dx())*f), int(float64(b.Dy())*f), color.White)
	xdraw.CatmullRom.Scale(out, out.Bounds(), img, b, draw.Src, nil)
	return out
}

func cropped(img stdimage.Image, x0, y0, x1, y1 float64) stdimage.Image {
	b := img.Bounds()
	w, h := float64(b.Dx()), float64(b.Dy())
	r := stdimage.Rect(int(w*x0), int(h*y0), int(w*x1), int(h*y1))
	return paste(canvas(r.Dx(), r.Dy(), color.White), img.(interface {
		SubImage(stdimage.Rectangle) stdimage.Image
	}).SubImage(r.Add(b.Min)), 0, 0)
}

// letters writes blocks that stand for large text: the same in every picture.
func letters(out *stdimage.RGBA, x, y, size, n int, c color.Color) {
	for i := range n {
		at := stdimage.Rect(x+i*size, y, x+i*size+size*2/3, y+size)
		switch i % 3 {
		case 0:
			at.Max.X = at.Min.X + size/4
		case 1:
			draw.Draw(out, stdimage.Rect(at.Min.X, at.Min.Y, at.Min.X+size/5, at.Max.Y), stdimage.NewUniform(c), stdimage.Point{}, draw.Src)
			at.Max.Y = at.Min.Y + size/4
		case 2:
			draw.Draw(out, stdimage.Rect(at.Min.X, at.Min.Y, at.Max.X, at.Min.Y+size/5), stdimage.NewUniform(c), stdimage.Point{}, draw.Src)
			at.Min.Y = at.Max.Y - size/4
		}
		draw.Draw(out, at, stdimage.NewUniform(c), stdimage.Point{}, draw.Src)
	}
}

func mirrored(img stdimage.Image) stdimage.Image {
	b := img.Bounds()
	out := canvas(b.Dx(), b.Dy(), color.White)
	for y := range b.Dy() {
		for x := range b.Dx() {
			out.Set(x, y, img.At(b.Max.X-1-x, b.Min.Y+y))
		}
	}
	return out
}

func turned(img stdimage.Image, degrees float64) stdimage.Image {
	b := img.Bounds()
	s, c := math.Sincos(degrees * math.Pi / 180)
	w, h := float64(b.Dx()), float64(b.Dy())
	ow, oh := w*c+h*math.Abs(s), h*c+w*math.Abs(s)
	out := canvas(int(ow), int(oh), color.Black)
	xdraw.BiLinear.Transform(out, f64.Aff3{c, -s, ow/2 - c*w/2 + s*h/2, s, c, oh/2 - s*w/2 - c*h/2}, img, b, draw.Src, nil)
	return out
}

// forwarded lists what happens to a picture on its way, and the way by which it must be found again.
var forwarded = map[string]struct {
	change func(stdimage.Image) stdimage.Image
	mirror bool
}{
	"itself":      {change: func(m stdimage.Image) stdimage.Image { return m }},
	"small":       {change: func(m stdimage.Image) stdimage.Image { return scaled(m, 0.4) }},
	"mirror":      {change: mirrored, mirror: true},
	"turned":      {change: func(m stdimage.Image) stdimage.Image { return turned(m, 4) }},
	"upper left":  {change: func(m stdimage.Image) stdimage.Image { return cropped(m, 0, 0, 0.75, 0.75) }},
	"lower right": {change: func(m stdimage.Image) stdimage.Image { return cropped(m, 0.2, 0.2, 1, 1) }},
	"mirrored and cut": {change: func(m stdimage.Image) stdimage.Image {
		return mirrored(cropped(m, 0.2, 0, 1, 0.8))
	}, mirror: true},
	"grey": {change: func(m stdimage.Image) stdimage.Image {
		out := stdimage.NewGray(m.Bounds())
		draw.Draw(out, out.Bounds(), m, m.Bounds().Min, draw.Src)
		return out
	}},
	"border": {change: func(m stdimage.Image) stdimage.Image {
		b := m.Bounds()
		return paste(canvas(b.Dx()*6/5, b.Dy()*6/5, color.White), m, b.Dx()/10, b.Dy()/10)
	}},
	"caption": {change: func(m stdimage.Image) stdimage.Image {
		b := m.Bounds()
		out := paste(canvas(b.Dx(), b.Dy()*5/4, color.Gray{30}), m, 0, 0)
		letters(out, b.Dx()/10, b.Dy()*13/12, b.Dx()/16, 12, color.White)
		return out
	}},
	"text over it": {change: func(m stdimage.Image) stdimage.Image {
		b := m.Bounds()
		out := paste(canvas(b.Dx(), b.Dy(), color.White), m, 0, 0)
		letters(out, b.Dx()/10, b.Dy()/8, b.Dx()/14, 11, color.White)
		letters(out, b.Dx()/10, b.Dy()*3/4, b.Dx()/14, 11, color.White)
		return out
	}},
	"screenshot": {change: func(m stdimage.Image) stdimage.Image {
		b := m.Bounds()
		w := b.Dx() * 5 / 4
		out := canvas(w, b.Dy()*2+200, color.RGBA{11, 20, 26, 255})
		draw.Draw(out, stdimage.Rect(0, 0, w, 60), stdimage.NewUniform(color.RGBA{31, 44, 52, 255}), stdimage.Point{}, draw.Src)
		letters(out, 40, 20, 20, 6, color.White)
		letters(out, 40, 100, 14, 15, color.White)
		return paste(out, m, (w-b.Dx())/2, b.Dy()/3+140)
	}},
}

// tooHard lists what is not found, and is known not to be: stars on black, once they are few pixels
// wide or the letters hide them.
var tooHard = map[string]string{"screenshot": "photos/hubble_deep_field.jpg", "text over it": "photos/hubble_deep_field.jpg"}

func compressed(t testing.TB, img stdimage.Image) stdimage.Image {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 60}); err != nil {
		t.Fatal(err)
	}
	out, err := jpeg.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Every copy finds its original and no other; and different pictures under the same text, in the same
// frame and on the same screen stay different.
func TestForwardedCopies(t *testing.T) {
	t.Parallel()
	originals := image.NewIndex()
	for _, name := range photos {
		s, quality := image.Hash(load(t, name))
		if quality < 50 {
			t.Errorf("%s: quality %d", name, quality)
		}
		originals.Put(name, s)
	}
	for what, f := range forwarded {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			alike := image.NewIndex()
			sigs := map[string]image.Signature{}
			for _, name := range photos {
				s, _ := image.Hash(compressed(t, f.change(load(t, name))))
				sigs[name] = s
				alike.Put(name, s)
			}
			for name, s := range sigs {
				hits := originals.Search(s)
				if tooHard[what] == name && len(hits) == 0 {
					continue
				}
				if len(hits) != 1 || hits[0].ID != name || hits[0].Mirrored != f.mirror {
					t.Errorf("%s finds %+v among the originals", name, hits)
				}
				if hits := alike.Search(s); len(hits) != 1 || hits[0].ID != name {
					t.Errorf("%s finds %+v among its like", name, hits)
				}
			}
		})
	}
}

// Cards with other texts in the same lines on one backdrop are different pictures, though most of what they
// show is the same; a copy of a card finds that card only.
func TestCardsOnOneBackdrop(t *testing.T) {
	t.Parallel()
	card := func(seed uint64) stdimage.Image {
		random := rand.New(rand.NewPCG(seed, 1))
		out := canvas(600, 600, color.White)
		for y := range 600 {
			for x := range 600 {
				v := uint8((x + 2*y) / 9)
				out.SetRGBA(x, y, color.RGBA{v, v, 60 + v/2, 255})
			}
		}
		for line := range 5 + int(seed%4) {
			for x, y := 40, 80+line*36; x < 520; x += 9 + random.IntN(9) {
				high := 10 + random.IntN(14)
				draw.Draw(out, stdimage.Rect(x, y+24-high, x+2+random.IntN(6), y+24), stdimage.NewUniform(color.White), stdimage.Point{}, draw.Src)
			}
		}
		letters(out, 440, 560, 20, 6, color.White)
		return out
	}
	x := image.NewIndex()
	for seed := range uint64(12) {
		s, _ := image.Hash(card(seed))
		x.Put(fmt.Sprint(seed), s)
	}
	for seed := range uint64(12) {
		s, _ := image.Hash(compressed(t, scaled(card(seed), 0.8)))
		if hits := x.Search(s); len(hits) != 1 || hits[0].ID != fmt.Sprint(seed) {
			t.Errorf("card %d finds %+v", seed, hits)
		}
	}
}

// A blank picture shows nothing, so it is like no other, and nothing is like it.
func TestBlankPictures(t *testing.T) {
	t.Parallel()
	x := image.NewIndex()
	for i, c := range []color.Color{color.White, color.Black, color.Gray{128}} {
		s, quality := image.Hash(canvas(200, 100, c))
		if quality != 0 {
			t.Errorf("blank picture of quality %d", quality)
		}
		if hits := x.Search(s); len(hits) != 0 {
			t.Errorf("blank picture found %+v", hits)
		}
		x.Put(strconv.Itoa(i), s)
	}
	for _, size := range [][2]int{{0, 0}, {1, 1}, {1, 5000}, {3, 2}, {5000, 2}} {
		s, _ := image.Hash(stdimage.NewGray(stdimage.Rect(0, 0, size[0], size[1])))
		if hits := x.Search(s); len(hits) != 0 {
			t.Errorf("%v found %+v", size, hits)
		}
	}
}

func TestSignatureIsStored(t *testing.T) {
	t.Parallel()
	s, _ := image.Hash(load(t, photos[0]))
	b, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var again image.Signature
	if err := again.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	if c, _ := again.MarshalBinary(); !bytes.Equal(b, c) && len(b) != len(c) {
		t.Error("a signature changes when it is stored again")
	}
	x := image.NewIndex()
	x.Put("a", again)
	m, _ := image.Hash(mirrored(cropped(load(t, photos[0]), 0, 0, 0.8, 0.8)))
	if hits := x.Search(m); len(hits) != 1 || !hits[0].Mirrored {
		t.Errorf("search with a stored signature: %+v", hits)
	}
	for _, bad := range [][]byte{nil, {1}, b[:len(b)-1], append([]byte{9}, b[1:]...)} {
		if err := again.UnmarshalBinary(bad); !errors.Is(err, image.ErrSignature) {
			t.Errorf("%d bytes were read as a signature: %v", len(bad), err)
		}
	}
}

func TestIndexPutDelete(t *testing.T) {
	t.Parallel()
	a, _ := image.Hash(load(t, photos[0]))
	b, _ := image.Hash(load(t, photos[1]))
	x := image.NewIndex()
	x.Put("video", a, b)
	x.Put("photo", a)
	if hits := x.Search(a, b); len(hits) != 2 || hits[0].ID != "video" || hits[0].Frames != 2 || hits[1].Frames != 1 || hits[0].How != image.Same || hits[0].Distance != 0 {
		t.Errorf("two frames: %+v", hits)
	}
	x.Put("photo", b)
	if hits := x.Search(a); len(hits) != 1 || hits[0].ID != "video" {
		t.Errorf("after the photo was replaced: %+v", hits)
	}
	x.Delete("video")
	x.Delete("nothing")
	if hits := x.Search(a); len(hits) != 0 || x.Len() != 1 {
		t.Errorf("after the deletion: %+v, %d left", hits, x.Len())
	}
	// Enough replacements that what was deleted is cleared away.
	for range 1100 {
		x.Put("again", a)
	}
	if hits := x.Search(a); len(hits) != 1 || hits[0].ID != "again" || x.Len() != 2 {
		t.Errorf("after many replacements: %+v, %d left", hits, x.Len())
	}
}

func TestIndexFromSeveralGoroutines(t *testing.T) {
	t.Parallel()
	s, _ := image.Hash(load(t, photos[1]))
	x := image.NewIndex()
	x.Put("stays", s)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			id := fmt.Sprint(i)
			x.Put(id, s)
			if hits := x.Search(s); len(hits) < 2 {
				t.Errorf("found %d", len(hits))
			}
			x.Delete(id)
		})
	}
	wg.Wait()
	if x.Len() != 1 {
		t.Errorf("%d left", x.Len())
	}
}

func FuzzSignature(f *testing.F) {
	s, _ := image.Hash(stdimage.NewGray(stdimage.Rect(0, 0, 64, 64)))
	b, _ := s.MarshalBinary()
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var s image.Signature
		if s.UnmarshalBinary(b) != nil {
			return
		}
		x := image.NewIndex()
		x.Put("a", s)
		x.Search(s)
	})
}

func BenchmarkHash(b *testing.B) {
	img := load(b, photos[1])
	for b.Loop() {
		image.Hash(img)
	}
}

// A search among 20,000 pictures that have nothing to do with the one asked for, and its original.
func BenchmarkSearch(b *testing.B) {
	x := image.NewIndex()
	s, _ := image.Hash(load(b, photos[0]))
	x.Put("original", s)
	raw, _ := s.MarshalBinary()
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 20_000 {
		for j := 7; j < len(raw); j++ {
			raw[j] = byte(random.Uint32())
		}
		var other image.Signature
		if err := other.UnmarshalBinary(raw); err != nil {
			b.Fatal(err)
		}
		x.Put(fmt.Sprint(i), other)
	}
	q, _ := image.Hash(cropped(load(b, photos[0]), 0, 0, 0.75, 0.75))
	for b.Loop() {
		if hits := x.Search(q); len(hits) != 1 {
			b.Fatalf("found %d", len(hits))
		}
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/20_000/1024, "KB/picture")
	runtime.KeepAlive(x)
}
