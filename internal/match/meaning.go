package match

import (
	"math"
	"slices"
)

// How vectors of meaning move a score: a similarity of meaningEven moves
// nothing, each 0.1 more or less moves the logarithm of the odds by a tenth of
// meaningWeight. Models differ, so the weight is small: meaning alone can make
// "similar", never "match".
const (
	meaningEven   = 0.6
	meaningWeight = 6.0
	meaningShown  = 0.8 // similarity from which on it is a reason
)

// WithMeaning adds what vectors of meaning say: similarities has one cosine
// for each hit. The hits are ordered again and their levels set anew; a hit
// that was no match by its words does not become one. Where similarities has
// another length, because the endpoint failed, the result is as it was.
func (r Result) WithMeaning(similarities []float64, ranker *Ranker) Result {
	if len(similarities) != len(r.Hits) || len(r.Hits) == 0 {
		return r
	}
	hits := slices.Clone(r.Hits)
	for i := range hits {
		h := &hits[i]
		p := min(max(h.Score, 1e-6), 1-1e-6)
		odds := math.Log(p/(1-p)) + meaningWeight*(similarities[i]-meaningEven)
		score := 1 / (1 + math.Exp(-odds))
		if h.Level != LevelMatch && score >= ranker.Match {
			score = math.Nextafter(ranker.Match, 0)
		}
		h.Score, h.Level = score, ranker.level(score)
		if similarities[i] >= meaningShown {
			h.Why = append(slices.Clone(h.Why), Reason{Code: ReasonSameMeaning})
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	return Result{Level: hits[0].Level, Hits: hits}
}

// Ranker returns the ranker of the index.
func (x *Index) Ranker() *Ranker { return x.ranker }
