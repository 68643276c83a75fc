package storetest

import (
	"reflect"
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

// testCorrections keeps a correction with its event and its log entry, newest first.
func testCorrections(t *testing.T, db *store.DB) {
	ctx := t.Context()
	first := ronda.Correction{ID: "c1", At: Start, By: "acc", Org: "bawaslu", About: ronda.CorrectFigure, Page: "/data", Wrong: ronda.Text{"id": "salah"}, Right: ronda.Text{"id": "benar"}}
	second := first
	second.ID, second.At = "c2", Start.Add(time.Millisecond)
	for _, c := range []ronda.Correction{first, second} {
		e := ronda.Event{ID: "e-" + c.ID, Kind: ronda.EventCorrected, At: c.At, Data: map[string]string{"correction": c.ID}}
		if err := db.SaveCorrection(ctx, c, []ronda.Event{e}, []ronda.Leaf{{ID: c.ID, Kind: "correction", At: c.At, Bytes: []byte(c.ID)}}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := db.Corrections(ctx, 10)
	if want := []ronda.Correction{second, first}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := db.SaveCorrection(ctx, first, nil, nil); err == nil {
		t.Error("a correction was written over")
	}
}

// testAttempts keeps an attempt once an hour and counts by authority and safeguard.
func testAttempts(t *testing.T, db *store.DB) {
	ctx := t.Context()
	try := ronda.Attempt{ID: ID(Start), At: Start, Safeguard: ronda.GuardFourEyes, Code: "assessment.same_person", Command: "Assess", Case: "c", Account: "a", Office: "bawaslu:32", Org: "bawaslu"}
	again := try
	again.ID, again.At = ID(Start.Add(time.Minute)), Start.Add(time.Minute)
	other := try
	other.ID, other.Code, other.Safeguard = ID(Start.Add(time.Second)), "permission.conflict_of_interest", ronda.GuardConflict
	for _, a := range []ronda.Attempt{try, again, other} {
		must(t, db.RecordAttempt(ctx, a))
	}
	list, err := db.Attempts(ctx, "", 10)
	must(t, err)
	same(t, "attempts", list, []ronda.Attempt{other, try})
	list, err = db.Attempts(ctx, other.ID, 10)
	must(t, err)
	same(t, "attempts before", list, []ronda.Attempt{try})
	counts, err := db.AttemptCounts(ctx)
	must(t, err)
	same(t, "counts", counts, []ronda.AttemptCount{{Org: "bawaslu", Safeguard: ronda.GuardConflict, N: 1}, {Org: "bawaslu", Safeguard: ronda.GuardFourEyes, N: 1}})
}

// testAuditReads reads events by kind, cases by id, and open cases by office.
func testAuditReads(t *testing.T, db *store.DB) {
	ctx := t.Context()
	late := Case(Start, "late")
	late.DueAt = Start.Add(-time.Hour)
	early := Case(Start.Add(time.Second), "early")
	early.DueAt = Start.Add(100 * 24 * time.Hour)
	for _, c := range []ronda.Case{late, early} {
		must(t, db.SaveChanges(ctx, Opened(c)))
	}
	loads, err := db.OfficeLoads(ctx)
	must(t, err)
	same(t, "loads", loads, []ronda.OfficeLoad{{Office: late.Office, Open: 2, Overdue: 1, Oldest: late.DueAt}})
	events, err := db.EventsOf(ctx, []ronda.EventKind{ronda.EventOpened}, 10)
	must(t, err)
	same(t, "events", len(events), 2)
	events, err = db.EventsOf(ctx, []ronda.EventKind{ronda.EventDecided}, 10)
	must(t, err)
	same(t, "events of another kind", len(events), 0)
	cases, err := db.CasesOf(ctx, []string{late.ID, "nothing"})
	must(t, err)
	same(t, "cases", len(cases), 1)
	same(t, "case", cases[late.ID].Number, late.Number)
}

// testNoteRule owes an entry for each change and none for what is known.
func testNoteRule(t *testing.T, db *store.DB) {
	ctx := t.Context()
	for i, step := range []struct {
		value string
		want  bool
	}{{"a", true}, {"a", false}, {"b", true}, {"a", true}} {
		id := ID(Start.Add(time.Duration(i) * time.Second))
		changed, err := db.NoteRule(ctx, "log.rules", step.value, ronda.Leaf{ID: id, Kind: "rules_change", At: Start, Bytes: []byte(id)})
		must(t, err)
		same(t, "changed to "+step.value, changed, step.want)
		_, err = db.LogLeaf(ctx, id)
		same(t, "owed", err == nil, step.want)
	}
}

// testNumberTaken refuses a case whose number another one has, and saves nothing of the report that would have opened it.
func testNumberTaken(t *testing.T, db *store.DB) {
	ctx := t.Context()
	first, second := Submission(Start, "number-1"), Submission(Start.Add(time.Second), "number-2")
	second.Open.Case.Number = first.Open.Case.Number
	_, err := db.Submit(ctx, first)
	must(t, err)
	_, err = db.Submit(ctx, second)
	wantCode(t, err, ronda.Conflict, "case.number_taken")
	_, err = db.ReportByCode(ctx, second.Report.Code)
	same(t, "the report", ronda.KindOf(err), ronda.NotFound)
	second.Open.Case.Number += "X"
	done, err := db.Submit(ctx, second)
	must(t, err)
	same(t, "joined", done.Report.Joined, false)
}
