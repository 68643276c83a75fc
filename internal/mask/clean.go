package mask

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Reasons for which Clean refuses a text. They are told to the sender, so test with errors.Is.
var (
	ErrEncoding = errors.New("text is not valid UTF-8")
	ErrNUL      = errors.New("text contains a NUL character")
	ErrTooLong  = errors.New("text is too long")
)

// TooLong is the error for a text above its limit; it matches ErrTooLong.
type TooLong struct {
	Limit int // characters allowed
}

func (e *TooLong) Error() string { return fmt.Sprintf("text is longer than %d characters", e.Limit) }

// Unwrap makes errors.Is(err, ErrTooLong) true.
func (e *TooLong) Unwrap() error { return ErrTooLong }

// More combining marks than this on one letter are scribble that hides a word ("Zalgo").
const maxMarks = 8

// Clean validates a text of several lines at the edge: it refuses broken UTF-8, NUL and more
// than limit characters (code points; the bytes are bounded before anything is copied), and
// returns the text in NFC with line ends as "\n", without control characters, bidirectional
// overrides and characters of no width (the joiners that emoji and scripts need stay), and
// without blanks around it. Both database engines store what it returns alike.
func Clean(s string, limit int) (string, error) {
	// A code point has four bytes at most; twice that leaves room for what will be dropped.
	if len(s) > 8*limit+64 {
		return "", &TooLong{limit}
	}
	if !utf8.ValidString(s) {
		return "", ErrEncoding
	}
	if strings.IndexByte(s, 0) >= 0 {
		return "", ErrNUL
	}
	s = strings.TrimSpace(norm.NFC.String(strip(norm.NFC.String(s))))
	if utf8.RuneCountInString(s) > limit {
		return "", &TooLong{limit}
	}
	return s, nil
}

// Line is Clean for a field of one line: every row of blanks becomes one space.
func Line(s string, limit int) (string, error) {
	s, err := Clean(s, limit+limit/2+16)
	if err != nil {
		var long *TooLong
		if errors.As(err, &long) {
			long.Limit = limit
		}
		return "", err
	}
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > limit {
		return "", &TooLong{limit}
	}
	return s, nil
}

func strip(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	marks := 0
	var prev rune
	for i, r := range s {
		switch {
		case r == '\r':
			if i+1 < len(s) && s[i+1] == '\n' {
				continue
			}
			r = '\n'
		case r == 0x2028 || r == 0x2029 || r == 0x85:
			r = '\n'
		case r == '\n' || r == '\t':
		case dropped(r):
			continue
		case (r == 0x200C || r == 0x200D) && (prev == 0x200C || prev == 0x200D):
			continue
		}
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		b.WriteRune(r)
		prev = r
	}
	return b.String()
}

// dropped lists what has no business in a report: it cannot be seen and only misleads readers,
// matching or the terminal.
func dropped(r rune) bool {
	switch {
	case unicode.Is(unicode.Cc, r):
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x206F: // bidi embeddings, overrides, isolates
		return true
	case r == 0x200B, r == 0x200E, r == 0x200F, r == 0x061C, r == 0xFEFF, r == 0x00AD:
		return true
	case r >= 0x2060 && r <= 0x2065, r >= 0xFFF9 && r <= 0xFFFB, r == 0x180E, r == 0x034F:
		return true
	case r >= 0xE0000 && r <= 0xE0FFF: // tags and variation selectors of plane 14
		return true
	case r&0xFFFE == 0xFFFE, r >= 0xFDD0 && r <= 0xFDEF: // noncharacters
		return true
	}
	return false
}
