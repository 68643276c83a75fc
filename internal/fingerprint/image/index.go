package image

import (
	"cmp"
	"slices"
	"sync"
)

// Hit is a picture of the index that shows the same as the one asked for.
type Hit struct {
	ID       string
	Distance int // PDQ bits in which the closest of frames and contents differ, 0 to 256
	How      How
	Mirrored bool
	Alike    float64 // share of the compared parts that agree, 0 to 1
	Frames   int     // how many of the signatures asked for hit it; above 1 only for videos
}

// Index finds signatures that show the same picture. It lives in memory, about 30 KB a picture, and is
// rebuilt from stored signatures at start. It is safe for use by several goroutines.
type Index struct {
	mu      sync.RWMutex
	entries []entry          // guarded by mu, like all below; deleted ones are empty
	byID    map[string][]int // an id has an entry for each of its signatures
	tables  tables
	deleted int
}

type entry struct {
	id  string
	sig *Signature
}

// NewIndex makes an empty index.
func NewIndex() *Index {
	return &Index{byID: map[string][]int{}, tables: newTables()}
}

// Put stores the signatures of id, one for a picture and one a frame for a video, in place of those
// that it had.
func (x *Index) Put(id string, sigs ...Signature) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(id)
	for _, s := range sigs {
		s.mirror = nil // what is looked for is mirrored, not what is kept
		x.add(id, &s)
	}
	x.compact()
}

func (x *Index) add(id string, s *Signature) {
	n := len(x.entries)
	x.entries = append(x.entries, entry{id, s})
	x.byID[id] = append(x.byID[id], n)
	x.tables.add(n, s.features)
}

// Delete removes an id. One that is not there is no error.
func (x *Index) Delete(id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(id)
	x.compact()
}

func (x *Index) remove(id string) {
	for _, n := range x.byID[id] {
		x.entries[n] = entry{}
		x.deleted++
	}
	delete(x.byID, id)
}

// compact builds the tables again without what was deleted, once that is more than half.
func (x *Index) compact() {
	if x.deleted < 1000 || x.deleted < len(x.entries)/2 {
		return
	}
	old := x.entries
	x.entries, x.byID, x.tables, x.deleted = nil, map[string][]int{}, newTables(), 0
	for _, e := range old {
		if e.sig != nil {
			x.add(e.id, e.sig)
		}
	}
}

// Len is the number of ids in the index.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.byID)
}

// Candidates that are looked at for each signature and its mirror image.
const (
	byHash  = 30
	bySpots = 30
)

// Search finds the ids that show the same as any of the signatures, best first.
func (x *Index) Search(sigs ...Signature) []Hit {
	x.mu.RLock()
	defer x.mu.RUnlock()
	best, frames := map[string]Hit{}, map[string]int{}
	for i := range sigs {
		found := map[string]Hit{}
		x.search(&sigs[i], false, found)
		x.search(sigs[i].reflected(), true, found)
		for id, h := range found {
			frames[id]++
			if b, ok := best[id]; !ok || compareHits(h, b) < 0 {
				best[id] = h
			}
		}
	}
	hits := make([]Hit, 0, len(best))
	for id, h := range best {
		h.Frames = frames[id]
		hits = append(hits, h)
	}
	slices.SortFunc(hits, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.Frames, a.Frames), compareHits(a, b)) })
	return hits
}

// compareHits orders hits of one signature, best first.
func compareHits(a, b Hit) int {
	return cmp.Or(cmp.Compare(rank(a.How), rank(b.How)), cmp.Compare(a.Distance, b.Distance), cmp.Compare(b.Alike, a.Alike), cmp.Compare(a.ID, b.ID))
}

func rank(h How) int { return slices.Index([]How{Same, Framed, Part}, h) }

func (x *Index) search(q *Signature, mirrored bool, found map[string]Hit) {
	asked := ready(q)
	for _, n := range x.candidates(q) {
		e := x.entries[n]
		how, share, ok := decide(asked, ready(e.sig))
		if !ok {
			continue
		}
		h := Hit{ID: e.id, Distance: q.distance(e.sig), How: how, Mirrored: mirrored, Alike: share}
		if b, ok := found[e.id]; !ok || compareHits(h, b) < 0 {
			found[e.id] = h
		}
	}
}

// candidates lists the entries that a look is worth: the nearest by PDQ, and those with the most spots
// alike.
func (x *Index) candidates(q *Signature) []int {
	type scored struct{ n, score int }
	var near []scored
	for n, e := range x.entries {
		if e.sig == nil {
			continue
		}
		if d := q.distance(e.sig); d <= likelyBits {
			near = append(near, scored{n, d})
		}
	}
	slices.SortFunc(near, func(a, b scored) int { return cmp.Or(a.score-b.score, a.n-b.n) })
	var voted []scored
	for n, v := range x.tables.votes(q.features) {
		if x.entries[n].sig != nil && v >= leastVotes {
			voted = append(voted, scored{n, v})
		}
	}
	slices.SortFunc(voted, func(a, b scored) int { return cmp.Or(b.score-a.score, a.n-b.n) })
	var out []int
	for _, s := range near[:min(len(near), byHash)] {
		out = append(out, s.n)
	}
	for _, s := range voted[:min(len(voted), bySpots)] {
		if !slices.Contains(out, s.n) {
			out = append(out, s.n)
		}
	}
	return out
}
