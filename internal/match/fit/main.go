// Command fit fits the ranker of package match on evaluation data and writes
// it as ranker.json. It prints what the ranker reaches on examples that it was
// not fitted on: the claims are put in five folds by story (the field
// "cluster"), and each fold is ranked by trees fitted on the other four.
//
//	go run ./internal/match/fit --claims claims.jsonl --queries queries.jsonl,perturbed.jsonl \
//	    --nomatch nomatch.jsonl --checkthat ct2020,ct2022 --out internal/match/ranker.json
//
// A CheckThat! folder holds claims.tsv and {train,dev}.{queries,qrels}.tsv; its
// train part is fitted on, its dev part is reported only, and train queries
// whose text is in a dev part are left out.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"sync"

	"github.com/alecthomas/kong"

	"ronda/internal/match"
)

type options struct {
	Claims    string   `required:"" help:"File of claims."`
	Queries   []string `required:"" help:"Files of queries with answers."`
	Nomatch   []string `help:"Files of queries that nothing answers."`
	Checkthat []string `help:"CheckThat! folders."`
	Out       string   `help:"File to write; none: report only."`
	Trees     int      `default:"160" help:"Trees of each ensemble of the order."`
	Leaves    int      `default:"8"`
	Rate      float64  `default:"0.1"`
	Sums      int      `default:"3" help:"Ensembles that the order is the mean of, each grown on other draws."`
	Workers   int      `default:"2" help:"Folds fitted at the same time."`
	Misses    string   `help:"Slice whose misses are printed."`
	Worse     int      `default:"1" help:"Print a miss when the answer is at this place (from 0) or later."`
	Every     int      `default:"1" help:"Print every n-th miss."`
	Top       int      `help:"Print so many of the best scored queries that nothing answers."`
}

func main() {
	var o options
	k := kong.Parse(&o)
	k.FatalIfErrorf(run(context.Background(), &o))
}

const folds = 5

// fewestAnswered is how many answered queries there must be: each fold leaves a fifth of them out.
const fewestAnswered = 100

// featureShare and rowShare are what each tree may use: trees that see different halves make a steadier sum.
const (
	featureShare = 0.5
	rowShare     = 0.7
)

func run(ctx context.Context, o *options) error {
	set, err := load(ctx, o)
	if err != nil {
		return err
	}
	if n := set.answeredQueries(); n < fewestAnswered {
		return fmt.Errorf("%d queries with an answer that was found are too few to fit on: %d are needed, and better a thousand", n, fewestAnswered)
	}
	order := boostOptions{trees: o.Trees, leaves: o.Leaves, rate: o.Rate, least: 5, lambda: 5, pairs: true, features: featureShare, rows: rowShare}
	values := make([][]float64, len(set.examples))
	each(o.Workers, func(fold int) {
		trees := mean(set.orderRows(fold), order, o.Sums)
		for i := range set.examples {
			if e := &set.examples[i]; e.fold == fold || e.fold == reported && fold == 0 {
				values[i] = e.values(trees)
			}
		}
	})
	set.report(values)
	set.printMisses(o, values)
	certain := boostOptions{trees: 120, leaves: 6, rate: 0.07, least: 10, lambda: 5, features: featureShare, rows: rowShare}
	scores := make([]float64, len(set.examples))
	each(o.Workers, func(fold int) {
		trees := boost(set.certainRows(fold, values), certain)
		for i := range set.examples {
			if e := &set.examples[i]; e.fold == fold && len(e.x) > 0 {
				scores[i] = e.score(trees, values[i])
			}
		}
	})
	r := &match.Ranker{Features: match.FeatureNames(), Words: set.rates}
	r.Match, r.Similar = set.reportScores(o, values, scores)
	if o.Out == "" {
		return nil
	}
	r.Order = mean(set.orderRows(none), order, o.Sums)
	r.Certain = boost(set.certainRows(none, values), certain)
	return write(o.Out, r)
}

// each calls fit for each fold, so many at a time.
func each(workers int, fit func(fold int)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, max(1, workers))
	for fold := range folds {
		wg.Go(func() {
			slots <- struct{}{}
			fit(fold)
			<-slots
		})
	}
	wg.Wait()
}

// write writes the ranker, one tree a line.
func write(path string, r *match.Ranker) error {
	for _, trees := range []match.Trees{r.Order, r.Certain} {
		for i := range trees {
			for k, v := range trees[i].Limit {
				trees[i].Limit[k] = round(v)
			}
		}
	}
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode ranker: %w", err)
	}
	text := strings.ReplaceAll(string(data), `{"f":`, "\n"+`{"f":`)
	if err := os.WriteFile(path, []byte(text+"\n"), 0o644); err != nil {
		return fmt.Errorf("write ranker: %w", err)
	}
	return nil
}

// round keeps six digits.
func round(v float32) float32 {
	if v == 0 {
		return 0
	}
	p := math.Pow(10, 5-math.Floor(math.Log10(math.Abs(float64(v)))))
	return float32(math.Round(float64(v)*p) / p)
}
