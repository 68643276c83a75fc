package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

// CreateSession saves a signed-in browser under the hash of its token.
func (db *DB) CreateSession(ctx context.Context, tokenHash []byte, s ronda.SessionInfo) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO sessions (hash, id, account, created_at, last_seen, expires_at, agent) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			tokenHash, s.ID, s.Account, micros(s.CreatedAt), micros(s.LastSeen), micros(s.ExpiresAt), s.Agent)
		return err
	})
	return wrap("create session", err)
}

// Session returns the session with the token and its account. One that ran out, and one of a disabled account, is NotFound.
func (db *DB) Session(ctx context.Context, tokenHash []byte) (ronda.SessionInfo, ronda.Account, error) {
	var s ronda.SessionInfo
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.Account, error) {
		var f accountFields
		var created, seen, expires int64
		if err := rows.Scan(append(f.dest(), &s.ID, &s.Account, &created, &seen, &expires, &s.Agent)...); err != nil {
			return f.a, err
		}
		s.CreatedAt, s.LastSeen, s.ExpiresAt = instant(created), instant(seen), instant(expires)
		return f.take()
	}, `SELECT `+accountColumns+`, s.id, s.account, s.created_at, s.last_seen, s.expires_at, s.agent
		FROM sessions s JOIN accounts a ON a.id = s.account
		WHERE s.hash = $1 AND s.expires_at > $2 AND a.disabled_at IS NULL`, tokenHash, micros(db.now()))
	if err != nil {
		return s, ronda.Account{}, fmt.Errorf("read session: %w", err)
	}
	if len(out) == 0 {
		return ronda.SessionInfo{}, ronda.Account{}, ronda.Errorf(ronda.NotFound, "session.not_found", "")
	}
	return s, out[0], nil
}

// TouchSession notes that a session was used, and until when it holds from now on.
func (db *DB) TouchSession(ctx context.Context, id string, seen, expires time.Time) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE sessions SET last_seen = $2, expires_at = $3 WHERE id = $1`, id, micros(seen), micros(expires))
		return err
	})
	return wrap("touch session", err)
}

// EndSession signs a browser out. A session that is not there is no error.
func (db *DB) EndSession(ctx context.Context, id string) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM sessions WHERE id = $1`, id)
		return err
	})
	return wrap("end session", err)
}

// ForgetSessions deletes sessions and one-time links that ran out before the time.
func (db *DB) ForgetSessions(ctx context.Context, before time.Time) error {
	err := db.write.do(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM sessions WHERE expires_at < $1`, micros(before)); err != nil {
			return err
		}
		_, err := t.exec(`DELETE FROM links WHERE expires_at < $1`, micros(before))
		return err
	})
	return wrap("forget sessions", err)
}

// Sessions lists an account's sessions that have not run out, last used first.
func (db *DB) Sessions(ctx context.Context, account string) ([]ronda.SessionInfo, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.SessionInfo, error) {
		s := ronda.SessionInfo{Account: account}
		var created, seen, expires int64
		err := rows.Scan(&s.ID, &created, &seen, &expires, &s.Agent)
		s.CreatedAt, s.LastSeen, s.ExpiresAt = instant(created), instant(seen), instant(expires)
		return s, err
	}, `SELECT id, created_at, last_seen, expires_at, agent FROM sessions WHERE account = $1 AND expires_at > $2
		ORDER BY last_seen DESC, id`, account, micros(db.now()))
	return out, wrap("list sessions", err)
}
