package match

import (
	"context"

	"ronda/internal/fingerprint"
)

// Described is a candidate as the ranker sees it, for fitting.
type Described struct {
	ID       string
	Features []float32
}

// FeatureNames returns the names of the features in their order.
func FeatureNames() []string { return featureNames[:] }

// Describe returns all candidates of a query with their features, as the
// retrieval ordered them. It is what the ranker is fitted on.
func (x *Index) Describe(ctx context.Context, qu Query) []Described {
	text := fingerprint.ReadText(qu.Text)
	x.mu.RLock()
	defer x.mu.RUnlock()
	if ctx.Err() != nil {
		return nil
	}
	q := x.newQuery()
	defer x.release(q)
	x.restrict(q, &qu)
	x.prepare(q, text)
	x.retrieve(q, maxRetrieved)
	x.describe(q)
	out := make([]Described, len(q.cands))
	for i := range q.cands {
		c := q.cands[i]
		out[i] = Described{ID: string(x.docs.id(c.doc)), Features: append([]float32(nil), c.features[:]...)}
	}
	return out
}
