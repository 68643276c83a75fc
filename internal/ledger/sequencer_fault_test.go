package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"ronda/internal/ledger"
	"ronda/internal/ledger/ledgertest"
)

// faultPlan fails the n-th write of a run, in the database or on disk, either undone or done.
type faultPlan struct {
	mu    sync.Mutex
	n     int
	done  bool // the write happens, and is reported as failed
	count int
	hit   string
}

var errFault = errors.New("fault of the test")

func (p *faultPlan) at(op string) (before, after error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count++
	if p.count-1 != p.n {
		return nil, nil
	}
	p.hit = op
	if p.done {
		return nil, fmt.Errorf("%s, done: %w", op, errFault)
	}
	return fmt.Errorf("%s, not done: %w", op, errFault), nil
}

// faultStore puts the plan before each write of a store.
type faultStore struct {
	ledger.Store
	plan *faultPlan
}

func (s faultStore) LeaseLog(ctx context.Context, holder string, epoch int64, ttl time.Duration) (int64, bool, error) {
	before, after := s.plan.at("lease")
	if before != nil {
		return 0, false, before
	}
	current, ok, err := s.Store.LeaseLog(ctx, holder, epoch, ttl)
	if after != nil {
		return 0, false, after
	}
	return current, ok, err
}

func (s faultStore) NumberLog(ctx context.Context, epoch, from int64, limit int) ([][]byte, error) {
	before, after := s.plan.at("number")
	if before != nil {
		return nil, before
	}
	leaves, err := s.Store.NumberLog(ctx, epoch, from, limit)
	if after != nil {
		return nil, after
	}
	return leaves, err
}

func (s faultStore) SwapLogCheckpoint(ctx context.Context, epoch int64, prev, next []byte) error {
	before, after := s.plan.at("swap")
	if before != nil {
		return before
	}
	err := s.Store.SwapLogCheckpoint(ctx, epoch, prev, next)
	if after != nil {
		return after
	}
	return err
}

// bench is a log with everything in memory.
type bench struct {
	store *ledgertest.Memory
	disk  *ledgertest.Disk
	key   *ledger.Key
	clock *clock
	owed  [][]byte
	leaf  func(i int) []byte // what entry i holds

	mu        sync.Mutex
	published []ledger.Checkpoint
}

type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{disk: ledgertest.NewDisk(), clock: &clock{t: time.Date(2024, 11, 20, 0, 0, 0, 0, time.UTC)}}
	b.store = ledgertest.NewMemory(b.clock.now)
	b.key = testKey(t, "log.example/ronda")
	return b
}

// owe commits n entries.
func (b *bench) owe(n int) {
	for range n {
		i := len(b.owed)
		leaf := fmt.Appendf(nil, "entry %d", i)
		if b.leaf != nil {
			leaf = b.leaf(i)
		}
		b.owed = append(b.owed, leaf)
		b.store.Owe(ledgertest.Owed{ID: fmt.Sprintf("id%06d", i), At: b.clock.now(), Leaf: leaf})
	}
}

func (b *bench) sequencer(t testing.TB, change func(*ledger.Config)) *ledger.Sequencer {
	t.Helper()
	dir, err := ledger.NewDir(b.disk)
	if err != nil {
		t.Fatal(err)
	}
	cfg := ledger.Config{Store: b.store, Objects: dir, Key: b.key, Holder: "test", Now: b.clock.now, Published: func(c ledger.Checkpoint) {
		b.mu.Lock()
		b.published = append(b.published, c)
		b.mu.Unlock()
	}}
	if change != nil {
		change(&cfg)
	}
	s, err := ledger.NewSequencer(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// expectRoot computes a root the slow way, from the definition.
func expectRoot(leaves [][]byte) tlog.Hash {
	if len(leaves) == 0 {
		h, _ := tlog.TreeHash(0, nil)
		return h
	}
	if len(leaves) == 1 {
		return tlog.RecordHash(leaves[0])
	}
	k := 1
	for 2*k < len(leaves) {
		k *= 2
	}
	return tlog.NodeHash(expectRoot(leaves[:k]), expectRoot(leaves[k:]))
}

// check reads the published log back with the verifier and holds it to what was owed.
func (b *bench) check(t testing.TB) {
	t.Helper()
	cp, err := b.store.LogCheckpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := b.key.Verifiers()
	if err != nil {
		t.Fatal(err)
	}
	c, err := ledger.OpenCheckpoint(cp, b.key.Origin, keys)
	if err != nil {
		t.Fatal(err)
	}
	if c.N != int64(len(b.owed)) || c.Hash != expectRoot(b.owed) {
		t.Fatalf("signed %d entries with root %v; owed %d with root %v", c.N, c.Hash, len(b.owed), expectRoot(b.owed))
	}
	files := b.disk.Files()
	if string(files["checkpoint"]) != string(cp) {
		t.Fatalf("published\n%s\nstored\n%s", files["checkpoint"], cp)
	}
	for _, p := range b.published { // whatever was ever published is a prefix
		if p.Hash != expectRoot(b.owed[:p.N]) {
			t.Fatalf("published size %d with another root", p.N)
		}
	}
	report, err := ledger.Verify(t.Context(), ledgertest.FileSource(files), ledger.VerifyOptions{Keys: b.key.PublicKeys(), AnyLeaf: true})
	if err != nil {
		t.Fatal(err)
	}
	if !report.OK() {
		t.Fatalf("verify finds faults: %v", report.Faults)
	}
}

// TestSequencerFaults fails each write of a history in turn, in both forms, with and without a power cut after it, and looks
// whether the log in the end holds every entry once.
func TestSequencerFaults(t *testing.T) {
	t.Parallel()
	hits := make(map[string]bool)
	for _, done := range []bool{false, true} {
		for _, cut := range []float64{-1, 0, 0.5, 1} { // -1: no power cut, the same process goes on
			for n := 0; ; n++ {
				plan := &faultPlan{n: n, done: done}
				runHistory(t, plan, cut)
				if plan.hit == "" {
					break
				}
				hits[strings.Fields(plan.hit)[0]] = true
			}
		}
	}
	for _, op := range []string{"lease", "number", "write", "rename", "mkdir", "sync", "swap", "remove"} {
		if !hits[op] {
			t.Errorf("no fault hit a %s", op)
		}
	}
}

// runHistory enters 515 entries in five rounds with one fault and recovers.
func runHistory(t *testing.T, plan *faultPlan, cut float64) {
	t.Helper()
	b := newBench(t)
	withFaults := func(c *ledger.Config) { c.Store = faultStore{Store: b.store, plan: plan} }
	s := b.sequencer(t, withFaults)
	b.disk.SetFault(plan.at)
	rng := rand.New(rand.NewPCG(uint64(plan.n), 7))
	for _, n := range []int{1, 1, 253, 259, 1} {
		b.owe(n)
		for range 3 {
			if _, err := s.Round(t.Context()); err == nil {
				break
			} else if !errors.Is(err, errFault) {
				t.Fatalf("fault %d (%s): %v", plan.n, plan.hit, err)
			}
			if cut >= 0 {
				b.disk.Cut(cut, rng)
				s = b.sequencer(t, withFaults)
				b.disk.SetFault(plan.at)
			}
		}
	}
	if plan.hit != "" && cut >= 0 {
		b.disk.Cut(cut, rng) // everything that was published must outlive another one
		s = b.sequencer(t, nil)
	}
	_, err := s.Round(t.Context())
	if errors.Is(err, errFault) {
		_, err = s.Round(t.Context())
	}
	if err != nil {
		t.Fatalf("fault %d (%s): last round: %v", plan.n, plan.hit, err)
	}
	b.check(t)
}
