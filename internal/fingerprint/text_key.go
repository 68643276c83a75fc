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
	w = StemIndonesian(w)
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
		var keys []string
		for w := range strings.FieldsSeq(line) {
			if key := string(Key(nil, []byte(w))); !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
		for _, k := range keys {
			for _, other := range keys {
				if other != k && !slices.Contains(m[k], other) {
					m[k] = append(m[k], other)
				}
			}
		}
	}
	return m
}

// RelatedKeys returns keys that tell the same story as key in other words. The
// result must not be changed.
func RelatedKeys(key []byte) []string { return relatedKeys[string(key)] }
