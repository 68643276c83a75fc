package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"ronda"
)

// Names of the public log's rows in tables that it shares.
const (
	ledgerLease      = "ledger"
	ledgerCheckpoint = "ledger.checkpoint"
)

// AddLeaves owes the public log entries for acts that change no case, such as an accreditation. For others see SaveChanges.
func (db *DB) AddLeaves(ctx context.Context, leaves ...ronda.Leaf) error {
	err := db.write.do(ctx, func(t *tx) error {
		t.rings.events = true // the sequencer listens to them
		return t.addLeaves(leaves)
	})
	if err != nil {
		return fmt.Errorf("owe log entries: %w", err)
	}
	return nil
}

// LeaseLog takes (epoch 0) or renews the sequencer's lease for ttl, by the database's clock. To take it raises the epoch, and succeeds
// when the lease is free, run out, or held by the same holder. ok is false when somebody else has it, or epoch is not the current one.
func (db *DB) LeaseLog(ctx context.Context, holder string, epoch int64, ttl time.Duration) (current int64, ok bool, err error) {
	err = db.write.do(ctx, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO leases (name, owner, epoch, until) VALUES ($1, '', 0, 0) ON CONFLICT (name) DO NOTHING`,
			ledgerLease); err != nil {
			return err
		}
		now := t.engine.now
		query, args := `UPDATE leases SET until = `+now+` + $2 WHERE name = $1 AND owner = $3 AND epoch = $4 RETURNING epoch`,
			[]any{ledgerLease, ttl.Microseconds(), holder, epoch}
		if epoch == 0 {
			query, args = `
				UPDATE leases SET owner = $3, epoch = epoch + 1, until = `+now+` + $2
				WHERE name = $1 AND (owner = $3 OR until < `+now+`) RETURNING epoch`, args[:3]
		}
		var err error
		if ok, err = t.one(query, args, &current); err != nil || ok {
			return err
		}
		_, err = t.one(`SELECT epoch FROM leases WHERE name = $1`, []any{ledgerLease}, &current)
		return err
	})
	if err != nil {
		return 0, false, fmt.Errorf("lease the log: %w", err)
	}
	return current, ok, nil
}

// NumberLog numbers owed entries in the order of their times and ids, without gaps, so that at most limit stand at from and above, and
// returns those (at most limit) in order. It numbers nothing and returns [ronda.ErrLogLease] when epoch is not the current one.
func (db *DB) NumberLog(ctx context.Context, epoch, from int64, limit int) ([][]byte, error) {
	owed, err := list(ctx, db.read, scanID, `SELECT id FROM ledger_leaves WHERE idx IS NULL LIMIT 1`)
	if err != nil {
		return nil, fmt.Errorf("look for owed log entries: %w", err)
	}
	if len(owed) > 0 {
		err := db.write.do(ctx, func(t *tx) error { return t.numberLeaves(epoch, from+int64(limit)) })
		if err != nil {
			return nil, fmt.Errorf("number log entries: %w", err)
		}
	}
	return db.LogLeaves(ctx, from, limit)
}

// numberLeaves numbers owed entries below end.
func (t *tx) numberLeaves(epoch, end int64) error {
	if err := t.holdLog(epoch); err != nil {
		return err
	}
	var next int64
	if _, err := t.one(`SELECT COALESCE(MAX(idx) + 1, 0) FROM ledger_leaves WHERE idx IS NOT NULL`, nil, &next); err != nil {
		return err
	}
	if next >= end {
		return nil
	}
	_, err := t.exec(`
		WITH owed AS (
			SELECT id, ROW_NUMBER() OVER (ORDER BY at, id) - 1 AS n
			FROM ledger_leaves
			WHERE idx IS NULL
			ORDER BY at, id
			LIMIT $2
		)
		UPDATE ledger_leaves
		SET idx = $1 + owed.n
		FROM owed
		WHERE ledger_leaves.id = owed.id`, next, end-next)
	return err
}

// holdLog makes sure that the lease is still of this epoch, and keeps it so until the commit.
func (t *tx) holdLog(epoch int64) error {
	var current int64
	if _, err := t.one(`SELECT epoch FROM leases WHERE name = $1`+t.engine.forUpdate, []any{ledgerLease}, &current); err != nil {
		return err
	}
	if current != epoch {
		return ronda.ErrLogLease
	}
	return nil
}

// LogLeaves returns the entries numbered from, from+1, … (at most limit). A gap is an error: the log's order would be broken.
func (db *DB) LogLeaves(ctx context.Context, from int64, limit int) ([][]byte, error) {
	next := from
	leaves, err := list(ctx, db.read, func(rows *sql.Rows) ([]byte, error) {
		var idx int64
		var leaf []byte
		if err := rows.Scan(&idx, &leaf); err != nil {
			return nil, err
		}
		if idx != next {
			return nil, fmt.Errorf("entry %d is missing before %d", next, idx)
		}
		next++
		return leaf, nil
	}, `SELECT idx, bytes FROM ledger_leaves WHERE idx >= $1 ORDER BY idx LIMIT $2`, from, limit)
	if err != nil {
		return nil, fmt.Errorf("read log entries from %d: %w", from, err)
	}
	return leaves, nil
}

// LogCheckpoint returns the stored signed checkpoint, or nil when there is none yet.
func (db *DB) LogCheckpoint(ctx context.Context) ([]byte, error) {
	found, err := list(ctx, db.read, scanID, `SELECT value FROM meta WHERE name = $1`, ledgerCheckpoint)
	if err != nil {
		return nil, fmt.Errorf("read log checkpoint: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return []byte(found[0]), nil
}

// SwapLogCheckpoint stores next if the stored one is prev (nil: none). Otherwise it changes nothing and returns [ronda.ErrLogStale], or
// [ronda.ErrLogLease] when epoch is not the current one.
func (db *DB) SwapLogCheckpoint(ctx context.Context, epoch int64, prev, next []byte) error {
	err := db.write.do(ctx, func(t *tx) error {
		if err := t.holdLog(epoch); err != nil {
			return err
		}
		query, args := `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, []any{ledgerCheckpoint, string(next)}
		if prev != nil {
			query, args = `UPDATE meta SET value = $2 WHERE name = $1 AND value = $3`, append(args, string(prev))
		}
		n, err := t.exec(query, args...)
		if err == nil && n == 0 {
			err = ronda.ErrLogStale
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("swap log checkpoint: %w", err)
	}
	return nil
}

// LogNumber returns the number of an act's entry. ok is false while it has none: it is owed still, or there is no such entry.
func (db *DB) LogNumber(ctx context.Context, id string) (number int64, ok bool, err error) {
	err = each(ctx, db.read, func(rows *sql.Rows) error {
		ok = true
		return rows.Scan(&number)
	}, `SELECT idx FROM ledger_leaves WHERE id = $1 AND idx IS NOT NULL`, id)
	if err != nil {
		return 0, false, fmt.Errorf("read number of log entry: %w", err)
	}
	return number, ok, nil
}

// LogLeaf returns an act's entry with those of its sealed fields that were not erased. It is of kind NotFound when there is none.
func (db *DB) LogLeaf(ctx context.Context, id string) (ronda.Leaf, error) {
	found, err := list(ctx, db.read, scanLeaf, `SELECT id, case_id, notice_id, kind, at, bytes FROM ledger_leaves WHERE id = $1`, id)
	if err != nil {
		return ronda.Leaf{}, fmt.Errorf("read log entry: %w", err)
	}
	if len(found) == 0 {
		return ronda.Leaf{}, ronda.Errorf(ronda.NotFound, "log.entry", "id")
	}
	leaf := found[0]
	leaf.Sealed, err = list(ctx, db.read, func(rows *sql.Rows) (s ronda.SealedField, err error) {
		return s, rows.Scan(&s.Name, &s.Salt, &s.Value)
	}, `SELECT name, salt, value FROM ledger_sealed WHERE leaf_id = $1 ORDER BY n`, id)
	if err != nil {
		return ronda.Leaf{}, fmt.Errorf("read sealed fields: %w", err)
	}
	return leaf, nil
}

func scanLeaf(rows *sql.Rows) (l ronda.Leaf, err error) {
	var at int64
	err = rows.Scan(&l.ID, &l.Case, &l.Notice, &l.Kind, &at, &l.Bytes)
	l.At = instant(at)
	return l, err
}

func scanID(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) }

// EraseSealed destroys the salts and values of an entry's sealed fields, all of them or those of the names given, and owes the log the
// entry that says so, in one transaction. What was logged stays: nobody can tell any more what it committed to.
func (db *DB) EraseSealed(ctx context.Context, id string, names []string, erasure ronda.Leaf) (erased int64, err error) {
	if erasure.ID == "" {
		return 0, errors.New("erase sealed fields: the entry that tells of it is missing")
	}
	err = db.write.do(ctx, func(t *tx) error {
		t.rings.events = true
		query, args := `DELETE FROM ledger_sealed WHERE leaf_id = $1`, []any{id}
		if len(names) > 0 {
			query += ` AND name IN (` + places(2, len(names)) + `)`
			for _, n := range names {
				args = append(args, n)
			}
		}
		n, err := t.exec(query, args...)
		if err != nil {
			return err
		}
		if erased = n; n == 0 {
			return nil // erased before; the log was told then
		}
		return t.addLeaves([]ronda.Leaf{erasure})
	})
	if err != nil {
		return 0, fmt.Errorf("erase sealed fields: %w", err)
	}
	return erased, nil
}
