package image

import (
	"image"
	"slices"
)

// Bounds of trimming. A band is a border, a caption strip or the margin of a screenshot.
const (
	bandSpread = 14   // grey levels around a band's colour that JPEG makes of one
	bandPlain  = 0.93 // share of that colour in a line without text
	bandText   = 0.25 // and on average in lines of text, between and inside the letters
	bandGap    = 0.16 // tallest text, as a share of the frame's longer side
	bandStep   = 10   // grey levels that a pixel jumps where the picture begins
	bandJumps  = 0.5  // share of pixels that jump there: an edge cut straight, not a horizon
	leastSide  = 0.2  // share of each side that must be left
)

// content finds the picture inside borders, caption strips and screenshot margins. Without any it
// returns the whole frame.
func content(p plane) image.Rectangle {
	box := image.Rect(0, 0, p.w, p.h)
	for range 3 {
		before := box
		for _, s := range []side{top, bottom, left, right} {
			box = trimSide(p, box, s)
		}
		if box == before {
			break
		}
	}
	return box
}

type side int

const (
	top side = iota
	bottom
	left
	right
)

// line gives the n-th line from a side of the box into it.
func (s side) line(p plane, box image.Rectangle, n int, into []float32) []float32 {
	into = into[:0]
	switch s {
	case top:
		return append(into, p.pix[(box.Min.Y+n)*p.w+box.Min.X:(box.Min.Y+n)*p.w+box.Max.X]...)
	case bottom:
		y := box.Max.Y - 1 - n
		return append(into, p.pix[y*p.w+box.Min.X:y*p.w+box.Max.X]...)
	case left, right:
		x := box.Min.X + n
		if s == right {
			x = box.Max.X - 1 - n
		}
		for y := box.Min.Y; y < box.Max.Y; y++ {
			into = append(into, p.pix[y*p.w+x])
		}
	}
	return into
}

func (s side) cut(box image.Rectangle, n int) image.Rectangle {
	switch s {
	case top:
		box.Min.Y += n
	case bottom:
		box.Max.Y -= n
	case left:
		box.Min.X += n
	case right:
		box.Max.X -= n
	}
	return box
}

func (s side) depth(box image.Rectangle) int {
	if s == top || s == bottom {
		return box.Dy()
	}
	return box.Dx()
}

// trimSide cuts the band on one side of the box, if there is one that ends in a straight edge.
func trimSide(p plane, box image.Rectangle, s side) image.Rectangle {
	depth := s.depth(box)
	first := s.line(p, box, 0, nil)
	ground := median(first)
	if near(first, ground) < bandPlain {
		return box
	}
	n := bandDepth(p, box, s, ground)
	whole := p.h
	if s == left || s == right {
		whole = p.w
	}
	if n < 2 || n >= depth || float64(depth-n) < leastSide*float64(whole) {
		return box
	}
	// JPEG blurs the edge over a line or two: compare the band with what lies just behind.
	inside := s.line(p, box, min(n+2, depth-1), nil)
	jumps := 0
	for _, v := range inside {
		if d := v - ground; d > bandStep || d < -bandStep {
			jumps++
		}
	}
	if float64(jumps) < bandJumps*float64(len(inside)) {
		return box
	}
	return s.cut(box, min(n+1, depth-1)) // the blurred line belongs to neither
}

// bandDepth counts the lines of a band: plain ones, and lines of text that plain ones follow.
func bandDepth(p plane, box image.Rectangle, s side, ground float32) int {
	depth := s.depth(box)
	gap := int(bandGap * float64(max(p.w, p.h)))
	buf := make([]float32, 0, max(p.w, p.h))
	end, text := 0, 0.0
	for n := 0; n < depth && n-end <= gap; n++ {
		buf = s.line(p, box, n, buf)
		share := near(buf, ground)
		if share < bandPlain {
			text += share
			continue
		}
		if lines := n - end; lines > 0 && text < bandText*float64(lines) {
			break // a picture on a ground of the same colour, not text
		}
		end, text = n+1, 0
	}
	return end
}

func near(line []float32, ground float32) float64 {
	n := 0
	for _, v := range line {
		if d := v - ground; d <= bandSpread && d >= -bandSpread {
			n++
		}
	}
	return float64(n) / float64(len(line))
}

func median(line []float32) float32 {
	s := slices.Clone(line)
	slices.Sort(s)
	return s[len(s)/2]
}
