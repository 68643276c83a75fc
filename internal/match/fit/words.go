package main

import (
	"slices"

	"ronda/internal/eval"
	"ronda/internal/fingerprint"
	"ronda/internal/match"
)

// wordCount counts one word over pairs of a message and the title that answers it.
type wordCount struct {
	titles, kept      float64 // titles that have it, and those whose message has it too
	messages, carried float64 // messages that have it, and those whose title has it too
}

// The rates are drawn towards the mean by as many pairs; a word met less often than leastMet has the rates of all.
const (
	drawnBy  = 6
	leastMet = 5
)

// pair is a message with the titles that answer it, as keys.
type pair struct {
	fold    int
	message []string
	titles  [][]string
}

// keysOf returns the distinct keys of a text that carry a story.
func keysOf(text string) []string {
	var keys []string
	seen := map[string]bool{}
	for _, t := range fingerprint.ReadText(text).Tokens {
		if fingerprint.IsStop([]byte(t.Text)) {
			continue
		}
		if k := string(fingerprint.Key(nil, []byte(t.Text))); !seen[k] {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	return keys
}

// pairsOf collects the pairs of the answerable queries that were really written.
func (d *dataset) pairsOf(queries []eval.Query) {
	for i := range queries {
		q := &queries[i]
		if q.Synthetic || q.View != "title" {
			continue
		}
		p := pair{fold: d.foldOf(q), message: keysOf(q.Text)}
		for _, id := range q.Relevant {
			p.titles = append(p.titles, keysOf(d.title[id]))
		}
		d.pairs = append(d.pairs, p)
	}
}

// foldOf puts a query in the fold of the story that answers it.
func (d *dataset) foldOf(q *eval.Query) int {
	if len(q.Relevant) > 0 {
		return foldOf(d.cluster[q.Relevant[0]])
	}
	return foldOf(q.ID)
}

// wordRates works out the rates without the pairs of one fold.
func (d *dataset) wordRates(without int) *match.WordRates {
	counts := map[string]*wordCount{}
	of := func(k string) *wordCount {
		c := counts[k]
		if c == nil {
			c = new(wordCount)
			counts[k] = c
		}
		return c
	}
	var all wordCount
	words := 0.0
	for _, p := range d.pairs {
		if p.fold == without {
			continue
		}
		words += float64(len(p.message))
		for _, k := range p.message {
			c := of(k)
			c.messages++
			all.messages++
			if slices.ContainsFunc(p.titles, func(t []string) bool { return slices.Contains(t, k) }) {
				c.carried++
				all.carried++
			}
		}
		for _, t := range p.titles {
			for _, k := range t {
				c := of(k)
				c.titles++
				all.titles++
				if slices.Contains(p.message, k) {
					c.kept++
					all.kept++
				}
			}
		}
	}
	kept, carried := all.kept/max(1, all.titles), all.carried/max(1, all.messages)
	rates := map[string]match.WordRate{}
	for k, c := range counts {
		if c.messages < leastMet && c.titles < leastMet {
			continue
		}
		rates[k] = match.WordRate{
			Kept:    (c.kept + drawnBy*kept) / (c.titles + drawnBy),
			Common:  (c.messages + 0.5) / words,
			Carried: (c.carried + drawnBy*carried) / (c.messages + drawnBy),
		}
	}
	// A word that is rare in messages is carried more often than the mean, which the common ones pull down.
	var rare wordCount
	for _, c := range counts {
		if c.messages < leastMet {
			rare.messages += c.messages
			rare.carried += c.carried
		}
	}
	def := match.WordRate{Kept: kept, Common: leastMet / max(1, words), Carried: (rare.carried + 1) / (rare.messages + 2)}
	return match.NewWordRates(def, rates)
}
