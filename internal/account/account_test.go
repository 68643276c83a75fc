package account_test

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/election"
	"ronda/internal/keys"
	"ronda/internal/store"
	"ronda/internal/store/storetest"
	"ronda/internal/throttle"
)

// rig is an empty store with a clock of its own.
type rig struct {
	DB   *store.DB
	Dir  string
	Pack *ronda.Pack

	mu  sync.Mutex // guards now
	now time.Time
}

// Now is the rig's clock.
func (r *rig) Now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// Wait lets time pass.
func (r *rig) Wait(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// pack is read once: it is large, and nobody changes it.
var pack = sync.OnceValues(func() (*ronda.Pack, error) { return election.Builtin("pilkada-2024") })

func service(t *testing.T) (*account.Service, *rig) {
	t.Helper()
	r := &rig{Dir: storetest.Dir(t), now: time.Date(2024, 11, 20, 2, 0, 0, 0, time.UTC)}
	var err error
	if r.Pack, err = pack(); err != nil {
		t.Fatal(err)
	}
	if r.DB, err = store.Open(t.Context(), store.Config{Dir: r.Dir, Clock: r.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.DB.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	ring, err := keys.Open(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	return &account.Service{Pack: r.Pack, Store: r.DB, Doors: r.DB, Change: r.DB, Factors: r.DB, Guesses: r.DB, Keys: ring, Throttle: throttle.New(throttle.Budgets(), r.Now),
		Now: r.Now, IDs: ronda.IDs{Rand: rand.Reader}, RequireFactor: true}, r
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

func TestPasswordsThatAreEasilyGuessed(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"password1234", "P@ssw0rd2024", "qwertyuiop123", "123456789012", "abcabcabcabc", "bawaslu2024!", "Indonesia2024", "pilkada pilkada", "iloveyou1234", "rahasia12345", "lestari.2024"} {
		if got := account.CheckPassword(p, "ayu.lestari"); ronda.CodeOf(got) != "account.password_common" {
			t.Errorf("%q: %v", p, got)
		}
	}
	for _, p := range []string{"kursi lempung biru sore", "Xk3#vv9_pQz!", "sapu-terbang-dua-belas", "mangga jatuh ke sumur", strings.Repeat("kata yang lain ", 8), "пароль для выборов"} {
		if got := account.CheckPassword(p, "ayu.lestari"); got != nil {
			t.Errorf("%q: %v", p, got)
		}
	}
}

// BenchmarkCheckPassword judges what takes longest: nobody may keep the server busy with one.
func BenchmarkCheckPassword(b *testing.B) {
	for _, p := range []string{strings.Repeat("a1", 64), strings.Repeat("password", 16), strings.Repeat("🔥", 128)} {
		b.Run(string([]rune(p)[:4]), func(b *testing.B) {
			for b.Loop() {
				_ = account.CheckPassword(p, "ayu.lestari")
			}
		})
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	s, r := service(t)
	ctx := t.Context()
	if _, err := s.Create(ctx, " Ayu.Lestari ", "Ayu Lestari", password, officer()); err != nil {
		t.Fatal(err)
	}
	in, err := s.SignIn(ctx, "ayu.lestari", password, browser)
	if err != nil || in.Account.Actor.Office != "bawaslu:32.73" || in.Second {
		t.Fatalf("%+v, %v", in, err)
	}
	info, who, err := s.Session(ctx, in.Secret, "36.70.1.9")
	if err != nil || who.ID != in.Account.ID || info.Place != "36.70.0.0/16" || info.Agent != "Firefox · Android" || !s.Fresh(info) || !s.MustSetUp(info, who) {
		t.Fatalf("%+v, %v", info, err)
	}
	if _, _, err := s.Session(ctx, in.Secret+"x", ""); ronda.KindOf(err) != ronda.Forbidden {
		t.Errorf("a wrong secret: %v", err)
	}
	r.Wait(account.ProofLife + time.Minute)
	if s.Fresh(info) {
		t.Error("a proof stays fresh")
	}
	r.Wait(account.SessionIdle + time.Minute)
	if _, _, err := s.Session(ctx, in.Secret, ""); ronda.CodeOf(err) != "account.session_over" {
		t.Errorf("an idle session: %v", err)
	}
	if in, err = s.SignIn(ctx, "ayu.lestari", password, browser); err != nil {
		t.Fatal(err)
	}
	if info, _, err = s.Session(ctx, in.Secret, ""); err != nil {
		t.Fatal(err)
	}
	if err := s.SignOut(ctx, info.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Session(ctx, in.Secret, ""); ronda.CodeOf(err) != "account.session_over" {
		t.Errorf("after signing out: %v", err)
	}
}

var browser = account.Browser{Client: "36.70.1.9", Agent: "Mozilla/5.0 (Android 14; Mobile) Firefox/132.0"}

// A browser that comes with a session, its own or a planted one, leaves with a new one, and the old one is dead.
func TestSessionIsNew(t *testing.T) {
	t.Parallel()
	s, _ := service(t)
	ctx := t.Context()
	if _, err := s.Create(ctx, "ayu", "Ayu Lestari", password, officer()); err != nil {
		t.Fatal(err)
	}
	first, err := s.SignIn(ctx, "ayu", password, browser)
	if err != nil {
		t.Fatal(err)
	}
	for _, old := range []string{first.Secret, "rs_planted-by-somebody-else", "x"} {
		b := browser
		b.Old = old
		next, err := s.SignIn(ctx, "ayu", password, b)
		if err != nil || next.Secret == old {
			t.Fatalf("%q: %+v, %v", old, next, err)
		}
		if _, _, err := s.Session(ctx, old, ""); ronda.CodeOf(err) != "account.session_over" {
			t.Errorf("%q still opens: %v", old, err)
		}
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

func TestTokens(t *testing.T) {
	t.Parallel()
	s, r := service(t)
	ctx := t.Context()
	holder, err := s.Create(ctx, "tiktok", "Penghubung", password, ronda.Actor{Org: "tiktok", Platform: "tiktok", Roles: []ronda.Role{ronda.RoleLiaison}})
	if err != nil {
		t.Fatal(err)
	}
	liaison := holder.Actor
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

// A person's own token is bound to what the role opens at the API; an administrator's role opens nothing there.
func TestTokenScopes(t *testing.T) {
	t.Parallel()
	s, r := service(t)
	ctx := t.Context()
	a, err := s.Create(ctx, "ayu", "Ayu Lestari", password, officer())
	if err != nil {
		t.Fatal(err)
	}
	for _, scopes := range [][]string{nil, {"notice.answer"}, {"account.manage"}, {"case.read", "statement.submit"}} {
		if _, err := s.MakeToken(ctx, a, "skrip", scopes, time.Hour, false); ronda.CodeOf(err) != "account.token_scope" {
			t.Errorf("%v: %v", scopes, err)
		}
	}
	secret, err := s.MakeToken(ctx, a, "skrip", []string{"case.read"}, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	actor, err := s.Token(ctx, secret)
	if err != nil || ronda.Can(actor, ronda.AssessCase, ronda.Case{}, r.Pack) == nil {
		t.Errorf("%+v, %v", actor, err)
	}
	if account.MayHaveTokens(ronda.Actor{Roles: []ronda.Role{ronda.RoleAdmin}}) {
		t.Error("an administrator may have tokens")
	}
	tokens, err := s.Tokens(ctx, a.ID)
	if err != nil || len(tokens) != 1 || tokens[0].LastUsed.IsZero() {
		t.Errorf("%+v, %v", tokens, err)
	}
}
