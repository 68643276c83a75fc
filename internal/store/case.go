package store

import (
	"context"
	"database/sql"
	"fmt"

	"ronda"
)

// Case returns the case with the id, or a NotFound error.
func (db *DB) Case(ctx context.Context, id string) (ronda.Case, error) {
	return db.caseWhere(ctx, `id = $1`, id)
}

// CaseByNumber returns the case with the number that people use, or a NotFound error.
func (db *DB) CaseByNumber(ctx context.Context, number string) (ronda.Case, error) {
	return db.caseWhere(ctx, `number = $1`, number)
}

func (db *DB) caseWhere(ctx context.Context, where, value string) (ronda.Case, error) {
	if !validText(value) {
		return ronda.Case{}, ronda.Errorf(ronda.NotFound, "case.not_found", "")
	}
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM cases WHERE `+where, value)
	if err != nil {
		return ronda.Case{}, fmt.Errorf("read case: %w", err)
	}
	if len(docs) == 0 {
		return ronda.Case{}, ronda.Errorf(ronda.NotFound, "case.not_found", "")
	}
	return decode[ronda.Case](docs[0])
}

// CasesByClaim returns the cases that repeat a known claim, newest first.
func (db *DB) CasesByClaim(ctx context.Context, claim string, limit int) ([]ronda.Case, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM cases WHERE claim = $1 AND claim <> '' ORDER BY id DESC LIMIT $2`, claim, limit)
	if err != nil {
		return nil, fmt.Errorf("list cases of claim: %w", err)
	}
	return decodeAll[ronda.Case](docs)
}

// Cases returns cases in the order of their ids, after the id given; for whoever builds something from all of them.
func (db *DB) Cases(ctx context.Context, after string, limit int) ([]ronda.Case, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM cases WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	return decodeAll[ronda.Case](docs)
}

func scanText(rows *sql.Rows) (string, error) {
	var s string
	err := rows.Scan(&s)
	return s, err
}

func decodeAll[T any](docs []string) ([]T, error) {
	out := make([]T, len(docs))
	for i, d := range docs {
		v, err := decode[T](d)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}
