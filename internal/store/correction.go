package store

import (
	"context"
	"fmt"

	"ronda"
)

// SaveCorrection keeps a correction with its events and log entries, in one transaction.
func (db *DB) SaveCorrection(ctx context.Context, c ronda.Correction, events []ronda.Event, leaves []ronda.Leaf) error {
	doc, err := encode(c)
	if err != nil {
		return fmt.Errorf("save correction %s: %w", c.ID, err)
	}
	return wrap("save correction "+c.ID, db.write.do(ctx, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO corrections (id, at, doc) VALUES ($1, $2, $3)`, c.ID, micros(c.At), doc); err != nil {
			return err
		}
		if err := t.addEvents(events, 1, 0, nil); err != nil {
			return err
		}
		return t.addLeaves(leaves)
	}))
}

// Corrections lists corrections, newest first.
func (db *DB) Corrections(ctx context.Context, limit int) ([]ronda.Correction, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM corrections ORDER BY at DESC, id DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("list corrections: %w", err)
	}
	return decodeAll[ronda.Correction](docs)
}
