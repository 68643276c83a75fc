// Package images measures how well pictures are found again: `ronda eval images`. It indexes the
// originals of a manifest, asks with every variant, and counts what is found, variant by variant, and
// every pair of different pictures that was taken for one.
package images

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // formats that a manifest may name
	_ "image/jpeg" //
	_ "image/png"  //
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	_ "golang.org/x/image/webp" // as above

	print "ronda/internal/fingerprint/image"
)

// Options say what is measured.
type Options struct {
	Manifest string // tab-separated, with a head line: file, original, variant, split and more
	Split    string // the part that is measured; "" for all
	JSON     bool   // print the result as JSON
}

// Result is what was measured.
type Result struct {
	Split      string             `json:"split"`
	Originals  int                `json:"originals"`
	Queries    int                `json:"queries"` // variants other than the originals themselves
	Recall     float64            `json:"recall"`
	Variants   map[string]Variant `json:"variants"`
	FalsePairs int                `json:"false_pairs"` // a variant taken for another original
	CrossFalse int                `json:"cross_false"` // any picture taken for any variant of another original
	False      []Pair             `json:"false,omitempty"`
	Missed     []string           `json:"missed,omitempty"`
	Latency    Latency            `json:"latency_ms"`
}

// Variant is the measure of one kind of change.
type Variant struct {
	N      int     `json:"n"`
	Found  int     `json:"found"`
	Recall float64 `json:"recall"`
}

// Pair is two different pictures that were taken for one.
type Pair struct {
	Query string    `json:"query"`
	Hit   string    `json:"hit"`
	How   print.How `json:"how"`
}

// Latency is in milliseconds, of making a signature and of searching with it.
type Latency struct {
	HashP50   float64 `json:"hash_p50"`
	HashP99   float64 `json:"hash_p99"`
	SearchP50 float64 `json:"search_p50"`
	SearchP99 float64 `json:"search_p99"`
}

type row struct {
	file, original, variant string
	sig                     print.Signature
}

// Run measures and prints.
func Run(ctx context.Context, o Options, out io.Writer) error {
	r, err := Measure(ctx, o)
	if err != nil {
		return err
	}
	if o.JSON {
		return json.NewEncoder(out).Encode(r)
	}
	return r.print(out)
}

// run is one measurement on its way.
type run struct {
	rows                  []row
	originals, everything *print.Index
	hashing, searching    []time.Duration
	found                 int
	res                   Result
}

// Measure measures without printing.
func Measure(ctx context.Context, o Options) (Result, error) {
	rows, err := readManifest(o.Manifest, o.Split)
	if err != nil {
		return Result{}, fmt.Errorf("read manifest: %w", err)
	}
	r := run{rows: rows, originals: print.NewIndex(), everything: print.NewIndex(),
		res: Result{Split: o.Split, Variants: map[string]Variant{}}}
	for i := range rows {
		if err := ctx.Err(); err != nil {
			return Result{}, err
		}
		if err := r.index(o.Manifest, &rows[i]); err != nil {
			return Result{}, fmt.Errorf("read picture %s: %w", rows[i].file, err)
		}
	}
	origin := map[string]string{}
	for _, row := range rows {
		origin[row.file] = row.original
	}
	for _, row := range rows {
		if err := ctx.Err(); err != nil {
			return Result{}, err
		}
		r.ask(row, origin)
	}
	r.res.Recall = float64(r.found) / float64(max(r.res.Queries, 1))
	r.res.Latency = Latency{quantile(r.hashing, 0.5), quantile(r.hashing, 0.99), quantile(r.searching, 0.5), quantile(r.searching, 0.99)}
	return r.res, nil
}

func (r *run) index(manifest string, row *row) error {
	img, err := readPicture(manifest, row.file)
	if err != nil {
		return err
	}
	start := time.Now()
	row.sig, _ = print.Hash(img)
	r.hashing = append(r.hashing, time.Since(start))
	r.everything.Put(row.file, row.sig)
	if row.variant == "original" {
		r.originals.Put(row.original, row.sig)
		r.res.Originals++
	}
	return nil
}

func (r *run) ask(row row, origin map[string]string) {
	start := time.Now()
	hits := r.originals.Search(row.sig)
	r.searching = append(r.searching, time.Since(start))
	right := false
	for _, h := range hits {
		if h.ID == row.original {
			right = true
			continue
		}
		r.res.FalsePairs++
		r.res.False = append(r.res.False, Pair{row.file, h.ID, h.How})
	}
	for _, h := range r.everything.Search(row.sig) {
		if origin[h.ID] != row.original {
			r.res.CrossFalse++
			r.res.False = append(r.res.False, Pair{row.file, h.ID, h.How})
		}
	}
	if row.variant == "original" {
		return
	}
	v := r.res.Variants[row.variant]
	v.N++
	if right {
		v.Found++
		r.found++
	} else {
		r.res.Missed = append(r.res.Missed, row.file)
	}
	v.Recall = float64(v.Found) / float64(v.N)
	r.res.Variants[row.variant] = v
	r.res.Queries++
}

func quantile(d []time.Duration, q float64) float64 {
	if len(d) == 0 {
		return 0
	}
	s := slices.Clone(d)
	slices.Sort(s)
	return float64(s[min(int(q*float64(len(s))), len(s)-1)].Microseconds()) / 1000
}

// readManifest reads the rows of one split. The columns are found by their names in the head line.
func readManifest(path, split string) ([]row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	column := map[string]int{}
	var rows []row
	for n := 1; in.Scan(); n++ {
		cells := strings.Split(in.Text(), "\t")
		if n == 1 {
			for i, c := range cells {
				column[c] = i
			}
			for _, want := range []string{"file", "original", "variant", "split"} {
				if _, ok := column[want]; !ok {
					return nil, fmt.Errorf("line 1: no column %q", want)
				}
			}
			continue
		}
		if len(cells) < len(column) {
			return nil, fmt.Errorf("line %d: %d cells, want %d", n, len(cells), len(column))
		}
		if split == "" || cells[column["split"]] == split {
			rows = append(rows, row{file: cells[column["file"]], original: cells[column["original"]], variant: cells[column["variant"]]})
		}
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("no row of split %q", split)
	}
	return rows, nil
}

// readPicture opens a file named relative to the manifest's folder or to the one above it.
func readPicture(manifest, file string) (image.Image, error) {
	dir := filepath.Dir(manifest)
	f, err := os.Open(filepath.Join(dir, file))
	if errors.Is(err, fs.ErrNotExist) {
		f, err = os.Open(filepath.Join(dir, "..", file))
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	return img, err
}

func (r Result) print(out io.Writer) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "variant\tn\tfound\trecall\t")
	names := make([]string, 0, len(r.Variants))
	for n := range r.Variants {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		v := r.Variants[n]
		fmt.Fprintf(t, "%s\t%d\t%d\t%.3f\t\n", n, v.N, v.Found, v.Recall)
	}
	fmt.Fprintf(t, "all\t%d\t\t%.3f\t\n", r.Queries, r.Recall)
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d originals; false pairs: %d against originals, %d against everything\n", r.Originals, r.FalsePairs, r.CrossFalse)
	for _, p := range r.False {
		fmt.Fprintf(out, "false: %s taken for %s (%s)\n", p.Query, p.Hit, p.How)
	}
	for _, m := range r.Missed {
		fmt.Fprintf(out, "missed: %s\n", m)
	}
	_, err := fmt.Fprintf(out, "signature p50 %.1f ms, p99 %.1f ms; search p50 %.1f ms, p99 %.1f ms\n",
		r.Latency.HashP50, r.Latency.HashP99, r.Latency.SearchP50, r.Latency.SearchP99)
	return err
}
