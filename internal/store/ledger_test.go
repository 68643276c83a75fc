package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/ledger"
	"ronda/internal/ledger/ledgertest"
	"ronda/internal/store"
)

// rig lets the suite of the log's stores owe entries, and wait for the database's own clock.
func rig(db *store.DB) ledgertest.Rig {
	return ledgertest.Rig{Store: db,
		Owe: func(t *testing.T, entries ...ledgertest.Owed) {
			leaves := make([]ronda.Leaf, len(entries))
			for i, e := range entries {
				leaves[i] = ronda.Leaf{ID: e.ID, Kind: "test", At: e.At, Bytes: e.Leaf}
			}
			if err := db.AddLeaves(t.Context(), leaves...); err != nil {
				t.Error(err)
			}
		},
		Wait: func(t *testing.T, d time.Duration) {
			select { // the database's clock cannot be set
			case <-time.After(d):
			case <-t.Context().Done():
			}
		}}
}

func TestLedgerSQLite(t *testing.T) {
	t.Parallel()
	ledgertest.TestStore(t, func(t *testing.T) ledgertest.Rig { return rig(openSQLite(t, time.Now)) })
}

func TestLedgerPostgres(t *testing.T) {
	t.Parallel()
	server := startPostgres(t)
	ledgertest.TestStore(t, func(t *testing.T) ledgertest.Rig { return rig(openPostgres(t, server, time.Now)) })
}

// TestLedgerRows runs a whole log on the embedded database: entries owed, published, opened, erased, and rows altered.
func TestLedgerRows(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := openSQLite(t, time.Now)
	dir, err := ledger.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	key, err := ledger.OpenKey(t.TempDir()+"/log.key", "log.example/ronda", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ledger.NewSequencer(ledger.Config{Store: db, Objects: dir, Key: key, Holder: "test"})
	if err != nil {
		t.Fatal(err)
	}
	var leaves []ronda.Leaf
	enter := func(act ronda.LogAct) ronda.Leaf {
		t.Helper()
		leaf, err := ledger.NewBook().Leaf(act, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return leaf
	}
	for _, id := range []string{"a1", "a2", "a3"} {
		leaves = append(leaves, enter(ronda.LogAct{Kind: "restoration", ID: id, At: time.Unix(1732060800, 0), Public: map[string]any{"item": "i1"},
			Sealed: []ronda.LogSecret{{Field: "address", Value: "https://example.org/" + id}, {Field: "name", Value: "Budi"}}}))
	}
	if err := db.AddLeaves(ctx, leaves...); err != nil {
		t.Fatal(err)
	}
	if err := db.AddLeaves(ctx, leaves[0]); err != nil { // owed once, however often it is said
		t.Fatal(err)
	}
	publish := func(want int) {
		t.Helper()
		if n, err := s.Round(ctx); err != nil || n != want {
			t.Fatalf("published %d, %v; want %d", n, err, want)
		}
	}
	publish(3)
	compare := func() *ledger.Report {
		t.Helper()
		report, err := ledger.Verify(ctx, dir, ledger.VerifyOptions{Keys: key.PublicKeys()})
		if err != nil || !report.OK() {
			t.Fatal(err, report.Faults)
		}
		if err := ledger.CompareRows(ctx, db, dir, key.PublicKeys(), report); err != nil {
			t.Fatal(err)
		}
		return report
	}
	if r := compare(); !r.OK() {
		t.Errorf("untouched rows: %v", r.Faults)
	}
	if number, ok, err := db.LogNumber(ctx, "a2"); err != nil || !ok || number != 1 {
		t.Errorf("number %d %v %v", number, ok, err)
	}
	if _, ok, err := db.LogNumber(ctx, "a9"); err != nil || ok {
		t.Errorf("an unknown act has a number: %v", err)
	}

	erasure := enter(ronda.LogAct{Kind: "erasure", ID: "e1", At: time.Unix(1732060900, 0), Public: map[string]any{"ref": "a2", "fields": []string{"name"}}})
	for range 2 { // said twice it is done once
		if _, err := db.EraseSealed(ctx, "a2", []string{"name"}, erasure); err != nil {
			t.Fatal(err)
		}
	}
	publish(1)
	if r := compare(); !r.OK() || r.Checkpoint.N != 4 {
		t.Errorf("after an erasure: %v", r.Faults)
	}
	row, err := db.LogLeaf(ctx, "a2")
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := ledger.Locate(row)
	if err != nil || len(sealed) != 1 || sealed[0].Field != "address" || ledger.Open(row.Bytes, sealed[0]) != nil {
		t.Errorf("sealed fields left: %+v, %v", sealed, err)
	}
	if _, err := db.LogLeaf(ctx, "a9"); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("unknown entry: %v", err)
	}
	if _, err := db.EraseSealed(ctx, "a1", nil, ronda.Leaf{}); err == nil || errors.Is(err, ronda.ErrLogLease) {
		t.Errorf("an erasure that the log does not learn of: %v", err)
	}
}

// TestLedgerTakeover runs two sequencers on one database and one folder, and stops the one that works in the middle of it.
func TestLedgerTakeover(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		takeover(t, openSQLite(t, time.Now))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		takeover(t, openPostgres(t, startPostgres(t), time.Now))
	})
}

func takeover(t *testing.T, db *store.DB) {
	const acts = 120
	root := t.TempDir()
	key, err := ledger.OpenKey(root+"/log.key", "log.example/ronda", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	type news struct {
		who  string
		size int64
	}
	published := make(chan news, 10*acts)
	var running sync.WaitGroup
	stop := make(map[string]context.CancelFunc)
	for _, who := range []string{"a", "b"} {
		objects, err := ledger.OpenDir(root + "/log")
		if err != nil {
			t.Fatal(err)
		}
		s, err := ledger.NewSequencer(ledger.Config{Store: db, Objects: objects, Key: key, Holder: who, Lease: 300 * time.Millisecond,
			Poll: 5 * time.Millisecond, Batch: 7, Published: func(c ledger.Checkpoint) { published <- news{who, c.N} }})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		stop[who] = cancel
		running.Go(func() { _ = s.Run(ctx) })
	}
	for w := range 4 {
		running.Go(func() {
			for i := range acts / 4 {
				leaf, err := ledger.NewBook().Leaf(ronda.LogAct{Kind: "restoration", ID: fmt.Sprintf("w%d_%d", w, i), At: time.Now(),
					Public: map[string]any{"item": "i1"}}, rand.Reader)
				if err == nil {
					err = db.AddLeaves(t.Context(), leaf)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers := make(map[string]bool)
	for n := range published { // the test's own time limit ends it otherwise
		workers[n.who] = true
		if n.size > acts/3 && len(workers) == 1 {
			stop[n.who]() // as if the process had died: it does not give the lease back
		}
		if n.size == acts && len(workers) == 2 {
			break
		}
	}
	for _, cancel := range stop {
		cancel()
	}
	running.Wait()
	src, err := ledger.OpenSource(root+"/log", nil)
	if err != nil {
		t.Fatal(err)
	}
	report, err := ledger.Verify(t.Context(), src, ledger.VerifyOptions{Keys: key.PublicKeys()})
	if err != nil || !report.OK() || report.Checkpoint.N != acts {
		t.Errorf("size %d, %v, %v", report.Checkpoint.N, err, report.Faults)
	}
}
