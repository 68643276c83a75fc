package ronda_test

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/ledger"
)

// TestOfficialActs walks an order to the end of the ladder and gives each act to the log, which takes nothing that its closed list of fields
// does not know and shows nothing that a person wrote.
func TestOfficialActs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.do(officer, ronda.Refer{Path: "formal_violation", Reason: why, KnownAt: noon})
	id := w.ordered(false)
	for range 3 {
		w.later(25 * time.Hour)
		w.do(minister, ronda.Warn{Notice: id, Text: warning})
		w.do(tiktok, ronda.ReceiveWarning{Notice: id, ByTo: true})
	}
	w.later(25 * time.Hour)
	w.do(tiktok, ronda.StateReasons{Notice: id, Reasons: why})
	w.do(minister, ronda.RecommendBlock{Notice: id, Note: warning})
	w.do(tiktok, ronda.AnswerItems{Notice: id, Answers: []ronda.ItemAnswer{{Item: w.item("tiktok"), Answer: ronda.AnswerDeclined, Reason: "Tidak melanggar aturan kami."}}})
	w.do(signer, ronda.Withdraw{Notice: id, Reason: why})

	book := ledger.NewBook()
	kinds := map[string]int{}
	for _, e := range w.events {
		for _, act := range ronda.LogActs(w.c, []ronda.Event{e}) {
			kinds[act.Kind]++
			if act.ID != e.ID || !act.At.Equal(e.At) {
				t.Errorf("%s: id %s at %v of event %s at %v", act.Kind, act.ID, act.At, e.ID, e.At)
			}
			leaf, err := book.Leaf(act, rand.Reader)
			if err != nil {
				t.Errorf("the log refuses %s: %v", act.Kind, err)
			}
			for _, secret := range []string{why, warning, "tiktok.com", "Seluruh unsur", "ani", "dedi", "hadi", "indra", "B-77"} {
				if strings.Contains(string(leaf.Bytes), secret) {
					t.Errorf("%s shows %q: %s", act.Kind, secret, leaf.Bytes)
				}
			}
			for _, s := range act.Sealed {
				if s.Value == "" {
					t.Errorf("%s seals nothing as %s", act.Kind, s.Field)
				}
			}
		}
	}
	want := map[string]int{"notice_request": 1, "notice_order": 1, "receipt": 1, "warning": 3, "recommendation": 1, "answer": 2, "withdrawal": 1, "referral": 1}
	if fmt.Sprint(kinds) != fmt.Sprint(want) {
		t.Errorf("logged %v, want %v", kinds, want)
	}
	w.c.Sandbox = true
	if acts := ronda.LogActs(w.c, w.events); len(acts) > 0 {
		t.Errorf("the sandbox owes the public log %d entries", len(acts))
	}
}

// TestOrderSealsBothSignatures: who signed can be shown to a court.
func TestOrderSealsBothSignatures(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.ordered(false)
	for _, act := range ronda.LogActs(w.c, w.events) {
		if act.Kind != "notice_order" {
			continue
		}
		got := fmt.Sprint(act.Sealed)
		for _, who := range []string{minister.Account, signer.Account, officer.Account, second.Account} {
			if !strings.Contains(got, who) {
				t.Errorf("%s is missing from %s", who, got)
			}
		}
	}
}
