package tipline

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"ronda"
	"ronda/internal/intake"
)

// Step is what the conversation waits for.
type Step string

// The steps. At rest any message is one to check.
const (
	StepRest     Step = ""
	StepResult   Step = "result" // an answer was given; it can be reported, or shown to fact-checkers
	StepCategory Step = "category"
	StepRegion   Step = "region"
	StepFollow   Step = "follow" // which region to get alerts for
	StepAnswer   Step = "answer" // to a question on a ticket
	StepErase    Step = "erase"  // really forget everything?
)

// State is what a conversation remembers. It is stored sealed.
type State struct {
	Lang    string   `json:"lang,omitempty"`
	Region  string   `json:"region,omitempty"` // where the last report was from
	Step    Step     `json:"step,omitempty"`
	Since   int64    `json:"since,omitempty"` // when the step began, in Unix seconds
	Draft   *Draft   `json:"draft,omitempty"`
	Turn    int      `json:"turn,omitempty"`    // counts drafts: a button below an older answer must not act on a newer message
	Offered []Choice `json:"offered,omitempty"` // what the last message let the person choose
	Page    int      `json:"page,omitempty"`    // of the categories
	Follows []string `json:"follows,omitempty"`
	Ticket  string   `json:"ticket,omitempty"` // code of the ticket that is being answered
	Met     bool     `json:"met,omitempty"`    // the person knows what this is
	Quiet   bool     `json:"quiet,omitempty"`
}

// Draft is the message that the conversation is about, masked. It becomes a report, or goes.
type Draft struct {
	Text     string `json:"text,omitempty"`
	Media    Media  `json:"media,omitzero"`
	Source   string `json:"source,omitempty"`
	Category string `json:"category,omitempty"`
	Level    string `json:"level,omitempty"`
	Links    int    `json:"links,omitempty"`
}

// draftLife is how long a message waits to be reported. After that a tap finds nothing and says so.
const draftLife = 2 * time.Hour

// rest forgets the step and the draft.
func (s State) rest() State {
	s.Step, s.Since, s.Draft, s.Offered, s.Page, s.Ticket = StepRest, 0, nil, nil, 0, ""
	return s
}

// at goes to a step.
func (s State) at(step Step, now time.Time) State {
	s.Step, s.Since, s.Offered = step, now.Unix(), nil
	return s
}

// fresh is the state without what is too old.
func (s State) fresh(now time.Time) State {
	if s.Since != 0 && now.Sub(time.Unix(s.Since, 0)) > draftLife {
		return s.rest()
	}
	return s
}

// follow notes a subscription in the state, so that it can be listed.
func (s State) follow(region string) State {
	if !slices.Contains(s.Follows, region) {
		s.Follows = append(slices.Clone(s.Follows), region)
	}
	return s
}

// encode writes the state as it is sealed.
func (s State) encode() ([]byte, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("write state: %w", err)
	}
	return b, nil
}

func decodeState(b []byte) (State, error) {
	var s State
	if len(b) == 0 {
		return s, nil
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("read state: %w", err)
	}
	return s, nil
}

// Event is something that happened to a conversation: a message, or the outcome of what the machine asked for.
type Event interface{ event() }

type (
	// Said is a message of the person.
	Said struct{ Incoming }
	// Checked is the outcome of [Check].
	Checked struct {
		Check
		Result intake.CheckResult
		Err    error
	}
	// Allowed is the outcome of [Allow].
	Allowed struct{ Err error }
	// Reported is the outcome of [Report].
	Reported struct {
		Receipt intake.Receipt
		Err     error
	}
	// Opened is the outcome of [Open] and [Add].
	Opened struct {
		Code   string
		Ticket ronda.Ticket
		Added  bool
		Err    error
	}
	// Erased is the outcome of [Erase].
	Erased struct{ Held int } // reports whose words a hold keeps
)

func (Said) event()     {}
func (Checked) event()  {}
func (Allowed) event()  {}
func (Reported) event() {}
func (Opened) event()   {}
func (Erased) event()   {}

// Effect is what the machine wants to be done outside. Its outcome comes back as an event.
type Effect interface{ effect() }

type (
	// Check looks a text or a picture up.
	Check struct {
		Text   string
		Media  Media
		Source string
		Edited bool
		Group  bool
	}
	// Allow keeps the text for fact-checkers.
	Allow struct{ Text string }
	// Report sends the draft as a report.
	Report struct {
		Draft  Draft
		Region string // "" with Anywhere
	}
	// Open shows a ticket.
	Open struct{ Code string }
	// Add puts an answer or more evidence on a ticket.
	Add struct {
		Code, Text string
		Media      Media
	}
	// Erase removes what the person's reports say.
	Erase struct{}
)

func (Check) effect()  {}
func (Allow) effect()  {}
func (Report) effect() {}
func (Open) effect()   {}
func (Add) effect()    {}
func (Erase) effect()  {}

// Outcome is the machine's answer to an event.
type Outcome struct {
	State    State
	Say      []Message
	Do       Effect // nil when the turn is over
	Follow   []string
	Unfollow []string
	Track    string // code of a ticket that the chat follows from now on
	Told     string // what the person knows of it now
	Forget   bool   // remove the conversation
}
