package match

import (
	"bytes"
	"iter"
)

// colloquial yields what a word of everyday speech may be in plain spelling: without the prefixes of Jakarta's speech (ngebom,
// nangkap, nyuri, ngirim) and the suffix -in (didatangin), and with u for a v that stands in its place to escape filters.
func colloquial(word []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if len(word) < 5 || word[0] >= 0x80 || isNumber(word) {
			return
		}
		ends := [][]byte{word}
		if short, ok := bytes.CutSuffix(word, []byte("in")); ok && len(short) >= 4 {
			ends = append(ends, short)
		}
		for i, w := range ends {
			if i > 0 && !yield(w) {
				return
			}
			for _, c := range colloquialPrefixes {
				rest, ok := bytes.CutPrefix(w, []byte(c.prefix))
				if !ok || len(rest) < 3 {
					continue
				}
				for _, first := range c.first {
					if !yield(append([]byte(first), rest...)) {
						return
					}
				}
			}
		}
		if bytes.IndexByte(word, 'v') > 0 && !yield(bytes.ReplaceAll(word, []byte("v"), []byte("u"))) {
			return
		}
	}
}

// colloquialPrefixes are the prefixes with what may have stood in the place of their last letters.
var colloquialPrefixes = []struct {
	prefix string
	first  []string
}{
	{"nge", []string{"", "ke"}}, {"ng", []string{"", "k", "g"}}, {"ny", []string{"s", "c"}}, {"n", []string{"t"}}, {"m", []string{"p", "b"}},
}
