package ronda

import (
	"sort"
	"time"
)

// Text is a short text in several languages, keyed by BCP 47 tag ("id", "en").
type Text map[string]string

// In returns the text in lang. Where that is missing it returns the language that sorts first, so a page never shows a hole.
func (t Text) In(lang string) string {
	if s, ok := t[lang]; ok && s != "" {
		return s
	}
	keys := make([]string, 0, len(t))
	for k, v := range t {
		if v != "" {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return ""
	}
	sort.Strings(keys)
	return t[keys[0]]
}

// Pack is one election as data: everything that differs between elections and countries. It is loaded and
// checked once by package election and never changed while the server runs.
type Pack struct {
	ID           string         `json:"id"` // "pilkada-2024"
	Name         Text           `json:"name"`
	Country      string         `json:"country"`   // ISO 3166-1 alpha-2
	Languages    []string       `json:"languages"` // the first is the language at the root of the site
	CheckedAt    string         `json:"checked_at"`
	SHA256       string         `json:"-"`      // of the files that it was read from: the log is told when they change
	Levels       []Level        `json:"levels"` // the widest first
	Regions      []Region       `json:"regions"`
	Contests     []Contest      `json:"contests"`
	ContestKinds []ContestKind  `json:"contest_kinds"`
	Calendar     []Stage        `json:"calendar"`
	Authorities  []Authority    `json:"authorities"`
	ActRules     []ActRule      `json:"act_rules"`
	PartnerKinds []PartnerKind  `json:"partner_kinds"`
	Tongues      []Tongue       `json:"tongues"`
	Categories   []Category     `json:"categories"`
	Grounds      []Ground       `json:"grounds"`
	Platforms    []Platform     `json:"platforms"`
	Clocks       []Clock        `json:"clocks"`
	Ladders      []Ladder       `json:"ladders"`
	Retention    []Retention    `json:"retention"`
	Themes       []Theme        `json:"themes"`
	Referrals    []ReferralPath `json:"referrals"`
	Limits       []Limit        `json:"limits"`
	Declaration  Declaration    `json:"declaration"`
	Claims       []KnownClaim   `json:"claims"`
	Kits         []PackKit      `json:"kits"`

	CampaignRules []CampaignRule `json:"campaign_rules"`

	index *packIndex // built by Seal
}

// Source says where a fact of the pack comes from and how sure it is.
type Source struct {
	URL    string `json:"url,omitempty"`
	Cite   string `json:"cite,omitempty"`   // "Permenkominfo 5/2020 Pasal 15(6)"
	Status string `json:"status,omitempty"` // verified, transcribed, press, unverified
	Doubt  Text   `json:"doubt,omitempty"`
}

// Validity is the half-open span [From, To) in which a rule or a name holds. A zero bound is open.
type Validity struct {
	From time.Time `json:"valid_from,omitzero"`
	To   time.Time `json:"valid_to,omitzero"`
}

// Holds tells whether t lies in the span.
func (v Validity) Holds(t time.Time) bool {
	return (v.From.IsZero() || !t.Before(v.From)) && (v.To.IsZero() || t.Before(v.To))
}

// Level is a tier of regions ("province", "regency", "city"). The first level of a pack is the whole country.
type Level struct {
	ID     string `json:"id"`
	Name   Text   `json:"name"`
	Office string `json:"office,omitempty"` // the level whose offices serve it ("regency" for a city); its own where empty
}

// Region is a place with a code of the country's own list (for Indonesia the Kemendagri code "34.04"; "" is the whole country).
type Region struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Level  string `json:"level"`            // "national", "province", "regency", "city"
	Parent string `json:"parent,omitempty"` // code of the province; "" for provinces
	Zone   string `json:"zone,omitempty"`   // IANA name; regencies inherit it from their province
	Label  string `json:"label,omitempty"`  // as an office's name and a narrow column write it: "Kab. Sleman", "Provinsi Jawa Barat"
	Short  string `json:"short,omitempty"`  // letters on the tile map
	Col    int    `json:"col,omitempty"`    // tile map column, provinces only
	Row    int    `json:"row,omitempty"`
	ISO    string `json:"iso,omitempty"`
	Risk   string `json:"risk,omitempty"` // the supervisor's published vulnerability level: tinggi, sedang, rendah, "" where not rated
	Voters int64  `json:"voters,omitempty"`
	Source string `json:"source,omitempty"`
}

// ContestKind names a kind of contest ("governor", "regent", "mayor").
type ContestKind struct {
	ID    string `json:"id"`
	Name  Text   `json:"name"`
	Strip string `json:"strip,omitempty"` // ballot colour as a CSS colour, shown only beside the words
}

// Contest is one ballot in one region.
type Contest struct {
	ID     string `json:"id"`     // "governor-32", "mayor-32.73"
	Kind   string `json:"kind"`   // ContestKind.ID
	Region string `json:"region"` // Region.Code
}

// Stage is a span of the election calendar in whole days, both included, local to each region.
type Stage struct {
	ID       string `json:"id"` // "campaign", "quiet", "voting", …
	Name     Text   `json:"name"`
	Start    string `json:"start"` // "2024-09-25"; "" is open
	End      string `json:"end"`
	Relative Text   `json:"relative,omitempty"` // a stage without fixed days: how its days follow from another event; Start and End are ""
	Source   Source `json:"source"`
}

// Authority is a body with a mandate, with offices at the levels named.
type Authority struct {
	ID      string   `json:"id"`     // "bawaslu"
	Names   []Named  `json:"names"`  // by date: the ministry was renamed in October 2024
	Levels  []string `json:"levels"` // "national", "province", "regency" (cities are at the regency level)
	Acts    []Act    `json:"acts"`   // the acts this body may send
	Role    string   `json:"role"`   // "supervisor", "commission", "ministry"
	Office  Text     `json:"office"` // pattern for an office's name, "{region}" replaced
	Contact bool     `json:"contact"`
	// Accredits says that its offices decide on partners of society and on access for research.
	Accredits bool   `json:"accredits,omitempty"`
	Source    Source `json:"source"`
}

// ActRule is what a country's rules say about one of the acts: what it is called, what it rests on, and the fixed parts of its letter.
type ActRule struct {
	Act Act `json:"act"`
	Validity
	Name     Text     `json:"name"`     // "Perintah pemutusan akses"
	Basis    []string `json:"basis"`    // provisions that give the power to send it
	Nature   Text     `json:"nature"`   // how pressing the letter is ("Sifat")
	Subject  Text     `json:"subject"`  // its subject line; {count} and {platform} replaced
	Contents []Text   `json:"contents"` // what it must hold at least
	Redress  Text     `json:"redress"`  // how platform and author can answer and object
	Source   Source   `json:"source"`
}

// Named is a name with the span in which it was in use.
type Named struct {
	Validity
	Name   Text   `json:"name"`
	Short  string `json:"short"`
	Source Source `json:"source"`
}

// Tongue is a language that people of the country speak, so that a partner can say which it works in.
type Tongue struct {
	ID   string `json:"id"` // BCP 47
	Name Text   `json:"name"`
}

// PartnerKind is a kind of society partner that the declaration names, or another.
type PartnerKind struct {
	ID       string `json:"id"`
	Name     Text   `json:"name"`
	Declared bool   `json:"declared"` // named by the declaration itself
}

// Category is a problem type as a citizen says it, with the official term.
type Category struct {
	ID       string   `json:"id"`
	Name     Text     `json:"name"`     // citizens' words
	Official Text     `json:"official"` // the official term
	Hint     Text     `json:"hint,omitempty"`
	Urgency  int      `json:"urgency"`           // starting urgency 1..5
	Grounds  []string `json:"grounds,omitempty"` // grounds offered first to a reader
	Claim    bool     `json:"claim"`             // rests on a claim that can be true or false
	Public   string   `json:"public,omitempty"`  // slug in open data; the id where empty
}

// KnownClaim is a fact-check that ships with the pack, described in our own words.
type KnownClaim struct {
	ID       string   `json:"id"`
	Claim    Text     `json:"claim"`   // what circulated, in our words
	Truth    Text     `json:"truth"`   // the correction in one sentence
	Verdict  Verdict  `json:"verdict"` // benar, salah, …
	Class    string   `json:"class,omitempty"`
	Date     string   `json:"date"`
	Outlet   string   `json:"outlet"`
	URL      string   `json:"url"`
	Keywords []string `json:"keywords,omitempty"` // words a forwarded message uses, for matching only
	Region   string   `json:"region,omitempty"`
	Theme    string   `json:"theme,omitempty"`
}

// Theme is a recurrent rumour for which the campaign prepares answers beforehand.
type Theme struct {
	ID        string `json:"id"`
	Name      Text   `json:"name"`
	Recurrent bool   `json:"recurrent"`
	Prebunk   Text   `json:"prebunk,omitempty"`
	// Signs are groups of words, in small letters and as beginnings of words: a message that holds a whole group tells a rumour of this theme.
	Signs  [][]string `json:"signs,omitempty"`
	Source Source     `json:"source"`
}

// ReferralPath is a way out of the hub for what is not ours to act on.
type ReferralPath struct {
	ID     string `json:"id"` // "formal_violation", "press_council", "police", "ministry_public"
	Name   Text   `json:"name"`
	How    Text   `json:"how"`
	Days   int    `json:"days,omitempty"`  // calendar days to file, counted from Start
	Start  string `json:"start,omitempty"` // "known"
	Source Source `json:"source"`
}

// Retention says how long one kind of data is kept, in days after the case closed or the row was made.
type Retention struct {
	Kind   RetentionKind `json:"kind"`
	Days   int           `json:"days"`
	After  string        `json:"after"` // "closed", "created", "election_end"
	Why    Text          `json:"why"`
	Source Source        `json:"source"` // the rule that the time rests on
}

// Limit is a number that the rules set ("campaign_accounts_per_application": 20).
type Limit struct {
	ID     string `json:"id"`
	Value  int64  `json:"value"`
	Source Source `json:"source"`
}

// Declaration is the public commitment that the hub carries out.
type Declaration struct {
	Name        Text         `json:"name"`
	Date        string       `json:"date"`
	Place       Text         `json:"place"`
	Commitments []Text       `json:"commitments"`
	Signatories []string     `json:"signatories"` // authority and platform ids
	Absent      []string     `json:"absent"`
	Promises    []Commitment `json:"promises"`
	Source      Source       `json:"source"`
}

// Commitment is a promise made beside the declaration, with what is measured for it.
type Commitment struct {
	ID     string `json:"id"`
	Text   Text   `json:"text"`
	Source Source `json:"source"`
}
