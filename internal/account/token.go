package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ronda"
)

// Scopes lists what a token of this account can be bound to: the doors of the API that its roles open. No scope is a right: the table decides.
func Scopes(a ronda.Actor) []string {
	var out []string
	add := func(scope string, ok bool) {
		if ok && !slices.Contains(out, scope) {
			out = append(out, scope)
		}
	}
	for _, p := range ronda.Permissions() {
		for _, r := range p.Roles {
			add(string(p.Action), a.Has(r) && (p.Action == ronda.ReadCase || p.Action == ronda.AnswerNotice || p.Action == ronda.LogOutside))
		}
	}
	add(string(ronda.SubmitStatement), a.Has(ronda.RoleLiaison))
	add("report.submit", !a.Has(ronda.RoleAdmin))
	return out
}

// MayHaveTokens tells whether the API has anything for an account beyond what everyone may do.
func MayHaveTokens(a ronda.Actor) bool { return len(Scopes(a)) > 0 }

// The beginnings of tokens. One can see that a token is for practice, but what it may do is read from the store.
const (
	tokenPrefix   = "rt_"
	sandboxPrefix = "rt_sandbox_"
)

// NewToken makes an API token for an account. The secret is shown once. A token can do at most what its account can; scopes narrow that.
func (s *Service) NewToken(ctx context.Context, account, name string, scopes []string, life time.Duration) (string, ronda.TokenInfo, error) {
	return s.newToken(ctx, ronda.TokenInfo{Account: account, Name: name, Scopes: scopes}, life)
}

// NewSandboxToken makes a token with which a program can practise: it reaches the sandbox and nothing real.
func (s *Service) NewSandboxToken(ctx context.Context, account, name string, scopes []string, life time.Duration) (string, ronda.TokenInfo, error) {
	return s.newToken(ctx, ronda.TokenInfo{Account: account, Name: name, Scopes: scopes, Sandbox: true}, life)
}

func (s *Service) newToken(ctx context.Context, t ronda.TokenInfo, life time.Duration) (string, ronda.TokenInfo, error) {
	t.Name = strings.TrimSpace(t.Name)
	if n := len([]rune(t.Name)); n < 2 || n > 100 {
		return "", ronda.TokenInfo{}, ronda.Errorf(ronda.Invalid, "account.token_name", "name")
	}
	if life <= 0 || life > TokenMax {
		return "", ronda.TokenInfo{}, ronda.Errorf(ronda.Invalid, "account.token_life", "days")
	}
	prefix := tokenPrefix
	if t.Sandbox {
		prefix = sandboxPrefix
	}
	plain, hash := secret(prefix)
	now := s.now()
	t.ID, t.CreatedAt, t.ExpiresAt = s.IDs.New(now), now, now.Add(life)
	if err := s.Doors.CreateToken(ctx, hash, t); err != nil {
		return "", t, fmt.Errorf("create token: %w", err)
	}
	return plain, t, nil
}

// MakeToken is NewToken on a person's own page: bound to scopes of their roles, and noted for the auditors. With sandbox, which is for liaisons, the
// token is for practice.
func (s *Service) MakeToken(ctx context.Context, a ronda.Account, name string, scopes []string, life time.Duration, sandbox bool) (string, error) {
	if sandbox && !a.Actor.Has(ronda.RoleLiaison) {
		return "", ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	if len(scopes) == 0 {
		return "", ronda.Errorf(ronda.Invalid, "account.token_scope", "scopes")
	}
	for _, x := range scopes {
		if !slices.Contains(Scopes(a.Actor), x) {
			return "", ronda.Errorf(ronda.Invalid, "account.token_scope", "scopes")
		}
	}
	plain, t, err := s.newToken(ctx, ronda.TokenInfo{Account: a.ID, Name: name, Scopes: scopes, Sandbox: sandbox}, life)
	if err != nil {
		return "", err
	}
	return plain, s.note(ctx, ronda.NoteAccount(ronda.AccountTokenMade, a.Actor, a.ID, s.now(), "token", t.ID, "scopes", strings.Join(scopes, " ")))
}

// Token says who is behind an API token.
func (s *Service) Token(ctx context.Context, plain string) (ronda.Actor, error) {
	refuse := ronda.Errorf(ronda.Forbidden, "account.token_unknown", "Authorization")
	if !strings.HasPrefix(plain, tokenPrefix) || len(plain) > 100 {
		return ronda.Actor{}, refuse
	}
	t, a, err := s.Doors.TokenByHash(ctx, hashOf(plain))
	if ronda.KindOf(err) == ronda.NotFound {
		return ronda.Actor{}, refuse
	}
	if err != nil {
		return ronda.Actor{}, fmt.Errorf("find token: %w", err)
	}
	now := s.now()
	if now.After(t.ExpiresAt) || !t.RevokedAt.IsZero() || !a.DisabledAt.IsZero() {
		return ronda.Actor{}, refuse
	}
	if now.Sub(t.LastUsed) > 5*time.Minute {
		if err := s.Doors.TouchToken(ctx, t.ID, now); err != nil {
			return ronda.Actor{}, fmt.Errorf("touch token: %w", err)
		}
	}
	actor := a.Actor
	actor.Scopes, actor.Sandbox = t.Scopes, t.Sandbox
	return actor, nil
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
		if t.ID != id {
			continue
		}
		if err := s.Doors.RevokeToken(ctx, id, s.now()); err != nil {
			return err
		}
		return s.note(ctx, ronda.AccountEvent{Kind: ronda.AccountTokenRevoked, Account: account, Actor: account, At: s.now(), Data: map[string]string{"token": id}})
	}
	return ronda.Errorf(ronda.NotFound, "token.not_found", "")
}

// note adds events that change nothing else.
func (s *Service) note(ctx context.Context, events ...ronda.AccountEvent) error {
	if s.Change == nil {
		return nil // a rig of tests without a desk for auditors
	}
	return s.Change.SaveAccountChange(ctx, ronda.AccountChange{Events: events, At: s.now()})
}
