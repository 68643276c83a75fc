package match

import "slices"

// How much a query may read. The rarest words come first, so what is left out
// weighs least; the ranker reads the whole text of each candidate anyway.
const (
	maxRetrieved = 64      // candidates that the ranker looks at
	leastTerms   = 12      // rarest words that are always read
	mostTerms    = 40      // words that are read at most
	maxPostings  = 400_000 // postings after which only the twelve rarest words count
)

// retrieve fills q.top with the documents whose rarest common words weigh
// most, best first. The caller holds mu.
//
// It goes term by term from the rarest on and adds up in one array. As soon as
// the terms that are left cannot lift a new document among the best, they only
// add to documents that were seen (the "continue" strategy of Moffat and
// Zobel, "Self-Indexing Inverted Files", 1996).
func (x *Index) retrieve(q *query, want int) {
	if n := len(x.docs.info); len(q.score) < n {
		q.score = append(q.score, make([]float32, n+n/8-len(q.score))...)
	}
	order := q.byWorth(nil)
	left := float32(0)
	for _, i := range order {
		left += q.termWorth(i)
	}
	read, open := 0, true
	for n, i := range order {
		t := &q.terms[i]
		if n >= mostTerms || n >= leastTerms && read > maxPostings {
			break
		}
		worth := q.termWorth(i)
		if open && n >= 3 && len(q.touched) >= want && left < q.floor(want) {
			open = false
		}
		scale := worth / impactPrecision
		read += int(x.post.df[t.key])
		if open {
			x.post.each(t.key, func(run []posting) { q.addOpen(run, scale) })
		} else {
			x.post.each(t.key, func(run []posting) { q.addSeen(run, scale) })
		}
		left -= worth
	}
	q.pick(x, want)
}

// termWorth is the most that a term can add to a document.
func (q *query) termWorth(i int) float32 {
	t := &q.terms[i]
	w := t.idf * t.weight
	if t.count > 1 {
		w *= 1.2
	}
	return w
}

func (q *query) addOpen(run []posting, scale float32) {
	score, touched := q.score, q.touched
	for _, p := range run {
		d := p >> 8
		if score[d] == 0 {
			touched = append(touched, d)
		}
		score[d] += float32(p&0xff) * scale
	}
	q.touched = touched
}

func (q *query) addSeen(run []posting, scale float32) {
	score := q.score
	for _, p := range run {
		if s := score[p>>8]; s != 0 {
			score[p>>8] = s + float32(p&0xff)*scale
		}
	}
}

// floor is a lower bound of the score of the want-th best document so far,
// from a coarse histogram.
func (q *query) floor(want int) float32 {
	best := float32(0)
	for _, d := range q.touched {
		best = max(best, q.score[d])
	}
	if best == 0 {
		return 0
	}
	var hist [64]int
	for _, d := range q.touched {
		hist[int(q.score[d]/best*63)]++
	}
	n := 0
	for i := 63; i > 0; i-- {
		if n += hist[i]; n >= want {
			return float32(i) / 63 * best * 0.999
		}
	}
	return 0
}

// pick keeps the best of the touched documents that the query may have, and
// clears the scores.
func (q *query) pick(x *Index, want int) {
	floor := float32(0)
	if len(q.touched) > 4*want && len(q.excl) == 0 {
		floor = q.floor(4 * want)
	}
	top := q.top[:0]
	for _, d := range q.touched {
		s := q.score[d]
		q.score[d] = 0
		if s < floor || len(top) == want && s <= top[0].score {
			continue
		}
		info := &x.docs.info[d]
		if !info.alive || !q.kinds[info.kind] {
			continue
		}
		if _, no := q.excl[d]; no {
			continue
		}
		if len(top) < want {
			top = append(top, scored{d, s})
			up(top)
		} else {
			top[0] = scored{d, s}
			down(top)
		}
	}
	q.touched = q.touched[:0]
	slices.SortFunc(top, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return int(a.doc) - int(b.doc)
	})
	q.top = top
}

// up and down keep the least score at the front of a heap.
func up(h []scored) {
	i := len(h) - 1
	for i > 0 {
		p := (i - 1) / 2
		if h[p].score <= h[i].score {
			return
		}
		h[p], h[i] = h[i], h[p]
		i = p
	}
}

func down(h []scored) {
	i := 0
	for {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && h[c+1].score < h[c].score {
			c++
		}
		if h[i].score <= h[c].score {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}
