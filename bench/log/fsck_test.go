package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"

	"ronda/internal/ledger"
)

// leafHashes is how Tessera's own fsck reads entry bundles.
func leafHashes(bundle []byte) ([][]byte, error) {
	var b api.EntryBundle
	if err := b.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, e := range b.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(e))
	}
	return hashes, nil
}

// check runs Tessera's fsck. Fewer workers than faults would let it hang, so there are many.
func check(ctx context.Context, vkey string, f fsck.Fetcher) error {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return fsck.New(origin, v, f, leafHashes, fsck.Opts{N: 16}).Check(ctx)
}

// TestFsck lets Tessera's fsck check logs that Ronda wrote, as files and over HTTP, at sizes where tiles begin and end, and
// alters them: both fscks must find it.
func TestFsck(t *testing.T) {
	dir := t.TempDir()
	q, p := &queue{}, newPublished()
	private, _, err := newSigner(origin)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ledger.NewKey(origin, private)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := ledger.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ledger.NewSequencer(ledger.Config{Store: q, Objects: objects, Key: key, Holder: "test", Published: p.at, Batch: 40_000})
	if err != nil {
		t.Fatal(err)
	}
	reader, err := ledger.NewLog(objects, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(reader.Handler("/log/", slog.New(slog.DiscardHandler)))
	defer web.Close()
	address, err := url.Parse(web.URL + "/log/")
	if err != nil {
		t.Fatal(err)
	}
	remote, err := client.NewHTTPFetcher(address, nil)
	if err != nil {
		t.Fatal(err)
	}
	vkey := key.PublicKeys()[0]
	size := 0
	for _, want := range []int{1, 255, 256, 257, 512, 1000, 40_000, 65_535, 65_536, 65_537, 70_000} {
		for ; size < want; size++ {
			q.add(fmt.Appendf(nil, "entry %d", size))
		}
		if _, err := s.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := check(t.Context(), vkey, client.FileFetcher{Root: dir}); err != nil {
			t.Fatalf("size %d, files: %v", size, err)
		}
		if err := check(t.Context(), vkey, remote); err != nil {
			t.Fatalf("size %d, HTTP: %v", size, err)
		}
	}
	alter(t, dir, vkey)
}

// alter changes one file after the other in a log of 70,000 entries.
func alter(t *testing.T, dir, vkey string) {
	t.Helper()
	src, err := ledger.OpenSource(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tile/entries/100", "tile/0/100", "tile/1/000", "tile/0/273.p/112", "checkpoint"} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		good, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		bad := append([]byte(nil), good...)
		bad[len(bad)/2] ^= 1
		if err := os.WriteFile(file, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := check(t.Context(), vkey, client.FileFetcher{Root: dir}); err == nil {
			t.Errorf("%s altered: Tessera's fsck says nothing", name)
		}
		report, err := ledger.Verify(t.Context(), src, ledger.VerifyOptions{Keys: []string{vkey}, AnyLeaf: true})
		if err != nil || report.OK() {
			t.Errorf("%s altered: our own says nothing, %v", name, err)
		}
		if err := os.WriteFile(file, good, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
