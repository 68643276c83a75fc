package ronda

import "time"

// AppealBy says who objects.
type AppealBy string

// The people who may object.
const (
	AppealAuthor   AppealBy = "author"   // whose content an act named
	AppealReporter AppealBy = "reporter" // whose report ended without an act, or with a refusal
	AppealPlatform AppealBy = "platform" // who received an act
)

// AppealState says how far an objection has come.
type AppealState string

// The states of an objection. Until control of the account is proven, an objection under an address looks the same whether an act about
// that address exists or not: nobody learns from it what was reported.
const (
	AppealControl AppealState = "control" // waits for proof that the account is the appellant's
	AppealNoAct   AppealState = "no_act"  // control proven, and no act that went out names the address
	AppealPanel   AppealState = "panel"   // with a panel, or waiting for one
	AppealDecided AppealState = "decided"
)

// AppealStates lists the states.
func AppealStates() []AppealState {
	return []AppealState{AppealControl, AppealNoAct, AppealPanel, AppealDecided}
}

// Open tells whether somebody still has to do something.
func (s AppealState) Open() bool { return s == AppealControl || s == AppealPanel }

// AppealDecision is what a panel finds.
type AppealDecision string

// The decisions.
const (
	AppealUpheld     AppealDecision = "upheld"     // what was decided stands
	AppealOverturned AppealDecision = "overturned" // it was wrong
)

// AppealGrounds are the kinds of reason that an appellant may choose; the words are their own.
func AppealGrounds() []string {
	return []string{"criticism", "satire", "journalism", "counter_speech", "true", "not_meant", "too_harsh", "other"}
}

// Appeal is an objection to an act, or to the end of a case without one. It is filed with a notice's code, a ticket's code, an address or
// by the platform; a panel of the same authority that had no part in the case decides it, two of two or two of three, each member blind to
// the others. Every change goes through an AppealCommand; the version rises by one with each.
type Appeal struct {
	ID           string         `json:"id"`
	Code         string         `json:"code"` // CodeLength letters; the appellant's ticket
	Version      int64          `json:"version"`
	By           AppealBy       `json:"by"`
	State        AppealState    `json:"state"`
	Case         string         `json:"case,omitempty"`
	Notice       string         `json:"notice,omitempty"` // "" where a case ended without an act, or is not known yet
	Act          Act            `json:"act,omitempty"`
	Org          string         `json:"org,omitempty"` // authority whose people decide
	Items        []string       `json:"items,omitempty"`
	Platform     string         `json:"platform,omitempty"`
	Region       string         `json:"region,omitempty"`
	Address      string         `json:"address,omitempty"` // filed under an address: its canonical form
	Key          string         `json:"key,omitempty"`
	Report       string         `json:"report,omitempty"`  // of a reporter
	Account      string         `json:"account,omitempty"` // of a liaison
	Ground       string         `json:"ground"`            // one of AppealGrounds
	Reasons      string         `json:"reasons"`
	Control      Control        `json:"control"`
	FiledAt      time.Time      `json:"filed_at"`
	DueAt        time.Time      `json:"due_at,omitzero"` // clock "appeal"; zero until the appellant has done their part
	Panel        []PanelMember  `json:"panel,omitempty"`
	Votes        []PanelVote    `json:"votes,omitempty"`
	Decision     AppealDecision `json:"decision,omitempty"`
	DecidedAt    time.Time      `json:"decided_at,omitzero"`
	Effect       AppealEffect   `json:"effect,omitempty"`
	Restorations []Restoration  `json:"restorations,omitempty"`
	Sandbox      bool           `json:"sandbox,omitempty"`
}

// Control is the proof that an account is the appellant's: a code that they put into its profile and that a person looks up there, or the
// platform's own word.
type Control struct {
	Code     string    `json:"code,omitempty"`
	AskedAt  time.Time `json:"asked_at,omitzero"` // the appellant says that the code is in place
	ProvenAt time.Time `json:"proven_at,omitzero"`
	By       string    `json:"by,omitempty"`
	How      string    `json:"how,omitempty"` // "profile", "platform"
	Refused  int       `json:"refused,omitempty"`
}

// PanelMember is one person drawn to decide an objection.
type PanelMember struct {
	Account  string            `json:"account"`
	Office   string            `json:"office"`
	Unit     string            `json:"unit,omitempty"`
	At       time.Time         `json:"at"`
	Pool     int               `json:"pool"`               // how many it was drawn from
	Excluded map[string]string `json:"excluded,omitempty"` // account to reason
	Ended    string            `json:"ended,omitempty"`    // why the member was replaced
}

// PanelVote is what one member found, in writing.
type PanelVote struct {
	By       string         `json:"by"`
	Office   string         `json:"office"`
	Decision AppealDecision `json:"decision"`
	Reasons  string         `json:"reasons"`
	At       time.Time      `json:"at"`
}

// AppealEffect is what follows from an overturned decision.
type AppealEffect string

// The effects.
const (
	EffectWithdrawn AppealEffect = "withdrawn"          // the flag or request was taken back
	EffectRevoke    AppealEffect = "revocation_advised" // the authority that issued the order is told to revoke it
	EffectReopened  AppealEffect = "reopened"           // the case begins a new round
	EffectNoted     AppealEffect = "noted"              // the act had ended already, or the case is open again
)

// Restoration asks for one address to be put back, within two times 24 hours of the application (Permenkominfo 5/2020 art. 20): of the
// platform after a flag, of the authority that ordered after an order.
type Restoration struct {
	Item       string    `json:"item"`
	Notice     string    `json:"notice"`
	Address    string    `json:"address"`
	Platform   string    `json:"platform,omitempty"`
	Authority  string    `json:"authority,omitempty"` // "" where the platform itself decides
	AskedAt    time.Time `json:"asked_at"`
	DueAt      time.Time `json:"due_at,omitzero"`
	Answer     string    `json:"answer,omitempty"` // "restored", "not_restored"
	Reason     string    `json:"reason,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	By         string    `json:"by,omitempty"`
}

// Late tells whether a restoration is overdue.
func (r Restoration) Late(now time.Time) bool {
	return r.Answer == "" && !r.DueAt.IsZero() && now.After(r.DueAt)
}

func (a Appeal) clone() Appeal {
	a.Items = append([]string(nil), a.Items...)
	a.Panel = append([]PanelMember(nil), a.Panel...)
	a.Votes = append([]PanelVote(nil), a.Votes...)
	a.Restorations = append([]Restoration(nil), a.Restorations...)
	return a
}

// Overdue tells whether the decision is late.
func (a Appeal) Overdue(now time.Time) bool {
	return a.State.Open() && !a.DueAt.IsZero() && now.After(a.DueAt)
}

// Proven tells whether control of the account is proven.
func (a Appeal) Proven() bool { return !a.Control.ProvenAt.IsZero() }

// OpensReasons tells whether the appellant may read the sealed reasons of the act: the proven author of what it names, and no one else who
// holds a code.
func (a Appeal) OpensReasons() bool { return a.By == AppealAuthor && a.Proven() && a.Notice != "" }

// Member tells whether the account sits on the panel now.
func (a Appeal) Member(account string) bool {
	return account != "" && indexFunc(a.Panel, func(m PanelMember) bool { return m.Account == account && m.Ended == "" }) >= 0
}

// Voted tells whether the account has given its finding.
func (a Appeal) Voted(account string) bool {
	return account != "" && indexFunc(a.Votes, func(v PanelVote) bool { return v.By == account }) >= 0
}

// NeedsMembers is how many people are still to be drawn: two, and a third where two differ.
func (a Appeal) NeedsMembers() int {
	if a.State != AppealPanel {
		return 0
	}
	want, sitting := 2, 0
	if len(a.Votes) == 2 {
		want = 3 // two who agree would have decided
	}
	for _, m := range a.Panel {
		if m.Ended == "" {
			sitting++
		}
	}
	return max(0, want-sitting)
}

// SeeAppeal is the objection as an actor of an office may see it, or a NotFound error. A member who has not decided sees no other
// member's finding, and nobody sees any before the end.
func SeeAppeal(a Actor, ap Appeal) (Appeal, error) {
	ap = ap.clone()
	hide := func() {
		ap.Code, ap.Control.Code = "", ""
	}
	switch {
	case a.Is(RoleSystem):
		return ap, nil
	case ap.Member(a.Account):
		hide()
	case ap.State == AppealControl && (a.Has(RoleOfficer) || a.Has(RoleLead)), ap.vouches(a):
		ap.Code, ap.Reasons, ap.Panel = "", "", nil
	case a.Has(RoleAuditor):
		hide()
		ap.Reasons, ap.Address, ap.Key = "", "", ""
		for i := range ap.Votes {
			ap.Votes[i].Reasons = ""
		}
	case a.Org != "" && a.Org == ap.Org && (a.Has(RoleOfficer) || a.Has(RoleLead) || a.Has(RoleContact)), ap.restores(a):
		ap.Code = ""
		if ap.Proven() || ap.Control.AskedAt.IsZero() {
			ap.Control.Code, ap.Address, ap.Key = "", "", "" // nobody has to look it up
		}
		if ap.State != AppealDecided {
			ap.Reasons, ap.Panel = "", nil // who decides is not to be approached
		}
	default:
		return Appeal{}, Errorf(NotFound, "appeal.not_found", "")
	}
	if ap.State != AppealDecided && !a.Has(RoleAuditor) {
		var own []PanelVote
		for _, v := range ap.Votes {
			if v.By == a.Account {
				own = append(own, v)
			}
		}
		ap.Votes = own
		for i := range ap.Panel { // a third seat would tell that two differ
			if ap.Panel[i].Account != a.Account {
				ap.Panel[i] = PanelMember{}
			}
		}
		if ap.Member(a.Account) {
			i := indexFunc(ap.Panel, func(m PanelMember) bool { return m.Account == a.Account })
			ap.Panel = []PanelMember{ap.Panel[i]}
		}
	}
	return ap, nil
}

// vouches tells whether the actor is the platform's person whose word on the account is asked.
func (a Appeal) vouches(actor Actor) bool {
	return actor.Has(RoleLiaison) && actor.Platform != "" && actor.Platform == a.Platform && a.State.Open() && !a.Proven() && !a.Control.AskedAt.IsZero()
}

// restores tells whether the actor's authority or platform was asked to put something back.
func (a Appeal) restores(actor Actor) bool {
	return indexFunc(a.Restorations, func(r Restoration) bool { return r.askedOf(actor) }) >= 0
}

// askedOf tells whether the actor answers for this restoration.
func (r Restoration) askedOf(a Actor) bool {
	if r.Authority != "" {
		return a.Org == r.Authority && (a.Has(RoleOfficer) || a.Has(RoleLead) || a.Has(RoleContact))
	}
	return a.Has(RoleLiaison) && a.Platform != "" && a.Platform == r.Platform
}

// Once keeps a reporter or a platform from objecting twice to the same thing; "" for authors, whose claims are told apart by proof.
func (a Appeal) Once() string {
	switch a.By {
	case AppealReporter:
		return "report:" + a.Report
	case AppealPlatform:
		return "platform:" + a.Platform + ":" + a.Notice
	}
	return ""
}

// AppealSave is what one command on an objection did: the store saves all of it in one transaction, or none.
type AppealSave struct {
	Appeal      Appeal
	Change      *Change // of the case, where it changed
	CaseVersion int64   // of the case that the events belong to
	Events      []Event
	Jobs        []Job
	Leaves      []Leaf
}

// AppealFilter chooses objections. Zero fields do not filter.
type AppealFilter struct {
	Org, Platform, Notice, Case string
	States                      []AppealState
	Sandbox                     bool
	Size                        int // at most 1000; 200 where 0
}
