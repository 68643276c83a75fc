package store

import (
	"context"
	"crypto/rand"
	"database/sql"

	"ronda"
)

// RecordLook commits a look. Evidence is opened only after it returned nil.
func (db *DB) RecordLook(ctx context.Context, l ronda.Look) error {
	id := ronda.IDs{Rand: rand.Reader}.New(l.At)
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO evidence_looks (id, account, case_id, blob, sha256, why, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			id, l.By, l.Case, l.Blob, l.SHA256, l.Why, micros(l.At))
		return err
	})
	return wrap("record look", err)
}

// Looks lists the looks at a case's evidence, newest first.
func (db *DB) Looks(ctx context.Context, caseID string, limit int) ([]ronda.Look, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.Look, error) {
		l := ronda.Look{Case: caseID}
		var at int64
		err := rows.Scan(&l.By, &l.Blob, &l.SHA256, &l.Why, &at)
		l.At = instant(at)
		return l, err
	}, `SELECT account, blob, sha256, why, at FROM evidence_looks WHERE case_id = $1 ORDER BY at DESC, id DESC LIMIT $2`, caseID, limit)
	return out, wrap("list looks", err)
}

// AllLooks lists the looks at sealed evidence of all cases, newest first.
func (db *DB) AllLooks(ctx context.Context, limit int) ([]ronda.Look, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.Look, error) {
		var l ronda.Look
		var at int64
		err := rows.Scan(&l.By, &l.Case, &l.Blob, &l.SHA256, &l.Why, &at)
		l.At = instant(at)
		return l, err
	}, `SELECT account, case_id, blob, sha256, why, at FROM evidence_looks ORDER BY at DESC, id DESC LIMIT $1`, limit)
	return out, wrap("list looks", err)
}
