package election

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ronda"
)

// check looks at what the values mean: ids, references, spans, patterns. It reports everything that it finds.
func (d *draft) check() {
	d.checkHead()
	d.checkRegions()
	d.checkContests()
	d.checkCalendar()
	d.checkAuthorities()
	d.checkActRules()
	d.checkPartnerKinds()
	d.checkCategories()
	d.checkGrounds()
	d.checkPlatforms()
	d.checkClocks()
	d.checkLadders()
	d.checkRetention()
	d.checkReferrals()
	d.checkLimits()
	d.checkCampaign()
	d.checkThemes()
	d.checkDeclaration()
	d.checkClaims()
	d.checkKits()
}

var (
	idForm      = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,79}$`)
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
)

func (d *draft) checkHead() {
	h, o := d.head.v, d.head.o
	if !d.head.ok {
		return
	}
	checkID(o, "id", h.ID)
	if !countryForm.MatchString(h.Country) {
		o.fault("country", "must be a two-letter country code such as \"ID\"")
	}
	checkDay(o, "checked_at", h.CheckedAt, true)
	for i, lang := range h.Languages {
		if !languageTag.MatchString(lang) {
			o.fault(at("languages", i), "must be a language tag such as \"id\"")
		} else if slices.Index(h.Languages, lang) != i {
			o.fault(at("languages", i), "stands twice")
		}
	}
	if len(h.Levels) == 0 {
		o.fault("levels", "must name at least the level of the whole country")
	}
	var seen []string
	for i, l := range h.Levels {
		checkID(o, at("levels", i)+".id", l.ID)
		if slices.Contains(seen, l.ID) {
			o.fault(at("levels", i)+".id", "%q stands twice", l.ID)
		}
		if l.Office != "" && !slices.ContainsFunc(h.Levels, func(x ronda.Level) bool { return x.ID == l.Office && x.Office == "" }) {
			o.fault(at("levels", i)+".office", "%q is no level with offices of its own", l.Office)
		}
		seen = append(seen, l.ID)
	}
	seen = nil
	for i, k := range h.ContestKinds {
		checkID(o, at("contest_kinds", i)+".id", k.ID)
		if slices.Contains(seen, k.ID) {
			o.fault(at("contest_kinds", i)+".id", "%q stands twice", k.ID)
		}
		seen = append(seen, k.ID)
	}
	seen = nil
	for i, x := range h.Tongues {
		if !languageTag.MatchString(x.ID) {
			o.fault(at("tongues", i)+".id", "must be a language tag such as \"jv\", not %q", x.ID)
		}
		if slices.Contains(seen, x.ID) {
			o.fault(at("tongues", i)+".id", "%q stands twice", x.ID)
		}
		seen = append(seen, x.ID)
	}
}

// at writes the path of a list's item: "steps[2]".
func at(path string, i int) string {
	return path + "[" + strconv.Itoa(i) + "]"
}

func checkID(o origin, path, id string) {
	if !idForm.MatchString(id) {
		o.fault(path, "must be an id of small letters, digits, dots and dashes, not %q", id)
	}
}

// unique checks the form of every id of a list and that none stands twice; it returns the ids.
func unique[T any](list []entry[T], id func(T) string) map[string]bool {
	seen := map[string]bool{}
	for _, e := range list {
		key := id(e.v)
		if !e.ok && key == "" {
			continue
		}
		checkID(e.o, "id", key)
		if seen[key] {
			e.o.fault("id", "%q stands twice", key)
		}
		seen[key] = true
	}
	return seen
}

// idSet holds the ids that a reference may name. It is nil where a file of theirs cannot be read: then every reference
// passes, because a fault that is mended with that file would only be noise.
type idSet map[string]bool

func (s idSet) has(id string) bool { return s == nil || s[id] }

// idsOf collects the ids of the list called name.
func idsOf[T any](d *draft, name string, list []entry[T], id func(T) string) idSet {
	if d.r.broken[name] {
		return nil
	}
	out := idSet{}
	for _, e := range list {
		out[id(e.v)] = true
	}
	return out
}

// known reports values of a list that are not in set.
func known(o origin, path string, values []string, set idSet, what string) {
	for i, v := range values {
		if !set.has(v) {
			o.fault(at(path, i), "%q is not %s", v, what)
		} else if slices.Index(values, v) != i {
			o.fault(at(path, i), "%q stands twice", v)
		}
	}
}

// among reports a value that is not one of the allowed words.
func among[S ~string](o origin, path string, v S, allowed []S) {
	if !slices.Contains(allowed, v) {
		words := make([]string, len(allowed))
		for i, a := range allowed {
			words[i] = string(a)
		}
		o.fault(path, "must be one of %s, not %q", strings.Join(words, ", "), v)
	}
}

// filled reports a required text that is empty.
func filled(o origin, path, v string) {
	if v == "" {
		o.fault(path, "is missing")
	}
}

// checkDay checks a calendar day "2024-11-27".
func checkDay(o origin, path, day string, required bool) bool {
	if day == "" && !required {
		return true
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		o.fault(path, "must be a day such as 2024-11-27, not %q", day)
		return false
	}
	return true
}

// span is one version of a rule for the check that versions do not overlap.
type span struct {
	id string
	v  ronda.Validity
	o  origin
	at string // path below the origin
}

// checkSpans reports spans that end before they start, and two versions of one id that hold at the same time.
func checkSpans(spans []span) {
	for i, s := range spans {
		if !s.v.From.IsZero() && !s.v.To.IsZero() && !s.v.From.Before(s.v.To) {
			s.o.fault(join(s.at, "valid_to"), "must be after valid_from")
			continue
		}
		for _, earlier := range spans[:i] {
			if earlier.id == s.id && overlap(earlier.v, s.v) {
				s.o.fault(join(s.at, "valid_from"), "the span overlaps with another %q (%s)", s.id, where(earlier.o))
				break
			}
		}
	}
}

func overlap(a, b ronda.Validity) bool {
	startsBefore := func(x, y ronda.Validity) bool { return y.To.IsZero() || x.From.IsZero() || x.From.Before(y.To) }
	return startsBefore(a, b) && startsBefore(b, a)
}

// where names an origin inside a message.
func where(o origin) string {
	if o.node != nil {
		return o.file + ":" + strconv.Itoa(o.node.line)
	}
	return o.file + ":" + strconv.Itoa(o.line)
}
