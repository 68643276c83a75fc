package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// Sizes of what is shown, in pixels of the longer side. A view is large enough to read a screenshot.
const (
	viewSide  = 1600
	tallSide  = 4800 // for the longer side of scrolled screenshots, whose shorter side is what is read
	thumbSide = 320
)

// decode gives the picture in a file that was inspected, upright. Of an animation it is the first
// frame. It fails for pictures that the decoders do not know (animated WebP, CMYK variants), which are then
// kept without a view.
func decode(mediaType string, b []byte, turn int) (image.Image, error) {
	r := bytes.NewReader(b)
	var img image.Image
	var err error
	switch mediaType {
	case JPEG:
		img, err = jpeg.Decode(r)
	case PNG:
		img, err = png.Decode(r)
	case GIF:
		img, err = gif.Decode(r)
	case WebP:
		img, err = webp.Decode(r)
	default:
		err = errors.New("no picture")
	}
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", mediaType, err)
	}
	return upright(img, turn), nil
}

// shown makes the pictures that may be shown: new pixels in a new file, so nothing of the original's
// EXIF, GPS, XMP, comments, profiles or trailers can be in them.
func shown(img image.Image) (view, thumb []byte, err error) {
	b := img.Bounds()
	side := viewSide
	if long, short := max(b.Dx(), b.Dy()), min(b.Dx(), b.Dy()); long > 2*short {
		side = min(tallSide, viewSide*long/(2*short))
	}
	large := fit(img, side)
	if view, err = encode(large); err != nil {
		return nil, nil, err
	}
	if thumb, err = encode(fit(large, thumbSide)); err != nil {
		return nil, nil, err
	}
	return view, thumb, nil
}

// fit scales a picture down so that its longer side has at most side pixels, on white.
func fit(img image.Image, side int) *image.RGBA {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if long := max(w, h); long > side {
		w, h = max(1, w*side/long), max(1, h*side/long)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	if w == b.Dx() && h == b.Dy() {
		draw.Draw(out, out.Bounds(), img, b.Min, draw.Over)
		return out
	}
	// Bilinear over the whole source: text stays readable and it costs a quarter of Catmull-Rom.
	xdraw.BiLinear.Scale(out, out.Bounds(), img, b, draw.Over, nil)
	return out
}

func encode(img image.Image) ([]byte, error) {
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: 85}); err != nil {
		return nil, fmt.Errorf("encode view: %w", err)
	}
	return buf.Bytes(), nil
}

// upright applies an EXIF orientation (1 to 8).
func upright(img image.Image, turn int) image.Image {
	if turn <= 1 || turn > 8 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if turn >= 5 {
		w, h = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := x, y
			switch turn {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, w-1-x
			case 7:
				sx, sy = h-1-y, w-1-x
			case 8:
				sx, sy = h-1-y, x
			}
			out.Set(x, y, img.At(b.Min.X+sx, b.Min.Y+sy))
		}
	}
	return out
}
