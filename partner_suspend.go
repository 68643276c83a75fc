package ronda

import (
	"strings"
	"time"
)

// UrgentSuspension is how long one person alone can keep a partner from working. After that it lapses unless a second has confirmed it.
const UrgentSuspension = 72 * time.Hour

// MoveMeasure moves a suspension, its end, or the end of the accreditation. The mover's vote is the first; with Urgent a suspension holds at once.
type MoveMeasure struct {
	Kind   MotionKind
	Reason string // one of SuspensionReasons; not for lifting
	Text   string // what happened, or what has changed
	Urgent bool
}

func (cmd MoveMeasure) apply(p *Partner, a Actor, env Env, log *recorder) error {
	m := PartnerMotion{ID: env.ID(), Kind: cmd.Kind, At: env.Now, By: a.Account, Reason: cmd.Reason, Text: strings.TrimSpace(cmd.Text),
		Urgent: cmd.Urgent && cmd.Kind == MotionSuspend}
	if err := p.WhyNotDecide(a, m, env); err != nil {
		return err
	}
	if err := cmd.check(p); err != nil {
		return err
	}
	m.Votes = []PartnerVote{{By: a.Account, Office: a.Office, Unit: a.Unit, Yes: true, Reasons: m.Text, At: env.Now}}
	p.Motions = append(p.Motions, m)
	log.add(EventPartnerMoved, "motion", m.ID, "kind", string(m.Kind), "reason", m.Reason)
	if m.Urgent {
		p.suspend(m, env.Now.Add(UrgentSuspension), env, log)
	}
	return nil
}

func (cmd MoveMeasure) check(p *Partner) error {
	var f faults
	want := map[MotionKind][]PartnerState{MotionSuspend: {PartnerAccredited}, MotionLift: {PartnerSuspended},
		MotionEnd: {PartnerAccredited, PartnerSuspended}}[cmd.Kind]
	switch {
	case want == nil:
		return Errorf(Invalid, "partner.measure_unknown", "kind")
	case !contains(want, p.State):
		return Errorf(Conflict, "partner.wrong_state", "")
	case p.openOf(false) != nil:
		return Errorf(Conflict, "partner.moved_already", "")
	}
	if cmd.Kind != MotionLift && !contains(SuspensionReasons(), cmd.Reason) {
		f.add("reason", "partner.reason_missing")
	}
	if !Sentence(cmd.Text) || len([]rune(cmd.Text)) > maxPartnerText {
		f.add("text", "partner.reasons_missing")
	}
	return f.err("partner.invalid")
}

func (p *Partner) suspend(m PartnerMotion, lapses time.Time, env Env, log *recorder) {
	s := Suspension{ID: env.ID(), Reason: m.Reason, Text: m.Text, At: env.Now, LapsesAt: lapses}
	p.Suspensions = append(p.Suspensions, s)
	p.State = PartnerSuspended
	log.add(EventPartnerSuspended, "motion", m.ID, "suspension", s.ID, "reason", s.Reason)
}

func (p *Partner) endSuspension(how string, env Env) {
	if s := p.Suspended(); s != nil {
		s.EndedAt, s.How, s.LapsesAt = env.Now, how, time.Time{}
	}
}

// TickPartner is the clock of a partner: an urgent suspension that nobody confirmed lapses, an accreditation whose year is over ends.
type TickPartner struct{}

func (TickPartner) apply(p *Partner, a Actor, env Env, log *recorder) error {
	if err := Can(a, RunClock, Case{}, env.Pack); err != nil {
		return err
	}
	done := false
	if s := p.Suspended(); s != nil && !s.LapsesAt.IsZero() && !env.Now.Before(s.LapsesAt) {
		id := s.ID
		p.endSuspension("lapsed", env)
		p.State, done = PartnerAccredited, true
		if m := p.openOf(false); m != nil && m.Kind == MotionSuspend {
			m.Outcome, m.EndedAt = "lapsed", env.Now
		}
		log.add(EventPartnerLapsed, "suspension", id)
	}
	if (p.State == PartnerAccredited || p.State == PartnerSuspended) && !p.Until.IsZero() && !env.Now.Before(p.Until) {
		open := p.openOf(true) // a renewal that was asked for in time is still to be decided
		p.end("expired", env)
		if open != nil && open.Kind == MotionRenew {
			open.Outcome, open.EndedAt = "", time.Time{}
		}
		done = true
		log.add(EventPartnerEnded, "why", "expired")
	}
	if !done {
		return Errorf(Conflict, "partner.nothing_due", "")
	}
	return nil
}

// NextTick is when the clock of the partner must be looked at, zero for never.
func (p Partner) NextTick() time.Time {
	if s := p.Suspended(); s != nil && !s.LapsesAt.IsZero() && (p.Until.IsZero() || s.LapsesAt.Before(p.Until)) {
		return s.LapsesAt
	}
	if p.State == PartnerAccredited || p.State == PartnerSuspended {
		return p.Until
	}
	return time.Time{}
}

// PartnerActs turns the events of a partner into the acts that the public log is owed. Names, deciders and reasons are sealed.
func PartnerActs(p Partner, events []Event) []LogAct {
	var acts []LogAct
	for _, e := range events {
		act, ok := partnerAct(p, e)
		if ok && !p.Sandbox {
			act.ID, act.At = e.ID, e.At
			acts = append(acts, act)
		}
	}
	return acts
}

func partnerAct(p Partner, e Event) (LogAct, bool) {
	decision := map[EventKind]string{EventPartnerAccredited: "accredited", EventPartnerRefused: "refused", EventPartnerChanged: "changed",
		EventPartnerRenewed: "renewed", EventPartnerEnded: "ended"}[e.Kind]
	stage := map[EventKind]string{EventPartnerSuspended: "confirmed", EventPartnerConfirmed: "confirmed", EventPartnerLapsed: "lapsed", EventPartnerLifted: "lifted"}[e.Kind]
	m, _ := p.Motion(e.Data["motion"])
	sealed := secrets("name", p.Name)
	for _, v := range m.Votes {
		sealed = append(sealed, secrets("decider", v.By, "reason_text", v.Reasons)...)
	}
	switch {
	case decision != "":
		pub := map[string]any{"partner": p.ID, "partner_kind": p.Kind, "decision": decision, "decided_at": e.At}
		if decision == "accredited" || decision == "renewed" {
			pub["valid_to"] = p.Until
		}
		if why := e.Data["why"]; why != "" {
			pub["reason"] = why
		}
		return LogAct{Kind: "accreditation", Public: pub, Sealed: sealed}, true
	case stage != "" && len(p.Suspensions) > 0:
		s := p.Suspensions[len(p.Suspensions)-1]
		pub := map[string]any{"partner": p.ID, "reason": s.Reason, "stage": stage}
		if e.Kind == EventPartnerSuspended && !s.LapsesAt.IsZero() {
			pub["stage"], pub["urgent"], pub["valid_to"] = "urgent", true, s.LapsesAt
		}
		return LogAct{Kind: "suspension", Public: pub, Sealed: sealed}, true
	}
	return LogAct{}, false
}
