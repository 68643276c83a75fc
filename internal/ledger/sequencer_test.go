package ledger_test

import (
	"context"
	"errors"
	mrand "math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ronda/internal/ledger"
	"ronda/internal/ledger/ledgertest"
)

// TestSequencerOrder fixes the order that makes a crash harmless: tiles are durable before the swap, and the checkpoint is
// published after it.
func TestSequencerOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var ops []string
	b.disk.SetFault(func(op string) (error, error) { ops = append(ops, op); return nil, nil })
	s := b.sequencer(t, func(c *ledger.Config) { c.Store = spyStore{b.store, &ops} })
	if _, err := s.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.owe(1)
	ops = nil
	if _, err := s.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	var steps []string
	for _, op := range ops {
		f := strings.Fields(op)
		if f[0] == "rename" {
			f[1] = f[2]
		}
		if f[0] != "mkdir" && f[0] != "write" && !(f[0] == "sync" && (f[1] == "." && len(steps) < 3 || f[1] == "tile" || f[1] == "tile/0" || f[1] == "tile/entries")) {
			steps = append(steps, strings.Join(f[:min(2, len(f))], " "))
		}
	}
	slices.Sort(steps[1:3]) // the two tiles go in parallel
	slices.Sort(steps[3:5])
	want := []string{"number", "rename tile/0/000.p/1", "rename tile/entries/000.p/1", "sync tile/0/000.p", "sync tile/entries/000.p", "swap",
		"rename checkpoint", "sync ."}
	if !slices.Equal(steps, want) {
		t.Errorf("order\n%v\nwant\n%v", steps, want)
	}
}

// spyStore notes each write.
type spyStore struct {
	ledger.Store
	ops *[]string
}

func (s spyStore) NumberLog(ctx context.Context, epoch, from int64, limit int) ([][]byte, error) {
	*s.ops = append(*s.ops, "number")
	return s.Store.NumberLog(ctx, epoch, from, limit)
}

func (s spyStore) SwapLogCheckpoint(ctx context.Context, epoch int64, prev, next []byte) error {
	*s.ops = append(*s.ops, "swap")
	return s.Store.SwapLogCheckpoint(ctx, epoch, prev, next)
}

// spoiling is what happened to a log before its next start.
type spoiling struct {
	spoil func(t *testing.T, b *bench)
	want  string // part of the reason to halt; "" where it must go on
}

func spoilings() map[string]spoiling {
	return map[string]spoiling{
		"nothing": {func(*testing.T, *bench) {}, ""},
		"database from an old backup": {func(t *testing.T, b *bench) {
			old := b.store.Snapshot()
			b.more(t, 20)
			b.store = old
		}, "restore a later backup"},
		"new database": {func(_ *testing.T, b *bench) { b.store = ledgertest.NewMemory(b.clock.now) }, "restore a later backup"},
		"other history of the same size": {func(t *testing.T, b *bench) {
			other := newBench(t)
			other.key, other.leaf = b.key, func(int) []byte { return []byte("x") }
			other.more(t, len(b.owed))
			b.store = other.store
		}, "is not the one in the database"},
		"other history that is longer": {func(t *testing.T, b *bench) {
			other := newBench(t)
			other.key, other.leaf = b.key, func(int) []byte { return []byte("x") }
			other.more(t, len(b.owed)+7)
			b.store = other.store
		}, "is not the one in the database"},
		"another key": {func(t *testing.T, b *bench) { b.key = testKey(t, b.key.Origin) }, "published checkpoint"},
		"published checkpoint garbled": {func(t *testing.T, b *bench) {
			if err := b.disk.RemoveAll("checkpoint"); err != nil {
				t.Fatal(err)
			}
			if err := b.disk.WriteFile("checkpoint", []byte("x")); err != nil {
				t.Fatal(err)
			}
		}, "published checkpoint"},
		"published files lost": {func(t *testing.T, b *bench) { b.disk = ledgertest.NewDisk() }, ""},
		"checkpoint file lost": {func(t *testing.T, b *bench) { b.lose(t, "checkpoint") }, ""},
		"tiles lost":           {func(t *testing.T, b *bench) { b.lose(t, "tile") }, ""},
		"edge tile lost":       {func(t *testing.T, b *bench) { b.lose(t, "tile/0/001.p") }, ""},
		"edge bundle lost":     {func(t *testing.T, b *bench) { b.lose(t, "tile/entries/001.p") }, ""},
		"edge bundle altered":  {func(t *testing.T, b *bench) { b.alter(t, "tile/entries/001.p/44") }, ""},
		"edge tile altered":    {func(t *testing.T, b *bench) { b.alter(t, "tile/0/001.p/44") }, ""},
		"upper tile altered":   {func(t *testing.T, b *bench) { b.alter(t, "tile/1/000.p/1") }, ""},
		"older checkpoint and a broken tile": {func(t *testing.T, b *bench) {
			older := b.disk.Files()["checkpoint"]
			b.more(t, 300)
			b.lose(t, "checkpoint")
			if err := b.disk.WriteFile("checkpoint", older); err != nil {
				t.Fatal(err)
			}
			b.alter(t, "tile/0/001")
		}, ""},
		"power cut, all is kept": {func(t *testing.T, b *bench) { b.disk.Cut(0, mrand.New(mrand.NewPCG(1, 2))) }, ""},
	}
}

// TestSequencerHalts restores what should not be restored and expects that nothing is signed.
func TestSequencerHalts(t *testing.T) {
	t.Parallel()
	for name, tt := range spoilings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.more(t, 300)
			tt.spoil(t, b)
			before := b.disk.Files()["checkpoint"]
			b.owe(5)
			s := b.sequencer(t, nil)
			_, err := s.Round(t.Context())
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				b.check(t)
				return
			}
			if !errors.Is(err, ledger.ErrHalted) || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("want a halt with %q, got %v", tt.want, err)
			}
			if string(b.disk.Files()["checkpoint"]) != string(before) {
				t.Error("a checkpoint was published")
			}
			if err := s.Run(t.Context()); !errors.Is(err, ledger.ErrHalted) || s.Halted() == nil {
				t.Errorf("Run goes on: %v, %v", err, s.Halted())
			}
			l := newBench(t).log(t)
			l.Follow(s)
			if status, err := l.Status(t.Context()); err != nil || !strings.Contains(status.Halted, tt.want) {
				t.Errorf("status says %q, %v", status.Halted, err)
			}
		})
	}
}

// more enters n entries.
func (b *bench) more(t testing.TB, n int) {
	t.Helper()
	b.owe(n)
	if _, err := b.sequencer(t, nil).Round(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) lose(t testing.TB, name string) {
	t.Helper()
	if err := b.disk.RemoveAll(name); err != nil {
		t.Fatal(err)
	}
}

// alter changes the last byte of a published file.
func (b *bench) alter(t testing.TB, name string) {
	t.Helper()
	data := b.disk.Files()[name]
	data[len(data)-1] ^= 1
	b.lose(t, name)
	if err := b.disk.WriteFile(name, data); err != nil {
		t.Fatal(err)
	}
}

// TestSequencerTamperedRows alters leaves in the database after they were signed, and loses the tiles: they must not be built
// again from other leaves.
func TestSequencerTamperedRows(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.more(t, 300)
	leaves, err := b.store.LogLeaves(t.Context(), 7, 1)
	if err != nil {
		t.Fatal(err)
	}
	leaves[0][0] ^= 1 // shares its bytes with the store
	b.disk = ledgertest.NewDisk()
	if _, err := b.sequencer(t, nil).Round(t.Context()); !errors.Is(err, ledger.ErrHalted) {
		t.Errorf("altered leaves: %v", err)
	}
	for name := range b.disk.Files() {
		if strings.HasPrefix(name, "tile/") {
			t.Errorf("%s was written", name)
		}
	}
}

// TestSequencerTakeover runs two on one database: the second one works when the lease runs out, and the first one, waking up
// late, changes nothing.
func TestSequencerTakeover(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.sequencer(t, func(c *ledger.Config) { c.Holder = "first" })
	second := b.sequencer(t, func(c *ledger.Config) { c.Holder = "second" })
	b.owe(3)
	if n, err := first.Round(t.Context()); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	b.owe(3)
	if n, err := second.Round(t.Context()); n != 0 || err != nil {
		t.Fatalf("the second one worked beside the first: %d, %v", n, err)
	}
	b.clock.add(ledger.DefaultLease / 4) // the first one does not renew yet, the lease is its own for longer
	if n, err := first.Round(t.Context()); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	// The first one sleeps past its lease without noticing: its own clock stands still.
	asleep := b.clock.t
	b.clock.add(2 * ledger.DefaultLease)
	b.owe(2)
	if n, err := second.Round(t.Context()); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	b.clock.t = asleep
	b.owe(1)
	if n, err := first.Round(t.Context()); n != 0 || !errors.Is(err, ledger.ErrLeaseLost) {
		t.Errorf("the first one went on after its lease was lost: %d, %v", n, err)
	}
	b.clock.add(3 * ledger.DefaultLease)
	if n, err := second.Round(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	b.check(t)
}

// TestSequencerRun lets it run, wakes it with commits and waits for the checkpoint that covers them.
func TestSequencerRun(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	sizes := make(chan int64, 100)
	s := b.sequencer(t, func(c *ledger.Config) {
		c.Poll, c.Now = time.Hour, time.Now
		c.Published = func(cp ledger.Checkpoint) { sizes <- cp.N }
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	if n := <-sizes; n != 0 {
		t.Errorf("first checkpoint has size %d", n)
	}
	for want := int64(1); want <= 5; want++ {
		b.owe(1)
		s.Wake()
		if n := <-sizes; n != want {
			t.Errorf("checkpoint of size %d, want %d", n, want)
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	b.check(t)
}

// TestSequencerReadError has the published files unreadable for a moment: that is no reason to halt.
func TestSequencerReadError(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.more(t, 20)
	b.owe(1)
	broken := true
	s := b.sequencer(t, func(c *ledger.Config) { c.Objects = brokenObjects{c.Objects, &broken} })
	if _, err := s.Round(t.Context()); !errors.Is(err, errFault) || errors.Is(err, ledger.ErrHalted) {
		t.Errorf("while files cannot be read: %v", err)
	}
	broken = false
	if n, err := s.Round(t.Context()); n != 1 || err != nil {
		t.Errorf("afterwards: %d, %v", n, err)
	}
	b.check(t)
}

// brokenObjects cannot be read while the flag is set.
type brokenObjects struct {
	ledger.Objects
	broken *bool
}

func (o brokenObjects) Get(ctx context.Context, name string, limit int64) ([]byte, error) {
	if *o.broken {
		return nil, errFault
	}
	return o.Objects.Get(ctx, name, limit)
}
