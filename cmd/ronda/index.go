package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ronda"
	"ronda/internal/demo"
	"ronda/internal/match"
)

// loadClaims puts the pack's known claims into the database. It changes nothing the second time.
func (a *app) loadClaims(ctx context.Context) error {
	for _, k := range a.pack.Claims {
		if a.cfg.Demo && k.Date > demo.Start.Format(time.DateOnly) {
			continue // a demonstration knows nothing of what came after its day
		}
		if _, err := a.db.UpsertClaim(ctx, k.Check()); err != nil && ronda.CodeOf(err) != "claim.url_taken" {
			return fmt.Errorf("load claim %s: %w", k.ID, err)
		}
	}
	return nil
}

// buildIndex reads every fact-check and case into the index and returns the number of the last event that it knows of: the follower goes on there.
func (a *app) buildIndex(ctx context.Context) (int64, error) {
	cursor, err := a.db.LastEvent(ctx)
	if err != nil {
		return 0, fmt.Errorf("read last event: %w", err)
	}
	for after := ""; ; {
		page, err := a.db.Claims(ctx, after, 500)
		if err != nil {
			return 0, fmt.Errorf("read claims: %w", err)
		}
		for _, f := range page {
			a.putClaim(f)
			after = f.ID
		}
		if len(page) < 500 {
			break
		}
	}
	for after := ""; ; {
		page, err := a.db.Cases(ctx, after, 500)
		if err != nil {
			return 0, fmt.Errorf("read cases: %w", err)
		}
		for _, c := range page {
			if err := a.putCase(ctx, c); err != nil {
				return 0, err
			}
			after = c.ID
		}
		if len(page) < 500 {
			break
		}
	}
	return cursor, nil
}

// followEvents keeps the index current until ctx ends: at once for this process's commits, within a second for those of others.
func (a *app) followEvents(ctx context.Context, cursor int64) {
	signal, stop := a.db.NewEvents()
	defer stop()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		for {
			events, err := a.db.EventsAfter(ctx, cursor, 200)
			if err != nil {
				if ctx.Err() == nil {
					a.log.ErrorContext(ctx, "follow events", "error", err)
				}
				break
			}
			for _, e := range events {
				if err := a.index1(ctx, e); err != nil && !errors.Is(err, context.Canceled) {
					a.log.ErrorContext(ctx, "index event", "event", e.ID, "error", err)
				}
				cursor = e.Seq
			}
			if len(events) < 200 {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-signal:
		case <-tick.C:
		}
	}
}

// index1 reads again what an event is about, and puts it into the index or takes it out.
func (a *app) index1(ctx context.Context, e ronda.Event) error {
	if e.Kind == ronda.EventClaimSaved || e.Kind == ronda.EventClaimRetracted {
		f, err := a.db.FactCheck(ctx, e.Data["claim"])
		if err != nil {
			return err
		}
		a.putClaim(f)
		return nil
	}
	if e.Case == "" {
		return nil
	}
	c, err := a.db.Case(ctx, e.Case)
	if err != nil {
		return err
	}
	return a.putCase(ctx, c)
}

// putClaim indexes a fact-check by its claim in every language, the words that a forwarded message uses, and the text that went around.
func (a *app) putClaim(f ronda.FactCheck) {
	if !f.Live() {
		a.index.Delete(match.Claim, f.ID)
		return
	}
	title := f.Claim.In(a.pack.Languages[0])
	narration := f.Narration
	if len(f.Keywords) > 0 {
		narration = strings.TrimSpace(narration + "\n" + strings.Join(f.Keywords, " "))
	}
	date, _ := time.Parse(time.DateOnly, f.Date)
	a.index.Put(match.Doc{Kind: match.Claim, ID: f.ID, Title: title, Narration: narration, Date: date, Addresses: f.Addresses})
}

// putCase indexes an open case by what was reported: the category that stands in for a title says nothing about the story.
func (a *app) putCase(ctx context.Context, c ronda.Case) error {
	if !c.Stage.Open() || c.Sandbox {
		a.index.Delete(match.Case, c.ID)
		return nil
	}
	reports, err := a.db.CaseReports(ctx, c.ID, 3, "")
	if err != nil {
		return fmt.Errorf("read reports of case: %w", err)
	}
	d := match.Doc{Kind: match.Case, ID: c.ID, Date: c.OpenedAt}
	for i, r := range reports {
		if i == 0 {
			d.Title = r.Text
			continue
		}
		d.Narration += "\n" + r.Text
	}
	for _, it := range c.Items {
		d.Addresses = append(d.Addresses, it.Key)
	}
	a.index.Put(d)
	return nil
}

// suggest looks for what belongs to a case, among fact-checks and other cases.
func (a *app) suggest(ctx context.Context, c ronda.Case) (ronda.Found, error) {
	reports, err := a.db.CaseReports(ctx, c.ID, 1, "")
	if err != nil {
		return ronda.Found{}, fmt.Errorf("read reports of case: %w", err)
	}
	q := ronda.Search{Claims: true, Cases: true, Exclude: []string{c.ID}, Limit: 5}
	if len(reports) > 0 {
		q.Text = reports[0].Text
	}
	for _, it := range c.Items {
		q.Addresses = append(q.Addresses, it.Key)
	}
	if q.Text == "" && len(q.Addresses) == 0 {
		return ronda.Found{Level: "nothing"}, nil
	}
	return matchDoor{a.index}.Search(ctx, q), nil
}
