package ronda

import (
	"fmt"
	"time"
)

// Tick lets the clock see what time it is: a deadline that passed with an address unanswered makes the notice overdue, once.
type Tick struct{ Notice string }

func (Tick) action() Action { return RunClock }

func (cmd Tick) apply(c *Case, _ Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeReceived)
	if err != nil {
		return err
	}
	if n.Overdue || !n.late(env.Now) {
		return Errorf(Conflict, "notice.not_overdue", "")
	}
	n.Overdue = true
	log.add(EventNoticeOverdue, "notice", n.ID, "platform", n.Platform, "clock", n.Clock)
	return nil
}

// late tells whether the running clock has ended with an address unanswered.
func (n *Notice) late(now time.Time) bool {
	due := n.Deadline()
	return !due.IsZero() && !n.Paused() && now.After(due) && n.Unanswered() > 0
}

// IsOverdue tells whether the notice is late at now, whether or not the clock has been run since.
func (n Notice) IsOverdue(now time.Time) bool {
	return n.State == NoticeReceived && n.late(now)
}

// Warn climbs one rung of the ladder: only for an order, only when the clock before it ran out, at most as many as the pack's ladder has
// (three, Permenkominfo 5/2020 art. 15(10)–(11)).
type Warn struct {
	Notice string
	Text   string
}

func (Warn) action() Action { return WarnPlatform }

func (cmd Warn) apply(c *Case, a Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeReceived)
	if err != nil {
		return err
	}
	if n.Act != Order {
		return Errorf(Conflict, "warning.only_orders", "")
	}
	if !n.late(env.Now) {
		return Errorf(Conflict, "warning.not_due", "")
	}
	steps := warningSteps(env.Pack, n.RuleDate)
	k := len(n.Warnings)
	if k >= len(steps) {
		return Errorf(Conflict, "warning.no_more", "")
	}
	if !Sentence(cmd.Text) {
		return Errorf(Invalid, "case.reason_missing", "text")
	}
	n.Warnings = append(n.Warnings, Warning{N: k + 1, Step: steps[k].ID, By: a.Account, At: env.Now, Text: cmd.Text})
	log.add(EventNoticeWarned, "notice", n.ID, "n", fmt.Sprint(k+1), "platform", n.Platform)
	return nil
}

// warningSteps are the rungs of the ladder in force at t that are warnings.
func warningSteps(p *Pack, t time.Time) []LadderStep {
	for _, l := range p.Ladders {
		if !l.Holds(t) {
			continue
		}
		var out []LadderStep
		for _, s := range l.Steps {
			if len(s.ID) > 8 && s.ID[:8] == "warning_" {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// ReceiveWarning records receipt of the last warning and starts its clock.
type ReceiveWarning struct {
	Notice string
	Proof  string
	ByTo   bool
}

func (cmd ReceiveWarning) action() Action {
	if cmd.ByTo {
		return AnswerNotice
	}
	return Deliver
}

func (cmd ReceiveWarning) apply(c *Case, a Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeReceived)
	if err != nil {
		return err
	}
	if cmd.ByTo && n.Platform != a.Platform {
		return Errorf(NotFound, "notice.not_found", "")
	}
	k := len(n.Warnings)
	if k == 0 || !n.Warnings[k-1].ReceivedAt.IsZero() {
		return Errorf(Conflict, "warning.none_open", "")
	}
	proof := cmd.Proof
	if cmd.ByTo {
		proof = "acknowledged"
	}
	if proof == "" {
		return Errorf(Invalid, "notice.proof_missing", "proof")
	}
	w := &n.Warnings[k-1]
	w.ReceivedAt, w.Proof = env.Now, proof
	id := "warning"
	if n.Urgent {
		id = "warning_urgent"
	}
	if clock, ok := env.Pack.ClockAt(id, n.RuleDate); ok {
		w.DueAt = Due(clock, env.Now, nil, env.Pack.Zone(c.Region), env.Now)
	}
	log.add(EventNoticeReceipt, "notice", n.ID, "warning", fmt.Sprint(w.N))
	return nil
}

// RecommendBlock recommends to the minister to cut access. It needs the last warning to have run out and the platform's reasons on record,
// and it is all that this software ever does about blocking.
type RecommendBlock struct{ Notice, Note string }

func (RecommendBlock) action() Action { return WarnPlatform }

func (cmd RecommendBlock) apply(c *Case, _ Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeReceived)
	if err != nil {
		return err
	}
	switch {
	case n.Act != Order || len(n.Warnings) < len(warningSteps(env.Pack, n.RuleDate)) || !n.late(env.Now):
		return Errorf(Conflict, "block.warnings_first", "")
	case n.Reasons == "":
		return Errorf(Conflict, "block.reasons_first", "")
	case !n.BlockAdvised.IsZero():
		return Errorf(Conflict, "block.already", "")
	case !Sentence(cmd.Note):
		return Errorf(Invalid, "case.reason_missing", "note")
	}
	n.BlockAdvised, n.BlockNote = env.Now, cmd.Note
	log.add(EventNoticeBlock, "notice", n.ID, "platform", n.Platform)
	return nil
}
