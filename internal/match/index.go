package match

import (
	"math"
	"slices"
	"sync"

	"ronda/internal/fingerprint"
)

// Index is the memory of known claims and cases. It is safe for use by many
// goroutines: Put and Delete may run while queries run, and a change is in the
// next answer. Nothing is ever rebuilt as a whole: documents are appended,
// deleted ones are passed over at once and swept away little by little.
type Index struct {
	mu        sync.RWMutex // held for reading by queries, for writing for microseconds by changes
	dict      dictionary
	post      postingStore
	docs      documents
	byID      table   // hash of kind and id -> document
	byAddress table   // hash of a canonical address -> documents
	byExact   table   // hash of the normal form of title or narration -> documents
	sweepAt   int     // next key that the sweep looks at
	cursor    int64   // see Cursor
	logDocs   float32 // the logarithm of size + 1
	missing   float32 // see grownDocs

	queries sync.Pool // *query
	puts    sync.Pool // *analysis
	ranker  *Ranker
	order   forest // the ranker's trees
	certain forest
}

// New returns an empty index with the ranker that ships with Ronda.
func New() *Index {
	return NewWith(shippedRanker())
}

// NewWith returns an empty index with another ranker.
func NewWith(r *Ranker) *Index {
	return &Index{ranker: r, dict: dictionary{rates: r.Words}, order: r.Order.forest(), certain: r.Certain.forest()}
}

// MaxNarration is the number of words of a narration that are kept.
const MaxNarration = 400

// analysis is a document taken apart, before it is numbered.
type analysis struct {
	scan      fingerprint.Scanner
	bytes     []byte
	title     []span
	narration []span
	exact     [2]uint64 // of title and narration; 0 for none
	words     [2][]uint32
	weights   []keyCount
	record    []byte
	addresses []uint64
}

type span struct {
	hash     uint64
	from, to uint32
}

type keyCount struct {
	key        uint32
	title, all uint16
}

func (a *analysis) read(d *Doc) {
	a.bytes = a.bytes[:0]
	a.title, a.exact[0] = a.spans(a.title[:0], d.Title)
	a.narration, a.exact[1] = a.spans(a.narration[:0], d.Narration)
}

func (a *analysis) spans(dst []span, text string) ([]span, uint64) {
	a.scan.Reset(text)
	exact := uint64(0)
	for len(dst) < MaxNarration && a.scan.Next() {
		h := hash64(a.scan.Word)
		exact = mix(exact+h) | 1
		from := uint32(len(a.bytes))
		a.bytes = append(a.bytes, a.scan.Word...)
		dst = append(dst, span{h, from, uint32(len(a.bytes))})
	}
	return dst, exact
}

func idHash(kind DocKind, id string) uint64 {
	return mix(hash64([]byte(kind)) + 3*hash64([]byte(id)))
}

// Put adds a document or replaces the one with the same kind and id.
func (x *Index) Put(d Doc) {
	a := x.analyse(&d)
	x.mu.Lock()
	x.insert(&d, a)
	x.mu.Unlock()
	x.puts.Put(a)
	x.sweepSome()
}

func (x *Index) analyse(d *Doc) *analysis {
	a, _ := x.puts.Get().(*analysis)
	if a == nil {
		a = new(analysis)
	}
	a.read(d)
	return a
}

// insert numbers the words of an analysed document and writes its postings.
// The caller holds mu for writing.
func (x *Index) insert(d *Doc, a *analysis) {
	x.remove(d.Kind, d.ID)
	doc, ok := x.newNumber()
	if !ok {
		return
	}
	a.words[0] = x.number(a.words[0][:0], a.title, a.bytes)
	a.words[1] = x.number(a.words[1][:0], a.narration, a.bytes)
	a.addresses = a.addresses[:0]
	for _, s := range d.Addresses[:min(len(d.Addresses), maxAddresses)] {
		a.addresses = append(a.addresses, hash64([]byte(s)))
	}
	day := int32(noDay)
	if !d.Date.IsZero() {
		day = int32(d.Date.Unix() / 86400)
	}
	x.enter(doc, d.Kind, d.ID, day, a)
}

// maxAddresses is the most addresses of a document that are kept.
const maxAddresses = 255

// enter writes a numbered document into the tables and its postings.
func (x *Index) enter(doc uint32, kind DocKind, id string, day int32, a *analysis) {
	a.record = pack(a.record[:0], id, a.words[0], a.words[1], a.addresses)
	x.docs.info[doc] = docInfo{place: x.docs.store(a.record), day: day, kind: x.docs.kindNumber(kind), alive: true}
	x.docs.live++
	x.byID.add(idHash(kind, id), doc)
	for _, h := range a.addresses {
		x.byAddress.add(h, doc)
	}
	for _, h := range a.exact {
		if h != 0 {
			x.byExact.add(h, doc)
		}
	}
	x.writePostings(a, doc)
	x.counted()
}

// newNumber returns a number for a document: a swept one or the next.
func (x *Index) newNumber() (doc uint32, ok bool) {
	s := &x.docs
	if n := len(s.free); n > 0 {
		doc = s.free[n-1]
		s.free = s.free[:n-1]
		return doc, true
	}
	if len(s.info) > maxDocs {
		return 0, false
	}
	s.info = append(s.info, docInfo{})
	return uint32(len(s.info) - 1), true
}

func (x *Index) number(dst []uint32, spans []span, text []byte) []uint32 {
	for _, s := range spans {
		dst = append(dst, x.dict.add(text[s.from:s.to], s.hash))
	}
	return dst
}

// countKeys brings the keys of title and narration together, in key order.
func (a *analysis) countKeys(wordKey []uint32) {
	a.weights = a.weights[:0]
	for i, words := range a.words {
		for _, w := range words {
			if k := wordKey[w]; k != noKey {
				c := keyCount{key: k, all: 1}
				if i == 0 {
					c.title = 1
				}
				a.weights = append(a.weights, c)
			}
		}
	}
	slices.SortFunc(a.weights, func(p, q keyCount) int { return int(p.key) - int(q.key) })
	n := 0
	for _, c := range a.weights {
		if n > 0 && a.weights[n-1].key == c.key {
			a.weights[n-1].title += c.title
			a.weights[n-1].all += c.all
			continue
		}
		a.weights[n] = c
		n++
	}
	a.weights = a.weights[:n]
}

func (x *Index) writePostings(a *analysis, doc uint32) {
	a.countKeys(x.dict.wordKey)
	nt, nn := 0, 0
	for _, c := range a.weights {
		nt += int(c.title)
		nn += int(c.all - c.title)
	}
	for _, c := range a.weights {
		x.post.add(c.key, doc, impact(int(c.title), int(c.all-c.title), nt, nn))
	}
}

// The constants of BM25F (Robertson, Zaragoza, "The Probabilistic Relevance
// Framework", 2009). The mean lengths are fixed, so that a weight does not
// depend on the other documents and never has to be written again.
const (
	bmSaturation    = 1.0
	bmTitleWeight   = 1.0
	bmTitleLength   = 6.5
	bmTitleNorm     = 0.35
	bmNarrWeight    = 0.7
	bmNarrLength    = 20
	bmNarrNorm      = 0.5
	impactPrecision = 255
)

// impact is the weight of a key in a document, 0 to 255, without its rarity.
func impact(title, narration, titleLen, narrLen int) uint8 {
	tf := 0.0
	if title > 0 {
		tf += bmTitleWeight * float64(title) / (1 - bmTitleNorm + bmTitleNorm*float64(titleLen)/bmTitleLength)
	}
	if narration > 0 {
		tf += bmNarrWeight * float64(narration) / (1 - bmNarrNorm + bmNarrNorm*float64(narrLen)/bmNarrLength)
	}
	return uint8(math.Max(1, math.Round(impactPrecision*tf/(tf+bmSaturation))))
}

// Delete removes a document; it is in no answer any more when Delete returns.
func (x *Index) Delete(kind DocKind, id string) {
	x.mu.Lock()
	gone := x.remove(kind, id)
	x.mu.Unlock()
	if gone {
		x.sweepSome()
	}
}

// lookup returns the number of a document. The caller holds mu.
func (x *Index) lookup(kind DocKind, id string) (doc uint32, ok bool) {
	x.byID.find(idHash(kind, id), func(n uint32) bool {
		if string(x.docs.id(n)) == id && x.docs.kinds[x.docs.info[n].kind] == kind {
			doc, ok = n, true
		}
		return !ok
	})
	return doc, ok
}

// remove marks a document dead and takes it out of the tables. Its postings
// stay until the sweep. The caller holds mu for writing.
func (x *Index) remove(kind DocKind, id string) bool {
	doc, ok := x.lookup(kind, id)
	if !ok {
		return false
	}
	var a analysis
	var r record
	size := x.docs.unpack(doc, &r)
	x.byID.remove(idHash(kind, id), doc)
	for _, h := range r.addresses {
		x.byAddress.remove(h, doc)
	}
	a.words = [2][]uint32{r.title, r.narration}
	for _, words := range a.words {
		if h := x.exactOf(words); h != 0 {
			x.byExact.remove(h, doc)
		}
	}
	a.countKeys(x.dict.wordKey)
	for _, c := range a.weights {
		x.post.forget(c.key)
	}
	info := &x.docs.info[doc]
	info.alive = false
	x.docs.dead[info.place>>32] += size
	x.docs.live--
	x.counted()
	return true
}

// exactOf is the hash of the normal form, from numbered words.
func (x *Index) exactOf(words []uint32) uint64 {
	exact := uint64(0)
	for _, w := range words {
		exact = mix(exact+hash64(x.dict.words.get(w))) | 1
	}
	return exact
}

// Len returns the number of documents.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.docs.live
}
