package election

import (
	"slices"
	"strings"

	"ronda"
)

// roles are the mandates that the rules of the root package know.
var roles = []string{"supervisor", "commission", "ministry", "other"}

func (d *draft) checkAuthorities() {
	unique(d.authorities, func(a ronda.Authority) string { return a.ID })
	for _, e := range d.authorities {
		a, o := e.v, e.o
		if !e.ok {
			continue
		}
		if len(a.Names) == 0 {
			o.fault("names", "must hold at least one name")
		}
		var spans []span
		for i, n := range a.Names {
			filled(o, at("names", i)+".short", n.Short)
			spans = append(spans, span{a.ID, n.Validity, o, at("names", i)})
		}
		checkSpans(spans)
		known(o, "levels", a.Levels, d.officeLevels(), "a level with offices")
		if len(a.Levels) == 0 {
			o.fault("levels", "must name at least one level")
		}
		for i, act := range a.Acts {
			among(o, at("acts", i), act, ronda.Acts())
			if act == ronda.Order && a.Role != "ministry" {
				o.fault(at("acts", i), "only a body with the role ministry may order")
			}
		}
		among(o, "role", a.Role, roles)
		for _, lang := range d.r.languages {
			if pattern := a.Office[lang]; len(a.Levels) > 1 && !strings.Contains(pattern, "{region}") {
				o.fault("office."+lang, "must hold {region}: the body has offices at several levels")
			}
		}
	}
}

func (d *draft) checkActRules() {
	var spans []span
	for _, e := range d.actRules {
		if !e.ok {
			continue
		}
		among(e.o, "act", e.v.Act, ronda.Acts())
		if len(e.v.Basis) == 0 {
			e.o.fault("basis", "must name at least one provision or rule")
		}
		spans = append(spans, span{string(e.v.Act), e.v.Validity, e.o, ""})
	}
	checkSpans(spans)
	if len(d.actRules) == 0 || d.r.broken["acts"] {
		return
	}
	for _, a := range d.authorities {
		for i, act := range a.v.Acts {
			if a.ok && !slices.ContainsFunc(d.actRules, func(e entry[ronda.ActRule]) bool { return e.v.Act == act }) {
				a.o.fault(at("acts", i), "acts.json does not say what %q rests on", act)
			}
		}
	}
}

func (d *draft) checkPartnerKinds() {
	unique(d.partnerKinds, func(p ronda.PartnerKind) string { return p.ID })
}

func (d *draft) checkCategories() {
	unique(d.categories, func(c ronda.Category) string { return c.ID })
	grounds := idsOf(d, "grounds", d.grounds, func(g ronda.Ground) string { return g.ID })
	for _, e := range d.categories {
		c, o := e.v, e.o
		if !e.ok {
			continue
		}
		if c.Urgency < 1 || c.Urgency > 5 {
			o.fault("urgency", "must be from 1 to 5")
		}
		known(o, "grounds", c.Grounds, grounds, "a ground")
		for i, id := range c.Grounds {
			for _, g := range d.grounds {
				if g.v.ID != id {
					continue
				}
				if slices.Contains(g.v.NotFor, c.ID) {
					o.fault(at("grounds", i), "%q says itself that it is no ground for %q (%s)", id, c.ID, where(g.o))
				} else if !slices.Contains(g.v.Categories, c.ID) {
					o.fault(at("grounds", i), "%q does not list the category %q (%s)", id, c.ID, where(g.o))
				}
			}
		}
	}
}

func (d *draft) checkDeclaration() {
	if !d.hasPledge || !d.declaration.ok {
		return
	}
	v, o := d.declaration.v, d.declaration.o
	checkDay(o, "date", v.Date, true)
	if len(v.Commitments) == 0 {
		o.fault("commitments", "must hold at least one commitment")
	}
	platforms := idsOf(d, "platforms", d.platforms, func(p ronda.Platform) string { return p.ID })
	signers := idsOf(d, "authorities", d.authorities, func(a ronda.Authority) string { return a.ID })
	for id := range platforms {
		if signers != nil {
			signers[id] = true
		}
	}
	if platforms == nil {
		signers = nil
	}
	for _, e := range d.platforms {
		if e.ok && e.v.Signatory != slices.Contains(v.Signatories, e.v.ID) {
			e.o.fault("signatory", "does not agree with the signatories of declaration.json")
		}
	}
	known(o, "signatories", v.Signatories, signers, "an authority or a platform")
	known(o, "absent", v.Absent, platforms, "a platform")
	for i, id := range v.Absent {
		if slices.Contains(v.Signatories, id) {
			o.fault(at("absent", i), "%q stands among the signatories too", id)
		}
	}
	seen := map[string]bool{}
	for i, p := range v.Promises {
		checkID(o, at("promises", i)+".id", p.ID)
		if seen[p.ID] {
			o.fault(at("promises", i)+".id", "%q stands twice", p.ID)
		}
		seen[p.ID] = true
	}
}
