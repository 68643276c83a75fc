package storetest

import (
	"testing"

	"ronda"
	"ronda/internal/store"
)

func testSubmit(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	s := Submission(Start, "tiktok:video:1")
	done, err := db.Submit(ctx, s)
	must(t, err)
	want := s.Report
	want.Case = s.Open.Case.ID
	same(t, "submitted", done, ronda.Submitted{Report: want})
	got, err := db.ReportByCode(ctx, s.Report.Code)
	must(t, err)
	same(t, "report", got, want)
	c, err := db.Case(ctx, want.Case)
	must(t, err)
	same(t, "case", c, s.Open.Case)

	again, err := db.Submit(ctx, s)
	must(t, err)
	same(t, "again", again, ronda.Submitted{Report: want, Again: true})
	other := s
	other.Receipt.BodyHash = "other"
	_, err = db.Submit(ctx, other)
	wantCode(t, err, ronda.Invalid, "idempotency.other_body")

	join := Submission(Start, "tiktok:video:9", "tiktok:video:1")
	joined, err := db.Submit(ctx, join)
	must(t, err)
	same(t, "joined", joined.Report.Joined, true)
	same(t, "case joined", joined.Report.Case, want.Case)
	c, err = db.Case(ctx, want.Case)
	must(t, err)
	same(t, "version after joining", c.Version, int64(1))
	events, err := db.Events(ctx, want.Case)
	must(t, err)
	same(t, "last event", events[len(events)-1].Kind, ronda.EventReported)
	claims, err := db.OpenCaseByKeys(ctx, []string{"tiktok:video:1", "tiktok:video:9", "tiktok:video:77"})
	must(t, err)
	same(t, "claims", claims, map[string]string{"tiktok:video:1": want.Case, "tiktok:video:9": want.Case})
}
