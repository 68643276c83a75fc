package image

import (
	"image"
	"image/color"
)

// plane is a picture of one channel, 0 to 255.
type plane struct {
	w, h int
	pix  []float32
}

func newPlane(w, h int) plane { return plane{w, h, make([]float32, w*h)} }

// luma takes the brightness of a picture (ITU-R BT.601, as PDQ prescribes), transparent parts on white.
func luma(img image.Image) plane {
	b := img.Bounds()
	p := newPlane(b.Dx(), b.Dy())
	switch src := img.(type) {
	case *image.YCbCr:
		for y := range p.h {
			row := src.Y[(y+b.Min.Y-src.Rect.Min.Y)*src.YStride+b.Min.X-src.Rect.Min.X:]
			for x := range p.w {
				p.pix[y*p.w+x] = float32(row[x])
			}
		}
	case *image.Gray:
		for y := range p.h {
			row := src.Pix[src.PixOffset(b.Min.X, y+b.Min.Y):]
			for x := range p.w {
				p.pix[y*p.w+x] = float32(row[x])
			}
		}
	case *image.RGBA:
		for y := range p.h {
			row := src.Pix[src.PixOffset(b.Min.X, y+b.Min.Y):]
			for x := range p.w {
				q := row[4*x : 4*x+4 : 4*x+4]
				white := 255 - float32(q[3])
				p.pix[y*p.w+x] = 0.299*float32(q[0]) + 0.587*float32(q[1]) + 0.114*float32(q[2]) + white
			}
		}
	default:
		for y := range p.h {
			for x := range p.w {
				c := color.RGBA64Model.Convert(img.At(b.Min.X+x, b.Min.Y+y)).(color.RGBA64)
				white := 255 - float32(c.A)/257
				p.pix[y*p.w+x] = (0.299*float32(c.R)+0.587*float32(c.G)+0.114*float32(c.B))/257 + white
			}
		}
	}
	return p
}

// cut copies a part of a plane.
func (p plane) cut(r image.Rectangle) plane {
	out := newPlane(r.Dx(), r.Dy())
	for y := range out.h {
		copy(out.pix[y*out.w:(y+1)*out.w], p.pix[(r.Min.Y+y)*p.w+r.Min.X:])
	}
	return out
}

// shrink makes a plane of another size by PDQ's way: two passes of a box filter (Jarosz, "Fast image
// convolutions") with a window of half a target pixel, then the middle of each target pixel.
func shrink(p plane, w, h int) plane {
	wx, wy := (p.w+2*w-1)/(2*w), (p.h+2*h-1)/(2*h)
	buf := plane{p.w, p.h, append([]float32(nil), p.pix...)}
	tmp := newPlane(p.w, p.h)
	for range 2 {
		boxRows(buf, tmp, wx)
		boxColumns(tmp, buf, wy)
	}
	out := newPlane(w, h)
	for y := range h {
		sy := min(int((float64(y)+0.5)*float64(p.h)/float64(h)), p.h-1)
		for x := range w {
			sx := min(int((float64(x)+0.5)*float64(p.w)/float64(w)), p.w-1)
			out.pix[y*w+x] = buf.pix[sy*p.w+sx]
		}
	}
	return out
}

// boxRows averages over window pixels along each row; at the ends over what is there.
func boxRows(in, out plane, window int) {
	for y := range in.h {
		box(in.pix[y*in.w:], out.pix[y*in.w:], in.w, 1, window)
	}
}

func boxColumns(in, out plane, window int) {
	for x := range in.w {
		box(in.pix[x:], out.pix[x:], in.h, in.w, window)
	}
}

// box averages n samples that lie stride apart. The window is one sample longer ahead when it is even.
func box(in, out []float32, n, stride, window int) {
	ahead := window / 2
	behind := window - 1 - ahead
	var sum float32
	count := 0
	for i := range min(ahead, n) {
		sum += in[i*stride]
		count++
	}
	for i := range n {
		if j := i + ahead; j < n {
			sum += in[j*stride]
			count++
		}
		if j := i - behind - 1; j >= 0 {
			sum -= in[j*stride]
			count--
		}
		out[i*stride] = sum / float32(count)
	}
}

// blur averages over window×window pixels. The window is odd: an even one would shift the picture by half
// a pixel, and its mirror image the other way.
func blur(p plane, window int) plane {
	tmp, out := newPlane(p.w, p.h), newPlane(p.w, p.h)
	boxRows(p, tmp, window)
	boxColumns(tmp, out, window)
	return out
}

// soften weighs each pixel with its neighbours, 1:2:1 in both directions.
func soften(p plane) plane {
	tmp, out := newPlane(p.w, p.h), newPlane(p.w, p.h)
	for y := range p.h {
		tent(p.pix[y*p.w:], tmp.pix[y*p.w:], p.w, 1)
	}
	for x := range p.w {
		tent(tmp.pix[x:], out.pix[x:], p.h, p.w)
	}
	return out
}

func tent(in, out []float32, n, stride int) {
	for i := range n {
		before, after := in[max(i-1, 0)*stride], in[min(i+1, n-1)*stride]
		out[i*stride] = (before + 2*in[i*stride] + after) / 4
	}
}

// resize scales a plane so that its longer side has side pixels.
func resize(p plane, side int) plane {
	long := max(p.w, p.h)
	return scaleTo(p, max(1, (p.w*side+long/2)/long), max(1, (p.h*side+long/2)/long))
}

// scaleTo scales a plane: blurred first where it shrinks, then linear between pixels.
func scaleTo(p plane, w, h int) plane {
	switch f := float64(p.w) / float64(w); {
	case f > 2:
		p = blur(p, int(f/2)*2+1)
	case f > 1.1:
		p = soften(p)
	}
	out := newPlane(w, h)
	for y := range h {
		fy := (float32(y)+0.5)*float32(p.h)/float32(h) - 0.5
		for x := range w {
			out.pix[y*w+x] = p.sample((float32(x)+0.5)*float32(p.w)/float32(w)-0.5, fy)
		}
	}
	return out
}

// sample reads between pixels, linearly; outside the frame the nearest pixel counts.
func (p plane) sample(x, y float32) float32 {
	x, y = max(0, min(x, float32(p.w-1))), max(0, min(y, float32(p.h-1)))
	x0, y0 := int(x), int(y)
	x1, y1 := min(x0+1, p.w-1), min(y0+1, p.h-1)
	fx, fy := x-float32(x0), y-float32(y0)
	a := p.pix[y0*p.w+x0]*(1-fx) + p.pix[y0*p.w+x1]*fx
	b := p.pix[y1*p.w+x0]*(1-fx) + p.pix[y1*p.w+x1]*fx
	return a*(1-fy) + b*fy
}
