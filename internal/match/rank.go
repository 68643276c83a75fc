package match

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync"
)

// Tree is a regression tree. Node 0 is the root. The children of a leaf are 0.
type Tree struct {
	Feature []uint8   `json:"f"`
	Limit   []float32 `json:"l"` // smaller goes left
	Left    []uint8   `json:"a"`
	Right   []uint8   `json:"b"`
	Leaf    []float32 `json:"v"`
}

// Trees is an ensemble; its value is the sum of the trees' values.
type Trees []Tree

// AddLeaf adds a node and returns its number. A tree has at most 256 nodes.
func (t *Tree) AddLeaf(value float64) int {
	t.Feature = append(t.Feature, 0)
	t.Limit = append(t.Limit, 0)
	t.Left = append(t.Left, 0)
	t.Right = append(t.Right, 0)
	t.Leaf = append(t.Leaf, float32(math.Round(value*1e5)/1e5))
	return len(t.Leaf) - 1
}

// Split makes a leaf an inner node.
func (t *Tree) Split(node, feature int, limit float32, left, right int) {
	t.Feature[node], t.Limit[node] = uint8(feature), limit
	t.Left[node], t.Right[node] = uint8(left), uint8(right)
	t.Leaf[node] = 0
}

// Value is the value of the leaf that x belongs to.
func (t *Tree) Value(x []float32) float64 {
	n := uint8(0)
	for t.Left[n] != 0 {
		if x[t.Feature[n]] < t.Limit[n] {
			n = t.Left[n]
		} else {
			n = t.Right[n]
		}
	}
	return float64(t.Leaf[n])
}

// Value is the sum of the trees' values.
func (t Trees) Value(x []float32) float64 {
	sum := 0.0
	for i := range t {
		sum += t[i].Value(x)
	}
	return sum
}

// Ranker is what was fitted: one ensemble that orders the candidates of a
// query and one that says how likely a candidate is the same story. It is the
// content of ranker.json, which `go run ./internal/match/fit` writes.
type Ranker struct {
	Features []string `json:"features"` // the names the trees count by
	Order    Trees    `json:"order"`
	Certain  Trees    `json:"certain"`
	Match    float64  `json:"match"`   // least score of level "match"
	Similar  float64  `json:"similar"` // least score of level "similar"
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
		if !leaf && (int(t.Left[i]) <= i || int(t.Right[i]) <= i || int(t.Left[i]) >= n || int(t.Right[i]) >= n || int(t.Feature[i]) >= numFeatures+certainExtra) {
			return fmt.Errorf("a tree's node points nowhere")
		}
	}
	return nil
}

// certainExtra is how many values CertainRow adds to the features.
const certainExtra = 3

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
	return append(dst, float32(values[place]), float32(margin), float32(math.Exp(values[place]-values[0])/total))
}

// rank orders the candidates of the query and works out the scores of the
// first ones.
func (r *Ranker) rank(q *query, first int) {
	for i := range q.cands {
		q.cands[i].rank = r.Order.Value(q.cands[i].features[:])
	}
	slices.SortStableFunc(q.cands, func(a, b *candidate) int {
		switch {
		case a.rank > b.rank:
			return -1
		case a.rank < b.rank:
			return 1
		}
		return 0
	})
	q.values = q.values[:0]
	for i := range q.cands {
		q.values = append(q.values, q.cands[i].rank)
	}
	last := 1.0
	for i := range q.cands[:min(first, len(q.cands))] {
		c := q.cands[i]
		q.row = CertainRow(q.row[:0], c.features[:], q.values, i)
		last = min(last, 1/(1+math.Exp(-r.Certain.Value(q.row))))
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
