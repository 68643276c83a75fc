package store

import (
	"context"
	"time"
)

// missSpan is the grain in which misses are counted, in microseconds: a window is right to within one span.
const missSpan = int64(10 * time.Second / time.Microsecond)

// RecordMiss counts a wrong code or a failed sign-in under a key, such as a keyed hash of an address, and returns how many there are in
// the window before now, this one counted.
func (db *DB) RecordMiss(ctx context.Context, key string, now time.Time, window time.Duration) (int, error) {
	total := 0
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO misses (key, span, total) VALUES ($1, $2, 1)
			ON CONFLICT (key, span) DO UPDATE SET total = misses.total + 1`, key, micros(now)/missSpan)
		if err != nil {
			return err
		}
		_, err = t.one(missTotal, []any{key, micros(now.Add(-window)) / missSpan}, &total)
		return err
	})
	return total, wrap("count miss", err)
}

const missTotal = `SELECT CAST(COALESCE(SUM(total), 0) AS BIGINT) FROM misses WHERE key = $1 AND span > $2`

// Misses returns how many misses there are under a key in the window before now.
func (db *DB) Misses(ctx context.Context, key string, now time.Time, window time.Duration) (int, error) {
	n, err := list(ctx, db.read, scanInt, missTotal, key, micros(now.Add(-window))/missSpan)
	if err != nil {
		return 0, wrap("read misses", err)
	}
	return int(n[0]), nil
}

// ClearMisses forgets the misses under a key, after a success.
func (db *DB) ClearMisses(ctx context.Context, key string) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM misses WHERE key = $1`, key)
		return err
	})
	return wrap("clear misses", err)
}

// ForgetMisses deletes what was counted before the time.
func (db *DB) ForgetMisses(ctx context.Context, before time.Time) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM misses WHERE span < $1`, micros(before)/missSpan)
		return err
	})
	return wrap("forget misses", err)
}
