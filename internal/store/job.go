package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

// addJobs writes work that is owed after the commit. A job whose kind and key already wait is not added; if the new one was due
// earlier, the waiting one moves forward. One that is running does not stand in the way: it may have looked before this change.
func (t *tx) addJobs(jobs []ronda.Job) error {
	for _, j := range jobs {
		args, err := encode(j.Args)
		if err != nil {
			return err
		}
		at := micros(j.RunAt)
		id := ronda.IDs{Rand: rand.Reader}.New(j.RunAt)
		_, err = t.exec(`INSERT INTO jobs (id, kind, key, state, run_at, args, attempt, owner, lease_until, failure, created_at, changed_at)
			VALUES ($1, $2, $3, 'waiting', $4, $5, 0, '', 0, '', $6, $6)
			ON CONFLICT (kind, key) WHERE state = 'waiting' AND key <> ''
			DO UPDATE SET run_at = excluded.run_at WHERE excluded.run_at < jobs.run_at`, id, j.Kind, j.Key, at, args, at)
		if err != nil {
			return fmt.Errorf("add job %s: %w", j.Kind, err)
		}
		t.rings.jobs = true
	}
	return nil
}

// AddJobs adds work that no other change owes, such as the first of a repeating job.
func (db *DB) AddJobs(ctx context.Context, jobs ...ronda.Job) error {
	return db.write.do(ctx, func(t *tx) error { return t.addJobs(jobs) })
}

const jobColumns = `id, kind, key, state, run_at, args, attempt, owner, lease_until, failure, created_at, changed_at`

func scanJob(rows *sql.Rows) (ronda.JobRow, error) {
	var r ronda.JobRow
	var args string
	var run, lease, created, changed int64
	err := rows.Scan(&r.ID, &r.Job.Kind, &r.Job.Key, &r.State, &run, &args, &r.Attempt, &r.Owner, &lease, &r.Failure, &created, &changed)
	if err != nil {
		return r, err
	}
	r.Job.RunAt, r.CreatedAt, r.ChangedAt = instant(run), instant(created), instant(changed)
	if lease > 0 {
		r.LeaseUntil = instant(lease)
	}
	r.Job.Args, err = decode[map[string]string](args)
	return r, err
}

// ClaimJobs takes up to limit jobs of the kinds that are due at now, and those whose worker let its lease run out, for the length of a
// lease by the database's clock. No two workers get the same attempt, and no two jobs with one key run at once.
func (db *DB) ClaimJobs(ctx context.Context, owner string, kinds []string, now time.Time, lease time.Duration, limit int) ([]ronda.JobRow, error) {
	if len(kinds) == 0 || limit <= 0 {
		return nil, nil
	}
	var out []ronda.JobRow
	err := db.write.do(ctx, func(t *tx) error {
		out = nil
		ids, err := t.dueJobs(kinds, now, limit)
		if err != nil || len(ids) == 0 {
			return err
		}
		args := append([]any{owner, lease.Microseconds(), micros(now)}, anys(ids)...)
		return t.query(func(rows *sql.Rows) error {
			r, err := scanJob(rows)
			out = append(out, r)
			return err
		}, `UPDATE jobs SET state = 'running', attempt = attempt + 1, owner = $1, lease_until = `+t.engine.now+` + $2, changed_at = $3
			WHERE id IN (`+places(4, len(ids))+`) RETURNING `+jobColumns, args...)
	})
	if err != nil {
		return nil, fmt.Errorf("claim jobs: %w", err)
	}
	return out, nil
}

func (t *tx) dueJobs(kinds []string, now time.Time, limit int) ([]string, error) {
	var ids []string
	in := places(3, len(kinds))
	args := append([]any{micros(now), limit}, anys(kinds)...)
	scan := func(rows *sql.Rows) error {
		id, err := scanText(rows)
		ids = append(ids, id)
		return err
	}
	err := t.query(scan, `SELECT id FROM jobs WHERE state = 'running' AND lease_until < `+t.engine.now+` AND run_at <= $1 AND kind IN (`+in+`)
		ORDER BY run_at, id LIMIT $2`+t.engine.skipLocked, args...)
	if err != nil || len(ids) > 0 {
		return ids, err
	}
	err = t.query(scan, `SELECT id FROM jobs WHERE state = 'waiting' AND run_at <= $1 AND kind IN (`+in+`)
		AND (key = '' OR NOT EXISTS (SELECT 1 FROM jobs other WHERE other.state = 'running' AND other.kind = jobs.kind AND other.key = jobs.key))
		ORDER BY run_at, id LIMIT $2`+t.engine.skipLocked, args...)
	return ids, err
}

// errStaleJob is the answer to a worker whose attempt is no longer the current one.
func errStaleJob() error { return ronda.Errorf(ronda.Conflict, "job.stale", "") }

// CompleteJob ends a job that was done. A worker whose lease ran out and whose job was taken up by another gets a Conflict "job.stale".
func (db *DB) CompleteJob(ctx context.Context, id string, attempt int) error {
	return db.write.do(ctx, func(t *tx) error { return t.completeJob(id, attempt) })
}

func (t *tx) completeJob(id string, attempt int) error {
	n, err := t.exec(`DELETE FROM jobs WHERE id = $1 AND attempt = $2 AND state = 'running'`, id, attempt)
	if err != nil {
		return fmt.Errorf("complete job: %w", err)
	}
	if n == 0 {
		return errStaleJob()
	}
	t.rings.jobs = true // one with the same key may have waited for this
	return nil
}

// RetryJob puts a failed job back to run again at the time. If another with its key waits already, that one does the work.
func (db *DB) RetryJob(ctx context.Context, id string, attempt int, failure string, at time.Time) error {
	return db.write.do(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE jobs SET state = 'waiting', run_at = $3, failure = $4, owner = '', lease_until = 0, changed_at = $5
			WHERE id = $1 AND attempt = $2 AND state = 'running' AND (key = '' OR NOT EXISTS (
				SELECT 1 FROM jobs other WHERE other.state = 'waiting' AND other.kind = jobs.kind AND other.key = jobs.key))`,
			id, attempt, micros(at), failure, micros(db.now()))
		if err != nil {
			return fmt.Errorf("put job back: %w", err)
		}
		if n == 0 {
			return t.completeJob(id, attempt)
		}
		t.rings.jobs = true
		return nil
	})
}

// BuryJob makes a job that failed too often a dead letter, which stays until a person requeues or drops it.
func (db *DB) BuryJob(ctx context.Context, id string, attempt int, failure string) error {
	return db.write.do(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE jobs SET state = 'dead', failure = $3, owner = '', lease_until = 0, changed_at = $4
			WHERE id = $1 AND attempt = $2 AND state = 'running'`, id, attempt, failure, micros(db.now()))
		if err != nil {
			return fmt.Errorf("bury job: %w", err)
		}
		if n == 0 {
			return errStaleJob()
		}
		return nil
	})
}

// ExtendJob renews the lease of a job that takes long.
func (db *DB) ExtendJob(ctx context.Context, id string, attempt int, lease time.Duration) error {
	return db.write.do(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE jobs SET lease_until = `+t.engine.now+` + $3 WHERE id = $1 AND attempt = $2 AND state = 'running'`,
			id, attempt, lease.Microseconds())
		if err != nil {
			return fmt.Errorf("extend job: %w", err)
		}
		if n == 0 {
			return errStaleJob()
		}
		return nil
	})
}
