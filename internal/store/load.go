package store

import (
	"bufio"
	"bytes"
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

	"ronda"
)

// ErrNotEmpty is the error of a restore onto a database that is in use.
var ErrNotEmpty = errors.New("the database is not empty: restore onto an empty one")

// Part is a table of a dump with its rows, read once.
type Part struct {
	Table
	Rows int64
	Data io.Reader
}

// Load fills an empty database with a dump that was made at a schema version: the schema of that version is made, all rows are put in one transaction and
// counted, then the schema is brought up to date. next returns io.EOF after the last part.
func Load(ctx context.Context, c Config, schema int64, next func() (Part, error)) (err error) {
	db, engine, done, err := openForLoad(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	if err := migrateTo(ctx, db, engine, schema); err != nil {
		return err
	}
	if err := refuseUsed(ctx, db); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin restore: %w", err)
	}
	if err := loadAll(ctx, tx, engine, next); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit restore: %w", err)
	}
	return migrate(ctx, db, engine)
}

// openForLoad opens a database as Open does, but migrates nothing.
func openForLoad(ctx context.Context, c Config) (*sql.DB, dialect, func() error, error) {
	if c.URL != "" {
		cfg, err := postgresConfig(c.URL)
		if err != nil {
			return nil, dialect{}, nil, err
		}
		db := stdlib.OpenDB(*cfg)
		if err := preparePostgres(ctx, db); err != nil {
			return nil, dialect{}, nil, errors.Join(fmt.Errorf("open database: %w", err), db.Close())
		}
		return db, postgresDialect, db.Close, nil
	}
	lock, err := lockDir(c.Dir)
	if err != nil {
		return nil, dialect{}, nil, err
	}
	db, err := sql.Open("sqlite", sqliteDSN(c.Dir, c.Pages))
	if err != nil {
		return nil, dialect{}, nil, errors.Join(fmt.Errorf("open database: %w", err), unlockDir(lock))
	}
	db.SetMaxOpenConns(1)
	return db, sqliteDialect, func() error { return errors.Join(db.Close(), unlockDir(lock)) }, nil
}

// refuseUsed keeps a restore from mixing two histories.
func refuseUsed(ctx context.Context, db *sql.DB) error {
	for _, table := range []string{"cases", "reports", "accounts", "events", "ledger_leaves"} {
		n, err := list(ctx, db, scanInt, `SELECT COUNT(*) FROM `+table)
		if err != nil {
			return fmt.Errorf("look into %s: %w", table, err)
		}
		if n[0] > 0 {
			return ErrNotEmpty
		}
	}
	return nil
}

func loadAll(ctx context.Context, tx *sql.Tx, engine dialect, next func() (Part, error)) error {
	have, err := tablesOf(ctx, tx, engine)
	if err != nil {
		return err
	}
	missing := map[string]bool{}
	for _, t := range have {
		missing[t.Name] = true
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+t.Name); err != nil { // rows that the migrations themselves put there
			return fmt.Errorf("empty %s: %w", t.Name, err)
		}
	}
	for {
		p, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if !missing[p.Name] {
			return fmt.Errorf("the backup holds table %s, which schema does not have", p.Name)
		}
		delete(missing, p.Name)
		if err := loadTable(ctx, tx, have, p); err != nil {
			return fmt.Errorf("restore %s: %w", p.Name, err)
		}
	}
	for name := range missing {
		return fmt.Errorf("the backup does not hold table %s", name)
	}
	// No process of before is working here, and no upload is under way.
	for _, q := range []string{`UPDATE leases SET until = 0`, `DELETE FROM evidence_marks`, `DELETE FROM sessions`,
		`UPDATE jobs SET state = 'waiting', owner = '', lease_until = 0 WHERE state = 'running' AND key = ''`,
		`DELETE FROM meta WHERE name IN ('` + evidenceHome + `', '` + logHome + `')`} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("settle what ran at the time of the backup: %w", err)
		}
	}
	return nil
}

// loadRows is how many rows one statement puts.
const loadRows = 50

func loadTable(ctx context.Context, tx *sql.Tx, have []Table, p Part) error {
	i := slices.IndexFunc(have, func(t Table) bool { return t.Name == p.Name })
	names := make([]string, len(p.Columns))
	for k, c := range p.Columns {
		if !slices.Contains(have[i].Columns, c) {
			return fmt.Errorf("column %s of type %s is not in the schema", c.Name, c.Type)
		}
		names[k] = `"` + c.Name + `"`
	}
	insert := `INSERT INTO ` + p.Name + ` (` + strings.Join(names, ", ") + `) VALUES `
	in := bufio.NewReaderSize(p.Data, 1<<16)
	var rows int64
	var args []any
	flush := func() error {
		if len(args) == 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, insert+rowPlaces(len(args)/len(names), len(names)), args...)
		args = args[:0]
		return err
	}
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			values, err := readRow(line, p.Columns)
			if err != nil {
				return fmt.Errorf("row %d: %w", rows+1, err)
			}
			args = append(args, values...)
			if rows++; len(args) >= loadRows*len(names) {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	if err := flush(); err != nil {
		return err
	}
	if rows != p.Rows {
		return fmt.Errorf("%d rows were read, and the backup's manifest says %d", rows, p.Rows)
	}
	var stored int64
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM `+p.Name).Scan(&stored); err != nil {
		return err
	}
	if stored != rows {
		return fmt.Errorf("%d rows were read and %d are there", rows, stored)
	}
	return nil
}

// readRow reads a line back into the values of its columns.
func readRow(line []byte, columns []Column) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var raw []any
	if err := d.Decode(&raw); err != nil {
		return nil, err
	}
	if len(raw) != len(columns) {
		return nil, fmt.Errorf("has %d values for %d columns", len(raw), len(columns))
	}
	for i, v := range raw {
		if v == nil {
			if columns[i].Type == "bytea" {
				raw[i] = []byte(nil)
			}
			continue
		}
		ok := false
		switch columns[i].Type {
		case "bigint":
			var n json.Number
			if n, ok = v.(json.Number); ok {
				k, err := n.Int64()
				if err != nil {
					return nil, err
				}
				raw[i] = k
			}
		case "boolean":
			_, ok = v.(bool)
		case "bytea":
			var s string
			if s, ok = v.(string); ok {
				b, err := base64.StdEncoding.DecodeString(s)
				if err != nil {
					return nil, err
				}
				raw[i] = b
			}
		default:
			var s string
			if s, ok = v.(string); ok && !validText(s) {
				return nil, ronda.Errorf(ronda.Invalid, "text.invalid", "")
			}
		}
		if !ok {
			return nil, fmt.Errorf("column %s holds %T", columns[i].Name, v)
		}
	}
	return raw, nil
}

// AdoptLog takes over entries that were published after the backup: numbered from, from+1, … with the signed checkpoint over them. So the restored log
// goes on where the published one stands, and no second history begins. Entries that the database owed already get their published numbers.
func (db *DB) AdoptLog(ctx context.Context, from int64, leaves []ronda.Leaf, signed []byte) error {
	err := db.write.do(ctx, func(t *tx) error {
		if _, err := t.exec(`UPDATE ledger_leaves SET idx = NULL WHERE idx >= $1`, from); err != nil {
			return err
		}
		for i, l := range leaves {
			if err := t.addLeaves([]ronda.Leaf{l}); err != nil {
				return err
			}
			n, err := t.exec(`UPDATE ledger_leaves SET idx = $1 WHERE id = $2 AND bytes = $3`, from+int64(i), l.ID, l.Bytes)
			if err != nil {
				return err
			}
			if n != 1 {
				return fmt.Errorf("entry %d (%s) was published with other bytes than the database holds", from+int64(i), l.ID)
			}
		}
		_, err := t.exec(`INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, ledgerCheckpoint, string(signed))
		return err
	})
	return wrap("adopt published log entries", err)
}
