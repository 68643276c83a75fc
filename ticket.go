package ronda

import "time"

// TicketState is what a reporter is told: never internals, never who, never what a reader thinks.
type TicketState string

// The states of a ticket.
const (
	TicketReceived  TicketState = "received"
	TicketReviewing TicketState = "reviewing"
	TicketMerged    TicketState = "merged"
	TicketNeedsInfo TicketState = "needs_info"
	TicketPassed    TicketState = "passed"
	TicketFinished  TicketState = "finished"
)

// Ticket is what the holder of a code may see of a report.
type Ticket struct {
	Code      string
	At        time.Time
	Category  string
	Region    string
	State     TicketState
	Detail    string // a key that completes the state: "acted", "declined", "corrected", the platform's or body's id, …
	Missing   []string
	Masked    []MaskedKind
	Next      time.Time // when news is due at the latest; zero once finished
	Addresses []TicketAddress
	Messages  []Message
	Question  *Message // open question to the reporter
	Claim     string   // known claim that answers it
	Erased    bool
}

// TicketAddress is one address of the report with what became of it.
type TicketAddress struct {
	Address  string
	Platform string
	State    ItemState
}

// TicketOf derives the ticket of a report from its case.
func TicketOf(r Report, c Case, messages []Message, p *Pack) Ticket {
	t := Ticket{Code: r.Code, At: r.At, Category: r.Category, Region: r.Region, Missing: r.Missing, Masked: r.Masked,
		Messages: messages, Claim: c.Claim, Erased: !r.ErasedAt.IsZero()}
	for _, a := range r.Addresses {
		ta := TicketAddress{Address: a.Canonical, Platform: a.Platform, State: ItemOpen}
		if i := indexFunc(c.Items, func(it Item) bool { return it.Key == a.Key }); i >= 0 && c.Items[i].State != "" {
			ta.State = c.Items[i].State
		}
		t.Addresses = append(t.Addresses, ta)
	}
	t.Question = openQuestion(messages)
	t.State, t.Detail = ticketState(r, c, t.Question != nil)
	if clock, ok := p.ClockAt("first_answer", r.At); ok && t.State != TicketFinished {
		t.Next = Due(clock, r.At, nil, p.Zone(r.Region), r.At)
	}
	return t
}

func ticketState(r Report, c Case, asked bool) (TicketState, string) {
	switch c.Stage {
	case StageActed, StageDeclined:
		return TicketFinished, string(c.Stage)
	case StageNoAction, StageClosed:
		reason := ""
		if c.Closed != nil {
			reason = string(c.Closed.Reason)
		}
		return TicketFinished, reason
	case StageReferred:
		if len(c.Referrals) > 0 {
			return TicketPassed, c.Referrals[len(c.Referrals)-1].Path
		}
	case StageNotified, StageAwaiting:
		return TicketPassed, "platform"
	}
	switch {
	case asked:
		return TicketNeedsInfo, ""
	case r.Joined && c.Stage == StageNew:
		return TicketMerged, ""
	case c.Stage == StageNew:
		return TicketReceived, ""
	}
	return TicketReviewing, ""
}

// openQuestion is the last question without an answer.
func openQuestion(messages []Message) *Message {
	answered := map[string]bool{}
	for _, m := range messages {
		if m.Kind == "answer" {
			answered[m.Question] = true
		}
	}
	for i := len(messages) - 1; i >= 0; i-- {
		if m := messages[i]; m.Kind == "question" && !answered[m.Question] {
			return &m
		}
	}
	return nil
}
