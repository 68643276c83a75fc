package keeping

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ronda"
)

// JobRetention is the daily run.
const JobRetention = "keeping.retention"

// Due is what a run found, or removed: cases by kind, and rows of the kinds that count from their making.
type Due struct {
	Cases map[ronda.RetentionKind]int
	Rows  map[ronda.RetentionKind]int64
}

// page is how many cases are looked at under one read.
const page = 200

// DryRun says what Run would remove now.
func (s *Service) DryRun(ctx context.Context) (Due, error) {
	now := s.Cases.Env().Now
	due := Due{Cases: map[ronda.RetentionKind]int{}}
	err := s.each(ctx, now, func(c ronda.Case, kinds []ronda.RetentionKind) error {
		for _, k := range kinds {
			due.Cases[k]++
		}
		return nil
	})
	if err != nil {
		return due, err
	}
	due.Rows, err = s.Store.Expired(ctx, s.Pack, now)
	return due, err
}

// Run removes what has been kept long enough. A case that cannot be erased does not stop the others; the errors are returned together.
func (s *Service) Run(ctx context.Context) (Due, error) {
	now := s.Cases.Env().Now
	done := Due{Cases: map[ronda.RetentionKind]int{}}
	var failed []error
	err := s.each(ctx, now, func(c ronda.Case, kinds []ronda.RetentionKind) error {
		err := s.Erase(ctx, c.ID, ronda.EraseData{Kinds: kinds, Cause: ronda.ErasedByTime})
		if ronda.CodeOf(err) == "erasure.held" || ronda.CodeOf(err) == "erasure.case_open" {
			return nil // somebody was faster
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("case %s: %w", c.ID, err))
			return ctx.Err()
		}
		for _, k := range kinds {
			done.Cases[k]++
		}
		return nil
	})
	if err != nil {
		return done, errors.Join(append(failed, err)...)
	}
	if done.Rows, err = s.Store.Expire(ctx, s.Pack, now); err != nil {
		failed = append(failed, err)
	}
	return done, errors.Join(append(failed, s.Store.Purge(ctx))...)
}

// each calls fn once for each case of which something is due, with all that is.
func (s *Service) each(ctx context.Context, now time.Time, fn func(ronda.Case, []ronda.RetentionKind) error) error {
	seen := map[string]bool{}
	for _, kind := range ronda.CaseKinds() {
		r, ok := s.Pack.RetentionOf(kind)
		if !ok {
			continue
		}
		before := now.Add(-time.Duration(r.Days) * 24 * time.Hour)
		for after := ""; ; {
			cases, err := s.Store.DueCases(ctx, kind, before, now, after, page)
			if err != nil {
				return err
			}
			for _, c := range cases {
				after = c.ID
				kinds := ronda.DueKinds(c, now, s.Pack)
				if seen[c.ID] || len(kinds) == 0 {
					continue
				}
				seen[c.ID] = true
				if err := fn(c, kinds); err != nil {
					return err
				}
			}
			if len(cases) < page {
				break
			}
		}
	}
	return nil
}
