package ronda_test

import (
	"testing"
	"time"

	"ronda"
)

const warning = "Perintah belum dilaksanakan meskipun tenggatnya sudah lewat sejak kemarin."

// TestLadder climbs the whole ladder: each rung only after the clock before it ran out, three at most, the recommendation last and only
// with the platform's reasons on record (Permenkominfo 5/2020 art. 15(7)–(12)).
func TestLadder(t *testing.T) {
	t.Parallel()
	for _, urgent := range []bool{false, true} {
		step := 24 * time.Hour
		if urgent {
			step = 4 * time.Hour
		}
		w := newWorld(t, "hate_sara")
		id := w.ordered(urgent)
		for n := 1; n <= 3; n++ {
			w.later(step)
			wantCode(t, w.try(minister, ronda.Warn{Notice: id, Text: warning}), "warning.not_due") // the last microsecond still counts
			wantCode(t, w.try(minister, ronda.RecommendBlock{Notice: id, Note: warning}), "block.warnings_first")
			w.later(time.Microsecond)
			wantCode(t, w.try(minister, ronda.Warn{Notice: id, Text: "cepat"}), "case.reason_missing")
			w.do(minister, ronda.Warn{Notice: id, Text: warning})
			wantCode(t, w.try(minister, ronda.Warn{Notice: id, Text: warning}), "warning.not_due") // its clock starts at receipt
			w.later(100 * time.Hour)
			wantCode(t, w.try(minister, ronda.Warn{Notice: id, Text: warning}), "warning.not_due")
			if ronda.KindOf(w.try(contact, ronda.ReceiveWarning{Notice: id, Proof: "kurir"})) != ronda.Forbidden {
				t.Error("the agency stated receipt of the ministry's warning")
			}
			w.do(tiktok, ronda.ReceiveWarning{Notice: id, ByTo: true})
			wantCode(t, w.try(tiktok, ronda.ReceiveWarning{Notice: id, ByTo: true}), "warning.none_open")
			if x := w.notice(id).Warnings[n-1]; x.N != n || x.DueAt.Sub(w.now) != step {
				t.Errorf("urgent %v: warning %+v at %v", urgent, x, w.now)
			}
		}
		w.later(step + time.Microsecond)
		wantCode(t, w.try(minister, ronda.Warn{Notice: id, Text: warning}), "warning.no_more")
		wantCode(t, w.try(minister, ronda.RecommendBlock{Notice: id, Note: warning}), "block.reasons_first")
		wantCode(t, w.try(tiktok, ronda.StateReasons{Notice: id, Reasons: "tidak"}), "case.reason_missing")
		w.do(tiktok, ronda.StateReasons{Notice: id, Reasons: "Kami menilai unggahan itu kritik dan tidak melanggar hukum."})
		wantCode(t, w.try(minister, ronda.RecommendBlock{Notice: id, Note: "blokir"}), "case.reason_missing")
		w.do(minister, ronda.RecommendBlock{Notice: id, Note: warning})
		wantCode(t, w.try(minister, ronda.RecommendBlock{Notice: id, Note: warning}), "block.already")
		if n := w.notice(id); n.State != ronda.NoticeReceived || n.BlockAdvised.IsZero() {
			t.Errorf("state %s: a recommendation is a word on paper and nothing else", n.State)
		}
	}
}

// TestReasonsAloneDoNotBlock: without the three warnings nothing is recommended.
func TestReasonsAloneDoNotBlock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	id := w.ordered(false)
	w.do(tiktok, ronda.StateReasons{Notice: id, Reasons: "Kami menilai unggahan itu kritik dan tidak melanggar hukum."})
	w.later(25 * time.Hour)
	for n := 0; n < 3; n++ {
		wantCode(t, w.try(minister, ronda.RecommendBlock{Notice: id, Note: warning}), "block.warnings_first")
		w.do(minister, ronda.Warn{Notice: id, Text: warning})
		w.do(tiktok, ronda.ReceiveWarning{Notice: id, ByTo: true})
		w.later(25 * time.Hour)
	}
	w.do(minister, ronda.RecommendBlock{Notice: id, Note: warning})
}

// TestLadderOfOldContent: an order about a video of 2019 has today's clock and ladder; only the content is judged by its own date.
func TestLadderOfOldContent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	old := time.Date(2019, 4, 1, 0, 0, 0, 0, time.UTC)
	w.do(officer, ronda.Triage{ContentDate: &old})
	n := w.notice(w.ordered(false))
	if !n.RuleDate.Equal(old) || n.DueAt.Sub(n.ReceivedAt) != 24*time.Hour {
		t.Fatalf("rule of %v, due %v after receipt", n.RuleDate, n.DueAt.Sub(n.ReceivedAt))
	}
	w.later(24*time.Hour + time.Microsecond)
	wantCode(t, w.try(minister, ronda.RecommendBlock{Notice: n.ID, Note: warning}), "block.warnings_first")
	w.do(minister, ronda.Warn{Notice: n.ID, Text: warning})
}

// TestNoLadderNoBlock: a pack without warnings leaves nothing to recommend after.
func TestNoLadderNoBlock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	id := w.ordered(false)
	w.do(tiktok, ronda.StateReasons{Notice: id, Reasons: "Kami menilai unggahan itu kritik dan tidak melanggar hukum."})
	w.later(25 * time.Hour)
	bare := *thePack()
	bare.Ladders = nil
	env := w.env()
	env.Pack = bare.Seal()
	_, _, err := ronda.Apply(w.c, minister, ronda.RecommendBlock{Notice: id, Note: warning}, env)
	wantCode(t, err, "block.warnings_first")
	long := *thePack()
	long.Ladders = append([]ronda.Ladder(nil), long.Ladders...)
	for i := range long.Ladders {
		long.Ladders[i].Steps = append(append([]ronda.LadderStep(nil), long.Ladders[i].Steps...), ronda.LadderStep{ID: "warning_4"}, ronda.LadderStep{ID: "warning_5"})
	}
	env.Pack = long.Seal()
	c := w.c
	for n := range 5 {
		next, _, err := ronda.Apply(c, minister, ronda.Warn{Notice: id, Text: warning}, env)
		if n >= 3 {
			wantCode(t, err, "warning.no_more")
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if c, _, err = ronda.Apply(next, tiktok, ronda.ReceiveWarning{Notice: id, ByTo: true}, env); err != nil {
			t.Fatal(err)
		}
		env.Now = env.Now.Add(25 * time.Hour)
	}
}

// TestOnlyOrdersAreWarned about, and only by the ministry.
func TestOnlyOrdersAreWarned(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	id := w.ordered(false)
	w.later(25 * time.Hour)
	for _, a := range []ronda.Actor{officer, lead, contact, kpu, tiktok, auditor, admin, ronda.System()} {
		for _, cmd := range []ronda.Command{ronda.Warn{Notice: id, Text: warning}, ronda.RecommendBlock{Notice: id, Note: warning}} {
			if err := w.try(a, cmd); ronda.KindOf(err) != ronda.Forbidden {
				t.Errorf("%T by %s: %v", cmd, a.Account, err)
			}
		}
	}
	w.do(ronda.System(), ronda.Tick{Notice: id})
	wantCode(t, w.try(ronda.System(), ronda.Tick{Notice: id}), "notice.not_overdue") // overdue is said once, and stays
	w.do(tiktok, ronda.AnswerItems{Notice: id, Answers: []ronda.ItemAnswer{{Item: w.item("tiktok"), Answer: ronda.AnswerRemoved}}})
	if n := w.notice(id); !n.Overdue || n.IsOverdue(w.now) {
		t.Errorf("overdue %v", n.Overdue)
	}
}
