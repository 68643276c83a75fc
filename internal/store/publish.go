package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// publisherLease is the lease under which events are numbered.
const publisherLease = "events"

// publishMost bounds how many events one transaction numbers.
const publishMost = 500

// LeasePublisher takes or renews the right to number events.
func (db *DB) LeasePublisher(ctx context.Context, owner string, ttl time.Duration) (fence int64, ok bool, err error) {
	return db.Lease(ctx, publisherLease, owner, ttl)
}

// PublishEvents numbers committed events, at most some hundred, without gaps, and returns how many. A number is given only to what is
// committed, and in the transaction that raises the counter, so no reader of numbers can meet a later one first. Under a fence that is
// no longer the current one it changes nothing and returns ErrLeaseLost.
func (db *DB) PublishEvents(ctx context.Context, fence int64) (int, error) {
	n := 0
	err := db.write.do(ctx, func(t *tx) error {
		n = 0
		if err := t.fence(publisherLease, fence); err != nil {
			return err
		}
		found, err := t.unnumbered()
		if err != nil || len(found) == 0 {
			return err
		}
		n = len(found)
		t.rings.events = true
		return t.number(found)
	})
	return n, wrap("publish events", err)
}

// unnumberedEvent is what the order of numbers depends on.
type unnumberedEvent struct {
	id, caseID  string
	at          int64
	version, nr int64
}

func (t *tx) unnumbered() ([]unnumberedEvent, error) {
	var found []unnumberedEvent
	err := t.query(func(rows *sql.Rows) error {
		var e unnumberedEvent
		err := rows.Scan(&e.id, &e.caseID, &e.at, &e.version, &e.nr)
		found = append(found, e)
		return err
	}, `SELECT id, case_id, at, version, n FROM events WHERE seq IS NULL ORDER BY at, case_id, version, n, id LIMIT $1`, publishMost)
	if err != nil {
		return nil, fmt.Errorf("read new events: %w", err)
	}
	inCaseOrder(found)
	return found, nil
}

// inCaseOrder leaves the places of each case's events as they are and fills them in the order of the case's versions: clocks of two
// processes may disagree, versions do not.
func inCaseOrder(events []unnumberedEvent) {
	places := map[string][]int{}
	for i, e := range events {
		places[e.caseID] = append(places[e.caseID], i)
	}
	for _, at := range places {
		own := make([]unnumberedEvent, len(at))
		for i, p := range at {
			own[i] = events[p]
		}
		slices.SortStableFunc(own, func(a, b unnumberedEvent) int {
			return cmp.Or(cmp.Compare(a.version, b.version), cmp.Compare(a.nr, b.nr))
		})
		for i, p := range at {
			events[p] = own[i]
		}
	}
}

// number gives the next numbers.
func (t *tx) number(events []unnumberedEvent) error {
	var last int64
	if _, err := t.one(`UPDATE counters SET value = value + $1 WHERE name = 'events' RETURNING value`, []any{len(events)}, &last); err != nil {
		return fmt.Errorf("raise counter: %w", err)
	}
	next := last - int64(len(events)) + 1
	for _, part := range chunks(events, 100) {
		args := make([]any, 0, 2*len(part))
		for _, e := range part {
			args = append(args, e.id, next)
			next++
		}
		n, err := t.exec(`WITH new (id, seq) AS (VALUES `+numberPlaces(len(part))+`)
			UPDATE events SET seq = new.seq FROM new WHERE events.id = new.id AND +events.seq IS NULL`, args...) // the plus keeps SQLite from looking at every event without a number
		if err != nil {
			return fmt.Errorf("number events: %w", err)
		}
		if int(n) != len(part) {
			return fmt.Errorf("number events: %d of %d are gone or have a number", len(part)-int(n), len(part))
		}
	}
	return nil
}

// numberPlaces is rowPlaces for ids and numbers. PostgreSQL takes the types of VALUES from the first row.
func numberPlaces(rows int) string {
	return strings.Replace(rowPlaces(rows, 2), "($1, $2)", "(CAST($1 AS TEXT), CAST($2 AS BIGINT))", 1)
}

// RunPublisher numbers events as they are committed, until ctx ends: at once for this process's own, within every for those of others.
// Of several processes one does the work; the others wait to take over.
func (db *DB) RunPublisher(ctx context.Context, owner string, every time.Duration, failed func(error)) {
	signal, stop := db.NewEvents()
	defer stop()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := db.publishAll(ctx, owner, every); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-signal:
		case <-tick.C:
		}
	}
}

// leaseSpans is how many ticks a publisher may miss before another takes over.
const leaseSpans = 10

func (db *DB) publishAll(ctx context.Context, owner string, every time.Duration) error {
	waiting, err := list(ctx, db.read, scanInt, `SELECT COUNT(*) FROM (SELECT 1 FROM events WHERE seq IS NULL LIMIT 1) new`)
	if err != nil || waiting[0] == 0 {
		return wrap("look for new events", err)
	}
	fence, ok, err := db.LeasePublisher(ctx, owner, leaseSpans*every)
	if err != nil || !ok {
		return err
	}
	for {
		n, err := db.PublishEvents(ctx, fence)
		if err != nil || n < publishMost {
			return err
		}
	}
}
