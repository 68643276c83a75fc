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
	detailed int // cells where both pictures show more than a slope of brightness
	same     int // of them, those whose details agree
}

// share is the part of the cells compared that agree.
func (l likeness) share() float64 { return float64(l.alike) / float64(max(l.compared, 1)) }

// details is the part that agrees of the cells where both pictures have details.
func (l likeness) details() float64 { return float64(l.same) / float64(max(l.detailed, 1)) }

// look compares two small pictures under a transform from q's frame to o's, cell by cell in o's frame,
// each cell for itself so that brightness and contrast may differ from place to place.
func look(q, o plane, t affine) (l likeness) {
	inv, ok := t.inverse()
	if !ok {
		return l
	}
	for cy := 0; cy < thumbSide; cy += cellSide {
		for cx := 0; cx < thumbSide; cx += cellSide {
			c := compareCell(q, o, inv, cx, cy)
			if !c.inside || !c.shows {
				continue
			}
			l.compared++
			if c.correlation >= cellAlike {
				l.alike++
			}
			if c.detailed {
				l.detailed++
				if c.detail >= detailAlike {
					l.same++
				}
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

// cell is the comparison of one part of two pictures.
type cell struct {
	correlation float64
	detail      float64 // the correlation of what is left without the slope of brightness
	shows       bool    // one of the two shows something here
	detailed    bool    // both show details
	inside      bool    // both frames reach here
}

const (
	detailShows = 2.5 // standard deviation in grey levels, without the slope, from which a cell has details
	detailAlike = 0.7
)

// compareCell compares one cell at its place and one pixel around it, and takes the best: a transform
// found from spots is off by about that much.
func compareCell(q, o plane, inv affine, cx, cy int) cell {
	best := cell{correlation: -1, detail: -1}
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			c := cellAt(q, o, inv, cx, cy, float32(dx), float32(dy))
			if c.shows {
				best.correlation = max(best.correlation, c.correlation)
			}
			if c.detailed {
				best.detail = max(best.detail, c.detail)
			}
			best.shows, best.inside, best.detailed = best.shows || c.shows, best.inside || c.inside, best.detailed || c.detailed
		}
	}
	return best
}

func cellAt(q, o plane, inv affine, cx, cy int, dx, dy float32) cell {
	var a, b [cellSide * cellSide]float64
	var at [cellSide * cellSide][2]float64
	n := 0
	for y := range cellSide {
		for x := range cellSide {
			u, v := inv.apply((float32(cx+x)+0.5+dx)/thumbSide, (float32(cy+y)+0.5+dy)/thumbSide)
			if u < 0.01 || u > 0.99 || v < 0.01 || v > 0.99 {
				continue
			}
			a[n] = float64(q.sample(u*thumbSide-0.5, v*thumbSide-0.5))
			b[n] = float64(o.pix[(cy+y)*thumbSide+cx+x])
			at[n] = [2]float64{float64(x) - (cellSide-1)/2.0, float64(y) - (cellSide-1)/2.0}
			n++
		}
	}
	if n < cellSide*cellSide*3/4 {
		return cell{}
	}
	va, vb, r := correlate(a[:n], b[:n])
	if max(va, vb) < cellPlain*cellPlain {
		return cell{inside: true}
	}
	c := cell{correlation: r, shows: true, inside: true}
	if min(va, vb) >= detailShows*detailShows {
		level(a[:n], at[:n])
		level(b[:n], at[:n])
		va, vb, c.detail = correlate(a[:n], b[:n])
		c.detailed = min(va, vb) >= detailShows*detailShows
	}
	return c
}

// correlate gives the variances of two rows and their correlation.
func correlate(a, b []float64) (va, vb, r float64) {
	var sa, sb, saa, sbb, sab float64
	for i := range a {
		sa, sb, saa, sbb, sab = sa+a[i], sb+b[i], saa+a[i]*a[i], sbb+b[i]*b[i], sab+a[i]*b[i]
	}
	n := float64(len(a))
	va, vb = max(0, saa/n-sa/n*sa/n), max(0, sbb/n-sb/n*sb/n)
	return va, vb, (sab/n - sa/n*sb/n) / math.Sqrt(max(va*vb, 1e-9))
}

// level takes the slope of brightness out of a cell, each direction by itself: the places are nearly
// the whole square, in which the directions do not depend on each other.
func level(v []float64, at [][2]float64) {
	var sum, x, y, xx, yy, vx, vy float64
	for i, p := range at {
		sum, x, y = sum+v[i], x+p[0], y+p[1]
		xx, yy, vx, vy = xx+p[0]*p[0], yy+p[1]*p[1], vx+v[i]*p[0], vy+v[i]*p[1]
	}
	n := float64(len(v))
	mean := sum / n
	bx, by := (vx-mean*x)/max(xx-x*x/n, 1e-9), (vy-mean*y)/max(yy-y*y/n, 1e-9)
	for i, p := range at {
		v[i] -= bx*p[0] + by*p[1]
	}
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

// scaling is the factor by which the transform scales lengths, in heights of the frames.
func (t affine) scaling(qa, oa float32) float64 {
	return math.Sqrt(math.Abs(float64((t.a*t.e - t.b*t.d) * oa / qa)))
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
