package ronda

import "time"

// Subscriber gets the alerts of a region: by mail, once the owner of the address has confirmed it, or a newsroom's or partner's server by web hook.
type Subscriber struct {
	ID          string
	Kind        string // "mail" or "hook"
	Region      string // "" is every region
	Least       int    // urgency from which on
	Lang        string
	Org         string // of a web hook
	Known       []byte // keyed fingerprint of the target and its region
	Sealed      []byte // the target, and the key of a web hook, sealed
	CreatedAt   time.Time
	ConfirmedAt time.Time
}

// The kinds of subscriber.
const (
	SubscriberMail = "mail"
	SubscriberHook = "hook"
)

// Gets tells whether an alert is for this subscriber: it concerns the region or a place in it, and is urgent enough.
func (s Subscriber) Gets(a Alert, p *Pack) bool {
	return !s.ConfirmedAt.IsZero() && a.Urgency >= s.Least && (a.Reaches(s.Region, p) || p.Within(a.Region, s.Region))
}
