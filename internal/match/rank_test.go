package match_test

import (
	"encoding/json"
	"slices"
	"testing"

	"ronda/internal/match"
)

func TestTree(t *testing.T) {
	t.Parallel()
	var tree match.Tree
	root := tree.AddLeaf(9)
	a, b := tree.AddLeaf(1), tree.AddLeaf(2)
	tree.Split(root, 0, 0.5, a, b)
	for x, want := range map[float32]float64{0.4: 1, 0.5: 2, 7: 2} {
		if got := tree.Value([]float32{x}); got != want {
			t.Errorf("the value of %v is %v, want %v", x, got, want)
		}
	}
}

func TestReadRankerRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	names := match.FeatureNames()
	leaf := match.Tree{Feature: []uint8{0}, Limit: []float32{0}, Left: []uint8{0}, Right: []uint8{0}, Leaf: []float32{1}}
	loop := match.Tree{Feature: []uint8{0, 0, 0}, Limit: []float32{0, 0, 0}, Left: []uint8{1, 1, 0}, Right: []uint8{2, 2, 0}, Leaf: []float32{1, 1, 1}}
	short := match.Tree{Feature: []uint8{0}, Leaf: []float32{1}}
	for name, c := range map[string]struct {
		ranker match.Ranker
		fits   bool
	}{
		"whole": {match.Ranker{Features: names, Order: match.Trees{leaf}}, true}, "other features": {match.Ranker{Features: slices.Clone(names[1:])}, false},
		"a loop": {match.Ranker{Features: names, Order: match.Trees{loop}}, false}, "short columns": {match.Ranker{Features: names, Certain: match.Trees{short}}, false},
	} {
		data, err := json.Marshal(c.ranker)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := match.ReadRanker(data); (err == nil) != c.fits {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := match.ReadRanker([]byte("{")); err == nil {
		t.Error("half a file was read")
	}
}

// TestShippedRanker holds that the levels of the shipped ranker are in order.
func TestShippedRanker(t *testing.T) {
	t.Parallel()
	r := match.New().Ranker()
	if len(r.Order) == 0 || len(r.Certain) == 0 || r.Match <= r.Similar || r.Similar <= 0 || r.Match >= 1 {
		t.Errorf("%d and %d trees, match from %v, similar from %v", len(r.Order), len(r.Certain), r.Match, r.Similar)
	}
}

func TestWithMeaning(t *testing.T) {
	t.Parallel()
	ranker := match.New().Ranker()
	res := match.Result{Level: match.LevelSimilar, Hits: []match.Hit{{ID: "a", Level: match.LevelSimilar, Score: 0.5}, {ID: "b", Level: match.LevelSimilar, Score: 0.45}}}
	got := res.WithMeaning([]float64{0.3, 0.99}, ranker)
	if got.Hits[0].ID != "b" || got.Level == match.LevelMatch || got.Hits[0].Why[0].Code != match.ReasonSameMeaning {
		t.Errorf("got %+v", got)
	}
	if same := res.WithMeaning(nil, ranker); same.Hits[0].ID != "a" || same.Hits[0].Score != 0.5 {
		t.Errorf("without vectors the result changed: %+v", same)
	}
	if res.Hits[0].ID != "a" {
		t.Error("the result that was given changed")
	}
}
