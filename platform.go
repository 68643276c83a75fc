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
	Redirectors    []Redirector     `json:"redirectors"`
	OEmbed         string           `json:"oembed,omitempty"`
	Patterns       []URLPattern     `json:"url_patterns"`
	FrontPages     []FrontPage      `json:"front_pages,omitempty"`
	Hosts          []string         `json:"hosts"` // registered domains that belong to the service
	HowToCopy      []Text           `json:"how_to_copy"`
	Notes          []string         `json:"notes,omitempty"`
	Unverified     []Text           `json:"unverified,omitempty"`
	Source         Source           `json:"source"`
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

// Redirector is a host that carries the real address in a query parameter.
type Redirector struct {
	HostRE string `json:"host_re"`
	PathRE string `json:"path_re"`
	Param  string `json:"param"`
}

// URLPattern recognises one form of an item's address. The first pattern that fits wins.
// HostRE is matched on the lower-case host, PathRE on the path, QueryRequired lists query keys that must exist.
// In ID and Canonical, {1} is a path group and {q.key} a query value.
type URLPattern struct {
	Kind          string   `json:"kind"` // post, video, story, profile, group, message, …
	HostRE        string   `json:"host_re"`
	PathRE        string   `json:"path_re"`
	QueryRequired []string `json:"query_required,omitempty"`
	ID            string   `json:"id"`
	Canonical     string   `json:"canonical"`
	NeedsResolve  bool     `json:"needs_network_resolution,omitempty"`
	PrivateSpace  bool     `json:"private,omitempty"`
	Example       string   `json:"example"`
	ExampleID     string   `json:"example_id,omitempty"`
	Examples      []string `json:"examples,omitempty"`
	Evidence      string   `json:"evidence,omitempty"`
	Note          string   `json:"note,omitempty"`
}

// FrontPage recognises an address that opens the app's front page or a search, not one item.
type FrontPage struct {
	HostRE string `json:"host_re"`
	PathRE string `json:"path_re"`
	What   string `json:"what"` // "front_page", "search"
}
