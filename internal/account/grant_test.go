package account_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/account"
)

// auditor reads what happened to accounts.
type auditor interface {
	AccountEvents(ctx context.Context, after int64, limit int) ([]ronda.AccountEvent, error)
}

// house is an installation with two administrators of different houses.
func house(t *testing.T) (s *account.Service, wait func(time.Duration), ops, watch ronda.Actor) {
	t.Helper()
	s, r := service(t)
	link, err := s.SetupLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.Accept(t.Context(), link, account.Acceptance{Login: "kepala", Name: "Kepala Ops", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.SetupLink(t.Context()); err != nil || again != "" {
		t.Errorf("a set-up link although there are accounts: %q, %v", again, err)
	}
	if _, err := s.Propose(t.Context(), first.Actor, account.Proposal{Kind: ronda.GrantCreate, Login: "dini", Name: "Dini", Mandate: officer()}); ronda.CodeOf(err) != "grant.founding" {
		t.Errorf("a lone administrator makes a decider: %v", err)
	}
	p, err := s.Propose(t.Context(), first.Actor, account.Proposal{Kind: ronda.GrantCreate, Login: "pengawas", Name: "Pengawas",
		Mandate: ronda.Actor{Org: "bawaslu", Office: "bawaslu:", Roles: []ronda.Role{ronda.RoleAdmin}}})
	if err != nil {
		t.Fatal(err)
	}
	// An invited administrator who has not opened the account watches nobody.
	if founded, err := s.Founded(t.Context()); err != nil || founded {
		t.Errorf("founded by somebody who is not there: %v", err)
	}
	second, err := s.Accept(t.Context(), p.Link, account.Acceptance{Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return s, r.Wait, first.Actor, second.Actor
}

func TestGrantedByTwo(t *testing.T) {
	t.Parallel()
	s, wait, ops, watch := house(t)
	ctx := t.Context()
	p, err := s.Propose(ctx, ops, account.Proposal{Kind: ronda.GrantCreate, Login: "Dewi", Name: "Dewi Rahayu", Mandate: officer()})
	if err != nil || p.Grant.State != ronda.GrantProposed {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, err := s.Propose(ctx, ops, account.Proposal{Kind: ronda.GrantCreate, Login: "dewi", Name: "Dewi Lain", Mandate: officer()}); ronda.CodeOf(err) != "account.login_taken" {
		t.Errorf("the same login twice: %v", err)
	}
	if v, err := s.Look(ctx, p.Link); err != nil || !v.Waits {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := s.Accept(ctx, p.Link, account.Acceptance{Password: password}); ronda.CodeOf(err) != "account.link_waits" {
		t.Errorf("the link opens before the confirmation: %v", err)
	}
	if _, _, err := s.Confirm(ctx, ops, p.Grant.ID); ronda.CodeOf(err) != "grant.self" {
		t.Errorf("self-confirmation: %v", err)
	}
	g, code, err := s.Confirm(ctx, watch, p.Grant.ID)
	if err != nil || len(code) != 9 {
		t.Fatalf("%+v %q %v", g, code, err)
	}
	if _, _, err := s.Confirm(ctx, watch, p.Grant.ID); ronda.CodeOf(err) != "grant.decided" {
		t.Errorf("twice: %v", err)
	}
	// The proposer has the link and not the code; the confirmer has the code and not the link.
	for _, wrong := range []string{"", "0000-0000", code + "0"} {
		if _, err := s.Accept(ctx, p.Link, account.Acceptance{Password: password, Code: wrong}); ronda.CodeOf(err) != "account.handed_code_wrong" {
			t.Errorf("code %q: %v", wrong, err)
		}
	}
	if _, err := s.Accept(ctx, p.Link, account.Acceptance{Password: "pendek", Code: code}); ronda.KindOf(err) != ronda.Invalid {
		t.Errorf("a short password: %v", err)
	}
	a, err := s.Accept(ctx, p.Link, account.Acceptance{Password: password, Code: strings.ToLower(code)})
	if err != nil || a.ID != g.Account || !a.Actor.Decides() {
		t.Fatalf("%+v, %v", a, err)
	}
	if _, err := s.Accept(ctx, p.Link, account.Acceptance{Password: password + "2", Code: code}); ronda.CodeOf(err) != "account.link_used" {
		t.Errorf("the link works twice: %v", err)
	}
	in, err := s.SignIn(ctx, "dewi", password, browser)
	if err != nil {
		t.Fatal(err)
	}
	if info, who, err := s.Session(ctx, in.Secret, ""); err != nil || !s.MustSetUp(info, who) {
		t.Errorf("a new decider works without a second factor: %v", err)
	}

	// The way back in: no single administrator gets into the account, and what was there is gone afterwards.
	withApp(t, s, a)
	back, err := s.Propose(ctx, ops, account.Proposal{Kind: ronda.GrantRecover, Account: a.ID})
	if err != nil || back.Grant.State != ronda.GrantProposed {
		t.Fatalf("%+v, %v", back, err)
	}
	if _, err := s.Accept(ctx, back.Link, account.Acceptance{Password: password}); ronda.CodeOf(err) != "account.link_waits" {
		t.Errorf("recovered alone: %v", err)
	}
	_, code, err = s.Confirm(ctx, watch, back.Grant.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accept(ctx, back.Link, account.Acceptance{Password: password + " baru", Code: code}); err != nil {
		t.Fatal(err)
	}
	if f, left, err := s.FactorsOf(ctx, a.ID); err != nil || len(f)+left != 0 {
		t.Errorf("%d factors and %d codes are left: %v", len(f), left, err)
	}
	if _, _, err := s.Session(ctx, in.Secret, ""); ronda.CodeOf(err) != "account.session_over" {
		t.Errorf("an old session lives on: %v", err)
	}

	// Another mandate takes effect with the second word only, and ends what was opened under the old one.
	better := ronda.Actor{Org: "bawaslu", Office: "bawaslu:32", Roles: []ronda.Role{ronda.RoleLead}}
	up, err := s.Propose(ctx, watch, account.Proposal{Kind: ronda.GrantChange, Account: a.ID, Mandate: better})
	if err != nil || up.Link != "" {
		t.Fatalf("%+v, %v", up, err)
	}
	if now, err := s.Account(ctx, a.ID); err != nil || now.Actor.Has(ronda.RoleLead) {
		t.Errorf("proposed is done: %v", err)
	}
	if err := s.Refuse(ctx, ops, up.Grant.ID); err != nil {
		t.Fatal(err)
	}
	if up, err = s.Propose(ctx, watch, account.Proposal{Kind: ronda.GrantChange, Account: a.ID, Mandate: better}); err != nil {
		t.Fatal(err)
	}
	if _, code, err := s.Confirm(ctx, ops, up.Grant.ID); err != nil || code != "" {
		t.Fatalf("%q, %v", code, err)
	}
	if now, err := s.Account(ctx, a.ID); err != nil || !now.Actor.Has(ronda.RoleLead) {
		t.Errorf("confirmed and not done: %v", err)
	}

	// Nobody answers: the proposal ends by itself, and its link with it.
	slow, err := s.Propose(ctx, ops, account.Proposal{Kind: ronda.GrantCreate, Login: "eko", Name: "Eko", Mandate: officer()})
	if err != nil {
		t.Fatal(err)
	}
	wait(ronda.GrantLife + time.Minute)
	if open, err := s.Proposals(ctx); err != nil || len(open) != 0 {
		t.Errorf("%d proposals are open: %v", len(open), err)
	}
	if _, err := s.Look(ctx, slow.Link); ronda.CodeOf(err) != "account.link_used" {
		t.Errorf("the link of an ended proposal: %v", err)
	}

	want := map[ronda.AccountEventKind]int{ronda.AccountProposed: 5, ronda.AccountGranted: 4, ronda.AccountTryRefused: 1, ronda.AccountGrantRefused: 1,
		ronda.AccountGrantExpired: 1, ronda.AccountFounded: 1, ronda.AccountFactorReset: 1, ronda.AccountFactorAdded: 1}
	got := map[ronda.AccountEventKind]int{}
	events, err := s.Store.(auditor).AccountEvents(ctx, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		got[e.Kind]++
		for k, v := range e.Data {
			if strings.Contains(v, "Dewi") || strings.Contains(strings.ToLower(v), "dewi") {
				t.Errorf("%s names a person: %s=%q", e.Kind, k, v)
			}
		}
	}
	for k, n := range want {
		if got[k] != n {
			t.Errorf("%d events %s, want %d", got[k], k, n)
		}
	}
}

// An administrator who was switched off between the proposal and the confirmation counts for nothing on either side.
func TestDemotedAdministrator(t *testing.T) {
	t.Parallel()
	s, _, ops, watch := house(t)
	ctx := t.Context()
	p, err := s.Propose(ctx, ops, account.Proposal{Kind: ronda.GrantCreate, Login: "dewi", Name: "Dewi Rahayu", Mandate: officer()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Disable(ctx, ops, watch.Account); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Confirm(ctx, watch, p.Grant.ID); ronda.CodeOf(err) != "grant.not_admin" {
		t.Errorf("a demoted administrator confirms: %v", err)
	}
	// Alone again, but not back on the first day: no second self.
	self := account.Proposal{Kind: ronda.GrantCreate, Login: "kembar", Name: "Kembar", Mandate: ronda.Actor{Org: "bawaslu", Office: "bawaslu:32", Roles: []ronda.Role{ronda.RoleAdmin}}}
	if _, err := s.Propose(ctx, ops, self); ronda.CodeOf(err) != "grant.no_second" {
		t.Errorf("a second self: %v", err)
	}
	if err := s.Disable(ctx, officer(), ops.Account); ronda.KindOf(err) != ronda.Forbidden {
		t.Errorf("an officer disables: %v", err)
	}
}
