package image

import (
	"math"
	"math/bits"
	"sort"
)

// feature is a spot that can be found again in a cropped, covered, rescaled or slightly turned copy: a
// corner at one scale of the picture, with 256 comparisons of brightness around it (BRIEF: Calonder,
// Lepetit, Strecha and Fua, 2010; at fixed points drawn from a normal distribution, without rotation,
// because what people forward is upright).
type feature struct {
	x, y float32 // of the frame, 0 to 1 on each side
	desc bits256
}

// bits256 is a string of 256 bits: a descriptor or a PDQ.
type bits256 = [4]uint64

// Sizes of the search for features, in pixels of the base picture.
const (
	baseSide    = 400 // longer side of the picture in which features are sought
	levelFactor = 1.25
	levels      = 7
	patch       = 16 // half side of what a descriptor looks at
	spotApart   = 4  // of two spots closer than this the stronger stays
	cells       = 6  // the frame is cut into cells × cells, so that a text does not take all features
)

// pattern holds the pairs of points that descriptors compare.
var pattern = func() (p [256][4]int8) {
	seed := uint64(0x526f6e6461) // any fixed number: all descriptors must use the same points
	next := func() float64 {
		// SplitMix64 (Steele, Lea and Flood, 2014) and the sum of uniforms for a bell curve.
		sum := 0.0
		for range 6 {
			seed += 0x9e3779b97f4a7c15
			z := seed
			z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
			z = (z ^ z>>27) * 0x94d049bb133111eb
			sum += float64((z^z>>31)>>11) / (1 << 53)
		}
		return (sum - 3) * math.Sqrt2 // variance 1
	}
	for i := range p {
		for j := range p[i] {
			p[i][j] = int8(max(-13, min(13, math.Round(next()*6))))
		}
	}
	return p
}()

// features finds at most most features, spread over the frame, and what the same spots look like in
// the mirrored picture.
func features(p plane, most int) (found, mirrored []feature) {
	level := resize(p, baseSide)
	var all []spot
	for range levels {
		if min(level.w, level.h) < 2*patch+8 {
			break
		}
		all = append(all, spots(level)...)
		level = scaleTo(level, int(float32(level.w)/levelFactor+0.5), int(float32(level.h)/levelFactor+0.5))
	}
	for _, s := range spread(all, most) {
		found = append(found, s.feature)
		mirrored = append(mirrored, feature{1 - s.x, s.y, s.mirror})
	}
	return found, mirrored
}

type spot struct {
	feature
	mirror   bits256
	strength float32
}

// leastCorner is the smaller eigenvalue below which a spot is noise. It is low, so that smooth pictures
// have features too: whether they mean anything is decided when the pictures are compared.
const leastCorner = 0.05

// spots finds the corners of one level: Shi and Tomasi's smaller eigenvalue, local maxima.
func spots(level plane) []spot {
	w, h := level.w, level.h
	score := corners(soften(level))
	wide := blur(level, 5)
	var out []spot
	for y := patch; y < h-patch; y++ {
		for x := patch; x < w-patch; x++ {
			v := score.pix[y*w+x]
			if v < leastCorner || !peak(score, x, y) {
				continue
			}
			f := feature{(float32(x) + 0.5) / float32(w), (float32(y) + 0.5) / float32(h), describe(wide, x, y, 1)}
			out = append(out, spot{f, describe(wide, x, y, -1), v})
		}
	}
	return out
}

func peak(s plane, x, y int) bool {
	v := s.pix[y*s.w+x]
	for dy := -spotApart; dy <= spotApart; dy++ {
		for dx := -spotApart; dx <= spotApart; dx++ {
			if u := s.pix[(y+dy)*s.w+x+dx]; u > v || u == v && (dy < 0 || dy == 0 && dx < 0) {
				return false
			}
		}
	}
	return true
}

// describe compares the pairs of the pattern around a pixel; across is -1 for the mirrored picture.
func describe(p plane, x, y, across int) (d bits256) {
	at := y*p.w + x
	for i, q := range pattern {
		if p.pix[at+int(q[1])*p.w+across*int(q[0])] < p.pix[at+int(q[3])*p.w+across*int(q[2])] {
			d[i/64] |= 1 << (i % 64)
		}
	}
	return d
}

// corners gives the smaller eigenvalue of the gradients' second moments in a window of 5×5.
func corners(p plane) plane {
	w, h := p.w, p.h
	xx, yy, xy := newPlane(w, h), newPlane(w, h), newPlane(w, h)
	for y := 1; y < h-1; y++ {
		for x := 1; x < w-1; x++ {
			i := y*w + x
			gx := (p.pix[i+1] - p.pix[i-1]) / 2
			gy := (p.pix[i+w] - p.pix[i-w]) / 2
			xx.pix[i], yy.pix[i], xy.pix[i] = gx*gx, gy*gy, gx*gy
		}
	}
	xx, yy, xy = blur(xx, 5), blur(yy, 5), blur(xy, 5)
	for i := range xx.pix {
		a, b, c := xx.pix[i], xy.pix[i], yy.pix[i]
		d := a - c
		xx.pix[i] = (a + c - float32(math.Sqrt(float64(d*d+4*b*b)))) / 2
	}
	return xx
}

// spread keeps the strongest spots of each cell of the frame in turn until there are most of them.
func spread(all []spot, most int) []spot {
	sort.SliceStable(all, func(i, j int) bool { return all[i].strength > all[j].strength })
	var byCell [cells * cells][]spot
	for _, s := range all {
		c := min(int(s.y*cells), cells-1)*cells + min(int(s.x*cells), cells-1)
		byCell[c] = append(byCell[c], s)
	}
	var out []spot
	for rank := 0; len(out) < most; rank++ {
		any := false
		for c := range byCell {
			if rank < len(byCell[c]) && len(out) < most {
				out = append(out, byCell[c][rank])
				any = true
			}
		}
		if !any {
			break
		}
	}
	return out
}

func hamming(a, b *bits256) int {
	return bits.OnesCount64(a[0]^b[0]) + bits.OnesCount64(a[1]^b[1]) + bits.OnesCount64(a[2]^b[2]) + bits.OnesCount64(a[3]^b[3])
}
