package fingerprint

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
)

// SignatureSize is the number of values in a signature. The estimate of the
// likeness has a standard error of about one twelfth.
const SignatureSize = 48

// shingle is the length of the runs of letters that two texts are compared by:
// long enough to tell words apart, short enough to outlive a typing mistake.
const shingle = 7

// Signature is a near-duplicate signature of a text (MinHash: Broder, "On the
// resemblance and containment of documents", 1997): it says how alike two
// texts are when the texts themselves are not kept. The text cannot be read
// from it, but who has the text can make the same signature.
type Signature [SignatureSize]uint16

// Signature returns the signature of the normal form. ok is false for a text
// of fewer than four tokens or sixteen letters, for which it would say
// nothing.
func (t Text) Signature() (s Signature, ok bool) {
	normal := t.Normal()
	if len(t.Tokens) < 4 || len(normal) < 16 {
		return s, false
	}
	var least [SignatureSize]uint64
	for i := range least {
		least[i] = ^uint64(0)
	}
	for i := 0; i+shingle <= len(normal); i++ {
		h := uint64(14695981039346656037) // FNV-1a
		for _, c := range []byte(normal[i : i+shingle]) {
			h = (h ^ uint64(c)) * 1099511628211
		}
		for k := range least {
			least[k] = min(least[k], scramble(h+uint64(k)*0x9E3779B97F4A7C15))
		}
	}
	for k, v := range least {
		s[k] = uint16(v)
	}
	return s, true
}

// scramble is the finalizer of SplitMix64 (Steele, Lea, Flood, 2014).
func scramble(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}

// Likeness estimates how much of what two texts have both have, 0 to 1.
func (s Signature) Likeness(other Signature) float64 {
	same := 0
	for i := range s {
		if s[i] == other[i] {
			same++
		}
	}
	return float64(same) / SignatureSize
}

// String returns the signature as 192 hexadecimal digits.
func (s Signature) String() string {
	var b [2 * SignatureSize]byte
	for i, v := range s {
		binary.BigEndian.PutUint16(b[2*i:], v)
	}
	return hex.EncodeToString(b[:])
}

// ParseSignature reads what String wrote.
func ParseSignature(text string) (s Signature, err error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != 2*SignatureSize {
		return s, errors.New("read signature: it is not 192 hexadecimal digits")
	}
	for i := range s {
		s[i] = binary.BigEndian.Uint16(b[2*i:])
	}
	return s, nil
}
