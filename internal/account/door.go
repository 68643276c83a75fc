package account

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"ronda"
)

// burn is compared with when there is no such account, so that the time of an answer does not tell whether a login exists.
var burn = sync.OnceValue(func() string { return HashPassword("a password that nobody has") })

// Ways of signing in, as a session remembers them.
const (
	WayPassword    = "password"
	WayTwo         = "two" // password, and a second factor
	WayPasskey     = "passkey"
	WayInstitution = "institution"
	// The institution has asked for a second factor itself.
	WayInstitutionTwo = "institution_two"
)

// stageSecond is the stage of a session that waits for its second factor. It opens nothing else.
const stageSecond = "second"

// SecondLife is how long a right password waits for the second factor; ProofLife how long a proof counts as fresh.
const (
	SecondLife = 10 * time.Minute
	ProofLife  = 10 * time.Minute
)

// Browser is where a request comes from.
type Browser struct {
	Client string // network address
	Agent  string
	Known  string // mark of a browser that this account has signed in with before; "" for none
	Old    string // secret of the session that the browser held until now: it ends, and is never taken over
}

// SignedIn is what a sign-in gives.
type SignedIn struct {
	Secret  string // of the new session, for the cookie
	Account ronda.Account
	Second  bool // the session waits for the second factor
}

// SignIn checks login and password. Wrong tries are limited per account, per client and counted in all; the answer never says which of the two was
// wrong. Guesses from elsewhere do not shut out a browser that the account has signed in with before.
func (s *Service) SignIn(ctx context.Context, login, password string, b Browser) (SignedIn, error) {
	login = FoldLogin(login)
	thing := login + "\x00" + b.Known
	if err := s.try(ctx, "login", thing, b.Client); err != nil {
		return SignedIn{}, err
	}
	a, hash, err := s.Store.AccountByLogin(ctx, login)
	known := err == nil
	if err != nil {
		if ronda.KindOf(err) != ronda.NotFound {
			return SignedIn{}, fmt.Errorf("find account: %w", err)
		}
		hash = burn()
	}
	if !strings.HasPrefix(hash, "$") { // no password: the same time all the same
		known, hash = false, burn()
	}
	done, err := s.hashing(ctx)
	if err != nil {
		return SignedIn{}, err
	}
	ok := MatchPassword(hash, password)
	done()
	if !ok || !known || !a.DisabledAt.IsZero() {
		if err := s.wrong(ctx, b.Client); err != nil {
			return SignedIn{}, err
		}
		return SignedIn{}, ronda.Errorf(ronda.Invalid, "account.signin_wrong", "password")
	}
	if err := s.right(ctx, "login", thing); err != nil {
		return SignedIn{}, err
	}
	return s.openOrAsk(ctx, a, WayPassword, b)
}

// openOrAsk opens a session, or one that waits for the second factor where the account has any.
func (s *Service) openOrAsk(ctx context.Context, a ronda.Account, way string, b Browser) (SignedIn, error) {
	factors, err := s.Factors.Factors(ctx, a.ID)
	if err != nil {
		return SignedIn{}, fmt.Errorf("list second factors: %w", err)
	}
	stage := ""
	if len(factors) > 0 {
		stage = stageSecond
	}
	return s.openSession(ctx, a, way, stage, b)
}

// openSession makes a session with a secret of its own. What the browser held before ends, so that a planted cookie is worth nothing.
func (s *Service) openSession(ctx context.Context, a ronda.Account, way, stage string, b Browser) (SignedIn, error) {
	if b.Old != "" {
		if info, _, err := s.Doors.Session(ctx, hashOf(b.Old)); err == nil {
			if err := s.Doors.EndSession(ctx, info.ID); err != nil {
				return SignedIn{}, fmt.Errorf("end former session: %w", err)
			}
		}
	}
	plain, h := secret("rs_")
	now := s.now()
	info := ronda.SessionInfo{ID: s.IDs.New(now), Account: a.ID, CreatedAt: now, LastSeen: now, ExpiresAt: now.Add(SessionMax), Agent: browserName(b.Agent),
		Place: placeOf(b.Client), Stage: stage, Way: way, ProvedAt: now}
	if stage == stageSecond {
		info.ExpiresAt, info.ProvedAt = now.Add(SecondLife), time.Time{}
	}
	if err := s.Doors.CreateSession(ctx, h, info); err != nil {
		return SignedIn{}, fmt.Errorf("open session: %w", err)
	}
	return SignedIn{Secret: plain, Account: a, Second: stage == stageSecond}, nil
}

// waiting finds the session that waits for its second factor.
func (s *Service) waiting(ctx context.Context, plain string) (ronda.SessionInfo, ronda.Account, error) {
	over := ronda.Errorf(ronda.Forbidden, "account.session_over", "")
	if !strings.HasPrefix(plain, "rs_") || len(plain) > 100 {
		return ronda.SessionInfo{}, ronda.Account{}, over
	}
	info, a, err := s.Doors.Session(ctx, hashOf(plain))
	if ronda.KindOf(err) == ronda.NotFound || err == nil && (info.Stage != stageSecond || s.now().After(info.ExpiresAt) || !a.DisabledAt.IsZero()) {
		return info, a, over
	}
	if err != nil {
		return info, a, fmt.Errorf("find session: %w", err)
	}
	return info, a, nil
}

// Second takes the second step of a sign-in: a code of the app, or a recovery code.
func (s *Service) Second(ctx context.Context, plain, code string, b Browser) (SignedIn, error) {
	info, a, err := s.waiting(ctx, plain)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.checkCode(ctx, a, code, b.Client, true); err != nil {
		return SignedIn{}, err
	}
	way := WayTwo
	if info.Way == WayInstitution {
		way = WayInstitution
	}
	b.Old = plain
	return s.openSession(ctx, a, way, "", b)
}

// Waits tells whose second factor a session waits for, and what kinds there are.
func (s *Service) Waits(ctx context.Context, plain string) (ronda.Account, []ronda.Factor, error) {
	_, a, err := s.waiting(ctx, plain)
	if err != nil {
		return a, nil, err
	}
	f, err := s.Factors.Factors(ctx, a.ID)
	return a, f, err
}

// Session says who is behind a session's secret. A session that was idle for a shift, or is too old, is over; one that waits for the second factor
// is Forbidden "account.second_missing".
func (s *Service) Session(ctx context.Context, plain, client string) (ronda.SessionInfo, ronda.Account, error) {
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
	switch {
	case now.After(info.ExpiresAt) || now.Sub(info.LastSeen) > SessionIdle || !a.DisabledAt.IsZero():
		return info, a, ronda.Errorf(ronda.Forbidden, "account.session_over", "")
	case info.Stage == stageSecond:
		return info, a, ronda.Errorf(ronda.Forbidden, "account.second_missing", "")
	}
	if now.Sub(info.LastSeen) > 5*time.Minute {
		if err := s.Doors.TouchSession(ctx, info.ID, now, info.ExpiresAt, placeOf(client)); err != nil {
			return info, a, fmt.Errorf("touch session: %w", err)
		}
	}
	return info, a, nil
}

// MustSetUp tells whether the account may do nothing before it has a second factor.
func (s *Service) MustSetUp(info ronda.SessionInfo, a ronda.Account) bool {
	return !info.HasFactor && info.Way != WayInstitutionTwo && ronda.NeedsFactor(a.Actor, s.RequireFactor)
}

// Fresh tells whether the holder has proved to be there a short while ago.
func (s *Service) Fresh(info ronda.SessionInfo) bool {
	return !info.ProvedAt.IsZero() && s.now().Sub(info.ProvedAt) <= ProofLife
}

// Prove takes password or code again, before something that a borrowed browser must not do.
func (s *Service) Prove(ctx context.Context, info ronda.SessionInfo, a ronda.Account, password, code, client string) error {
	if code != "" {
		if err := s.checkCode(ctx, a, code, client, false); err != nil {
			return err
		}
		return s.Doors.ProveSession(ctx, info.ID, s.now())
	}
	if err := s.checkPassword(ctx, a, password, client); err != nil {
		return err
	}
	return s.Doors.ProveSession(ctx, info.ID, s.now())
}

// checkPassword compares an account's own password, with limits.
func (s *Service) checkPassword(ctx context.Context, a ronda.Account, password, client string) error {
	if err := s.try(ctx, "prove", a.ID, client); err != nil {
		return err
	}
	_, hash, err := s.Store.AccountByLogin(ctx, a.Login)
	if err != nil {
		return fmt.Errorf("find account: %w", err)
	}
	done, err := s.hashing(ctx)
	if err != nil {
		return err
	}
	ok := MatchPassword(hash, password)
	done()
	if !ok {
		return ronda.Errorf(ronda.Invalid, "account.password_wrong", "current")
	}
	return s.right(ctx, "prove", a.ID)
}

// SignOut ends a session.
func (s *Service) SignOut(ctx context.Context, session string) error {
	return s.Doors.EndSession(ctx, session)
}

// Sessions lists where an account is signed in.
func (s *Service) Sessions(ctx context.Context, account string) ([]ronda.SessionInfo, error) {
	all, err := s.Doors.Sessions(ctx, account)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	out := all[:0]
	for _, x := range all {
		if s.now().Sub(x.LastSeen) <= SessionIdle {
			out = append(out, x)
		}
	}
	return out, nil
}

// EndSession ends one of an account's own sessions.
func (s *Service) EndSession(ctx context.Context, account, id string) error {
	all, err := s.Doors.Sessions(ctx, account)
	if err != nil {
		return fmt.Errorf("list sessions: %w", err)
	}
	for _, x := range all {
		if x.ID == id {
			return s.Doors.EndSession(ctx, id)
		}
	}
	return ronda.Errorf(ronda.NotFound, "session.not_found", "")
}

// EndOthers ends all of an account's sessions but one.
func (s *Service) EndOthers(ctx context.Context, account, keep string) error {
	return s.Change.SaveAccountChange(ctx, ronda.AccountChange{EndSessions: account, KeepSession: keep, At: s.now()})
}

// browserName keeps the browser and the system of a browser's name, enough to recognise it in the list of sessions.
func browserName(agent string) string {
	find := func(names ...string) string {
		for i := 0; i+1 < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return ""
	}
	name := find("Edg/", "Edge", "OPR/", "Opera", "SamsungBrowser/", "Samsung Internet", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl")
	system := find("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	return strings.Trim(name+" · "+system, " ·")
}

// placeOf keeps the network of an address: enough to see that it was somewhere else, not enough to name a device.
func placeOf(client string) string {
	addr, err := netip.ParseAddr(client)
	if err != nil {
		return ""
	}
	bits := 16
	if addr.Is6() {
		bits = 32
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}
