package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

func claimJobs(t *testing.T, db *store.DB, owner string, lease time.Duration, limit int) []ronda.JobRow {
	t.Helper()
	rows, err := db.ClaimJobs(ctxOf(t), owner, []string{"send", "tick"}, Start, lease, limit)
	must(t, err)
	return rows
}

func testJobs(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	send := ronda.Job{Kind: "send", Key: "n1", RunAt: Start.Add(-time.Minute), Args: map[string]string{"notice": "n1"}}
	twin := send
	twin.RunAt, twin.Args = Start.Add(-time.Hour), map[string]string{"notice": "other"}
	later := ronda.Job{Kind: "tick", RunAt: Start.Add(time.Hour)}
	must(t, db.AddJobs(ctx, send, twin, later, later))
	rows, err := db.Jobs(ctx, ronda.JobFilter{})
	must(t, err)
	same(t, "a key waits once, keyless jobs do not count", len(rows), 3)

	got := claimJobs(t, db, "w1", time.Hour, 10)
	if len(got) != 1 || got[0].Attempt != 1 || got[0].State != ronda.JobRunning || got[0].Owner != "w1" {
		t.Fatalf("claimed %+v", got)
	}
	same(t, "the earlier time with the first's arguments", got[0].Job, ronda.Job{Kind: "send", Key: "n1", RunAt: twin.RunAt, Args: send.Args})
	same(t, "claimed twice", len(claimJobs(t, db, "w2", time.Hour, 10)), 0)

	// While it runs, another with the key may be added, but not run.
	must(t, db.AddJobs(ctx, send))
	same(t, "same key at once", len(claimJobs(t, db, "w2", time.Hour, 10)), 0)
	must(t, db.CompleteJob(ctx, got[0].ID, 1))
	wantCode(t, db.CompleteJob(ctx, got[0].ID, 1), ronda.Conflict, "job.stale")
	got = claimJobs(t, db, "w2", time.Hour, 10)
	same(t, "after the first", len(got), 1)

	must(t, db.BuryJob(ctx, got[0].ID, 1, "no route"))
	dead, err := db.Jobs(ctx, ronda.JobFilter{State: ronda.JobDead})
	must(t, err)
	if len(dead) != 1 || dead[0].Failure != "no route" {
		t.Fatalf("dead letters are %+v", dead)
	}
	counts, err := db.JobCounts(ctx)
	must(t, err)
	same(t, "counts", counts, []ronda.JobCount{{Kind: "send", State: ronda.JobDead, Total: 1, Oldest: send.RunAt},
		{Kind: "tick", State: ronda.JobWaiting, Total: 2, Oldest: later.RunAt}})
	next, err := db.NextJob(ctx, []string{"send", "tick"})
	must(t, err)
	same(t, "next", next, later.RunAt)
	must(t, db.Requeue(ctx, got[0].ID))
	wantCode(t, db.Requeue(ctx, got[0].ID), ronda.Conflict, "job.not_dead")
	got = claimJobs(t, db, "w3", time.Hour, 10)
	same(t, "attempts start over", got[0].Attempt, 1)
	must(t, db.BuryJob(ctx, got[0].ID, 1, "x"))
	must(t, db.DropJob(ctx, got[0].ID))
	wantCode(t, db.DropJob(ctx, got[0].ID), ronda.Conflict, "job.not_dead")
}

// testJobFencing lets a lease run out: the next attempt is another worker's, and nothing the first does counts any more.
func testJobFencing(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	must(t, db.AddJobs(ctx, ronda.Job{Kind: "send", Key: "n1", RunAt: Start}))
	first := claimJobs(t, db, "w1", -time.Second, 1)
	second := claimJobs(t, db, "w2", time.Hour, 1)
	if len(first) != 1 || len(second) != 1 || second[0].ID != first[0].ID || second[0].Attempt != 2 {
		t.Fatalf("first %+v, second %+v", first, second)
	}
	id := first[0].ID
	wantCode(t, db.CompleteJob(ctx, id, 1), ronda.Conflict, "job.stale")
	wantCode(t, db.RetryJob(ctx, id, 1, "x", Start), ronda.Conflict, "job.stale")
	wantCode(t, db.BuryJob(ctx, id, 1, "x"), ronda.Conflict, "job.stale")
	wantCode(t, db.ExtendJob(ctx, id, 1, time.Hour), ronda.Conflict, "job.stale")
	must(t, db.ExtendJob(ctx, id, 2, time.Hour))
	must(t, db.RetryJob(ctx, id, 2, "again", Start))
	third := claimJobs(t, db, "w3", time.Hour, 1)
	same(t, "third attempt", third[0].Attempt, 3)
	// A retry whose key waits already gives way to it.
	must(t, db.AddJobs(ctx, ronda.Job{Kind: "send", Key: "n1", RunAt: Start.Add(time.Hour)}))
	must(t, db.RetryJob(ctx, id, 3, "again", Start))
	rows, err := db.Jobs(ctx, ronda.JobFilter{})
	must(t, err)
	if len(rows) != 1 || rows[0].ID == id {
		t.Fatalf("left are %+v", rows)
	}
}

// testJobsOnce lets eight workers take 120 jobs: each is run once.
func testJobsOnce(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	const jobs = 120
	for i := range jobs {
		must(t, db.AddJobs(ctx, ronda.Job{Kind: "send", Key: fmt.Sprint(i), RunAt: Start}))
	}
	var mu sync.Mutex
	runs := map[string]int{}
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for {
				rows, err := db.ClaimJobs(ctx, fmt.Sprint("w", w), []string{"send"}, Start, time.Hour, 5)
				if err != nil {
					t.Error(err)
					return
				}
				if len(rows) == 0 {
					return
				}
				for _, r := range rows {
					mu.Lock()
					runs[r.Job.Key]++
					mu.Unlock()
					if err := db.CompleteJob(ctx, r.ID, r.Attempt); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	for key, n := range runs {
		if n != 1 {
			t.Errorf("job %s ran %d times", key, n)
		}
	}
	left, err := db.Jobs(ctx, ronda.JobFilter{})
	must(t, err)
	same(t, "left", len(left), 0)
	same(t, "ran", len(runs), jobs)
}

func testLease(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	take := func(owner string, ttl time.Duration, wantEpoch int64, wantOK bool) {
		t.Helper()
		epoch, ok, err := db.Lease(ctx, "x", owner, ttl)
		must(t, err)
		if ok != wantOK || (ok && epoch != wantEpoch) {
			t.Fatalf("%s got epoch %d, %v; want %d, %v", owner, epoch, ok, wantEpoch, wantOK)
		}
	}
	take("a", time.Hour, 1, true)
	take("b", time.Hour, 0, false)
	take("a", time.Hour, 1, true)
	take("a", -time.Second, 1, true) // ran out
	take("b", time.Hour, 2, true)
	take("a", time.Hour, 0, false)
	must(t, db.EndLease(ctx, "x", 1)) // not the current epoch
	take("a", time.Hour, 0, false)
	must(t, db.EndLease(ctx, "x", 2))
	take("b", time.Hour, 3, true) // own again, but somebody could have had it
}

func testPublish(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	var want []string
	for i := range 5 {
		c := Case(Start.Add(time.Duration(i) * time.Second))
		ch := Opened(c)
		ch.Events = append(ch.Events, Event(c, ronda.EventTriaged, c.OpenedAt), Event(c, ronda.EventNoted, c.OpenedAt))
		must(t, db.SaveChanges(ctx, ch))
		for _, e := range ch.Events {
			want = append(want, e.ID)
		}
	}
	none, err := db.EventsAfter(ctx, 0, 10)
	must(t, err)
	same(t, "before publishing", len(none), 0)
	old, ok, err := db.LeasePublisher(ctx, "p1", -time.Second)
	must(t, err)
	same(t, "lease", ok, true)
	fence, ok, err := db.LeasePublisher(ctx, "p2", time.Hour)
	must(t, err)
	same(t, "lease", ok, true)
	_, err = db.PublishEvents(ctx, old)
	wantCode(t, err, ronda.Conflict, "lease.lost")
	n, err := db.PublishEvents(ctx, fence)
	must(t, err)
	same(t, "published", n, len(want))
	n, err = db.PublishEvents(ctx, fence)
	must(t, err)
	same(t, "published again", n, 0)
	var got []string
	seq := int64(0)
	for {
		events, err := db.EventsAfter(ctx, seq, 4)
		must(t, err)
		if len(events) == 0 {
			break
		}
		for _, e := range events {
			same(t, "number", e.Seq, seq+1)
			seq = e.Seq
			got = append(got, e.ID)
		}
	}
	same(t, "events in order", got, want)
	last, err := db.LastEvent(ctx)
	must(t, err)
	same(t, "last number", last, seq)
}

// testPublishVersions publishes two changes of one case whose clocks disagree: versions decide.
func testPublishVersions(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	c := Case(Start.Add(time.Hour))
	first := Opened(c)
	must(t, db.SaveChanges(ctx, first))
	c = Next(c)
	second := ronda.Change{Case: c, Events: []ronda.Event{Event(c, ronda.EventTaken, Start)}}
	must(t, db.SaveChanges(ctx, second))
	fence, _, err := db.LeasePublisher(ctx, "p", time.Hour)
	must(t, err)
	_, err = db.PublishEvents(ctx, fence)
	must(t, err)
	events, err := db.EventsAfter(ctx, 0, 10)
	must(t, err)
	same(t, "order", []string{events[0].ID, events[1].ID}, []string{first.Events[0].ID, second.Events[0].ID})
	own, err := db.Events(ctx, c.ID)
	must(t, err)
	same(t, "story of the case", own, events)
}

func testFactChecks(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	f := ronda.FactCheck{ID: "fc1", Claim: ronda.Text{"id": "Klaim"}, Truth: ronda.Text{"id": "Faktanya"}, Verdict: ronda.VerdictFalse,
		Date: "2024-11-20", Outlet: "X", URL: "https://example.org/1", Origin: "pack"}
	save := func(f ronda.FactCheck, want bool) {
		t.Helper()
		changed, err := db.UpsertClaim(ctx, f)
		must(t, err)
		same(t, "changed", changed, want)
	}
	save(f, true)
	save(f, false)
	g := f
	g.ID, g.URL, g.Date = "fc2", "", "2024-11-21"
	save(g, true)
	h := g
	h.ID = "fc3" // a second one without an address is no clash
	save(h, true)
	clash := f
	clash.ID = "fc4"
	_, err := db.UpsertClaim(ctx, clash)
	wantCode(t, err, ronda.Conflict, "claim.url_taken")

	f.Truth = ronda.Text{"id": "Faktanya lain"}
	f.Retracted, f.Because = Start, "keliru"
	save(f, true)
	got, err := db.Claim(ctx, "fc1")
	must(t, err)
	f.Version, f.UpdatedAt = 2, Start
	same(t, "fact-check", got, f)
	recent, err := db.RecentFactChecks(ctx, 10)
	must(t, err)
	same(t, "those that stand, newest first", []string{recent[0].ID, recent[1].ID}, []string{"fc3", "fc2"})
	all, err := db.Claims(ctx, "fc1", 10)
	must(t, err)
	same(t, "after the first", len(all), 2)
	_, err = db.FactCheck(ctx, "none")
	wantCode(t, err, ronda.NotFound, "claim.not_found")

	fence, _, err := db.LeasePublisher(ctx, "p", time.Hour)
	must(t, err)
	_, err = db.PublishEvents(ctx, fence)
	must(t, err)
	events, err := db.EventsAfter(ctx, 0, 10)
	must(t, err)
	same(t, "events", len(events), 4)
	retracted := 0
	for _, e := range events {
		if e.Kind == ronda.EventClaimRetracted && e.Data["claim"] == "fc1" {
			retracted++
		}
	}
	same(t, "retractions", retracted, 1)
}

// testImports: a file of checks that is read again, by two at once too, changes nothing; what others wrote and what was taken back stays so.
func testImports(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	f := ronda.FactCheck{ID: "claim-1", Claim: ronda.Text{"id": "Klaim"}, Truth: ronda.Text{"id": "Faktanya"}, Verdict: ronda.VerdictFalse, Narration: "yang beredar",
		Date: "2024-11-20", Outlet: "X", URL: "https://example.org/1", Origin: "import"}
	load := func(f ronda.FactCheck, want bool) {
		t.Helper()
		changed, err := db.ImportClaim(ctx, f)
		must(t, err)
		same(t, "changed", changed, want)
	}
	changes := make(chan bool, 8)
	var all sync.WaitGroup
	for range cap(changes) {
		all.Go(func() {
			changed, err := db.ImportClaim(ctx, f)
			if err != nil {
				t.Error(err)
			}
			changes <- changed
		})
	}
	all.Wait()
	close(changes)
	n := 0
	for changed := range changes {
		if changed {
			n++
		}
	}
	same(t, "changes of eight imports at once", n, 1)
	got, err := db.Claim(ctx, "claim-1")
	must(t, err)
	same(t, "version", got.Version, 1)

	other := f
	other.ID, other.Narration = "csv-7", "" // another format knows the same article, and no text that went around
	load(other, false)
	other.Truth = ronda.Text{"id": "Faktanya lain"}
	load(other, true)
	got, err = db.Claim(ctx, "claim-1")
	must(t, err)
	same(t, "text that went around", got.Narration, "yang beredar")
	same(t, "truth", got.Truth["id"], "Faktanya lain")
	other.Outlet = "Y"
	_, err = db.ImportClaim(ctx, other)
	wantCode(t, err, ronda.Conflict, "claim.url_taken")

	got.Retracted, got.Because = Start, "keliru"
	_, err = db.UpsertClaim(ctx, got)
	must(t, err)
	load(f, false)
	got, err = db.Claim(ctx, "claim-1")
	must(t, err)
	same(t, "stands", got.Live(), false)
	got.Retracted = time.Time{}
	changed, err := db.UpsertClaim(ctx, got) // loading the pack again
	must(t, err)
	same(t, "changed", changed, false)

	own := ronda.FactCheck{ID: "mitra-1", Claim: ronda.Text{"id": "Klaim"}, Verdict: ronda.VerdictFalse, Outlet: "X", URL: "https://example.org/2", Origin: "partner", Org: "o"}
	_, err = db.UpsertClaim(ctx, own)
	must(t, err)
	taken := f
	taken.ID, taken.URL = "mitra-1", ""
	load(taken, false)
	taken.ID, taken.URL = "claim-9", own.URL
	load(taken, false)
	got, err = db.Claim(ctx, "mitra-1")
	must(t, err)
	same(t, "partner's claim", got.Org, "o")
}
