package letter

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the blank border that a QR code needs, in modules (ISO/IEC 18004, 4 modules).
const quiet = 4

// modules returns the square of a QR code for text with error correction M: true is dark.
func modules(text string) ([][]bool, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("make QR code: %w", err)
	}
	b := code.Bounds()
	out := make([][]bool, b.Dy())
	for y := range out {
		out[y] = make([]bool, b.Dx())
		for x := range out[y] {
			out[y][x] = color.GrayModel.Convert(code.At(b.Min.X+x, b.Min.Y+y)).(color.Gray).Y < 128
		}
	}
	return out, nil
}

// qrPath is the SVG path of the dark modules, one run of a row at a time, and the side of the view box in modules.
func qrPath(text string) (path string, side int, err error) {
	square, err := modules(text)
	if err != nil {
		return "", 0, err
	}
	var b strings.Builder
	for y, row := range square {
		for x := 0; x < len(row); x++ {
			start := x
			for x < len(row) && row[x] {
				x++
			}
			if x > start {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", start+quiet, y+quiet, x-start, x-start)
			}
		}
	}
	return b.String(), len(square) + 2*quiet, nil
}
