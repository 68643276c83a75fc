// Package account knows people and programs: it creates them, signs them in and says who is behind a session or a token. What they may do is
// decided elsewhere, in one place: ronda.Can.
package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"ronda"
)

// Store is what account needs of the database. Secrets arrive as SHA-256 hashes: nothing that opens a door is stored.
type Store interface {
	SaveAccount(ctx context.Context, a ronda.Account, passwordHash string) error
	AccountByLogin(ctx context.Context, login string) (ronda.Account, string, error)
	Account(ctx context.Context, id string) (ronda.Account, error)
	Accounts(ctx context.Context, f ronda.AccountFilter) ([]ronda.Account, error)
	SetPassword(ctx context.Context, account, passwordHash string) error
	Disable(ctx context.Context, account string, at time.Time) error
	SaveOrganisation(ctx context.Context, o ronda.Organisation) error
	Organisations(ctx context.Context) ([]ronda.Organisation, error)
}

// Doors is what account needs to store of sessions, tokens and one-time links.
type Doors interface {
	CreateSession(ctx context.Context, hash []byte, s ronda.SessionInfo) error
	Session(ctx context.Context, hash []byte) (ronda.SessionInfo, ronda.Account, error)
	TouchSession(ctx context.Context, id string, seen, expires time.Time) error
	EndSession(ctx context.Context, id string) error
	CreateToken(ctx context.Context, hash []byte, t ronda.TokenInfo) error
	TokenByHash(ctx context.Context, hash []byte) (ronda.TokenInfo, ronda.Account, error)
	Tokens(ctx context.Context, account string) ([]ronda.TokenInfo, error)
	RevokeToken(ctx context.Context, id string, at time.Time) error
	CreateLink(ctx context.Context, hash []byte, kind, account, data string, expires time.Time) error
	UseLink(ctx context.Context, hash []byte, now time.Time) (ronda.OnceLink, error)
}

// Throttle limits guesses.
type Throttle interface {
	Allow(ctx context.Context, budget, key string, n int) error
}

// Service manages accounts and doors.
type Service struct {
	Pack     *ronda.Pack
	Store    Store
	Doors    Doors
	Throttle Throttle
	Now      func() time.Time
	IDs      ronda.IDs
}

// Lifetimes of doors.
const (
	SessionIdle = 12 * time.Hour     // a shift
	SessionMax  = 7 * 24 * time.Hour // then sign in again
	LinkLife    = 48 * time.Hour     // invitation and set-up links
	TokenMax    = 366 * 24 * time.Hour
)

// secret makes a random secret with a prefix that scanners of leaked secrets can find, and its hash.
func secret(prefix string) (plain string, hash []byte) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		panic(fmt.Sprintf("read randomness: %v", err))
	}
	plain = prefix + base64.RawURLEncoding.EncodeToString(b)
	return plain, hashOf(plain)
}

func hashOf(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

// FoldLogin is the one form of a login: no blanks around it, lower case.
func FoldLogin(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

// Create makes an account. The mandate must make sense: an office of the pack, a platform of the pack, known roles.
func (s *Service) Create(ctx context.Context, login, name, password string, mandate ronda.Actor) (ronda.Account, error) {
	login = FoldLogin(login)
	if err := s.checkMandate(login, name, mandate); err != nil {
		return ronda.Account{}, err
	}
	hash := "!" // no password matches: the account waits for its link
	if password != "" {
		if err := CheckPassword(password, login); err != nil {
			return ronda.Account{}, err
		}
		hash = HashPassword(password)
	}
	now := s.now()
	a := ronda.Account{ID: s.IDs.New(now), Login: login, Name: strings.TrimSpace(name), Actor: mandate, CreatedAt: now, Lang: s.Pack.Languages[0]}
	a.Actor.Account, a.Actor.Name = a.ID, a.Name
	if err := s.Store.SaveAccount(ctx, a, hash); err != nil {
		return ronda.Account{}, fmt.Errorf("save account: %w", err)
	}
	return a, nil
}

func (s *Service) checkMandate(login, name string, m ronda.Actor) error {
	var f []*ronda.Error
	add := func(field, code string) { f = append(f, ronda.Errorf(ronda.Invalid, code, field)) }
	if addr, err := mail.ParseAddress(login); len(login) > 200 || (err != nil || addr.Address != login) && strings.ContainsAny(login, " \t\n\"<>") || len(login) < 3 {
		add("login", "account.login_form")
	}
	if n := len([]rune(strings.TrimSpace(name))); n < 2 || n > 200 {
		add("name", "account.name_missing")
	}
	if len(m.Roles) == 0 {
		add("roles", "account.role_missing")
	}
	for _, r := range m.Roles {
		if !slices.Contains(ronda.Roles(), r) {
			add("roles", "account.role_unknown")
		}
	}
	if m.Office != "" {
		if o, ok := s.Pack.Office(m.Office); !ok || o.Authority != m.Org {
			add("office", "account.office_unknown")
		}
	}
	if _, ok := s.Pack.Platform(m.Platform); m.Platform != "" && !ok {
		add("platform", "account.platform_unknown")
	}
	decides := m.Has(ronda.RoleOfficer) || m.Has(ronda.RoleLead) || m.Has(ronda.RoleContact)
	if decides && m.Office == "" {
		add("office", "account.office_missing")
	}
	if m.Has(ronda.RoleLiaison) && m.Platform == "" {
		add("platform", "account.platform_missing")
	}
	// Who creates accounts sees no case content; who audits changes nothing.
	if (m.Has(ronda.RoleAdmin) || m.Has(ronda.RoleAuditor)) && len(m.Roles) > 1 {
		add("roles", "account.roles_exclude")
	}
	if len(f) > 0 {
		return &ronda.Error{Kind: ronda.Invalid, Code: "account.invalid", Fields: f}
	}
	return nil
}

// Invite makes a one-time link with which the holder of an account sets a password. The secret is shown once.
func (s *Service) Invite(ctx context.Context, accountID string) (string, error) {
	return s.link(ctx, "invite", accountID)
}

func (s *Service) link(ctx context.Context, kind, account string) (string, error) {
	plain, hash := secret("rl_")
	if err := s.Doors.CreateLink(ctx, hash, kind, account, "", s.now().Add(LinkLife)); err != nil {
		return "", fmt.Errorf("create link: %w", err)
	}
	return plain, nil
}

// SetupLink makes the link with which the first administrator is created, if there is no account yet.
func (s *Service) SetupLink(ctx context.Context) (string, error) {
	all, err := s.Store.Accounts(ctx, ronda.AccountFilter{})
	if err != nil {
		return "", fmt.Errorf("list accounts: %w", err)
	}
	if len(all) > 0 {
		return "", nil
	}
	return s.link(ctx, "setup", "")
}

// Accept uses a link: it sets the password of the invited account, or creates the first administrator. The link works once.
func (s *Service) Accept(ctx context.Context, link, login, name, password string) (ronda.Account, error) {
	if err := CheckPassword(password, FoldLogin(login)); err != nil {
		return ronda.Account{}, err
	}
	used, err := s.Doors.UseLink(ctx, hashOf(link), s.now())
	if err != nil {
		return ronda.Account{}, ronda.Errorf(ronda.NotFound, "account.link_used", "")
	}
	if used.Kind == "setup" {
		return s.Create(ctx, login, name, password, ronda.Actor{Org: "operator", Roles: []ronda.Role{ronda.RoleAdmin}})
	}
	a, err := s.Store.Account(ctx, used.Account)
	if err != nil {
		return a, err
	}
	return a, s.Store.SetPassword(ctx, a.ID, HashPassword(password))
}

// All lists every account, newest last.
func (s *Service) All(ctx context.Context) ([]ronda.Account, error) {
	return s.Store.Accounts(ctx, ronda.AccountFilter{})
}

// Names maps account ids to names, for colleagues' eyes.
func (s *Service) Names(ctx context.Context) (map[string]string, error) {
	all, err := s.Store.Accounts(ctx, ronda.AccountFilter{})
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	names := make(map[string]string, len(all))
	for _, a := range all {
		names[a.ID] = a.Name
	}
	return names, nil
}

// Disable closes an account and all its doors.
func (s *Service) Disable(ctx context.Context, id string) error {
	return s.Store.Disable(ctx, id, s.now())
}

// Tokens lists the API tokens of an account.
func (s *Service) Tokens(ctx context.Context, account string) ([]ronda.TokenInfo, error) {
	return s.Doors.Tokens(ctx, account)
}

// RevokeToken ends one of an account's own tokens.
func (s *Service) RevokeToken(ctx context.Context, account, id string) error {
	tokens, err := s.Doors.Tokens(ctx, account)
	if err != nil {
		return fmt.Errorf("list tokens: %w", err)
	}
	for _, t := range tokens {
		if t.ID == id {
			return s.Doors.RevokeToken(ctx, id, s.now())
		}
	}
	return ronda.Errorf(ronda.NotFound, "token.not_found", "")
}
