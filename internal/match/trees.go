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

// forest is an ensemble laid out for speed: the nodes of all trees end to end, the two children of a node side by side. A leaf is
// its own child, so that rows of one tree can go down side by side without asking which has arrived.
type forest struct {
	nodes  []node
	values []float32 // by node: of a leaf, what it adds
	trees  []treeAt
}

type node struct {
	limit   int32  // see sortable
	child   uint16 // the left child, counted from the root
	feature uint16
}

// treeAt is where the nodes of a tree stand, and the longest way down it.
type treeAt struct{ from, to, depth int32 }

// row is what the trees look at, as whole numbers in the same order as the values.
type row [mostColumns]int32

const mostColumns = 64

const _ = uint(mostColumns - numFeatures - certainExtra) // the row has room for all

// sortable maps a value to a whole number so that the order stays: two of those are compared without a jump, which a processor
// would guess wrong half of the time.
func sortable(v float32) int32 {
	b := int32(math.Float32bits(v + 0)) // no negative zero
	return b ^ int32(uint32(b>>31)>>1)
}

func (r *row) set(x []float32) {
	for i, v := range x {
		r[i&(mostColumns-1)] = sortable(v)
	}
}

func (t Trees) forest() forest {
	var f forest
	for i := range t {
		at := treeAt{from: int32(len(f.nodes))}
		depth := make([]int32, len(t[i].Leaf))
		for n := range t[i].Leaf {
			at.depth = max(at.depth, depth[n])
			if t[i].Left[n] == 0 {
				f.nodes = append(f.nodes, node{limit: math.MaxInt32, child: uint16(n)})
				f.values = append(f.values, t[i].Leaf[n])
				continue
			}
			depth[t[i].Left[n]], depth[t[i].Right[n]] = depth[n]+1, depth[n]+1
			f.nodes = append(f.nodes, node{sortable(t[i].Limit[n]), uint16(t[i].Left[n]), uint16(t[i].Feature[n])})
			f.values = append(f.values, 0)
		}
		at.to = int32(len(f.nodes))
		f.trees = append(f.trees, at)
	}
	return f
}

// add adds the values of some trees to the sums of the rows. It goes tree by tree, so that each is in the cache for all rows, and
// takes four rows at a time, whose ways down do not wait for one another.
func (f *forest) add(from, to int, rows []row, sums []float64) {
	for _, at := range f.trees[from:to] {
		tree, values := f.nodes[at.from:at.to], f.values[at.from:at.to]
		r := 0
		for ; r+4 <= len(rows); r += 4 {
			four := rows[r : r+4 : r+4]
			var i, j, k, l uint
			for range at.depth {
				i, j, k, l = tree[i].down(&four[0]), tree[j].down(&four[1]), tree[k].down(&four[2]), tree[l].down(&four[3])
			}
			sums[r] += float64(values[i])
			sums[r+1] += float64(values[j])
			sums[r+2] += float64(values[k])
			sums[r+3] += float64(values[l])
		}
		for ; r < len(rows); r++ {
			var i uint
			for range at.depth {
				i = tree[i].down(&rows[r])
			}
			sums[r] += float64(values[i])
		}
	}
}

// down is the child that a row goes to: the right one if its value is at least the limit.
func (n node) down(x *row) uint {
	return uint(n.child) + uint(uint64(int64(n.limit)-1-int64(x[n.feature&(mostColumns-1)]))>>63)
}

// The order is worked out in two steps: all candidates by the first trees, and
// only the best of them by the rest.
const (
	firstTrees = 48
	finalists  = 12
)

// rank works out the values of rows in two steps. A row that is not among the finalists stays below them. place is memory that is
// used again.
func (f *forest) rank(rows []row, sums []float64, place []int) []int {
	clear(sums)
	few := min(firstTrees, len(f.trees))
	f.add(0, few, rows, sums)
	place = place[:0]
	for i := range rows {
		place = append(place, i)
	}
	slices.SortStableFunc(place, func(a, b int) int { return byValueDown(sums[a], sums[b]) })
	last := min(finalists, len(place))
	var (
		best [finalists]row
		more [finalists]float64
	)
	for k, i := range place[:last] {
		best[k] = rows[i]
	}
	f.add(few, len(f.trees), best[:last], more[:last])
	lowest := math.Inf(1)
	for k, i := range place[:last] {
		sums[i] += more[k]
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
	set := make([]row, len(rows))
	for i := range rows {
		set[i].set(rows[i])
	}
	f.rank(set, sums, nil)
	return sums
}
