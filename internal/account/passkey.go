package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"ronda"
)

// challengeLife is how long a person may look for their key.
const challengeLife = 5 * time.Minute

// Kinds of one-time links that hold a challenge.
const (
	linkAddKey = "passkey-add"
	linkUseKey = "passkey-use"
)

// Passkeys speaks WebAuthn for one address of the site.
type Passkeys struct {
	web  *webauthn.WebAuthn
	Host string // the name that keys are bound to
}

// NewPasskeys binds keys to the site's address. An address without a name (127.0.0.1) cannot have keys; on this machine localhost stands in for it.
func NewPasskeys(base *url.URL) (*Passkeys, error) {
	host, origin := base.Hostname(), base.Scheme+"://"+base.Host
	if ip, err := netip.ParseAddr(host); err == nil {
		if !ip.IsLoopback() {
			return nil, nil
		}
		host = "localhost"
		origin = base.Scheme + "://localhost"
		if p := base.Port(); p != "" {
			origin += ":" + p
		}
	}
	if base.Scheme != "https" && host != "localhost" {
		return nil, nil // browsers refuse
	}
	w, err := webauthn.New(&webauthn.Config{RPID: host, RPDisplayName: "Ronda", RPOrigins: []string{origin}, AttestationPreference: protocol.PreferNoAttestation})
	if err != nil {
		return nil, fmt.Errorf("prepare passkeys: %w", err)
	}
	return &Passkeys{web: w, Host: host}, nil
}

// keyHolder is an account as WebAuthn knows it. The handle on the key is the account's id, which says nothing about the person.
type keyHolder struct {
	a    ronda.Account
	keys []webauthn.Credential
}

func (h keyHolder) WebAuthnID() []byte                         { return []byte(h.a.ID) }
func (h keyHolder) WebAuthnName() string                       { return h.a.Login }
func (h keyHolder) WebAuthnDisplayName() string                { return h.a.Name }
func (h keyHolder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// Challenge goes to the browser's script and comes back with the key's answer.
type Challenge struct {
	Ticket  string `json:"ticket"`
	Options any    `json:"options"`
}

// errNoKeys is for an address that cannot have passkeys, and for a key that is not right: which of its many checks failed helps nobody.
func errNoKeys() error        { return ronda.Errorf(ronda.Conflict, "account.passkeys_off", "") }
func errBadKey() *ronda.Error { return ronda.Errorf(ronda.Invalid, "account.passkey_wrong", "") }

func (s *Service) holder(ctx context.Context, a ronda.Account) (keyHolder, []ronda.Factor, error) {
	factors, err := s.Factors.Factors(ctx, a.ID)
	if err != nil {
		return keyHolder{}, nil, fmt.Errorf("list second factors: %w", err)
	}
	h := keyHolder{a: a}
	for _, f := range factors {
		if f.Kind != ronda.FactorPasskey {
			continue
		}
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(f.Data), &c); err != nil {
			return h, nil, fmt.Errorf("read passkey %s: %w", f.ID, err)
		}
		h.keys = append(h.keys, c)
	}
	return h, factors, nil
}

// ask keeps what the answer will be compared with. It can be answered once.
func (s *Service) ask(ctx context.Context, kind, account string, data *webauthn.SessionData, options any) (Challenge, error) {
	doc, err := json.Marshal(data)
	if err != nil {
		return Challenge{}, fmt.Errorf("write challenge: %w", err)
	}
	plain, hash := secret("rc_")
	if err := s.Doors.CreateLink(ctx, hash, kind, account, string(doc), s.now().Add(challengeLife)); err != nil {
		return Challenge{}, fmt.Errorf("keep challenge: %w", err)
	}
	return Challenge{Ticket: plain, Options: options}, nil
}

func (s *Service) asked(ctx context.Context, ticket, kind, account string) (webauthn.SessionData, error) {
	var d webauthn.SessionData
	if !strings.HasPrefix(ticket, "rc_") || len(ticket) > 100 {
		return d, errBadKey()
	}
	l, err := s.Doors.UseLink(ctx, hashOf(ticket), s.now())
	if ronda.KindOf(err) == ronda.NotFound || err == nil && (l.Kind != kind || l.Account != account) {
		return d, errBadKey()
	}
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(l.Data), &d); err != nil {
		return d, fmt.Errorf("read challenge: %w", err)
	}
	return d, nil
}

// BeginKey starts to add a passkey.
func (s *Service) BeginKey(ctx context.Context, a ronda.Account) (Challenge, error) {
	if s.Passkeys == nil {
		return Challenge{}, errNoKeys()
	}
	h, _, err := s.holder(ctx, a)
	if err != nil {
		return Challenge{}, err
	}
	var have []protocol.CredentialDescriptor
	for _, c := range h.keys {
		have = append(have, c.Descriptor())
	}
	options, data, err := s.Passkeys.web.BeginRegistration(h, webauthn.WithExclusions(have), webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
		ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}))
	if err != nil {
		return Challenge{}, fmt.Errorf("begin passkey: %w", err)
	}
	return s.ask(ctx, linkAddKey, a.ID, data, options)
}

// AddKey takes the new passkey.
func (s *Service) AddKey(ctx context.Context, a ronda.Account, ticket, name string, answer []byte) error {
	if s.Passkeys == nil {
		return errNoKeys()
	}
	data, err := s.asked(ctx, ticket, linkAddKey, a.ID)
	if err != nil {
		return err
	}
	h, _, err := s.holder(ctx, a)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return errBadKey()
	}
	c, err := s.Passkeys.web.CreateCredential(h, data, parsed)
	if err != nil {
		return errBadKey()
	}
	doc, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write passkey: %w", err)
	}
	_, err = s.addFactor(ctx, a, ronda.Factor{ID: s.IDs.New(s.now()), Account: a.ID, Kind: ronda.FactorPasskey, Name: name, Credential: c.ID, Data: string(doc), CreatedAt: s.now()}, false)
	return err
}

// BeginUse starts to sign in with a passkey: of the account that waits for its second factor or wants to prove itself or, without one, of whoever
// the key belongs to. Without a password before it the key must have asked for finger, face or code.
func (s *Service) BeginUse(ctx context.Context, a *ronda.Account) (Challenge, error) {
	if s.Passkeys == nil {
		return Challenge{}, errNoKeys()
	}
	if a == nil {
		options, data, err := s.Passkeys.web.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
		if err != nil {
			return Challenge{}, fmt.Errorf("begin sign-in with passkey: %w", err)
		}
		return s.ask(ctx, linkUseKey, "", data, options)
	}
	h, _, err := s.holder(ctx, *a)
	if err != nil {
		return Challenge{}, err
	}
	if len(h.keys) == 0 {
		return Challenge{}, errBadKey()
	}
	options, data, err := s.Passkeys.web.BeginLogin(h, webauthn.WithUserVerification(protocol.VerificationPreferred))
	if err != nil {
		return Challenge{}, fmt.Errorf("begin proof with passkey: %w", err)
	}
	return s.ask(ctx, linkUseKey, a.ID, data, options)
}

// SignInKey signs in with a passkey alone.
func (s *Service) SignInKey(ctx context.Context, ticket string, answer []byte, b Browser) (SignedIn, error) {
	if s.Passkeys == nil {
		return SignedIn{}, errNoKeys()
	}
	if err := s.Throttle.Allow(ctx, "signin", "client:"+b.Client, 0); err != nil {
		return SignedIn{}, err
	}
	data, err := s.asked(ctx, ticket, linkUseKey, "")
	if err != nil {
		return SignedIn{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return SignedIn{}, s.badKey(ctx, b.Client)
	}
	var found keyHolder
	var factors []ronda.Factor
	c, err := s.Passkeys.web.ValidateDiscoverableLogin(func(_, handle []byte) (webauthn.User, error) {
		a, err := s.Store.Account(ctx, string(handle))
		if err == nil && !a.DisabledAt.IsZero() {
			err = errors.New("the account is closed")
		}
		if err != nil {
			return nil, err
		}
		found, factors, err = s.holder(ctx, a)
		return found, err
	}, data, parsed)
	if err != nil {
		return SignedIn{}, s.badKey(ctx, b.Client)
	}
	if err := s.used(ctx, c, factors); err != nil {
		return SignedIn{}, err
	}
	return s.openSession(ctx, found.a, WayPasskey, "", b)
}

func (s *Service) badKey(ctx context.Context, client string) error {
	if err := s.wrong(ctx, client); err != nil {
		return err
	}
	return errBadKey()
}

// useKey checks an answer of one of the account's own keys.
func (s *Service) useKey(ctx context.Context, a ronda.Account, ticket string, answer []byte, client string) error {
	if s.Passkeys == nil {
		return errNoKeys()
	}
	data, err := s.asked(ctx, ticket, linkUseKey, a.ID)
	if err != nil {
		return err
	}
	h, factors, err := s.holder(ctx, a)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return s.badKey(ctx, client)
	}
	c, err := s.Passkeys.web.ValidateLogin(h, data, parsed)
	if err != nil {
		return s.badKey(ctx, client)
	}
	return s.used(ctx, c, factors)
}

// used saves the key's new counter. A counter that went back may mean a copy of the key.
func (s *Service) used(ctx context.Context, c *webauthn.Credential, factors []ronda.Factor) error {
	if c.Authenticator.CloneWarning {
		return ronda.Errorf(ronda.Forbidden, "account.passkey_copied", "")
	}
	doc, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write passkey: %w", err)
	}
	for _, f := range factors {
		if string(f.Credential) == string(c.ID) {
			return s.Factors.TouchFactor(ctx, f.ID, string(doc), s.now())
		}
	}
	return errBadKey()
}

// SecondKey takes the second step of a sign-in with a passkey.
func (s *Service) SecondKey(ctx context.Context, plain, ticket string, answer []byte, b Browser) (SignedIn, error) {
	info, a, err := s.waiting(ctx, plain)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.useKey(ctx, a, ticket, answer, b.Client); err != nil {
		return SignedIn{}, err
	}
	way := WayTwo
	if info.Way == WayInstitution {
		way = WayInstitution
	}
	b.Old = plain
	return s.openSession(ctx, a, way, "", b)
}

// ProveKey proves with a passkey that the holder is there.
func (s *Service) ProveKey(ctx context.Context, info ronda.SessionInfo, a ronda.Account, ticket string, answer []byte, client string) error {
	if err := s.useKey(ctx, a, ticket, answer, client); err != nil {
		return err
	}
	return s.Doors.ProveSession(ctx, info.ID, s.now())
}
