package match

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync"
)

// Ranker is what was fitted: one ensemble that orders the candidates of a
// query and one that says how likely a candidate is the same story. It is the
// content of ranker.json, which `go run ./internal/match/fit` writes.
type Ranker struct {
	Features []string   `json:"features"` // the names the trees count by
	Order    Trees      `json:"order"`
	Certain  Trees      `json:"certain"`
	Words    *WordRates `json:"words,omitempty"`
	Match    float64    `json:"match"`   // least score of level "match"
	Similar  float64    `json:"similar"` // least score of level "similar"
}

//go:embed ranker.json
var rankerFile []byte

// shippedRanker reads the ranker that ships with Ronda once.
var shippedRanker = sync.OnceValue(func() *Ranker {
	r, err := ReadRanker(rankerFile)
	if err != nil {
		panic(err) // the file is part of the program; a test reads it
	}
	return r
})

// ReadRanker decodes a ranker and checks that it counts by the features that
// this version works out.
func ReadRanker(data []byte) (*Ranker, error) {
	var r Ranker
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("read ranker: %w", err)
	}
	if !slices.Equal(r.Features, featureNames[:]) {
		return nil, fmt.Errorf("read ranker: it was fitted on other features; fit it again")
	}
	for _, t := range slices.Concat(r.Order, r.Certain) {
		if err := t.check(); err != nil {
			return nil, fmt.Errorf("read ranker: %w", err)
		}
	}
	return &r, nil
}

func (t *Tree) check() error {
	n := len(t.Leaf)
	if n == 0 || n > 256 || len(t.Feature) != n || len(t.Limit) != n || len(t.Left) != n || len(t.Right) != n {
		return fmt.Errorf("a tree's columns do not fit together")
	}
	for i := range t.Left {
		leaf := t.Left[i] == 0
		if !leaf && (int(t.Left[i]) <= i || t.Right[i] != t.Left[i]+1 || int(t.Left[i]) >= n || int(t.Right[i]) >= n || int(t.Feature[i]) >= numFeatures+certainExtra) {
			return fmt.Errorf("a tree's node points nowhere")
		}
	}
	return nil
}

// certainExtra is how many values CertainRow adds to the features.
const certainExtra = 6

// CertainRow appends to dst what the certainty of a candidate is worked out
// from: its features, its value in the order, how far that is above the best
// other candidate's, and its share among all. values are those of all
// candidates, best first.
func CertainRow(dst []float32, features []float32, values []float64, place int) []float32 {
	margin := 5.0
	if len(values) > 1 {
		other := values[0]
		if place == 0 {
			other = values[1]
		}
		margin = values[place] - other
	}
	total := 0.0
	for _, v := range values {
		total += math.Exp(v - values[0])
	}
	dst = append(dst, features...)
	near, few := 0.0, min(len(values), 10)
	for _, v := range values[:few] {
		near += v
	}
	return append(dst, float32(values[place]), float32(margin), float32(math.Exp(values[place]-values[0])/total),
		float32(values[0]+math.Log(total)), float32(values[place]-near/float64(few)), float32(values[place]-values[min(len(values)-1, 4)]))
}

// rank orders the candidates of the query and works out the scores of the
// first ones.
func (x *Index) rank(q *query, first int) {
	q.rows = slices.Grow(q.rows[:0], len(q.cands))[:len(q.cands)]
	for i, c := range q.cands {
		q.rows[i].set(c.features[:])
	}
	q.values = slices.Grow(q.values[:0], len(q.cands))[:len(q.cands)]
	q.place = x.order.rank(q.rows, q.values, q.place)
	for i, c := range q.cands {
		c.rank = q.values[i]
	}
	q.ordered = q.ordered[:0]
	for _, i := range q.place {
		q.ordered = append(q.ordered, q.cands[i])
	}
	q.cands, q.ordered = q.ordered, q.cands
	for i, c := range q.cands {
		q.values[i] = c.rank
	}
	last := 1.0
	var sum [1]float64
	for i, c := range q.cands[:min(first, len(q.cands))] {
		q.row = CertainRow(q.row[:0], c.features[:], q.values, i)
		sum[0] = 0
		q.one[0].set(q.row)
		x.certain.add(0, len(x.certain.trees), q.one[:], sum[:])
		last = min(last, 1/(1+math.Exp(-sum[0])))
		c.score = last
	}
}

func (r *Ranker) level(score float64) Level {
	switch {
	case score >= r.Match:
		return LevelMatch
	case score >= r.Similar:
		return LevelSimilar
	}
	return LevelNothing
}
