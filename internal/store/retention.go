package store

import (
	"context"
	"fmt"
	"time"

	"ronda"
)

// Expired counts, for each kind that counts from its making, the rows that the pack's time is over for.
func (db *DB) Expired(ctx context.Context, p *ronda.Pack, now time.Time) (map[ronda.RetentionKind]int64, error) {
	out := map[ronda.RetentionKind]int64{}
	for _, x := range erasables() {
		where, arg, ok := x.expired(p, now)
		if !ok {
			continue
		}
		n, err := list(ctx, db.read, scanInt, `SELECT COUNT(*) FROM `+x.table+` WHERE `+where, arg)
		if err != nil {
			return nil, fmt.Errorf("count what is due of %s: %w", x.table, err)
		}
		out[x.kind] += n[0]
	}
	return out, nil
}

// Expire removes those rows, each table in a transaction of its own: none of them tells of an act, and a run that stops half-way is gone on with the
// next day.
func (db *DB) Expire(ctx context.Context, p *ronda.Pack, now time.Time) (map[ronda.RetentionKind]int64, error) {
	out := map[ronda.RetentionKind]int64{}
	for _, x := range erasables() {
		where, arg, ok := x.expired(p, now)
		if !ok {
			continue
		}
		var n int64
		err := db.write.do(ctx, func(t *tx) error {
			var err error
			n, err = t.exec(x.statement(now)+where, arg)
			return err
		})
		if err != nil {
			return out, fmt.Errorf("remove what is due of %s: %w", x.table, err)
		}
		out[x.kind] += n
	}
	return out, nil
}

// expired is the condition for rows of a table whose time is over.
func (x erasable) expired(p *ronda.Pack, now time.Time) (where string, arg any, ok bool) {
	before, ok := p.Cutoff(x.kind, now)
	if x.made == "" || !ok {
		return "", nil, false
	}
	where = x.made + ` < $1`
	if x.still != "" {
		where += ` AND (` + x.still + `)`
	}
	switch {
	case x.day:
		return where, before.In(p.Zone("")).Format(time.DateOnly), true
	case x.grain > 0:
		return where, micros(before) / x.grain, true
	}
	return where, micros(before), true
}

// DueCases lists ended cases, in the order of their ids after the one given, that ended before the time, still have data of the kind, and are neither held
// nor under an open objection.
func (db *DB) DueCases(ctx context.Context, kind ronda.RetentionKind, endedBefore, now time.Time, after string, limit int) ([]ronda.Case, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM cases
		WHERE ended_at IS NOT NULL AND ended_at <= $1 AND (held_until IS NULL OR held_until <= $2) AND erased NOT LIKE $3 AND id > $4
			AND NOT EXISTS (SELECT 1 FROM appeals a WHERE a.case_id = cases.id AND a.state IN ('control', 'panel'))
		ORDER BY id LIMIT $5`, micros(endedBefore), micros(now), `% `+string(kind)+` %`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list cases whose time is over: %w", err)
	}
	return decodeAll[ronda.Case](docs)
}

// HeldCases lists the cases whose data a hold keeps, the nearest end first: what auditors read.
func (db *DB) HeldCases(ctx context.Context, now time.Time, limit int) ([]ronda.Case, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM cases WHERE held_until > $1 ORDER BY held_until, id LIMIT $2`, micros(now), limit)
	if err != nil {
		return nil, fmt.Errorf("list held cases: %w", err)
	}
	return decodeAll[ronda.Case](docs)
}
