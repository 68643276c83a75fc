package account

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"ronda"
)

// burn is compared with when there is no such account, so that the time of an answer does not tell whether a login exists.
var burn = sync.OnceValue(func() string { return HashPassword("a password that nobody has") })

// SignIn checks login and password and opens a session. Wrong tries are limited per login, per client and in all; the answer never says which of
// the two was wrong.
func (s *Service) SignIn(ctx context.Context, login, password, client, agent string) (secretCookie string, a ronda.Account, err error) {
	login = FoldLogin(login)
	for _, key := range []string{"login:" + login, "client:" + client} {
		if err := s.Throttle.Allow(ctx, "signin", key, 0); err != nil {
			return "", a, err
		}
	}
	a, hash, err := s.Store.AccountByLogin(ctx, login)
	known := err == nil
	if err != nil {
		if ronda.KindOf(err) != ronda.NotFound {
			return "", a, fmt.Errorf("find account: %w", err)
		}
		hash = burn()
	}
	if ok := MatchPassword(hash, password); !ok || !known || !a.DisabledAt.IsZero() {
		for _, key := range []string{"login:" + login, "client:" + client} {
			if err := s.Throttle.Allow(ctx, "signin", key, 1); err != nil {
				return "", ronda.Account{}, err
			}
		}
		return "", ronda.Account{}, ronda.Errorf(ronda.Invalid, "account.signin_wrong", "password")
	}
	plain, h := secret("rs_")
	now := s.now()
	info := ronda.SessionInfo{ID: s.IDs.New(now), Account: a.ID, CreatedAt: now, LastSeen: now, ExpiresAt: now.Add(SessionMax), Agent: shorten(agent)}
	if err := s.Doors.CreateSession(ctx, h, info); err != nil {
		return "", a, fmt.Errorf("open session: %w", err)
	}
	return plain, a, nil
}

// Session says who is behind a session's secret. A session that was idle for a shift, or is too old, is over.
func (s *Service) Session(ctx context.Context, plain string) (ronda.SessionInfo, ronda.Account, error) {
	if !strings.HasPrefix(plain, "rs_") || len(plain) > 100 {
		return ronda.SessionInfo{}, ronda.Account{}, ronda.Errorf(ronda.Forbidden, "account.session_over", "")
	}
	info, a, err := s.Doors.Session(ctx, hashOf(plain))
	if ronda.KindOf(err) == ronda.NotFound {
		return info, a, ronda.Errorf(ronda.Forbidden, "account.session_over", "")
	}
	if err != nil {
		return info, a, fmt.Errorf("find session: %w", err)
	}
	now := s.now()
	if now.After(info.ExpiresAt) || now.Sub(info.LastSeen) > SessionIdle || !a.DisabledAt.IsZero() {
		return info, a, ronda.Errorf(ronda.Forbidden, "account.session_over", "")
	}
	if now.Sub(info.LastSeen) > 5*time.Minute {
		if err := s.Doors.TouchSession(ctx, info.ID, now, info.ExpiresAt); err != nil {
			return info, a, fmt.Errorf("touch session: %w", err)
		}
	}
	return info, a, nil
}

// SignOut ends a session.
func (s *Service) SignOut(ctx context.Context, session string) error {
	return s.Doors.EndSession(ctx, session)
}

// NewToken makes an API token for an account. The secret is shown once. A token can do at most what its account can; scopes narrow that.
func (s *Service) NewToken(ctx context.Context, account, name string, scopes []string, life time.Duration) (string, ronda.TokenInfo, error) {
	name = strings.TrimSpace(name)
	if n := len([]rune(name)); n < 2 || n > 100 {
		return "", ronda.TokenInfo{}, ronda.Errorf(ronda.Invalid, "account.token_name", "name")
	}
	if life <= 0 || life > TokenMax {
		return "", ronda.TokenInfo{}, ronda.Errorf(ronda.Invalid, "account.token_life", "days")
	}
	plain, hash := secret("rt_")
	now := s.now()
	t := ronda.TokenInfo{ID: s.IDs.New(now), Account: account, Name: name, Scopes: scopes, CreatedAt: now, ExpiresAt: now.Add(life)}
	if err := s.Doors.CreateToken(ctx, hash, t); err != nil {
		return "", t, fmt.Errorf("create token: %w", err)
	}
	return plain, t, nil
}

// Token says who is behind an API token.
func (s *Service) Token(ctx context.Context, plain string) (ronda.Actor, error) {
	refuse := ronda.Errorf(ronda.Forbidden, "account.token_unknown", "Authorization")
	if !strings.HasPrefix(plain, "rt_") || len(plain) > 100 {
		return ronda.Actor{}, refuse
	}
	t, a, err := s.Doors.TokenByHash(ctx, hashOf(plain))
	if ronda.KindOf(err) == ronda.NotFound {
		return ronda.Actor{}, refuse
	}
	if err != nil {
		return ronda.Actor{}, fmt.Errorf("find token: %w", err)
	}
	if s.now().After(t.ExpiresAt) || !t.RevokedAt.IsZero() || !a.DisabledAt.IsZero() {
		return ronda.Actor{}, refuse
	}
	actor := a.Actor
	actor.Scopes = t.Scopes
	return actor, nil
}

// shorten keeps enough of a browser's name to be recognised in the list of sessions.
func shorten(agent string) string {
	if r := []rune(agent); len(r) > 120 {
		return string(r[:120])
	}
	return agent
}
