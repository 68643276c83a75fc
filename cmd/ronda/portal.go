package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"ronda/internal/config"
	"ronda/internal/portal"
)

// portalCmd keeps the public figures in order.
type portalCmd struct {
	Rebuild portalRebuildCmd `cmd:"" help:"Count the public figures anew from all cases."`
}

// portalRebuildCmd forgets the roll-up and counts every case.
type portalRebuildCmd struct{ config.Server }

// Run counts and says how far it is.
func (c *portalRebuildCmd) Run() error {
	if err := c.Server.Check(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a, err := openApp(ctx, &c.Server, slog.New(slog.NewTextHandler(os.Stderr, nil)), time.Now)
	if err != nil {
		return err
	}
	defer func() {
		if err := a.Close(); err != nil {
			a.log.Error("close", "error", err)
		}
	}()
	began := time.Now()
	p := portal.New(a.db, a.pack.Zone(""), a.now)
	if err := p.Rebuild(ctx, func(n int) { fmt.Printf("\r%d cases", n) }); err != nil {
		return fmt.Errorf("rebuild the figures: %w", err)
	}
	f := p.Figures(portal.Filter{})
	fmt.Printf("\r%d cases, %d public acts, %d addresses counted in %s\n", f.Cases, f.Acts, f.Addresses, time.Since(began).Round(time.Millisecond))
	return nil
}

// logSize is how many entries the newest checkpoint of the public log covers.
func (a *app) logSize(ctx context.Context) (int64, error) {
	s, err := a.ledger.Status(ctx)
	return s.Size, err
}

// Spans of the work behind the figures: figures follow events at once, and others' within figureTick; files are made anew each fileTick.
const (
	figureTick = 2 * time.Second
	fileTick   = 10 * time.Minute
)

// keepFigures follows the events with the figures and makes the files of open data, until ctx ends.
func (a *app) keepFigures(ctx context.Context) {
	signal, stop := a.db.NewEvents()
	defer stop()
	var files sync.WaitGroup
	defer files.Wait()
	files.Go(func() { a.countOutside(ctx) })
	files.Go(func() {
		a.downloads.Run(ctx, fileTick, func(err error) { a.log.Error("make downloads", "error", err) })
	})
	a.portal.Follow(ctx, signal, figureTick, func(err error) { a.log.Error("keep the public figures", "error", err) })
}

// countOutside counts the statements that cite the law and no act of ours, now and each fileTick: it reads all of them, too much for each visit.
func (a *app) countOutside(ctx context.Context) {
	tick := time.NewTicker(fileTick)
	defer tick.Stop()
	for {
		counts, err := a.db.StatementCounts(ctx, time.Unix(0, 0))
		if err != nil && ctx.Err() == nil {
			a.log.Error("count statements", "error", err)
		}
		if err == nil {
			var sum [2]int
			for _, c := range counts {
				sum[0], sum[1] = sum[0]+c.Outside, sum[1]+c.Total
			}
			a.outside.Store(&sum)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// outsideCounts is what was counted last.
func (a *app) outsideCounts() (outside, all int) {
	if sum := a.outside.Load(); sum != nil {
		return sum[0], sum[1]
	}
	return 0, 0
}
