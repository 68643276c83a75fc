package store

import (
	"context"
	"fmt"
	"time"

	"ronda"
)

// publication is a row of the table of publications.
type publication struct {
	kind, id    string
	version     int64
	state       string
	org, region string
	at, until   time.Time
	doc         any
	noun        string // before the codes of its errors: "alert"
}

// owed is what a change of a publication brings with it.
type owed struct {
	events []ronda.Event
	jobs   []ronda.Job
	leaves []ronda.Leaf
}

// savePublication writes the row with everything that is owed, in one transaction or not at all. A version that is not the successor of the
// stored one is a Conflict "<noun>.changed".
func (db *DB) savePublication(ctx context.Context, p publication, o owed, more ...func(*tx) error) error {
	doc, err := encode(p.doc)
	if err != nil {
		return fmt.Errorf("save %s %s: %w", p.kind, p.id, err)
	}
	return db.write.do(ctx, func(t *tx) error {
		if err := t.putPublication(p, doc); err != nil {
			return err
		}
		for _, f := range more {
			if err := f(t); err != nil {
				return err
			}
		}
		return t.addOwed(o, p.version)
	})
}

func (t *tx) addOwed(o owed, version int64) error {
	if err := t.addEvents(o.events, version, 0, nil); err != nil {
		return err
	}
	if err := t.addLeaves(o.leaves); err != nil {
		return err
	}
	return t.addJobs(o.jobs)
}

func (t *tx) putPublication(p publication, doc string) error {
	args := []any{p.kind, p.id, p.version, p.state, p.org, p.region, orNull(p.at), orNull(p.until), doc}
	query := `INSERT INTO publications (kind, id, version, state, org, region, published_at, until_at, doc) VALUES (` + places(1, len(args)) + `) ON CONFLICT DO NOTHING`
	if p.version > 1 {
		query = `UPDATE publications SET (kind, id, version, state, org, region, published_at, until_at, doc) = (` + places(1, len(args)) + `)
			WHERE kind = $1 AND id = $2 AND version = $10`
		args = append(args, p.version-1)
	}
	n, err := t.exec(query, args...)
	if err != nil {
		return fmt.Errorf("save %s: %w", p.kind, err)
	}
	if n == 0 {
		return ronda.Errorf(ronda.Conflict, p.noun+".changed", "")
	}
	return nil
}

// publicationFilter chooses rows. Zero fields do not filter.
type publicationFilter struct {
	org       string
	states    []string
	livesAt   time.Time // published, and not run out at that time
	published bool      // was public at some time
	size      int
}

// publications lists rows, the newest first: by publication where that is asked for, otherwise by id.
func publications[T any](ctx context.Context, db *DB, kind string, f publicationFilter) ([]T, error) {
	w := &where{}
	w.equal("kind", kind)
	w.equal("org", f.org)
	if f.states != nil {
		w.in("state", f.states)
	}
	order := "id DESC"
	if f.published {
		w.add("published_at IS NOT NULL")
		order = "published_at DESC, id DESC"
	}
	if !f.livesAt.IsZero() {
		w.add("(until_at IS NULL OR until_at > " + w.arg(micros(f.livesAt)) + ") AND published_at <= " + w.arg(micros(f.livesAt)))
	}
	if !validArgsText(w.args) {
		return nil, nil
	}
	size := f.size
	if size <= 0 {
		size = 200
	}
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM publications`+w.clause()+` ORDER BY `+order+` LIMIT `+w.arg(min(size, 2000)), w.args...)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", kind, err)
	}
	return decodeAll[T](docs)
}

// onePublication returns one row, or a NotFound error "<noun>.not_found".
func onePublication[T any](ctx context.Context, db *DB, kind, noun, id string) (T, error) {
	var none T
	missing := ronda.Errorf(ronda.NotFound, noun+".not_found", "")
	if !validText(id) {
		return none, missing
	}
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM publications WHERE kind = $1 AND id = $2`, kind, id)
	if err != nil {
		return none, fmt.Errorf("read %s: %w", kind, err)
	}
	if len(docs) == 0 {
		return none, missing
	}
	return decode[T](docs[0])
}
