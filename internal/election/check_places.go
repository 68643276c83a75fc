package election

import (
	"slices"
	"time"

	"ronda"
)

// levelRank is a level's place from the widest, or -1.
func (d *draft) levelRank(id string) int {
	return slices.IndexFunc(d.head.v.Levels, func(l ronda.Level) bool { return l.ID == id })
}

// officeLevels are the levels at which an authority can have offices.
func (d *draft) officeLevels() idSet {
	out := idSet{}
	for _, l := range d.head.v.Levels {
		if l.Office == "" {
			out[l.ID] = true
		}
	}
	return out
}

func (d *draft) checkRegions() {
	rank := map[string]int{} // of the codes read so far
	tiles := map[[2]int]string{}
	root := false
	for _, e := range d.regions {
		r, o := e.v, e.o
		if _, twice := rank[r.Code]; twice {
			o.fault("code", "%q stands twice", r.Code)
		}
		level := d.levelRank(r.Level)
		if level < 0 {
			o.fault("level", "%q is not a level of pack.json", r.Level)
		}
		if r.Code == "" {
			root = true
			if level > 0 {
				o.fault("level", "the row without a code is the whole country and must have the first level, %q", d.head.v.Levels[0].ID)
			}
			filled(o, "zone", r.Zone)
		} else {
			parent, ok := rank[r.Parent]
			switch {
			case !ok:
				o.fault("parent", "%q is not a region above this line", r.Parent)
			case level >= 0 && parent >= level:
				o.fault("parent", "%q is not of a wider level", r.Parent)
			}
		}
		rank[r.Code] = level
		filled(o, "name", r.Name)
		if _, err := time.LoadLocation(r.Zone); err != nil || r.Zone == "Local" {
			o.fault("zone", "%q is not a time zone such as Asia/Jakarta", r.Zone)
		}
		if r.Source != "" && !webAddress(r.Source) {
			o.fault("source", "must be a full https:// or http:// address")
		}
		if r.Short != "" {
			place := [2]int{r.Col, r.Row}
			if other, taken := tiles[place]; taken {
				o.fault("col", "the tile %d,%d is already taken by %q", r.Col, r.Row, other)
			}
			tiles[place] = r.Code
		}
	}
	if !root && !d.r.broken["regions"] {
		d.r.faults.add(Fault{File: "regions.csv", Field: "code", Problem: "the row of the whole country (empty code) is missing"})
	}
}

func (d *draft) checkContests() {
	unique(d.contests, func(c ronda.Contest) string { return c.ID })
	regions := idsOf(d, "regions", d.regions, func(r ronda.Region) string { return r.Code })
	for _, e := range d.contests {
		c, o := e.v, e.o
		if !slices.ContainsFunc(d.head.v.ContestKinds, func(k ronda.ContestKind) bool { return k.ID == c.Kind }) {
			o.fault("kind", "%q is not a contest kind of pack.json", c.Kind)
		}
		if !regions.has(c.Region) {
			o.fault("region", "%q is not a code of regions.csv", c.Region)
		}
	}
}

func (d *draft) checkCalendar() {
	unique(d.calendar, func(s ronda.Stage) string { return s.ID })
	for _, e := range d.calendar {
		s, o := e.v, e.o
		d.textRow(o, "name", s.Name, true)
		d.textRow(o, "relative", s.Relative, false)
		d.textRow(o, "doubt", s.Source.Doubt, false)
		okStart, okEnd := checkDay(o, "start", s.Start, false), checkDay(o, "end", s.End, false)
		dated := s.Start != "" || s.End != ""
		switch {
		case dated && len(s.Relative) > 0:
			o.fault("relative_"+d.r.languages[0], "a stage has days or follows from another event, not both")
		case !dated && len(s.Relative) == 0:
			o.fault("start", "a stage needs a first or a last day, or a relative text")
		case okStart && okEnd && s.Start != "" && s.End != "" && s.End < s.Start:
			o.fault("end", "is before the start, %s", s.Start)
		}
		among(o, "status", s.Source.Status, statuses)
		if s.Source.URL != "" && !webAddress(s.Source.URL) {
			o.fault("url", "must be a full https:// or http:// address")
		}
	}
}

// textRow checks a text that stands in columns name_id, name_en, …: all languages or, where it may be absent, none.
func (d *draft) textRow(o origin, name string, t ronda.Text, required bool) {
	if len(t) == 0 && !required {
		return
	}
	for _, lang := range d.r.languages {
		filled(o, name+"_"+lang, t[lang])
	}
}
