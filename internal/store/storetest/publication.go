package storetest

import (
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

func alertAt(at time.Time, region string, state ronda.AlertState) ronda.Alert {
	al := ronda.Alert{ID: ID(at), Version: 1, State: state, Org: "mitra-contoh", By: "m1", Region: region, Urgency: 3,
		Title: ronda.Text{"id": "Jadwal tidak berubah"}, Text: ronda.Text{"id": "Pencoblosan tetap tanggal 27 November."}, CreatedAt: at, ExpiresAt: at.Add(48 * time.Hour)}
	if state == ronda.AlertPublished {
		al.PublishedAt = at
	}
	return al
}

func testAlerts(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	draft, live := alertAt(Start, "32", ronda.AlertDraft), alertAt(Start.Add(time.Second), "34.04", ronda.AlertPublished)
	event := ronda.Event{ID: ID(Start), Kind: ronda.EventAlertPublished, At: Start, Data: map[string]string{"alert": live.ID}}
	leaf := ronda.Leaf{ID: event.ID, Kind: "alert", At: Start, Bytes: []byte("{}")}
	must(t, db.SaveAlert(ctx, ronda.AlertSave{Alert: draft}))
	must(t, db.SaveAlert(ctx, ronda.AlertSave{Alert: live, Events: []ronda.Event{event}, Leaves: []ronda.Leaf{leaf}}))
	got, err := db.Alert(ctx, live.ID)
	must(t, err)
	same(t, "alert", got, live)
	_, err = db.Alert(ctx, "a\x00")
	wantCode(t, err, ronda.NotFound, "alert.not_found")

	now := Start.Add(time.Hour)
	list, err := db.CurrentAlerts(ctx, now)
	must(t, err)
	same(t, "in force", list, []ronda.Alert{live})
	for _, outside := range []time.Time{Start, live.ExpiresAt} {
		list, err = db.CurrentAlerts(ctx, outside)
		must(t, err)
		same(t, "out of force", len(list), 0)
	}
	desk, err := db.DeskAlerts(ctx, "mitra-contoh")
	must(t, err)
	same(t, "desk", desk, []ronda.Alert{live, draft})

	// A stale version changes nothing and owes nothing.
	stale := live
	e2 := event
	e2.ID, e2.Kind = ID(Start), ronda.EventAlertWithdrawn
	wantCode(t, db.SaveAlert(ctx, ronda.AlertSave{Alert: stale, Events: []ronda.Event{e2}}), ronda.Conflict, "alert.changed")
	stale.Version = 3
	wantCode(t, db.SaveAlert(ctx, ronda.AlertSave{Alert: stale, Events: []ronda.Event{e2}}), ronda.Conflict, "alert.changed")

	gone := live
	gone.Version, gone.State, gone.WithdrawnAt, gone.Because = 2, ronda.AlertWithdrawn, now, "Keliru."
	must(t, db.SaveAlert(ctx, ronda.AlertSave{Alert: gone, Events: []ronda.Event{e2}}))
	list, err = db.CurrentAlerts(ctx, now)
	must(t, err)
	same(t, "after withdrawal", len(list), 0)
	public, err := db.PublishedAlerts(ctx, 10)
	must(t, err)
	same(t, "was public", public, []ronda.Alert{gone})
	wait := alertAt(Start.Add(2*time.Second), "", ronda.AlertProposed)
	must(t, db.SaveAlert(ctx, ronda.AlertSave{Alert: wait}))
	proposed, err := db.ProposedAlerts(ctx)
	must(t, err)
	same(t, "proposed", proposed, []ronda.Alert{wait})
	mustPublish(t, db)
	events, err := db.EventsAfter(ctx, 0, 10)
	must(t, err)
	same(t, "events", []ronda.EventKind{events[0].Kind, events[1].Kind}, []ronda.EventKind{ronda.EventAlertPublished, ronda.EventAlertWithdrawn})
	same(t, "count", len(events), 2)
}

// mustPublish numbers what was committed.
func mustPublish(t *testing.T, db *store.DB) {
	t.Helper()
	fence, ok, err := db.LeasePublisher(ctxOf(t), "suite", time.Minute)
	must(t, err)
	if !ok {
		t.Fatal("no lease to publish")
	}
	_, err = db.PublishEvents(ctxOf(t), fence)
	must(t, err)
}

func testPublished(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	d := ronda.CheckDraft{ID: ID(Start), Version: 1, Org: "mitra-contoh", CreatedAt: Start, UpdatedAt: Start, Content: ronda.CheckContent{Claim: ronda.Text{"id": "Kabar"}}}
	must(t, db.SaveCheckDraft(ctx, d))
	wantCode(t, db.SaveCheckDraft(ctx, d), ronda.Conflict, "draft.changed")
	w := ronda.Wish{ID: ID(Start), At: Start, Text: "mangga ungu", Lang: "id", Channel: "web", Count: 1, Code: Code(12)}
	must(t, db.AddWish(ctx, w))
	again := w
	again.ID, again.Code = ID(Start), Code(12)
	must(t, db.AddWish(ctx, again))
	kept, err := db.WishOf(ctx, w.Text)
	must(t, err)
	same(t, "the same text keeps its code", kept.Code, w.Code)

	// Check, draft and answer in one step.
	f := ronda.FactCheck{ID: ID(Start), Origin: "partner", Org: "mitra-contoh", Claim: ronda.Text{"id": "Kabar"}, URL: "https://a.example/1", Date: "2024-11-20", Version: 1, UpdatedAt: Start}
	done := d
	done.Version, done.Done, done.Wish = 2, f.ID, w.ID
	save := ronda.CheckSave{Check: f, Event: ID(Start), Draft: &done, Leaves: []ronda.Leaf{{ID: ID(Start), Kind: "fact_check", At: Start, Bytes: []byte("{}")}}}
	must(t, db.SaveFactCheck(ctx, save))
	got, err := db.WishByCode(ctx, w.Code)
	must(t, err)
	same(t, "answer", got.Answer, f.ID)
	open, err := db.CheckDrafts(ctx, "mitra-contoh")
	must(t, err)
	same(t, "open drafts", len(open), 0)
	wishes, err := db.Wishes(ctx, 10)
	must(t, err)
	same(t, "unanswered", len(wishes), 0)

	// A version that is not the one that was seen changes nothing; neither does an address that another check has.
	stale := save
	stale.Event, stale.Draft, stale.Was = ID(Start), nil, 0
	wantCode(t, db.SaveFactCheck(ctx, stale), ronda.Conflict, "check.changed")
	other := f
	other.ID = ID(Start)
	wantCode(t, db.SaveFactCheck(ctx, ronda.CheckSave{Check: other, Event: ID(Start)}), ronda.Conflict, "claim.url_taken")

	// Statements, kits and suggestions.
	b := ronda.Bulletin{ID: ID(Start), Version: 1, Org: "kpu", Office: "kpu:32", Region: "32", Title: ronda.Text{"id": "Judul"}, PublishedAt: Start, UpdatedAt: Start}
	must(t, db.SaveBulletin(ctx, ronda.BulletinSave{Bulletin: b}))
	wantCode(t, db.SaveBulletin(ctx, ronda.BulletinSave{Bulletin: b}), ronda.Conflict, "bulletin.changed")
	list, err := db.Bulletins(ctx, "kpu:32", 5)
	must(t, err)
	same(t, "statements", list, []ronda.Bulletin{b})
	k := ronda.Kit{ID: ID(Start), Version: 1, State: ronda.AlertProposed, Org: "mitra-contoh", CreatedAt: Start}
	must(t, db.SaveKit(ctx, ronda.KitSave{Kit: k}))
	desk, err := db.DeskKits(ctx, "lain")
	must(t, err)
	same(t, "kits that wait", desk, []ronda.Kit{k})
	s := ronda.Suggestion{Case: "c1", Claim: f.ID, Office: "bawaslu:32", Level: "similar", At: Start}
	must(t, db.SaveSuggestion(ctx, s))
	s2 := s
	s2.Level = "match"
	must(t, db.SaveSuggestion(ctx, s2))
	found, err := db.Suggestions(ctx, "bawaslu:32", 5)
	must(t, err)
	same(t, "suggested once", found, []ronda.Suggestion{s})
}

func testSubscribers(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	s := ronda.Subscriber{ID: ID(Start), Kind: ronda.SubscriberMail, Region: "32", Least: 3, Lang: "id", Known: []byte("k1"), Sealed: []byte("s"), CreatedAt: Start}
	job := ronda.Job{Kind: "alert.ask", Key: s.ID, RunAt: Start, Args: map[string]string{"subscriber": s.ID}}
	added, err := db.AddSubscriber(ctx, s, job)
	must(t, err)
	same(t, "added", added, true)
	twin := s
	twin.ID = ID(Start)
	added, err = db.AddSubscriber(ctx, twin, job)
	must(t, err)
	same(t, "known already", added, false)
	list, err := db.Subscribers(ctx, "", 10)
	must(t, err)
	same(t, "unconfirmed", len(list), 0)
	must(t, db.ConfirmSubscriber(ctx, s.ID, Start.Add(time.Minute)))
	must(t, db.ConfirmSubscriber(ctx, s.ID, Start.Add(time.Hour)))
	list, err = db.Subscribers(ctx, "", 10)
	must(t, err)
	s.ConfirmedAt = Start.Add(time.Minute)
	same(t, "confirmed once", list, []ronda.Subscriber{s})
	must(t, db.DropUnconfirmed(ctx, Start.Add(100*time.Hour)))
	must(t, db.DropSubscriber(ctx, s.ID))
	must(t, db.DropSubscriber(ctx, s.ID))
	_, err = db.Subscriber(ctx, s.ID)
	wantCode(t, err, ronda.NotFound, "subscriber.not_found")
	late := twin
	late.CreatedAt = Start
	_, err = db.AddSubscriber(ctx, late)
	must(t, err)
	must(t, db.DropUnconfirmed(ctx, Start.Add(time.Hour)))
	_, err = db.Subscriber(ctx, late.ID)
	wantCode(t, err, ronda.NotFound, "subscriber.not_found")
}
