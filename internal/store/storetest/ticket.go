package storetest

import (
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

func testReportStats(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	s := Submission(Start.Add(-30*time.Hour), "k1")
	_, err := db.Submit(ctx, s)
	must(t, err)
	for i := range 3 {
		join := Submission(Start.Add(-time.Duration(i)*time.Hour), "k1")
		join.Report.Region = "31"
		_, err := db.Submit(ctx, join)
		must(t, err)
	}
	got, err := db.ReportStats(ctx, Start, []string{s.Open.Case.ID, "none"})
	must(t, err)
	same(t, "stats", got, map[string]ronda.ReportStats{s.Open.Case.ID: {Total: 4, Last24h: 3, First: Start.Add(-30 * time.Hour), Last: Start,
		ByRegion: map[string]int{"34.04": 1, "31": 3}}})
	first, err := db.CaseReports(ctx, s.Open.Case.ID, 3, "")
	must(t, err)
	rest, err := db.CaseReports(ctx, s.Open.Case.ID, 3, first[2].ID)
	must(t, err)
	same(t, "pages", []int{len(first), len(rest)}, []int{3, 1})
}

func testMessages(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	a, b := Submission(Start, "k1"), Submission(Start.Add(time.Second), "k1")
	for _, s := range []ronda.Submission{a, b} {
		_, err := db.Submit(ctx, s)
		must(t, err)
	}
	caseID := a.Open.Case.ID
	news := ronda.Message{ID: ID(Start), At: Start, From: "hub", Kind: "question", Question: "q1", Text: "Di mana?"}
	for _, want := range []int{2, 0} {
		n, err := db.NewsForReports(ctx, caseID, news)
		must(t, err)
		same(t, "told", n, want)
	}
	answer := ronda.Message{ID: ID(Start), Report: a.Report.ID, At: Start.Add(time.Minute), From: "reporter", Kind: "answer", Question: "q1", Text: "Di Sleman."}
	idem := ronda.Idempotent{Principal: "anon:x", Key: "m1", BodyHash: "h", At: Start}
	jobs := []ronda.Job{{Kind: "case.add_items", Key: "a", RunAt: Start}}
	must(t, db.AddMessage(ctx, answer, jobs, idem))
	wantCode(t, db.AddMessage(ctx, answer, jobs, idem), ronda.Conflict, "idempotency.done")
	idem.BodyHash = "other"
	wantCode(t, db.AddMessage(ctx, answer, jobs, idem), ronda.Invalid, "idempotency.other_body")
	orphan := answer
	orphan.Report = "nobody"
	wantCode(t, db.AddMessage(ctx, orphan, nil, ronda.Idempotent{}), ronda.NotFound, "report.not_found")

	news.Report = a.Report.ID
	got, err := db.Messages(ctx, a.Report.ID)
	must(t, err)
	same(t, "messages of the first", got, []ronda.Message{news, answer})
	news.Report = b.Report.ID
	got, err = db.Messages(ctx, b.Report.ID)
	must(t, err)
	same(t, "messages of the second", got, []ronda.Message{news})
	got, err = db.CaseMessages(ctx, caseID, 10)
	must(t, err)
	same(t, "messages from reporters", got, []ronda.Message{answer})
}

func testErase(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	s := Submission(Start, "k1")
	s.Report.Contact = []byte("sealed")
	s.Report.Files = []ronda.Evidence{{ID: "e1", Blob: "case/f1", Kind: "screenshot"}}
	must(t, db.MarkFile(ctx, "case/f1", 1))
	_, err := db.Submit(ctx, s)
	must(t, err)
	must(t, db.AddMessage(ctx, ronda.Message{ID: "m1", Report: s.Report.ID, At: Start, From: "reporter", Kind: "answer", Text: "nama saya"}, nil, ronda.Idempotent{}))
	for range 2 {
		files, err := db.EraseReport(ctx, s.Report.ID, Start.Add(time.Hour))
		must(t, err)
		if len(files) > 1 {
			t.Fatalf("files are %+v", files)
		}
	}
	got, err := db.ReportByCode(ctx, s.Report.Code)
	must(t, err)
	same(t, "erased report", got, ronda.Report{ID: s.Report.ID, Code: s.Report.Code, At: Start, Case: s.Open.Case.ID, Channel: "web", Lang: "id",
		Category: s.Report.Category, Region: s.Report.Region, ErasedAt: Start.Add(time.Hour)})
	messages, err := db.Messages(ctx, s.Report.ID)
	must(t, err)
	same(t, "messages", len(messages), 0)
	n, err := db.NewsForReports(ctx, s.Open.Case.ID, ronda.Message{ID: "n1", At: Start, From: "hub", Kind: "news", Text: "x"})
	must(t, err)
	same(t, "told after erasure", n, 0)
	err = db.AddMessage(ctx, ronda.Message{ID: "m2", Report: s.Report.ID, At: Start}, nil, ronda.Idempotent{})
	wantCode(t, err, ronda.NotFound, "report.not_found")
	_, err = db.EraseReport(ctx, "nobody", Start)
	wantCode(t, err, ronda.NotFound, "report.not_found")
}

func testChecks(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	for i, r := range []ronda.CheckRecord{
		{Fingerprint: []byte{1}, Day: "2024-11-20", Result: "match", Channel: "web"},
		{Fingerprint: []byte{1}, Day: "2024-11-20", Result: "match", Channel: "web"},
		{Fingerprint: []byte{2}, Day: "2024-11-20", Result: "match", Channel: "web"},
		{Fingerprint: []byte{2}, Day: "2024-11-21", Result: "nothing", Channel: "api"},
		{Fingerprint: []byte{2}, Day: "2024-11-22", Result: "nothing", Channel: "api"},
	} {
		if err := db.RecordCheck(ctx, r); err != nil {
			t.Fatalf("check %d: %v", i, err)
		}
	}
	got, err := db.CheckCounts(ctx, "2024-11-20", "2024-11-21")
	must(t, err)
	same(t, "counts", got, []ronda.CheckCount{{Day: "2024-11-20", Result: "match", Channel: "web", Total: 3, Texts: 2},
		{Day: "2024-11-21", Result: "nothing", Channel: "api", Total: 1, Texts: 1}})

	w := ronda.Wish{ID: "w1", At: Start, Text: "apakah benar?", Lang: "id", Channel: "web"}
	must(t, db.AddWish(ctx, w))
	w2 := w
	w2.ID, w2.At = "w2", Start.Add(time.Hour)
	must(t, db.AddWish(ctx, w2))
	wishes, err := db.Wishes(ctx, 10)
	must(t, err)
	w.At, w.Count = w2.At, 2
	same(t, "wishes", wishes, []ronda.Wish{w})
	must(t, db.DropWish(ctx, "w1"))
	wishes, err = db.Wishes(ctx, 10)
	must(t, err)
	same(t, "wishes", len(wishes), 0)
}
