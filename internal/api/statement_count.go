package api

import (
	"context"
	"sync"
	"time"

	"ronda"
)

// countLife is how long counted statements are shown before they are counted again: counting reads the whole table.
const countLife = time.Minute

// countCache keeps the last counts.
type countCache struct {
	mu   sync.Mutex // guards what follows, and lets one request count for all
	at   time.Time
	rows []ronda.StatementCount
}

// StatementCount counts a platform's statements.
type StatementCount struct {
	Platform string    `json:"platform" example:"tiktok" doc:"The platform."`
	Total    int       `json:"total" doc:"All of its statements."`
	Outside  int       `json:"outside_log" doc:"Those that cite the country's law and no notice of the hub."`
	Last     time.Time `json:"last_at" doc:"When the last one came."`
}

// countsOutput are the counts of all platforms.
type countsOutput struct {
	Body struct {
		Platforms []StatementCount `json:"platforms" doc:"By platform; a platform without statements is missing."`
		At        time.Time        `json:"counted_at" doc:"When they were counted."`
	}
}

func (a *api) countStatements(ctx context.Context, _ *caller, _ *emptyInput) (*countsOutput, error) {
	a.counts.mu.Lock()
	defer a.counts.mu.Unlock()
	if now := a.opt.Now(); a.counts.at.IsZero() || now.Sub(a.counts.at) >= countLife {
		rows, err := a.opt.Statements.StatementCounts(ctx, time.Unix(0, 0))
		if err != nil {
			return nil, err
		}
		a.counts.at, a.counts.rows = now, rows
	}
	out := &countsOutput{}
	out.Body.Platforms, out.Body.At = []StatementCount{}, a.counts.at.UTC()
	for _, r := range a.counts.rows {
		out.Body.Platforms = append(out.Body.Platforms, StatementCount{Platform: r.Platform, Total: r.Total, Outside: r.Outside, Last: r.Last})
	}
	return out, nil
}
