package portal

import (
	"sync"
)

// words numbers the values of one dimension. 0 is the empty value.
type words struct {
	list []string
	at   map[string]uint16
}

func newWords() words { return words{list: []string{""}, at: map[string]uint16{"": 0}} }

// number gives a value its number. A dimension has at most some thousand values: they come from the pack.
func (w *words) number(s string) uint16 {
	n, ok := w.at[s]
	if !ok {
		n = uint16(len(w.list))
		w.list, w.at[s] = append(w.list, s), n
	}
	return n
}

// actRow is an act as the scans read it: 32 bytes, so that a million of them are 32 MB.
type actRow struct {
	out      [outcomes]uint16
	day      int32
	hours    int16
	region   uint16
	next     int32 // next act of the same case, -1 at the end
	platform uint8
	org      uint8
	category uint8
	kind     uint8
	state    uint8
	dead     bool
	late     uint8 // 1 for late
}

// caseRow is a case as the scans read it.
type caseRow struct {
	services uint64 // one bit for each platform
	day      int32
	first    int32
	acts     int32 // first of its acts, -1 for none
	reports  uint32
	region   uint16
	contest  uint16
	category uint8
	stage    uint8
	org      uint8
	stays    uint8
	bits     uint8
	reopened uint8
}

// The bits of caseRow.
const (
	bitSkip = 1 << iota
	bitDecided
	bitToAct
	bitFirstAct
	bitOverturned
	bitSplit
	bitPower
	bitPartner
)

// Cube holds all facts in columns. Scans of different filters run beside one another; a change waits for them.
type Cube struct {
	mu      sync.RWMutex // guards everything below
	version uint64
	acts    []actRow
	cases   []caseRow
	caseAt  map[string]int32
	free    []int32 // rows of acts that are no longer used

	objections map[int32][]objectionRow // by the row of their case
	readings   []readingRow             // beside cases

	platforms, orgs, regions, categories, contests, kinds, states, stages, stays, appellants, offices words
}

// NewCube returns an empty cube.
func NewCube() *Cube {
	return &Cube{caseAt: map[string]int32{}, objections: map[int32][]objectionRow{}, appellants: newWords(), offices: newWords(), platforms: newWords(), orgs: newWords(), regions: newWords(), categories: newWords(), contests: newWords(),
		kinds: newWords(), states: newWords(), stages: newWords(), stays: newWords()}
}

// Put adds facts, or replaces those of cases that are there already.
func (c *Cube) Put(facts ...Fact) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	for i := range facts {
		c.put(&facts[i])
	}
}

// Version rises with every change.
func (c *Cube) Version() uint64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.version
}

// Size counts acts and cases.
func (c *Cube) Size() (acts, cases int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.acts) - len(c.free), len(c.cases)
}

func (c *Cube) put(f *Fact) {
	at, ok := c.caseAt[f.ID]
	if !ok {
		at = int32(len(c.cases))
		c.cases = append(c.cases, caseRow{acts: -1})
		c.readings = append(c.readings, readingRow{})
		c.caseAt[f.ID] = at
	}
	for i := c.cases[at].acts; i >= 0; {
		next := c.acts[i].next
		c.acts[i] = actRow{dead: true, next: -1}
		c.free = append(c.free, i)
		i = next
	}
	row := caseRow{day: f.Day, first: f.First, acts: -1, reports: uint32(f.Reports), region: c.regions.number(f.Region), contest: c.contests.number(f.Contest),
		category: uint8(c.categories.number(f.Category)), stage: uint8(c.stages.number(f.Stage)), org: uint8(c.orgs.number(f.Org)),
		reopened: uint8(min(f.Reopened, 255))}
	for _, s := range f.Services {
		row.services |= 1 << (c.platforms.number(s) & 63)
	}
	for _, s := range f.Stays {
		row.stays |= 1 << (c.stays.number(s) & 7)
	}
	for bit, on := range map[uint8]bool{bitSkip: f.Skip, bitDecided: f.Decided, bitToAct: f.ToAct, bitFirstAct: f.FirstAct,
		bitOverturned: f.Overturned, bitSplit: f.Split, bitPower: f.Power, bitPartner: f.Partner} {
		if on {
			row.bits |= bit
		}
	}
	for i := range f.Acts {
		row.acts = c.putAct(&f.Acts[i], row.acts)
	}
	c.cases[at] = row
	c.readings[at] = c.readingRow(f.Readings)
	delete(c.objections, at)
	for i := range f.Objections {
		c.objections[at] = append(c.objections[at], c.objectionRow(&f.Objections[i]))
	}
}

// putAct writes an act before those that its case has, and returns where.
func (c *Cube) putAct(a *Act, next int32) int32 {
	row := actRow{day: a.Day, hours: int16(min(a.Hours, 32000)), region: c.regions.number(a.Region), next: next, platform: uint8(c.platforms.number(a.Platform)),
		org: uint8(c.orgs.number(a.Org)), category: uint8(c.categories.number(a.Category)), kind: uint8(c.kinds.number(a.Kind)),
		state: uint8(c.states.number(a.State)), late: uint8(one(a.Late))}
	for i, n := range a.Out {
		row.out[i] = uint16(min(n, 65535))
	}
	if n := len(c.free); n > 0 {
		at := c.free[n-1]
		c.free = c.free[:n-1]
		c.acts[at] = row
		return at
	}
	c.acts = append(c.acts, row)
	return int32(len(c.acts) - 1)
}
