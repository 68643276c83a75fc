package link

import (
	"regexp"
	"strings"

	"golang.org/x/net/publicsuffix"

	"ronda"
)

// maxCached bounds the tables kept for hosts that the data does not name (subdomains such as those of Blogger).
const maxCached = 4096

// hostTable holds what can match on one host, by the first segment of the path.
type hostTable struct {
	service   *service
	domain    string
	mirrorOf  string // the host to read instead
	byHead    map[string][]*pattern
	free      []*pattern // the first segment is free
	redirects []*redirect
	fronts    []*front
}

// table gives the forms of a host, or nil for a host of no service.
func (p *Parser) table(host string) *hostTable {
	if t, ok := p.tables[host]; ok {
		return t
	}
	if !p.belongs(host) {
		return nil
	}
	if t, ok := p.cache.Load(host); ok {
		return t.(*hostTable)
	}
	t := p.buildTable(host)
	if t != nil && p.cached.Load() < maxCached {
		if _, had := p.cache.LoadOrStore(host, t); !had {
			p.cached.Add(1)
		}
	}
	return t
}

// belongs tells whether host or a domain above it is a service's or a copy's.
func (p *Parser) belongs(host string) bool {
	s, _ := p.owner(host)
	return s != nil
}

func (p *Parser) owner(host string) (*service, string) {
	for name := host; ; {
		if m, ok := p.mirrors[name]; ok {
			return m.of, name
		}
		if s, ok := p.owned[name]; ok {
			return s, name
		}
		i := strings.IndexByte(name, '.')
		if i < 0 {
			return nil, ""
		}
		name = name[i+1:]
	}
}

func (p *Parser) buildTable(host string) *hostTable {
	s, name := p.owner(host)
	if s == nil {
		return nil
	}
	t := &hostTable{service: s, domain: registeredDomain(host), byHead: map[string][]*pattern{}}
	if m, ok := p.mirrors[name]; ok {
		t.mirrorOf = m.host
		return t
	}
	matched := map[*regexp.Regexp]bool{}
	for _, re := range s.hostRE {
		matched[re] = re.MatchString(host)
	}
	heads := map[string]bool{}
	var usable []*pattern
	for _, f := range s.patterns {
		if matched[f.host] {
			usable = append(usable, f)
			for _, h := range f.heads {
				heads[h] = true
			}
		}
	}
	for name := range s.reserved {
		heads[name] = true
	}
	for _, f := range usable {
		if f.open {
			t.free = append(t.free, f)
		}
		for name := range heads {
			if contains(f.heads, name) || f.open && !s.reserved[name] {
				t.byHead[name] = append(t.byHead[name], f)
			}
		}
	}
	for name := range s.reserved {
		if _, ok := t.byHead[name]; !ok {
			t.byHead[name] = nil
		}
	}
	for _, r := range s.wraps {
		if matched[r.host] {
			t.redirects = append(t.redirects, r)
		}
	}
	for _, f := range s.fronts {
		if matched[f.host] {
			t.fronts = append(t.fronts, f)
		}
	}
	return t
}

// match runs the forms that can fit the path, in the order of the data.
func (t *hostTable) match(a *address) (Link, bool) {
	if a.plain == "" {
		return Link{}, false
	}
	segment := firstSegment(a.plain)
	forms, known := t.byHead[segment]
	if !known {
		forms = t.free
		// Names of accounts ignore case, so "Login" is no more an account than "login".
		if lower := strings.ToLower(segment); lower != segment && t.service.reserved[lower] {
			forms = nil
		}
	}
	for _, f := range forms {
		if l, ok := f.match(t, a); ok {
			return l, true
		}
	}
	return Link{}, false
}

func firstSegment(path string) string {
	path = path[1:]
	if i := strings.IndexByte(path, '/'); i >= 0 {
		return path[:i]
	}
	return path
}

func (f *pattern) match(t *hostTable, a *address) (Link, bool) {
	var room [4]string
	values := room[:0]
	for _, rule := range f.values {
		v, ok := a.value(rule.key)
		if !ok || v == "" {
			return Link{}, false
		}
		if len(v) > 1024 || !printable(v) {
			return Link{}, false
		}
		if rule.exact {
			v = narrowed(v)
		}
		m := rule.re.FindStringSubmatchIndex(v)
		switch {
		case m == nil:
			return Link{}, false
		case len(m) > 2 && m[2] >= 0:
			v = v[m[2]:m[3]]
		case len(m) == 2:
			v = v[m[0]:m[1]]
		}
		// The value may come to stand at the end of a path, where such marks are taken for punctuation.
		if rule.exact {
			if v = trimEnd(v); v == "" {
				return Link{}, false
			}
		}
		values = append(values, v)
	}
	text := f.subject(a)
	m := f.path.FindStringSubmatchIndex(text)
	if m == nil {
		return Link{}, false
	}
	fill := filling{a: a, text: text, path: m, host: f.host, values: values, keys: f.required}
	l := Link{
		Platform: t.service.id, Kind: f.kind, Domain: t.domain,
		NeedsResolve: f.resolve, Private: f.private, Evidence: f.evidence,
	}
	l.Canonical = f.canonical.fill(fill)
	// "t.me/s/share" names no account either: "t.me/share" is a page of the service.
	if f.nameAt > 0 {
		path := l.Canonical[f.nameAt-1:]
		name := firstSegment(path)
		if t.service.reserved[name] && (!contains(f.heads, name) || len(path) == 1+len(name)) {
			return Link{}, false
		}
	}
	fill.plain = true
	if l.ID = f.id.fill(fill); trimEnd(strings.Trim(l.ID, tailMarks+"@/")) == "" {
		return Link{}, false
	}
	l.Key = t.service.id + ":" + f.spaceOn(a.host) + ":" + l.ID
	l.Flags = addFlags(a.flags, f.flags...)
	l.Part = t.service.part(a)
	return l, true
}

// spaceOn gives the identity space: codes of two short hosts are kept apart, because nobody promised that they are one.
func (f *pattern) spaceOn(host string) string {
	if !f.byHost {
		return f.space
	}
	return strings.ReplaceAll(f.space, "{host}", strings.TrimPrefix(host, "www."))
}

// front tells which page that is no item the address opens, or "". first asks only for those that come before the forms.
func (t *hostTable) front(a *address, first bool) string {
	if a.plain == "" {
		return ""
	}
	segment := firstSegment(a.plain)
	for _, f := range t.fronts {
		if f.first == first && f.fits(segment) && f.path.MatchString(f.subject(a)) {
			return f.what
		}
	}
	return ""
}

// registeredDomain is the name that somebody registered (public suffix list, with its private part, so that each Blogger
// blog counts as its own), or the host where the list has no answer.
func registeredDomain(host string) string {
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return d
	}
	return host
}

// namedHosts lists the hosts that the data mentions, so that their tables are ready beforehand.
func namedHosts(d ronda.Platform) []string {
	hosts := append([]string{}, d.Hosts...)
	for copied := range d.Mirrors {
		hosts = append(hosts, copied)
	}
	for _, host := range d.Hosts {
		hosts = append(hosts, "www."+host, "m."+host)
	}
	for _, f := range d.Patterns {
		_, rest, _ := strings.Cut(f.Example, "://")
		if host, plain := plainHost(rest[:strings.IndexAny(rest+"/", "/?#:")]); plain {
			hosts = append(hosts, host)
		}
	}
	return hosts
}
