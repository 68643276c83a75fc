package account

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"ronda"
)

// askTime bounds each call to an institution's server: a slow one holds up only who signs in there.
const askTime = 10 * time.Second

// ProviderConfig is an institution as the operator writes it down.
type ProviderConfig struct {
	ID         string   `json:"id"`          // in addresses: "bawaslu"
	Name       string   `json:"name"`        // on the button
	Issuer     string   `json:"issuer"`      // https://… of its OpenID Connect server
	ClientID   string   `json:"client_id"`   // what it calls us
	SecretFile string   `json:"secret_file"` // file with the client secret, beside this one or absolute, readable by this user alone
	Orgs       []string `json:"orgs"`        // organisations whose accounts may use it
	Offices    []string `json:"offices"`     // or single offices
	Match      string   `json:"match"`       // "email": an account is found by its verified address the first time; "subject": only by a bound subject
	TwoProof   bool     `json:"two_proof"`   // it always asks for a second factor itself
}

// Institutions speaks OpenID Connect with each institution. Nothing is asked before somebody signs in there, so that a server that is down neither
// delays the start nor breaks it.
type Institutions struct {
	redirect func(id string) string
	client   *http.Client
	list     []*institution
}

type institution struct {
	ProviderConfig
	secret string

	mu       sync.Mutex // guards provider
	provider *oidc.Provider
}

// ReadProviders reads the operator's file: a JSON list of ProviderConfig. An empty path gives none.
func ReadProviders(path string) ([]ProviderConfig, error) {
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read institutions: %w", err)
	}
	var out []ProviderConfig
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	if err := d.Decode(&out); err != nil {
		return nil, fmt.Errorf("read institutions in %s: %w", path, err)
	}
	for i := range out {
		if f := out[i].SecretFile; f != "" && !filepath.IsAbs(f) {
			out[i].SecretFile = filepath.Join(filepath.Dir(path), f)
		}
	}
	return out, nil
}

// NewInstitutions checks the settings. base is the site's public address, to which people come back.
func NewInstitutions(configs []ProviderConfig, base *url.URL, client *http.Client) (*Institutions, error) {
	if client == nil {
		client = &http.Client{Timeout: askTime}
	}
	o := &Institutions{client: client, redirect: func(id string) string {
		return strings.TrimSuffix(base.String(), "/") + "/masuk/lembaga/" + id + "/kembali"
	}}
	for _, c := range configs {
		p := &institution{ProviderConfig: c}
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("institution %q: %w", c.ID, err)
		}
		if slices.ContainsFunc(o.list, func(x *institution) bool { return x.ID == c.ID || x.Issuer == c.Issuer && x.ClientID == c.ClientID }) {
			return nil, fmt.Errorf("institution %q stands twice", c.ID)
		}
		o.list = append(o.list, p)
	}
	return o, nil
}

func (p *institution) check() error {
	u, err := url.Parse(p.Issuer)
	switch {
	case p.ID == "" || strings.Trim(p.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		return errors.New("id must be small letters, digits and dashes")
	case p.Name == "" || p.ClientID == "":
		return errors.New("name and client_id are needed")
	case err != nil || u.Host == "" || u.Scheme != "https" && !loopbackHost(u.Hostname()):
		return errors.New("issuer must be https://…")
	case p.Match != "email" && p.Match != "subject":
		return errors.New(`match must be "email" or "subject"`)
	case len(p.Orgs)+len(p.Offices) == 0:
		return errors.New("orgs or offices must say whose accounts it may open")
	case p.SecretFile == "":
		return errors.New("secret_file is needed")
	}
	info, err := os.Stat(p.SecretFile)
	if err != nil {
		return fmt.Errorf("look at secret file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("secret file %s can be read by others: chmod 600 it", p.SecretFile)
	}
	b, err := os.ReadFile(p.SecretFile)
	if err != nil {
		return fmt.Errorf("read secret file: %w", err)
	}
	p.secret = strings.TrimSpace(string(b))
	return nil
}

func loopbackHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// List names the institutions for the sign-in page.
func (o *Institutions) List() []Institution {
	if o == nil {
		return nil
	}
	var out []Institution
	for _, p := range o.list {
		out = append(out, Institution{ID: p.ID, Name: p.Name})
	}
	return out
}

// find asks an institution's server where things are, once; a server that does not answer is asked again by the next person.
func (o *Institutions) find(ctx context.Context, id string) (*institution, *oidc.Provider, error) {
	i := slices.IndexFunc(o.list, func(p *institution) bool { return p.ID == id })
	if i < 0 {
		return nil, nil, ronda.Errorf(ronda.NotFound, "page", "")
	}
	p := o.list[i]
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.provider != nil {
		return p, p.provider, nil
	}
	// The provider keeps its context for fetching keys later, so this one must not end with the request.
	long := oidc.ClientContext(context.WithoutCancel(ctx), o.client)
	found, err := oidc.NewProvider(long, p.Issuer)
	if err != nil {
		return p, nil, o.silent(p, err)
	}
	p.provider = found
	return p, found, nil
}

// silent says that the institution's server does not answer; the reason is for the log.
func (o *Institutions) silent(p *institution, err error) error {
	e := ronda.Errorf(ronda.Conflict, "account.institution_silent", "").With("name", p.Name)
	e.Err = err
	return e
}

func (o *Institutions) oauth(p *institution, found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.secret, Endpoint: found.Endpoint(), RedirectURL: o.redirect(p.ID), Scopes: []string{oidc.ScopeOpenID, "email"}}
}

// Begin gives the address of the institution's own sign-in page, and what its answer will be compared with.
func (o *Institutions) Begin(ctx context.Context, id string) (string, Expect, error) {
	p, found, err := o.find(ctx, id)
	if err != nil {
		return "", Expect{}, err
	}
	e := Expect{Provider: id, State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	return o.oauth(p, found).AuthCodeURL(e.State, oidc.Nonce(e.Nonce), oauth2.S256ChallengeOption(e.Verifier)), e, nil
}

// claims are what is read of an identity token.
type claims struct {
	Email    string `json:"email"`
	Verified any    `json:"email_verified"` // some servers write "true"
}

// Finish trades the institution's answer for a proven identity: signature, issuer, audience, times and nonce are checked.
func (o *Institutions) Finish(ctx context.Context, id, code string, expect Expect) (Proven, error) {
	p, found, err := o.find(ctx, id)
	if err != nil {
		return Proven{}, err
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, o.client), askTime)
	defer cancel()
	bad := func(err error) error {
		e := ronda.Errorf(ronda.Forbidden, "account.institution_bad", "").With("name", p.Name)
		e.Err = err
		return e
	}
	token, err := o.oauth(p, found).Exchange(ctx, code, oauth2.VerifierOption(expect.Verifier))
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return Proven{}, bad(err)
	}
	if err != nil {
		return Proven{}, o.silent(p, err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return Proven{}, bad(errors.New("no identity token"))
	}
	idToken, err := found.Verifier(&oidc.Config{ClientID: p.ClientID}).Verify(ctx, raw)
	if err != nil {
		return Proven{}, bad(err)
	}
	if idToken.Nonce == "" || idToken.Nonce != expect.Nonce {
		return Proven{}, bad(errors.New("another nonce"))
	}
	var c claims
	if err := idToken.Claims(&c); err != nil {
		return Proven{}, bad(err)
	}
	out := Proven{Issuer: idToken.Issuer, Subject: idToken.Subject, Orgs: p.Orgs, Offices: p.Offices, ByEmail: p.Match == "email", TwoProof: p.TwoProof}
	if c.Verified == true || c.Verified == "true" {
		out.Email = c.Email
	}
	return out, nil
}
