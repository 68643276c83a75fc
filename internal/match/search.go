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
	byAddress := x.addressHits(q, &qu)
	x.prepare(q, text)
	x.retrieve(q, max(maxRetrieved, limit))
	x.describe(q)
	x.rank(q, limit+len(byAddress))
	if qu.Recency && !qu.At.IsZero() {
		x.preferRecent(q, &qu, limit+len(byAddress))
	}
	return x.answer(q, byAddress, limit)
}

// answer makes the hits: those at the same address first.
func (x *Index) answer(q *query, byAddress []Hit, limit int) Result {
	hits := byAddress
	for i := range q.cands {
		c := q.cands[i]
		if len(hits) >= limit {
			break
		}
		info := &x.docs.info[c.doc]
		kind, id := x.docs.kinds[info.kind], string(x.docs.id(c.doc))
		if at := slices.IndexFunc(byAddress, func(h Hit) bool { return h.Kind == kind && h.ID == id }); at >= 0 {
			hits[at].Why = append(hits[at].Why, x.explain(q, c)...)
			continue
		}
		if q.repeats(c) {
			c.score = max(c.score, x.ranker.Match)
		}
		h := Hit{Kind: kind, ID: id, Level: x.ranker.level(c.score), Score: c.score, Why: x.explain(q, c)}
		if !supported(h.Why) {
			h.Level = LevelNothing
		}
		hits = append(hits, h)
	}
	if len(hits) == 0 {
		return Result{Level: LevelNothing}
	}
	hits = hits[:min(limit, len(hits))]
	slices.SortStableFunc(hits, func(a, b Hit) int { return levelOrder(a.Level) - levelOrder(b.Level) })
	return Result{Level: hits[0].Level, Hits: hits}
}

// leastExact is how many words a text needs for its exact repetition to be a match whatever the ranker says, and leastTold how many
// words that carry a story a title needs for a message in which it stands word for word.
const (
	leastExact = 6
	leastTold  = 5
)

// repeats says that the query is the candidate's text, or that the candidate's title stands in it word for word: that is the same
// story, however small the index. A run counts related and respelled words too, so the spelling is asked for as well.
func (q *query) repeats(c *candidate) bool {
	f := &c.features
	return f[fExact] == 1 && len(q.text.Tokens) >= leastExact || f[fTitleRunShare] == 1 && f[fSurface] > 0.999 && f[fTitleLen] >= leastTold
}

// addressScore is the score of a document that names the same item: the same
// address is the same item, but a channel or an account holds more than one
// story.
const addressScore = 0.99

// addressHits finds the documents that name an address of the query.
func (x *Index) addressHits(q *query, qu *Query) []Hit {
	var hits []Hit
	for _, a := range qu.Addresses {
		x.byAddress.find(hash64([]byte(a)), func(doc uint32) bool {
			info := &x.docs.info[doc]
			if _, no := q.excl[doc]; no || !info.alive || !q.kinds[info.kind] {
				return true
			}
			kind, id := x.docs.kinds[info.kind], string(x.docs.id(doc))
			at := slices.IndexFunc(hits, func(h Hit) bool { return h.Kind == kind && h.ID == id })
			if at < 0 {
				hits = append(hits, Hit{Kind: kind, ID: id, Level: LevelMatch, Score: addressScore, Why: []Reason{{Code: ReasonSameAddress}}})
				at = len(hits) - 1
			}
			if !slices.Contains(hits[at].Why[0].Args, a) {
				hits[at].Why[0].Args = append(hits[at].Why[0].Args, a)
			}
			return len(hits) < 100
		})
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return len(b.Why[0].Args) - len(a.Why[0].Args) })
	return hits
}

// recencyDays is the age at which a score counts half of what recency may take
// away, and recencyShare how much that is.
const (
	recencyDays  = 90
	recencyShare = 0.5
)

// preferRecent lowers the scores of documents that are far from the moment of
// the query, and orders them again. An unknown date counts as old.
func (x *Index) preferRecent(q *query, qu *Query, first int) {
	at := int32(qu.At.Unix() / 86400)
	n := min(first, len(q.cands))
	for i := range q.cands[:n] {
		c := q.cands[i]
		age := 1.0
		if day := x.docs.info[c.doc].day; day != noDay {
			d := float64(at - day)
			if d < 0 {
				d = -d
			}
			age = d / (d + recencyDays)
		}
		c.score *= 1 - recencyShare*age
	}
	slices.SortStableFunc(q.cands[:n], func(a, b *candidate) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
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
