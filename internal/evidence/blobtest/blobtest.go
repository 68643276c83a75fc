// Package blobtest holds every evidence.Blobs to the words of that interface, and has rows in memory
// for tests of what stands on top.
package blobtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"ronda/internal/evidence"
)

// Run runs the whole suite on fresh stores.
func Run(t *testing.T, open func(t *testing.T) evidence.Blobs) {
	t.Helper()
	t.Run("put and get", func(t *testing.T) { t.Parallel(); putGet(t, open(t)) })
	t.Run("names", func(t *testing.T) { t.Parallel(); names(t, open(t)) })
	t.Run("new names only", func(t *testing.T) { t.Parallel(); exclusive(t, open(t)) })
	t.Run("broken upload", func(t *testing.T) { t.Parallel(); broken(t, open(t)) })
	t.Run("delete and list", func(t *testing.T) { t.Parallel(); deleteList(t, open(t)) })
}

func putGet(t *testing.T, b evidence.Blobs) {
	for _, size := range []int{0, 1, 70_000, 6 << 20} {
		name := fmt.Sprintf("case-%d/a", size)
		content := bytes.Repeat([]byte{'r'}, size)
		if err := b.Put(t.Context(), name, bytes.NewReader(content)); err != nil {
			t.Fatalf("put %d bytes: %v", size, err)
		}
		if got := get(t, b, name); !bytes.Equal(got, content) {
			t.Errorf("got %d bytes back, want %d", len(got), size)
		}
	}
	if _, err := b.Get(t.Context(), "case/none"); !errors.Is(err, evidence.ErrNoBlob) {
		t.Errorf("get of nothing: %v", err)
	}
}

func names(t *testing.T, b evidence.Blobs) {
	for _, name := range []string{"", "a", "../a/b", "a/../b", "/a/b", "a/b/c", "a/..", "a/.b", "a/b\x00", "a\\b/c", "a/B", "a /b", "a/" + strings.Repeat("b", 200), ".a/b"} {
		if err := b.Put(t.Context(), name, strings.NewReader("x")); err == nil {
			t.Errorf("put under %q was taken", name)
		}
		if _, err := b.Get(t.Context(), name); err == nil || errors.Is(err, evidence.ErrNoBlob) {
			t.Errorf("get of %q: %v", name, err)
		}
		if err := b.Delete(t.Context(), name); err == nil {
			t.Errorf("delete of %q was taken", name)
		}
	}
}

func exclusive(t *testing.T, b evidence.Blobs) {
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() { errs[i] = b.Put(t.Context(), "case/a", strings.NewReader(fmt.Sprint(i))) })
	}
	wg.Wait()
	won := -1
	for i, err := range errs {
		switch {
		case err == nil && won < 0:
			won = i
		case !errors.Is(err, evidence.ErrExists):
			t.Errorf("put %d: %v (put %d had won)", i, err, won)
		}
	}
	if got := string(get(t, b, "case/a")); won < 0 || got != fmt.Sprint(won) {
		t.Errorf("content %q, winner %d", got, won)
	}
}

func broken(t *testing.T, b evidence.Blobs) {
	cause := errors.New("the line broke")
	r := io.MultiReader(bytes.NewReader(make([]byte, 100_000)), failing{cause})
	if err := b.Put(t.Context(), "case/a", r); !errors.Is(err, cause) {
		t.Errorf("broken upload: %v", err)
	}
	if _, err := b.Get(t.Context(), "case/a"); !errors.Is(err, evidence.ErrNoBlob) {
		t.Errorf("part of a broken upload is there: %v", err)
	}
	if got := list(t, b, ""); len(got) != 0 {
		t.Errorf("list after a broken upload: %v", got)
	}
}

func deleteList(t *testing.T, b evidence.Blobs) {
	all := []string{"case-1/a", "case-1/ab", "case-1/b", "case-10/a", "case-2/a"}
	for _, n := range all {
		if err := b.Put(t.Context(), n, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	for prefix, want := range map[string][]string{
		"": all, "case-1/": all[:3], "case-1/a": all[:2], "case-1": all[:4], "case-3/": nil,
	} {
		if got := list(t, b, prefix); !slices.Equal(got, want) {
			t.Errorf("list %q = %v, want %v", prefix, got, want)
		}
	}
	for range 2 { // the second time there is nothing to delete, which is no error
		if err := b.Delete(t.Context(), "case-1/a"); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if got := list(t, b, "case-1/"); !slices.Equal(got, all[1:3]) {
		t.Errorf("list after delete = %v", got)
	}
	stop := errors.New("stop")
	if err := b.List(t.Context(), "", func(string) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("list did not stop: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Put(ended, "case-4/a", strings.NewReader("x")); err == nil {
		t.Error("put after the request ended was taken")
	}
}

func get(t *testing.T, b evidence.Blobs, name string) []byte {
	t.Helper()
	r, err := b.Get(t.Context(), name)
	if err != nil {
		t.Fatalf("get %s: %v", name, err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("read %s: %v", name, err)
	}
	return content
}

func list(t *testing.T, b evidence.Blobs, prefix string) []string {
	t.Helper()
	var out []string
	if err := b.List(t.Context(), prefix, func(n string) error { out = append(out, n); return nil }); err != nil {
		t.Fatalf("list: %v", err)
	}
	slices.Sort(out)
	return out
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
