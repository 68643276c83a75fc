package fingerprint

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
)

//go:embed stopwords.txt
var stopWordsFile string

//go:embed slang.tsv
var slangFile string

// stopWords and plainWords are compiled from the two lists once.
var (
	stopWords  = readStopWords(stopWordsFile)
	plainWords = readPlainWords(slangFile)
)

func readStopWords(file string) map[string]struct{} {
	m := make(map[string]struct{}, 512)
	for line := range strings.Lines(file) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for w := range strings.FieldsSeq(line) {
			m[w] = struct{}{}
		}
	}
	return m
}

func readPlainWords(file string) map[string]string {
	m := make(map[string]string, 512)
	for line := range strings.Lines(file) {
		plain, others, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		stem := string(stem([]byte(plain)))
		for w := range strings.FieldsSeq(others) {
			m[w] = stem
			if s := string(stemOf(w)); s != w && len(s) >= 4 {
				if _, taken := m[s]; !taken {
					m[s] = stem
				}
			}
		}
	}
	return m
}

func stemOf(w string) []byte { return stem([]byte(w)) }

// IsStop says whether a token carries no story: function words, chat spellings
// of them and the phrases of chain messages.
func IsStop(word []byte) bool {
	if len(word) <= 1 && (len(word) == 0 || word[0] < '0' || word[0] > '9') {
		return true
	}
	_, ok := stopWords[string(word)]
	return ok
}

// englishWords are function words that English has and Indonesian has not.
var englishWords = readStopWords("the of and to is was are were that this for with from have has had not you your they their his her she who which what when by at as an be been will would can it its on")

// IsEnglish says whether a token is an English function word.
func IsEnglish(word []byte) bool {
	if len(word) > 5 {
		return false
	}
	_, ok := englishWords[string(word)]
	return ok
}

// Key appends to dst the key that a token is compared by: everyday and chat
// spellings are read as the plain word, then the stem is taken. The key of a
// number is the number.
func Key(dst, word []byte) []byte {
	if plain, ok := plainWords[string(word)]; ok {
		return append(dst, plain...)
	}
	n := len(dst)
	dst = append(dst, word...)
	key := stem(dst[n:])
	if plain, ok := plainWords[string(key)]; ok {
		return append(dst[:n], plain...)
	}
	return append(dst[:n], key...)
}

// stem takes the Indonesian stem, then the English plural, -ed and -ing, so
// that one rule serves texts that mix both. It may change w.
func stem(w []byte) []byte {
	if len(w) < 4 || w[0] >= '0' && w[0] <= '9' || w[0] >= 0x80 {
		return w
	}
	w = giveBack(lostLetter(w), StemIndonesian(w))
	n := len(w)
	switch {
	case n >= 6 && string(w[n-3:]) == "ies":
		w = append(w[:n-3], 'y')
	case n >= 5 && w[n-1] == 's' && w[n-2] != 's' && w[n-2] != 'u' && w[n-2] != 'i':
		w = w[:n-1]
	}
	n = len(w)
	switch {
	case n >= 7 && string(w[n-3:]) == "ing":
		w = undouble(w[:n-3])
	case n >= 6 && string(w[n-2:]) == "ed":
		w = undouble(w[:n-2])
	case n >= 5 && w[n-1] == 'e':
		w = w[:n-1]
	}
	return w
}

//go:embed roots.txt
var rootsFile string

// nasalRoots are the roots that begin with k or t, see the file.
var nasalRoots = readStopWords(rootsFile)

// lostLetter is the letter that a prefix may have taken from the root: t after men- and pen-, k after meng- and peng-, before a
// vowel; 0 where none is lost.
func lostLetter(w []byte) byte {
	if len(w) < 6 || (w[0] != 'm' && w[0] != 'p') || w[1] != 'e' || w[2] != 'n' {
		return 0
	}
	switch {
	case isVowel(w[3]):
		return 't'
	case w[3] == 'g' && isVowel(w[4]):
		return 'k'
	}
	return 0
}

// giveBack gives a stem its first letter back where that makes a root of the list.
func giveBack(letter byte, stem []byte) []byte {
	if letter == 0 || len(stem) < 2 || !isVowel(stem[0]) || len(stem) > MaxWord {
		return stem
	}
	var root [MaxWord + 1]byte
	root[0] = letter
	n := copy(root[1:], stem)
	if _, ok := nasalRoots[string(root[:n+1])]; !ok {
		return stem
	}
	return append(stem[:0], StemIndonesian(root[:n+1])...)
}

// undouble writes the doubled consonant before an English ending once:
// "stopping" has the stem of "stop".
func undouble(w []byte) []byte {
	n := len(w)
	if n >= 4 && w[n-1] == w[n-2] && !isVowel(w[n-1]) && w[n-1] != 's' && w[n-1] != 'l' {
		return w[:n-1]
	}
	return w
}

//go:embed commonwords.txt
var commonWordsFile string

// commonRarity holds the most that the rarity of a key may count.
var commonRarity = readCommonWords(commonWordsFile)

func readCommonWords(file string) map[string]float32 {
	m := make(map[string]float32, 2048)
	grade := float32(0)
	for line := range strings.Lines(file) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "="); ok {
			g, err := strconv.ParseFloat(strings.TrimSpace(rest), 32)
			if err != nil {
				panic("commonwords.txt: " + err.Error())
			}
			grade = float32(g)
			continue
		}
		for w := range strings.FieldsSeq(line) {
			key := string(Key(nil, []byte(w)))
			if _, graded := m[key]; !graded {
				m[key] = grade
			}
		}
	}
	return m
}

// CommonRarity returns the most that the rarity of a key may count, as the
// natural logarithm of the inverse of the share of messages that have it; ok
// is false for a key that is not a common word.
func CommonRarity(key []byte) (most float32, ok bool) {
	most, ok = commonRarity[string(key)]
	return most, ok
}

//go:embed related.txt
var relatedFile string

// relatedKeys holds, for each key of the list, the keys that tell the same
// story in other words.
var relatedKeys = readRelated(relatedFile)

func readRelated(file string) map[string][]string {
	m := make(map[string][]string, 1024)
	for line := range strings.Lines(file) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		head, tail, oneWay := strings.Cut(line, ">")
		if oneWay {
			for h := range strings.FieldsSeq(head) {
				for w := range strings.FieldsSeq(tail) {
					relate(m, string(Key(nil, []byte(h))), string(Key(nil, []byte(w))))
				}
			}
			continue
		}
		var keys []string
		for w := range strings.FieldsSeq(line) {
			if key := string(Key(nil, []byte(w))); !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
		for _, k := range keys {
			for _, other := range keys {
				relate(m, k, other)
			}
		}
	}
	return m
}

// relate notes that two keys stand for each other.
func relate(m map[string][]string, a, b string) {
	for range 2 {
		if a != b && !slices.Contains(m[a], b) {
			m[a] = append(m[a], b)
		}
		a, b = b, a
	}
}

// RelatedKeys returns keys that tell the same story as key in other words. The
// result must not be changed.
func RelatedKeys(key []byte) []string { return relatedKeys[string(key)] }
