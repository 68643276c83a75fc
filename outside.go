package ronda

import (
	"strings"
	"time"
)

// LogOutside lets a platform log an order that it received outside Ronda.
const LogOutside Action = "outside.log"

// OutsideOrder is an order or a request of a state body that a platform received by another way than through Ronda, as the platform logs it.
// It is written once: the public log holds its entry, and whoever asked in it can be held to it. A mistake is taken back in the open.
type OutsideOrder struct {
	ID         string    `json:"id"`
	Platform   string    `json:"platform"`
	OwnID      string    `json:"own_id"` // the platform's number of it, used once
	At         time.Time `json:"at"`     // when it was logged
	By         string    `json:"by"`
	ReceivedAt time.Time `json:"received_at"`
	Authority  string    `json:"authority,omitempty"`     // of the pack, "" for another body
	Body       string    `json:"body,omitempty"`          // the other body's name as the letter gives it
	Way        string    `json:"way"`                     // one of OutsideWays
	Ground     string    `json:"ground,omitempty"`        // of the pack, "" for none that it knows
	Law        string    `json:"law,omitempty"`           // what was cited, in the sender's words
	Number     string    `json:"number,omitempty"`        // letter number
	Measure    Measure   `json:"measure"`                 // what was asked
	Addresses  []string  `json:"addresses,omitempty"`     // sealed
	Count      int       `json:"count"`                   // how many addresses were named
	Hours      int       `json:"hours,omitempty"`         // the time that was given
	Outcome    string    `json:"outcome"`                 // one of OutsideOutcomes
	Note       string    `json:"note,omitempty"`          // the platform's remark; not public
	Withdrawn  time.Time `json:"withdrawn_at,omitzero"`   // logged by mistake
	Why        string    `json:"withdrawn_why,omitempty"` // not public
	Notice     string    `json:"notice,omitempty"`        // an act of ours that asked the same later
	Sandbox    bool      `json:"sandbox,omitempty"`       // practice
}

// OutsideWays lists how an order can arrive.
func OutsideWays() []string {
	return []string{"letter", "email", "portal", "phone", "chat", "meeting", "other"}
}

// OutsideOutcomes lists what a platform did with the order.
func OutsideOutcomes() []string { return []string{"pending", "complied", "partly", "declined"} }

// Limits of an order that is logged.
const (
	maxOutsideText = 500
	maxOutsideNote = 5000
)

// NewOutside checks an order that a platform logs, completes it and says what the public log is owed. Names, letter numbers and addresses are
// sealed; who asked is public only where it is an authority of the election.
func NewOutside(o OutsideOrder, a Actor, env Env) (OutsideOrder, []LogAct, error) {
	if err := Can(a, LogOutside, Case{}, env.Pack); err != nil {
		return o, nil, err
	}
	if a.Platform == "" {
		return o, nil, Errorf(Forbidden, "permission.role", "")
	}
	o.ID, o.Platform, o.At, o.By, o.Sandbox, o.Withdrawn = env.ID(), a.Platform, env.Now, a.Account, a.Sandbox, time.Time{}
	for _, s := range []*string{&o.OwnID, &o.Body, &o.Law, &o.Number, &o.Note} {
		*s = strings.TrimSpace(*s)
	}
	o.Count = max(o.Count, len(o.Addresses))
	if err := o.check(env); err != nil {
		return o, nil, err
	}
	if o.Sandbox {
		return o, nil, nil
	}
	return o, []LogAct{o.logAct()}, nil
}

func (o OutsideOrder) check(env Env) error {
	var f faults
	if o.OwnID == "" || len(o.OwnID) > 100 || strings.Trim(o.OwnID, plainLetters) != "" {
		f.add("own_id", "outside.own_id")
	}
	if o.ReceivedAt.IsZero() || o.ReceivedAt.After(env.Now) || o.ReceivedAt.Year() < 2000 {
		f.add("received_at", "outside.received_at")
	}
	switch _, known := env.Pack.Authority(o.Authority); {
	case o.Authority != "" && !known:
		f.add("authority", "outside.authority")
	case o.Authority == "" && len([]rune(o.Body)) < 3:
		f.add("body", "outside.body")
	}
	if !contains(OutsideWays(), o.Way) {
		f.add("way", "outside.way")
	}
	if o.Ground != "" && indexFunc(env.Pack.Grounds, func(g Ground) bool { return g.ID == o.Ground }) < 0 {
		f.add("ground", "outside.ground")
	}
	if !contains(Measures(), o.Measure) || o.Measure == MeasureNone {
		f.add("measure", "outside.measure")
	}
	if !contains(OutsideOutcomes(), o.Outcome) {
		f.add("outcome", "outside.outcome")
	}
	if o.Count < 1 || o.Count > 1_000_000 || len(o.Addresses) > maxItems {
		f.add("count", "outside.count")
	}
	if o.Hours < 0 || o.Hours > 24*366 {
		f.add("hours", "outside.hours")
	}
	for _, x := range []struct{ field, text string }{{"body", o.Body}, {"law", o.Law}, {"number", o.Number}} {
		if len([]rune(x.text)) > maxOutsideText {
			f.add(x.field, "outside.long")
		}
	}
	if len([]rune(o.Note)) > maxOutsideNote {
		f.add("note", "outside.long")
	}
	return f.err("outside.incomplete")
}

// plainLetters are those of a platform's own number.
const plainLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

// logAct is the entry of a logged order.
func (o OutsideOrder) logAct() LogAct {
	pub := map[string]any{"platform": o.Platform, "outside_log": true, "ref": o.ID, "received_at": o.ReceivedAt, "measure": string(o.Measure),
		"items_count": o.Count, "channel": o.Way, "outcome": o.Outcome}
	if o.Authority != "" {
		pub["authority"] = o.Authority
	}
	if o.Ground != "" {
		pub["ground"] = o.Ground
	}
	if o.Hours > 0 {
		pub["hours"] = o.Hours
	}
	var sealed []LogSecret
	for _, x := range o.Addresses {
		sealed = append(sealed, LogSecret{Field: "address", Value: x})
	}
	sealed = append(sealed, secrets("name", o.Body, "quote", o.Law, "letter_number", o.Number, "note", o.Note, "reporter", o.By)...)
	return LogAct{Kind: "statement", ID: o.ID, At: o.At, Public: pub, Sealed: sealed}
}

// WithdrawOutside takes back an order that was logged by mistake. Its entry stays in the log, with this correction behind it.
func WithdrawOutside(o OutsideOrder, why string, a Actor, env Env) (OutsideOrder, []LogAct, error) {
	if err := Can(a, LogOutside, Case{}, env.Pack); err != nil {
		return o, nil, err
	}
	switch {
	case o.Platform != a.Platform || a.Platform == "" || o.Sandbox != a.Sandbox:
		return o, nil, Errorf(NotFound, "outside.not_found", "")
	case !o.Withdrawn.IsZero():
		return o, nil, Errorf(Conflict, "outside.withdrawn", "")
	case !Sentence(why):
		return o, nil, Errorf(Invalid, "case.reason_missing", "reason")
	}
	o.Withdrawn, o.Why = env.Now, strings.TrimSpace(why)
	if o.Sandbox {
		return o, nil, nil
	}
	return o, []LogAct{{Kind: "correction", ID: env.ID(), At: env.Now, Public: map[string]any{"ref": o.ID, "platform": o.Platform, "outside_log": true, "reason": "logged_by_mistake"},
		Sealed: secrets("reason_text", o.Why, "reporter", a.Account)}}, nil
}

// OutsideOrderCount counts what platforms logged, by platform and by who asked. Authority is "" for bodies outside the election's authorities.
type OutsideOrderCount struct {
	Platform  string
	Authority string
	Orders    int
	Addresses int
	Last      time.Time // when the last of them was received
}

// Redacted is a logged order as everyone may see it.
func (o OutsideOrder) Redacted() OutsideOrder {
	return OutsideOrder{ID: o.ID, Platform: o.Platform, At: o.At, ReceivedAt: o.ReceivedAt, Authority: o.Authority, Way: o.Way, Ground: o.Ground, Measure: o.Measure,
		Count: o.Count, Hours: o.Hours, Outcome: o.Outcome, Withdrawn: o.Withdrawn}
}
