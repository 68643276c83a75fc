package bucket_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	mrand "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"golang.org/x/mod/sumdb/note"

	"ronda/internal/evidence/s3store"
	"ronda/internal/ledger"
	"ronda/internal/ledger/bucket"
	"ronda/internal/ledger/ledgertest"
)

// open connects to an S3 server of the test; around wraps the server, for faults.
func open(t *testing.T, around func(http.Handler) http.Handler) *bucket.Bucket {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("catatan"); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(around(gofakes3.New(backend).Server()))
	t.Cleanup(srv.Close)
	b, err := s3store.Connect(t.Context(), s3store.Options{Bucket: "catatan", Region: "id-1", Endpoint: srv.URL, AccessKey: "a", SecretKey: "b", Prefix: "log/"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return bucket.New(b)
}

func plain(h http.Handler) http.Handler { return h }

func TestObjects(t *testing.T) {
	t.Parallel()
	b, ctx := open(t, plain), t.Context()
	if _, err := b.Get(ctx, "checkpoint", 10); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing there: %v", err)
	}
	if err := b.Put(ctx, ledger.Object{Name: "tile/0/000.p/3", Data: []byte("abc")}, ledger.Object{Name: "tile/0/000.p/4", Data: []byte("abcd")}, ledger.Object{Name: "checkpoint", Data: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Get(ctx, "tile/0/000.p/3", 3); err != nil || !bytes.Equal(got, []byte("abc")) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := b.Get(ctx, "tile/0/000.p/4", 3); !errors.Is(err, ledger.ErrTooLong) {
		t.Errorf("longer than allowed: %v", err)
	}
	for _, name := range []string{"../checkpoint", ".tmp/x", "/checkpoint", ""} {
		if _, err := b.Get(ctx, name, 10); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := b.Drop(ctx, "tile/0/000.p"); err != nil {
		t.Fatal(err)
	}
	if names, err := b.Names(ctx); err != nil || len(names) != 1 || names[0] != "checkpoint" {
		t.Errorf("after dropping: %v, %v", names, err)
	}
}

// Two hosts publish one log in turn, with writes that fail in both forms: not stored, and stored without an answer. What is published verifies, and a
// changed object is found.
func TestTwoHosts(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex // guards random
	random := mrand.New(mrand.NewPCG(1, 2))
	draw := func() int {
		mu.Lock()
		defer mu.Unlock()
		return random.IntN(14)
	}
	b := open(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if n := draw(); r.Method == http.MethodPut && n < 2 {
				if n == 0 {
					h.ServeHTTP(httptest.NewRecorder(), r)
				}
				w.WriteHeader(http.StatusBadRequest) // the client does not try again by itself
				return
			}
			h.ServeHTTP(w, r)
		})
	})
	private, _, err := note.GenerateKey(rand.Reader, "log.example/ronda")
	if err != nil {
		t.Fatal(err)
	}
	key, err := ledger.NewKey("log.example/ronda", private)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	store := ledgertest.NewMemory(func() time.Time { return now })
	owed := 0
	for turn := range 12 {
		now = now.Add(time.Hour) // the other's lease is over
		host, err := ledger.NewSequencer(ledger.Config{Store: store, Objects: b, Key: key, Holder: fmt.Sprint("host", turn%2)})
		if err != nil {
			t.Fatal(err)
		}
		for range 30 {
			store.Owe(ledgertest.Owed{ID: fmt.Sprintf("e%06d", owed), At: now, Leaf: fmt.Appendf(nil, "entry %d", owed)})
			owed++
		}
		for try := 0; ; try++ {
			if _, err := host.Round(t.Context()); err == nil {
				break
			} else if try > 20 {
				t.Fatal(err)
			}
		}
	}
	opts := ledger.VerifyOptions{Keys: key.PublicKeys(), AnyLeaf: true}
	report, err := ledger.Verify(t.Context(), b, opts)
	if err != nil || !report.OK() || report.Checkpoint.N != int64(owed) {
		t.Fatalf("size %d of %d: %v %v", report.Checkpoint.N, owed, err, report.Faults)
	}
	for try := 0; ; try++ {
		if err = b.Put(t.Context(), ledger.Object{Name: "tile/entries/000", Data: []byte("changed")}); err == nil || try > 20 {
			break
		}
	}
	if report, err := ledger.Verify(t.Context(), b, opts); err == nil && report.OK() {
		t.Error("a changed bundle went unnoticed")
	}
}
