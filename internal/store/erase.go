package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ronda"
)

// erase removes what an erasure names, in the transaction of the change that tells of it. Erasing again is no error.
func (t *tx) erase(e ronda.Erasure) error {
	for _, x := range erasables() {
		where, ok := x.by[e.Scope]
		if !ok || !slices.Contains(e.Kinds, x.kind) {
			continue
		}
		if _, err := t.exec(x.statement(e.At)+where, e.Ref); err != nil {
			return fmt.Errorf("erase %s of %s: %w", x.kind, x.table, err)
		}
	}
	if slices.Contains(e.Kinds, ronda.KeepEvidence) && (e.Scope == ronda.EraseOfReport || e.Scope == ronda.EraseOfCase) {
		// A tombstone: whoever never had a key gets none after this.
		if _, err := t.exec(`INSERT INTO evidence_keys (case_id, deleted_at) VALUES ($1, $2) ON CONFLICT (case_id) DO NOTHING`, e.Ref, micros(e.At)); err != nil {
			return fmt.Errorf("bar a new key: %w", err)
		}
	}
	if slices.Contains(e.Kinds, ronda.KeepAppeal) && e.Scope == ronda.EraseOfCase {
		return t.eraseAppeals(e.Ref)
	}
	return nil
}

// statement begins the UPDATE or DELETE; the condition follows.
func (x erasable) statement(at time.Time) string {
	if x.blank == "" {
		return `DELETE FROM ` + x.table + ` WHERE `
	}
	return `UPDATE ` + x.table + ` SET ` + strings.ReplaceAll(x.blank, ":at", strconv.FormatInt(micros(at), 10)) + ` WHERE `
}

// eraseAppeals empties the objections of a case.
func (t *tx) eraseAppeals(caseID string) error {
	var all []ronda.Appeal
	err := t.query(func(rows *sql.Rows) error {
		doc, err := scanText(rows)
		if err != nil {
			return err
		}
		a, err := decode[ronda.Appeal](doc)
		all = append(all, a)
		return err
	}, `SELECT doc FROM appeals WHERE case_id = $1`+t.engine.forUpdate, caseID)
	if err != nil {
		return fmt.Errorf("read objections: %w", err)
	}
	for _, a := range all {
		doc, err := encode(ronda.ScrubAppeal(a))
		if err != nil {
			return err
		}
		if _, err := t.exec(`UPDATE appeals SET doc = $2 WHERE id = $1`, a.ID, doc); err != nil {
			return fmt.Errorf("empty objection: %w", err)
		}
	}
	return nil
}

// Erase removes what hangs on no case, such as an account, and owes the log the entry that tells of it, in one transaction.
func (db *DB) Erase(ctx context.Context, e ronda.Erasure, leaf ronda.Leaf) error {
	err := db.write.do(ctx, func(t *tx) error {
		if e.Scope == ronda.EraseOfAccount {
			if err := t.eraseActor(e.Ref); err != nil {
				return err
			}
		}
		if err := t.erase(e); err != nil {
			return err
		}
		t.rings.events = true
		return t.addLeaves([]ronda.Leaf{leaf})
	})
	return wrap("erase", err)
}

// eraseActor leaves of a mandate what the draws and figures need, without a name.
func (t *tx) eraseActor(id string) error {
	var doc string
	found, err := t.one(`SELECT actor FROM accounts WHERE id = $1`+t.engine.forUpdate, []any{id}, &doc)
	if err != nil {
		return fmt.Errorf("read account: %w", err)
	}
	if !found {
		return ronda.Errorf(ronda.NotFound, "account.not_found", "")
	}
	a, err := decode[ronda.Actor](doc)
	if err != nil {
		return err
	}
	a.Name = ""
	if doc, err = encode(a); err != nil {
		return err
	}
	_, err = t.exec(`UPDATE accounts SET actor = $2 WHERE id = $1`, id, doc)
	return wrap("empty account", err)
}

// ErasedFiles lists the names below which an erasure leaves sealed files that no row refers to any more. The caller removes them after the commit; the
// sweeper removes what is left.
func (db *DB) ErasedFiles(ctx context.Context, e ronda.Erasure) ([]string, error) {
	if !slices.Contains(e.Kinds, ronda.KeepEvidence) {
		return nil, nil
	}
	owners := []string{e.Ref}
	if e.Scope == ronda.EraseOfCase {
		ids, err := list(ctx, db.read, scanText, `SELECT id FROM reports WHERE case_id = $1 ORDER BY id`, e.Ref)
		if err != nil {
			return nil, fmt.Errorf("list owners of files: %w", err)
		}
		owners = append(owners, ids...)
	}
	return owners, nil
}

// Purge brings what was deleted out of the write-ahead log, so that it is nowhere in the files of the embedded database: deleted content is
// overwritten in the database file, and the log is cut to nothing. On PostgreSQL dead rows are the server's to clean, and its log and
// backups are the operator's.
func (db *DB) Purge(ctx context.Context) error {
	w, ok := db.write.(*groupWriter)
	if !ok {
		return nil
	}
	err := w.submit(ctx, &command{done: make(chan error, 1), alone: func(conn *sql.Conn) error {
		for range purgeTries {
			var busy, frames, moved int
			err := conn.QueryRowContext(context.Background(), `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved)
			if err != nil {
				return err
			}
			if busy == 0 {
				return nil
			}
		}
		return ronda.Errorf(ronda.Internal, "store.purge_busy", "")
	}})
	return wrap("purge", err)
}

// purgeTries bounds how often a checkpoint waits, 10 s each time, for readers to finish.
const purgeTries = 3
