package ronda

import "time"

// FactCheck is a published check of a claim: shipped with the pack, imported, or written by a partner. Whose check it is, is always said.
type FactCheck struct {
	ID        string    `json:"id"`
	Claim     Text      `json:"claim"` // what circulated, in the outlet's or our own words
	Truth     Text      `json:"truth"` // the correction in one sentence
	Verdict   Verdict   `json:"verdict"`
	Class     string    `json:"class,omitempty"` // fine class, after First Draft
	Date      string    `json:"date"`            // "2024-11-20"
	Outlet    string    `json:"outlet"`
	Author    string    `json:"author,omitempty"`
	URL       string    `json:"url"`
	Language  string    `json:"language,omitempty"`
	Narration string    `json:"narration,omitempty"` // circulating text; for matching only, never shown unmarked
	Keywords  []string  `json:"keywords,omitempty"`
	Addresses []string  `json:"addresses,omitempty"` // identities of items that carried it
	Region    string    `json:"region,omitempty"`
	Theme     string    `json:"theme,omitempty"`
	Tags      []string  `json:"tags,omitempty"`
	Origin    string    `json:"origin"`        // "pack", "import", "partner"
	Org       string    `json:"org,omitempty"` // partner that published it here
	Version   int       `json:"version"`
	UpdatedAt time.Time `json:"updated_at"`
	Retracted time.Time `json:"retracted_at,omitzero"`
	Because   string    `json:"retracted_because,omitempty"`

	// What a check that was written here has besides.
	Explanation Text        `json:"explanation,omitempty"`
	References  []Reference `json:"references,omitempty"`
	Contest     string      `json:"contest,omitempty"`
	Media       string      `json:"media,omitempty"` // "image", "video" or "audio", where one was checked
	Picture     *Evidence   `json:"picture,omitempty"`
	History     []Revision  `json:"history,omitempty"` // every version, oldest first
}

// Check makes a fact-check of a claim that ships with a pack.
func (k KnownClaim) Check() FactCheck {
	return FactCheck{ID: k.ID, Claim: k.Claim, Truth: k.Truth, Verdict: k.Verdict, Class: k.Class, Date: k.Date, Outlet: k.Outlet, URL: k.URL,
		Keywords: k.Keywords, Region: k.Region, Theme: k.Theme, Origin: "pack", Version: 1}
}

// Reread is an imported check as its outlet's file says it now. What the file does not hold stays: an export leaves out the text that went around.
func (f FactCheck) Reread(from FactCheck) FactCheck {
	next := f
	next.Claim, next.Truth, next.Verdict, next.Date, next.Outlet, next.Language = from.Claim, from.Truth.or(f.Truth), from.Verdict, from.Date, from.Outlet, from.Language
	if from.URL != "" {
		next.URL = from.URL
	}
	if from.Author != "" {
		next.Author = from.Author
	}
	if from.Narration != "" {
		next.Narration = from.Narration
	}
	if len(from.Addresses) > 0 {
		next.Addresses = from.Addresses
	}
	if len(from.Tags) > 0 {
		next.Tags = from.Tags
	}
	if next.Date == "" {
		next.Date = f.Date
	}
	return next
}

// or is the text, or another where it is empty.
func (t Text) or(other Text) Text {
	if len(t.trimmed()) == 0 {
		return other
	}
	return t
}

// Live tells whether the check stands.
func (f FactCheck) Live() bool { return f.Retracted.IsZero() }

// Search is what is looked for among known claims and cases.
type Search struct {
	Text      string
	Addresses []string // identities ("tiktok:video:123")
	Cases     bool     // look among cases too
	Claims    bool     // look among fact-checks
	Recent    bool     // prefer what is recent
	Exclude   []string
	Limit     int
}

// Found is the answer of the matcher. Level is that of the best hit: "match", "similar" or "nothing".
type Found struct {
	Level   string
	Hits    []FoundHit
	Partial bool // the index is still being built: what was not found may be there
}

// FoundHit is one known claim or case that may be the same story, with reasons for people.
type FoundHit struct {
	Kind  string // "claim", "case"
	ID    string
	Level string
	Score float64 // 0..1: how often such a hit is the same story
	Why   []FoundReason
}

// FoundReason is one reason; the text's key is "match.reason.<Code>".
type FoundReason struct {
	Code string
	Args []string
}
