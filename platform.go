package ronda

// Platform is one service of the declaration, or one that stayed outside.
type Platform struct {
	ID             string           `json:"id"` // "tiktok"
	Name           string           `json:"name"`
	Group          string           `json:"group"`
	Signatory      bool             `json:"signatory"`
	Represented    bool             `json:"represented"`              // has a representative in the country (Permenkominfo 5/2020 art. 25)
	AbsenceReason  Text             `json:"absence_reason,omitempty"` // why it stayed outside
	Private        bool             `json:"private"`                  // mainly private messages: no act on those
	Entity         Entity           `json:"entity"`
	PSE            []Registration   `json:"pse"`
	Policies       []Policy         `json:"policies"`
	Channels       []ContactChannel `json:"channels"` // ways to reach it, best first
	TrackingParams []string         `json:"tracking_params"`
	PartParams     []string         `json:"part_params,omitempty"` // query keys that point at a part of an item: a comment, one picture
	Redirectors    []Redirector     `json:"redirectors"`
	OEmbed         string           `json:"oembed,omitempty"`
	Patterns       []URLPattern     `json:"url_patterns"`
	FrontPages     []FrontPage      `json:"front_pages,omitempty"`
	Hosts          []string         `json:"hosts"` // registered domains that belong to the service
	// Mirrors maps a copy's host to the host whose addresses it repeats ("nitter.net" to "x.com").
	Mirrors map[string]string `json:"mirrors,omitempty"`
	// Reserved lists first path segments that are never the name of an account ("explore", "login").
	Reserved   []string  `json:"reserved,omitempty"`
	AppLinks   []AppLink `json:"app_links,omitempty"`
	HowToCopy  []Text    `json:"how_to_copy"`
	Notes      []string  `json:"notes,omitempty"`
	Unverified []Text    `json:"unverified,omitempty"`
	Source     Source    `json:"source"`
}

// Entity is the company that answers for a service.
type Entity struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	Source string `json:"source,omitempty"`
	Note   string `json:"note,omitempty"`
}

// Registration is an entry in the country's register of electronic system providers.
type Registration struct {
	Number string `json:"number"`
	What   string `json:"what"`
	Date   string `json:"date,omitempty"`
	Status string `json:"status"`
}

// Policy is a platform's own rule that a flag can cite.
type Policy struct {
	ID    string `json:"id"` // "tiktok-civic"
	Name  string `json:"name"`
	URL   string `json:"url"`
	About Text   `json:"about"`
	Validity
	Categories []string `json:"categories"`
	Status     string   `json:"status"`
}

// ContactChannel is a way to reach a platform with an act.
type ContactChannel struct {
	Kind   string `json:"kind"`   // "portal", "webhook", "email", "manual"
	Target string `json:"target"` // never shipped for real platforms: the operator enters it
	Proof  Text   `json:"proof"`  // what proves receipt on this channel
	Name   Text   `json:"name"`
	Note   Text   `json:"note,omitempty"`
	Status string `json:"status"`
}

// Redirector is a page that carries the real address: in the query parameter Param ("?" is the whole query), or, where
// Target is set, in parts of its own address (Target is a template as in URLPattern.Canonical). With the query
// parameter Unless the page is an item of its own.
type Redirector struct {
	HostRE  string `json:"host_re"`
	PathRE  string `json:"path_re"`
	Param   string `json:"param,omitempty"`
	Unless  string `json:"unless,omitempty"`
	Target  string `json:"target,omitempty"`
	Flag    string `json:"flag,omitempty"` // what the wrapping says about the item: "archive", "translated", "amp"
	Example string `json:"example,omitempty"`
	Leads   string `json:"leads_to,omitempty"` // the canonical address of Example
}

// AppLink turns an address that opens an app ("tg://resolve?domain=…") into the web address of the same item.
// PathRE is matched on what stands between "scheme:" with its slashes and the query.
type AppLink struct {
	Scheme        string   `json:"scheme"`
	PathRE        string   `json:"path_re"`
	QueryRequired []string `json:"query_required,omitempty"`
	Target        string   `json:"target"` // template as in URLPattern.Canonical
	Example       string   `json:"example"`
	Leads         string   `json:"leads_to,omitempty"` // the canonical address of Example
}

// URLPattern recognises one form of an item's address. The first pattern that fits wins.
// HostRE is matched on the lower-case host, PathRE on the decoded path (and "#fragment", where PathRE has a "#"),
// QueryRequired lists query keys that must exist and QueryRE how the value of a key must look.
// In ID and Canonical, {1} is a path group, {h1} a host group, {host} the host without "www." and {q.key} a query value, or the
// first group of its QueryRE. {1|lower} writes lower case, {1|digits} the
// digits alone, {1|dashes} reads "-" as "." and "--" as "-".
type URLPattern struct {
	Kind          string            `json:"kind"`            // post, video, story, profile, group, message, …
	Space         string            `json:"space,omitempty"` // patterns with one Space and one ID name one item; the default is Kind; it may hold {host}
	HostRE        string            `json:"host_re"`
	PathRE        string            `json:"path_re"`
	QueryRequired []string          `json:"query_required,omitempty"`
	QueryRE       map[string]string `json:"query_re,omitempty"`
	ID            string            `json:"id"`
	Canonical     string            `json:"canonical"`
	NeedsResolve  bool              `json:"needs_network_resolution,omitempty"`
	PrivateSpace  bool              `json:"private,omitempty"`
	Flags         []string          `json:"flags,omitempty"` // "ephemeral", "personal_data", …
	Example       string            `json:"example"`
	ExampleID     string            `json:"example_id,omitempty"`
	Examples      []string          `json:"examples,omitempty"` // further forms of the same item as Example
	Evidence      string            `json:"evidence,omitempty"`
	Note          string            `json:"note,omitempty"`
}

// FrontPage recognises an address that opens the app's front page or a search, not one item.
type FrontPage struct {
	HostRE   string   `json:"host_re"`
	PathRE   string   `json:"path_re"`
	First    bool     `json:"first,omitempty"` // looked for before the forms, not after them
	What     string   `json:"what"`            // "front_page", "search_page", "feed_page", "login_page", "help_page", "incomplete_video", "incomplete_post"
	Example  string   `json:"example,omitempty"`
	Examples []string `json:"examples,omitempty"`
}
