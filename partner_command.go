package ronda

import (
	"strings"
	"time"
)

// PartnerCommand is one thing that can be done to a partner.
type PartnerCommand interface {
	apply(p *Partner, a Actor, env Env, log *recorder) error
}

// The kinds of event of a partner. They belong to no case; Data names the partner.
const (
	EventPartnerApplied    EventKind = "partner.applied"
	EventPartnerVoted      EventKind = "partner.voted"
	EventPartnerAccredited EventKind = "partner.accredited"
	EventPartnerRefused    EventKind = "partner.refused"
	EventPartnerObjected   EventKind = "partner.objected"
	EventPartnerTied       EventKind = "partner.tie_declared"
	EventPartnerAsked      EventKind = "partner.change_asked"
	EventPartnerChanged    EventKind = "partner.changed"
	EventPartnerRenewed    EventKind = "partner.renewed"
	EventPartnerKept       EventKind = "partner.motion_rejected"
	EventPartnerMoved      EventKind = "partner.measure_moved"
	EventPartnerSuspended  EventKind = "partner.suspended"
	EventPartnerConfirmed  EventKind = "partner.suspension_confirmed"
	EventPartnerLapsed     EventKind = "partner.suspension_lapsed"
	EventPartnerLifted     EventKind = "partner.suspension_lifted"
	EventPartnerAnswered   EventKind = "partner.answered"
	EventPartnerEnded      EventKind = "partner.ended"
	EventPartnerInvited    EventKind = "partner.invited"
)

// ApplyPartner is the write rule of partners: (partner, actor, command, now) → (partner, events, error). The partner that was passed in is never
// changed.
func ApplyPartner(p Partner, a Actor, cmd PartnerCommand, env Env) (Partner, []Event, error) {
	next := p.clone()
	log := &recorder{c: &Case{}, a: a, env: env}
	if err := cmd.apply(&next, a, env, log); err != nil {
		return p, nil, err
	}
	next.Version++
	for i := range log.events {
		e := &log.events[i]
		if e.Data == nil {
			e.Data = map[string]string{}
		}
		e.Data["partner"] = next.ID
	}
	return next, log.events, nil
}

// Bounds of what an applicant writes, in characters.
const (
	maxPartnerName = 160
	maxPartnerText = 4000
)

// ApplyAsPartner is a public application. Texts are cleaned by the caller; Contact is sealed by it.
type ApplyAsPartner struct {
	Name, Kind   string
	Terms        PartnerTerms
	Statement    string
	Funding      string
	Publications []string
	HasContact   bool
	Contact      func(id string) ([]byte, error) // seals what reaches the contact person, under the partner's id
	Again        *Partner                        // an earlier application of the same, refused or ended
	Sandbox      bool
}

func (cmd ApplyAsPartner) apply(p *Partner, _ Actor, env Env, log *recorder) error {
	if p.ID != "" {
		return Errorf(Conflict, "partner.applied_already", "")
	}
	var f faults
	if n := len([]rune(strings.TrimSpace(cmd.Name))); n < 3 || n > maxPartnerName {
		f.add("name", "partner.name_missing")
	}
	if _, ok := env.Pack.PartnerKind(cmd.Kind); !ok {
		f.add("kind", "partner.kind_missing")
	}
	cmd.Terms.check(env.Pack, &f)
	if !Sentence(cmd.Statement) || len([]rune(cmd.Statement)) > maxPartnerText {
		f.add("statement", "partner.statement_missing")
	}
	if !Sentence(cmd.Funding) || len([]rune(cmd.Funding)) > maxPartnerText {
		f.add("funding", "partner.funding_missing")
	}
	if len(cmd.Publications) > 10 {
		f.add("publications", "partner.too_many_publications")
	}
	if !cmd.HasContact {
		f.add("contact_name", "partner.contact_missing")
	}
	if err := f.err("partner.invalid"); err != nil {
		return err
	}
	*p = Partner{ID: env.ID(), Code: env.Code(CodeLength), Name: strings.TrimSpace(cmd.Name), Kind: cmd.Kind, State: PartnerApplied, PartnerTerms: cmd.Terms.clone(),
		Statement: strings.TrimSpace(cmd.Statement), Funding: strings.TrimSpace(cmd.Funding), Publications: append([]string(nil), cmd.Publications...),
		AppliedAt: env.Now, Sandbox: cmd.Sandbox}
	if cmd.Contact != nil {
		sealed, err := cmd.Contact(p.ID)
		if err != nil {
			return err
		}
		p.Contact = sealed
	}
	p.Motions = []PartnerMotion{{ID: env.ID(), Kind: MotionAccredit, At: env.Now, Want: cmd.Terms.clone(), Text: p.Statement}}
	log.add(EventPartnerApplied, "kind", p.Kind)
	return nil
}

// DecideMotion is one person's vote on what is open about a partner.
type DecideMotion struct {
	Motion  string
	Yes     bool
	Reasons string
}

func (cmd DecideMotion) apply(p *Partner, a Actor, env Env, log *recorder) error {
	i := indexFunc(p.Motions, func(m PartnerMotion) bool { return m.ID == cmd.Motion })
	if i < 0 {
		return Errorf(NotFound, "partner.motion_not_found", "")
	}
	m := &p.Motions[i]
	if !m.Open() {
		return Errorf(Conflict, "partner.motion_ended", "")
	}
	if err := p.WhyNotDecide(a, *m, env); err != nil {
		return err
	}
	if !Sentence(cmd.Reasons) || len([]rune(cmd.Reasons)) > maxPartnerText {
		return Errorf(Invalid, "partner.reasons_missing", "reasons")
	}
	m.Votes = append(m.Votes, PartnerVote{By: a.Account, Office: a.Office, Unit: a.Unit, Yes: cmd.Yes, Reasons: strings.TrimSpace(cmd.Reasons), At: env.Now})
	log.add(EventPartnerVoted, "motion", m.ID, "kind", string(m.Kind))
	if m.Outcome = m.result(*p, env.Pack); m.Outcome == "" {
		return nil
	}
	m.EndedAt = env.Now
	if m.Outcome == "carried" {
		p.carry(*m, env, log)
	} else {
		p.reject(*m, env, log)
	}
	return nil
}

// carry does what two people agreed on.
func (p *Partner) carry(m PartnerMotion, env Env, log *recorder) {
	switch m.Kind {
	case MotionAccredit:
		p.PartnerTerms, p.State, p.Since, p.Until = m.Want.clone(), PartnerAccredited, env.Now, p.yearFrom(env)
		log.add(EventPartnerAccredited, "motion", m.ID)
	case MotionChange:
		p.PartnerTerms = m.Want.clone()
		log.add(EventPartnerChanged, "motion", m.ID)
	case MotionRenew:
		p.PartnerTerms, p.Until = m.Want.clone(), p.yearFrom(env)
		if p.State == PartnerEnded {
			p.State, p.EndedAt, p.EndedWhy = PartnerAccredited, time.Time{}, ""
		}
		log.add(EventPartnerRenewed, "motion", m.ID)
	case MotionSuspend:
		if s := p.Suspended(); s != nil { // one person had suspended it at once
			s.LapsesAt = time.Time{}
			log.add(EventPartnerConfirmed, "motion", m.ID, "suspension", s.ID)
			return
		}
		p.suspend(m, time.Time{}, env, log)
	case MotionLift:
		p.endSuspension("lifted", env)
		p.State = PartnerAccredited
		log.add(EventPartnerLifted, "motion", m.ID)
	case MotionEnd:
		p.end("decided", env)
		log.add(EventPartnerEnded, "motion", m.ID, "why", "decided")
	}
}

// reject ends what two people were against.
func (p *Partner) reject(m PartnerMotion, env Env, log *recorder) {
	switch {
	case m.Kind == MotionAccredit:
		p.State = PartnerRefused
		log.add(EventPartnerRefused, "motion", m.ID)
	case m.Kind == MotionSuspend && m.Urgent && p.Suspended() != nil:
		p.endSuspension("lapsed", env)
		p.State = PartnerAccredited
		log.add(EventPartnerLapsed, "motion", m.ID)
	default:
		log.add(EventPartnerKept, "motion", m.ID, "kind", string(m.Kind))
	}
}

// yearFrom is when an accreditation that begins now ends: the pack's days after now, or after the end of the running one.
func (p *Partner) yearFrom(env Env) time.Time {
	start := env.Now
	if p.State == PartnerAccredited && p.Until.After(start) {
		start = p.Until
	}
	return start.AddDate(0, 0, int(env.Pack.Limit("accreditation_days", 365)))
}

func (p *Partner) end(why string, env Env) {
	p.endSuspension("ended", env)
	p.State, p.EndedAt, p.EndedWhy = PartnerEnded, env.Now, why
	for i := range p.Motions {
		if m := &p.Motions[i]; m.Open() {
			m.Outcome, m.EndedAt = "lapsed", env.Now
		}
	}
}
