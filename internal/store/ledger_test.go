package store_test

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"ronda"
	"ronda/internal/ledger"
	"ronda/internal/ledger/ledgertest"
	"ronda/internal/store"
	"ronda/internal/store/pgtest"
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
	server := pgtest.Start(t)
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
