package ledger_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"filippo.io/torchwood"

	"ronda/internal/ledger"
	"ronda/internal/ledger/ledgertest"
	"ronda/internal/ledger/witness"
)

// witnessFor starts a witness that watches the bench's log.
func witnessFor(t *testing.T, b *bench, name string, party witness.Party) (*witness.Client, *httptest.Server) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := torchwood.NewCosignatureSigner(name, key)
	if err != nil {
		t.Fatal(err)
	}
	states, err := witness.OpenStates(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	server, err := witness.NewServer(signer, states, slog.New(slog.DiscardHandler), b.key.PublicKeys()...)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server.Handler())
	t.Cleanup(web.Close)
	return clientFor(t, witness.Info{Name: name, Key: signer.Verifier().String(), URL: web.URL, Party: party}), web
}

func clientFor(t *testing.T, info witness.Info) *witness.Client {
	t.Helper()
	c, err := witness.NewClient(info, &http.Client{Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestSequencerWitnesses has two good witnesses and one that hangs: checkpoints come out at once, and the cosignatures follow.
func TestSequencerWitnesses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	uni, _ := witnessFor(t, b, "witness.example/uni", witness.Independent)
	own, _ := witnessFor(t, b, "witness.example/own", witness.Operator)
	gone := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that the client has gone
		<-r.Context().Done()
	}))
	t.Cleanup(gone.Close)
	hanging := clientFor(t, witness.Info{Name: "gone", Key: newVerifier(t, "witness.example/gone"), URL: gone.URL, Party: witness.Independent})
	list := []*witness.Client{uni, own, hanging}

	sizes := make(chan int64, 100)
	notes := make(chan []byte, 1000)
	s := b.sequencer(t, func(c *ledger.Config) {
		c.Witnesses, c.Poll, c.Now, c.Witnessing, c.Retry = list, time.Hour, time.Now, 300*time.Millisecond, 50*time.Millisecond
		c.Published = func(cp ledger.Checkpoint) { sizes <- cp.N }
		c.Objects = watchObjects{c.Objects, notes}
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	<-sizes
	b.owe(3)
	s.Wake()
	if n := <-sizes; n != 3 {
		t.Fatalf("size %d", n)
	}
	infos := []witness.Info{uni.Info, own.Info, hanging.Info}
	for signed := range notes { // ends by the test's own time limit if it never comes
		found, err := witness.Cosigned(signed, infos)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 2 && strings.HasPrefix(string(signed), b.key.Origin+"\n3\n") {
			break
		}
	}
	cancel()
	<-done
	report, err := ledger.Verify(t.Context(), ledgertest.FileSource(b.disk.Files()),
		ledger.VerifyOptions{Keys: b.key.PublicKeys(), AnyLeaf: true, Witnesses: infos, Require: 1})
	if err != nil || !report.OK() || report.Independent() != 1 || len(report.Witnesses) != 2 {
		t.Errorf("report %+v, %v", report, err)
	}
	report, err = ledger.Verify(t.Context(), ledgertest.FileSource(b.disk.Files()),
		ledger.VerifyOptions{Keys: b.key.PublicKeys(), AnyLeaf: true, Witnesses: infos, Require: 2})
	if err != nil || report.OK() || !strings.Contains(report.Faults[0].What, "cosigned by 1 independent witnesses, 2 are required") {
		t.Errorf("two required: %+v, %v", report.Faults, err)
	}
	status := s.Witnesses()
	if status[0].Size != 3 || status[0].Error != "" || status[2].Error == "" {
		t.Errorf("status %+v", status)
	}
}

// watchObjects tells of each checkpoint that is published.
type watchObjects struct {
	ledger.Objects
	notes chan<- []byte
}

func (w watchObjects) Put(ctx context.Context, objects ...ledger.Object) error {
	err := w.Objects.Put(ctx, objects...)
	for _, o := range objects {
		if o.Name == "checkpoint" {
			w.notes <- o.Data
		}
	}
	return err
}

func newVerifier(t *testing.T, name string) string {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := torchwood.NewCosignatureSigner(name, key)
	if err != nil {
		t.Fatal(err)
	}
	return signer.Verifier().String()
}

// TestSequencerHaltsOnWitness restores both database and published files from an old backup: only the witness remembers.
func TestSequencerHaltsOnWitness(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	uni, _ := witnessFor(t, b, "witness.example/uni", witness.Independent)
	b.more(t, 10)
	oldStore, oldFiles := b.store.Snapshot(), b.disk.Files()
	b.more(t, 5)
	cosign(t, b, uni, 15)

	b.store, b.disk, b.owed = oldStore, diskWith(t, oldFiles), b.owed[:10]
	withWitness := func(c *ledger.Config) { c.Witnesses = []*witness.Client{uni} }
	b.owe(1)
	_, err := b.sequencer(t, withWitness).Round(t.Context())
	var ahead *witness.AheadError
	if !errors.Is(err, ledger.ErrHalted) || !errors.As(err, &ahead) || ahead.Size != 15 {
		t.Errorf("want a halt, got %v", err)
	}
	if !strings.Contains(string(b.disk.Files()["checkpoint"]), "\n10\n") {
		t.Error("something was signed")
	}
}

// cosign lets a witness see the log at the given size.
func cosign(t *testing.T, b *bench, w *witness.Client, size int64) {
	t.Helper()
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	notes := make(chan []byte, 100)
	s := b.sequencer(t, func(c *ledger.Config) {
		c.Witnesses, c.Objects, c.Now = []*witness.Client{w}, watchObjects{c.Objects, notes}, time.Now
	})
	go func() { defer close(done); _ = s.Run(ctx) }()
	for signed := range notes {
		found, err := witness.Cosigned(signed, []witness.Info{w.Info})
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 1 {
			break
		}
	}
	cancel()
	<-done
	if st := s.Witnesses()[0]; st.Size != size {
		t.Fatalf("witness saw size %d, want %d", st.Size, size)
	}
}

func diskWith(t *testing.T, files map[string][]byte) *ledgertest.Disk {
	t.Helper()
	d := ledgertest.NewDisk()
	dir, err := ledger.NewDir(d)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if err := dir.Put(t.Context(), ledger.Object{Name: name, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}
