package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"ronda"
)

// Queue lists cases for officers. The order is total, so that pages do not overlap.
func (db *DB) Queue(ctx context.Context, f ronda.QueueFilter) (ronda.QueuePage, error) {
	size, page := f.Size, max(f.Page, 1)
	if size <= 0 {
		size = 50
	}
	size = min(size, 200)
	out := ronda.QueuePage{Page: page}
	w := queueWhere(f)
	if !validArgsText(w.args) {
		return out, nil
	}
	total, err := list(ctx, db.read, scanInt, `SELECT COUNT(*) FROM cases c`+w.clause(), w.args...)
	if err != nil {
		return out, fmt.Errorf("count cases: %w", err)
	}
	out.Total = int(total[0])
	out.Pages = (out.Total + size - 1) / size
	join, order := queueOrder(f.Sort)
	out.Rows, err = list(ctx, db.read, scanQueueRow, `SELECT c.id, c.number, c.title, c.category, c.urgency, c.region, c.contest, c.platforms,
			c.items, c.stage, c.office, c.holder, c.due_at, c.opened_at, c.updated_at, c.priority, c.version, c.reader, c.concluded
		FROM cases c`+join+w.clause()+` ORDER BY `+order+` LIMIT `+w.arg(size)+` OFFSET `+w.arg((page-1)*size), w.args...)
	if err != nil {
		return out, fmt.Errorf("list cases: %w", err)
	}
	return out, db.addReportCounts(ctx, f, out.Rows)
}

// queueOrder is how a list is sorted, with what it must join for that. Reports are counted by case, their own table's way.
func queueOrder(sort string) (join, order string) {
	switch sort {
	case "newest":
		return "", `c.opened_at DESC, c.id DESC`
	case "urgency":
		return "", `c.urgency DESC, c.due_at NULLS LAST, c.id`
	case "reports":
		return ` LEFT JOIN (SELECT case_id, COUNT(*) AS total FROM reports GROUP BY case_id) r ON r.case_id = c.id`,
			`COALESCE(r.total, 0) DESC, c.id`
	}
	// What a partner flagged first and nobody has looked at yet stands above the rest; from then on only the deadline counts.
	// New cases of which only a coordinated wave speaks stand behind all others, so that it cannot bury what honest people sent.
	return "", `CASE WHEN c.stage <> 'new' THEN 1 WHEN c.priority = TRUE THEN 0
		WHEN EXISTS (SELECT 1 FROM brigade_cases f WHERE f.case_id = c.id AND f.folded = TRUE) THEN 2 ELSE 1 END, c.due_at NULLS LAST, c.id`
}

func queueWhere(f ronda.QueueFilter) *where {
	w := scopeWhere(f)
	w.equal("c.category", f.Category)
	if f.Platform != "" {
		w.add(`EXISTS (SELECT 1 FROM case_items i WHERE i.case_id = c.id AND i.platform = ?)`, f.Platform)
	}
	if len(f.Stages) > 0 {
		stages := make([]string, len(f.Stages))
		for i, s := range f.Stages {
			stages[i] = string(s)
		}
		w.in("c.stage", stages)
	}
	if f.Open {
		w.add("c.open = TRUE")
	}
	if f.Urgency > 0 {
		w.add("c.urgency >= ?", f.Urgency)
	}
	w.equal("c.holder", f.Holder)
	w.equal("c.reader", f.Reader)
	if f.Overdue {
		w.add("c.open = TRUE AND c.due_at < ?", micros(f.Now))
	}
	if !f.DueBefore.IsZero() {
		w.add("c.due_at < ?", micros(f.DueBefore))
	}
	switch f.Surge {
	case ronda.SurgeWithout:
		w.add("c.surge = FALSE")
	case ronda.SurgeOnly:
		w.add("c.surge = TRUE")
	}
	w.words("c.search", f.Text)
	w.equal("c.claim", f.Claim)
	return w
}

// scopeWhere holds the bounds of what the officer may see, without the filters of the page.
func scopeWhere(f ronda.QueueFilter) *where {
	w := &where{}
	w.equal("c.org", f.Org)
	w.in("c.office", f.Offices)
	w.in("c.region", f.Regions)
	w.area("c.region", f.Area)
	if f.Sandbox {
		w.add("c.sandbox = TRUE")
	} else {
		w.add("c.sandbox = FALSE")
	}
	return w
}

func scanQueueRow(rows *sql.Rows) (ronda.QueueRow, error) {
	var r ronda.QueueRow
	var platforms, concluded string
	var due sql.NullInt64
	var opened, updated int64
	err := rows.Scan(&r.ID, &r.Number, &r.Title, &r.Category, &r.Urgency, &r.Region, &r.Contest, &platforms, &r.Items, &r.Stage, &r.Office,
		&r.Holder, &due, &opened, &updated, &r.Priority, &r.Version, &r.Reader, &concluded)
	r.Platforms, r.Concluded = strings.Fields(platforms), strings.Fields(concluded)
	r.DueAt, r.OpenedAt, r.UpdatedAt = instantOrZero(due), instant(opened), instant(updated)
	return r, err
}

func (db *DB) addReportCounts(ctx context.Context, f ronda.QueueFilter, rows []ronda.QueueRow) error {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	now := f.Now
	if now.IsZero() {
		now = db.now()
	}
	stats, err := db.ReportStats(ctx, now, ids)
	if err != nil {
		return err
	}
	for i := range rows {
		s := stats[rows[i].ID]
		rows[i].Reports, rows[i].Last24h = s.Total, s.Last24h
	}
	return nil
}

// QueueCounts counts the open cases within the filter's organisation, offices and area for the figures above the queue. DueBefore is the
// end of the officer's day; without it the next 24 hours count as today. ToRead counts what the account is drawn for, wherever that is.
func (db *DB) QueueCounts(ctx context.Context, f ronda.QueueFilter, account string) (ronda.QueueCounts, error) {
	var out ronda.QueueCounts
	today := f.DueBefore
	if today.IsZero() {
		today = f.Now.AddDate(0, 0, 1)
	}
	w := scopeWhere(f)
	w.add("c.open = TRUE")
	surge, err := list(ctx, db.read, scanInt, `SELECT COUNT(*) FROM cases c`+w.clause()+` AND c.surge = TRUE`, w.args...)
	if err != nil {
		return out, fmt.Errorf("count the surge: %w", err)
	}
	out.Surge = int(surge[0])
	w.add("c.surge = FALSE")
	clause := w.clause()
	now, end, me := w.arg(micros(f.Now)), w.arg(micros(today)), w.arg(account)
	var newest sql.NullInt64
	err = each(ctx, db.read, func(rows *sql.Rows) error {
		return rows.Scan(&out.Overdue, &out.DueToday, &out.Second, &out.Mine, &out.New, &newest)
	}, `SELECT COUNT(*) FILTER (WHERE c.due_at < `+now+`), COUNT(*) FILTER (WHERE c.due_at >= `+now+` AND c.due_at < `+end+`),
			COUNT(*) FILTER (WHERE c.stage IN ('second_review', 'third_review')), COUNT(*) FILTER (WHERE c.holder = `+me+` AND c.holder <> ''),
			COUNT(*) FILTER (WHERE c.stage = 'new'), MAX(c.opened_at)
		FROM cases c`+clause, w.args...)
	if err != nil {
		return out, fmt.Errorf("count the queue: %w", err)
	}
	out.Newest = instantOrZero(newest)
	toRead, err := list(ctx, db.read, scanInt, `SELECT COUNT(*) FROM cases WHERE reader = $1 AND reader <> '' AND open = TRUE AND sandbox = FALSE`, account)
	if err != nil {
		return out, fmt.Errorf("count cases to read: %w", err)
	}
	out.ToRead = int(toRead[0])
	return out, nil
}

// validArgsText tells whether a filter can match at all: what cannot be stored cannot be found.
func validArgsText(args []any) bool { return validArgs(args) == nil }
