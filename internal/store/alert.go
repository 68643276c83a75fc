package store

import (
	"context"
	"time"

	"ronda"
)

const kindAlert = "alert"

// SaveAlert saves an alert with its events, jobs and log entries, all or none. A version that is not the successor of the stored one is a
// Conflict "alert.changed".
func (db *DB) SaveAlert(ctx context.Context, s ronda.AlertSave) error {
	al := s.Alert
	return db.savePublication(ctx, publication{kind: kindAlert, noun: "alert", id: al.ID, version: al.Version, state: string(al.State), org: al.Org,
		region: al.Region, at: al.PublishedAt, until: al.ExpiresAt, doc: al}, owed{s.Events, s.Jobs, s.Leaves})
}

// Alert returns the alert with the id in whatever state, or a NotFound error.
func (db *DB) Alert(ctx context.Context, id string) (ronda.Alert, error) {
	return onePublication[ronda.Alert](ctx, db, kindAlert, "alert", id)
}

// CurrentAlerts returns the alerts in force at a time, newest first.
func (db *DB) CurrentAlerts(ctx context.Context, at time.Time) ([]ronda.Alert, error) {
	return publications[ronda.Alert](ctx, db, kindAlert, publicationFilter{states: []string{string(ronda.AlertPublished)}, published: true, livesAt: at, size: 500})
}

// PublishedAlerts returns alerts that were once public, newest first: those that have run out or were withdrawn too.
func (db *DB) PublishedAlerts(ctx context.Context, size int) ([]ronda.Alert, error) {
	return publications[ronda.Alert](ctx, db, kindAlert, publicationFilter{published: true, size: size})
}

// DeskAlerts returns the alerts of an organisation, newest first.
func (db *DB) DeskAlerts(ctx context.Context, org string) ([]ronda.Alert, error) {
	return publications[ronda.Alert](ctx, db, kindAlert, publicationFilter{org: org})
}

// ProposedAlerts returns the alerts that wait for a second partner, newest first.
func (db *DB) ProposedAlerts(ctx context.Context) ([]ronda.Alert, error) {
	return publications[ronda.Alert](ctx, db, kindAlert, publicationFilter{states: []string{string(ronda.AlertProposed)}})
}
