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
