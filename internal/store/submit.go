package store

import (
	"context"
	"database/sql"
	"fmt"

	"ronda"
)

// Submit saves a report in one transaction with the case that it opens or joins. A known idempotency key gives the first report again.
// The number of the case that it would open may be taken: that is a Conflict "case.number_taken", and nothing is saved.
// The identities of its addresses are claimed: of any number of reports that arrive at once, one opens the case and the others join it.
func (db *DB) Submit(ctx context.Context, s ronda.Submission) (ronda.Submitted, error) {
	p := preparedSubmission{Submission: s, keys: sortedOnce(s.Keys)}
	var err error
	if p.report, err = newReportRow(s.Report); err != nil {
		return ronda.Submitted{}, fmt.Errorf("submit report: %w", err)
	}
	if p.open, err = rowOf(s.Open.Case, lastEvent(s.Open, s.Report.At)); err != nil {
		return ronda.Submitted{}, fmt.Errorf("submit report: %w", err)
	}
	var out ronda.Submitted
	var first string
	for range 2 {
		err = db.write.do(ctx, func(t *tx) error {
			var err error
			out, first, err = t.submit(p)
			return err
		})
		if ronda.CodeOf(err) != "idempotency.done" {
			break
		}
		// The same request ran beside this one and was first: the second look finds its report.
	}
	if duplicate(err) && db.numberTaken(ctx, s.Open.Case) {
		return ronda.Submitted{}, ronda.Errorf(ronda.Conflict, "case.number_taken", "")
	}
	if err != nil {
		return ronda.Submitted{}, wrap("submit report", err)
	}
	if first != "" {
		r, err := db.Report(ctx, first)
		return ronda.Submitted{Report: r, Again: true}, wrap("read the first report", err)
	}
	return out, nil
}

// numberTaken tells whether another case has the number. Where it cannot be read the first error stands.
func (db *DB) numberTaken(ctx context.Context, c ronda.Case) bool {
	other, err := db.CaseByNumber(ctx, c.Number)
	return err == nil && other.ID != c.ID
}

// preparedSubmission is a submission with everything computed that needs no database.
type preparedSubmission struct {
	ronda.Submission
	keys   []string
	report reportRow
	open   caseRow
}

// submit returns what was saved, or the id of the first report if the key was used before.
func (t *tx) submit(p preparedSubmission) (out ronda.Submitted, first string, err error) {
	if first, err = t.repeated(p.Receipt); err != nil || first != "" {
		return out, first, err
	}
	joined, err := t.claim(p)
	if err != nil {
		return out, "", fmt.Errorf("claim addresses: %w", err)
	}
	row := p.report
	row.r.Case, row.r.Joined = joined.id, true
	if joined.id == "" {
		row.r.Case, row.r.Joined = p.open.c.ID, false
		if err := t.openCase(p); err != nil {
			return out, "", err
		}
	} else if err := t.addReported(row.r, joined.version); err != nil {
		return out, "", err
	}
	if err := t.insertReport(row); err != nil {
		return out, "", err
	}
	if err := t.keepFiles(nil, row.r.Files); err != nil {
		return out, "", err
	}
	if err := t.addReceipt(p.Receipt, row.r.ID); err != nil {
		return out, "", err
	}
	return ronda.Submitted{Report: row.r}, "", t.addJobs(p.Jobs)
}

// openCase saves the new case. Its keys are claimed already.
func (t *tx) openCase(p preparedSubmission) error {
	if _, err := t.saveCase(p.open); err != nil {
		return err
	}
	if err := t.insertKeys(p.open.c.ID, without(itemKeys(p.open.c), p.keys)); err != nil {
		return fmt.Errorf("claim addresses of new case: %w", err)
	}
	return t.saveRest(ronda.Case{}, p.Open, nil)
}

// without is the part of sorted a that is not in sorted b.
func without(a, b []string) []string {
	var out []string
	for _, x := range a {
		for len(b) > 0 && b[0] < x {
			b = b[1:]
		}
		if len(b) == 0 || b[0] != x {
			out = append(out, x)
		}
	}
	return out
}

// openRow is an open case as a report that joins it needs it.
type openRow struct {
	id      string
	version int64
}

// claimTries bounds how often a case may end between being found and being joined.
const claimTries = 5

// claim finds the open case that the report joins and claims the report's keys for it; without one it claims them for the new case and
// returns an empty row. A case that was found is held open until the commit.
func (t *tx) claim(p preparedSubmission) (openRow, error) {
	match := p.Match
	for range claimTries {
		id, err := t.claimedBy(p.keys)
		if err != nil {
			return openRow{}, err
		}
		if id == "" {
			id, match = match, ""
		}
		if id == "" {
			mine, err := t.claimNew(p.open.c.ID, p.keys)
			if err != nil || mine {
				return openRow{}, err
			}
			continue // another report was faster with one of them: join its case
		}
		row, err := t.holdOpen(id)
		if err != nil {
			return openRow{}, err
		}
		if row.id != "" {
			return row, t.insertKeys(row.id, p.keys)
		}
		// It ended between being found and being held; its claims are gone with it.
	}
	return openRow{}, ronda.Errorf(ronda.Conflict, "case.changed", "")
}

// claimedBy returns the open case that claims the first of the keys that is claimed.
func (t *tx) claimedBy(keys []string) (string, error) {
	id := ""
	for _, part := range chunks(keys, 200) {
		err := t.query(func(rows *sql.Rows) error {
			found, err := scanText(rows)
			if id == "" {
				id = found
			}
			return err
		}, `SELECT case_id FROM case_keys WHERE key IN (`+places(1, len(part))+`) ORDER BY key`, anys(part)...)
		if err != nil || id != "" {
			return id, err
		}
	}
	return "", nil
}

// holdOpen returns the case if it is open, or the one it was merged into, and keeps it from ending before the commit.
func (t *tx) holdOpen(id string) (openRow, error) {
	for range claimTries {
		row := openRow{id: id}
		var open bool
		var into string
		found, err := t.one(`SELECT version, open, merged_into FROM cases WHERE id = $1`+t.engine.forShare, []any{id}, &row.version, &open, &into)
		if err != nil || !found {
			return openRow{}, err
		}
		if open {
			return row, nil
		}
		if into == "" {
			return openRow{}, nil
		}
		id = into
	}
	return openRow{}, nil
}

// claimNew claims sorted keys for a case that is being opened. mine is false, and nothing is claimed, if another case was faster with one
// of them.
func (t *tx) claimNew(caseID string, keys []string) (mine bool, err error) {
	for _, part := range chunks(keys, 100) {
		n, err := t.insertSome(caseID, part)
		if err != nil {
			return false, err
		}
		if int(n) < len(part) {
			_, err := t.exec(`DELETE FROM case_keys WHERE case_id = $1`, caseID)
			return false, err
		}
	}
	return true, nil
}

// afterChange sorts an event behind those of the change that made the case's version.
const afterChange = 1_000_000

// addReported tells in the case's story that a report joined. It takes the report's own id and changes no version: joining never stands in
// the way of people who work on the case.
func (t *tx) addReported(r ronda.Report, version int64) error {
	e := ronda.Event{ID: r.ID, Case: r.Case, Kind: ronda.EventReported, At: r.At, Data: map[string]string{"report": r.ID}}
	return t.addEvents([]ronda.Event{e}, version, afterChange, nil)
}
