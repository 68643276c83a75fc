package ronda

import (
	"strings"
	"time"
)

// Audiences are whom a kit is made for.
func Audiences() []string { return []string{"sermon", "class", "community", "newsroom"} }

// KitContent is material against one recurrent rumour for one kind of audience: a thing to send on, and things to say.
type KitContent struct {
	Theme    string      `json:"theme"`
	Audience string      `json:"audience"`
	Region   string      `json:"region,omitempty"` // "" is the whole country
	Title    Text        `json:"title"`
	Lead     Text        `json:"lead"`               // what it is for, in one or two sentences
	Short    []Text      `json:"short"`              // messages to send on, each short enough for a chat
	Points   []Text      `json:"points"`             // what to say, one thought each
	Activity Text        `json:"activity,omitempty"` // something to do together, where the audience has time for it
	Sources  []Reference `json:"sources"`
	Reviewed string      `json:"reviewed"` // day on which somebody last read it over: "2024-11-12"
	Expires  string      `json:"expires"`  // last day on which it should be used
}

// Kit is material with its life: shipped with the pack, or proposed by a partner and approved by a second organisation.
type Kit struct {
	ID string `json:"id"`
	KitContent
	Origin      string     `json:"origin,omitempty"` // "pack" or "partner"
	Version     int64      `json:"version,omitempty"`
	State       AlertState `json:"state,omitempty"` // draft is not used: what is written is proposed
	Org         string     `json:"org,omitempty"`
	By          string     `json:"by,omitempty"`
	SecondOrg   string     `json:"second_org,omitempty"`
	SecondBy    string     `json:"second_by,omitempty"`
	Returned    string     `json:"returned,omitempty"`
	Because     string     `json:"because,omitempty"`
	CreatedAt   time.Time  `json:"created_at,omitzero"`
	PublishedAt time.Time  `json:"published_at,omitzero"`
}

// PackKit is a kit that ships with a pack.
type PackKit struct {
	ID string `json:"id"`
	KitContent
}

// Kit makes the kit of a pack.
func (k PackKit) Kit() Kit {
	return Kit{ID: k.ID, KitContent: k.KitContent, Origin: "pack", Version: 1, State: AlertPublished}
}

// Expired tells whether the last day of use has passed, by the calendar of the kit's region.
func (k KitContent) Expired(now time.Time, p *Pack) bool {
	return k.Expires < now.In(p.Zone(k.Region)).Format(time.DateOnly)
}

// Bounds of a kit: messages fit into a chat and on a card, points into a talk.
const (
	maxKitTitle  = 90
	maxKitLead   = 400
	maxKitShort  = 280
	maxKitPoint  = 500
	maxKitShorts = 6
	maxKitPoints = 12
)

// Check tells what is wrong with a kit.
func (k KitContent) Check(p *Pack) error {
	var f faults
	root := p.Languages[0]
	if indexFunc(p.Themes, func(t Theme) bool { return t.ID == k.Theme }) < 0 {
		f.add("theme", "kit.theme")
	}
	if !contains(Audiences(), k.Audience) {
		f.add("audience", "kit.audience")
	}
	checkPlace(&f, p, k.Region, "", "")
	checkText(&f, "title", k.Title, root, 5, maxKitTitle, "kit.title")
	checkText(&f, "lead", k.Lead, root, 20, maxKitLead, "kit.lead")
	checkTexts(&f, "short", k.Short, root, 1, maxKitShorts, maxKitShort, "kit.short")
	checkTexts(&f, "points", k.Points, root, 2, maxKitPoints, maxKitPoint, "kit.points")
	if len(k.Sources) == 0 || len(k.Sources) > maxReferences {
		f.add("sources", "kit.sources_missing")
	}
	for _, s := range k.Sources {
		if s.URL != "" && !webAddress(s.URL) || strings.TrimSpace(s.Title) == "" {
			f.add("sources", "check.reference_address").With("address", s.URL)
			break
		}
	}
	reviewed, err1 := time.Parse(time.DateOnly, k.Reviewed)
	expires, err2 := time.Parse(time.DateOnly, k.Expires)
	if err1 != nil {
		f.add("reviewed", "kit.reviewed")
	}
	if err2 != nil || err1 == nil && (!expires.After(reviewed) || expires.After(reviewed.AddDate(1, 0, 0))) {
		f.add("expires", "kit.expires")
	}
	return f.err("kit.invalid")
}

func checkTexts(f *faults, field string, list []Text, root string, least, most, long int, code string) {
	if len(list) < least || len(list) > most {
		f.add(field, code+"_missing")
		return
	}
	for _, t := range list {
		before := len(*f)
		if checkText(f, field, t, root, 10, long, code); len(*f) > before {
			return
		}
	}
}

// KitSave is all that one command on a kit brought about.
type KitSave struct {
	Kit    Kit
	Leaves []Leaf
}

// ProposeKit writes a kit. It is public only once a second organisation has approved it.
func ProposeKit(old Kit, a Actor, m Mandate, c KitContent, env Env) (Kit, error) {
	if err := mayPublish(a, PublishKit, m, "", c.Region, env.Pack); err != nil {
		return old, err
	}
	if old.ID != "" && (old.Org != a.Org || old.State != AlertDraft) {
		return old, Errorf(Forbidden, "publish.not_yours", "")
	}
	if err := c.Check(env.Pack); err != nil {
		return old, err
	}
	if c.Expired(env.Now, env.Pack) {
		return old, Errorf(Invalid, "kit.expires", "expires")
	}
	next := old
	if next.ID == "" {
		next = Kit{ID: env.ID(), Origin: "partner", Org: a.Org, By: a.Account, CreatedAt: env.Now}
	}
	next.KitContent, next.State, next.Returned = c, AlertProposed, ""
	next.Version++
	return next, nil
}

// ApproveKit is the second organisation's word: another partner's, or an office's of the election commission. A refusal gives its reason and
// makes the kit a draft of its writers again.
func ApproveKit(old Kit, a Actor, m Mandate, refuse string, env Env) (Kit, error) {
	if old.State != AlertProposed {
		return old, Errorf(Conflict, "kit.not_proposed", "")
	}
	if a.Org == old.Org || a.Account == old.By {
		return old, Errorf(Forbidden, "alert.second_other", "")
	}
	if err := mayPublish(a, PublishKit, m, "", old.Region, env.Pack); err != nil {
		return old, err
	}
	next := old
	next.Version++
	if refuse != "" {
		if !Sentence(refuse) {
			return old, Errorf(Invalid, "publish.reason", "reason")
		}
		next.State, next.Returned = AlertDraft, strings.TrimSpace(refuse)
		return next, nil
	}
	next.State, next.SecondOrg, next.SecondBy, next.PublishedAt = AlertPublished, a.Org, a.Account, env.Now
	return next, nil
}

// WithdrawKit takes a kit back, by either organisation.
func WithdrawKit(old Kit, a Actor, reason string, env Env) (Kit, error) {
	if a.Org == "" || a.Org != old.Org && a.Org != old.SecondOrg {
		return old, Errorf(Forbidden, "publish.not_yours", "")
	}
	if old.State == AlertWithdrawn {
		return old, Errorf(Conflict, "kit.withdrawn", "")
	}
	if !Sentence(reason) {
		return old, Errorf(Invalid, "publish.reason", "reason")
	}
	next := old
	next.State, next.Because = AlertWithdrawn, strings.TrimSpace(reason)
	next.Version++
	return next, nil
}
