package ronda_test

import (
	"testing"
	"time"

	"ronda"
)

// TestWhoMayReadSecond draws from everybody and looks at who was left out, and why.
func TestWhoMayReadSecond(t *testing.T) {
	t.Parallel()
	pool := append(readers(), kpu, minister, partner, observer, admin, tiktok)
	declared := func(account string, conflicts ...string) {
		a := person(account, "bawaslu:34", ronda.RoleOfficer)
		a.Conflicts = conflicts
		pool = append(pool, a)
	}
	declared("candidate", "regent-32.04")
	declared("governor", "governor-32")
	declared("neighbour", "32.04")
	declared("province", "32")
	declared("elsewhere", "mayor-32.73")
	unplaced := person("unplaced", "", ronda.RoleOfficer)
	unplaced.Org = "bawaslu"
	borrowed := person("borrowed", "kpu:33", ronda.RoleOfficer)
	borrowed.Org = "bawaslu"
	pool = append(pool, unplaced, borrowed)

	w := newWorld(t, "hate_sara")
	w.do(officer, ronda.Assess{Assessment: conclusion(ronda.Request, "ite-28-2", w.c.ContentDate)})
	w.do(ronda.System(), ronda.DrawReader{Pool: pool, Pick: func(n int) int { return n - 1 }, Reporters: []string{"bawaslu:32"}})
	d := w.c.Draws[0]
	want := map[string]string{
		"ani": "already_concluded", "beni": "same_office", "cici": "same_office", "gita": "role", "fani": "reporter_organisation",
		"kiki": "other_authority", "hadi": "other_authority", "nina": "other_authority", "odi": "other_authority", "qori": "other_authority", "lia": "other_authority",
		"candidate": "declared_contest", "governor": "declared_contest", "neighbour": "declared_region", "province": "declared_region",
		"unplaced": "other_authority", "borrowed": "other_authority",
	}
	for account, why := range want {
		if d.Excluded[account] != why {
			t.Errorf("%s left out for %q, want %q", account, d.Excluded[account], why)
		}
	}
	if len(d.Excluded) != len(want) || d.Pool != 3 { // dedi, eka, elsewhere
		t.Errorf("pool of %d, left out %v", d.Pool, d.Excluded)
	}
}

// TestReporterNeverReads whoever reported the case: an organisation, an office, or one whose report came with a merged case.
func TestReporterNeverReads(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	other := newWorld(t, "hate_sara")
	other.c.ID, other.c.ReporterOrg = "other", []string{"bawaslu:32.73"}
	into, _, _, err := ronda.Merge(w.c, other.c, officer, w.env())
	if err != nil {
		t.Fatal(err)
	}
	w.c = into
	w.do(officer, ronda.Assess{Assessment: conclusion(ronda.Request, "ite-28-2", noon)})
	err = w.try(ronda.System(), ronda.DrawReader{Pool: []ronda.Actor{second}, Pick: func(int) int { return 0 }})
	wantCode(t, err, "case.no_reader_available")
}

// TestFirstReader is the holder of the mandated agency, without a conflict, and reads once.
func TestFirstReader(t *testing.T) {
	t.Parallel()
	s := conclusion(ronda.Request, "ite-28-2", noon)
	for _, a := range []ronda.Actor{kpu, contact, minister, signer, tiktok, partner, observer, auditor, admin, ronda.System(), ronda.Public(), third} {
		w := newWorld(t, "hate_sara")
		if err := w.try(a, ronda.Assess{Assessment: s}); ronda.KindOf(err) != ronda.Forbidden {
			t.Errorf("%q read first: %v", a.Account, err)
		}
	}
	w := newWorld(t, "hate_sara")
	torn := officer
	torn.Conflicts = []string{"regent-32.04"}
	wantCode(t, w.try(torn, ronda.Assess{Assessment: s}), "permission.conflict_of_interest")
	wantCode(t, w.try(colleague, ronda.Assess{Assessment: s}), "assessment.not_holder")
	w.do(officer, ronda.Assess{Assessment: s})
	for _, a := range []ronda.Actor{officer, colleague, second, fourth} { // nobody is drawn yet
		if err := w.try(a, ronda.Assess{Assessment: s}); ronda.KindOf(err) != ronda.Forbidden {
			t.Errorf("%s read second without a draw: %v", a.Account, err)
		}
	}
}

// TestDrawCannotBeSteered: people neither draw nor redraw; the system redraws only for a reader who is late, gone, barred, or says so.
func TestDrawCannotBeSteered(t *testing.T) {
	t.Parallel()
	first := func() *world {
		w := newWorld(t, "hate_sara")
		w.do(officer, ronda.Assess{Assessment: conclusion(ronda.Request, "ite-28-2", noon)})
		w.draw("dedi")
		return w
	}
	again := func(pool []ronda.Actor) ronda.DrawReader {
		return ronda.DrawReader{Pool: pool, Pick: func(int) int { return 0 }, Replace: "away"}
	}
	for _, a := range append(readers(), minister, auditor, admin) {
		w := newWorld(t, "hate_sara")
		w.do(officer, ronda.Assess{Assessment: conclusion(ronda.Request, "ite-28-2", noon)})
		wantCode(t, w.try(a, again(readers())), "permission.role")
	}
	wantCode(t, newWorld(t, "hate_sara").try(ronda.System(), again(readers())), "case.no_reader_needed")
	w := first()
	wantCode(t, w.try(ronda.System(), again(readers())), "case.reader_already_drawn")
	none := again(readers())
	none.Replace = ""
	w.later(13 * time.Hour)
	wantCode(t, w.try(ronda.System(), none), "case.reader_already_drawn")
	w = first()
	w.later(13 * time.Hour) // the clock of the second review is twelve
	w.do(ronda.System(), again(readers()))
	if d := w.c.Draws; len(d) != 2 || d[0].Ended != "away" || d[1].Account == "dedi" || d[1].Excluded["dedi"] != "replaced" {
		t.Errorf("draws %+v", d)
	}
	w = first()
	w.do(ronda.System(), again([]ronda.Actor{officer, third})) // dedi's account was closed
	if d := w.c.Draws[1]; d.Account != "eka" {
		t.Errorf("drew %s", d.Account)
	}
	w = first()
	torn := second
	torn.Conflicts = []string{"32.04"}
	w.do(ronda.System(), again([]ronda.Actor{torn, third}))
	w = first()
	wantCode(t, w.try(third, ronda.StepAside{Reason: "conflict"}), "permission.region")
	wantCode(t, w.try(colleague, ronda.StepAside{Reason: "conflict"}), "assessment.not_drawn")
	wantCode(t, w.try(second, ronda.StepAside{Reason: "bored"}), "case.reason_missing")
	w.do(second, ronda.StepAside{Reason: "conflict"})
	if w.c.NeedsReader() != ronda.SeatSecond {
		t.Error("nobody is sought after the reader stepped aside")
	}
	w.draw("eka")
}

// TestReaderWhoMoved to the first reader's office after the draw no longer reads; nor does one in a conflict since.
func TestReaderWhoMoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	s := conclusion(ronda.Request, "ite-28-2", noon)
	w.do(officer, ronda.Assess{Assessment: s})
	w.draw("dedi")
	moved, torn, left := second, second, second
	moved.Office = officer.Office
	torn.Conflicts = []string{"governor-32"}
	left.Org, left.Office = "kpu", "kpu:32.73"
	wantCode(t, w.try(moved, ronda.Assess{Assessment: s}), "assessment.reader_barred")
	wantCode(t, w.try(torn, ronda.Assess{Assessment: s}), "permission.conflict_of_interest")
	wantCode(t, w.try(left, ronda.Assess{Assessment: s}), "assessment.reader_barred")
	w.do(second, ronda.Assess{Assessment: s})
}

// TestReaderCannotBeMadeOrUnmade by assigning, taking, merging, splitting, referring or closing while a reader reads.
func TestReaderCannotBeMadeOrUnmade(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	s := conclusion(ronda.Request, "ite-28-2", noon)
	w.do(officer, ronda.Assess{Assessment: s})
	w.draw("fani")
	boss := person("cici", "bawaslu:", ronda.RoleLead)
	before := asJSON(t, w.c)
	wantCode(t, w.try(fourth, ronda.Take{}), "case.taken")
	wantCode(t, w.try(lead, ronda.Assign{To: fourth}), "case.assignee_is_reader")
	wantCode(t, w.try(lead, ronda.Assign{To: officer}), "case.assignee_is_reader")
	wantCode(t, w.try(lead, ronda.Assign{To: third}), "case.assignee_not_allowed")
	wantCode(t, w.try(boss, ronda.Return{Note: why}), "case.wrong_stage")
	wantCode(t, w.try(lead, ronda.Close{Reason: ronda.CloseGone, Note: why}), "case.wrong_stage")
	wantCode(t, w.try(lead, ronda.Refer{Path: "press_council", Reason: why, End: true}), "case.wrong_stage")
	wantCode(t, w.try(lead, ronda.Reopen{Reason: why}), "case.not_ended")
	other := newWorld(t, "hate_sara")
	other.c.ID = "other"
	_, _, _, err := ronda.Merge(w.c, other.c, lead, w.env())
	wantCode(t, err, "case.wrong_stage")
	_, _, _, err = ronda.Merge(other.c, w.c, lead, w.env())
	wantCode(t, err, "case.wrong_stage")
	_, _, _, err = ronda.Split(w.c, []string{w.item("facebook")}, "", lead, w.env())
	wantCode(t, err, "case.wrong_stage")
	if after := asJSON(t, w.c); after != before {
		t.Errorf("the case changed:\n%s\n%s", before, after)
	}
}

// TestReferredCaseIsNotReadAgain in the same round: the old conclusions would vote with the new ones.
func TestReferredCaseIsNotReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.do(officer, ronda.Assess{Assessment: decline(ronda.OutcomeRefer)})
	w.draw("dedi")
	w.do(second, ronda.Assess{Assessment: decline(ronda.OutcomeRefer)})
	if w.c.Stage != ronda.StageTriage {
		t.Fatalf("stage %s", w.c.Stage)
	}
	w.do(lead, ronda.Assign{To: colleague})
	wantCode(t, w.try(colleague, ronda.Assess{Assessment: conclusion(ronda.Request, "ite-28-2", noon)}), "assessment.decided")
	w.do(colleague, ronda.Refer{Path: "press_council", Reason: why, End: true})
	if w.c.Stage != ronda.StageReferred || w.c.Closed.Reason != ronda.CloseReferredAway {
		t.Errorf("stage %s, closed %+v", w.c.Stage, w.c.Closed)
	}
}

// TestCorrectionNeedsNoAct: what a fact-check answers ends without asking anything of a platform, whatever act the reader ticked.
func TestCorrectionNeedsNoAct(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hoax")
	s := decline(ronda.OutcomeAct)
	s.Measure, s.Act, s.Necessity = ronda.MeasureCorrection, ronda.Request, "Cek fakta yang sudah terbit menjawab klaim ini dengan jelas."
	w.do(officer, ronda.Assess{Assessment: s})
	w.draw("dedi")
	s.Act = ronda.Flag
	w.do(second, ronda.Assess{Assessment: s})
	if d := w.c.Decision; d == nil || d.Act != "" || d.Measure != ronda.MeasureCorrection || w.c.Stage != ronda.StageNoAction || w.c.Closed.Reason != ronda.CloseCorrected {
		t.Errorf("decided %+v at %s, closed %+v", d, w.c.Stage, w.c.Closed)
	}
	wantCode(t, w.try(officer, aFlag()), "case.wrong_stage")
}

// TestNoConclusionAfterTheEnd: neither the readers nor others conclude on a case that is decided or closed.
func TestNoConclusionAfterTheEnd(t *testing.T) {
	t.Parallel()
	s := conclusion(ronda.Request, "ite-28-2", noon)
	w := newWorld(t, "hate_sara")
	w.decide(s)
	for _, a := range []ronda.Actor{officer, second, colleague} {
		wantCode(t, w.try(a, ronda.Assess{Assessment: s}), "case.wrong_stage")
	}
	w = newWorld(t, "hate_sara")
	w.do(officer, ronda.Close{Reason: ronda.CloseGone, Note: why})
	wantCode(t, w.try(officer, ronda.Assess{Assessment: s}), "case.wrong_stage")
}

// TestHolderIsNotDrawn: whoever was given the case after the first conclusion cannot read it second.
func TestHolderIsNotDrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.do(officer, ronda.Assess{Assessment: conclusion(ronda.Request, "ite-28-2", noon)})
	w.do(lead, ronda.Assign{To: fourth})
	w.do(ronda.System(), ronda.DrawReader{Pool: []ronda.Actor{fourth, third}, Pick: func(int) int { return 0 }})
	if d := w.c.Draws[0]; d.Account != third.Account || d.Excluded[fourth.Account] != "holder" {
		t.Errorf("drew %s, left out %v", d.Account, d.Excluded)
	}
}

// TestSeatOpenFor says who may conclude now, and changes nothing by saying it.
func TestSeatOpenFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	want := func(a ronda.Actor, seat ronda.Seat) {
		t.Helper()
		before := asJSON(t, w.c)
		if got := w.c.SeatOpenFor(a); got != seat {
			t.Errorf("at %s %s may fill %q, want %q", w.c.Stage, a.Account, got, seat)
		}
		if asJSON(t, w.c) != before {
			t.Error("asking changed the case")
		}
	}
	want(officer, ronda.SeatFirst)
	want(colleague, "")
	want(kpu, "")
	w.do(officer, ronda.Assess{Assessment: conclusion(ronda.Request, "ite-28-2", noon)})
	want(second, "")
	w.draw("dedi")
	want(officer, "")
	want(second, ronda.SeatSecond)
	w.do(second, ronda.Assess{Assessment: decline(ronda.OutcomeNoAct)})
	w.draw("eka")
	want(third, ronda.SeatThird)
	w.do(third, ronda.Assess{Assessment: decline(ronda.OutcomeNoAct)})
	for _, a := range []ronda.Actor{officer, second, third, colleague} {
		want(a, "")
	}
	fresh, _ := ronda.Open(ronda.Opening{Category: "hoax", Region: "32.04"}, ronda.System(), w.env())
	if got := fresh.SeatOpenFor(officer); got != ronda.SeatFirst {
		t.Errorf("a new case has %q open", got)
	}
}
