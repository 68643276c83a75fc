package election

import (
	"slices"
	"strings"

	"ronda"
)

func (d *draft) checkGrounds() {
	categories := idsOf(d, "categories", d.categories, func(c ronda.Category) string { return c.ID })
	var spans []span
	for _, e := range d.grounds {
		g, o := e.v, e.o
		if !e.ok {
			continue
		}
		spans = append(spans, span{g.ID, g.Validity, o, ""})
		checkID(o, "id", g.ID)
		filled(o, "cite", g.Cite)
		filled(o, "law", g.Law)
		among(o, "kind", g.Kind, []ronda.GroundKind{ronda.GroundLaw, ronda.GroundPolicy})
		for i, act := range g.Acts {
			among(o, at("acts", i), act, ronda.Acts())
			if slices.Index(g.Acts, act) != i {
				o.fault(at("acts", i), "%q stands twice", act)
			}
			if g.Kind == ronda.GroundPolicy && act != ronda.Flag {
				o.fault(at("acts", i), "a platform's own policy can carry a flag only")
			}
		}
		if len(g.Acts) == 0 && len(g.Warnings) == 0 {
			o.fault("warnings", "a ground that carries no act must say why")
		}
		if len(g.Acts) > 0 && len(g.Elements) == 0 {
			o.fault("elements", "must hold at least one element")
		}
		for i, m := range g.Mildest {
			among(o, at("mildest", i), m, ronda.Measures())
			if i > 0 && slices.Index(ronda.Measures(), m) <= slices.Index(ronda.Measures(), g.Mildest[i-1]) {
				o.fault(at("mildest", i), "must be named from the mildest to the strictest")
			}
		}
		known(o, "categories", g.Categories, categories, "a category")
		known(o, "not_for", g.NotFor, categories, "a category")
		for i, c := range g.NotFor {
			if slices.Contains(g.Categories, c) {
				o.fault(at("not_for", i), "%q stands among the categories too", c)
			}
		}
		checkElements(g, o)
	}
	checkSpans(spans)
}

// checkElements checks the elements of a ground and of the rulings on it: an element is named in an assessment by its id alone.
func checkElements(g ronda.Ground, o origin) {
	seen := map[string]bool{}
	check := func(path string, elements []ronda.Element) {
		for i, el := range elements {
			checkID(o, at(path, i)+".id", el.ID)
			if seen[el.ID] {
				o.fault(at(path, i)+".id", "%q stands twice", el.ID)
			}
			seen[el.ID] = true
		}
	}
	check("elements", g.Elements)
	for i, r := range g.Rulings {
		filled(o, at("rulings", i)+".cite", r.Cite)
		if r.From.IsZero() {
			o.fault(at("rulings", i)+".valid_from", "is missing: a ruling holds from a day on")
		}
		checkSpans([]span{{r.Cite, r.Validity, o, at("rulings", i)}})
		check(at("rulings", i)+".elements", r.Elements)
	}
}

var (
	// clockStarts are the events that can start a clock.
	clockStarts = []string{"receipt", "sent", "reported", "known", "assigned", "appealed", "decided", "asked", "applied"}
	// clockBases say who set a deadline.
	clockBases = []string{"law", "service", "promise", "none"}
	// retentionStarts are the events after which data is kept for a number of days.
	retentionStarts = []string{"closed", "created", "election_end"}
)

func (d *draft) checkClocks() {
	var spans []span
	for _, e := range d.clocks {
		c, o := e.v, e.o
		if !e.ok {
			continue
		}
		spans = append(spans, span{c.ID, c.Validity, o, ""})
		checkID(o, "id", c.ID)
		among(o, "basis", c.Basis, clockBases)
		among(o, "starts", c.Starts, clockStarts)
		checkDuration(c, o)
		for i, a := range c.Pauses {
			among(o, at("pauses", i), a, ronda.Answers())
		}
		if len(c.Pauses) > 0 {
			filled(o, "resumes", c.Resumes)
			if c.MaxPause == 0 {
				o.fault("max_pause_hours", "must be above 0: a pause without an end would stop the clock for good")
			}
		}
		for i, h := range c.Remind {
			if h < 1 || h >= c.Hours+24*c.Days {
				o.fault(at("remind_hours", i), "must lie inside the time of the clock")
			} else if i > 0 && h >= c.Remind[i-1] {
				o.fault(at("remind_hours", i), "must be smaller than the one before: the first reminder comes first")
			}
		}
	}
	checkSpans(spans)
}

// checkDuration: a clock counts elapsed hours or local days, and one without a deadline counts neither.
func checkDuration(c ronda.Clock, o origin) {
	switch {
	case c.Basis == "none" && c.Hours != 0:
		o.fault("hours", "must be 0 where the basis is none")
	case c.Basis == "none" && c.Days != 0:
		o.fault("days", "must be 0 where the basis is none")
	case c.Basis != "none" && c.Hours == 0 && c.Days == 0:
		o.fault("hours", "must be above 0")
	case c.Hours != 0 && c.Days != 0:
		o.fault("days", "must be 0 where hours count")
	}
}

func (d *draft) checkLadders() {
	clocks := idsOf(d, "clocks", d.clocks, func(c ronda.Clock) string { return c.ID })
	var spans []span
	for _, e := range d.ladders {
		l, o := e.v, e.o
		if !e.ok {
			continue
		}
		spans = append(spans, span{l.ID, l.Validity, o, ""})
		checkID(o, "id", l.ID)
		if len(l.Steps) == 0 {
			o.fault("steps", "must hold at least one step")
		}
		seen := map[string]bool{}
		for i, s := range l.Steps {
			checkID(o, at("steps", i)+".id", s.ID)
			if seen[s.ID] {
				o.fault(at("steps", i)+".id", "%q stands twice", s.ID)
			}
			seen[s.ID] = true
			if !clocks.has(s.After) {
				o.fault(at("steps", i)+".after", "%q is not a clock", s.After)
			}
		}
	}
	checkSpans(spans)
}

func (d *draft) checkRetention() {
	seen := map[string]bool{}
	for _, e := range d.retention {
		if !e.ok {
			continue
		}
		kind := string(e.v.Kind)
		checkID(e.o, "kind", kind)
		if seen[kind] {
			e.o.fault("kind", "%q stands twice", kind)
		}
		seen[kind] = true
		start, known := ronda.RetentionKinds()[e.v.Kind]
		if !known {
			e.o.fault("kind", "%q is not a kind of data that is kept; known are %s", kind, strings.Join(retentionKinds(), ", "))
		}
		among(e.o, "after", e.v.After, retentionStarts)
		if known && slices.Contains(retentionStarts, e.v.After) && e.v.After != start {
			e.o.fault("after", "must be %q for %s: nothing else is known of it", start, kind)
		}
	}
}

func retentionKinds() []string {
	var out []string
	for k := range ronda.RetentionKinds() {
		out = append(out, string(k))
	}
	slices.Sort(out)
	return out
}

func (d *draft) checkReferrals() {
	unique(d.referrals, func(r ronda.ReferralPath) string { return r.ID })
	for _, e := range d.referrals {
		if e.ok && e.v.Days > 0 {
			among(e.o, "start", e.v.Start, clockStarts)
		}
	}
}

func (d *draft) checkLimits() {
	unique(d.limits, func(l ronda.Limit) string { return l.ID })
	for _, e := range d.limits {
		if e.ok && e.v.Value < 1 {
			e.o.fault("value", "must be above 0")
		}
	}
}

// checkCampaign holds the calendar rules to the stages, subjects and media that there are.
func (d *draft) checkCampaign() {
	stages := idsOf(d, "calendar", d.calendar, func(s ronda.Stage) string { return s.ID })
	unique(d.campaign, func(r ronda.CampaignRule) string { return r.ID })
	for _, e := range d.campaign {
		if !e.ok {
			continue
		}
		among(e.o, "subject", e.v.Subject, []string{ronda.SubjectAccount, ronda.SubjectAdvert})
		among(e.o, "when", e.v.When, []string{"inside", "outside", "before"})
		for i, m := range e.v.Media {
			if !slices.Contains(ronda.Media(), m) {
				e.o.fault(at("media", i), "%q is not a medium", m)
			}
		}
		if !stages.has(e.v.Stage) {
			e.o.fault("stage", "%q is not a stage of the calendar", e.v.Stage)
		}
	}
}
