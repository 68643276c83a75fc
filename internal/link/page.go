package link

import "strings"

// page keeps an address without a known form whole: only what tracks the reader is taken off. t is nil outside the services.
func (p *Parser) page(a *address, t *hostTable) Link {
	l := Link{Platform: Web, Kind: KindPage, Flags: a.flags}
	tracking := p.webTracking()
	var own map[string]bool
	if t != nil {
		l.Platform, l.Domain, own = t.service.id, t.domain, t.service.tracking
		if t.service.id != Web {
			l.Flags = addFlags(l.Flags, "unknown_form")
		}
	} else {
		if hasFlag(a.flags, "ip_host") {
			l.Domain = a.host
		} else {
			l.Domain = registeredDomain(a.host)
			if !knownTop(a.host) {
				l.Flags = addFlags(l.Flags, "unknown_tld")
			}
			l = p.brands.judge(l, a)
		}
	}
	host := a.host
	if a.port != "" {
		host += ":" + a.port
	}
	rest := a.path
	if q := keepQuery(a, tracking, own); q != "" {
		rest += "?" + q
	}
	if f := keepFragment(a.frag); f != "" {
		rest += "#" + f
	}
	rest = guardTail(rest)
	l.Canonical = a.scheme + "://" + host + rest
	if rest == "/" {
		rest = ""
	}
	l.ID = strings.TrimPrefix(host, "www.") + rest
	l.Key = l.Platform + ":" + KindPage + ":" + l.ID
	return l
}

// guardTail escapes a closing mark at the end, so that nobody who reads the address in a text takes it for punctuation.
func guardTail(rest string) string {
	if trimTail(rest) == rest {
		return rest
	}
	var b strings.Builder
	b.WriteString(rest[:len(rest)-1])
	writeEscape(&b, rest[len(rest)-1])
	return b.String()
}

// keepQuery writes the query again without the parameters that only track. Order and spelling of the others stay.
func keepQuery(a *address, tracking, own map[string]bool) string {
	if a.query == "" {
		return ""
	}
	var b strings.Builder
	rest := a.query
	for rest != "" {
		var pair string
		if i := strings.IndexByte(rest, '&'); i >= 0 {
			pair, rest = rest[:i], strings.TrimPrefix(rest[i+1:], "amp;")
		} else {
			pair, rest = rest, ""
		}
		key, _, _ := strings.Cut(pair, "=")
		key = unescapeQuery(key)
		if pair == "" || own[key] || tracks(tracking, key) {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		writeQuery(&b, pair)
	}
	return b.String()
}

// tracks tells whether a parameter is known to serve only for counting readers.
func tracks(tracking map[string]bool, key string) bool {
	lower := strings.ToLower(key)
	return strings.HasPrefix(lower, "utm_") || tracking[lower]
}

func writeQuery(b *strings.Builder, s string) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			if v := unhex(s[i+1])<<4 | unhex(s[i+2]); unreserved(v) {
				b.WriteByte(v)
			} else {
				writeEscape(b, v)
			}
			i += 2
		case pathByte(c) || c == '?':
			b.WriteByte(c)
		default:
			writeEscape(b, c)
		}
	}
}

// keepFragment keeps a fragment only where it is the page itself ("#/berita/1", "#!berita"), not a place on it.
func keepFragment(frag string) string {
	if len(frag) < 2 || frag[0] != '/' && frag[0] != '!' {
		return ""
	}
	frag, _, _ = strings.Cut(frag, ":~:")
	var b strings.Builder
	writeQuery(&b, frag)
	return b.String()
}
