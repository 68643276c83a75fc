package portal

import (
	"strings"
	"time"

	"ronda"
)

// Never is the value of a span that has not ended.
const Never = -1

// Outcomes of an address, in the order of Fact.Out.
const (
	Down     = iota // removed, restricted in the country, or the account was acted on
	Marked          // labelled, or shown to fewer people
	Declined        // the platform said no, with a reason
	Restored        // taken down and put back
	Waiting         // no final answer yet
	outcomes
)

// OutcomeNames are the keys of the outcomes in texts and downloads.
func OutcomeNames() [outcomes]string {
	return [outcomes]string{"down", "marked", "declined", "restored", "waiting"}
}

// Fact is what the public may count about one case. The json names are short because a million of them are kept.
type Fact struct {
	ID       string   `json:"i"`
	Skip     bool     `json:"x,omitempty"` // sandbox, or merged into another: the case counts nowhere
	Day      int32    `json:"d"`           // days since 1970-01-01 of its opening, in the pack's national zone
	Region   string   `json:"r"`
	Category string   `json:"c"`
	Contest  string   `json:"k,omitempty"`
	Stage    string   `json:"s"`
	Org      string   `json:"o"` // authority that decided it, or holds it
	Services []string `json:"p,omitempty"`
	Reports  int32    `json:"n"`
	First    int32    `json:"f"` // minutes from opening to the first decision of a person; Never where there is none
	// What the readers concluded.
	Decided    bool     `json:"z,omitempty"` // two readers agreed, or a third settled it
	ToAct      bool     `json:"t,omitempty"` // and the conclusion is an act
	FirstAct   bool     `json:"a,omitempty"` // the first reader concluded an act
	Overturned bool     `json:"v,omitempty"` // the first reader wanted an act, and it was decided that there is none
	Split      bool     `json:"y,omitempty"` // the two disagreed and a third settled it
	Power      bool     `json:"w,omitempty"` // who is criticised is a state body, an official or the requester
	Stays      []string `json:"e,omitempty"` // reasons why the content may stay that a reader found to apply
	Reopened   int32    `json:"q,omitempty"`
	Partner    bool     `json:"b,omitempty"` // a partner reported or flagged it
	Acts       []Act    `json:"l,omitempty"`

	Objections []Objection `json:"g,omitempty"`
	Readings   []Reading   `json:"h,omitempty"`
}

// Act is what the public may count about one act with a public page.
type Act struct {
	ID        string          `json:"i"`
	Day       int32           `json:"d"` // days since 1970-01-01 of its sending, or of its decision where that is unknown
	Kind      string          `json:"k"` // ronda.Act
	State     string          `json:"s"`
	Platform  string          `json:"p,omitempty"`
	Authority string          `json:"u,omitempty"` // recipient of a request
	Org       string          `json:"o"`
	Region    string          `json:"r"`
	Category  string          `json:"c"`
	Measure   string          `json:"m"`
	Late      bool            `json:"l,omitempty"`
	Hours     int32           `json:"h"` // from receipt, or sending where receipt is unproven, to the first final answer, rounded up; Never where there is none
	Out       [outcomes]int32 `json:"n"`
}

// FactOf derives the fact of a case from the case, how many reported it, and the objections about it. It is a pure function: keeping facts up to date and recounting them use the same one.
func FactOf(c ronda.Case, reports int, appeals []ronda.Appeal, zone *time.Location) Fact {
	f := Fact{ID: c.ID, Skip: c.Sandbox || c.Stage == ronda.StageMerged, Day: dayOf(c.OpenedAt, zone), Region: c.Region, Category: c.Category,
		Contest: c.Contest, Stage: string(c.Stage), Services: c.Platforms(), Reports: int32(reports), First: firstDecision(c), Reopened: int32(c.Reopened),
		Partner: c.Priority || len(c.ReporterOrg) > 0}
	f.Org, _, _ = strings.Cut(c.Office, ":")
	if !c.Stage.Blind() { // a figure or a file would tell the second reader what the first one found
		f.readings(c)
		f.Readings = readingsOf(c)
	}
	for _, n := range c.Notices {
		if n.Public() && !n.Sandbox && !c.Sandbox {
			f.Acts = append(f.Acts, actOf(n, zone))
		}
	}
	f.Objections = objectionsOf(c, appeals, zone)
	return f
}

// readings fills in what the readers concluded.
func (f *Fact) readings(c ronda.Case) {
	found := map[string]bool{}
	for _, a := range c.Assessments {
		if a.Round == c.Round && a.Seat == ronda.SeatFirst && a.Outcome == ronda.OutcomeAct {
			f.FirstAct = true
		}
		f.Power = f.Power || a.Target.OfPower()
		for _, x := range a.Exclusions {
			found[x.Reason] = found[x.Reason] || x.Applies
		}
	}
	for _, reason := range ronda.Exclusions() {
		if found[reason] {
			f.Stays = append(f.Stays, reason)
		}
	}
	if d := c.Decision; d != nil {
		f.Decided, f.ToAct, f.Split, f.Org = true, d.Outcome == ronda.OutcomeAct, d.Third, d.Org
		f.Overturned = f.FirstAct && !f.ToAct
	}
}

// firstDecision is the time to the first reasoned word of a person: an assessment, a referral or a closing. Taking or sorting a case is none.
func firstDecision(c ronda.Case) int32 {
	var first time.Time
	take := func(t time.Time) {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	for _, a := range c.Assessments {
		take(a.At)
	}
	for _, r := range c.Referrals {
		take(r.At)
	}
	if c.Closed != nil {
		take(c.Closed.At)
	}
	if first.IsZero() {
		return Never
	}
	return int32(max(0, first.Sub(c.OpenedAt).Minutes()))
}

func actOf(n ronda.Notice, zone *time.Location) Act {
	at := n.SentAt
	if at.IsZero() {
		at = n.CreatedAt
	}
	a := Act{ID: n.ID, Day: dayOf(at, zone), Kind: string(n.Act), State: string(n.State), Platform: n.Platform, Authority: n.Authority, Org: n.Org,
		Region: n.Region, Category: n.Category, Measure: string(n.Measure), Late: n.Overdue, Hours: Never}
	began := n.ReceivedAt
	if began.IsZero() {
		began = at
	}
	answered := time.Time{}
	for _, it := range n.Items {
		a.Out[outcomeOf(it.Answer)]++
		if it.Answer.Final() && !it.AnsweredAt.IsZero() && (answered.IsZero() || it.AnsweredAt.Before(answered)) {
			answered = it.AnsweredAt
		}
	}
	if answered.IsZero() {
		answered = n.AnsweredAt
	}
	if !answered.IsZero() {
		span := max(0, answered.Sub(began))
		a.Hours = int32((span + time.Hour - 1) / time.Hour)
	}
	return a
}

func outcomeOf(a ronda.Answer) int {
	switch {
	case a.TookDown():
		return Down
	case a == ronda.AnswerLabelled || a == ronda.AnswerReduced:
		return Marked
	case a == ronda.AnswerDeclined:
		return Declined
	case a == ronda.AnswerRestored:
		return Restored
	}
	return Waiting
}

// dayOf is the number of the local calendar day.
func dayOf(t time.Time, zone *time.Location) int32 {
	y, m, d := t.In(zone).Date()
	return int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// DayNumber reads "2024-11-20" as days since 1970-01-01.
func DayNumber(iso string) (int32, bool) {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return 0, false
	}
	return int32(t.Unix() / 86400), true
}

// DayText writes a day number as "2024-11-20".
func DayText(day int32) string { return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly) }
