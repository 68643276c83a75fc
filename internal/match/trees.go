package match

import (
	"math"
	"slices"
)

// Tree is a regression tree. Node 0 is the root. The children of a leaf are 0;
// the right child of an inner node follows its left one.
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

// forest is an ensemble laid out for speed: the nodes of all trees end to end,
// eight bytes each, the two children of a node side by side.
type forest struct {
	nodes []node
	roots []int32
}

type node struct {
	limit   float32 // of a leaf: its value
	child   uint16  // the left child, counted from the root; 0 for a leaf
	feature uint16
}

func (t Trees) forest() forest {
	var f forest
	for i := range t {
		f.roots = append(f.roots, int32(len(f.nodes)))
		for n := range t[i].Leaf {
			if t[i].Left[n] == 0 {
				f.nodes = append(f.nodes, node{limit: t[i].Leaf[n]})
				continue
			}
			f.nodes = append(f.nodes, node{t[i].Limit[n], uint16(t[i].Left[n]), uint16(t[i].Feature[n])})
		}
	}
	return f
}

// add adds the values of some trees to the sums of the rows. It goes tree by
// tree, so that each is in the cache for all rows, and chooses the child
// without a jump.
func (f *forest) add(from, to int, rows [][]float32, sums []float64) {
	for i := from; i < to; i++ {
		end := int32(len(f.nodes))
		if i+1 < len(f.roots) {
			end = f.roots[i+1]
		}
		tree := f.nodes[f.roots[i]:end]
		for r, x := range rows {
			n := tree[0]
			for n.child != 0 {
				next := uint(n.child)
				if x[n.feature] >= n.limit {
					next++
				}
				n = tree[next]
			}
			sums[r] += float64(n.limit)
		}
	}
}

// The order is worked out in two steps: all candidates by the first trees, and
// only the best of them by the rest.
const (
	firstTrees = 48
	finalists  = 12
)

// rank works out the values of rows in two steps. A row that is not among the
// finalists stays below them. place is memory that is used again.
func (f *forest) rank(rows [][]float32, sums []float64, place []int) []int {
	clear(sums)
	few := min(firstTrees, len(f.roots))
	f.add(0, few, rows, sums)
	place = place[:0]
	for i := range rows {
		place = append(place, i)
	}
	slices.SortStableFunc(place, func(a, b int) int { return byValueDown(sums[a], sums[b]) })
	last := min(finalists, len(place))
	lowest := math.Inf(1)
	for _, i := range place[:last] {
		f.add(few, len(f.roots), rows[i:i+1], sums[i:i+1])
		lowest = min(lowest, sums[i])
	}
	for _, i := range place[last:] {
		sums[i] = min(sums[i], lowest)
	}
	slices.SortStableFunc(place[:last], func(a, b int) int { return byValueDown(sums[a], sums[b]) })
	return place
}

func byValueDown(a, b float64) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}

// Rank works out the values of a query's candidates as the ranker does.
func (t Trees) Rank(rows [][]float32) []float64 {
	f := t.forest()
	sums := make([]float64, len(rows))
	f.rank(rows, sums, nil)
	return sums
}
