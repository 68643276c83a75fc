package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"maps"
	"slices"

	"ronda"
)

// Statement is one INSERT with its arguments.
type Statement struct {
	Query string
	Args  []any
}

// recorder takes statements down instead of running them.
type recorder struct{ list []Statement }

func (r *recorder) ExecContext(_ context.Context, query string, args ...any) (sql.Result, error) {
	r.list = append(r.list, Statement{query, args})
	return driver.RowsAffected(1), nil
}

func (r *recorder) QueryContext(context.Context, string, ...any) (*sql.Rows, error) {
	return nil, errors.New("a bare insert asks nothing")
}

// InsertsOf returns the INSERTs, and nothing but these, by which a submission that opens a case is saved.
func InsertsOf(s ronda.Submission) ([]Statement, error) {
	r := &recorder{}
	t := &tx{ctx: context.Background(), q: r, engine: sqliteDialect}
	row, err := rowOf(s.Open.Case, s.Report.At)
	if err != nil {
		return nil, err
	}
	report, err := newReportRow(s.Report)
	if err != nil {
		return nil, err
	}
	report.r.Case = s.Open.Case.ID
	_, err = t.saveCase(row)
	return r.list, errors.Join(err, t.insertKeys(s.Open.Case.ID, s.Keys), t.saveRest(ronda.Case{}, s.Open, nil),
		t.insertReport(report), t.addReceipt(s.Receipt, s.Report.ID), t.addJobs(s.Jobs))
}

// Raw returns a connection pool to the database that commands do not go through.
func (db *DB) Raw() *sql.DB { return db.dbs[0] }

// DSN is the address under which the embedded database in dir is opened.
func DSN(dir string) string { return sqliteDSN(dir, 0) }

// ReadPool returns the pool that reads go through.
func (db *DB) ReadPool() *sql.DB { return db.read }

// Classified tells whether a table is registered as personal data or named as free of it.
func Classified(table string) bool { return slices.Contains(ClassifiedTables(), table) }

// ClassifiedTables lists the tables that are.
func ClassifiedTables() []string {
	out := slices.Sorted(maps.Keys(impersonal()))
	for _, x := range erasables() {
		if !slices.Contains(out, x.table) {
			out = append(out, x.table)
		}
	}
	return out
}
