package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"ronda"
)

// openPostgres connects, checks version and encoding, and migrates.
func openPostgres(ctx context.Context, c Config) (*DB, error) {
	cfg, err := postgresConfig(c.URL)
	if err != nil {
		return nil, err
	}
	pool := stdlib.OpenDB(*cfg)
	conns := c.Conns
	if conns == 0 {
		conns = 16
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	db := &DB{engine: postgresDialect, clock: c.Clock, bell: newBell(), read: pool, dbs: []*sql.DB{pool}}
	db.write = &poolWriter{pool: pool, engine: db.engine, bell: db.bell}
	if err := preparePostgres(ctx, pool); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), db.Close())
	}
	if err := migrate(ctx, pool, db.engine); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), db.Close())
	}
	return db, nil
}

// postgresConfig reads the address and sets what every connection has.
func postgresConfig(url string) (*pgx.ConnConfig, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("open store: the database URL cannot be read") // pgx's error would show the password
	}
	for name, value := range map[string]string{
		"application_name": "ronda", "timezone": "UTC", "client_encoding": "UTF8", "synchronous_commit": "on",
		"idle_in_transaction_session_timeout": "60000", "default_transaction_isolation": "read committed",
	} {
		cfg.RuntimeParams[name] = value
	}
	return cfg, nil
}

// poolWriter gives each command a transaction of its own on PostgreSQL, which groups commits by itself.
type poolWriter struct {
	pool   *sql.DB
	engine dialect
	bell   *bell
}

const (
	transactionTries = 10
	transactionTime  = 30 * time.Second
)

func (w *poolWriter) do(ctx context.Context, fn func(*tx) error) error {
	for try := 1; ; try++ {
		err := w.once(ctx, fn)
		if !retryable(err) || try == transactionTries || ctx.Err() != nil {
			return err
		}
	}
}

// once runs fn in a transaction. The caller's context ends the wait for a connection and stops before the commit, never during it.
func (w *poolWriter) once(ctx context.Context, fn func(*tx) error) error {
	conn, err := w.pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("get connection: %w", err)
	}
	defer conn.Close() // gives it back to the pool
	run, cancel := context.WithTimeout(context.WithoutCancel(ctx), transactionTime)
	defer cancel()
	inner, err := conn.BeginTx(run, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	t := &tx{ctx: run, q: inner, engine: w.engine}
	if err = guard(fn, t); err == nil {
		err = ctx.Err()
	}
	if err != nil {
		if back := inner.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) && !retryable(err) {
			return errors.Join(err, fmt.Errorf("roll back: %w", back))
		}
		return err
	}
	if err := inner.Commit(); err != nil {
		if answered(err) {
			return fmt.Errorf("commit: %w", err)
		}
		return &ronda.Error{Kind: ronda.Internal, Code: "store.outcome_unknown", Err: fmt.Errorf("commit: %w", err)}
	}
	w.bell.ring(t.rings)
	return nil
}

func (w *poolWriter) close() error { return nil }
