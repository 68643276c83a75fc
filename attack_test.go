package ronda_test

import (
	"testing"

	"ronda"
)

// TestRefusalCannotBeWithdrawn plays the sender who takes the rejected request back, by every role that may withdraw, so that a flag on
// the same address would no longer meet it.
func TestRefusalCannotBeWithdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	cmd, by := ready(w, ronda.Request)
	w.do(by, cmd)
	id := w.last()
	w.deliver(id)
	w.do(minister, ronda.AnswerRequest{Notice: id, Reason: why})
	for name, a := range map[string]ronda.Actor{"contact": contact, "sender": by, "minister": minister, "machine": ronda.System()} {
		if err := w.try(a, ronda.Withdraw{Notice: id, Reason: why}); err == nil {
			t.Errorf("%s withdrew a rejected request", name)
		}
	}
	if got := w.notice(id).State; got != ronda.NoticeRejected {
		t.Errorf("the refusal became %s", got)
	}
	wantCode(t, w.try(contact, aFlag()), "notice.flag_after_rejection")
}
