package chart

import (
	"html/template"
	"math"
)

func esc(s string) string { return template.HTMLEscapeString(s) }

// Place is a region in a funnel: Part of Whole.
type Place struct {
	Name        string
	Part, Whole int
	Own         bool // the reader's own region, or one that is named
}

// Funnel shows the share of each region against its size, with the band in which 95 % of regions would lie if all were treated alike.
type Funnel struct {
	Places  []Place
	Share   float64 // of all together
	X, Y    string  // what the axes count
	Band    string  // what the band is
	Percent func(x float64) string
	Number  func(n int) string
	Alt     string
}

// Draw draws the funnel on a scale of square roots, so that small regions do not lie on top of one another.
func (f Funnel) Draw() Drawing {
	most := 4.0
	for _, p := range f.Places {
		most = math.Max(most, float64(p.Whole))
	}
	return draw(f.Alt, func(p *pen) float64 {
		const top, height = 30.0, 230.0
		left, base := 48.0, top+height
		right := p.w - 10
		x := func(n float64) float64 { return left + (right-left)*math.Sqrt(n/most) }
		y := func(s float64) float64 { return base - height*s }
		p.word(0, 14, "start", "dim", f.Y)
		p.printf(`<path d="%s" class="cband" fill="#f0ecf7"/>`, f.band(most, x, y))
		for _, t := range []float64{0, .25, .5, .75, 1} {
			p.rule(left, y(t), right, y(t), "")
			p.word(left-8, y(t)+5, "end", "dim", f.Percent(t))
		}
		p.printf(`<path d="M%s %sH%s" class="cspan" stroke="#8e7cc3" stroke-width="2" stroke-dasharray="6 4" fill="none"/>`, num(left), num(y(f.Share)), num(right))
		for _, own := range []bool{false, true} {
			for _, r := range f.Places {
				if r.Whole == 0 || r.Own != own {
					continue
				}
				f.place(p, r, x(float64(r.Whole)), y(float64(r.Part)/float64(r.Whole)))
			}
		}
		p.rule(left, base, right, base, "axis")
		for _, t := range []float64{0, math.Round(most / 4), math.Round(most)} {
			p.word(x(t), base+19, map[bool]string{true: "end", false: "middle"}[t >= most], "dim", f.Number(int(t)))
		}
		p.word(right, base+39, "end", "dim", f.X)
		p.printf(`<rect x="%s" y="%s" width="16" height="14" class="cband" fill="#f0ecf7"/>`, num(left), num(base+51))
		p.word(left+23, base+63, "start", "", f.Band)
		return base + 70
	})
}

func (f Funnel) place(p *pen, r Place, x, y float64) {
	if !r.Own {
		p.printf(`<circle cx="%s" cy="%s" r="4.5" class="cdot" fill="#8e7cc3" stroke="#fff"><title>%s</title></circle>`, num(x), num(y), esc(r.Name))
		return
	}
	p.printf(`<circle cx="%s" cy="%s" r="6.5" class="cf0" fill="%s"/>`, num(x), num(y), fills[0])
	if x > p.w*.55 {
		p.word(x-10, y-8, "end", "strong", r.Name)
		return
	}
	p.word(x+10, y-8, "start", "strong", r.Name)
}

// band is the outline of the exact 95 % span at each number of cases: a point outside of it is one that Limits puts outside.
func (f Funnel) band(most float64, x, y func(float64) float64) string {
	upper, lower := "", ""
	last := 0
	for i := range 60 {
		n := max(1, int(math.Round(most*math.Pow(float64(i+1)/60, 2))))
		if n == last {
			continue
		}
		cmd := "L"
		if last == 0 {
			cmd = "M"
		}
		last = n
		lo, hi := Limits(f.Share, n)
		upper += cmd + num(x(float64(n))) + " " + num(y(float64(hi)/float64(n)))
		lower = "L" + num(x(float64(n))) + " " + num(y(float64(lo)/float64(n))) + lower
	}
	return upper + lower + "z"
}

// Limits are the smallest and the greatest count out of n that are within chance where each has the same share: what lies outside comes up in at most
// 2.5 % of binomial draws on either side.
func Limits(share float64, n int) (lo, hi int) {
	if share <= 0 {
		return 0, 0
	}
	if share >= 1 {
		return n, n
	}
	const tail = .025
	// Below twelve standard deviations lies less than 1e-30: the sum begins there, so that a large n costs no more than its spread.
	mean, spread := float64(n)*share, math.Sqrt(float64(n)*share*(1-share))
	from := max(0, int(mean-12*spread))
	p, odds, sum := math.Exp(logBinomial(share, n, from)), share/(1-share), 0.0
	lo = -1
	for k := from; k <= n; k++ {
		sum += p
		if lo < 0 && sum > tail {
			lo = k
		}
		if sum >= 1-tail {
			return max(lo, 0), k
		}
		p *= odds * float64(n-k) / float64(k+1)
	}
	return max(lo, 0), n
}

// logBinomial is the logarithm of the chance of k out of n.
func logBinomial(share float64, n, k int) float64 {
	gamma := func(x int) float64 {
		v, _ := math.Lgamma(float64(x + 1))
		return v
	}
	return gamma(n) - gamma(k) - gamma(n-k) + float64(k)*math.Log(share) + float64(n-k)*math.Log1p(-share)
}

// Panel is one of several small charts on a common scale of weeks.
type Panel struct {
	Title string
	Text  string // the sum in words
	N     []int
}

// Multiples draws small columns side by side, or below one another on phones, all on one scale.
func Multiples(panels []Panel, first, last, alt string) Drawing {
	most := 1
	for _, x := range panels {
		for _, n := range x.N {
			most = max(most, n)
		}
	}
	return draw(alt, func(p *pen) float64 {
		across := 3
		if p.narrow {
			across = 1
		}
		const gap, height = 28.0, 70.0
		w := (p.w - gap*float64(across-1)) / float64(across)
		bottom := 0.0
		for i, x := range panels {
			left, top := float64(i%across)*(w+gap), float64(i/across)*(height+84)
			p.word(left, top+15, "start", "strong", x.Text)
			p.word(left, top+35, "start", "dim", x.Title)
			base := top + 46 + height
			step := w / float64(max(1, len(x.N)))
			for k, n := range x.N {
				p.bar(left+float64(k)*step+1, base-height*float64(n)/float64(most), step-2, height*float64(n)/float64(most), 0)
			}
			p.rule(left, base, left+w, base, "axis")
			p.word(left, base+19, "start", "dim", first)
			p.word(left+w, base+19, "end", "dim", last)
			bottom = base + 28
		}
		return bottom
	})
}
