package ronda_test

import (
	"testing"
	"time"

	"ronda"
)

// TestClose wants a reason of the list, and a sentence unless many are closed at once.
func TestClose(t *testing.T) {
	t.Parallel()
	for _, reason := range ronda.CloseReasons() {
		w := newWorld(t, "hate_sara")
		wantCode(t, w.try(officer, ronda.Close{Reason: reason, Note: "ok"}), "case.reason_missing")
		w.do(officer, ronda.Close{Reason: reason, Note: why})
		if w.c.Stage != ronda.StageClosed || w.c.Closed.Reason != reason || w.c.Closed.By != officer.Account || !w.c.DueAt.IsZero() {
			t.Errorf("%s: stage %s, %+v, due %v", reason, w.c.Stage, w.c.Closed, w.c.DueAt)
		}
		wantCode(t, w.try(officer, ronda.Close{Reason: reason, Note: why}), "case.wrong_stage")
		wantCode(t, w.try(officer, ronda.Take{}), "case.ended")
	}
	w := newWorld(t, "hate_sara")
	for _, reason := range []ronda.CloseReason{"", "because", ronda.CloseNoAct, ronda.CloseAnswered} {
		wantCode(t, w.try(officer, ronda.Close{Reason: reason, Note: why}), "case.close_reason_missing")
	}
	w.decide(conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", noon))
	wantCode(t, w.try(officer, ronda.Close{Reason: ronda.CloseGone, Bulk: true}), "case.reason_missing") // two people said otherwise
}

// TestAudit looks again at a drawn bulk closing, by a lead of the mandate who did not close it.
func TestAudit(t *testing.T) {
	t.Parallel()
	closed := func() *world {
		w := newWorld(t, "hate_sara")
		w.do(lead, ronda.Close{Reason: ronda.CloseSpam, Bulk: true, Audit: true})
		return w
	}
	w := newWorld(t, "hate_sara")
	w.do(lead, ronda.Close{Reason: ronda.CloseSpam, Bulk: true})
	wantCode(t, w.try(fourth, ronda.Audit{}), "case.no_audit")
	wantCode(t, w.try(fourth, ronda.Reopen{Reason: "salah"}), "case.reason_missing")
	w = closed()
	wantCode(t, w.try(lead, ronda.Audit{}), "case.audit_own")
	for _, a := range []ronda.Actor{officer, kpu, auditor, observer, admin, partner, minister} {
		if err := w.try(a, ronda.Audit{}); ronda.KindOf(err) != ronda.Forbidden {
			t.Errorf("%s audited: %v", a.Account, err)
		}
	}
	wantCode(t, w.try(fourth, ronda.Audit{Reopen: true, Note: "salah"}), "case.reason_missing")
	w.do(fourth, ronda.Audit{})
	if w.c.Stage != ronda.StageClosed || w.c.Closed.Audit != "agreed" {
		t.Errorf("stage %s, audit %q", w.c.Stage, w.c.Closed.Audit)
	}
	wantCode(t, w.try(fourth, ronda.Audit{}), "case.no_audit")
	w = closed()
	w.do(fourth, ronda.Audit{Reopen: true, Note: why})
	if w.c.Stage != ronda.StageTriage || w.c.Reopened != 1 || w.c.Round != 2 {
		t.Errorf("stage %s, reopened %d, round %d", w.c.Stage, w.c.Reopened, w.c.Round)
	}
}

// TestNewRoundStartsFromNothing after a return or a reopening: no decision, no holder, and the same two readers must conclude anew.
func TestNewRoundStartsFromNothing(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]func(*world){
		"return": func(w *world) { w.do(lead, ronda.Return{Note: why}) },
		"reopen": func(w *world) {
			w.do(officer, ronda.Close{Reason: ronda.CloseGone, Note: why})
			w.do(lead, ronda.Reopen{Reason: why})
		},
	} {
		w := newWorld(t, "hate_sara")
		w.decide(conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", noon))
		again(w)
		if w.c.Decision != nil || w.c.Holder != "" || w.c.Stage != ronda.StageTriage || len(w.c.Conclusions()) != 0 {
			t.Errorf("%s: %+v held by %q at %s with %d conclusions", name, w.c.Decision, w.c.Holder, w.c.Stage, len(w.c.Conclusions()))
		}
		wantCode(t, w.try(officer, aFlag()), "notice.no_decision")
		w.decide(conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", noon))
		w.do(officer, aFlag())
	}
}

// TestReturnStaysInTheLine of the case's own region: elsewhere would be a choice of readers.
func TestReturnStaysInTheLine(t *testing.T) {
	t.Parallel()
	for office, ok := range map[string]bool{"bawaslu:32.04": true, "bawaslu:32": true, "bawaslu:": true, "bawaslu:32.73": false, "bawaslu:33": false, "kpu:32.04": false, "nowhere": false} {
		w := newWorld(t, "hate_sara")
		w.decide(conclusion(ronda.Request, "ite-28-2", noon))
		w.do(officer, ronda.Forward{})
		err := w.try(fourth, ronda.Return{Note: why, Office: office})
		if (err == nil) != ok {
			t.Errorf("returned to %s: %v", office, err)
		}
	}
}

// TestForward goes up the line to the contact officer and no further; a flag needs no way up.
func TestForward(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	wantCode(t, w.try(officer, ronda.Forward{}), "case.wrong_stage")
	w.decide(conclusion(ronda.Request, "ite-28-2", noon))
	w.pass()
	wantCode(t, w.try(contact, ronda.Forward{}), "case.at_the_top")
	w = newWorld(t, "hate_sara")
	w.decide(conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", noon))
	wantCode(t, w.try(officer, ronda.Forward{}), "case.forward_only_requests")
}

// TestReferralClock counts seven whole local days from the moment the matter was known, not from the referral.
func TestReferralClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	wantFaults(t, w.try(officer, ronda.Refer{Path: "nowhere", Reason: "ya"}), "path case.referral_path_missing", "reason case.reason_missing")
	for _, at := range []time.Time{{}, noon.Add(time.Hour)} {
		wantFaults(t, w.try(officer, ronda.Refer{Path: "formal_violation", Reason: why, KnownAt: at}), "known_at case.known_at_missing")
	}
	known := time.Date(2024, 11, 3, 17, 30, 0, 0, time.UTC) // 00:30 on the 4th in Jakarta
	w.do(officer, ronda.Refer{Path: "formal_violation", Reason: why, KnownAt: known})
	want := time.Date(2024, 11, 11, 17, 0, 0, 0, time.UTC).Add(-time.Microsecond)
	if r := w.c.Referrals[0]; !r.DueAt.Equal(want) {
		t.Errorf("due %v, want the end of the 11th in Jakarta (%v)", r.DueAt, want)
	}
}
