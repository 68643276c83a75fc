package storetest

import (
	"testing"

	"ronda"
	"ronda/internal/store"
)

// claims reads who claims each of the keys.
func claims(t *testing.T, db *store.DB, keys ...string) map[string]string {
	t.Helper()
	out, err := db.OpenCaseByKeys(ctxOf(t), keys)
	must(t, err)
	return out
}

func testKeysOfEndedCase(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	s := Submission(Start, "k1", "text:f1")
	s.Open.Case.Items = s.Open.Case.Items[:1]
	_, err := db.Submit(ctx, s)
	must(t, err)
	c := s.Open.Case
	same(t, "claims", claims(t, db, "k1", "text:f1"), map[string]string{"k1": c.ID, "text:f1": c.ID})

	c = Next(c)
	c.Title = "Judul baru"
	must(t, db.SaveChanges(ctx, ronda.Change{Case: c}))
	same(t, "claims after a change", claims(t, db, "k1", "text:f1"), map[string]string{"k1": c.ID, "text:f1": c.ID})

	c = Next(c)
	c.Stage = ronda.StageClosed
	must(t, db.SaveChanges(ctx, ronda.Change{Case: c}))
	same(t, "claims after the end", len(claims(t, db, "k1", "text:f1")), 0)

	// The same address again is a new matter, and keeps its claim when the old case is opened again.
	again := Submission(Start, "k1")
	done, err := db.Submit(ctx, again)
	must(t, err)
	same(t, "joined", done.Report.Joined, false)
	c = Next(c)
	c.Stage = ronda.StageTriage
	must(t, db.SaveChanges(ctx, ronda.Change{Case: c}))
	same(t, "claims after reopening", claims(t, db, "k1"), map[string]string{"k1": again.Open.Case.ID})
}

func testKeysOfMergeAndSplit(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	a, b := Submission(Start, "k1"), Submission(Start, "k2", "k3", "text:f2")
	b.Open.Case.Items = b.Open.Case.Items[:2]
	for _, s := range []ronda.Submission{a, b} {
		_, err := db.Submit(ctx, s)
		must(t, err)
	}
	into, from := Next(a.Open.Case), Next(b.Open.Case)
	into.Items = append(into.Items, from.Items...)
	from.Items, from.Stage, from.MergedInto = nil, ronda.StageMerged, into.ID
	must(t, db.SaveChanges(ctx, ronda.Change{Case: into, Moves: []ronda.ReportMove{{From: from.ID, To: into.ID}}}, ronda.Change{Case: from}))
	same(t, "claims after the merge", claims(t, db, "k1", "k2", "k3", "text:f2"),
		map[string]string{"k1": into.ID, "k2": into.ID, "k3": into.ID, "text:f2": into.ID})
	moved, err := db.CaseReports(ctx, into.ID, 10, "")
	must(t, err)
	same(t, "reports after the merge", len(moved), 2)

	// A report that the matcher sent to the merged case joins the one it went into.
	late := Submission(Start, "k9")
	late.Match = from.ID
	done, err := db.Submit(ctx, late)
	must(t, err)
	same(t, "case of the late report", done.Report.Case, into.ID)

	rest, part := Next(into), Case(Start)
	part.Items, rest.Items = into.Items[1:2], append(into.Items[:1:1], into.Items[2:]...)
	must(t, db.SaveChanges(ctx,
		ronda.Change{Case: rest, Moves: []ronda.ReportMove{{From: into.ID, To: part.ID, Reports: []string{b.Report.ID}}}},
		Opened(part)))
	same(t, "claims after the split", claims(t, db, "k1", "k2", "k3", "k9"),
		map[string]string{"k1": rest.ID, "k2": part.ID, "k3": rest.ID, "k9": rest.ID})
	of, err := db.CaseReports(ctx, part.ID, 10, "")
	must(t, err)
	same(t, "reports of the part", len(of), 1)
	got, err := db.Case(ctx, part.ID)
	must(t, err)
	same(t, "part", got, part)
}

func testMatchJoins(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	first := Submission(Start, "k1")
	_, err := db.Submit(ctx, first)
	must(t, err)
	similar := Submission(Start, "k2")
	similar.Match = first.Open.Case.ID
	done, err := db.Submit(ctx, similar)
	must(t, err)
	same(t, "joined by match", done.Report.Case, first.Open.Case.ID)
	same(t, "claims", claims(t, db, "k2"), map[string]string{"k2": first.Open.Case.ID})
	_, err = db.Case(ctx, similar.Open.Case.ID)
	wantCode(t, err, ronda.NotFound, "case.not_found")

	c := Next(first.Open.Case)
	c.Stage = ronda.StageClosed
	must(t, db.SaveChanges(ctx, ronda.Change{Case: c}))
	late := Submission(Start, "k3")
	late.Match = c.ID
	done, err = db.Submit(ctx, late)
	must(t, err)
	same(t, "a match that ended opens a case", done.Report.Case, late.Open.Case.ID)
	gone := Submission(Start)
	gone.Match = "no such case"
	done, err = db.Submit(ctx, gone)
	must(t, err)
	same(t, "a match that never was opens a case", done.Report.Joined, false)
}
