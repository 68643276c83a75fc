package store

import (
	"context"
	"database/sql"
	"time"

	"ronda"
)

// CreateLink saves a link that works once, under the hash of its secret. Kind says what for; account and data go back to whoever uses it.
func (db *DB) CreateLink(ctx context.Context, hash []byte, kind, account, data string, expires time.Time) error {
	now := db.now()
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO links (hash, kind, account, data, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			hash, kind, account, data, micros(now), micros(expires))
		return err
	})
	return wrap("create link", err)
}

// UseLink uses a link up. Of any number of callers one gets it; for the others, and after its time, it is NotFound "link.not_found".
func (db *DB) UseLink(ctx context.Context, hash []byte, now time.Time) (ronda.OnceLink, error) {
	var l ronda.OnceLink
	err := db.write.do(ctx, func(t *tx) error {
		var created, expires int64
		found, err := t.one(`UPDATE links SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2
			RETURNING kind, account, data, created_at, expires_at`, []any{hash, micros(now)}, &l.Kind, &l.Account, &l.Data, &created, &expires)
		if err == nil && !found {
			return ronda.Errorf(ronda.NotFound, "link.not_found", "")
		}
		l.CreatedAt, l.ExpiresAt = instant(created), instant(expires)
		return err
	})
	return l, wrap("use link", err)
}

// Link shows a link without using it up, for the page that asks for the new password; NotFound if it would not work.
func (db *DB) Link(ctx context.Context, hash []byte, now time.Time) (ronda.OnceLink, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.OnceLink, error) {
		var l ronda.OnceLink
		var created, expires int64
		err := rows.Scan(&l.Kind, &l.Account, &l.Data, &created, &expires)
		l.CreatedAt, l.ExpiresAt = instant(created), instant(expires)
		return l, err
	}, `SELECT kind, account, data, created_at, expires_at FROM links WHERE hash = $1 AND used_at IS NULL AND expires_at > $2`, hash, micros(now))
	if err == nil && len(out) == 0 {
		err = ronda.Errorf(ronda.NotFound, "link.not_found", "")
	}
	if err != nil {
		return ronda.OnceLink{}, wrap("read link", err)
	}
	return out[0], nil
}
