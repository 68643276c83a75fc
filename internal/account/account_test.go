package account_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/throttle"
)

func service(t *testing.T) (*account.Service, *caseworktest.Rig) {
	t.Helper()
	r := caseworktest.New(t)
	limits := throttle.New(map[string]throttle.Budget{"signin": {Every: time.Minute, Burst: 5}}, r.Now)
	return &account.Service{Pack: r.Pack, Store: r.DB, Doors: r.DB, Throttle: limits, Now: r.Now, IDs: ronda.IDs{Rand: rand.Reader}}, r
}

const password = "kalimat pendek yang mudah"

func officer() ronda.Actor {
	return ronda.Actor{Org: "bawaslu", Office: "bawaslu:32.73", Roles: []ronda.Role{ronda.RoleOfficer}}
}

func TestPassword(t *testing.T) {
	t.Parallel()
	h := account.HashPassword(password)
	if !strings.HasPrefix(h, "$argon2id$v=19$") || !account.MatchPassword(h, password) || account.MatchPassword(h, password+"x") {
		t.Error("the hash does not work")
	}
	if h == account.HashPassword(password) {
		t.Error("no salt")
	}
	for _, bad := range []string{"", "!", "$argon2id$", "$argon2id$v=19$m=99999999,t=1,p=1$AA$AA", "$argon2i$v=19$m=1,t=1,p=1$AA$AA"} {
		if account.MatchPassword(bad, "") {
			t.Errorf("%q matches", bad)
		}
	}
	for p, code := range map[string]string{"pendek": "account.password_short", strings.Repeat("ab", 80): "account.password_long",
		"aaaaaaaaaaaaaa": "account.password_same", "rahasia ayu.lestari": "account.password_login", password: ""} {
		if got := account.CheckPassword(p, "ayu.lestari"); (code == "") != (got == nil) || (got != nil && ronda.CodeOf(got) != code) {
			t.Errorf("%q: %v, want %q", p, got, code)
		}
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	s, r := service(t)
	ctx := t.Context()
	if _, err := s.Create(ctx, " Ayu.Lestari ", "Ayu Lestari", password, officer()); err != nil {
		t.Fatal(err)
	}
	secret, a, err := s.SignIn(ctx, "ayu.lestari", password, "10.0.0.1", "browser")
	if err != nil || a.Actor.Office != "bawaslu:32.73" {
		t.Fatalf("%+v, %v", a, err)
	}
	info, who, err := s.Session(ctx, secret)
	if err != nil || who.ID != a.ID {
		t.Fatalf("%+v, %v", who, err)
	}
	if _, _, err := s.Session(ctx, secret+"x"); ronda.KindOf(err) != ronda.Forbidden {
		t.Errorf("a wrong secret: %v", err)
	}
	r.Wait(account.SessionIdle + time.Minute)
	if _, _, err := s.Session(ctx, secret); ronda.CodeOf(err) != "account.session_over" {
		t.Errorf("an idle session: %v", err)
	}
	if secret, _, err = s.SignIn(ctx, "ayu.lestari", password, "10.0.0.1", ""); err != nil {
		t.Fatal(err)
	}
	if info, _, err = s.Session(ctx, secret); err != nil {
		t.Fatal(err)
	}
	if err := s.SignOut(ctx, info.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Session(ctx, secret); ronda.CodeOf(err) != "account.session_over" {
		t.Errorf("after signing out: %v", err)
	}
}

// The answer is the same for a wrong password, an unknown login and a closed account; after some tries it is "later".
func TestSignInGuesses(t *testing.T) {
	t.Parallel()
	s, _ := service(t)
	ctx := t.Context()
	a, err := s.Create(ctx, "budi", "Budi Kusuma", password, officer())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Disable(ctx, a.ID); err != nil {
		t.Fatal(err)
	}
	for login, pw := range map[string]string{"budi": password, "tidak ada": password} {
		if _, _, err := s.SignIn(ctx, login, pw, "10.0.0.2", ""); ronda.CodeOf(err) != "account.signin_wrong" {
			t.Errorf("%s: %v", login, err)
		}
	}
	var last error
	for range 6 {
		_, _, last = s.SignIn(ctx, "citra", "salah", "10.0.0.3", "")
	}
	if ronda.KindOf(last) != ronda.Limited {
		t.Errorf("after six guesses: %v", last)
	}
	if _, _, err := s.SignIn(ctx, "budi", "x", "10.0.0.9", ""); ronda.CodeOf(err) != "account.signin_wrong" {
		t.Errorf("others are locked out too: %v", err)
	}
}

func TestMandates(t *testing.T) {
	t.Parallel()
	s, _ := service(t)
	tests := []struct {
		name string
		a    ronda.Actor
		want string
	}{
		{"officer without office", ronda.Actor{Org: "bawaslu", Roles: []ronda.Role{ronda.RoleOfficer}}, "account.office_missing"},
		{"office of another authority", ronda.Actor{Org: "kpu", Office: "bawaslu:32", Roles: []ronda.Role{ronda.RoleOfficer}}, "account.office_unknown"},
		{"unknown office", ronda.Actor{Org: "bawaslu", Office: "bawaslu:99", Roles: []ronda.Role{ronda.RoleOfficer}}, "account.office_unknown"},
		{"no role", ronda.Actor{}, "account.role_missing"},
		{"the system's role", ronda.Actor{Roles: []ronda.Role{ronda.RoleSystem}}, "account.role_unknown"},
		{"administrator who decides", ronda.Actor{Org: "bawaslu", Office: "bawaslu:32", Roles: []ronda.Role{ronda.RoleAdmin, ronda.RoleOfficer}}, "account.roles_exclude"},
		{"auditor who leads", ronda.Actor{Org: "bawaslu", Office: "bawaslu:32", Roles: []ronda.Role{ronda.RoleAuditor, ronda.RoleLead}}, "account.roles_exclude"},
		{"liaison of nobody", ronda.Actor{Roles: []ronda.Role{ronda.RoleLiaison}}, "account.platform_missing"},
		{"unknown platform", ronda.Actor{Platform: "myspace", Roles: []ronda.Role{ronda.RoleLiaison}}, "account.platform_unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := s.Create(context.Background(), "orang."+strings.ReplaceAll(tt.name, " ", "."), "Nama Orang", password, tt.a)
			e, ok := err.(*ronda.Error)
			if !ok {
				t.Fatalf("got %v", err)
			}
			for _, f := range e.Fields {
				if f.Code == tt.want {
					return
				}
			}
			t.Errorf("got %v, want %s", err, tt.want)
		})
	}
}

func TestLinksWorkOnce(t *testing.T) {
	t.Parallel()
	s, r := service(t)
	ctx := t.Context()
	a, err := s.Create(ctx, "dewi", "Dewi Rahayu", "", officer())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.SignIn(ctx, "dewi", "!", "", ""); ronda.CodeOf(err) != "account.signin_wrong" {
		t.Errorf("an account without a password opens: %v", err)
	}
	link, err := s.Invite(ctx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accept(ctx, link, "", "", "pendek"); ronda.KindOf(err) != ronda.Invalid {
		t.Errorf("a short password: %v", err)
	}
	if _, err := s.Accept(ctx, link, "", "", password); err != nil {
		t.Fatalf("the refused try used the link up: %v", err)
	}
	if _, err := s.Accept(ctx, link, "", "", password+"2"); ronda.CodeOf(err) != "account.link_used" {
		t.Errorf("the second time: %v", err)
	}
	if _, _, err := s.SignIn(ctx, "dewi", password, "", ""); err != nil {
		t.Errorf("sign in: %v", err)
	}
	old, err := s.Invite(ctx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	r.Wait(account.LinkLife + time.Minute)
	if _, err := s.Accept(ctx, old, "", "", password); ronda.CodeOf(err) != "account.link_used" {
		t.Errorf("after two days: %v", err)
	}
	if l, err := s.SetupLink(ctx); err != nil || l != "" {
		t.Errorf("a set-up link although there are accounts: %q, %v", l, err)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s, r := service(t)
	ctx := t.Context()
	liaison := r.People["tiktok"]
	secret, info, err := s.NewToken(ctx, liaison.Account, "pengekspor", []string{"notice.answer"}, 30*24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Token(ctx, secret)
	if err != nil || got.Platform != "tiktok" || len(got.Scopes) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := s.RevokeToken(ctx, "acc-facebook", info.ID); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("another account revoked it: %v", err)
	}
	if err := s.RevokeToken(ctx, liaison.Account, info.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Token(ctx, secret); ronda.CodeOf(err) != "account.token_unknown" {
		t.Errorf("after revoking: %v", err)
	}
	secret, _, err = s.NewToken(ctx, liaison.Account, "sehari", nil, 24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	r.Wait(25 * time.Hour)
	if _, err := s.Token(ctx, secret); ronda.CodeOf(err) != "account.token_unknown" {
		t.Errorf("after its time: %v", err)
	}
	for _, life := range []time.Duration{0, -time.Hour, 400 * 24 * time.Hour} {
		if _, _, err := s.NewToken(ctx, liaison.Account, "salah", nil, life); ronda.CodeOf(err) != "account.token_life" {
			t.Errorf("life %s: %v", life, err)
		}
	}
}
