package store

import (
	"context"
	"crypto/rand"
	"fmt"

	"ronda"
)

// UpsertClaim saves a published fact-check. The same content again changes nothing and returns changed false; other content gets the next
// version and an event that the match index follows. A second check with the same address (URL) is a Conflict "claim.url_taken". A new check owes the
// search for open cases that it answers, where one is given and a case is open.
func (db *DB) UpsertClaim(ctx context.Context, f ronda.FactCheck, search ...ronda.Job) (changed bool, err error) {
	now := db.now()
	eventID := ronda.IDs{Rand: rand.Reader}.New(now)
	err = db.write.do(ctx, func(t *tx) error {
		changed = false
		next := f
		var was string
		found, err := t.one(`SELECT doc FROM fact_checks WHERE id = $1`+t.engine.forUpdate, []any{f.ID}, &was)
		if err != nil {
			return fmt.Errorf("read fact-check: %w", err)
		}
		next.Version = 1
		if found {
			old, err := decode[ronda.FactCheck](was)
			if err != nil {
				return err
			}
			same, err := sameCheck(old, f)
			if err != nil || same || !old.Live() && f.Live() { // what was taken back does not come back by being loaded again
				return err
			}
			next.Version = old.Version + 1
		}
		next.UpdatedAt, changed = now, true
		if err := t.saveCheck(next, ronda.Event{ID: eventID}); err != nil || found {
			return err
		}
		return t.unasked(f.ID, search)
	})
	if duplicate(err) {
		return false, ronda.Errorf(ronda.Conflict, "claim.url_taken", "url")
	}
	return changed, wrap("save fact-check "+f.ID, err)
}

// sameCheck compares what was said, not when it was saved.
func sameCheck(a, b ronda.FactCheck) (bool, error) {
	b.Version, b.UpdatedAt = a.Version, a.UpdatedAt
	x, err := encode(a)
	if err != nil {
		return false, err
	}
	y, err := encode(b)
	return x == y, err
}

// saveCheck writes a check and its event, which comes with its id and, where a person did it, whose doing it is.
func (t *tx) saveCheck(f ronda.FactCheck, e ronda.Event) error {
	doc, err := encode(f)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO fact_checks (id, url, origin, date, version, updated_at, retracted_at, doc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET url = excluded.url, origin = excluded.origin, date = excluded.date, version = excluded.version,
			updated_at = excluded.updated_at, retracted_at = excluded.retracted_at, doc = excluded.doc`,
		f.ID, f.URL, f.Origin, f.Date, f.Version, micros(f.UpdatedAt), orNull(f.Retracted), doc)
	if err != nil {
		return err
	}
	e.Kind, e.At, e.Data = ronda.EventClaimSaved, f.UpdatedAt, map[string]string{"claim": f.ID}
	if !f.Live() {
		e.Kind = ronda.EventClaimRetracted
	}
	return t.addEvents([]ronda.Event{e}, int64(f.Version), 0, nil)
}

// Claim returns the fact-check with the id, a retracted one too, or a NotFound error.
func (db *DB) Claim(ctx context.Context, id string) (ronda.FactCheck, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM fact_checks WHERE id = $1`, id)
	if err != nil {
		return ronda.FactCheck{}, fmt.Errorf("read fact-check: %w", err)
	}
	if len(docs) == 0 {
		return ronda.FactCheck{}, ronda.Errorf(ronda.NotFound, "claim.not_found", "")
	}
	return decode[ronda.FactCheck](docs[0])
}

// FactCheck is Claim under the name that readers of fact-checks use.
func (db *DB) FactCheck(ctx context.Context, id string) (ronda.FactCheck, error) {
	return db.Claim(ctx, id)
}

// Claims returns fact-checks in the order of their ids, after the id given, retracted ones too.
func (db *DB) Claims(ctx context.Context, after string, limit int) ([]ronda.FactCheck, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM fact_checks WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list fact-checks: %w", err)
	}
	return decodeAll[ronda.FactCheck](docs)
}

// RecentFactChecks returns the newest fact-checks that stand, by their own date.
func (db *DB) RecentFactChecks(ctx context.Context, limit int) ([]ronda.FactCheck, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM fact_checks WHERE retracted_at IS NULL ORDER BY date DESC, id DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("list recent fact-checks: %w", err)
	}
	return decodeAll[ronda.FactCheck](docs)
}

// CountMatchable tells how many fact-checks stand and how many cases are open: about what the match index will hold.
func (db *DB) CountMatchable(ctx context.Context) (int, error) {
	n, err := list(ctx, db.read, scanInt, `SELECT (SELECT COUNT(*) FROM fact_checks WHERE retracted_at IS NULL) + (SELECT COUNT(*) FROM cases WHERE open AND NOT sandbox)`)
	if err != nil {
		return 0, fmt.Errorf("count what can be matched: %w", err)
	}
	return int(n[0]), nil
}

// FactCheckAt returns the fact-check that was published at an address, or a NotFound error.
func (db *DB) FactCheckAt(ctx context.Context, url string) (ronda.FactCheck, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM fact_checks WHERE url = $1 AND url <> ''`, url)
	if err != nil {
		return ronda.FactCheck{}, fmt.Errorf("read fact-check of address: %w", err)
	}
	if len(docs) == 0 {
		return ronda.FactCheck{}, ronda.Errorf(ronda.NotFound, "claim.not_found", "")
	}
	return decode[ronda.FactCheck](docs[0])
}
