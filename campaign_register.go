package ronda

import (
	"slices"
	"strconv"
	"time"
)

// Register is what the election commission's office has on file for one contest: pairs, their accounts and adverts, and the marks that a
// person decides about. It changes by commands only; its version rises by one with each.
type Register struct {
	Contest   string            `json:"contest"`
	Version   int64             `json:"version"`
	Pairs     []Pair            `json:"pairs,omitempty"` // by number
	Accounts  []CampaignAccount `json:"accounts,omitempty"`
	Adverts   []Advert          `json:"adverts,omitempty"`
	Marks     []CampaignMark    `json:"marks,omitempty"`
	ChangedAt time.Time         `json:"changed_at,omitzero"`
}

// RegisterEvent is one thing that happened to a register. Data holds ids and enumerations only.
type RegisterEvent struct {
	Contest string            `json:"contest"`
	Version int64             `json:"version"`
	N       int               `json:"n"` // place within the version
	Kind    string            `json:"kind"`
	Actor   string            `json:"actor"`
	Office  string            `json:"office"`
	At      time.Time         `json:"at"`
	Data    map[string]string `json:"data,omitempty"`
}

// The kinds of event of a register.
const (
	RegisterPair        = "pair.entered"
	RegisterPairChanged = "pair.changed"
	RegisterPairGone    = "pair.withdrawn"
	RegisterAccount     = "account.registered"
	RegisterAlias       = "account.alias_added"
	RegisterAccountOff  = "account.deactivated"
	RegisterAccountGone = "account.withdrawn"
	RegisterAdvert      = "advert.registered"
	RegisterAdvertGone  = "advert.withdrawn"
	RegisterLook        = "account.looked_at"
	RegisterMark        = "mark.opened"
	RegisterMarkYes     = "mark.confirmed"
	RegisterMarkNo      = "mark.dismissed"
)

// RegisterSave is what one command did: the store saves all of it in one transaction, or none.
type RegisterSave struct {
	Register Register
	Events   []RegisterEvent
	Leaves   []Leaf
	Files    []Evidence // that the marks refer to now
}

// RegisterSummary counts what a register holds, for lists and public figures.
type RegisterSummary struct {
	Contest                    string
	Pairs, Accounts, Adverts   int // that stand
	Open, Confirmed, Dismissed int // marks
	Off                        int // accounts that were reported as deactivated
	Unclear                    int // accounts that a person has to look at
	ChangedAt                  time.Time
}

// Summary counts the register.
func (r Register) Summary() RegisterSummary {
	s := RegisterSummary{Contest: r.Contest, ChangedAt: r.ChangedAt}
	for _, p := range r.Pairs {
		if p.WithdrawnAt.IsZero() {
			s.Pairs++
		}
	}
	for _, a := range r.Accounts {
		if !a.Registered() {
			continue
		}
		s.Accounts++
		if !a.DeactivatedAt.IsZero() {
			s.Off++
		}
		if a.Look == RecheckUnclear {
			s.Unclear++
		}
	}
	for _, a := range r.Adverts {
		if a.WithdrawnAt.IsZero() {
			s.Adverts++
		}
	}
	for _, m := range r.Marks {
		switch m.State {
		case MarkOpen:
			s.Open++
		case MarkConfirmed:
			s.Confirmed++
		case MarkDismissed:
			s.Dismissed++
		}
	}
	return s
}

// RegisterCommand changes a register.
type RegisterCommand interface {
	may(a Actor, c Contest, p *Pack) error
	apply(r *Register, c Contest, a Actor, env Env, log *registerLog) error
}

// registerLog collects the events of a command.
type registerLog struct {
	events []RegisterEvent
	actor  Actor
	at     time.Time
}

func (l *registerLog) add(kind string, pairs ...string) {
	e := RegisterEvent{N: len(l.events), Kind: kind, Actor: l.actor.Account, Office: l.actor.Office, At: l.at}
	for i := 0; i+1 < len(pairs); i += 2 {
		if e.Data == nil {
			e.Data = map[string]string{}
		}
		e.Data[pairs[i]] = pairs[i+1]
	}
	l.events = append(l.events, e)
}

// ApplyRegister is the one way to change a register. A command that changes nothing returns no events and the same version.
func ApplyRegister(r Register, a Actor, cmd RegisterCommand, env Env) (Register, []RegisterEvent, error) {
	c, ok := env.Pack.Contest(r.Contest)
	if !ok {
		return r, nil, Errorf(NotFound, "campaign.contest_unknown", "contest")
	}
	if err := cmd.may(a, c, env.Pack); err != nil {
		return r, nil, err
	}
	next := r.clone()
	log := &registerLog{actor: a, at: env.Now}
	if err := cmd.apply(&next, c, a, env, log); err != nil {
		return r, nil, err
	}
	if len(log.events) == 0 {
		return r, nil, nil
	}
	next.Version, next.ChangedAt = r.Version+1, env.Now
	for i := range log.events {
		log.events[i].Contest, log.events[i].Version = r.Contest, next.Version
	}
	return next, log.events, nil
}

func (r Register) clone() Register {
	r.Pairs, r.Accounts, r.Adverts, r.Marks = slices.Clone(r.Pairs), slices.Clone(r.Accounts), slices.Clone(r.Adverts), slices.Clone(r.Marks)
	for i := range r.Accounts {
		r.Accounts[i].Aliases = slices.Clone(r.Accounts[i].Aliases)
	}
	return r
}

// Pair returns the pair with the number.
func (r Register) Pair(number int) (Pair, bool) {
	for _, p := range r.Pairs {
		if p.Number == number {
			return p, true
		}
	}
	return Pair{}, false
}

// Account returns the account with the id.
func (r Register) Account(id string) (CampaignAccount, bool) {
	for _, a := range r.Accounts {
		if a.ID == id {
			return a, true
		}
	}
	return CampaignAccount{}, false
}

// Holder returns the registered account that has one of the keys.
func (r Register) Holder(keys ...string) (CampaignAccount, bool) {
	for _, a := range r.Accounts {
		if a.Registered() && slices.ContainsFunc(a.Keys(), func(k string) bool { return slices.Contains(keys, k) }) {
			return a, true
		}
	}
	return CampaignAccount{}, false
}

// The largest ballot number, and the longest name of a person or a medium in letters.
const (
	maxPairs = 20
	maxName  = 120
)

// AccountLimit is how many accounts a pair may have on one application (Keputusan KPU 1363/2024 for Indonesia; 0 is no limit).
func AccountLimit(p *Pack) int { return int(p.Limit("campaign_accounts_per_application", 0)) }

// EnterPairs enters pairs, or corrects the names of those that are there.
type EnterPairs struct{ Pairs []Pair }

func (cmd EnterPairs) may(a Actor, c Contest, p *Pack) error { return CanRegister(a, c, p) }

func (cmd EnterPairs) apply(r *Register, _ Contest, _ Actor, env Env, log *registerLog) error {
	for _, p := range cmd.Pairs {
		if err := p.check(); err != nil {
			return err
		}
		i := slices.IndexFunc(r.Pairs, func(x Pair) bool { return x.Number == p.Number })
		number := strconv.Itoa(p.Number)
		switch {
		case i < 0:
			p.EnteredAt, p.WithdrawnAt = env.Now, time.Time{}
			r.Pairs = append(r.Pairs, p)
			log.add(RegisterPair, "pair", number)
		case r.Pairs[i].Head != p.Head || r.Pairs[i].Deputy != p.Deputy || r.Pairs[i].Fictional != p.Fictional || !r.Pairs[i].WithdrawnAt.IsZero():
			r.Pairs[i].Head, r.Pairs[i].Deputy, r.Pairs[i].Fictional, r.Pairs[i].WithdrawnAt = p.Head, p.Deputy, p.Fictional, time.Time{}
			log.add(RegisterPairChanged, "pair", number)
		}
	}
	slices.SortFunc(r.Pairs, func(a, b Pair) int { return a.Number - b.Number })
	return nil
}

func (p Pair) check() error {
	var f faults
	if p.Number < 1 || p.Number > maxPairs {
		f.add("number", "campaign.number").With("max", strconv.Itoa(maxPairs))
	}
	if p.Head == "" {
		f.add("head", "campaign.name_missing")
	}
	if len([]rune(p.Head)) > maxName {
		f.add("head", "campaign.name_long").With("max", strconv.Itoa(maxName))
	}
	if len([]rune(p.Deputy)) > maxName {
		f.add("deputy", "campaign.name_long").With("max", strconv.Itoa(maxName))
	}
	return f.err("campaign.pair")
}

// WithdrawPair takes a pair out of the contest, with its accounts and adverts.
type WithdrawPair struct{ Number int }

func (cmd WithdrawPair) may(a Actor, c Contest, p *Pack) error { return CanRegister(a, c, p) }

func (cmd WithdrawPair) apply(r *Register, _ Contest, _ Actor, env Env, log *registerLog) error {
	i := slices.IndexFunc(r.Pairs, func(x Pair) bool { return x.Number == cmd.Number })
	if i < 0 {
		return Errorf(NotFound, "campaign.pair_unknown", "number").With("number", strconv.Itoa(cmd.Number))
	}
	if !r.Pairs[i].WithdrawnAt.IsZero() {
		return nil
	}
	r.Pairs[i].WithdrawnAt = env.Now
	log.add(RegisterPairGone, "pair", strconv.Itoa(cmd.Number))
	for j := range r.Accounts {
		if a := &r.Accounts[j]; a.Pair == cmd.Number && a.Registered() {
			a.WithdrawnAt, a.Withdrawn = env.Now, "pair_withdrawn"
			log.add(RegisterAccountGone, "account", a.ID, "platform", a.Platform, "reason", a.Withdrawn)
		}
	}
	for j := range r.Adverts {
		if a := &r.Adverts[j]; a.Pair == cmd.Number && a.WithdrawnAt.IsZero() {
			a.WithdrawnAt = env.Now
			log.add(RegisterAdvertGone, "advert", a.ID)
		}
	}
	return nil
}

// NewAccount is an account to be registered, understood already: its address belongs to an account of a service.
type NewAccount struct {
	Pair     int
	Platform string
	Kind     CampaignKind
	Handle   string
	Address  string
	Key      string
	Aliases  []string
	Looks    string
}

// RegisterAccounts registers accounts, all or none. One that is registered already for the same pair changes nothing; further addresses of it are added.
type RegisterAccounts struct{ Accounts []NewAccount }

func (cmd RegisterAccounts) may(a Actor, c Contest, p *Pack) error { return CanRegister(a, c, p) }

func (cmd RegisterAccounts) apply(r *Register, _ Contest, a Actor, env Env, log *registerLog) error {
	for _, n := range cmd.Accounts {
		if err := r.register(n, a, env, log); err != nil {
			return err
		}
	}
	return nil
}

// Admits says whether an account can be registered beside those that are there, and whether it is there already for the same pair.
func (r Register) Admits(n NewAccount, p *Pack) (known bool, err error) {
	pair, ok := r.Pair(n.Pair)
	switch {
	case !ok:
		return false, Errorf(Invalid, "campaign.pair_unknown", "number").With("number", strconv.Itoa(n.Pair))
	case !pair.WithdrawnAt.IsZero():
		return false, Errorf(Invalid, "campaign.pair_withdrawn", "number").With("number", strconv.Itoa(n.Pair))
	case !slices.Contains(CampaignKinds(), n.Kind):
		return false, Errorf(Invalid, "campaign.kind", "kind")
	}
	if _, ok := p.Platform(n.Platform); !ok || n.Key == "" || n.Address == "" {
		return false, Errorf(Invalid, "campaign.platform", "platform")
	}
	if have, ok := r.Holder(append([]string{n.Key}, n.Aliases...)...); ok {
		if have.Pair != n.Pair {
			return false, Errorf(Invalid, "campaign.other_pair", "address").With("number", strconv.Itoa(have.Pair))
		}
		if have.Kind != n.Kind {
			return false, Errorf(Invalid, "campaign.other_kind", "kind").With("kind", string(have.Kind))
		}
		return true, nil
	}
	standing := 0
	for _, a := range r.Accounts {
		if a.Pair == n.Pair && a.Platform == n.Platform && a.Registered() {
			standing++
		}
	}
	if limit := AccountLimit(p); limit > 0 && standing >= limit {
		return false, Errorf(Invalid, "campaign.limit", "platform").With("limit", strconv.Itoa(limit)).With("platform", p.PlatformName(n.Platform)).With("number", strconv.Itoa(n.Pair))
	}
	return false, nil
}

func (r *Register) register(n NewAccount, a Actor, env Env, log *registerLog) error {
	known, err := r.Admits(n, env.Pack)
	if err != nil {
		return err
	}
	if !known {
		x := CampaignAccount{ID: env.ID(), Pair: n.Pair, Platform: n.Platform, Kind: n.Kind, Handle: n.Handle, Address: n.Address, Key: n.Key,
			Aliases: slices.Clone(n.Aliases), Looks: n.Looks, Since: env.Now, By: a.Account}
		r.Accounts = append(r.Accounts, x)
		log.add(RegisterAccount, "account", x.ID, "platform", x.Platform, "kind", string(x.Kind), "pair", strconv.Itoa(x.Pair))
		return nil
	}
	i := slices.IndexFunc(r.Accounts, func(x CampaignAccount) bool {
		return x.Registered() && slices.ContainsFunc(x.Keys(), func(k string) bool { return k == n.Key || slices.Contains(n.Aliases, k) })
	})
	for _, k := range append([]string{n.Key}, n.Aliases...) {
		if x := &r.Accounts[i]; !slices.Contains(x.Keys(), k) {
			x.Aliases = append(x.Aliases, k)
			log.add(RegisterAlias, "account", x.ID)
		}
	}
	return nil
}

// DeactivateAccount notes that an account was reported as deactivated. What can be seen of it is another matter.
type DeactivateAccount struct{ Account string }

func (cmd DeactivateAccount) may(a Actor, c Contest, p *Pack) error { return CanRegister(a, c, p) }

func (cmd DeactivateAccount) apply(r *Register, _ Contest, _ Actor, env Env, log *registerLog) error {
	a, err := r.standing(cmd.Account)
	if err != nil || !a.DeactivatedAt.IsZero() {
		return err
	}
	a.DeactivatedAt = env.Now
	log.add(RegisterAccountOff, "account", a.ID, "platform", a.Platform)
	return nil
}

// WithdrawReasons are why a registration can be withdrawn by a person.
func WithdrawReasons() []string { return []string{"mistake", "replaced", "closed"} }

// WithdrawAccount ends a registration. The row stays, with the reason.
type WithdrawAccount struct{ Account, Reason string }

func (cmd WithdrawAccount) may(a Actor, c Contest, p *Pack) error { return CanRegister(a, c, p) }

func (cmd WithdrawAccount) apply(r *Register, _ Contest, _ Actor, env Env, log *registerLog) error {
	a, err := r.standing(cmd.Account)
	if err != nil {
		return err
	}
	if !slices.Contains(WithdrawReasons(), cmd.Reason) {
		return Errorf(Invalid, "campaign.reason", "reason")
	}
	a.WithdrawnAt, a.Withdrawn = env.Now, cmd.Reason
	log.add(RegisterAccountGone, "account", a.ID, "platform", a.Platform, "reason", cmd.Reason)
	return nil
}

func (r *Register) standing(id string) (*CampaignAccount, error) {
	for i := range r.Accounts {
		if r.Accounts[i].ID == id && r.Accounts[i].Registered() {
			return &r.Accounts[i], nil
		}
	}
	return nil, Errorf(NotFound, "campaign.account_unknown", "account")
}
