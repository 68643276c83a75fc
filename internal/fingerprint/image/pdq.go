package image

import (
	"encoding/hex"
	"fmt"
	"image"
	"math"
	"sort"
)

// PDQ is the 256-bit hash of Facebook's PDQ algorithm ("The TMK+PDQF Video-Hashing Algorithm and the PDQ
// Image-Hashing Algorithm", Facebook 2019), which others exchange lists of. Bit 16·row+column is set where
// that coefficient of the 16×16 discrete cosine transform is above the median.
type PDQ bits256

// String gives the hash as 64 hexadecimal digits, as published lists have it.
func (p PDQ) String() string { return fmt.Sprintf("%016x%016x%016x%016x", p[3], p[2], p[1], p[0]) }

// ParsePDQ reads the form that String gives.
func ParsePDQ(s string) (PDQ, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 32 {
		return PDQ{}, fmt.Errorf("parse PDQ: %q is not 64 hexadecimal digits", s)
	}
	var p PDQ
	for i, v := range b {
		p[3-i/8] = p[3-i/8]<<8 | uint64(v)
	}
	return p, nil
}

// Distance is the number of bits in which two hashes differ, 0 to 256. Unrelated pictures are about
// 128 apart; the authors of PDQ take 31 and less as the same picture.
func (p PDQ) Distance(q PDQ) int {
	return hamming((*bits256)(&p), (*bits256)(&q))
}

// Turn is one of the eight ways to turn and mirror a picture.
type Turn int

// The turns, in PDQ's order. Rotations are counter-clockwise.
const (
	Upright Turn = iota
	Rotate90
	Rotate180
	Rotate270
	FlipX // top and bottom exchanged
	FlipY // left and right exchanged: the mirror
	FlipPlus1
	FlipMinus1
)

// PDQHash computes the hash of a picture and its quality, 0 to 100: how much there is in it to tell it
// apart. The authors advise against trusting hashes of quality below 50.
func PDQHash(img image.Image) (PDQ, int) {
	small := shrink(luma(img), 64, 64)
	c := dct(small)
	return c.hash(Upright), quality(small)
}

// PDQAll computes the hashes of a picture in all eight turns, from one transform.
func PDQAll(img image.Image) (all [8]PDQ, q int) {
	small := shrink(luma(img), 64, 64)
	c := dct(small)
	for t := range all {
		all[t] = c.hash(Turn(t))
	}
	return all, quality(small)
}

// coefficients holds frequencies 1 to 16 of both directions: rows vertical, columns horizontal.
type coefficients [16][16]float32

// cosines is the part of the orthonormal DCT matrix that PDQ uses.
var cosines = func() (m [16][64]float32) {
	for i := range m {
		for j := range m[i] {
			m[i][j] = float32(math.Sqrt(2.0/64) * math.Cos(math.Pi/2/64*float64(i+1)*float64(2*j+1)))
		}
	}
	return m
}()

func dct(p plane) (c coefficients) {
	var half [16][64]float32
	for i := range half {
		for x := range 64 {
			var sum float32
			for y := range 64 {
				sum += cosines[i][y] * p.pix[y*64+x]
			}
			half[i][x] = sum
		}
	}
	for i := range c {
		for j := range c[i] {
			var sum float32
			for x := range 64 {
				sum += half[i][x] * cosines[j][x]
			}
			c[i][j] = sum
		}
	}
	return c
}

// turned gives the coefficients of the turned picture: turning exchanges the directions, mirroring
// changes the sign of the odd frequencies of a direction (frequency i+1 at index i).
func (c *coefficients) turned(t Turn) *coefficients {
	var out coefficients
	for i := range 16 {
		for j := range 16 {
			rows, cols := i%2 == 0, j%2 == 0 // odd frequencies
			v, neg := c[i][j], false
			switch t {
			case Rotate90, Rotate270, FlipPlus1, FlipMinus1:
				v = c[j][i]
			}
			switch t {
			case Rotate90:
				neg = rows
			case Rotate180:
				neg = rows != cols
			case Rotate270:
				neg = cols
			case FlipX:
				neg = rows
			case FlipY:
				neg = cols
			case FlipMinus1:
				neg = rows != cols
			}
			if neg {
				v = -v
			}
			out[i][j] = v
		}
	}
	return &out
}

func (c *coefficients) hash(t Turn) (p PDQ) {
	if t != Upright {
		c = c.turned(t)
	}
	flat := make([]float32, 0, 256)
	for i := range c {
		flat = append(flat, c[i][:]...)
	}
	sorted := append([]float32(nil), flat...)
	sort.Slice(sorted, func(a, b int) bool { return sorted[a] < sorted[b] })
	median := sorted[127]
	for k, v := range flat {
		if v > median {
			p[k/64] |= 1 << (k % 64)
		}
	}
	return p
}

// quality sums the quantised gradients of the small picture, as PDQ does.
func quality(p plane) int {
	sum := 0
	for y := range 64 {
		for x := range 64 {
			v := p.pix[y*64+x]
			if y < 63 {
				sum += abs(int((v - p.pix[(y+1)*64+x]) * 100 / 255))
			}
			if x < 63 {
				sum += abs(int((v - p.pix[y*64+x+1]) * 100 / 255))
			}
		}
	}
	return min(sum/90, 100)
}

func abs(v int) int { return max(v, -v) }
