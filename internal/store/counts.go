package store

import (
	"context"
	"database/sql"
	"fmt"

	"ronda"
)

// PublicCounts adds up what the public page of figures shows.
func (db *DB) PublicCounts(ctx context.Context) (ronda.PublicCounts, error) {
	var out ronda.PublicCounts
	err := each(ctx, db.read, func(rows *sql.Rows) error { return rows.Scan(&out.Reports, &out.Joined) },
		`SELECT COUNT(*), COUNT(*) FILTER (WHERE joined = TRUE) FROM reports WHERE sandbox = FALSE`)
	if err != nil {
		return out, fmt.Errorf("count reports: %w", err)
	}
	if out.Cases, err = list(ctx, db.read, func(rows *sql.Rows) (c ronda.CaseCount, err error) {
		err = rows.Scan(&c.Stage, &c.Category, &c.Region, &c.Total)
		return c, err
	}, `SELECT stage, category, region, COUNT(*) FROM cases WHERE sandbox = FALSE GROUP BY stage, category, region
		ORDER BY stage, category, region`); err != nil {
		return out, fmt.Errorf("count cases: %w", err)
	}
	if out.Acts, err = list(ctx, db.read, scanActCount, `SELECT n.act, n.state, n.platform, n.authority, n.org, n.region, n.category, COUNT(*),
			COUNT(*) FILTER (WHERE n.overdue = TRUE), CAST(COALESCE(SUM(i.total), 0) AS BIGINT)
		FROM notices n LEFT JOIN (SELECT notice_id, COUNT(*) AS total FROM notice_items GROUP BY notice_id) i ON i.notice_id = n.id
		WHERE n.public = TRUE AND n.sandbox = FALSE
		GROUP BY n.act, n.state, n.platform, n.authority, n.org, n.region, n.category
		ORDER BY n.act, n.state, n.platform, n.authority, n.org, n.region, n.category`); err != nil {
		return out, fmt.Errorf("count acts: %w", err)
	}
	if out.Answers, err = list(ctx, db.read, func(rows *sql.Rows) (c ronda.AnswerCount, err error) {
		err = rows.Scan(&c.Act, &c.Platform, &c.Answer, &c.Total)
		return c, err
	}, `SELECT n.act, n.platform, i.answer, COUNT(*) FROM notices n JOIN notice_items i ON i.notice_id = n.id
		WHERE n.public = TRUE AND n.sandbox = FALSE GROUP BY n.act, n.platform, i.answer ORDER BY n.act, n.platform, i.answer`); err != nil {
		return out, fmt.Errorf("count answers: %w", err)
	}
	if out.Conclusion, err = list(ctx, db.read, func(rows *sql.Rows) (c ronda.ClosingCount, err error) {
		err = rows.Scan(&c.Org, &c.Stage, &c.Total)
		return c, err
	}, `SELECT org, stage, COUNT(*) FROM cases WHERE sandbox = FALSE AND open = FALSE GROUP BY org, stage ORDER BY org, stage`); err != nil {
		return out, fmt.Errorf("count endings: %w", err)
	}
	return out, nil
}

func scanActCount(rows *sql.Rows) (c ronda.ActCount, err error) {
	err = rows.Scan(&c.Act, &c.State, &c.Platform, &c.Authority, &c.Org, &c.Region, &c.Category, &c.Total, &c.Overdue, &c.Addresses)
	return c, err
}
