package ronda

import (
	"strings"
	"time"
)

// ItemAnswer is a platform's answer for one address.
type ItemAnswer struct {
	Item         string
	Answer       Answer
	Reason       string // needed for declined and needs_information
	UploaderTold string // yes, no, not_possible
	Statement    string // PUID of the platform's statement of reasons
}

// AnswerItems takes a platform's answers. With All each address of the notice must be answered, as the form demands; without it
// a program may answer a part at a time. An answer may be corrected by a later one; both stand in the events.
type AnswerItems struct {
	Notice  string
	Answers []ItemAnswer
	All     bool
}

func (AnswerItems) action() Action { return AnswerNotice }

func (cmd AnswerItems) apply(c *Case, a Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeSent, NoticeReceived, NoticeAnswered)
	if err != nil {
		return err
	}
	if n.Platform != a.Platform {
		return Errorf(NotFound, "notice.not_found", "")
	}
	if err := cmd.check(*n); err != nil {
		return err
	}
	if n.State == NoticeSent { // whoever answers has received
		n.start(env.Now, "answered", c, env)
		log.add(EventNoticeReceipt, "notice", n.ID, "act", string(n.Act), "platform", n.Platform)
	}
	for _, x := range cmd.Answers {
		i := indexFunc(n.Items, func(it NoticeItem) bool { return it.Item == x.Item })
		it := &n.Items[i]
		it.Answer, it.Reason, it.AnsweredAt, it.By = x.Answer, strings.TrimSpace(x.Reason), env.Now, a.Account
		it.UploaderTold, it.Statement = x.UploaderTold, x.Statement
		c.setItem(it.Item, ItemState(x.Answer), env.Now)
		log.add(EventNoticeAnswer, "notice", n.ID, "item", it.Item, "answer", string(x.Answer), "uploader_told", x.UploaderTold)
	}
	n.pauseBy(env)
	n.recompute(c, env)
	if n.Unanswered() == 0 {
		n.State, n.AnsweredAt = NoticeAnswered, env.Now
		n.endPause(env)
	} else {
		n.State, n.AnsweredAt = NoticeReceived, time.Time{}
	}
	return nil
}

// check names each address that lacks an answer, a reason or sense.
func (cmd AnswerItems) check(n Notice) error {
	var f faults
	given := map[string]bool{}
	for _, x := range cmd.Answers {
		field := "answers." + x.Item
		given[x.Item] = true
		if indexFunc(n.Items, func(it NoticeItem) bool { return it.Item == x.Item }) < 0 {
			f.add(field, "answer.unknown_item")
			continue
		}
		if !contains(Answers(), x.Answer) {
			f.add(field, "answer.missing")
		}
		if (x.Answer == AnswerDeclined || x.Answer == AnswerNeedsInfo) && len([]rune(strings.TrimSpace(x.Reason))) < 10 {
			f.add(field, "answer.reason_missing")
		}
		if len([]rune(x.Reason)) > 5000 {
			f.add(field, "answer.reason_long")
		}
		if !contains([]string{"", "yes", "no", "not_possible"}, x.UploaderTold) {
			f.add(field, "answer.uploader_told")
		}
	}
	if cmd.All {
		for _, it := range n.Items {
			if !given[it.Item] && !it.Answer.Final() {
				f.add("answers."+it.Item, "answer.missing")
			}
		}
	}
	if len(cmd.Answers) == 0 && len(f) == 0 {
		f.add("answers", "answer.missing")
	}
	return f.err("answer.incomplete")
}

// pauseBy opens or closes the pause that the clock's rule grants for an answer such as "needs information".
func (n *Notice) pauseBy(env Env) {
	id := n.Clock
	if len(n.Warnings) > 0 {
		id = n.warningClock() // a warning runs by its own rule
	}
	clock, ok := env.Pack.ClockAt(id, n.CreatedAt)
	if !ok {
		return
	}
	stops := indexFunc(n.Items, func(it NoticeItem) bool { return contains(clock.Pauses, it.Answer) }) >= 0
	switch {
	case stops && !n.Paused():
		n.Pauses = append(n.Pauses, Pause{From: env.Now})
	case !stops:
		n.endPause(env)
	}
}

func (n *Notice) endPause(env Env) {
	if n.Paused() {
		n.Pauses[len(n.Pauses)-1].To = env.Now
	}
	n.RunsAgain = time.Time{}
}

// GiveInformation answers a platform's "needs information" and lets the clock run again.
type GiveInformation struct{ Notice, Text string }

func (GiveInformation) action() Action { return Deliver }

func (cmd GiveInformation) apply(c *Case, a Actor, env Env, log *recorder) error {
	n, err := c.outgoing(cmd.Notice, a, NoticeReceived)
	if err != nil {
		return err
	}
	if !Sentence(cmd.Text) {
		return Errorf(Invalid, "case.reason_missing", "text")
	}
	asked := false
	for i := range n.Items {
		if n.Items[i].Answer == AnswerNeedsInfo {
			asked = true
			n.Items[i].Answer = ""
			c.setItem(n.Items[i].Item, ItemPending, env.Now)
		}
	}
	if !asked {
		return Errorf(Conflict, "notice.no_question", "")
	}
	c.Notes = append(c.Notes, Note{ID: env.ID(), By: a.Account, Office: a.Office, At: env.Now, Text: cmd.Text})
	n.endPause(env)
	n.recompute(c, env)
	log.add(EventNoticeInfo, "notice", n.ID)
	return nil
}

// StateReasons records a platform's reasons for not acting. Blocking can be recommended only after them (Permenkominfo 5/2020 art. 15(7), (9)).
type StateReasons struct{ Notice, Reasons string }

func (StateReasons) action() Action { return AnswerNotice }

func (cmd StateReasons) apply(c *Case, a Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeReceived, NoticeAnswered)
	if err != nil {
		return err
	}
	if n.Platform != a.Platform {
		return Errorf(NotFound, "notice.not_found", "")
	}
	if !Sentence(cmd.Reasons) {
		return Errorf(Invalid, "case.reason_missing", "reasons")
	}
	n.Reasons, n.ReasonsAt = cmd.Reasons, env.Now
	log.add(EventNoticeReasons, "notice", n.ID)
	return nil
}
