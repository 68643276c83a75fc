package storetest

import (
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

// fullCase fills every part of a case.
func fullCase() ronda.Case {
	c := Case(Start, "tiktok:video:1", "tiktok:video:2")
	c.ContentDate = Start.Add(-48*time.Hour + 123456*time.Microsecond)
	c.Title = "Klaim “TPS dipindah” 100% <salah> & diedit \\ud83d 😀"
	c.Transcript = &ronda.Transcript{Language: "jv", Cues: []ronda.Cue{{Start: 3, Text: "monggo"}}, Translation: "silakan", By: "a1"}
	c.Assessments = []ronda.Assessment{{ID: "s1", Round: 1, Seat: ronda.SeatFirst, By: "a1", Office: c.Office, Org: "bawaslu", At: Start,
		RuleDate: Start, Ground: "ite-28-2", Elements: []ronda.ElementFinding{{Element: "e", Finding: ronda.Met, Because: "karena"}},
		Exclusions: []ronda.Exclusion{{Reason: "satire", Because: "bukan satire"}}, Outcome: ronda.OutcomeAct}}
	c.Draws = []ronda.Draw{{Round: 1, Seat: ronda.SeatSecond, Account: "a2", Office: "bawaslu:34.71", Pool: 3,
		Excluded: map[string]string{"a1": "first"}, At: Start}}
	c.Decision = &ronda.Decision{Outcome: ronda.OutcomeAct, Readers: []string{"a1", "a2"}, At: Start}
	c.Notices = []ronda.Notice{Notice(c, ronda.Flag, ronda.NoticeReceived, Start)}
	c.Notices[0].Pauses = []ronda.Pause{{From: Start}}
	c.Notices[0].Warnings = []ronda.Warning{{N: 1, Step: "first", By: "a1", At: Start, Text: "peringatan"}}
	c.Referrals = []ronda.Referral{{ID: "r1", Path: "formal", Reason: "x", By: "a1", At: Start, KnownAt: Start}}
	c.Questions = []ronda.Question{{ID: "q1", Text: "di mana?", By: "a1", At: Start}}
	c.Notes = []ronda.Note{{ID: "n1", By: "a1", At: Start, Text: "catatan", Advice: true}}
	c.Links = []ronda.MatchLink{{Kind: "claim", ID: "k1", Same: true, By: "a1", At: Start}}
	c.Closed = &ronda.Closing{Reason: ronda.CloseGone, By: "a1", At: Start}
	c.ReporterOrg = []string{"mafindo"}
	return c
}

func testCaseRoundTrip(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	c := fullCase()
	must(t, db.SaveChanges(ctx, Opened(c)))
	got, err := db.Case(ctx, c.ID)
	must(t, err)
	same(t, "case by id", got, c)
	got, err = db.CaseByNumber(ctx, c.Number)
	must(t, err)
	same(t, "case by number", got, c)
	row, err := db.NoticeByCode(ctx, c.Notices[0].Code)
	must(t, err)
	same(t, "notice", row, ronda.NoticeRow{Notice: c.Notices[0], Case: c.ID, Number: c.Number, Title: c.Title})
	_, err = db.Case(ctx, "nobody")
	wantCode(t, err, ronda.NotFound, "case.not_found")
	_, err = db.Case(ctx, "a\x00b")
	wantCode(t, err, ronda.NotFound, "case.not_found")
	_, err = db.Notice(ctx, "nobody\xff")
	wantCode(t, err, ronda.NotFound, "notice.not_found")
}

func testCaseStaleVersion(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	c := Case(Start, "tiktok:video:1")
	must(t, db.SaveChanges(ctx, Opened(c)))
	wantCode(t, db.SaveChanges(ctx, Opened(c)), ronda.Conflict, "case.changed")
	mine, theirs := Next(c), Next(c)
	mine.Holder, theirs.Holder = "a1", "a2"
	must(t, db.SaveChanges(ctx, ronda.Change{Case: theirs, Events: []ronda.Event{Event(c, ronda.EventTaken, Start)}}))
	err := db.SaveChanges(ctx, ronda.Change{Case: mine, Events: []ronda.Event{Event(c, ronda.EventTaken, Start)}})
	wantCode(t, err, ronda.Conflict, "case.changed")
	got, err := db.Case(ctx, c.ID)
	must(t, err)
	same(t, "case", got, theirs)
	events, err := db.Events(ctx, c.ID)
	must(t, err)
	if len(events) != 2 {
		t.Fatalf("%d events, want 2: a refused change must leave none", len(events))
	}
	gone := Next(Case(Start))
	wantCode(t, db.SaveChanges(ctx, ronda.Change{Case: gone}), ronda.Conflict, "case.changed")
}

// testCaseChangeIsWhole saves two changes of which the second is stale: nothing of the first may stay.
func testCaseChangeIsWhole(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	fresh, old := Case(Start, "tiktok:video:1"), Next(Case(Start, "tiktok:video:2"))
	first := Opened(fresh)
	first.Jobs = []ronda.Job{{Kind: "case.draw", Key: "k", RunAt: Start}}
	first.Leaves = []ronda.Leaf{{ID: "l1", Case: fresh.ID, Kind: "x", At: Start, Bytes: []byte("x"), Sealed: []ronda.SealedField{{Name: "text", Salt: []byte("s"), Value: "v"}}}}
	first.Receipt = ronda.Idempotent{Principal: "p", Key: "k", BodyHash: "h", Status: 201, Body: []byte("{}"), At: Start}
	err := db.SaveChanges(ctx, first, ronda.Change{Case: old})
	wantCode(t, err, ronda.Conflict, "case.changed")
	_, err = db.Case(ctx, fresh.ID)
	wantCode(t, err, ronda.NotFound, "case.not_found")
	jobs, err := db.Jobs(ctx, ronda.JobFilter{})
	must(t, err)
	same(t, "jobs", len(jobs), 0)
	_, ok, err := db.Receipt(ctx, "p", "k")
	must(t, err)
	same(t, "receipt", ok, false)
	claims, err := db.OpenCaseByKeys(ctx, []string{"tiktok:video:1"})
	must(t, err)
	same(t, "claims", len(claims), 0)

	must(t, db.SaveChanges(ctx, first))
	r, ok, err := db.Receipt(ctx, "p", "k")
	must(t, err)
	same(t, "receipt", ok, true)
	same(t, "receipt", r, first.Receipt)
	again := Opened(Case(Start))
	again.Receipt = first.Receipt
	wantCode(t, db.SaveChanges(ctx, again), ronda.Conflict, "idempotency.done")
	again.Receipt.BodyHash = "other"
	wantCode(t, db.SaveChanges(ctx, again), ronda.Invalid, "idempotency.other_body")
}
