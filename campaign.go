package ronda

import "time"

// CampaignKind says whose account it is: the pair's own, a party's, or the campaign team's.
type CampaignKind string

// The kinds.
const (
	CampaignOfficial CampaignKind = "official"
	CampaignParty    CampaignKind = "party"
	CampaignTeam     CampaignKind = "team"
)

// CampaignKinds lists the kinds in the order in which lists show them.
func CampaignKinds() []CampaignKind {
	return []CampaignKind{CampaignOfficial, CampaignParty, CampaignTeam}
}

// Medium is where an advert runs.
type Medium string

// The media.
const (
	MediumPrint     Medium = "print"
	MediumBroadcast Medium = "broadcast"
	MediumOnline    Medium = "online"
	MediumSocial    Medium = "social"
)

// Media lists the media.
func Media() []Medium { return []Medium{MediumPrint, MediumBroadcast, MediumOnline, MediumSocial} }

// Pair is a pair of candidates of one contest. Lists show pairs by number, all of them alike.
type Pair struct {
	Number      int       `json:"number"` // on the ballot; before the draw, the place in the commission's decision
	Head        string    `json:"head"`
	Deputy      string    `json:"deputy"`
	Fictional   bool      `json:"fictional,omitempty"` // made up for a demonstration: every page says so
	EnteredAt   time.Time `json:"entered_at"`
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
}

// CampaignAccount is one registered account of a pair. It begins with its registration, may be reported as deactivated, and ends when its
// registration is withdrawn. A row is never removed: what was registered when must stay known.
type CampaignAccount struct {
	ID            string        `json:"id"`
	Pair          int           `json:"pair"`
	Platform      string        `json:"platform"`
	Kind          CampaignKind  `json:"kind"`
	Handle        string        `json:"handle"`            // as the service shows it, without "@"
	Address       string        `json:"address"`           // canonical
	Key           string        `json:"key"`               // identity by the address (package link)
	Aliases       []string      `json:"aliases,omitempty"` // keys of other addresses of the same account: "@name" beside a number
	Looks         string        `json:"looks"`             // the handle with what people cannot tell apart folded together
	Since         time.Time     `json:"since"`
	By            string        `json:"by"`
	DeactivatedAt time.Time     `json:"deactivated_at,omitzero"`
	WithdrawnAt   time.Time     `json:"withdrawn_at,omitzero"`
	Withdrawn     string        `json:"withdrawn,omitempty"` // why: mistake, replaced, closed, pair_withdrawn
	Look          RecheckResult `json:"look,omitempty"`      // what the last look found, by Ronda or by a person; never public
	LookAt        time.Time     `json:"look_at,omitzero"`
}

// Registered tells whether the registration stands.
func (a CampaignAccount) Registered() bool { return a.WithdrawnAt.IsZero() }

// Keys are all identities of the account.
func (a CampaignAccount) Keys() []string { return append([]string{a.Key}, a.Aliases...) }

// Advert is a registered advert of a pair with the days on which it runs, local to the region, both included.
type Advert struct {
	ID          string    `json:"id"`
	Pair        int       `json:"pair"`
	Medium      Medium    `json:"medium"`
	Name        string    `json:"name"` // the paper, station or page that carries it
	Address     string    `json:"address,omitempty"`
	Key         string    `json:"key,omitempty"`
	Start       string    `json:"start"` // "2024-11-10"
	End         string    `json:"end"`
	Since       time.Time `json:"since"`
	By          string    `json:"by"`
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
}

// CampaignRule is a rule of the calendar about registered accounts or registered adverts, as data of the pack.
type CampaignRule struct {
	ID      string   `json:"id"`
	Subject string   `json:"subject"`         // "account" or "advert"
	Media   []Medium `json:"media,omitempty"` // adverts in these media; all where empty
	Stage   string   `json:"stage"`           // Stage.ID
	When    string   `json:"when"`            // the rule is touched "inside" the stage, "outside" of it, or "before" it
	Text    Text     `json:"text"`
	Source  Source   `json:"source"`
}

// Marks tells whether the rule is sure enough to mark anything. What nobody could verify is shown as that, and marks nothing.
func (r CampaignRule) Marks() bool { return r.Source.Status != "unverified" }

// CampaignSubject is what a calendar rule is asked about. The zero value is anyone's post: no rule marks it.
type CampaignSubject struct {
	Kind   string // SubjectAccount, SubjectAdvert or ""
	Medium Medium
	Region string // of the contest: days are local to it
}

// The subjects of calendar rules.
const (
	SubjectAccount = "account"
	SubjectAdvert  = "advert"
)

// CampaignRulesAt returns the rules that a registered account or advert touches by being active at t. For everything else it returns
// nothing, whatever the day: a citizen may speak in the quiet period too. Being marked is no finding; a person decides.
func (p *Pack) CampaignRulesAt(s CampaignSubject, t time.Time) []CampaignRule {
	return p.campaignRulesOn(s, p.LocalDay(t, s.Region))
}

func (p *Pack) campaignRulesOn(s CampaignSubject, day string) []CampaignRule {
	if s.Kind != SubjectAccount && s.Kind != SubjectAdvert {
		return nil
	}
	var out []CampaignRule
	for _, r := range p.CampaignRules {
		if r.Subject == s.Kind && r.Marks() && (len(r.Media) == 0 || contains(r.Media, s.Medium)) && p.touches(r, day) {
			out = append(out, r)
		}
	}
	return out
}

// touches compares a local day with the rule's stage. A stage whose days are not known touches nothing.
func (p *Pack) touches(r CampaignRule, day string) bool {
	s, ok := p.Stage(r.Stage)
	if !ok || (s.Start == "" && s.End == "") {
		return false
	}
	before := s.Start != "" && day < s.Start
	after := s.End != "" && day > s.End
	switch r.When {
	case "inside":
		return !before && !after
	case "outside":
		return before || after
	case "before":
		return before
	}
	return false
}

// AdvertRules returns the rules that an advert touches on any of its days, each with the first such day.
func (p *Pack) AdvertRules(a Advert, region string) map[string]string {
	out := map[string]string{}
	day, err := time.Parse(time.DateOnly, a.Start)
	if err != nil {
		return out
	}
	for range maxAdvertDays {
		local := day.Format(time.DateOnly)
		if local > a.End {
			break
		}
		for _, r := range p.campaignRulesOn(CampaignSubject{Kind: SubjectAdvert, Medium: a.Medium, Region: region}, local) {
			if _, known := out[r.ID]; !known {
				out[r.ID] = local
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return out
}

// maxAdvertDays bounds the span of an advert: longer than any campaign.
const maxAdvertDays = 200

// CampaignRule returns the rule with the id.
func (p *Pack) CampaignRule(id string) (CampaignRule, bool) {
	for _, r := range p.CampaignRules {
		if r.ID == id {
			return r, true
		}
	}
	return CampaignRule{}, false
}

// Stage returns the calendar stage with the id.
func (p *Pack) Stage(id string) (Stage, bool) {
	for _, s := range p.Calendar {
		if s.ID == id {
			return s, true
		}
	}
	return Stage{}, false
}

// LocalDay is the day that a region writes at t: "2024-11-24".
func (p *Pack) LocalDay(t time.Time, region string) string {
	return t.In(p.Zone(region)).Format(time.DateOnly)
}

// StageSpan returns the instants between which a region is in a stage, the second one no longer in it. ok is false where its days are not known.
func (p *Pack) StageSpan(id, region string) (from, to time.Time, ok bool) {
	s, found := p.Stage(id)
	if !found || s.Start == "" || s.End == "" {
		return from, to, false
	}
	zone := p.Zone(region)
	from, err1 := time.ParseInLocation(time.DateOnly, s.Start, zone)
	to, err2 := time.ParseInLocation(time.DateOnly, s.End, zone)
	return from, to.AddDate(0, 0, 1), err1 == nil && err2 == nil
}

// OfficeOf is the office of the authority with a role ("commission", "supervisor") in exactly this region.
func (p *Pack) OfficeOf(role, region string) (Office, bool) {
	for _, a := range p.Authorities {
		if a.Role == role {
			return p.Office(a.ID + ":" + region)
		}
	}
	return Office{}, false
}

// campaignCase is a contest as the permission table sees it: held by the office of a role in the contest's own region.
func (p *Pack) campaignCase(contest Contest, role string) Case {
	o, _ := p.OfficeOf(role, contest.Region)
	return Case{Contest: contest.ID, Region: contest.Region, Office: o.ID}
}

// CanRegister tells whether a person may change the register of a contest.
func CanRegister(a Actor, contest Contest, p *Pack) error {
	return Can(a, RegisterCampaign, p.campaignCase(contest, "commission"), p)
}

// CanMark tells whether a person may decide about marks in a contest.
func CanMark(a Actor, contest Contest, p *Pack) error {
	return Can(a, DecideMark, p.campaignCase(contest, "supervisor"), p)
}

// CanSeeRegister tells whether a person may see the register with its history and its open marks: the commission's and the supervisor's
// office of the contest, whoever watches over them.
func CanSeeRegister(a Actor, contest Contest, p *Pack) error {
	if Can(a, ReadCampaign, p.campaignCase(contest, "commission"), p) == nil {
		return nil
	}
	return Can(a, ReadCampaign, p.campaignCase(contest, "supervisor"), p)
}
