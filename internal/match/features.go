package match

import (
	"math"
	"slices"
)

// The features of a candidate, what the ranker sees. "Mass" is the sum of the
// rarities of distinct keys.
const (
	fScore          = iota // retrieval score / mass of the query's terms
	fScoreShare            // retrieval score / best retrieval score
	fScoreAbs              // retrieval score
	fTitleCover            // mass of the title found in the query / mass of the title
	fTitleCoverN           // the same by count
	fTitleMatched          // mass of the title found in the query
	fTitleMissed           // mass of the title not found
	fTitleMissedMax        // rarest title word not found
	fTitleMax              // rarest title word found
	fTitleSecond           // second rarest
	fTitleCount            // title words found
	fTitleLen              // title words
	fTitlePairs            // neighbours in the title that are neighbours in the query / neighbours
	fTitleRun              // longest common run of keys
	fTitleRunShare         // that / title words
	fTitleWindow           // mass of the title found in the best stretch of the query / mass of the title
	fTitleEarly            // how early in the query the title's words stand, 0 to 1
	fQueryCover            // mass found in the title / mass of the query
	fQueryLen              // log of the query's words
	fQueryMass             // mass of the query
	fQueryUnknown          // share of the query's words that no document has
	fNumbers               // numbers of the title found
	fNumbersMissed         // numbers of the title not found
	fSoft                  // mass of missed title words that a word of the query resembles / mass of the title
	fRespelled             // share of the found mass that was read as another spelling
	fHasNarration          // 1 if the document has a narration
	fNarrCover             // mass of the narration found in the query / its mass
	fNarrQueryCover        // mass of the query found in the narration / mass of the query
	fNarrRun               // log of the longest common run with the narration
	fNarrJaccard           // common mass / all mass, query and narration
	fAnyQueryCover         // mass of the query found in title or narration / mass of the query
	fExact                 // the normal forms are equal
	fRank                  // 1 / place by retrieval score
	fTitleDense            // found mass / (words between the first and the last of the run of the best stretch)
	fRelated               // mass of the title found in other words only / mass of the title
	fSurface               // mass of the title found in the same spelling / mass of the title
	fLead                  // mass of the query's first words found in the title / mass of those words
	fCoverShare            // title_cover / the best candidate's
	fMatchedShare          // title_matched / the best candidate's
	fWindowShare           // title_window / the best candidate's
	fAnyShare              // any_query_cover / the best candidate's
	fDenseShare            // title_dense / the best candidate's
	fJaccardShare          // narr_jaccard / the best candidate's
	fCosine                // found mass squared over the masses of title and query, in squares
	fRarestMissed          // rarest word of the query's first words that the title does not have
	numFeatures
)

// featureNames are the names in the data file of the ranker.
var featureNames = [numFeatures]string{
	"score", "score_share", "score_abs", "title_cover", "title_cover_n", "title_matched", "title_missed",
	"title_missed_max", "title_max", "title_second", "title_count", "title_len", "title_pairs", "title_run",
	"title_run_share", "title_window", "title_early", "query_cover", "query_len", "query_mass", "query_unknown",
	"numbers", "numbers_missed", "soft", "respelled", "has_narration", "narr_cover", "narr_query_cover",
	"narr_run", "narr_jaccard", "any_query_cover", "exact", "rank", "title_dense",
	"related", "surface", "lead", "cover_share", "matched_share", "window_share", "any_share", "dense_share",
	"jaccard_share", "cosine", "rarest_missed",
}

type features [numFeatures]float32

// candidate is a document that the ranker looks at.
type candidate struct {
	doc      uint32
	features features
	rank     float64
	score    float64
}

type runAt struct{ pos, length int32 }

// describe works out the features of each retrieved document.
func (x *Index) describe(q *query) {
	q.cands = q.cands[:0]
	termMass := 0.0
	for i := range q.terms {
		termMass += float64(q.termWorth(i))
	}
	q.same = q.same[:0]
	x.byExact.find(q.exact, func(doc uint32) bool {
		q.same = append(q.same, doc)
		return len(q.same) < maxRetrieved
	})
	for place, s := range q.top {
		c := q.candidate(place, s.doc)
		f := &c.features
		x.docs.unpack(s.doc, &q.rec)
		f[fScore] = ratio(float64(s.score), termMass)
		f[fScoreShare] = ratio(float64(s.score), float64(q.top[0].score))
		f[fScoreAbs] = s.score
		f[fRank] = 1 / float32(place+1)
		f[fQueryLen] = float32(math.Log1p(float64(len(q.known))))
		f[fQueryMass] = float32(q.mass)
		f[fQueryUnknown] = ratio(float64(q.unknown), float64(q.unknown+len(q.terms)))
		x.describeTitle(q, f)
		x.describeNarration(q, f)
		if slices.Contains(q.same, s.doc) {
			f[fExact] = 1
		}
	}
	q.shares()
	q.shortlist()
}

// maxRanked is how many candidates the trees look at.
const maxRanked = 48

// shortlist keeps the candidates that a plain sum of the strongest features
// puts first: the trees cost more than everything before them.
func (q *query) shortlist() {
	if len(q.cands) <= maxRanked {
		return
	}
	for i := range q.cands {
		f := &q.cands[i].features
		q.cands[i].rank = float64(2*f[fTitleCover] + 2*f[fScoreShare] + f[fMatchedShare] + 2*f[fAnyShare] + f[fTitleWindow] + 2*f[fNarrJaccard] + f[fCosine] + f[fDenseShare] + f[fNarrCover] + f[fNarrRun]/3)
	}
	slices.SortFunc(q.cands, func(a, b *candidate) int {
		switch {
		case a.rank > b.rank:
			return -1
		case a.rank < b.rank:
			return 1
		}
		return int(a.doc) - int(b.doc)
	})
	q.cands = q.cands[:maxRanked]
}

// shares compares each candidate with the best of its query.
func (q *query) shares() {
	for _, p := range [...][2]int{
		{fTitleCover, fCoverShare}, {fTitleMatched, fMatchedShare}, {fTitleWindow, fWindowShare},
		{fAnyQueryCover, fAnyShare}, {fTitleDense, fDenseShare}, {fNarrJaccard, fJaccardShare},
	} {
		best := float32(0)
		for i := range q.cands {
			best = max(best, q.cands[i].features[p[0]])
		}
		for i := range q.cands {
			q.cands[i].features[p[1]] = ratio(float64(q.cands[i].features[p[0]]), float64(best))
		}
	}
}

// candidate makes the next candidate, in memory that is used again.
func (q *query) candidate(place int, doc uint32) *candidate {
	var c *candidate
	if place < len(q.pool) {
		c = &q.pool[place]
		*c = candidate{doc: doc}
	} else {
		c = &candidate{doc: doc}
	}
	q.cands = append(q.cands, c)
	return c
}

func ratio(a, b float64) float32 {
	if b <= 0 {
		return 0
	}
	return float32(a / b)
}

// describeTitle fills the features of the title.
func (x *Index) describeTitle(q *query, f *features) {
	var keys [64]uint32
	n := 0
	var mass, found, missed, early, respelled, soft, related, surface, squares, foundSquares float64
	var count, distinct int
	var numbers, numbersMissed int
	pairs, pairsFound := 0, 0
	prev := -1
	for _, w := range q.rec.title {
		k := x.dict.wordKey[w]
		if k == noKey || n == len(keys) {
			continue
		}
		again := false
		for _, other := range keys[:n] {
			again = again || other == k
		}
		keys[n] = k
		n++
		ti := int(q.termOf[k]) - 1
		if n > 1 {
			pairs++
			if ti >= 0 && prev >= 0 && q.adjacent(prev, ti) {
				pairsFound++
			}
		}
		prev = ti
		if again {
			continue
		}
		distinct++
		number := isNumber(x.dict.words.get(w))
		if ti < 0 {
			idf := float64(x.rarity(k))
			mass += idf
			missed += idf
			squares += idf * idf
			f[fTitleMissedMax] = max(f[fTitleMissedMax], float32(idf))
			if number {
				numbersMissed++
			} else if s := q.resembles(x, w); s > 0 {
				soft += float64(s) * idf
			}
			continue
		}
		t := &q.terms[ti]
		idf := float64(t.idf)
		mass += idf
		squares += idf * idf
		if t.related {
			related += idf
			missed += idf
			continue
		}
		foundSquares += idf * idf * float64(t.weight)
		if q.hasWord[w] {
			surface += idf
		}
		found += idf * float64(t.weight)
		missed += idf * float64(1-t.weight)
		if t.weight < 1 {
			respelled += idf
		}
		count++
		if number {
			numbers++
		}
		early += idf / (1 + float64(t.positions[0])/20)
		switch {
		case t.idf > f[fTitleMax]:
			f[fTitleSecond], f[fTitleMax] = f[fTitleMax], t.idf
		case t.idf > f[fTitleSecond]:
			f[fTitleSecond] = t.idf
		}
	}
	f[fTitleCover] = ratio(found, mass)
	f[fTitleCoverN] = ratio(float64(count), float64(distinct))
	f[fTitleMatched] = float32(found)
	f[fTitleMissed] = float32(missed)
	f[fTitleCount] = float32(count)
	f[fTitleLen] = float32(distinct)
	f[fTitlePairs] = ratio(float64(pairsFound), float64(pairs))
	run := q.longestRun(keys[:n])
	f[fTitleRun] = float32(run)
	f[fTitleRunShare] = ratio(float64(run), float64(n))
	window, width := q.bestWindow(keys[:n], distinct)
	f[fTitleWindow] = ratio(window, mass)
	f[fTitleDense] = ratio(window, float64(width))
	f[fTitleEarly] = ratio(early, found+1e-9)
	f[fQueryCover] = ratio(found, q.mass)
	f[fNumbers], f[fNumbersMissed] = float32(numbers), float32(numbersMissed)
	f[fSoft] = ratio(soft, mass)
	f[fRespelled] = ratio(respelled, found+1e-9)
	f[fRelated] = ratio(related, mass)
	f[fSurface] = ratio(surface, mass)
	f[fCosine] = ratio(foundSquares, math.Sqrt(squares*q.squares))
	x.describeLead(q, f, keys[:n])
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

// describeNarration fills the features of the narration.
func (x *Index) describeNarration(q *query, f *features) {
	if len(q.rec.narration) == 0 {
		f[fAnyQueryCover] = f[fQueryCover]
		return
	}
	f[fHasNarration] = 1
	keys := q.keys[:0]
	var mass, found float64
	for _, w := range q.rec.narration {
		k := x.dict.wordKey[w]
		if k == noKey {
			continue
		}
		keys = append(keys, k)
		ti := q.termOf[k]
		if ti == 0 {
			mass += float64(x.rarity(k))
			continue
		}
		if q.hit[ti-1] == q.stamp {
			continue
		}
		q.hit[ti-1] = q.stamp
		t := &q.terms[ti-1]
		mass += float64(t.idf)
		if t.related {
			continue
		}
		found += float64(t.idf * t.weight)
	}
	q.keys = keys
	any := found
	for _, w := range q.rec.title {
		if k := x.dict.wordKey[w]; k != noKey {
			if ti := q.termOf[k]; ti > 0 && q.hit[ti-1] != q.stamp && !q.terms[ti-1].related {
				q.hit[ti-1] = q.stamp
				any += float64(q.terms[ti-1].idf * q.terms[ti-1].weight)
			}
		}
	}
	q.stamp++
	f[fNarrCover] = ratio(found, mass)
	f[fNarrQueryCover] = ratio(found, q.mass)
	f[fNarrJaccard] = ratio(found, mass+q.mass-found)
	f[fAnyQueryCover] = ratio(any, q.mass)
	f[fNarrRun] = float32(math.Log1p(float64(q.longestRun(keys))))
}
