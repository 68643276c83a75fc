package match

import (
	"math"
	"slices"

	"ronda/internal/fingerprint"
)

// term is one key of a query.
type term struct {
	key              uint32
	idf              float32
	weight           float32 // 1 for a word as written, less for one read as another spelling
	number           bool
	carried, dropped float32 // log odds that the answering title has it, and that it does not
	related          bool    // not in the query: another word for one that is
	count            int
	positions        []int32 // the first few places in the query, counted in words that carry a story
}

const maxPositions = 12

// query is a query on its way through the index, with scratch memory that is
// used again.
type query struct {
	text      fingerprint.Text
	terms     []term
	termOf    []uint16 // by key: term number + 1
	known     []int32  // by position: term number or -1
	places    []int32  // by position: token number
	mass      float64  // rarity of all words of the query, unknown ones among them
	unknown   int      // distinct words that no document has
	english   float32  // share of English function words
	length    float32  // distinct words that carry a story
	dropped   float64  // sum of the terms' dropped, and of unknown words'
	squares   float64  // sum of the squared rarities of all words of the query
	hasWord   []bool   // by word of the dictionary
	words     []uint32 // the words that hasWord is set for
	exact     uint64
	tokens    []uint32 // by token: its word, or noWord
	tokenOf   []uint16 // by word of the dictionary: its first token + 1
	nextToken []int32  // by token: the next one with the same word, or -1
	shown     []int

	score   []float32 // by document
	touched []uint32
	order   []int
	same    []uint32 // documents whose normal form is the query's
	top     []scored
	cands   []*candidate
	pool    [maxRetrieved]candidate
	values  []float64
	rows    []row // by candidate
	place   []int
	ordered []*candidate
	one     [1]row
	row     []float32
	rec     record
	runs    [2][]runAt
	excl    map[uint32]struct{}
	seen    map[string]struct{}
	kinds   [256]bool
	softer  map[uint32]float32
	keys    []uint32
	hit     []uint32 // by term: the stamp of the document that had it last
	stamp   uint32

	letters     []byte  // the first ones of the query
	lead, title pattern // the first letters of the query and of a title
	spelled     []byte
}

type scored struct {
	doc   uint32
	score float32
}

func (x *Index) newQuery() *query {
	q, _ := x.queries.Get().(*query)
	if q == nil {
		q = &query{excl: map[uint32]struct{}{}, seen: map[string]struct{}{}, softer: map[uint32]float32{}}
	}
	return q
}

func (x *Index) release(q *query) {
	for i := range q.terms {
		q.termOf[q.terms[i].key] = 0
	}
	for _, w := range q.words {
		q.hasWord[w] = false
	}
	for _, w := range q.tokens {
		if w != noWord {
			q.tokenOf[w] = 0
		}
	}
	q.words, q.squares = q.words[:0], 0
	q.tokens = q.tokens[:0]
	q.terms, q.known, q.places = q.terms[:0], q.known[:0], q.places[:0]
	q.mass, q.unknown, q.exact = 0, 0, 0
	q.dropped = 0
	clear(q.excl)
	clear(q.seen)
	clear(q.softer)
	x.queries.Put(q)
}

const noWord = ^uint32(0)

// prepare finds the terms of the query. The caller holds mu.
func (x *Index) prepare(q *query, text fingerprint.Text) {
	q.text = text
	if n := len(x.dict.keyWords); len(q.termOf) < n {
		q.termOf = append(q.termOf, make([]uint16, n+n/4-len(q.termOf))...)
	}
	if n := x.dict.words.len(); len(q.hasWord) < n {
		q.hasWord = append(q.hasWord, make([]bool, n+n/4-len(q.hasWord))...)
	}
	if n := x.dict.words.len(); len(q.tokenOf) < n {
		q.tokenOf = append(q.tokenOf, make([]uint16, n+n/4-len(q.tokenOf))...)
	}
	unknownIDF := x.logDocs - fastLog(0.5)
	respell, english := maxRespelled, 0
	var word, key []byte
	q.tokens = q.tokens[:0]
	for i := range text.Tokens {
		t := &text.Tokens[i]
		word = append(word[:0], t.Text...)
		if fingerprint.IsEnglish(word) {
			english++
		}
		q.exact = mix(q.exact+hash64(word)) | 1
		w, known := x.dict.word(word, hash64(word))
		if !known {
			w = noWord
		}
		q.tokens = append(q.tokens, w)
		if known && x.dict.wordKey[w] == noKey || !known && fingerprint.IsStop(word) {
			continue
		}
		pos := int32(len(q.known))
		q.known = append(q.known, -1)
		q.places = append(q.places, int32(i))
		k := uint32(noKey)
		if known {
			k = x.dict.wordKey[w]
			if !q.hasWord[w] {
				q.hasWord[w] = true
				q.words = append(q.words, w)
			}
		} else {
			key = fingerprint.Key(key[:0], word)
			if n, ok := x.dict.key(key); ok {
				k = n
			}
		}
		switch {
		case k != noKey && x.post.df[k] > 0:
			x.addTerm(q, k, 1, t.Number, pos)
		default:
			if q.unknownWord(t.Text, unknownIDF) {
				if k != noKey {
					key = append(key[:0], x.dict.keys.get(k)...)
				}
				rate, own := x.dict.rates.of(key)
				q.dropped += float64(rate.trust(own).dropped)
			}
			if respell > 0 && !t.Number {
				respell--
				x.respell(q, word, pos)
			}
		}
	}
	q.english = float32(ratio(float64(english), float64(len(text.Tokens))))
	q.nextToken = slices.Grow(q.nextToken[:0], len(q.tokens))[:len(q.tokens)]
	for i := len(q.tokens) - 1; i >= 0; i-- {
		q.nextToken[i] = -1
		if w := q.tokens[i]; w != noWord {
			q.nextToken[i] = int32(q.tokenOf[w]) - 1
			q.tokenOf[w] = uint16(i + 1)
		}
	}
	q.length = float32(max(4, len(q.terms)+q.unknown))
	for i := range q.terms {
		t := &q.terms[i]
		tr := &x.dict.trust[t.key]
		titles := min(max(x.frequency(t.key)/(x.size()+1), 1e-5), 0.5)
		t.carried, t.dropped = tr.carried-fastLog(titles), tr.dropped-fastLog(1-titles)
		q.dropped += float64(t.dropped)
		q.squares += float64(q.terms[i].idf) * float64(q.terms[i].idf)
	}
	x.relate(q)
	if n := len(q.terms); len(q.hit) < n {
		q.hit = append(q.hit, make([]uint32, n-len(q.hit))...)
	}
	clear(q.hit)
	q.stamp = 1
}

const (
	maxRespelled = 32   // unknown words of a query that are looked up by spelling
	maxTerms     = 1000 // distinct keys of a query
)

func (x *Index) addTerm(q *query, k uint32, weight float32, number bool, pos int32) {
	n := q.termOf[k]
	if n == 0 {
		if len(q.terms) == maxTerms {
			return
		}
		idf := x.rarity(k)
		if len(q.terms) < cap(q.terms) {
			q.terms = q.terms[:len(q.terms)+1]
			old := q.terms[len(q.terms)-1].positions
			q.terms[len(q.terms)-1] = term{key: k, idf: idf, weight: weight, number: number, positions: old[:0]}
		} else {
			q.terms = append(q.terms, term{key: k, idf: idf, weight: weight, number: number})
		}
		n = uint16(len(q.terms))
		q.termOf[k] = n
		q.mass += float64(idf)
	}
	t := &q.terms[n-1]
	t.count++
	t.weight = max(t.weight, weight)
	if len(t.positions) < maxPositions {
		t.positions = append(t.positions, pos)
	}
	if q.known[pos] < 0 {
		q.known[pos] = int32(n - 1)
	}
}

// unknownWord counts a word that no document has, the first time it stands in
// the query.
func (q *query) unknownWord(text string, idf float32) bool {
	if _, again := q.seen[text]; again {
		return false
	}
	q.seen[text] = struct{}{}
	q.unknown++
	q.mass += float64(idf)
	q.squares += float64(idf) * float64(idf)
	return true
}

// relate adds the keys that tell the same story in other words.
func (x *Index) relate(q *query) {
	for i := range q.terms[:min(len(q.terms), 200)] {
		t := &q.terms[i]
		if t.weight < 1 {
			continue
		}
		pos := t.positions[0]
		for _, k := range x.dict.related[t.key] {
			if q.termOf[k] == 0 && x.post.df[k] > 0 {
				mass := q.mass
				x.addTerm(q, k, relatedWeight, false, pos)
				if n := q.termOf[k]; n > 0 {
					q.terms[n-1].related = true
				}
				q.mass = mass
			}
		}
	}
}

const relatedWeight = 0.35

// respell looks for words that are spelled almost like an unknown one, and for
// two known words that were written as one.
func (x *Index) respell(q *query, word []byte, pos int32) {
	usable := func(n uint32) bool {
		k := x.dict.wordKey[n]
		return k != noKey && x.post.df[k] > 0
	}
	for plain := range colloquial(word) {
		if n, ok := x.dict.word(plain, hash64(plain)); ok && usable(n) {
			x.addTerm(q, x.dict.wordKey[n], 0.85, false, pos)
			return
		}
	}
	found := x.dict.nearby(word, 2, usable)
	if len(found) == 0 {
		found = x.dict.framed(word, 2, func(n uint32) int {
			if !usable(n) {
				return 0
			}
			return int(x.post.df[x.dict.wordKey[n]])
		})
	}
	for _, n := range found {
		weight := float32(0.7)
		if n.distance > 1 {
			weight = 0.5
		}
		x.addTerm(q, x.dict.wordKey[n.word], weight, false, pos)
	}
	if len(found) > 0 {
		return
	}
	for i := len(word) - 3; i >= 3; i-- {
		a, okA := x.dict.word(word[:i], hash64(word[:i]))
		b, okB := x.dict.word(word[i:], hash64(word[i:]))
		if okA && okB && (usable(a) || usable(b)) {
			for _, n := range []uint32{a, b} {
				if usable(n) {
					x.addTerm(q, x.dict.wordKey[n], 0.7, false, pos)
				}
			}
			return
		}
	}
}

// fastLog is the natural logarithm of a positive normal v with an error below
// 0.0001.
func fastLog(v float32) float32 {
	bits := math.Float32bits(v)
	exponent := float32(int32(bits>>23) - 127)
	m := math.Float32frombits(bits&0x7fffff | 0x3f800000) // 1 to 2
	return 0.6931472*exponent + (-1.7417939 + (2.8212026+(-1.4699568+(0.44717955-0.056570851*m)*m)*m)*m)
}

// rarity is the rarity of a key (the inverse document frequency of Robertson
// and Spärck Jones, in the form that is never negative), capped for words that are common in messages
// even if few documents have them.
func (x *Index) rarity(k uint32) float32 {
	logDF := x.post.logDF[k]
	if x.missing > 0 {
		logDF = fastLog(x.frequency(k) + 0.5)
	}
	return min(x.logDocs-logDF, x.dict.keyCap[k])
}

// A young index knows too little of how rare words are: of a hundred checks each common word stands in one or two. So it counts as if
// it had grownDocs documents, and those that it lacks were as messages are: wordsOfDoc words each, by the rates that were fitted.
const (
	grownDocs  = 5000
	wordsOfDoc = 30
)

// frequency is how many documents have the key, those among them that a young index lacks.
func (x *Index) frequency(k uint32) float32 {
	df := float32(x.post.df[k])
	if tr := &x.dict.trust[k]; x.missing > 0 && tr.own {
		df += x.missing * min(wordsOfDoc*tr.common, 0.5)
	}
	return df
}

// counted notes the number of documents.
func (x *Index) counted() {
	x.missing = float32(max(0, grownDocs-x.docs.live))
	x.logDocs = fastLog(x.size() + 1)
}

// size is the number of documents, those among them that a young index lacks.
func (x *Index) size() float32 { return float32(x.docs.live) + x.missing }

// byWorth returns the numbers of the terms, most worth first.
func (q *query) byWorth(dst []int) []int {
	dst = dst[:0]
	for i := range q.terms {
		dst = append(dst, i)
	}
	slices.SortFunc(dst, func(a, b int) int {
		p, r := q.termWorth(a), q.termWorth(b)
		switch {
		case p > r:
			return -1
		case p < r:
			return 1
		}
		return a - b
	})
	return dst
}
