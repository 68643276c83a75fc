package ronda

import (
	"strings"
	"time"
)

// Sending is committed before the first byte of a notice leaves, with the Message-ID that a repeat would carry. A process that finds a
// notice in this state after a crash cannot know what happened; the channel decides whether it may be sent again.
type Sending struct{ Notice, MessageID string }

func (Sending) action() Action { return Deliver }

func (cmd Sending) apply(c *Case, _ Actor, _ Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeQueued, NoticeSending, NoticeFailed)
	if err != nil {
		return err
	}
	if n.MessageID != "" && n.MessageID != cmd.MessageID {
		return Errorf(Conflict, "notice.message_id_fixed", "")
	}
	n.MessageID, n.State, n.Failure = cmd.MessageID, NoticeSending, ""
	n.Attempts++
	log.add(EventNoticeSending, "notice", n.ID, "channel", n.Channel)
	return nil
}

// Sent records that the channel took the notice over. That is not receipt.
type Sent struct{ Notice string }

func (Sent) action() Action { return Deliver }

func (cmd Sent) apply(c *Case, _ Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeQueued, NoticeSending, NoticeUnknown)
	if err != nil {
		return err
	}
	n.State, n.SentAt = NoticeSent, env.Now
	log.add(EventNoticeSent, "notice", n.ID, "act", string(n.Act), "platform", n.Platform, "authority", n.Authority, "channel", n.Channel)
	return nil
}

// Undelivered records that sending went wrong: for certain, or with an outcome that nobody can tell. The second goes to a person and is never
// sent again by itself.
type Undelivered struct {
	Notice  string
	Unknown bool
	Failure string // short, for colleagues; no addresses or names
}

func (Undelivered) action() Action { return Deliver }

func (cmd Undelivered) apply(c *Case, _ Actor, _ Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeSending, NoticeUnknown, NoticeSent)
	if err != nil {
		return err
	}
	n.Failure = cmd.Failure
	if cmd.Unknown {
		n.State = NoticeUnknown
		log.add(EventNoticeUnknown, "notice", n.ID)
		return nil
	}
	n.State = NoticeFailed
	log.add(EventNoticeFailed, "notice", n.ID)
	return nil
}

// Requeue sends a failed notice again, by a person's decision; for an unknown outcome that person states how they know that it did not arrive.
type Requeue struct{ Notice, Because string }

func (Requeue) action() Action { return Deliver }

func (cmd Requeue) apply(c *Case, a Actor, _ Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeFailed, NoticeUnknown)
	if err != nil {
		return err
	}
	if a.Is(RoleSystem) || !Sentence(cmd.Because) {
		return Errorf(Invalid, "case.reason_missing", "because")
	}
	n.State = NoticeQueued
	log.add(EventNoticeQueued, "notice", n.ID, "again", "yes")
	return nil
}

// Receive records proven receipt by the recipient and starts the clock. A liaison acknowledges its own notices; others state the proof.
type Receive struct {
	Notice string
	At     time.Time // zero means now
	Proof  string
	ByTo   bool // the recipient itself acknowledges
}

func (cmd Receive) action() Action {
	if cmd.ByTo {
		return AnswerNotice
	}
	return Deliver
}

func (cmd Receive) apply(c *Case, a Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeSent, NoticeUnknown)
	if err != nil {
		return err
	}
	at := cmd.At
	if at.IsZero() || cmd.ByTo {
		at = env.Now
	}
	proof := strings.TrimSpace(cmd.Proof)
	if cmd.ByTo {
		if n.Platform != a.Platform {
			return Errorf(NotFound, "notice.not_found", "")
		}
		proof = "acknowledged"
	}
	if proof == "" {
		return Errorf(Invalid, "notice.proof_missing", "proof")
	}
	if at.After(env.Now) || (!n.SentAt.IsZero() && at.Before(n.SentAt)) {
		return Errorf(Invalid, "notice.receipt_time", "at")
	}
	n.start(at, proof, c, env)
	log.add(EventNoticeReceipt, "notice", n.ID, "act", string(n.Act), "platform", n.Platform)
	return nil
}

// start begins the clock of a received notice.
func (n *Notice) start(at time.Time, proof string, c *Case, env Env) {
	n.State, n.ReceivedAt, n.Proof = NoticeReceived, at, proof
	if n.SentAt.IsZero() {
		n.SentAt = at
	}
	n.recompute(c, env)
}

// recompute sets the deadline from receipt, clock and pauses.
func (n *Notice) recompute(c *Case, env Env) {
	clock, ok := env.Pack.ClockAt(n.Clock, n.RuleDate)
	if n.Clock == "" || !ok {
		return
	}
	n.DueAt = Due(clock, n.ReceivedAt, n.Pauses, env.Pack.Zone(c.Region), env.Now)
}

// AnswerRequest is the ministry's answer to an agency's request: taken up, or refused with a reason.
type AnswerRequest struct {
	Notice string
	Accept bool
	Reason string
}

func (AnswerRequest) action() Action { return MinistryAnswer }

func (cmd AnswerRequest) apply(c *Case, a Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeSent, NoticeReceived)
	if err != nil {
		return err
	}
	if n.Act != Request || n.Authority != a.Org {
		return Errorf(NotFound, "notice.not_found", "")
	}
	if !Sentence(cmd.Reason) {
		return Errorf(Invalid, "case.reason_missing", "reason")
	}
	if n.ReceivedAt.IsZero() {
		n.ReceivedAt, n.Proof = env.Now, "acknowledged"
	}
	n.MinistryNote, n.AnsweredAt = cmd.Reason, env.Now
	result := "rejected"
	n.State = NoticeRejected
	if cmd.Accept {
		result, n.State = "accepted", NoticeAccepted
	}
	for i := range n.Items {
		if !cmd.Accept {
			n.Items[i].Answer, n.Items[i].AnsweredAt = AnswerDeclined, env.Now
			c.setItem(n.Items[i].Item, ItemOpen, env.Now)
		}
	}
	log.add(EventNoticeAgency, "notice", n.ID, "result", result)
	return nil
}

// Withdraw takes an act back. Its addresses are free again, and a recipient who has it is told.
type Withdraw struct{ Notice, Reason string }

func (Withdraw) action() Action { return WithdrawAct }

func (cmd Withdraw) apply(c *Case, a Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeDraft, NoticeQueued, NoticeFailed, NoticeUnknown, NoticeSent, NoticeReceived, NoticeAnswered, NoticeAccepted)
	if err != nil {
		return err
	}
	if !a.Is(RoleSystem) && n.Org != a.Org {
		return Errorf(Forbidden, "notice.other_sender", "")
	}
	if !Sentence(cmd.Reason) {
		return Errorf(Invalid, "case.reason_missing", "reason")
	}
	n.State, n.Withdrawn, n.WithdrawnAt = NoticeWithdrawn, cmd.Reason, env.Now
	for _, it := range n.Items {
		if !it.Answer.Final() {
			c.setItem(it.Item, ItemWithdrawn, env.Now)
		}
	}
	log.add(EventNoticeEnded, "notice", n.ID)
	return nil
}
