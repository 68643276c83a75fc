// Package store keeps everything that Ronda knows in one SQL database: SQLite in the data directory, or PostgreSQL by one setting. It
// stands under all nine stages and imports none of them.
//
// What it promises: a change of a case is saved whole, with its events, jobs and log entries, or not at all; a stale version is a
// conflict, never a silent overwrite; what was answered is on disk; and both engines run the same SQL and pass the same tests. Where
// the engines differ, dialect.go says how.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"
)

// Config says where the data lives.
type Config struct {
	Dir     string           // data directory of the embedded database; it is created, and locked while the store is open
	URL     string           // postgres://…; takes precedence over Dir
	Clock   func() time.Time // nil means time.Now; leases use the database's own clock
	Conns   int              // connections to PostgreSQL, or readers of SQLite; 0 means 16 and 4
	Pages   int64            // the most pages of 4 KiB that the embedded database may grow to; 0 means no limit but the disk
	OnWrite func()           // called after each commit of the embedded database; for tests that count them
}

// DB is an open store. It is safe for concurrent use.
type DB struct {
	engine dialect
	read   *sql.DB // SQLite: query-only pool; PostgreSQL: the one pool
	write  writer
	clock  func() time.Time
	bell   *bell
	lock   *os.File // held on the data directory; nil for PostgreSQL
	dbs    []*sql.DB
}

// writer runs commands, each in a transaction of its own as far as it can tell.
type writer interface {
	// do runs fn and returns after the commit, or with an error after a rollback. fn may run more than once.
	do(ctx context.Context, fn func(*tx) error) error
	close() error
}

// Open opens the database, brings its schema up to date and starts the writer. It refuses a directory that another process uses and a
// schema that is newer than this program.
func Open(ctx context.Context, c Config) (*DB, error) {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.URL != "" {
		return openPostgres(ctx, c)
	}
	if c.Dir == "" {
		return nil, errors.New("open store: neither a data directory nor a database URL is set")
	}
	return openSQLite(ctx, c)
}

// Close ends the writer after the commands it has accepted, and frees the directory.
func (db *DB) Close() error {
	var errs []error
	if db.write != nil {
		errs = append(errs, db.write.close())
	}
	for _, d := range db.dbs {
		errs = append(errs, d.Close())
	}
	if db.lock != nil {
		errs = append(errs, unlockDir(db.lock))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// Ping tells whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	if err := db.read.QueryRowContext(ctx, `SELECT 1`).Scan(&one); err != nil {
		return fmt.Errorf("ping database: %w", err)
	}
	return nil
}

// Engine names the database: "sqlite" or "postgres".
func (db *DB) Engine() string { return db.engine.name }

// Healthy tells whether a write can be committed, by committing one.
func (db *DB) Healthy(ctx context.Context) error {
	return db.SetMeta(ctx, "health.checked_at", fmt.Sprint(micros(db.clock())))
}

// now is the injected clock's time in the store's precision.
func (db *DB) now() time.Time { return db.clock().UTC().Truncate(time.Microsecond) }
