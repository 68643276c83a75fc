package witness_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"ronda/internal/ledger/witness"
)

const origin = "log.example/ronda"

// testLog is a log in memory that can sign any tree of its own.
type testLog struct {
	t      *testing.T
	signer note.Signer
	vkey   string
	hashes []tlog.Hash
	sizes  int64
}

func newTestLog(t *testing.T) *testLog {
	t.Helper()
	private, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	return &testLog{t: t, signer: signer, vkey: vkey}
}

func (l *testLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = l.hashes[x]
	}
	return out, nil
}

// grow appends entries up to a size and returns the signed checkpoint of it.
func (l *testLog) grow(size int64, flavour string) ([]byte, tlog.Tree) {
	l.t.Helper()
	for ; l.sizes < size; l.sizes++ {
		stored, err := tlog.StoredHashes(l.sizes, fmt.Appendf(nil, "%s %d", flavour, l.sizes), l)
		if err != nil {
			l.t.Fatal(err)
		}
		l.hashes = append(l.hashes, stored...)
	}
	root, err := tlog.TreeHash(size, l)
	if err != nil {
		l.t.Fatal(err)
	}
	tree := tlog.Tree{N: size, Hash: root}
	signed, err := note.Sign(&note.Note{Text: torchwood.Checkpoint{Origin: origin, Tree: tree}.String()}, l.signer)
	if err != nil {
		l.t.Fatal(err)
	}
	return signed, tree
}

func (l *testLog) prove(size int64) witness.Prove {
	return func(_ context.Context, old int64) (tlog.TreeProof, error) { return tlog.ProveTree(size, old, l) }
}

// request writes the body of add-checkpoint.
func (l *testLog) request(old, size int64, signed []byte) string {
	var b strings.Builder
	fmt.Fprintf(&b, "old %d\n", old)
	if old > 0 && old < size {
		proof, err := tlog.ProveTree(size, old, l)
		if err != nil {
			l.t.Fatal(err)
		}
		for _, h := range proof {
			fmt.Fprintf(&b, "%s\n", h)
		}
	}
	return b.String() + "\n" + string(signed)
}

// running is a witness behind HTTP with its state directory.
type running struct {
	*httptest.Server
	states *witness.States
	info   witness.Info
	dir    string
	key    ed25519.PrivateKey
}

func startWitness(t *testing.T, dir string, key ed25519.PrivateKey, vkeys ...string) running {
	t.Helper()
	if key == nil {
		var err error
		if _, key, err = ed25519.GenerateKey(rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	signer, err := torchwood.NewCosignatureSigner("witness.example/w", key)
	if err != nil {
		t.Fatal(err)
	}
	states, err := witness.OpenStates(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := witness.NewServer(signer, states, slog.New(slog.DiscardHandler), vkeys...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.Handler())
	t.Cleanup(func() { server.Close(); _ = states.Close() })
	return running{Server: server, states: states, dir: dir, key: key,
		info: witness.Info{Name: "W", Key: signer.Verifier().String(), URL: server.URL, Party: witness.Independent}}
}

func (r running) post(t *testing.T, body string) (int, string, string) {
	t.Helper()
	resp, err := http.Post(r.URL+"/add-checkpoint", "text/plain", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Content-Type"), string(data)
}

// TestServerProtocol walks through the status codes of c2sp.org/tlog-witness.
func TestServerProtocol(t *testing.T) {
	t.Parallel()
	log := newTestLog(t)
	w := startWitness(t, t.TempDir(), nil, log.vkey)
	five, _ := log.grow(5, "a")
	eight, _ := log.grow(8, "a")
	fork := newTestLog(t)
	fork.signer = log.signer
	forkEight, _ := fork.grow(8, "b")
	forkNine, _ := fork.grow(9, "b")
	stranger, _ := newTestLog(t).grow(8, "a")
	unknown := strings.Replace(string(eight), origin, "log.example/other", 2)

	steps := []struct {
		name, body   string
		status       int
		kind, answer string
	}{
		{"first", log.request(0, 5, five), 200, "", "— witness.example/w "},
		{"same again from zero", log.request(0, 5, five), 409, "text/x.tlog.size", "5\n"},
		{"same again", log.request(5, 5, five), 200, "", "— witness.example/w "},
		{"bad proof", strings.Replace(log.request(5, 8, eight), "old 5\n", "old 5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 1), 422, "", ""},
		{"growth", log.request(5, 8, eight), 200, "", "— witness.example/w "},
		{"shrinking", log.request(5, 5, five), 409, "text/x.tlog.size", "8\n"},
		{"old above new", "old 8\n\n" + string(five), 400, "", ""},
		{"fork of the same size", fork.request(8, 8, forkEight), 409, "text/x.tlog.size", "8\n"},
		{"fork that grows", fork.request(8, 9, forkNine), 422, "", ""},
		{"unknown log", "old 8\n\n" + unknown, 404, "", ""},
		{"other key", "old 8\n\n" + string(stranger), 403, "", ""},
		{"no signature", "old 8\n\n" + string(bytes.Split(eight, []byte("\n\n"))[0]) + "\n\n", 400, "", ""},
		{"no old size", "\n\n" + string(eight), 400, "", ""},
		{"padded old size", "old 08\n\n" + string(eight), 400, "", ""},
		{"64 lines", "old 8\n" + strings.Repeat("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 64) + "\n" + string(eight), 400, "", ""},
		{"too long", strings.Repeat("x", 1<<17), 413, "", ""},
		{"still there", log.request(8, 8, eight), 200, "", "— witness.example/w "},
	}
	for _, s := range steps {
		status, kind, answer := w.post(t, s.body)
		if status != s.status || s.kind != "" && kind != s.kind || !strings.HasPrefix(answer, s.answer) {
			t.Errorf("%s: %d %s %q, want %d %s %q", s.name, status, kind, answer, s.status, s.kind, s.answer)
		}
	}
	// What it says in the end is a valid cosignature for people who only have the key.
	_, _, line := w.post(t, log.request(8, 8, eight))
	found, err := witness.Cosigned(append(bytes.Clone(eight), line...), []witness.Info{w.info})
	if err != nil || len(found) != 1 || witness.CountIndependent(found) != 1 {
		t.Errorf("cosignature found: %+v, %v", found, err)
	}
	if age := time.Since(time.Unix(found[0].At, 0)); age < -time.Minute || age > time.Minute {
		t.Errorf("signed at %d", found[0].At)
	}
	kept, err := os.ReadDir(filepath.Join(w.dir, "evidence"))
	if err != nil || len(kept) != 3 { // the checkpoint with the bad proof and the two of the fork
		t.Errorf("evidence kept: %v, %v", kept, err)
	}
}

// TestServerRemembers restarts a witness: what it signed binds it.
func TestServerRemembers(t *testing.T) {
	t.Parallel()
	log := newTestLog(t)
	dir := t.TempDir()
	first := startWitness(t, dir, nil, log.vkey)
	seven, _ := log.grow(7, "a")
	if status, _, answer := first.post(t, log.request(0, 7, seven)); status != 200 {
		t.Fatal(status, answer)
	}
	first.Close()
	if _, err := witness.OpenStates(dir); err == nil {
		t.Error("two processes can open the states at once")
	}
	if err := first.states.Close(); err != nil {
		t.Fatal(err)
	}
	again := startWitness(t, dir, first.key, log.vkey)
	three, _ := log.grow(3, "a")
	if status, _, answer := again.post(t, log.request(0, 3, three)); status != 409 || answer != "7\n" {
		t.Errorf("after a restart it signs a smaller tree: %d %q", status, answer)
	}
	if entries, err := filepath.Glob(filepath.Join(dir, ".new-*")); err != nil || len(entries) > 0 {
		t.Errorf("left over: %v %v", entries, err)
	}
}

// TestServerRace sends many trees at once: the witness must end at the largest and never have gone back.
func TestServerRace(t *testing.T) {
	t.Parallel()
	log := newTestLog(t)
	w := startWitness(t, t.TempDir(), nil, log.vkey)
	const n = 24
	type shown struct {
		signed []byte
		tree   tlog.Tree
	}
	trees := make([]shown, n)
	for i := range trees {
		trees[i].signed, trees[i].tree = log.grow(int64(i+1), "a")
	}
	var wg sync.WaitGroup
	for _, s := range trees {
		wg.Go(func() {
			c, err := witness.NewClient(w.info, w.Client())
			if err != nil {
				t.Error(err)
				return
			}
			_, err = c.Cosign(t.Context(), s.signed, s.tree, log.prove(s.tree.N))
			var ahead *witness.AheadError
			if err != nil && !errors.As(err, &ahead) && !strings.Contains(err.Error(), "changes with each question") {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	c, err := witness.NewClient(w.info, w.Client())
	if err != nil {
		t.Fatal(err)
	}
	last := trees[n-1]
	if _, err := c.Cosign(t.Context(), last.signed, last.tree, log.prove(n)); err != nil {
		t.Error(err)
	}
	for _, s := range trees[:n-1] {
		var ahead *witness.AheadError
		if _, err := c.Cosign(t.Context(), s.signed, s.tree, log.prove(s.tree.N)); !errors.As(err, &ahead) || ahead.Size != n {
			t.Errorf("size %d: %v", s.tree.N, err)
		}
	}
}

func TestClientFindsFork(t *testing.T) {
	t.Parallel()
	log := newTestLog(t)
	w := startWitness(t, t.TempDir(), nil, log.vkey)
	c, err := witness.NewClient(w.info, w.Client())
	if err != nil {
		t.Fatal(err)
	}
	signed, tree := log.grow(6, "a")
	if _, err := c.Cosign(t.Context(), signed, tree, log.prove(6)); err != nil {
		t.Fatal(err)
	}
	fork := newTestLog(t)
	fork.signer = log.signer
	signed, tree = fork.grow(6, "b")
	if _, err := c.Cosign(t.Context(), signed, tree, fork.prove(6)); !errors.Is(err, witness.ErrForked) {
		t.Errorf("fork: %v", err)
	}
}

// TestClientDistrusts gives a client answers that a bad witness could give.
func TestClientDistrusts(t *testing.T) {
	t.Parallel()
	log := newTestLog(t)
	signed, tree := log.grow(4, "a")
	other := startWitness(t, t.TempDir(), nil, log.vkey)
	_, _, foreign := other.post(t, log.request(0, 4, signed))
	for name, answer := range map[string]http.HandlerFunc{
		"signature of another key": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, foreign) },
		"no signature":             func(http.ResponseWriter, *http.Request) {},
		"rubbish":                  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("— x y\n", 1<<16)) },
		"conflict without size":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusConflict) },
		"size as page":             func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "9", http.StatusConflict) },
		"error":                    func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusInternalServerError) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := httptest.NewServer(answer)
			t.Cleanup(bad.Close)
			_, key, err := ed25519.GenerateKey(rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			signer, err := torchwood.NewCosignatureSigner("witness.example/bad", key)
			if err != nil {
				t.Fatal(err)
			}
			c, err := witness.NewClient(witness.Info{Name: "B", Key: signer.Verifier().String(), URL: bad.URL, Party: witness.Government}, bad.Client())
			if err != nil {
				t.Fatal(err)
			}
			if lines, err := c.Cosign(t.Context(), signed, tree, log.prove(4)); err == nil {
				t.Errorf("took %q for a cosignature", lines)
			}
		})
	}
}

func TestCountIndependent(t *testing.T) {
	t.Parallel()
	log := newTestLog(t)
	signed, _ := log.grow(2, "a")
	var list []witness.Info
	all := bytes.Clone(signed)
	for i, party := range []witness.Party{witness.Independent, witness.Operator, witness.Government, witness.Independent} {
		w := startWitness(t, t.TempDir(), nil, log.vkey)
		w.info.Party = party
		list = append(list, w.info)
		if i < 3 {
			_, _, line := w.post(t, log.request(0, 2, signed))
			all = append(all, line...)
		}
	}
	list = append(list, list[0]) // the same key under a second name must not count twice
	list[4].Name = "W2"
	found, err := witness.Cosigned(all, list)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 3 || witness.CountIndependent(found) != 1 {
		t.Errorf("%d found, %d independent; want 3 and 1: %+v", len(found), witness.CountIndependent(found), found)
	}
	if _, err := witness.Cosigned(all, []witness.Info{{Name: "x", Key: list[0].Key, Party: "friend"}}); err == nil {
		t.Error("an unknown party was accepted")
	}
}

func FuzzServer(f *testing.F) {
	f.Add("old 0\n\nlog.example/ronda\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— log.example/ronda AAAA\n")
	f.Add("old 12\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nx\n\n")
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	signer, err := torchwood.NewCosignatureSigner("witness.example/w", key)
	if err != nil {
		f.Fatal(err)
	}
	states, err := witness.OpenStates(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	_, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		f.Fatal(err)
	}
	s, err := witness.NewServer(signer, states, slog.New(slog.DiscardHandler), vkey)
	if err != nil {
		f.Fatal(err)
	}
	handler := s.Handler()
	f.Fuzz(func(t *testing.T, body string) {
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/add-checkpoint", strings.NewReader(body)))
		if rec.Code < 400 || rec.Code >= 500 {
			t.Errorf("status %d for %q", rec.Code, body)
		}
	})
}

func TestReadList(t *testing.T) {
	t.Parallel()
	log := newTestLog(t)
	w := startWitness(t, t.TempDir(), nil, log.vkey)
	file := filepath.Join(t.TempDir(), "witnesses.json")
	if list, err := witness.ReadList(file); err != nil || len(list) != 0 {
		t.Errorf("no file: %v %v", list, err)
	}
	good := fmt.Sprintf(`{"note":"x","witnesses":[{"name":"W","vkey":%q,"url":%q,"party":"independent"}]}`, w.info.Key, w.info.URL)
	for text, ok := range map[string]bool{
		good: true, `{}`: true, `[]`: false, `x`: false,
		strings.Replace(good, "independent", "friend", 1): false,
		strings.Replace(good, "http://", "file://", 1):    false,
		strings.Replace(good, "witness.example", "w", 1):  false,
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		list, err := witness.ReadList(file)
		if (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
		if ok && text == good {
			clients, err := witness.NewClients(list)
			if err != nil || len(clients) != 1 {
				t.Fatal(err)
			}
			signed, tree := log.grow(3, "a")
			if _, err := clients[0].Cosign(t.Context(), signed, tree, log.prove(3)); err != nil {
				t.Error(err)
			}
		}
	}
}
