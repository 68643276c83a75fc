package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

const noticeSelect = `SELECT n.doc, c.id, c.number, c.title FROM notices n JOIN cases c ON c.id = n.case_id`

func scanNotice(rows *sql.Rows) (ronda.NoticeRow, error) {
	var r ronda.NoticeRow
	var doc string
	if err := rows.Scan(&doc, &r.Case, &r.Number, &r.Title); err != nil {
		return r, err
	}
	var err error
	r.Notice, err = decode[ronda.Notice](doc)
	return r, err
}

// Notice returns the notice with the id, or a NotFound error.
func (db *DB) Notice(ctx context.Context, id string) (ronda.NoticeRow, error) {
	return db.noticeWhere(ctx, `n.id = $1`, id)
}

// NoticeByCode returns the notice with the code, or a NotFound error.
func (db *DB) NoticeByCode(ctx context.Context, code string) (ronda.NoticeRow, error) {
	return db.noticeWhere(ctx, `n.code = $1`, code)
}

func (db *DB) noticeWhere(ctx context.Context, cond, value string) (ronda.NoticeRow, error) {
	if !validText(value) {
		return ronda.NoticeRow{}, ronda.Errorf(ronda.NotFound, "notice.not_found", "")
	}
	out, err := list(ctx, db.read, scanNotice, noticeSelect+` WHERE `+cond, value)
	if err != nil {
		return ronda.NoticeRow{}, fmt.Errorf("read notice: %w", err)
	}
	if len(out) == 0 {
		return ronda.NoticeRow{}, ronda.Errorf(ronda.NotFound, "notice.not_found", "")
	}
	return out[0], nil
}

// Notices lists notices, newest first, or nearest deadline first with Oldest, and counts all that fit the filter. What the filter asks for
// the public comes redacted.
func (db *DB) Notices(ctx context.Context, f ronda.NoticeFilter) ([]ronda.NoticeRow, int, error) {
	w := noticeWhere(f)
	if !validArgsText(w.args) {
		return nil, 0, nil
	}
	total, err := list(ctx, db.read, scanInt, `SELECT COUNT(*) FROM notices n`+w.clause(), w.args...)
	if err != nil {
		return nil, 0, fmt.Errorf("count notices: %w", err)
	}
	order := `n.id DESC`
	if f.Oldest {
		order = `n.due_order, n.id`
	}
	switch {
	case f.After != "" && f.Oldest:
		w.add(`(n.due_order, n.id) > (SELECT due_order, id FROM notices WHERE id = ?)`, f.After)
	case f.After != "":
		w.add(`n.id < ?`, f.After)
	}
	size := f.Size
	if size <= 0 {
		size = 50
	}
	out, err := list(ctx, db.read, scanNotice, noticeSelect+w.clause()+` ORDER BY `+order+` LIMIT `+w.arg(min(size, 1000)), w.args...)
	if err != nil {
		return nil, 0, fmt.Errorf("list notices: %w", err)
	}
	if f.Public {
		for i := range out {
			out[i].Notice, out[i].Title = out[i].Notice.Redacted(), ""
		}
	}
	return out, int(total[0]), nil
}

func noticeWhere(f ronda.NoticeFilter) *where {
	w := &where{}
	w.equal("n.platform", f.Platform)
	w.equal("n.authority", f.Authority)
	w.equal("n.org", f.Org)
	w.equal("n.act", string(f.Act))
	w.equal("n.category", f.Category)
	w.area("n.region", f.Region)
	if len(f.States) > 0 {
		states := make([]string, len(f.States))
		for i, s := range f.States {
			states[i] = string(s)
		}
		w.in("n.state", states)
	}
	if f.Public {
		w.add("n.public = TRUE")
	}
	if f.Sandbox {
		w.add("n.sandbox = TRUE")
	} else {
		w.add("n.sandbox = FALSE")
	}
	if f.Overdue {
		w.add("(n.overdue = TRUE OR (n.state = 'received' AND n.paused = FALSE AND n.due_at < ?))", micros(f.Now))
	}
	if !f.Since.IsZero() {
		w.add("n.created_at >= ?", micros(f.Since))
	}
	return w
}

// DueNotices returns received notices whose clock has run out and that are not marked overdue yet, earliest deadline first.
func (db *DB) DueNotices(ctx context.Context, now time.Time, limit int) ([]ronda.NoticeRow, error) {
	out, err := list(ctx, db.read, scanNotice, noticeSelect+` WHERE n.state = 'received' AND n.paused = FALSE AND n.overdue = FALSE AND n.due_at < $1
		ORDER BY n.due_at, n.id LIMIT $2`, micros(now), limit)
	return out, wrap("list due notices", err)
}

// UnsentNotices returns notices that were decided before the time and have not left, or whose sending was begun and not concluded; for a
// process that starts after a crash.
func (db *DB) UnsentNotices(ctx context.Context, before time.Time, limit int) ([]ronda.NoticeRow, error) {
	out, err := list(ctx, db.read, scanNotice, noticeSelect+` WHERE n.state IN ('queued', 'sending') AND n.created_at < $1
		ORDER BY n.id LIMIT $2`, micros(before), limit)
	return out, wrap("list unsent notices", err)
}

// RejectedPriors returns the requests on any of the identities that the ministry rejected.
func (db *DB) RejectedPriors(ctx context.Context, keys []string) ([]ronda.Prior, error) {
	var out []ronda.Prior
	for _, part := range chunks(sortedOnce(keys), 200) {
		found, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.Prior, error) {
			var p ronda.Prior
			err := rows.Scan(&p.Key, &p.Notice)
			return p, err
		}, `SELECT i.key, i.notice_id FROM notice_items i JOIN notices n ON n.id = i.notice_id
			WHERE n.act = 'request' AND n.state = 'rejected' AND i.key <> '' AND i.key IN (`+places(1, len(part))+`) ORDER BY i.key, i.notice_id`,
			anys(part)...)
		if err != nil {
			return nil, fmt.Errorf("find rejected requests: %w", err)
		}
		out = append(out, found...)
	}
	return out, nil
}
