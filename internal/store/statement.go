package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"ronda"
)

// SaveStatements saves a platform's statements, all or none. A PUID that the platform used before, or uses twice here, is Invalid
// "statement.puid_taken"; its Fields name each such PUID. Of two requests that race for one PUID, one wins.
func (db *DB) SaveStatements(ctx context.Context, list []ronda.Statement) error {
	rows, twice, err := statementRows(list)
	if err != nil {
		return fmt.Errorf("save statements: %w", err)
	}
	if len(twice) > 0 {
		return puidTaken(twice)
	}
	var missing []string
	err = db.write.do(ctx, func(t *tx) error {
		held, err := t.insertStatements(rows)
		if err != nil {
			return err
		}
		missing = missing[:0]
		for _, r := range rows {
			if held[r.key()] != r.s.ID {
				missing = append(missing, r.s.PUID)
			}
		}
		if len(missing) > 0 {
			return puidTaken(missing)
		}
		return nil
	})
	return wrap("save statements", err)
}

// AddStatements saves those statements whose PUID the platform has not used yet and returns, in order, the id of the statement that holds each PUID:
// the new one's own, or that of the one that was there. Calling it again after a crash goes on where it stopped.
func (db *DB) AddStatements(ctx context.Context, list []ronda.Statement) ([]string, error) {
	rows, _, err := statementRows(list)
	if err != nil {
		return nil, fmt.Errorf("add statements: %w", err)
	}
	var held map[string]string
	err = db.write.do(ctx, func(t *tx) error {
		var err error
		held, err = t.insertStatements(rows)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("add statements: %w", err)
	}
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = held[statementKey(s.Platform, s.PUID)]
	}
	return out, nil
}

// puidTaken is the error of PUIDs that were used before.
func puidTaken(puids []string) error {
	e := ronda.Errorf(ronda.Invalid, "statement.puid_taken", "puid")
	for _, p := range puids {
		e.Fields = append(e.Fields, ronda.Errorf(ronda.Invalid, "statement.puid_taken", "puid").With("puid", p))
	}
	return e
}

// The tables of statements: of one call, all are real or all are practice.
const (
	realStatements     = "statements"
	practiceStatements = "sandbox_statements"
)

// statementRow is a statement with everything computed that needs no database.
type statementRow struct {
	s   ronda.Statement
	doc string
}

func (r statementRow) key() string { return statementKey(r.s.Platform, r.s.PUID) }

func statementKey(platform, puid string) string { return platform + "\x00" + puid }

// statementRows encodes statements and sorts them by PUID, so that transactions with the same ones wait for each other instead of blocking each
// other. Twice lists PUIDs that occur again; rows holds only the first of them.
func statementRows(list []ronda.Statement) (rows []statementRow, twice []string, err error) {
	for _, s := range list {
		doc, err := encode(s)
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, statementRow{s, doc})
	}
	slices.SortStableFunc(rows, func(a, b statementRow) int { return strings.Compare(a.key(), b.key()) })
	rows = slices.CompactFunc(rows, func(a, b statementRow) bool {
		same := a.key() == b.key()
		if same {
			twice = append(twice, b.s.PUID)
		}
		return same
	})
	return rows, twice, nil
}

// insertStatements inserts what is not there yet and returns for each key the id of the statement that holds it. Where another transaction is about
// to insert one of them, it waits for its end.
func (t *tx) insertStatements(rows []statementRow) (map[string]string, error) {
	held := make(map[string]string, len(rows))
	table := realStatements
	if len(rows) > 0 && rows[0].s.Sandbox {
		table = practiceStatements
	}
	for _, part := range chunks(rows, 100) {
		args := make([]any, 0, 7*len(part))
		for _, r := range part {
			args = append(args, r.s.Platform, r.s.PUID, r.s.ID, micros(r.s.At), r.s.RondaNotice, r.s.Outside, r.doc)
		}
		n, err := t.exec(`INSERT INTO `+table+` (platform, puid, id, at, notice_id, outside, doc) VALUES `+rowPlaces(len(part), 7)+`
			ON CONFLICT (platform, puid) DO NOTHING`, args...)
		if err != nil {
			return nil, fmt.Errorf("insert statements: %w", err)
		}
		if int(n) == len(part) {
			for _, r := range part {
				held[r.key()] = r.s.ID
			}
			continue
		}
		if err := t.heldStatements(table, part, held); err != nil {
			return nil, err
		}
	}
	return held, nil
}

// heldStatements finds the ids of the statements that hold the keys of a part.
func (t *tx) heldStatements(table string, part []statementRow, held map[string]string) error {
	byPlatform := map[string][]string{}
	for _, r := range part {
		byPlatform[r.s.Platform] = append(byPlatform[r.s.Platform], r.s.PUID)
	}
	for platform, puids := range byPlatform {
		err := t.query(func(rows *sql.Rows) error {
			var puid, id string
			if err := rows.Scan(&puid, &id); err != nil {
				return err
			}
			held[statementKey(platform, puid)] = id
			return nil
		}, `SELECT puid, id FROM `+table+` WHERE platform = $1 AND puid IN (`+places(2, len(puids))+`)`, append([]any{platform}, anys(puids)...)...)
		if err != nil {
			return fmt.Errorf("look for statements: %w", err)
		}
	}
	return nil
}

// Statement returns a platform's statement by its id, or a NotFound error.
func (db *DB) Statement(ctx context.Context, platform, id string) (ronda.Statement, error) {
	return db.statementWhere(ctx, realStatements, `platform = $1 AND id = $2`, platform, id)
}

// StatementByPUID returns a platform's statement by the platform's own number, or a NotFound error.
func (db *DB) StatementByPUID(ctx context.Context, platform, puid string) (ronda.Statement, error) {
	return db.statementWhere(ctx, realStatements, `platform = $1 AND puid = $2`, platform, puid)
}

func (db *DB) statementWhere(ctx context.Context, table, cond, platform, value string) (ronda.Statement, error) {
	missing := ronda.Errorf(ronda.NotFound, "statement.not_found", "")
	if !validText(value) {
		return ronda.Statement{}, missing
	}
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.Statement, error) {
		var doc string
		var at int64
		var outside bool
		if err := rows.Scan(&doc, &at, &outside); err != nil {
			return ronda.Statement{}, err
		}
		s, err := decode[ronda.Statement](doc)
		s.Platform, s.At, s.Outside, s.Sandbox = platform, instant(at), outside, table == practiceStatements
		return s, err
	}, `SELECT doc, at, outside FROM `+table+` WHERE `+cond, platform, value)
	if err != nil {
		return ronda.Statement{}, fmt.Errorf("read statement: %w", err)
	}
	if len(out) == 0 {
		return ronda.Statement{}, missing
	}
	return out[0], nil
}

// StatementCounts counts the statements of each platform since the time, with those outside of the log, by platform. It reads the platform's whole
// range: for a public page, keep the result for some minutes.
func (db *DB) StatementCounts(ctx context.Context, since time.Time) ([]ronda.StatementCount, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.StatementCount, error) {
		var c ronda.StatementCount
		var last int64
		err := rows.Scan(&c.Platform, &c.Total, &c.Outside, &last)
		c.Last = instant(last)
		return c, err
	}, `SELECT platform, COUNT(*), COUNT(CASE WHEN outside = TRUE THEN 1 END), MAX(at) FROM statements WHERE at >= $1
		GROUP BY platform ORDER BY platform`, micros(since))
	return out, wrap("count statements", err)
}

// StatementsForNotice returns the ids of the statements with which a platform answers a notice, oldest first.
func (db *DB) StatementsForNotice(ctx context.Context, platform, notice string) ([]string, error) {
	out, err := list(ctx, db.read, scanText, `SELECT id FROM statements WHERE platform = $1 AND notice_id = $2 AND notice_id <> '' ORDER BY id LIMIT 1000`, platform, notice)
	return out, wrap("find statements of notice", err)
}
