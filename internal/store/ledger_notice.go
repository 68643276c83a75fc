package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"

	"ronda"
)

// NoticeEntries lists the log entries of a notice in the order of their times, numbered or not yet.
func (db *DB) NoticeEntries(ctx context.Context, noticeID string) ([]ronda.LogEntry, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.LogEntry, error) {
		var e ronda.LogEntry
		var at int64
		var number sql.NullInt64
		var leaf []byte
		err := rows.Scan(&e.ID, &e.Kind, &at, &number, &leaf)
		e.At, e.Numbered, e.Number = instant(at), number.Valid, number.Int64
		sum := sha256.Sum256(leaf)
		e.Hash = hex.EncodeToString(sum[:])
		return e, err
	}, `SELECT id, kind, at, idx, bytes FROM ledger_leaves WHERE notice_id = $1 ORDER BY at, id`, noticeID)
	return out, wrap("list log entries of notice", err)
}
