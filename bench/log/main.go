// Command log measures Ronda's public log beside transparency-dev/tessera on a POSIX file system, in one run on one disk:
//
//   - the tile writer alone: entries a second with the same number of entries in flight, at equal durability;
//   - the time from an act's commit to a published signed checkpoint that covers it, end to end on SQLite;
//   - end to end entries a second on SQLite.
//
// Both write entries of the same size. An entry counts as written when it is durable in a tree: with Tessera when its future
// resolves, with Ronda only when the signed checkpoint over it is durably published, which is later.
package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// settings of a run.
type settings struct {
	dir      string
	entries  int
	inFlight int
	rounds   int
	singles  int
	size     int
}

func main() {
	var s settings
	flag.StringVar(&s.dir, "dir", "", "directory on the disk to measure; a temporary one if empty")
	flag.IntVar(&s.entries, "entries", 100_000, "entries in each throughput round")
	flag.IntVar(&s.inFlight, "inflight", 2000, "entries in flight")
	flag.IntVar(&s.rounds, "rounds", 3, "rounds of each, taken in turn")
	flag.IntVar(&s.singles, "singles", 200, "single entries for the latency")
	flag.IntVar(&s.size, "size", 500, "bytes of an entry")
	flag.Parse()
	if err := run(context.Background(), s); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) error {
	root, err := os.MkdirTemp(s.dir, "ronda-bench-log-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	fmt.Printf("%s, %d CPUs, %s; %d entries of %d bytes a round, %d in flight, %d rounds in turn\n\n", runtime.Version(), runtime.NumCPU(),
		time.Now().UTC().Format("2006-01-02 15:04Z"), s.entries, s.size, s.inFlight, s.rounds)
	if err := throughput(ctx, s, root); err != nil {
		return err
	}
	if err := latency(ctx, s, root); err != nil {
		return err
	}
	return endToEnd(ctx, s, root)
}

// throughput compares the tile writers. Tessera runs with its default batches and with batches as large as what is in flight.
func throughput(ctx context.Context, s settings, root string) error {
	rates := make(map[string][]float64)
	names := []string{"ronda", "tessera, batches of 256", fmt.Sprintf("tessera, batches of %d", s.inFlight)}
	for range s.rounds {
		for i, name := range names {
			dir, err := os.MkdirTemp(root, "tp")
			if err != nil {
				return err
			}
			var rate float64
			if i == 0 {
				rate, err = rondaRate(ctx, s, dir)
			} else {
				rate, err = tesseraRate(ctx, s, dir, []int{0, 256, s.inFlight}[i])
			}
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			rates[name] = append(rates[name], rate)
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
		}
	}
	fmt.Println("Tile writer alone, entries a second")
	best := 0.0
	for _, name := range names {
		fmt.Printf("  %-28s median %8.0f   all %s\n", name, median(rates[name]), list(rates[name]))
		if name != names[0] {
			best = max(best, median(rates[name]))
		}
	}
	fmt.Printf("  ronda / the better tessera   %.2f\n\n", median(rates[names[0]])/best)
	return nil
}

// latency compares single entries. Tessera publishes every 100 ms, its shortest interval, with the smallest batch age.
func latency(ctx context.Context, s settings, root string) error {
	ours, whole, err := rondaLatency(ctx, s, root+"/lr")
	if err != nil {
		return fmt.Errorf("ronda latency: %w", err)
	}
	theirs, err := tesseraLatency(ctx, s, root+"/lt")
	if err != nil {
		return fmt.Errorf("tessera latency: %w", err)
	}
	fmt.Println("To a published signed checkpoint over the entry, one at a time")
	fmt.Printf("  %-28s p50 %8s   p99 %8s\n", "ronda, from the commit", quantile(ours, 0.5), quantile(ours, 0.99))
	fmt.Printf("  %-28s p50 %8s   p99 %8s\n", "ronda, commit included", quantile(whole, 0.5), quantile(whole, 0.99))
	fmt.Printf("  %-28s p50 %8s   p99 %8s\n", "tessera POSIX, from Add", quantile(theirs, 0.5), quantile(theirs, 0.99))
	fmt.Printf("  ronda from commit / tessera  %.3f (p50)\n\n", float64(quantile(ours, 0.5))/float64(quantile(theirs, 0.5)))
	return nil
}

func endToEnd(ctx context.Context, s settings, root string) error {
	rate, err := rondaEndToEnd(ctx, s, root+"/e2e")
	if err != nil {
		return fmt.Errorf("ronda end to end: %w", err)
	}
	fmt.Printf("End to end on SQLite, %d acts in flight, each committed on its own: %.0f entries a second\n", s.inFlight, rate)
	return nil
}

// newSigner makes a key of the form that both logs take.
func newSigner(origin string) (private string, signer note.Signer, err error) {
	if private, _, err = note.GenerateKey(rand.Reader, origin); err != nil {
		return "", nil, err
	}
	signer, err = note.NewSigner(private)
	return private, signer, err
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func quantile(values []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)].Round(10 * time.Microsecond)
}

func list(values []float64) string {
	text := ""
	for _, v := range values {
		text += fmt.Sprintf(" %.0f", v)
	}
	return text
}
