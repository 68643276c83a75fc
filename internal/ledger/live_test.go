package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"ronda/internal/ledger"
	"ronda/internal/ledger/ledgertest"
)

// TestVerifyWhileWriting checks a directory again and again while a sequencer writes to it: what is on its way is no fault.
func TestVerifyWhileWriting(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	dir, err := ledger.OpenDir(root)
	if err != nil {
		t.Fatal(err)
	}
	key := testKey(t, "log.example/ronda")
	memory := ledgertest.NewMemory(time.Now)
	published := make(chan struct{}, 1)
	s, err := ledger.NewSequencer(ledger.Config{Store: memory, Objects: dir, Key: key, Holder: "test",
		Published: func(ledger.Checkpoint) {
			select {
			case published <- struct{}{}:
			default:
			}
		}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Run(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	<-published
	wg.Go(func() {
		for i := 0; ; i++ { // one round after the other, for as long as the log is being checked
			memory.Owe(ledgertest.Owed{ID: fmt.Sprintf("e%06d", i), At: time.Unix(int64(i), 0), Leaf: fmt.Appendf(nil, "entry %d", i)})
			if i%5 != 0 {
				continue
			}
			s.Wake()
			select {
			case <-published:
			case <-ctx.Done():
				return
			}
		}
	})
	src, err := ledger.OpenSource(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	opts := ledger.VerifyOptions{Keys: key.PublicKeys(), AnyLeaf: true, Settle: 5 * time.Second}
	var state *ledger.State
	for state == nil || state.Size < 700 { // some two hundred looks on a quiet machine
		opts.Previous = state
		report, err := ledger.Verify(ctx, src, opts)
		if err != nil || !report.OK() {
			t.Fatalf("at size %d: %v %v", report.Checkpoint.N, err, report.Faults)
		}
		next := report.State(opts.Keys)
		state = &next
	}
	cancel()
	wg.Wait()
}
