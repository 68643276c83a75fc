// Package letter writes the documents of the official acts: flag, request, order, warning and withdrawal. It stands inside the sixth stage of the flow,
// between the rule that made an act and the channel that carries it.
//
// It promises that page, print, PDF and JSON say the same: all four are made from one Document, in Indonesian and in English. The
// HTML page is the master, readable without style, script or colour; the PDF is made without a browser. Every document is marked as an
// unsigned copy, because an electronic signature is attached elsewhere. Nothing here decides anything or reads a clock.
package letter

import (
	"time"

	"ronda"
)

// Document is one letter, before it is put into a language. FromNotice, FromWarning and FromWithdrawal make it.
type Document struct {
	Act           ronda.Act
	Warning       int    // 1 to 3 for a warning about an order; 0 otherwise
	Withdrawn     string // why the sender takes the act back, for the letter that says so; "" otherwise
	Notice        string
	Code          string // the notice code, by which the recipient, the author and anyone named may object
	Number        string // letter number of the sender, "" where it has none
	CaseNumber    string
	Language      string // in which people wrote reasons, and in which the letter counts
	Country       string // ISO 3166-1 alpha-2: where the content is to be out of sight
	Election      ronda.Text
	Category      ronda.Text
	Sender        Party
	Recipient     Party
	Date          time.Time
	Zone          *time.Location // the region's own: every time in the letter is shown in it
	Region        string
	Urgent        bool
	Addresses     []Address
	Measure       ronda.Measure
	Milder        []ronda.Measure // milder than Measure, mildest first: Necessity says why none of them is enough
	Rule          Rule
	Explanation   string
	Analysis      string
	Necessity     string
	GoodFaith     bool
	NewFacts      string
	Determination *ronda.Determination
	Basis         Basis
	Readers       []ronda.Text // offices of the two or three people who decided
	Evidence      []Exhibit
	Term          Term
	AppealDays    int // calendar days to object, 0 where the pack sets none
	WarningText   string
	WarningAsks   ronda.Text
	Signatories   []Signatory
	Base          string // "https://ronda.example", without a slash at the end
	Log           LogEntry
	Mark          Mark
}

// Party is a sender or recipient with the name of the day.
type Party struct {
	ID     string
	Name   ronda.Text
	Short  string
	Office ronda.Text // the office that writes, where it is not the national one
	Entity string     // the company that answers for a platform
	Email  string
}

// Address is one item that the act names.
type Address struct {
	Item     string
	Platform string // name of the service, "" for a page outside the services
	Kind     string // post, video, …
	URL      string
}

// Rule is what the act rests on: an article of law in the version of the content's date, or a platform's own rule.
type Rule struct {
	Ref      string // Ground.ID, or "policy:<platform>:<policy>"
	Cite     string
	Law      string
	Title    ronda.Text
	Text     string     // the article's words, "" where no transcription is at hand
	Summary  ronda.Text // in our words, always marked as such
	URL      string     // of a platform's rule
	Policy   bool
	At       time.Time // the content's date, by whose law it is judged
	Valid    ronda.Validity
	Rulings  []ronda.Ruling
	Verified bool // the words were compared with an official source
}

// Basis is the act that this one rests on: the request behind an order, the order behind a warning.
type Basis struct {
	Number string
	Code   string
	Date   time.Time
	Sender ronda.Text
}

// Exhibit is a sealed file that goes with the letter, named by its hash.
type Exhibit struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	SHA256 string `json:"sha256"`
	Item   string `json:"item,omitempty"`
}

// Term is the clock of the act.
type Term struct {
	Hours      int
	Days       int
	Legal      bool   // set by law; otherwise a target or a service's own promise
	Cite       string // where the law says so
	Pauses     bool   // a question of the recipient stops it
	MaxPause   int    // hours, for all pauses together
	ReceivedAt time.Time
	DueAt      time.Time
}

// Signatory is a person who signs, as the sender's directory names them.
type Signatory struct {
	Name string `json:"name"`
	Role string `json:"role,omitempty"`
}

// LogEntry says where the public log holds the act. The zero value means that it has no number yet.
type LogEntry struct {
	Entered bool
	Index   int64
	Hash    string // SHA-256 of the leaf in hex
}

// Mark says what kind of copy this is besides unsigned.
type Mark string

// The marks.
const (
	MarkNone    Mark = ""
	MarkDemo    Mark = "demo"
	MarkSandbox Mark = "sandbox"
)

// CheckURL is the page on which anyone can compare the letter with the public record.
func (d Document) CheckURL() string { return d.Base + "/data/tindakan/" + d.Notice }

// AppealURL is the page on which recipient and author can object.
func (d Document) AppealURL() string { return d.Base + "/keberatan/" + ronda.FormatCode(d.Code) }
