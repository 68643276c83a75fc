package ronda

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Reference is one source of what is said, for people to follow.
type Reference struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Revision is one version of something published, as everybody may see it: when, what changed, why.
type Revision struct {
	Version int64     `json:"version"`
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"`              // "published", "corrected", "updated", "withdrawn"
	Changed []string  `json:"changed,omitempty"` // names of fields
	Note    string    `json:"note,omitempty"`
	Verdict Verdict   `json:"verdict,omitempty"` // before a correction of it
	By      string    `json:"by,omitempty"`      // organisation that took back what it had not written here
}

// CheckContent is what a partner writes in a fact-check.
type CheckContent struct {
	Claim       Text        `json:"claim,omitempty"`       // what goes around, in the writer's own words
	Truth       Text        `json:"truth,omitempty"`       // the correction in one sentence
	Explanation Text        `json:"explanation,omitempty"` // how it was checked
	Verdict     Verdict     `json:"verdict,omitempty"`
	Class       string      `json:"class,omitempty"`
	Narration   string      `json:"narration,omitempty"` // the text that goes around; for matching only
	Keywords    []string    `json:"keywords,omitempty"`
	Addresses   []string    `json:"addresses,omitempty"` // identities of items that carried it
	References  []Reference `json:"references,omitempty"`
	URL         string      `json:"url,omitempty"` // the outlet's own article, where there is one
	Author      string      `json:"author,omitempty"`
	Date        string      `json:"date,omitempty"` // of an imported check; "" is the day of publication
	Region      string      `json:"region,omitempty"`
	Contest     string      `json:"contest,omitempty"`
	Theme       string      `json:"theme,omitempty"`
	Language    string      `json:"language,omitempty"`
	Media       string      `json:"media,omitempty"` // "image", "video", "audio": what was checked, where it was one
	Picture     *Evidence   `json:"picture,omitempty"`
}

// CheckDraft is a fact-check while it is written, kept until it is published. It belongs to an organisation: any of its people may go on with it.
type CheckDraft struct {
	ID        string       `json:"id"`
	Version   int64        `json:"version"`
	Org       string       `json:"org"`
	By        string       `json:"by"`
	Check     string       `json:"check,omitempty"`      // FactCheck.ID that it corrects
	CheckFrom int          `json:"check_from,omitempty"` // version of that check which the writer saw
	Case      string       `json:"case,omitempty"`       // case that it answers
	Wish      string       `json:"wish,omitempty"`       // message that it answers
	Note      string       `json:"note,omitempty"`       // why it is corrected
	Content   CheckContent `json:"content"`
	CreatedAt time.Time    `json:"created_at"`
	UpdatedAt time.Time    `json:"updated_at"`
	Done      string       `json:"done,omitempty"` // FactCheck.ID that came of it, or "dropped"
}

// CheckSave is all that publishing, correcting or retracting a fact-check brought about. Was is the version that the change is built on, 0 for a
// new check; another one in the store is a conflict.
type CheckSave struct {
	Check  FactCheck
	Was    int
	Event  string // id of the event
	By     Actor  // whose doing it is
	Draft  *CheckDraft
	Jobs   []Job
	Leaves []Leaf
}

// Bounds of a fact-check.
const (
	maxClaim       = 300
	maxTruth       = 220 // it must fit on the picture that messengers show
	maxExplanation = 12000
	maxReferences  = 20
)

// Classes are the fine classes, after First Draft and Mafindo.
func Classes() []string {
	return []string{"satire atau parodi", "koneksi keliru", "konteks keliru", "konten menyesatkan", "konten tiruan", "konten dimanipulasi", "konten rekaan"}
}

// Check tells what a fact-check still lacks before it can be published.
func (c CheckContent) Check(env Env) error {
	var f faults
	root := env.Pack.Languages[0]
	checkText(&f, "claim", c.Claim, root, 10, maxClaim, "check.claim")
	checkText(&f, "truth", c.Truth, root, 10, maxTruth, "check.truth")
	if !Sentence(c.Truth.trimmed()[root]) {
		f.add("truth", "check.truth_missing")
	}
	checkText(&f, "explanation", c.Explanation, root, 20, maxExplanation, "check.explanation")
	if !contains(Verdicts(), c.Verdict) || c.Verdict == VerdictUnchecked {
		f.add("verdict", "check.verdict_missing")
	}
	if c.Class != "" && !contains(Classes(), c.Class) {
		f.add("class", "check.class")
	}
	if len(c.References) == 0 {
		f.add("references", "check.references_missing")
	} else if len(c.References) > maxReferences {
		f.add("references", "check.references_many")
	}
	for _, r := range c.References {
		if !webAddress(r.URL) {
			f.add("references", "check.reference_address").With("address", r.URL)
			break
		}
	}
	if c.URL != "" && !webAddress(c.URL) {
		f.add("url", "check.url")
	}
	checkPlace(&f, env.Pack, c.Region, c.Contest, "")
	if c.Theme != "" && indexFunc(env.Pack.Themes, func(t Theme) bool { return t.ID == c.Theme }) < 0 {
		f.add("theme", "check.theme")
	}
	return f.err("check.invalid")
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && len(s) <= 2000
}

// PublishFactCheck publishes a partner's check, or a correction of one: (check, actor, mandate, content, why, now) → (check, error). old is nil for
// a new one. A correction says why, in a notice that stands on the page for good; so does each version before it.
func PublishFactCheck(old *FactCheck, a Actor, m Mandate, c CheckContent, outlet, note string, env Env) (FactCheck, error) {
	if err := mayPublish(a, PublishCheck, m, c.Contest, c.Region, env.Pack); err != nil {
		return FactCheck{}, err
	}
	if err := c.Check(env); err != nil {
		return FactCheck{}, err
	}
	next := FactCheck{ID: env.ID(), Origin: "partner", Org: a.Org, Outlet: outlet, Date: c.Date}
	rev := Revision{Version: 1, At: env.Now, Kind: "published"}
	if old != nil {
		if err := mayChange(*old, a); err != nil {
			return FactCheck{}, err
		}
		if !Sentence(note) {
			return FactCheck{}, Errorf(Invalid, "check.note_missing", "note")
		}
		next, rev.Kind, rev.Note, rev.Version = *old, "corrected", strings.TrimSpace(note), int64(old.Version)+1
		if rev.Changed = changedFields(*old, c); len(rev.Changed) == 0 {
			return FactCheck{}, Errorf(Conflict, "check.unchanged", "")
		}
		if old.Verdict != c.Verdict {
			rev.Verdict = old.Verdict
		}
	}
	if next.Date == "" {
		next.Date = env.Now.In(env.Pack.Zone(c.Region)).Format(time.DateOnly)
	}
	next.fill(c)
	next.Version, next.UpdatedAt = int(rev.Version), env.Now
	next.History = append(slices.Clip(next.History), rev)
	return next, nil
}

// RetractFactCheck takes a check back. Its page stays, with the reason; answers to messages stop naming it. outlet is the name under which a partner
// is accredited.
func RetractFactCheck(old FactCheck, a Actor, outlet, reason string, env Env) (FactCheck, error) {
	if err := MayRetract(old, a, outlet, env.Pack); err != nil {
		return old, err
	}
	if !Sentence(reason) {
		return old, Errorf(Invalid, "publish.reason", "reason")
	}
	next := old
	next.Version, next.UpdatedAt, next.Retracted, next.Because = old.Version+1, env.Now, env.Now, strings.TrimSpace(reason)
	rev := Revision{Version: int64(next.Version), At: env.Now, Kind: "withdrawn", Note: next.Because}
	if old.Org != a.Org {
		rev.By = a.Org
	}
	next.History = append(slices.Clip(old.History), rev)
	return next, nil
}

// MayRetract says why an actor may not take a check back, nil if they may. What was written here its own organisation alone takes back. What came in
// by a file or with the pack has no organisation here: the partner whose outlet it names may, and whoever speaks for the office of the accrediting
// authority for the check's region, for the whole country where it names none.
func MayRetract(f FactCheck, a Actor, outlet string, p *Pack) error {
	if f.Org != "" || f.Origin == "partner" {
		if err := Can(a, PublishCheck, Case{}, p); err != nil {
			return err
		}
		return mayChange(f, a)
	}
	if err := Can(a, WithdrawCheck, Case{Region: f.Region, Contest: f.Contest}, p); err != nil {
		return err
	}
	own := a.Has(RolePartner) && outlet != "" && strings.EqualFold(strings.TrimSpace(outlet), strings.TrimSpace(f.Outlet))
	if !own && (a.Has(RolePartner) || !WithdrawsChecks(a, p)) {
		return Errorf(Forbidden, "publish.not_yours", "")
	}
	if !f.Live() {
		return Errorf(Conflict, "check.retracted", "")
	}
	return nil
}

// WithdrawsChecks tells whether an actor may take back checks at all, before it is known which: partners, and people of the accrediting authority.
func WithdrawsChecks(a Actor, p *Pack) bool {
	return MayAny(a, WithdrawCheck) && (a.Has(RolePartner) || p.Accreditor(a.Org) && a.Office != "" && OfficeAuthority(a.Office) == a.Org)
}

// mayChange lets only the organisation whose check it is change it.
func mayChange(f FactCheck, a Actor) error {
	if f.Org == "" || f.Org != a.Org {
		return Errorf(Forbidden, "publish.not_yours", "")
	}
	if !f.Live() {
		return Errorf(Conflict, "check.retracted", "")
	}
	return nil
}

func (f *FactCheck) fill(c CheckContent) {
	f.Claim, f.Truth, f.Explanation, f.Verdict, f.Class = c.Claim.trimmed(), c.Truth.trimmed(), c.Explanation.trimmed(), c.Verdict, c.Class
	f.Narration, f.Keywords, f.Addresses, f.References = c.Narration, c.Keywords, c.Addresses, c.References
	f.URL, f.Author, f.Region, f.Contest, f.Theme, f.Language, f.Media, f.Picture = c.URL, c.Author, c.Region, c.Contest, c.Theme, c.Language, c.Media, c.Picture
}

// Content is what stands in a check, to be changed.
func (f FactCheck) Content() CheckContent {
	return CheckContent{Claim: f.Claim, Truth: f.Truth, Explanation: f.Explanation, Verdict: f.Verdict, Class: f.Class, Narration: f.Narration, Keywords: f.Keywords,
		Addresses: f.Addresses, References: f.References, URL: f.URL, Author: f.Author, Date: f.Date, Region: f.Region, Contest: f.Contest, Theme: f.Theme,
		Language: f.Language, Media: f.Media, Picture: f.Picture}
}

// changedFields names what a correction changes, in the order of the form.
func changedFields(f FactCheck, c CheckContent) []string {
	var out []string
	add := func(name string, same bool) {
		if !same {
			out = append(out, name)
		}
	}
	sameText := func(a, b Text) bool {
		a, b = a.trimmed(), b.trimmed()
		if len(a) != len(b) {
			return false
		}
		for k := range a {
			if a[k] != b[k] {
				return false
			}
		}
		return true
	}
	add("claim", sameText(f.Claim, c.Claim))
	add("verdict", f.Verdict == c.Verdict)
	add("class", f.Class == c.Class)
	add("truth", sameText(f.Truth, c.Truth))
	add("explanation", sameText(f.Explanation, c.Explanation))
	add("references", slices.Equal(f.References, c.References))
	add("url", f.URL == c.URL)
	add("place", f.Region == c.Region && f.Contest == c.Contest)
	add("theme", f.Theme == c.Theme)
	add("picture", (f.Picture == nil) == (c.Picture == nil) && (f.Picture == nil || f.Picture.ID == c.Picture.ID))
	add("matching", f.Narration == c.Narration && slices.Equal(f.Keywords, c.Keywords) && slices.Equal(f.Addresses, c.Addresses))
	return out
}

// CheckActs is the entry that the public log is owed for a version of a partner's check. id is the event's.
func CheckActs(f FactCheck, id string, a Actor) LogAct {
	pub := map[string]any{"ref": logRef(f.ID), "version": f.Version, "verdict": string(f.Verdict)}
	if f.Region != "" {
		pub["region"] = f.Region
	}
	act := LogAct{Kind: "fact_check", ID: id, At: f.UpdatedAt, Public: pub, Sealed: secrets("title", f.Claim.In("id"), "text", f.Truth.In("id"), "author", a.Account)}
	if f.Version > 1 {
		act.Kind = "correction"
		last := f.History[len(f.History)-1]
		pub["reason"] = last.Kind
		act.Sealed = append(act.Sealed, secrets("reason_text", last.Note)...)
	}
	return act
}

// logRef is the id of a check in the public log. What outlets give as ids may not fit the log's alphabet, which keeps numbers of people out.
func logRef(id string) string {
	plain, digits := id != "" && len(id) <= 80, 0
	for i, c := range []byte(id) {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		case (c == '.' || c == '_' || c == '-') && i > 0 && i < len(id)-1:
		default:
			plain = false
		}
	}
	if plain && digits < len(id) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "check-" + hex.EncodeToString(sum[:16])
}

// Suggestion is that a published check may answer an open case. An officer confirms or refuses it on the case, where the reasons stand.
type Suggestion struct {
	Case   string    `json:"case"`
	Claim  string    `json:"claim"`
	Office string    `json:"office"`
	Region string    `json:"region"`
	Level  string    `json:"level"`
	At     time.Time `json:"at"`
}
