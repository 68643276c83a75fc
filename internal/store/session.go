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
		_, err := t.exec(`INSERT INTO sessions (hash, id, account, created_at, last_seen, expires_at, agent, stage, way, proved_at, place)
			VALUES (`+places(1, 11)+`)`, tokenHash, s.ID, s.Account, micros(s.CreatedAt), micros(s.LastSeen), micros(s.ExpiresAt), s.Agent,
			s.Stage, s.Way, provedAt(s), s.Place)
		return err
	})
	return wrap("create session", err)
}

const sessionColumns = `s.id, s.account, s.created_at, s.last_seen, s.expires_at, s.agent, s.stage, s.way, s.proved_at, s.place,
	CASE WHEN EXISTS (SELECT 1 FROM account_factors f WHERE f.account = s.account) THEN 1 ELSE 0 END`

// sessionFields are the places for sessionColumns.
type sessionFields struct {
	s                              ronda.SessionInfo
	created, seen, expires, proved int64
	factor                         int
}

func (f *sessionFields) dest() []any {
	return []any{&f.s.ID, &f.s.Account, &f.created, &f.seen, &f.expires, &f.s.Agent, &f.s.Stage, &f.s.Way, &f.proved, &f.s.Place, &f.factor}
}

func (f *sessionFields) take() ronda.SessionInfo {
	f.s.CreatedAt, f.s.LastSeen, f.s.ExpiresAt = instant(f.created), instant(f.seen), instant(f.expires)
	if f.proved > 0 {
		f.s.ProvedAt = instant(f.proved)
	}
	f.s.HasFactor = f.factor == 1
	return f.s
}

// provedAt is the stored form of when the holder last proved to be there.
func provedAt(s ronda.SessionInfo) int64 {
	if s.ProvedAt.IsZero() {
		return 0
	}
	return micros(s.ProvedAt)
}

// Session returns the session with the token and its account. One that ran out, and one of a disabled account, is NotFound.
func (db *DB) Session(ctx context.Context, tokenHash []byte) (ronda.SessionInfo, ronda.Account, error) {
	var s ronda.SessionInfo
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.Account, error) {
		var f accountFields
		var g sessionFields
		if err := rows.Scan(append(f.dest(), g.dest()...)...); err != nil {
			return f.a, err
		}
		s = g.take()
		return f.take()
	}, `SELECT `+accountColumns+`, `+sessionColumns+`
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

// TouchSession notes that a session was used and from which network, and until when it holds from now on.
func (db *DB) TouchSession(ctx context.Context, id string, seen, expires time.Time, place string) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE sessions SET last_seen = $2, expires_at = $3, place = $4 WHERE id = $1`, id, micros(seen), micros(expires), place)
		return err
	})
	return wrap("touch session", err)
}

// ProveSession notes that the holder has just proved to be there.
func (db *DB) ProveSession(ctx context.Context, id string, at time.Time) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE sessions SET proved_at = $2 WHERE id = $1`, id, micros(at))
		return err
	})
	return wrap("note proof of session", err)
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

// Sessions lists an account's sessions that have not run out, last used first. One that still waits for a second factor is none.
func (db *DB) Sessions(ctx context.Context, account string) ([]ronda.SessionInfo, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.SessionInfo, error) {
		var f sessionFields
		err := rows.Scan(f.dest()...)
		return f.take(), err
	}, `SELECT `+sessionColumns+` FROM sessions s WHERE s.account = $1 AND s.expires_at > $2 AND s.stage = ''
		ORDER BY s.last_seen DESC, s.id`, account, micros(db.now()))
	return out, wrap("list sessions", err)
}
