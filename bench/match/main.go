// Command bench compares the speed and the memory of Ronda's matching with
// Bleve and SQLite FTS5 on the same documents and the same queries.
//
//	cd bench && go run ./match --claims claims.jsonl --queries queries.jsonl --docs 100000
//
// The corpus is the claims and shuffles of them from a fixed seed, kept in an
// SQLite file that every engine is built from. Each engine runs plain (all
// words of the query) and tuned (its twelve rarest words); Ronda gets the text
// as it is. With --engine an engine runs alone, so that its memory can be told
// from the others'.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"ronda/internal/eval"
)

type options struct {
	Claims  string   `required:"" help:"File of claims."`
	Queries string   `required:"" help:"File of queries."`
	Docs    int      `default:"100000" help:"Documents in the corpus."`
	N       int      `default:"300" help:"Queries of forty words."`
	Dir     string   `help:"Folder for the corpus and the indexes; none: one among the temporary files."`
	Engine  []string `default:"ronda,bleve,fts5" help:"Engines to run: ronda, bleve, fts5."`
	Seconds int      `default:"300" help:"Stop asking an engine after so many seconds; what was asked until then counts."`
	JSON    bool     `name:"json" help:"Print JSON."`
	Profile string   `help:"File for a CPU profile of the queries."`
}

// result is what one engine reaches.
type result struct {
	Engine string  `json:"engine"`
	Docs   int     `json:"docs"`
	Build  float64 `json:"build_s"`   // seconds; 0 where a built index was opened
	Growth int     `json:"growth_mb"` // growth of the process's peak memory while building
	Asked  int     `json:"asked"`     // queries that were timed
	P50    float64 `json:"p50_ms"`
	P99    float64 `json:"p99_ms"`
	CPU    float64 `json:"cpu_ms"` // mean processor time of a query; says more than the clock on a busy machine
}

func main() {
	var o options
	k := kong.Parse(&o)
	k.FatalIfErrorf(run(context.Background(), &o))
}

func run(ctx context.Context, o *options) error {
	claims, err := eval.LoadClaims(o.Claims)
	if err != nil {
		return err
	}
	queries, err := queries40(o.Queries, o.N)
	if err != nil {
		return err
	}
	if o.Dir == "" {
		o.Dir = filepath.Join(os.TempDir(), "ronda-bench")
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	path := filepath.Join(o.Dir, fmt.Sprintf("corpus-%d.db", o.Docs))
	if err := writeCorpus(path, claims, o.Docs); err != nil {
		return err
	}
	claims = nil
	var counts map[string]int
	if slices.Contains(o.Engine, "bleve") || slices.Contains(o.Engine, "fts5") {
		if counts, err = countWords(path); err != nil {
			return err
		}
	}
	for _, name := range o.Engine {
		if err := measure(ctx, o, name, path, counts, queries); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func measure(ctx context.Context, o *options, name, path string, counts map[string]int, queries []string) error {
	before, start := peakMemory(), time.Now()
	var engines []engine
	switch name {
	case "ronda":
		e, err := openRonda(ctx, path)
		if err != nil {
			return err
		}
		engines = []engine{e}
	case "bleve":
		x, err := openBleve(path, filepath.Join(o.Dir, fmt.Sprintf("bleve-%d", o.Docs)))
		if err != nil {
			return err
		}
		engines = []engine{bleveEngine("bleve plain", x, counts, false), bleveEngine("bleve tuned", x, counts, true)}
	case "fts5":
		db, err := openFTS5(path, filepath.Join(o.Dir, fmt.Sprintf("fts5-%d.db", o.Docs)))
		if err != nil {
			return err
		}
		engines = []engine{fts5Engine("fts5 plain", db, counts, false), fts5Engine("fts5 tuned", db, counts, true)}
	default:
		return fmt.Errorf("unknown engine")
	}
	build, growth := time.Since(start).Seconds(), peakMemory()-before
	for _, e := range engines {
		r := result{Engine: e.name, Docs: o.Docs, Build: build, Growth: growth}
		if err := r.run(e, queries, time.Duration(o.Seconds)*time.Second, o.Profile); err != nil {
			return err
		}
		if err := r.print(o.JSON); err != nil {
			return err
		}
	}
	return nil
}

// run asks every query once to warm up, then three times, as long as the time lasts; a tenth of it is for warming up.
func (r *result) run(e engine, queries []string, most time.Duration, profile string) error {
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return fmt.Errorf("create profile: %w", err)
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return fmt.Errorf("start profile: %w", err)
		}
		defer pprof.StopCPUProfile()
	}
	var times []time.Duration
	var used time.Duration
	began := time.Now()
	for round := range 4 {
		for _, q := range queries {
			if spent := time.Since(began); round == 0 && spent > most/10 || round > 0 && spent > most && len(times) > 0 {
				break
			}
			start, cpu := time.Now(), processorTime()
			if _, err := e.search(q); err != nil {
				return err
			}
			if round > 0 {
				times = append(times, time.Since(start))
				used += processorTime() - cpu
			}
		}
	}
	slices.Sort(times)
	ms := func(i int) float64 { return float64(times[i].Microseconds()) / 1000 }
	r.Asked = len(times)
	r.CPU = float64(used.Microseconds()) / 1000 / float64(len(times))
	r.P50, r.P99 = ms(len(times)/2), ms(len(times)*99/100)
	return nil
}

func (r *result) print(asJSON bool) error {
	if asJSON {
		return json.NewEncoder(os.Stdout).Encode(r)
	}
	_, err := fmt.Printf("%-12s %8d documents  build %6.1f s  growth %5d MB  %4d queries  p50 %7.3f ms  p99 %7.3f ms  processor %7.3f ms\n",
		r.Engine, r.Docs, r.Build, r.Growth, r.Asked, r.P50, r.P99, r.CPU)
	return err
}

// processorTime is the processor time that the process has used so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakMemory is the largest resident size of the process so far in megabytes,
// where the system says it (Linux); elsewhere 0.
func peakMemory() int {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				return 0
			}
			return kb / 1024
		}
	}
	return 0
}
