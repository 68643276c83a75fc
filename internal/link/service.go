package link

import (
	"fmt"
	"regexp"
	"strings"

	"ronda"
)

// service is one platform's data, compiled.
type service struct {
	id       string
	hosts    []string
	patterns []*pattern
	wraps    []*redirect
	fronts   []*front
	reserved map[string]bool
	tracking map[string]bool
	parts    map[string]bool
	hostRE   map[string]*regexp.Regexp // one for each distinct host_re
}

// where is the part that patterns, redirectors and front pages share: a host and a path.
type where struct {
	host  *regexp.Regexp
	path  *regexp.Regexp
	heads []string // first path segments that can match
	open  bool     // the first segment is free
	hash  bool     // the expression looks at the fragment too
}

// subject is the text that path is matched on.
func (w *where) subject(a *address) string {
	if w.hash && a.plain != "" {
		return a.plain + "#" + unescapeQuery(a.frag)
	}
	return a.plain
}

type pattern struct {
	where
	kind, space, evidence string
	required              []string
	values                []valueRule
	id, canonical         template
	resolve, private      bool
	byHost                bool // the space holds {host}
	nameAt                int  // where the canonical path begins with somebody's name; 0 where it does not
	flags                 []string
}

type valueRule struct {
	key   string
	re    *regexp.Regexp
	exact bool // the data says how the value looks
}

type redirect struct {
	where
	param  string
	unless string
	to     template
	flag   string
}

type front struct {
	where
	what  string
	first bool
}

func (p *Parser) add(data ronda.Platform) error {
	s := &service{id: data.ID, hosts: data.Hosts, reserved: set(data.Reserved), tracking: set(data.TrackingParams), parts: set(data.PartParams), hostRE: map[string]*regexp.Regexp{}}
	p.platforms = append(p.platforms, s)
	for _, host := range data.Hosts {
		if other, taken := p.owned[host]; taken {
			return fmt.Errorf("host %s belongs to %s already", host, other.id)
		}
		p.owned[host] = s
	}
	for copied, host := range data.Mirrors {
		p.mirrors[copied] = mirror{host: host, of: s}
	}
	for i, d := range data.Patterns {
		if err := s.addPattern(d); err != nil {
			return fmt.Errorf("form %d (%s): %w", i, d.Kind, err)
		}
	}
	for i, d := range data.Redirectors {
		if err := s.addRedirect(d); err != nil {
			return fmt.Errorf("redirector %d: %w", i, err)
		}
	}
	for i, d := range data.FrontPages {
		w, err := s.where(d.HostRE, d.PathRE)
		if err != nil {
			return fmt.Errorf("front page %d: %w", i, err)
		}
		if _, known := errorText["link."+d.What]; !known {
			return fmt.Errorf("front page %d: unknown kind %q", i, d.What)
		}
		s.fronts = append(s.fronts, &front{where: w, what: d.What, first: d.First})
	}
	for i, d := range data.AppLinks {
		if err := p.addApp(d); err != nil {
			return fmt.Errorf("app link %d: %w", i, err)
		}
	}
	return nil
}

func (s *service) where(host, path string) (where, error) {
	h, ok := s.hostRE[host]
	if !ok {
		var err error
		if h, err = regexp.Compile(host); err != nil {
			return where{}, fmt.Errorf("compile host_re: %w", err)
		}
		s.hostRE[host] = h
	}
	re, err := regexp.Compile(path)
	if err != nil {
		return where{}, fmt.Errorf("compile path_re: %w", err)
	}
	heads, open := firstSegments(path)
	return where{host: h, path: re, heads: heads, open: open, hash: strings.Contains(path, "#")}, nil
}

func (s *service) addPattern(d ronda.URLPattern) error {
	w, err := s.where(d.HostRE, d.PathRE)
	if err != nil {
		return err
	}
	f := &pattern{where: w, kind: d.Kind, space: d.Space, evidence: d.Evidence, required: d.QueryRequired,
		resolve: d.NeedsResolve, private: d.PrivateSpace, flags: d.Flags}
	if f.space == "" {
		f.space = d.Kind
	}
	f.byHost = strings.Contains(f.space, "{host}")
	for _, key := range d.QueryRequired {
		expr := d.QueryRE[key]
		if expr == "" {
			expr = `^.+`
		}
		re, err := regexp.Compile(expr)
		if err != nil {
			return fmt.Errorf("compile query_re of %s: %w", key, err)
		}
		f.values = append(f.values, valueRule{key, re, d.QueryRE[key] != ""})
	}
	for key := range d.QueryRE {
		if !contains(d.QueryRequired, key) {
			return fmt.Errorf("query_re for %q, which is not required", key)
		}
	}
	if f.id, err = parseTemplate(d.ID, w, d.QueryRequired); err != nil {
		return fmt.Errorf("read id: %w", err)
	}
	if f.canonical, err = parseTemplate(d.Canonical, w, d.QueryRequired); err != nil {
		return fmt.Errorf("read canonical: %w", err)
	}
	if len(f.canonical) > 1 && f.canonical[0].source == 0 && strings.Count(f.canonical[0].literal, "/") == 3 && strings.HasSuffix(f.canonical[0].literal, "/") {
		f.nameAt = len(f.canonical[0].literal)
	}
	if d.Kind == "" || len(f.id) == 0 || !strings.Contains(d.Canonical, "://") {
		return fmt.Errorf("kind, id and canonical must be given")
	}
	s.patterns = append(s.patterns, f)
	return nil
}

func (s *service) addRedirect(d ronda.Redirector) error {
	w, err := s.where(d.HostRE, d.PathRE)
	if err != nil {
		return err
	}
	if (d.Param == "") == (d.Target == "") {
		return fmt.Errorf("either param or target must be given")
	}
	r := &redirect{where: w, param: d.Param, unless: d.Unless, flag: d.Flag}
	if d.Target != "" {
		if r.to, err = parseTemplate(d.Target, w, nil); err != nil {
			return fmt.Errorf("read target: %w", err)
		}
	}
	s.wraps = append(s.wraps, r)
	return nil
}

// fits tells, without running the expression, whether a path with this first segment can match.
func (w *where) fits(segment string) bool { return w.open || contains(w.heads, segment) }

// target gives the wrapped address. A path is read on the wrapper's own host.
func (r *redirect) target(a *address) (string, bool) {
	if a.plain == "" || !r.fits(firstSegment(a.plain)) {
		return "", false
	}
	text := r.subject(a)
	m := r.path.FindStringSubmatchIndex(text)
	if m == nil {
		return "", false
	}
	if r.unless != "" {
		if v, _ := a.value(r.unless); v != "" {
			return "", false
		}
	}
	switch r.param {
	case "":
		out := r.to.fill(filling{a: a, text: text, path: m, host: r.host, plain: true})
		out = strings.ReplaceAll(out, "%2F", "/")
		if a.query != "" && !r.hash {
			out += "?" + a.query
		}
		return out, true
	case "?":
		v := unescapeQuery(a.query)
		return v, strings.Contains(v, ".")
	}
	v, ok := a.value(r.param)
	if !ok || v == "" {
		return "", false
	}
	if strings.HasPrefix(v, "cache:") { // "cache:AbC123:https://…", or without the token
		v = v[len("cache:"):]
		if token, after, found := strings.Cut(v, ":"); found && !strings.Contains(token, ".") && !strings.HasPrefix(after, "//") {
			v = after
		}
	}
	if strings.HasPrefix(v, "/") && !strings.HasPrefix(v, "//") {
		return "https://" + a.host + v, len(v) > 1
	}
	return v, strings.ContainsAny(v, ".:%")
}

// part writes down which part of the item the address points at.
func (s *service) part(a *address) string {
	if a.query == "" || len(s.parts) == 0 {
		return ""
	}
	out := ""
	for _, q := range a.paramList() {
		if s.parts[q.key] && q.value != "" {
			if out != "" {
				out += "&"
			}
			out += q.key + "=" + escapeValue(unescapeQuery(q.value))
		}
	}
	return out
}

func set(names []string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
