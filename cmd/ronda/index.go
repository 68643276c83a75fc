package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"time"

	"ronda"
	"ronda/internal/demo"
	"ronda/internal/link"
	"ronda/internal/match"
)

// loadClaims puts the pack's known claims into the database. It changes nothing the second time.
func (a *app) loadClaims(ctx context.Context) error {
	for _, k := range a.pack.Claims {
		if a.cfg.Demo && k.Date > demo.Start.Format(time.DateOnly) {
			continue // a demonstration knows nothing of what came after its day
		}
		if _, err := a.db.UpsertClaim(ctx, k.Check(), searchOwed(a.now())); err != nil && ronda.CodeOf(err) != "claim.url_taken" {
			return fmt.Errorf("load claim %s: %w", k.ID, err)
		}
	}
	return nil
}

// patience is how long the first answers wait for the index. A larger database is served while it is still read, and each answer says so.
const patience = 3 * time.Second

// followEvery is how often a process looks for events of the others. Two looks (one numbers, one follows) stay below the second in which a fact-check
// that is taken back is gone from every index.
const followEvery = 300 * time.Millisecond

// startIndex begins to build the index and waits a little for it. The channel is closed when it holds everything.
func (a *app) startIndex(ctx context.Context) (built <-chan struct{}, err error) {
	a.follower = a.newFollower()
	done, failed := make(chan struct{}), make(chan error, 1)
	go func() {
		for first := true; ; first = false {
			err := a.buildIndex(ctx)
			if err == nil {
				close(done)
				return
			}
			if first {
				failed <- err
			}
			if ctx.Err() == nil {
				a.log.ErrorContext(ctx, "build the match index", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Second):
			}
		}
	}()
	late := time.After(patience)
	if a.cfg.Demo {
		late = nil // it is small, and whoever tries it should not meet half of it
	}
	select {
	case <-done:
		return done, nil
	case err := <-failed:
		return nil, err
	case <-late:
		a.log.InfoContext(ctx, "answers are given while the match index is built; checks say that they are not complete")
		return done, nil
	}
}

// newFollower keeps the index of this process.
func (a *app) newFollower() *match.Follower {
	return &match.Follower{Index: a.index, Source: indexSource{a}, Now: time.Now, Every: followEvery}
}

// buildIndex loads the snapshot, or reads every fact-check and open case, and then catches up with the events.
func (a *app) buildIndex(ctx context.Context) error {
	if a.index.Len() == 0 {
		if err := a.loadSnapshot(ctx); err != nil && !errors.Is(err, fs.ErrNotExist) {
			a.log.WarnContext(ctx, "index is built anew", "because", err)
		}
	}
	if total, err := a.db.CountMatchable(ctx); err == nil {
		a.indexing.Store(int64(total))
	}
	began, next := time.Now(), time.Second
	err := a.follower.Build(ctx, func(n int) {
		if d := time.Since(began); d > next {
			a.log.InfoContext(ctx, "building the match index", "documents", n, "of", a.indexing.Load(), "seconds", int(d.Seconds()))
			next = d + 2*time.Second
		}
	})
	a.indexed.Store(err == nil)
	return err
}

// indexSource is the database in the words of the index's follower.
type indexSource struct{ a *app }

// Events says which documents changed. An event about something else changes none, but its number is passed.
func (s indexSource) Events(ctx context.Context, after int64, limit int) ([]match.Change, error) {
	events, err := s.a.db.EventsAfter(ctx, after, limit)
	if err != nil {
		return nil, err
	}
	out := make([]match.Change, len(events))
	for i, e := range events {
		out[i] = match.Change{Seq: e.Seq, Kind: match.Case, ID: e.Case}
		if e.Kind == ronda.EventErased { // by this process or another one
			if err := s.a.forgetIndex(); err != nil {
				return nil, err
			}
		}
		if claim := e.Data["claim"]; claim != "" && (e.Kind == ronda.EventClaimSaved || e.Kind == ronda.EventClaimRetracted) {
			out[i].Kind, out[i].ID = match.Claim, claim
		}
	}
	return out, nil
}

// Doc reads a document again: a fact-check that stands, or an open case.
func (s indexSource) Doc(ctx context.Context, kind match.DocKind, id string) (match.Doc, bool, error) {
	if id == "" {
		return match.Doc{}, false, nil
	}
	if kind == match.Claim {
		f, err := s.a.db.FactCheck(ctx, id)
		if ronda.KindOf(err) == ronda.NotFound {
			return match.Doc{}, false, nil
		}
		return s.a.claimDoc(f), err == nil && f.Live(), err
	}
	c, err := s.a.db.Case(ctx, id)
	if ronda.KindOf(err) == ronda.NotFound {
		return match.Doc{}, false, nil
	}
	if err != nil {
		return match.Doc{}, false, err
	}
	return s.caseDoc(ctx, c)
}

// All yields every fact-check that stands and every open case.
func (s indexSource) All(ctx context.Context) iter.Seq2[match.Doc, error] {
	return func(yield func(match.Doc, error) bool) {
		after := ""
		for {
			page, err := s.a.db.Claims(ctx, after, 500)
			if err != nil {
				yield(match.Doc{}, fmt.Errorf("read claims: %w", err))
				return
			}
			for _, f := range page {
				if after = f.ID; f.Live() && !yield(s.a.claimDoc(f), nil) {
					return
				}
			}
			if len(page) < 500 {
				break
			}
		}
		s.allCases(ctx, yield)
	}
}

func (s indexSource) allCases(ctx context.Context, yield func(match.Doc, error) bool) {
	for after := ""; ; {
		page, err := s.a.db.Cases(ctx, after, 500)
		if err != nil {
			yield(match.Doc{}, fmt.Errorf("read cases: %w", err))
			return
		}
		for _, c := range page {
			after = c.ID
			d, ok, err := s.caseDoc(ctx, c)
			if (ok || err != nil) && !yield(d, err) {
				return
			}
		}
		if len(page) < 500 {
			return
		}
	}
}

// Last is the number of the last event.
func (s indexSource) Last(ctx context.Context) (int64, error) { return s.a.db.LastEvent(ctx) }

// claimDoc is a fact-check by its claim, the words that a forwarded message uses, and the text that went around.
func (a *app) claimDoc(f ronda.FactCheck) match.Doc {
	narration := f.Narration
	if len(f.Keywords) > 0 {
		narration = strings.TrimSpace(narration + "\n" + strings.Join(f.Keywords, " "))
	}
	date, _ := time.Parse(time.DateOnly, f.Date)
	return match.Doc{Kind: match.Claim, ID: f.ID, Title: f.Claim.In(a.pack.Languages[0]), Narration: narration, Date: date, Addresses: identities(a.links, f.Addresses)}
}

// identities are the canonical identities of addresses as an outlet wrote them; one that is an identity already, or that names no item, stays.
func identities(p *link.Parser, addresses []string) []string {
	out := make([]string, 0, len(addresses))
	for _, s := range addresses {
		if l, err := p.Parse(s); err == nil && l.Key != "" {
			s = l.Key
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// caseDoc is an open case by what was reported: the category that stands in for a title says nothing about the story.
func (s indexSource) caseDoc(ctx context.Context, c ronda.Case) (match.Doc, bool, error) {
	if !c.Stage.Open() || c.Sandbox {
		return match.Doc{}, false, nil
	}
	d, err := s.a.reported(ctx, c)
	return d, err == nil, err
}

// suggest looks for what belongs to a case, among fact-checks and other cases. A report is given to be looked at, so its text may be compared by
// meaning where the operator runs an endpoint for it; a check's text never is.
func (a *app) suggest(ctx context.Context, c ronda.Case) (ronda.Found, error) {
	reports, err := a.db.CaseReports(ctx, c.ID, 1, "")
	if err != nil {
		return ronda.Found{}, fmt.Errorf("read reports of case: %w", err)
	}
	q := match.Query{Kinds: []match.DocKind{match.Claim, match.Case}, Exclude: []string{c.ID}, Limit: 5}
	if len(reports) > 0 {
		q.Text = reports[0].Text
	}
	for _, it := range c.Items {
		q.Addresses = append(q.Addresses, it.Key)
	}
	found := ronda.Found{Level: "nothing", Partial: !a.indexed.Load()}
	if q.Text != "" || len(q.Addresses) > 0 {
		f := foundOf(a.byMeaning(ctx, q.Text, a.index.Search(ctx, q)))
		found.Level, found.Hits = f.Level, f.Hits
	}
	same, err := a.samePicture(ctx, c)
	if err != nil {
		a.log.WarnContext(ctx, "compare pictures", "case", c.ID, "error", err)
	}
	found.Hits = append(same, found.Hits...)
	return found, nil
}
