package ronda_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ronda"
)

// TestTriageNamesWhatIsWrong.
func TestTriageNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	nowhere, tomorrow := "99.99", noon.Add(24*time.Hour)
	for want, cmd := range map[string]ronda.Triage{
		"title case.title_too_long":             {Title: strings.Repeat("ä", 301)},
		"category report.category_missing":      {Category: "boredom"},
		"region report.region_missing":          {Region: &nowhere},
		"contest case.contest_unknown":          {Contest: &nowhere},
		"urgency case.urgency_range":            {Urgency: 6},
		"content_date case.content_date_future": {ContentDate: &tomorrow},
	} {
		w := newWorld(t, "hate_sara")
		before := asJSON(t, w.c)
		wantFaults(t, w.try(officer, cmd), want)
		if asJSON(t, w.c) != before {
			t.Errorf("%s: a refused triage changed the case", want)
		}
	}
}

// TestDescribingAwayAConflict does not help: what the case was said to touch stays with it.
func TestDescribingAwayAConflict(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	contest, none, elsewhere := "regent-32.04", "", "33"
	w.do(officer, ronda.Triage{Contest: &contest})
	w.do(officer, ronda.Triage{Contest: &none, Region: &elsewhere})
	if !slices.Equal(w.c.Also, []string{"32.04", "regent-32.04"}) {
		t.Errorf("remembers %v", w.c.Also)
	}
	for _, conflict := range []string{"regent-32.04", "32.04", "32", "governor-32", "governor-33", "33"} {
		torn := third
		torn.Conflicts = []string{conflict}
		if ronda.ConflictOf(torn, w.c, thePack()) == "" {
			t.Errorf("the conflict with %s was described away", conflict)
		}
	}
	torn := third
	torn.Conflicts = []string{"regent-33.01", "mayor-32.73"}
	if why := ronda.ConflictOf(torn, w.c, thePack()); why != "" {
		t.Errorf("%s with contests that the case never touched", why)
	}
}

// TestTakeAndAssign: one holder at a time, of the mandate, without a conflict.
func TestTakeAndAssign(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara") // held by ani since triage
	wantCode(t, w.try(colleague, ronda.Take{}), "case.taken")
	torn := colleague
	torn.Conflicts = []string{"32.04"}
	for _, to := range []ronda.Actor{torn, third, kpu, contact, minister, partner, auditor, admin, ronda.Public()} {
		wantCode(t, w.try(lead, ronda.Assign{To: to}), "case.assignee_not_allowed")
	}
	w.do(lead, ronda.Assign{To: colleague})
	if w.c.Holder != colleague.Account {
		t.Errorf("held by %s", w.c.Holder)
	}
	wantCode(t, w.try(officer, ronda.Assess{Assessment: decline(ronda.OutcomeNoAct)}), "assessment.not_holder")
}

// TestStageClocks: each stage of our own work has its deadline from the pack, and the nearest one stands on the case.
func TestStageClocks(t *testing.T) {
	t.Parallel()
	w := &world{t: t, now: noon}
	w.c, w.events = ronda.Open(ronda.Opening{Category: "hoax", Region: "32.04"}, ronda.Public(), w.env())
	due := func(clock string, after time.Duration) {
		t.Helper()
		if w.c.DueClock != clock || w.c.DueAt.Sub(w.now) != after {
			t.Errorf("at %s: %q in %v, want %q in %v", w.c.Stage, w.c.DueClock, w.c.DueAt.Sub(w.now), clock, after)
		}
	}
	if w.events[0].Actor != "public" {
		t.Errorf("opened by %q", w.events[0].Actor)
	}
	due("triage", 4*time.Hour)
	w.later(time.Hour)
	due("triage", 3*time.Hour)
	w.do(officer, ronda.Take{})
	due("first_review", 24*time.Hour)
	w.later(2 * time.Hour)
	w.do(officer, ronda.Assess{Assessment: func() ronda.Assessment { s := decline(ronda.OutcomeNoAct); s.RuleDate = noon; return s }()})
	due("second_review", 12*time.Hour)
	w.later(time.Hour)
	w.draw("dedi")
	due("second_review", 12*time.Hour) // counts from the draw
}

// TestItems: one address stands once in a case, and a case has a bound.
func TestItems(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.do(officer, ronda.AddItems{Items: []ronda.Item{{Key: "tiktok:7301", Platform: "tiktok"}, {Key: "x:1", Platform: "x"}}})
	if len(w.c.Items) != 3 {
		t.Errorf("%d addresses", len(w.c.Items))
	}
	wantCode(t, w.try(officer, ronda.AddItems{Items: make([]ronda.Item, 498)}), "case.too_many_items")
}

// TestTranscript wants passages in their order.
func TestTranscript(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	for code, cues := range map[string][]ronda.Cue{
		"case.transcript_empty": nil,
		"case.transcript_order": {{Start: 5, Text: "b"}, {Start: 4, Text: "a"}},
	} {
		wantCode(t, w.try(officer, ronda.Transcribe{Transcript: ronda.Transcript{Cues: cues}}), code)
	}
	wantCode(t, w.try(officer, ronda.Transcribe{Transcript: ronda.Transcript{Cues: []ronda.Cue{{Start: -1}}}}), "case.transcript_order")
	w.do(officer, ronda.Transcribe{Transcript: ronda.Transcript{Language: "sun", Cues: []ronda.Cue{{Start: 4, Text: "a"}, {Start: 4, Text: "b"}}}})
	if w.c.Transcript.By != officer.Account {
		t.Errorf("written by %q", w.c.Transcript.By)
	}
}

// TestErrors carry kind, text key and field to the edge; a foreign error is internal.
func TestErrors(t *testing.T) {
	t.Parallel()
	e := ronda.Errorf(ronda.Invalid, "report.link_or_text", "address").With("max", "5")
	if got := e.Error(); got != `invalid: report.link_or_text (address) max="5"` {
		t.Errorf("%s", got)
	}
	for kind, err := range map[ronda.Kind]error{ronda.Invalid: e, ronda.Internal: errForeign{}, "": nil} {
		if ronda.KindOf(err) != kind {
			t.Errorf("%v is %q, want %q", err, ronda.KindOf(err), kind)
		}
	}
	if ronda.CodeOf(errForeign{}) != "internal" {
		t.Error("a foreign error has a code of ours")
	}
}

type errForeign struct{}

func (errForeign) Error() string { return "disk on fire" }

// TestProofsComeFromThoseWhoDeliver: contact officer and ministry attach proofs and determinations, and no other evidence.
func TestProofsComeFromThoseWhoDeliver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	if err := w.try(minister, ronda.AddNote{Text: "halo"}); ronda.KindOf(err) != ronda.Forbidden {
		t.Errorf("the ministry wrote into a case that it was not asked about: %v", err)
	}
	w.requested()
	for _, a := range []ronda.Actor{contact, minister, signer} {
		w.do(a, ronda.AddNote{Text: "Surat diserahkan kepada petugas jaga pukul 10.15."})
		w.do(a, ronda.AddEvidence{Evidence: []ronda.Evidence{{ID: "proof-" + a.Account, Kind: "proof"}, {ID: "det-" + a.Account, Kind: "determination"}}})
		err := w.try(a, ronda.AddEvidence{Evidence: []ronda.Evidence{{ID: "x", Kind: "proof"}, {ID: "y", Kind: "screenshot"}}})
		if ronda.KindOf(err) != ronda.Forbidden {
			t.Errorf("%s added a screenshot: %v", a.Account, err)
		}
	}
}
