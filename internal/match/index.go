package match

import (
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"math"
	"sort"
	"strings"
	"sync"

	"ronda/internal/fingerprint"
)

type key struct {
	kind DocKind
	id   string
}

// Index is the memory of known claims and cases. It is safe for use by many
// goroutines: Put and Delete may run while queries run.
type Index struct {
	mu    sync.RWMutex
	docs  map[key]Doc
	terms map[string]map[key]int
}

// New returns an empty index.
func New() *Index {
	return &Index{docs: map[key]Doc{}, terms: map[string]map[key]int{}}
}

// Put adds a document or replaces the one with the same kind and id.
func (x *Index) Put(d Doc) {
	x.Delete(d.Kind, d.ID)
	x.mu.Lock()
	defer x.mu.Unlock()
	k := key{d.Kind, d.ID}
	x.docs[k] = d
	for _, w := range strings.Fields(fingerprint.Normalize(d.Title + " " + d.Narration)) {
		if x.terms[w] == nil {
			x.terms[w] = map[key]int{}
		}
		x.terms[w][k]++
	}
}

// Delete removes a document; it is gone from the next answer on.
func (x *Index) Delete(kind DocKind, id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	k := key{kind, id}
	d, ok := x.docs[k]
	if !ok {
		return
	}
	delete(x.docs, k)
	for _, w := range strings.Fields(fingerprint.Normalize(d.Title + " " + d.Narration)) {
		delete(x.terms[w], k)
	}
}

// Len returns the number of documents.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.docs)
}

// Search returns the documents that the query most likely belongs to.
func (x *Index) Search(ctx context.Context, q Query) Result {
	x.mu.RLock()
	defer x.mu.RUnlock()
	scores := map[key]float64{}
	common := map[key][]string{}
	seen := map[string]bool{}
	total := 0.0
	for _, w := range strings.Fields(fingerprint.Normalize(q.Text)) {
		if seen[w] || ctx.Err() != nil {
			continue
		}
		seen[w] = true
		idf := math.Log(1 + (float64(len(x.docs))+0.5)/(float64(len(x.terms[w]))+0.5))
		total += idf
		for k := range x.terms[w] {
			scores[k] += idf
			common[k] = append(common[k], w)
		}
	}
	var hits []Hit
	for k, s := range scores {
		score := s / (total + 1)
		level := LevelNothing
		if score > 0.6 {
			level = LevelMatch
		} else if score > 0.3 {
			level = LevelSimilar
		}
		hits = append(hits, Hit{k.kind, k.id, level, score, []Reason{{ReasonWordsInCommon, common[k]}}})
	}
	sort.Slice(hits, func(i, j int) bool { return hits[i].Score > hits[j].Score })
	limit := q.Limit
	if limit <= 0 {
		limit = 5
	}
	if len(hits) > limit {
		hits = hits[:limit]
	}
	if len(hits) == 0 {
		return Result{Level: LevelNothing}
	}
	return Result{hits[0].Level, hits}
}

// Snapshot writes the index for a fast start.
func (x *Index) Snapshot(w io.Writer) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	docs := make([]Doc, 0, len(x.docs))
	for _, d := range x.docs {
		docs = append(docs, d)
	}
	if err := gob.NewEncoder(w).Encode(docs); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return nil
}

// Load reads what Snapshot wrote.
func (x *Index) Load(r io.Reader) error {
	var docs []Doc
	if err := gob.NewDecoder(r).Decode(&docs); err != nil {
		return fmt.Errorf("read snapshot: %w", err)
	}
	for _, d := range docs {
		x.Put(d)
	}
	return nil
}
