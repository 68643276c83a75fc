// Package response is the seventh stage of the flow: it takes what a platform did with each address, one by one, by a table in bulk, or from a
// program, together with the platform's reasons. A platform sees and answers only its own notices.
package response

import (
	"context"

	"ronda"
)

// Cases changes a case by the one write rule.
type Cases interface {
	DoOnce(ctx context.Context, a ronda.Actor, id string, version int64, cmd ronda.Command, receipt ronda.Idempotent) (ronda.Case, error)
}

// Store finds the case of a notice.
type Store interface {
	Notice(ctx context.Context, id string) (ronda.NoticeRow, error)
}

// Service takes answers.
type Service struct {
	Store Store
	Cases Cases
}

// find returns the notice if it is the actor's own; any other does not exist for them.
func (s *Service) find(ctx context.Context, a ronda.Actor, id string) (ronda.NoticeRow, error) {
	row, err := s.Store.Notice(ctx, id)
	if err != nil {
		return row, err
	}
	if !a.Has(ronda.RoleLiaison) || a.Platform == "" || row.Notice.Platform != a.Platform || !row.Notice.State.Public() || (a.Sandbox && !row.Notice.Sandbox) {
		return ronda.NoticeRow{}, ronda.Errorf(ronda.NotFound, "notice.not_found", "")
	}
	return row, nil
}

// do applies a command to the notice's case and returns the notice as it is then.
func (s *Service) do(ctx context.Context, a ronda.Actor, id string, receipt ronda.Idempotent, cmd func(ronda.Notice) (ronda.Command, error)) (ronda.Notice, error) {
	row, err := s.find(ctx, a, id)
	if err != nil {
		return ronda.Notice{}, err
	}
	command, err := cmd(row.Notice)
	if err != nil {
		return row.Notice, err
	}
	c, err := s.Cases.DoOnce(ctx, a, row.Case, 0, command, receipt)
	if err != nil {
		return row.Notice, err
	}
	n, _ := c.Notice(id)
	return n, nil
}

// Acknowledge records receipt by the platform itself and starts the clock. Of a notice that was received already it acknowledges the last
// warning, and otherwise changes nothing.
func (s *Service) Acknowledge(ctx context.Context, a ronda.Actor, id string) (ronda.Notice, error) {
	row, err := s.find(ctx, a, id)
	if err != nil {
		return ronda.Notice{}, err
	}
	n := row.Notice
	if !n.ReceivedAt.IsZero() && (len(n.Warnings) == 0 || !n.Warnings[len(n.Warnings)-1].ReceivedAt.IsZero()) {
		return n, nil
	}
	return s.do(ctx, a, id, ronda.Idempotent{}, func(n ronda.Notice) (ronda.Command, error) {
		if !n.ReceivedAt.IsZero() {
			return ronda.ReceiveWarning{Notice: id, ByTo: true}, nil
		}
		return ronda.Receive{Notice: id, ByTo: true}, nil
	})
}

// Answer takes answers for addresses. With all each address must have one.
func (s *Service) Answer(ctx context.Context, a ronda.Actor, id string, answers []ronda.ItemAnswer, all bool, receipt ronda.Idempotent) (ronda.Notice, error) {
	return s.do(ctx, a, id, receipt, func(ronda.Notice) (ronda.Command, error) {
		return ronda.AnswerItems{Notice: id, Answers: answers, All: all}, nil
	})
}

// Reasons records why the platform did not act.
func (s *Service) Reasons(ctx context.Context, a ronda.Actor, id, reasons string) (ronda.Notice, error) {
	return s.do(ctx, a, id, ronda.Idempotent{}, func(ronda.Notice) (ronda.Command, error) {
		return ronda.StateReasons{Notice: id, Reasons: reasons}, nil
	})
}
