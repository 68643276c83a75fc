package ronda_test

import (
	"strings"
	"testing"
	"time"

	"ronda"
)

// received brings a flag with three TikTok addresses to its recipient.
func received(t tester) (*world, string, []string) {
	w := newWorld(t, "hate_sara")
	w.do(officer, ronda.AddItems{Items: []ronda.Item{{Platform: "tiktok", Address: "https://a/2", Key: "tiktok:2"}, {Platform: "tiktok", Address: "https://a/3", Key: "tiktok:3"}}})
	cmd, by := ready(w, ronda.Flag)
	w.do(by, cmd)
	id := w.last()
	w.deliver(id)
	w.do(tiktok, ronda.Receive{Notice: id, ByTo: true})
	return w, id, []string{w.item("tiktok"), w.c.Items[2].ID, w.c.Items[3].ID}
}

// TestAnswerNamesWhatIsMissing for each address.
func TestAnswerNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	w, id, items := received(t)
	a := func(i int, answer ronda.Answer, reason string) ronda.ItemAnswer {
		return ronda.ItemAnswer{Item: items[i], Answer: answer, Reason: reason}
	}
	for name, x := range map[string]struct {
		answers []ronda.ItemAnswer
		all     bool
		want    []string
	}{
		"nothing":        {nil, false, []string{"answers answer.missing"}},
		"all, nothing":   {nil, true, []string{"answers." + items[0] + " answer.missing", "answers." + items[1] + " answer.missing", "answers." + items[2] + " answer.missing"}},
		"all, one left":  {[]ronda.ItemAnswer{a(0, ronda.AnswerRemoved, ""), a(2, ronda.AnswerLabelled, "")}, true, []string{"answers." + items[1] + " answer.missing"}},
		"not an answer":  {[]ronda.ItemAnswer{a(0, "blocked", "")}, false, []string{"answers." + items[0] + " answer.missing"}},
		"restored":       {[]ronda.ItemAnswer{a(0, ronda.AnswerRestored, "")}, false, []string{"answers." + items[0] + " answer.missing"}},
		"declined bare":  {[]ronda.ItemAnswer{a(0, ronda.AnswerDeclined, "tidak")}, false, []string{"answers." + items[0] + " answer.reason_missing"}},
		"question bare":  {[]ronda.ItemAnswer{a(1, ronda.AnswerNeedsInfo, "         ")}, false, []string{"answers." + items[1] + " answer.reason_missing"}},
		"reason of 5001": {[]ronda.ItemAnswer{a(1, ronda.AnswerDeclined, strings.Repeat("ä", 5001))}, false, []string{"answers." + items[1] + " answer.reason_long"}},
		"other address":  {[]ronda.ItemAnswer{{Item: w.item("facebook"), Answer: ronda.AnswerRemoved}}, false, []string{"answers." + w.item("facebook") + " answer.unknown_item"}},
		"uploader":       {[]ronda.ItemAnswer{{Item: items[0], Answer: ronda.AnswerRemoved, UploaderTold: "perhaps"}}, false, []string{"answers." + items[0] + " answer.uploader_told"}},
	} {
		before := asJSON(t, w.c)
		err := w.try(tiktok, ronda.AnswerItems{Notice: id, Answers: x.answers, All: x.all})
		t.Run(name, func(t *testing.T) { wantFaults(t, err, x.want...) })
		if asJSON(t, w.c) != before {
			t.Fatalf("%s: a refused answer changed the case", name)
		}
	}
}

// TestAnsweredIffEachAddressIsFinal answers one after the other, takes an answer back to a question, and answers again.
func TestAnsweredIffEachAddressIsFinal(t *testing.T) {
	t.Parallel()
	w, id, items := received(t)
	for i, item := range items {
		if s := w.notice(id).State; s != ronda.NoticeReceived {
			t.Fatalf("%s with %d of 3 answers", s, i)
		}
		w.do(tiktok, ronda.AnswerItems{Notice: id, Answers: []ronda.ItemAnswer{{Item: item, Answer: ronda.AnswerRemoved}}})
	}
	if n := w.notice(id); n.State != ronda.NoticeAnswered || n.AnsweredAt.IsZero() || w.c.Stage != ronda.StageActed {
		t.Fatalf("%s, stage %s", n.State, w.c.Stage)
	}
	w.do(tiktok, ronda.AnswerItems{Notice: id, Answers: []ronda.ItemAnswer{{Item: items[1], Answer: ronda.AnswerNeedsInfo, Reason: "Menit ke berapa ucapan itu?"}}})
	if n := w.notice(id); n.State != ronda.NoticeReceived || !n.AnsweredAt.IsZero() || w.c.Stage != ronda.StageAwaiting {
		t.Fatalf("%s at %v, stage %s, with an open question", n.State, n.AnsweredAt, w.c.Stage)
	}
	w.do(officer, ronda.GiveInformation{Notice: id, Text: "Ucapan itu ada pada menit pertama sampai menit ketiga."})
	wantCode(t, w.try(officer, ronda.GiveInformation{Notice: id, Text: "Ucapan itu ada pada menit pertama sampai menit ketiga."}), "notice.no_question")
	for _, item := range items {
		w.do(tiktok, ronda.AnswerItems{Notice: id, Answers: []ronda.ItemAnswer{{Item: item, Answer: ronda.AnswerDeclined, Reason: "Tidak melanggar aturan kami."}}})
	}
	if w.c.Stage != ronda.StageDeclined {
		t.Errorf("stage %s after each address was declined", w.c.Stage)
	}
}

// TestQuestionPausesTheClock of an order by the pack's rule: up to its limit in all, then it runs again by itself.
func TestQuestionPausesTheClock(t *testing.T) {
	t.Parallel()
	question := func(w *world, id string) {
		w.do(tiktok, ronda.AnswerItems{Notice: id, Answers: []ronda.ItemAnswer{{Item: w.item("tiktok"), Answer: ronda.AnswerNeedsInfo, Reason: "Mohon menit ucapan itu."}}})
	}
	info := func(w *world, id string) { w.do(minister, ronda.GiveInformation{Notice: id, Text: why}) }

	w := newWorld(t, "hate_sara")
	id := w.ordered(false)
	start := w.now
	w.later(2 * time.Hour)
	question(w, id)
	w.later(5 * time.Hour)
	info(w, id)
	if n := w.notice(id); n.Paused() || !n.DueAt.Equal(start.Add(29*time.Hour)) {
		t.Errorf("due %v after a pause of 5 h, want 29 h after receipt", n.DueAt.Sub(start))
	}
	for range 10 { // the platform asks again and again: 24 h of pause are all there is
		question(w, id)
		w.later(4 * time.Hour)
		info(w, id)
	}
	n := w.notice(id)
	if !n.DueAt.Equal(start.Add(48*time.Hour)) || n.IsOverdue(w.now.Add(-time.Hour)) != w.now.Add(-time.Hour).After(n.DueAt) {
		t.Errorf("due %v after receipt, want 48 h at most", n.DueAt.Sub(start))
	}

	w = newWorld(t, "hate_sara")
	id = w.ordered(false)
	start = w.now
	w.later(time.Hour)
	question(w, id) // and nobody answers it
	n = w.notice(id)
	if !n.Paused() || !n.DueAt.Equal(start.Add(48*time.Hour)) || !n.RunsAgain.Equal(start.Add(25*time.Hour)) || !w.c.DueAt.Equal(n.DueAt) {
		t.Errorf("paused %v, due after %v, runs again after %v", n.Paused(), n.DueAt.Sub(start), n.RunsAgain.Sub(start))
	}
	w.later(46 * time.Hour)
	wantCode(t, w.try(ronda.System(), ronda.Tick{Notice: id}), "notice.not_overdue")
	w.later(2 * time.Hour)
	w.do(ronda.System(), ronda.Tick{Notice: id})

	w = newWorld(t, "hate_sara")
	id = w.ordered(true) // four hours know no pause
	start = w.now
	question(w, id)
	if n := w.notice(id); n.Paused() || !n.DueAt.Equal(start.Add(4*time.Hour)) {
		t.Errorf("an urgent order paused: due after %v", n.DueAt.Sub(start))
	}
}

// TestFlagHasNoClock: nothing in the law puts a term to it, and so nothing here does.
func TestFlagHasNoClock(t *testing.T) {
	t.Parallel()
	w, id, _ := received(t)
	w.later(9000 * time.Hour)
	if n := w.notice(id); !n.DueAt.IsZero() || n.IsOverdue(w.now) {
		t.Errorf("due %v", n.DueAt)
	}
	wantCode(t, w.try(ronda.System(), ronda.Tick{Notice: id}), "notice.not_overdue")
}
