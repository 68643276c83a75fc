package match

// sweepShare is the share of dead postings at which the sweep begins, and
// sweepStep the number of postings that one change may write anew, which keeps
// the lock for well under a millisecond.
const (
	sweepShare = 0.2
	sweepLeast = 4096
	sweepStep  = 20000
)

// sweepSome goes on with clearing dead postings away, a few lists at a time,
// each time the index changes. When it has been through all lists the numbers
// of the dead documents are free again, and slabs of records that are mostly
// dead are written together.
func (x *Index) sweepSome() {
	x.mu.Lock()
	defer x.mu.Unlock()
	p := &x.post
	if x.sweepAt == 0 && (p.dead < sweepLeast || float64(p.dead) < sweepShare*float64(p.total)) {
		return
	}
	if x.sweepAt == 0 {
		x.docs.markDoomed()
	}
	for work := 0; x.sweepAt < len(p.lists); x.sweepAt++ {
		work += p.lists[x.sweepAt].len() + 1
		if work > sweepStep && work > p.lists[x.sweepAt].len()+1 {
			return
		}
		p.sweep(uint32(x.sweepAt), x.docs.doomedNumber)
	}
	x.sweepAt = 0
	x.docs.freeDoomed()
}

// markDoomed notes which documents are dead as a sweep begins; those that die
// while it runs wait for the next.
func (s *documents) markDoomed() {
	s.doomed = make([]uint64, len(s.info)/64+1)
	for i := range s.info {
		if !s.info[i].alive && s.info[i].place != freed {
			s.doomed[i/64] |= 1 << (i % 64)
		}
	}
}

func (s *documents) doomedNumber(doc uint32) bool {
	return int(doc/64) < len(s.doomed) && s.doomed[doc/64]>>(doc%64)&1 == 1
}

// freed marks a number that has no record.
const freed = ^uint64(0)

// freeDoomed gives the numbers of the swept documents back and packs slabs
// that are more than half dead.
func (s *documents) freeDoomed() {
	for i := range s.info {
		if s.doomedNumber(uint32(i)) {
			s.free = append(s.free, uint32(i))
			s.info[i] = docInfo{place: freed}
		}
	}
	s.doomed = nil
	crowded := make(map[uint64]bool)
	for i, dead := range s.dead {
		if i < len(s.slabs)-1 && 2*dead > len(s.slabs[i]) {
			crowded[uint64(i)] = true
		}
	}
	if len(crowded) == 0 {
		return
	}
	var r record
	for i := range s.info {
		info := &s.info[i]
		if info.place != freed && crowded[info.place>>32] {
			size := s.unpack(uint32(i), &r)
			from := info.place
			info.place = s.store(s.slabs[from>>32][uint32(from) : uint32(from)+uint32(size)])
			if !info.alive {
				s.dead[info.place>>32] += size
			}
		}
	}
	for i := range crowded {
		s.slabs[i], s.dead[i] = nil, 0
	}
}
