package store

import (
	"context"
	"fmt"

	"ronda"
)

// unasked marks a new check as one for which open cases are still to be looked for, and adds the job that looks. While no case is open there is
// nothing to look for: a case that is opened later is compared with every check anyway.
func (t *tx) unasked(id string, search []ronda.Job) error {
	if len(search) == 0 {
		return nil
	}
	n, err := t.exec(`UPDATE fact_checks SET unasked = TRUE WHERE id = $1
		AND EXISTS (SELECT 1 FROM cases WHERE open = TRUE AND sandbox = FALSE)`, id)
	if err != nil {
		return fmt.Errorf("mark fact-check: %w", err)
	}
	if n == 0 {
		return nil
	}
	return t.addJobs(search)
}

// UnaskedClaims returns up to limit checks for which open cases are still to be looked for, retracted ones too.
func (db *DB) UnaskedClaims(ctx context.Context, limit int) ([]ronda.FactCheck, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM fact_checks WHERE unasked = TRUE ORDER BY id LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("list fact-checks to ask for: %w", err)
	}
	return decodeAll[ronda.FactCheck](docs)
}

// ClaimsAsked notes that open cases were looked for.
func (db *DB) ClaimsAsked(ctx context.Context, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE fact_checks SET unasked = FALSE WHERE id IN (`+places(1, len(ids))+`)`, anys(ids)...)
		return err
	})
	return wrap("note fact-checks as asked for", err)
}
