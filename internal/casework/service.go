// Package casework is the fifth stage of the flow: officers triage a case, two of them assess it, and what they agree on becomes a
// decision. Every change of a case in the whole program goes through Service.Do: load, see, apply the pure rule, draw the next reader,
// add the jobs and log entries that the change owes, save all of it in one transaction.
package casework

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"ronda"
)

// Store is what casework needs of the database.
type Store interface {
	Case(ctx context.Context, id string) (ronda.Case, error)
	CaseByNumber(ctx context.Context, number string) (ronda.Case, error)
	SaveChanges(ctx context.Context, changes ...ronda.Change) error
	Queue(ctx context.Context, f ronda.QueueFilter) (ronda.QueuePage, error)
	QueueCounts(ctx context.Context, f ronda.QueueFilter, account string) (ronda.QueueCounts, error)
	Events(ctx context.Context, caseID string) ([]ronda.Event, error)
	RejectedPriors(ctx context.Context, keys []string) ([]ronda.Prior, error)
	RecordAttempt(ctx context.Context, a ronda.Attempt) error
}

// Reports is what the case page needs of the reports.
type Reports interface {
	CaseReports(ctx context.Context, caseID string, limit int, afterID string) ([]ronda.Report, error)
	ReportStats(ctx context.Context, now time.Time, caseIDs []string) (map[string]ronda.ReportStats, error)
}

// Readers lists the enabled accounts of an authority, from which readers are drawn.
type Readers interface {
	Readers(ctx context.Context, org string) ([]ronda.Actor, error)
}

// Service changes and shows cases.
type Service struct {
	Pack    *ronda.Pack
	Store   Store
	Reports Reports
	Readers Readers
	Now     func() time.Time
	IDs     ronda.IDs
	Pick    func(n int) int // a number in [0,n) that nobody can steer
	// Leaf turns an official act into the entry that the public log is owed.
	Leaf func(ronda.LogAct) (ronda.Leaf, error)
	Log  *slog.Logger
}

// Env is the surroundings of a command now.
func (s *Service) Env() ronda.Env {
	now := s.Now().UTC().Truncate(time.Microsecond)
	return ronda.Env{Now: now, Pack: s.Pack, ID: func() string { return s.IDs.New(now) }, Code: s.IDs.Code}
}

// retries is how often a command that names no version is applied again after somebody else was faster.
const retries = 8

// Do applies one command to a case. With version above 0 the command belongs to what the actor saw: if the case changed since, the
// answer is a Conflict and nothing is saved. With version 0 the command is applied to whatever the case is now.
func (s *Service) Do(ctx context.Context, a ronda.Actor, id string, version int64, cmd ronda.Command) (ronda.Case, error) {
	return s.DoOnce(ctx, a, id, version, cmd, ronda.Idempotent{})
}

// DoOnce is Do with the reply that a repeat of the same request gets again.
func (s *Service) DoOnce(ctx context.Context, a ronda.Actor, id string, version int64, cmd ronda.Command, receipt ronda.Idempotent) (ronda.Case, error) {
	for try := 0; ; try++ {
		c, err := s.try(ctx, a, id, version, cmd, receipt)
		if version == 0 && try < retries && ronda.CodeOf(err) == "case.changed" && ctx.Err() == nil {
			continue
		}
		return c, err
	}
}

func (s *Service) try(ctx context.Context, a ronda.Actor, id string, version int64, cmd ronda.Command, receipt ronda.Idempotent) (ronda.Case, error) {
	c, err := s.Store.Case(ctx, id)
	if err != nil {
		return ronda.Case{}, err
	}
	if err := s.visible(a, c, cmd); err != nil {
		s.Refused(ctx, a, c, commandName(cmd), err)
		return ronda.Case{}, err
	}
	if version > 0 && c.Version != version {
		return c, s.changed(ctx, c)
	}
	if cmd, err = s.prepare(ctx, c, cmd); err != nil {
		return c, err
	}
	env := s.Env()
	next, events, err := ronda.Apply(c, a, cmd, env)
	if err != nil {
		s.Refused(ctx, a, c, commandName(cmd), err)
		return c, err
	}
	next, events, err = s.draw(ctx, next, events, env)
	if err != nil {
		return c, err
	}
	change, err := s.Change(next, events)
	if err != nil {
		return c, err
	}
	change.Receipt = receipt
	if err := s.Store.SaveChanges(ctx, change); err != nil {
		return c, err
	}
	return next, nil
}

// visible keeps people from learning that a case exists by trying to change it. Platforms and partners have no sight of cases; their commands
// are bound to their own notices or advice by the rule itself.
func (s *Service) visible(a ronda.Actor, c ronda.Case, _ ronda.Command) error {
	if a.Has(ronda.RoleLiaison) || a.Has(ronda.RolePartner) {
		return nil
	}
	_, _, err := ronda.See(a, c, s.Pack)
	return err
}

// prepare completes a command with what only the store knows.
func (s *Service) prepare(ctx context.Context, c ronda.Case, cmd ronda.Command) (ronda.Command, error) {
	send, ok := cmd.(ronda.Send)
	if !ok {
		return cmd, nil
	}
	var keys []string
	for _, it := range c.Items {
		keys = append(keys, it.Key)
	}
	prior, err := s.Store.RejectedPriors(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("find earlier rejections: %w", err)
	}
	send.Prior = prior
	return send, nil
}

// Change completes a case and its events with the jobs and log entries that they owe.
func (s *Service) Change(c ronda.Case, events []ronda.Event) (ronda.Change, error) {
	change := ronda.Change{Case: c, Events: events, Jobs: Jobs(c, events, s.Pack)}
	for _, e := range events {
		if x, ok := ronda.ErasureOf(e); ok {
			change.Erase = append(change.Erase, x)
		}
	}
	for _, act := range ronda.LogActs(c, events) {
		leaf, err := s.Leaf(act)
		if err != nil {
			return change, fmt.Errorf("make log entry for %s: %w", act.Kind, err)
		}
		leaf.Case, leaf.Notice = c.ID, noticeOf(act)
		change.Leaves = append(change.Leaves, leaf)
	}
	return change, nil
}

func noticeOf(a ronda.LogAct) string {
	id, _ := a.Public["notice"].(string)
	return id
}

// changed says who changed a case last, and when.
func (s *Service) changed(ctx context.Context, c ronda.Case) error {
	e := ronda.Errorf(ronda.Conflict, "case.changed", "")
	events, err := s.Store.Events(ctx, c.ID)
	if err != nil || len(events) == 0 {
		return e
	}
	last := events[len(events)-1]
	return e.With("by", last.Actor).With("at", last.At.UTC().Format(time.RFC3339)).With("kind", string(last.Kind))
}

// Refused records a refusal that was an attempt at a safeguard, for auditors and the public count. Ordinary mistakes leave no trace. That it cannot be
// recorded changes no answer: the refusal stands either way.
func (s *Service) Refused(ctx context.Context, a ronda.Actor, c ronda.Case, command string, refusal error) {
	try, ok := ronda.AttemptOf(a, c, command, refusal, s.Env())
	if !ok {
		return
	}
	s.Log.WarnContext(ctx, "attempt refused", "case", c.ID, "account", a.Account, "command", command, "code", try.Code)
	if err := s.Store.RecordAttempt(context.WithoutCancel(ctx), try); err != nil {
		s.Log.ErrorContext(ctx, "record attempt", "case", c.ID, "error", err)
	}
}

// commandName is the name of a command's type: "Assess", "Send".
func commandName(cmd ronda.Command) string {
	return strings.TrimPrefix(fmt.Sprintf("%T", cmd), "ronda.")
}

// draw gives the waiting seat to a reader in the same change. Where nobody can be drawn the conclusion is saved all the same, and a job tries again:
// a reader's work is never lost for want of a colleague.
func (s *Service) draw(ctx context.Context, c ronda.Case, events []ronda.Event, env ronda.Env) (ronda.Case, []ronda.Event, error) {
	if c.NeedsReader() == "" {
		return c, events, nil
	}
	cmd, err := s.lot(ctx, c)
	if err != nil {
		return c, nil, err
	}
	next, drawn, err := ronda.Apply(c, ronda.System(), cmd, env)
	var e *ronda.Error
	if errors.As(err, &e) && e.Code == "case.no_reader_available" {
		return c, events, nil
	}
	if err != nil {
		return c, nil, err
	}
	next.Version = c.Version // one change, one version
	return next, append(events, drawn...), nil
}

// lot prepares a draw: who could read, and who reported the case and therefore may not.
func (s *Service) lot(ctx context.Context, c ronda.Case) (ronda.DrawReader, error) {
	pool, err := s.Readers.Readers(ctx, ronda.OfficeAuthority(c.Office))
	if err != nil {
		return ronda.DrawReader{}, fmt.Errorf("list readers: %w", err)
	}
	cmd := ronda.DrawReader{Pool: pool, Pick: s.Pick}
	for after := ""; ; {
		page, err := s.Reports.CaseReports(ctx, c.ID, 500, after)
		if err != nil {
			return cmd, fmt.Errorf("list who reported: %w", err)
		}
		for _, r := range page {
			if after = r.ID; r.Org != "" && !slices.Contains(cmd.Reporters, r.Org) {
				cmd.Reporters = append(cmd.Reporters, r.Org)
			}
		}
		if len(page) < 500 {
			return cmd, nil
		}
	}
}

// Draw draws a reader for a case that waits for one and found none before. Only the system does that: nobody may draw until the right one comes.
func (s *Service) Draw(ctx context.Context, id string) (ronda.Case, error) {
	c, err := s.Store.Case(ctx, id)
	if err != nil {
		return c, err
	}
	cmd, err := s.lot(ctx, c)
	if err != nil {
		return c, err
	}
	return s.Do(ctx, ronda.System(), id, c.Version, cmd)
}
