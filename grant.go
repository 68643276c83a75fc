package ronda

import "time"

// GrantLife is how long a proposed grant waits for its second administrator. Whoever needs the account has lost no more than a weekend.
const GrantLife = 72 * time.Hour

// GrantKind says what two administrators are asked to agree on.
type GrantKind string

// The kinds of grant.
const (
	GrantCreate  GrantKind = "create"  // a new account
	GrantChange  GrantKind = "change"  // another mandate for an account
	GrantRecover GrantKind = "recover" // a new password, and the second factors taken off
)

// GrantState is where a grant stands.
type GrantState string

// The states of a grant. Only a proposed one can still become another.
const (
	GrantProposed  GrantState = "proposed"
	GrantConfirmed GrantState = "confirmed"
	GrantRefused   GrantState = "refused"
	GrantExpired   GrantState = "expired"
)

// Party is an administrator as a grant remembers them: who, and of which house at that time.
type Party struct {
	Account string
	Org     string
	Office  string
}

// partyOf remembers an administrator.
func partyOf(a Actor) Party { return Party{Account: a.Account, Org: a.Org, Office: a.Office} }

// Grant is a right on its way: proposed by one administrator and, where it gives power over decisions or over other accounts, confirmed by a
// second one of another house. Until then no account has it, and the invitation opens nothing.
type Grant struct {
	ID        string
	Kind      GrantKind
	Account   string // whose; "" for a new account until it exists
	Login     string // of a new account
	Name      string
	Mandate   Actor // what the account will be allowed
	State     GrantState
	By        Party
	At        time.Time
	ExpiresAt time.Time
	Second    Party // who confirmed or refused; empty where one administrator was enough
	DecidedAt time.Time
}

// GrantEnv is what the rule may know besides the grant.
type GrantEnv struct {
	Now    time.Time
	Pack   *Pack
	ID     func() string
	Admins []Actor // who is an administrator now: enabled, and has opened the account
	// Founded tells that two administrators of different houses have existed once. It never becomes false again: whoever switches every other
	// administrator off must not come back to the freedom of the first day.
	Founded bool
}

// Decides tells whether the mandate takes part in decisions about content.
func (a Actor) Decides() bool { return a.Has(RoleOfficer) || a.Has(RoleLead) || a.Has(RoleContact) }

// NeedsFactor tells whether an account must prove more than a password. A demonstration's accounts have known passwords and are let off.
func NeedsFactor(a Actor, required bool) bool {
	return required && !a.Demo && (a.Decides() || a.Has(RoleAdmin))
}

// Apart tells whether two administrators answer to different houses: another organisation, or another office of the same one. Whoever names no
// organisation is apart from nobody. Units of one office are not apart.
func (p Party) Apart(q Party) bool {
	if p.Org == "" || q.Org == "" {
		return false
	}
	return p.Org != q.Org || p.Office != "" && q.Office != "" && p.Office != q.Office
}

// Founded tells whether the administrators can watch each other: two of them are apart.
func Founded(admins []Actor) bool {
	for i, a := range admins {
		for _, b := range admins[i+1:] {
			if partyOf(a).Apart(partyOf(b)) {
				return true
			}
		}
	}
	return false
}

// NeedsTwo tells whether a grant waits for a second administrator. Deciding roles always do. Administrators do as soon as there are two houses of
// them, or else one could make a second self; so does every recovery, because a new password is the account.
func NeedsTwo(kind GrantKind, mandate Actor, founded bool) bool {
	return mandate.Decides() || founded && (mandate.Has(RoleAdmin) || kind == GrantRecover)
}

// whileFounding are the roles that a lone first administrator can give: the colleague who will watch, and the one who audits both.
func whileFounding(m Actor) bool { return m.Is(RoleAdmin) || m.Is(RoleAuditor) }

// ProposeGrant asks for a new account, another mandate, or a way back into an account. The grant comes back confirmed where one administrator is
// enough. For a recovery the mandate is the one that the account holds.
func ProposeGrant(admin Actor, g Grant, env GrantEnv) (Grant, []AccountEvent, error) {
	if err := mayManage(admin, env); err != nil {
		return g, nil, err
	}
	switch {
	case g.Account != "" && g.Account == admin.Account:
		return g, nil, Errorf(Forbidden, "grant.own_account", "")
	case !env.Founded && !whileFounding(g.Mandate):
		return g, nil, Errorf(Conflict, "grant.founding", "")
	}
	g.ID, g.By, g.At, g.ExpiresAt = env.ID(), partyOf(admin), env.Now, env.Now.Add(GrantLife)
	g.State, g.Second, g.DecidedAt = GrantProposed, Party{}, time.Time{}
	if !NeedsTwo(g.Kind, g.Mandate, env.Founded) {
		g.State, g.DecidedAt = GrantConfirmed, env.Now
		return g, []AccountEvent{g.event(admin, AccountGranted, env)}, nil
	}
	if !hasApart(g.By, env.Admins) {
		return g, nil, Errorf(Conflict, "grant.no_second", "")
	}
	return g, []AccountEvent{g.event(admin, AccountProposed, env)}, nil
}

// ConfirmGrant is the second administrator's yes. Nobody confirms what they proposed, what is about themselves, or what their own house proposed;
// an administrator who is none any more confirms nothing, and nothing of theirs is confirmed.
func ConfirmGrant(admin Actor, g Grant, env GrantEnv) (Grant, []AccountEvent, error) {
	if err := g.open(admin, env); err != nil {
		return g, nil, err
	}
	proposer, there := adminNamed(g.By.Account, env.Admins)
	now, _ := adminNamed(admin.Account, env.Admins)
	switch {
	case admin.Account == g.By.Account:
		return g, nil, Errorf(Forbidden, "grant.self", "")
	case g.Account != "" && admin.Account == g.Account:
		return g, nil, Errorf(Forbidden, "grant.own_account", "")
	case !there:
		return g, nil, Errorf(Conflict, "grant.proposer_gone", "")
	case !partyOf(now).Apart(g.By) || !partyOf(now).Apart(partyOf(proposer)):
		return g, nil, Errorf(Forbidden, "grant.same_office", "")
	}
	g.State, g.Second, g.DecidedAt = GrantConfirmed, partyOf(now), env.Now
	return g, []AccountEvent{g.event(admin, AccountGranted, env)}, nil
}

// RefuseGrant is a no, or the proposer's own second thought. Any administrator may say it: a refusal gives nobody anything.
func RefuseGrant(admin Actor, g Grant, env GrantEnv) (Grant, []AccountEvent, error) {
	if err := g.open(admin, env); err != nil {
		return g, nil, err
	}
	g.State, g.Second, g.DecidedAt = GrantRefused, partyOf(admin), env.Now
	return g, []AccountEvent{g.event(admin, AccountGrantRefused, env)}, nil
}

// ExpireGrant ends a proposal that nobody answered.
func ExpireGrant(g Grant, env GrantEnv) (Grant, []AccountEvent, error) {
	if g.State != GrantProposed || env.Now.Before(g.ExpiresAt) {
		return g, nil, Errorf(Conflict, "grant.decided", "")
	}
	g.State, g.DecidedAt = GrantExpired, env.Now
	return g, []AccountEvent{g.event(System(), AccountGrantExpired, env)}, nil
}

// open tells whether an administrator may still answer the grant.
func (g Grant) open(admin Actor, env GrantEnv) error {
	if err := mayManage(admin, env); err != nil {
		return err
	}
	switch {
	case g.State != GrantProposed:
		return Errorf(Conflict, "grant.decided", "")
	case !env.Now.Before(g.ExpiresAt):
		return Errorf(Conflict, "grant.expired", "")
	}
	return nil
}

// mayManage asks the table, and then whether the person still is what their session was opened as.
func mayManage(admin Actor, env GrantEnv) error {
	if err := Can(admin, ManageAccount, Case{}, env.Pack); err != nil {
		return err
	}
	if _, ok := adminNamed(admin.Account, env.Admins); !ok {
		return Errorf(Forbidden, "grant.not_admin", "")
	}
	return nil
}

func adminNamed(account string, admins []Actor) (Actor, bool) {
	for _, a := range admins {
		if a.Account == account && a.Has(RoleAdmin) {
			return a, true
		}
	}
	return Actor{}, false
}

func hasApart(p Party, admins []Actor) bool {
	for _, a := range admins {
		if p.Apart(partyOf(a)) {
			return true
		}
	}
	return false
}

// event notes what happened to the grant, in ids and enumerations.
func (g Grant) event(by Actor, kind AccountEventKind, env GrantEnv) AccountEvent {
	data := map[string]string{"grant": g.ID, "kind": string(g.Kind), "roles": joinRoles(g.Mandate.Roles)}
	if g.Mandate.Office != "" {
		data["office"] = g.Mandate.Office
	}
	if g.Mandate.Platform != "" {
		data["platform"] = g.Mandate.Platform
	}
	return AccountEvent{Kind: kind, Account: g.Account, Actor: by.Account, Office: houseOf(by), At: env.Now, Data: data}
}

func joinRoles(roles []Role) string {
	out := ""
	for i, r := range roles {
		if i > 0 {
			out += " "
		}
		out += string(r)
	}
	return out
}
