package ronda

import (
	"strings"
	"time"
)

// packIndex holds the look-ups of a sealed pack.
type packIndex struct {
	regions    map[string]Region
	children   map[string][]string
	platforms  map[string]Platform
	authority  map[string]Authority
	categories map[string]Category
	contests   map[string]Contest
	byRegion   map[string][]Contest
	offices    map[string]Office
	officeList []Office
	zones      map[string]*time.Location
}

// Office is one authority's office in one region. Offices follow from the pack; they are not rows.
type Office struct {
	ID        string // "bawaslu:34.04"; the national office is "bawaslu:"
	Authority string
	Region    string
	Level     string // "national", "province", "regency"
}

// Seal builds the look-ups. Call it once after the pack was validated; after that a Pack is read-only and safe for concurrent use.
func (p *Pack) Seal() *Pack {
	x := &packIndex{
		regions: map[string]Region{}, children: map[string][]string{}, platforms: map[string]Platform{},
		authority: map[string]Authority{}, categories: map[string]Category{}, contests: map[string]Contest{},
		byRegion: map[string][]Contest{}, offices: map[string]Office{}, zones: map[string]*time.Location{},
	}
	for _, r := range p.Regions {
		x.regions[r.Code] = r
		if r.Code != "" {
			x.children[r.Parent] = append(x.children[r.Parent], r.Code)
		}
	}
	for _, v := range p.Platforms {
		x.platforms[v.ID] = v
	}
	for _, v := range p.Categories {
		x.categories[v.ID] = v
	}
	for _, v := range p.Contests {
		x.contests[v.ID] = v
		x.byRegion[v.Region] = append(x.byRegion[v.Region], v)
	}
	for _, a := range p.Authorities {
		x.authority[a.ID] = a
		for _, level := range a.Levels {
			for _, r := range p.Regions {
				if p.officeLevel(r.Level) == level {
					o := Office{ID: a.ID + ":" + r.Code, Authority: a.ID, Region: r.Code, Level: level}
					x.offices[o.ID] = o
					x.officeList = append(x.officeList, o)
				}
			}
		}
	}
	loaded := map[string]*time.Location{}
	for _, r := range p.Regions {
		zone := r.Zone
		if zone == "" {
			zone = x.regions[r.Parent].Zone
		}
		if _, done := loaded[zone]; !done && zone != "" {
			loaded[zone], _ = time.LoadLocation(zone) // a zone that does not load is a fault of the pack, found before Seal
		}
		if loc := loaded[zone]; loc != nil {
			x.zones[r.Code] = loc
		}
	}
	p.index = x
	return p
}

// officeLevel folds a region's level to the level of the office that serves it: a city's office ranks with a regency's.
func (p *Pack) officeLevel(level string) string {
	for _, l := range p.Levels {
		if l.ID == level && l.Office != "" {
			return l.Office
		}
	}
	return level
}

// Region returns the region with the code; the dotless form "3404" is accepted too.
func (p *Pack) Region(code string) (Region, bool) {
	r, ok := p.index.regions[code]
	if !ok && len(code) == 4 && !strings.Contains(code, ".") {
		r, ok = p.index.regions[code[:2]+"."+code[2:]]
	}
	return r, ok
}

// RegionName is the name of a region, or the code itself where it is unknown.
func (p *Pack) RegionName(code string) string {
	if r, ok := p.Region(code); ok {
		return r.Name
	}
	return code
}

// RegionLabel is the short form of a region's name ("Kab. Sleman"), or its name where the pack gives none.
func (p *Pack) RegionLabel(code string) string {
	if r, ok := p.Region(code); ok && r.Label != "" {
		return r.Label
	}
	return p.RegionName(code)
}

// Children returns the codes below a region in list order: the provinces below "", the regencies and cities below a province.
func (p *Pack) Children(code string) []string { return p.index.children[code] }

// Zone is the time zone of a region: its own, its province's or the country's. It is UTC when the pack names none.
func (p *Pack) Zone(code string) *time.Location {
	for _, c := range []string{code, p.Parent(code), ""} {
		if z, ok := p.index.zones[c]; ok {
			return z
		}
	}
	return time.UTC
}

// Parent is the code of the region above, "" for provinces and the country.
func (p *Pack) Parent(code string) string { return p.index.regions[code].Parent }

// Within tells whether region code lies in area (area itself counts; "" is the whole country).
func (p *Pack) Within(code, area string) bool {
	return area == "" || code == area || (code != "" && p.Parent(code) == area)
}

// Platform returns the platform with the id.
func (p *Pack) Platform(id string) (Platform, bool) { v, ok := p.index.platforms[id]; return v, ok }

// PlatformName is the name of a platform, or the id itself where it is unknown.
func (p *Pack) PlatformName(id string) string {
	if v, ok := p.index.platforms[id]; ok {
		return v.Name
	}
	return id
}

// Category returns the category with the id.
func (p *Pack) Category(id string) (Category, bool) { v, ok := p.index.categories[id]; return v, ok }

// Authority returns the authority with the id.
func (p *Pack) Authority(id string) (Authority, bool) { v, ok := p.index.authority[id]; return v, ok }

// Contest returns the contest with the id.
func (p *Pack) Contest(id string) (Contest, bool) { v, ok := p.index.contests[id]; return v, ok }

// ContestsIn returns the contests decided by voters of exactly this region.
func (p *Pack) ContestsIn(code string) []Contest { return p.index.byRegion[code] }

// Office returns the office with the id.
func (p *Pack) Office(id string) (Office, bool) { v, ok := p.index.offices[id]; return v, ok }

// Offices returns every office of every authority.
func (p *Pack) Offices() []Office { return p.index.officeList }

// OfficeAbove is the office one level up in the same authority that exists, or false at the top.
func (p *Pack) OfficeAbove(id string) (Office, bool) {
	o, ok := p.index.offices[id]
	for ok && o.Region != "" {
		o.Region = p.Parent(o.Region)
		if up, found := p.index.offices[o.Authority+":"+o.Region]; found {
			return up, true
		}
	}
	return Office{}, false
}

// AuthorityName is the name an authority had at time t.
func (p *Pack) AuthorityName(id string, t time.Time) Named {
	a := p.index.authority[id]
	for _, n := range a.Names {
		if n.Holds(t) {
			return n
		}
	}
	if len(a.Names) > 0 {
		return a.Names[len(a.Names)-1]
	}
	return Named{Name: Text{"en": id}, Short: id}
}

// OfficeName is the name an office had at time t, in lang.
func (p *Pack) OfficeName(id, lang string, t time.Time) string {
	o, ok := p.index.offices[id]
	if !ok {
		return id
	}
	n := p.AuthorityName(o.Authority, t)
	if o.Region == "" {
		return n.Name.In(lang)
	}
	pattern := p.index.authority[o.Authority].Office.In(lang)
	return strings.NewReplacer("{authority}", n.Short, "{region}", p.RegionLabel(o.Region)).Replace(pattern)
}

// GroundsFor returns the grounds and platform policies in force at t, in pack order, those for the category first.
func (p *Pack) GroundsFor(category string, t time.Time) []Ground {
	var first, rest []Ground
	for _, g := range p.Grounds {
		if !g.Holds(t) {
			continue
		}
		if contains(g.Categories, category) {
			first = append(first, g)
		} else {
			rest = append(rest, g)
		}
	}
	return append(first, rest...)
}

// GroundAt returns the version of the ground that holds at t.
func (p *Pack) GroundAt(id string, t time.Time) (Ground, bool) {
	for _, g := range p.Grounds {
		if g.ID == id && g.Holds(t) {
			return g, true
		}
	}
	return Ground{}, false
}

// PolicyAt returns the platform's policy with the id that holds at t.
func (p *Pack) PolicyAt(platform, id string, t time.Time) (Policy, bool) {
	for _, v := range p.index.platforms[platform].Policies {
		if v.ID == id && v.Holds(t) {
			return v, true
		}
	}
	return Policy{}, false
}

// ClockAt returns the version of the clock that holds at t.
func (p *Pack) ClockAt(id string, t time.Time) (Clock, bool) {
	for _, c := range p.Clocks {
		if c.ID == id && c.Holds(t) {
			return c, true
		}
	}
	return Clock{}, false
}

// ActRuleAt returns what the rules in force at t say about an act.
func (p *Pack) ActRuleAt(act Act, t time.Time) (ActRule, bool) {
	for _, r := range p.ActRules {
		if r.Act == act && r.Holds(t) {
			return r, true
		}
	}
	return ActRule{}, false
}

// StageAt returns the calendar stages that a region is in at t. Stages are whole local days.
func (p *Pack) StageAt(t time.Time, region string) []Stage {
	day := t.In(p.Zone(region)).Format(time.DateOnly)
	var out []Stage
	for _, s := range p.Calendar {
		if s.Start == "" && s.End == "" {
			continue // relative: its days are not known
		}
		if (s.Start == "" || s.Start <= day) && (s.End == "" || day <= s.End) {
			out = append(out, s)
		}
	}
	return out
}

// InStage tells whether a region is in the stage with the id at t.
func (p *Pack) InStage(id string, t time.Time, region string) bool {
	for _, s := range p.StageAt(t, region) {
		if s.ID == id {
			return true
		}
	}
	return false
}

// Limit returns the number with the id, or def where the pack sets none.
func (p *Pack) Limit(id string, def int64) int64 {
	for _, l := range p.Limits {
		if l.ID == id {
			return l.Value
		}
	}
	return def
}

func contains[T comparable](list []T, v T) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}
