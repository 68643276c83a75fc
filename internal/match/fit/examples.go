package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"
	"strings"

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
	refuse []string // ids of which a person said that they do not
	view   string
	kind   string
	part   bool // a part of a post that the index has: only the score is fitted on it
	left   bool // made from an answerable query by leaving the whole story out of the index
	ids    []string
	x      [][]float32
	y      []float64 // 1 for a candidate that answers
}

// Folds that no example is fitted in or no example is left out of.
const (
	none     = -1
	reported = -2 // examples that are only reported
)

// fullIndex ends the kind of a query that nothing answers, asked of titles and posts.
const fullIndex = " in the full index"

// viewAll is the index of titles and posts.
const viewAll = "title+narration"

type dataset struct {
	examples []example
	title    map[string]string
	cluster  map[string]string
	members  map[string][]string // ids by cluster
	pairs    []pair
	rates    *match.WordRates // fitted on all
}

// load reads the data and describes each query by an index whose word rates do not know its fold.
func load(ctx context.Context, o *options) (*dataset, error) {
	claims, err := eval.LoadClaims(o.Claims)
	if err != nil {
		return nil, err
	}
	d := &dataset{title: map[string]string{}, cluster: map[string]string{}, members: map[string][]string{}}
	for _, c := range claims {
		d.title[c.ID], d.cluster[c.ID] = c.Title, c.Cluster
		d.members[c.Cluster] = append(d.members[c.Cluster], c.ID)
	}
	var queries []eval.Query
	for _, path := range slices.Concat(o.Queries, o.Nomatch) {
		more, err := eval.LoadQueries(path)
		if err != nil {
			return nil, err
		}
		queries = append(queries, more...)
	}
	d.pairsOf(queries)
	checkthat, err := d.readCheckThat(o.Checkthat)
	if err != nil {
		return nil, err
	}
	parts := make([][]example, folds)
	errs := make([]error, folds)
	each(o.Workers, func(fold int) { parts[fold], errs[fold] = d.describe(ctx, claims, queries, checkthat, fold) })
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	d.examples = slices.Concat(parts...)
	d.rates = d.wordRates(none)
	return d, nil
}

// describe describes the queries of one fold.
func (d *dataset) describe(ctx context.Context, claims []eval.Claim, queries []eval.Query, checkthat []checkThatPart, fold int) ([]example, error) {
	ranker := &match.Ranker{Words: d.wordRates(fold)}
	views := map[string]*match.Index{"title": match.NewWith(ranker), viewAll: match.NewWith(ranker)}
	halves := match.NewWith(ranker) // of each post the first half is known
	for _, c := range claims {
		doc := match.Doc{Kind: match.Claim, ID: c.ID, Title: c.Title}
		views["title"].Put(doc)
		doc.Narration = c.Narration
		views[viewAll].Put(doc)
		if secondHalf(c.Narration) != "" {
			doc.Narration = firstHalf(c.Narration)
		}
		halves.Put(doc)
	}
	var out []example
	for i := range queries {
		q := &queries[i]
		x := views[q.View]
		if x == nil {
			return nil, fmt.Errorf("query %s: unknown index_view %q", q.ID, q.View)
		}
		if d.foldOf(q) != fold {
			continue
		}
		e := d.example(ctx, q, x)
		e.fold, e.slices = fold, eval.SlicesOf(q)
		out = append(out, e)
		if len(q.Relevant) > 0 && !q.Synthetic {
			out = append(out, d.leaveOut(ctx, q, x, fold))
		}
		if full := views[viewAll]; x != full && q.View == "title" {
			// What nothing answers is asked of the posts too, as it is in use: words that a new hoax shares with an old post are no answer.
			if len(q.Relevant) == 0 {
				e = d.example(ctx, q, full)
				e.fold, e.kind = fold, e.kind+fullIndex
			} else {
				e = d.leaveOut(ctx, q, full, fold)
				e.kind += fullIndex
			}
			out = append(out, e)
			if len(q.Relevant) > 0 {
				out = append(out, d.known(ctx, q, fold, full, halves)...)
			}
		}
	}
	english, err := d.describeCheckThat(ctx, checkthat, ranker, fold)
	return append(out, english...), err
}

// known makes the examples of a query that a check in an index of posts answers: a part of its very post, the other part of a post of
// which the check has one, and, where the text is another outlet's, the text as it is.
func (d *dataset) known(ctx context.Context, q *eval.Query, fold int, full, halves *match.Index) []example {
	ask := func(text string, x *match.Index) example {
		other := *q
		other.Text = text
		e := d.example(ctx, &other, x)
		e.fold, e.view, e.part = fold, viewAll, true
		return e
	}
	if q.Kind != "narration" {
		return []example{ask(q.Text, full)}
	}
	var out []example
	if part := passedOn(q.Text); part != "" {
		out = append(out, ask(part, full), ask(secondHalf(q.Text), halves))
	}
	return out
}

// leaveOut makes an example that nothing answers: the query, asked of an index without any document of its story.
func (d *dataset) leaveOut(ctx context.Context, q *eval.Query, x *match.Index, fold int) example {
	without := *q
	without.Exclude = slices.Clone(q.Exclude)
	for _, id := range q.Relevant {
		without.Exclude = append(append(without.Exclude, id), d.members[d.cluster[id]]...)
	}
	without.Relevant, without.Rejected = nil, nil // nothing answers it, so every candidate is wrong
	e := d.example(ctx, &without, x)
	e.fold, e.left = fold, true
	return e
}

func (d *dataset) example(ctx context.Context, q *eval.Query, x *match.Index) example {
	e := example{text: q.Text, want: q.Relevant, refuse: q.Rejected, view: q.View, kind: q.Kind}
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

// checkThatPart is one part of a CheckThat! folder.
type checkThatPart struct {
	name    string // "ct2020 dev"
	dev     bool
	index   func(r *match.Ranker) (*match.Index, error)
	queries []eval.Query
}

// readCheckThat reads the parts of the folders, and the pairs of the train parts for the word rates. Train queries that are in a
// dev part are left out.
func (d *dataset) readCheckThat(folders []string) ([]checkThatPart, error) {
	inDev := map[string]bool{}
	left := 0
	var parts []checkThatPart
	for _, part := range []string{"dev", "train"} {
		for _, folder := range folders {
			load := func(r *match.Ranker) (*match.Index, []eval.Query, error) {
				x := match.NewWith(r)
				queries, err := eval.LoadCheckThat(x, filepath.Join(folder, "claims.tsv"),
					filepath.Join(folder, part+".queries.tsv"), filepath.Join(folder, part+".qrels.tsv"))
				return x, queries, err
			}
			_, queries, err := load(&match.Ranker{})
			if err != nil {
				return nil, err
			}
			titles, err := eval.CheckThatTitles(filepath.Join(folder, "claims.tsv"))
			if err != nil {
				return nil, err
			}
			p := checkThatPart{name: filepath.Base(folder) + " " + part, dev: part == "dev", index: func(r *match.Ranker) (*match.Index, error) {
				x, _, err := load(r)
				return x, err
			}}
			for _, q := range queries {
				norm := fingerprint.Normalize(q.Text)
				if p.dev {
					inDev[norm] = true
				} else if inDev[norm] {
					left++
					continue
				}
				p.queries = append(p.queries, q)
				if !p.dev {
					pr := pair{fold: foldOf(q.Relevant[0]), message: keysOf(q.Text)}
					for _, id := range q.Relevant {
						pr.titles = append(pr.titles, keysOf(titles[id]))
					}
					d.pairs = append(d.pairs, pr)
				}
			}
			parts = append(parts, p)
		}
	}
	if len(folders) > 0 {
		fmt.Println("train queries left out because they are in a dev part:", left)
	}
	return parts, nil
}

// describeCheckThat describes the queries of one fold; those of the dev parts, which are only reported, count in fold 0.
func (d *dataset) describeCheckThat(ctx context.Context, parts []checkThatPart, r *match.Ranker, fold int) ([]example, error) {
	var out []example
	for _, p := range parts {
		if p.dev && fold != 0 {
			continue
		}
		x, err := p.index(r)
		if err != nil {
			return nil, err
		}
		for i := range p.queries {
			q := &p.queries[i]
			if !p.dev && foldOf(q.Relevant[0]) != fold {
				continue
			}
			e := d.example(ctx, q, x)
			e.view, e.slices, e.fold = "checkthat", []string{p.name}, fold
			if p.dev {
				e.fold = reported
			}
			out = append(out, e)
		}
	}
	return out, nil
}

func foldOf(s string) int {
	h := fnv.New32a()
	h.Write([]byte(s))
	return int(h.Sum32() % folds)
}

// unanswered says that nothing in the index answers the query. Where a person only refused what was found, something else may.
func (e *example) unanswered() bool { return len(e.want) == 0 && len(e.refuse) == 0 && !e.left }

func (e *example) answered() bool { return slices.Contains(e.y, 1) }

func (d *dataset) answeredQueries() int {
	n := 0
	for i := range d.examples {
		if e := &d.examples[i]; e.answered() && !e.part && e.fold != reported {
			n++
		}
	}
	return n
}

// values are the trees' values of the candidates.
func (e *example) values(t match.Trees) []float64 {
	return t.Rank(e.x)
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

// mostWrong is how many wrong candidates of a query the order is fitted on; they stand in the order of the shortlist.
const mostWrong = 26

// orderRows are the rows that the order is fitted on without one fold.
func (d *dataset) orderRows(without int) rows {
	var r rows
	for i := range d.examples {
		e := &d.examples[i]
		if e.fold == without || e.fold == reported || e.part || !e.answered() {
			continue
		}
		r.groups = append(r.groups, len(r.x))
		wrong := 0
		for k := range e.x {
			if e.y[k] == 0 {
				if wrong++; wrong > mostWrong && !slices.Contains(e.refuse, e.ids[k]) {
					continue
				}
			}
			r.x, r.y, r.weight = append(r.x, e.x[k]), append(r.y, e.y[k]), append(r.weight, 1)
		}
	}
	r.groups = append(r.groups, len(r.x))
	return r
}

// sameStory is how often a first candidate that the data does not count as an answer, while the answer is further down, tells the
// same story: of those that were read, more than a quarter.
const sameStory = 0.3

// noMatchWeight makes up for there being few queries that nothing answers; the
// kinds of them count the same, however many there are of each. leftWeight is
// that of a query whose story was left out of the index.
const (
	noMatchWeight = 3
	leftWeight    = 0.4
)

func (d *dataset) noMatchWeights() map[string]float64 {
	n, most := map[string]float64{}, 0.0
	for i := range d.examples {
		if e := &d.examples[i]; e.unanswered() {
			n[e.kind]++
			most = max(most, n[e.kind])
		}
	}
	for kind := range n {
		n[kind] = noMatchWeight * most / n[kind]
		if strings.HasSuffix(kind, fullIndex) {
			n[kind] /= noMatchWeight
		}
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
		judged := len(e.want) == 0 && len(e.refuse) > 0
		for place, k := range order {
			if judged && !slices.Contains(e.refuse, e.ids[k]) || !judged && place >= 2 {
				continue // of the others nobody said anything
			}
			r.x = append(r.x, match.CertainRow(nil, e.x[k], sorted, place))
			y := e.y[k]
			if place == 0 && y == 0 && e.answered() {
				y = sameStory
			}
			r.y = append(r.y, y)
			weight := 1.0
			switch {
			case strings.HasSuffix(e.kind, fullIndex) && e.left:
				weight = leftWeight / 2
			case e.left || e.part:
				weight = leftWeight
			case judged:
				weight = noMatchWeight
			case len(e.want) == 0:
				weight = weights[e.kind]
			}
			r.weight = append(r.weight, weight)
		}
	}
	return r
}
