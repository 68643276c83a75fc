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

// ActEntries finds the numbers of the log entries in which acts were sent, by notice. What has no number yet is missing.
func (db *DB) ActEntries(ctx context.Context, noticeIDs []string) (map[string]int64, error) {
	type entry struct {
		notice string
		number int64
	}
	out := map[string]int64{}
	for _, part := range chunks(noticeIDs, 500) {
		w := &where{}
		w.in("notice_id", part)
		w.add("idx IS NOT NULL AND kind IN ('notice_flag', 'notice_request', 'notice_order')")
		found, err := list(ctx, db.read, func(rows *sql.Rows) (e entry, err error) {
			err = rows.Scan(&e.notice, &e.number)
			return e, err
		}, `SELECT notice_id, idx FROM ledger_leaves`+w.clause(), w.args...)
		if err != nil {
			return nil, wrap("find log entries of acts", err)
		}
		for _, e := range found {
			out[e.notice] = e.number
		}
	}
	return out, nil
}
