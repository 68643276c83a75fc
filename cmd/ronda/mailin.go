package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ronda/internal/evidence/diskfile"
	"ronda/internal/notice/mailin"
)

// mailInCmd takes one incoming mail from a mail server's pipe. It only lays the mail down, safely, in the server's in-tray: that works while the
// server runs and while it does not. The server notes it on the case within seconds.
type mailInCmd struct {
	Data string `default:"./data" env:"RONDA_DATA" type:"path" help:"Data directory of the server."`
}

// exitTempFail tells a mail server to keep the mail and try again (EX_TEMPFAIL of sysexits.h).
const exitTempFail = 75

// Run lays standard input down. A mail that cannot be kept makes the command end with 75, so that the mail server tries again.
func (c *mailInCmd) Run() error {
	if err := layMail(c.Data, os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "ronda mail-in:", err)
		os.Exit(exitTempFail)
	}
	return nil
}

func mailTray(data string) string { return filepath.Join(data, "mail-in") }

// layMail writes a mail under a name of its own: whole and on disk, or not at all.
func layMail(data string, r io.Reader) error {
	raw, err := io.ReadAll(io.LimitReader(r, mailin.MaxSize+1))
	if err != nil {
		return fmt.Errorf("read mail: %w", err)
	}
	if len(raw) > mailin.MaxSize {
		return mailin.ErrTooLarge
	}
	dir := mailTray(data)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make in-tray: %w", err)
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return fmt.Errorf("make file: %w", err)
	}
	defer os.Remove(f.Name()) // gone already where all went well
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	name := time.Now().UTC().Format("20060102T150405.000000") + filepath.Base(f.Name())[len(".new"):] + ".eml"
	if err := os.Rename(f.Name(), filepath.Join(dir, name)); err != nil {
		return fmt.Errorf("lay mail down: %w", err)
	}
	return diskfile.OS{}.SyncDir(dir)
}

// readTray notes the mails of the in-tray, oldest first. What is noted is removed; what concerns no notice is put aside.
func (a *app) readTray(ctx context.Context) error {
	dir := mailTray(a.cfg.Data)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read in-tray: %w", err)
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if e.IsDir() || !strings.HasSuffix(name, ".eml") || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read mail: %w", err)
		}
		id, m, err := a.mailIn.Take(ctx, raw)
		switch {
		case err == nil:
			a.log.InfoContext(ctx, "mail noted", "notice", id, "kind", string(m.Kind))
			err = os.Remove(name)
		case errors.Is(err, mailin.ErrNotOurs) || errors.Is(err, mailin.ErrUnreadable):
			a.log.WarnContext(ctx, "mail belongs to no notice", "file", e.Name(), "error", err)
			err = os.Rename(name, name+".unknown")
		}
		if err != nil {
			return fmt.Errorf("take mail %s: %w", e.Name(), err)
		}
	}
	return nil
}

// watchTray looks into the in-tray every few seconds.
func (a *app) watchTray(ctx context.Context) {
	tick := time.NewTicker(3 * time.Second)
	defer tick.Stop()
	for {
		if err := a.readTray(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "take mail", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
