package ronda

import (
	"fmt"
	"strings"
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

// Remind records that a running deadline is near, so that inbox, logbook and mails can say so.
type Remind struct{ Notice string }

func (Remind) action() Action { return RunClock }

func (cmd Remind) apply(c *Case, _ Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeReceived)
	if err != nil {
		return err
	}
	if due := n.Deadline(); due.IsZero() || n.Paused() || n.Unanswered() == 0 || env.Now.After(due) {
		return Errorf(Conflict, "notice.not_overdue", "")
	}
	log.add(EventNoticeRemind, "notice", n.ID, "platform", n.Platform, "clock", n.Clock)
	return nil
}

// late tells whether the running clock has ended with an address unanswered.
func (n *Notice) late(now time.Time) bool {
	due := n.Deadline()
	still := n.Paused() && n.RunsAgain.IsZero()
	return !due.IsZero() && !still && now.After(due) && n.Unanswered() > 0
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
	if err := n.sentBy(a); err != nil {
		return err
	}
	if !n.late(env.Now) {
		return Errorf(Conflict, "warning.not_due", "")
	}
	steps := n.warningSteps(env.Pack)
	k := len(n.Warnings)
	if k >= len(steps) {
		return Errorf(Conflict, "warning.no_more", "")
	}
	if !Sentence(cmd.Text) {
		return Errorf(Invalid, "case.reason_missing", "text")
	}
	n.endPause(env) // its limit has passed, or it would not be late
	n.Warnings = append(n.Warnings, Warning{N: k + 1, Step: steps[k].ID, By: a.Account, At: env.Now, Text: cmd.Text})
	log.add(EventNoticeWarned, "notice", n.ID, "n", fmt.Sprint(k+1), "platform", n.Platform)
	return nil
}

// warningSteps are the warnings of the ladder that belongs to the notice's clock, in force on the day of the act; of any ladder then in
// force where none is named after the clock.
func (n *Notice) warningSteps(p *Pack) []LadderStep {
	var ladder *Ladder
	for i := range p.Ladders {
		l := &p.Ladders[i]
		if l.Holds(n.CreatedAt) && (ladder == nil || l.ID == n.Clock) {
			ladder = l
		}
	}
	if ladder == nil {
		return nil
	}
	var out []LadderStep
	for _, s := range ladder.Steps {
		if strings.HasPrefix(s.ID, "warning_") && len(out) < maxWarnings {
			out = append(out, s)
		}
	}
	return out
}

// maxWarnings is the law's bound, whatever a pack says (Permenkominfo 5/2020 art. 15(11), 16(12)).
const maxWarnings = 3

// warningClock is the id of the clock that a warning runs by.
func (n *Notice) warningClock() string {
	if n.Urgent {
		return "warning_urgent"
	}
	return "warning"
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
	if !cmd.ByTo {
		if err := n.sentBy(a); err != nil {
			return err
		}
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
	if clock, ok := env.Pack.ClockAt(n.warningClock(), n.CreatedAt); ok {
		w.DueAt = Due(clock, env.Now, nil, env.Pack.Zone(c.Region), env.Now)
	}
	log.add(EventNoticeReceipt, "notice", n.ID, "warning", fmt.Sprint(w.N))
	return nil
}

// RecommendBlock recommends to the minister to cut access. It needs the last warning to have run out and the platform's reasons on record,
// and it is all that this software ever does about blocking.
type RecommendBlock struct{ Notice, Note string }

func (RecommendBlock) action() Action { return WarnPlatform }

func (cmd RecommendBlock) apply(c *Case, a Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeReceived)
	if err != nil {
		return err
	}
	if err := n.sentBy(a); err != nil {
		return err
	}
	steps := n.warningSteps(env.Pack)
	switch {
	case n.Act != Order || len(steps) == 0 || len(n.Warnings) < len(steps) || !n.late(env.Now):
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
