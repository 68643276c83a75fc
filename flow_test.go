package ronda_test

import (
	"testing"
	"time"

	"ronda"
)

// TestFlow walks the whole way of a case, from the report to the answered order, and looks at each stage on it.
func TestFlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	stage := func(want ronda.CaseStage) {
		t.Helper()
		if w.c.Stage != want {
			t.Fatalf("stage %s, want %s", w.c.Stage, want)
		}
	}
	stage(ronda.StageTriage)
	w.do(officer, ronda.Assess{Assessment: conclusion(ronda.Request, "ite-28-2", w.c.ContentDate)})
	stage(ronda.StageSecond)
	if seat := w.c.NeedsReader(); seat != ronda.SeatSecond {
		t.Fatalf("needs %q, want the second reader", seat)
	}
	w.draw("dedi")
	w.do(second, ronda.Assess{Assessment: conclusion(ronda.Request, "ite-28-2", w.c.ContentDate)})
	stage(ronda.StageDecided)
	w.pass()
	if w.c.Office != "bawaslu:" {
		t.Fatalf("office %s after two steps up, want the national one", w.c.Office)
	}
	w.do(contact, aRequest())
	req := w.last()
	stage(ronda.StageNotified)
	w.deliver(req)
	w.do(minister, ronda.AnswerRequest{Notice: req, Accept: true, Reason: why})
	stage(ronda.StageAwaiting)
	w.do(minister, anOrder(req))
	id := w.last()
	if s := w.notice(id).State; s != ronda.NoticeDraft {
		t.Fatalf("a new order is %s, want a draft", s)
	}
	w.do(signer, ronda.Countersign{Notice: id})
	w.deliver(id)
	if due := w.notice(id).DueAt; !due.IsZero() {
		t.Fatalf("the clock ends at %v before receipt", due)
	}
	w.later(3 * time.Hour)
	w.do(tiktok, ronda.Receive{Notice: id, ByTo: true})
	if n := w.notice(id); !n.DueAt.Equal(w.now.Add(24*time.Hour)) || !w.c.DueAt.Equal(n.DueAt) || w.c.DueClock != "order" {
		t.Fatalf("due %v, case due %v by %q; want 24 h after receipt", n.DueAt, w.c.DueAt, w.c.DueClock)
	}
	w.do(tiktok, ronda.AnswerItems{Notice: id, All: true, Answers: []ronda.ItemAnswer{{Item: w.item("tiktok"), Answer: ronda.AnswerRemoved, UploaderTold: "yes"}}})
	stage(ronda.StageAwaiting) // the request named Facebook too, and no order covers it yet
	cmd := anOrder(req)
	cmd.Platform = "facebook"
	w.do(minister, cmd)
	fb := w.last()
	w.do(signer, ronda.Countersign{Notice: fb})
	w.deliver(fb)
	w.do(facebook, ronda.AnswerItems{Notice: fb, Answers: []ronda.ItemAnswer{{Item: w.item("facebook"), Answer: ronda.AnswerDeclined, Reason: "Kami tidak menemukan pelanggaran."}}})
	stage(ronda.StageActed)
	if n := w.notice(fb); n.State != ronda.NoticeAnswered || n.Proof != "answered" || n.ReceivedAt.IsZero() {
		t.Errorf("notice %s, proof %q: who answers has received", n.State, n.Proof)
	}
	for _, e := range w.events {
		if e.Actor == "" || e.At.IsZero() || e.ID == "" || e.Case != w.c.ID {
			t.Errorf("event %+v lacks actor, time, id or case", e)
		}
	}
}

// TestSplitGoesToAThird shows that the third reader settles a disagreement, and that no act rests on one reader alone.
func TestSplitGoesToAThird(t *testing.T) {
	t.Parallel()
	date := noon.Add(-48 * time.Hour)
	act := conclusion(ronda.Request, "ite-28-2", date)
	milder := act
	milder.Measure = ronda.MeasureLabel
	flagged := conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", date)
	flagged.Measure = ronda.MeasureReduce
	other := conclusion(ronda.Request, "pilkada-69-b", date)
	other.Measure = ronda.MeasureLabel
	for name, x := range map[string]struct {
		first, second, third ronda.Assessment
		outcome              ronda.Outcome
		act                  ronda.Act
		measure              ronda.Measure
	}{
		"two act":                        {act, decline(ronda.OutcomeNoAct), act, ronda.OutcomeAct, ronda.Request, ronda.MeasureRemove},
		"two do not":                     {act, decline(ronda.OutcomeNoAct), decline(ronda.OutcomeNoAct), ronda.OutcomeNoAct, "", ronda.MeasureNone},
		"all differ, one would not":      {act, milder, decline(ronda.OutcomeNoAct), ronda.OutcomeNoAct, "", ronda.MeasureNone},
		"same ground, milder prevails":   {act, milder, flagged, ronda.OutcomeAct, ronda.Request, ronda.MeasureLabel},
		"nobody shares the mildest act":  {act, other, flagged, ronda.OutcomeNoAct, "", ronda.MeasureNone},
		"one refers, one acts, one none": {act, decline(ronda.OutcomeRefer), decline(ronda.OutcomeNoAct), ronda.OutcomeRefer, "", ronda.MeasureNone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "hate_sara")
			w.do(officer, ronda.Assess{Assessment: x.first})
			w.draw("dedi")
			w.do(second, ronda.Assess{Assessment: x.second})
			if w.c.Stage != ronda.StageThird || w.c.Decision != nil {
				t.Fatalf("stage %s, decision %v; want a third reader", w.c.Stage, w.c.Decision)
			}
			w.draw("eka")
			w.do(third, ronda.Assess{Assessment: x.third})
			d := w.c.Decision
			if d == nil || d.Outcome != x.outcome || d.Act != x.act || d.Measure != x.measure || !d.Third {
				t.Fatalf("decision %+v", d)
			}
		})
	}
}
