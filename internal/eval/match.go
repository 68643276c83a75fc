package eval

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"ronda/internal/match"
)

// MatchOptions say what `ronda eval match` measures.
type MatchOptions struct {
	Claims  string   // file of claims
	Queries []string // files of queries
	NoMatch []string // files of queries that nothing answers
	JSON    bool
	Misses  string // slice whose misses are printed; empty for none
}

// MatchReport is what `ronda eval match --json` prints.
type MatchReport struct {
	Slices     map[string]*Slice  `json:"slices"`
	AUC        map[string]float64 `json:"auc"`
	Latency    Latency            `json:"latency_ms"`
	MatchLevel MatchLevel         `json:"match_level"`
}

// MatchLevel is how the level "match" does at the threshold that ships: the
// share of answerable queries that get it with a right first hit, and the
// share of the others that get it although nothing answers them.
type MatchLevel struct {
	Recall    map[string]float64 `json:"recall"`     // by slice
	FalseRate map[string]float64 `json:"false_rate"` // by kind of query that nothing answers
}

// indexes holds one index for each view.
type indexes map[string]*match.Index

func buildIndexes(claims []Claim) indexes {
	x := indexes{viewTitle: match.New(), viewAll: match.New()}
	for i := range claims {
		c := &claims[i]
		d := match.Doc{Kind: match.Claim, ID: c.ID, Title: c.Title, Date: c.day()}
		x[viewTitle].Put(d)
		d.Narration = c.Narration
		x[viewAll].Put(d)
	}
	return x
}

func (x indexes) of(q *Query) (*match.Index, error) {
	index, ok := x[q.View]
	if !ok {
		return nil, fmt.Errorf("query %s: unknown index_view %q", q.ID, q.View)
	}
	return index, nil
}

// Match measures the matching against a file of claims and files of queries
// and writes a table or JSON.
func Match(ctx context.Context, o MatchOptions, w io.Writer) error {
	claims, err := LoadClaims(o.Claims)
	if err != nil {
		return err
	}
	run := matchRun{
		x:      buildIndexes(claims),
		report: MatchReport{Slices: map[string]*Slice{}, AUC: map[string]float64{}, MatchLevel: MatchLevel{map[string]float64{}, map[string]float64{}}},
		titles: map[string]string{},
		misses: o.Misses,
		out:    w,
	}
	for _, c := range claims {
		run.titles[c.ID] = c.Title
	}
	for _, path := range o.Queries {
		if err := run.answerable(ctx, path); err != nil {
			return err
		}
	}
	for _, path := range o.NoMatch {
		if err := run.unanswerable(ctx, path); err != nil {
			return err
		}
	}
	run.finish()
	if o.JSON {
		return json.NewEncoder(w).Encode(run.report)
	}
	return run.report.print(w)
}

// matchRun collects what one run measures.
type matchRun struct {
	x      indexes
	report MatchReport
	yes    []float64 // best scores of answerable queries of the title view
	times  []time.Duration
	titles map[string]string
	misses string
	out    io.Writer
}

func (r *matchRun) search(ctx context.Context, q *Query) (match.Result, error) {
	index, err := r.x.of(q)
	if err != nil {
		return match.Result{}, err
	}
	start := time.Now()
	res := index.Search(ctx, match.Query{Text: q.Text, Exclude: q.Exclude, Limit: 5})
	r.times = append(r.times, time.Since(start))
	return res, ctx.Err()
}

func best(res match.Result) float64 {
	if len(res.Hits) == 0 {
		return 0
	}
	return res.Hits[0].Score
}

func (r *matchRun) answerable(ctx context.Context, path string) error {
	queries, err := LoadQueries(path)
	if err != nil {
		return err
	}
	for i := range queries {
		q := &queries[i]
		res, err := r.search(ctx, q)
		if err != nil {
			return err
		}
		if q.View == viewTitle {
			r.yes = append(r.yes, best(res))
		}
		relevant := make([]bool, len(res.Hits))
		for i, h := range res.Hits {
			relevant[i] = slices.Contains(q.Relevant, h.ID)
		}
		right := res.Level == match.LevelMatch && len(relevant) > 0 && relevant[0]
		for _, name := range SlicesOf(q) {
			s := r.report.Slices[name]
			if s == nil {
				s = new(Slice)
				r.report.Slices[name] = s
			}
			s.Add(relevant, len(q.Relevant))
			if right {
				r.report.MatchLevel.Recall[name]++
			}
			if name == r.misses && !(len(relevant) > 0 && relevant[0]) {
				r.printMiss(q, res)
			}
		}
	}
	return nil
}

// printMiss shows a query whose first hit does not answer it.
func (r *matchRun) printMiss(q *Query, res match.Result) {
	fmt.Fprintf(r.out, "# %s\n  query:  %.400s\n", q.ID, strings.Join(strings.Fields(q.Text), " "))
	for _, id := range q.Relevant {
		fmt.Fprintf(r.out, "  wanted: %s\n", r.titles[id])
	}
	for _, h := range res.Hits[:min(3, len(res.Hits))] {
		fmt.Fprintf(r.out, "  %.3f   %s\n", h.Score, r.titles[h.ID])
	}
}

// SlicesOf names the slices that a query counts in.
func SlicesOf(q *Query) []string {
	if q.Synthetic {
		return []string{"perturbed/" + q.Kind}
	}
	names := []string{q.Kind + "/all"}
	if q.Tier != "" {
		names = append(names, q.Kind+"/"+q.Tier)
	}
	if q.Kind == "narration" && (q.Tier == "easy" || q.Tier == "hard") {
		names = append(names, "narration/easy+hard")
	}
	if q.Obfuscated {
		names = append(names, q.Kind+"/obfuscated")
	}
	if q.Election {
		names = append(names, q.Kind+"/election")
	}
	return names
}

func (r *matchRun) unanswerable(ctx context.Context, path string) error {
	queries, err := LoadQueries(path)
	if err != nil {
		return err
	}
	no := map[string][]float64{}
	for i := range queries {
		q := &queries[i]
		res, err := r.search(ctx, q)
		if err != nil {
			return err
		}
		no[q.Kind] = append(no[q.Kind], best(res))
		if res.Level == match.LevelMatch {
			r.report.MatchLevel.FalseRate[q.Kind]++
			r.report.MatchLevel.FalseRate["all"]++
		}
	}
	for kind, scores := range no {
		r.report.AUC[kind] = AUC(r.yes, scores)
		r.report.MatchLevel.FalseRate[kind] /= float64(len(scores))
	}
	r.report.MatchLevel.FalseRate["all"] /= float64(max(1, len(queries)))
	return nil
}

func (r *matchRun) finish() {
	for name, s := range r.report.Slices {
		r.report.MatchLevel.Recall[name] /= float64(s.N)
		s.Mean()
	}
	r.report.Latency = latency(r.times)
}

// print writes the report as a table.
func (r *MatchReport) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "slice\tn\tMAP@5\trecall@1\trecall@5\tlevel match\t")
	for _, name := range SortedKeys(r.Slices) {
		s := r.Slices[name]
		fmt.Fprintf(t, "%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t\n", name, s.N, s.MAP5, s.R1, s.R5, r.MatchLevel.Recall[name])
	}
	for _, kind := range SortedKeys(r.AUC) {
		fmt.Fprintf(t, "AUC against %s\t\t%.3f\t\t\t%.3f\t\n", kind, r.AUC[kind], r.MatchLevel.FalseRate[kind])
	}
	fmt.Fprintf(t, "latency ms p50, p99\t\t%.2f\t%.2f\t\t\t\n", r.Latency.P50, r.Latency.P99)
	return t.Flush()
}

// SortedKeys returns the keys of a map in order.
func SortedKeys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
