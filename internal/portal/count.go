package portal

import (
	"runtime"
	"slices"
	"strings"
	"sync"

	"ronda"
)

// firstDay and lastDay bound the days that are drawn one by one: 2000 to 2079. What lies outside counts, but in no day.
const (
	firstDay = 10957
	lastDay  = 40000
)

// tally is what one scan adds up, by the numbers of the cube.
type tally struct {
	daily     []Day // from firstDay
	lo, hi    int32
	target    []ActFigures // platform × kind
	sender    []senderTally
	category  []int
	region    []RegionFigures
	stage     []int
	contest   []int
	objected  []ObjectionFigures // by platform
	appellant []int
	all       Figures
}

// senderTally are the counts of one authority.
type senderTally struct {
	state [16][16]int // act kind × state
	org   OrgFigures
	stays [8]int
	bits  [256]int // cases by caseRow.bits
}

func (c *Cube) newTally() *tally {
	return &tally{daily: make([]Day, lastDay-firstDay), lo: lastDay, hi: firstDay, target: make([]ActFigures, len(c.platforms.list)*len(c.kinds.list)),
		sender: make([]senderTally, len(c.orgs.list)), category: make([]int, len(c.categories.list)), region: make([]RegionFigures, len(c.regions.list)),
		stage: make([]int, len(c.stages.list)), contest: make([]int, len(c.contests.list)),
		objected: make([]ObjectionFigures, len(c.platforms.list)), appellant: make([]int, len(c.appellants.list))}
}

// Count scans all facts under a filter, on all processors.
func (c *Cube) Count(f Filter) Figures {
	c.mu.RLock()
	defer c.mu.RUnlock()
	t := c.test(f)
	workers := 1
	if len(c.acts)+len(c.cases) > 50_000 {
		workers = max(1, runtime.GOMAXPROCS(0))
	}
	parts := make([]*tally, workers)
	var done sync.WaitGroup
	for w := range workers {
		done.Go(func() {
			parts[w] = c.newTally()
			if !t.none {
				c.scanActs(&t, parts[w], share(c.acts, w, workers))
				c.scanCases(&t, parts[w], share(c.cases, w, workers))
				if w == 0 {
					c.scanObjections(&t, parts[w])
				}
			}
		})
	}
	done.Wait()
	for _, p := range parts[1:] {
		parts[0].add(p)
	}
	return c.figures(parts[0])
}

// share is the w-th of n parts of a slice.
func share[T any](all []T, w, n int) []T { return all[len(all)*w/n : len(all)*(w+1)/n] }

func (t *tally) day(d int32) *Day {
	if d < firstDay || d >= lastDay {
		return &Day{}
	}
	t.lo, t.hi = min(t.lo, d), max(t.hi, d)
	return &t.daily[d-firstDay]
}

func (c *Cube) scanActs(f *test, t *tally, rows []actRow) {
	kinds := len(c.kinds.list)
	request := uint8(255)
	if n, ok := c.kinds.at[string(ronda.Request)]; ok {
		request = uint8(n)
	}
	var withdrawn [256]int // 1 for that state: adding is cheaper than a branch that nobody can foresee
	if n, ok := c.states.at[string(ronda.NoticeWithdrawn)]; ok {
		withdrawn[uint8(n)] = 1
	}
	for i := range rows {
		r := &rows[i]
		if r.dead || !f.every && !f.act(r) {
			continue
		}
		day := t.day(r.day)
		day.Acts++
		s := &t.sender[r.org]
		s.state[r.kind&15][r.state&15]++
		p := &t.target[int(r.platform)*kinds+int(r.kind)]
		g := &t.region[r.region]
		p.Acts++
		g.Acts++
		p.Late += int(r.late)
		p.Withdrawn += withdrawn[r.state]
		day.Withdrawn += withdrawn[r.state]
		if r.hours >= 0 {
			p.Answer.put(int(r.hours))
		}
		sum := 0
		for k, n := range r.out {
			p.Out[k] += int(n)
			sum += int(n)
		}
		if r.kind == request {
			continue
		}
		g.Addresses += sum
		g.Down += int(r.out[Down])
		s.org.Addresses += sum
		s.org.DownN += int(r.out[Down])
		s.org.DeclinedN += int(r.out[Declined])
		s.org.RestoredN += int(r.out[Restored])
	}
}

func (c *Cube) scanCases(f *test, t *tally, rows []caseRow) {
	for i := range rows {
		r := &rows[i]
		if r.bits&bitSkip != 0 || !f.every && !f.matter(r) {
			continue
		}
		t.all.Cases++
		t.all.Reports += int(r.reports)
		t.all.Reopened += int(r.reopened)
		day := t.day(r.day)
		day.Cases++
		day.Reopened += int(r.reopened)
		day.Overturned += int(r.bits/bitOverturned) & 1
		t.all.Partner += int(r.bits/bitPartner) & 1
		t.category[r.category]++
		t.stage[r.stage]++
		t.contest[r.contest]++
		g := &t.region[r.region]
		g.Cases++
		g.Stays += (int(r.stays) + 255) >> 8 // 1 where there is any
		switch {
		case r.first < 0:
			t.all.Undecided++
		default:
			t.all.Decision.put(int(r.first+59) / 60)
			if r.first <= 60 {
				t.all.InHour++
			}
		}
		g.Decided += int(r.bits/bitDecided) & 1
		g.ToAct += int(r.bits/bitToAct) & 1
		g.Overturned += int(r.bits/bitOverturned) & 1
		s := &t.sender[r.org]
		s.bits[r.bits]++
		for b := 0; r.stays>>b != 0; b++ {
			s.stays[b] += int(r.stays>>b) & 1
		}
	}
}

// requestKind is the act whose addresses stand again in the orders that follow.
const requestKind = string(ronda.Request)

// readings adds up what the readers concluded from the counts of each combination.
func (s *senderTally) readings() OrgFigures {
	o := s.org
	for bits, n := range s.bits {
		has := func(bit int) int { return n * (bits / bit & 1) }
		o.Decided += has(bitDecided)
		o.ToAct += has(bitToAct)
		o.Overturned += has(bitOverturned)
		o.Split += has(bitSplit)
		o.Power += has(bitPower)
		if bits&bitDecided != 0 {
			o.FirstAct += has(bitFirstAct)
		}
	}
	return o
}

func (t *tally) add(b *tally) {
	t.lo, t.hi = min(t.lo, b.lo), max(t.hi, b.hi)
	for i := b.lo; i <= b.hi; i++ {
		x, y := &t.daily[i-firstDay], b.daily[i-firstDay]
		x.Cases, x.Acts, x.Withdrawn = x.Cases+y.Cases, x.Acts+y.Acts, x.Withdrawn+y.Withdrawn
		x.Overturned, x.Reopened = x.Overturned+y.Overturned, x.Reopened+y.Reopened
		x.Objections, x.Upset = x.Objections+y.Objections, x.Upset+y.Upset
	}
	for i := range t.objected {
		t.objected[i].add(&b.objected[i])
	}
	addAll(t.appellant, b.appellant)
	for i := range t.target {
		t.target[i].add(&b.target[i])
	}
	for i := range t.sender {
		t.sender[i].add(&b.sender[i])
	}
	addAll(t.category, b.category)
	addAll(t.stage, b.stage)
	addAll(t.contest, b.contest)
	for i := range t.region {
		x, y := &t.region[i], b.region[i]
		x.Cases, x.Decided, x.ToAct, x.Acts, x.Addresses = x.Cases+y.Cases, x.Decided+y.Decided, x.ToAct+y.ToAct, x.Acts+y.Acts, x.Addresses+y.Addresses
		x.Down, x.Overturned, x.Stays = x.Down+y.Down, x.Overturned+y.Overturned, x.Stays+y.Stays
	}
	a, z := &t.all, &b.all
	a.Cases, a.Reports, a.InHour, a.Undecided, a.Reopened = a.Cases+z.Cases, a.Reports+z.Reports, a.InHour+z.InHour, a.Undecided+z.Undecided, a.Reopened+z.Reopened
	a.Partner += z.Partner
	a.Decision.add(z.Decision)
	a.Objections.add(&z.Objections)
}

func addAll(a, b []int) {
	for i := range a {
		a[i] += b[i]
	}
}

func (s *senderTally) add(b *senderTally) {
	for i := range s.state {
		addAll(s.state[i][:], b.state[i][:])
	}
	addAll(s.stays[:], b.stays[:])
	addAll(s.bits[:], b.bits[:])
	x, y := &s.org, &b.org
	for _, p := range [][2]*int{{&x.Addresses, &y.Addresses}, {&x.DownN, &y.DownN}, {&x.DeclinedN, &y.DeclinedN}, {&x.RestoredN, &y.RestoredN}} {
		*p[0] += *p[1]
	}
	x.Objections.add(&y.Objections)
}

// figures writes a tally out in words, sorted by id.
func (c *Cube) figures(t *tally) Figures {
	f := t.all
	if t.lo <= t.hi {
		f.FirstDay, f.Daily = t.lo, slices.Clone(t.daily[t.lo-firstDay:t.hi+1-firstDay])
	}
	kinds := len(c.kinds.list)
	for p := range c.platforms.list {
		x := PlatformFigures{ID: c.platforms.list[p], ByAct: map[ronda.Act]*ActFigures{}}
		for k, kind := range c.kinds.list {
			a := &t.target[p*kinds+k]
			if a.Acts == 0 {
				continue
			}
			f.Acts, f.Late = f.Acts+a.Acts, f.Late+a.Late
			if kind != string(ronda.Request) {
				addAll(f.Out[:], a.Out[:])
				f.Addresses += a.Addresses()
			}
			x.ByAct[ronda.Act(kind)] = a
		}
		x.Objections = t.objected[p]
		if len(x.ByAct)+x.Objections.Filed > 0 && x.ID != "" {
			f.Platforms = append(f.Platforms, x)
		}
	}
	for i := range t.sender {
		if x := c.org(&t.sender[i], c.orgs.list[i]); len(x.Asked)+x.Decided+len(x.Stays)+x.Power+x.Objections.Filed > 0 && x.ID != "" {
			f.Orgs = append(f.Orgs, x)
		}
	}
	for i, r := range t.region {
		if r != (RegionFigures{}) {
			r.Code = c.regions.list[i]
			f.Regions = append(f.Regions, r)
		}
	}
	f.Categories, f.Stages, f.Contests = named(c.categories.list, t.category), named(c.stages.list, t.stage), named(c.contests.list, t.contest)
	f.Appellants = named(c.appellants.list, t.appellant)
	slices.SortFunc(f.Platforms, func(a, b PlatformFigures) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(f.Orgs, func(a, b OrgFigures) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(f.Regions, func(a, b RegionFigures) int { return strings.Compare(a.Code, b.Code) })
	return f
}

func (c *Cube) org(s *senderTally, id string) OrgFigures {
	x := s.readings()
	x.ID, x.Asked, x.Stays = id, map[ronda.Act]int{}, map[string]int{}
	for k, kind := range c.kinds.list {
		for st, state := range c.states.list {
			n := s.state[k&15][st&15]
			if n == 0 {
				continue
			}
			x.Asked[ronda.Act(kind)] += n
			switch ronda.NoticeState(state) {
			case ronda.NoticeWithdrawn:
				x.Withdrawn += n
			case ronda.NoticeAccepted:
				x.Accepted += n
			case ronda.NoticeRejected:
				x.Rejected += n
			}
		}
	}
	for i, reason := range c.stays.list {
		if n := s.stays[i&7]; n > 0 && reason != "" {
			x.Stays[reason] = n
		}
	}
	return x
}

// named pairs the counts of a dimension with its values, without zeros.
func named(list []string, n []int) []Count {
	var out []Count
	for i, id := range list {
		if n[i] > 0 {
			out = append(out, Count{ID: id, N: n[i]})
		}
	}
	slices.SortFunc(out, func(a, b Count) int { return strings.Compare(a.ID, b.ID) })
	return out
}
