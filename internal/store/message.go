package store

import (
	"context"
	"database/sql"
	"fmt"

	"ronda"
)

// messageDoc is what of a message no list asks for.
type messageDoc struct {
	Files []ronda.Evidence `json:"files,omitempty"`
}

// AddMessage saves an entry of a ticket with the jobs it causes and the reply that a repeat gets again. A repeat of a known key changes
// nothing and is a Conflict "idempotency.done".
func (db *DB) AddMessage(ctx context.Context, m ronda.Message, jobs []ronda.Job, idem ronda.Idempotent) error {
	doc, err := encode(messageDoc{Files: m.Files})
	if err != nil {
		return fmt.Errorf("add message: %w", err)
	}
	err = db.write.do(ctx, func(t *tx) error {
		if err := t.addReceipt(idem, m.ID); err != nil {
			return err
		}
		var erased sql.NullInt64
		found, err := t.one(`SELECT erased_at FROM reports WHERE id = $1`+t.engine.forShare, []any{m.Report}, &erased)
		if err != nil {
			return fmt.Errorf("look for report: %w", err)
		}
		if !found || erased.Valid {
			return ronda.Errorf(ronda.NotFound, "report.not_found", "")
		}
		n, err := t.exec(`INSERT INTO messages (report_id, id, at, sender, kind, question_id, text, doc)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (report_id, id) DO NOTHING`,
			m.Report, m.ID, micros(m.At), m.From, m.Kind, m.Question, m.Text, doc)
		if err != nil || n == 0 {
			return wrap("insert message", err)
		}
		if err := t.keepFiles(nil, m.Files); err != nil {
			return err
		}
		return t.addJobs(jobs)
	})
	return wrap("add message", err)
}

// NewsForReports adds a message of the hub to each report of a case that is not erased: news, or a question. Its id is the same in each, so
// that a repeat adds nothing twice. It returns how many were added.
func (db *DB) NewsForReports(ctx context.Context, caseID string, m ronda.Message) (int, error) {
	doc, err := encode(messageDoc{Files: m.Files})
	if err != nil {
		return 0, fmt.Errorf("tell reporters: %w", err)
	}
	var added int64
	err = db.write.do(ctx, func(t *tx) error {
		// The casts tell PostgreSQL the types in a SELECT list; reports' WHERE keeps SQLite from reading ON as a join.
		added, err = t.exec(`INSERT INTO messages (report_id, id, at, sender, kind, question_id, text, doc)
			SELECT id, CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT), CAST($7 AS TEXT)
			FROM reports WHERE case_id = $8 AND erased_at IS NULL
			ON CONFLICT (report_id, id) DO NOTHING`,
			m.ID, micros(m.At), m.From, m.Kind, m.Question, m.Text, doc, caseID)
		return err
	})
	return int(added), wrap("tell reporters", err)
}

const messageColumns = `m.report_id, m.id, m.at, m.sender, m.kind, m.question_id, m.text, m.doc`

func scanMessage(rows *sql.Rows) (ronda.Message, error) {
	var m ronda.Message
	var at int64
	var doc string
	if err := rows.Scan(&m.Report, &m.ID, &at, &m.From, &m.Kind, &m.Question, &m.Text, &doc); err != nil {
		return m, err
	}
	d, err := decode[messageDoc](doc)
	m.At, m.Files = instant(at), d.Files
	return m, err
}

// Messages returns the entries of a ticket, oldest first.
func (db *DB) Messages(ctx context.Context, reportID string) ([]ronda.Message, error) {
	out, err := list(ctx, db.read, scanMessage, `SELECT `+messageColumns+` FROM messages m WHERE m.report_id = $1 ORDER BY m.at, m.id`, reportID)
	return out, wrap("list messages of report", err)
}

// CaseMessages returns what the reporters of a case wrote, newest first.
func (db *DB) CaseMessages(ctx context.Context, caseID string, limit int) ([]ronda.Message, error) {
	out, err := list(ctx, db.read, scanMessage, `SELECT `+messageColumns+` FROM reports r JOIN messages m ON m.report_id = r.id
		WHERE r.case_id = $1 AND m.sender = 'reporter' ORDER BY m.at DESC, m.id DESC LIMIT $2`, caseID, limit)
	return out, wrap("list messages of case", err)
}
