package election

import (
	"errors"

	"ronda"
)

// checkKits holds the material of a pack to the rules that partners' material is held to, and asks for every audience of a theme that has any.
func (d *draft) checkKits() {
	unique(d.kits, func(k ronda.PackKit) string { return k.ID })
	p := &ronda.Pack{Languages: d.r.languages, Themes: values(d.themes), Regions: values(d.regions)}
	p.Seal()
	have := map[string]map[string]bool{}
	for _, e := range d.kits {
		if !e.ok {
			continue
		}
		var fault *ronda.Error
		if err := e.v.Check(p); errors.As(err, &fault) {
			for _, f := range fault.Fields {
				e.o.fault(f.Field, "does not hold: %s", f.Code)
			}
		}
		if have[e.v.Theme] == nil {
			have[e.v.Theme] = map[string]bool{}
		}
		have[e.v.Theme][e.v.Audience] = true
	}
	for _, e := range d.kits {
		for _, a := range ronda.Audiences() {
			if e.ok && !have[e.v.Theme][a] {
				e.o.fault("audience", "theme %q has nothing for %q", e.v.Theme, a)
				have[e.v.Theme][a] = true
			}
		}
	}
}
