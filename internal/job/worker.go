package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"ronda"
)

// Worker runs jobs. Its fields are set before Run and not changed after.
type Worker struct {
	Store    Store
	Handlers map[string]Handler // by kind; jobs of other kinds are left to other workers
	Owner    string             // names this process in the leases
	Now      func() time.Time
	Wake     <-chan struct{} // signalled when jobs were added; nil to poll only
	Log      *slog.Logger

	Parallel int           // jobs at once; 0 means 4
	Tries    int           // attempts before a job becomes a dead letter; 0 means 16, which is some six hours
	Lease    time.Duration // 0 means a minute; it is renewed while a handler works
	Poll     time.Duration // how often to look for jobs that other processes added or whose time has come; 0 means a second
}

const (
	defaultParallel = 4
	defaultTries    = 16
	defaultLease    = time.Minute
	defaultPoll     = time.Second
)

func or[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}

// Run works until ctx ends, and returns after the handlers that run then have returned.
func (w *Worker) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	slots := make(chan struct{}, or(w.Parallel, defaultParallel))
	freed := make(chan struct{}, 1)
	tick := time.NewTicker(or(w.Poll, defaultPoll))
	defer tick.Stop()
	for {
		w.fill(ctx, &running, slots, freed)
		select {
		case <-ctx.Done():
			return
		case <-w.Wake:
		case <-freed:
		case <-tick.C:
		}
	}
}

// fill claims as many jobs as there are free slots and starts them.
func (w *Worker) fill(ctx context.Context, running *sync.WaitGroup, slots, freed chan struct{}) {
	free := cap(slots) - len(slots)
	if free == 0 || ctx.Err() != nil {
		return
	}
	rows, err := w.claim(ctx, free)
	if err != nil {
		if ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "claim jobs", "error", err)
		}
		return
	}
	for _, row := range rows {
		slots <- struct{}{}
		running.Go(func() {
			w.do(ctx, row)
			<-slots
			select {
			case freed <- struct{}{}:
			default:
			}
		})
	}
}

func (w *Worker) claim(ctx context.Context, limit int) ([]ronda.JobRow, error) {
	kinds := slices.Sorted(maps.Keys(w.Handlers))
	return w.Store.ClaimJobs(ctx, w.Owner, kinds, w.Now(), or(w.Lease, defaultLease), limit)
}

// RunDue runs what is due now, one job after the other, until nothing is, and returns how many it ran. It is for tests and for commands
// that do not stay.
func (w *Worker) RunDue(ctx context.Context) (int, error) {
	ran := 0
	for {
		rows, err := w.claim(ctx, 1)
		if err != nil || len(rows) == 0 {
			return ran, err
		}
		w.do(ctx, rows[0])
		if ran++; ctx.Err() != nil {
			return ran, ctx.Err()
		}
	}
}

// do runs one attempt and ends it in the store.
func (w *Worker) do(ctx context.Context, row ronda.JobRow) {
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		w.renew(work, cancel, row)
	}()
	err := w.call(work, row.Job)
	cancel()
	<-renewed
	if ended := w.end(context.WithoutCancel(ctx), row, err); ended != nil {
		if ronda.KindOf(ended) == ronda.Conflict {
			w.Log.WarnContext(ctx, "job was taken up by another worker", "job", row.ID, "kind", row.Job.Kind, "attempt", row.Attempt)
			return
		}
		w.Log.ErrorContext(ctx, "end job", "job", row.ID, "kind", row.Job.Kind, "error", ended)
	}
}

// call runs the handler; a panic is an error like any other.
func (w *Worker) call(ctx context.Context, j ronda.Job) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = Permanent(fmt.Errorf("panic: %v", r))
		}
	}()
	h, ok := w.Handlers[j.Kind]
	if !ok {
		return Permanent(fmt.Errorf("no handler for %s", j.Kind))
	}
	return h(ctx, j)
}

// renew keeps the lease while the handler works. When it is lost the handler's context ends.
func (w *Worker) renew(ctx context.Context, cancel context.CancelFunc, row ronda.JobRow) {
	lease := or(w.Lease, defaultLease)
	tick := time.NewTicker(lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := w.Store.ExtendJob(ctx, row.ID, row.Attempt, lease)
		if ronda.KindOf(err) == ronda.Conflict {
			cancel()
			return
		}
		if err != nil && ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "renew lease of job", "job", row.ID, "kind", row.Job.Kind, "error", err)
		}
	}
}

// end writes what became of an attempt. An attempt that was cut off by the worker's end is tried again at once and is nobody's failure.
func (w *Worker) end(ctx context.Context, row ronda.JobRow, err error) error {
	switch {
	case err == nil:
		return w.Store.CompleteJob(ctx, row.ID, row.Attempt)
	case isPermanent(err) || row.Attempt >= or(w.Tries, defaultTries):
		w.Log.ErrorContext(ctx, "job is dead", "job", row.ID, "kind", row.Job.Kind, "attempt", row.Attempt, "error", err)
		return w.Store.BuryJob(ctx, row.ID, row.Attempt, failureOf(err))
	case errors.Is(err, context.Canceled):
		return w.Store.RetryJob(ctx, row.ID, row.Attempt, "stopped", w.Now())
	default:
		w.Log.WarnContext(ctx, "job failed", "job", row.ID, "kind", row.Job.Kind, "attempt", row.Attempt, "error", err)
		return w.Store.RetryJob(ctx, row.ID, row.Attempt, failureOf(err), w.Now().Add(Backoff(row.Attempt)))
	}
}
