package account

import (
	"context"
	"fmt"

	"ronda"
)

// Institution is one that people can sign in with.
type Institution struct{ ID, Name string }

// Expect is what the browser carries, sealed, while the person is away.
type Expect struct {
	Provider string `json:"p"`
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
}

// Proven is what an institution vouches for.
type Proven struct {
	Issuer   string
	Subject  string
	Email    string // only where the institution has verified it
	Orgs     []string
	Offices  []string
	ByEmail  bool // an account may be found by its address; else only by a subject that is bound already
	TwoProof bool // the institution has asked for a second factor itself
}

// covers tells whether the institution may speak for an account: its own people only.
func (p Proven) covers(a ronda.Actor) bool {
	for _, o := range p.Orgs {
		if o == a.Org {
			return true
		}
	}
	for _, o := range p.Offices {
		if o == a.Office && o != "" {
			return true
		}
	}
	return false
}

// linkInstitution marks a state that was given out: it is answered once.
const linkInstitution = "institution"

// BeginInstitution sends a person to their institution.
func (s *Service) BeginInstitution(ctx context.Context, id string) (string, Expect, error) {
	if s.Institutions == nil {
		return "", Expect{}, ronda.Errorf(ronda.NotFound, "page", "")
	}
	address, expect, err := s.Institutions.Begin(ctx, id)
	if err != nil {
		return "", expect, err
	}
	if err := s.Doors.CreateLink(ctx, hashOf(expect.State), linkInstitution, "", id, s.now().Add(SecondLife)); err != nil {
		return "", expect, fmt.Errorf("keep state: %w", err)
	}
	return address, expect, nil
}

// SignInInstitution takes what the institution sent back. It opens an account that is there; it never makes one.
func (s *Service) SignInInstitution(ctx context.Context, id, state, code string, expect Expect, b Browser) (SignedIn, error) {
	stale := ronda.Errorf(ronda.Forbidden, "account.institution_stale", "")
	if s.Institutions == nil || state == "" || code == "" || state != expect.State || id != expect.Provider {
		return SignedIn{}, stale
	}
	l, err := s.Doors.UseLink(ctx, hashOf(state), s.now())
	if ronda.KindOf(err) == ronda.NotFound || err == nil && (l.Kind != linkInstitution || l.Data != id) {
		return SignedIn{}, stale
	}
	if err != nil {
		return SignedIn{}, err
	}
	p, err := s.Institutions.Finish(ctx, id, code, expect)
	if err != nil {
		return SignedIn{}, err
	}
	a, bind, err := s.accountOf(ctx, p)
	if err != nil {
		return SignedIn{}, err
	}
	c := ronda.AccountChange{At: s.now()}
	if bind {
		c.Subject = &ronda.Identity{Issuer: p.Issuer, Subject: p.Subject, Account: a.ID}
		c.Events = append(c.Events, ronda.NoteAccount(ronda.AccountSubjectBound, a.Actor, a.ID, s.now(), "institution", id))
	}
	if a.Waiting { // the institution vouches for the person, as the link would have
		c.Account, c.Password = &a, opened
		c.Events = append(c.Events, ronda.NoteAccount(ronda.AccountOpened, a.Actor, a.ID, s.now(), "institution", id))
	}
	if len(c.Events) > 0 {
		if err := s.Change.SaveAccountChange(ctx, c); err != nil {
			return SignedIn{}, err
		}
	}
	if p.TwoProof {
		return s.openSession(ctx, a, WayInstitutionTwo, "", b)
	}
	return s.openOrAsk(ctx, a, WayInstitution, b)
}

// accountOf finds the account that a proven identity belongs to. A subject stays bound to the account that it was first seen with: an address that
// the institution gives to a successor opens nothing.
func (s *Service) accountOf(ctx context.Context, p Proven) (a ronda.Account, bind bool, err error) {
	unknown := ronda.Errorf(ronda.Forbidden, "account.institution_unknown", "")
	id, err := s.Factors.IdentityAccount(ctx, p.Issuer, p.Subject)
	if err != nil {
		return a, false, err
	}
	switch {
	case id != "":
		a, err = s.Store.Account(ctx, id)
	case p.ByEmail && p.Email != "":
		bind = true
		a, _, err = s.Store.AccountByLogin(ctx, FoldLogin(p.Email))
	default:
		return a, false, unknown
	}
	if ronda.KindOf(err) == ronda.NotFound {
		return a, false, unknown
	}
	if err != nil {
		return a, false, fmt.Errorf("find account: %w", err)
	}
	if !a.DisabledAt.IsZero() || !p.covers(a.Actor) {
		return a, false, unknown
	}
	if bind {
		other, err := s.Factors.IdentityOf(ctx, p.Issuer, a.ID)
		if err != nil {
			return a, false, err
		}
		if other != "" {
			return a, false, unknown
		}
	}
	return a, bind, nil
}
