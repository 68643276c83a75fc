package ronda

import (
	"strings"
	"time"
)

// Alert warns the people of a region of something that goes around. A partner or an office of the election commission writes it; one of urgency 5
// goes out only after a second partner, of another organisation, has confirmed it. What goes around stands in Claim alone, which every page and
// message shows behind the verdict's word and struck through. A published alert is never edited: it is withdrawn, with its reason, and stays to
// be seen as withdrawn. It ends by itself at ExpiresAt.
type Alert struct {
	ID       string     `json:"id"`
	Version  int64      `json:"version"`
	State    AlertState `json:"state"` // as stored; StateAt knows what has run out
	Title    Text       `json:"title"`
	Text     Text       `json:"text"`            // what is true, and what to do
	Claim    Text       `json:"claim,omitempty"` // what goes around, in our own words
	Verdict  Verdict    `json:"verdict,omitempty"`
	Urgency  int        `json:"urgency"`            // 1..5
	Region   string     `json:"region,omitempty"`   // "" is the whole country
	Contest  string     `json:"contest,omitempty"`  // "" is every contest
	Platform string     `json:"platform,omitempty"` // where it mostly goes around; "" is everywhere
	Check    string     `json:"check,omitempty"`    // FactCheck.ID

	Org    string `json:"org"`              // whose warning it is: a partner's id or an authority's
	Office string `json:"office,omitempty"` // of an authority
	By     string `json:"by"`               // account

	CreatedAt   time.Time `json:"created_at"`
	ProposedAt  time.Time `json:"proposed_at,omitzero"`
	PublishedAt time.Time `json:"published_at,omitzero"`
	ExpiresAt   time.Time `json:"expires_at"`
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`

	SecondOrg string `json:"second_org,omitempty"` // who confirmed one of urgency 5
	SecondBy  string `json:"second_by,omitempty"`
	Returned  string `json:"returned,omitempty"` // why the second partner sent it back
	Because   string `json:"because,omitempty"`  // why it was withdrawn
}

// AlertState is where an alert stands.
type AlertState string

// The states of an alert.
const (
	AlertDraft     AlertState = "draft"
	AlertProposed  AlertState = "proposed" // urgency 5, waits for a second partner
	AlertPublished AlertState = "published"
	AlertWithdrawn AlertState = "withdrawn"
	AlertExpired   AlertState = "expired" // never stored: follows from the clock
)

// The kinds of event of an alert. They belong to no case; Data holds its id under "alert".
const (
	EventAlertPublished EventKind = "alert.published"
	EventAlertWithdrawn EventKind = "alert.withdrawn"
)

// Bounds of an alert. It has to be read on a phone, in one look, and to end before it misleads.
const (
	MaxAlertTitle  = 90
	MaxAlertText   = 900
	MaxAlertClaim  = 300
	MaxAlertLife   = 14 * 24 * time.Hour
	UrgentNeedsTwo = 5 // from this urgency on a second partner confirms
)

// StateAt is the state at a time: a published alert whose end has come is expired, though nobody has touched it.
func (a Alert) StateAt(now time.Time) AlertState {
	if a.State == AlertPublished && !now.Before(a.ExpiresAt) {
		return AlertExpired
	}
	return a.State
}

// Live tells whether the alert is in force.
func (a Alert) Live(now time.Time) bool { return a.StateAt(now) == AlertPublished }

// Public tells whether everybody may see that the alert exists: a withdrawn one stays, with its reason.
func (a Alert) Public() bool { return !a.PublishedAt.IsZero() }

// Reaches tells whether the alert concerns the people of a region: it is for that region, for one above it, or for the whole country.
// region "" is reached by all.
func (a Alert) Reaches(region string, p *Pack) bool {
	return region == "" || a.Region == "" || p.Within(region, a.Region)
}

// Mandate says whether an organisation may publish about a contest and a region now: a partner that is accredited there and not barred from
// the contest, or an office of the election commission.
type Mandate interface {
	MayWork(contest, region string, p *Pack) error
}

// CommissionOffice is the mandate of an office of the election commission: its own region and what lies in it.
type CommissionOffice string

// MayWork refuses offices of other authorities, and regions that are not the office's.
func (o CommissionOffice) MayWork(contest, region string, p *Pack) error {
	office, ok := p.Office(string(o))
	if !ok || p.index.authority[office.Authority].Role != "commission" {
		return Errorf(Forbidden, "publish.not_commission", "")
	}
	if contest != "" && region == "" {
		c, _ := p.Contest(contest)
		region = c.Region
	}
	if !p.Within(region, office.Region) {
		return Errorf(Forbidden, "permission.region", "region").With("region", p.RegionName(region))
	}
	return nil
}

// AlertCommand is one thing that can be done to an alert.
type AlertCommand interface {
	apply(al *Alert, a Actor, m Mandate, env Env) ([]EventKind, error)
}

// AlertSave is all that one command on an alert brought about. The store saves it in one transaction.
type AlertSave struct {
	Alert  Alert
	Events []Event
	Jobs   []Job
	Leaves []Leaf
}

// ApplyAlert is the write rule of alerts: (alert, actor, mandate, command, now) → (alert, events, error). m is the mandate of the actor's own
// organisation. The alert that was passed in is never changed.
func ApplyAlert(al Alert, a Actor, m Mandate, cmd AlertCommand, env Env) (Alert, []Event, error) {
	next := al
	kinds, err := cmd.apply(&next, a, m, env)
	if err != nil {
		return al, nil, err
	}
	next.Version++
	return next, publishEvents(kinds, "alert", next.ID, a, env), nil
}

// publishEvents makes the events of something that is published. They belong to no case.
func publishEvents(kinds []EventKind, name, id string, a Actor, env Env) []Event {
	var out []Event
	for _, k := range kinds {
		out = append(out, Event{ID: env.ID(), Kind: k, Actor: a.Account, Office: a.Office, At: env.Now, Data: map[string]string{name: id}})
	}
	return out
}

// WriteAlert writes a draft, or changes one's own draft. The caller has cleaned and masked the texts.
type WriteAlert struct {
	Title, Text, Claim                       Text
	Verdict                                  Verdict
	Urgency                                  int
	Region, Contest, Platform, Check, Office string
	ExpiresAt                                time.Time
	Known                                    FactCheck // the check that is linked, where one is
}

func (cmd WriteAlert) apply(al *Alert, a Actor, m Mandate, env Env) ([]EventKind, error) {
	if al.ID != "" {
		if err := al.own(a); err != nil {
			return nil, err
		}
		if al.State != AlertDraft {
			return nil, Errorf(Conflict, "alert.not_draft", "")
		}
	}
	if err := mayPublish(a, PublishAlert, m, cmd.Contest, cmd.Region, env.Pack); err != nil {
		return nil, err
	}
	if err := cmd.check(env); err != nil {
		return nil, err
	}
	if al.ID == "" {
		*al = Alert{ID: env.ID(), State: AlertDraft, Org: a.Org, Office: a.Office, By: a.Account, CreatedAt: env.Now}
	}
	al.Title, al.Text, al.Claim, al.Verdict = cmd.Title.trimmed(), cmd.Text.trimmed(), cmd.Claim.trimmed(), cmd.Verdict
	al.Urgency, al.Region, al.Contest, al.Platform, al.Check, al.ExpiresAt = cmd.Urgency, cmd.Region, cmd.Contest, cmd.Platform, cmd.Check, cmd.ExpiresAt
	return nil, nil
}

func (cmd WriteAlert) check(env Env) error {
	var f faults
	root := env.Pack.Languages[0]
	checkText(&f, "title", cmd.Title, root, 5, MaxAlertTitle, "alert.title")
	checkText(&f, "text", cmd.Text, root, 20, MaxAlertText, "alert.text")
	if len(cmd.Claim.trimmed()) > 0 {
		checkText(&f, "claim", cmd.Claim, root, 5, MaxAlertClaim, "alert.claim")
		if !contains(Verdicts(), cmd.Verdict) || cmd.Verdict == VerdictTrue {
			f.add("verdict", "alert.verdict") // unmarked, the claim would only be spread once more
		}
	}
	if cmd.Urgency < 1 || cmd.Urgency > 5 {
		f.add("urgency", "alert.urgency")
	}
	checkPlace(&f, env.Pack, cmd.Region, cmd.Contest, cmd.Platform)
	switch life := cmd.ExpiresAt.Sub(env.Now); {
	case life <= 0:
		f.add("expires", "alert.expires_past")
	case life > MaxAlertLife:
		f.add("expires", "alert.expires_late")
	}
	for _, said := range []struct {
		field string
		text  Text
	}{{"title", cmd.Title}, {"text", cmd.Text}} {
		if repeatsAny(said.text, cmd.Claim, cmd.Known) {
			f.add(said.field, "alert.repeats_claim")
		}
	}
	return f.err("alert.invalid")
}

// ProposeAlert ends the writing. Below urgency 5 the alert is out; one of urgency 5 waits for a second partner.
type ProposeAlert struct{}

func (ProposeAlert) apply(al *Alert, a Actor, m Mandate, env Env) ([]EventKind, error) {
	if err := al.own(a); err != nil {
		return nil, err
	}
	if al.State != AlertDraft {
		return nil, Errorf(Conflict, "alert.not_draft", "")
	}
	if err := mayPublish(a, PublishAlert, m, al.Contest, al.Region, env.Pack); err != nil {
		return nil, err
	}
	if err := al.stillAhead(env.Now); err != nil {
		return nil, err
	}
	al.ProposedAt, al.Returned = env.Now, ""
	if al.Urgency >= UrgentNeedsTwo {
		al.State = AlertProposed
		return nil, nil
	}
	al.State, al.PublishedAt = AlertPublished, env.Now
	return []EventKind{EventAlertPublished}, nil
}

// ConfirmAlert is the second partner's word on an alert of urgency 5.
type ConfirmAlert struct{}

func (ConfirmAlert) apply(al *Alert, a Actor, m Mandate, env Env) ([]EventKind, error) {
	if err := al.second(a, m, env); err != nil {
		return nil, err
	}
	if err := al.stillAhead(env.Now); err != nil {
		return nil, err
	}
	al.State, al.PublishedAt, al.SecondOrg, al.SecondBy = AlertPublished, env.Now, a.Org, a.Account
	return []EventKind{EventAlertPublished}, nil
}

// ReturnAlert sends an alert of urgency 5 back to who wrote it. It is a draft again.
type ReturnAlert struct{ Reason string }

func (cmd ReturnAlert) apply(al *Alert, a Actor, m Mandate, env Env) ([]EventKind, error) {
	if err := al.second(a, m, env); err != nil {
		return nil, err
	}
	if !Sentence(cmd.Reason) || len([]rune(cmd.Reason)) > MaxAlertText {
		return nil, Errorf(Invalid, "publish.reason", "reason")
	}
	al.State, al.Returned = AlertDraft, strings.TrimSpace(cmd.Reason)
	return nil, nil
}

// WithdrawAlert takes an alert back. What was published stays to be seen, with the reason; what was not is gone from the desk's lists.
type WithdrawAlert struct{ Reason string }

func (cmd WithdrawAlert) apply(al *Alert, a Actor, _ Mandate, env Env) ([]EventKind, error) {
	// No mandate is asked: whoever lost it must still be able to take a wrong warning back. So may who confirmed it.
	if !a.SignedIn() || a.Org == "" || a.Org != al.SecondOrg {
		if err := al.own(a); err != nil {
			return nil, err
		}
	}
	if al.State == AlertWithdrawn {
		return nil, Errorf(Conflict, "alert.withdrawn", "")
	}
	if !Sentence(cmd.Reason) || len([]rune(cmd.Reason)) > MaxAlertText {
		return nil, Errorf(Invalid, "publish.reason", "reason")
	}
	al.State, al.WithdrawnAt, al.Because = AlertWithdrawn, env.Now, strings.TrimSpace(cmd.Reason)
	if !al.Public() {
		return nil, nil
	}
	return []EventKind{EventAlertWithdrawn}, nil
}

// second refuses whoever is not the second partner that an alert of urgency 5 needs: an office cannot be it, nor the same organisation.
func (al *Alert) second(a Actor, m Mandate, env Env) error {
	if al.ID == "" || al.State != AlertProposed {
		return Errorf(Conflict, "alert.not_proposed", "")
	}
	if !a.Has(RolePartner) {
		return Errorf(Forbidden, "alert.second_partner", "")
	}
	if a.Org == al.Org || a.Account == al.By {
		return Errorf(Forbidden, "alert.second_other", "")
	}
	return mayPublish(a, PublishAlert, m, al.Contest, al.Region, env.Pack)
}

func (al *Alert) own(a Actor) error {
	if al.ID == "" {
		return Errorf(NotFound, "alert.not_found", "")
	}
	if !a.SignedIn() || a.Org == "" || a.Org != al.Org || a.Office != al.Office {
		return Errorf(Forbidden, "publish.not_yours", "")
	}
	return nil
}

func (al *Alert) stillAhead(now time.Time) error {
	if !now.Before(al.ExpiresAt) {
		return Errorf(Invalid, "alert.expires_past", "expires")
	}
	return nil
}

// AlertActs are the entries that the public log is owed for an alert: that it went out, and that it was taken back.
func AlertActs(al Alert, events []Event) []LogAct {
	var out []LogAct
	for _, e := range events {
		pub := map[string]any{"ref": al.ID}
		if al.Region != "" {
			pub["region"] = al.Region
		}
		switch e.Kind {
		case EventAlertPublished:
			pub["level"] = "urgency-" + string(rune('0'+al.Urgency))
			out = append(out, LogAct{Kind: "alert", ID: e.ID, At: e.At, Public: pub, Sealed: secrets("title", al.Title.In("id"), "text", al.Text.In("id"), "sender", al.By, "sender", al.SecondBy)})
		case EventAlertWithdrawn:
			pub["reason"] = "withdrawn"
			out = append(out, LogAct{Kind: "correction", ID: e.ID, At: e.At, Public: pub, Sealed: secrets("reason_text", al.Because, "sender", e.Actor)})
		}
	}
	return out
}
