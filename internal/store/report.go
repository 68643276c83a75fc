package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

// reportDoc is what of a report no list asks for.
type reportDoc struct {
	Addresses []ronda.ReportAddress `json:"addresses,omitempty"`
	Masked    []ronda.MaskedKind    `json:"masked,omitempty"`
	Missing   []string              `json:"missing,omitempty"`
	Files     []ronda.Evidence      `json:"files,omitempty"`
}

const reportColumns = `id, code, case_id, at, joined, channel, lang, category, region, org, text, contact, sender, signature, doc, sandbox, erased_at, network`

// reportRow is a report made ready before the transaction begins; its case is set inside.
type reportRow struct {
	r   ronda.Report
	doc string
}

func newReportRow(r ronda.Report) (reportRow, error) {
	doc, err := encode(reportDoc{Addresses: r.Addresses, Masked: r.Masked, Missing: r.Missing, Files: r.Files})
	return reportRow{r: r, doc: doc}, err
}

func (t *tx) insertReport(row reportRow) error {
	r := row.r
	_, err := t.exec(`INSERT INTO reports (`+reportColumns+`) VALUES (`+places(1, 18)+`)`,
		r.ID, r.Code, r.Case, micros(r.At), r.Joined, r.Channel, r.Lang, r.Category, r.Region, r.Org, r.Text, r.Contact, r.Sender,
		r.Signature, row.doc, r.Sandbox, orNull(r.ErasedAt), r.Network)
	if err != nil {
		return fmt.Errorf("insert report: %w", err)
	}
	if _, err := t.exec(`INSERT INTO report_codes (code, report_id) VALUES ($1, $2)`, r.Code, r.ID); err != nil {
		return fmt.Errorf("insert code of report: %w", err)
	}
	return nil
}

func scanReport(rows *sql.Rows) (ronda.Report, error) {
	var r ronda.Report
	var at int64
	var erased sql.NullInt64
	var doc string
	err := rows.Scan(&r.ID, &r.Code, &r.Case, &at, &r.Joined, &r.Channel, &r.Lang, &r.Category, &r.Region, &r.Org, &r.Text, &r.Contact,
		&r.Sender, &r.Signature, &doc, &r.Sandbox, &erased, &r.Network)
	if err != nil {
		return r, err
	}
	r.At, r.ErasedAt = instant(at), instantOrZero(erased)
	d, err := decode[reportDoc](doc)
	r.Addresses, r.Masked, r.Missing, r.Files = d.Addresses, d.Masked, d.Missing, d.Files
	return r, err
}

// Report returns the report with the id, or a NotFound error.
func (db *DB) Report(ctx context.Context, id string) (ronda.Report, error) {
	if !validText(id) {
		return ronda.Report{}, ronda.Errorf(ronda.NotFound, "report.not_found", "")
	}
	out, err := list(ctx, db.read, scanReport, `SELECT `+reportColumns+` FROM reports WHERE id = $1`, id)
	if err != nil {
		return ronda.Report{}, fmt.Errorf("read report: %w", err)
	}
	if len(out) == 0 {
		return ronda.Report{}, ronda.Errorf(ronda.NotFound, "report.not_found", "")
	}
	return out[0], nil
}

// ReportByCode returns the report with the code, or a NotFound error.
func (db *DB) ReportByCode(ctx context.Context, code string) (ronda.Report, error) {
	if !validText(code) {
		return ronda.Report{}, ronda.Errorf(ronda.NotFound, "report.not_found", "")
	}
	ids, err := list(ctx, db.read, scanText, `SELECT report_id FROM report_codes WHERE code = $1`, code)
	if err != nil {
		return ronda.Report{}, fmt.Errorf("look up code: %w", err)
	}
	if len(ids) == 0 {
		return ronda.Report{}, ronda.Errorf(ronda.NotFound, "report.not_found", "")
	}
	return db.Report(ctx, ids[0])
}

// CaseReports returns the reports of a case, oldest first, after the id given.
func (db *DB) CaseReports(ctx context.Context, caseID string, limit int, afterID string) ([]ronda.Report, error) {
	out, err := list(ctx, db.read, scanReport, `SELECT `+reportColumns+` FROM reports WHERE case_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
		caseID, afterID, limit)
	if err != nil {
		return nil, fmt.Errorf("list reports of case: %w", err)
	}
	return out, nil
}

// Reports returns reports in the order of their ids, after the id given; for whoever builds something from all of them.
func (db *DB) Reports(ctx context.Context, after string, limit int) ([]ronda.Report, error) {
	out, err := list(ctx, db.read, scanReport, `SELECT `+reportColumns+` FROM reports WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return out, nil
}

// ReportStats counts the reports of each case. A case without reports is left out.
func (db *DB) ReportStats(ctx context.Context, now time.Time, caseIDs []string) (map[string]ronda.ReportStats, error) {
	out := map[string]ronda.ReportStats{}
	for _, part := range chunks(sortedOnce(caseIDs), 200) {
		args := append([]any{micros(now.Add(-24 * time.Hour))}, anys(part)...)
		err := each(ctx, db.read, func(rows *sql.Rows) error { return addStats(rows, out) },
			`SELECT case_id, region, COUNT(*), COUNT(*) FILTER (WHERE at > $1), MIN(at), MAX(at)
			FROM reports WHERE case_id IN (`+places(2, len(part))+`) GROUP BY case_id, region`, args...)
		if err != nil {
			return nil, fmt.Errorf("count reports: %w", err)
		}
	}
	return out, nil
}

// addStats folds the counts of one region into those of its case.
func addStats(rows *sql.Rows, out map[string]ronda.ReportStats) error {
	var id, region string
	var total, recent int
	var first, last int64
	if err := rows.Scan(&id, &region, &total, &recent, &first, &last); err != nil {
		return err
	}
	s, ok := out[id]
	if !ok {
		s = ronda.ReportStats{First: instant(first), Last: instant(last), ByRegion: map[string]int{}}
	}
	s.Total, s.Last24h = s.Total+total, s.Last24h+recent
	s.ByRegion[region] += total
	if f := instant(first); f.Before(s.First) {
		s.First = f
	}
	if l := instant(last); l.After(s.Last) {
		s.Last = l
	}
	out[id] = s
	return nil
}

// moveReports moves reports between cases that were merged or split.
func (t *tx) moveReports(moves []ronda.ReportMove) error {
	for _, m := range moves {
		if m.Reports == nil {
			if _, err := t.exec(`UPDATE reports SET case_id = $1 WHERE case_id = $2`, m.To, m.From); err != nil {
				return fmt.Errorf("move reports: %w", err)
			}
			continue
		}
		for _, part := range chunks(sortedOnce(m.Reports), 200) {
			args := append([]any{m.To, m.From}, anys(part)...)
			_, err := t.exec(`UPDATE reports SET case_id = $1 WHERE case_id = $2 AND id IN (`+places(3, len(part))+`)`, args...)
			if err != nil {
				return fmt.Errorf("move reports: %w", err)
			}
		}
	}
	return nil
}
