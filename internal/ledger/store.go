package ledger

import (
	"context"
	"time"

	"ronda"
)

// ErrLeaseLost says that another sequencer has taken over: what was asked for did not happen and must not be tried again under
// the same epoch.
var ErrLeaseLost = ronda.ErrLogLease

// ErrStale says that the stored checkpoint is not the one that was to be replaced.
var ErrStale = ronda.ErrLogStale

// Store is what the sequencer needs of the database. Entries get into it in the transactions of their acts, as rows of id, leaf
// and time without a number. An error may mean that a write was done all the same: the sequencer then reads again.
type Store interface {
	// LeaseLog takes (epoch 0) or renews the lease for ttl by the database's clock. To take it succeeds when it is free, run
	// out, or held by the same holder, and gives a new, higher epoch. ok is false when somebody else holds the lease, or, for
	// a renewal, when epoch is not the current one.
	LeaseLog(ctx context.Context, holder string, epoch int64, ttl time.Duration) (current int64, ok bool, err error)

	// NumberLog gives the next free numbers, without gaps from 0, to owed entries in the order of their times and ids, so
	// that at most max numbered entries stand at from and above. It returns the leaves numbered from, from+1, … (at most
	// max), also those that an earlier call numbered. [ErrLeaseLost] when epoch is not the current one.
	NumberLog(ctx context.Context, epoch, from int64, max int) ([][]byte, error)

	// LogLeaves returns the leaves numbered from, from+1, … (at most max).
	LogLeaves(ctx context.Context, from int64, max int) ([][]byte, error)

	// LogCheckpoint returns the stored signed checkpoint, or nil when there is none yet.
	LogCheckpoint(ctx context.Context) ([]byte, error)

	// SwapLogCheckpoint stores next if the stored one is prev (nil: none) and epoch is the current one; otherwise it changes
	// nothing and returns [ErrStale] or [ErrLeaseLost].
	SwapLogCheckpoint(ctx context.Context, epoch int64, prev, next []byte) error
}
