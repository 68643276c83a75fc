package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// openSQLite locks the directory, migrates, and opens one writing connection and a pool that can only read.
func openSQLite(ctx context.Context, c Config) (*DB, error) {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	lock, err := lockDir(c.Dir)
	if err != nil {
		return nil, err
	}
	db := &DB{engine: sqliteDialect, clock: c.Clock, bell: newBell(), lock: lock}
	if err := db.openSQLite(ctx, c); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", c.Dir, err), db.Close())
	}
	return db, nil
}

func (db *DB) openSQLite(ctx context.Context, c Config) error {
	out, err := sql.Open("sqlite", sqliteDSN(c.Dir, c.Pages))
	if err != nil {
		return err
	}
	out.SetMaxOpenConns(1)
	db.dbs = append(db.dbs, out)
	if err := migrate(ctx, out, db.engine); err != nil {
		return err
	}
	conn, err := out.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open writing connection: %w", err)
	}
	db.write = newGroupWriter(conn, db.engine, db.bell, c.OnWrite)
	in, err := sql.Open("sqlite", sqliteDSN(c.Dir, 0, "query_only(ON)"))
	if err != nil {
		return err
	}
	readers := c.Conns
	if readers == 0 {
		readers = 4
	}
	in.SetMaxOpenConns(readers)
	in.SetMaxIdleConns(readers)
	db.dbs = append(db.dbs, in)
	db.read = in
	return db.Ping(ctx)
}
