package account_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/account"
)

// provider is an institution's OpenID Connect server: discovery, keys, and tokens that a test can spoil.
type provider struct {
	*httptest.Server
	key *rsa.PrivateKey

	mu    sync.Mutex // guards what follows
	grant map[string]url.Values
	spoil func(claims map[string]any)
	asked int
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{key: key, grant: map[string]url.Values{}}
	mux := http.NewServeMux()
	reply := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		p.asked++
		p.mu.Unlock()
		reply(w, map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		b64 := base64.RawURLEncoding
		reply(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": b64.EncodeToString(key.N.Bytes()), "e": b64.EncodeToString(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		p.mu.Lock()
		defer p.mu.Unlock()
		asked, ok := p.grant[r.FormValue("code")]
		delete(p.grant, r.FormValue("code"))
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if !ok || id != "ronda" || secret != "rahasia-klien" || base64.RawURLEncoding.EncodeToString(sum[:]) != asked.Get("code_challenge") || asked.Get("code_challenge_method") != "S256" {
			w.WriteHeader(http.StatusBadRequest)
			reply(w, map[string]string{"error": "invalid_grant"})
			return
		}
		now := time.Now()
		claims := map[string]any{"iss": p.URL, "aud": "ronda", "sub": "orang-1", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "nonce": asked.Get("nonce"),
			"email": "Ayu@bawaslu.example", "email_verified": true}
		if p.spoil != nil {
			p.spoil(claims)
		}
		reply(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": p.sign(t, claims)})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) sign(t *testing.T, claims map[string]any) string {
	claims = maps.Clone(claims)
	key := p.key
	if other, ok := claims["_key"].(*rsa.PrivateKey); ok {
		key = other
	}
	delete(claims, "_key")
	body, err := json.Marshal(claims)
	if err != nil {
		t.Error(err)
	}
	b64 := base64.RawURLEncoding
	text := b64.EncodeToString([]byte(`{"alg":"RS256","kid":"1","typ":"JWT"}`)) + "." + b64.EncodeToString(body)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Error(err)
	}
	return text + "." + b64.EncodeToString(sig)
}

// agree is what the person does at the institution: it gives a code for what was asked.
func (p *provider) agree(t *testing.T, address string) (code, state string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if q.Get("redirect_uri") != "https://ronda.example/masuk/lembaga/bawaslu/kembali" || q.Get("response_type") != "code" || q.Get("nonce") == "" {
		t.Fatalf("asked for %v", q)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	code = rand.Text()
	p.grant[code] = q
	return code, q.Get("state")
}

func (p *provider) config(t *testing.T, change func(*account.ProviderConfig)) []account.ProviderConfig {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("rahasia-klien\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := account.ProviderConfig{ID: "bawaslu", Name: "Bawaslu", Issuer: p.URL, ClientID: "ronda", SecretFile: secret, Orgs: []string{"bawaslu"}, Match: "email"}
	if change != nil {
		change(&c)
	}
	return []account.ProviderConfig{c}
}

func institutions(t *testing.T, s *account.Service, list []account.ProviderConfig) {
	t.Helper()
	base, err := url.Parse("https://ronda.example")
	if err != nil {
		t.Fatal(err)
	}
	if s.Institutions, err = account.NewInstitutions(list, base, nil); err != nil {
		t.Fatal(err)
	}
}

func TestInstitution(t *testing.T) {
	t.Parallel()
	foreign, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		config func(*account.ProviderConfig)
		spoil  func(map[string]any)
		want   string // error code, "" for in
	}{
		{"good", nil, nil, ""},
		{"verified as a word", nil, func(c map[string]any) { c["email_verified"] = "true" }, ""},
		{"another nonce", nil, func(c map[string]any) { c["nonce"] = "lain" }, "account.institution_bad"},
		{"no nonce", nil, func(c map[string]any) { delete(c, "nonce") }, "account.institution_bad"},
		{"another audience", nil, func(c map[string]any) { c["aud"] = "situs-lain" }, "account.institution_bad"},
		{"another issuer", nil, func(c map[string]any) { c["iss"] = "https://lain.example" }, "account.institution_bad"},
		{"expired", nil, func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() }, "account.institution_bad"},
		{"another key", nil, func(c map[string]any) { c["_key"] = foreign }, "account.institution_bad"},
		{"unverified address", nil, func(c map[string]any) { c["email_verified"] = false }, "account.institution_unknown"},
		{"nothing said about it", nil, func(c map[string]any) { delete(c, "email_verified") }, "account.institution_unknown"},
		{"nobody's address", nil, func(c map[string]any) { c["email"] = "baru@bawaslu.example" }, "account.institution_unknown"},
		{"another organisation's account", nil, func(c map[string]any) { c["email"] = "orang@kpu.example" }, "account.institution_unknown"},
		{"another office", func(c *account.ProviderConfig) { c.Orgs, c.Offices = nil, []string{"bawaslu:32"} }, nil, "account.institution_unknown"},
		{"this office", func(c *account.ProviderConfig) { c.Orgs, c.Offices = nil, []string{"bawaslu:32.73"} }, nil, ""},
		{"by subject only", func(c *account.ProviderConfig) { c.Match = "subject" }, nil, "account.institution_unknown"},
		{"closed account", nil, func(c map[string]any) { c["email"] = "keluar@bawaslu.example" }, "account.institution_unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, _ := service(t)
			ctx := t.Context()
			ayu, err := s.Create(ctx, "ayu@bawaslu.example", "Ayu Lestari", "", officer())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Create(ctx, "orang@kpu.example", "Orang KPU", "", ronda.Actor{Org: "kpu", Office: "kpu:", Roles: []ronda.Role{ronda.RoleOfficer}}); err != nil {
				t.Fatal(err)
			}
			gone, err := s.Create(ctx, "keluar@bawaslu.example", "Sudah Keluar", "", officer())
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Disable(ctx, ronda.Machine(), gone.ID); err != nil {
				t.Fatal(err)
			}
			p := newProvider(t)
			p.spoil = tt.spoil
			institutions(t, s, p.config(t, tt.config))
			address, expect, err := s.BeginInstitution(ctx, "bawaslu")
			if err != nil {
				t.Fatal(err)
			}
			code, state := p.agree(t, address)
			in, err := s.SignInInstitution(ctx, "bawaslu", state, code, expect, browser)
			if err == nil != (tt.want == "") || err != nil && ronda.CodeOf(err) != tt.want {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			if err == nil && in.Account.ID != ayu.ID {
				t.Errorf("in as %s", in.Account.Login)
			}
			all, err := s.All(ctx)
			if err != nil || len(all) != 3 {
				t.Errorf("%d accounts: an institution makes none (%v)", len(all), err)
			}
		})
	}
}

// A state is answered once, by the browser that asked, for the institution that was asked.
func TestInstitutionState(t *testing.T) {
	t.Parallel()
	s, r := service(t)
	ctx := t.Context()
	if _, err := s.Create(ctx, "ayu@bawaslu.example", "Ayu Lestari", password, officer()); err != nil {
		t.Fatal(err)
	}
	p := newProvider(t)
	institutions(t, s, p.config(t, nil))
	begin := func() (string, string, account.Expect) {
		t.Helper()
		address, expect, err := s.BeginInstitution(ctx, "bawaslu")
		if err != nil {
			t.Fatal(err)
		}
		code, state := p.agree(t, address)
		return code, state, expect
	}
	stale := func(id, state, code string, e account.Expect) {
		t.Helper()
		if _, err := s.SignInInstitution(ctx, id, state, code, e, browser); ronda.CodeOf(err) != "account.institution_stale" {
			t.Errorf("got %v", err)
		}
	}
	code, state, expect := begin()
	if _, err := s.SignInInstitution(ctx, "bawaslu", state, code, expect, browser); err != nil {
		t.Fatal(err)
	}
	code2, _, other := begin()
	stale("bawaslu", state, code2, expect)                                                                  // replayed
	stale("bawaslu", state, code2, other)                                                                   // another browser's answer
	stale("bawaslu", "", code2, account.Expect{})                                                           // nobody asked
	stale("lain", other.State, code2, other)                                                                // another institution
	stale("bawaslu", "dibuat-sendiri", code2, account.Expect{Provider: "bawaslu", State: "dibuat-sendiri"}) // never given out
	code, state, expect = begin()
	r.Wait(account.SecondLife + time.Minute)
	stale("bawaslu", state, code, expect) // too late
	code, state, expect = begin()
	expect.Verifier = "bukan-yang-diminta-bukan-yang-diminta-bukan-yang" // PKCE: a stolen code is worth nothing
	if _, err := s.SignInInstitution(ctx, "bawaslu", state, code, expect, browser); ronda.CodeOf(err) != "account.institution_bad" {
		t.Errorf("another verifier: %v", err)
	}
}

// A subject keeps its account when the institution gives its address to somebody else; the successor does not get in.
func TestInstitutionSubject(t *testing.T) {
	t.Parallel()
	s, _ := service(t)
	ctx := t.Context()
	ayu, err := s.Create(ctx, "ayu@bawaslu.example", "Ayu Lestari", password, officer())
	if err != nil {
		t.Fatal(err)
	}
	p := newProvider(t)
	institutions(t, s, p.config(t, nil))
	enter := func(spoil func(map[string]any)) (account.SignedIn, error) {
		p.mu.Lock()
		p.spoil = spoil
		p.mu.Unlock()
		address, expect, err := s.BeginInstitution(ctx, "bawaslu")
		if err != nil {
			t.Fatal(err)
		}
		code, state := p.agree(t, address)
		return s.SignInInstitution(ctx, "bawaslu", state, code, expect, browser)
	}
	if _, err := enter(nil); err != nil {
		t.Fatal(err)
	}
	if in, err := enter(func(c map[string]any) { c["email"] = "ayu.baru@bawaslu.example" }); err != nil || in.Account.ID != ayu.ID {
		t.Errorf("the same person with a new address: %v", err)
	}
	if _, err := enter(func(c map[string]any) { c["sub"] = "penerus" }); ronda.CodeOf(err) != "account.institution_unknown" {
		t.Errorf("the successor with the old address: %v", err)
	}
	// The institution's password is one factor: ours is asked for, unless it asks for two itself.
	withApp(t, s, ayu)
	if in, err := enter(nil); err != nil || !in.Second {
		t.Errorf("%+v, %v", in, err)
	}
	institutions(t, s, p.config(t, func(c *account.ProviderConfig) { c.TwoProof = true }))
	if in, err := enter(nil); err != nil || in.Second {
		t.Errorf("%+v, %v", in, err)
	}
}

// A server that is down neither delays the start nor stays down for ever.
func TestInstitutionDown(t *testing.T) {
	t.Parallel()
	s, _ := service(t)
	p := newProvider(t)
	down := p.config(t, func(c *account.ProviderConfig) { c.Issuer = "http://127.0.0.1:1" })
	institutions(t, s, down)
	if _, _, err := s.BeginInstitution(t.Context(), "bawaslu"); ronda.CodeOf(err) != "account.institution_silent" {
		t.Errorf("a server that is down: %v", err)
	}
	institutions(t, s, p.config(t, nil))
	if p.asked != 0 {
		t.Error("the server is asked at the start")
	}
	for range 2 {
		if _, _, err := s.BeginInstitution(t.Context(), "bawaslu"); err != nil {
			t.Error(err)
		}
	}
	if p.asked != 1 {
		t.Errorf("asked %d times where things are", p.asked)
	}
	if _, _, err := s.BeginInstitution(t.Context(), "lain"); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("an institution that is not there: %v", err)
	}
}

func TestInstitutionSettings(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	base := &url.URL{Scheme: "https", Host: "ronda.example"}
	for name, spoil := range map[string]func(*account.ProviderConfig){
		"http": func(c *account.ProviderConfig) { c.Issuer = "http://login.example" }, "id": func(c *account.ProviderConfig) { c.ID = "../x" },
		"no secret": func(c *account.ProviderConfig) { c.SecretFile = "" }, "nobody": func(c *account.ProviderConfig) { c.Orgs = nil },
		"match": func(c *account.ProviderConfig) { c.Match = "name" }, "client": func(c *account.ProviderConfig) { c.ClientID = "" },
		"open secret": func(c *account.ProviderConfig) {
			if err := os.Chmod(c.SecretFile, 0o644); err != nil {
				t.Error(err)
			}
		},
	} {
		if _, err := account.NewInstitutions(p.config(t, spoil), base, nil); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	list := p.config(t, nil)
	if _, err := account.NewInstitutions(append(list, list...), base, nil); err == nil {
		t.Error("twice the same is taken")
	}
}
