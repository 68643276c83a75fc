package portal

import (
	"context"
	"fmt"
	"time"

	"ronda"
)

// CorrectionStore keeps corrections of what was published. *store.DB is the real one.
type CorrectionStore interface {
	// SaveCorrection keeps a correction with its events and log entries, in one transaction.
	SaveCorrection(ctx context.Context, c ronda.Correction, events []ronda.Event, leaves []ronda.Leaf) error
	// Corrections lists corrections, newest first.
	Corrections(ctx context.Context, limit int) ([]ronda.Correction, error)
}

// Corrections publishes corrections.
type Corrections struct {
	Pack  *ronda.Pack
	Store CorrectionStore
	Leaf  func(ronda.LogAct) (ronda.Leaf, error)
	Now   func() time.Time
	IDs   ronda.IDs
}

// Publish applies the rule and saves what it says, with the log entry that it owes.
func (s *Corrections) Publish(ctx context.Context, a ronda.Actor, in ronda.Correction) (ronda.Correction, error) {
	now := s.Now()
	c, events, acts, err := ronda.Correct(a, in, ronda.Env{Now: now, Pack: s.Pack, ID: func() string { return s.IDs.New(now) }})
	if err != nil {
		return ronda.Correction{}, err
	}
	leaves := make([]ronda.Leaf, len(acts))
	for i, act := range acts {
		if leaves[i], err = s.Leaf(act); err != nil {
			return ronda.Correction{}, fmt.Errorf("make log entry of correction: %w", err)
		}
	}
	return c, s.Store.SaveCorrection(ctx, c, events, leaves)
}

// List is what was corrected, newest first.
func (s *Corrections) List(ctx context.Context, limit int) ([]ronda.Correction, error) {
	return s.Store.Corrections(ctx, limit)
}
