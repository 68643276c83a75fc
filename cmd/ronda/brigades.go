package main

import (
	"context"
	"time"

	"ronda"
)

// Spans of the look for coordinated reports: often enough that a wave does not fill the queue, and far enough back that a slow one is one.
const (
	brigadeTick = 3 * time.Minute
	brigadeSpan = 48 * time.Hour
)

// watchBrigades looks for coordinated reports now and then. One process at a time does; what it finds replaces what stood there.
func (a *app) watchBrigades(ctx context.Context, owner string) {
	for {
		if _, ok, err := a.db.Lease(ctx, "brigades", owner, brigadeTick); err == nil && ok {
			if err := a.findBrigades(ctx); err != nil && ctx.Err() == nil {
				a.log.Error("look for coordinated reports", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(brigadeTick):
		}
	}
}

// findBrigades reads the newest reports and saves the waves in them.
func (a *app) findBrigades(ctx context.Context) error {
	since := a.now().Add(-brigadeSpan)
	traits, err := a.db.ReportTraits(ctx, since)
	if err != nil {
		return err
	}
	return a.db.SaveBrigades(ctx, since, ronda.FindBrigades(traits, ronda.BrigadeRule()))
}
