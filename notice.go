package ronda

import "time"

// NoticeState says where an act stands on its way.
type NoticeState string

// The states of a notice. Sending is committed before the first byte leaves; an outcome that cannot be known goes to a person.
const (
	NoticeDraft     NoticeState = "draft"  // an order that waits for its second signature
	NoticeQueued    NoticeState = "queued" // decided, to be sent
	NoticeSending   NoticeState = "sending"
	NoticeUnknown   NoticeState = "unknown" // sent or not: a person must find out
	NoticeFailed    NoticeState = "failed"  // certainly not sent
	NoticeSent      NoticeState = "sent"    // handed over, receipt not proven
	NoticeReceived  NoticeState = "received"
	NoticeAnswered  NoticeState = "answered" // each address has a final answer
	NoticeAccepted  NoticeState = "accepted" // a request that the ministry took up
	NoticeRejected  NoticeState = "rejected" // a request that the ministry refused
	NoticeWithdrawn NoticeState = "withdrawn"
)

// NoticeStates lists the states.
func NoticeStates() []NoticeState {
	return []NoticeState{NoticeDraft, NoticeQueued, NoticeSending, NoticeUnknown, NoticeFailed, NoticeSent, NoticeReceived,
		NoticeAnswered, NoticeAccepted, NoticeRejected, NoticeWithdrawn}
}

// Live tells whether the act stands: sent or on its way, and not ended.
func (s NoticeState) Live() bool {
	switch s {
	case NoticeQueued, NoticeSending, NoticeUnknown, NoticeSent, NoticeReceived:
		return true
	}
	return false
}

// Public tells whether an act in this state has a public page: it was sent, or may have been.
func (s NoticeState) Public() bool {
	switch s {
	case NoticeDraft, NoticeQueued, NoticeSending, NoticeFailed:
		return false
	}
	return true
}

// Public tells whether the notice has a public page and is known to its recipient: an act that was taken back before it left is neither.
func (n Notice) Public() bool { return n.State.Public() && !n.Unsent }

// Notice is one legal act on items of a case: a flag, a request or an order. Its clock starts at proven receipt.
type Notice struct {
	ID            string         `json:"id"`
	Round         int            `json:"round"`  // the case's round whose decision it rests on
	Code          string         `json:"code"`   // 16 Crockford letters; who holds it may see the act and appeal
	Number        string         `json:"number"` // letter number of the sender
	Act           Act            `json:"act"`
	State         NoticeState    `json:"state"`
	Platform      string         `json:"platform"`  // recipient, for flags and orders
	Authority     string         `json:"authority"` // recipient, for requests: the ministry's id
	Org           string         `json:"org"`       // sender's authority
	Office        string         `json:"office"`
	Unit          string         `json:"unit,omitempty"`
	By            string         `json:"by"`
	Signed        string         `json:"signed,omitempty"` // second signature of an order: account
	SignedUnit    string         `json:"signed_unit,omitempty"`
	Basis         string         `json:"basis,omitempty"` // for an order: the request it rests on
	Ground        string         `json:"ground"`
	RuleDate      time.Time      `json:"rule_date"`
	Category      string         `json:"category"`
	Region        string         `json:"region"`
	Measure       Measure        `json:"measure"`
	Explanation   string         `json:"explanation"`    // why it is unlawful or against the platform's rule
	LegalAnalysis string         `json:"legal_analysis"` // requests and orders
	Necessity     string         `json:"necessity"`      // why no milder measure is enough
	GoodFaith     bool           `json:"good_faith"`
	Urgent        bool           `json:"urgent"`
	Determination *Determination `json:"determination,omitempty"`
	Evidence      []string       `json:"evidence,omitempty"`
	Items         []NoticeItem   `json:"items"`
	Channel       string         `json:"channel"` // portal, webhook, email, manual
	MessageID     string         `json:"message_id,omitempty"`
	CreatedAt     time.Time      `json:"created_at"`
	SentAt        time.Time      `json:"sent_at,omitzero"`
	ReceivedAt    time.Time      `json:"received_at,omitzero"`
	Proof         string         `json:"proof,omitempty"` // what proves receipt
	Clock         string         `json:"clock"`           // Clock.ID; "" for a flag, which has no statutory clock
	DueAt         time.Time      `json:"due_at,omitzero"`
	Pauses        []Pause        `json:"pauses,omitempty"`
	RunsAgain     time.Time      `json:"runs_again_at,omitzero"` // when the open pause ends by itself; zero if only the answer ends it
	Overdue       bool           `json:"overdue"`                // the deadline passed with an address unanswered; stays set
	AnsweredAt    time.Time      `json:"answered_at,omitzero"`
	Warnings      []Warning      `json:"warnings,omitempty"`
	Reasons       string         `json:"platform_reasons,omitempty"` // the platform's reasons for not acting
	ReasonsAt     time.Time      `json:"platform_reasons_at,omitzero"`
	BlockAdvised  time.Time      `json:"block_recommended_at,omitzero"`
	BlockNote     string         `json:"block_note,omitempty"`
	MinistryNote  string         `json:"ministry_note,omitempty"`
	Withdrawn     string         `json:"withdrawn_reason,omitempty"`
	WithdrawnAt   time.Time      `json:"withdrawn_at,omitzero"`
	Unsent        bool           `json:"unsent,omitempty"`                   // taken back before it left
	Overturned    time.Time      `json:"overturned_at,omitzero"`             // by the panel of an objection
	RevokeAdvised time.Time      `json:"revocation_recommended_at,omitzero"` // to the authority that issued it
	NewFacts      string         `json:"new_facts,omitempty"`
	Sandbox       bool           `json:"sandbox,omitempty"`
	Failure       string         `json:"failure,omitempty"`
	Attempts      int            `json:"attempts"`
}

// NoticeItem is one address in a notice with the platform's answer.
type NoticeItem struct {
	Item         string    `json:"item"`
	Address      string    `json:"address"`
	Answer       Answer    `json:"answer,omitempty"`
	Reason       string    `json:"reason,omitempty"`
	AnsweredAt   time.Time `json:"answered_at,omitzero"`
	By           string    `json:"by,omitempty"`
	UploaderTold string    `json:"uploader_told,omitempty"` // yes, no, not_possible
	Statement    string    `json:"statement,omitempty"`     // the platform's statement of reasons (PUID)

	Recheck   RecheckResult `json:"recheck,omitempty"` // what the last look found after the answer
	RecheckAt time.Time     `json:"recheck_at,omitzero"`
	RecheckBy string        `json:"recheck_by,omitempty"`     // account; "" for Ronda's own look
	Stated    RecheckResult `json:"recheck_stated,omitempty"` // what the public log was last told
}

// Determination is a named agency's finding that content disturbs society (Permenkominfo 5/2020 art. 9(5) with 14(3)c). Without one the
// four-hour clock does not exist.
type Determination struct {
	Agency   string    `json:"agency"`
	Number   string    `json:"number"`
	Date     time.Time `json:"date"`
	Subject  string    `json:"subject"`
	Evidence string    `json:"evidence"`
}

// Pause is a span in which the clock stood still. A zero To is still open.
type Pause struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

// Warning is one rung of the ladder.
type Warning struct {
	N          int       `json:"n"`
	Step       string    `json:"step"` // LadderStep.ID
	By         string    `json:"by"`
	At         time.Time `json:"at"`
	ReceivedAt time.Time `json:"received_at,omitzero"`
	Proof      string    `json:"proof,omitempty"`
	DueAt      time.Time `json:"due_at,omitzero"`
	Text       string    `json:"text"`
}

func (n Notice) clone() Notice {
	n.Items = append([]NoticeItem(nil), n.Items...)
	n.Pauses = append([]Pause(nil), n.Pauses...)
	n.Warnings = append([]Warning(nil), n.Warnings...)
	n.Evidence = append([]string(nil), n.Evidence...)
	if n.Determination != nil {
		d := *n.Determination
		n.Determination = &d
	}
	return n
}

// Unanswered counts the addresses without a final answer.
func (n Notice) Unanswered() int {
	left := 0
	for _, it := range n.Items {
		if !it.Answer.Final() {
			left++
		}
	}
	return left
}

// Paused tells whether the clock stands still.
func (n Notice) Paused() bool {
	return len(n.Pauses) > 0 && n.Pauses[len(n.Pauses)-1].To.IsZero()
}

// Deadline is the end of the running clock: the last warning's where there is one, else the notice's own. Zero means none.
func (n Notice) Deadline() time.Time {
	if k := len(n.Warnings); k > 0 {
		return n.Warnings[k-1].DueAt
	}
	return n.DueAt
}

// Due computes the end of a clock that started at start: elapsed hours, or whole calendar days that end at midnight in zone, plus
// the pauses. An open pause counts up to now; all pauses together count at most Clock.MaxPause hours where that is set, so that asking
// again and again does not push a deadline away.
func Due(c Clock, start time.Time, pauses []Pause, zone *time.Location, now time.Time) time.Time {
	if start.IsZero() || (c.Hours == 0 && c.Days == 0) {
		return time.Time{}
	}
	var due time.Time
	if c.Days > 0 {
		l := start.In(zone)
		due = time.Date(l.Year(), l.Month(), l.Day()+c.Days+1, 0, 0, 0, 0, zone).Add(-time.Microsecond).UTC()
	} else {
		due = start.Add(time.Duration(c.Hours) * time.Hour)
	}
	return due.Add(paused(c, pauses, now))
}

// paused is the time that pauses took up to now, within the clock's limit for all of them.
func paused(c Clock, pauses []Pause, now time.Time) time.Duration {
	var sum time.Duration
	for _, p := range pauses {
		to := p.To
		if to.IsZero() {
			to = now
		}
		sum += max(0, to.Sub(p.From))
	}
	if limit := time.Duration(c.MaxPause) * time.Hour; limit > 0 && sum > limit {
		return limit
	}
	return sum
}
