package frame

import (
	"net/url"
	"strconv"
	"strings"

	"ronda/internal/i18n"
)

// Section says which of the three looks a page has.
type Section string

// The sections. Public pages carry no script and no web font; Work and Data pages may use both.
const (
	Public Section = "umum"
	Work   Section = "kerja"
	Data   Section = "data"
)

// Page is one answer as a page. Template, Title and Data are what a usual page sets.
type Page struct {
	Template string  // below page/, without .html: "home"
	Title    string  // in words; the layout adds the name of the site, and "Galat: " where there are faults
	Status   int     // 0 is 200, or 422 where there are faults
	Section  Section // "" is Public
	Nav      string  // key of the entry of the menu that this page is below
	Crumbs   []Crumb // path to this page without the page itself
	Faults   []i18n.FieldError
	Private  bool   // no-store, not for search engines
	Leave    bool   // show "Keluar cepat"
	NoTwin   bool   // there is no such page in the other language
	Share    *Share // how the page looks when its address is shared
	Linked   any    // the page for machines, as JSON-LD
	Feeds    []Feed // of what the page lists
	Rail     []NavItem
	Who      *Who     // signed-in officer
	Script   bool     // load kerja.js (Work only)
	Scripts  []string // other script files of static/ that the page loads; it works without them
	Data     any
}

// Crumb is one step of the path to a page.
type Crumb struct{ Text, Path string }

// Share is what messengers show for the address.
type Share struct {
	Title, Description string
	Image              string // static file, ≤ 30 kB
	Picture            string // or the path of a picture that is drawn for the page, ≤ 30 kB
}

// Feed is a feed of what a page shows: its media type, its name and its path without language.
type Feed struct{ Type, Title, Path string }

// Who is the signed-in person as the header shows them.
type Who struct {
	Name, Office string
	Out          string // path of the sign-out form
}

// Form gives components the answers and the faults of a form.
type Form struct {
	Values url.Values
	Faults []i18n.FieldError
}

// Value is the first answer to name.
// What is no UTF-8 shows as the replacement character, as it would in the browser, so that a page is always valid.
func (f Form) Value(name string) string { return strings.ToValidUTF8(f.Values.Get(name), "\uFFFD") }

// Has tells whether the answers to name hold value.
func (f Form) Has(name, value string) bool {
	for _, v := range f.Values[name] {
		if v == value {
			return true
		}
	}
	return false
}

// Fault is the fault of a field in words, "" where it has none.
func (f Form) Fault(name string) string {
	for _, x := range f.Faults {
		if x.Field == name {
			return x.Text
		}
	}
	return ""
}

// Choice is one of the answers that radios, checkboxes and selects offer.
type Choice struct {
	Value, Text, Hint string
	Group             string // heading under which a select shows it
}

// LogEntry is one line of a logbook: the time in the margin, what happened beside it.
type LogEntry struct {
	When   string // written time
	ISO    string // for machines
	Title  string
	Text   string
	Who    string // role or body, never a citizen's name
	Link   string // without language; optional
	Strong bool   // the newest or the decisive line
}

// Row is a line of a list of answers: what was asked, what was answered, where to change it.
type Row struct {
	ID     string // where a summary of faults can lead; optional
	Name   string
	Values []string // one paragraph each
	Change string   // path without language; optional
}

// Pager leads through numbered pages; addresses keep the rest of the query.
type Pager struct {
	Page, Pages int
	Path        string // without language
	Query       url.Values
}

// Link is the address of page n.
func (p Pager) Link(n int) string {
	q := url.Values{}
	for k, v := range p.Query {
		q[k] = v
	}
	q.Del("hal")
	if n > 1 {
		q.Set("hal", strconv.Itoa(n))
	}
	if len(q) == 0 {
		return p.Path
	}
	return p.Path + "?" + q.Encode()
}

// Numbers are the pages to show: first, last and those around the current one; 0 stands for a gap.
func (p Pager) Numbers() []int {
	var out []int
	for n := 1; n <= p.Pages; n++ {
		switch {
		case n == 1 || n == p.Pages || (n >= p.Page-1 && n <= p.Page+1):
			out = append(out, n)
		case out[len(out)-1] != 0:
			out = append(out, 0)
		}
	}
	return out
}
