package ronda_test

import (
	"testing"
	"time"

	"ronda"
)

// TestReceiptStartsTheClock and nothing else does: not deciding, not sending, not a date before the notice left.
func TestReceiptStartsTheClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.do(minister, anOrder(w.requested()))
	id := w.last()
	idle := func() {
		t.Helper()
		if n := w.notice(id); !n.DueAt.IsZero() || !n.ReceivedAt.IsZero() || n.IsOverdue(w.now.Add(1000*time.Hour)) {
			t.Fatalf("state %s: due %v, received %v", n.State, n.DueAt, n.ReceivedAt)
		}
		wantCode(t, w.try(ronda.System(), ronda.Tick{Notice: id}), "notice.wrong_state")
	}
	idle()
	w.do(signer, ronda.Countersign{Notice: id})
	idle()
	w.later(time.Hour)
	w.deliver(id)
	idle()
	sent := w.now
	w.later(time.Hour)
	for _, at := range []time.Time{sent.Add(-time.Microsecond), w.now.Add(time.Second)} {
		wantFaults(t, w.try(minister, ronda.Receive{Notice: id, At: at, Proof: "tanda terima"}), "at notice.receipt_time")
	}
	wantFaults(t, w.try(minister, ronda.Receive{Notice: id, Proof: " "}), "proof notice.proof_missing")
	w.do(minister, ronda.Receive{Notice: id, At: sent.Add(time.Minute), Proof: "tanda terima kurir"})
	if n := w.notice(id); !n.DueAt.Equal(sent.Add(time.Minute + 24*time.Hour)) {
		t.Errorf("due %v", n.DueAt)
	}
}

// TestOthersCannotSpeakForTheSender: an agency's officer cannot say that the ministry's order arrived, nor a platform for another.
func TestOthersCannotSpeakForTheSender(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.do(minister, anOrder(w.requested()))
	id := w.last()
	w.do(signer, ronda.Countersign{Notice: id})
	for name, cmd := range map[string]ronda.Command{
		"sending": ronda.Sending{Notice: id}, "sent": ronda.Sent{Notice: id}, "withdraw": ronda.Withdraw{Notice: id, Reason: why},
	} {
		if err := w.try(contact, cmd); ronda.KindOf(err) != ronda.Forbidden {
			t.Errorf("%s by the agency: %v", name, err)
		}
	}
	w.deliver(id)
	for name, x := range map[string]struct {
		by  ronda.Actor
		cmd ronda.Command
	}{
		"receipt by the agency":    {contact, ronda.Receive{Notice: id, Proof: "tanda terima"}},
		"failure by the agency":    {officer, ronda.Undelivered{Notice: id, Unknown: true}},
		"receipt by another":       {facebook, ronda.Receive{Notice: id, ByTo: true}},
		"answer by another":        {facebook, ronda.AnswerItems{Notice: id, Answers: []ronda.ItemAnswer{{Item: w.item("tiktok"), Answer: ronda.AnswerRemoved}}}},
		"answer by the ministry":   {minister, ronda.AnswerItems{Notice: id, Answers: []ronda.ItemAnswer{{Item: w.item("tiktok"), Answer: ronda.AnswerRemoved}}}},
		"request answered by kpu":  {kpu, ronda.AnswerRequest{Notice: w.notice(id).Basis, Accept: true, Reason: why}},
		"order withdrawn by other": {contact, ronda.Withdraw{Notice: id, Reason: why}},
	} {
		if k := ronda.KindOf(w.try(x.by, x.cmd)); k != ronda.Forbidden && k != ronda.NotFound {
			t.Errorf("%s: %q", name, k)
		}
	}
}

// TestOutcomeUnknown goes to a person, who states how they know; the fixed Message-ID stays, and the log hears of the act when it proves received.
func TestOutcomeUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	cmd, by := ready(w, ronda.Flag)
	w.do(by, cmd)
	id := w.last()
	w.do(ronda.System(), ronda.Sending{Notice: id, MessageID: "<1@ronda>"})
	w.do(ronda.System(), ronda.Undelivered{Notice: id, Unknown: true, Failure: "timeout"})
	wantCode(t, w.try(ronda.System(), ronda.Sending{Notice: id, MessageID: "<1@ronda>"}), "notice.wrong_state")
	wantCode(t, w.try(ronda.System(), ronda.Requeue{Notice: id, Because: why}), "case.reason_missing")
	wantCode(t, w.try(officer, ronda.Requeue{Notice: id, Because: "ya"}), "case.reason_missing")
	w.do(officer, ronda.Requeue{Notice: id, Because: "Petugas platform menelepon dan belum menerima apa pun."})
	wantCode(t, w.try(ronda.System(), ronda.Sending{Notice: id, MessageID: "<2@ronda>"}), "notice.message_id_fixed")
	w.do(ronda.System(), ronda.Sending{Notice: id, MessageID: "<1@ronda>"})
	w.do(ronda.System(), ronda.Undelivered{Notice: id, Unknown: true})
	sent := count(w.events, ronda.EventNoticeSent)
	wantFaults(t, w.try(officer, ronda.Receive{Notice: id, At: noon.Add(-time.Hour), Proof: "surat balasan"}), "at notice.receipt_time")
	w.do(tiktok, ronda.Receive{Notice: id, ByTo: true})
	if n := w.notice(id); n.SentAt.IsZero() || count(w.events, ronda.EventNoticeSent) != sent+1 {
		t.Error("a notice that proved received was never recorded as sent")
	}
}

func count(events []ronda.Event, kind ronda.EventKind) int {
	n := 0
	for _, e := range events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// TestOrderNeedsTwoSignatures of two people of two units.
func TestOrderNeedsTwoSignatures(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.do(minister, anOrder(w.requested()))
	id := w.last()
	other := minister
	other.Unit = "hukum" // the same person, moved
	for _, a := range []ronda.Actor{minister, deskmate, other} {
		wantCode(t, w.try(a, ronda.Countersign{Notice: id}), "notice.same_signatory")
	}
	for _, a := range []ronda.Actor{contact, lead, kpu, tiktok, ronda.System()} {
		if err := w.try(a, ronda.Countersign{Notice: id}); ronda.KindOf(err) != ronda.Forbidden {
			t.Errorf("%s signed: %v", a.Account, err)
		}
	}
	wantCode(t, w.try(ronda.System(), ronda.Sending{Notice: id}), "notice.wrong_state")
	w.do(signer, ronda.Countersign{Notice: id})
}

// TestDecisionGone: what was drafted or failed under a decision does not leave once that decision is gone.
func TestDecisionGone(t *testing.T) {
	t.Parallel()
	// A flag that failed, then the case is returned for a new round.
	failed := func(t *testing.T) (*world, string) {
		w := newWorld(t, "hate_sara")
		cmd, by := ready(w, ronda.Flag)
		w.do(by, cmd)
		id := w.last()
		w.do(ronda.System(), ronda.Sending{Notice: id})
		w.do(ronda.System(), ronda.Undelivered{Notice: id, Failure: "no such host"})
		return w, id
	}
	blocked := func(t *testing.T, w *world, id, code string) {
		t.Helper()
		wantCode(t, w.try(officer, ronda.Requeue{Notice: id, Because: why}), code)
		wantCode(t, w.try(ronda.System(), ronda.Sending{Notice: id}), code)
	}
	t.Run("returned", func(t *testing.T) {
		t.Parallel()
		w, id := failed(t)
		w.do(lead, ronda.Return{Note: why})
		blocked(t, w, id, "notice.decision_gone")
		w.decide(conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", noon)) // even a new decision does not revive it
		blocked(t, w, id, "notice.decision_gone")
		w.do(officer, aFlag())
	})
	t.Run("closed", func(t *testing.T) {
		t.Parallel()
		w, id := failed(t)
		w.do(officer, ronda.Close{Reason: ronda.CloseGone, Note: why})
		blocked(t, w, id, "notice.decision_gone")
		w.do(officer, ronda.Reopen{Reason: why})
		blocked(t, w, id, "notice.decision_gone")
	})
	t.Run("referred", func(t *testing.T) {
		t.Parallel()
		w, id := failed(t)
		w.do(officer, ronda.Refer{Path: "press_council", Reason: why, End: true})
		blocked(t, w, id, "notice.decision_gone")
	})
	t.Run("request taken back", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "hate_sara")
		req := w.requested()
		w.do(minister, anOrder(req))
		id := w.last()
		w.do(contact, ronda.Withdraw{Notice: req, Reason: why})
		wantCode(t, w.try(signer, ronda.Countersign{Notice: id}), "notice.basis_gone")
		wantFaults(t, w.try(minister, anOrder(req)), "basis notice.basis_missing")
	})
	t.Run("request of an earlier round", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "hate_sara")
		cmd, by := ready(w, ronda.Request)
		cmd.Items = []string{w.item("tiktok")}
		w.do(by, cmd)
		req := w.last()
		w.deliver(req)
		w.do(minister, ronda.AnswerRequest{Notice: req, Accept: true, Reason: why})
		w.do(minister, anOrder(req))
		id := w.last()
		w.do(signer, ronda.Countersign{Notice: id})
		w.deliver(id)
		w.do(tiktok, ronda.AnswerItems{Notice: id, Answers: []ronda.ItemAnswer{{Item: w.item("tiktok"), Answer: ronda.AnswerDeclined, Reason: "Tidak melanggar aturan kami."}}})
		if w.c.Stage != ronda.StageDeclined {
			t.Fatalf("stage %s", w.c.Stage)
		}
		w.do(officer, ronda.Reopen{Reason: why})
		w.decide(conclusion(ronda.Request, "ite-28-2", noon))
		if w.c.Stage != ronda.StageDecided {
			t.Errorf("stage %s: the answers of the first round do not answer the second decision", w.c.Stage)
		}
		wantFaults(t, w.try(minister, anOrder(req)), "basis notice.basis_missing")
	})
}

// TestWithdrawnIsFinal tries every command on a notice that was taken back, before and after it left.
func TestWithdrawnIsFinal(t *testing.T) {
	t.Parallel()
	for _, left := range []bool{false, true} {
		w := newWorld(t, "hate_sara")
		cmd, by := ready(w, ronda.Flag)
		w.do(by, cmd)
		id := w.last()
		if left {
			w.deliver(id)
		}
		wantCode(t, w.try(lead, ronda.Withdraw{Notice: id, Reason: "salah"}), "case.reason_missing")
		w.do(lead, ronda.Withdraw{Notice: id, Reason: why})
		n := w.notice(id)
		if n.State != ronda.NoticeWithdrawn || n.Public() != left || len(ronda.LogActs(w.c, w.events[len(w.events)-1:])) != map[bool]int{true: 1, false: 0}[left] {
			t.Errorf("left %v: state %s, public %v", left, n.State, n.Public())
		}
		for name, try := range map[string]error{
			"sending":  w.try(ronda.System(), ronda.Sending{Notice: id}),
			"sent":     w.try(ronda.System(), ronda.Sent{Notice: id}),
			"failed":   w.try(ronda.System(), ronda.Undelivered{Notice: id}),
			"requeue":  w.try(officer, ronda.Requeue{Notice: id, Because: why}),
			"receive":  w.try(officer, ronda.Receive{Notice: id, Proof: "kurir"}),
			"receive2": w.try(tiktok, ronda.Receive{Notice: id, ByTo: true}),
			"answer":   w.try(tiktok, ronda.AnswerItems{Notice: id, Answers: []ronda.ItemAnswer{{Item: w.item("tiktok"), Answer: ronda.AnswerRemoved}}}),
			"withdraw": w.try(lead, ronda.Withdraw{Notice: id, Reason: why}),
			"tick":     w.try(ronda.System(), ronda.Tick{Notice: id}),
			"info":     w.try(officer, ronda.GiveInformation{Notice: id, Text: why}),
			"reasons":  w.try(tiktok, ronda.StateReasons{Notice: id, Reasons: why}),
		} {
			if try == nil {
				t.Errorf("left %v: %s went through on a withdrawn notice", left, name)
			}
		}
		if w.c.Stage != ronda.StageDecided {
			t.Errorf("stage %s: the decision still wants an act", w.c.Stage)
		}
	}
}

// TestQueuedOrderWhoseRequestIsGone does not leave, by the system or by hand.
func TestQueuedOrderWhoseRequestIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	req := w.requested()
	w.do(minister, anOrder(req))
	id := w.last()
	w.do(signer, ronda.Countersign{Notice: id})
	w.do(contact, ronda.Withdraw{Notice: req, Reason: why})
	wantCode(t, w.try(ronda.System(), ronda.Sending{Notice: id}), "notice.basis_gone")
	wantCode(t, w.try(minister, ronda.Sent{Notice: id}), "notice.basis_gone")
}

// TestEachPlatformItsOwn: a liaison with a notice in the same case cannot touch another platform's.
func TestEachPlatformItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	id := w.ordered(false) // to TikTok
	cmd := anOrder(w.notice(id).Basis)
	cmd.Platform = "facebook"
	w.do(minister, cmd)
	fb := w.last()
	w.do(signer, ronda.Countersign{Notice: fb})
	w.deliver(fb)
	for name, c := range map[string]ronda.Command{
		"receive": ronda.Receive{Notice: fb, ByTo: true},
		"answer":  ronda.AnswerItems{Notice: fb, Answers: []ronda.ItemAnswer{{Item: w.item("facebook"), Answer: ronda.AnswerRemoved}}},
	} {
		if err := w.try(tiktok, c); ronda.KindOf(err) != ronda.NotFound {
			t.Errorf("%s by TikTok of Facebook's order: %v", name, err)
		}
	}
	w.later(25 * time.Hour)
	w.do(minister, ronda.Warn{Notice: id, Text: warning})
	for name, c := range map[string]ronda.Command{
		"reasons": ronda.StateReasons{Notice: id, Reasons: why},
		"warning": ronda.ReceiveWarning{Notice: id, ByTo: true},
	} {
		if err := w.try(facebook, c); ronda.KindOf(err) != ronda.NotFound {
			t.Errorf("%s by Facebook of TikTok's order: %v", name, err)
		}
	}
}

// TestAnswerToARequest is the ministry's, with a reason, about a request only; a refusal frees the addresses.
func TestAnswerToARequest(t *testing.T) {
	t.Parallel()
	for _, accept := range []bool{true, false} {
		w := newWorld(t, "hate_sara")
		cmd, by := ready(w, ronda.Request)
		w.do(by, cmd)
		id := w.last()
		w.deliver(id)
		wantCode(t, w.try(minister, ronda.AnswerRequest{Notice: id, Accept: accept, Reason: "ya"}), "case.reason_missing")
		w.later(time.Hour)
		w.do(minister, ronda.AnswerRequest{Notice: id, Accept: accept, Reason: why})
		n := w.notice(id)
		if !n.ReceivedAt.Equal(w.now) || !n.AnsweredAt.Equal(w.now) || n.MinistryNote != why || n.Proof == "" {
			t.Errorf("received %v, answered %v by %q", n.ReceivedAt, n.AnsweredAt, n.Proof)
		}
		it, _ := w.c.Item(w.item("tiktok"))
		if accept != (n.State == ronda.NoticeAccepted) || accept != (it.State == ronda.ItemPending) || accept != (n.Items[0].Answer == "") {
			t.Errorf("accepted %v: notice %s, address %s, answer %q", accept, n.State, it.State, n.Items[0].Answer)
		}
		wantCode(t, w.try(minister, ronda.AnswerRequest{Notice: id, Accept: accept, Reason: why}), "notice.wrong_state")
	}
	w := newWorld(t, "hate_sara")
	w.do(minister, anOrder(w.requested()))
	id := w.last()
	w.do(signer, ronda.Countersign{Notice: id})
	w.deliver(id)
	if err := w.try(minister, ronda.AnswerRequest{Notice: id, Accept: true, Reason: why}); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("the ministry took up its own order: %v", err)
	}
}

// TestWithdrawalKeepsWhatWasAnswered: only addresses without a final answer are free again.
func TestWithdrawalKeepsWhatWasAnswered(t *testing.T) {
	t.Parallel()
	w, id, items := received(t)
	w.do(tiktok, ronda.AnswerItems{Notice: id, Answers: []ronda.ItemAnswer{{Item: items[0], Answer: ronda.AnswerRemoved}}})
	w.do(lead, ronda.Withdraw{Notice: id, Reason: why})
	for i, want := range []ronda.ItemState{ronda.ItemRemoved, ronda.ItemWithdrawn, ronda.ItemWithdrawn} {
		if it, _ := w.c.Item(items[i]); it.State != want {
			t.Errorf("address %d is %s, want %s", i+1, it.State, want)
		}
	}
}
