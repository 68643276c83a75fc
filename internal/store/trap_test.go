package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
	"ronda/internal/store/storetest"
)

func at() time.Time { return storetest.Start }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openDir(t testing.TB, c store.Config) *store.DB {
	t.Helper()
	c.Clock = at
	db, err := store.Open(context.Background(), c)
	must(t, err)
	return db
}

func TestDirectoryIsLocked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := openDir(t, store.Config{Dir: dir})
	if _, err := store.Open(context.Background(), store.Config{Dir: dir}); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Fatalf("a second process got %v", err)
	}
	must(t, first.Close())
	must(t, openDir(t, store.Config{Dir: dir}).Close())
}

func TestOpenNeedsAPlace(t *testing.T) {
	t.Parallel()
	if _, err := store.Open(context.Background(), store.Config{}); err == nil {
		t.Fatal("opened nothing")
	}
	_, err := store.Open(context.Background(), store.Config{URL: "postgres://u:geheim@%zz/"})
	if err == nil || strings.Contains(err.Error(), "geheim") {
		t.Fatalf("error is %v: it must not show the password", err)
	}
}

// TestErasureIsOnDisk looks for an erased name in the bytes of every file of the database.
func TestErasureIsOnDisk(t *testing.T) {
	t.Parallel()
	const name = "Rahmawati Kusumaningrum"
	dir := t.TempDir()
	ctx := t.Context()
	db := openDir(t, store.Config{Dir: dir})
	var secret ronda.Report
	for i := range 60 { // enough to split pages and move rows around
		s := storetest.Submission(at(), fmt.Sprint("k", i))
		s.Report.Text = fmt.Sprintf("%d %s", i, strings.Repeat("isi laporan ", 40))
		if i == 30 {
			s.Report.Text, s.Report.Contact = "Nama saya "+name, []byte(name)
			s.Report.Addresses[0].Given = "https://contoh.id/" + strings.ReplaceAll(name, " ", "")
			secret = s.Report
		}
		done, err := db.Submit(ctx, s)
		must(t, err)
		if i == 30 {
			secret = done.Report
		}
	}
	must(t, db.AddMessage(ctx, ronda.Message{ID: "m1", Report: secret.ID, At: at(), From: "reporter", Kind: "answer", Text: name}, nil, ronda.Idempotent{}))
	if found := filesWith(t, dir, name, "RahmawatiKusumaningrum"); len(found) == 0 {
		t.Fatal("the name is in no file before the erasure: this test proves nothing")
	}
	c, err := db.Case(ctx, secret.Case)
	must(t, err)
	c = storetest.Next(c)
	must(t, db.SaveChanges(ctx, ronda.Change{Case: c, Erase: []ronda.Erasure{{ID: "x", Scope: ronda.EraseOfReport, Ref: secret.ID, Case: c.ID,
		Kinds: []ronda.RetentionKind{ronda.KeepContact, ronda.KeepReport}, At: at()}}}))
	must(t, db.Purge(ctx))
	if found := filesWith(t, dir, name, "RahmawatiKusumaningrum"); len(found) > 0 {
		t.Fatalf("the erased name is still in %v", found)
	}
	must(t, db.Close())
	if found := filesWith(t, dir, name); len(found) > 0 {
		t.Fatalf("after closing, the erased name is in %v", found)
	}
}

// filesWith lists the files below dir that contain one of the texts.
func filesWith(t *testing.T, dir string, texts ...string) []string {
	t.Helper()
	var found []string
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		must(t, err)
		for _, text := range texts {
			if bytes.Contains(b, []byte(text)) {
				found = append(found, e.Name())
			}
		}
	}
	return found
}

// TestDiskFull fills the database to its last page from eight sides: what was accepted is there, what was not got an Internal error, and
// the store works on when there is room again.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx := t.Context()
	db := openDir(t, store.Config{Dir: dir, Pages: 420})
	var mu sync.Mutex
	var accepted, refused []ronda.Submission
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for i := range 200 {
				s := storetest.Submission(at(), fmt.Sprint("k", w, "-", i))
				_, err := db.Submit(ctx, s)
				mu.Lock()
				if err == nil {
					accepted = append(accepted, s)
				} else {
					refused = append(refused, s)
				}
				mu.Unlock()
				if err != nil {
					if ronda.KindOf(err) != ronda.Internal || !strings.Contains(err.Error(), "full") {
						t.Errorf("error is %v", err)
					}
					return
				}
			}
		})
	}
	all.Wait()
	if len(refused) != 8 || len(accepted) < 20 {
		t.Fatalf("%d refused, %d accepted", len(refused), len(accepted))
	}
	if err := db.Healthy(ctx); err != nil && !strings.Contains(err.Error(), "full") {
		t.Errorf("health: %v", err)
	}
	check := func(db *store.DB) {
		t.Helper()
		for _, s := range accepted {
			r, err := db.ReportByCode(ctx, s.Report.Code)
			must(t, err)
			_, err = db.Case(ctx, r.Case)
			must(t, err)
		}
		reports, err := db.Reports(ctx, "", 5000)
		must(t, err)
		if len(reports) != len(accepted) {
			t.Fatalf("%d reports are stored, %d were accepted", len(reports), len(accepted))
		}
	}
	check(db)
	must(t, db.Close())
	db = openDir(t, store.Config{Dir: dir})
	check(db)
	for _, s := range refused {
		_, err := db.Submit(ctx, s)
		must(t, err)
	}
	must(t, db.Close())
}

// TestGroupKeepsTheOthers mixes commands that fail in each way into a crowd of good ones: only they fail.
func TestGroupKeepsTheOthers(t *testing.T) {
	t.Parallel()
	db := openDir(t, store.Config{Dir: t.TempDir()})
	t.Cleanup(func() { must(t, db.Close()) })
	ctx := t.Context()
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			s := storetest.Submission(at(), fmt.Sprint("k", i))
			if i%4 == 0 {
				s.Open.Leaves = []ronda.Leaf{{ID: s.Report.ID, At: at(), Bytes: []byte("x"), Sealed: []ronda.SealedField{{Name: "a"}}}} // salt is NULL
			}
			if i%4 == 1 {
				s.Open.Events[0].Data = map[string]string{"a": "\x00"}
			}
			_, err := db.Submit(ctx, s)
			if bad := i%4 < 2; bad != (err != nil) {
				t.Errorf("submission %d: %v", i, err)
			}
			_, err = db.ReportByCode(ctx, s.Report.Code)
			if bad := i%4 < 2; bad != (ronda.KindOf(err) == ronda.NotFound) {
				t.Errorf("report %d: %v", i, err)
			}
		})
	}
	all.Wait()
}

// TestGoneCaller cancels callers at every moment: who is told of a failure is never stored, who is told nothing else is.
func TestGoneCaller(t *testing.T) {
	t.Parallel()
	db := openDir(t, store.Config{Dir: t.TempDir()})
	t.Cleanup(func() { must(t, db.Close()) })
	var all sync.WaitGroup
	var told [2]int
	var mu sync.Mutex
	for i := range 300 {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i%30)*500*time.Microsecond)
			defer cancel()
			s := storetest.Submission(at(), fmt.Sprint("k", i))
			_, err := db.Submit(ctx, s)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				told[0]++
			} else {
				told[1]++
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error is %v", err)
				}
			}
			_, found := db.ReportByCode(context.Background(), s.Report.Code)
			if (err == nil) != (found == nil) {
				t.Errorf("the caller was told %v, the store says %v", err, found)
			}
		})
	}
	all.Wait()
	if told[0] == 0 || told[1] == 0 {
		t.Fatalf("%d succeeded and %d gave up: this test proves nothing", told[0], told[1])
	}
}

func TestWritesAfterClose(t *testing.T) {
	t.Parallel()
	db := openDir(t, store.Config{Dir: t.TempDir()})
	must(t, db.Close())
	if _, err := db.Submit(t.Context(), storetest.Submission(at())); !errors.Is(err, store.ErrClosed) {
		t.Fatalf("error is %v", err)
	}
}

// TestCloseFinishes closes the store under load: each caller gets a true answer.
func TestCloseFinishes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openDir(t, store.Config{Dir: dir})
	var mu sync.Mutex
	var accepted, refused []string
	var all sync.WaitGroup
	begun := make(chan struct{}, 1000)
	for w := range 8 {
		all.Go(func() {
			for i := range 1000 {
				s := storetest.Submission(at(), fmt.Sprint("k", w, "-", i))
				_, err := db.Submit(context.Background(), s)
				mu.Lock()
				if err == nil {
					accepted = append(accepted, s.Report.Code)
				} else {
					refused = append(refused, s.Report.Code)
				}
				mu.Unlock()
				if err != nil {
					if !errors.Is(err, store.ErrClosed) {
						t.Errorf("error is %v", err)
					}
					return
				}
				begun <- struct{}{}
			}
		})
	}
	for range 50 {
		<-begun
	}
	go func() { // the workers must not wait for a reader
		for range begun {
		}
	}()
	must(t, db.Close())
	all.Wait()
	close(begun)
	db = openDir(t, store.Config{Dir: dir})
	t.Cleanup(func() { must(t, db.Close()) })
	for _, code := range accepted {
		_, err := db.ReportByCode(t.Context(), code)
		must(t, err)
	}
	for _, code := range refused {
		if _, err := db.ReportByCode(t.Context(), code); ronda.KindOf(err) != ronda.NotFound {
			t.Errorf("a refused report: %v", err)
		}
	}
}
