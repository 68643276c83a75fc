package match

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"
)

// Change says that a document was saved or taken back.
type Change struct {
	Seq  int64 // grows without gaps in the order of the publisher
	Kind DocKind
	ID   string
}

// Source is where the documents come from; the store implements it.
type Source interface {
	// Events returns up to limit changes after a number, in order.
	Events(ctx context.Context, after int64, limit int) ([]Change, error)
	// Doc returns a document as it is now; ok is false when it is gone,
	// retracted or not to be found by anyone.
	Doc(ctx context.Context, kind DocKind, id string) (d Doc, ok bool, err error)
	// All yields every document that may be found.
	All(ctx context.Context) iter.Seq2[Doc, error]
	// Last returns the number of the last change.
	Last(ctx context.Context) (int64, error)
}

// Follower keeps an index like its source: it builds it, or goes on from a
// snapshot's cursor, and then follows the changes. One change is applied by
// reading the document again, so that applying it twice does no harm; a change
// that cannot be applied is tried again and never skipped.
type Follower struct {
	Index  *Index
	Source Source
	Now    func() time.Time
	Every  time.Duration // between two looks when nothing wakes it; 0: half a second

	mu      sync.Mutex
	current time.Time // the last moment at which nothing was left to follow
	err     error     // of the last step
}

// followBatch is how many changes are read at a time.
const followBatch = 200

// Build fills the index: from the beginning when it is empty, else (after Load)
// from its cursor. progress, which may be nil, is told the number of documents.
func (f *Follower) Build(ctx context.Context, progress func(n int)) error {
	if f.Index.Len() == 0 {
		// The number is read first: what changes while the documents are read
		// is followed afterwards.
		last, err := f.Source.Last(ctx)
		if err != nil {
			return fmt.Errorf("build match index: %w", err)
		}
		if _, err := f.Index.PutAll(ctx, f.Source.All(ctx), progress); err != nil {
			return fmt.Errorf("build match index: %w", err)
		}
		f.Index.SetCursor(last)
	}
	return f.CatchUp(ctx)
}

// CatchUp applies changes until none is left.
func (f *Follower) CatchUp(ctx context.Context) error {
	for {
		asked := f.Now()
		changes, err := f.Source.Events(ctx, f.Index.Cursor(), followBatch)
		if err != nil {
			return f.note(fmt.Errorf("follow changes: %w", err))
		}
		for _, c := range changes {
			if err := f.apply(ctx, c); err != nil {
				return f.note(err)
			}
			f.Index.SetCursor(c.Seq)
		}
		if len(changes) < followBatch {
			f.mu.Lock()
			f.current, f.err = asked, nil
			f.mu.Unlock()
			return nil
		}
	}
}

func (f *Follower) note(err error) error {
	f.mu.Lock()
	f.err = err
	f.mu.Unlock()
	return err
}

func (f *Follower) apply(ctx context.Context, c Change) error {
	d, ok, err := f.Source.Doc(ctx, c.Kind, c.ID)
	if err != nil {
		return fmt.Errorf("follow change %d of %s %s: %w", c.Seq, c.Kind, c.ID, err)
	}
	if ok {
		f.Index.Put(d)
	} else {
		f.Index.Delete(c.Kind, c.ID)
	}
	return nil
}

// Run follows the changes until the context ends, whenever wake says that
// there may be some and at least as often as Every. A failed look is tried
// again at the next; report, which may be nil, is told the error.
func (f *Follower) Run(ctx context.Context, wake <-chan struct{}, report func(error)) {
	every := f.Every
	if every <= 0 {
		every = time.Second / 2
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := f.CatchUp(ctx); err != nil && report != nil && !errors.Is(err, context.Canceled) {
			report(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case _, open := <-wake:
			if !open {
				wake = nil
			}
		}
	}
}

// Lag is how long ago the index was last known to hold every change; the
// metric that must stay under a second. It is negative before the first time.
func (f *Follower) Lag() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.current.IsZero() {
		return -1
	}
	return f.Now().Sub(f.current)
}

// Err is the error of the last look, nil if it went well.
func (f *Follower) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}
