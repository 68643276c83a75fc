package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

// addReceipt stores the reply that a repeat gets again. The same key with the same body is a Conflict "idempotency.done", so that nothing
// is done twice: read the reply with Receipt. With another body it is Invalid.
func (t *tx) addReceipt(r ronda.Idempotent, subject string) error {
	if r.Key == "" {
		return nil
	}
	n, err := t.exec(`INSERT INTO receipts (principal, key, body_hash, subject, status, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (principal, key) DO NOTHING`, r.Principal, r.Key, r.BodyHash, subject, r.Status, r.Body, micros(r.At))
	if err != nil {
		return fmt.Errorf("save reply: %w", err)
	}
	if n == 1 {
		return nil
	}
	if _, err := t.repeated(r); err != nil {
		return err
	}
	return ronda.Errorf(ronda.Conflict, "idempotency.done", "Idempotency-Key")
}

// repeated looks for an earlier use of the key: the subject of its effect, "" for none, or Invalid if it came with another body.
func (t *tx) repeated(r ronda.Idempotent) (subject string, err error) {
	if r.Key == "" {
		return "", nil
	}
	var hash string
	found, err := t.one(`SELECT body_hash, subject FROM receipts WHERE principal = $1 AND key = $2`, []any{r.Principal, r.Key}, &hash, &subject)
	if err != nil {
		return "", fmt.Errorf("look for earlier reply: %w", err)
	}
	if found && hash != r.BodyHash {
		return "", ronda.Errorf(ronda.Invalid, "idempotency.other_body", "Idempotency-Key")
	}
	return subject, nil
}

// ReceiptSubject returns the id of what was made under a principal's key, or a NotFound error.
func (db *DB) ReceiptSubject(ctx context.Context, principal, key string) (string, error) {
	out, err := list(ctx, db.read, scanText, `SELECT subject FROM receipts WHERE principal = $1 AND key = $2`, principal, key)
	if err != nil {
		return "", fmt.Errorf("read subject of reply: %w", err)
	}
	if len(out) == 0 {
		return "", ronda.Errorf(ronda.NotFound, "idempotency.unknown", "")
	}
	return out[0], nil
}

// Receipt returns the reply stored under a principal's key. ok is false where there is none.
func (db *DB) Receipt(ctx context.Context, principal, key string) (r ronda.Idempotent, ok bool, err error) {
	rows, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.Idempotent, error) {
		r := ronda.Idempotent{Principal: principal, Key: key}
		var at int64
		err := rows.Scan(&r.BodyHash, &r.Status, &r.Body, &at)
		r.At = instant(at)
		return r, err
	}, `SELECT body_hash, status, body, at FROM receipts WHERE principal = $1 AND key = $2`, principal, key)
	if err != nil {
		return r, false, fmt.Errorf("read reply: %w", err)
	}
	if len(rows) == 0 {
		return r, false, nil
	}
	return rows[0], true, nil
}

// ForgetReceipts deletes replies from before the time.
func (db *DB) ForgetReceipts(ctx context.Context, before time.Time) error {
	return db.write.do(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM receipts WHERE at < $1`, micros(before)); err != nil {
			return fmt.Errorf("forget replies: %w", err)
		}
		return nil
	})
}
