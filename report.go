package ronda

import "time"

// Report is one person's or organisation's report of one matter. It joins the case it matches, or opens one. Reports, checks and platform
// statements grow without end; cases do not.
type Report struct {
	ID        string
	Code      string // 12 Crockford letters; whoever holds it may follow the ticket
	At        time.Time
	Case      string // the case it belongs to
	Joined    bool   // it joined a case that was there already
	Channel   string // "web", "api", "telegram", "whatsapp", "line"
	Lang      string
	Category  string
	Region    string // "" is the whole country or unknown
	Text      string // masked
	Masked    []MaskedKind
	Addresses []ReportAddress
	Org       string // reporter's organisation, "" for a citizen
	Contact   []byte // encrypted; nil for an anonymous report
	Sender    string // keyed hash of where it came from, for abuse limits only
	Network   string // keyed hash of the network it came from, for finding coordinated reports only
	Signature []byte // near-duplicate signature of the text
	Missing   []string
	Files     []Evidence
	ErasedAt  time.Time
	Sandbox   bool
}

// MaskedKind counts what was masked in a text before it was stored.
type MaskedKind struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// ReportAddress is an address as it was given and as it was understood.
type ReportAddress struct {
	Given     string `json:"given"`
	Platform  string `json:"platform"`
	Kind      string `json:"kind"`
	Canonical string `json:"canonical"`
	Key       string `json:"key"`
	Domain    string `json:"domain,omitempty"`
	Unsettled bool   `json:"unresolved,omitempty"`
	Private   bool   `json:"private,omitempty"`
}

// Item makes a case's item of the address. The id is given when it is added.
func (x ReportAddress) Item() Item {
	return Item{Platform: x.Platform, Kind: x.Kind, Address: x.Canonical, Key: x.Key, Domain: x.Domain, Private: x.Private, Unsettled: x.Unsettled}
}

// Message is one entry of a ticket after the report: a question to the reporter, an answer, more evidence, or news.
type Message struct {
	ID       string
	Report   string
	At       time.Time
	From     string // "reporter", "hub"
	Kind     string // "question", "answer", "evidence", "news"
	Question string // Question.ID it belongs to
	Text     string // masked for what reporters write; a text key for news
	Files    []Evidence
}

// Submission is a report with everything that its transaction saves: the case to open if no address of it is claimed yet, and the
// reply that a repeat gets again.
type Submission struct {
	Report  Report
	Keys    []string // identities of the addresses, claimed for the case
	Match   string   // open case that the matcher found, "" for none; used if no key is claimed
	Open    Change   // the case to open otherwise; its Case.ID is used only then
	Jobs    []Job    // always owed: index the report, add its addresses to the case it joined
	Receipt Idempotent
}

// Idempotent is the reply stored with an effect. An empty Key stores nothing.
type Idempotent struct {
	Principal string // account or token id; for the public "anon:" and the hash of the body
	Key       string
	BodyHash  string // the same key with another body is refused
	Status    int
	Body      []byte
	At        time.Time
}

// Submitted is what became of a submission.
type Submitted struct {
	Report Report // with Case and Joined set
	Again  bool   // the idempotency key was known: Report is the first one
}

// ReportStats counts a case's reports. They never enter a legal conclusion.
type ReportStats struct {
	Total    int
	Last24h  int
	First    time.Time
	Last     time.Time
	ByRegion map[string]int
}

// CheckRecord counts a check by the keyed fingerprint of its text; the text itself is not stored without consent.
type CheckRecord struct {
	Fingerprint []byte // HMAC of the folded text
	Day         string // date in the pack's national zone
	Result      string // "match", "similar", "nothing"
	Channel     string
}

// Wish is a checked text that its sender allowed to be shown to fact-checkers.
type Wish struct {
	ID      string
	At      time.Time
	Text    string // masked
	Lang    string
	Channel string
	Count   int
	Code    string // under which the sender finds the answer
	Answer  string // FactCheck.ID that answered it
}
