package letter

import (
	"encoding/json"
	"fmt"
	"time"

	"ronda"
)

// format names the shape of the JSON document; a change that breaks readers gets a new number.
const format = "ronda-act/1"

// payload holds what the law wants in each act, in one shape: for an order the points of DSA art. 9(2), for a flag those of art. 16(2), for a
// request those of Permenkominfo 5/2020 art. 16(4). Texts of the pack come in every language, what people wrote as they wrote it.
type payload struct {
	Format      string            `json:"format"`
	Act         ronda.Act         `json:"act"`
	Warning     int               `json:"warning,omitempty"`
	ID          string            `json:"id"`
	Code        string            `json:"code"`
	Number      string            `json:"number,omitempty"`
	Case        string            `json:"case"`
	Language    string            `json:"language"` // of what people wrote
	IssuedAt    time.Time         `json:"issued_at"`
	Signed      bool              `json:"signed"` // always false: this is a copy
	Mark        Mark              `json:"mark,omitempty"`
	Issuer      jsonParty         `json:"issuing_authority"`
	Recipient   jsonParty         `json:"recipient"`
	Legal       jsonRule          `json:"legal_basis"`
	Explanation string            `json:"explanation"`
	Analysis    string            `json:"legal_analysis,omitempty"`
	NewFacts    string            `json:"new_facts,omitempty"`
	Locations   []jsonLocation    `json:"locations"`
	Measure     ronda.Measure     `json:"measure"`
	Necessity   string            `json:"necessity"`
	Milder      []ronda.Measure   `json:"milder_measures,omitempty"`
	Territory   []string          `json:"territorial_scope"`
	Category    ronda.Text        `json:"category,omitempty"`
	Urgent      bool              `json:"urgent"`
	Determined  *jsonDetermined   `json:"determination,omitempty"`
	Basis       *jsonBasis        `json:"rests_on,omitempty"`
	GoodFaith   *bool             `json:"good_faith,omitempty"` // flags
	Submitter   *jsonSubmitter    `json:"submitter,omitempty"`  // flags: name and address of who flags
	Letter      *jsonLetter       `json:"official_letter,omitempty"`
	Evidence    []Exhibit         `json:"evidence,omitempty"`
	Deadline    *jsonDeadline     `json:"deadline,omitempty"` // nil: none by law
	Redress     jsonRedress       `json:"redress"`
	Effect      *jsonEffect       `json:"effect_report,omitempty"`
	WarningText string            `json:"warning_text,omitempty"`
	Withdrawn   string            `json:"withdrawn_reason,omitempty"` // set: the act no longer asks anything
	Check       string            `json:"check_url"`
	Log         *jsonLog          `json:"log,omitempty"`
	Titles      map[string]string `json:"title"`
}

type jsonParty struct {
	ID     string     `json:"id"`
	Name   ronda.Text `json:"name"`
	Office ronda.Text `json:"office,omitempty"`
	Entity string     `json:"entity,omitempty"`
	Email  string     `json:"email,omitempty"`
}

type jsonRule struct {
	Ref          string       `json:"ref"`
	Cite         string       `json:"cite"`
	Law          string       `json:"law,omitempty"`
	Kind         string       `json:"kind"` // "law", "policy"
	Title        ronda.Text   `json:"title,omitempty"`
	ContentDate  time.Time    `json:"content_date,omitzero"`
	ValidFrom    time.Time    `json:"valid_from,omitzero"`
	ValidTo      time.Time    `json:"valid_to,omitzero"`
	Text         string       `json:"text,omitempty"`
	TextVerified bool         `json:"text_verified"`
	Summary      ronda.Text   `json:"summary,omitempty"` // in our words
	Rulings      []jsonRuling `json:"rulings,omitempty"`
	URL          string       `json:"url,omitempty"`
}

type jsonRuling struct {
	Cite   string     `json:"cite"`
	Effect ronda.Text `json:"effect"`
}

type jsonLocation struct {
	Item    string `json:"item"`
	Service string `json:"service,omitempty"`
	Kind    string `json:"kind,omitempty"`
	URL     string `json:"url"`
}

type jsonDetermined struct {
	Agency  string    `json:"agency"`
	Number  string    `json:"number"`
	Date    time.Time `json:"date"`
	Subject string    `json:"subject"`
}

type jsonBasis struct {
	Number string     `json:"number,omitempty"`
	Date   time.Time  `json:"date"`
	Sender ronda.Text `json:"sender"`
}

type jsonSubmitter struct {
	Name  ronda.Text `json:"name"`
	Email string     `json:"email,omitempty"`
}

type jsonLetter struct {
	Number      string      `json:"number"`
	Date        time.Time   `json:"date"`
	Signatories []Signatory `json:"signatories,omitempty"`
}

type jsonDeadline struct {
	Hours         int       `json:"hours,omitempty"`
	Days          int       `json:"days,omitempty"`
	Starts        string    `json:"starts"`
	Legal         bool      `json:"legal"`
	Cite          string    `json:"cite,omitempty"`
	PausesOnQuery bool      `json:"pauses_on_question"`
	MaxPauseHours int       `json:"max_pause_hours,omitempty"`
	ReceivedAt    time.Time `json:"received_at,omitzero"`
	DueAt         time.Time `json:"due_at,omitzero"`
}

type jsonRedress struct {
	Recipient bool   `json:"recipient"`
	Author    bool   `json:"author"`
	Court     bool   `json:"court"`
	Days      int    `json:"days,omitempty"`
	URL       string `json:"url"`
}

type jsonEffect struct {
	To  string `json:"to"` // id of the authority that gets the report
	URL string `json:"url"`
}

type jsonLog struct {
	Index int64  `json:"index"`
	Hash  string `json:"leaf_sha256"`
}

// JSON writes the act for programs. Times are UTC; item ids are those that an answer names.
func (m *Maker) JSON(d Document) ([]byte, error) {
	x := payload{
		Format: format, Act: d.Act, Warning: d.Warning, ID: d.Notice, Code: ronda.FormatCode(d.Code), Number: d.Number, Case: d.CaseNumber, Language: d.Language,
		IssuedAt: d.Date.UTC(), Mark: d.Mark, Issuer: jsonParty{d.Sender.ID, d.Sender.Name, d.Sender.Office, "", d.Sender.Email},
		Recipient:   jsonParty{ID: d.Recipient.ID, Name: named(d.Recipient.Name), Entity: d.Recipient.Entity},
		Explanation: d.Explanation, Analysis: d.Analysis, NewFacts: d.NewFacts, Measure: d.Measure, Necessity: d.Necessity, Milder: d.Milder,
		Territory: []string{d.Country}, Category: d.Category, Urgent: d.Urgent, WarningText: d.WarningText, Withdrawn: d.Withdrawn, Check: d.CheckURL(),
		Redress: jsonRedress{Recipient: true, Author: true, Court: true, Days: d.AppealDays, URL: d.AppealURL()}, Titles: map[string]string{},
	}
	for _, lang := range m.texts.Languages() {
		x.Titles[lang] = m.writer(d, lang).subject()
	}
	x.Legal = legal(d.Rule)
	for _, a := range d.Addresses {
		x.Locations = append(x.Locations, jsonLocation{a.Item, a.Platform, a.Kind, a.URL})
	}
	x.Evidence = d.Evidence
	x.byAct(d)
	out, err := json.MarshalIndent(x, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write JSON of letter %s: %w", d.Notice, err)
	}
	return append(out, '\n'), nil
}

// byAct fills what only one of the acts, or only some letters, have.
func (x *payload) byAct(d Document) {
	switch d.Act {
	case ronda.Flag:
		x.GoodFaith, x.Submitter = &d.GoodFaith, &jsonSubmitter{d.Sender.Name, d.Sender.Email}
	case ronda.Request:
		x.Letter = &jsonLetter{d.Number, d.Date.UTC(), d.Signatories}
	case ronda.Order:
		x.Letter = &jsonLetter{d.Number, d.Date.UTC(), d.Signatories}
		x.Effect = &jsonEffect{d.Sender.ID, d.Base + "/api/v1/notices/" + d.Notice + "/responses"}
	}
	if q := d.Determination; q != nil {
		x.Determined = &jsonDetermined{q.Agency, q.Number, q.Date.UTC(), q.Subject}
	}
	if !d.Basis.Date.IsZero() {
		x.Basis = &jsonBasis{d.Basis.Number, d.Basis.Date.UTC(), d.Basis.Sender}
	}
	if t := d.Term; t.Hours > 0 || t.Days > 0 {
		x.Deadline = &jsonDeadline{t.Hours, t.Days, "receipt", t.Legal, t.Cite, t.Pauses, t.MaxPause, utc(t.ReceivedAt), utc(t.DueAt)}
	}
	if d.Log.Entered {
		x.Log = &jsonLog{d.Log.Index, d.Log.Hash}
	}
}

func legal(r Rule) jsonRule {
	out := jsonRule{Ref: r.Ref, Cite: r.Cite, Law: r.Law, Kind: "law", Title: r.Title, ContentDate: r.At.UTC(), ValidFrom: utc(r.Valid.From), ValidTo: utc(r.Valid.To),
		Text: r.Text, TextVerified: r.Verified && r.Text != "", Summary: r.Summary, URL: r.URL}
	if r.Policy {
		out.Kind = "policy"
	}
	for _, x := range r.Rulings {
		out.Rulings = append(out.Rulings, jsonRuling{x.Cite, x.Effect})
	}
	return out
}

// utc keeps an open bound open.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

// named gives a name that is the same in every language the tag of an undetermined language (BCP 47).
func named(t ronda.Text) ronda.Text {
	if name, ok := t[""]; ok {
		return ronda.Text{"und": name}
	}
	return t
}
