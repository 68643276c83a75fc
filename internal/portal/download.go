package portal

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
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
	Event   int64     `json:"last_event"`             // number of the last event that the files hold
	LogSize int64     `json:"log_size"`               // entries of the public log at that time
	Waiting int       `json:"acts_without_log_index"` // acts that the log has not numbered yet
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
	// LogIndex finds the entries of the public log in which acts were sent, by act; what is not numbered yet is missing.
	LogIndex func(ctx context.Context, acts []string) (map[string]int64, error)

	done, total, since atomic.Int64
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
	again := time.NewTimer(every)
	defer again.Stop()
	for {
		m, err := d.Manifest()
		if _, last := d.Portal.Updated(); err == nil && (last != m.Event || len(m.Files) == 0 || m.Waiting > 0) {
			err = d.Make(ctx)
			m, _ = d.Manifest() // unreadable: the next round says so
		}
		if err != nil && ctx.Err() == nil {
			failed(err)
		}
		wait := every
		if m.Waiting > 0 {
			wait = min(every, soon)
		}
		again.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
	}
}

// soon is how long after a making the next one comes where the log had not numbered an act yet.
const soon = 20 * time.Second

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
	set := outputs{dir: d.Dir, tables: map[string]Table{}, files: map[string]*output{}}
	for _, t := range Tables() {
		set.tables[t.Name] = t
		if err := set.open(t, ""); err != nil {
			return err
		}
	}
	if err := d.write(ctx, &set); err != nil {
		return err
	}
	m.Waiting = set.waiting
	return d.finish(m, &set)
}

// write walks over the kept facts and writes what each holds to the files of its table.
func (d *Downloads) write(ctx context.Context, set *outputs) error {
	regions, contests, offices := map[string]RegionFigures{}, map[string]int{}, map[string]OfficeFigures{}
	for after := ""; ; {
		rows, err := d.Portal.store.Rollup(ctx, after, 1000)
		if err != nil {
			return err
		}
		facts := make([]Fact, len(rows))
		var acts []string
		for i, r := range rows {
			if err := json.Unmarshal([]byte(r.Doc), &facts[i]); err != nil {
				return fmt.Errorf("read fact of case %s: %w", r.Case, err)
			}
			for _, a := range facts[i].Acts {
				acts = append(acts, a.ID)
			}
			after = r.Case
		}
		numbers, err := d.LogIndex(ctx, acts)
		if err != nil {
			return fmt.Errorf("find entries of the log: %w", err)
		}
		for i := range facts {
			if err := set.add(&facts[i], numbers); err != nil {
				return err
			}
			facts[i].count(regions)
			if !facts[i].Skip {
				contests[facts[i].Contest]++
				for _, r := range facts[i].Readings {
					o := offices[r.Office]
					o.Readings, o.None = o.Readings+1, o.None+one(r.None)
					offices[r.Office] = o
				}
			}
		}
		d.done.Add(int64(len(rows)))
		if len(rows) < 1000 {
			break
		}
	}
	for _, id := range slices.Sorted(maps.Keys(offices)) {
		o := offices[id]
		o.Office = id
		if err := set.row("offices", "", o.record(), nil); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(contests)) {
		if err := set.row("contests", "", []string{id, strconv.Itoa(contests[id])}, nil); err != nil {
			return err
		}
	}
	for _, code := range slices.Sorted(maps.Keys(regions)) {
		r := regions[code]
		r.Code = code
		if err := set.row("regions", "", r.record(), nil); err != nil {
			return err
		}
	}
	return nil
}

// finish renames the files into place and writes the manifest last.
func (d *Downloads) finish(m Manifest, set *outputs) error {
	for _, o := range set.files {
		if err := o.close(); err != nil {
			return fmt.Errorf("write %s: %w", o.name, err)
		}
		path := filepath.Join(d.Dir, o.name)
		if err := os.Rename(path+".new", path); err != nil {
			return fmt.Errorf("put %s in place: %w", o.name, err)
		}
		m.Files = append(m.Files, File{Name: o.name, Bytes: o.size, Rows: o.rows, SHA256: hex.EncodeToString(o.sum.Sum(nil)), Daily: o.daily})
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
