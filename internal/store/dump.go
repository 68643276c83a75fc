package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
)

// Snapshot is one moment of a whole database, read beside a running server: on SQLite a read transaction of the write-ahead log, on PostgreSQL a
// repeatable-read one. Neither keeps a writer waiting. Its rows leave in a form of our own that either engine can take up again, so a restore needs no
// program but this one, and a database can change its engine.
type Snapshot struct {
	tx     *sql.Tx
	engine dialect
}

// Column is a column of a dumped table.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"` // text, bigint, boolean, bytea
}

// Table is a table of a dump. Its rows are lines of JSON, each a list of values in the order of the columns; bytes are base64.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
}

// versionsTable is goose's own; a dump carries the version itself.
const versionsTable = "schema_versions"

// TakeSnapshot opens the database that c names for reading only, without the lock of the data directory and without migrating, and calls fn with one
// moment of it.
func TakeSnapshot(ctx context.Context, c Config, fn func(*Snapshot) error) (err error) {
	var db *sql.DB
	engine := sqliteDialect
	if c.URL != "" {
		engine = postgresDialect
		cfg, err := postgresConfig(c.URL)
		if err != nil {
			return err
		}
		delete(cfg.RuntimeParams, "idle_in_transaction_session_timeout") // files are copied while the snapshot stands
		db = stdlib.OpenDB(*cfg)
	} else {
		// Not immediate: this transaction only reads, and must not be the writer.
		dsn := strings.Replace(sqliteDSN(c.Dir, 0, "query_only(ON)"), "_txlock=immediate", "_txlock=deferred", 1)
		if db, err = sql.Open("sqlite", dsn); err != nil {
			return fmt.Errorf("open database for reading: %w", err)
		}
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: engine.snapshot, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin snapshot: %w", err)
	}
	defer tx.Rollback() // it wrote nothing
	return fn(&Snapshot{tx: tx, engine: engine})
}

// Engine names the database.
func (s *Snapshot) Engine() string { return s.engine.name }

// Schema is the newest migration that the database has seen.
func (s *Snapshot) Schema(ctx context.Context) (int64, error) {
	v, err := list(ctx, s.tx, scanInt, `SELECT MAX(version_id) FROM `+versionsTable+` WHERE is_applied`)
	if err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	return v[0], nil
}

// Tables lists all tables with their columns.
func (s *Snapshot) Tables(ctx context.Context) ([]Table, error) { return tablesOf(ctx, s.tx, s.engine) }

func tablesOf(ctx context.Context, q querier, engine dialect) ([]Table, error) {
	var out []Table
	err := each(ctx, q, func(rows *sql.Rows) error {
		var table string
		var c Column
		if err := rows.Scan(&table, &c.Name, &c.Type); err != nil {
			return err
		}
		c.Type = strings.ToLower(c.Type)
		if table == versionsTable || strings.HasPrefix(table, "sqlite_") {
			return nil
		}
		if !slices.Contains([]string{"text", "bigint", "boolean", "bytea"}, c.Type) {
			return fmt.Errorf("column %s.%s is of type %s, which a dump cannot carry", table, c.Name, c.Type)
		}
		if len(out) == 0 || out[len(out)-1].Name != table {
			out = append(out, Table{Name: table})
		}
		last := &out[len(out)-1]
		last.Columns = append(last.Columns, c)
		return nil
	}, engine.columns)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	return out, nil
}

// Write writes the rows of a table as lines of JSON and returns how many there were.
func (s *Snapshot) Write(ctx context.Context, t Table, w io.Writer) (n int64, err error) {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = `"` + c.Name + `"`
	}
	out := bufio.NewWriterSize(w, 1<<16)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err = each(ctx, s.tx, func(rows *sql.Rows) error {
		line, err := scanRow(rows, t.Columns)
		if err != nil {
			return err
		}
		n++
		return enc.Encode(line)
	}, `SELECT `+strings.Join(names, ", ")+` FROM `+t.Name)
	if err = errors.Join(err, out.Flush()); err != nil {
		return n, fmt.Errorf("dump %s: %w", t.Name, err)
	}
	return n, nil
}

// scanRow reads a row into values that JSON keeps as they are.
func scanRow(rows *sql.Rows, columns []Column) ([]any, error) {
	dest := make([]any, len(columns))
	for i, c := range columns {
		switch c.Type {
		case "bigint":
			dest[i] = new(sql.NullInt64)
		case "boolean":
			dest[i] = new(sql.NullBool)
		case "bytea":
			dest[i] = new([]byte)
		default:
			dest[i] = new(sql.NullString)
		}
	}
	if err := rows.Scan(dest...); err != nil {
		return nil, err
	}
	line := make([]any, len(columns))
	for i, d := range dest {
		switch v := d.(type) {
		case *sql.NullInt64:
			if v.Valid {
				line[i] = v.Int64
			}
		case *sql.NullBool:
			if v.Valid {
				line[i] = v.Bool
			}
		case *sql.NullString:
			if v.Valid {
				line[i] = v.String
			}
		case *[]byte:
			if *v != nil {
				line[i] = base64.StdEncoding.EncodeToString(*v)
			}
		}
	}
	return line, nil
}

// Checkpoint is the signed checkpoint of the public log at this moment, nil before the first.
func (s *Snapshot) Checkpoint(ctx context.Context) ([]byte, error) {
	found, err := list(ctx, s.tx, scanText, `SELECT value FROM meta WHERE name = $1`, ledgerCheckpoint)
	if err != nil || len(found) == 0 {
		return nil, wrap("read log checkpoint", err)
	}
	return []byte(found[0]), nil
}

// LogLeaves returns the entries numbered from, from+1, … (at most limit).
func (s *Snapshot) LogLeaves(ctx context.Context, from int64, limit int) ([][]byte, error) {
	return list(ctx, s.tx, func(rows *sql.Rows) (b []byte, err error) { return b, rows.Scan(&b) },
		`SELECT bytes FROM ledger_leaves WHERE idx >= $1 ORDER BY idx LIMIT $2`, from, limit)
}

// Files lists the sealed files that rows refer to, after the name given.
func (s *Snapshot) Files(ctx context.Context, after string, limit int) ([]string, error) {
	names, err := list(ctx, s.tx, scanText, `SELECT name FROM evidence_files WHERE name > $1 ORDER BY name LIMIT $2`, after, limit)
	return names, wrap("list sealed files", err)
}
