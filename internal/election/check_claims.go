package election

import (
	"slices"
	"strings"

	"ronda"
)

func (d *draft) checkThemes() {
	unique(d.themes, func(t ronda.Theme) string { return t.ID })
	for _, e := range d.themes {
		if e.ok && e.v.Recurrent && len(e.v.Prebunk) == 0 {
			e.o.fault("prebunk", "is missing: a recurrent rumour needs an answer prepared beforehand")
		}
		for i, sign := range e.v.Signs {
			for _, word := range sign {
				if word == "" || word != strings.ToLower(strings.Join(strings.Fields(word), " ")) {
					e.o.fault(at("signs", i), "must hold words in small letters")
				}
			}
			if len(sign) == 0 {
				e.o.fault(at("signs", i), "is empty")
			}
		}
	}
}

func (d *draft) checkClaims() {
	unique(d.claims, func(c ronda.KnownClaim) string { return c.ID })
	regions := idsOf(d, "regions", d.regions, func(r ronda.Region) string { return r.Code })
	themes := idsOf(d, "themes", d.themes, func(t ronda.Theme) string { return t.ID })
	seen := map[string]string{}
	for _, e := range d.claims {
		c, o := e.v, e.o
		if !e.ok {
			continue
		}
		among(o, "verdict", c.Verdict, ronda.Verdicts())
		checkDay(o, "date", c.Date, true)
		filled(o, "outlet", c.Outlet)
		if !webAddress(c.URL) {
			o.fault("url", "must be the full address of the public fact-check")
		} else if other, twice := seen[c.URL]; twice {
			o.fault("url", "is the address of %q too", other)
		}
		seen[c.URL] = c.ID
		if c.Region != "" && !regions.has(c.Region) {
			o.fault("region", "%q is not a code of regions.csv", c.Region)
		}
		if c.Theme != "" && !themes.has(c.Theme) {
			o.fault("theme", "%q is not a theme", c.Theme)
		}
		for i, k := range c.Keywords {
			if k == "" || k != strings.ToLower(k) {
				o.fault(at("keywords", i), "must be in small letters")
			} else if slices.Index(c.Keywords, k) != i {
				o.fault(at("keywords", i), "%q stands twice", k)
			}
		}
	}
}
