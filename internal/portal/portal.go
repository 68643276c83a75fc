package portal

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"ronda"
)

// Store is where the cases, their events and the roll-up are kept. *store.DB is the real one.
type Store interface {
	EventsAfter(ctx context.Context, seq int64, limit int) ([]ronda.Event, error)
	LastEvent(ctx context.Context) (int64, error)
	Case(ctx context.Context, id string) (ronda.Case, error)
	Cases(ctx context.Context, after string, limit int) ([]ronda.Case, error)
	ReportStats(ctx context.Context, now time.Time, caseIDs []string) (map[string]ronda.ReportStats, error)
	// AppealsOf lists the objections about cases, by case, in the order of their ids.
	AppealsOf(ctx context.Context, caseIDs []string) (map[string][]ronda.Appeal, error)
	// RollupCursor is the number of the last event that the kept facts hold, 0 for none.
	RollupCursor(ctx context.Context) (int64, error)
	// Rollup lists kept facts in the order of their cases, after the case given.
	Rollup(ctx context.Context, after string, limit int) ([]ronda.RollupRow, error)
	// SaveRollup keeps facts and moves the cursor, in one transaction, unless another process has moved it since: then it is false.
	SaveRollup(ctx context.Context, from, to int64, rows []ronda.RollupRow) (bool, error)
	// ClearRollup forgets all facts and sets the cursor to 0.
	ClearRollup(ctx context.Context) error
}

// batch is how many events or cases are read at once.
const batch = 500

// Portal keeps the facts and answers with figures.
type Portal struct {
	store Store
	zone  *time.Location
	now   func() time.Time
	cube  *Cube

	mu     sync.Mutex // guards what follows; one catch-up at a time
	cursor int64
	at     time.Time // when the cursor was last seen to be the newest event

	keep  sync.Mutex // guards the kept answers
	kept  map[Filter]Figures
	keptV uint64
}

// New returns a portal over a store. Zone is the national zone of the pack, in which days are counted.
func New(store Store, zone *time.Location, now func() time.Time) *Portal {
	return &Portal{store: store, zone: zone, now: now, cube: NewCube(), kept: map[Filter]Figures{}}
}

// Load reads the kept facts and catches up with the events. Where there are none it counts all cases.
func (p *Portal) Load(ctx context.Context) error {
	cursor, err := p.store.RollupCursor(ctx)
	if err != nil {
		return err
	}
	if cursor == 0 {
		return p.Rebuild(ctx, nil)
	}
	for after := ""; ; {
		rows, err := p.store.Rollup(ctx, after, 5000)
		if err != nil {
			return err
		}
		facts := make([]Fact, len(rows))
		for i, r := range rows {
			if err := json.Unmarshal([]byte(r.Doc), &facts[i]); err != nil {
				return fmt.Errorf("read fact of case %s: %w", r.Case, err)
			}
			after = r.Case
		}
		p.cube.Put(facts...)
		if len(rows) < 5000 {
			break
		}
	}
	p.cursor = cursor
	return p.CatchUp(ctx)
}

// Rebuild forgets the roll-up and counts every case anew. Progress is told how many cases are done. Events that come meanwhile are followed
// afterwards: the cursor is the last event before the count began, and facts come out the same however often a case is read.
func (p *Portal) Rebuild(ctx context.Context, progress func(cases int)) error {
	last, err := p.store.LastEvent(ctx)
	if err != nil {
		return err
	}
	if err := p.store.ClearRollup(ctx); err != nil {
		return err
	}
	done := 0
	for after := ""; ; {
		cases, err := p.store.Cases(ctx, after, batch)
		if err != nil {
			return err
		}
		if _, err := p.put(ctx, 0, 0, cases); err != nil {
			return err
		}
		if done += len(cases); progress != nil {
			progress(done)
		}
		if len(cases) < batch {
			break
		}
		after = cases[len(cases)-1].ID
	}
	if _, err := p.store.SaveRollup(ctx, 0, last, nil); err != nil {
		return err
	}
	p.mu.Lock()
	p.cursor = last
	p.mu.Unlock()
	return p.CatchUp(ctx)
}

// CatchUp follows the events up to the newest.
func (p *Portal) CatchUp(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		events, err := p.store.EventsAfter(ctx, p.cursor, batch)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			p.at = p.now()
			return nil
		}
		var cases []ronda.Case
		seen := map[string]bool{}
		for _, e := range events {
			if e.Case == "" || seen[e.Case] {
				continue
			}
			seen[e.Case] = true
			c, err := p.store.Case(ctx, e.Case)
			if ronda.KindOf(err) == ronda.NotFound {
				continue // an event of something that is no case
			}
			if err != nil {
				return err
			}
			cases = append(cases, c)
		}
		last := events[len(events)-1].Seq
		saved, err := p.put(ctx, p.cursor, last, cases)
		if err != nil {
			return err
		}
		p.cursor = last
		if !saved {
			if err := p.rejoin(ctx); err != nil {
				return err
			}
		}
	}
}

// rejoin goes back to the kept cursor where this process is ahead of it, so that no event stays outside of what is kept when another process stops.
// Facts come out the same a second time.
func (p *Portal) rejoin(ctx context.Context) error {
	kept, err := p.store.RollupCursor(ctx)
	if err == nil {
		p.cursor = min(p.cursor, kept)
	}
	return err
}

// put derives facts, puts them into the cube and keeps them. Another process that was faster has kept the same.
func (p *Portal) put(ctx context.Context, from, to int64, cases []ronda.Case) (saved bool, err error) {
	ids := make([]string, len(cases))
	for i, c := range cases {
		ids[i] = c.ID
	}
	stats, err := p.store.ReportStats(ctx, p.now(), ids)
	if err != nil {
		return false, err
	}
	appeals, err := p.store.AppealsOf(ctx, ids)
	if err != nil {
		return false, err
	}
	facts, rows := make([]Fact, len(cases)), make([]ronda.RollupRow, len(cases))
	for i, c := range cases {
		facts[i] = FactOf(c, stats[c.ID].Total, appeals[c.ID], p.zone)
		doc, err := json.Marshal(facts[i])
		if err != nil {
			return false, fmt.Errorf("write fact of case %s: %w", c.ID, err)
		}
		rows[i] = ronda.RollupRow{Case: c.ID, Doc: string(doc)}
	}
	p.cube.Put(facts...)
	return p.store.SaveRollup(ctx, from, to, rows)
}

// Follow catches up whenever signalled and every so often, until ctx ends.
func (p *Portal) Follow(ctx context.Context, signal <-chan struct{}, every time.Duration, failed func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := p.CatchUp(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-signal:
		case <-tick.C:
		}
	}
}

// Updated is the time up to which all events are in the figures, and the number of the last one.
func (p *Portal) Updated() (time.Time, int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at, p.cursor
}

// mostKept bounds the answers that are kept until the next change.
const mostKept = 64

// Figures counts under a filter. An answer is kept until a fact changes.
func (p *Portal) Figures(f Filter) Figures {
	v := p.cube.Version()
	p.keep.Lock()
	if p.keptV != v || len(p.kept) >= mostKept {
		clear(p.kept)
		p.keptV = v
	}
	out, ok := p.kept[f]
	p.keep.Unlock()
	if ok {
		return out
	}
	out = p.cube.Count(f)
	p.keep.Lock()
	defer p.keep.Unlock()
	if p.keptV == v {
		p.kept[f] = out
	}
	return out
}

// least is the smallest count above zero that a breakdown by region and category shows.
const least = 5

// Suppress tells which counts of a breakdown of reports by region and category are not shown: those from 1 to 4, in which a person could be singled
// out, and where that is a single one, the next smallest as well, so that the total does not give it away.
func Suppress(counts []int) []bool {
	hide := make([]bool, len(counts))
	hidden, next := 0, -1
	for i, n := range counts {
		switch {
		case n > 0 && n < least:
			hide[i], hidden = true, hidden+1
		case n >= least && (next < 0 || n < counts[next]):
			next = i
		}
	}
	if hidden == 1 && next >= 0 {
		hide[next] = true
	}
	return hide
}

// Recount counts all cases without the roll-up.
func Recount(ctx context.Context, store Store, zone *time.Location, now time.Time, f Filter) (Figures, error) {
	cube := NewCube()
	for after := ""; ; {
		cases, err := store.Cases(ctx, after, batch)
		if err != nil {
			return Figures{}, err
		}
		for _, c := range cases {
			stats, err := store.ReportStats(ctx, now, []string{c.ID})
			if err != nil {
				return Figures{}, err
			}
			appeals, err := store.AppealsOf(ctx, []string{c.ID})
			if err != nil {
				return Figures{}, err
			}
			cube.Put(FactOf(c, stats[c.ID].Total, appeals[c.ID], zone))
			after = c.ID
		}
		if len(cases) < batch {
			return cube.Count(f), nil
		}
	}
}

// ByCount sorts counts with the greatest first.
func ByCount(list []Count) []Count {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b Count) int { return b.N - a.N })
	return out
}
