package eval

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math"
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
	Docs    int    // about so many claims are put in the index, whole stories; 0 for all
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
	claims = fewStories(claims, o.Docs)
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
	var queries []Query
	for _, path := range slices.Concat(o.Queries, o.NoMatch) {
		more, err := LoadQueries(path)
		if err != nil {
			return err
		}
		queries = append(queries, more...)
	}
	if err := run.ask(ctx, queries); err != nil {
		return err
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

// fewStories keeps about n claims, all of a story or none, drawn by the hash of the story; all claims if n is 0.
func fewStories(claims []Claim, n int) []Claim {
	if n <= 0 || n >= len(claims) {
		return claims
	}
	limit := uint32(float64(math.MaxUint32) * float64(n) / float64(len(claims)))
	return slices.DeleteFunc(claims, func(c Claim) bool {
		h := fnv.New32a()
		h.Write([]byte(c.Cluster))
		return mixed(h.Sum32()) > limit
	})
}

// mixed spreads a hash over its range (the finish of MurmurHash3, Appleby).
func mixed(h uint32) uint32 {
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

// leftOut is the kind of a query whose answer was left out of a small index.
const leftOut = "left_out"

// ask asks every query. Those that nothing in the index answers count by kind.
func (r *matchRun) ask(ctx context.Context, queries []Query) error {
	no := map[string][]float64{}
	all := 0
	for i := range queries {
		q := &queries[i]
		known := slices.ContainsFunc(q.Relevant, func(id string) bool { return r.titles[id] != "" })
		kind := q.Kind
		switch {
		case known:
			if err := r.answerable(ctx, q); err != nil {
				return err
			}
			continue
		case len(q.Relevant) > 0 && q.View != viewTitle:
			continue // a disguise of a post that is not in the index
		case len(q.Relevant) > 0:
			kind = leftOut
		}
		res, err := r.search(ctx, q)
		if err != nil {
			return err
		}
		no[kind] = append(no[kind], best(res))
		all++
		if res.Level == match.LevelMatch {
			r.report.MatchLevel.FalseRate[kind]++
			r.report.MatchLevel.FalseRate["all"]++
			if kind == r.misses {
				r.printMiss(q, res)
			}
		}
	}
	for kind, scores := range no {
		r.report.AUC[kind] = AUC(r.yes, scores)
		r.report.MatchLevel.FalseRate[kind] /= float64(len(scores))
	}
	r.report.MatchLevel.FalseRate["all"] /= float64(max(1, all))
	return nil
}

func (r *matchRun) answerable(ctx context.Context, q *Query) error {
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
	wanted := 0
	for _, id := range q.Relevant {
		if r.titles[id] != "" {
			wanted++
		}
	}
	for _, name := range SlicesOf(q) {
		s := r.report.Slices[name]
		if s == nil {
			s = new(Slice)
			r.report.Slices[name] = s
		}
		s.Add(relevant, wanted)
		if right {
			r.report.MatchLevel.Recall[name]++
		}
		if name == r.misses && !(len(relevant) > 0 && relevant[0]) {
			r.printMiss(q, res)
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
