package ronda_test

import (
	"strings"
	"testing"
	"time"

	"ronda"
)

// TestTicketStates: what a reporter is told at each stage, and no more.
func TestTicketStates(t *testing.T) {
	t.Parallel()
	ask := ronda.Message{Kind: "question", Question: "q1", Text: "Di mana video itu direkam?"}
	answer := ronda.Message{Kind: "answer", Question: "q1"}
	for _, x := range []struct {
		stage    ronda.CaseStage
		joined   bool
		messages []ronda.Message
		state    ronda.TicketState
		detail   string
	}{
		{ronda.StageNew, false, nil, ronda.TicketReceived, ""},
		{ronda.StageNew, true, nil, ronda.TicketMerged, ""},
		{ronda.StageTriage, true, nil, ronda.TicketReviewing, ""},
		{ronda.StageTriage, false, []ronda.Message{ask}, ronda.TicketNeedsInfo, ""},
		{ronda.StageTriage, false, []ronda.Message{ask, answer}, ronda.TicketReviewing, ""},
		{ronda.StageAssessment, false, nil, ronda.TicketReviewing, ""},
		{ronda.StageSecond, false, nil, ronda.TicketReviewing, ""},
		{ronda.StageThird, false, nil, ronda.TicketReviewing, ""}, // nobody learns that the readers disagreed
		{ronda.StageDecided, false, nil, ronda.TicketReviewing, ""},
		{ronda.StageNotified, false, nil, ronda.TicketPassed, "platform"},
		{ronda.StageAwaiting, false, nil, ronda.TicketPassed, "platform"},
		{ronda.StageActed, false, nil, ronda.TicketFinished, "acted"},
		{ronda.StageDeclined, false, nil, ronda.TicketFinished, "declined"},
		{ronda.StageNoAction, false, nil, ronda.TicketFinished, "no_act"},
		{ronda.StageClosed, false, nil, ronda.TicketFinished, "no_act"},
		{ronda.StageReferred, false, nil, ronda.TicketPassed, "press_council"},
	} {
		w := newWorld(t, "hate_sara")
		w.c.Stage = x.stage
		w.c.Closed = &ronda.Closing{Reason: ronda.CloseNoAct}
		w.c.Referrals = []ronda.Referral{{Path: "formal_violation"}, {Path: "press_council"}}
		r := ronda.Report{Code: "7K3M9Q2X4TBC", At: noon, Region: "32.04", Joined: x.joined}
		got := ronda.TicketOf(r, w.c, x.messages, thePack())
		if got.State != x.state || got.Detail != x.detail {
			t.Errorf("%s: %s %q, want %s %q", x.stage, got.State, got.Detail, x.state, x.detail)
		}
		if want := noon.Add(20 * time.Hour); x.state != ronda.TicketFinished && !got.Next.Equal(want) {
			t.Errorf("%s: news by %v, want %v", x.stage, got.Next, want)
		}
		if x.state == ronda.TicketFinished && !got.Next.IsZero() {
			t.Errorf("%s promises further news", x.stage)
		}
	}
}

// TestTicketShowsNoInternals: neither who holds the case, nor what readers think, nor addresses that others reported.
func TestTicketShowsNoInternals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.ordered(false)
	mark(&w.c, "RAHASIA")
	w.c.Items[0].Key = "tiktok:7301"
	r := ronda.Report{Code: "7K3M9Q2X4TBC", At: noon, Addresses: []ronda.ReportAddress{{Canonical: "https://www.tiktok.com/@a/video/7301", Key: "tiktok:7301"}, {Canonical: "https://x.com/a/status/1", Key: "x:1"}}}
	got := ronda.TicketOf(r, w.c, nil, thePack())
	text := asJSON(t, got)
	for _, secret := range []string{"RAHASIA", "ani", "dedi", "hadi", "ite-28-2", "facebook"} {
		if strings.Contains(text, secret) {
			t.Errorf("the ticket shows %q: %s", secret, text)
		}
	}
	if len(got.Addresses) != 2 || got.Addresses[0].State != ronda.ItemPending || got.Addresses[1].State != ronda.ItemOpen {
		t.Errorf("addresses %+v", got.Addresses)
	}
}

// TestSeeEvents: the logbook of a blind reader is the same whatever was concluded, in this round and before.
func TestSeeEvents(t *testing.T) {
	t.Parallel()
	logbook := func(round1, round2 ronda.Assessment) string {
		w := newWorld(t, "hate_sara")
		w.later(time.Hour)
		w.do(officer, ronda.Assess{Assessment: round1})
		w.draw("dedi")
		w.later(time.Hour)
		w.do(second, ronda.Assess{Assessment: round1})
		w.later(time.Hour)
		if w.c.Stage.Open() {
			w.do(lead, ronda.Return{Note: why})
		} else {
			w.do(lead, ronda.Reopen{Reason: why})
		}
		w.later(time.Hour)
		w.do(officer, ronda.Assess{Assessment: round2})
		w.draw("eka")
		var out strings.Builder
		for _, e := range ronda.SeeEvents(w.events, ronda.SightBlind, w.c) {
			out.WriteString(string(e.Kind) + " " + e.Actor + "\n")
		}
		if full := ronda.SeeEvents(w.events, ronda.SightFull, w.c); len(full) != len(w.events) {
			t.Errorf("%d of %d events for someone with full sight", len(full), len(w.events))
		}
		return out.String()
	}
	act, none := conclusion(ronda.Request, "ite-28-2", noon), decline(ronda.OutcomeNoAct)
	base := logbook(act, act)
	for _, x := range [][2]ronda.Assessment{{act, none}, {none, act}, {none, none}} {
		if got := logbook(x[0], x[1]); got != base {
			t.Errorf("the logbook tells:\n%s\n%s", got, base)
		}
	}
	if strings.Contains(base, "assessed") || strings.Contains(base, "drawn") || !strings.Contains(base, "case.opened") {
		t.Errorf("logbook:\n%s", base)
	}
}
