package match

import (
	"context"
	"slices"

	"ronda/internal/fingerprint"
)

// Search returns the documents that the query most likely belongs to. It never
// fails: a text without any known word gives level "nothing". A cancelled
// context gives the same.
func (x *Index) Search(ctx context.Context, qu Query) Result {
	text := fingerprint.ReadText(qu.Text)
	limit := qu.Limit
	if limit <= 0 {
		limit = 5
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if ctx.Err() != nil || x.docs.live == 0 {
		return Result{Level: LevelNothing}
	}
	q := x.newQuery()
	defer x.release(q)
	x.restrict(q, &qu)
	x.prepare(q, text)
	x.retrieve(q, max(maxRetrieved, limit))
	x.describe(q)
	for i := range q.cands {
		q.cands[i].rank = x.model.rank(&q.cands[i].features)
	}
	slices.SortStableFunc(q.cands, func(a, b candidate) int {
		switch {
		case a.rank > b.rank:
			return -1
		case a.rank < b.rank:
			return 1
		}
		return 0
	})
	var res Result
	res.Level = LevelNothing
	for i := range q.cands[:min(limit, len(q.cands))] {
		c := &q.cands[i]
		res.Hits = append(res.Hits, Hit{Kind: x.docs.kinds[x.docs.info[c.doc].kind], ID: string(x.docs.id(c.doc)), Level: LevelSimilar, Score: c.rank})
	}
	return res
}

// restrict notes which documents the query may have.
func (x *Index) restrict(q *query, qu *Query) {
	for i, k := range x.docs.kinds {
		q.kinds[i] = len(qu.Kinds) == 0 || slices.Contains(qu.Kinds, k)
	}
	for _, id := range qu.Exclude {
		for _, k := range x.docs.kinds {
			if n, ok := x.lookup(k, id); ok {
				q.excl[n] = struct{}{}
			}
		}
	}
}
