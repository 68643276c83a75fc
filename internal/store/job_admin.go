package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

// Jobs lists jobs for operators, oldest first.
func (db *DB) Jobs(ctx context.Context, f ronda.JobFilter) ([]ronda.JobRow, error) {
	w := where{}
	w.equal("state", string(f.State))
	w.equal("kind", f.Kind)
	if f.After != "" {
		w.add("id > ?", f.After)
	}
	size := f.Size
	if size <= 0 || size > 500 {
		size = 100
	}
	out, err := list(ctx, db.read, scanJob, `SELECT `+jobColumns+` FROM jobs`+w.clause()+` ORDER BY id LIMIT `+w.arg(size), w.args...)
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	return out, nil
}

// JobCounts counts jobs by kind and state.
func (db *DB) JobCounts(ctx context.Context) ([]ronda.JobCount, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.JobCount, error) {
		var c ronda.JobCount
		var oldest int64
		err := rows.Scan(&c.Kind, &c.State, &c.Total, &oldest)
		c.Oldest = instant(oldest)
		return c, err
	}, `SELECT kind, state, COUNT(*), MIN(run_at) FROM jobs GROUP BY kind, state ORDER BY kind, state`)
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	return out, nil
}

// NextJob is when the next waiting job of the kinds is due; zero if none waits.
func (db *DB) NextJob(ctx context.Context, kinds []string) (time.Time, error) {
	if len(kinds) == 0 {
		return time.Time{}, nil
	}
	at, err := list(ctx, db.read, func(rows *sql.Rows) (sql.NullInt64, error) {
		var n sql.NullInt64
		err := rows.Scan(&n)
		return n, err
	}, `SELECT MIN(run_at) FROM jobs WHERE state = 'waiting' AND kind IN (`+places(1, len(kinds))+`)`, anys(kinds)...)
	if err != nil || len(at) == 0 {
		return time.Time{}, wrap("look for the next job", err)
	}
	return instantOrZero(at[0]), nil
}

// Requeue lets a dead job run again now, with its attempts counted from one.
func (db *DB) Requeue(ctx context.Context, id string) error {
	now := micros(db.now())
	return db.write.do(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE jobs SET state = 'waiting', attempt = 0, run_at = $2, changed_at = $2 WHERE id = $1 AND state = 'dead'
			AND (key = '' OR NOT EXISTS (SELECT 1 FROM jobs other WHERE other.state = 'waiting' AND other.kind = jobs.kind AND other.key = jobs.key))`,
			id, now)
		if err != nil {
			return fmt.Errorf("requeue job: %w", err)
		}
		if n == 0 {
			return ronda.Errorf(ronda.Conflict, "job.not_dead", "")
		}
		t.rings.jobs = true
		return nil
	})
}

// DropJob removes a dead job for good.
func (db *DB) DropJob(ctx context.Context, id string) error {
	return db.write.do(ctx, func(t *tx) error {
		n, err := t.exec(`DELETE FROM jobs WHERE id = $1 AND state = 'dead'`, id)
		if err != nil {
			return fmt.Errorf("drop job: %w", err)
		}
		if n == 0 {
			return ronda.Errorf(ronda.Conflict, "job.not_dead", "")
		}
		return nil
	})
}
