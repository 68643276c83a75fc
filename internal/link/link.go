package link

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"ronda"
)

// Web is the platform id of pages outside the services of the pack.
const Web = "web"

// KindPage is the kind of every address without a more exact form.
const KindPage = "page"

// Link is one understood address.
type Link struct {
	Input        string   `json:"input"`                   // as it was given
	Platform     string   `json:"platform"`                // the pack's id ("tiktok"), or Web
	Kind         string   `json:"kind"`                    // post, video, story, profile, group, page, …
	ID           string   `json:"id"`                      // the service's own id of the item
	Canonical    string   `json:"canonical"`               // one address to open and to show
	Key          string   `json:"key"`                     // platform:space:id, equal for all forms of one item
	Part         string   `json:"part,omitempty"`          // "comment_id=1": what the address points at inside the item
	NeedsResolve bool     `json:"needs_resolving"`         // a short link: only the safe fetcher can say what it means
	Private      bool     `json:"private"`                 // only members or one person can open it
	Domain       string   `json:"registered_domain"`       // by the public suffix list; the address itself for IP hosts
	Lookalike    string   `json:"lookalike_of,omitempty"`  // platform id that the host imitates
	Flags        []string `json:"flags,omitempty"`         // see the package comment
	Evidence     string   `json:"form_evidence,omitempty"` // how sure the form is: verified, observed_in_public_code, unverified
}

// Parser understands addresses by the data of one pack. It is safe for concurrent use.
type Parser struct {
	platforms []*service
	owned     map[string]*service   // registered domain to service
	mirrors   map[string]mirror     // a copy's host
	tables    map[string]*hostTable // every host that the data names
	apps      map[string][]*appLink // by scheme
	brands    *brands
	cache     sync.Map // host to *hostTable, for hosts the data does not name
	cached    atomic.Int64
}

type mirror struct {
	host string
	of   *service
}

// New compiles the forms of all platforms. It fails on data that can never match: a broken expression, an unknown
// placeholder, a host claimed by two services.
func New(platforms []ronda.Platform) (*Parser, error) {
	web, err := openWeb()
	if err != nil {
		return nil, err
	}
	p := &Parser{
		owned: map[string]*service{}, mirrors: map[string]mirror{},
		tables: map[string]*hostTable{}, apps: map[string][]*appLink{},
	}
	all := append(append([]ronda.Platform{}, platforms...), web)
	for _, data := range all {
		if err := p.add(data); err != nil {
			return nil, fmt.Errorf("compile forms of %s: %w", data.ID, err)
		}
	}
	p.brands = newBrands(p.platforms)
	for _, data := range all {
		for _, host := range namedHosts(data) {
			p.tables[host] = p.buildTable(host)
		}
	}
	return p, nil
}

// Parse understands one address. The error is always an *Error.
func (p *Parser) Parse(raw string) (Link, error) {
	l, err := p.parse(raw, 0)
	if err != nil {
		return Link{Input: raw}, err
	}
	l.Input = raw
	return l, nil
}

func (p *Parser) parse(raw string, depth int) (Link, error) {
	if depth > MaxDepth {
		return Link{}, refuse("link.too_deep")
	}
	text, err := p.clean(raw, depth)
	if err != nil {
		return Link{}, err
	}
	a, err := p.split(text)
	if err != nil {
		return Link{}, err
	}
	if a.scheme != "http" && a.scheme != "https" {
		return p.openApp(a, depth)
	}
	return p.understand(a, depth)
}

// understand looks for the item behind a web address: first what is wrapped in it, then the known forms, then the
// pages that are no item, and at last the page as such.
func (p *Parser) understand(a *address, depth int) (Link, error) {
	t := p.table(a.host)
	if t == nil {
		return p.page(a, nil), nil
	}
	if t.mirrorOf != "" {
		a.host = t.mirrorOf
		a.flag("mirror")
		if t = p.table(a.host); t == nil {
			return p.page(a, nil), nil
		}
	}
	a.plainPath(t.service.id != Web)
	if l, done, err := p.unwrap(t, a, depth); done {
		return l, err
	}
	what := t.front(a, true)
	if what == "" {
		if l, ok := t.match(a); ok {
			return l, nil
		}
		what = t.front(a, false)
	}
	if what != "" {
		return Link{}, &Error{Code: "link." + what, Platform: t.service.id}
	}
	return p.page(a, t), nil
}

// unwrap follows an address that carries another one. A wrapper without a usable address in it is read as what it is.
func (p *Parser) unwrap(t *hostTable, a *address, depth int) (Link, bool, error) {
	for _, r := range t.redirects {
		target, ok := r.target(a)
		if !ok {
			continue
		}
		l, err := p.parse(target, depth+1)
		if err != nil {
			var refusal *Error
			if errors.As(err, &refusal) && keepsRefusal(refusal.Code) {
				return Link{}, true, err
			}
			continue
		}
		l.Flags = addFlags(l.Flags, "redirector", r.flag)
		l.Flags = addFlags(l.Flags, a.flags...)
		return l, true, nil
	}
	return Link{}, false, nil
}

// keepsRefusal tells which refusals of a wrapped address count for the wrapper: it was an address, and no item.
func keepsRefusal(code string) bool {
	switch code {
	case "link.too_deep", "link.front_page", "link.search_page", "link.feed_page", "link.private_host", "link.help_page",
		"link.incomplete_video", "link.incomplete_post":
		return true
	}
	return false
}

func addFlags(flags []string, more ...string) []string {
next:
	for _, m := range more {
		if m == "" {
			continue
		}
		for _, f := range flags {
			if f == m {
				continue next
			}
		}
		flags = append(flags, m)
	}
	return flags
}
