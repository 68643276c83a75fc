package ronda

import "time"

// QueueFilter chooses cases for a list. Zero fields do not filter. All of it stands in the query string of the page.
type QueueFilter struct {
	Org       string   // authority that holds the case
	Offices   []string // offices whose cases are shown; nil for all
	Regions   []string // exact region codes; nil for all
	Area      string   // a province with everything in it, or a regency; "" for all
	Category  string
	Platform  string
	Stages    []CaseStage
	Open      bool // only open stages
	Urgency   int  // at least
	Holder    string
	Reader    string // cases in which the account is drawn and has not concluded
	Overdue   bool
	DueBefore time.Time
	Text      string // words of title or number
	Claim     string
	Sort      string // "deadline" (default), "newest", "urgency", "reports"
	Page      int    // from 1
	Size      int    // at most 200; 50 where 0
	Sandbox   bool   // cases of the sandbox instead of real ones
	Surge     SurgeFilter
	Now       time.Time
}

// SurgeFilter says what a list does with cases of a surge that nobody has looked at.
type SurgeFilter string

// The filters. A queue that names none is without them, except where words are looked for.
const (
	SurgeWithout SurgeFilter = "without"
	SurgeOnly    SurgeFilter = "only"
	SurgeAlso    SurgeFilter = "also"
)

// QueueRow is one line of a list of cases.
type QueueRow struct {
	ID, Number, Title string
	Category          string
	Urgency           int
	Region            string
	Contest           string
	Platforms         []string
	Items             int
	Stage             CaseStage
	Office, Holder    string
	DueAt             time.Time
	OpenedAt          time.Time
	UpdatedAt         time.Time
	Priority          bool
	Version           int64
	Reports           int
	Last24h           int
	Reader            string // account drawn and not yet concluded
	Concluded         []string
}

// QueuePage is one page of a list, with the whole count.
type QueuePage struct {
	Rows  []QueueRow
	Total int
	Page  int
	Pages int
}

// QueueCounts are the figures above the queue.
type QueueCounts struct {
	Overdue  int
	DueToday int
	Second   int // waiting for a second reader
	Mine     int
	ToRead   int // drawn for the account
	New      int
	Surge    int // opened in a surge and not looked at; the other figures leave them out
	Newest   time.Time
}

// NoticeFilter chooses notices for a liaison, the ministry or the public. Zero fields do not filter.
type NoticeFilter struct {
	Platform  string
	Authority string // recipient of requests
	Org       string // sender
	Act       Act
	States    []NoticeState
	Public    bool // only acts that have a public page
	Region    string
	Category  string
	Overdue   bool
	Since     time.Time
	After     string // id of the last row seen; rows come newest first
	Oldest    bool   // nearest deadline first instead
	Size      int    // at most 1000; 50 where 0
	Sandbox   bool
	Now       time.Time
}

// NoticeRow is a notice with the case fields that lists need.
type NoticeRow struct {
	Notice Notice
	Case   string
	Number string // of the case
	Title  string // of the case; dropped for the public
}

// TokenInfo is an API token as its owner sees it. The secret is shown once and stored as a hash.
type TokenInfo struct {
	ID        string
	Account   string
	Name      string
	Scopes    []string
	Sandbox   bool // for practice: reaches nothing real
	CreatedAt time.Time
	ExpiresAt time.Time
	LastUsed  time.Time
	RevokedAt time.Time
}

// SessionInfo is a signed-in browser as its owner sees it.
type SessionInfo struct {
	ID        string
	Account   string
	CreatedAt time.Time
	LastSeen  time.Time
	ExpiresAt time.Time
	Agent     string // browser, shortened
	Place     string // network of the last use, without the part that names a device
	Stage     string // "" is signed in; "second" waits for the second factor
	Way       string // what was proven: "password", "two", "passkey", "institution"
	ProvedAt  time.Time
	HasFactor bool // the account has a second factor
}

// OnceLink is a link that works once: the first set-up, an invitation, a new password.
type OnceLink struct {
	Kind      string
	Account   string
	Data      string
	CreatedAt time.Time
	ExpiresAt time.Time
}
