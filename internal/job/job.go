// Package job does what a change owes after its commit: it hands notices over, tells reporters, looks at clocks. Jobs are rows of the
// store, written in the transaction of the change that owes them, so none is lost and none is done for a change that was not saved.
//
// A job is done at least once: its handler must find out for itself whether the work was done before. A worker holds a job under a lease
// by the database's clock; one that lost its lease can no longer end the job. What fails is tried again with growing pauses, and at last
// stays as a dead letter until a person looks.
package job

import (
	"context"
	"errors"
	"time"

	"ronda"
)

// Store is what the worker needs of the database.
type Store interface {
	// ClaimJobs takes up to limit due jobs of the kinds, each as a new attempt under a lease.
	ClaimJobs(ctx context.Context, owner string, kinds []string, now time.Time, lease time.Duration, limit int) ([]ronda.JobRow, error)
	// CompleteJob, RetryJob, BuryJob and ExtendJob fail with a Conflict if the attempt is no longer the current one.
	CompleteJob(ctx context.Context, id string, attempt int) error
	RetryJob(ctx context.Context, id string, attempt int, failure string, at time.Time) error
	BuryJob(ctx context.Context, id string, attempt int, failure string) error
	ExtendJob(ctx context.Context, id string, attempt int, lease time.Duration) error
}

// Handler does one job. Its error's text is kept for operators, so it may name ids and codes only. The context ends when the worker stops
// or the lease is lost.
type Handler func(ctx context.Context, j ronda.Job) error

// permanent marks an error that no further try will cure.
type permanent struct{ err error }

func (p permanent) Error() string { return p.err.Error() }
func (p permanent) Unwrap() error { return p.err }

// Permanent wraps an error that no further try will cure: the job becomes a dead letter at once.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanent{err}
}

// Backoff is the pause before the try after attempt failed: 5 s, doubled each time, at most an hour.
func Backoff(attempt int) time.Duration {
	const first, most = 5 * time.Second, time.Hour
	pause := first
	for range attempt - 1 {
		if pause *= 2; pause >= most {
			return most
		}
	}
	return pause
}

// failureOf is an error's text as it is kept: short, and without what PostgreSQL's text cannot hold.
func failureOf(err error) string {
	const most = 500
	text := make([]rune, 0, most)
	for _, r := range err.Error() {
		if r == 0 || len(text) == most {
			break
		}
		text = append(text, r)
	}
	return string(text)
}

// isPermanent tells whether no further try will cure err.
func isPermanent(err error) bool {
	var p permanent
	return errors.As(err, &p)
}
