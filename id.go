package ronda

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// crockford is the alphabet of Douglas Crockford's Base 32: no I, L, O or U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// CodeLength is the number of letters in a ticket code (60 random bits); NoticeCodeLength that of a notice code (80).
const (
	CodeLength       = 12
	NoticeCodeLength = 16
)

// IDs makes identifiers from a clock and a source of randomness. It is safe for concurrent use if Rand is.
type IDs struct {
	Rand io.Reader
}

// New returns an id of 26 letters that sorts by time t in milliseconds (the ULID layout) and holds 80 random bits.
func (s IDs) New(t time.Time) string {
	var b [16]byte
	ms := uint64(t.UnixMilli())
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	s.fill(b[6:])
	return encode128(b)
}

// Code returns a random code of n Crockford letters without dashes.
func (s IDs) Code(n int) string {
	raw := make([]byte, n)
	s.fill(raw)
	for i := range raw {
		raw[i] = crockford[raw[i]&31]
	}
	return string(raw)
}

// fill reads random bytes. Without randomness no code is safe to give out, so a failing source ends the process.
func (s IDs) fill(b []byte) {
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		panic(fmt.Sprintf("read randomness: %v", err))
	}
}

func encode128(b [16]byte) string {
	var out [26]byte
	// 130 bits: two leading zero bits, then 128.
	var acc uint32
	bits, n := 2, 0
	for _, x := range b {
		acc = acc<<8 | uint32(x)
		bits += 8
		for bits >= 5 {
			bits -= 5
			out[n] = crockford[acc>>bits&31]
			n++
		}
	}
	return string(out[:])
}

// FormatCode groups a code as people see it: "RND-7K3M-9Q2X-4TBC".
func FormatCode(code string) string {
	var b strings.Builder
	b.WriteString("RND")
	for i := 0; i < len(code); i += 4 {
		b.WriteString("-" + code[i:min(i+4, len(code))])
	}
	return b.String()
}

// ParseCode reads a code of n letters as a person types it: case, spaces, dashes and the prefix RND do not matter, O is 0, I and L are 1.
// ok is false if what is left is not n letters of the alphabet.
func ParseCode(s string, n int) (code string, ok bool) {
	if len(s) > 200 {
		return "", false
	}
	s = strings.ToUpper(s)
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '–', '—', '_', '.', '\t', '\n', '\r', '\u00a0', '\u200b':
			return -1
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return r
	}, s)
	if len(s) == n+3 && strings.HasPrefix(s, "RND") {
		s = s[3:]
	}
	if len(s) != n {
		return "", false
	}
	for i := range len(s) {
		if strings.IndexByte(crockford, s[i]) < 0 {
			return "", false
		}
	}
	return s, true
}
