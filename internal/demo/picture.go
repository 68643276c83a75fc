package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math/rand/v2"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// Picture draws the n-th screenshot of the demonstration: a made-up post that says of itself that it is an example.
func Picture(n int) ([]byte, error) {
	const width, height = 360, 480
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	fill := func(r image.Rectangle, c color.Color) {
		draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(img.Bounds(), color.RGBA{0xf3, 0xf2, 0xf5, 0xff})
	fill(image.Rect(0, 0, width, 44), color.RGBA{0x2c, 0x1c, 0x49, 0xff})
	fill(image.Rect(16, 64, width-16, 330), color.RGBA{0xd8, 0xcc, 0xec, 0xff})
	r := rand.New(rand.NewPCG(uint64(n), 11))
	for range 60 {
		x, y := 16+r.IntN(width-60), 64+r.IntN(250)
		c := color.RGBA{uint8(r.IntN(256)), uint8(r.IntN(200)), uint8(60 + r.IntN(190)), 0xff}
		fill(image.Rect(x, y, min(x+8+r.IntN(90), width-16), min(y+6+r.IntN(70), 330)), c)
	}
	write := func(x, y int, c color.Color, s string) {
		d := font.Drawer{Dst: img, Src: image.NewUniform(c), Face: basicfont.Face7x13, Dot: fixed.P(x, y)}
		d.DrawString(s)
	}
	ink := color.RGBA{0x1e, 0x1a, 0x26, 0xff}
	write(16, 27, color.White, fmt.Sprintf("@contoh.%04d", 1000+n*37))
	write(16, 360, ink, "CONTOH TANGKAPAN LAYAR")
	write(16, 380, ink, "Unggahan ini dibuat untuk peragaan.")
	write(16, 400, ink, "Tidak menggambarkan orang atau")
	write(16, 420, ink, "kejadian sungguhan.")
	write(16, 460, color.RGBA{0x54, 0x4d, 0x61, 0xff}, fmt.Sprintf("%d suka   %d komentar   %d bagikan", 120+n*17, 8+n*3, 4+n*5))
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("encode picture: %w", err)
	}
	return b.Bytes(), nil
}
