// Package publish is what the hub says to everyone: fact-checks and alerts of partners, kits that prepare people for recurrent rumours, and official
// statements of the election commission. Every change goes through Service: load, ask the organisation's mandate, apply the pure rule, add the log
// entries that it owes, and save all of it in one transaction.
package publish

import (
	"context"
	"fmt"
	"time"

	"ronda"
)

// JobSpread hands a published or withdrawn alert on to its subscribers; JobAnswers looks for open cases that a new check answers,
// JobAnswersMany for those of checks that came in together.
const (
	JobSpread      = "alert.spread"
	JobAnswers     = "check.answers"
	JobAnswersMany = "check.answers_many"
)

// Alerts is what the service needs of the database for alerts.
type Alerts interface {
	SaveAlert(ctx context.Context, s ronda.AlertSave) error
	Alert(ctx context.Context, id string) (ronda.Alert, error)
}

// Checks is what it needs for fact-checks.
type Checks interface {
	SaveFactCheck(ctx context.Context, s ronda.CheckSave) error
	FactCheck(ctx context.Context, id string) (ronda.FactCheck, error)
	SaveCheckDraft(ctx context.Context, d ronda.CheckDraft) error
	CheckDraft(ctx context.Context, id string) (ronda.CheckDraft, error)
}

// Kits is what it needs for kits.
type Kits interface {
	SaveKit(ctx context.Context, s ronda.KitSave) error
	Kit(ctx context.Context, id string) (ronda.Kit, error)
}

// Bulletins is what it needs for official statements.
type Bulletins interface {
	SaveBulletin(ctx context.Context, s ronda.BulletinSave) error
	Bulletin(ctx context.Context, id string) (ronda.Bulletin, error)
}

// Standing is what is known of an organisation that publishes: its mandate, and its name for readers.
type Standing struct {
	Mandate ronda.Mandate // nil where it has none
	Name    string
}

// Service publishes, corrects and takes back.
type Service struct {
	Pack      *ronda.Pack
	Alerts    Alerts
	Checks    Checks
	Kits      Kits
	Bulletins Bulletins
	Standing  func(ctx context.Context, a ronda.Actor) (Standing, error)
	Env       func() ronda.Env
	Leaf      func(ronda.LogAct) (ronda.Leaf, error)
}

// ChangeAlert carries out a command on an alert; id is "" for a new one. version is that which the person saw, 0 to take whatever is there.
func (s *Service) ChangeAlert(ctx context.Context, a ronda.Actor, id string, version int64, cmd ronda.AlertCommand) (ronda.Alert, error) {
	var al ronda.Alert
	var err error
	if id != "" {
		if al, err = s.Alerts.Alert(ctx, id); err != nil {
			return al, err
		}
		if version != 0 && version != al.Version {
			return al, ronda.Errorf(ronda.Conflict, "alert.changed", "")
		}
	}
	if w, ok := cmd.(ronda.WriteAlert); ok && w.Check != "" {
		if w.Known, err = s.Checks.FactCheck(ctx, w.Check); err != nil || !w.Known.Live() {
			return al, ronda.Errorf(ronda.Invalid, "alert.check_unknown", "check")
		}
		cmd = w
	}
	standing, err := s.Standing(ctx, a)
	if err != nil {
		return al, err
	}
	env := s.Env()
	next, events, err := ronda.ApplyAlert(al, a, standing.Mandate, cmd, env)
	if err != nil {
		return al, err
	}
	save := ronda.AlertSave{Alert: next, Events: events}
	for _, e := range events {
		save.Jobs = append(save.Jobs, ronda.Job{Kind: JobSpread, Key: JobSpread + ":" + e.ID, RunAt: env.Now, Args: map[string]string{"alert": next.ID, "event": e.ID, "kind": string(e.Kind)}})
	}
	if save.Leaves, err = s.leaves(ronda.AlertActs(next, events)...); err != nil {
		return al, err
	}
	return next, s.Alerts.SaveAlert(ctx, save)
}

func (s *Service) leaves(acts ...ronda.LogAct) ([]ronda.Leaf, error) {
	var out []ronda.Leaf
	for _, act := range acts {
		leaf, err := s.Leaf(act)
		if err != nil {
			return nil, fmt.Errorf("make log entry for %s: %w", act.Kind, err)
		}
		out = append(out, leaf)
	}
	return out, nil
}

// ChangeKit proposes a kit (id "") or changes one that was sent back.
func (s *Service) ChangeKit(ctx context.Context, a ronda.Actor, id string, c ronda.KitContent) (ronda.Kit, error) {
	return s.kit(ctx, a, id, func(k ronda.Kit, m ronda.Mandate, env ronda.Env) (ronda.Kit, error) {
		return ronda.ProposeKit(k, a, m, c, env)
	})
}

// ApproveKit is the second organisation's word; refuse gives the reason where it is no.
func (s *Service) ApproveKit(ctx context.Context, a ronda.Actor, id, refuse string) (ronda.Kit, error) {
	return s.kit(ctx, a, id, func(k ronda.Kit, m ronda.Mandate, env ronda.Env) (ronda.Kit, error) {
		return ronda.ApproveKit(k, a, m, refuse, env)
	})
}

// WithdrawKit takes a kit back.
func (s *Service) WithdrawKit(ctx context.Context, a ronda.Actor, id, reason string) (ronda.Kit, error) {
	return s.kit(ctx, a, id, func(k ronda.Kit, _ ronda.Mandate, env ronda.Env) (ronda.Kit, error) {
		return ronda.WithdrawKit(k, a, reason, env)
	})
}

func (s *Service) kit(ctx context.Context, a ronda.Actor, id string, apply func(ronda.Kit, ronda.Mandate, ronda.Env) (ronda.Kit, error)) (ronda.Kit, error) {
	var k ronda.Kit
	var err error
	if id != "" {
		if k, err = s.Kits.Kit(ctx, id); err != nil {
			return k, err
		}
	}
	standing, err := s.Standing(ctx, a)
	if err != nil {
		return k, err
	}
	next, err := apply(k, standing.Mandate, s.Env())
	if err != nil {
		return k, err
	}
	return next, s.Kits.SaveKit(ctx, ronda.KitSave{Kit: next})
}

// IssueBulletin publishes an official statement (id ""), or changes one and says why.
func (s *Service) IssueBulletin(ctx context.Context, a ronda.Actor, id string, version int64, c ronda.BulletinContent, note string) (ronda.Bulletin, error) {
	if c.Check != "" {
		if f, err := s.Checks.FactCheck(ctx, c.Check); err != nil || !f.Live() {
			return ronda.Bulletin{}, ronda.Errorf(ronda.Invalid, "alert.check_unknown", "check")
		}
	}
	return s.bulletin(ctx, id, version, func(old *ronda.Bulletin, env ronda.Env) (ronda.Bulletin, []ronda.Event, error) {
		return ronda.IssueBulletin(old, a, c, note, env)
	})
}

// WithdrawBulletin takes an official statement back.
func (s *Service) WithdrawBulletin(ctx context.Context, a ronda.Actor, id string, version int64, reason string) (ronda.Bulletin, error) {
	return s.bulletin(ctx, id, version, func(old *ronda.Bulletin, env ronda.Env) (ronda.Bulletin, []ronda.Event, error) {
		return ronda.WithdrawBulletin(*old, a, reason, env)
	})
}

func (s *Service) bulletin(ctx context.Context, id string, version int64, apply func(*ronda.Bulletin, ronda.Env) (ronda.Bulletin, []ronda.Event, error)) (ronda.Bulletin, error) {
	var old *ronda.Bulletin
	if id != "" {
		b, err := s.Bulletins.Bulletin(ctx, id)
		if err != nil {
			return b, err
		}
		if version != 0 && version != b.Version {
			return b, ronda.Errorf(ronda.Conflict, "bulletin.changed", "")
		}
		old = &b
	}
	next, events, err := apply(old, s.Env())
	if err != nil {
		return next, err
	}
	save := ronda.BulletinSave{Bulletin: next, Events: events}
	if save.Leaves, err = s.leaves(ronda.BulletinActs(next, events)...); err != nil {
		return next, err
	}
	return next, s.Bulletins.SaveBulletin(ctx, save)
}

// AnswersAfter leaves the match index its second before the cases that a check answers are looked for.
const AnswersAfter = 2 * time.Second
