package ronda

import (
	"strings"
	"unicode"
)

// LawFinder tells whether a statement of reasons cites the law of the pack's country. What it looks for comes from the pack: the short names of
// laws in the grounds' citations ("UU", "Permenkominfo", "KUHP"), of the authorities ("Bawaslu") and the country's own.
type LawFinder struct {
	country string
	name    string          // of the country, folded; "Indonesian" counts as "Indonesia"
	marks   map[string]bool // folded words
}

// NewLawFinder collects the words of a pack.
func NewLawFinder(p *Pack) LawFinder {
	f := LawFinder{country: p.Country, marks: map[string]bool{}}
	for _, r := range p.Regions {
		if r.Code == "" && len(r.Name) > 3 {
			f.name = strings.ToLower(r.Name)
		}
	}
	for _, g := range p.Grounds {
		if g.Kind == GroundPolicy {
			continue
		}
		for _, w := range lawWords(g.Cite + " " + g.Law) {
			if short := strings.ToUpper(w) == w || strings.HasPrefix(w, "Per"); short && len(w) > 1 {
				f.marks[strings.ToLower(w)] = true
			}
		}
	}
	for _, a := range p.Authorities {
		for _, n := range a.Names {
			if len(n.Short) > 2 && !strings.ContainsRune(n.Short, ' ') {
				f.marks[strings.ToLower(n.Short)] = true
			}
		}
	}
	return f
}

// Cites tells whether the decision rests on the country's law: it names illegal content as its ground, and the words of the ground or of the
// explanation name a law or an authority of the country, or the decision holds in the country alone.
func (f LawFinder) Cites(s Statement) bool {
	if s.DecisionGround != "DECISION_GROUND_ILLEGAL_CONTENT" {
		return false
	}
	if len(s.Territory) == 1 && s.Territory[0] == f.country {
		return true
	}
	for _, w := range lawWords(s.IllegalGround + " " + s.IllegalExplanation) {
		if w = strings.ToLower(w); f.marks[w] || f.name != "" && strings.HasPrefix(w, f.name) {
			return true
		}
	}
	return false
}

// OutsideLog tells whether the statement shows an act that did not come through the hub: it cites the country's law and names no notice of ours.
func (f LawFinder) OutsideLog(s Statement) bool { return s.RondaNotice == "" && f.Cites(s) }

// lawWords are the words of letters alone.
func lawWords(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
}
