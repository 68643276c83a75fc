package fingerprint

import "bytes"

// StemIndonesian returns the stem of a lower-case Indonesian word by the
// Snowball algorithm (https://snowballstem.org/algorithms/indonesian/stemmer.html,
// after Fadillah Z. Tala, "A Study of Stemming Effects on Information Retrieval
// in Bahasa Indonesia", 2003). It uses no word list. The result shares w's
// memory, which may be changed.
func StemIndonesian(w []byte) []byte {
	s := stemmer{w: w}
	for _, c := range w {
		if isVowel(c) {
			s.measure++
		}
	}
	if s.measure <= 2 {
		return s.w
	}
	s.dropEnd("kah", "lah", "pun")
	if s.measure <= 2 {
		return s.w
	}
	s.dropEnd("nya", "ku", "mu")
	if s.measure <= 2 {
		return s.w
	}
	if s.firstPrefix() {
		if s.measure > 2 && s.suffix() && s.measure > 2 {
			s.secondPrefix()
		}
		return s.w
	}
	s.secondPrefix()
	if s.measure > 2 {
		s.suffix()
	}
	return s.w
}

// stemmer is a word on its way; measure counts its syllables, prefix is 1 for
// di-, meng- and ter-, 2 for ke- and peng-, 3 for ber-.
type stemmer struct {
	w       []byte
	measure int
	prefix  int
}

func isVowel(c byte) bool {
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'
}

func (s *stemmer) dropEnd(ends ...string) {
	for _, e := range ends {
		if s.ends(e) {
			s.w = s.w[:len(s.w)-len(e)]
			s.measure--
			return
		}
	}
}

func (s *stemmer) ends(e string) bool { return bytes.HasSuffix(s.w, []byte(e)) }

func (s *stemmer) begins(p string) bool { return bytes.HasPrefix(s.w, []byte(p)) }

// cut removes n bytes from the front.
func (s *stemmer) cut(n, prefix int) bool {
	s.w = s.w[n:]
	s.prefix = prefix
	s.measure--
	return true
}

func (s *stemmer) vowelAt(i int) bool { return i < len(s.w) && isVowel(s.w[i]) }

// firstPrefix removes a prefix of the first order; the longest that fits.
func (s *stemmer) firstPrefix() bool {
	switch {
	case s.begins("meny") && s.vowelAt(4):
		s.w[3] = 's'
		return s.cut(3, 1)
	case s.begins("peny") && s.vowelAt(4):
		s.w[3] = 's'
		return s.cut(3, 2)
	case s.begins("meng"):
		return s.cut(4, 1)
	case s.begins("peng"):
		return s.cut(4, 2)
	case s.begins("mem"):
		return s.nasal(1)
	case s.begins("pem"):
		return s.nasal(2)
	case s.begins("men"), s.begins("ter"):
		return s.cut(3, 1)
	case s.begins("pen"):
		return s.cut(3, 2)
	case s.begins("di"), s.begins("me"):
		return s.cut(2, 1)
	case s.begins("ke"):
		return s.cut(2, 2)
	}
	return false
}

// nasal removes mem- or pem-; before a vowel it stands for a lost p.
func (s *stemmer) nasal(prefix int) bool {
	if s.vowelAt(3) {
		s.w[2] = 'p'
		return s.cut(2, prefix)
	}
	return s.cut(3, prefix)
}

// secondPrefix removes a prefix of the second order.
func (s *stemmer) secondPrefix() {
	switch {
	case string(s.w) == "pelajar":
		s.cut(3, s.prefix)
	case string(s.w) == "belajar":
		s.cut(3, 3)
	case s.begins("per"):
		s.cut(3, s.prefix)
	case s.begins("ber"):
		s.cut(3, 3)
	case s.begins("pe"):
		s.cut(2, s.prefix)
	case s.begins("be") && len(s.w) >= 5 && !isVowel(s.w[2]) && s.w[3] == 'e' && s.w[4] == 'r':
		s.cut(2, 3)
	}
}

// suffix removes -kan, -an or -i where the prefix allows it; where -kan is not
// allowed, -an may still be.
func (s *stemmer) suffix() bool {
	n := len(s.w)
	switch {
	case s.ends("kan") && s.prefix != 2:
		s.w = s.w[:n-3]
	case s.ends("an") && s.prefix != 1:
		s.w = s.w[:n-2]
	case s.ends("i") && s.suffixIAllowed():
		s.w = s.w[:n-1]
	default:
		return false
	}
	s.measure--
	return true
}

func (s *stemmer) suffixIAllowed() bool {
	n := len(s.w)
	if s.prefix > 1 || n < 3 {
		return false
	}
	return s.w[n-2] != 's' && s.w[n-3] != 'i' || isVowel(s.w[0])
}
