package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

// traitsAtMost bounds one look at the newest reports.
const traitsAtMost = 50_000

// ReportTraits reads what of the reports since a time can tell that they are coordinated, with what their cases say now. Reports in a sandbox,
// of organisations and without words are left out.
func (db *DB) ReportTraits(ctx context.Context, since time.Time) ([]ronda.ReportTrait, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.ReportTrait, error) {
		var t ronda.ReportTrait
		var at int64
		err := rows.Scan(&t.Report, &t.Case, &at, &t.Signature, &t.Sender, &t.Network)
		t.At = instant(at)
		return t, err
	}, `SELECT id, case_id, at, signature, sender, network FROM reports
		WHERE at >= $1 AND signature IS NOT NULL AND sandbox = FALSE AND org = '' ORDER BY at, id LIMIT $2`, micros(since), traitsAtMost)
	if err != nil {
		return nil, fmt.Errorf("read traits of reports: %w", err)
	}
	first, cases := map[string]time.Time{}, map[string]caseTrait{}
	var senders, ids []string
	for _, t := range out {
		if _, ok := first[t.Sender]; !ok && t.Sender != "" {
			first[t.Sender] = t.At
			senders = append(senders, t.Sender)
		}
		if _, ok := cases[t.Case]; !ok {
			cases[t.Case] = caseTrait{}
			ids = append(ids, t.Case)
		}
	}
	if err := db.caseTraits(ctx, ids, cases); err != nil {
		return nil, err
	}
	known, err := db.knownSenders(ctx, senders, since)
	if err != nil {
		return nil, err
	}
	for i := range out {
		t := &out[i]
		c := cases[t.Case]
		t.Target, t.Ended, t.Rejected = c.contest, c.ended, c.rejected
		t.Fresh = t.Sender != "" && !known[t.Sender]
	}
	return out, nil
}

type caseTrait struct {
	contest         string
	ended, rejected bool
}

func (db *DB) caseTraits(ctx context.Context, ids []string, into map[string]caseTrait) error {
	for _, part := range chunks(ids, 500) {
		err := each(ctx, db.read, func(rows *sql.Rows) error {
			var id, stage string
			var c caseTrait
			var open bool
			if err := rows.Scan(&id, &c.contest, &stage, &open); err != nil {
				return err
			}
			c.ended = !open && stage != string(ronda.StageMerged)
			c.rejected = stage == string(ronda.StageNoAction) || stage == string(ronda.StageClosed)
			into[id] = c
			return nil
		}, `SELECT id, contest, stage, open FROM cases WHERE id IN (`+places(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return fmt.Errorf("read cases of reports: %w", err)
		}
	}
	return nil
}

// knownSenders tells which senders had reported before a time.
func (db *DB) knownSenders(ctx context.Context, senders []string, before time.Time) (map[string]bool, error) {
	known := map[string]bool{}
	for _, part := range chunks(senders, 500) {
		args := append([]any{micros(before)}, anys(part)...)
		found, err := list(ctx, db.read, scanText, `SELECT DISTINCT sender FROM reports WHERE at < $1 AND sender IN (`+places(2, len(part))+`)`, args...)
		if err != nil {
			return nil, fmt.Errorf("look for earlier reports of senders: %w", err)
		}
		for _, s := range found {
			known[s] = true
		}
	}
	return known, nil
}

// SaveBrigades replaces the waves that reach into the time since with those that were found now.
func (db *DB) SaveBrigades(ctx context.Context, since time.Time, found []ronda.Brigade) error {
	docs := make([]string, len(found))
	for i, b := range found {
		doc, err := encode(b)
		if err != nil {
			return fmt.Errorf("save wave %s: %w", b.ID, err)
		}
		docs[i] = doc
	}
	folded, err := db.foldable(ctx, found)
	if err != nil {
		return err
	}
	return db.write.do(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM brigade_cases WHERE brigade IN (SELECT id FROM brigades WHERE last_at >= $1)`, micros(since)); err != nil {
			return fmt.Errorf("forget waves: %w", err)
		}
		if _, err := t.exec(`DELETE FROM brigades WHERE last_at >= $1`, micros(since)); err != nil {
			return fmt.Errorf("forget waves: %w", err)
		}
		for i, b := range found {
			if _, err := t.exec(`INSERT INTO brigades (id, last_at, doc) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET last_at = excluded.last_at, doc = excluded.doc`,
				b.ID, micros(b.Last), docs[i]); err != nil {
				return fmt.Errorf("save wave: %w", err)
			}
			for id, n := range b.Cases {
				if _, err := t.exec(`INSERT INTO brigade_cases (case_id, brigade, total, folded) VALUES ($1, $2, $3, $4)
					ON CONFLICT (case_id, brigade) DO UPDATE SET total = excluded.total, folded = excluded.folded`, id, b.ID, n, folded[id]); err != nil {
					return fmt.Errorf("save wave's case: %w", err)
				}
			}
		}
		return nil
	})
}

// foldable finds the new cases of which nobody outside of a wave speaks.
func (db *DB) foldable(ctx context.Context, found []ronda.Brigade) (map[string]bool, error) {
	out := map[string]bool{}
	for _, b := range found {
		var ids []string
		for id := range b.Cases {
			ids = append(ids, id)
		}
		stats, err := db.ReportStats(ctx, db.now(), ids)
		if err != nil {
			return nil, err
		}
		total, stage, priority := map[string]int{}, map[string]ronda.CaseStage{}, map[string]bool{}
		for id, s := range stats {
			total[id] = s.Total
		}
		for _, part := range chunks(ids, 500) {
			err := each(ctx, db.read, func(rows *sql.Rows) error {
				var id, st string
				var first bool
				if err := rows.Scan(&id, &st, &first); err != nil {
					return err
				}
				stage[id], priority[id] = ronda.CaseStage(st), first
				return nil
			}, `SELECT id, stage, priority FROM cases WHERE id IN (`+places(1, len(part))+`)`, anys(part)...)
			if err != nil {
				return nil, fmt.Errorf("read cases of wave: %w", err)
			}
		}
		for _, id := range b.Folded(total, stage, priority) {
			out[id] = true
		}
	}
	return out, nil
}

// BrigadesOf lists the waves in the reports of a case.
func (db *DB) BrigadesOf(ctx context.Context, caseID string) ([]ronda.Brigade, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT b.doc FROM brigade_cases c JOIN brigades b ON b.id = c.brigade WHERE c.case_id = $1 ORDER BY b.last_at DESC, b.id LIMIT 20`, caseID)
	if err != nil {
		return nil, fmt.Errorf("list waves of case: %w", err)
	}
	return decodeAll[ronda.Brigade](docs)
}

// Brigades lists the newest waves.
func (db *DB) Brigades(ctx context.Context) ([]ronda.Brigade, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM brigades ORDER BY last_at DESC, id LIMIT 1000`)
	if err != nil {
		return nil, fmt.Errorf("list waves: %w", err)
	}
	return decodeAll[ronda.Brigade](docs)
}
