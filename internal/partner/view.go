package partner

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"ronda"
)

// ByCode shows an application to whoever holds its code. Wrong codes are limited.
func (s *Service) ByCode(ctx context.Context, typed, sender string) (ronda.Partner, error) {
	code, ok := ronda.ParseCode(typed, ronda.CodeLength)
	if !ok {
		return ronda.Partner{}, ronda.Errorf(ronda.Invalid, "partner.code_form", "code")
	}
	if err := s.Throttle.Allow(ctx, "code", sender, 0); err != nil {
		return ronda.Partner{}, err
	}
	p, err := s.Store.PartnerByCode(ctx, code)
	if ronda.KindOf(err) == ronda.NotFound {
		if err := s.Throttle.Allow(ctx, "code", sender, 1); err != nil {
			return p, err
		}
		return p, ronda.Errorf(ronda.NotFound, "partner.code_not_found", "code")
	}
	if err != nil {
		return p, fmt.Errorf("find application: %w", err)
	}
	return p, nil
}

// Object asks for a refusal to be looked at again, under the application's code.
func (s *Service) Object(ctx context.Context, code, text, sender string) (ronda.Partner, error) {
	p, err := s.ByCode(ctx, code, sender)
	if err != nil {
		return p, err
	}
	if err := s.Throttle.Allow(ctx, "appeal", sender, 1); err != nil {
		return p, err
	}
	return s.Do(ctx, ronda.Public(), p.ID, ronda.ObjectRefusal{Text: text})
}

// Enter makes the partner's first account under the application's code, and returns the link with which its holder sets a password.
func (s *Service) Enter(ctx context.Context, code, login, name, sender string) (string, error) {
	p, err := s.ByCode(ctx, code, sender)
	if err != nil {
		return "", err
	}
	if p.State != ronda.PartnerAccredited || p.Account != "" {
		return "", ronda.Errorf(ronda.Conflict, "partner.entered_already", "login")
	}
	acc, err := s.Accounts.Create(ctx, login, name, "", ronda.Actor{Org: p.ID, Roles: []ronda.Role{ronda.RolePartner}})
	if err != nil {
		return "", err
	}
	if _, err := s.Do(ctx, ronda.System(), p.ID, ronda.InvitePartner{Account: acc.ID}); err != nil {
		if off := s.Accounts.Disable(ctx, ronda.System(), acc.ID); off != nil { // somebody else was first: this account must not open
			return "", fmt.Errorf("close account: %w", off)
		}
		return "", err
	}
	return s.Accounts.Rescue(ctx, acc.ID)
}

// Own is the partner of a signed-in person, with how it stands as a flagger.
func (s *Service) Own(ctx context.Context, a ronda.Actor) (ronda.Partner, ronda.FlaggerStanding, error) {
	if err := ronda.Can(a, ronda.ServePartner, ronda.Case{}, s.Pack); err != nil {
		return ronda.Partner{}, ronda.FlaggerStanding{}, err
	}
	p, err := s.Store.Partner(ctx, a.Org)
	if err != nil {
		return p, ronda.FlaggerStanding{}, err
	}
	p = ronda.SeePartner(a, p)
	standing, err := s.Standing(ctx, p.ID)
	return p, standing, err
}

// Mine is the partner of a signed-in person, as it stands now.
func (s *Service) Mine(ctx context.Context, a ronda.Actor) (ronda.Partner, error) {
	if err := ronda.Can(a, ronda.ServePartner, ronda.Case{}, s.Pack); err != nil {
		return ronda.Partner{}, err
	}
	return s.Store.Partner(ctx, a.Org)
}

// Advisers are the accredited partners that could advise on a case, by name: of its region, and those of its topic first.
func (s *Service) Advisers(ctx context.Context, c ronda.Case) ([]ronda.Partner, error) {
	all, err := s.Store.Partners(ctx, ronda.PartnerFilter{States: []ronda.PartnerState{ronda.PartnerAccredited}}, s.Pack)
	if err != nil {
		return nil, err
	}
	var out []ronda.Partner
	for _, p := range all {
		if c.MayInvite(p, s.Pack) == nil {
			out = append(out, p.Public())
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		x, y := out[i].Knows(c.Category), out[j].Knows(c.Category)
		if x != y {
			return x
		}
		return strings.ToLower(out[i].Name) < strings.ToLower(out[j].Name)
	})
	return out, nil
}

// Partner returns a partner for rules that need it.
func (s *Service) Partner(ctx context.Context, id string) (ronda.Partner, error) {
	return s.Store.Partner(ctx, id)
}

// WhyNot says why a person may not vote on a motion now, nil if they may.
func (s *Service) WhyNot(ctx context.Context, a ronda.Actor, id, motion string) error {
	p, err := s.Store.Partner(ctx, id)
	if err != nil {
		return err
	}
	m, ok := p.Motion(motion)
	if !ok || !m.Open() {
		return ronda.Errorf(ronda.Conflict, "partner.motion_ended", "")
	}
	return p.WhyNotDecide(a, m, s.Env())
}

// Standing computes how a partner stands as a flagger.
func (s *Service) Standing(ctx context.Context, id string) (ronda.FlaggerStanding, error) {
	flags, err := s.Flags.PartnerFlags(ctx, id)
	if err != nil {
		return ronda.FlaggerStanding{}, fmt.Errorf("read flags of partner: %w", err)
	}
	return ronda.StandingOf(flags), nil
}

// GoesFirst tells whether a report of the organisation from a region goes first in the queue; why names the text that says why not.
func (s *Service) GoesFirst(ctx context.Context, org, region string) (first bool, why string, err error) {
	p, err := s.Store.Partner(ctx, org)
	if ronda.KindOf(err) == ronda.NotFound {
		return false, "partner.not_accredited", nil
	}
	if err != nil {
		return false, "", err
	}
	standing, err := s.Standing(ctx, org)
	if err != nil {
		return false, "", err
	}
	waiting, err := s.Flags.PriorityWaiting(ctx, org)
	if err != nil {
		return false, "", err
	}
	why = p.MayFlagFirst(region, standing, waiting, s.Pack)
	return why == "", why, nil
}

// Desk is what the people of the accrediting authority see: what waits for them first.
func (s *Service) Desk(ctx context.Context, a ronda.Actor) (waiting, rest []ronda.Partner, err error) {
	if err := s.mayDecide(a); err != nil {
		return nil, nil, err
	}
	all, err := s.Store.Partners(ctx, ronda.PartnerFilter{}, s.Pack)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range all {
		p = ronda.SeePartner(a, p)
		if open := p.OpenMotions(); len(open) > 0 {
			waiting = append(waiting, p)
		} else {
			rest = append(rest, p)
		}
	}
	sort.SliceStable(rest, func(i, j int) bool { return strings.ToLower(rest[i].Name) < strings.ToLower(rest[j].Name) })
	return waiting, rest, nil
}

func (s *Service) mayDecide(a ronda.Actor) error {
	if err := ronda.Can(a, ronda.DecidePartner, ronda.Case{}, s.Pack); err != nil {
		return err
	}
	if !s.Pack.Accreditor(a.Org) || ronda.OfficeAuthority(a.Office) != a.Org {
		return ronda.Errorf(ronda.Forbidden, "partner.not_accreditor", "")
	}
	return nil
}

// View is one partner for the people who decide, with its contact and its standing.
func (s *Service) View(ctx context.Context, a ronda.Actor, id string) (ronda.Partner, ronda.ContactPerson, ronda.FlaggerStanding, error) {
	var c ronda.ContactPerson
	var standing ronda.FlaggerStanding
	if err := s.mayDecide(a); err != nil {
		return ronda.Partner{}, c, standing, err
	}
	p, err := s.Store.Partner(ctx, id)
	if err != nil {
		return p, c, standing, err
	}
	sealed, err := s.Store.PartnerContact(ctx, id)
	if err != nil {
		return p, c, standing, err
	}
	if len(sealed) > 0 {
		plain, err := s.Keys.Unseal("partner-contact:"+p.ID, sealed)
		if err != nil {
			return p, c, standing, fmt.Errorf("open contact of partner: %w", err)
		}
		if err := json.Unmarshal(plain, &c); err != nil {
			return p, c, standing, fmt.Errorf("read contact of partner: %w", err)
		}
	}
	standing, err = s.Standing(ctx, id)
	return ronda.SeePartner(a, p), c, standing, err
}

// Entry is a line of the public register.
type Entry struct {
	ronda.Partner
	Standing ronda.FlaggerStanding
}

// Register is the public register: whoever is or was accredited, by name.
func (s *Service) Register(ctx context.Context, f ronda.PartnerFilter) ([]Entry, error) {
	if f.States == nil {
		f.States = []ronda.PartnerState{ronda.PartnerAccredited, ronda.PartnerSuspended, ronda.PartnerEnded}
	}
	for _, x := range f.States {
		if !x.Public() {
			return nil, ronda.Errorf(ronda.Invalid, "partner.state_unknown", "status")
		}
	}
	list, err := s.Store.Partners(ctx, f, s.Pack)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, 0, len(list))
	for _, p := range list {
		standing, err := s.Standing(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Entry{Partner: p.Public(), Standing: standing})
	}
	sort.SliceStable(out, func(i, j int) bool { return strings.ToLower(out[i].Name) < strings.ToLower(out[j].Name) })
	return out, nil
}
