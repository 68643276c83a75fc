package ronda

import (
	"slices"
	"strings"
	"time"
)

// Bulletin is an official statement of the election commission: what one of its offices says as itself. It is not a fact-check and bears no
// verdict; pages show it in another shape, and feeds as another type.
type Bulletin struct {
	ID          string      `json:"id"`
	Version     int64       `json:"version"`
	Title       Text        `json:"title"`
	Text        Text        `json:"text"`
	Region      string      `json:"region"`
	Contest     string      `json:"contest,omitempty"`
	Theme       string      `json:"theme,omitempty"`
	Check       string      `json:"check,omitempty"` // fact-check beside which it stands
	Sources     []Reference `json:"sources,omitempty"`
	Org         string      `json:"org"`
	Office      string      `json:"office"`
	By          string      `json:"by"`
	PublishedAt time.Time   `json:"published_at"`
	UpdatedAt   time.Time   `json:"updated_at"`
	WithdrawnAt time.Time   `json:"withdrawn_at,omitzero"`
	Because     string      `json:"because,omitempty"`
	History     []Revision  `json:"history"`
}

// Live tells whether the statement stands.
func (b Bulletin) Live() bool { return b.WithdrawnAt.IsZero() }

// The kinds of event of an official statement. They belong to no case; Data holds its id under "bulletin".
const (
	EventBulletinPublished EventKind = "bulletin.published"
	EventBulletinChanged   EventKind = "bulletin.changed"
	EventBulletinWithdrawn EventKind = "bulletin.withdrawn"
)

// BulletinContent is what an office writes.
type BulletinContent struct {
	Title, Text                   Text
	Region, Contest, Theme, Check string
	Sources                       []Reference
}

// BulletinSave is all that one change of a statement brought about.
type BulletinSave struct {
	Bulletin Bulletin
	Events   []Event
	Leaves   []Leaf
}

const maxBulletin = 4000

func (c BulletinContent) check(p *Pack) error {
	var f faults
	checkText(&f, "title", c.Title, p.Languages[0], 10, MaxAlertTitle+30, "bulletin.title")
	checkText(&f, "text", c.Text, p.Languages[0], 20, maxBulletin, "bulletin.text")
	checkPlace(&f, p, c.Region, c.Contest, "")
	for _, s := range c.Sources {
		if !webAddress(s.URL) {
			f.add("sources", "check.reference_address").With("address", s.URL)
			break
		}
	}
	return f.err("bulletin.invalid")
}

// IssueBulletin publishes a statement of the actor's office, or changes it, with a note that says why. old is nil for a new one.
func IssueBulletin(old *Bulletin, a Actor, c BulletinContent, note string, env Env) (Bulletin, []Event, error) {
	if err := mayPublish(a, PublishOfficial, CommissionOffice(a.Office), c.Contest, c.Region, env.Pack); err != nil {
		return Bulletin{}, nil, err
	}
	if err := c.check(env.Pack); err != nil {
		return Bulletin{}, nil, err
	}
	next := Bulletin{ID: env.ID(), Org: a.Org, Office: a.Office, PublishedAt: env.Now}
	rev, kind := Revision{At: env.Now, Kind: "published"}, EventBulletinPublished
	if old != nil {
		if err := old.own(a); err != nil {
			return *old, nil, err
		}
		if !Sentence(note) {
			return *old, nil, Errorf(Invalid, "check.note_missing", "note")
		}
		next, rev.Kind, rev.Note, kind = *old, "corrected", strings.TrimSpace(note), EventBulletinChanged
	}
	next.By, next.Title, next.Text, next.Region, next.Contest = a.Account, c.Title.trimmed(), c.Text.trimmed(), c.Region, c.Contest
	next.Theme, next.Check, next.Sources, next.UpdatedAt = c.Theme, c.Check, c.Sources, env.Now
	next.Version++
	rev.Version = next.Version
	next.History = append(slices.Clip(next.History), rev)
	return next, publishEvents([]EventKind{kind}, "bulletin", next.ID, a, env), nil
}

// WithdrawBulletin takes a statement back. Its page stays, with the reason.
func WithdrawBulletin(old Bulletin, a Actor, reason string, env Env) (Bulletin, []Event, error) {
	if err := old.own(a); err != nil {
		return old, nil, err
	}
	if !Sentence(reason) {
		return old, nil, Errorf(Invalid, "publish.reason", "reason")
	}
	next := old
	next.Version++
	next.WithdrawnAt, next.Because, next.UpdatedAt = env.Now, strings.TrimSpace(reason), env.Now
	next.History = append(slices.Clip(old.History), Revision{Version: next.Version, At: env.Now, Kind: "withdrawn", Note: next.Because})
	return next, publishEvents([]EventKind{EventBulletinWithdrawn}, "bulletin", next.ID, a, env), nil
}

func (b Bulletin) own(a Actor) error {
	if a.Office == "" || a.Office != b.Office || a.Org != b.Org {
		return Errorf(Forbidden, "publish.not_yours", "")
	}
	if !b.Live() {
		return Errorf(Conflict, "bulletin.withdrawn", "")
	}
	return nil
}

// BulletinActs are the entries that the public log is owed: what an office says in public is an act of that office, and so is taking it back.
func BulletinActs(b Bulletin, events []Event) []LogAct {
	var out []LogAct
	for _, e := range events {
		pub := map[string]any{"ref": b.ID, "authority": b.Org, "version": int(b.Version)}
		if b.Region != "" {
			pub["region"] = b.Region
		}
		act := LogAct{Kind: "official_statement", ID: e.ID, At: e.At, Public: pub, Sealed: secrets("title", b.Title.In("id"), "text", b.Text.In("id"), "author", b.By)}
		if e.Kind != EventBulletinPublished {
			act.Kind = "correction"
			last := b.History[len(b.History)-1]
			pub["reason"] = last.Kind
			act.Sealed = append(act.Sealed, secrets("reason_text", last.Note)...)
		}
		out = append(out, act)
	}
	return out
}

// BulletinsFor picks the statements that fit: those that stand beside a check, and those on a theme that hold for its place. Without a check only
// statements for the whole country fit a theme, because nobody knows where a message is about. At most three, the newest first.
func BulletinsFor(p *Pack, all []Bulletin, check, theme, region string, now time.Time) []Bulletin {
	var out []Bulletin
	for _, b := range all {
		near := b.Region == "" || region != "" && (p.Within(region, b.Region) || p.Within(b.Region, region))
		if b.Live() && !b.PublishedAt.After(now) && (check != "" && b.Check == check || b.Theme != "" && b.Theme == theme && near) && len(out) < 3 {
			out = append(out, b)
		}
	}
	return out
}
