package storetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"ronda"
	"ronda/internal/store"
)

// testTextRefused tries text that one of the engines could not keep: it is refused on both, wherever it stands.
func testTextRefused(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	for name, bad := range map[string]string{"NUL": "a\x00b", "broken UTF-8": "a\xffb", "half a surrogate": "\xed\xa0\x80"} {
		t.Run(name, func(t *testing.T) {
			c := Case(Start)
			c.Title = bad
			wantCode(t, db.SaveChanges(ctx, Opened(c)), ronda.Invalid, "text.invalid")
			c.Title = "baik"
			c.Notes = []ronda.Note{{ID: "n", Text: bad}}
			wantCode(t, db.SaveChanges(ctx, Opened(c)), ronda.Invalid, "text.invalid")
			c.Notes = nil
			must(t, db.SaveChanges(ctx, Opened(c)))

			s := Submission(Start)
			s.Report.Text = bad
			_, err := db.Submit(ctx, s)
			wantCode(t, err, ronda.Invalid, "text.invalid")
			s = Submission(Start)
			s.Report.Missing = []string{bad}
			_, err = db.Submit(ctx, s)
			wantCode(t, err, ronda.Invalid, "text.invalid")
			_, err = db.Case(ctx, s.Open.Case.ID)
			wantCode(t, err, ronda.NotFound, "case.not_found")
			wantCode(t, db.SetMeta(ctx, "x", bad), ronda.Invalid, "text.invalid")
			e := Event(c, ronda.EventNoted, Start, "k", bad)
			wantCode(t, db.SaveChanges(ctx, ronda.Change{Case: Next(c), Events: []ronda.Event{e}}), ronda.Invalid, "text.invalid")
		})
	}
}

// testTextKept keeps what only looks broken.
func testTextKept(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	for i, good := range []string{"\uFFFD", `\u0000 \ufffd`, `\\u0000`, "\u202Eterbalik\u200B", "😀 é é", "'; DROP TABLE cases; --", "<b>&\u2028",
		strings.Repeat("panjang ", 5000)} {
		c := Case(Start)
		c.Title = good
		c.Notes = []ronda.Note{{ID: "n", At: Start, Text: good}}
		must(t, db.SaveChanges(ctx, Opened(c)))
		got, err := db.Case(ctx, c.ID)
		must(t, err)
		same(t, fmt.Sprint("case ", i), got, c)
	}
}

// testOrder reads ids in byte order on both engines, whatever the server's language.
func testOrder(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	want := []string{"0", "A-1", "A1", "B", "Z", "a", "b", "é"}
	for _, i := range []int{5, 2, 7, 0, 3, 6, 1, 4} {
		_, err := db.UpsertClaim(ctx, ronda.FactCheck{ID: want[i]})
		must(t, err)
	}
	var got []string
	for after := ""; ; after = got[len(got)-1] {
		page, err := db.Claims(ctx, after, 3)
		must(t, err)
		if len(page) == 0 {
			break
		}
		for _, f := range page {
			got = append(got, f.ID)
		}
	}
	same(t, "ids", got, want)
}

func testEvidence(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	_, err := db.CaseKey(ctx, "c1")
	wantCode(t, err, ronda.NotFound, "evidence.no_key")
	for range 2 {
		got, err := db.AddCaseKey(ctx, "c1", []byte("first"))
		must(t, err)
		same(t, "key", string(got), "first")
	}
	got, err := db.AddCaseKey(ctx, "c1", []byte("second"))
	must(t, err)
	same(t, "key", string(got), "first")
	must(t, db.DeleteCaseKey(ctx, "c1"))
	_, err = db.CaseKey(ctx, "c1")
	wantCode(t, err, ronda.NotFound, "evidence.no_key")
	_, err = db.AddCaseKey(ctx, "c1", []byte("third"))
	wantCode(t, err, ronda.NotFound, "evidence.no_key")

	must(t, db.MarkFile(ctx, "c1/a", 1))
	must(t, db.MarkFile(ctx, "c1/b", 1))
	must(t, db.MarkFile(ctx, "c1/c", 2))
	must(t, db.MarkFile(ctx, "c1/d", 2))
	must(t, db.ReleaseFile(ctx, "c1/d"))
	c := Case(Start)
	c.Evidence = []ronda.Evidence{{ID: "e1", Blob: "c1/a", CapturedAt: Start}}
	must(t, db.SaveChanges(ctx, Opened(c)))
	gone, err := db.CondemnFiles(ctx, []string{"c1/a", "c1/b", "c1/c", "c1/d", "c1/e"}, []int64{2})
	must(t, err)
	same(t, "condemned: given up, of an ended process, never marked", gone, []string{"c1/b", "c1/d", "c1/e"})
	c = Next(c)
	c.Evidence = append(c.Evidence[:1:1], ronda.Evidence{ID: "e2", Blob: "c1/b", CapturedAt: Start})
	wantCode(t, db.SaveChanges(ctx, ronda.Change{Case: c}), ronda.Conflict, "evidence.lost")
	c.Evidence[1].Blob, c.Evidence[1].View = "c1/c", "c1/a"
	must(t, db.SaveChanges(ctx, ronda.Change{Case: c}))

	home, err := db.ClaimHome(ctx, "here")
	must(t, err)
	same(t, "home", home, "here")
	home, err = db.ClaimHome(ctx, "there")
	must(t, err)
	same(t, "home", home, "here")

	look := ronda.Look{By: "a1", Why: "sidang", Case: c.ID, Blob: "c1/a", SHA256: "00", At: Start}
	must(t, db.RecordLook(ctx, look))
	looks, err := db.Looks(ctx, c.ID, 10)
	must(t, err)
	same(t, "looks", looks, []ronda.Look{look})
}

func testDemo(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	demo, err := db.Demo(ctx)
	must(t, err)
	same(t, "demo", demo, false)
	for _, want := range []bool{true, false} {
		fresh, err := db.BeginDemo(ctx)
		must(t, err)
		same(t, "fresh", fresh, want)
	}
	demo, err = db.Demo(ctx)
	must(t, err)
	same(t, "demo", demo, true)
}

func testDemoRefused(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	must(t, db.SaveChanges(ctx, Opened(Case(Start))))
	_, err := db.BeginDemo(ctx)
	wantCode(t, err, ronda.Conflict, "demo.database_in_use")
}

// testSubmitTogether lets 32 people report one video at the same moment, on many addresses in any order: one case is opened.
func testSubmitTogether(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	const people = 32
	for round := range 3 {
		keys := []string{fmt.Sprint("a", round), fmt.Sprint("b", round), fmt.Sprint("c", round)}
		cases := make([]string, people)
		var joined, all sync.WaitGroup
		start := make(chan struct{})
		opened := make(chan string, people)
		for i := range people {
			s := Submission(Start, keys[i%3], keys[(i+1)%3])
			joined.Add(1)
			all.Go(func() {
				joined.Done()
				<-start
				done, err := db.Submit(ctx, s)
				if err != nil {
					t.Error(err)
					return
				}
				cases[i] = done.Report.Case
				if !done.Report.Joined {
					opened <- done.Report.Case
				}
			})
		}
		joined.Wait()
		close(start)
		all.Wait()
		close(opened)
		if len(opened) != 1 {
			t.Fatalf("%d cases were opened, want 1: %v", len(opened), cases)
		}
		id := <-opened
		for i, c := range cases {
			if c != id {
				t.Errorf("report %d is in case %s, want %s", i, c, id)
			}
		}
		stats, err := db.ReportStats(ctx, Start, []string{id})
		must(t, err)
		same(t, "reports", stats[id].Total, people)
	}
}

// testSubmitTwice sends one form 16 times at once: there is one report.
func testSubmitTwice(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	form := Submission(Start, "k1").Receipt
	codes := make([]string, 16)
	var all sync.WaitGroup
	for i := range codes {
		s := Submission(Start, "k1")
		s.Receipt = form
		all.Go(func() {
			done, err := db.Submit(ctx, s)
			if err != nil {
				t.Error(err)
				return
			}
			codes[i] = done.Report.Code
		})
	}
	all.Wait()
	for _, c := range codes {
		same(t, "code", c, codes[0])
	}
	reports, err := db.Reports(ctx, "", 100)
	must(t, err)
	same(t, "reports", len(reports), 1)
	cases, err := db.Cases(ctx, "", 100)
	must(t, err)
	same(t, "cases", len(cases), 1)
}

// testSubmitWhileClosing lets reports join while the case ends and is opened again: no report may end up in a case that had ended.
func testSubmitWhileClosing(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	first := Submission(Start, "k")
	_, err := db.Submit(ctx, first)
	must(t, err)
	const rounds = 40
	ended := make(chan struct{})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for {
				select {
				case <-ended:
					return
				default:
				}
				if _, err := db.Submit(ctx, Submission(Start, "k")); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range rounds {
		open, err := db.OpenCaseByKeys(ctx, []string{"k"})
		must(t, err)
		if open["k"] == "" {
			continue
		}
		c, err := db.Case(ctx, open["k"])
		must(t, err)
		c = Next(c)
		c.Stage = ronda.StageClosed
		must(t, db.SaveChanges(ctx, ronda.Change{Case: c, Events: []ronda.Event{Event(c, ronda.EventClosed, Start)}}))
	}
	close(ended)
	all.Wait()
	cases, err := db.Cases(ctx, "", 1000)
	must(t, err)
	for _, c := range cases {
		events, err := db.Events(ctx, c.ID)
		must(t, err)
		for i, e := range events {
			if e.Kind == ronda.EventReported && i > 0 && events[i-1].Kind == ronda.EventClosed {
				t.Fatalf("a report joined case %s after it had been closed", c.ID)
			}
		}
	}
}
