package match

import (
	"testing"

	"pgregory.net/rapid"
)

// slowSlips is the same by the plain table of distances (Sellers, 1980).
func slowSlips(p, text []byte) int {
	p = p[:min(len(p), mostPattern)]
	column := make([]int, len(p)+1)
	for i := range column {
		column[i] = i
	}
	least := column[len(p)]
	for _, c := range text {
		corner := column[0] // the pattern may begin anywhere, so the first row stays 0
		for i := range p {
			change := corner
			if p[i] != c {
				change++
			}
			corner = column[i+1]
			column[i+1] = min(change, column[i]+1, column[i+1]+1)
		}
		least = min(least, column[len(p)])
	}
	return least
}

func TestSlips(t *testing.T) {
	t.Parallel()
	var used pattern // again and again, as in a query
	rapid.Check(t, func(t *rapid.T) {
		letter := rapid.ByteRange('a', 'd')
		p := rapid.SliceOfN(letter, 0, 70).Draw(t, "pattern")
		text := rapid.SliceOfN(letter, 0, 200).Draw(t, "text")
		used.set(p)
		if got, want := used.slips(text), slowSlips(p, text); got != want {
			t.Fatalf("%d slips, want %d", got, want)
		}
	})
}

// TestForest holds that the trees laid out for speed say what the trees say.
func TestForest(t *testing.T) {
	t.Parallel()
	trees := shippedRanker().Order
	f := trees.forest()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "rows")
		values, rows := make([][]float32, n), make([]row, n)
		for i := range values {
			values[i] = rapid.SliceOfN(rapid.OneOf(rapid.Float32Range(-3, 3), rapid.Float32Range(-1000, 1000), rapid.Just(float32(0))), numFeatures, numFeatures).Draw(t, "row")
			// A value that is a limit itself goes right.
			if tree := trees[rapid.IntRange(0, len(trees)-1).Draw(t, "tree")]; tree.Left[0] != 0 {
				values[i][tree.Feature[0]] = tree.Limit[0]
			}
			rows[i].set(values[i])
		}
		sums := make([]float64, n)
		f.add(0, len(trees), rows, sums)
		for i := range rows {
			if want := trees.Value(values[i]); sums[i] != want {
				t.Fatalf("row %d has %v, want %v", i, sums[i], want)
			}
		}
	})
}

func TestSortable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float32().Draw(t, "a"), rapid.Float32().Draw(t, "b")
		if (a < b) != (sortable(a) < sortable(b)) || (a == b) != (sortable(a) == sortable(b)) {
			t.Fatalf("%v and %v are %d and %d", a, b, sortable(a), sortable(b))
		}
	})
}

// TestRepeats holds that words read as others are not "word for word".
func TestRepeats(t *testing.T) {
	t.Parallel()
	q := &query{}
	c := func(run, surface, words float32) *candidate {
		c := &candidate{}
		c.features[fTitleRunShare], c.features[fSurface], c.features[fTitleLen] = run, surface, words
		return c
	}
	for name, x := range map[string]struct {
		c    *candidate
		want bool
	}{
		"the title": {c(1, 1, 5), true}, "a word is another that tells the same": {c(1, 0.8, 5), false},
		"not in one row": {c(0.9, 1, 9), false}, "a short title": {c(1, 1, 4), false},
	} {
		if got := q.repeats(x.c); got != x.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
