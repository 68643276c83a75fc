package evidence

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// shape is what the structure of a file says before anything is decoded.
type shape struct {
	width, height int // the largest that a decoder would make room for
	bytesPerPixel int // of the decoded picture
	orientation   int // EXIF, 1 to 8
}

// errBroken is a file whose structure is not what its type demands.
var errBroken = errors.New("structure is broken")

// Bounds on structure that no honest file reaches. Each progressive scan and each chunk costs a pass or an
// allocation, whatever its size.
const (
	maxScans  = 64
	maxChunks = 20_000
)

// inspect walks the structure of a file without decoding it.
func inspect(mediaType string, b []byte) (shape, error) {
	switch mediaType {
	case JPEG:
		return inspectJPEG(b)
	case PNG:
		return inspectPNG(b)
	case GIF:
		return inspectGIF(b)
	case WebP:
		return inspectWebP(b)
	case PDF:
		return shape{}, inspectPDF(b)
	case MP4:
		return shape{}, inspectMP4(b)
	}
	return shape{}, errBroken
}

func inspectJPEG(b []byte) (shape, error) {
	s := shape{orientation: 1, bytesPerPixel: 4}
	scans := 0
	for i := 2; i+4 <= len(b); {
		if b[i] != 0xff {
			return s, errBroken
		}
		marker := b[i+1]
		if marker == 0xff { // fill
			i++
			continue
		}
		if marker == 0xd9 { // end of image; phones append things behind it, which nothing here reads
			break
		}
		if marker == 0x01 || marker >= 0xd0 && marker <= 0xd8 {
			i += 2
			continue
		}
		n := int(binary.BigEndian.Uint16(b[i+2:]))
		if n < 2 || i+2+n > len(b) {
			return s, errBroken
		}
		seg := b[i+4 : i+2+n]
		switch {
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc:
			if len(seg) < 6 || s.width != 0 {
				return s, errBroken
			}
			s.height, s.width = int(binary.BigEndian.Uint16(seg[1:])), int(binary.BigEndian.Uint16(seg[3:]))
		case marker == 0xe1:
			if tiff, ok := bytes.CutPrefix(seg, []byte("Exif\x00\x00")); ok {
				s.orientation = orientation(tiff)
			}
		}
		i += 2 + n
		if marker == 0xda {
			if scans++; scans > maxScans {
				return s, errBroken
			}
			i = afterScan(b, i)
		}
	}
	if s.width == 0 || s.height == 0 || scans == 0 {
		return s, errBroken
	}
	return s, nil
}

// afterScan skips entropy-coded data up to the next marker that is not a stuffed zero or a restart.
func afterScan(b []byte, i int) int {
	for i+1 < len(b) {
		j := bytes.IndexByte(b[i:len(b)-1], 0xff)
		if j < 0 {
			return len(b)
		}
		i += j
		if m := b[i+1]; m != 0 && m != 0xff && (m < 0xd0 || m > 0xd7) {
			return i
		}
		i++
	}
	return len(b)
}

func inspectPNG(b []byte) (shape, error) {
	s := shape{orientation: 1, bytesPerPixel: 4}
	data := false
	for i, n := 8, 0; ; n++ {
		if n > maxChunks || i+12 > len(b) {
			return s, errBroken
		}
		size := int(binary.BigEndian.Uint32(b[i:]))
		kind := string(b[i+4 : i+8])
		if size < 0 || size > len(b)-i-12 || n == 0 != (kind == "IHDR") {
			return s, errBroken
		}
		body := b[i+8 : i+8+size]
		switch kind {
		case "IHDR":
			if size != 13 {
				return s, errBroken
			}
			w, h := binary.BigEndian.Uint32(body), binary.BigEndian.Uint32(body[4:])
			if w == 0 || h == 0 || w > 1<<30 || h > 1<<30 {
				return s, errBroken
			}
			s.width, s.height = int(w), int(h)
			if body[8] == 16 {
				s.bytesPerPixel = 8
			}
		case "IDAT":
			data = true
		case "eXIf":
			s.orientation = orientation(body)
		case "IEND":
			if !data {
				return s, errBroken
			}
			return s, nil
		}
		i += 12 + size
	}
}

func inspectGIF(b []byte) (shape, error) {
	s := shape{orientation: 1, bytesPerPixel: 1 + 4} // palette image, then the view
	if len(b) < 14 {
		return s, errBroken
	}
	s.width, s.height = int(binary.LittleEndian.Uint16(b[6:])), int(binary.LittleEndian.Uint16(b[8:]))
	if s.width == 0 || s.height == 0 {
		return s, errBroken
	}
	return s, nil
}

// inspectWebP takes the largest of the canvas and of every bitstream in it: a small canvas may carry
// a huge one, and the decoder believes the latter.
func inspectWebP(b []byte) (shape, error) {
	s := shape{orientation: 1, bytesPerPixel: 4}
	end := int(binary.LittleEndian.Uint32(b[4:])) + 8
	if end > len(b) || end < 20 {
		return s, errBroken
	}
	grow := func(w, h int) { s.width, s.height = max(s.width, w), max(s.height, h) }
	for i, n := 12, 0; i+8 <= end; n++ {
		size := int(binary.LittleEndian.Uint32(b[i+4:]))
		if n > maxChunks || size < 0 || size > end-i-8 {
			return s, errBroken
		}
		body := b[i+8 : i+8+size]
		switch string(b[i : i+4]) {
		case "VP8X":
			if size < 10 {
				return s, errBroken
			}
			grow(1+uint24(body[4:]), 1+uint24(body[7:]))
		case "VP8 ":
			if size < 10 {
				return s, errBroken
			}
			grow(int(binary.LittleEndian.Uint16(body[6:])&0x3fff), int(binary.LittleEndian.Uint16(body[8:])&0x3fff))
		case "VP8L":
			if size < 5 {
				return s, errBroken
			}
			bits := binary.LittleEndian.Uint32(body[1:])
			grow(1+int(bits&0x3fff), 1+int(bits>>14&0x3fff))
		case "EXIF":
			s.orientation = orientation(bytes.TrimPrefix(body, []byte("Exif\x00\x00")))
		}
		i += 8 + size + size&1
	}
	if s.width == 0 || s.height == 0 {
		return s, errBroken
	}
	return s, nil
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// inspectPDF wants an end marker where readers look for it.
func inspectPDF(b []byte) error {
	if !bytes.Contains(b[max(0, len(b)-headWindow):], []byte("%%EOF")) {
		return errBroken
	}
	return nil
}

// inspectMP4 walks the outer boxes: they must fill the file and hold an index and data.
func inspectMP4(b []byte) error {
	index, data := false, false
	for i, n := 0, 0; i < len(b); n++ {
		if n > maxChunks || i+8 > len(b) {
			return errBroken
		}
		size, head := uint64(binary.BigEndian.Uint32(b[i:])), uint64(8)
		switch {
		case size == 1 && i+16 <= len(b):
			size, head = binary.BigEndian.Uint64(b[i+8:]), 16
		case size == 0:
			size = uint64(len(b) - i)
		}
		if size < head || size > uint64(len(b)-i) {
			return errBroken
		}
		switch string(b[i+4 : i+8]) {
		case "moov", "moof":
			index = true
		case "mdat":
			data = true
		}
		i += int(size)
	}
	if !index || !data {
		return errBroken
	}
	return nil
}

// orientation reads tag 0x0112 of the first directory of a TIFF header; 1 when there is none.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	n := uint64(order.Uint16(tiff[at:]))
	for i := range n {
		e := at + 2 + i*12
		if e+12 > uint64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[e:]) == 0x0112 {
			if v := int(order.Uint16(tiff[e+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}
