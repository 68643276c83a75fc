package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode/utf8"

	"ronda"
)

// querier is what both engines' transactions can do.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// tx is a running write. All of its statements go through here, so that no text that one of the engines cannot keep gets in.
type tx struct {
	ctx    context.Context
	q      querier
	engine dialect
	rings  rings // whom to wake after the commit
}

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	if err := validArgs(args); err != nil {
		return 0, err
	}
	res, err := t.q.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// query runs a SELECT, or a statement with RETURNING, and calls scan for each row.
func (t *tx) query(scan func(*sql.Rows) error, query string, args ...any) error {
	if err := validArgs(args); err != nil {
		return err
	}
	return each(t.ctx, t.q, scan, query, args...)
}

// one reads a single row into dest. found is false where there is none.
func (t *tx) one(query string, args []any, dest ...any) (found bool, err error) {
	err = t.query(func(rows *sql.Rows) error {
		found = true
		return rows.Scan(dest...)
	}, query, args...)
	return found, err
}

// each runs a query and calls scan for each row.
func each(ctx context.Context, q querier, scan func(*sql.Rows) error, query string, args ...any) (err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() {
		if closed := rows.Close(); err == nil {
			err = closed
		}
	}()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// list runs a read and collects what scan makes of each row.
func list[T any](ctx context.Context, q querier, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	var out []T
	err := each(ctx, q, func(rows *sql.Rows) error {
		v, err := scan(rows)
		out = append(out, v)
		return err
	}, query, args...)
	return out, err
}

// validArgs refuses text with NUL bytes or broken UTF-8: SQLite would keep it, PostgreSQL would not. The edge has cleaned its input, so
// this is the last line.
func validArgs(args []any) error {
	for _, a := range args {
		if s, ok := a.(string); ok && !validText(s) {
			return ronda.Errorf(ronda.Invalid, "text.invalid", "")
		}
	}
	return nil
}

func validText(s string) bool {
	return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s)
}

// places makes "$from, $from+1, …" for n values of an IN list or a row.
func places(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", from+i)
	}
	return b.String()
}

// rowPlaces makes "($1, $2), ($3, $4), …" for an INSERT of several rows.
func rowPlaces(rows, columns int) string {
	var b strings.Builder
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + places(i*columns+1, columns) + ")")
	}
	return b.String()
}

// anys turns strings into arguments.
func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
