// Package account knows people and programs: it creates them, signs them in and says who is behind a session or a token. What they may do is
// decided elsewhere, in one place: ronda.Can.
package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"ronda"
)

// Store is what account needs of the database. Secrets arrive as SHA-256 hashes: nothing that opens a door is stored.
type Store interface {
	SaveAccount(ctx context.Context, a ronda.Account, passwordHash string) error
	AccountByLogin(ctx context.Context, login string) (ronda.Account, string, error)
	Account(ctx context.Context, id string) (ronda.Account, error)
	Accounts(ctx context.Context, f ronda.AccountFilter) ([]ronda.Account, error)
	SaveOrganisation(ctx context.Context, o ronda.Organisation) error
	Organisations(ctx context.Context) ([]ronda.Organisation, error)
}

// Doors is what account needs to store of sessions, tokens and one-time links.
type Doors interface {
	CreateSession(ctx context.Context, hash []byte, s ronda.SessionInfo) error
	Session(ctx context.Context, hash []byte) (ronda.SessionInfo, ronda.Account, error)
	Sessions(ctx context.Context, account string) ([]ronda.SessionInfo, error)
	TouchSession(ctx context.Context, id string, seen, expires time.Time, place string) error
	ProveSession(ctx context.Context, id string, at time.Time) error
	EndSession(ctx context.Context, id string) error
	CreateToken(ctx context.Context, hash []byte, t ronda.TokenInfo) error
	TokenByHash(ctx context.Context, hash []byte) (ronda.TokenInfo, ronda.Account, error)
	Tokens(ctx context.Context, account string) ([]ronda.TokenInfo, error)
	TouchToken(ctx context.Context, id string, at time.Time) error
	RevokeToken(ctx context.Context, id string, at time.Time) error
	CreateLink(ctx context.Context, hash []byte, kind, account, data string, expires time.Time) error
	Link(ctx context.Context, hash []byte, now time.Time) (ronda.OnceLink, error)
	UseLink(ctx context.Context, hash []byte, now time.Time) (ronda.OnceLink, error)
}

// Change saves what a command did, with its events, in one transaction.
type Change interface {
	SaveAccountChange(ctx context.Context, c ronda.AccountChange) error
	Grant(ctx context.Context, id string) (ronda.Grant, []byte, error)
	Grants(ctx context.Context, state ronda.GrantState, limit int) ([]ronda.Grant, error)
	Meta(ctx context.Context, name string) (string, error)
	ClaimMeta(ctx context.Context, name, value string) (string, error)
}

// Factors keeps second factors, recovery codes and what institutions call our accounts.
type Factors interface {
	Factors(ctx context.Context, account string) ([]ronda.Factor, error)
	FactorAccounts(ctx context.Context) (map[string]bool, error)
	UseStep(ctx context.Context, id string, step int64, at time.Time) (bool, error)
	TouchFactor(ctx context.Context, id, data string, at time.Time) error
	UseRecoveryCode(ctx context.Context, account string, hash []byte, e ronda.AccountEvent) (bool, error)
	RecoveryCodesLeft(ctx context.Context, account string) (int, error)
	IdentityAccount(ctx context.Context, issuer, subject string) (string, error)
	IdentityOf(ctx context.Context, issuer, account string) (string, error)
}

// Guesses counts wrong tries.
type Guesses interface {
	RecordMiss(ctx context.Context, key string, now time.Time, window time.Duration) (int, error)
	Misses(ctx context.Context, key string, now time.Time, window time.Duration) (int, error)
	ClearMisses(ctx context.Context, key string) error
}

// Keys seals with keys outside the database.
type Keys interface {
	Seal(purpose string, plain []byte) ([]byte, error)
	Unseal(purpose string, sealed []byte) ([]byte, error)
	Fingerprint(purpose string, data []byte) []byte
}

// Throttle limits what one client may ask for.
type Throttle interface {
	Allow(ctx context.Context, budget, key string, n int) error
}

// Service manages accounts and doors.
type Service struct {
	Pack          *ronda.Pack
	Store         Store
	Doors         Doors
	Change        Change
	Factors       Factors
	Guesses       Guesses
	Keys          Keys
	Throttle      Throttle
	Now           func() time.Time
	RealNow       func() time.Time // optional: the time of people's apps, where Now is a demonstration's
	IDs           ronda.IDs
	RequireFactor bool          // whoever decides, or manages accounts, must have a second factor
	Passkeys      *Passkeys     // optional
	Institutions  *Institutions // optional
	Log           *slog.Logger  // optional

	slotsOnce sync.Once
	slots     chan struct{} // one place for each password that is being hashed
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

// Create makes an account on the machine's own authority: the first set-up, a demonstration, a rescue from the command line. People propose
// accounts instead, because a deciding role takes two of them.
func (s *Service) Create(ctx context.Context, login, name, password string, mandate ronda.Actor) (ronda.Account, error) {
	login = FoldLogin(login)
	if err := s.checkMandate(login, name, mandate); err != nil {
		return ronda.Account{}, err
	}
	hash := waits
	if password != "" {
		if err := CheckPassword(password, login); err != nil {
			return ronda.Account{}, err
		}
		hash = HashPassword(password)
	}
	a := s.newAccount(login, name, mandate)
	err := s.Change.SaveAccountChange(ctx, ronda.AccountChange{Account: &a, Password: hash, At: a.CreatedAt,
		Events: []ronda.AccountEvent{ronda.NoteAccount(ronda.AccountCreated, ronda.Machine(), a.ID, a.CreatedAt, rolesData(mandate)...)}})
	if err != nil {
		return ronda.Account{}, fmt.Errorf("save account: %w", err)
	}
	return a, nil
}

// Stored instead of a password's hash: waits for an account that nobody has opened yet, opened for one that signs in without a password.
const (
	waits  = "!"
	opened = "-"
)

func (s *Service) newAccount(login, name string, mandate ronda.Actor) ronda.Account {
	now := s.now()
	a := ronda.Account{ID: s.IDs.New(now), Login: login, Name: strings.TrimSpace(name), Actor: mandate, CreatedAt: now, Lang: s.Pack.Languages[0]}
	a.Actor.Account, a.Actor.Name = a.ID, a.Name
	return a
}

func rolesData(m ronda.Actor) []string {
	var roles []string
	for _, r := range m.Roles {
		roles = append(roles, string(r))
	}
	out := []string{"roles", strings.Join(roles, " ")}
	if m.Office != "" {
		out = append(out, "office", m.Office)
	}
	return out
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

// SetupLink makes the link with which the first administrator is created, if there is no account yet.
func (s *Service) SetupLink(ctx context.Context) (string, error) {
	all, err := s.Store.Accounts(ctx, ronda.AccountFilter{})
	if err != nil {
		return "", fmt.Errorf("list accounts: %w", err)
	}
	if len(all) > 0 {
		return "", nil
	}
	plain, hash := secret("rl_")
	if err := s.Doors.CreateLink(ctx, hash, linkSetup, "", "", s.now().Add(LinkLife)); err != nil {
		return "", fmt.Errorf("create link: %w", err)
	}
	return plain, nil
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
