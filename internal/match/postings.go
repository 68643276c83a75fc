package match

// A posting is a document number and the weight of the key in that document,
// packed into 32 bits: 24 bits of number, 8 bits of weight. So an index holds
// at most 16.7 million documents, sixteen times what it is built for, and a
// list is read without decoding.
type posting = uint32

const (
	maxDocs      = 1<<24 - 1
	blockSize    = 128 // postings in a full block
	slabPostings = 1 << 16
)

// list holds the postings of one key: full blocks, which never change, and a
// tail that grows. Their order does not matter to the search.
type list struct {
	full []uint32 // places of full blocks in the slabs
	tail []posting
}

func (l *list) len() int { return len(l.full)*blockSize + len(l.tail) }

// postingStore holds the lists of all keys.
type postingStore struct {
	lists []list
	df    []uint32  // by key: living documents that have it
	logDF []float32 // by key: the logarithm of df + 0.5
	slabs [][]posting
	next  int      // first free posting of the last slab
	free  []uint32 // blocks that were given back
	dead  int      // postings of deleted documents
	total int
}

// add appends a posting to the list of a key.
func (p *postingStore) add(key, doc uint32, weight uint8) {
	p.grow(int(key) + 1)
	p.df[key]++
	p.logDF[key] = fastLog(float32(p.df[key]) + 0.5)
	p.total++
	p.push(&p.lists[key], doc<<8|uint32(weight))
}

// grow makes a list for each of the first n keys. A key that no living document has needs one too: queries read its frequency.
func (p *postingStore) grow(n int) {
	for len(p.lists) < n {
		p.lists = append(p.lists, list{})
		p.df = append(p.df, 0)
		p.logDF = append(p.logDF, fastLog(0.5))
	}
}

func (p *postingStore) push(l *list, v posting) {
	l.tail = append(l.tail, v)
	if len(l.tail) < blockSize {
		return
	}
	at := p.newBlock()
	copy(p.block(at), l.tail)
	l.full = append(l.full, at)
	l.tail = l.tail[:0]
}

// block returns the postings of a full block.
func (p *postingStore) block(at uint32) []posting {
	const perSlab = slabPostings / blockSize
	from := int(at%perSlab) * blockSize
	return p.slabs[at/perSlab][from : from+blockSize : from+blockSize]
}

func (p *postingStore) newBlock() uint32 {
	if n := len(p.free); n > 0 {
		at := p.free[n-1]
		p.free = p.free[:n-1]
		return at
	}
	if len(p.slabs) == 0 || p.next == slabPostings {
		p.slabs = append(p.slabs, make([]posting, slabPostings))
		p.next = 0
	}
	at := uint32((len(p.slabs)-1)*slabPostings+p.next) / blockSize
	p.next += blockSize
	return at
}

// forget counts a key of a deleted document out.
func (p *postingStore) forget(key uint32) {
	p.df[key]--
	p.logDF[key] = fastLog(float32(p.df[key]) + 0.5)
	p.dead++
}

// sweep writes the list of one key anew without the postings of dead
// documents.
func (p *postingStore) sweep(key uint32, dead func(doc uint32) bool) {
	l := &p.lists[key]
	fresh := list{}
	gone := 0
	keep := func(run []posting) {
		for _, v := range run {
			if dead(v >> 8) {
				gone++
				continue
			}
			p.push(&fresh, v)
		}
	}
	for _, at := range l.full {
		keep(p.block(at))
		p.free = append(p.free, at)
	}
	keep(l.tail)
	p.lists[key] = fresh
	p.dead -= gone
	p.total -= gone
}
