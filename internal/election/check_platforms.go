package election

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ronda"
)

var (
	channelKinds = []string{"portal", "webhook", "email", "manual"}
	hostForm     = regexp.MustCompile(`^([a-z0-9-]+\.)+[a-z0-9-]{2,}$`)
	placeholder  = regexp.MustCompile(`\{([^{}|]*)(?:\|[a-z]+)?\}`)
)

func (d *draft) checkPlatforms() {
	unique(d.platforms, func(p ronda.Platform) string { return p.ID })
	categories := idsOf(d, "categories", d.categories, func(c ronda.Category) string { return c.ID })
	for _, e := range d.platforms {
		p, o := e.v, e.o
		if !e.ok {
			continue
		}
		filled(o, "name", p.Name)
		if !p.Signatory && d.hasPledge && len(p.AbsenceReason) == 0 {
			o.fault("absence_reason", "is missing: say why the platform did not sign")
		}
		if len(p.HowToCopy) == 0 {
			o.fault("how_to_copy", "must hold at least one step")
		}
		if len(p.Hosts) == 0 {
			o.fault("hosts", "must hold at least one host")
		}
		for i, h := range p.Hosts {
			if !hostForm.MatchString(h) {
				o.fault(at("hosts", i), "must be a host in small letters such as \"tiktok.com\"")
			}
		}
		var spans []span
		for i, v := range p.Policies {
			checkID(o, at("policies", i)+".id", v.ID)
			filled(o, at("policies", i)+".name", v.Name)
			among(o, at("policies", i)+".status", v.Status, statuses)
			if !webAddress(v.URL) {
				o.fault(at("policies", i)+".url", "must be a full https:// or http:// address")
			}
			known(o, at("policies", i)+".categories", v.Categories, categories, "a category")
			spans = append(spans, span{v.ID, v.Validity, o, at("policies", i)})
		}
		checkSpans(spans)
		checkChannels(p, o)
		checkAddresses(p, o)
	}
}

func checkChannels(p ronda.Platform, o origin) {
	if len(p.Channels) == 0 {
		o.fault("channels", "must hold at least one: a platform without a contact still has a manual path")
	}
	for i, c := range p.Channels {
		among(o, at("channels", i)+".kind", c.Kind, channelKinds)
		if c.Target != "" {
			o.fault(at("channels", i)+".target", "must be empty: the operator enters the address, a pack never ships one")
		}
	}
}

// addressForm is a compiled URLPattern.
type addressForm struct {
	host, path *regexp.Regexp
	query      map[string]*regexp.Regexp
	pattern    ronda.URLPattern
}

// checkAddresses compiles every pattern and holds each example against the patterns in order: its own must be the first that fits.
func checkAddresses(p ronda.Platform, o origin) {
	for i, r := range p.Redirectors {
		compile(o, at("redirectors", i)+".host_re", r.HostRE)
		compile(o, at("redirectors", i)+".path_re", r.PathRE)
		if r.Param == "" && r.Target == "" {
			o.fault(at("redirectors", i)+".param", "is missing: name the query key that carries the address, or a target")
		}
	}
	for i, f := range p.FrontPages {
		compile(o, at("front_pages", i)+".host_re", f.HostRE)
		compile(o, at("front_pages", i)+".path_re", f.PathRE)
		filled(o, at("front_pages", i)+".what", f.What)
	}
	forms := make([]addressForm, len(p.Patterns))
	for i, u := range p.Patterns {
		path := at("url_patterns", i)
		f := addressForm{compile(o, path+".host_re", u.HostRE), compile(o, path+".path_re", u.PathRE), map[string]*regexp.Regexp{}, u}
		for key, re := range u.QueryRE {
			f.query[key] = compile(o, path+".query_re."+key, re)
		}
		forms[i] = f
		filled(o, path+".kind", u.Kind)
		checkTemplate(o, path+".id", u.ID, f)
		checkTemplate(o, path+".canonical", u.Canonical, f)
	}
	for i, u := range p.Patterns {
		checkExample(o, at("url_patterns", i)+".example", u.Example, forms, i)
	}
}

// compile reports a broken expression and returns one that never matches in its place.
func compile(o origin, path, expr string) *regexp.Regexp {
	if expr == "" {
		o.fault(path, "is missing")
		return regexp.MustCompile(`[^\s\S]`)
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		o.fault(path, "is not a regular expression of Go: %s", err)
		return regexp.MustCompile(`[^\s\S]`)
	}
	return re
}

// checkTemplate checks that every {1}, {h1}, {host} and {q.key} of a template has something to stand for.
func checkTemplate(o origin, path, template string, f addressForm) {
	if template == "" {
		o.fault(path, "is missing")
	}
	for _, m := range placeholder.FindAllStringSubmatch(template, -1) {
		name := m[1]
		key, isQuery := strings.CutPrefix(name, "q.")
		group, isHost := strings.CutPrefix(name, "h")
		switch n, err := strconv.Atoi(strings.TrimPrefix(name, "h")); {
		case name == "host":
		case isQuery && (slices.Contains(f.pattern.QueryRequired, key) || f.query[key] != nil):
		case isQuery:
			o.fault(path, "{%s} names a query key that query_required does not hold", name)
		case err == nil && isHost && group != "" && n >= 1 && n <= f.host.NumSubexp():
		case err == nil && !isHost && n >= 1 && n <= f.path.NumSubexp():
		default:
			o.fault(path, "{%s} stands for nothing: path_re has %d groups, host_re %d", name, f.path.NumSubexp(), f.host.NumSubexp())
		}
	}
}

// checkExample checks that pattern own is the first of forms that fits the example.
func checkExample(o origin, path, example string, forms []addressForm, own int) {
	u, err := url.Parse(example)
	if err != nil || !webAddress(example) {
		o.fault(path, "must be a full address that the pattern fits")
		return
	}
	for i, f := range forms {
		if f.fits(u) {
			if i != own {
				o.fault(path, "is taken by url_patterns[%d] (%s), which stands before", i, f.pattern.Kind)
			}
			return
		}
	}
	o.fault(path, "does not fit its own pattern")
}

// fits tells whether the address has this form.
func (f addressForm) fits(u *url.URL) bool {
	path := u.Path
	if strings.Contains(f.pattern.PathRE, "#") && u.Fragment != "" {
		path += "#" + u.Fragment
	}
	if !f.host.MatchString(strings.ToLower(u.Hostname())) || !f.path.MatchString(path) {
		return false
	}
	query := u.Query()
	for _, key := range f.pattern.QueryRequired {
		if !query.Has(key) {
			return false
		}
	}
	for key, re := range f.query {
		if query.Has(key) && !re.MatchString(query.Get(key)) {
			return false
		}
	}
	return true
}
