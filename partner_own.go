package ronda

import "strings"

// mine refuses what only the partner's own people may do.
func (p *Partner) mine(a Actor, env Env) error {
	if err := Can(a, ServePartner, Case{}, env.Pack); err != nil {
		return err
	}
	if a.Org == "" || a.Org != p.ID {
		return Errorf(NotFound, "partner.not_found", "")
	}
	return nil
}

// DeclareTies adds ties to campaigns. They take effect at once: from now on the partner may not work on these contests.
type DeclareTies struct{ Contests []string }

func (cmd DeclareTies) apply(p *Partner, a Actor, env Env, log *recorder) error {
	if err := p.mine(a, env); err != nil {
		return err
	}
	if len(cmd.Contests) == 0 {
		return Errorf(Invalid, "partner.tie_missing", "ties")
	}
	for _, x := range cmd.Contests {
		if _, ok := env.Pack.Contest(x); !ok {
			return Errorf(Invalid, "case.contest_unknown", "ties")
		}
		if !contains(p.Ties, x) {
			p.Ties = append(p.Ties, x)
			log.add(EventPartnerTied, "contest", x)
		}
	}
	if len(p.Ties) > maxTerms {
		return Errorf(Invalid, "partner.too_many_terms", "ties")
	}
	// What waits to be decided was asked for without this tie: it is asked for with it now.
	if m := p.openOf(true); m != nil {
		for _, x := range cmd.Contests {
			if !contains(m.Want.Ties, x) {
				m.Want.Ties = append(m.Want.Ties, x)
			}
		}
	}
	return nil
}

// AskTerms asks for other regions, topics or languages, for a tie that is over to go, or for another year.
type AskTerms struct {
	Want  PartnerTerms
	Renew bool
	Text  string // why
}

func (cmd AskTerms) apply(p *Partner, a Actor, env Env, log *recorder) error {
	if err := p.mine(a, env); err != nil {
		return err
	}
	switch {
	case p.State == PartnerAccredited:
	case p.State == PartnerEnded && p.EndedWhy == "expired" && cmd.Renew:
	default:
		return Errorf(Conflict, "partner.wrong_state", "")
	}
	if p.openOf(true) != nil {
		return Errorf(Conflict, "partner.asked_already", "")
	}
	var f faults
	cmd.Want.check(env.Pack, &f)
	if !Sentence(cmd.Text) || len([]rune(cmd.Text)) > maxPartnerText {
		f.add("text", "partner.why_missing")
	}
	if err := f.err("partner.invalid"); err != nil {
		return err
	}
	m := PartnerMotion{ID: env.ID(), Kind: MotionChange, At: env.Now, By: a.Account, Want: cmd.Want.clone(), Text: strings.TrimSpace(cmd.Text)}
	if cmd.Renew {
		m.Kind = MotionRenew
	}
	p.Motions = append(p.Motions, m)
	log.add(EventPartnerAsked, "motion", m.ID, "kind", string(m.Kind))
	return nil
}

// ObjectRefusal asks for a refusal to be looked at again, once, by people who did not decide it. Whoever holds the code of the application may.
type ObjectRefusal struct{ Text string }

func (cmd ObjectRefusal) apply(p *Partner, _ Actor, env Env, log *recorder) error {
	if p.State != PartnerRefused {
		return Errorf(Conflict, "partner.wrong_state", "")
	}
	if p.Objected {
		return Errorf(Conflict, "partner.objected_already", "")
	}
	if !Sentence(cmd.Text) || len([]rune(cmd.Text)) > maxPartnerText {
		return Errorf(Invalid, "partner.why_missing", "text")
	}
	m := PartnerMotion{ID: env.ID(), Kind: MotionAccredit, At: env.Now, Want: p.PartnerTerms.clone(), Text: strings.TrimSpace(cmd.Text)}
	for _, old := range p.Motions {
		for _, v := range old.Votes {
			if !contains(m.Barred, v.By) {
				m.Barred = append(m.Barred, v.By)
			}
		}
	}
	p.Motions = append(p.Motions, m)
	p.State, p.Objected = PartnerApplied, true
	log.add(EventPartnerObjected, "motion", m.ID)
	return nil
}

// AnswerSuspension is what the partner says to a suspension.
type AnswerSuspension struct{ Text string }

func (cmd AnswerSuspension) apply(p *Partner, a Actor, env Env, log *recorder) error {
	if err := p.mine(a, env); err != nil {
		return err
	}
	s := p.Suspended()
	if s == nil {
		return Errorf(Conflict, "partner.not_suspended", "")
	}
	if !Sentence(cmd.Text) || len([]rune(cmd.Text)) > maxPartnerText {
		return Errorf(Invalid, "partner.answer_missing", "answer")
	}
	s.Answer, s.AnsweredAt = strings.TrimSpace(cmd.Text), env.Now
	log.add(EventPartnerAnswered, "suspension", s.ID)
	return nil
}

// WithdrawPartner ends the accreditation at the partner's own wish.
type WithdrawPartner struct{}

func (WithdrawPartner) apply(p *Partner, a Actor, env Env, log *recorder) error {
	if err := p.mine(a, env); err != nil {
		return err
	}
	if p.State != PartnerAccredited && p.State != PartnerSuspended {
		return Errorf(Conflict, "partner.wrong_state", "")
	}
	p.end("withdrew", env)
	log.add(EventPartnerEnded, "why", "withdrew")
	return nil
}

// InvitePartner notes the partner's first account, made after its accreditation.
type InvitePartner struct{ Account string }

func (cmd InvitePartner) apply(p *Partner, a Actor, env Env, log *recorder) error {
	if !a.Is(RoleSystem) {
		return Errorf(Forbidden, "permission.role", "")
	}
	if p.State != PartnerAccredited || p.Account != "" || cmd.Account == "" {
		return Errorf(Conflict, "partner.wrong_state", "")
	}
	p.Account = cmd.Account
	log.add(EventPartnerInvited, "account", cmd.Account)
	return nil
}
