package ledgertest_test

import (
	"sync/atomic"
	"testing"
	"time"

	"ronda/internal/ledger/ledgertest"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	ledgertest.TestStore(t, func(*testing.T) ledgertest.Rig {
		var passed atomic.Int64
		m := ledgertest.NewMemory(func() time.Time { return time.Unix(0, passed.Load()) })
		return ledgertest.Rig{Store: m, Owe: func(_ *testing.T, entries ...ledgertest.Owed) { m.Owe(entries...) },
			Wait: func(_ *testing.T, d time.Duration) { passed.Add(int64(d)) }}
	})
}
