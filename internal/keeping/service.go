// Package keeping ends what the other stages began: it removes personal data when its time is over or when it is asked for, and leaves the history,
// the figures and the public log whole. It works after the ninth stage.
//
// What it promises: rows, openings of the log, keys of sealed files and the entry that tells of it go in one transaction; what is derived from them
// (files, the match index's snapshot, caches) goes right after; a run that stops half-way is gone on with. See docs/privacy.md.
package keeping

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ronda"
)

// Store is what keeping needs of the database to erase.
type Store interface {
	DueCases(ctx context.Context, kind ronda.RetentionKind, endedBefore, now time.Time, after string, limit int) ([]ronda.Case, error)
	Expired(ctx context.Context, p *ronda.Pack, now time.Time) (map[ronda.RetentionKind]int64, error)
	Expire(ctx context.Context, p *ronda.Pack, now time.Time) (map[ronda.RetentionKind]int64, error)
	Erase(ctx context.Context, e ronda.Erasure, leaf ronda.Leaf) error
	ErasedFiles(ctx context.Context, e ronda.Erasure) ([]string, error)
	Purge(ctx context.Context) error
	AddJobs(ctx context.Context, jobs ...ronda.Job) error
}

// Requests is what keeping needs of the database to take requests.
type Requests interface {
	Case(ctx context.Context, id string) (ronda.Case, error)
	Report(ctx context.Context, id string) (ronda.Report, error)
	ReportByCode(ctx context.Context, code string) (ronda.Report, error)
	NoticeByCode(ctx context.Context, code string) (ronda.NoticeRow, error)
	Account(ctx context.Context, id string) (ronda.Account, error)
	SaveErasureRequest(ctx context.Context, r ronda.ErasureRequest, jobs ...ronda.Job) error
	ErasureRequest(ctx context.Context, id string) (ronda.ErasureRequest, error)
	ErasureRequests(ctx context.Context, state ronda.RequestState, limit int) ([]ronda.ErasureRequest, error)
}

// Cases changes cases by the one write rule.
type Cases interface {
	Do(ctx context.Context, a ronda.Actor, id string, version int64, cmd ronda.Command) (ronda.Case, error)
	Env() ronda.Env
}

// Files makes sealed files unreadable for ever, then removes their bytes.
type Files interface {
	Erase(ctx context.Context, owner string) error
}

// Throttle limits guesses at codes.
type Throttle interface {
	Allow(ctx context.Context, budget, key string, n int) error
}

// Service erases. All fields but Forget must be set.
type Service struct {
	Pack     *ronda.Pack
	Store    Store
	Requests Requests
	Cases    Cases
	Files    Files
	Throttle Throttle
	Leaf     func(ronda.LogAct) (ronda.Leaf, error)
	Note     func(ronda.Erasure) error       // keeps a list of erasures apart from the database, for a restore; may be nil
	Forget   func(ctx context.Context) error // drops what is derived from erased rows: snapshots and caches
}

// Erase removes data of a case or of one of its reports, then what is derived from it. After an error it can be called again.
func (s *Service) Erase(ctx context.Context, caseID string, cmd ronda.EraseData) error {
	owners, err := s.erase(ctx, caseID, cmd)
	if err != nil {
		return err
	}
	return s.clean(ctx, owners)
}

// erase commits the erasure and returns the owners of sealed files to remove.
func (s *Service) erase(ctx context.Context, caseID string, cmd ronda.EraseData) ([]string, error) {
	e := ronda.Erasure{Scope: ronda.EraseOfReport, Ref: cmd.Report, Kinds: cmd.Kinds}
	if cmd.Report == "" {
		e.Scope, e.Ref = ronda.EraseOfCase, caseID
	}
	owners, err := s.Store.ErasedFiles(ctx, e)
	if err != nil {
		return nil, err
	}
	if _, err := s.Cases.Do(ctx, ronda.System(), caseID, 0, cmd); err != nil {
		return nil, err
	}
	e.Case, e.Cause, e.At = caseID, cmd.Cause, s.Cases.Env().Now
	if err := s.note(e); err != nil {
		return nil, err
	}
	return owners, nil
}

// EraseAccount empties an account. Its id stays in the history.
func (s *Service) EraseAccount(ctx context.Context, id string, by []string) error {
	env := s.Cases.Env()
	e := ronda.Erasure{ID: env.ID(), Scope: ronda.EraseOfAccount, Ref: id, Kinds: ronda.KindsOf(ronda.EraseOfAccount), Cause: ronda.ErasedOnRequest, At: env.Now, By: by}
	leaf, err := s.Leaf(e.LogAct())
	if err != nil {
		return fmt.Errorf("make log entry of erasure: %w", err)
	}
	if err := s.Store.Erase(ctx, e, leaf); err != nil {
		return err
	}
	if err := s.note(e); err != nil {
		return err
	}
	return s.clean(ctx, nil)
}

// Reapply repeats an erasure that a restored database does not know of. What it never held is no error.
func (s *Service) Reapply(ctx context.Context, e ronda.Erasure) error {
	var err error
	switch e.Scope {
	case ronda.EraseOfAccount:
		err = s.EraseAccount(ctx, e.Ref, nil)
	case ronda.EraseOfReport:
		var r ronda.Report
		if r, err = s.Requests.Report(ctx, e.Ref); err == nil {
			err = s.Erase(ctx, r.Case, ronda.EraseData{Report: r.ID, Kinds: e.Kinds, Cause: e.Cause, Again: true})
		}
	case ronda.EraseOfCase:
		err = s.Erase(ctx, e.Ref, ronda.EraseData{Kinds: e.Kinds, Cause: e.Cause, Again: true})
	default:
		return fmt.Errorf("erase again: nothing is known of scope %q", e.Scope)
	}
	if ronda.KindOf(err) == ronda.NotFound {
		return nil
	}
	return err
}

func (s *Service) note(e ronda.Erasure) error {
	if s.Note == nil {
		return nil
	}
	if err := s.Note(e); err != nil {
		return fmt.Errorf("note the erasure apart from the database: %w", err)
	}
	return nil
}

// clean removes what is derived: files without a key, snapshots and caches, and the remains in the database's own files.
func (s *Service) clean(ctx context.Context, owners []string) error {
	var errs []error
	for _, o := range owners {
		errs = append(errs, s.Files.Erase(ctx, o))
	}
	if s.Forget != nil {
		errs = append(errs, s.Forget(ctx))
	}
	errs = append(errs, s.Store.Purge(ctx))
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("clean up after erasure: %w", err)
	}
	return nil
}
