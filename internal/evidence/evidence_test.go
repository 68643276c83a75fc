package evidence_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/evidence"
	"ronda/internal/safefetch"
)

var noon = time.Date(2024, 11, 20, 5, 0, 0, 0, time.UTC)

func newIntake(p place) *evidence.Intake {
	return evidence.NewIntake(p.vault, evidence.CitizenLimits(), func() time.Time { return noon })
}

func accept(t *testing.T, p place, b []byte) (evidence.Sealed, error) {
	t.Helper()
	return newIntake(p).Accept(t.Context(), evidence.Upload{Owner: "case-1", Name: "a.bin", By: "reporter", Data: bytes.NewReader(b)})
}

// corners is a picture of 40×20 whose upper left corner is red.
func corners() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 40, 20))
	for y := range 20 {
		for x := range 40 {
			img.Set(x, y, color.RGBA{0, 0, 255, 255})
			if x < 10 && y < 10 {
				img.Set(x, y, color.RGBA{255, 0, 0, 255})
			}
		}
	}
	return img
}

func pngOf(img image.Image) []byte {
	var b bytes.Buffer
	png.Encode(&b, img)
	return b.Bytes()
}

func jpegOf(img image.Image) []byte {
	var b bytes.Buffer
	jpeg.Encode(&b, img, &jpeg.Options{Quality: 95})
	return b.Bytes()
}

func gifOf(img image.Image) []byte {
	var b bytes.Buffer
	gif.Encode(&b, img, nil)
	return b.Bytes()
}

// segment puts a marker segment behind the start of a JPEG.
func segment(b []byte, marker byte, body string) []byte {
	out := append([]byte{}, b[:2]...)
	out = append(out, 0xff, marker)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	return append(append(out, body...), b[2:]...)
}

// exif is a header with an orientation and a GPS directory's place name as free text.
func exif(order binary.AppendByteOrder, turn uint16) string {
	b := []byte("Exif\x00\x00")
	if order.String() == "BigEndian" {
		b = append(b, "MM\x00*"...)
	} else {
		b = append(b, "II*\x00"...)
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	b = order.AppendUint16(order.AppendUint16(b, 0x010e), 2) // description
	b = order.AppendUint32(order.AppendUint32(b, 20), 38)
	b = order.AppendUint16(order.AppendUint16(b, 0x0112), 3)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(order.AppendUint16(b, turn), 0)
	b = order.AppendUint32(b, 0)
	return string(b) + "GPS-6.2088,106.8456\x00"
}

// chunk makes a PNG chunk.
func chunk(kind string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, kind...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// box makes an MP4 box.
func box(kind, body string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8)), kind+body...)
}

func mp4() []byte {
	return bytes.Join([][]byte{box("ftyp", "isom\x00\x00\x02\x00isommp42"), box("moov", "xxxx"), box("mdat", "yyyy")}, nil)
}

const pdf = "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

// webp is a lossless picture of 1×1.
var webp = []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00")

func TestAcceptKinds(t *testing.T) {
	t.Parallel()
	for mediaType, b := range map[string][]byte{
		evidence.PNG: pngOf(corners()), evidence.JPEG: jpegOf(corners()), evidence.GIF: gifOf(corners()),
		evidence.WebP: webp, evidence.PDF: []byte(pdf), evidence.MP4: mp4(),
	} {
		p := newPlace(t)
		s, err := accept(t, p, b)
		if err != nil {
			t.Errorf("%s: %v", mediaType, err)
			continue
		}
		picture := strings.HasPrefix(mediaType, "image/")
		if s.MediaType != mediaType || s.Size != int64(len(b)) || s.CapturedAt != noon || s.By != "reporter" || (s.View != "") != picture || (s.Thumb != "") != picture {
			t.Errorf("%s: record %+v", mediaType, s)
		}
		if got, err := readAll(p.vault, s.Blob); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%s: the original is not byte for byte the same: %v", mediaType, err)
		}
		if err := p.rows.Commit(s.Blobs()...); err != nil {
			t.Errorf("%s: commit: %v", mediaType, err)
		}
		if e := s.Evidence("ev-1", ""); e.Blob != s.Blob || e.View != s.View || e.SHA256 != s.SHA256 || e.Kind == "" {
			t.Errorf("%s: row %+v", mediaType, e)
		}
	}
}

func TestAcceptRefuses(t *testing.T) {
	t.Parallel()
	good := pngOf(corners())
	zip := "PK\x03\x04" + strings.Repeat("x", 50) + "PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00\x2e\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	huge := func(w, h uint32, depth byte) []byte {
		head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
		return bytes.Join([][]byte{good[:8], chunk("IHDR", append(head, depth, 2, 0, 0, 0)), chunk("IDAT", []byte("x")), chunk("IEND", nil)}, nil)
	}
	hugeJPEG := jpegOf(corners())
	sof := bytes.Index(hugeJPEG, []byte{0xff, 0xc0})
	copy(hugeJPEG[sof+5:], "\xff\xff\xff\xff")
	scans := jpegOf(corners())
	sos := bytes.Index(scans, []byte{0xff, 0xda})
	manyScans := append(append([]byte{}, scans[:sos]...), bytes.Repeat(append(append([]byte{}, scans[sos:sos+14]...), 1, 2, 3), 100)...)
	smallCanvas := []byte("RIFF\x2a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x01\x00\x00VP8 \x0c\x00\x00\x00\x10\x00\x00\x9d\x01\x2a\xff\x3f\xff\x3f\x00\x00\x00\x00")
	gifBomb := append([]byte("GIF89a\xff\xff\xff\xff"), make([]byte, 20)...)
	for what, c := range map[string]struct {
		b    []byte
		code string
	}{
		"nothing":                 {nil, "file.empty"},
		"5 MB and a byte":         {append([]byte("\xff\xd8\xff"), make([]byte, 5<<20)...), "file.too_large"},
		"a ZIP":                   {[]byte(zip), "file.kind"},
		"HTML":                    {[]byte("<html><script>alert(1)</script>"), "file.kind"},
		"SVG":                     {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "file.kind"},
		"an executable":           {[]byte("MZ\x90\x00"), "file.kind"},
		"HEIC":                    {append(box("ftyp", "heic\x00\x00\x00\x00mif1heic"), box("mdat", "")...), "file.kind"},
		"PDF behind other bytes":  {[]byte("xx" + pdf), "file.kind"},
		"PNG with a ZIP behind":   {append(append([]byte{}, good...), zip...), "file.polyglot"},
		"JPEG with a ZIP behind":  {append(jpegOf(corners()), zip...), "file.polyglot"},
		"PDF with a ZIP behind":   {[]byte(pdf + zip), "file.polyglot"},
		"JPEG with a PDF head":    {segment(jpegOf(corners()), 0xfe, "%PDF-1.4 "), "file.polyglot"},
		"JPEG with a script":      {segment(jpegOf(corners()), 0xfe, "<SCRIPT>alert(1)"), "file.polyglot"},
		"GIF with PHP":            {append([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00"), "<?php system(1)"...), "file.polyglot"},
		"PNG of 60000×60000":      {huge(60000, 60000, 8), "file.pixels"},
		"PNG of 1×100000":         {huge(1, 100000, 8), "file.pixels"},
		"PNG of 30 MP in 16 bits": {huge(6000, 5000, 16), "file.pixels"},
		"PNG of 2^31":             {huge(1<<31, 1, 8), "file.broken"},
		"JPEG of 65535×65535":     {hugeJPEG, "file.pixels"},
		"JPEG of a hundred scans": {manyScans, "file.broken"},
		"WebP with a huge frame":  {smallCanvas, "file.pixels"},
		"GIF of 65535×65535":      {gifBomb, "file.pixels"},
		"PNG cut off":             {good[:len(good)-20], "file.broken"},
		"PNG with a huge chunk":   {append(append([]byte{}, good[:33]...), "\x7f\xff\xff\xffIDATxxxxxxxx"...), "file.broken"},
		"PNG without data":        {append(append([]byte{}, good[:33]...), chunk("IEND", nil)...), "file.broken"},
		"PNG with broken data":    {bytes.Join([][]byte{good[:33], chunk("IDAT", []byte("x")), chunk("IEND", nil)}, nil), "file.broken"},
		"JPEG of three bytes":     {[]byte("\xff\xd8\xff"), "file.broken"},
		"PDF without an end":      {[]byte("%PDF-1.4\nxxxx"), "file.broken"},
		"MP4 with an endless box": {append(box("ftyp", "isom\x00\x00\x00\x00isom"), "\x7f\xff\xff\xffmdat"...), "file.broken"},
		"MP4 without an index":    {append(box("ftyp", "isom\x00\x00\x00\x00isom"), box("mdat", "x")...), "file.broken"},
		"MP4 with a tiny big box": {append(box("ftyp", "isom\x00\x00\x00\x00isom"), "\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x00\x00\x01"...), "file.broken"},
	} {
		p := newPlace(t)
		_, err := accept(t, p, c.b)
		var e *ronda.Error
		if !errors.As(err, &e) || e.Kind != ronda.Invalid || e.Code != c.code || e.Field != "file" {
			t.Errorf("%s: %v, want %s", what, err, c.code)
		}
		if done, _ := evidence.Sweep(t.Context(), p.blobs, p.rows); done.Seen != 0 {
			t.Errorf("%s: something of it was stored", what)
		}
	}
}

// What is shown holds nothing of the metadata, and the sealed original all of it.
func TestMetadataIsStripped(t *testing.T) {
	t.Parallel()
	const mark = "GPS-6.2088,106.8456"
	photo := segment(jpegOf(corners()), 0xe1, exif(binary.BigEndian, 1))
	photo = segment(photo, 0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+mark)
	photo = segment(photo, 0xfe, "komentar "+mark)
	photo = append(photo, "di belakang "+mark...)
	shot := pngOf(corners())
	shot = bytes.Join([][]byte{shot[:33], chunk("tEXt", []byte("Location\x00"+mark)), shot[33:], []byte(mark)}, nil)
	for what, b := range map[string][]byte{"JPEG": photo, "PNG": shot} {
		p := newPlace(t)
		s, err := accept(t, p, b)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		for _, name := range []string{s.View, s.Thumb} {
			got, err := readAll(p.vault, name)
			if err != nil || bytes.Contains(got, []byte(mark)) || bytes.Contains(got, []byte("Exif")) || bytes.Contains(got, []byte("xmp")) {
				t.Errorf("%s: a picture to be shown keeps metadata (%v)", what, err)
			}
		}
		if got, _ := readAll(p.vault, s.Blob); !bytes.Equal(got, b) {
			t.Errorf("%s: the original was changed", what)
		}
	}
}

// Whatever the camera's orientation, the view is upright: the red corner is where the tag says.
func TestOrientation(t *testing.T) {
	t.Parallel()
	where := map[uint16]string{1: "left top", 2: "right top", 3: "right bottom", 4: "left bottom", 5: "left top", 6: "right top", 7: "right bottom", 8: "left bottom"}
	for turn, want := range where {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			p := newPlace(t)
			s, err := accept(t, p, segment(jpegOf(corners()), 0xe1, exif(order, turn)))
			if err != nil {
				t.Fatal(err)
			}
			raw, _ := readAll(p.vault, s.View)
			img, err := jpeg.Decode(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			b := img.Bounds()
			if tall := b.Dy() > b.Dx(); tall != (turn >= 5) || s.Width != b.Dx() || s.Height != b.Dy() {
				t.Errorf("orientation %d: %v, record %d×%d", turn, b, s.Width, s.Height)
			}
			red := func(x, y int) bool { r, _, bl, _ := img.At(x, y).RGBA(); return r > bl }
			got := "none"
			for name, at := range map[string]image.Point{"left top": {4, 4}, "right top": {b.Dx() - 5, 4}, "left bottom": {4, b.Dy() - 5}, "right bottom": {b.Dx() - 5, b.Dy() - 5}} {
				if red(at.X, at.Y) {
					got = name
				}
			}
			if got != want {
				t.Errorf("orientation %d: red corner %s, want %s", turn, got, want)
			}
		}
	}
}

func TestViewSizes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ w, h, viewW, viewH int }{{3200, 1600, 1600, 800}, {800, 600, 800, 600}, {600, 6000, 480, 4800}, {900, 4500, 800, 4000}} {
		p := newPlace(t)
		s, err := accept(t, p, pngOf(image.NewGray(image.Rect(0, 0, c.w, c.h))))
		if err != nil {
			t.Fatal(err)
		}
		size := func(name string) (int, int) {
			raw, _ := readAll(p.vault, name)
			cfg, err := jpeg.DecodeConfig(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			return cfg.Width, cfg.Height
		}
		if w, h := size(s.View); w != c.viewW || h != c.viewH {
			t.Errorf("%d×%d is shown as %d×%d, want %d×%d", c.w, c.h, w, h, c.viewW, c.viewH)
		}
		if w, h := size(s.Thumb); max(w, h) > 320 {
			t.Errorf("%d×%d has a thumbnail of %d×%d", c.w, c.h, w, h)
		}
	}
}

func TestQuarantine(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	in := newIntake(p)
	// Not even broken data is looked into.
	s, err := in.Accept(t.Context(), evidence.Upload{Owner: "case-1", By: "reporter", Quarantine: true, Data: strings.NewReader("\xff\xd8\xff rusak")})
	if err != nil || s.View != "" || s.Thumb != "" || !s.Quarantine || len(s.Blobs()) != 1 {
		t.Fatalf("quarantined upload: %+v, %v", s, err)
	}
	if _, err := evidence.OpenOriginal(t.Context(), p.vault, p.rows, s, evidence.Look{By: "akun-1"}); !errors.Is(err, evidence.ErrNoReason) {
		t.Errorf("look without a reason: %v", err)
	}
	if len(p.rows.Looks()) != 0 {
		t.Error("a refused look was recorded as one")
	}
	normal, err := accept(t, p, pngOf(corners()))
	if err != nil {
		t.Fatal(err)
	}
	hidden, gone := evidence.Conceal(normal)
	if hidden.View != "" || hidden.Thumb != "" || !hidden.Quarantine || hidden.Blob != normal.Blob || len(gone) != 2 {
		t.Errorf("concealed %+v, gone %v", hidden, gone)
	}
	if err := p.vault.Delete(t.Context(), gone...); err != nil {
		t.Fatal(err)
	}
	if _, err := readAll(p.vault, normal.View); !errors.Is(err, evidence.ErrNoBlob) {
		t.Errorf("the view after concealment: %v", err)
	}
}

func TestLooksAreRecordedFirst(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	s, err := accept(t, p, []byte(pdf))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := evidence.OpenOriginal(t.Context(), p.vault, p.rows, s, evidence.Look{}); err == nil {
		t.Error("an unnamed look was granted")
	}
	r, err := evidence.OpenOriginal(t.Context(), p.vault, p.rows, s, evidence.Look{By: "akun-1", CaseID: "case-1", At: noon})
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	if l := p.rows.Looks(); len(l) != 1 || l[0].By != "akun-1" || l[0].Blob != s.Blob || l[0].SHA256 != s.SHA256 {
		t.Errorf("looks = %+v", l)
	}
	p.rows.LookErr = errors.New("database is away")
	if _, err := evidence.OpenOriginal(t.Context(), p.vault, p.rows, s, evidence.Look{By: "akun-1"}); err == nil {
		t.Error("a look that could not be recorded was granted")
	}
}

func TestFailedSealReleasesEverything(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for n := range 3 { // original, view, thumbnail
		in := evidence.NewIntake(newVault(t, &failsAt{Blobs: p.blobs, n: n}, p.rows, bytes.Repeat([]byte{7}, 32)), evidence.CitizenLimits(), time.Now)
		if _, err := in.Accept(t.Context(), evidence.Upload{Owner: "case-1", Data: bytes.NewReader(pngOf(corners()))}); err == nil {
			t.Errorf("fault at blob %d: no error", n)
		}
	}
	done, err := evidence.Sweep(t.Context(), p.blobs, p.rows)
	if err != nil || done.Removed != done.Seen || done.Seen != 0+1+2 {
		t.Errorf("sweep = %+v, %v", done, err)
	}
}

type failsAt struct {
	evidence.Blobs
	n, calls int
}

func (f *failsAt) Put(ctx context.Context, name string, r io.Reader) error {
	if f.calls++; f.calls-1 == f.n {
		return errors.New("disk is away")
	}
	return f.Blobs.Put(ctx, name, r)
}

type fetched struct {
	page *safefetch.Page
	err  error
}

func (f fetched) Fetch(context.Context, string) (*safefetch.Page, error) { return f.page, f.err }

func TestCapture(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	in := newIntake(p)
	page := &safefetch.Page{Asked: "https://s.contoh.id/x", URL: "https://contoh.id/a", Redirects: []string{"https://s.contoh.id/x"}, Status: 200,
		Header: http.Header{"Content-Type": {"text/html"}}, MediaType: "text/html", Body: []byte("<p>halo"), At: noon}
	s, err := in.Capture(t.Context(), fetched{page: page}, "case-1", "system", "https://s.contoh.id/x")
	if err != nil {
		t.Fatal(err)
	}
	if s.MediaType != evidence.WARC || s.SourceURL != "https://contoh.id/a" || s.View != "" || s.CapturedAt != noon || s.Evidence("e", "").Kind != "page" {
		t.Errorf("record %+v", s)
	}
	if err := p.vault.Verify(t.Context(), s.Blob, s.SHA256); err != nil {
		t.Error(err)
	}
	page.Body, page.MediaType = pngOf(corners()), "image/png"
	if s, err := in.Capture(t.Context(), fetched{page: page}, "case-1", "system", "https://contoh.id/a.png"); err != nil || s.View == "" || s.Thumb == "" {
		t.Errorf("capture of a picture: %+v, %v", s, err)
	}
	refused := errors.New("refused")
	if _, err := in.Capture(t.Context(), fetched{err: refused}, "case-1", "system", "x"); !errors.Is(err, refused) {
		t.Errorf("refused fetch: %v", err)
	}
}

// No bytes make an upload panic, and none is taken that costs more than the limits.
func FuzzAccept(f *testing.F) {
	for _, b := range [][]byte{pngOf(corners()), jpegOf(corners()), gifOf(corners()), webp, []byte(pdf), mp4(), segment(jpegOf(corners()), 0xe1, exif(binary.LittleEndian, 6))} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p := newPlace(t)
		limits := evidence.Limits{Bytes: 1 << 20, Side: 2000, Decoded: 4 << 20, Decodes: 1}
		s, err := evidence.NewIntake(p.vault, limits, time.Now).Accept(t.Context(), evidence.Upload{Owner: "case-1", Data: bytes.NewReader(b)})
		if err != nil {
			if ronda.KindOf(err) != ronda.Invalid {
				t.Fatalf("error of a kind that is not the sender's: %v", err)
			}
			return
		}
		if s.Width*s.Height*4 > 4<<20 {
			t.Fatalf("took %d×%d", s.Width, s.Height)
		}
	})
}
