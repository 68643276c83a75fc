package ronda

import "time"

// MotionKind is what people of the accrediting authority decide about a partner.
type MotionKind string

// The kinds of motion. The first three are asked for by the partner, the others moved by a person of the authority, whose vote is the first.
const (
	MotionAccredit MotionKind = "accredit"
	MotionChange   MotionKind = "change" // other regions, topics, languages, or a tie that is over
	MotionRenew    MotionKind = "renew"
	MotionSuspend  MotionKind = "suspend"
	MotionLift     MotionKind = "lift"
	MotionEnd      MotionKind = "end"
)

// Asked tells whether the partner asks for it itself.
func (k MotionKind) Asked() bool {
	return k == MotionAccredit || k == MotionChange || k == MotionRenew
}

// PartnerMotion is one question about a partner, decided by two people of different offices who agree. Neither sees what the other found before
// the own vote; where two differ a third decides.
type PartnerMotion struct {
	ID      string        `json:"id"`
	Kind    MotionKind    `json:"kind"`
	At      time.Time     `json:"at"`
	By      string        `json:"by,omitempty"` // account; "" for an applicant
	Want    PartnerTerms  `json:"want"`         // for accredit, change, renew
	Reason  string        `json:"reason,omitempty"`
	Text    string        `json:"text,omitempty"` // what the partner says, or what happened
	Urgent  bool          `json:"urgent,omitempty"`
	Votes   []PartnerVote `json:"votes,omitempty"`
	Barred  []string      `json:"barred,omitempty"`  // accounts that decided before and may not decide an objection
	Outcome string        `json:"outcome,omitempty"` // "carried", "rejected", "lapsed"
	EndedAt time.Time     `json:"ended_at,omitzero"`
}

// PartnerVote is what one person found, in writing.
type PartnerVote struct {
	By      string    `json:"by"`
	Office  string    `json:"office"`
	Unit    string    `json:"unit,omitempty"`
	Yes     bool      `json:"yes"`
	Reasons string    `json:"reasons"`
	At      time.Time `json:"at"`
}

// Open tells whether it is still to be decided.
func (m PartnerMotion) Open() bool { return m.Outcome == "" }

// Voted tells whether the account has voted.
func (m PartnerMotion) Voted(account string) bool {
	return indexFunc(m.Votes, func(v PartnerVote) bool { return v.By == account }) >= 0
}

// Motion returns the motion with the id.
func (p Partner) Motion(id string) (PartnerMotion, bool) {
	i := indexFunc(p.Motions, func(m PartnerMotion) bool { return m.ID == id })
	if i < 0 {
		return PartnerMotion{}, false
	}
	return p.Motions[i], true
}

// openMotion returns a motion that waits, nil for none.
func (p *Partner) openMotion() *PartnerMotion {
	for i := range p.Motions {
		if p.Motions[i].Open() {
			return &p.Motions[i]
		}
	}
	return nil
}

// openOf returns the motion of one side that waits: what the partner asks for, or what the authority moves.
func (p *Partner) openOf(asked bool) *PartnerMotion {
	for i := range p.Motions {
		if m := &p.Motions[i]; m.Open() && m.Kind.Asked() == asked {
			return m
		}
	}
	return nil
}

// Accreditor tells whether an authority is the one that accredits partners in this election.
func (p *Pack) Accreditor(org string) bool { return p.index.authority[org].Accredits }

// PartnerKind returns the kind of partner with the id.
func (p *Pack) PartnerKind(id string) (PartnerKind, bool) {
	i := indexFunc(p.PartnerKinds, func(k PartnerKind) bool { return k.ID == id })
	if i < 0 {
		return PartnerKind{}, false
	}
	return p.PartnerKinds[i], true
}

// WhyNotDecide says why an actor may not decide a motion about the partner, nil if they may: a person of an office of the accrediting authority
// that the partner's work touches, from another office than those who have voted, with no declared conflict, and no part in a refusal that is
// objected to.
func (p Partner) WhyNotDecide(a Actor, m PartnerMotion, env Env) error {
	if err := Can(a, DecidePartner, Case{}, env.Pack); err != nil {
		return err
	}
	office, ok := env.Pack.Office(a.Office)
	if !ok || !env.Pack.Accreditor(a.Org) || office.Authority != a.Org {
		return Errorf(Forbidden, "partner.not_accreditor", "")
	}
	if p.conflictOf(a, env.Pack) {
		return Errorf(Forbidden, "permission.conflict_of_interest", "")
	}
	if !m.touches(office, p, env.Pack) {
		return Errorf(Forbidden, "permission.region", "").With("region", env.Pack.RegionName(office.Region))
	}
	if contains(m.Barred, a.Account) {
		return Errorf(Forbidden, "partner.decided_before", "")
	}
	for _, v := range m.Votes {
		if v.By == a.Account {
			return Errorf(Conflict, "partner.voted", "")
		}
		if v.Office == a.Office && v.Unit == a.Unit {
			return Errorf(Forbidden, "partner.same_office", "")
		}
	}
	return nil
}

// conflictOf tells whether the actor declared a conflict with the partner, one of its regions, or a contest that it has ties to.
func (p Partner) conflictOf(a Actor, pack *Pack) bool {
	if contains(a.Conflicts, p.ID) {
		return true
	}
	terms := []PartnerTerms{p.PartnerTerms}
	for _, m := range p.Motions {
		if m.Open() {
			terms = append(terms, m.Want)
		}
	}
	for _, t := range terms {
		for _, x := range append(append([]string(nil), t.Regions...), t.Ties...) {
			if contains(a.Conflicts, x) {
				return true
			}
		}
	}
	return false
}

// wanted are the regions that the motion is about.
func (m PartnerMotion) wanted(p Partner) []string {
	if m.Kind.Asked() {
		return m.Want.Regions
	}
	return p.Regions
}

// touches tells whether the office lies in one of the regions, or one of them in the office's.
func (m PartnerMotion) touches(o Office, p Partner, pack *Pack) bool {
	regions := m.wanted(p)
	return len(regions) == 0 || indexFunc(regions, func(r string) bool { return pack.Within(r, o.Region) || pack.Within(o.Region, r) }) >= 0
}

// covers tells whether the office's region holds all of the regions: of those who say yes one must, so that two towns cannot accredit for a
// country.
func (m PartnerMotion) covers(office string, p Partner, pack *Pack) bool {
	o, ok := pack.Office(office)
	regions := m.wanted(p)
	if !ok || len(regions) == 0 {
		return ok && o.Region == ""
	}
	return indexFunc(regions, func(r string) bool { return !pack.Within(r, o.Region) }) < 0
}

// result is what the votes add up to: "carried" with two for it, one of them from an office that covers all of it, "rejected" with two against
// it, "" where another vote is needed.
func (m PartnerMotion) result(p Partner, pack *Pack) string {
	yes, no, covered := 0, 0, false
	for _, v := range m.Votes {
		if v.Yes {
			yes++
			covered = covered || m.covers(v.Office, p, pack)
		} else {
			no++
		}
	}
	need := int(pack.Limit("accreditation_deciders", 2))
	switch {
	case no >= need:
		return "rejected"
	case yes >= need && covered:
		return "carried"
	}
	return ""
}

// SeePartner is the partner as an actor of the accrediting authority may see it: while a motion is open, only who has voted on it sees a vote,
// and only the own one. The contact stays sealed.
func SeePartner(a Actor, p Partner) Partner {
	p = p.clone()
	for i := range p.Motions {
		m := &p.Motions[i]
		if !m.Open() || a.Is(RoleSystem) {
			continue
		}
		var own []PartnerVote
		for _, v := range m.Votes {
			if v.By == a.Account || (!m.Kind.Asked() && v.By == m.By) { // who moves it says so in the open
				own = append(own, v)
			}
		}
		m.Votes = own
	}
	return p
}

// Public is the partner as everybody sees it: what it is accredited for and how it stands, without names of people, its contact or what waits.
func (p Partner) Public() Partner {
	p = p.clone()
	p.Code, p.Contact, p.Account, p.Motions = "", nil, "", nil
	for i := range p.Suspensions {
		p.Suspensions[i].Text = ""
	}
	return p
}

// OpenMotions are those that wait to be decided.
func (p Partner) OpenMotions() []PartnerMotion {
	var out []PartnerMotion
	for _, m := range p.Motions {
		if m.Open() {
			out = append(out, m)
		}
	}
	return out
}
