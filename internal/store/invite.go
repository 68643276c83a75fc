package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

// saveInvites keeps the rows of a case's invitations in step with the case. Invitations are never taken back.
func (t *tx) saveInvites(before, c ronda.Case) error {
	for _, i := range c.Invited[min(len(before.Invited), len(c.Invited)):] {
		_, err := t.exec(`INSERT INTO case_invites (case_id, partner, at) VALUES ($1, $2, $3) ON CONFLICT (case_id, partner) DO NOTHING`, c.ID, i.Partner, micros(i.At))
		if err != nil {
			return fmt.Errorf("save invitation: %w", err)
		}
	}
	return nil
}

// InvitedCases lists the open cases on which a partner's advice was asked for, the newest invitation first.
func (db *DB) InvitedCases(ctx context.Context, partner string) ([]ronda.Case, error) {
	if !validText(partner) {
		return nil, nil
	}
	docs, err := list(ctx, db.read, scanText, `SELECT c.doc FROM case_invites i JOIN cases c ON c.id = i.case_id
		WHERE i.partner = $1 AND c.open = TRUE ORDER BY i.at DESC, c.id LIMIT 200`, partner)
	if err != nil {
		return nil, fmt.Errorf("list cases to advise on: %w", err)
	}
	return decodeAll[ronda.Case](docs)
}

// flagsAtMost bounds how many of a partner's reports its standing is computed from: the newest ones.
const flagsAtMost = 2000

// orgReports lists an organisation's newest reports.
func (db *DB) orgReports(ctx context.Context, org string) ([]ronda.Report, error) {
	if org == "" || !validText(org) {
		return nil, nil
	}
	return list(ctx, db.read, scanReport, `SELECT `+reportColumns+` FROM reports WHERE org = $1 AND org <> '' ORDER BY at DESC LIMIT $2`, org, flagsAtMost)
}

// PartnerFlags tells how a partner's reports went. Sandbox reports and merged cases' own rows do not count.
func (db *DB) PartnerFlags(ctx context.Context, org string) ([]ronda.PartnerFlag, error) {
	reports, err := db.orgReports(ctx, org)
	if err != nil {
		return nil, fmt.Errorf("list reports of partner: %w", err)
	}
	var ids []string
	seen := map[string]bool{}
	for _, r := range reports {
		if !seen[r.Case] {
			seen[r.Case] = true
			ids = append(ids, r.Case)
		}
	}
	cases, heard, err := db.outcomes(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []ronda.PartnerFlag
	for _, r := range reports {
		c, ok := cases[r.Case]
		if !ok || r.Sandbox || !r.ErasedAt.IsZero() {
			continue
		}
		f := ronda.PartnerFlag{Case: r.Case, At: r.At, Address: len(r.Addresses) > 0 && !r.Addresses[0].Unsettled, Category: r.Category != "" && r.Category != "other",
			Region: r.Region != "", Evidence: len(r.Files) > 0, Reason: ronda.Sentence(r.Text), ContentAt: c.ContentDate, Ended: c.Stage,
			Upheld: heard[r.Case].upheld, Overturned: heard[r.Case].overturned}
		if len(c.Questions) > 0 {
			if f.Asked, err = db.answerTimes(ctx, r.ID); err != nil {
				return nil, err
			}
		}
		out = append(out, f)
	}
	return out, nil
}

type hearing struct{ upheld, overturned int }

// outcomes reads the cases with the ids and what panels found about acts on them.
func (db *DB) outcomes(ctx context.Context, ids []string) (map[string]ronda.Case, map[string]hearing, error) {
	cases, heard := map[string]ronda.Case{}, map[string]hearing{}
	for _, part := range chunks(ids, 200) {
		docs, err := list(ctx, db.read, scanText, `SELECT doc FROM cases WHERE id IN (`+places(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return nil, nil, fmt.Errorf("read cases of partner: %w", err)
		}
		all, err := decodeAll[ronda.Case](docs)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range all {
			cases[c.ID] = c
		}
		docs, err = list(ctx, db.read, scanText, `SELECT doc FROM appeals WHERE state = 'decided' AND notice_id <> '' AND case_id IN (`+places(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return nil, nil, fmt.Errorf("read objections: %w", err)
		}
		appeals, err := decodeAll[ronda.Appeal](docs)
		if err != nil {
			return nil, nil, err
		}
		for _, a := range appeals {
			h := heard[a.Case]
			if a.Decision == ronda.AppealOverturned {
				h.overturned++
			} else {
				h.upheld++
			}
			heard[a.Case] = h
		}
	}
	return cases, heard, nil
}

// answerTimes is how long each question on a report's ticket waited for its answer; negative where it still does.
func (db *DB) answerTimes(ctx context.Context, report string) ([]time.Duration, error) {
	type line struct {
		kind, question string
		at             int64
	}
	rows, err := list(ctx, db.read, func(rows *sql.Rows) (line, error) {
		var l line
		err := rows.Scan(&l.kind, &l.question, &l.at)
		return l, err
	}, `SELECT kind, question_id, at FROM messages WHERE report_id = $1 AND kind IN ('question', 'answer') ORDER BY at, id`, report)
	if err != nil {
		return nil, fmt.Errorf("read questions of report: %w", err)
	}
	var out []time.Duration
	place := map[string]int{}
	asked := map[string]int64{}
	for _, l := range rows {
		i, known := place[l.question]
		switch {
		case l.kind == "question" && !known:
			place[l.question], asked[l.question] = len(out), l.at
			out = append(out, -1)
		case l.kind == "answer" && known && out[i] < 0:
			out[i] = time.Duration(l.at-asked[l.question]) * time.Microsecond
		}
	}
	return out, nil
}

// PriorityWaiting counts the cases of a partner that go first in the queue now: flagged with priority, and looked at by nobody yet.
func (db *DB) PriorityWaiting(ctx context.Context, org string) (int, error) {
	if org == "" || !validText(org) {
		return 0, nil
	}
	ids, err := list(ctx, db.read, scanText, `SELECT DISTINCT case_id FROM reports WHERE org = $1 AND org <> ''`, org)
	if err != nil {
		return 0, fmt.Errorf("list cases of partner: %w", err)
	}
	total := 0
	for _, part := range chunks(ids, 200) {
		n, err := list(ctx, db.read, scanInt, `SELECT COUNT(*) FROM cases WHERE stage = 'new' AND priority = TRUE AND id IN (`+places(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return 0, fmt.Errorf("count cases of partner: %w", err)
		}
		total += int(n[0])
	}
	return total, nil
}
