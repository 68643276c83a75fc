package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"ronda"
	"ronda/internal/config"
	"ronda/internal/job"
	"ronda/internal/keeping"
)

// newKeeping joins the service that erases.
func (a *app) newKeeping() *keeping.Service {
	return &keeping.Service{Pack: a.pack, Store: a.db, Requests: a.db, Cases: a.cases, Files: a.vault, Throttle: a.limits, Leaf: a.cases.Leaf,
		Note:   a.noteErasure,
		Forget: func(context.Context) error { return a.forgetIndex() }}
}

// forgetIndex removes the snapshot of the match index, and lets this process write none: its dictionary still holds the words of what was erased. The next
// start builds the index from the rows.
func (a *app) forgetIndex() error {
	a.erased.Store(true)
	var errs []error
	for _, name := range []string{a.snapshotFile(), a.snapshotFile() + ".new"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("remove snapshot of the index: %w", err))
		}
	}
	a.pictures.forget()
	return errors.Join(errs...)
}

// erasuresFile lists the erasures apart from the database, in the folder of the keys: a restore without the public log repeats them from here.
func erasuresFile(c *config.Server) string { return filepath.Join(c.KeyDir(), "erasures.ndjson") }

// noteErasure appends an erasure durably. It holds ids and enumerations only.
func (a *app) noteErasure(e ronda.Erasure) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(erasuresFile(a.cfg), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Sync(), f.Close())
}

// readErasures reads such a list.
func readErasures(name string) ([]ronda.Erasure, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open list of erasures: %w", err)
	}
	defer f.Close()
	var out []ronda.Erasure
	for d := json.NewDecoder(f); ; {
		var e ronda.Erasure
		if err := d.Decode(&e); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("read list of erasures: %w", err)
		}
		out = append(out, e)
	}
}

// retentionHour is when the daily run begins, by the election's own zone.
const retentionHour = 2

// planRetention owes the next daily run.
func (a *app) planRetention(ctx context.Context) error {
	now := a.now().In(a.pack.Zone(""))
	at := time.Date(now.Year(), now.Month(), now.Day(), retentionHour, 0, 0, 0, now.Location())
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return a.db.AddJobs(ctx, ronda.Job{Kind: keeping.JobRetention, Key: keeping.JobRetention, RunAt: at.UTC()})
}

// runRetention removes what is due and owes the next run, whatever became of this one. The job's lease keeps a second process out.
func (a *app) runRetention(ctx context.Context, _ ronda.Job) error {
	if err := a.planRetention(ctx); err != nil {
		return err
	}
	done, err := a.keeping.Run(ctx)
	a.log.InfoContext(ctx, "retention", "cases", done.Cases, "rows", done.Rows)
	return err
}

// keepingJobs are the jobs of keeping.
func (a *app) keepingJobs() map[string]job.Handler {
	return map[string]job.Handler{
		keeping.JobRetention: a.runRetention,
		keeping.JobPurge:     func(ctx context.Context, _ ronda.Job) error { return a.keeping.Purge(ctx) },
		keeping.JobCarryOut:  func(ctx context.Context, j ronda.Job) error { return a.keeping.CarryOut(ctx, j.Args["request"]) },
	}
}

// retentionCmd removes what has been kept long enough, or says what would go.
type retentionCmd struct {
	config.Server
	DryRun bool `help:"Say what would be removed, and remove nothing."`
}

// Run does what the server does once a day.
func (c *retentionCmd) Run() error {
	return withApp(&c.Server, func(ctx context.Context, a *app) error {
		run, verb := a.keeping.Run, "removed"
		if c.DryRun {
			run, verb = a.keeping.DryRun, "would be removed"
		}
		due, err := run(ctx)
		for _, r := range a.pack.Retention {
			switch {
			case r.After == ronda.AfterClosed && due.Cases[r.Kind] > 0:
				fmt.Printf("%-20s of %d cases %s\n", r.Kind, due.Cases[r.Kind], verb)
			case due.Rows[r.Kind] > 0:
				fmt.Printf("%-20s %d rows %s\n", r.Kind, due.Rows[r.Kind], verb)
			}
		}
		if len(due.Cases) == 0 {
			fmt.Println("no case is due")
		}
		return err
	})
}

// eraseCmd enters a request to erase. Nobody erases alone, not even at the machine: two people of the office that holds the case decide.
type eraseCmd struct {
	config.Server
	Code   string `arg:"" help:"Code of a ticket or of an act, or the id of an account."`
	Reason string `help:"Who asks, and why, in a sentence. It is shown to those who decide and goes when they have." required:""`
}

// Run enters the request and says what happens next.
func (c *eraseCmd) Run() error {
	return withApp(&c.Server, func(ctx context.Context, a *app) error {
		r, err := a.keeping.AskAtMachine(ctx, c.Code, c.Reason)
		if err != nil {
			return err
		}
		fmt.Printf("request %s: two people of the office that holds the case decide, on the page /kerja/penghapusan\n", r.ID)
		return nil
	})
}

// withApp opens the program without serving, for commands that do one thing. With the embedded database the server must be stopped.
func withApp(c *config.Server, do func(context.Context, *app) error) (err error) {
	if err := c.Check(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a, err := openApp(ctx, c, slog.New(slog.NewTextHandler(os.Stderr, nil)), time.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return do(ctx, a)
}
