package chart

import "math"

// Bar is one row of sorted bars.
type Bar struct {
	Name string
	N    float64
	Text string // the number in words, written at the end of the bar
	Note string // shown instead of a bar where there is none
}

// Bars draws a bar for each row, the name above it.
func Bars(rows []Bar, alt string) Drawing {
	most := 1.0
	for _, r := range rows {
		most = math.Max(most, r.N)
	}
	return draw(alt, func(p *pen) float64 {
		y, letters := 0.0, 72
		if p.narrow {
			letters = 44
		}
		for _, r := range rows {
			p.word(0, y+15, "start", "", clip(r.Name, letters))
			p.value(0, y+21, p.w-60, 12, r, most)
			y += 42
		}
		return y
	})
}

// value draws the bar of a row and its number.
func (p *pen) value(x, y, w, h float64, r Bar, most float64) {
	p.bar(x, y, w*r.N/most, h, 0)
	s := r.Text
	if r.Note != "" {
		s = r.Note
	}
	p.word(x+w*r.N/most+7, y+h/2+5, "start", "strong", s)
}

// Share is a row of a 100 % bar.
type Share struct {
	Name  string
	Parts []int
	Note  string // beside the name: the denominator
}

// Shares draws one bar of 100 % for each row. Names are the parts from left to right; percent writes a part's label.
func Shares(rows []Share, names []string, percent func(part, whole int) string, alt string) Drawing {
	return draw(alt, func(p *pen) float64 {
		y := p.legend(names)
		for _, r := range rows {
			whole := 0
			for _, n := range r.Parts {
				whole += n
			}
			p.word(0, y+15, "start", "strong", r.Name)
			p.word(p.w, y+15, "end", "dim", r.Note)
			x := 0.0
			for i, n := range r.Parts {
				if n == 0 || whole == 0 {
					continue
				}
				w := p.w * float64(n) / float64(whole)
				p.bar(x, y+22, w-1.5, 24, i)
				if label := percent(n, whole); w > 9*float64(len(label))+6 {
					p.inside(x+w/2, y+39, i, label)
				}
				x += w
			}
			y += 62
		}
		return y
	})
}

// inside writes on a filled box in the colour that stands out from fill n.
func (p *pen) inside(x, y float64, n int, s string) {
	fill := "#fff"
	if n >= 2 {
		fill = "#1e1a26"
	}
	if n == 2 || n == 4 { // on a pattern
		w := 8.4*float64(len([]rune(s))) + 6
		p.printf(`<rect x="%s" y="%s" width="%s" height="19" class="ph0" fill="#fff"/>`, num(x-w/2), num(y-14.5), num(w))
	}
	p.printf(`<text x="%s" y="%s" text-anchor="middle" class="ct ci%d" fill="%s">%s</text>`, num(x), num(y), n, fill, s)
}

// legend names the fills in their order and returns the height it took.
func (p *pen) legend(names []string) float64 {
	x, y := 0.0, 4.0
	for i, s := range names {
		if s == "" {
			continue // a fill that no row uses
		}
		w := 26 + 8.1*float64(len([]rune(s))) + 14
		if x > 0 && x+w-14 > p.w {
			x, y = 0, y+24
		}
		p.bar(x, y, 16, 14, i)
		p.printf(`<rect x="%s" y="%s" width="16" height="14" fill="none" class="cl" stroke="#736c80"/>`, num(x), num(y))
		p.word(x+23, y+12, "start", "", s)
		x += w
	}
	return y + 32
}

// Dot is a row of a dot plot: the middle and the ninth tenth of a distribution. Values below 0 are unknown.
type Dot struct {
	Name        string
	Note        string // beside the name: how many
	Median, P90 float64
	Text        string // both numbers in words, written under the line on phones
}

// Dots draws median (filled) and 90th percentile (ring) in hours, with the line of the deadline.
type Dots struct {
	Rows                []Dot
	Deadline            float64
	DeadlineText        string
	Median, P90, Nought string
	Hours               func(h float64) string
	Alt                 string
}

// Draw draws the dot plot.
func (d Dots) Draw() Drawing {
	most := d.Deadline * 1.1
	for _, r := range d.Rows {
		most = math.Max(most, math.Max(r.Median, r.P90))
	}
	return draw(d.Alt, func(p *pen) float64 {
		ticks := Ticks(most, map[bool]int{true: 3, false: 6}[p.narrow])
		left, right := 8.0, p.w-26
		scale := (right - left) / ticks[len(ticks)-1]
		p.printf(`<circle cx="9" cy="10" r="6.5" class="cf0" fill="%s"/>`, fills[0])
		p.word(22, 15, "start", "", d.Median)
		x := 22 + 8.1*float64(len([]rune(d.Median))) + 26
		y := 10.0
		if p.narrow {
			x, y = 9, 34
		}
		p.ring(x, y)
		p.word(x+13, y+5, "start", "", d.P90)
		top := y + 24
		y = top + 22
		if d.Deadline > 0 {
			p.word(left+d.Deadline*scale, top+12, "middle", "dim", d.DeadlineText)
			y += 4
		}
		begin := y - 4
		bottom := y + 50*float64(len(d.Rows))
		for _, t := range ticks {
			p.rule(left+t*scale, begin, left+t*scale, bottom, "")
			anchor, at := "middle", left+t*scale
			if t == 0 {
				anchor, at = "start", 0
			}
			p.word(at, bottom+18, anchor, "dim", d.Hours(t))
		}
		if d.Deadline > 0 {
			p.printf(`<path d="M%s %sV%s" class="cmark" stroke="#74492a" stroke-width="2" stroke-dasharray="5 4" fill="none"/>`, num(left+d.Deadline*scale), num(begin), num(bottom))
		}
		for _, r := range d.Rows {
			p.printf(`<rect x="0" y="%s" width="%s" height="21" class="ph0" fill="#fff"/>`, num(y), num(math.Min(p.w, 8.6*float64(len([]rune(r.Name+r.Note))+1))))
			p.printf(`<text x="0" y="%s" class="ct" fill="#1e1a26"><tspan font-weight="700">%s</tspan> <tspan class="dim" fill="#544d61">%s</tspan></text>`, num(y+15), esc(r.Name), esc(r.Note))
			if r.Median < 0 {
				p.word(left, y+39, "start", "dim", d.Nought)
			} else {
				p.rule(left, y+33, right, y+33, "")
				p.printf(`<path d="M%s %sH%s" class="cspan" stroke="#8e7cc3" stroke-width="3" fill="none"/>`, num(left+r.Median*scale), num(y+33), num(left+r.P90*scale))
				p.ring(left+r.P90*scale, y+33)
				p.printf(`<circle cx="%s" cy="%s" r="6.5" class="cf0" fill="%s"/>`, num(left+r.Median*scale), num(y+33), fills[0])
			}
			y += 50
		}
		return bottom + 26
	})
}

func (p *pen) ring(x, y float64) {
	p.printf(`<circle cx="%s" cy="%s" r="6" class="cring" fill="#fff" stroke="#3f2a63" stroke-width="2.5"/>`, num(x), num(y))
}

// clip shortens a name to so many letters.
func clip(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}
