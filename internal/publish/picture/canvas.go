// Package picture draws what people send on and print: the picture that messengers show for a fact-check or an alert, cards of a kit, and its
// sheet as a PDF. It draws on the server, so that no browser is needed, and takes only words that are already marked: it never sees the text that
// goes around.
package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"

	"github.com/boombuler/barcode/qr"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// The colours of the product on paper (internal/web/static/ronda.css, light).
var (
	white  = color.RGBA{255, 255, 255, 255}
	ink    = color.RGBA{0x1e, 0x1a, 0x26, 255}
	soft   = color.RGBA{0x54, 0x4d, 0x61, 255}
	violet = color.RGBA{0x2c, 0x1c, 0x49, 255}
	wood   = color.RGBA{0x74, 0x49, 0x2a, 255}
	line   = color.RGBA{0xe6, 0xe3, 0xeb, 255}
)

// tones are the colour of a verdict or an urgency and the ground behind it.
type tone struct{ strong, ground color.RGBA }

var tones = map[string]tone{
	"aman":    {color.RGBA{0x1f, 0x5d, 0x50, 255}, color.RGBA{0xe3, 0xf1, 0xed, 255}},
	"bahaya":  {color.RGBA{0x98, 0x28, 0x1b, 255}, color.RGBA{0xfb, 0xeb, 0xe8, 255}},
	"tenggat": {color.RGBA{0x7a, 0x4b, 0x00, 255}, color.RGBA{0xfc, 0xf0, 0xd9, 255}},
	"info":    {soft, color.RGBA{0xf3, 0xf2, 0xf5, 255}},
}

// Maker draws. It is safe for concurrent use.
type Maker struct{ regular, bold *opentype.Font }

// New loads the typefaces: Go Regular and Go Bold (Bigelow & Holmes, BSD licence).
func New() (*Maker, error) {
	regular, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("parse Go Regular: %w", err)
	}
	bold, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return nil, fmt.Errorf("parse Go Bold: %w", err)
	}
	return &Maker{regular, bold}, nil
}

// canvas is one picture under way.
type canvas struct {
	m   *Maker
	img *image.RGBA
	err error
}

func (m *Maker) canvas(w, h int) *canvas {
	c := &canvas{m: m, img: image.NewRGBA(image.Rect(0, 0, w, h))}
	c.fill(0, 0, w, h, white)
	return c
}

func (c *canvas) fill(x, y, w, h int, col color.RGBA) {
	draw.Draw(c.img, image.Rect(x, y, x+w, y+h), image.NewUniform(col), image.Point{}, draw.Src)
}

// frame draws a border of the given width inside a rectangle.
func (c *canvas) frame(x, y, w, h, width int, col color.RGBA) {
	c.fill(x, y, w, width, col)
	c.fill(x, y+h-width, w, width, col)
	c.fill(x, y, width, h, col)
	c.fill(x+w-width, y, width, h, col)
}

// edge draws the row of thin wood strokes that every page of the product has under its head.
func (c *canvas) edge(y, height int) {
	step := max(height, 8)
	for x := 0; x < c.img.Rect.Dx(); x += step {
		c.fill(x, y, max(step/4, 2), height, wood)
	}
}

func (c *canvas) face(bold bool, size float64) font.Face {
	f := c.m.regular
	if bold {
		f = c.m.bold
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil && c.err == nil {
		c.err = fmt.Errorf("make typeface: %w", err)
	}
	return face
}

// wrap breaks a text into lines that fit into a width. A word that is longer than a line is broken.
func wrap(face font.Face, text string, width int) []string {
	var out []string
	limit := fixed.I(width)
	current := ""
	for _, word := range strings.Fields(text) {
		for font.MeasureString(face, word) > limit {
			runes := []rune(word)
			n := len(runes)
			for n > 1 && font.MeasureString(face, string(runes[:n])) > limit {
				n--
			}
			if current != "" {
				out, current = append(out, current), ""
			}
			out, word = append(out, string(runes[:n])), string(runes[n:])
		}
		next := word
		if current != "" {
			next = current + " " + word
		}
		if font.MeasureString(face, next) > limit {
			out, next = append(out, current), word
		}
		current = next
	}
	if current != "" {
		out = append(out, current)
	}
	return out
}

// text writes a text into a box, at the largest of the sizes that fits, and returns the height that it took. What fits at no size is cut with "…".
func (c *canvas) text(text string, x, y, w, h int, bold bool, col color.RGBA, sizes ...float64) int {
	for i, size := range sizes {
		face := c.face(bold, size)
		if face == nil {
			return 0
		}
		leading := int(size * 1.32)
		lines := wrap(face, text, w)
		most := max(h/leading, 1)
		if len(lines) > most && i < len(sizes)-1 {
			continue
		}
		if len(lines) > most {
			lines = lines[:most]
			lines[most-1] = cutTo(face, lines[most-1], w)
		}
		d := font.Drawer{Dst: c.img, Src: image.NewUniform(col), Face: face}
		for n, l := range lines {
			d.Dot = fixed.P(x, y+leading*n+int(size*0.98))
			d.DrawString(l)
		}
		return leading * len(lines)
	}
	return 0
}

func cutTo(face font.Face, s string, width int) string {
	runes := []rune(s)
	for len(runes) > 0 && font.MeasureString(face, string(runes)+"…") > fixed.I(width) {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ,.") + "…"
}

// stroke draws a thick line.
func (c *canvas) stroke(x1, y1, x2, y2, width float32, col color.RGBA) {
	dx, dy := x2-x1, y2-y1
	n := float32(sqrt(float64(dx*dx + dy*dy)))
	if n == 0 {
		return
	}
	ox, oy := -dy/n*width/2, dx/n*width/2
	r := vector.NewRasterizer(c.img.Rect.Dx(), c.img.Rect.Dy())
	r.MoveTo(x1+ox, y1+oy)
	r.LineTo(x2+ox, y2+oy)
	r.LineTo(x2-ox, y2-oy)
	r.LineTo(x1-ox, y1-oy)
	r.ClosePath()
	r.Draw(c.img, c.img.Bounds(), image.NewUniform(col), image.Point{})
}

func sqrt(x float64) float64 {
	z := x
	for range 40 {
		if z == 0 {
			return 0
		}
		z -= (z*z - x) / (2 * z)
	}
	return z
}

// icon draws the mark of a tone, so that nobody has to tell colours apart.
func (c *canvas) icon(name string, x, y, s float32, col color.RGBA) {
	w := s / 8
	switch name {
	case "aman":
		c.stroke(x+s*.12, y+s*.55, x+s*.4, y+s*.82, w, col)
		c.stroke(x+s*.36, y+s*.82, x+s*.9, y+s*.2, w, col)
	case "bahaya":
		c.stroke(x+s*.15, y+s*.15, x+s*.85, y+s*.85, w, col)
		c.stroke(x+s*.85, y+s*.15, x+s*.15, y+s*.85, w, col)
	case "tenggat":
		c.stroke(x+s*.5, y+s*.06, x+s*.96, y+s*.9, w*.8, col)
		c.stroke(x+s*.5, y+s*.06, x+s*.04, y+s*.9, w*.8, col)
		c.stroke(x, y+s*.9, x+s, y+s*.9, w*.8, col)
		c.stroke(x+s*.5, y+s*.36, x+s*.5, y+s*.62, w*.8, col)
		c.stroke(x+s*.5, y+s*.69, x+s*.5, y+s*.78, w*.8, col)
	default:
		c.text("?", int(x+s*.2), int(y-s*.12), int(s), int(s*1.3), true, col, float64(s))
	}
}

// strokes draws urgency n of 5 as upright bars.
func (c *canvas) strokes(n, x, y, h int) {
	for i := range 5 {
		left := x + i*h/2
		if i < n {
			c.fill(left, y, h/3, h, wood)
		} else {
			c.frame(left, y, h/3, h, 2, soft)
		}
	}
}

// code draws a QR code with its quiet border into a square of about side pixels, and returns the side it took.
func (c *canvas) code(text string, x, y, side int) int {
	img, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		if c.err == nil {
			c.err = fmt.Errorf("make QR code: %w", err)
		}
		return 0
	}
	n := img.Bounds().Dx()
	dot := max(side/(n+8), 1)
	for j := range n {
		for i := range n {
			if color.GrayModel.Convert(img.At(i, j)).(color.Gray).Y < 128 {
				c.fill(x+(i+4)*dot, y+(j+4)*dot, dot, dot, ink)
			}
		}
	}
	return (n + 8) * dot
}

// png encodes the picture with the few colours that it was drawn in and the steps between them, which keeps it small.
func (c *canvas) png(colours ...color.RGBA) ([]byte, error) {
	if c.err != nil {
		return nil, c.err
	}
	palette := color.Palette{white}
	grounds := []color.RGBA{white}
	for _, p := range colours {
		if int(p.R)+int(p.G)+int(p.B) > 600 && p != white {
			grounds = append(grounds, p)
			palette = append(palette, p)
		}
	}
	for _, g := range grounds {
		for _, p := range colours {
			if int(p.R)+int(p.G)+int(p.B) > 600 && p != white {
				continue
			}
			for step := 1; step <= 5; step++ {
				palette = append(palette, mix(g, p, step, 5))
			}
		}
	}
	for step := 1; step <= 5; step++ { // white on violet
		palette = append(palette, mix(violet, white, step, 5))
	}
	if len(palette) > 256 {
		palette = palette[:256]
	}
	flat := image.NewPaletted(c.img.Rect, palette)
	near := map[color.RGBA]uint8{}
	for i := 0; i < len(c.img.Pix); i += 4 {
		p := color.RGBA{c.img.Pix[i], c.img.Pix[i+1], c.img.Pix[i+2], 255}
		at, ok := near[p]
		if !ok {
			at = uint8(palette.Index(p))
			near[p] = at
		}
		flat.Pix[i/4] = at
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, flat); err != nil {
		return nil, fmt.Errorf("write picture: %w", err)
	}
	return out.Bytes(), nil
}

func mix(a, b color.RGBA, step, of int) color.RGBA {
	f := func(x, y uint8) uint8 { return uint8((int(x)*(of-step) + int(y)*step) / of) }
	return color.RGBA{f(a.R, b.R), f(a.G, b.G), f(a.B, b.B), 255}
}
