package store

import (
	"context"
	"fmt"

	"ronda"
)

// SaveErasureRequest saves a request with the jobs that it causes, in one transaction. A version that is not the successor of the stored one is a Conflict
// "erasure.changed"; a second open request for the same thing a Conflict "erasure.asked".
func (db *DB) SaveErasureRequest(ctx context.Context, r ronda.ErasureRequest, jobs ...ronda.Job) error {
	doc, err := encode(r)
	if err != nil {
		return fmt.Errorf("save request to erase: %w", err)
	}
	err = db.write.do(ctx, func(t *tx) error {
		if r.Version == 1 {
			n, err := t.exec(`INSERT INTO erasure_requests (id, version, state, scope, ref, case_id, asked_at, doc)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
				r.ID, r.Version, string(r.State), string(r.Scope), r.Ref, r.Case, micros(r.AskedAt), doc)
			if err == nil && n == 0 {
				err = ronda.Errorf(ronda.Conflict, "erasure.asked", "code")
			}
			if err != nil {
				return err
			}
			return t.addJobs(jobs)
		}
		n, err := t.exec(`UPDATE erasure_requests SET version = $2, state = $3, doc = $4 WHERE id = $1 AND version = $5`,
			r.ID, r.Version, string(r.State), doc, r.Version-1)
		if err == nil && n == 0 {
			err = ronda.Errorf(ronda.Conflict, "erasure.changed", "")
		}
		if err != nil {
			return err
		}
		return t.addJobs(jobs)
	})
	return wrap("save request to erase", err)
}

// ErasureRequest returns the request with the id, or a NotFound error.
func (db *DB) ErasureRequest(ctx context.Context, id string) (ronda.ErasureRequest, error) {
	missing := ronda.Errorf(ronda.NotFound, "erasure.not_found", "")
	if !validText(id) {
		return ronda.ErasureRequest{}, missing
	}
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM erasure_requests WHERE id = $1`, id)
	if err != nil {
		return ronda.ErasureRequest{}, fmt.Errorf("read request to erase: %w", err)
	}
	if len(docs) == 0 {
		return ronda.ErasureRequest{}, missing
	}
	return decode[ronda.ErasureRequest](docs[0])
}

// ErasureRequests lists the requests in a state, the oldest first.
func (db *DB) ErasureRequests(ctx context.Context, state ronda.RequestState, limit int) ([]ronda.ErasureRequest, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM erasure_requests WHERE state = $1 ORDER BY asked_at, id LIMIT $2`, string(state), limit)
	if err != nil {
		return nil, fmt.Errorf("list requests to erase: %w", err)
	}
	return decodeAll[ronda.ErasureRequest](docs)
}
