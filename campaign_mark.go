package ronda

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// MarkState says whether a person has decided about a mark.
type MarkState string

// The states of a mark. Only confirmed ones are public.
const (
	MarkOpen      MarkState = "open"
	MarkConfirmed MarkState = "confirmed"
	MarkDismissed MarkState = "dismissed"
)

// CampaignMark says that a registered account or advert seems to touch a rule of the calendar. A rule opens it; an officer of the supervisor,
// who has seen it with their own eyes, confirms or dismisses it. Until then nobody outside of the two offices sees it.
type CampaignMark struct {
	ID        string        `json:"id"`
	Rule      string        `json:"rule"`
	Subject   string        `json:"subject"` // SubjectAccount or SubjectAdvert
	Ref       string        `json:"ref"`     // id of the account or advert
	Pair      int           `json:"pair"`
	Day       string        `json:"day"` // local day on which the rule is touched
	OpenedAt  time.Time     `json:"opened_at"`
	Look      RecheckResult `json:"look,omitempty"` // what Ronda's own look found
	State     MarkState     `json:"state"`
	By        string        `json:"by,omitempty"`
	Office    string        `json:"office,omitempty"`
	DecidedAt time.Time     `json:"decided_at,omitzero"`
	SeenAt    time.Time     `json:"seen_at,omitzero"` // when the officer saw it
	Reason    string        `json:"reason,omitempty"` // of a dismissal
	Note      string        `json:"note,omitempty"`   // never public
	Evidence  []Evidence    `json:"evidence,omitempty"`
}

// Mark returns the mark with the id.
func (r Register) Mark(id string) (CampaignMark, bool) {
	for _, m := range r.Marks {
		if m.ID == id {
			return m, true
		}
	}
	return CampaignMark{}, false
}

// PublicMarks are the marks that a person confirmed.
func (r Register) PublicMarks() []CampaignMark {
	var out []CampaignMark
	for _, m := range r.Marks {
		if m.State == MarkConfirmed {
			out = append(out, m)
		}
	}
	return out
}

// Advert returns the advert with the id.
func (r Register) Advert(id string) (Advert, bool) {
	for _, a := range r.Adverts {
		if a.ID == id {
			return a, true
		}
	}
	return Advert{}, false
}

// NewAdvert is an advert to be registered.
type NewAdvert struct {
	Pair         int
	Medium       Medium
	Name         string
	Address, Key string
	Start, End   string
}

// RegisterAdverts registers adverts with their days. Days that touch a rule are no reason to refuse: what was filed is on file, and a mark is opened.
type RegisterAdverts struct{ Adverts []NewAdvert }

func (cmd RegisterAdverts) may(a Actor, c Contest, p *Pack) error { return CanRegister(a, c, p) }

func (cmd RegisterAdverts) apply(r *Register, c Contest, a Actor, env Env, log *registerLog) error {
	for _, n := range cmd.Adverts {
		if err := r.admitsAdvert(n); err != nil {
			return err
		}
		if slices.ContainsFunc(r.Adverts, func(x Advert) bool {
			return x.WithdrawnAt.IsZero() && x.Pair == n.Pair && x.Medium == n.Medium && x.Name == n.Name && x.Start == n.Start && x.End == n.End && x.Key == n.Key
		}) {
			continue
		}
		x := Advert{ID: env.ID(), Pair: n.Pair, Medium: n.Medium, Name: n.Name, Address: n.Address, Key: n.Key, Start: n.Start, End: n.End, Since: env.Now, By: a.Account}
		r.Adverts = append(r.Adverts, x)
		log.add(RegisterAdvert, "advert", x.ID, "medium", string(x.Medium), "pair", strconv.Itoa(x.Pair))
		touched := env.Pack.AdvertRules(x, c.Region)
		for _, rule := range env.Pack.CampaignRules {
			if day, ok := touched[rule.ID]; ok {
				r.open(CampaignMark{ID: env.ID(), Rule: rule.ID, Subject: SubjectAdvert, Ref: x.ID, Pair: x.Pair, Day: day, OpenedAt: env.Now}, log)
			}
		}
	}
	return nil
}

func (r Register) admitsAdvert(n NewAdvert) error {
	var f faults
	if p, ok := r.Pair(n.Pair); !ok || !p.WithdrawnAt.IsZero() {
		f.add("pair", "campaign.pair_unknown").With("number", strconv.Itoa(n.Pair))
	}
	if !slices.Contains(Media(), n.Medium) {
		f.add("medium", "campaign.medium")
	}
	if n.Name == "" {
		f.add("name", "campaign.outlet_missing")
	} else if len([]rune(n.Name)) > maxName {
		f.add("name", "campaign.name_long").With("max", strconv.Itoa(maxName))
	}
	start, err1 := time.Parse(time.DateOnly, n.Start)
	end, err2 := time.Parse(time.DateOnly, n.End)
	switch {
	case err1 != nil:
		f.add("start", "campaign.day")
	case err2 != nil:
		f.add("end", "campaign.day")
	case end.Before(start):
		f.add("end", "campaign.days_order")
	case end.Sub(start) >= maxAdvertDays*24*time.Hour:
		f.add("end", "campaign.days_long").With("max", strconv.Itoa(maxAdvertDays))
	}
	return f.err("campaign.advert")
}

// WithdrawAdvert ends the registration of an advert.
type WithdrawAdvert struct{ Advert string }

func (cmd WithdrawAdvert) may(a Actor, c Contest, p *Pack) error { return CanRegister(a, c, p) }

func (cmd WithdrawAdvert) apply(r *Register, _ Contest, _ Actor, env Env, log *registerLog) error {
	i := slices.IndexFunc(r.Adverts, func(a Advert) bool { return a.ID == cmd.Advert && a.WithdrawnAt.IsZero() })
	if i < 0 {
		return Errorf(NotFound, "campaign.advert_unknown", "advert")
	}
	r.Adverts[i].WithdrawnAt = env.Now
	log.add(RegisterAdvertGone, "advert", cmd.Advert)
	return nil
}

// open adds a mark unless the same rule marks the same thing already.
func (r *Register) open(m CampaignMark, log *registerLog) *CampaignMark {
	for i := range r.Marks {
		if x := &r.Marks[i]; x.Rule == m.Rule && x.Ref == m.Ref {
			return x
		}
	}
	m.State = MarkOpen
	r.Marks = append(r.Marks, m)
	log.add(RegisterMark, "mark", m.ID, "rule", m.Rule, "subject", m.Subject, "ref", m.Ref)
	return &r.Marks[len(r.Marks)-1]
}

// RecordLook notes what Ronda's own look at a registered account found. "Still there" in a time in which it should be off opens a mark; "unclear"
// opens none and asks for a person's eyes; "gone" takes nothing back that a person decided.
type RecordLook struct {
	Account string
	Result  RecheckResult
}

func (cmd RecordLook) may(a Actor, c Contest, p *Pack) error {
	return Can(a, LookCampaign, p.campaignCase(c, "supervisor"), p)
}

func (cmd RecordLook) apply(r *Register, c Contest, _ Actor, env Env, log *registerLog) error {
	a, err := r.standing(cmd.Account)
	if err != nil {
		return err
	}
	if !slices.Contains(RecheckResults(), cmd.Result) {
		return Errorf(Invalid, "recheck.result_missing", "result")
	}
	rules := env.Pack.CampaignRulesAt(CampaignSubject{Kind: SubjectAccount, Region: c.Region}, env.Now)
	rules = slices.DeleteFunc(rules, func(x CampaignRule) bool { return x.When != "inside" }) // before the campaign an account may exist in silence
	if len(rules) == 0 {
		return nil
	}
	a.Look, a.LookAt = cmd.Result, env.Now
	log.add(RegisterLook, "account", a.ID, "result", string(cmd.Result), "platform", a.Platform)
	if cmd.Result != RecheckThere {
		return nil
	}
	for _, rule := range rules {
		m := r.open(CampaignMark{ID: env.ID(), Rule: rule.ID, Subject: SubjectAccount, Ref: a.ID, Pair: a.Pair, Day: env.Pack.LocalDay(env.Now, c.Region), OpenedAt: env.Now}, log)
		m.Look = cmd.Result
	}
	return nil
}

// minNote is how many letters the note of a dismissal has at least.
const minNote = 10

// ConfirmMark is an officer of the supervisor saying that they saw it themselves, with a picture. Mark names an open one; without it, Account and
// Rule name an account that Ronda could not judge.
type ConfirmMark struct {
	Mark          string
	Account, Rule string
	SeenAt        time.Time
	Note          string
	Evidence      []Evidence
}

func (cmd ConfirmMark) may(a Actor, c Contest, p *Pack) error { return CanMark(a, c, p) }

func (cmd ConfirmMark) apply(r *Register, c Contest, a Actor, env Env, log *registerLog) error {
	if len(cmd.Evidence) == 0 {
		return Errorf(Invalid, "campaign.evidence", "files")
	}
	m, err := r.marked(cmd, c, env, log)
	if err != nil {
		return err
	}
	if m.State == MarkConfirmed {
		return Errorf(Conflict, "campaign.decided", "")
	}
	if m.Subject == SubjectAccount {
		switch {
		case cmd.SeenAt.IsZero() || cmd.SeenAt.After(env.Now):
			return Errorf(Invalid, "campaign.seen_at", "seen_at")
		case !slices.ContainsFunc(env.Pack.CampaignRulesAt(CampaignSubject{Kind: SubjectAccount, Region: c.Region}, cmd.SeenAt), func(x CampaignRule) bool { return x.ID == m.Rule }):
			return Errorf(Invalid, "campaign.seen_outside", "seen_at")
		}
		m.Day, m.SeenAt = env.Pack.LocalDay(cmd.SeenAt, c.Region), cmd.SeenAt
		if acc, err := r.standing(m.Ref); err == nil {
			acc.Look, acc.LookAt = RecheckThere, env.Now
		}
	}
	m.State, m.By, m.Office, m.DecidedAt, m.Reason = MarkConfirmed, a.Account, a.Office, env.Now, ""
	m.Note, m.Evidence = strings.TrimSpace(cmd.Note), append(slices.Clone(m.Evidence), cmd.Evidence...)
	log.add(RegisterMarkYes, "mark", m.ID, "rule", m.Rule, "subject", m.Subject, "ref", m.Ref)
	return nil
}

// marked finds the mark that a confirmation is about, or makes it for an account that only a person could judge.
func (r *Register) marked(cmd ConfirmMark, c Contest, env Env, log *registerLog) (*CampaignMark, error) {
	if cmd.Mark != "" {
		i := slices.IndexFunc(r.Marks, func(m CampaignMark) bool { return m.ID == cmd.Mark })
		if i < 0 {
			return nil, Errorf(NotFound, "campaign.mark_unknown", "mark")
		}
		return &r.Marks[i], nil
	}
	acc, err := r.standing(cmd.Account)
	if err != nil {
		return nil, err
	}
	rule, ok := env.Pack.CampaignRule(cmd.Rule)
	if !ok || rule.Subject != SubjectAccount || !rule.Marks() {
		return nil, Errorf(Invalid, "campaign.rule", "rule")
	}
	return r.open(CampaignMark{ID: env.ID(), Rule: rule.ID, Subject: SubjectAccount, Ref: acc.ID, Pair: acc.Pair, Day: env.Pack.LocalDay(env.Now, c.Region),
		OpenedAt: env.Now, Look: acc.Look}, log), nil
}

// DismissReasons are why a mark can be dismissed, or a confirmed one taken back.
func DismissReasons() []string {
	return []string{"not_active", "not_theirs", "lawful", "mistake", "other"}
}

// DismissMark says that the rule was not touched, or cannot be shown to be. It also takes back what was confirmed by mistake.
type DismissMark struct{ Mark, Reason, Note string }

func (cmd DismissMark) may(a Actor, c Contest, p *Pack) error { return CanMark(a, c, p) }

func (cmd DismissMark) apply(r *Register, _ Contest, a Actor, env Env, log *registerLog) error {
	i := slices.IndexFunc(r.Marks, func(m CampaignMark) bool { return m.ID == cmd.Mark })
	if i < 0 {
		return Errorf(NotFound, "campaign.mark_unknown", "mark")
	}
	m := &r.Marks[i]
	note := strings.TrimSpace(cmd.Note)
	switch {
	case m.State == MarkDismissed:
		return Errorf(Conflict, "campaign.decided", "")
	case !slices.Contains(DismissReasons(), cmd.Reason):
		return Errorf(Invalid, "campaign.dismiss_reason", "reason")
	case len([]rune(note)) < minNote:
		return Errorf(Invalid, "campaign.note", "note").With("min", strconv.Itoa(minNote))
	}
	m.State, m.By, m.Office, m.DecidedAt, m.Reason, m.Note = MarkDismissed, a.Account, a.Office, env.Now, cmd.Reason, note
	if acc, err := r.standing(m.Ref); err == nil && m.Subject == SubjectAccount {
		acc.Look, acc.LookAt = RecheckGone, env.Now
	}
	log.add(RegisterMarkNo, "mark", m.ID, "rule", m.Rule, "subject", m.Subject, "ref", m.Ref, "reason", cmd.Reason)
	return nil
}

// SawGone is an officer of the supervisor saying that an account which Ronda could not judge is off.
type SawGone struct{ Account string }

func (cmd SawGone) may(a Actor, c Contest, p *Pack) error { return CanMark(a, c, p) }

func (cmd SawGone) apply(r *Register, _ Contest, _ Actor, env Env, log *registerLog) error {
	a, err := r.standing(cmd.Account)
	if err != nil {
		return err
	}
	a.Look, a.LookAt = RecheckGone, env.Now
	log.add(RegisterLook, "account", a.ID, "result", string(RecheckGone), "platform", a.Platform)
	return nil
}

// MarkOwner is under whose key the pictures of a contest's marks are sealed.
func MarkOwner(contest string) string {
	return "campaign-" + strings.ReplaceAll(contest, ".", "-")
}
