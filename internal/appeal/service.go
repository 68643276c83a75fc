// Package appeal is the eighth stage of the flow: the author, the reporter or the platform objects, people who did not decide judge, and what
// they find is carried out. Every change of an objection goes through Service: load, apply the pure rule, draw who is needed, add the log
// entries that it owes, and save all of it, with the case where that changes, in one transaction.
//
// An objection under an address looks nothing up until somebody has proven that the account is theirs: it takes the same way, and gets the
// same answer, whether the address was acted on, only reported, or never heard of.
package appeal

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"ronda"
	"ronda/internal/mask"
)

// JobDraw tries again to find a panel for an objection that waits for one.
const JobDraw = "appeal.draw"

// Store is what appeal needs of the database for objections.
type Store interface {
	SaveAppeal(ctx context.Context, s ronda.AppealSave) error
	Appeal(ctx context.Context, id string) (ronda.Appeal, error)
	AppealByCode(ctx context.Context, code string) (ronda.Appeal, error)
	Appeals(ctx context.Context, f ronda.AppealFilter) ([]ronda.Appeal, error)
	ActsOn(ctx context.Context, key string) ([]ronda.NoticeRow, error)
	RelatedCases(ctx context.Context, caseID string) ([]ronda.Case, error)
}

// Files is what appeal needs of the rest of the database.
type Files interface {
	Case(ctx context.Context, id string) (ronda.Case, error)
	Events(ctx context.Context, caseID string) ([]ronda.Event, error)
	NoticeByCode(ctx context.Context, code string) (ronda.NoticeRow, error)
	Notice(ctx context.Context, id string) (ronda.NoticeRow, error)
	ReportByCode(ctx context.Context, code string) (ronda.Report, error)
	Readers(ctx context.Context, org string) ([]ronda.Actor, error)
}

// Cases completes a change of a case with what it owes.
type Cases interface {
	Change(c ronda.Case, events []ronda.Event) (ronda.Change, error)
	Env() ronda.Env
}

// Links understands addresses.
type Links interface {
	Parse(raw string) (ronda.ReportAddress, error)
}

// Throttle limits how much one client and all together may ask.
type Throttle interface {
	Allow(ctx context.Context, budget, key string, n int) error
}

// Service files, hears and carries out objections.
type Service struct {
	Pack     *ronda.Pack
	Store    Store
	Files    Files
	Cases    Cases
	Links    Links
	Throttle Throttle
	Pick     func(n int) int // a number in [0,n) that nobody can steer
	Leaf     func(ronda.LogAct) (ronda.Leaf, error)
	Log      *slog.Logger
	// Refused records an attempt at a safeguard; nil records none.
	Refused func(ctx context.Context, a ronda.Actor, c ronda.Case, command string, refusal error)
}

// retries is how often a change that names no version is applied again after somebody else was faster.
const retries = 8

// change applies a command to an objection and saves what it did.
func (s *Service) change(ctx context.Context, a ronda.Actor, id string, make func(ap ronda.Appeal) (ronda.AppealCommand, error)) (ronda.Appeal, error) {
	for try := 0; ; try++ {
		ap, err := s.Store.Appeal(ctx, id)
		if err != nil {
			return ap, err
		}
		cmd, err := make(ap)
		if err != nil {
			return ap, err
		}
		next, err := s.apply(ctx, a, ap, cmd)
		code := ronda.CodeOf(err)
		if (code == "appeal.changed" || code == "case.changed") && try < retries && ctx.Err() == nil {
			continue
		}
		if err != nil && s.Refused != nil {
			s.Refused(ctx, a, ronda.Case{ID: ap.Case, Sandbox: ap.Sandbox}, strings.TrimPrefix(fmt.Sprintf("%T", cmd), "ronda."), err)
		}
		return next, err
	}
}

// apply is one command with everything that follows from it, saved.
func (s *Service) apply(ctx context.Context, a ronda.Actor, ap ronda.Appeal, cmd ronda.AppealCommand) (ronda.Appeal, error) {
	env := s.Cases.Env()
	next, events, err := ronda.ApplyAppeal(ap, a, cmd, env)
	if err != nil {
		return ap, err
	}
	save := ronda.AppealSave{Events: events}
	if next.Case != "" {
		if err := s.follow(ctx, &next, &save, cmd, env); err != nil {
			return ap, err
		}
	}
	for _, act := range ronda.AppealActs(next, save.Events) {
		leaf, err := s.Leaf(act)
		if err != nil {
			return ap, fmt.Errorf("make log entry for %s: %w", act.Kind, err)
		}
		leaf.Case = next.Case
		leaf.Notice, _ = act.Public["notice"].(string)
		save.Leaves = append(save.Leaves, leaf)
	}
	next.Version = ap.Version + 1 // one change, one version
	save.Appeal = next
	return next, s.Store.SaveAppeal(ctx, save)
}

// follow adds what a command brings with it: the draw of a panel, the effect of a decision on the case, a job that tries the draw again.
func (s *Service) follow(ctx context.Context, next *ronda.Appeal, save *ronda.AppealSave, cmd ronda.AppealCommand, env ronda.Env) error {
	room, err := s.room(ctx, next.Case)
	if err != nil {
		return err
	}
	c, changed := room.Case, []ronda.Event(nil)
	if x, ok := cmd.(ronda.AnswerRestoration); ok {
		c, changed, err = ronda.Apply(c, ronda.System(), ronda.Restored{Notice: x.Notice, Item: x.Item, Appeal: next.ID, Back: x.Back}, env)
	} else {
		*next, c, changed, err = ronda.CarryOut(*next, c, env)
	}
	if err != nil {
		return err
	}
	save.CaseVersion = c.Version
	if c.Version != room.Case.Version {
		change, err := s.Cases.Change(c, changed)
		if err != nil {
			return err
		}
		for _, act := range ronda.AppealActs(*next, changed) {
			leaf, err := s.Leaf(act)
			if err != nil {
				return fmt.Errorf("make log entry for %s: %w", act.Kind, err)
			}
			leaf.Case = c.ID
			leaf.Notice, _ = act.Public["notice"].(string)
			change.Leaves = append(change.Leaves, leaf)
		}
		save.Change = &change
	}
	if next.NeedsMembers() == 0 {
		return nil
	}
	return s.drawInto(ctx, next, save, room, env)
}

// drawInto draws the panel in the same change. Where nobody can be drawn the objection is saved all the same, and a job tries again until it
// is a dead letter that an operator sees; the objection itself shows as overdue.
func (s *Service) drawInto(ctx context.Context, next *ronda.Appeal, save *ronda.AppealSave, room ronda.AppealRoom, env ronda.Env) error {
	pool, err := s.Files.Readers(ctx, next.Org)
	if err != nil {
		return fmt.Errorf("list people of the authority: %w", err)
	}
	drawn, _, err := ronda.ApplyAppeal(*next, ronda.System(), ronda.DrawPanel{Room: room, Pool: pool, Pick: s.Pick}, env)
	switch ronda.CodeOf(err) {
	case "appeal.no_panel":
		save.Jobs = append(save.Jobs, ronda.Job{Kind: JobDraw, Key: JobDraw + ":" + next.ID, RunAt: env.Now.Add(drawAgain), Args: map[string]string{"appeal": next.ID}})
		return nil
	default:
		if err != nil {
			return err
		}
	}
	*next = drawn
	// Members who let the clock run out are replaced then; until that the job finds nothing to do.
	late := ronda.Job{Kind: JobDraw, Key: JobDraw + ":" + next.ID + ":due", RunAt: next.DueAt.Add(time.Second), Args: map[string]string{"appeal": next.ID}}
	if late.RunAt.After(env.Now) {
		save.Jobs = append(save.Jobs, late)
	}
	return nil
}

// room gathers everything that says who had part in a case: the case, the cases merged into it, the one it was split from, and all their events.
func (s *Service) room(ctx context.Context, caseID string) (ronda.AppealRoom, error) {
	c, err := s.Files.Case(ctx, caseID)
	if err != nil {
		return ronda.AppealRoom{}, fmt.Errorf("load case of objection: %w", err)
	}
	room := ronda.AppealRoom{Case: c}
	if room.Related, err = s.Store.RelatedCases(ctx, caseID); err != nil {
		return room, err
	}
	if c.SplitFrom != "" {
		from, err := s.Files.Case(ctx, c.SplitFrom)
		if err != nil {
			return room, fmt.Errorf("load case it was split from: %w", err)
		}
		room.Related = append(room.Related, from)
	}
	for _, x := range append([]ronda.Case{c}, room.Related...) {
		events, err := s.Files.Events(ctx, x.ID)
		if err != nil {
			return room, err
		}
		room.Events = append(room.Events, events...)
	}
	return room, nil
}

// clean validates what an appellant or a member writes, and masks numbers and addresses of people in it.
func clean(text, field string) (string, error) {
	out, err := mask.Clean(text, 4*maxText)
	if err != nil {
		return "", ronda.Errorf(ronda.Invalid, "appeal.text_broken", field)
	}
	out, _ = mask.Text(out)
	return out, nil
}

// maxText bounds a text, in characters; the rule itself counts again.
const maxText = 6000
