package link

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// address is one address in parts. path, query and fragment are as they were written, after repair.
type address struct {
	scheme string
	host   string // lower case, ASCII, without a dot at the end
	name   string // the host as people see it, where that differs from host
	port   string // "" where it is the scheme's own
	path   string // escaped
	query  string
	frag   string
	flags  []string

	plain  string // the path to match forms on; see plainPath
	params []param
	parsed bool
}

type param struct{ key, value string } // the value is still escaped

func (a *address) flag(names ...string) { a.flags = addFlags(a.flags, names...) }

// split takes an address apart the way browsers do, and repairs what people and chats break.
func (p *Parser) split(text string) (*address, error) {
	a := &address{}
	scheme, rest := cutScheme(text)
	if strings.HasPrefix(scheme, "hxxp") {
		scheme = "http" + scheme[len("hxxp"):]
		a.flag("defanged")
	}
	if scheme != "" && scheme != "http" && scheme != "https" {
		a.scheme = scheme
		a.path = rest
		return a, nil
	}
	a.scheme = scheme
	if scheme == "" {
		if code := notAddress(rest); code != "" {
			return nil, refuse(code)
		}
		a.scheme = "https"
		rest = strings.TrimLeft(rest, `/\`)
	}
	authority, tail := rest, ""
	if i := strings.IndexAny(rest, `/?#\`); i >= 0 {
		authority, tail = rest[:i], rest[i:]
	}
	if err := a.authority(authority); err != nil {
		return nil, err
	}
	if scheme == "" {
		if err := p.bareHost(a, authority, tail); err != nil {
			return nil, err
		}
	}
	a.tail(tail)
	return a, nil
}

// bareHost decides whether text without a scheme was meant as an address at all.
func (p *Parser) bareHost(a *address, authority, tail string) error {
	if strings.Contains(authority, "@") && tail == "" {
		return refuse("link.email_address")
	}
	if a.port == "" && p.table(a.host) != nil {
		return nil
	}
	if hasFlag(a.flags, "ip_host") {
		if tail == "" && a.port == "" && strings.Count(authority, ".") != 3 {
			return refuse("link.no_address")
		}
		return nil
	}
	if _, listed := publicsuffix.PublicSuffix(a.host); !listed && !strings.HasSuffix(a.host, ".onion") {
		// Unlisted names end here; private suffixes such as blogspot.com end in a listed one.
		if !knownTop(a.host) {
			return refuse("link.no_address")
		}
	}
	return nil
}

// knownTop tells whether the last label of host is in the public suffix list.
func knownTop(host string) bool {
	top := host[strings.LastIndexByte(host, '.')+1:]
	_, listed := publicsuffix.PublicSuffix("x." + top)
	return listed
}

// notAddress recognises what people paste instead of an address.
func notAddress(s string) string {
	switch {
	case strings.HasPrefix(s, "@") && !strings.Contains(s, "/"):
		return "link.account_name"
	case phoneLike(s) && strings.Count(s, ".") != 3:
		return "link.phone_number"
	case !strings.ContainsAny(s, ".。．｡:[%"):
		return "link.no_address"
	}
	return ""
}

// tail splits and repairs what follows the host.
func (a *address) tail(tail string) {
	if i := strings.IndexByte(tail, '#'); i >= 0 {
		tail, a.frag = tail[:i], tail[i+1:]
	}
	if i := strings.IndexByte(tail, '?'); i >= 0 {
		tail, a.query = tail[:i], tail[i+1:]
	}
	if strings.IndexByte(tail, '\\') >= 0 {
		tail = strings.ReplaceAll(tail, `\/`, "/")
		tail = strings.ReplaceAll(tail, `\`, "/")
	}
	a.path = normalPath(tail)
}

// paramList splits the query once. "&amp;" from pasted HTML counts as "&".
func (a *address) paramList() []param {
	if a.parsed {
		return a.params
	}
	a.parsed = true
	rest := a.query
	for rest != "" {
		var pair string
		if i := strings.IndexByte(rest, '&'); i >= 0 {
			pair, rest = rest[:i], rest[i+1:]
			rest = strings.TrimPrefix(rest, "amp;")
		} else {
			pair, rest = rest, ""
		}
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		a.params = append(a.params, param{unescapeQuery(key), value})
	}
	return a.params
}

// value gives the first non-empty value of a query key.
func (a *address) value(key string) (string, bool) {
	found := false
	for _, q := range a.paramList() {
		if q.key == key {
			if q.value != "" {
				return unescapeQuery(q.value), true
			}
			found = true
		}
	}
	return "", found
}

func hasFlag(flags []string, name string) bool {
	for _, f := range flags {
		if f == name {
			return true
		}
	}
	return false
}
