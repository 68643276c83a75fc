// Package ledgertest helps to test what lies under and around the log: a store in memory, a disk that loses what was not synced,
// and the suite that every store of the log must pass.
package ledgertest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"ronda/internal/ledger"
)

// Owed is an entry as an act's transaction leaves it.
type Owed struct {
	ID   string
	At   time.Time
	Leaf []byte
}

// Memory is a store of the log in memory. The zero value is not ready: use [NewMemory].
type Memory struct {
	now func() time.Time

	mu         sync.Mutex
	owed       []Owed
	numbered   [][]byte
	holder     string
	epoch      int64
	until      time.Time
	checkpoint []byte
}

// NewMemory returns an empty store whose database clock is now.
func NewMemory(now func() time.Time) *Memory { return &Memory{now: now} }

// Owe commits entries, as acts do.
func (m *Memory) Owe(entries ...Owed) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.owed = append(m.owed, entries...)
}

// LeaseLog is as [ledger.Store] says.
func (m *Memory) LeaseLog(_ context.Context, holder string, epoch int64, ttl time.Duration) (int64, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	switch {
	case epoch != 0 && (epoch != m.epoch || holder != m.holder):
		return m.epoch, false, nil
	case epoch == 0 && m.holder != "" && m.holder != holder && now.Before(m.until):
		return m.epoch, false, nil
	case epoch == 0:
		m.epoch++
	}
	m.holder, m.until = holder, now.Add(ttl)
	return m.epoch, true, nil
}

// NumberLog is as [ledger.Store] says.
func (m *Memory) NumberLog(_ context.Context, epoch, from int64, limit int) ([][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if epoch != m.epoch {
		return nil, ledger.ErrLeaseLost
	}
	slices.SortStableFunc(m.owed, func(a, b Owed) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return bytes.Compare([]byte(a.ID), []byte(b.ID))
	})
	for len(m.owed) > 0 && int64(len(m.numbered)) < from+int64(limit) {
		m.numbered = append(m.numbered, m.owed[0].Leaf)
		m.owed = m.owed[1:]
	}
	return m.leaves(from, limit), nil
}

// LogLeaves is as [ledger.Store] says.
func (m *Memory) LogLeaves(_ context.Context, from int64, limit int) ([][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.leaves(from, limit), nil
}

func (m *Memory) leaves(from int64, limit int) [][]byte {
	if from >= int64(len(m.numbered)) {
		return nil
	}
	return slices.Clone(m.numbered[from:min(from+int64(limit), int64(len(m.numbered)))])
}

// LogCheckpoint is as [ledger.Store] says.
func (m *Memory) LogCheckpoint(context.Context) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bytes.Clone(m.checkpoint), nil
}

// SwapLogCheckpoint is as [ledger.Store] says.
func (m *Memory) SwapLogCheckpoint(_ context.Context, epoch int64, prev, next []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case epoch != m.epoch:
		return ledger.ErrLeaseLost
	case !bytes.Equal(prev, m.checkpoint):
		return ledger.ErrStale
	}
	m.checkpoint = bytes.Clone(next)
	return nil
}

// Snapshot returns a copy that can be restored later, as a backup is.
func (m *Memory) Snapshot() *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &Memory{now: m.now, owed: slices.Clone(m.owed), numbered: slices.Clone(m.numbered), holder: m.holder, epoch: m.epoch,
		until: m.until, checkpoint: bytes.Clone(m.checkpoint)}
}

// String tells what the store holds, for a failed test.
func (m *Memory) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Sprintf("%d owed, %d numbered, epoch %d, checkpoint %q", len(m.owed), len(m.numbered), m.epoch, m.checkpoint)
}
