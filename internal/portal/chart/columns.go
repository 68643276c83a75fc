package chart

import (
	"math"
	"strings"
)

// Mark is a labelled day above the columns: a stage of the election.
type Mark struct {
	At   int // index of the column
	Text string
}

// Columns are counts of consecutive days with their mean over seven days.
type Columns struct {
	N       []int
	First   string // label of the first day
	Last    string
	Marks   []Mark
	Mean    string // label of the line
	Peak    string // label of the greatest column, written beside it
	Format  func(n int) string
	Caption string // what one column counts
	Alt     string
}

// Draw draws the columns as one path and the mean of each day and the six before it as a line.
func (c Columns) Draw() Drawing {
	return draw(c.Alt, func(p *pen) float64 {
		const height, bottom = 170.0, 26.0
		top := 30 + 20*float64(len(c.Marks))
		most, peak := 1, 0
		for i, n := range c.N {
			if n > most {
				most, peak = n, i
			}
		}
		ticks := Ticks(float64(most), 4)
		left := 14 + 8.4*float64(len(c.Format(int(ticks[len(ticks)-1]))))
		scale := height / ticks[len(ticks)-1]
		base := top + height
		step := (p.w - left) / float64(max(1, len(c.N)))
		for _, t := range ticks {
			y := base - t*scale
			p.rule(left, y, p.w, y, "")
			p.word(left-8, y+5, "end", "dim", c.Format(int(t)))
		}
		p.word(0, 14, "start", "dim", c.Caption)
		var cols strings.Builder
		gap := math.Min(1.5, step*.2)
		for i, n := range c.N {
			if n > 0 {
				cols.WriteString("M" + num(left+float64(i)*step+gap/2) + " " + num(base) + "v-" + num(float64(n)*scale) + "h" + num(step-gap) + "V" + num(base) + "z")
			}
		}
		p.printf(`<path d="%s" class="cf3" fill="%s"/>`, cols.String(), fills[3])
		p.printf(`<path d="%s" class="cmean" fill="none" stroke="#3f2a63" stroke-width="2.5" stroke-linejoin="round"/>`, c.mean(left, step, base, scale))
		for i, m := range c.Marks {
			x, y := left+float64(m.At)*step+step/2, 36+20*float64(i)
			p.printf(`<path d="M%s %sV%s" class="cmark" stroke="#74492a" stroke-dasharray="2 3" fill="none"/>`, num(x), num(y-8), num(base))
			if x > p.w/2 {
				p.word(x-6, y, "end", "", m.Text)
			} else {
				p.word(x+6, y, "start", "", m.Text)
			}
		}
		if c.Peak != "" && len(c.N) > 0 {
			x := left + float64(peak)*step
			anchor := "start"
			if x > p.w*.6 {
				anchor = "end"
			}
			p.word(x, base-float64(most)*scale-6, anchor, "strong", c.Peak)
		}
		p.rule(left, base, p.w, base, "axis")
		p.word(left, base+19, "start", "dim", c.First)
		p.word(p.w, base+19, "end", "dim", c.Last)
		if !p.narrow && c.Mean != "" {
			p.word((left+p.w)/2, base+19, "middle", "", "━ "+c.Mean)
			return base + bottom
		}
		p.word(left, base+40, "start", "", "━ "+c.Mean)
		return base + bottom + 20
	})
}

func (c Columns) mean(left, step, base, scale float64) string {
	var b strings.Builder
	sum := 0
	for i, n := range c.N {
		sum += n
		if i >= 7 {
			sum -= c.N[i-7]
		}
		cmd := "L"
		if i == 0 {
			cmd = "M"
		}
		b.WriteString(cmd + num(left+float64(i)*step+step/2) + " " + num(base-float64(sum)/float64(min(7, i+1))*scale))
	}
	return b.String()
}
