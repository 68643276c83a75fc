package account

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"ronda"
)

// Kinds of one-time links.
const (
	linkSetup  = "setup"  // makes the first administrator
	linkInvite = "invite" // opens an account; data names the grant, if there was one
)

// foundedMark is the note of the store that administrators have once been able to watch each other.
const foundedMark = "accounts.founded"

// codeLength is the length of the code that the second administrator hands over: 40 random bits, with a limit on tries.
const codeLength = 8

// Proposal is a new account, another mandate, or a way back in.
type Proposal struct {
	Kind    ronda.GrantKind
	Account string // for a change and a recovery
	Login   string // for a new account
	Name    string
	Mandate ronda.Actor // for a new account and a change
}

// Proposed is what an administrator gets to see of it, once.
type Proposed struct {
	Grant ronda.Grant
	Link  string // for the holder of the account; "" for a change
}

// env gathers what the rule needs to know.
func (s *Service) env(ctx context.Context) (ronda.GrantEnv, error) {
	now := s.now()
	env := ronda.GrantEnv{Now: now, Pack: s.Pack, ID: func() string { return s.IDs.New(now) }}
	all, err := s.Store.Accounts(ctx, ronda.AccountFilter{Enabled: true})
	if err != nil {
		return env, fmt.Errorf("list accounts: %w", err)
	}
	for _, a := range all {
		if a.Actor.Has(ronda.RoleAdmin) && !a.Waiting {
			a.Actor.Account = a.ID
			env.Admins = append(env.Admins, a.Actor)
		}
	}
	mark, err := s.Change.Meta(ctx, foundedMark)
	if err != nil {
		return env, err
	}
	if env.Founded = mark != ""; !env.Founded && ronda.Founded(env.Admins) {
		at := now.Format(time.RFC3339)
		kept, err := s.Change.ClaimMeta(ctx, foundedMark, at)
		if err != nil {
			return env, err
		}
		env.Founded = true
		if kept == at {
			return env, s.note(ctx, ronda.NoteAccount(ronda.AccountFounded, ronda.System(), "", now))
		}
	}
	return env, nil
}

// Founded tells whether administrators watch each other already.
func (s *Service) Founded(ctx context.Context) (bool, error) {
	env, err := s.env(ctx)
	return env.Founded, err
}

// Propose asks for an account or a change. The link of an account that waits for a second administrator opens nothing until then, and afterwards
// only together with the code that the second one hands over: neither of the two can slip into the account alone.
func (s *Service) Propose(ctx context.Context, admin ronda.Actor, p Proposal) (Proposed, error) {
	env, err := s.env(ctx)
	if err != nil {
		return Proposed{}, err
	}
	g := ronda.Grant{Kind: p.Kind, Account: p.Account, Login: FoldLogin(p.Login), Name: strings.TrimSpace(p.Name), Mandate: p.Mandate}
	var subject ronda.Account
	if p.Kind != ronda.GrantCreate {
		if subject, err = s.Store.Account(ctx, p.Account); err != nil {
			return Proposed{}, err
		}
		if !subject.DisabledAt.IsZero() {
			return Proposed{}, ronda.Errorf(ronda.Conflict, "account.is_disabled", "")
		}
		g.Login, g.Name = subject.Login, subject.Name
		if p.Kind == ronda.GrantRecover {
			g.Mandate = subject.Actor
		}
	}
	g.Mandate.Account, g.Mandate.Name, g.Mandate.Scopes, g.Mandate.Demo = g.Account, g.Name, nil, p.Kind != ronda.GrantCreate && subject.Actor.Demo
	if p.Kind != ronda.GrantRecover {
		if err := s.checkMandate(g.Login, g.Name, g.Mandate); err != nil {
			return Proposed{}, err
		}
	}
	if p.Kind == ronda.GrantCreate {
		if err := s.loginFree(ctx, g.Login); err != nil {
			return Proposed{}, err
		}
	}
	g, events, err := ronda.ProposeGrant(admin, g, env)
	if err != nil {
		return Proposed{}, err
	}
	c := ronda.AccountChange{Grant: &g, Events: events, At: env.Now}
	out := Proposed{}
	if g.Kind != ronda.GrantChange {
		plain, hash := secret("rl_")
		c.Link = &ronda.NewLink{Hash: hash, Kind: linkInvite, Account: g.Account, Data: g.ID, ExpiresAt: env.Now.Add(LinkLife)}
		if g.State == ronda.GrantProposed {
			c.Link.ExpiresAt = g.ExpiresAt.Add(LinkLife)
		}
		out.Link = plain
	}
	if g.State == ronda.GrantConfirmed {
		s.carryOut(&g, &c, subject, admin)
	}
	if err := s.Change.SaveAccountChange(ctx, c); err != nil {
		return Proposed{}, fmt.Errorf("save proposal: %w", err)
	}
	out.Grant = g
	return out, nil
}

// loginFree refuses a login that an account has, or that another open proposal has asked for.
func (s *Service) loginFree(ctx context.Context, login string) error {
	taken := ronda.Errorf(ronda.Conflict, "account.login_taken", "login")
	_, _, err := s.Store.AccountByLogin(ctx, login)
	if err == nil {
		return taken
	}
	if ronda.KindOf(err) != ronda.NotFound {
		return fmt.Errorf("find account: %w", err)
	}
	open, err := s.Change.Grants(ctx, ronda.GrantProposed, 1000)
	if err != nil {
		return err
	}
	for _, g := range open {
		if g.Kind == ronda.GrantCreate && g.Login == login && s.now().Before(g.ExpiresAt) {
			return taken
		}
	}
	return nil
}

// carryOut makes of a confirmed grant what it says.
func (s *Service) carryOut(g *ronda.Grant, c *ronda.AccountChange, subject ronda.Account, by ronda.Actor) {
	switch g.Kind {
	case ronda.GrantCreate:
		a := s.newAccount(g.Login, g.Name, g.Mandate)
		g.Account = a.ID
		c.Account, c.Password = &a, waits
		if c.Link != nil {
			c.Link.Account = a.ID
		}
		c.Events = append(c.Events, ronda.NoteAccount(ronda.AccountCreated, by, a.ID, c.At, rolesData(g.Mandate)...))
		for i := range c.Events {
			c.Events[i].Account = a.ID
		}
	case ronda.GrantChange:
		subject.Actor = g.Mandate
		subject.Actor.Account, subject.Actor.Name = subject.ID, subject.Name
		c.Account = &subject
		c.EndSessions, c.EndTokens = subject.ID, subject.ID // what was opened under the former mandate
		c.Events = append(c.Events, ronda.NoteAccount(ronda.AccountChanged, by, subject.ID, c.At, rolesData(g.Mandate)...))
	case ronda.GrantRecover:
		c.Events = append(c.Events, ronda.NoteAccount(ronda.AccountInvited, by, g.Account, c.At))
	}
}

// Confirm is the second administrator's yes. The code goes to the holder of the account by another way than the link; it is shown once. A try
// that the rule forbids is noted for the auditors.
func (s *Service) Confirm(ctx context.Context, admin ronda.Actor, id string) (g ronda.Grant, code string, err error) {
	g, _, err = s.Change.Grant(ctx, id)
	if err != nil {
		return g, "", err
	}
	env, err := s.env(ctx)
	if err != nil {
		return g, "", err
	}
	next, events, err := ronda.ConfirmGrant(admin, g, env)
	if err != nil {
		return g, "", s.refused(ctx, admin, g, err)
	}
	c := ronda.AccountChange{Grant: &next, GrantFrom: g.State, Events: events, At: env.Now}
	var subject ronda.Account
	if g.Kind != ronda.GrantCreate {
		if subject, err = s.Store.Account(ctx, g.Account); err != nil {
			return g, "", err
		}
		if !subject.DisabledAt.IsZero() {
			return g, "", ronda.Errorf(ronda.Conflict, "account.is_disabled", "")
		}
	}
	if g.Kind != ronda.GrantChange {
		code = s.IDs.Code(codeLength)
		c.GrantCode = s.Keys.Fingerprint("grant/"+g.ID, []byte(code))
		code = code[:4] + "-" + code[4:]
	}
	s.carryOut(&next, &c, subject, admin)
	if err := s.Change.SaveAccountChange(ctx, c); err != nil {
		return g, "", fmt.Errorf("save confirmation: %w", err)
	}
	return next, code, nil
}

// refused notes a try that the rule forbids.
func (s *Service) refused(ctx context.Context, admin ronda.Actor, g ronda.Grant, cause error) error {
	if ronda.KindOf(cause) != ronda.Forbidden {
		return cause
	}
	e := ronda.NoteAccount(ronda.AccountTryRefused, admin, g.Account, s.now(), "grant", g.ID, "why", ronda.CodeOf(cause))
	if err := s.note(ctx, e); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}

// Refuse is a no, or the proposer's second thought.
func (s *Service) Refuse(ctx context.Context, admin ronda.Actor, id string) error {
	g, _, err := s.Change.Grant(ctx, id)
	if err != nil {
		return err
	}
	env, err := s.env(ctx)
	if err != nil {
		return err
	}
	next, events, err := ronda.RefuseGrant(admin, g, env)
	if err != nil {
		return err
	}
	return s.Change.SaveAccountChange(ctx, ronda.AccountChange{Grant: &next, GrantFrom: g.State, Events: events, At: env.Now})
}

// Proposals lists what waits for a second administrator. What nobody answered in time is ended on the way.
func (s *Service) Proposals(ctx context.Context) ([]ronda.Grant, error) {
	open, err := s.Change.Grants(ctx, ronda.GrantProposed, 500)
	if err != nil {
		return nil, err
	}
	var out []ronda.Grant
	env := ronda.GrantEnv{Now: s.now(), Pack: s.Pack}
	for _, g := range open {
		next, events, err := ronda.ExpireGrant(g, env)
		if err != nil {
			out = append(out, g)
			continue
		}
		err = s.Change.SaveAccountChange(ctx, ronda.AccountChange{Grant: &next, GrantFrom: g.State, Events: events, At: env.Now})
		if err != nil && ronda.KindOf(err) != ronda.Conflict {
			return nil, fmt.Errorf("end proposal %s: %w", g.ID, err)
		}
	}
	return out, nil
}

// Disable closes an account and all its doors. One administrator is enough: it takes power away and gives none.
func (s *Service) Disable(ctx context.Context, admin ronda.Actor, id string) error {
	if admin.Account != ronda.MachineActor {
		if err := ronda.Can(admin, ronda.ManageAccount, ronda.Case{}, s.Pack); err != nil {
			return err
		}
		if id == admin.Account {
			return ronda.Errorf(ronda.Conflict, "account.self", "")
		}
	}
	return s.Change.SaveAccountChange(ctx, ronda.AccountChange{Disable: id, EndSessions: id, EndTokens: id, At: s.now(),
		Events: []ronda.AccountEvent{ronda.NoteAccount(ronda.AccountDisabled, admin, id, s.now())}})
}

// Rescue is the machine's way back into an account: a link that sets a new password and takes the second factors off. It is noted.
func (s *Service) Rescue(ctx context.Context, id string) (string, error) {
	a, err := s.Store.Account(ctx, id)
	if err != nil {
		return "", err
	}
	if !a.DisabledAt.IsZero() {
		return "", ronda.Errorf(ronda.Conflict, "account.is_disabled", "")
	}
	plain, hash := secret("rl_")
	c := ronda.AccountChange{Link: &ronda.NewLink{Hash: hash, Kind: linkInvite, Account: id, ExpiresAt: s.now().Add(LinkLife)}, At: s.now(),
		Events: []ronda.AccountEvent{ronda.NoteAccount(ronda.AccountInvited, ronda.Machine(), id, s.now())}}
	return plain, s.Change.SaveAccountChange(ctx, c)
}

// ResetFactors takes an account's second factors off on the machine's authority, and signs it out everywhere.
func (s *Service) ResetFactors(ctx context.Context, id string) error {
	if _, err := s.Store.Account(ctx, id); err != nil {
		return err
	}
	return s.Change.SaveAccountChange(ctx, ronda.AccountChange{DropAll: id, EndSessions: id, EndTokens: id, At: s.now(),
		Events: []ronda.AccountEvent{ronda.NoteAccount(ronda.AccountFactorReset, ronda.Machine(), id, s.now())}})
}

// LinkView is what the page of a link may show before it is used.
type LinkView struct {
	Setup    bool // asks for login and name
	Name     string
	Login    string
	Code     bool // asks for the second administrator's code
	Waits    bool // a second administrator has not answered yet
	Recovery bool
}

// Look tells what a link is for. One that would not work is NotFound "account.link_used".
func (s *Service) Look(ctx context.Context, link string) (LinkView, error) {
	_, g, code, v, err := s.look(ctx, link)
	if err == nil && g.State == ronda.GrantConfirmed {
		v.Code = code != nil
	}
	return v, err
}

func (s *Service) look(ctx context.Context, link string) (l ronda.OnceLink, g ronda.Grant, code []byte, v LinkView, err error) {
	used := ronda.Errorf(ronda.NotFound, "account.link_used", "")
	if !strings.HasPrefix(link, "rl_") || len(link) > 100 {
		return l, g, nil, v, used
	}
	if l, err = s.Doors.Link(ctx, hashOf(link), s.now()); err != nil {
		if ronda.KindOf(err) == ronda.NotFound {
			err = used
		}
		return l, g, nil, v, err
	}
	switch {
	case l.Kind == linkSetup:
		v.Setup = true
		return l, g, nil, v, nil
	case l.Kind != linkInvite:
		return l, g, nil, v, used
	case l.Data == "":
		a, err := s.Store.Account(ctx, l.Account)
		v.Name, v.Login, v.Recovery = a.Name, a.Login, !a.Waiting
		return l, g, nil, v, err
	}
	if g, code, err = s.Change.Grant(ctx, l.Data); err != nil {
		return l, g, nil, v, err
	}
	v.Name, v.Login, v.Recovery = g.Name, g.Login, g.Kind == ronda.GrantRecover
	switch g.State {
	case ronda.GrantProposed:
		v.Waits = true
	case ronda.GrantConfirmed:
		if s.now().After(g.DecidedAt.Add(LinkLife)) {
			return l, g, nil, LinkView{}, used
		}
	default:
		return l, g, nil, LinkView{}, used
	}
	return l, g, code, v, nil
}

// Acceptance is what the holder of an account types on the page of the link.
type Acceptance struct{ Login, Name, Password, Code, Client string }

// Accept uses a link: it sets the password of the account, or creates the first administrator. The link works once.
func (s *Service) Accept(ctx context.Context, link string, in Acceptance) (ronda.Account, error) {
	l, g, code, v, err := s.look(ctx, link)
	if err != nil {
		return ronda.Account{}, err
	}
	if v.Waits {
		return ronda.Account{}, ronda.Errorf(ronda.Conflict, "account.link_waits", "")
	}
	login := FoldLogin(in.Login)
	if !v.Setup {
		login = v.Login
	}
	if err := CheckPassword(in.Password, login); err != nil {
		return ronda.Account{}, err
	}
	if code != nil {
		if err := s.checkGrantCode(ctx, g, code, in.Code, in.Client); err != nil {
			return ronda.Account{}, err
		}
	}
	if v.Setup {
		if err := s.checkMandate(login, in.Name, firstMandate()); err != nil {
			return ronda.Account{}, err
		}
	}
	if _, err := s.Doors.UseLink(ctx, hashOf(link), s.now()); err != nil {
		return ronda.Account{}, ronda.Errorf(ronda.NotFound, "account.link_used", "")
	}
	if v.Setup {
		return s.Create(ctx, login, in.Name, in.Password, firstMandate())
	}
	id := l.Account
	if g.Account != "" {
		id = g.Account
	}
	a, err := s.Store.Account(ctx, id)
	if err != nil {
		return a, err
	}
	c := ronda.AccountChange{Account: &a, Password: HashPassword(in.Password), EndSessions: a.ID, At: s.now(),
		Events: []ronda.AccountEvent{ronda.NoteAccount(ronda.AccountOpened, a.Actor, a.ID, s.now())}}
	if v.Recovery {
		c.DropAll, c.EndTokens = a.ID, a.ID
		c.Events = append(c.Events, ronda.NoteAccount(ronda.AccountFactorReset, a.Actor, a.ID, s.now(), "grant", g.ID))
	}
	return a, s.Change.SaveAccountChange(ctx, c)
}

// firstMandate is that of the administrator who sets an installation up.
func firstMandate() ronda.Actor {
	return ronda.Actor{Org: "operator", Roles: []ronda.Role{ronda.RoleAdmin}}
}

func (s *Service) checkGrantCode(ctx context.Context, g ronda.Grant, want []byte, typed, client string) error {
	if err := s.try(ctx, "grant", g.ID, client); err != nil {
		return err
	}
	code, ok := ronda.ParseCode(typed, codeLength)
	if !ok || subtle.ConstantTimeCompare(want, s.Keys.Fingerprint("grant/"+g.ID, []byte(code))) != 1 {
		return ronda.Errorf(ronda.Invalid, "account.handed_code_wrong", "code")
	}
	return s.right(ctx, "grant", g.ID)
}

// SetPassword changes an account's own password and signs it out everywhere else.
func (s *Service) SetPassword(ctx context.Context, a ronda.Account, session, current, password, client string) error {
	if err := s.checkPassword(ctx, a, current, client); err != nil {
		return err
	}
	if err := CheckPassword(password, a.Login); err != nil {
		return err
	}
	return s.Change.SaveAccountChange(ctx, ronda.AccountChange{Account: &a, Password: HashPassword(password), EndSessions: a.ID, KeepSession: session, At: s.now(),
		Events: []ronda.AccountEvent{ronda.NoteAccount(ronda.AccountPassword, a.Actor, a.ID, s.now())}})
}

// SetLanguage changes the language of an account's letters and reminders.
func (s *Service) SetLanguage(ctx context.Context, a ronda.Account, lang string) error {
	for _, l := range s.Pack.Languages {
		if l == lang {
			a.Lang = lang
			return s.Store.SaveAccount(ctx, a, "")
		}
	}
	return ronda.Errorf(ronda.Invalid, "account.language", "lang")
}

// Account returns one account.
func (s *Service) Account(ctx context.Context, id string) (ronda.Account, error) {
	return s.Store.Account(ctx, id)
}

// ByLogin returns the account with a login.
func (s *Service) ByLogin(ctx context.Context, login string) (ronda.Account, error) {
	a, _, err := s.Store.AccountByLogin(ctx, FoldLogin(login))
	return a, err
}

// Protected tells which accounts have a second factor.
func (s *Service) Protected(ctx context.Context) (map[string]bool, error) {
	return s.Factors.FactorAccounts(ctx)
}
