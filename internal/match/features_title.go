package match

import (
	"math"
	"slices"
)

// titleTally sums up what the title of a candidate has in common with a query.
type titleTally struct {
	keys                                  []uint32 // of the title's words, in order
	mass, found, missed, related, surface float64
	respelled, soft, early                float64
	squares, foundSquares                 float64
	distinct, count, numbers, lost        int // distinct keys, those found, numbers found and not found
	pairs, pairsFound                     int
	evidence, evidenceMost, evidenceFound float64
	carriedFound, carriedLost             float64
}

// mostTitleKeys is how many words of a title are looked at.
const mostTitleKeys = 64

// describeTitle fills the features of the title.
func (x *Index) describeTitle(q *query, f *features) {
	var space [mostTitleKeys]uint32
	s := titleTally{keys: space[:0]}
	prev := -1
	for _, w := range q.rec.title {
		k := x.dict.wordKey[w]
		if k == noKey || len(s.keys) == mostTitleKeys {
			continue
		}
		again := slices.Contains(s.keys, k)
		s.keys = append(s.keys, k)
		ti := int(q.termOf[k]) - 1
		if len(s.keys) > 1 {
			s.pairs++
			if ti >= 0 && prev >= 0 && q.adjacent(prev, ti) {
				s.pairsFound++
			}
		}
		prev = ti
		switch {
		case again:
		case ti < 0:
			x.missedWord(q, f, &s, w, k)
		default:
			x.foundWord(q, f, &s, w, &q.terms[ti])
		}
	}
	s.fill(q, f)
	x.describeLead(q, f, s.keys)
}

// missedWord counts a word of the title that the query does not have.
func (x *Index) missedWord(q *query, f *features, s *titleTally, w, k uint32) {
	idf := float64(x.rarity(k))
	s.distinct++
	s.mass += idf
	s.missed += idf
	s.squares += idf * idf
	f[fTitleMissedMax] = max(f[fTitleMissedMax], float32(idf))
	tr := &x.dict.trust[k]
	chance := x.chance(q, k)
	gone := float64(tr.lost - fastLog(1-chance))
	s.evidence += gone
	s.evidenceMost += float64(tr.kept - fastLog(chance))
	if isNumber(x.dict.words.get(w)) {
		s.lost++
	} else if alike := q.resembles(x, w); alike > 0 {
		s.soft += float64(alike) * idf
	}
}

// foundWord counts a word of the title that the query has, in the same or in
// other words.
func (x *Index) foundWord(q *query, f *features, s *titleTally, w uint32, t *term) {
	idf := float64(t.idf)
	s.distinct++
	s.mass += idf
	s.squares += idf * idf
	tr := &x.dict.trust[t.key]
	chance := x.chance(q, t.key)
	there, gone := float64(tr.kept-fastLog(chance)), float64(tr.lost-fastLog(1-chance))
	s.evidenceMost += there
	if t.related {
		s.evidence += relatedWeight*max(there, 0) + (1-relatedWeight)*gone
		s.related += idf
		s.missed += idf
		return
	}
	there *= float64(t.weight)
	s.evidence += there
	s.evidenceFound += there
	s.carriedFound += float64(t.weight * t.carried)
	s.carriedLost += float64(t.weight * t.dropped)
	s.foundSquares += idf * idf * float64(t.weight)
	if q.hasWord[w] {
		s.surface += idf
	}
	s.found += idf * float64(t.weight)
	s.missed += idf * float64(1-t.weight)
	if t.weight < 1 {
		s.respelled += idf
	}
	s.count++
	if isNumber(x.dict.words.get(w)) {
		s.numbers++
	}
	s.early += idf / (1 + float64(t.positions[0])/20)
	switch {
	case t.idf > f[fTitleMax]:
		f[fTitleSecond], f[fTitleMax] = f[fTitleMax], t.idf
	case t.idf > f[fTitleSecond]:
		f[fTitleSecond] = t.idf
	}
}

// fill turns the sums into features.
func (s *titleTally) fill(q *query, f *features) {
	f[fTitleCover] = ratio(s.found, s.mass)
	f[fTitleCoverN] = ratio(float64(s.count), float64(s.distinct))
	f[fTitleMatched] = float32(s.found)
	f[fTitleMissed] = float32(s.missed)
	f[fTitleCount] = float32(s.count)
	f[fTitleLen] = float32(s.distinct)
	f[fTitlePairs] = ratio(float64(s.pairsFound), float64(s.pairs))
	run := q.longestRun(s.keys)
	f[fTitleRun] = float32(run)
	f[fTitleRunShare] = ratio(float64(run), float64(len(s.keys)))
	window, width := q.bestWindow(s.keys, s.distinct)
	f[fTitleWindow] = ratio(window, s.mass)
	f[fTitleDense] = ratio(window, float64(width))
	f[fTitleEarly] = ratio(s.early, s.found+1e-9)
	f[fQueryCover] = ratio(s.found, q.mass)
	f[fNumbers], f[fNumbersMissed] = float32(s.numbers), float32(s.lost)
	f[fSoft] = ratio(s.soft, s.mass)
	f[fRespelled] = ratio(s.respelled, s.found+1e-9)
	f[fRelated] = ratio(s.related, s.mass)
	f[fSurface] = ratio(s.surface, s.mass)
	f[fEvidence] = float32(s.evidence)
	f[fEvidenceShare] = ratio(s.evidence, s.evidenceMost)
	f[fEvidenceFound] = float32(s.evidenceFound)
	f[fEvidenceMissed] = float32(s.evidence - s.evidenceFound)
	f[fCarriedFound] = float32(s.carriedFound)
	f[fCarriedMissed] = float32(q.dropped - s.carriedLost)
	f[fCosine] = ratio(s.foundSquares, math.Sqrt(s.squares*q.squares))
}

// leadWords is how many of the first words of a query that carry a story are
// its lead: a message mostly says first what it is about.
const leadWords = 12

// describeLead compares the query's first words with the title.
func (x *Index) describeLead(q *query, f *features, title []uint32) {
	var mass, found float64
	for pos, ti := range q.known[:min(leadWords, len(q.known))] {
		if ti < 0 {
			continue
		}
		t := &q.terms[ti]
		if t.positions[0] != int32(pos) {
			continue
		}
		mass += float64(t.idf)
		if slices.Contains(title, t.key) {
			found += float64(t.idf)
		} else {
			f[fRarestMissed] = max(f[fRarestMissed], t.idf)
		}
	}
	f[fLead] = ratio(found, mass)
}

// chance is how likely a message of the query's length has the word by chance.
func (x *Index) chance(q *query, k uint32) float32 {
	tr := &x.dict.trust[k]
	common := tr.common
	if !tr.own {
		common = min(common, (float32(x.post.df[k])+0.3)/(x.size()*bmTitleLength+1))
	}
	c := common * q.length
	return min(max(c/(1+c), 1e-6), 0.95) // close to 1-exp(-c), without the exponential
}

func isNumber(w []byte) bool { return w[0] >= '0' && w[0] <= '9' }

// adjacent says whether two terms stand next to each other in the query, one
// word between them at most.
func (q *query) adjacent(a, b int) bool {
	for _, p := range q.terms[a].positions {
		for _, r := range q.terms[b].positions {
			if r > p && r <= p+2 {
				return true
			}
		}
	}
	return false
}

// longestRun is the length of the longest run of keys that stands in the query
// in the same order without a gap.
func (q *query) longestRun(keys []uint32) int {
	best := int32(0)
	last, cur := q.runs[0][:0], q.runs[1][:0]
	for _, k := range keys {
		cur = cur[:0]
		if n := q.termOf[k]; n > 0 {
			for _, p := range q.terms[n-1].positions {
				length := int32(1)
				for _, r := range last {
					if r.pos == p-1 {
						length = r.length + 1
					}
				}
				best = max(best, length)
				cur = append(cur, runAt{p, length})
			}
		}
		last, cur = cur, last
	}
	q.runs[0], q.runs[1] = last, cur
	return int(best)
}

// bestWindow is the mass of the distinct keys that the best stretch of the
// query has, a stretch of three times the keys' number, and the stretch's
// width from its first to its last found key.
func (q *query) bestWindow(keys []uint32, distinct int) (best float64, width int) {
	var places [64 * 4]struct {
		pos int32
		ti  uint16
	}
	n := 0
	for i, k := range keys {
		ti := q.termOf[k]
		again := false
		for _, other := range keys[:i] {
			again = again || other == k
		}
		if ti == 0 || again {
			continue
		}
		for j, p := range q.terms[ti-1].positions {
			if j == 4 || n == len(places) {
				break
			}
			at := n
			for at > 0 && places[at-1].pos > p {
				places[at] = places[at-1]
				at--
			}
			places[at].pos, places[at].ti = p, ti
			n++
		}
	}
	size := int32(3*distinct + 2)
	for i := range n {
		mass := 0.0
		end := i
		for j := i; j < n && places[j].pos < places[i].pos+size; j++ {
			again := false
			for _, other := range places[i:j] {
				again = again || other.ti == places[j].ti
			}
			if !again {
				t := &q.terms[places[j].ti-1]
				mass += float64(t.idf * t.weight)
				end = j
			}
		}
		if mass > best {
			best, width = mass, int(places[end].pos-places[i].pos)+1
		}
	}
	return best, width
}

// resembles says how much the query's words resemble a word of the title that
// the query does not have: a common beginning of five letters or more.
func (q *query) resembles(x *Index, word uint32) float32 {
	if s, ok := q.softer[word]; ok {
		return s
	}
	w := x.dict.words.get(word)
	best := float32(0)
	if len(w) >= 5 {
		for i := range q.text.Tokens {
			t := q.text.Tokens[i].Text
			if t[0] != w[0] || len(t) < 5 {
				continue
			}
			n := 1
			for n < len(t) && n < len(w) && t[n] == w[n] {
				n++
			}
			if n >= 5 {
				best = max(best, float32(n)/float32(max(len(t), len(w))))
			}
		}
	}
	q.softer[word] = best
	return best
}
