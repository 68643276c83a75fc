package ronda

import (
	"regexp"
	"time"
)

// PartnerState says where a society partner stands.
type PartnerState string

// The states of a partner.
const (
	PartnerApplied    PartnerState = "applied"    // waits for two people of the accrediting authority
	PartnerAccredited PartnerState = "accredited" // works
	PartnerRefused    PartnerState = "refused"    // with reasons; may object once, or apply again
	PartnerSuspended  PartnerState = "suspended"  // for the time being, with a reason that everyone sees
	PartnerEnded      PartnerState = "ended"      // its year is over, it withdrew, or two people ended it
)

// PartnerStates lists the states.
func PartnerStates() []PartnerState {
	return []PartnerState{PartnerApplied, PartnerAccredited, PartnerRefused, PartnerSuspended, PartnerEnded}
}

// Public tells whether the partner stands in the public register: whoever was accredited once, and nobody who only applied.
func (s PartnerState) Public() bool {
	return s == PartnerAccredited || s == PartnerSuspended || s == PartnerEnded
}

// Partner is an organisation or a known person of society that works with the hub: it flags, checks facts, warns, teaches, advises. It applies
// in public, two people of different offices of the authority that the election names decide, and it is accredited for a year. What it may
// work on is bounded by its regions and by the campaigns it has ties to. Every change goes through a PartnerCommand; the version rises by one
// with each.
type Partner struct {
	ID      string `json:"id"` // organisation id of its accounts
	Code    string `json:"code"`
	Version int64  `json:"version"`
	Name    string `json:"name"`
	Kind    string `json:"kind"` // PartnerKind.ID of the pack
	PartnerTerms
	State        PartnerState    `json:"state"`
	Statement    string          `json:"statement"`              // of independence
	Funding      string          `json:"funding"`                // who pays, in its own words
	Publications []string        `json:"publications,omitempty"` // addresses where its work can be seen
	Contact      []byte          `json:"-"`                      // encrypted: a person's name, mail and telephone; a row that can be erased
	Account      string          `json:"account,omitempty"`      // its first account, once it was invited
	AppliedAt    time.Time       `json:"applied_at"`
	Since        time.Time       `json:"since,omitzero"` // accredited since
	Until        time.Time       `json:"until,omitzero"` // accredited until, unless renewed
	EndedAt      time.Time       `json:"ended_at,omitzero"`
	EndedWhy     string          `json:"ended_why,omitempty"` // "expired", "withdrew", "decided"
	Motions      []PartnerMotion `json:"motions,omitempty"`   // oldest first; at most one of each side is open
	Suspensions  []Suspension    `json:"suspensions,omitempty"`
	Objected     bool            `json:"objected,omitempty"` // a refusal is looked at again once
	Sandbox      bool            `json:"sandbox,omitempty"`
}

// PartnerTerms are what a partner is accredited for, and what bounds it.
type PartnerTerms struct {
	Regions   []string `json:"regions,omitempty"`   // empty is the whole country
	Languages []string `json:"languages,omitempty"` // BCP 47
	Topics    []string `json:"topics,omitempty"`    // Category.ID
	Ties      []string `json:"ties,omitempty"`      // contests in which it has ties to a campaign
}

// Suspension is a time in which a partner may not work. An urgent one is one person's act and lapses unless a second confirms it.
type Suspension struct {
	ID         string    `json:"id"`
	Reason     string    `json:"reason"` // one of SuspensionReasons
	Text       string    `json:"text"`   // what happened, in words
	At         time.Time `json:"at"`
	LapsesAt   time.Time `json:"lapses_at,omitzero"` // zero once it is confirmed
	Answer     string    `json:"answer,omitempty"`   // the partner's own words
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	EndedAt    time.Time `json:"ended_at,omitzero"`
	How        string    `json:"how,omitempty"` // "lapsed", "lifted", "ended"
}

// SuspensionReasons are the reasons for which a partner may be suspended or its accreditation ended.
func SuspensionReasons() []string {
	return []string{"undeclared_tie", "false_content", "false_reports", "privacy", "misuse_of_access", "account_taken", "law", "other"}
}

// Suspended returns the suspension in force, nil for none.
func (p Partner) Suspended() *Suspension {
	for i := range p.Suspensions {
		if p.Suspensions[i].EndedAt.IsZero() && p.State == PartnerSuspended {
			return &p.Suspensions[i]
		}
	}
	return nil
}

// MayWork tells whether the partner may work on something of this contest and region, either of them "" where none is meant: it is accredited,
// not suspended, covers the region and has no tie to a campaign there. Whoever works on all of the country must be accredited for all of it.
// The error says what stands against it.
func (p Partner) MayWork(contest, region string, pack *Pack) error {
	switch p.State {
	case PartnerAccredited:
	case PartnerSuspended:
		return Errorf(Forbidden, "partner.suspended", "")
	default:
		return Errorf(Forbidden, "partner.not_accredited", "")
	}
	if contest != "" {
		c, ok := pack.Contest(contest)
		if !ok {
			return Errorf(Invalid, "case.contest_unknown", "contest")
		}
		if contains(p.Ties, contest) {
			return Errorf(Forbidden, "partner.tied", "contest").With("contest", contest)
		}
		if region == "" {
			region = c.Region
		}
	}
	if tie := p.tieIn(contest, region, pack); tie != "" {
		return Errorf(Forbidden, "partner.tied", "region").With("contest", tie)
	}
	if !p.Covers(region, pack) {
		return Errorf(Forbidden, "partner.region", "region").With("region", pack.RegionName(region))
	}
	return nil
}

// tieIn returns a contest with a tie whose voters live in the region, where no contest is named: what is said about a place touches each
// contest there.
func (p Partner) tieIn(contest, region string, pack *Pack) string {
	if contest != "" || region == "" {
		return ""
	}
	for _, tie := range p.Ties {
		if c, ok := pack.Contest(tie); ok && pack.Within(region, c.Region) {
			return tie
		}
	}
	return ""
}

// Covers tells whether the partner is accredited for a region.
func (p Partner) Covers(region string, pack *Pack) bool {
	if len(p.Regions) == 0 {
		return true
	}
	return region != "" && indexFunc(p.Regions, func(r string) bool { return pack.Within(region, r) }) >= 0
}

// Knows tells whether a topic is the partner's: who names none knows all.
func (p Partner) Knows(topic string) bool { return len(p.Topics) == 0 || contains(p.Topics, topic) }

// PartnerFilter chooses partners for a list. Zero fields do not filter.
type PartnerFilter struct {
	States   []PartnerState
	Kind     string
	Region   string // whoever covers it
	Topic    string
	Language string
	Waiting  bool // with something open for the authority to decide
	Sandbox  bool
}

// Match tells whether a partner is chosen.
func (f PartnerFilter) Match(p Partner, pack *Pack) bool {
	switch {
	case f.States != nil && !contains(f.States, p.State),
		f.Kind != "" && f.Kind != p.Kind,
		f.Region != "" && !p.Covers(f.Region, pack),
		f.Topic != "" && len(p.Topics) > 0 && !contains(p.Topics, f.Topic),
		f.Language != "" && !contains(p.Languages, f.Language),
		f.Waiting && p.openMotion() == nil,
		p.Sandbox != f.Sandbox:
		return false
	}
	return true
}

// PartnerSave is what one command on a partner did: the store saves all of it in one transaction, or none.
type PartnerSave struct {
	Partner Partner
	Events  []Event
	Jobs    []Job
	Leaves  []Leaf
	Receipt Idempotent
}

func (p Partner) clone() Partner {
	p.PartnerTerms = p.PartnerTerms.clone()
	p.Publications = append([]string(nil), p.Publications...)
	p.Suspensions = append([]Suspension(nil), p.Suspensions...)
	motions := make([]PartnerMotion, len(p.Motions))
	for i, m := range p.Motions {
		m.Votes = append([]PartnerVote(nil), m.Votes...)
		m.Barred = append([]string(nil), m.Barred...)
		m.Want = m.Want.clone()
		motions[i] = m
	}
	p.Motions = motions
	return p
}

func (t PartnerTerms) clone() PartnerTerms {
	t.Regions = append([]string(nil), t.Regions...)
	t.Languages = append([]string(nil), t.Languages...)
	t.Topics = append([]string(nil), t.Topics...)
	t.Ties = append([]string(nil), t.Ties...)
	return t
}

var languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// check names every value that the election does not know.
func (t PartnerTerms) check(pack *Pack, f *faults) {
	for _, r := range t.Regions {
		if reg, ok := pack.Region(r); !ok || r == "" || reg.Code != r {
			f.add("regions", "report.region_unknown")
			break
		}
	}
	for _, x := range t.Topics {
		if _, ok := pack.Category(x); !ok {
			f.add("topics", "partner.topic_unknown")
			break
		}
	}
	for _, x := range t.Languages {
		if !languageForm.MatchString(x) {
			f.add("languages", "partner.language_form")
			break
		}
	}
	for _, x := range t.Ties {
		if _, ok := pack.Contest(x); !ok {
			f.add("ties", "case.contest_unknown")
			break
		}
	}
	if len(t.Languages) == 0 {
		f.add("languages", "partner.languages_missing")
	}
	if max(len(t.Regions), len(t.Languages), len(t.Topics), len(t.Ties)) > maxTerms {
		f.add("regions", "partner.too_many_terms")
	}
}

// maxTerms bounds each list of a partner's terms: more places than this is the whole country.
const maxTerms = 100
