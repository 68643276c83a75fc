package fingerprint

import (
	"unicode"
	"unicode/utf8"
)

// hardWord reads a word that needs a closer look and puts what it stands for
// in pending. It always moves on.
func (z *Scanner) hardWord() {
	start := z.pos
	if n := currencyLength(z.s[start:]); n > 0 {
		z.pos += n
		z.put(Token{Text: "rp", Start: start, End: z.pos})
		return
	}
	if word, end := z.spreadLetters(); word != nil {
		z.pos = end
		z.put(Token{Text: string(word), Start: start, End: end, Disguised: true})
		return
	}
	raw := z.readRaw()
	z.pos = raw.end
	if raw.other {
		z.putOtherScript(raw)
		return
	}
	tagged := start > 0 && (z.s[start-1] == '#' || z.s[start-1] == '@')
	if tagged && raw.ascii {
		z.putCamel(start, raw.end)
		return
	}
	z.putLatin(raw)
}

// raw is a word as it stands in the text, folded rune by rune.
type raw struct {
	start, end int
	word       []byte // folded, lower case
	ascii      bool   // nothing beyond ASCII in it
	other      bool   // has letters of another script that look like nothing Latin
	styled     int    // letters that were look-alikes or styled
	hidden     bool   // invisible characters inside
}

// readRaw reads the word at the position.
func (z *Scanner) readRaw() raw {
	w := raw{start: z.pos, ascii: true, word: make([]byte, 0, 16)}
	i := z.pos
	var original []byte // what stands there, for words of another script
	latinLetters := 0
	for i < len(z.s) && len(w.word) < 2*MaxWord {
		c := z.s[i]
		if c < utf8.RuneSelf {
			switch {
			case asciiClass[c] != 0:
				w.word = append(w.word, asciiLower[c])
				original = append(original, asciiLower[c])
				if asciiClass[c] != classDigit {
					latinLetters++
				}
			case c == '\'' && i+1 < len(z.s) && wordByte(z.s[i+1]):
			case (c == '.' || c == ',') && len(w.word) > 0 && allDigits(w.word) && i+1 < len(z.s) && z.s[i+1] < utf8.RuneSelf && asciiClass[z.s[i+1]] == classDigit:
			case (c == '@' || c == '$') && len(w.word) > 0 && i+1 < len(z.s) && wordByte(z.s[i+1]):
				w.word = append(w.word, c)
			default:
				w.end = i
				return w.finish(original, latinLetters)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(z.s[i:])
		switch {
		case ignored(r):
			if r < 0x300 || r > 0x36F {
				w.hidden = w.hidden || len(w.word) > 0
			}
		case startsWord(r):
			w.ascii = false
			before := len(w.word)
			var latin, plain bool
			w.word, latin, plain = foldRune(w.word, r)
			if !latin {
				w.other = true
			}
			if !plain {
				w.styled++
			} else {
				latinLetters++
			}
			if unicode.Is(unicode.Latin, r) || !unicode.IsLetter(r) || r >= 0x1D400 {
				original = append(original, w.word[before:]...)
			} else {
				original = append(original, string(unicode.ToLower(r))...)
			}
		case (r == '’' || r == '‘' || r == 'ʼ') && len(w.word) > 0 && i+n < len(z.s) && wordByte(z.s[i+n]):
		default:
			w.end = i
			return w.finish(original, latinLetters)
		}
		i += n
	}
	w.end = i
	return w.finish(original, latinLetters)
}

// finish decides what a word of mixed letters is. Letters of another script
// are kept as they are when the word has a letter that nothing Latin looks
// like: that is a real word of that script, not a disguise.
func (w raw) finish(original []byte, latinLetters int) raw {
	if w.other && latinLetters == 0 {
		w.word = original
	}
	return w
}

func wordByte(c byte) bool { return c >= utf8.RuneSelf || asciiClass[c] != 0 }

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// spreadLetters recognises a word whose letters are pulled apart, "t.e.l.u.k"
// or "t e l u k": three or more single letters with the same single separator.
func (z *Scanner) spreadLetters() (word []byte, end int) {
	i := z.pos
	var sep byte
	var out []byte
	for {
		r, n := utf8.DecodeRuneInString(z.s[i:])
		if n == 0 || !startsWord(r) && (r >= utf8.RuneSelf || asciiClass[r] == 0) {
			break
		}
		if i+n < len(z.s) && wordByte(z.s[i+n]) {
			if next, _ := utf8.DecodeRuneInString(z.s[i+n:]); startsWord(next) || next < utf8.RuneSelf {
				break // more than one letter stands here
			}
		}
		if r < utf8.RuneSelf {
			out = append(out, asciiLower[r])
		} else {
			var latin bool
			if out, latin, _ = foldRune(out, r); !latin {
				return nil, 0
			}
		}
		end = i + n
		if end+1 >= len(z.s) || z.s[end] >= utf8.RuneSelf || len(out) > MaxWord {
			break
		}
		if sep == 0 {
			switch z.s[end] {
			case '.', '-', '_', '*', ' ', '/', '|', ',', '~':
				sep = z.s[end]
			default:
				return nil, 0
			}
		}
		if z.s[end] != sep {
			break
		}
		i = end + 1
	}
	if len(out) < 3 || allDigits(out) {
		return nil, 0
	}
	return out, end
}

// putOtherScript puts a word of another script: as it is, or in pairs of
// letters for scripts that put no spaces between words.
func (z *Scanner) putOtherScript(w raw) {
	runes := []rune(string(w.word))
	if len(runes) <= 2 || !spaceless(runes[0]) {
		text := string(w.word)
		if len(runes) > MaxWord/2 {
			text = string(runes[:MaxWord/2])
		}
		z.put(Token{Text: text, Start: w.start, End: w.end})
		return
	}
	for i := len(runes) - 2; i >= 0; i-- {
		z.put(Token{Text: string(runes[i : i+2]), Start: w.start, End: w.end})
	}
}

func spaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// putCamel puts the parts of a hashtag or a handle, #TolakPolitikUang.
func (z *Scanner) putCamel(start, end int) {
	var parts []raw
	from := start
	for i := start + 1; i <= end; i++ {
		if i < end && !(asciiUpper(z.s[i]) && (!asciiUpper(z.s[i-1]) || i+1 < end && z.s[i+1] < utf8.RuneSelf && asciiClass[z.s[i+1]] == classLower)) {
			continue
		}
		sub := Scanner{s: z.s[:i], pos: from}
		part := sub.readRaw()
		if len(part.word) > 0 {
			parts = append(parts, part)
		}
		from = i
	}
	for i := len(parts) - 1; i >= 0; i-- {
		z.putLatin(parts[i])
	}
}

func asciiUpper(c byte) bool { return c < utf8.RuneSelf && asciiClass[c] == classUpper }

// putLatin puts a word of Latin letters and digits.
func (z *Scanner) putLatin(w raw) {
	word := w.word
	if len(word) == 0 {
		return
	}
	disguised := w.hidden || w.styled > 0 && len(word) > 1
	if allDigits(word) {
		z.put(Token{Text: clip(word), Start: w.start, End: w.end, Number: true})
		return
	}
	number, word, rest, leet := readLeet(word)
	word = squeeze(word)
	if len(rest) > 0 {
		z.put(Token{Text: clip(rest), Start: w.start, End: w.end, Number: true})
	}
	if len(word) > 0 {
		z.put(Token{Text: clip(word), Start: w.start, End: w.end, Disguised: disguised || leet})
	}
	if len(number) > 0 {
		z.put(Token{Text: clip(number), Start: w.start, End: w.end, Number: true})
	}
}

// put adds a token to be given; the parts of one word are put last first.
func (z *Scanner) put(t Token) {
	if len(t.Text) > 0 {
		z.pending = append(z.pending, t)
	}
}

func clip(b []byte) string {
	if len(b) > MaxWord {
		b = b[:MaxWord]
	}
	return string(b)
}

// squeeze writes a letter that stands three or more times in a row once:
// "toloooong" is "tolong".
func squeeze(word []byte) []byte {
	out := word[:0]
	for i := 0; i < len(word); {
		j := i
		for j < len(word) && word[j] == word[i] {
			j++
		}
		n := j - i
		if n >= 3 && (word[i] < '0' || word[i] > '9') {
			n = 1
		}
		for range n {
			out = append(out, word[i])
		}
		i = j
	}
	return out
}
