package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"ronda/internal/match"
)

// rows are training examples. Those of one group (a query's candidates) stand
// together.
type rows struct {
	x      [][]float32
	y      []float64
	groups []int // start of each group, and the end of the last
	weight []float64
}

// boostOptions are the sizes of a boosted ensemble.
type boostOptions struct {
	trees, leaves int
	rate          float64 // what each tree adds is multiplied by it
	least         float64 // least sum of second derivatives in a leaf
	lambda        float64 // ridge on leaf values
	features      float64 // share of the features that a tree may use
	rows          float64 // share of the groups (or rows) that a tree is grown on
	seed          uint64
	pairs         bool // pairs within a group; otherwise logistic by row
}

const bins = 64

// binned holds the features as bin numbers, column by column.
type binned struct {
	cols  [][]uint8
	edges [][]float32
}

func binColumns(x [][]float32) binned {
	n := len(x[0])
	b := binned{make([][]uint8, n), make([][]float32, n)}
	values := make([]float32, len(x))
	for f := range n {
		for i := range x {
			values[i] = x[i][f]
		}
		sorted := slices.Clone(values)
		slices.Sort(sorted)
		distinct := slices.Compact(slices.Clone(sorted))
		var edges []float32
		if len(distinct) <= bins {
			for i := 1; i < len(distinct); i++ {
				edges = append(edges, (distinct[i-1]+distinct[i])/2)
			}
		} else {
			for i := 1; i < bins; i++ {
				v := sorted[i*len(sorted)/bins]
				if len(edges) == 0 || v > edges[len(edges)-1] {
					edges = append(edges, v)
				}
			}
		}
		col := make([]uint8, len(x))
		for i, v := range values {
			k, found := slices.BinarySearch(edges, v)
			if found {
				k++
			}
			col[i] = uint8(k) // v >= edges[k-1]
		}
		b.cols[f], b.edges[f] = col, edges
	}
	return b
}

// boost fits an ensemble of regression trees by gradient boosting with second
// derivatives (Friedman 2001; Chen and Guestrin 2016), leaf-wise.
func boost(r rows, o boostOptions) match.Trees {
	b := binColumns(r.x)
	score := make([]float64, len(r.x))
	g, h := make([]float64, len(r.x)), make([]float64, len(r.x))
	var out match.Trees
	draw := rand.New(rand.NewPCG(1, o.seed))
	use := make([]bool, len(b.cols))
	for range o.trees {
		r.derivatives(score, g, h, o.pairs)
		for f := range use {
			use[f] = draw.Float64() < o.features
		}
		t := growTree(b, g, h, o, use, r.draw(draw, o.rows))
		for i := range r.x {
			score[i] += t.Value(r.x[i])
		}
		out = append(out, t)
	}
	return out
}

// mean fits some ensembles on different draws of rows and features and returns one whose value is their mean: what one of them makes
// of chance, the others do not (Breiman, "Bagging predictors", 1996).
func mean(r rows, o boostOptions, n int) match.Trees {
	var out match.Trees
	for i := range n {
		o.seed = uint64(i)
		for _, t := range boost(r, o) {
			for k := range t.Leaf {
				t.Leaf[k] /= float32(n)
			}
			out = append(out, t)
		}
	}
	return out
}

// draw returns the numbers of the rows of some groups, or of some rows where there are no groups.
func (r *rows) draw(from *rand.Rand, share float64) []int32 {
	out := make([]int32, 0, len(r.x))
	if len(r.groups) == 0 {
		for i := range r.x {
			if from.Float64() < share {
				out = append(out, int32(i))
			}
		}
		return out
	}
	for k := 0; k+1 < len(r.groups); k++ {
		if from.Float64() < share {
			for i := r.groups[k]; i < r.groups[k+1]; i++ {
				out = append(out, int32(i))
			}
		}
	}
	return out
}

// derivatives works out the first and second derivatives of the loss.
func (r *rows) derivatives(score, g, h []float64, pairs bool) {
	if !pairs {
		for i, s := range score {
			p := 1 / (1 + math.Exp(-s))
			g[i], h[i] = r.weight[i]*(p-r.y[i]), r.weight[i]*math.Max(p*(1-p), 1e-6)
		}
		return
	}
	for k := 0; k+1 < len(r.groups); k++ {
		r.lambdas(r.groups[k], r.groups[k+1], score, g, h)
	}
}

// lambdas works out the derivatives of one group: each pair of a right and a
// wrong candidate pulls apart, the more the closer to the top the swap would
// matter (LambdaMART: Burges, "From RankNet to LambdaRank to LambdaMART", 2010).
func (r *rows) lambdas(from, to int, score, g, h []float64) {
	n := to - from
	place := make([]int, n)
	byScore := make([]int, n)
	for i := range byScore {
		byScore[i] = i
	}
	slices.SortStableFunc(byScore, func(a, b int) int {
		switch {
		case score[from+a] > score[from+b]:
			return -1
		case score[from+a] < score[from+b]:
			return 1
		}
		return 0
	})
	for p, i := range byScore {
		place[i] = p
	}
	for i := range n {
		g[from+i], h[from+i] = 0, 1e-6
	}
	for i := range n {
		if r.y[from+i] == 0 {
			continue
		}
		for j := range n {
			if r.y[from+j] != 0 {
				continue
			}
			p := 1 / (1 + math.Exp(score[from+i]-score[from+j]))
			w := r.weight[from+i] * (0.1 + math.Abs(discount(place[i])-discount(place[j])))
			g[from+i] -= w * p
			g[from+j] += w * p
			h[from+i] += w * p * (1 - p)
			h[from+j] += w * p * (1 - p)
		}
	}
}

func discount(place int) float64 { return 1 / math.Log2(float64(place)+2) }

// leaf is a leaf of a growing tree.
type leaf struct {
	node         int
	rows         []int32
	g, h         float64
	gain         float64
	feature, bin int
	hist         [][bins + 1][2]float64 // by feature: sums of first and second derivatives
}

func growTree(b binned, g, h []float64, o boostOptions, use []bool, all []int32) match.Tree {
	root := leaf{rows: all}
	for _, i := range all {
		root.g += g[i]
		root.h += h[i]
	}
	t := match.Tree{}
	root.node = t.AddLeaf(-o.rate * root.g / (root.h + o.lambda))
	root.count(b, g, h, use)
	root.split(b, o, use)
	leaves := []leaf{root}
	for len(leaves) < o.leaves {
		k := 0
		for i := range leaves {
			if leaves[i].gain > leaves[k].gain {
				k = i
			}
		}
		l := leaves[k]
		if l.gain <= 1e-9 {
			break
		}
		var left, right leaf
		col := b.cols[l.feature]
		for _, i := range l.rows {
			if int(col[i]) <= l.bin {
				left.rows = append(left.rows, i)
				left.g += g[i]
				left.h += h[i]
			} else {
				right.rows = append(right.rows, i)
				right.g += g[i]
				right.h += h[i]
			}
		}
		left.node = t.AddLeaf(-o.rate * left.g / (left.h + o.lambda))
		right.node = t.AddLeaf(-o.rate * right.g / (right.h + o.lambda))
		t.Split(l.node, l.feature, b.edges[l.feature][l.bin], left.node, right.node)
		small, large := &left, &right
		if len(left.rows) > len(right.rows) {
			small, large = large, small
		}
		small.count(b, g, h, use)
		large.hist = l.hist // what the smaller one does not have
		for f := range large.hist {
			for k := range large.hist[f] {
				large.hist[f][k][0] -= small.hist[f][k][0]
				large.hist[f][k][1] -= small.hist[f][k][1]
			}
		}
		left.split(b, o, use)
		right.split(b, o, use)
		leaves[k] = left
		leaves = append(leaves, right)
	}
	return t
}

// count sums the derivatives of the leaf's rows up by feature and bin.
func (l *leaf) count(b binned, g, h []float64, use []bool) {
	l.hist = make([][bins + 1][2]float64, len(b.cols))
	for f, col := range b.cols {
		if !use[f] {
			continue
		}
		hist := &l.hist[f]
		for _, i := range l.rows {
			k := &hist[col[i]]
			k[0] += g[i]
			k[1] += h[i]
		}
	}
}

// split finds the best split of a leaf.
func (l *leaf) split(b binned, o boostOptions, use []bool) {
	base := l.g * l.g / (l.h + o.lambda)
	for f := range b.cols {
		if !use[f] {
			continue
		}
		lg, lh := 0.0, 0.0
		for k := range len(b.edges[f]) {
			lg += l.hist[f][k][0]
			lh += l.hist[f][k][1]
			rg, rh := l.g-lg, l.h-lh
			if lh < o.least || rh < o.least {
				continue
			}
			if gain := lg*lg/(lh+o.lambda) + rg*rg/(rh+o.lambda) - base; gain > l.gain {
				l.gain, l.feature, l.bin = gain, f, k
			}
		}
	}
}
