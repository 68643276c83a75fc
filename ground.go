package ronda

import "time"

// Ground is a legal ground split into the elements that must all be met. It carries its own span, the rulings that narrow it
// and what is doubtful about it, because content is judged by the rule of its date.
type Ground struct {
	ID string `json:"id"` // "ite-28-2", unique together with the span
	Validity
	Cite       string     `json:"cite"`  // "UU ITE Pasal 28 ayat (2)"
	Law        string     `json:"law"`   // "UU 11/2008 jo. UU 19/2016 jo. UU 1/2024"
	Title      Text       `json:"title"` // what it forbids, in plain words
	Summary    Text       `json:"summary"`
	Text       string     `json:"text,omitempty"` // article text where a transcription is at hand; quote the gazette in a real letter
	Elements   []Element  `json:"elements"`
	Exceptions []Text     `json:"exceptions,omitempty"`
	Acts       []Act      `json:"acts"`       // the acts it can carry; empty means none (shown as a warning, never offered)
	NotFor     []string   `json:"not_for"`    // category ids for which it is no ground ("hoax" for ITE 28(1))
	Complaint  bool       `json:"complaint"`  // the victim's own complaint must be attached (ITE 27A with 45(5))
	Determined bool       `json:"determined"` // an agency must determine it by name first (Permenkominfo 5/2020 9(5), 14(3)c)
	Penalty    Text       `json:"penalty,omitempty"`
	Rulings    []Ruling   `json:"rulings,omitempty"`
	Warnings   []Text     `json:"warnings,omitempty"` // shown to the reader beside the elements
	Source     Source     `json:"source"`
	Mildest    []Measure  `json:"mildest,omitempty"` // measures to weigh before removal, mildest first
	Categories []string   `json:"categories"`
	Kind       GroundKind `json:"kind"`
}

// GroundKind tells law from a platform's own policy.
type GroundKind string

// The kinds of ground.
const (
	GroundLaw    GroundKind = "law"
	GroundPolicy GroundKind = "policy"
)

// Element is one condition of a ground.
type Element struct {
	ID   string `json:"id"`
	Text Text   `json:"text"`
	Hint Text   `json:"hint,omitempty"`
}

// Ruling is a court's decision that narrows a ground from a date on. It may add elements that must be met too.
type Ruling struct {
	Validity
	Cite     string    `json:"cite"`
	Effect   Text      `json:"effect"`
	Elements []Element `json:"elements,omitempty"`
	Source   Source    `json:"source"`
}

// ElementsAt returns the elements that hold for content of date t: the ground's own and those that rulings in force at t add.
func (g Ground) ElementsAt(t time.Time) []Element {
	out := append([]Element(nil), g.Elements...)
	for _, r := range g.Rulings {
		if r.Holds(t) {
			out = append(out, r.Elements...)
		}
	}
	return out
}

// Carries tells whether the ground can carry the act.
func (g Ground) Carries(a Act) bool {
	for _, x := range g.Acts {
		if x == a {
			return true
		}
	}
	return false
}

// Clock is a deadline as data.
type Clock struct {
	ID       string   `json:"id"`      // "order", "order_urgent", "first_answer", "second_review", "triage", "restoration", …
	Hours    int      `json:"hours"`   // elapsed hours; 0 where Days counts
	Days     int      `json:"days"`    // calendar days, local to the region
	Starts   string   `json:"starts"`  // "receipt", "sent", "reported", "known", "assigned", "appealed"
	Pauses   []Answer `json:"pauses"`  // answers that stop the clock until they are met ("needs_information")
	Resumes  string   `json:"resumes"` // what starts it again: "information_given"
	MaxPause int      `json:"max_pause_hours"`
	Remind   []int    `json:"remind_hours"` // hours before the deadline
	Name     Text     `json:"name"`
	Basis    string   `json:"basis"` // who set it: "law", "service" (our own promise), "promise" (a political one), "none" (no deadline: Hours and Days are 0)
	Source   Source   `json:"source"`
	Validity
}

// Ladder is the sequence of warnings after an order is not obeyed.
type Ladder struct {
	ID    string       `json:"id"`
	Steps []LadderStep `json:"steps"`
	Validity
	Source Source `json:"source"`
}

// LadderStep is one rung. Only the ministry climbs it, and the last one is a recommendation, never an act of this software.
type LadderStep struct {
	ID    string `json:"id"` // "warning_1"
	Name  Text   `json:"name"`
	After string `json:"after"` // the clock that must have run out: Clock.ID
	Asks  Text   `json:"asks"`
}
