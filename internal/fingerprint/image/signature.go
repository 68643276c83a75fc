// Package image makes pictures and videos comparable: the picture part of the second stage of the flow.
//
// A picture that is forwarded comes back smaller, greyer, cut, framed, captioned, written upon, mirrored
// or as the screenshot of a chat. Three things find it again: the PDQ hash of the whole frame, the same
// of the content inside borders and bands, and local features for what was cut or covered. They only
// propose. Whether two pictures are the same is decided by looking at both, cell by cell, under the
// transform that the proposal implies; so two different photographs under the same caption are two
// pictures. The package promises no pair of different pictures rather than every copy; docs/evidence.md
// has the measured rates.
package image

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"math"
)

// Signature is all that is kept of a picture to recognise it: about 13 KB.
type Signature struct {
	Full    PDQ // of the whole frame
	Content PDQ // of what is inside borders and bands; equal to Full without any
	Quality int // PDQ's quality of the content, 0 to 100

	aspect       float32 // of the content, width divided by height
	mirrorFull   PDQ
	mirrorInside PDQ
	small        thumb
	features     []feature
	mirror       []feature // the same spots, of the mirrored picture
}

const (
	maxFeatures = 160
	// Pictures are brought to this size first. Phones make larger ones, and nothing below it is lost.
	workSide = 1024
)

// Hash makes the signature of a picture, and PDQ's quality of it from 0 (nothing to see) to 100.
// The picture is given upright; its size is the caller's to limit.
func Hash(img image.Image) (Signature, int) {
	return hash(luma(img))
}

func hash(p plane) (Signature, int) {
	if p.w == 0 || p.h == 0 {
		return Signature{}, 0
	}
	if long := max(p.w, p.h); long > workSide {
		p = resize(p, workSide)
	}
	var s Signature
	full := dct(shrink(p, 64, 64))
	s.Full, s.mirrorFull = full.hash(Upright), full.hash(FlipY)
	inside := p.cut(content(p))
	small := shrink(inside, 64, 64)
	within := dct(small)
	s.Content, s.mirrorInside = within.hash(Upright), within.hash(FlipY)
	s.Quality = quality(small)
	// Not PDQ's small picture: that one is shifted by a part of a pixel, and its mirror image the other way.
	for i, v := range scaleTo(inside, thumbSide, thumbSide).pix {
		s.small[i] = uint8(max(0, min(255, v+0.5)))
	}
	s.aspect = float32(inside.w) / float32(inside.h)
	s.features, s.mirror = features(inside, maxFeatures)
	return s, s.Quality
}

// reflected is the signature of the mirrored picture.
func (s *Signature) reflected() *Signature {
	return &Signature{Full: s.mirrorFull, Content: s.mirrorInside, Quality: s.Quality, aspect: s.aspect,
		mirrorFull: s.Full, mirrorInside: s.Content, small: *s.small.mirrored(), features: s.mirror, mirror: s.features}
}

// distance is the smallest PDQ distance between frames and contents of two pictures.
func (s *Signature) distance(o *Signature) int {
	return min(s.Content.Distance(o.Content), s.Full.Distance(o.Full), s.Content.Distance(o.Full), s.Full.Distance(o.Content))
}

// The first byte of a stored signature. A signature of another version is made again from the picture.
const signatureVersion = 1

// ErrSignature is the error of bytes that are no signature of this version.
var ErrSignature = errors.New("not a picture signature of this version")

// MarshalBinary gives the form in which a signature is stored.
func (s Signature) MarshalBinary() ([]byte, error) {
	b := []byte{signatureVersion, uint8(s.Quality), uint8(len(s.features))}
	b = binary.BigEndian.AppendUint32(b, math.Float32bits(s.aspect))
	for _, p := range []PDQ{s.Full, s.Content, s.mirrorFull, s.mirrorInside} {
		b = appendBits(b, bits256(p))
	}
	b = append(b, s.small[:]...)
	for i, f := range s.features {
		b = binary.BigEndian.AppendUint16(b, uint16(f.x*65535))
		b = binary.BigEndian.AppendUint16(b, uint16(f.y*65535))
		b = appendBits(appendBits(b, f.desc), s.mirror[i].desc)
	}
	return b, nil
}

// UnmarshalBinary reads what MarshalBinary gave, or fails with ErrSignature.
func (s *Signature) UnmarshalBinary(b []byte) error {
	const head, one = 3 + 4 + 4*32 + thumbSide*thumbSide, 4 + 64
	if len(b) < head || b[0] != signatureVersion || b[1] > 100 || len(b) != head+one*int(b[2]) || b[2] > maxFeatures {
		return fmt.Errorf("read signature of %d bytes: %w", len(b), ErrSignature)
	}
	*s = Signature{Quality: int(b[1]), aspect: math.Float32frombits(binary.BigEndian.Uint32(b[3:]))}
	if !(s.aspect > 0 && s.aspect < 1e6) {
		return fmt.Errorf("read signature: %w", ErrSignature)
	}
	n := int(b[2])
	b = b[7:]
	for _, p := range []*PDQ{&s.Full, &s.Content, &s.mirrorFull, &s.mirrorInside} {
		*p, b = PDQ(readBits(b)), b[32:]
	}
	b = b[copy(s.small[:], b):]
	for range n {
		f := feature{float32(binary.BigEndian.Uint16(b)) / 65535, float32(binary.BigEndian.Uint16(b[2:])) / 65535, readBits(b[4:])}
		s.features = append(s.features, f)
		s.mirror = append(s.mirror, feature{1 - f.x, f.y, readBits(b[36:])})
		b = b[one:]
	}
	return nil
}

func appendBits(b []byte, v bits256) []byte {
	for _, w := range v {
		b = binary.BigEndian.AppendUint64(b, w)
	}
	return b
}

func readBits(b []byte) (v bits256) {
	for i := range v {
		v[i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return v
}
