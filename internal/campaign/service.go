// Package campaign keeps the registers of campaign accounts: who is on file for which pair of candidates, read from forms and spreadsheets, and
// answers the question whether an account is a registered one. It stands beside the stages: it takes no report and decides about none.
//
// It promises that one bad row never stops the others, that the same file a second time changes nothing, that every change names who made it, and
// that "not registered" is never said in words that mean "fake".
package campaign

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"ronda"
)

// Store keeps the registers. *store.DB is the real one.
type Store interface {
	// Register returns the register of a contest; one that nobody has written to is empty, with version 0.
	Register(ctx context.Context, contest string) (ronda.Register, error)
	// SaveRegister saves all of it or none; a stale version is a Conflict "campaign.changed".
	SaveRegister(ctx context.Context, s ronda.RegisterSave) error
	RegisterSummaries(ctx context.Context) ([]ronda.RegisterSummary, error)
	RegisterHistory(ctx context.Context, contest string, limit int) ([]ronda.RegisterEvent, error)
	// ContestsWithKey and ContestsWithLook find registered accounts by identity, and by what their handle looks like.
	ContestsWithKey(ctx context.Context, keys ...string) ([]string, error)
	ContestsWithLook(ctx context.Context, looks string) ([]string, error)
}

// Links understands addresses.
type Links interface {
	Parse(raw string) (ronda.ReportAddress, error)
}

// Service is the register's use cases, the same behind pages, API and command line.
type Service struct {
	Pack  *ronda.Pack
	Store Store
	Links Links
	Looks func(handle string) string // folds what people cannot tell apart
	Leaf  func(ronda.LogAct) (ronda.Leaf, error)
	Now   func() time.Time
	IDs   ronda.IDs
}

// retries is how often a command is tried again after somebody else changed the register: a command names no version, and rules are checked anew.
const retries = 5

// Do carries out a command on the register of a contest.
func (s *Service) Do(ctx context.Context, a ronda.Actor, contest string, cmd ronda.RegisterCommand) (ronda.Register, error) {
	for try := 0; ; try++ {
		r, err := s.try(ctx, a, contest, cmd)
		if ronda.CodeOf(err) == "campaign.changed" && try < retries && ctx.Err() == nil {
			continue
		}
		return r, err
	}
}

func (s *Service) try(ctx context.Context, a ronda.Actor, contest string, cmd ronda.RegisterCommand) (ronda.Register, error) {
	r, err := s.Store.Register(ctx, contest)
	if err != nil {
		return r, err
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	save, err := s.Save(r, a, cmd, now)
	if err != nil || len(save.Events) == 0 {
		return r, err
	}
	if err := s.Store.SaveRegister(ctx, save); err != nil {
		return r, err
	}
	return save.Register, nil
}

// Save turns a command into everything that it owes, without saving it.
func (s *Service) Save(r ronda.Register, a ronda.Actor, cmd ronda.RegisterCommand, now time.Time) (ronda.RegisterSave, error) {
	env := ronda.Env{Now: now, Pack: s.Pack, ID: func() string { return s.IDs.New(now) }}
	next, events, err := ronda.ApplyRegister(r, a, cmd, env)
	if err != nil {
		return ronda.RegisterSave{}, err
	}
	save := ronda.RegisterSave{Register: next, Events: events}
	if c, ok := cmd.(ronda.ConfirmMark); ok {
		save.Files = c.Evidence
	}
	for _, act := range s.acts(next, events, env) {
		leaf, err := s.Leaf(act)
		if err != nil {
			return save, fmt.Errorf("make log entry for %s: %w", act.Kind, err)
		}
		save.Leaves = append(save.Leaves, leaf)
	}
	return save, nil
}

// acts are the official acts among events: a new state of the public register, whose file anyone can hash, and each decision about a mark.
func (s *Service) acts(r ronda.Register, events []ronda.RegisterEvent, env ronda.Env) []ronda.LogAct {
	c, _ := s.Pack.Contest(r.Contest)
	var out []ronda.LogAct
	changed := false
	for _, e := range events {
		switch e.Kind {
		case ronda.RegisterLook, ronda.RegisterMark:
		case ronda.RegisterMarkYes, ronda.RegisterMarkNo:
			decision := "confirmed"
			if e.Kind == ronda.RegisterMarkNo {
				decision = "dismissed"
			}
			o, _ := s.Pack.OfficeOf("supervisor", c.Region)
			out = append(out, ronda.LogAct{Kind: "campaign_mark", ID: env.ID(), At: env.Now, Public: map[string]any{"contest": r.Contest, "authority": o.Authority,
				"region": c.Region, "rule": e.Data["rule"], "decision": decision, "ref": e.Data["mark"]}})
		default:
			changed = true
		}
	}
	if changed {
		o, _ := s.Pack.OfficeOf("commission", c.Region)
		sum := sha256.Sum256(PublicCSV(r))
		out = append(out, ronda.LogAct{Kind: "campaign_register", ID: env.ID(), At: env.Now, Public: map[string]any{"contest": r.Contest, "authority": o.Authority,
			"region": c.Region, "version": r.Version, "register_sha256": hex.EncodeToString(sum[:])}})
	}
	return out
}

// View returns a register with its history to those who may see it.
func (s *Service) View(ctx context.Context, a ronda.Actor, contest string) (ronda.Register, []ronda.RegisterEvent, error) {
	c, ok := s.Pack.Contest(contest)
	if !ok {
		return ronda.Register{}, nil, ronda.Errorf(ronda.NotFound, "campaign.contest_unknown", "contest")
	}
	if err := ronda.CanSeeRegister(a, c, s.Pack); err != nil {
		return ronda.Register{}, nil, err
	}
	r, err := s.Store.Register(ctx, contest)
	if err != nil {
		return r, nil, err
	}
	history, err := s.Store.RegisterHistory(ctx, contest, 200)
	return r, history, err
}

// Public returns what everyone may see of a register: no open marks, no looks, no notes, no pictures, no names of colleagues.
func (s *Service) Public(ctx context.Context, contest string) (ronda.Register, error) {
	if _, ok := s.Pack.Contest(contest); !ok {
		return ronda.Register{}, ronda.Errorf(ronda.NotFound, "campaign.contest_unknown", "contest")
	}
	r, err := s.Store.Register(ctx, contest)
	if err != nil {
		return r, err
	}
	return Published(r), nil
}

// Published leaves out of a register what is not public.
func Published(r ronda.Register) ronda.Register {
	out := ronda.Register{Contest: r.Contest, Version: r.Version, ChangedAt: r.ChangedAt, Pairs: r.Pairs}
	for _, a := range r.Accounts {
		a.Look, a.LookAt, a.By, a.Looks = "", time.Time{}, "", ""
		out.Accounts = append(out.Accounts, a)
	}
	for _, a := range r.Adverts {
		a.By = ""
		out.Adverts = append(out.Adverts, a)
	}
	for _, m := range r.PublicMarks() {
		m.By, m.Note, m.Evidence, m.Look = "", "", nil, ""
		out.Marks = append(out.Marks, m)
	}
	return out
}

// Summaries counts every register.
func (s *Service) Summaries(ctx context.Context) ([]ronda.RegisterSummary, error) {
	return s.Store.RegisterSummaries(ctx)
}
