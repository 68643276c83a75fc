package casework

import (
	"time"

	"ronda"
)

// The kinds of job that changes of a case owe.
const (
	JobSend     = "notice.send"     // hand a queued notice to its channel
	JobTick     = "notice.tick"     // look at a notice's clock when it may have run out
	JobRemind   = "notice.remind"   // remind the recipient before the deadline
	JobDraw     = "case.draw"       // draw a reader where none was at hand
	JobNews     = "ticket.news"     // tell the reporters of a case what happened
	JobQuestion = "ticket.question" // put a question to the reporters of a case
	JobRecheck  = "item.recheck"    // look again whether an address that was answered as removed is gone
	JobAddItems = "case.add_items"  // add a joined report's addresses to its case
)

// news says which events are news for the people who reported, by the key of the text they read.
func news(c ronda.Case, e ronda.Event) string {
	switch e.Kind {
	case ronda.EventTaken, ronda.EventAssigned:
		return "ticket.news.reviewing"
	case ronda.EventMerged:
		return "ticket.news.merged"
	case ronda.EventReferred:
		return "ticket.news.referred"
	case ronda.EventNoticeSent:
		return "ticket.news.sent"
	case ronda.EventNoticeAnswer:
		if c.Stage == ronda.StageActed || c.Stage == ronda.StageDeclined {
			return "ticket.news." + string(c.Stage)
		}
	case ronda.EventNoticeEnded:
		return "ticket.news.withdrawn"
	case ronda.EventClosed:
		return "ticket.news.closed." + e.Data["reason"]
	case ronda.EventReopened:
		return "ticket.news.reopened"
	case ronda.EventMatchJudged:
		if e.Data["kind"] == "claim" && e.Data["same"] == "yes" {
			return "ticket.news.checked"
		}
	}
	return ""
}

// Jobs lists what must be done after the events of a change. Each job's key keeps a repeat from doubling it.
func Jobs(c ronda.Case, events []ronda.Event, p *ronda.Pack) []ronda.Job {
	var jobs []ronda.Job
	add := func(kind, key string, at time.Time, args ...string) {
		m := map[string]string{"case": c.ID}
		for i := 0; i+1 < len(args); i += 2 {
			m[args[i]] = args[i+1]
		}
		jobs = append(jobs, ronda.Job{Kind: kind, Key: kind + ":" + key, RunAt: at, Args: m})
	}
	told := map[string]bool{}
	for _, e := range events {
		n, _ := c.Notice(e.Data["notice"])
		switch e.Kind {
		case ronda.EventNoticeQueued:
			add(JobSend, n.ID, e.At, "notice", n.ID)
		case ronda.EventNoticeReceipt, ronda.EventNoticeInfo, ronda.EventNoticeAnswer:
			addClock(n, e, p, add)
			addRechecks(n, e, add)
		case ronda.EventAsked:
			add(JobQuestion, e.Data["question"], e.At, "question", e.Data["question"])
		}
		if text := news(c, e); text != "" && !told[text] {
			told[text] = true
			add(JobNews, e.ID, e.At, "text", text, "event", e.ID)
		}
	}
	if c.NeedsReader() != "" && len(events) > 0 {
		at := events[len(events)-1].At
		add(JobDraw, c.ID+":"+at.Format(time.RFC3339Nano), at.Add(10*time.Minute))
	}
	return jobs
}

// recheckAfter is when Ronda looks again after a platform said that an address is gone: soon, the next day, and when nobody looks any more.
func recheckAfter() []time.Duration {
	return []time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}
}

// addRechecks owes later looks at an address that was answered as removed or out of sight.
func addRechecks(n ronda.Notice, e ronda.Event, add func(kind, key string, at time.Time, args ...string)) {
	if e.Kind != ronda.EventNoticeAnswer || n.Sandbox || !ronda.Answer(e.Data["answer"]).TookDown() {
		return
	}
	for _, d := range recheckAfter() {
		at := e.At.Add(d)
		add(JobRecheck, n.ID+":"+e.Data["item"]+":"+at.UTC().Format(time.RFC3339), at, "notice", n.ID, "item", e.Data["item"])
	}
}

// addClock owes a look at the clock just after the deadline, and reminders before it.
func addClock(n ronda.Notice, e ronda.Event, p *ronda.Pack, add func(kind, key string, at time.Time, args ...string)) {
	due := n.Deadline()
	if due.IsZero() || n.Paused() || n.State != ronda.NoticeReceived {
		return
	}
	stamp := due.UTC().Format(time.RFC3339)
	add(JobTick, n.ID+":"+stamp, due.Add(time.Second), "notice", n.ID)
	clock, ok := p.ClockAt(n.Clock, n.RuleDate)
	if !ok {
		return
	}
	for _, h := range clock.Remind {
		if at := due.Add(-time.Duration(h) * time.Hour); at.After(e.At) {
			add(JobRemind, n.ID+":"+at.UTC().Format(time.RFC3339), at, "notice", n.ID)
		}
	}
}
