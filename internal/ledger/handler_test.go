package ledger_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"ronda/internal/ledger"
	"ronda/internal/ledger/witness"
)

// serveBench publishes n entries and serves them under /log/.
func serveBench(t *testing.T, n int) (*bench, *ledger.Log, *httptest.Server) {
	t.Helper()
	b := newBench(t)
	publish(t, b, n)
	l := b.log(t)
	mux := http.NewServeMux()
	mux.Handle("/log/", l.Handler("/log/", slog.New(slog.DiscardHandler)))
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	return b, l, web
}

func (b *bench) log(t *testing.T, witnesses ...witness.Info) *ledger.Log {
	t.Helper()
	dir, err := ledger.NewDir(b.disk)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.NewLog(dir, b.key, witnesses)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func fetch(t *testing.T, url string, header ...string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, data
}

func TestHandler(t *testing.T) {
	t.Parallel()
	b, _, web := serveBench(t, 700)
	files := b.disk.Files()
	for path, want := range map[string]struct {
		status            int
		file, kind, cache string
	}{
		"checkpoint":                {200, "checkpoint", "text/plain; charset=utf-8", "max-age=1"},
		"tile/0/001":                {200, "tile/0/001", "application/octet-stream", "max-age=31536000, immutable"},
		"tile/0/002.p/188":          {200, "tile/0/002.p/188", "application/octet-stream", "max-age=300"},
		"tile/entries/000":          {200, "tile/entries/000", "application/octet-stream", "max-age=31536000, immutable"},
		"tile/1/000.p/2":            {200, "tile/1/000.p/2", "application/octet-stream", "max-age=300"},
		"key":                       {200, "key", "text/plain; charset=utf-8", ""},
		"witnesses.json":            {200, "witnesses.json", "application/json", ""},
		"tile/0/003":                {404, "", "", "max-age=1"},
		"tile/0/002":                {404, "", "", ""},
		"tile/0/2.p/188":            {404, "", "", ""},
		"tile/0/002.p/0":            {404, "", "", ""},
		"tile/0/002.p/256":          {404, "", "", ""},
		"tile/64/000":               {404, "", "", ""},
		"tile/-1/000":               {404, "", "", ""},
		"tile/data/000":             {404, "", "", ""},
		".tmp/":                     {404, "", "", ""},
		"checkpoint/":               {404, "", "", ""},
		"proof/700":                 {404, "", "", ""},
		"proof/-1":                  {404, "", "", ""},
		"proof/007":                 {404, "", "", ""},
		"tile/entries/000.p/200":    {200, "", "application/octet-stream", "max-age=300"}, // dropped, cut from the full one
		"tile/0/000.p/17":           {200, "", "application/octet-stream", "max-age=300"},
		"proof/255":                 {200, "", "application/json", ""},
		"proof/255.tlog-proof":      {200, "", "text/plain; charset=utf-8", ""},
		"checkpoint.witnessed":      {404, "", "", ""},
		"tile/0/x018/446/744.p/255": {404, "", "", ""},
	} {
		resp, data := fetch(t, web.URL+"/log/"+path)
		if resp.StatusCode != want.status || want.kind != "" && resp.Header.Get("Content-Type") != want.kind ||
			!strings.Contains(resp.Header.Get("Cache-Control"), want.cache) {
			t.Errorf("%s: %d %q %q", path, resp.StatusCode, resp.Header.Get("Content-Type"), resp.Header.Get("Cache-Control"))
		}
		if want.file != "" && !bytes.Equal(data, files[want.file]) {
			t.Errorf("%s: %d bytes, the file has %d", path, len(data), len(files[want.file]))
		}
	}
	if _, data := fetch(t, web.URL+"/log/tile/0/000.p/17"); !bytes.Equal(data, files["tile/0/000"][:17*32]) {
		t.Error("a dropped partial tile is not the beginning of the full one")
	}
	resp, err := http.Post(web.URL+"/log/checkpoint", "text/plain", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", resp.StatusCode)
	}
}

func TestHandlerCompression(t *testing.T) {
	t.Parallel()
	b, _, web := serveBench(t, 300)
	want := b.disk.Files()["tile/entries/000"]
	for header, packed := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "identity": false, "x-gzip2": false} {
		resp, data := fetch(t, web.URL+"/log/tile/entries/000", "Accept-Encoding", header)
		if got := resp.Header.Get("Content-Encoding") == "gzip"; got != packed || resp.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: compressed %v, vary %q", header, got, resp.Header.Get("Vary"))
		}
		if packed {
			z, err := gzip.NewReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if data, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(data, want) {
			t.Errorf("%q: %d bytes, want %d", header, len(data), len(want))
		}
	}
	if resp, _ := fetch(t, web.URL+"/log/tile/0/000", "Accept-Encoding", "gzip"); resp.Header.Get("Content-Encoding") != "" {
		t.Error("hashes were compressed")
	}
}

// TestTorchwoodClient reads the log over HTTP with a client that other people wrote.
func TestTorchwoodClient(t *testing.T) {
	t.Parallel()
	b, _, web := serveBench(t, 700)
	fetcher, err := torchwood.NewTileFetcher(web.URL+"/log/", torchwood.WithHTTPClient(web.Client()))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := fetcher.ReadEndpoint(t.Context(), "checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(b.key.PublicKeys()[0])
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := torchwood.VerifyCheckpoint(signed, torchwood.ThresholdPolicy(2, torchwood.OriginPolicy(b.key.Origin), torchwood.SingleVerifierPolicy(v)))
	if err != nil {
		t.Fatal(err)
	}
	client, err := torchwood.NewClient(fetcher)
	if err != nil {
		t.Fatal(err)
	}
	next := int64(0)
	for i, entry := range client.AllEntries(t.Context(), c.Tree, 0) {
		if i != next || !bytes.Equal(entry, b.owed[i]) {
			t.Fatalf("entry %d is %q", i, entry)
		}
		next++
	}
	if client.Err() != nil || next != 700 {
		t.Fatalf("read %d entries, %v", next, client.Err())
	}
	_, text := fetch(t, web.URL+"/log/proof/511.tlog-proof")
	policy := torchwood.ThresholdPolicy(2, torchwood.OriginPolicy(b.key.Origin), torchwood.SingleVerifierPolicy(v))
	if err := torchwood.VerifyProof(policy, tlog.RecordHash(b.owed[511]), text); err != nil {
		t.Errorf("c2sp.org/tlog-proof: %v", err)
	}
}

func TestProofFile(t *testing.T) {
	t.Parallel()
	b, l, web := serveBench(t, 700)
	for _, index := range []int64{0, 1, 255, 256, 511, 512, 698, 699} {
		_, data := fetch(t, fmt.Sprintf("%s/log/proof/%d", web.URL, index))
		p, err := ledger.ParseProof(data)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Check(b.key.PublicKeys(), nil); err != nil || !bytes.Equal(p.Leaf, b.owed[index]) {
			t.Errorf("proof of entry %d: %q, %v", index, p.Leaf, err)
		}
		for name, spoil := range map[string]func(*ledger.ProofFile){
			"leaf":       func(p *ledger.ProofFile) { p.Leaf = append(bytes.Clone(p.Leaf), 'x') },
			"index":      func(p *ledger.ProofFile) { p.Index ^= 1 },
			"far index":  func(p *ledger.ProofFile) { p.Index += 700 },
			"negative":   func(p *ledger.ProofFile) { p.Index = -1 },
			"hash":       func(p *ledger.ProofFile) { p.Hashes = append(tlog.RecordProof{}, p.Hashes...); p.Hashes[0][3] ^= 1 },
			"fewer":      func(p *ledger.ProofFile) { p.Hashes = p.Hashes[1:] },
			"size":       func(p *ledger.ProofFile) { p.Checkpoint = strings.Replace(p.Checkpoint, "\n700\n", "\n701\n", 1) },
			"origin":     func(p *ledger.ProofFile) { p.Origin = "log.example/other" },
			"checkpoint": func(p *ledger.ProofFile) { p.Checkpoint = "" },
		} {
			bad := p
			spoil(&bad)
			if _, err := bad.Check(b.key.PublicKeys(), nil); !errors.Is(err, ledger.ErrProof) {
				t.Errorf("entry %d with another %s: %v", index, name, err)
			}
		}
		if _, err := p.Check(testKey(t, b.key.Origin).PublicKeys(), nil); !errors.Is(err, ledger.ErrProof) {
			t.Errorf("another key: %v", err)
		}
	}
	if _, err := l.Proof(t.Context(), 700); !errors.Is(err, ledger.ErrNotYet) {
		t.Errorf("entry past the end: %v", err)
	}
	if _, err := l.Proof(t.Context(), -1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("entry before the beginning: %v", err)
	}
	status, err := l.Status(t.Context())
	if err != nil || status.Size != 700 || status.Root != expectRoot(b.owed) || status.Origin != b.key.Origin {
		t.Errorf("status %+v, %v", status, err)
	}
	if _, err := ledger.ParseProof([]byte(`{"format":"other"}`)); !errors.Is(err, ledger.ErrProofFile) {
		t.Error(err)
	}
}

func FuzzParseProof(f *testing.F) {
	good, err := json.Marshal(ledger.ProofFile{Format: "ronda-log-proof/1", Origin: "log.example/ronda", Leaf: []byte("x"), Checkpoint: "a\n1\nb\n"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ledger.ParseProof(data)
		if err != nil {
			return
		}
		if _, err := p.Check([]string{"log.example/ronda+ba6de2f2+AbWoMZC7uQx8kTjxDbzFlvm8W1KEDsPcxi46cQBuZK5X"}, nil); err == nil {
			t.Errorf("an unsigned proof holds: %q", data)
		}
	})
}

func TestVerifyOverHTTP(t *testing.T) {
	t.Parallel()
	b, _, web := serveBench(t, 700)
	src, err := ledger.OpenSource(web.URL+"/log/", nil)
	if err != nil {
		t.Fatal(err)
	}
	var last int64
	report, err := ledger.Verify(t.Context(), src, ledger.VerifyOptions{Keys: b.key.PublicKeys(), AnyLeaf: true,
		Progress: func(done, total int64) { last = done*1000 + total }})
	if err != nil || !report.OK() || last != 700*1000+700 {
		t.Errorf("%v %v, progress %d", err, report.Faults, last)
	}
	older := b.published[3]
	proof, err := ledger.Consistent(t.Context(), src, b.key.PublicKeys(), older.Signed, report.Checkpoint.Signed)
	if err != nil || len(proof) == 0 {
		t.Errorf("consistency: %v, %v", proof, err)
	}
	if _, err := ledger.Consistent(t.Context(), src, b.key.PublicKeys(), report.Checkpoint.Signed, older.Signed); !errors.Is(err, ledger.ErrProof) {
		t.Errorf("consistency backwards: %v", err)
	}
	p, err := ledger.FetchProof(t.Context(), src, b.key.PublicKeys(), 42)
	if err != nil || !bytes.Equal(p.Leaf, b.owed[42]) {
		t.Errorf("proof over HTTP: %q, %v", p.Leaf, err)
	}
}

// TestSourceLimits has a server that sends without end, redirects away, or answers with errors.
func TestSourceLimits(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(elsewhere.Close)
	var tries int
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/log/endless":
			for {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		case "/log/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write(make([]byte, 1<<22))
			_ = z.Close()
		case "/log/away":
			http.Redirect(w, r, elsewhere.URL, http.StatusFound)
		case "/log/busy":
			if tries++; tries < 2 {
				http.Error(w, "later", http.StatusServiceUnavailable)
				return
			}
			_, _ = w.Write([]byte("ok"))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(web.Close)
	src, err := ledger.OpenSource(web.URL+"/log", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{"endless": ledger.ErrTooLong, "bomb": ledger.ErrTooLong, "nothing": fs.ErrNotExist} {
		if _, err := src.Get(t.Context(), name, 1000); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := src.Get(t.Context(), "away", 1000); err == nil || !strings.Contains(err.Error(), "leads away") {
		t.Errorf("redirect: %v", err)
	}
	if data, err := src.Get(t.Context(), "busy", 1000); err != nil || string(data) != "ok" {
		t.Errorf("busy: %q %v", data, err)
	}
}

// TestExport copies a log into a directory, verifies the copy as files, and brings it up to date.
func TestExport(t *testing.T) {
	t.Parallel()
	b, _, web := serveBench(t, 600)
	root := filepath.Join(t.TempDir(), "site")
	opts := ledger.VerifyOptions{Keys: b.key.PublicKeys(), AnyLeaf: true}
	export := func() *ledger.Report {
		t.Helper()
		src, err := ledger.OpenSource(web.URL+"/log", nil)
		if err != nil {
			t.Fatal(err)
		}
		to, err := ledger.OpenDir(root)
		if err != nil {
			t.Fatal(err)
		}
		report, err := ledger.Export(t.Context(), src, to, opts)
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	verify := func() *ledger.Report {
		t.Helper()
		src, err := ledger.OpenSource(root, nil)
		if err != nil {
			t.Fatal(err)
		}
		report, err := ledger.Verify(t.Context(), src, opts)
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	for _, n := range []int64{600, 610, 800} {
		if more := n - int64(len(b.owed)); more > 0 {
			b.more(t, int(more))
		}
		if r := export(); !r.OK() || r.Checkpoint.N != n {
			t.Fatalf("export of %d: %v", n, r.Faults)
		}
		if r := verify(); !r.OK() || r.Checkpoint.N != n {
			t.Fatalf("copy of %d: %v", n, r.Faults)
		}
	}
	if err := os.Remove(filepath.Join(root, "tile", "0", "001")); err != nil {
		t.Fatal(err)
	}
	if r := verify(); r.OK() {
		t.Error("a tile is missing in the copy and nobody noticed")
	}
	b.lose(t, "tile/entries/001")
	if r := export(); r.OK() {
		t.Error("a broken log was exported")
	}
}
