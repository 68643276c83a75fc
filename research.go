package ronda

import (
	"strings"
	"time"
)

// ResearchState says where a research project stands.
type ResearchState string

// The states of a research project.
const (
	ResearchAsked   ResearchState = "asked"   // waits for two people of the accrediting authority
	ResearchRunning ResearchState = "running" // may read until its time is over
	ResearchRefused ResearchState = "refused"
	ResearchEnded   ResearchState = "ended" // its time is over, or one person ended it, with a reason that everyone sees
)

// ResearchData are the data sets that a project can ask for.
func ResearchData() []string { return []string{"cases", "addresses"} }

// ResearchProject is a question from science that de-identified data can answer. Anyone may ask; two people of different offices of the authority
// that accredits decide, the project stands in a public list, and its token reads for a time. Every change goes through a ResearchCommand.
// After DSA art. 40(8): affiliation, purpose, data asked for, and who pays are told and public.
type ResearchProject struct {
	ID          string        `json:"id"`
	Code        string        `json:"code"` // whoever holds it reads the answer and makes the token
	Version     int64         `json:"version"`
	State       ResearchState `json:"state"`
	Institution string        `json:"institution"`
	Title       string        `json:"title"`
	Purpose     string        `json:"purpose"` // the question, and what will be published
	Funding     string        `json:"funding"`
	Data        []string      `json:"data"`   // of ResearchData
	Months      int           `json:"months"` // how long it wants to read, from the day of the decision
	Contact     []byte        `json:"-"`      // encrypted: a person's name and mail; a row that can be erased
	Votes       []PartnerVote `json:"votes,omitempty"`
	AskedAt     time.Time     `json:"asked_at"`
	DecidedAt   time.Time     `json:"decided_at,omitzero"`
	Until       time.Time     `json:"until,omitzero"`
	EndedAt     time.Time     `json:"ended_at,omitzero"`
	EndedWhy    string        `json:"ended_why,omitempty"` // "over", "decided"
	EndedText   string        `json:"ended_text,omitempty"`
	Token       string        `json:"token_hash,omitempty"` // SHA-256 of the token in hex
	TokenAt     time.Time     `json:"token_at,omitzero"`    // when the token was made
}

// Bounds of a project.
const (
	maxResearchText   = 4000 // characters
	maxResearchMonths = 12
	researchDeciders  = 2
)

// Voted tells whether the account has voted.
func (p ResearchProject) Voted(account string) bool {
	return indexFunc(p.Votes, func(v PartnerVote) bool { return v.By == account }) >= 0
}

// MayRead says why the project may not read a data set now, nil if it may.
func (p ResearchProject) MayRead(data string, now time.Time) error {
	if p.State != ResearchRunning || !now.Before(p.Until) {
		return Errorf(Forbidden, "research.not_running", "")
	}
	if !contains(p.Data, data) {
		return Errorf(Forbidden, "research.not_granted", "").With("data", data)
	}
	return nil
}

// Public is the project as everybody sees it: no names, no votes, no code. One that was only asked for is not shown at all.
func (p ResearchProject) Public() (ResearchProject, bool) {
	p.Code, p.Token, p.Contact, p.Votes = "", "", nil, nil
	return p, p.State == ResearchRunning || p.State == ResearchEnded
}

// SeeResearch is the project as an actor of the accrediting authority may see it: before it is decided, only the own vote.
func SeeResearch(a Actor, p ResearchProject) ResearchProject {
	if p.State != ResearchAsked || a.Is(RoleSystem) {
		return p
	}
	var own []PartnerVote
	for _, v := range p.Votes {
		if v.By == a.Account {
			own = append(own, v)
		}
	}
	p.Votes = own
	return p
}

// WhyNotDecide says why an actor may not vote on the project, nil if they may: a person of the accrediting authority, from another office or unit
// than those who voted, with no declared conflict.
func (p ResearchProject) WhyNotDecide(a Actor, env Env) error {
	if p.State != ResearchAsked {
		return Errorf(Conflict, "research.decided", "")
	}
	return p.mayServe(a, env, true)
}

func (p ResearchProject) mayServe(a Actor, env Env, vote bool) error {
	if err := Can(a, DecideResearch, Case{}, env.Pack); err != nil {
		return err
	}
	office, ok := env.Pack.Office(a.Office)
	if !ok || !env.Pack.Accreditor(a.Org) || office.Authority != a.Org {
		return Errorf(Forbidden, "partner.not_accreditor", "")
	}
	if contains(a.Conflicts, p.ID) {
		return Errorf(Forbidden, "permission.conflict_of_interest", "")
	}
	for _, v := range p.Votes {
		if vote && v.By == a.Account {
			return Errorf(Conflict, "partner.voted", "")
		}
		if vote && v.Office == a.Office && v.Unit == a.Unit {
			return Errorf(Forbidden, "partner.same_office", "")
		}
	}
	return nil
}

// ResearchCommand is one thing that can be done to a project.
type ResearchCommand interface {
	apply(p *ResearchProject, a Actor, env Env, log *recorder) error
}

// The kinds of event of a project. They belong to no case; Data names the project.
const (
	EventResearchAsked   EventKind = "research.asked"
	EventResearchVoted   EventKind = "research.voted"
	EventResearchGranted EventKind = "research.granted"
	EventResearchRefused EventKind = "research.refused"
	EventResearchToken   EventKind = "research.token_made"
	EventResearchEnded   EventKind = "research.ended"
)

// ApplyResearch is the write rule of projects. The project that was passed in is never changed.
func ApplyResearch(p ResearchProject, a Actor, cmd ResearchCommand, env Env) (ResearchProject, []Event, error) {
	next := p
	next.Votes = append([]PartnerVote(nil), p.Votes...)
	next.Data = append([]string(nil), p.Data...)
	log := &recorder{c: &Case{}, a: a, env: env}
	if err := cmd.apply(&next, a, env, log); err != nil {
		return p, nil, err
	}
	next.Version++
	for i := range log.events {
		if log.events[i].Data == nil {
			log.events[i].Data = map[string]string{}
		}
		log.events[i].Data["project"] = next.ID
	}
	return next, log.events, nil
}

// AskResearch is a public request. Texts are cleaned by the caller; Contact seals who answers for it, under the project's id.
type AskResearch struct {
	Institution, Title, Purpose, Funding string
	Data                                 []string
	Months                               int
	Contact                              func(id string) ([]byte, error)
}

func (cmd AskResearch) apply(p *ResearchProject, _ Actor, env Env, log *recorder) error {
	var f faults
	line := func(field, text string) string {
		text = strings.TrimSpace(text)
		if n := len([]rune(text)); n < 3 || n > maxPartnerName {
			f.add(field, "research."+field)
		}
		return text
	}
	text := func(field, s string) string {
		s = strings.TrimSpace(s)
		if !Sentence(s) || len([]rune(s)) > maxResearchText {
			f.add(field, "research."+field)
		}
		return s
	}
	*p = ResearchProject{State: ResearchAsked, Institution: line("institution", cmd.Institution), Title: line("title", cmd.Title),
		Purpose: text("purpose", cmd.Purpose), Funding: text("funding", cmd.Funding), Months: cmd.Months, AskedAt: env.Now}
	for _, d := range ResearchData() {
		if contains(cmd.Data, d) {
			p.Data = append(p.Data, d)
		}
	}
	if len(p.Data) == 0 {
		f.add("data", "research.data")
	}
	if cmd.Months < 1 || cmd.Months > maxResearchMonths {
		f.add("months", "research.months")
	}
	if err := f.err("research.invalid"); err != nil {
		return err
	}
	p.ID, p.Code = env.ID(), env.Code(CodeLength)
	if cmd.Contact != nil {
		sealed, err := cmd.Contact(p.ID)
		if err != nil {
			return err
		}
		p.Contact = sealed
	}
	log.add(EventResearchAsked)
	return nil
}

// DecideResearchProject is one person's vote.
type DecideResearchProject struct {
	Yes     bool
	Reasons string
}

func (cmd DecideResearchProject) apply(p *ResearchProject, a Actor, env Env, log *recorder) error {
	if err := p.WhyNotDecide(a, env); err != nil {
		return err
	}
	if !Sentence(cmd.Reasons) || len([]rune(cmd.Reasons)) > maxResearchText {
		return Errorf(Invalid, "partner.reasons_missing", "reasons")
	}
	p.Votes = append(p.Votes, PartnerVote{By: a.Account, Office: a.Office, Unit: a.Unit, Yes: cmd.Yes, Reasons: strings.TrimSpace(cmd.Reasons), At: env.Now})
	log.add(EventResearchVoted)
	yes, no := 0, 0
	for _, v := range p.Votes {
		if v.Yes {
			yes++
		} else {
			no++
		}
	}
	switch {
	case yes == researchDeciders:
		p.State, p.DecidedAt, p.Until = ResearchRunning, env.Now, env.Now.AddDate(0, p.Months, 0)
		log.add(EventResearchGranted)
	case no == researchDeciders:
		p.State, p.DecidedAt = ResearchRefused, env.Now
		log.add(EventResearchRefused)
	}
	return nil
}

// TakeResearchToken puts a new token in the place of the old one. Whoever holds the project's code may do that.
type TakeResearchToken struct {
	Hash string // SHA-256 in hex
}

func (cmd TakeResearchToken) apply(p *ResearchProject, _ Actor, env Env, log *recorder) error {
	if p.State != ResearchRunning || !env.Now.Before(p.Until) {
		return Errorf(Conflict, "research.not_running", "")
	}
	p.Token, p.TokenAt = cmd.Hash, env.Now
	log.add(EventResearchToken)
	return nil
}

// EndResearch ends a running project: the system when its time is over, or one person of the accrediting authority with a reason. One person is
// enough, because it only takes away.
type EndResearch struct {
	Text string
}

func (cmd EndResearch) apply(p *ResearchProject, a Actor, env Env, log *recorder) error {
	if p.State != ResearchRunning {
		return Errorf(Conflict, "research.not_running", "")
	}
	why := "over"
	if !a.Is(RoleSystem) {
		if err := p.mayServe(a, env, false); err != nil {
			return err
		}
		if !Sentence(cmd.Text) || len([]rune(cmd.Text)) > maxResearchText {
			return Errorf(Invalid, "research.text", "text")
		}
		why = "decided"
	} else if env.Now.Before(p.Until) {
		return Errorf(Conflict, "research.not_over", "")
	}
	p.State, p.EndedAt, p.EndedWhy, p.EndedText, p.Token = ResearchEnded, env.Now, why, strings.TrimSpace(cmd.Text), ""
	log.add(EventResearchEnded, "why", why)
	return nil
}

// ResearchSave is a project with everything that its command did, saved whole or not at all.
type ResearchSave struct {
	Project ResearchProject
	Events  []Event
	Jobs    []Job
	Receipt Idempotent
}
