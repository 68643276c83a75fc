package image

import "math"

// affine maps a point of one frame to another: x' = a·x + b·y + c, y' = d·x + e·y + f. Frames are measured
// from 0 to 1 on each side.
type affine struct{ a, b, c, d, e, f float32 }

func (t affine) apply(x, y float32) (float32, float32) {
	return t.a*x + t.b*y + t.c, t.d*x + t.e*y + t.f
}

// pair is a spot of one picture and the spot of another that looks like it.
type pair struct{ qx, qy, ox, oy float32 }

// Bounds of matching.
const (
	lookAlike  = 70   // bits in which two descriptions of the same spot may differ
	onSpot     = 0.02 // how far from its place a spot may lie, of the frame's height
	maxTurning = 0.21 // radians that a copy may be turned: 12 degrees
	maxScaling = 6    // factor that a copy may be scaled
	apart      = 0.1  // two spots nearer than this, of the height, fix no transform
	triedPairs = 3000
)

// pairs finds the spots of q and o that are each other's most alike.
func pairs(q, o []feature) []pair {
	back := make([]int16, len(o)) // best of q for each of o
	backBits := make([]int, len(o))
	for i := range back {
		back[i], backBits[i] = -1, lookAlike+1
	}
	best := make([]int16, len(q))
	for i := range q {
		best[i] = -1
		bestBits := lookAlike + 1
		for j := range o {
			d := hamming(&q[i].desc, &o[j].desc)
			if d < bestBits {
				bestBits, best[i] = d, int16(j)
			}
			if d < backBits[j] {
				backBits[j], back[j] = d, int16(i)
			}
		}
	}
	var out []pair
	for i, j := range best {
		if j >= 0 && int(back[j]) == i {
			out = append(out, pair{q[i].x, q[i].y, o[j].x, o[j].y})
		}
	}
	return out
}

// align finds the transform from q's frame to o's that most pairs agree on, and those pairs. qa and oa
// are the frames' widths divided by their heights. Every two pairs propose a similarity; as the copy is
// nearly upright, those that turn it further are not counted.
func align(ps []pair, qa, oa float32) (best affine, agreed []pair) {
	tried, most := 0, 0
	for i := range ps {
		for j := i + 1; j < len(ps) && tried < triedPairs; j++ {
			t, ok := similarity(ps[i], ps[j], qa, oa)
			if !ok {
				continue
			}
			tried++
			if n := countInliers(ps, t, oa); n > most {
				best, most = t, n
			}
		}
	}
	agreed = inliers(ps, best, oa)
	if most < 4 {
		return best, agreed
	}
	if t, ok := leastSquares(agreed); ok {
		if again := inliers(ps, t, oa); len(again) >= most {
			return t, again
		}
	}
	return best, agreed
}

func similarity(p, r pair, qa, oa float32) (affine, bool) {
	qx, qy := (r.qx-p.qx)*qa, r.qy-p.qy
	ox, oy := (r.ox-p.ox)*oa, r.oy-p.oy
	q2, o2 := qx*qx+qy*qy, ox*ox+oy*oy
	if q2 < apart*apart || o2 < apart*apart/4 || o2 > maxScaling*maxScaling*q2 || q2 > maxScaling*maxScaling*o2 {
		return affine{}, false
	}
	// The complex quotient o/q is scale and angle at once.
	c, s := (ox*qx+oy*qy)/q2, (oy*qx-ox*qy)/q2
	if c <= 0 || float32(math.Abs(float64(s))) > c*maxTurning {
		return affine{}, false
	}
	t := affine{a: c * qa / oa, b: -s / oa, d: s * qa, e: c}
	x, y := t.apply(p.qx, p.qy)
	t.c, t.f = p.ox-x, p.oy-y
	return t, true
}

// fits tells whether the transform carries a pair's one spot to its other.
func (p pair) fits(t affine, oa float32) bool {
	x, y := t.apply(p.qx, p.qy)
	dx, dy := (x-p.ox)*oa, y-p.oy
	return dx*dx+dy*dy < onSpot*onSpot
}

func countInliers(ps []pair, t affine, oa float32) (n int) {
	for _, p := range ps {
		if p.fits(t, oa) {
			n++
		}
	}
	return n
}

func inliers(ps []pair, t affine, oa float32) []pair {
	var in []pair
	for _, p := range ps {
		if p.fits(t, oa) {
			in = append(in, p)
		}
	}
	return in
}

// leastSquares fits the affine transform that carries q's spots closest to o's.
func leastSquares(ps []pair) (affine, bool) {
	var xx, xy, x1, yy, y1, n, ux, uy, u1, vx, vy, v1 float64
	for _, p := range ps {
		x, y, u, v := float64(p.qx), float64(p.qy), float64(p.ox), float64(p.oy)
		xx, xy, x1, yy, y1, n = xx+x*x, xy+x*y, x1+x, yy+y*y, y1+y, n+1
		ux, uy, u1 = ux+u*x, uy+u*y, u1+u
		vx, vy, v1 = vx+v*x, vy+v*y, v1+v
	}
	// The inverse of the symmetric 3×3 matrix of moments, by cofactors.
	c00, c01, c02 := yy*n-y1*y1, x1*y1-xy*n, xy*y1-yy*x1
	c11, c12, c22 := xx*n-x1*x1, xy*x1-xx*y1, xx*yy-xy*xy
	det := xx*c00 + xy*c01 + x1*c02
	if math.Abs(det) < 1e-6*n*n*n {
		return affine{}, false // the spots lie on a line
	}
	row := func(sx, sy, s1 float64) (float32, float32, float32) {
		return float32((sx*c00 + sy*c01 + s1*c02) / det), float32((sx*c01 + sy*c11 + s1*c12) / det), float32((sx*c02 + sy*c12 + s1*c22) / det)
	}
	var t affine
	t.a, t.b, t.c = row(ux, uy, u1)
	t.d, t.e, t.f = row(vx, vy, v1)
	return t, true
}
