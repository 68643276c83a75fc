package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect holds every difference between the two engines. Nothing else in this package asks which one it talks to.
type dialect struct {
	name       string
	migrations goose.Dialect
	now        string             // the database's clock in microseconds
	skipLocked string             // ends a SELECT that takes rows to work on
	forUpdate  string             // ends a SELECT whose rows this transaction will change
	forShare   string             // ends a SELECT whose rows must stay as they are until the commit
	columns    string             // lists table, column and type of every table, in order
	snapshot   sql.IsolationLevel // of a transaction that reads one moment of the database
}

// SQLite has one writer at a time, so nothing needs a row lock.
var sqliteDialect = dialect{
	name:       "sqlite",
	migrations: goose.DialectSQLite3,
	now:        `CAST(unixepoch('subsec') * 1000000 AS BIGINT)`,
	columns:    `SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid`,
}

var postgresDialect = dialect{
	name:       "postgres",
	migrations: goose.DialectPostgres,
	now:        `CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)`,
	skipLocked: ` FOR UPDATE SKIP LOCKED`,
	forUpdate:  ` FOR UPDATE`,
	forShare:   ` FOR SHARE`,
	columns: `SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
		JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
		WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name COLLATE "C", c.ordinal_position`,
	snapshot: sql.LevelRepeatableRead,
}

// sqliteDSN names the database file with its settings, so that each connection of a pool has them. secure_delete overwrites what is
// deleted: erased personal data must not live on in free pages.
func sqliteDSN(dir string, pages int64, pragmas ...string) string {
	list := append([]string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)",
		"secure_delete(ON)", "temp_store(MEMORY)", "cache_size(-32768)"}, pragmas...)
	if pages > 0 {
		list = append(list, fmt.Sprintf("max_page_count(%d)", pages))
	}
	return "file:" + filepath.ToSlash(filepath.Join(dir, sqliteFile)) + "?_txlock=immediate&_pragma=" + strings.Join(list, "&_pragma=")
}

// sqliteFile is the embedded database's name in the data directory.
const sqliteFile = "ronda.db"

// preparePostgres makes what the migrations take for granted: the collation that SQLite has built in.
func preparePostgres(ctx context.Context, db *sql.DB) error {
	var version int
	if err := db.QueryRowContext(ctx, `SELECT CAST(current_setting('server_version_num') AS INT)`).Scan(&version); err != nil {
		return fmt.Errorf("ask for the server's version: %w", err)
	}
	if version < 150000 {
		return fmt.Errorf("PostgreSQL %d.%d is too old: 15 or later is needed", version/10000, version%10000)
	}
	var encoding string
	if err := db.QueryRowContext(ctx, `SHOW server_encoding`).Scan(&encoding); err != nil {
		return fmt.Errorf("ask for the database's encoding: %w", err)
	}
	if encoding != "UTF8" {
		return fmt.Errorf("the database's encoding is %s: UTF8 is needed", encoding)
	}
	return makeCollation(ctx, db)
}

// makeCollation makes byte order known under the name that SQLite has for it. Several processes may start at once: IF NOT EXISTS alone
// does not hold against that.
func makeCollation(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("make the collation for ids: %w", err)
	}
	for _, statement := range []string{fmt.Sprintf(`SELECT pg_advisory_xact_lock(%d)`, migrationLock+1),
		`CREATE COLLATION IF NOT EXISTS "BINARY" (provider = libc, locale = 'C')`} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return errors.Join(fmt.Errorf("make the collation for ids: %w", err), tx.Rollback())
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("make the collation for ids: %w", err)
	}
	return nil
}

// Codes of PostgreSQL (appendix A of its manual).
const (
	pgUnique        = "23505"
	pgSerialization = "40001"
	pgDeadlock      = "40P01"
)

// retryable tells whether a transaction lost against another one and may simply run again.
func retryable(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == pgSerialization || e.Code == pgDeadlock)
}

// answered tells whether the server itself said no, so that the outcome is known.
func answered(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e)
}

// duplicate tells whether err says that a unique rule stands against a row.
func duplicate(err error) bool {
	var p *pgconn.PgError
	if errors.As(err, &p) {
		return p.Code == pgUnique
	}
	var s *sqlite.Error
	if errors.As(err, &s) {
		return s.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || s.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return false
}

// grave tells whether an error of SQLite may have ended the whole transaction, not only the statement: a full disk, broken input or
// output, no memory (see "Response To Errors Within A Transaction" in its manual).
func grave(err error) bool {
	var s *sqlite.Error
	if !errors.As(err, &s) {
		return false
	}
	switch s.Code() & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CORRUPT:
		return true
	}
	return false
}

// noTransaction tells whether SQLite says that there is nothing to roll back.
func noTransaction(err error) bool {
	return err != nil && strings.Contains(err.Error(), "no transaction is active")
}
