package store

import (
	"context"
	"crypto/rand"
	"fmt"

	"ronda"
)

// ImportClaim saves a check that was read from a file of its outlet and tells whether that changed anything. One that is here already, by its id or
// by its address, keeps its id: the same file again changes nothing, whoever else imports it meanwhile. It changes no check that is not an import
// (a partner's or the election's own is theirs) and brings none back that was taken back. Another outlet's check at the same address is a Conflict
// "claim.url_taken". A new check owes the search for open cases that it answers, where one is given and a case is open.
func (db *DB) ImportClaim(ctx context.Context, f ronda.FactCheck, search ...ronda.Job) (changed bool, err error) {
	now := db.now()
	eventID := ronda.IDs{Rand: rand.Reader}.New(now)
	for range 3 {
		raced := false
		err = db.write.do(ctx, func(t *tx) error {
			changed, raced = false, false
			old, found, err := t.importedBefore(f)
			if err != nil {
				return err
			}
			if !found {
				next := f
				next.Version, next.UpdatedAt = 1, now
				changed, err = t.insertCheck(next, eventID)
				raced = err == nil && !changed
				if err != nil || raced {
					return err
				}
				return t.unasked(f.ID, search)
			}
			if old.Origin != f.Origin || !old.Live() {
				return nil
			}
			next := old.Reread(f)
			if same, err := sameCheck(old, next); err != nil || same {
				return err
			}
			next.Version, next.UpdatedAt, changed = old.Version+1, now, true
			return t.saveCheck(next, ronda.Event{ID: eventID})
		})
		if !raced {
			break
		}
		// Another import saved it first: the second look finds it.
	}
	if duplicate(err) {
		return false, ronda.Errorf(ronda.Conflict, "claim.url_taken", "url")
	}
	return changed, wrap("import fact-check "+f.ID, err)
}

// importedBefore finds the check that an import repeats.
func (t *tx) importedBefore(f ronda.FactCheck) (old ronda.FactCheck, found bool, err error) {
	var doc string
	if found, err = t.one(`SELECT doc FROM fact_checks WHERE id = $1`+t.engine.forUpdate, []any{f.ID}, &doc); err != nil {
		return old, false, fmt.Errorf("read fact-check: %w", err)
	}
	byAddress := !found && f.URL != ""
	if byAddress {
		if found, err = t.one(`SELECT doc FROM fact_checks WHERE url = $1 AND url <> ''`+t.engine.forUpdate, []any{f.URL}, &doc); err != nil {
			return old, false, fmt.Errorf("read fact-check of address: %w", err)
		}
	}
	if !found {
		return old, false, nil
	}
	if old, err = decode[ronda.FactCheck](doc); err == nil && byAddress && old.Outlet != f.Outlet {
		err = ronda.Errorf(ronda.Conflict, "claim.url_taken", "url")
	}
	return old, true, err
}

// insertCheck saves a new check; false where its id or address is there by now.
func (t *tx) insertCheck(f ronda.FactCheck, eventID string) (bool, error) {
	doc, err := encode(f)
	if err != nil {
		return false, err
	}
	n, err := t.exec(`INSERT INTO fact_checks (id, url, origin, date, version, updated_at, retracted_at, doc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT DO NOTHING`, f.ID, f.URL, f.Origin, f.Date, f.Version, micros(f.UpdatedAt), orNull(f.Retracted), doc)
	if err != nil || n == 0 {
		return false, err
	}
	e := ronda.Event{ID: eventID, Kind: ronda.EventClaimSaved, At: f.UpdatedAt, Data: map[string]string{"claim": f.ID}}
	return true, t.addEvents([]ronda.Event{e}, int64(f.Version), 0, nil)
}
