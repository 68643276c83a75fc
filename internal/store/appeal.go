package store

import (
	"context"
	"fmt"

	"ronda"
)

// SaveAppeal saves an objection with everything that its command did: the case where it changed, events, jobs and log entries, all in one
// transaction or none. A version that is not the successor of the stored one is a Conflict "appeal.changed"; a second objection of the same
// reporter or platform to the same thing is a Conflict "appeal.exists".
func (db *DB) SaveAppeal(ctx context.Context, s ronda.AppealSave) error {
	doc, err := encode(s.Appeal)
	if err != nil {
		return fmt.Errorf("save objection %s: %w", s.Appeal.ID, err)
	}
	var changes []ronda.Change
	var rows []caseRow
	if s.Change != nil {
		row, err := rowOf(s.Change.Case, lastEvent(*s.Change, db.now()))
		if err != nil {
			return fmt.Errorf("save case %s: %w", s.Change.Case.ID, err)
		}
		changes, rows = []ronda.Change{*s.Change}, []caseRow{row}
	}
	return db.write.do(ctx, func(t *tx) error {
		if err := t.putAppeal(s.Appeal, doc); err != nil {
			return err
		}
		if err := t.saveChanges(changes, rows); err != nil {
			return err
		}
		// Behind whatever the same version of the case brought: the objection itself does not change its case.
		if err := t.addEvents(s.Events, s.CaseVersion, 1000, nil); err != nil {
			return err
		}
		if err := t.addLeaves(s.Leaves); err != nil {
			return err
		}
		return t.addJobs(s.Jobs)
	})
}

func (t *tx) putAppeal(a ronda.Appeal, doc string) error {
	args := []any{a.ID, a.Code, a.Version, string(a.State), a.Case, a.Notice, a.Org, a.Platform, a.Once(), a.Sandbox, orNull(a.DueAt), doc}
	if a.Version == 1 {
		if once := a.Once(); once != "" {
			var n int64
			if _, err := t.one(`SELECT COUNT(*) FROM appeals WHERE once = $1`, []any{once}, &n); err != nil {
				return fmt.Errorf("look for an earlier objection: %w", err)
			}
			if n > 0 {
				return ronda.Errorf(ronda.Conflict, "appeal.exists", "ref")
			}
		}
		n, err := t.exec(`INSERT INTO appeals (id, code, version, state, case_id, notice_id, org, platform, once, sandbox, due_at, doc)
			VALUES (`+places(1, len(args))+`) ON CONFLICT DO NOTHING`, args...)
		if err != nil {
			return fmt.Errorf("insert objection: %w", err)
		}
		if n == 0 {
			return ronda.Errorf(ronda.Conflict, "appeal.exists", "ref")
		}
		return nil
	}
	n, err := t.exec(`UPDATE appeals SET (id, code, version, state, case_id, notice_id, org, platform, once, sandbox, due_at, doc) =
		(`+places(1, len(args))+`) WHERE id = $1 AND version = $13`, append(args, a.Version-1)...)
	if err != nil {
		return fmt.Errorf("update objection: %w", err)
	}
	if n == 0 {
		return ronda.Errorf(ronda.Conflict, "appeal.changed", "")
	}
	return nil
}

// Appeal returns the objection with the id, or a NotFound error.
func (db *DB) Appeal(ctx context.Context, id string) (ronda.Appeal, error) {
	return db.appealWhere(ctx, "id", id)
}

// AppealByCode returns the objection with the appellant's code, or a NotFound error.
func (db *DB) AppealByCode(ctx context.Context, code string) (ronda.Appeal, error) {
	return db.appealWhere(ctx, "code", code)
}

func (db *DB) appealWhere(ctx context.Context, column, value string) (ronda.Appeal, error) {
	missing := ronda.Errorf(ronda.NotFound, "appeal.not_found", "ref")
	if !validText(value) {
		return ronda.Appeal{}, missing
	}
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM appeals WHERE `+column+` = $1`, value)
	if err != nil {
		return ronda.Appeal{}, fmt.Errorf("read objection: %w", err)
	}
	if len(docs) == 0 {
		return ronda.Appeal{}, missing
	}
	return decode[ronda.Appeal](docs[0])
}

// Appeals lists objections, the nearest deadline first, those without one last.
func (db *DB) Appeals(ctx context.Context, f ronda.AppealFilter) ([]ronda.Appeal, error) {
	w := &where{}
	w.equal("org", f.Org)
	w.equal("platform", f.Platform)
	w.equal("notice_id", f.Notice)
	w.equal("case_id", f.Case)
	if f.States != nil {
		states := make([]string, len(f.States))
		for i, s := range f.States {
			states[i] = string(s)
		}
		w.in("state", states)
	}
	if f.Sandbox {
		w.add("sandbox = TRUE")
	} else {
		w.add("sandbox = FALSE")
	}
	if !validArgsText(w.args) {
		return nil, nil
	}
	size := f.Size
	if size <= 0 {
		size = 200
	}
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM appeals`+w.clause()+
		` ORDER BY CASE WHEN due_at IS NULL THEN 1 ELSE 0 END, due_at, id LIMIT `+w.arg(min(size, 1000)), w.args...)
	if err != nil {
		return nil, fmt.Errorf("list objections: %w", err)
	}
	return decodeAll[ronda.Appeal](docs)
}

// ActsOn lists the notices that went out and name an address, newest first, by the address's key.
func (db *DB) ActsOn(ctx context.Context, key string) ([]ronda.NoticeRow, error) {
	if key == "" || !validText(key) {
		return nil, nil
	}
	out, err := list(ctx, db.read, scanNotice, noticeSelect+` JOIN notice_items i ON i.notice_id = n.id
		WHERE i.key = $1 AND n.public = TRUE AND n.sandbox = FALSE ORDER BY n.id DESC LIMIT 50`, key)
	return out, wrap("list acts on address", err)
}

// RelatedCases lists the cases that were merged into a case.
func (db *DB) RelatedCases(ctx context.Context, caseID string) ([]ronda.Case, error) {
	docs, err := list(ctx, db.read, scanText,
		`SELECT doc FROM cases WHERE merged_into = $1 AND merged_into <> '' ORDER BY id LIMIT 500`, caseID)
	if err != nil {
		return nil, fmt.Errorf("list merged cases: %w", err)
	}
	return decodeAll[ronda.Case](docs)
}

// AppealsOf lists the objections about cases, by case, in the order of their ids.
func (db *DB) AppealsOf(ctx context.Context, caseIDs []string) (map[string][]ronda.Appeal, error) {
	out := map[string][]ronda.Appeal{}
	for _, part := range chunks(caseIDs, 500) {
		w := &where{}
		w.in("case_id", part)
		docs, err := list(ctx, db.read, scanText, `SELECT doc FROM appeals`+w.clause()+` ORDER BY id`, w.args...)
		if err != nil {
			return nil, fmt.Errorf("list objections about cases: %w", err)
		}
		for _, doc := range docs {
			a, err := decode[ronda.Appeal](doc)
			if err != nil {
				return nil, err
			}
			out[a.Case] = append(out[a.Case], a)
		}
	}
	return out, nil
}
