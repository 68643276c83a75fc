package portal

import (
	"slices"
	"strings"
)

// Filter chooses what is counted. Empty fields choose everything.
type Filter struct {
	Platform string
	Org      string // authority that sent the act, or decided or holds the case
	Region   string // a region with everything below it
	Category string
	From, To int32 // first and last day, days since 1970-01-01; 0 is open
}

// Active counts the filters that are set; a period is one.
func (f Filter) Active() int {
	n := 0
	for _, s := range []string{f.Platform, f.Org, f.Region, f.Category} {
		if s != "" {
			n++
		}
	}
	if f.From != 0 || f.To != 0 {
		n++
	}
	return n
}

// test is a filter in the numbers of a cube.
type test struct {
	none               bool // asks for what no fact has
	every              bool // asks for everything
	platform           uint8
	org                uint8
	category           uint8
	hasPlatform        bool
	hasOrg, hasCat     bool
	hasRegion, hasDays bool
	regions            []bool
	from, to           int32
}

func (c *Cube) test(f Filter) test {
	t := test{from: f.From, to: f.To, hasDays: f.From != 0 || f.To != 0}
	if t.to == 0 {
		t.to = 1 << 30
	}
	find := func(w *words, s string, into *uint8, has *bool) {
		if s == "" {
			return
		}
		n, ok := w.at[s]
		*into, *has = uint8(n), true
		t.none = t.none || !ok
	}
	find(&c.platforms, f.Platform, &t.platform, &t.hasPlatform)
	find(&c.orgs, f.Org, &t.org, &t.hasOrg)
	find(&c.categories, f.Category, &t.category, &t.hasCat)
	if f.Region != "" {
		t.hasRegion = true
		t.regions = make([]bool, len(c.regions.list))
		for i, r := range c.regions.list {
			t.regions[i] = r == f.Region || strings.HasPrefix(r, f.Region+".")
		}
		t.none = t.none || !slices.Contains(t.regions, true)
	}
	t.every = f == Filter{}
	return t
}

func (t *test) act(r *actRow) bool {
	return (!t.hasPlatform || r.platform == t.platform) && (!t.hasOrg || r.org == t.org) && (!t.hasCat || r.category == t.category) &&
		(!t.hasRegion || t.regions[r.region]) && (!t.hasDays || r.day >= t.from && r.day <= t.to)
}

func (t *test) matter(r *caseRow) bool {
	return (!t.hasPlatform || r.services&(1<<(t.platform&63)) != 0) && (!t.hasOrg || r.org == t.org) &&
		(!t.hasCat || r.category == t.category) && (!t.hasRegion || t.regions[r.region]) && (!t.hasDays || r.day >= t.from && r.day <= t.to)
}
