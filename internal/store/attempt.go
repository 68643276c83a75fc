package store

import (
	"context"
	"database/sql"

	"ronda"
)

// RecordAttempt keeps an attempt at a safeguard, once an hour for the same one.
func (db *DB) RecordAttempt(ctx context.Context, a ronda.Attempt) error {
	return wrap("record attempt", db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO attempts (id, once, at, safeguard, code, command, case_id, account, office, org) VALUES (`+places(1, 10)+`) ON CONFLICT DO NOTHING`,
			a.ID, a.Once(), micros(a.At), string(a.Safeguard), a.Code, a.Command, a.Case, a.Account, a.Office, a.Org)
		return err
	}))
}

// Attempts lists attempts, newest first, before the one with the id.
func (db *DB) Attempts(ctx context.Context, before string, limit int) ([]ronda.Attempt, error) {
	w := &where{}
	if before != "" {
		w.add("id < ?", before)
	}
	if !validArgsText(w.args) {
		return nil, nil
	}
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.Attempt, error) {
		var a ronda.Attempt
		var at int64
		err := rows.Scan(&a.ID, &at, &a.Safeguard, &a.Code, &a.Command, &a.Case, &a.Account, &a.Office, &a.Org)
		a.At = instant(at)
		return a, err
	}, `SELECT id, at, safeguard, code, command, case_id, account, office, org FROM attempts`+w.clause()+` ORDER BY id DESC LIMIT `+w.arg(limit), w.args...)
	return out, wrap("list attempts", err)
}

// AttemptCounts counts attempts by authority and safeguard, those at accounts among them.
func (db *DB) AttemptCounts(ctx context.Context) ([]ronda.AttemptCount, error) {
	scan := func(rows *sql.Rows) (c ronda.AttemptCount, err error) {
		err = rows.Scan(&c.Org, &c.Safeguard, &c.N)
		return c, err
	}
	out, err := list(ctx, db.read, scan, `SELECT org, safeguard, COUNT(*) FROM attempts GROUP BY org, safeguard ORDER BY org, safeguard`)
	if err != nil {
		return nil, wrap("count attempts", err)
	}
	accounts, err := list(ctx, db.read, scan, `SELECT office, $1, COUNT(*) FROM account_events WHERE kind = $2 GROUP BY office ORDER BY office`,
		string(ronda.GuardFourEyes), string(ronda.AccountTryRefused))
	for _, c := range accounts {
		c.Org = ronda.OfficeAuthority(c.Org)
		out = append(out, c)
	}
	return out, wrap("count attempts at accounts", err)
}

// NewestAccountEvents lists what happened to accounts, newest first.
func (db *DB) NewestAccountEvents(ctx context.Context, limit int) ([]ronda.AccountEvent, error) {
	out, err := list(ctx, db.read, scanAccountEvent, `SELECT seq, kind, account, actor, office, at, data FROM account_events ORDER BY seq DESC LIMIT $1`, limit)
	return out, wrap("list what happened to accounts", err)
}

// OfficeLoads counts open cases by office, and those past their deadline.
func (db *DB) OfficeLoads(ctx context.Context) ([]ronda.OfficeLoad, error) {
	now := micros(db.now())
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.OfficeLoad, error) {
		var o ronda.OfficeLoad
		var oldest sql.NullInt64
		err := rows.Scan(&o.Office, &o.Open, &o.Overdue, &oldest)
		if oldest.Valid {
			o.Oldest = instant(oldest.Int64)
		}
		return o, err
	}, `SELECT office, COUNT(*), COUNT(*) FILTER (WHERE due_at < $1), MIN(CASE WHEN due_at < $1 THEN due_at END) FROM cases
		WHERE open = TRUE AND sandbox = FALSE GROUP BY office ORDER BY office`, now)
	return out, wrap("count open cases by office", err)
}

// EventsOf lists events of some kinds, newest first.
func (db *DB) EventsOf(ctx context.Context, kinds []ronda.EventKind, limit int) ([]ronda.Event, error) {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	w := &where{}
	w.in("kind", names)
	out, err := list(ctx, db.read, scanEvent, `SELECT `+eventColumns+` FROM events`+w.clause()+` ORDER BY at DESC, id DESC LIMIT `+w.arg(limit), w.args...)
	return out, wrap("list events of some kinds", err)
}

// CasesOf returns cases by their ids; those that are gone are missing.
func (db *DB) CasesOf(ctx context.Context, ids []string) (map[string]ronda.Case, error) {
	out := map[string]ronda.Case{}
	for _, part := range chunks(ids, 500) {
		w := &where{}
		w.in("id", part)
		docs, err := list(ctx, db.read, scanText, `SELECT doc FROM cases`+w.clause(), w.args...)
		if err != nil {
			return nil, wrap("read cases", err)
		}
		for _, doc := range docs {
			c, err := decode[ronda.Case](doc)
			if err != nil {
				return nil, err
			}
			out[c.ID] = c
		}
	}
	return out, nil
}
