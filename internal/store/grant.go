package store

import (
	"context"
	"database/sql"
	"fmt"

	"ronda"
)

// putGrant adds a grant (from is ""), or moves it on from a state. A code hash of nil leaves the one that is there.
func (t *tx) putGrant(g ronda.Grant, from ronda.GrantState, code []byte) error {
	doc, err := encode(g)
	if err != nil {
		return fmt.Errorf("save grant: %w", err)
	}
	if from == "" {
		_, err := t.exec(`INSERT INTO grants (id, state, account, login, expires_at, code_hash, doc) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			g.ID, string(g.State), g.Account, g.Login, micros(g.ExpiresAt), bytesOrNull(code), doc)
		return err
	}
	n, err := t.exec(`UPDATE grants SET state = $2, account = $3, code_hash = COALESCE($4, code_hash), doc = $5 WHERE id = $1 AND state = $6`,
		g.ID, string(g.State), g.Account, bytesOrNull(code), doc, string(from))
	if err == nil && n == 0 {
		return ronda.Errorf(ronda.Conflict, "grant.decided", "")
	}
	return err
}

func scanGrant(rows *sql.Rows) (ronda.Grant, error) {
	var doc string
	if err := rows.Scan(&doc); err != nil {
		return ronda.Grant{}, err
	}
	return decode[ronda.Grant](doc)
}

// Grant returns a grant with the keyed hash of the code that belongs to its invitation.
func (db *DB) Grant(ctx context.Context, id string) (ronda.Grant, []byte, error) {
	var code []byte
	if !validText(id) {
		return ronda.Grant{}, nil, ronda.Errorf(ronda.NotFound, "grant.not_found", "")
	}
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.Grant, error) {
		var doc string
		if err := rows.Scan(&doc, &code); err != nil {
			return ronda.Grant{}, err
		}
		return decode[ronda.Grant](doc)
	}, `SELECT doc, code_hash FROM grants WHERE id = $1`, id)
	if err == nil && len(out) == 0 {
		err = ronda.Errorf(ronda.NotFound, "grant.not_found", "")
	}
	if err != nil {
		return ronda.Grant{}, nil, wrap("read grant", err)
	}
	return out[0], code, nil
}

// Grants lists grants in a state, newest first. The state "" means all.
func (db *DB) Grants(ctx context.Context, state ronda.GrantState, limit int) ([]ronda.Grant, error) {
	w := &where{}
	w.equal("state", string(state))
	out, err := list(ctx, db.read, scanGrant, `SELECT doc FROM grants`+w.clause()+` ORDER BY id DESC LIMIT `+w.arg(limit), w.args...)
	return out, wrap("list grants", err)
}

// addAccountEvents numbers events and adds them. The counter's row lock keeps the numbers in the order of the commits; accounts change rarely
// enough for that.
func (t *tx) addAccountEvents(events []ronda.AccountEvent) error {
	for _, e := range events {
		data, err := encode(e.Data)
		if err != nil {
			return err
		}
		var seq int64
		if _, err := t.one(`UPDATE counters SET value = value + 1 WHERE name = 'account_events' RETURNING value`, nil, &seq); err != nil {
			return fmt.Errorf("number event of account: %w", err)
		}
		if _, err := t.exec(`INSERT INTO account_events (seq, kind, account, actor, office, at, data) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			seq, string(e.Kind), e.Account, e.Actor, e.Office, micros(e.At), data); err != nil {
			return fmt.Errorf("add event of account: %w", err)
		}
	}
	return nil
}

func scanAccountEvent(rows *sql.Rows) (ronda.AccountEvent, error) {
	var e ronda.AccountEvent
	var at int64
	var data string
	if err := rows.Scan(&e.Seq, &e.Kind, &e.Account, &e.Actor, &e.Office, &at, &data); err != nil {
		return e, err
	}
	var err error
	e.At = instant(at)
	e.Data, err = decode[map[string]string](data)
	return e, err
}

// AccountEvents lists what happened to accounts, from after a number on, oldest first. The numbers have no gaps.
func (db *DB) AccountEvents(ctx context.Context, after int64, limit int) ([]ronda.AccountEvent, error) {
	out, err := list(ctx, db.read, scanAccountEvent, `SELECT seq, kind, account, actor, office, at, data FROM account_events WHERE seq > $1 ORDER BY seq LIMIT $2`, after, limit)
	return out, wrap("list events of accounts", err)
}
