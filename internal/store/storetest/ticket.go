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
	s.Report.Contact, s.Report.Sender = []byte("sealed"), "hash"
	s.Report.Files = []ronda.Evidence{{ID: "e1", Blob: s.Report.ID + "/f1", Kind: "screenshot"}}
	must(t, db.MarkFile(ctx, s.Report.ID+"/f1", 1))
	_, err := db.AddCaseKey(ctx, s.Report.ID, []byte("wrapped"))
	must(t, err)
	_, err = db.Submit(ctx, s)
	must(t, err)
	idem := ronda.Idempotent{Principal: "p", Key: "k", BodyHash: "h", At: Start}
	must(t, db.AddMessage(ctx, ronda.Message{ID: "m1", Report: s.Report.ID, At: Start, From: "reporter", Kind: "answer", Text: "nama saya"},
		[]ronda.Job{{Kind: "case.add_more", Key: "case.add_more:m1", RunAt: Start, Args: map[string]string{"link0": "https://x.example/nama"}}}, idem))

	c := s.Open.Case
	erase := func(at time.Time, kinds ...ronda.RetentionKind) ronda.Erasure {
		t.Helper()
		c = Next(c)
		e := ronda.Erasure{ID: c.ID + "-" + string(kinds[0]), Scope: ronda.EraseOfReport, Ref: s.Report.ID, Case: c.ID, Kinds: kinds, At: at}
		must(t, db.SaveChanges(ctx, ronda.Change{Case: c, Erase: []ronda.Erasure{e}}))
		return e
	}
	erase(Start.Add(time.Minute), ronda.KeepContact)
	got, err := db.Report(ctx, s.Report.ID)
	must(t, err)
	if got.Contact != nil || got.Sender != "" || got.Text == "" || !got.ErasedAt.IsZero() {
		t.Fatalf("after the contact went: %+v", got)
	}
	all := erase(Start.Add(time.Hour), ronda.KeepReport, ronda.KeepEvidence)
	owners, err := db.ErasedFiles(ctx, all)
	must(t, err)
	same(t, "owners of files", owners, []string{s.Report.ID})
	got, err = db.ReportByCode(ctx, s.Report.Code)
	must(t, err)
	same(t, "erased report", got, ronda.Report{ID: s.Report.ID, Code: s.Report.Code, At: Start, Case: c.ID, Channel: "web", Lang: "id",
		Category: s.Report.Category, Region: s.Report.Region, ErasedAt: Start.Add(time.Hour)})
	messages, err := db.Messages(ctx, s.Report.ID)
	must(t, err)
	same(t, "messages", len(messages), 0)
	_, ok, err := db.Receipt(ctx, "p", "k")
	must(t, err)
	same(t, "stored reply", ok, false)
	jobs, err := db.ClaimJobs(ctx, "w", []string{"case.add_more"}, Start.Add(24*time.Hour), time.Minute, 10)
	must(t, err)
	same(t, "jobs with the address", len(jobs), 0)
	_, err = db.AddCaseKey(ctx, s.Report.ID, []byte("again"))
	wantCode(t, err, ronda.NotFound, "evidence.no_key")
	gone, err := db.CondemnFiles(ctx, []string{s.Report.ID + "/f1"}, []int64{1})
	must(t, err)
	same(t, "files that nothing refers to", gone, []string{s.Report.ID + "/f1"})
	n, err := db.NewsForReports(ctx, c.ID, ronda.Message{ID: "n1", At: Start, From: "hub", Kind: "news", Text: "x"})
	must(t, err)
	same(t, "told after erasure", n, 0)
	err = db.AddMessage(ctx, ronda.Message{ID: "m2", Report: s.Report.ID, At: Start}, nil, ronda.Idempotent{})
	wantCode(t, err, ronda.NotFound, "report.not_found")
	must(t, db.Purge(ctx))
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
