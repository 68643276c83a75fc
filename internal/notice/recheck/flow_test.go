package recheck_test

import (
	"testing"
	"time"

	"ronda"
	"ronda/internal/casework"
	"ronda/internal/casework/caseworktest"
)

// An answer "removed" owes three looks; an unclear one asks for a person, whose word a login wall does not change.
func TestRecheckFlow(t *testing.T) {
	t.Parallel()
	r := caseworktest.New(t)
	c := r.Decide(t, r.Open(t, "hate_sara", 2), caseworktest.Assessment())
	n := r.Flag(t, c)
	r.Do(t, "system", c.ID, ronda.Sending{Notice: n.ID, MessageID: n.ID + "@ronda.test"}, ronda.Sent{Notice: n.ID})
	gone, stays := n.Items[0].Item, n.Items[1].Item
	r.Do(t, "tiktok", c.ID, ronda.AnswerItems{Notice: n.ID, Answers: []ronda.ItemAnswer{{Item: gone, Answer: ronda.AnswerRemoved},
		{Item: stays, Answer: ronda.AnswerDeclined, Reason: "Tidak melanggar pedoman komunitas kami."}}})
	jobs, err := r.DB.Jobs(t.Context(), ronda.JobFilter{Kind: casework.JobRecheck})
	if err != nil || len(jobs) != 3 {
		t.Fatalf("%d looks are owed, %v", len(jobs), err)
	}
	for i, want := range []time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour} {
		if got := jobs[i].Job.RunAt.Sub(jobs[0].Job.RunAt) + time.Hour; got != want || jobs[i].Job.Args["item"] != gone {
			t.Errorf("look %d after %s at %s", i, got, jobs[i].Job.Args["item"])
		}
	}
	try := func(who string, cmd ronda.Recheck) string {
		a := r.People[who]
		if who == "system" {
			a = ronda.System()
		}
		_, err := r.Cases.Do(t.Context(), a, c.ID, 0, cmd)
		if err == nil {
			return ""
		}
		return ronda.CodeOf(err)
	}
	needs := func() bool {
		row, err := r.DB.Notice(t.Context(), n.ID)
		if err != nil {
			t.Fatal(err)
		}
		return row.Notice.NeedsLook()
	}
	if code := try("system", ronda.Recheck{Notice: n.ID, Item: gone, Result: ronda.RecheckUnclear}); code != "" || !needs() {
		t.Errorf("an unclear look: %q, asks for a person: %v", code, needs())
	}
	if code := try("bandung", ronda.Recheck{Notice: n.ID, Item: gone, Result: ronda.RecheckUnclear, Person: true}); code != "recheck.result_missing" {
		t.Errorf("a person sees nothing clear: %q", code)
	}
	if code := try("bandung", ronda.Recheck{Notice: n.ID, Item: gone, Result: ronda.RecheckGone, Person: true}); code != "" || needs() {
		t.Errorf("a person looked: %q", code)
	}
	if code := try("system", ronda.Recheck{Notice: n.ID, Item: gone, Result: ronda.RecheckUnclear}); code != "recheck.known" {
		t.Errorf("a login wall after a person: %q", code)
	}
	if code := try("system", ronda.Recheck{Notice: n.ID, Item: gone, Result: ronda.RecheckThere}); code != "" || !needs() {
		t.Errorf("it came back: %q", code)
	}
	if code := try("system", ronda.Recheck{Notice: n.ID, Item: stays, Result: ronda.RecheckGone}); code != "recheck.not_removed" {
		t.Errorf("a declined address: %q", code)
	}
	if code := try("tiktok", ronda.Recheck{Notice: n.ID, Item: gone, Result: ronda.RecheckGone, Person: true}); code == "" {
		t.Error("a platform confirms its own removal")
	}
	if code := try("bandung", ronda.Recheck{Notice: n.ID, Item: gone, Result: ronda.RecheckGone}); code == "" {
		t.Error("an officer speaks for Ronda")
	}
	row, err := r.DB.Notice(t.Context(), n.ID)
	if err != nil || row.Notice.Items[0].Answer != ronda.AnswerRemoved || row.Notice.Redacted().Items[0].RecheckBy != "" {
		t.Errorf("the platform's word changed, or the public learns who looked: %+v, %v", row.Notice.Items[0], err)
	}
}
