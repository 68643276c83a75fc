package job_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ronda"
	"ronda/internal/job"
	"ronda/internal/store"
	"ronda/internal/store/storetest"
)

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func open(t *testing.T) (*store.DB, *clock) {
	t.Helper()
	c := &clock{now: storetest.Start}
	db, err := store.Open(context.Background(), store.Config{Dir: storetest.Dir(t), Clock: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, c
}

func worker(db *store.DB, c *clock, handlers map[string]job.Handler) *job.Worker {
	return &job.Worker{Store: db, Handlers: handlers, Owner: "w1", Now: c.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Tries: 3}
}

func add(t *testing.T, db *store.DB, kind, key string, at time.Time) {
	t.Helper()
	if err := db.AddJobs(context.Background(), ronda.Job{Kind: kind, Key: key, RunAt: at, Args: map[string]string{"key": key}}); err != nil {
		t.Fatal(err)
	}
}

func jobs(t *testing.T, db *store.DB) []ronda.JobRow {
	t.Helper()
	rows, err := db.Jobs(context.Background(), ronda.JobFilter{})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func runDue(t *testing.T, w *job.Worker, want int) {
	t.Helper()
	n, err := w.RunDue(context.Background())
	if err != nil || n != want {
		t.Fatalf("ran %d jobs, error %v; want %d", n, err, want)
	}
}

func TestWorkerRunsWhatIsDue(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	var got []string
	w := worker(db, c, map[string]job.Handler{"news": func(_ context.Context, j ronda.Job) error {
		got = append(got, j.Args["key"])
		return nil
	}})
	add(t, db, "news", "later", c.Now().Add(time.Hour))
	add(t, db, "news", "now", c.Now())
	add(t, db, "other", "not mine", c.Now())
	runDue(t, w, 1)
	c.advance(time.Hour)
	runDue(t, w, 1)
	if len(got) != 2 || got[0] != "now" || got[1] != "later" {
		t.Fatalf("ran %v", got)
	}
	if rows := jobs(t, db); len(rows) != 1 || rows[0].Job.Kind != "other" {
		t.Fatalf("left over: %+v", rows)
	}
}

func TestWorkerRetriesThenBuries(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	w := worker(db, c, map[string]job.Handler{"send": func(context.Context, ronda.Job) error { return errors.New("no route") }})
	add(t, db, "send", "n1", c.Now())
	runDue(t, w, 1)
	rows := jobs(t, db)
	if len(rows) != 1 || rows[0].State != ronda.JobWaiting || rows[0].Failure != "no route" || !rows[0].Job.RunAt.Equal(c.Now().Add(job.Backoff(1))) {
		t.Fatalf("after the first try: %+v", rows)
	}
	runDue(t, w, 0)
	for range 2 {
		c.advance(job.Backoff(10))
		runDue(t, w, 1)
	}
	rows = jobs(t, db)
	if len(rows) != 1 || rows[0].State != ronda.JobDead || rows[0].Attempt != 3 {
		t.Fatalf("after the last try: %+v", rows)
	}
	if err := db.Requeue(context.Background(), rows[0].ID); err != nil {
		t.Fatal(err)
	}
	runDue(t, w, 1)
}

func TestWorkerBuriesAtOnce(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	w := worker(db, c, map[string]job.Handler{
		"broken": func(context.Context, ronda.Job) error { return job.Permanent(errors.New("no such\x00case")) },
		"panics": func(context.Context, ronda.Job) error { panic("oh") },
	})
	add(t, db, "broken", "1", c.Now())
	add(t, db, "panics", "2", c.Now())
	runDue(t, w, 2)
	for _, r := range jobs(t, db) {
		if r.State != ronda.JobDead || (r.Failure != "no such" && r.Failure != "panic: oh") {
			t.Fatalf("left over: %+v", r)
		}
	}
}

// TestWorkerLosesItsLease lets a slow handler's job be taken up by another worker: the slow one's context ends, and it cannot end the job.
func TestWorkerLosesItsLease(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	add(t, db, "slow", "1", c.Now())
	started, lost := make(chan struct{}), make(chan error, 1)
	slow := worker(db, c, map[string]job.Handler{"slow": func(ctx context.Context, _ ronda.Job) error {
		close(started)
		<-ctx.Done()
		lost <- ctx.Err()
		return nil
	}})
	slow.Lease = 30 * time.Millisecond
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	stolen := &stealing{DB: db, lost: make(chan struct{})}
	slow.Store = stolen
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if _, err := slow.RunDue(ctx); err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	}()
	<-started
	close(stolen.lost)
	<-lost
	<-ended
	rows := jobs(t, db)
	if len(rows) != 1 || rows[0].Attempt != 2 || rows[0].State != ronda.JobRunning {
		t.Fatalf("the job of the second worker: %+v", rows)
	}
}

// stealing answers the first renewal after lost is closed by giving the job to another worker.
type stealing struct {
	*store.DB
	lost  chan struct{}
	taken atomic.Bool
}

func (s *stealing) ExtendJob(ctx context.Context, id string, attempt int, lease time.Duration) error {
	<-s.lost
	if s.taken.CompareAndSwap(false, true) {
		if err := s.DB.ExtendJob(ctx, id, attempt, -time.Second); err != nil {
			return err
		}
		if _, err := s.DB.ClaimJobs(ctx, "w2", []string{"slow"}, storetest.Start, time.Hour, 1); err != nil {
			return err
		}
	}
	return s.DB.ExtendJob(ctx, id, attempt, lease)
}

// TestWorkerWakes runs a job that is added while the worker waits, long before it would look by itself.
func TestWorkerWakes(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	done := make(chan string, 3)
	w := worker(db, c, map[string]job.Handler{"news": func(_ context.Context, j ronda.Job) error {
		done <- j.Key
		return nil
	}})
	wake, stop := db.NewJobs()
	defer stop()
	w.Wake, w.Poll = wake, time.Hour
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { w.Run(ctx) })
	for _, key := range []string{"a", "b", "c"} {
		add(t, db, "news", key, c.Now())
		if got := <-done; got != key {
			t.Errorf("ran %s, want %s", got, key)
		}
	}
	cancel()
	running.Wait()
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	for attempt, want := range map[int]time.Duration{1: 5 * time.Second, 2: 10 * time.Second, 5: 80 * time.Second, 11: time.Hour, 1000: time.Hour} {
		if got := job.Backoff(attempt); got != want {
			t.Errorf("after attempt %d: %v, want %v", attempt, got, want)
		}
	}
}
