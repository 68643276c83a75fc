package fingerprint

import (
	"unicode"
	"unicode/utf8"
)

// Token is one word or number of a text in its normal form.
type Token struct {
	Text       string // lower case, without disguise
	Start, End int    // bytes of the original text that it was read from
	Number     bool   // digits only
	Disguised  bool   // leet, look-alike letters, letters pulled apart
	Capital    bool   // begins with a capital letter and goes on in small ones
}

// MaxWord is the longest token in bytes; longer runs are cut. Nothing that
// people write as a word is longer.
const MaxWord = 40

// Scanner reads the tokens of a text one by one without allocating for plain
// words. Word is valid until the next call of Next.
type Scanner struct {
	Word       []byte
	Start, End int
	Number     bool
	Disguised  bool
	Capital    bool
	Addresses  []string // collected so far

	s       string
	pos     int
	buf     [4 * MaxWord]byte
	pending []Token // parts of a word that was taken apart, last first
}

// NewScanner returns a scanner at the start of s.
func NewScanner(s string) *Scanner { return &Scanner{s: s} }

// Reset starts again with another text and keeps the buffers.
func (z *Scanner) Reset(s string) {
	z.s, z.pos, z.pending, z.Addresses = s, 0, z.pending[:0], nil
}

// Next reads the next token and says whether there was one.
func (z *Scanner) Next() bool {
	for {
		if n := len(z.pending); n > 0 {
			z.give(z.pending[n-1])
			z.pending = z.pending[:n-1]
			return true
		}
		if !z.skipToWord() {
			return false
		}
		if n := addressLength(z.s[z.pos:]); n > 0 {
			z.Addresses = append(z.Addresses, z.s[z.pos:z.pos+n])
			z.pos += n
			continue
		}
		if z.plainWord() {
			return true
		}
		z.hardWord()
	}
}

func (z *Scanner) give(t Token) {
	z.Word = append(z.buf[:0], t.Text...)
	z.Start, z.End = t.Start, t.End
	z.Number, z.Disguised, z.Capital = t.Number, t.Disguised, t.Capital
}

// skipToWord moves to the next rune that can begin a word.
func (z *Scanner) skipToWord() bool {
	for z.pos < len(z.s) {
		c := z.s[z.pos]
		if c < utf8.RuneSelf {
			if asciiClass[c] != 0 {
				return true
			}
			z.pos++
			continue
		}
		r, n := utf8.DecodeRuneInString(z.s[z.pos:])
		if startsWord(r) {
			return true
		}
		z.pos += n
	}
	return false
}

// plainWord reads a word of ASCII letters alone, or of digits alone, which is
// nearly every word. It leaves the position alone and returns false for
// anything that needs a closer look: other scripts, letters mixed with digits,
// a letter three times in a row, a single letter (it may be pulled apart),
// a hashtag.
func (z *Scanner) plainWord() bool {
	start, i := z.pos, z.pos
	if start > 0 && (z.s[start-1] == '#' || z.s[start-1] == '@') {
		return false
	}
	letters, digits, n := 0, 0, 0
	grouped := false
	for i < len(z.s) {
		c := z.s[i]
		if c >= utf8.RuneSelf || c == '@' || c == '$' || letters > 0 && digits > 0 || i-start > 4*MaxWord {
			return false // looking further would cost time for nothing, again for each part of an endless word
		}
		class := asciiClass[c]
		if class == 0 {
			if c == '\'' && i+1 < len(z.s) && (asciiClass[z.s[i+1]] != 0 || z.s[i+1] >= utf8.RuneSelf) {
				i++
				continue
			}
			if digits > 0 && (c == '.' || c == ',') && i+1 < len(z.s) && asciiClass[z.s[i+1]] == classDigit {
				grouped = grouped || c == '.'
				i++
				continue
			}
			break
		}
		if class == classDigit {
			digits++
		} else {
			letters++
		}
		if n < MaxWord {
			z.buf[n] = asciiLower[c]
			if n >= 2 && z.buf[n] == z.buf[n-1] && z.buf[n] == z.buf[n-2] && class != classDigit {
				return false
			}
			n++
		}
		i++
	}
	if letters > 0 && digits > 0 || letters == 1 {
		return false
	}
	z.Word = z.buf[:n]
	z.Start, z.End, z.pos = start, i, i
	z.Number, z.Disguised = digits > 0, false
	if grouped {
		z.readAmount()
	}
	z.Capital = letters > 1 && asciiClass[z.s[start]] == classUpper && asciiClass[z.s[start+1]] == classLower
	return true
}

// The classes of ASCII bytes that are part of words; 0 is everything else.
const (
	classLower = 1 + iota
	classUpper
	classDigit
)

var asciiClass, asciiLower = asciiTables()

func asciiTables() (class, lower [256]byte) {
	for c := range 128 {
		lower[c] = byte(c)
		switch {
		case c >= 'a' && c <= 'z':
			class[c] = classLower
		case c >= 'A' && c <= 'Z':
			class[c] = classUpper
			lower[c] = byte(c) + 'a' - 'A'
		case c >= '0' && c <= '9':
			class[c] = classDigit
		}
	}
	return class, lower
}

// startsWord says whether a rune beyond ASCII can begin a word.
func startsWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || enclosed(r)
}

// addressLength returns the length of the web address that s begins with, or 0.
func addressLength(s string) int {
	if !hasPrefixFold(s, "http://") && !hasPrefixFold(s, "https://") && !hasPrefixFold(s, "www.") && !hasPrefixFold(s, "pic.twitter.com/") {
		return 0
	}
	for i, r := range s {
		if r <= ' ' || r == '"' || r == '<' || r == '>' || r == '”' || r == '’' || r == '…' || unicode.IsSpace(r) {
			return i
		}
	}
	return len(s)
}

func hasPrefixFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		c := s[i]
		if c >= utf8.RuneSelf || asciiLower[c] != prefix[i] {
			return false
		}
	}
	return true
}
