package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// snapshotFile holds the index for a fast start. It is derived, and gone whenever something was erased.
func (a *app) snapshotFile() string { return filepath.Join(a.cfg.Data, "index.snapshot") }

// indexDocs counts up when claimDoc or caseDoc make other documents of the same rows: what an older program wrote is then built anew.
const indexDocs = 1

// snapshotHead is the first line of the file: how the documents were made, and the event up to which it goes. The event's id is random, so that the
// index of another database, or of one that was restored and went on, is known for what it is.
const snapshotHead = "ronda index %d %d %s\n"

var errForeign = errors.New("the snapshot is of another database, or of another version of the program")

// loadSnapshot reads the file of the last stop. The index stays empty where it does not fit.
func (a *app) loadSnapshot(ctx context.Context) error {
	f, err := os.Open(a.snapshotFile())
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	line, err := r.ReadSlice('\n')
	if err != nil {
		return errForeign
	}
	var docs int
	var seq int64
	var id string
	if n, err := fmt.Sscanf(string(line), snapshotHead, &docs, &seq, &id); err != nil || n != 3 || docs != indexDocs {
		return errForeign
	}
	if is, err := a.eventAt(ctx, seq); err != nil || is != id {
		return errors.Join(err, errForeign)
	}
	if err := a.index.Load(r); err != nil {
		return fmt.Errorf("load snapshot: %w", err)
	}
	return nil
}

// eventAt is the id of the event with a number, or an error where there is none.
func (a *app) eventAt(ctx context.Context, seq int64) (string, error) {
	events, err := a.db.EventsAfter(ctx, seq-1, 1)
	if err != nil {
		return "", fmt.Errorf("read event of the snapshot: %w", err)
	}
	if len(events) == 0 || events[0].Seq != seq {
		return "", fmt.Errorf("there is no event %d", seq)
	}
	return events[0].ID, nil
}

// saveSnapshot writes the index beside the data, whole or not at all. One that is still being built, or that holds no event, is not worth it.
func (a *app) saveSnapshot(ctx context.Context) error {
	if a.follower == nil || !a.indexed.Load() {
		return nil
	}
	if a.erased.Load() {
		return a.forgetIndex()
	}
	// The number is read first: the index may hold later changes too, which are put again when they are followed.
	seq := a.index.Cursor()
	if seq == 0 {
		return nil
	}
	id, err := a.eventAt(ctx, seq)
	if err != nil {
		return err
	}
	tmp := a.snapshotFile() + ".new"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("create snapshot: %w", err)
	}
	_, err = io.WriteString(f, fmt.Sprintf(snapshotHead, indexDocs, seq, id))
	if err := errors.Join(err, a.index.Snapshot(f), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return os.Rename(tmp, a.snapshotFile())
}

// snapshotEvery is how often the snapshot is written while the server runs, and snapshotFirst when for the first time, so that a start after a crash
// is fast too.
const (
	snapshotEvery = 10 * time.Minute
	snapshotFirst = 20 * time.Second
)

// keepSnapshot writes the snapshot now and then when something changed since.
func (a *app) keepSnapshot(ctx context.Context) {
	next := time.NewTimer(snapshotFirst)
	defer next.Stop()
	for saved := int64(-1); ; {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		next.Reset(snapshotEvery)
		at := a.index.Cursor()
		if at == saved || !a.indexed.Load() {
			continue
		}
		if err := a.saveSnapshot(ctx); err != nil {
			a.log.WarnContext(ctx, "index snapshot not saved", "error", err)
			continue
		}
		saved = at
	}
}
