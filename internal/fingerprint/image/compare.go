package image

import "math"

// thumbSide is the size of the small picture that a signature keeps to look again: whatever led to a
// candidate, the pictures themselves must agree.
const thumbSide = 64

// A cell is a part of the frame that is compared for itself.
const (
	cellSide  = 8   // pixels of the small picture
	cellPlain = 1.2 // standard deviation in grey levels below which a cell shows nothing
	cellAlike = 0.7 // correlation from which two cells show the same
)

// thumb is the small picture: brightness of the content, squeezed into a square.
type thumb [thumbSide * thumbSide]uint8

// likeness is what came out of looking at two pictures under a transform.
type likeness struct {
	compared int // cells where both pictures lie and at least one shows something
	alike    int // of them, those that agree
}

func (l likeness) share() float64 { return float64(l.alike) / float64(max(l.compared, 1)) }

// look compares two small pictures under a transform from q's frame to o's, cell by cell in o's frame,
// each cell for itself so that brightness and contrast may differ from place to place.
func look(q, o plane, t affine) (l likeness) {
	inv, ok := t.inverse()
	if !ok {
		return l
	}
	for cy := 0; cy < thumbSide; cy += cellSide {
		for cx := 0; cx < thumbSide; cx += cellSide {
			r, shows, inside := cell(q, o, inv, cx, cy)
			if !inside || !shows {
				continue
			}
			l.compared++
			if r >= cellAlike {
				l.alike++
			}
		}
	}
	return l
}

// cover is the share of the cells common to both frames in which spots agree. A text laid over two
// different pictures fills few cells; a picture of fine texture, whose small picture shows little, many.
func cover(agreed []pair, t affine) float64 {
	inv, ok := t.inverse()
	if !ok {
		return 0
	}
	const n = thumbSide / cellSide
	var taken [n * n]bool
	for _, p := range agreed {
		taken[min(int(p.oy*n), n-1)*n+min(int(p.ox*n), n-1)] = true
	}
	common, with := 0, 0
	for c, t := range taken {
		u, v := inv.apply((float32(c%n)+0.5)/n, (float32(c/n)+0.5)/n)
		if u < 0.03 || u > 0.97 || v < 0.03 || v > 0.97 {
			continue
		}
		common++
		if t {
			with++
		}
	}
	return float64(with) / float64(max(common, 1))
}

// cell compares one cell at its place and one pixel around it, and takes the best: a transform found from
// spots is off by about that much.
func cell(q, o plane, inv affine, cx, cy int) (correlation float64, shows, inside bool) {
	best := -1.0
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			r, s, in := cellAt(q, o, inv, cx, cy, float32(dx), float32(dy))
			if dx == 0 && dy == 0 || s && in {
				shows, inside = shows || s, inside || in
			}
			if s && in {
				best = max(best, r)
			}
		}
	}
	return best, shows, inside
}

func cellAt(q, o plane, inv affine, cx, cy int, dx, dy float32) (correlation float64, shows, inside bool) {
	var n, sq, so, sqq, soo, sqo float64
	for y := cy; y < cy+cellSide; y++ {
		for x := cx; x < cx+cellSide; x++ {
			u, v := inv.apply((float32(x)+0.5+dx)/thumbSide, (float32(y)+0.5+dy)/thumbSide)
			if u < 0.01 || u > 0.99 || v < 0.01 || v > 0.99 {
				continue
			}
			a := float64(q.sample(u*thumbSide-0.5, v*thumbSide-0.5))
			b := float64(o.pix[y*thumbSide+x])
			n, sq, so, sqq, soo, sqo = n+1, sq+a, so+b, sqq+a*a, soo+b*b, sqo+a*b
		}
	}
	if n < cellSide*cellSide*3/4 {
		return 0, false, false
	}
	vq, vo := sqq/n-sq/n*sq/n, soo/n-so/n*so/n
	if max(vq, vo) < cellPlain*cellPlain {
		return 0, false, true
	}
	return (sqo/n - sq/n*so/n) / math.Sqrt(max(vq*vo, 1e-9)), true, true
}

// soft blurs a small picture a little, so that a transform that is off by a pixel still fits.
func (b *thumb) soft() plane {
	p := newPlane(thumbSide, thumbSide)
	for i, v := range b {
		p.pix[i] = float32(v)
	}
	return blur(p, 3)
}

// mirrored exchanges left and right.
func (b *thumb) mirrored() *thumb {
	var m thumb
	for i, v := range b {
		m[i-i%thumbSide+thumbSide-1-i%thumbSide] = v
	}
	return &m
}

func (t affine) inverse() (affine, bool) {
	det := t.a*t.e - t.b*t.d
	if det < 1e-4 {
		return affine{}, false
	}
	i := affine{a: t.e / det, b: -t.b / det, d: -t.d / det, e: t.a / det}
	x, y := i.apply(t.c, t.f)
	i.c, i.f = -x, -y
	return i, true
}
