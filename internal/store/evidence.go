package store

import (
	"context"
	"database/sql"
	"fmt"

	"ronda"
)

// errNoKey is the answer where a case has no key: never made, or erased.
func errNoKey() error { return ronda.Errorf(ronda.NotFound, "evidence.no_key", "") }

// CaseKey returns the wrapped key of a case's evidence, or NotFound "evidence.no_key".
func (db *DB) CaseKey(ctx context.Context, caseID string) ([]byte, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) ([]byte, error) {
		var b []byte
		err := rows.Scan(&b)
		return b, err
	}, `SELECT wrapped FROM evidence_keys WHERE case_id = $1 AND deleted_at IS NULL`, caseID)
	if err != nil {
		return nil, fmt.Errorf("read evidence key: %w", err)
	}
	if len(out) == 0 {
		return nil, errNoKey()
	}
	return out[0], nil
}

// AddCaseKey saves a wrapped key unless the case has one, and returns the one that is there now. A case whose key was deleted gets no
// second one: NotFound "evidence.no_key".
func (db *DB) AddCaseKey(ctx context.Context, caseID string, wrapped []byte) ([]byte, error) {
	var now []byte
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO evidence_keys (case_id, wrapped) VALUES ($1, $2) ON CONFLICT (case_id) DO NOTHING`, caseID, wrapped)
		if err != nil {
			return err
		}
		now = nil
		found, err := t.one(`SELECT wrapped FROM evidence_keys WHERE case_id = $1 AND deleted_at IS NULL`, []any{caseID}, &now)
		if err == nil && !found {
			return errNoKey()
		}
		return err
	})
	return now, wrap("add evidence key", err)
}

// DeleteCaseKey removes a key for good, from the file too: what it sealed can never be opened again.
func (db *DB) DeleteCaseKey(ctx context.Context, caseID string) error {
	now := micros(db.now())
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO evidence_keys (case_id, deleted_at) VALUES ($1, $2)
			ON CONFLICT (case_id) DO UPDATE SET wrapped = NULL, deleted_at = excluded.deleted_at`, caseID, now)
		return err
	})
	if err != nil {
		return fmt.Errorf("delete evidence key: %w", err)
	}
	return db.Purge(ctx)
}

// MarkFile records an upload that is about to begin, under the generation (fenced lease epoch) of the process that writes it.
func (db *DB) MarkFile(ctx context.Context, name string, generation int64) error {
	now := micros(db.now())
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO evidence_marks (name, generation, at) VALUES ($1, $2, $3)`, name, generation, now)
		return err
	})
	return wrap("mark upload", err)
}

// ReleaseFile drops the mark of an upload that was given up. No mark is no error.
func (db *DB) ReleaseFile(ctx context.Context, name string) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM evidence_marks WHERE name = $1`, name)
		return err
	})
	return wrap("release upload", err)
}

// CondemnFiles ends the marks of generations other than the living ones and returns those of names that have neither mark nor row then.
// Their uploads can no longer be kept, so the bytes may be removed.
func (db *DB) CondemnFiles(ctx context.Context, names []string, living []int64) ([]string, error) {
	var out []string
	err := db.write.do(ctx, func(t *tx) error {
		out = nil
		w := &where{}
		for _, g := range living {
			w.add("generation <> ?", g)
		}
		if _, err := t.exec(`DELETE FROM evidence_marks`+w.clause(), w.args...); err != nil {
			return fmt.Errorf("end marks: %w", err)
		}
		for _, part := range chunks(sortedOnce(names), 200) {
			known := map[string]bool{}
			in := places(1, len(part))
			err := t.query(func(rows *sql.Rows) error {
				name, err := scanText(rows)
				known[name] = true
				return err
			}, `SELECT name FROM evidence_marks WHERE name IN (`+in+`) UNION SELECT name FROM evidence_files WHERE name IN (`+in+`)`, anys(part)...)
			if err != nil {
				return fmt.Errorf("look for names: %w", err)
			}
			for _, name := range part {
				if !known[name] {
					out = append(out, name)
				}
			}
		}
		return nil
	})
	return out, wrap("condemn files", err)
}
