package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

// SaveResearch saves a project with its events and jobs, all in one transaction or none. A version that is not the successor of the stored one is a
// Conflict "research.changed", a key that was used before "idempotency.done".
func (db *DB) SaveResearch(ctx context.Context, s ronda.ResearchSave) error {
	p := s.Project
	doc, err := encode(p)
	if err != nil {
		return fmt.Errorf("save research project %s: %w", p.ID, err)
	}
	return db.write.do(ctx, func(t *tx) error {
		if err := t.addReceipt(s.Receipt, p.ID); err != nil {
			return err
		}
		args := []any{p.ID, p.Code, p.Version, string(p.State), p.Token, doc}
		var n int64
		var err error
		if p.Version == 1 {
			n, err = t.exec(`INSERT INTO research_projects (id, code, version, state, token_hash, doc) VALUES (`+places(1, len(args))+`) ON CONFLICT DO NOTHING`, args...)
		} else {
			n, err = t.exec(`UPDATE research_projects SET (id, code, version, state, token_hash, doc) = (`+places(1, len(args))+`) WHERE id = $1 AND version = $7`,
				append(args, p.Version-1)...)
		}
		if err != nil {
			return fmt.Errorf("put research project: %w", err)
		}
		if n == 0 {
			return ronda.Errorf(ronda.Conflict, "research.changed", "")
		}
		if err := t.putContact("research_contacts", "project", p.ID, p.Contact, micros(db.now())); err != nil {
			return err
		}
		if err := t.addEvents(s.Events, p.Version, 0, nil); err != nil {
			return err
		}
		return t.addJobs(s.Jobs)
	})
}

// ResearchProject returns a project, or a NotFound error.
func (db *DB) ResearchProject(ctx context.Context, id string) (ronda.ResearchProject, error) {
	return db.researchWhere(ctx, "id", id)
}

// ResearchByCode returns the project with a request's code, or a NotFound error.
func (db *DB) ResearchByCode(ctx context.Context, code string) (ronda.ResearchProject, error) {
	return db.researchWhere(ctx, "code", code)
}

// ResearchByToken returns the project whose token has the hash, or a NotFound error.
func (db *DB) ResearchByToken(ctx context.Context, hash string) (ronda.ResearchProject, error) {
	return db.researchWhere(ctx, "token_hash", hash)
}

func (db *DB) researchWhere(ctx context.Context, column, value string) (ronda.ResearchProject, error) {
	missing := ronda.Errorf(ronda.NotFound, "research.not_found", "")
	if value == "" || !validText(value) {
		return ronda.ResearchProject{}, missing
	}
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM research_projects WHERE `+column+` = $1`, value)
	if err != nil {
		return ronda.ResearchProject{}, fmt.Errorf("read research project: %w", err)
	}
	if len(docs) == 0 {
		return ronda.ResearchProject{}, missing
	}
	return decode[ronda.ResearchProject](docs[0])
}

// ResearchProjects lists all projects, oldest first.
func (db *DB) ResearchProjects(ctx context.Context) ([]ronda.ResearchProject, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM research_projects ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("list research projects: %w", err)
	}
	return decodeAll[ronda.ResearchProject](docs)
}

// ResearchContact returns the sealed contact of a project, nil where there is none any more.
func (db *DB) ResearchContact(ctx context.Context, id string) ([]byte, error) {
	return db.contact(ctx, "research_contacts", "project", id)
}

// AddResearchRead notes that a project read a page of a data set.
func (db *DB) AddResearchRead(ctx context.Context, project, id, data string, rows int, at time.Time) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO research_downloads (project, id, at, dataset, total) VALUES ($1, $2, $3, $4, $5)`, project, id, micros(at), data, rows)
		return err
	})
	return wrap("note research read", err)
}

// ResearchReads returns how many rows each project has read. Those that have read none are not in it.
func (db *DB) ResearchReads(ctx context.Context) (map[string]int64, error) {
	out := map[string]int64{}
	err := each(ctx, db.read, func(rows *sql.Rows) error {
		var project string
		var n int64
		err := rows.Scan(&project, &n)
		out[project] = n
		return err
	}, `SELECT project, CAST(SUM(total) AS BIGINT) FROM research_downloads GROUP BY project`)
	return out, wrap("count research reads", err)
}
