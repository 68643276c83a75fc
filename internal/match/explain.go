package match

import (
	"slices"
	"strings"
)

// How much an explanation says.
const (
	leastRun       = 4 // words of a common run that make it a sentence
	mostRunWords   = 25
	mostWordsShown = 6
	nearDuplicate  = 0.75
	disguisedLeast = 2 // disguised words that are worth a reason
)

// explain says in words of the query why a candidate was found. It reads the
// candidate's record again.
func (x *Index) explain(q *query, c *candidate) []Reason {
	var why []Reason
	x.docs.unpack(c.doc, &q.rec)
	if c.features[fExact] == 1 || c.features[fNarrJaccard] >= nearDuplicate {
		why = append(why, Reason{Code: ReasonNearDuplicate})
	}
	run := x.commonWords(q, q.rec.narration)
	if other := x.commonWords(q, q.rec.title); len(other) > len(run) {
		run = other
	}
	if len(run) >= leastRun {
		why = append(why, Reason{Code: ReasonSameSentence, Args: []string{strings.Join(run[:min(len(run), mostRunWords)], " ")}})
	}
	words, numbers, respelled := x.shared(q)
	if len(words) > 0 {
		why = append(why, Reason{Code: ReasonWordsInCommon, Args: words})
	}
	if len(numbers) > 0 {
		why = append(why, Reason{Code: ReasonSameNumbers, Args: numbers})
	}
	if len(respelled) > 0 {
		why = append(why, Reason{Code: ReasonRespelled, Args: respelled})
	}
	if q.text.Disguised >= disguisedLeast {
		why = append(why, Reason{Code: ReasonDisguisedText})
	}
	return why
}

// commonWords is the longest run of words that a text of the document shares
// with the query, word for word.
func (x *Index) commonWords(q *query, words []uint32) []string {
	best, end := 0, 0
	tokens := q.text.Tokens
	last, cur := make([]uint16, len(tokens)+1), make([]uint16, len(tokens)+1)
	for _, w := range words {
		if !q.hasWord[w] && x.dict.wordKey[w] != noKey {
			clear(last)
			continue
		}
		text := x.dict.words.get(w)
		for j := range tokens {
			if tokens[j].Text == string(text) {
				cur[j+1] = last[j] + 1
				if int(cur[j+1]) > best {
					best, end = int(cur[j+1]), j+1
				}
			} else {
				cur[j+1] = 0
			}
		}
		last, cur = cur, last
	}
	run := make([]string, 0, best)
	for _, t := range tokens[end-best : end] {
		run = append(run, t.Text)
	}
	return run
}

// shared returns the rarest words, the numbers and the respelled words that
// the query has in common with the unpacked record.
func (x *Index) shared(q *query) (words, numbers, respelled []string) {
	var terms []int
	for _, w := range slices.Concat(q.rec.title, q.rec.narration) {
		if k := x.dict.wordKey[w]; k != noKey {
			if ti := int(q.termOf[k]) - 1; ti >= 0 && !q.terms[ti].related && !slices.Contains(terms, ti) {
				terms = append(terms, ti)
			}
		}
	}
	slices.SortFunc(terms, func(a, b int) int {
		switch {
		case q.terms[a].idf > q.terms[b].idf:
			return -1
		case q.terms[a].idf < q.terms[b].idf:
			return 1
		}
		return a - b
	})
	for _, ti := range terms {
		t := &q.terms[ti]
		word := x.wordAt(q, t)
		switch {
		case t.number && len(numbers) < mostWordsShown:
			numbers = append(numbers, word)
		case t.weight < 1 && len(respelled) < mostWordsShown:
			respelled = append(respelled, word)
		case t.weight == 1 && !t.number && len(words) < mostWordsShown:
			words = append(words, word)
		}
	}
	return words, numbers, respelled
}

// wordAt is the word of the query that a term was read from.
func (x *Index) wordAt(q *query, t *term) string {
	return q.text.Tokens[q.places[t.positions[0]]].Text
}
