package storetest

import (
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

// testUnasked: a check that is new while a case is open owes one search with all that came with it; a second time, a change of it, and what comes
// while no case is open owe none.
func testUnasked(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	search := ronda.Job{Kind: "check.answers_many", Key: "check.answers_many", RunAt: Start, Args: map[string]string{}}
	check := func(id string) ronda.FactCheck {
		return ronda.FactCheck{ID: id, Claim: ronda.Text{"id": "Klaim " + id}, Verdict: ronda.VerdictFalse, Outlet: "X", URL: "https://example.org/" + id, Origin: "import"}
	}
	load := func(f ronda.FactCheck) {
		t.Helper()
		_, err := db.ImportClaim(ctx, f, search)
		must(t, err)
	}
	owes := func(what string, want ...string) {
		t.Helper()
		list, err := db.UnaskedClaims(ctx, 10)
		must(t, err)
		var got []string
		for _, f := range list {
			got = append(got, f.ID)
		}
		same(t, what, got, want)
	}
	jobs := func(want int) {
		t.Helper()
		rows, err := db.Jobs(ctx, ronda.JobFilter{Kind: search.Kind})
		must(t, err)
		same(t, "jobs that wait", len(rows), want)
	}
	trial := Case(Start, "tiktok:1")
	trial.Sandbox = true
	must(t, db.SaveChanges(ctx, Opened(trial)))
	load(check("early"))
	owes("no case is open")
	jobs(0)

	must(t, db.SaveChanges(ctx, Opened(Case(Start, "tiktok:2"))))
	load(check("early"))
	owes("loaded again")
	load(check("a"))
	load(check("b"))
	_, err := db.ImportClaim(ctx, check("untold")) // the caller asks for no search
	must(t, err)
	pack := check("c")
	pack.Origin = "pack"
	for range 2 {
		_, err := db.UpsertClaim(ctx, pack, search)
		must(t, err)
	}
	owes("new checks", "a", "b", "c")
	jobs(1)

	got, err := db.ClaimJobs(ctx, "w", []string{search.Kind}, Start, time.Hour, 10)
	must(t, err)
	must(t, db.ClaimsAsked(ctx, "a", "c"))
	must(t, db.CompleteJob(ctx, got[0].ID, got[0].Attempt))
	owes("what is left", "b")
	must(t, db.ClaimsAsked(ctx, "b"))
	must(t, db.ClaimsAsked(ctx))
	changed := check("b")
	changed.Truth = ronda.Text{"id": "Faktanya lain"}
	load(changed)
	pack.Truth = changed.Truth
	_, err = db.UpsertClaim(ctx, pack, search)
	must(t, err)
	owes("a correction asks nothing")
	jobs(0)
}
