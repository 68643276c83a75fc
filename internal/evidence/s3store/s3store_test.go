package s3store_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"ronda/internal/evidence"
	"ronda/internal/evidence/blobtest"
	"ronda/internal/evidence/s3store"
)

// open starts an S3 server; around wraps it, for faults.
func open(t *testing.T, around func(http.Handler) http.Handler) *s3store.Store {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("bukti"); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(around(gofakes3.New(backend).Server()))
	t.Cleanup(srv.Close)
	s, err := s3store.Open(t.Context(), s3store.Options{Bucket: "bukti", Region: "id-1", Endpoint: srv.URL,
		AccessKey: "a", SecretKey: "b", Prefix: "evidence/"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func plain(h http.Handler) http.Handler { return h }

func TestBlobs(t *testing.T) {
	t.Parallel()
	blobtest.Run(t, func(t *testing.T) evidence.Blobs { return open(t, plain) })
}

// A write that fails once is repeated by the client, in both forms: not stored, and stored without an
// answer. Either way the blob is there afterwards and the caller is told so.
func TestPutFaults(t *testing.T) {
	t.Parallel()
	for name, stored := range map[string]bool{"failed and not stored": false, "failed but stored": true} {
		var failed atomic.Bool
		s := open(t, func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPut || !failed.CompareAndSwap(false, true) {
					h.ServeHTTP(w, r)
					return
				}
				if stored {
					h.ServeHTTP(httptest.NewRecorder(), r)
				} else {
					io.Copy(io.Discard, r.Body)
				}
				w.WriteHeader(http.StatusInternalServerError)
			})
		})
		if err := s.Put(t.Context(), "case/a", strings.NewReader("isi")); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		r, err := s.Get(t.Context(), "case/a")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b, _ := io.ReadAll(r)
		r.Close()
		if string(b) != "isi" || !failed.Load() {
			t.Errorf("%s: content %q", name, b)
		}
		if err := s.Put(t.Context(), "case/a", strings.NewReader("lain")); !errors.Is(err, evidence.ErrExists) {
			t.Errorf("%s: second put: %v", name, err)
		}
	}
}

func TestNoBucket(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	t.Cleanup(srv.Close)
	if _, err := s3store.Open(t.Context(), s3store.Options{Bucket: "tiada", Region: "id-1", Endpoint: srv.URL, AccessKey: "a", SecretKey: "b"}); err == nil {
		t.Error("a bucket that is not there was opened")
	}
}
