package evidence

import (
	"context"
	"fmt"
)

// Marks keeps sweeper and uploads apart. The database implements it, so that it holds across processes
// and restarts, by four rules and by no clock:
//
//  1. A mark is committed before the first byte of its blob is written, under the generation (the fenced
//     lease epoch) of the process that writes it.
//  2. The transaction that saves a row referring to a blob deletes the blob's mark, and fails when the
//     mark is no longer there.
//  3. Condemn first deletes the marks of generations that have ended, then names those blobs that have
//     neither mark nor row, all in one transaction.
//  4. A name is never used twice (names are random), so what was condemned stays condemned.
//
// A slow upload of a living process keeps its mark however long it takes. A process that lost its
// lease loses its marks, and by rule 2 can no longer commit what it had written.
type Marks interface {
	// Mark records an upload that is about to begin.
	Mark(ctx context.Context, name string) error
	// Release drops the mark of an upload that was given up. No mark is no error.
	Release(ctx context.Context, name string) error
	// Condemn returns those of names that nothing refers to and nothing ever will.
	Condemn(ctx context.Context, names []string) ([]string, error)
}

// Swept is the account of one sweep.
type Swept struct {
	Seen    int // blobs in the store
	Removed int // of them, orphans
}

// sweepBatch is how many names one Condemn judges.
const sweepBatch = 500

// Sweep removes the blobs that uploads left behind without a row. It may run at any time, beside any
// number of uploads and of other sweeps.
func Sweep(ctx context.Context, blobs Blobs, marks Marks) (Swept, error) {
	var done Swept
	batch := make([]string, 0, sweepBatch)
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		doomed, err := marks.Condemn(ctx, batch)
		if err != nil {
			return fmt.Errorf("judge blobs: %w", err)
		}
		for _, name := range doomed {
			if err := blobs.Delete(ctx, name); err != nil {
				return fmt.Errorf("remove orphan %s: %w", name, err)
			}
			done.Removed++
		}
		batch = batch[:0]
		return nil
	}
	err := blobs.List(ctx, "", func(name string) error {
		done.Seen++
		if batch = append(batch, name); len(batch) == sweepBatch {
			return flush()
		}
		return nil
	})
	if err != nil {
		return done, fmt.Errorf("sweep: %w", err)
	}
	if err := flush(); err != nil {
		return done, fmt.Errorf("sweep: %w", err)
	}
	return done, nil
}
