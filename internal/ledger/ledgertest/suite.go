package ledgertest

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"ronda/internal/ledger"
)

// Rig is a store under test: how to owe entries to it, and how to let its clock pass a lease.
type Rig struct {
	Store ledger.Store
	Owe   func(t *testing.T, entries ...Owed) // in one transaction
	Wait  func(t *testing.T, d time.Duration) // until the database's clock has gone on by d
}

// TestStore holds a store to the contract of [ledger.Store]. open must give an empty store for each call.
func TestStore(t *testing.T, open func(t *testing.T) Rig) {
	for name, test := range map[string]func(*testing.T, Rig){
		"lease": testLease, "number": testNumber, "number in order": testOrder, "number under a lost lease": testFenced,
		"swap": testSwap, "number from several at once": testRace,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// leaseTime is long enough that no test lets a lease run out unless it means to.
const leaseTime = time.Minute

func take(t *testing.T, s ledger.Store, holder string, epoch int64, ttl time.Duration) (int64, bool) {
	t.Helper()
	current, ok, err := s.LeaseLog(t.Context(), holder, epoch, ttl)
	if err != nil {
		t.Fatal(err)
	}
	return current, ok
}

func testLease(t *testing.T, r Rig) {
	short := 50 * time.Millisecond
	a, ok := take(t, r.Store, "a", 0, short)
	if !ok || a < 1 {
		t.Fatalf("first lease: %d %v", a, ok)
	}
	if again, ok := take(t, r.Store, "a", a, leaseTime); !ok || again != a {
		t.Errorf("renewal changed epoch %d to %d, %v", a, again, ok)
	}
	if _, ok := take(t, r.Store, "b", 0, leaseTime); ok {
		t.Error("two hold the lease")
	}
	restarted, ok := take(t, r.Store, "a", 0, short)
	if !ok || restarted <= a {
		t.Errorf("same holder after a restart: epoch %d after %d, %v", restarted, a, ok)
	}
	if _, ok := take(t, r.Store, "a", a, leaseTime); ok {
		t.Error("an old epoch was renewed")
	}
	r.Wait(t, 2*short)
	b, ok := take(t, r.Store, "b", 0, leaseTime)
	if !ok || b <= restarted {
		t.Errorf("after the lease ran out: epoch %d after %d, %v", b, restarted, ok)
	}
	if _, ok := take(t, r.Store, "a", restarted, leaseTime); ok {
		t.Error("a lease was renewed that somebody else has")
	}
}

// owed makes entries n, n+1, …, each a second after the other.
func owed(from, n int) []Owed {
	list := make([]Owed, n)
	for i := range list {
		k := from + i
		list[i] = Owed{ID: fmt.Sprintf("e%05d", k), At: time.Unix(1732060800+int64(k), 0).UTC(), Leaf: fmt.Appendf(nil, "leaf %d", k)}
	}
	return list
}

func expect(t *testing.T, got [][]byte, from, n int) {
	t.Helper()
	if len(got) != n {
		t.Fatalf("got %d leaves, want %d", len(got), n)
	}
	for i := range got {
		if want := fmt.Sprintf("leaf %d", from+i); string(got[i]) != want {
			t.Fatalf("leaf %d is %q, want %q", i, got[i], want)
		}
	}
}

func number(t *testing.T, r Rig, epoch, from int64, limit int) [][]byte {
	t.Helper()
	leaves, err := r.Store.NumberLog(t.Context(), epoch, from, limit)
	if err != nil {
		t.Fatal(err)
	}
	return leaves
}

func testNumber(t *testing.T, r Rig) {
	epoch, _ := take(t, r.Store, "a", 0, leaseTime)
	expect(t, number(t, r, epoch, 0, 10), 0, 0)
	r.Owe(t, owed(0, 3)...)
	expect(t, number(t, r, epoch, 0, 10), 0, 3)
	expect(t, number(t, r, epoch, 0, 10), 0, 3) // the same numbers again, as after a crash
	r.Owe(t, owed(3, 4)...)
	expect(t, number(t, r, epoch, 3, 2), 3, 2)
	expect(t, number(t, r, epoch, 0, 2), 0, 2)
	expect(t, number(t, r, epoch, 5, 10), 5, 2)
	leaves, err := r.Store.LogLeaves(t.Context(), 2, 4)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, leaves, 2, 4)
}

// testOrder owes late what has an early time: it gets the next number, and no number changes.
func testOrder(t *testing.T, r Rig) {
	epoch, _ := take(t, r.Store, "a", 0, leaseTime)
	list := owed(0, 5)
	r.Owe(t, list[4], list[2])
	number(t, r, epoch, 0, 10)
	r.Owe(t, list[3], list[1], list[0])
	got := number(t, r, epoch, 0, 10)
	want := [][]byte{list[2].Leaf, list[4].Leaf, list[0].Leaf, list[1].Leaf, list[3].Leaf}
	if !bytes.Equal(bytes.Join(got, []byte(",")), bytes.Join(want, []byte(","))) {
		t.Errorf("order %q, want %q", got, want)
	}
}

func testFenced(t *testing.T, r Rig) {
	old, _ := take(t, r.Store, "a", 0, leaseTime)
	r.Owe(t, owed(0, 2)...)
	epoch, _ := take(t, r.Store, "a", 0, leaseTime)
	if _, err := r.Store.NumberLog(t.Context(), old, 0, 10); !errors.Is(err, ledger.ErrLeaseLost) {
		t.Errorf("numbered under an old epoch: %v", err)
	}
	if leaves, err := r.Store.LogLeaves(t.Context(), 0, 10); err != nil || len(leaves) != 0 {
		t.Errorf("numbers were given all the same: %q %v", leaves, err)
	}
	expect(t, number(t, r, epoch, 0, 10), 0, 2)
}

func testSwap(t *testing.T, r Rig) {
	ctx := t.Context()
	old, _ := take(t, r.Store, "a", 0, leaseTime)
	stored := func(want string) {
		t.Helper()
		got, err := r.Store.LogCheckpoint(ctx)
		if err != nil || string(got) != want {
			t.Errorf("stored checkpoint %q, %v; want %q", got, err, want)
		}
	}
	stored("")
	one, two := []byte("one\n"), []byte("two\n")
	if err := r.Store.SwapLogCheckpoint(ctx, old, one, two); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("swapped out what was not there: %v", err)
	}
	if err := r.Store.SwapLogCheckpoint(ctx, old, nil, one); err != nil {
		t.Fatal(err)
	}
	stored("one\n")
	if err := r.Store.SwapLogCheckpoint(ctx, old, nil, two); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("swapped a second first one in: %v", err)
	}
	epoch, _ := take(t, r.Store, "a", 0, leaseTime)
	if err := r.Store.SwapLogCheckpoint(ctx, old, one, two); !errors.Is(err, ledger.ErrLeaseLost) {
		t.Errorf("swapped under an old epoch: %v", err)
	}
	stored("one\n")
	if err := r.Store.SwapLogCheckpoint(ctx, epoch, one, two); err != nil {
		t.Fatal(err)
	}
	stored("two\n")
}

// testRace owes and numbers at the same time; in the end every entry has one number and there is no gap.
func testRace(t *testing.T, r Rig) {
	const writers, each = 4, 15
	epoch, _ := take(t, r.Store, "a", 0, leaseTime)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				r.Owe(t, owed(w*each+i, 1)...)
			}
		})
	}
	for range 2 {
		wg.Go(func() {
			for range each {
				if _, err := r.Store.NumberLog(t.Context(), epoch, 0, 1000); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	seen := make(map[string]bool)
	for _, leaf := range number(t, r, epoch, 0, 1000) {
		seen[string(leaf)] = true
	}
	if got := number(t, r, epoch, 0, 1000); len(got) != writers*each || len(seen) != writers*each {
		t.Errorf("%d numbers for %d entries, owed %d", len(got), len(seen), writers*each)
	}
}
