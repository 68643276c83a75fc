package ronda

import (
	"strings"
	"time"
)

// Sending is committed before the first byte of a notice leaves, with the Message-ID that a repeat would carry. A process that finds a
// notice in this state after a crash cannot know what happened; the channel decides whether it may be sent again.
type Sending struct{ Notice, MessageID string }

func (Sending) action() Action { return Deliver }

func (cmd Sending) apply(c *Case, a Actor, _ Env, log *recorder) error {
	n, err := c.outgoing(cmd.Notice, a, NoticeQueued, NoticeSending, NoticeFailed)
	if err != nil {
		return err
	}
	if err := c.standing(n); err != nil {
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

// outgoing finds a notice of the actor's own authority in one of the states given, for changing.
func (c *Case) outgoing(id string, a Actor, states ...NoticeState) (*Notice, error) {
	n, err := c.notice(id, states...)
	if err != nil {
		return nil, err
	}
	return n, n.sentBy(a)
}

// Sent records that the channel took the notice over. That is not receipt.
type Sent struct{ Notice string }

func (Sent) action() Action { return Deliver }

func (cmd Sent) apply(c *Case, a Actor, env Env, log *recorder) error {
	n, err := c.outgoing(cmd.Notice, a, NoticeQueued, NoticeSending, NoticeUnknown)
	if err != nil {
		return err
	}
	if n.State == NoticeQueued {
		if err := c.standing(n); err != nil {
			return err
		}
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

func (cmd Undelivered) apply(c *Case, a Actor, _ Env, log *recorder) error {
	n, err := c.outgoing(cmd.Notice, a, NoticeSending, NoticeUnknown, NoticeSent)
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
	n, err := c.outgoing(cmd.Notice, a, NoticeFailed, NoticeUnknown)
	if err != nil {
		return err
	}
	if err := c.standing(n); err != nil {
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
	} else if err := n.sentBy(a); err != nil {
		return err
	}
	if proof == "" {
		return Errorf(Invalid, "notice.proof_missing", "proof")
	}
	if at.After(env.Now) || at.Before(n.SentAt) || at.Before(n.CreatedAt) {
		return Errorf(Invalid, "notice.receipt_time", "at")
	}
	if n.SentAt.IsZero() { // its outcome was unknown: receipt proves that it left, and the log must not miss an act
		n.SentAt = at
		log.add(EventNoticeSent, "notice", n.ID, "act", string(n.Act), "platform", n.Platform, "authority", n.Authority, "channel", n.Channel)
	}
	n.start(at, proof, c, env)
	log.add(EventNoticeReceipt, "notice", n.ID, "act", string(n.Act), "platform", n.Platform)
	return nil
}

// start begins the clock of a received notice.
func (n *Notice) start(at time.Time, proof string, c *Case, env Env) {
	n.State, n.ReceivedAt, n.Proof = NoticeReceived, at, proof
	n.recompute(c, env)
}

// recompute sets the deadline from receipt, clock and pauses. An open pause with a limit is counted to its end at once, so that the
// clock runs again by itself when nobody answers. Content is judged by the rule of its own date, the procedure by that of the act.
func (n *Notice) recompute(c *Case, env Env) {
	n.RunsAgain = time.Time{}
	clock, ok := env.Pack.ClockAt(n.Clock, n.CreatedAt)
	if n.Clock == "" || !ok {
		return
	}
	until := env.Now
	if limit := time.Duration(clock.MaxPause) * time.Hour; n.Paused() && limit > 0 {
		open := n.Pauses[len(n.Pauses)-1]
		until = open.From.Add(limit - paused(clock, n.Pauses[:len(n.Pauses)-1], env.Now))
		n.RunsAgain = until
	}
	n.DueAt = Due(clock, n.ReceivedAt, n.Pauses, env.Pack.Zone(c.Region), until)
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
	if err := n.sentBy(a); err != nil {
		return err
	}
	if !Sentence(cmd.Reason) {
		return Errorf(Invalid, "case.reason_missing", "reason")
	}
	n.Unsent = n.SentAt.IsZero() && contains([]NoticeState{NoticeDraft, NoticeQueued, NoticeFailed}, n.State)
	n.State, n.Withdrawn, n.WithdrawnAt = NoticeWithdrawn, cmd.Reason, env.Now
	for _, it := range n.Items {
		if !it.Answer.Final() {
			c.setItem(it.Item, ItemWithdrawn, env.Now)
		}
	}
	log.add(EventNoticeEnded, "notice", n.ID)
	return nil
}
