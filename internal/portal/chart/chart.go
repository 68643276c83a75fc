// Package chart draws the figures of the portal as SVG, on the server, without script and without style attributes. Each chart comes in a wide and a
// narrow drawing, of which the style sheet shows one, so that text is never smaller than 15 pixels. Colours are presentation attributes for the file
// that stands alone, and classes by which the page's style sheet replaces them: dark, grey and print are legible because every shape also differs in
// lightness or pattern and carries its number in words.
package chart

import (
	"fmt"
	"html/template"
	"strings"
)

// The widths of the two drawings, in pixels.
const (
	Wide   = 640
	Narrow = 328
)

// text is the size of all text in pixels.
const text = 15

// pen writes the elements of one drawing.
type pen struct {
	strings.Builder
	w      float64
	narrow bool
}

func (p *pen) printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// word writes text at a place; anchor is "start", "middle" or "end", class "" or "dim" or "strong".
func (p *pen) word(x, y float64, anchor, class, s string) {
	fill, weight := "#1e1a26", ""
	switch class {
	case "dim":
		fill = "#544d61"
	case "strong":
		weight = ` font-weight="700"`
	}
	p.printf(`<text x="%s" y="%s" class="ct %s"`, num(x), num(y), class)
	if anchor != "start" {
		p.printf(` text-anchor="%s"`, anchor)
	}
	p.printf(` fill="%s"%s>%s</text>`, fill, weight, template.HTMLEscapeString(s))
}

func (p *pen) rule(x1, y1, x2, y2 float64, class string) {
	stroke := "#c9c4d1"
	if class == "axis" {
		stroke = "#74492a"
	}
	p.printf(`<path d="M%s %sL%s %s" class="cl %s" stroke="%s" fill="none"/>`, num(x1), num(y1), num(x2), num(y2), class, stroke)
}

// bar draws a box in fill n (see fills).
func (p *pen) bar(x, y, w, h float64, n int) {
	if w <= 0 {
		return
	}
	p.printf(`<rect x="%s" y="%s" width="%s" height="%s" class="cf%d" fill="%s"/>`, num(x), num(y), num(w), num(h), n, fills[n%len(fills)])
}

// fills are the colours of classes cf0 to cf4: ink, brown, the stripes of what was declined, pale violet and the hatch of what waits. In grey the two patterns
// tell apart what is equally dark.
var fills = [...]string{"#3f2a63", "#a5673a", "url(#tolak)", "#d8ccec", "url(#tunggu)"}

// num writes a coordinate without useless digits.
func num(x float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.1f", x), "0"), ".")
}

// Drawing is a chart in both widths.
type Drawing struct {
	wide, narrow string
	wideH, narrH float64
	Alt          string // what it shows, in a sentence
}

// draw makes both drawings. f writes the elements and returns the height.
func draw(alt string, f func(p *pen) float64) Drawing {
	d := Drawing{Alt: alt}
	w, n := &pen{w: Wide}, &pen{w: Narrow, narrow: true}
	d.wideH, d.narrH = f(w), f(n)
	d.wide, d.narrow = w.String(), n.String()
	return d
}

// HTML is the drawing for a page that has Defs in it.
func (d Drawing) HTML() template.HTML {
	alt := template.HTMLEscapeString(d.Alt)
	return template.HTML(fmt.Sprintf(`<svg class="cw" viewBox="0 0 %d %s" role="img" aria-label="%s">%s</svg><svg class="cn" viewBox="0 0 %d %s" role="img" aria-label="%s">%s</svg>`,
		Wide, num(d.wideH), alt, d.wide, Narrow, num(d.narrH), alt, d.narrow))
}

// hatch holds the patterns of what has no answer yet and of what was declined.
const hatch = `<defs><pattern id="tolak" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" class="ph2" fill="#cfc3ea"/><path d="M1 0V5" class="ph3" stroke="#5b4687" stroke-width="1.4"/></pattern><pattern id="tunggu" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="ph0" fill="#fff"/><path d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5" class="ph1" stroke="#6f7782" stroke-width="1.2"/></pattern></defs>`

// Defs holds the patterns that the drawings of a page share; put it into the page once, before them.
func Defs() template.HTML {
	return `<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false">` + hatch + `</svg>`
}

// File is the drawing as a picture of its own: title above, source and date below, black on white.
func (d Drawing) File(title, source string) []byte {
	var b strings.Builder
	lines := wrap(title, 62)
	top := float64(16 + 24*len(lines))
	height := top + d.wideH + 40
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%s" viewBox="0 0 %d %s" role="img" font-family="Atkinson Hyperlegible Next, system-ui, sans-serif" font-size="%d"><title>%s</title>%s<rect width="100%%" height="100%%" fill="#fff"/>`,
		Wide+32, num(height), Wide+32, num(height), text, template.HTMLEscapeString(title), hatch)
	for i, l := range lines {
		fmt.Fprintf(&b, `<text x="16" y="%d" font-size="19" font-weight="700" fill="#1e1a26">%s</text>`, 30+24*i, template.HTMLEscapeString(l))
	}
	fmt.Fprintf(&b, `<g transform="translate(16 %s)">%s</g><text x="16" y="%s" fill="#544d61" font-size="13">%s</text></svg>`,
		num(top), d.wide, num(height-14), template.HTMLEscapeString(source))
	return []byte(b.String())
}

// wrap breaks a sentence into lines of at most so many letters.
func wrap(s string, most int) []string {
	var out []string
	line := ""
	for _, w := range strings.Fields(s) {
		if line != "" && len(line)+1+len(w) > most {
			out, line = append(out, line), ""
		}
		if line != "" {
			line += " "
		}
		line += w
	}
	return append(out, line)
}

// nice is the smallest round number of the form 1, 2 or 5 × 10ⁿ that is at least x.
func nice(x float64) float64 {
	step := 1.0
	for {
		for _, m := range []float64{1, 2, 5} {
			if step*m >= x {
				return step * m
			}
		}
		step *= 10
	}
}

// Ticks are round values from 0 up to at least most, at most n+1 of them.
func Ticks(most float64, n int) []float64 {
	step := nice(most / float64(n))
	out := []float64{0}
	for v := step; ; v += step {
		out = append(out, v)
		if v >= most {
			return out
		}
	}
}
