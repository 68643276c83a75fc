package store

import (
	"context"
	"database/sql"
	"fmt"

	"ronda"
)

// RollupCursor is the number of the last event that the kept facts hold, 0 for none.
func (db *DB) RollupCursor(ctx context.Context) (int64, error) {
	found, err := list(ctx, db.read, scanInt, `SELECT value FROM counters WHERE name = 'rollup'`)
	if err != nil || len(found) == 0 {
		return 0, wrap("read cursor of the roll-up", err)
	}
	return found[0], nil
}

// Rollup lists kept facts in the order of their cases, after the case given.
func (db *DB) Rollup(ctx context.Context, after string, limit int) ([]ronda.RollupRow, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (r ronda.RollupRow, err error) {
		err = rows.Scan(&r.Case, &r.Doc)
		return r, err
	}, `SELECT case_id, doc FROM rollup_facts WHERE case_id > $1 ORDER BY case_id LIMIT $2`, after, limit)
	return out, wrap("list the roll-up", err)
}

// SaveRollup keeps facts and moves the cursor from one event to a later one, in one transaction. Where another process has moved it since, it changes
// nothing and is false.
func (db *DB) SaveRollup(ctx context.Context, from, to int64, rows []ronda.RollupRow) (saved bool, err error) {
	err = db.write.do(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE counters SET value = $1 WHERE name = 'rollup' AND value = $2`, to, from)
		if err != nil {
			return fmt.Errorf("move cursor: %w", err)
		}
		if saved = n == 1; !saved {
			return nil
		}
		for _, part := range chunks(rows, 100) {
			args := make([]any, 0, 2*len(part))
			for _, r := range part {
				args = append(args, r.Case, r.Doc)
			}
			if _, err := t.exec(`INSERT INTO rollup_facts (case_id, doc) VALUES `+rowPlaces(len(part), 2)+`
				ON CONFLICT (case_id) DO UPDATE SET doc = excluded.doc`, args...); err != nil {
				return fmt.Errorf("keep facts: %w", err)
			}
		}
		return nil
	})
	return saved, wrap("save the roll-up", err)
}

// ClearRollup forgets all facts and sets the cursor to 0.
func (db *DB) ClearRollup(ctx context.Context) error {
	return wrap("clear the roll-up", db.write.do(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM rollup_facts`); err != nil {
			return err
		}
		_, err := t.exec(`UPDATE counters SET value = 0 WHERE name = 'rollup'`)
		return err
	}))
}
