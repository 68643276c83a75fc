package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
	"ronda/internal/store/storetest"
)

// dump is a snapshot in memory: the lines of each table, sorted.
type dump struct {
	schema int64
	tables []store.Table
	lines  map[string][]string
}

func takeDump(t *testing.T, c store.Config) dump {
	t.Helper()
	d := dump{lines: map[string][]string{}}
	err := store.TakeSnapshot(t.Context(), c, func(s *store.Snapshot) error {
		var err error
		if d.schema, err = s.Schema(t.Context()); err != nil {
			return err
		}
		if d.tables, err = s.Tables(t.Context()); err != nil {
			return err
		}
		for _, table := range d.tables {
			var b bytes.Buffer
			n, err := s.Write(t.Context(), table, &b)
			if err != nil {
				return err
			}
			lines := strings.SplitAfter(b.String(), "\n")
			lines = lines[:len(lines)-1]
			if int64(len(lines)) != n {
				return fmt.Errorf("%s: %d lines for %d rows", table.Name, len(lines), n)
			}
			sort.Strings(lines)
			d.lines[table.Name] = lines
		}
		return nil
	})
	must(t, err)
	return d
}

func (d dump) load(t *testing.T, c store.Config) error {
	t.Helper()
	i := 0
	return store.Load(t.Context(), c, d.schema, func() (store.Part, error) {
		if i == len(d.tables) {
			return store.Part{}, io.EOF
		}
		table := d.tables[i]
		i++
		return store.Part{Table: table, Rows: int64(len(d.lines[table.Name])), Data: strings.NewReader(strings.Join(d.lines[table.Name], ""))}, nil
	})
}

// fillForDump puts something into many tables: bytes, NULLs, awkward text, large numbers.
func fillForDump(t *testing.T, db *store.DB) {
	t.Helper()
	ctx := t.Context()
	for i := range 120 {
		s := storetest.Submission(at(), fmt.Sprint("k", i))
		s.Report.Text = "<b>&\u2028 😀 'kutip' \\u0000 \"ganda\"\nbaris"
		s.Report.Contact = bytes.Repeat([]byte{0, 0xff, byte(i)}, i%5)
		s.Receipt = ronda.Idempotent{Principal: "p", Key: fmt.Sprint(i), BodyHash: "h", Body: []byte{0, 1, 2}, At: at()}
		_, err := db.Submit(ctx, s)
		must(t, err)
	}
	must(t, db.RecordCheck(ctx, ronda.CheckRecord{Fingerprint: []byte{0xde, 0xad}, Day: "2024-11-20", Result: "match", Channel: "web"}))
	must(t, db.AddLeaves(ctx, ronda.Leaf{ID: "l1", Kind: "x", At: at(), Bytes: []byte{1, 2}, Sealed: []ronda.SealedField{{Name: "n", Salt: []byte{9}, Value: "v"}}}))
	must(t, db.AddJobs(ctx, ronda.Job{Kind: "k", Key: "x", RunAt: at(), Args: map[string]string{"a": "b"}}))
}

// TestDumpAcrossEngines takes a database from SQLite to PostgreSQL and back: every row of every table is the same.
func TestDumpAcrossEngines(t *testing.T) {
	t.Parallel()
	server := startPostgres(t)
	first := store.Config{Dir: t.TempDir()}
	db, err := store.Open(t.Context(), first)
	must(t, err)
	fillForDump(t, db)
	a := takeDump(t, first) // while it is open and locked by this process
	must(t, db.Close())

	second := store.Config{URL: server.URL(t)}
	must(t, a.load(t, second))
	b := takeDump(t, second)
	third := store.Config{Dir: t.TempDir()}
	must(t, b.load(t, third))
	c := takeDump(t, third)
	for name, lines := range a.lines {
		if strings.Join(b.lines[name], "") != strings.Join(lines, "") {
			t.Errorf("%s differs on PostgreSQL: %d and %d rows", name, len(b.lines[name]), len(lines))
		}
		if strings.Join(c.lines[name], "") != strings.Join(lines, "") {
			t.Errorf("%s differs after the way back", name)
		}
	}
	if len(a.lines) < 25 || len(a.lines["reports"]) != 120 {
		t.Fatalf("the dump holds %d tables and %d reports", len(a.lines), len(a.lines["reports"]))
	}
	if err := a.load(t, second); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("onto a used database: %v", err)
	}
	// What was cut off, or altered in its shape, is refused whole.
	cut := a
	cut.lines = map[string][]string{}
	for k, v := range a.lines {
		cut.lines[k] = v
	}
	cut.tables = a.tables[:len(a.tables)-1]
	if err := cut.load(t, store.Config{Dir: t.TempDir()}); err == nil {
		t.Error("a dump without one of its tables was taken")
	}
	newer := a
	newer.schema = 9000
	if err := newer.load(t, store.Config{Dir: t.TempDir()}); !errors.Is(err, store.ErrNewerSchema) {
		t.Errorf("a newer schema: %v", err)
	}
}

// TestSnapshotIsOneMoment writes while the snapshot is read: it sees none of it, and no writer waits for it.
func TestSnapshotIsOneMoment(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]store.Config{"sqlite": {Dir: t.TempDir()}, "postgres": {URL: startPostgres(t).URL(t)}} {
		t.Run(name, func(t *testing.T) {
			db, err := store.Open(t.Context(), c)
			must(t, err)
			defer db.Close()
			fillForDump(t, db)
			err = store.TakeSnapshot(t.Context(), c, func(s *store.Snapshot) error {
				tables, err := s.Tables(t.Context())
				if err != nil {
					return err
				}
				count := func(name string) int64 {
					for _, table := range tables {
						if table.Name == name {
							n, err := s.Write(t.Context(), table, io.Discard)
							must(t, err)
							return n
						}
					}
					t.Fatalf("no table %s", name)
					return 0
				}
				if n := count("reports"); n != 120 {
					return fmt.Errorf("%d reports before", n)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				var all sync.WaitGroup
				for i := range 8 {
					all.Go(func() {
						if _, err := db.Submit(ctx, storetest.Submission(at(), fmt.Sprint("later", i))); err != nil {
							t.Errorf("a write beside the snapshot: %v", err)
						}
					})
				}
				all.Wait()
				if reports, codes := count("reports"), count("report_codes"); reports != 120 || codes != 120 {
					return fmt.Errorf("the snapshot sees %d reports and %d codes of later writes", reports, codes)
				}
				return nil
			})
			must(t, err)
		})
	}
}
