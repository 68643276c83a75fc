package store

import (
	"context"
	"database/sql"
	"strings"
)

// preparedConn prepares each statement once for the writing connection. It belongs to the writer's goroutine.
type preparedConn struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

// preparedMost bounds the statements kept: texts with lists of different lengths would grow without end.
const preparedMost = 400

func newPreparedConn(conn *sql.Conn) *preparedConn {
	return &preparedConn{conn: conn, stmts: map[string]*sql.Stmt{}}
}

func (p *preparedConn) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := p.stmts[query]; ok {
		return s, nil
	}
	if len(p.stmts) >= preparedMost {
		p.close()
	}
	s, err := p.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.stmts[strings.Clone(query)] = s
	return s, nil
}

// ExecContext runs a prepared statement.
func (p *preparedConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := p.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// QueryContext runs a prepared query.
func (p *preparedConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// close forgets all statements. Closing a statement can only fail with the error of its last run, which was reported then.
func (p *preparedConn) close() {
	for _, s := range p.stmts {
		_ = s.Close()
	}
	clear(p.stmts)
}
