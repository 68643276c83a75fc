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
	fEvidence              // log of the odds that the title's words are found by right rather than by chance
	fEvidenceShare         // that / what it would be if all were found
	fEvidenceFound         // the part of the found words
	fEvidenceMissed        // the part of the missed words
	fEvidenceGap           // evidence less the best other candidate's
	fCarriedFound          // log of the odds by the query's words that the title has
	fCarriedMissed         // the same by those that it does not have
	fEnglish               // share of the query's words that are English function words
	fNearTitle             // share of the title's letters that stand in the query in their order
	fNearText              // share of the query's first letters that stand in the narration, or the title, in their order
	fNearGap               // the larger of the two less the best other candidate's
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
	"jaccard_share", "cosine", "rarest_missed", "evidence", "evidence_share", "evidence_found", "evidence_missed", "evidence_gap",
	"carried_found", "carried_missed", "english", "near_title", "near_text", "near_gap",
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

// A retrieved document is described if it is among the first leastDescribed or
// its score is at least describedShare of the best: a message that was passed on
// word for word has one document far above all others.
const (
	leastDescribed = 12
	describedShare = 0.45
)

// describe works out the features of each retrieved document.
func (x *Index) describe(q *query) {
	q.cands = q.cands[:0]
	x.spellQuery(q)
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
		if place >= leastDescribed && s.score < describedShare*q.top[0].score {
			break
		}
		c := q.candidate(place, s.doc)
		f := &c.features
		x.docs.unpack(s.doc, &q.rec)
		f[fScore] = ratio(float64(s.score), termMass)
		f[fScoreShare] = ratio(float64(s.score), float64(q.top[0].score))
		f[fScoreAbs] = s.score
		f[fRank] = 1 / float32(place+1)
		f[fQueryLen] = float32(math.Log1p(float64(len(q.known))))
		f[fQueryMass] = float32(q.mass)
		f[fEnglish] = q.english
		f[fQueryUnknown] = ratio(float64(q.unknown), float64(q.unknown+len(q.terms)))
		x.describeTitle(q, f)
		x.describeNarration(q, f)
		if slices.Contains(q.same, s.doc) {
			f[fExact] = 1
		}
		x.describeLetters(q, f)
	}
	q.shares()
	q.gaps()
	q.shortlist()
}

// maxRanked is how many candidates the trees look at.
const maxRanked = 48

// narrationFloor is what the words found in a document must weigh more than, so that its narration speaks for it where its title does not.
const narrationFloor = 3

// shortlist keeps the candidates that a plain sum of the strongest features
// puts first: the trees cost more than everything before them.
func (q *query) shortlist() {
	if len(q.cands) <= maxRanked {
		return
	}
	for i := range q.cands {
		f := &q.cands[i].features
		q.cands[i].rank = float64(2*f[fTitleCover] + 2*f[fScoreShare] + f[fMatchedShare] + 2*f[fAnyShare] + f[fTitleWindow] + 2*f[fNarrJaccard] + f[fCosine] + f[fDenseShare] + f[fNarrCover] + f[fNarrRun]/3 + max(0.6*f[fEvidence]+0.3*f[fCarriedFound], f[fHasNarration]*(0.6*f[fAnyQueryCover]*f[fQueryMass]-narrationFloor)))
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

// gaps compares the evidence and the letters of each candidate with the best other one's.
func (q *query) gaps() {
	for _, p := range [...][2]int{{fEvidence, fEvidenceGap}, {fNearGap, fNearGap}} {
		best, second := float32(-1000), float32(-1000)
		for _, c := range q.cands {
			switch v := c.features[p[0]]; {
			case v > best:
				best, second = v, best
			case v > second:
				second = v
			}
		}
		for _, c := range q.cands {
			if v := c.features[p[0]]; v == best {
				c.features[p[1]] = min(best-second, 50)
			} else {
				c.features[p[1]] = max(v-best, -50)
			}
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
