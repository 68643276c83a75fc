package ronda

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Correction is a public word that something published here was wrong. It is never changed or taken away: a wrong correction is corrected by another
// one. It is an official act and owes an entry in the public log.
type Correction struct {
	ID    string          `json:"id"`
	At    time.Time       `json:"at"`
	By    string          `json:"by"` // account; not shown
	Org   string          `json:"org"`
	About CorrectionAbout `json:"about"`
	Page  string          `json:"page,omitempty"`  // path of what was wrong, such as "/data/bagan/hasil"
	Since string          `json:"since,omitempty"` // "2024-11-20": the first day on which it was wrong
	Wrong Text            `json:"wrong"`           // what stood there
	Right Text            `json:"right"`           // what is right, and why it was wrong
}

// CorrectionAbout says what kind of thing was wrong.
type CorrectionAbout string

// The kinds of thing.
const (
	CorrectFigure CorrectionAbout = "figure" // a number or a chart
	CorrectFile   CorrectionAbout = "file"   // a download
	CorrectAct    CorrectionAbout = "act"    // the page of an act
	CorrectText   CorrectionAbout = "text"   // an explanation
)

// CorrectionsAbout lists the kinds.
func CorrectionsAbout() []CorrectionAbout {
	return []CorrectionAbout{CorrectFigure, CorrectFile, CorrectAct, CorrectText}
}

// Bounds of a correction's words, in letters.
const (
	minCorrection = 20
	maxCorrection = 1000
)

// EventCorrected tells that a correction was published. It belongs to no case; Data holds its id under "correction".
const EventCorrected EventKind = "data.corrected"

// Correct publishes a correction. Faults name the fields "about", "page", "since", and
// "wrong_<language>" and "right_<language>".
func Correct(a Actor, in Correction, env Env) (Correction, []Event, []LogAct, error) {
	if err := Can(a, PublishCorrection, Case{}, env.Pack); err != nil {
		return Correction{}, nil, nil, err
	}
	in.ID, in.At, in.By, in.Org = env.ID(), env.Now, a.Account, a.Org
	in.Page, in.Since = strings.TrimSpace(in.Page), strings.TrimSpace(in.Since)
	in.Wrong, in.Right = trimmed(in.Wrong), trimmed(in.Right)
	var f faults
	if !contains(CorrectionsAbout(), in.About) {
		f.add("about", "correction.about")
	}
	if in.Page != "" && (!strings.HasPrefix(in.Page, "/") || strings.HasPrefix(in.Page, "//") || len(in.Page) > 300 || strings.ContainsAny(in.Page, "\\ \t\r\n")) {
		f.add("page", "correction.page")
	}
	if in.Since != "" {
		if day, err := time.Parse(time.DateOnly, in.Since); err != nil || day.After(env.Now.Add(24*time.Hour)) {
			f.add("since", "correction.since")
		}
	}
	for _, x := range []struct {
		field string
		text  Text
	}{{"wrong", in.Wrong}, {"right", in.Right}} {
		for lang, words := range x.text {
			if n := utf8.RuneCountInString(words); n < minCorrection || n > maxCorrection {
				f.add(x.field+"_"+lang, "correction.words")
			}
		}
		if len(x.text) == 0 {
			f.add(x.field+"_id", "correction.words")
		}
	}
	if err := f.err("correction.invalid"); err != nil {
		return Correction{}, nil, nil, err
	}
	event := Event{ID: env.ID(), Kind: EventCorrected, At: in.At, Actor: a.Account, Data: map[string]string{"correction": in.ID}}
	act := LogAct{Kind: "correction", ID: in.ID, At: in.At, Public: map[string]any{"ref": in.ID, "correction": in.ID, "scope": string(in.About)},
		Sealed: secrets("text", in.Wrong.In("id"), "text", in.Right.In("id"))}
	return in, []Event{event}, []LogAct{act}, nil
}

// trimmed takes away the blanks around each text, and languages without one.
func trimmed(t Text) Text {
	out := Text{}
	for lang, words := range t {
		if words = strings.TrimSpace(words); words != "" {
			out[lang] = words
		}
	}
	return out
}
