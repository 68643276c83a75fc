package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"

	"ronda/internal/eval"
	"ronda/internal/fingerprint"
	"ronda/internal/match"
)

// example is a query with its candidates as the retrieval found them.
type example struct {
	slices []string
	fold   int
	text   string
	want   []string // ids that answer
	view   string
	kind   string
	ids    []string
	x      [][]float32
	y      []float64 // 1 for a candidate that answers
}

// Folds that no example is fitted in or no example is left out of.
const (
	none     = -1
	reported = -2 // examples that are only reported
)

type dataset struct {
	examples []example
	title    map[string]string
	cluster  map[string]string
}

func load(ctx context.Context, o *options) (*dataset, error) {
	claims, err := eval.LoadClaims(o.Claims)
	if err != nil {
		return nil, err
	}
	d := &dataset{title: map[string]string{}, cluster: map[string]string{}}
	views := map[string]*match.Index{"title": match.NewWith(&match.Ranker{}), "title+narration": match.NewWith(&match.Ranker{})}
	for _, c := range claims {
		d.title[c.ID], d.cluster[c.ID] = c.Title, c.Cluster
		doc := match.Doc{Kind: match.Claim, ID: c.ID, Title: c.Title}
		views["title"].Put(doc)
		doc.Narration = c.Narration
		views["title+narration"].Put(doc)
	}
	for _, path := range slices.Concat(o.Queries, o.Nomatch) {
		queries, err := eval.LoadQueries(path)
		if err != nil {
			return nil, err
		}
		for i := range queries {
			q := &queries[i]
			if views[q.View] == nil {
				return nil, fmt.Errorf("query %s: unknown index_view %q", q.ID, q.View)
			}
			e := d.example(ctx, q, views[q.View])
			e.fold = foldOf(q.ID)
			if len(q.Relevant) > 0 {
				e.fold = foldOf(d.cluster[q.Relevant[0]])
			}
			e.slices = eval.SlicesOf(q)
			d.examples = append(d.examples, e)
		}
	}
	return d, d.loadCheckThat(ctx, o.Checkthat)
}

func (d *dataset) example(ctx context.Context, q *eval.Query, x *match.Index) example {
	e := example{text: q.Text, want: q.Relevant, view: q.View, kind: q.Kind}
	for _, c := range x.Describe(ctx, match.Query{Text: q.Text, Exclude: q.Exclude}) {
		e.ids = append(e.ids, c.ID)
		e.x = append(e.x, c.Features)
		y := 0.0
		if slices.Contains(q.Relevant, c.ID) {
			y = 1
		}
		e.y = append(e.y, y)
	}
	return e
}

func (d *dataset) loadCheckThat(ctx context.Context, folders []string) error {
	inDev := map[string]bool{}
	left := 0
	for _, part := range []string{"dev", "train"} {
		for _, folder := range folders {
			x := match.NewWith(&match.Ranker{})
			queries, err := eval.LoadCheckThat(x, filepath.Join(folder, "claims.tsv"),
				filepath.Join(folder, part+".queries.tsv"), filepath.Join(folder, part+".qrels.tsv"))
			if err != nil {
				return err
			}
			for i := range queries {
				q := &queries[i]
				norm := fingerprint.Normalize(q.Text)
				if part == "train" && inDev[norm] {
					left++
					continue
				}
				e := d.example(ctx, q, x)
				e.view, e.slices = "checkthat", []string{filepath.Base(folder) + " " + part}
				e.fold = foldOf(q.Relevant[0])
				if part == "dev" {
					inDev[norm], e.fold = true, reported
				}
				d.examples = append(d.examples, e)
			}
		}
	}
	if len(folders) > 0 {
		fmt.Println("train queries left out because they are in a dev part:", left)
	}
	return nil
}

func foldOf(s string) int {
	h := fnv.New32a()
	h.Write([]byte(s))
	return int(h.Sum32() % folds)
}

func (e *example) answered() bool { return slices.Contains(e.y, 1) }

// values are the trees' values of the candidates.
func (e *example) values(t match.Trees) []float64 {
	v := make([]float64, len(e.x))
	for i, x := range e.x {
		v[i] = t.Value(x)
	}
	return v
}

// byValue returns the candidates' numbers, best first, and their values.
func byValue(values []float64) (order []int, sorted []float64) {
	order = make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case values[a] > values[b]:
			return -1
		case values[a] < values[b]:
			return 1
		}
		return 0
	})
	for _, i := range order {
		sorted = append(sorted, values[i])
	}
	return order, sorted
}

// orderRows are the rows that the order is fitted on without one fold.
func (d *dataset) orderRows(without int) rows {
	var r rows
	for i := range d.examples {
		e := &d.examples[i]
		if e.fold == without || e.fold == reported || !e.answered() {
			continue
		}
		r.groups = append(r.groups, len(r.x))
		for k := range e.x {
			r.x, r.y, r.weight = append(r.x, e.x[k]), append(r.y, e.y[k]), append(r.weight, 1)
		}
	}
	r.groups = append(r.groups, len(r.x))
	return r
}

// noMatchWeight makes up for there being few queries that nothing answers; the
// kinds of them count the same, however many there are of each.
const noMatchWeight = 3

func (d *dataset) noMatchWeights() map[string]float64 {
	n, most := map[string]float64{}, 0.0
	for i := range d.examples {
		if e := &d.examples[i]; len(e.want) == 0 {
			n[e.kind]++
			most = max(most, n[e.kind])
		}
	}
	for kind := range n {
		n[kind] = noMatchWeight * most / n[kind]
	}
	return n
}

// certainRows are the rows that the certainty is fitted on without one fold:
// the first two candidates of each query, ordered by trees that were not
// fitted on it.
func (d *dataset) certainRows(without int, values [][]float64) rows {
	var r rows
	weights := d.noMatchWeights()
	for i := range d.examples {
		e := &d.examples[i]
		if e.fold == without || len(e.x) == 0 || e.view == "checkthat" {
			continue
		}
		order, sorted := byValue(values[i])
		for place, k := range order[:min(2, len(order))] {
			r.x = append(r.x, match.CertainRow(nil, e.x[k], sorted, place))
			r.y = append(r.y, e.y[k])
			weight := 1.0
			if len(e.want) == 0 {
				weight = weights[e.kind]
			}
			r.weight = append(r.weight, weight)
		}
	}
	return r
}
