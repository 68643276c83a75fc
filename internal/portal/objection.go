package portal

import (
	"time"

	"ronda"
)

// Objection is what the public may count about one objection that reached a panel. One that waits for proof of an account is in no figure: it must
// not tell whether its address was ever acted on.
type Objection struct {
	Day      int32  `json:"d"` // days since 1970-01-01 of its filing
	By       string `json:"b"` // ronda.AppealBy
	Act      string `json:"k,omitempty"`
	Notice   string `json:"i,omitempty"` // the act's id; empty where a case ended without an act
	Platform string `json:"p,omitempty"`
	Org      string `json:"o"` // authority whose people decide
	Region   string `json:"r"`
	Category string `json:"c"`
	Decision string `json:"s,omitempty"` // ronda.AppealDecision; empty while the panel is at work
	Hours    int32  `json:"h"`           // from filing to the decision, rounded up; Never where there is none
	Late     bool   `json:"l,omitempty"` // decided after its clock had run out
	Asked    int32  `json:"a,omitempty"` // addresses to be put back
	Restored int32  `json:"n,omitempty"` // of these put back
}

// objectionsOf derives the objections of a case, in the order of their ids.
func objectionsOf(c ronda.Case, appeals []ronda.Appeal, zone *time.Location) []Objection {
	var out []Objection
	for _, a := range appeals {
		if a.Sandbox || c.Sandbox || a.Case == "" || (a.State != ronda.AppealPanel && a.State != ronda.AppealDecided) {
			continue
		}
		o := Objection{Day: dayOf(a.FiledAt, zone), By: string(a.By), Act: string(a.Act), Notice: a.Notice, Platform: a.Platform, Org: a.Org, Region: c.Region,
			Category: c.Category, Decision: string(a.Decision), Hours: Never}
		if a.State == ronda.AppealDecided {
			o.Hours = int32((max(0, a.DecidedAt.Sub(a.FiledAt)) + time.Hour - 1) / time.Hour)
			o.Late = !a.DueAt.IsZero() && a.DecidedAt.After(a.DueAt)
		}
		for _, r := range a.Restorations {
			o.Asked++
			if r.Answer == "restored" {
				o.Restored++
			}
		}
		out = append(out, o)
	}
	return out
}

// ObjectionFigures count objections that reached a panel.
type ObjectionFigures struct {
	Filed, Overturned, Upheld, Late int
	Asked, Restored                 int  // addresses to be put back, and those put back
	Time                            Span // hours from filing to the decision
}

// Decided is how many objections a panel has ended.
func (o ObjectionFigures) Decided() int { return o.Overturned + o.Upheld }

func (o *ObjectionFigures) put(r *objectionRow) {
	o.Filed++
	o.Asked += int(r.asked)
	o.Restored += int(r.restored)
	switch r.decision {
	case decidedOverturned:
		o.Overturned++
	case decidedUpheld:
		o.Upheld++
	}
	if r.late {
		o.Late++
	}
	if r.hours >= 0 {
		o.Time.put(int(r.hours))
	}
}

func (o *ObjectionFigures) add(b *ObjectionFigures) {
	o.Filed, o.Overturned, o.Upheld, o.Late = o.Filed+b.Filed, o.Overturned+b.Overturned, o.Upheld+b.Upheld, o.Late+b.Late
	o.Asked, o.Restored = o.Asked+b.Asked, o.Restored+b.Restored
	o.Time.add(b.Time)
}

// The decisions as the cube keeps them.
const (
	undecided = iota
	decidedUpheld
	decidedOverturned
)

// objectionRow is an objection as the scans read it.
type objectionRow struct {
	day             int32
	hours           int16
	region          uint16
	asked, restored uint16
	platform        uint8
	org             uint8
	category        uint8
	by              uint8
	decision        uint8
	late            bool
}

func (c *Cube) objectionRow(o *Objection) objectionRow {
	row := objectionRow{day: o.Day, hours: int16(min(o.Hours, 32000)), region: c.regions.number(o.Region), asked: uint16(min(o.Asked, 65535)),
		restored: uint16(min(o.Restored, 65535)), platform: uint8(c.platforms.number(o.Platform)), org: uint8(c.orgs.number(o.Org)),
		category: uint8(c.categories.number(o.Category)), by: uint8(c.appellants.number(o.By)), late: o.Late}
	switch ronda.AppealDecision(o.Decision) {
	case ronda.AppealUpheld:
		row.decision = decidedUpheld
	case ronda.AppealOverturned:
		row.decision = decidedOverturned
	}
	return row
}

func (t *test) objection(r *objectionRow) bool {
	return (!t.hasPlatform || r.platform == t.platform) && (!t.hasOrg || r.org == t.org) && (!t.hasCat || r.category == t.category) &&
		(!t.hasRegion || t.regions[r.region]) && (!t.hasDays || r.day >= t.from && r.day <= t.to)
}

// scanObjections counts all of them: there are far fewer than acts.
func (c *Cube) scanObjections(f *test, t *tally) {
	for _, list := range c.objections {
		for i := range list {
			r := &list[i]
			if !f.objection(r) {
				continue
			}
			day := t.day(r.day)
			day.Objections++
			if r.decision == decidedOverturned {
				day.Upset++
			}
			t.all.Objections.put(r)
			t.appellant[r.by]++
			t.sender[r.org].org.Objections.put(r)
			t.objected[r.platform].put(r)
		}
	}
}
