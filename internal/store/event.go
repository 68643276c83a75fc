package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

// addEvents writes events without a number. Within one case they are ordered by its version and their place in the change.
// version is that of the events' case; versions names others that changed with it; first is the place of the first event.
func (t *tx) addEvents(events []ronda.Event, version int64, first int, versions map[string]int64) error {
	for at, part := range chunks(events, 50) {
		args := make([]any, 0, 9*len(part))
		for i, e := range part {
			data, err := encode(e.Data)
			if err != nil {
				return err
			}
			v, ok := versions[e.Case]
			if !ok {
				v = version
			}
			args = append(args, e.ID, e.Case, v, first+at*50+i, string(e.Kind), e.Actor, e.Office, micros(e.At), data)
		}
		_, err := t.exec(`INSERT INTO events (id, case_id, version, n, kind, actor, office, at, data) VALUES `+rowPlaces(len(part), 9), args...)
		if err != nil {
			return fmt.Errorf("add events: %w", err)
		}
		t.rings.events = true
	}
	return nil
}

const eventColumns = `id, COALESCE(seq, 0), case_id, kind, actor, office, at, data`

func scanEvent(rows *sql.Rows) (ronda.Event, error) {
	var e ronda.Event
	var at int64
	var data string
	if err := rows.Scan(&e.ID, &e.Seq, &e.Case, &e.Kind, &e.Actor, &e.Office, &at, &data); err != nil {
		return e, err
	}
	var err error
	e.At = instant(at)
	e.Data, err = decode[map[string]string](data)
	return e, err
}

// Events returns what happened to a case, oldest first.
func (db *DB) Events(ctx context.Context, caseID string) ([]ronda.Event, error) {
	out, err := list(ctx, db.read, scanEvent, `SELECT `+eventColumns+` FROM events WHERE case_id = $1 ORDER BY version, n, id`, caseID)
	if err != nil {
		return nil, fmt.Errorf("list events of case: %w", err)
	}
	return out, nil
}

// EventsAfter returns numbered events in the order of their numbers, from after seq on. The numbers have no gaps: whoever remembers the
// last one seen misses nothing.
func (db *DB) EventsAfter(ctx context.Context, seq int64, limit int) ([]ronda.Event, error) {
	out, err := list(ctx, db.read, scanEvent, `SELECT `+eventColumns+` FROM events WHERE seq > $1 ORDER BY seq LIMIT $2`, seq, limit)
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	return out, nil
}

// LastEvent is the number of the newest numbered event, 0 for none.
func (db *DB) LastEvent(ctx context.Context) (int64, error) {
	last, err := list(ctx, db.read, scanInt, `SELECT value FROM counters WHERE name = 'events'`)
	if err != nil || len(last) == 0 {
		return 0, fmt.Errorf("read number of the last event: %w", err)
	}
	return last[0], nil
}

func scanInt(rows *sql.Rows) (int64, error) {
	var n int64
	err := rows.Scan(&n)
	return n, err
}

// OldestUnpublished is when the oldest event was committed that has no number yet, the zero time where there is none.
func (db *DB) OldestUnpublished(ctx context.Context) (time.Time, error) {
	at, err := list(ctx, db.read, scanInt, `SELECT COALESCE(MIN(at), 0) FROM events WHERE seq IS NULL`)
	if err != nil {
		return time.Time{}, fmt.Errorf("look for unnumbered events: %w", err)
	}
	if at[0] == 0 {
		return time.Time{}, nil
	}
	return time.UnixMicro(at[0]).UTC(), nil
}
