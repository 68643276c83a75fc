package match_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ronda/internal/match"
)

func TestWordRatesAreReadBack(t *testing.T) {
	t.Parallel()
	in := match.NewWordRates(match.WordRate{Kept: 0.6, Common: 1e-4, Carried: 0.2}, map[string]match.WordRate{
		"banjir": {Kept: 0.9, Common: 0.002, Carried: 0.5}, "surat": {Kept: 0.3, Common: 0.01, Carried: 0.1},
	})
	text, err := in.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var out match.WordRates
	if err := out.UnmarshalText(text); err != nil {
		t.Fatal(err)
	}
	if again, err := out.MarshalText(); err != nil || string(again) != string(text) {
		t.Errorf("read back as %s, %v; wrote %s", again, err, text)
	}
	if d := out.Default; math.Abs(d.Kept-0.6) > 0.01 || math.Abs(d.Common/1e-4-1) > 0.05 || math.Abs(d.Carried-0.2) > 0.01 {
		t.Errorf("the default is %+v", d)
	}
	for _, bad := range []string{"%", "AAAA", ""} {
		if err := out.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// TestRankAgreesWithTheTrees holds that the fast layout gives the finalists the sum of the trees, and that no other row is above them.
func TestRankAgreesWithTheTrees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var trees match.Trees
		for range rapid.IntRange(1, 120).Draw(t, "trees") {
			var tree match.Tree
			leaf := tree.AddLeaf(rapid.Float64Range(-1, 1).Draw(t, "leaf"))
			for range rapid.IntRange(0, 4).Draw(t, "splits") {
				a, b := tree.AddLeaf(rapid.Float64Range(-1, 1).Draw(t, "left")), tree.AddLeaf(rapid.Float64Range(-1, 1).Draw(t, "right"))
				tree.Split(leaf, rapid.IntRange(0, 3).Draw(t, "feature"), rapid.Float32Range(0, 1).Draw(t, "limit"), a, b)
				leaf = rapid.SampledFrom([]int{a, b}).Draw(t, "next")
			}
			trees = append(trees, tree)
		}
		rows := make([][]float32, rapid.IntRange(0, 40).Draw(t, "rows"))
		for i := range rows {
			rows[i] = rapid.SliceOfN(rapid.Float32Range(0, 1), 4, 4).Draw(t, "row")
		}
		got := trees.Rank(rows)
		exact := 0
		for i, x := range rows {
			if math.Abs(got[i]-trees.Value(x)) < 1e-9 {
				exact++
			}
		}
		if exact < min(len(rows), 12) {
			t.Errorf("%d of %d rows have the value of the trees", exact, len(rows))
		}
		if len(rows) > 0 && len(trees) <= 48 {
			want := slices.MaxFunc(rows, func(a, b []float32) int {
				switch p, q := trees.Value(a), trees.Value(b); {
				case p < q:
					return -1
				case p > q:
					return 1
				}
				return 0
			})
			if best := slices.Max(got); math.Abs(best-trees.Value(want)) > 1e-9 {
				t.Errorf("the best value is %v, want %v", best, trees.Value(want))
			}
		}
	})
}
