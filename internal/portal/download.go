package portal

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/parquet-go/parquet-go"
)

// File is a finished download.
type File struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	Rows   int    `json:"rows"`
	SHA256 string `json:"sha256"`
	Daily  bool   `json:"daily"`
}

// Manifest lists the files of one making.
type Manifest struct {
	At      time.Time `json:"made_at"`
	Event   int64     `json:"last_event"` // number of the last event that the files hold
	LogSize int64     `json:"log_size"`   // entries of the public log at that time
	Files   []File    `json:"files"`
}

// Progress says how far the making of files is; Total is 0 while none runs.
type Progress struct {
	Done, Total int64
	Since       time.Time
}

// Downloads makes the files of open data beside the requests. A file is whole or not there: it is written under another name and then renamed.
type Downloads struct {
	Dir     string // only this program writes here
	Portal  *Portal
	Now     func() time.Time
	LogSize func(ctx context.Context) (int64, error)

	done, total, since atomic.Int64
}

// Columns names the columns of the files of acts, in their order.
func Columns() []string {
	names := OutcomeNames()
	return append([]string{"id", "day", "act", "state", "platform", "authority", "sender", "region", "category", "measure", "late", "hours_to_answer"}, names[:]...)
}

// Progress tells how far a running making is.
func (d *Downloads) Progress() Progress {
	return Progress{Done: d.done.Load(), Total: d.total.Load(), Since: time.UnixMicro(d.since.Load()).UTC()}
}

// Manifest reads what was made last. Before the first making it is empty.
func (d *Downloads) Manifest() (Manifest, error) {
	var m Manifest
	b, err := os.ReadFile(filepath.Join(d.Dir, "manifest.json"))
	if errors.Is(err, os.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, fmt.Errorf("read list of downloads: %w", err)
	}
	return m, json.Unmarshal(b, &m)
}

// Open opens a finished file by its name. A name that is not in the manifest is not found.
func (d *Downloads) Open(name string) (*os.File, File, error) {
	m, err := d.Manifest()
	if err != nil {
		return nil, File{}, err
	}
	i := slices.IndexFunc(m.Files, func(f File) bool { return f.Name == name })
	if i < 0 {
		return nil, File{}, os.ErrNotExist
	}
	f, err := os.Open(filepath.Join(d.Dir, name))
	return f, m.Files[i], err
}

// Run makes the files at once and then every so often where something changed, until ctx ends.
func (d *Downloads) Run(ctx context.Context, every time.Duration, failed func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		m, err := d.Manifest()
		if _, last := d.Portal.Updated(); err == nil && (last != m.Event || len(m.Files) == 0) {
			err = d.Make(ctx)
		}
		if err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// output is one file while it is written, with its hash.
type output struct {
	name  string
	file  *os.File
	sum   hash.Hash
	csv   *csv.Writer // nil for the other forms
	cols  *parquet.GenericWriter[parquetAct]
	rows  int
	daily bool
}

// Make writes all files from the kept facts, in one pass and without a limit on rows, and then the manifest that names them.
func (d *Downloads) Make(ctx context.Context) (err error) {
	_, cases := d.Portal.cube.Size()
	d.since.Store(d.Now().UnixMicro())
	d.done.Store(0)
	d.total.Store(int64(max(cases, 1)))
	defer d.total.Store(0)
	if err := os.MkdirAll(d.Dir, 0o755); err != nil {
		return fmt.Errorf("make folder of downloads: %w", err)
	}
	m := Manifest{At: d.Now().UTC()}
	if m.Event, err = d.Portal.store.RollupCursor(ctx); err != nil {
		return err
	}
	if m.LogSize, err = d.LogSize(ctx); err != nil {
		return fmt.Errorf("read size of the log: %w", err)
	}
	set := map[string]*output{}
	defer func() {
		for _, o := range set {
			err = errors.Join(err, o.file.Close())
		}
	}()
	for _, name := range []string{"acts.csv", "acts.ndjson", "acts.parquet"} {
		if _, err := d.open(set, name, false); err != nil {
			return err
		}
	}
	if err := d.write(ctx, set); err != nil {
		return err
	}
	return d.finish(m, set)
}

func (d *Downloads) open(set map[string]*output, name string, daily bool) (*output, error) {
	if o, ok := set[name]; ok {
		return o, nil
	}
	f, err := os.Create(filepath.Join(d.Dir, name+".new"))
	if err != nil {
		return nil, fmt.Errorf("create download: %w", err)
	}
	o := &output{name: name, file: f, sum: sha256.New(), daily: daily}
	set[name] = o
	if strings.HasSuffix(name, ".parquet") {
		o.cols = parquet.NewGenericWriter[parquetAct](io.MultiWriter(f, o.sum), parquet.Compression(&parquet.Zstd))
		return o, nil
	}
	if strings.HasSuffix(name, ".csv") {
		o.csv = csv.NewWriter(io.MultiWriter(f, o.sum))
		return o, o.csv.Write(Columns())
	}
	return o, nil
}

// write walks over the kept facts and writes each act to the full files and to those of its day.
func (d *Downloads) write(ctx context.Context, set map[string]*output) error {
	for after := ""; ; {
		rows, err := d.Portal.store.Rollup(ctx, after, 1000)
		if err != nil {
			return err
		}
		for _, r := range rows {
			var f Fact
			if err := json.Unmarshal([]byte(r.Doc), &f); err != nil {
				return fmt.Errorf("read fact of case %s: %w", r.Case, err)
			}
			for _, a := range f.Acts {
				day := DayText(a.Day)
				for _, name := range []string{"acts.csv", "acts.ndjson", "acts.parquet", "acts-" + day + ".csv", "acts-" + day + ".ndjson"} {
					o, err := d.open(set, name, name[4] == '-')
					if err != nil {
						return err
					}
					if err := o.add(a); err != nil {
						return fmt.Errorf("write %s: %w", name, err)
					}
				}
			}
			after = r.Case
		}
		d.done.Add(int64(len(rows)))
		if len(rows) < 1000 {
			return nil
		}
	}
}

func (o *output) add(a Act) error {
	o.rows++
	if o.cols != nil {
		_, err := o.cols.Write([]parquetAct{a.parquet()})
		return err
	}
	if o.csv != nil {
		return o.csv.Write(a.record())
	}
	names, values := Columns(), a.record()
	var b strings.Builder
	for i, n := range names {
		sep := ","
		if i == 0 {
			sep = "{"
		}
		quoted := strconv.Quote(values[i])
		switch {
		case i == 10:
			quoted = values[i]
		case i > 10:
			quoted = values[i]
			if quoted == "" {
				quoted = "null"
			}
		}
		b.WriteString(sep + `"` + n + `":` + quoted)
	}
	b.WriteString("}\n")
	_, err := io.MultiWriter(o.file, o.sum).Write([]byte(b.String()))
	return err
}

// record is an act as the columns have it. All values are numbers, dates and ids of the pack.
func (a Act) record() []string {
	hours := ""
	if a.Hours >= 0 {
		hours = strconv.Itoa(int(a.Hours))
	}
	out := []string{a.ID, DayText(a.Day), a.Kind, a.State, a.Platform, a.Authority, a.Org, a.Region, a.Category, a.Measure, strconv.FormatBool(a.Late), hours}
	for _, n := range a.Out {
		out = append(out, strconv.Itoa(int(n)))
	}
	return out
}

// finish renames the files into place and writes the manifest last.
func (d *Downloads) finish(m Manifest, set map[string]*output) error {
	for _, o := range set {
		if o.cols != nil {
			if err := o.cols.Close(); err != nil {
				return fmt.Errorf("write %s: %w", o.name, err)
			}
		}
		if o.csv != nil {
			o.csv.Flush()
			if err := o.csv.Error(); err != nil {
				return fmt.Errorf("write %s: %w", o.name, err)
			}
		}
		info, err := o.file.Stat()
		if err != nil {
			return fmt.Errorf("measure %s: %w", o.name, err)
		}
		path := filepath.Join(d.Dir, o.name)
		if err := os.Rename(path+".new", path); err != nil {
			return fmt.Errorf("put %s in place: %w", o.name, err)
		}
		m.Files = append(m.Files, File{Name: o.name, Bytes: info.Size(), Rows: o.rows, SHA256: hex.EncodeToString(o.sum.Sum(nil)), Daily: o.daily})
	}
	slices.SortFunc(m.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return fmt.Errorf("write list of downloads: %w", err)
	}
	path := filepath.Join(d.Dir, "manifest.json")
	if err := os.WriteFile(path+".new", b, 0o644); err != nil {
		return fmt.Errorf("write list of downloads: %w", err)
	}
	return os.Rename(path+".new", path)
}
