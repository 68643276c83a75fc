package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/ledger"
	"ronda/internal/ledger/ledgertest"
	"ronda/internal/ledger/witness"
)

// demoLog is a published log of acts in a directory.
type demoLog struct {
	t      *testing.T
	dir    string
	store  *ledgertest.Memory
	key    *ledger.Key
	leaves []ronda.Leaf
	seq    *ledger.Sequencer
	notes  chan<- []byte // gets each checkpoint that is published, if set
}

// tellingDir tells of each checkpoint.
type tellingDir struct {
	*ledger.Dir
	notes chan<- []byte
}

func (d tellingDir) Put(ctx context.Context, objects ...ledger.Object) error {
	err := d.Dir.Put(ctx, objects...)
	for _, o := range objects {
		if o.Name == "checkpoint" && d.notes != nil {
			d.notes <- o.Data
		}
	}
	return err
}

func newDemoLog(t *testing.T, witnesses ...*witness.Client) *demoLog {
	t.Helper()
	l := &demoLog{t: t, dir: filepath.Join(t.TempDir(), "log"), store: ledgertest.NewMemory(time.Now)}
	var err error
	if l.key, err = ledger.OpenKey(filepath.Join(t.TempDir(), "log.key"), "log.example/ronda", rand.Reader); err != nil {
		t.Fatal(err)
	}
	l.start(witnesses...)
	return l
}

func (l *demoLog) start(witnesses ...*witness.Client) {
	l.t.Helper()
	dir, err := ledger.OpenDir(l.dir)
	if err != nil {
		l.t.Fatal(err)
	}
	l.seq, err = ledger.NewSequencer(ledger.Config{Store: l.store, Objects: tellingDir{dir, l.notes}, Key: l.key, Holder: "test", Witnesses: witnesses})
	if err != nil {
		l.t.Fatal(err)
	}
}

// enter publishes n acts more.
func (l *demoLog) enter(n int) {
	l.t.Helper()
	for range n {
		i := len(l.leaves)
		leaf, err := ledger.NewBook().Leaf(ronda.LogAct{Kind: "answer", ID: fmt.Sprintf("evt_%04d", i), At: time.Unix(1732060800+int64(i), 0),
			Public: map[string]any{"notice": "n1", "item": "i1", "outcome": "removed"},
			Sealed: []ronda.LogSecret{{Field: "address", Value: fmt.Sprintf("https://example.org/%d", i)}, {Field: "reason_text", Value: "alasan"}}}, rand.Reader)
		if err != nil {
			l.t.Fatal(err)
		}
		l.leaves = append(l.leaves, leaf)
		l.store.Owe(ledgertest.Owed{ID: leaf.ID, At: leaf.At, Leaf: leaf.Bytes})
	}
	if _, err := l.seq.Round(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
}

func (l *demoLog) verify(change func(*logVerifyCmd)) (string, error) {
	l.t.Helper()
	c := logVerifyCmd{Log: l.dir, Quiet: true}
	if change != nil {
		change(&c)
	}
	var out bytes.Buffer
	err := c.run(l.t.Context(), &out, &progressBar{out: io.Discard, on: true})
	return out.String(), err
}

func wants(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is missing in\n%s", p, text)
		}
	}
}

func TestLogVerify(t *testing.T) {
	t.Parallel()
	l := newDemoLog(t)
	l.enter(300)
	out, err := l.verify(nil)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, out, "log.example/ronda", "300 entries", "SOUND", "300 answer", "WITNESSES  NONE outside the government and the operator", "It came from the log itself")

	out, err = l.verify(func(c *logVerifyCmd) { c.Key = l.key.PublicKeys() })
	if err != nil || strings.Contains(out, "It came from the log itself") {
		t.Errorf("with a pinned key: %v\n%s", err, out)
	}
	out, err = l.verify(func(c *logVerifyCmd) { c.RequireWitness = 1 })
	if !errors.Is(err, errLogFaults) {
		t.Errorf("a witness is required and there is none: %v", err)
	}
	wants(t, out, "cosigned by 0 independent witnesses, 1 are required")

	out, err = l.verify(func(c *logVerifyCmd) { c.JSON = true })
	var answer verifyAnswer
	if err != nil || json.Unmarshal([]byte(out), &answer) != nil || !answer.OK || answer.Size != 300 || answer.KeyPinned {
		t.Errorf("JSON: %v\n%s", err, out)
	}
	other, err := ledger.OpenKey(filepath.Join(t.TempDir(), "k"), "log.example/ronda", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.verify(func(c *logVerifyCmd) { c.Key = other.PublicKeys() }); !errors.Is(err, errLogFaults) {
		t.Errorf("another key: %v", err)
	}
	if _, err := l.verify(func(c *logVerifyCmd) { c.Log = t.TempDir() }); err == nil {
		t.Error("an empty directory was taken for a log")
	}
	name := filepath.Join(l.dir, "tile", "entries", "000")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data[100] ^= 1
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err = l.verify(nil)
	if !errors.Is(err, errLogFaults) {
		t.Errorf("an entry was altered: %v", err)
	}
	wants(t, out, "WRONG", "tile/entries/000: entry 0: the entry is altered")
}

func TestLogVerifyState(t *testing.T) {
	t.Parallel()
	l := newDemoLog(t)
	state := filepath.Join(t.TempDir(), "state.json")
	with := func(c *logVerifyCmd) { c.State = state }
	l.enter(700)
	if out, err := l.verify(with); err != nil {
		t.Fatal(err, out)
	}
	l.enter(50)
	out, err := l.verify(with)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, out, "Entries 512 to 750 were read", "unchanged")

	// Somebody with the key begins again.
	key := l.key
	l2 := newDemoLog(t)
	l2.key, l2.dir = key, filepath.Join(t.TempDir(), "log")
	l2.start()
	l2.enter(800)
	out, err = l2.verify(with)
	if !errors.Is(err, errLogFaults) {
		t.Errorf("a rewritten log: %v", err)
	}
	wants(t, out, "the log was rewritten")
	if err := os.WriteFile(state, []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := l.verify(with); err == nil {
		t.Error("a broken state was ignored")
	}
}

func TestLogProve(t *testing.T) {
	t.Parallel()
	l := newDemoLog(t)
	l.enter(10)
	older, err := os.ReadFile(filepath.Join(l.dir, "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	l.enter(400)
	proof := filepath.Join(t.TempDir(), "proof.json")
	if err := (&logProveCmd{Log: l.dir, Entry: 123, Out: proof}).run(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	check := func(vkeys ...string) (string, error) {
		var out bytes.Buffer
		err := (&logProveCmd{Check: proof, logTrust: logTrust{Key: vkeys}}).run(t.Context(), &out)
		return out.String(), err
	}
	out, err := check(l.key.PublicKeys()...)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, out, "PROVEN     Entry 123 stands in the log log.example/ronda.", `"id": "evt_0123"`, "NONE outside")
	if out, err = check(); err != nil || !strings.Contains(out, "It came from the log itself") {
		t.Errorf("without a key: %v\n%s", err, out)
	}
	data, err := os.ReadFile(proof)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(proof, bytes.Replace(data, []byte(`"index": 123`), []byte(`"index": 124`), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := check(l.key.PublicKeys()...); !errors.Is(err, ledger.ErrProof) {
		t.Errorf("a wrong number: %v", err)
	}
	since := filepath.Join(t.TempDir(), "old")
	if err := os.WriteFile(since, older, 0o644); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := (&logProveCmd{Log: l.dir, Since: since, logTrust: logTrust{Key: l.key.PublicKeys()}}).run(t.Context(), &buf); err != nil {
		t.Fatal(err)
	}
	wants(t, buf.String(), "CONSISTENT")
	for _, bad := range []logProveCmd{{}, {Log: l.dir, Entry: -1}, {Log: l.dir, Entry: 410}} {
		if err := bad.run(t.Context(), io.Discard); err == nil {
			t.Errorf("%+v was accepted", bad)
		}
	}
}

func TestLogOpenCheck(t *testing.T) {
	t.Parallel()
	l := newDemoLog(t)
	l.enter(5)
	src, err := ledger.OpenSource(l.dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := ledger.FetchProof(t.Context(), src, l.key.PublicKeys(), 3)
	if err != nil {
		t.Fatal(err)
	}
	opening, err := ledger.NewOpening(proof, l.leaves[3], "address")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "opening.json")
	open := func(change func(*ledger.Opening)) (string, error) {
		o := opening
		o.Fields = append([]ledger.OpenedField(nil), opening.Fields...)
		if change != nil {
			change(&o)
		}
		data, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err = (&logOpenCmd{File: file, logTrust: logTrust{Key: l.key.PublicKeys()}}).run(t.Context(), &out)
		return out.String(), err
	}
	out, err := open(nil)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, out, "PROVEN", `address 0: "https://example.org/3"`)
	if strings.Contains(out, "alasan") {
		t.Error("a field was opened that nobody asked for")
	}
	if _, err := open(func(o *ledger.Opening) { o.Fields[0].Value = "https://example.org/4" }); !errors.Is(err, ledger.ErrMismatch) {
		t.Errorf("another value: %v", err)
	}
	if _, err := open(func(o *ledger.Opening) { o.Proof.Leaf = l.leaves[4].Bytes }); !errors.Is(err, ledger.ErrProof) {
		t.Errorf("an entry from elsewhere: %v", err)
	}
	erased := l.leaves[3]
	erased.Sealed = erased.Sealed[1:]
	if _, err := ledger.NewOpening(proof, erased, "address"); !errors.Is(err, ledger.ErrNotSealed) {
		t.Errorf("an erased field: %v", err)
	}
	rest, err := ledger.NewOpening(proof, erased)
	if err != nil || len(rest.Fields) != 1 || rest.Fields[0].Field != "reason_text" {
		t.Errorf("what is left after an erasure: %+v, %v", rest.Fields, err)
	}
}

func TestLogExport(t *testing.T) {
	t.Parallel()
	l := newDemoLog(t)
	l.enter(300)
	to := filepath.Join(t.TempDir(), "site")
	var out bytes.Buffer
	if err := (&logExportCmd{Log: l.dir, To: to}).run(t.Context(), &out, &progressBar{out: io.Discard}); err != nil {
		t.Fatal(err)
	}
	wants(t, out.String(), "SOUND", "COPIED")
	if text, err := l.verify(func(c *logVerifyCmd) { c.Log, c.Key = to, l.key.PublicKeys() }); err != nil {
		t.Errorf("the copy: %v\n%s", err, text)
	}
}

// TestWitnessCommand runs a witness, has the log ask it, and verifies that it counts.
func TestWitnessCommand(t *testing.T) {
	t.Parallel()
	l := newDemoLog(t)
	l.enter(3)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	done := make(chan error, 1)
	c := witnessCmd{Name: "witness.example/uni", Log: l.key.PublicKeys(), Data: filepath.Join(t.TempDir(), "w")}
	go func() { done <- c.run(ctx, listener, in, slog.New(slog.DiscardHandler)) }()
	said := make([]byte, 1<<12)
	n, err := out.Read(said)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(said[:n])), "\n")
	info := witness.Info{Name: "Universitas", Key: lines[len(lines)-1], URL: "http://" + listener.Addr().String(), Party: witness.Independent}
	client, err := witness.NewClient(info, &http.Client{Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	notes := make(chan []byte, 100)
	l.notes = notes
	l.start(client)
	running, stop := context.WithCancel(ctx)
	finished := make(chan struct{})
	go func() { defer close(finished); _ = l.seq.Run(running) }()
	for signed := range notes { // the test's own time limit ends it if none comes
		if strings.Contains(string(signed), "witness.example/uni") {
			break
		}
	}
	stop()
	<-finished
	text, err := l.verify(func(c *logVerifyCmd) { c.RequireWitness = 1 })
	if err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	wants(t, text, "WITNESSES  ONE outside", "Universitas (independent)", "what the log says itself")
	text, err = l.verify(func(c *logVerifyCmd) { c.RequireWitness, c.Witness = 1, []string{info.Key} })
	if err != nil || strings.Contains(text, "what the log says itself") {
		t.Errorf("%v\n%s", err, text)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
