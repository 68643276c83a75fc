package fingerprint

import (
	_ "embed"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed confusables.tsv
var confusablesFile string

// lookalikes maps a letter of another script to the Latin letter or digit that
// it looks like.
var lookalikes = readLookalikes(confusablesFile)

func readLookalikes(file string) map[rune]byte {
	m := make(map[rune]byte, 512)
	for line := range strings.Lines(file) {
		to, from, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for _, r := range from {
			m[r] = to[0]
		}
	}
	return m
}

// ignored says whether a rune is invisible inside a word: zero-width
// characters, joiners, direction marks, soft hyphens, variation selectors and
// combining marks.
func ignored(r rune) bool {
	switch {
	case r == 0x00AD, r == 0x034F, r == 0x061C, r == 0x180E, r == 0xFEFF,
		r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F,
		r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0000 && r <= 0xE01EF, r == 0x20E3:
		return true
	}
	return r >= 0x300 && unicode.Is(unicode.Mn, r)
}

// enclosed says whether a rune is a letter or digit in a circle or a square.
func enclosed(r rune) bool {
	return r >= 0x2460 && r <= 0x24FF || r >= 0x1F100 && r <= 0x1F189
}

// foldRune appends what a rune beyond ASCII stands for, in small letters and
// without marks. latin says whether a Latin letter or a digit stands there
// now; plain whether it did before as well (é, ｆ ... are plain; 𝗮, а are not).
func foldRune(dst []byte, r rune) (out []byte, latin, plain bool) {
	switch {
	case r >= 0x1F150 && r <= 0x1F169: // negative circled
		return append(dst, byte('a'+r-0x1F150)), true, false
	case r >= 0x1F170 && r <= 0x1F189: // negative squared
		return append(dst, byte('a'+r-0x1F170)), true, false
	}
	latin, plain = true, unicode.Is(unicode.Latin, r) && r < 0x250
	var scratch [8]byte
	for _, d := range string(norm.NFKD.AppendString(scratch[:0], string(r))) {
		if ignored(d) {
			continue
		}
		if d < 0x80 {
			if asciiClass[d] != 0 {
				dst = append(dst, asciiLower[d])
			}
			continue
		}
		if to, ok := lookalikes[d]; ok {
			dst = append(dst, to)
			continue
		}
		if unicode.IsDigit(d) {
			if v := digitValue(d); v >= 0 {
				dst = append(dst, byte('0'+v))
				continue
			}
		}
		latin = false
		dst = append(dst, string(unicode.ToLower(d))...)
	}
	return dst, latin, plain
}

// digitValue returns the value of a decimal digit of any script, or -1. The
// digits of a script stand in one run of ten, from zero up.
func digitValue(r rune) int {
	for v := range 10 {
		if !unicode.IsDigit(r-rune(v)-1) || v == 9 {
			return v
		}
	}
	return -1
}
