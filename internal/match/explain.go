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

// leastShared is how many words, numbers or respelled words a hit must share to be shown to a citizen at all. In a small index one rare word is
// enough for a middling score, and "similar" on the single word "message" teaches people to ignore the answer.
const leastShared = 2

// supported tells whether the reasons carry more than a single word.
func supported(why []Reason) bool {
	shared := 0
	for _, w := range why {
		switch w.Code {
		case ReasonNearDuplicate, ReasonSameSentence, ReasonSameAddress:
			return true
		case ReasonWordsInCommon, ReasonSameNumbers, ReasonRespelled:
			shared += len(w.Args)
		}
	}
	return shared >= leastShared
}

// levelOrder puts matches before what is similar, and that before nothing.
func levelOrder(l Level) int { return slices.Index([]Level{LevelMatch, LevelSimilar, LevelNothing}, l) }

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
	best, end := int32(0), int32(0)
	last, cur := q.runs[0][:0], q.runs[1][:0]
	for _, w := range words {
		cur = cur[:0]
		for j := q.firstToken(w); j >= 0; j = q.nextToken[j] {
			length := int32(1)
			for _, r := range last {
				if r.pos == j-1 {
					length = r.length + 1
					break
				}
			}
			if length > best {
				best, end = length, j+1
			}
			if len(cur) < maxRunStarts {
				cur = append(cur, runAt{j, length})
			}
		}
		last, cur = cur, last
	}
	q.runs[0], q.runs[1] = last, cur
	if best < leastRun {
		return nil
	}
	run := make([]string, 0, best)
	for _, t := range q.text.Tokens[end-best : end] {
		run = append(run, t.Text)
	}
	return run
}

// maxRunStarts bounds the places of one word that a run may go on from, for texts of one word again and again.
const maxRunStarts = 64

// firstToken is the first token of the query with a word, or -1.
func (q *query) firstToken(w uint32) int32 {
	if int(w) >= len(q.tokenOf) {
		return -1
	}
	return int32(q.tokenOf[w]) - 1
}

// shared returns the rarest words, the numbers and the respelled words that
// the query has in common with the unpacked record.
func (x *Index) shared(q *query) (words, numbers, respelled []string) {
	terms := q.shown[:0]
	for _, text := range [...][]uint32{q.rec.title, q.rec.narration} {
		for _, w := range text {
			k := x.dict.wordKey[w]
			if k == noKey || q.termOf[k] == 0 {
				continue
			}
			ti := int(q.termOf[k]) - 1
			if q.hit[ti] == q.stamp || q.terms[ti].related {
				continue
			}
			q.hit[ti] = q.stamp
			terms = append(terms, ti)
		}
	}
	q.stamp++
	q.shown = terms
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
		switch {
		case t.number && len(numbers) < mostWordsShown:
			numbers = append(numbers, x.wordAt(q, t))
		case t.weight < 1 && len(respelled) < mostWordsShown:
			respelled = append(respelled, x.wordAt(q, t))
		case t.weight == 1 && !t.number && len(words) < mostWordsShown:
			words = append(words, x.wordAt(q, t))
		}
	}
	return words, numbers, respelled
}

// wordAt is the word of the query that a term was read from.
func (x *Index) wordAt(q *query, t *term) string {
	return q.text.Tokens[q.places[t.positions[0]]].Text
}
