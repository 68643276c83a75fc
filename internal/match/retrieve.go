package match

import "slices"

// How much a query may read. The rarest words come first, so what is left out
// weighs least, and the ranker reads the whole record of each candidate anyway.
const (
	maxRetrieved = 64      // candidates that are described
	mostOpen     = 12      // words after which a quarter of the open postings is enough
	mostTerms    = 40      // words that are read at most
	maxPostings  = 26_000  // postings after which no further word is read, from the fifth word on, at a million documents
	minPostings  = 6_000   // the same in a small index; in between by the number of documents
	mostPostings = 600_000 // the same from the second word on
)

// retrieve fills q.top with the documents whose rarest common words weigh
// most, best first. The caller holds mu.
//
// It goes term by term from the rarest on and adds up in one array. When the
// terms that are left cannot lift a new document among the best, or enough was
// read, they only add to documents that were seen (the "continue" strategy of
// Moffat and Zobel, "Self-Indexing Inverted Files", 1996).
func (x *Index) retrieve(q *query, want int) {
	if n := len(x.docs.info); len(q.score) < n {
		q.score = append(q.score, make([]float32, n+n/8-len(q.score))...)
	}
	q.order = q.byWorth(q.order)
	left := float32(0)
	for _, i := range q.order {
		left += q.termWorth(i)
	}
	read, open := 0, true
	most := min(maxPostings, minPostings+x.docs.live/50)
	openMost := most / 2 // postings after which no word brings new documents in
	for n, i := range q.order {
		t := &q.terms[i]
		df := x.post.lists[t.key].len()
		if n >= mostTerms || n >= 4 && read+df > most || n >= 1 && read+df > mostPostings {
			break
		}
		if open && (n >= 4 && read+df > openMost || n >= mostOpen && read+df > openMost/4 ||
			n >= 4 && n%4 == 0 && len(q.touched) >= want && left < q.floor(want)) {
			open = false
		}
		worth := q.termWorth(i)
		scale := worth / impactPrecision
		read += df
		l := &x.post.lists[t.key]
		for _, at := range l.full {
			q.add(x.post.block(at), scale, open)
		}
		q.add(l.tail, scale, open)
		left -= worth
	}
	q.pick(x, want)
}

// termWorth is the most that a term can add to a document.
func (q *query) termWorth(i int) float32 {
	t := &q.terms[i]
	w := t.idf
	if !t.related {
		w = 0.4*w + 0.6*max(0.3, t.carried+1.5)
	}
	w *= t.weight
	if t.count > 1 {
		w *= 1.2
	}
	return w
}

// add adds a run of postings to the scores; when it is not open, only of
// documents that were seen.
func (q *query) add(run []posting, scale float32, open bool) {
	score := q.score
	if !open {
		for _, p := range run {
			if s := score[p>>8]; s != 0 {
				score[p>>8] = s + float32(p&0xff)*scale
			}
		}
		return
	}
	touched := q.touched
	for _, p := range run {
		d := p >> 8
		s := score[d]
		if s == 0 {
			touched = append(touched, d)
		}
		score[d] = s + float32(p&0xff)*scale
	}
	q.touched = touched
}

// sampleSize is how many documents floor looks at.
const sampleSize = 4096

// floor is about the score of the want-th best document so far, a little low:
// from a coarse histogram over a sample.
func (q *query) floor(want int) float32 {
	step := max(1, len(q.touched)/sampleSize)
	best := float32(0)
	for i := 0; i < len(q.touched); i += step {
		best = max(best, q.score[q.touched[i]])
	}
	var hist [64]int
	for i := 0; i < len(q.touched); i += step {
		hist[int(q.score[q.touched[i]]/best*63)] += step
	}
	n := 0
	for i := 63; i > 0; i-- {
		if n += hist[i]; n >= want+2*step {
			return float32(i) / 63 * best * 0.999
		}
	}
	return 0
}

// pick keeps the best of the touched documents that the query may have, and
// clears the scores.
func (q *query) pick(x *Index, want int) {
	top := q.top[:0]
	for _, d := range q.touched {
		s := q.score[d]
		q.score[d] = 0
		if len(top) == want && s <= top[0].score {
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
