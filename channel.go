package ronda

import "time"

// The kinds of channel by which an act reaches its recipient.
const (
	ChannelPortal  = "portal"  // the recipient's inbox in Ronda
	ChannelWebhook = "webhook" // a signed request to the recipient's server
	ChannelEmail   = "email"
	ChannelManual  = "manual" // letter or web form, by a person
)

// ChannelKinds lists the kinds.
func ChannelKinds() []string {
	return []string{ChannelPortal, ChannelWebhook, ChannelEmail, ChannelManual}
}

// PlatformChannel is the operator's setting for one platform: by which channel, to where, with which key. The zero value means that nothing
// was set.
type PlatformChannel struct {
	Platform  string
	Kind      string    // "portal", "webhook", "email" or "manual"
	Target    string    // the web hook's address, or the mail address
	KeyID     string    // names the key, so that a recipient can hold two while it changes
	Secret    []byte    // sealed; only the channel opens it
	Private   bool      // the target may lie in a private network: the operator's own decision
	Sandbox   bool      // for practice: the platform's own setting, beside the real one
	ChangedAt time.Time // when and by whom it was last set
	ChangedBy string
}

// DeliveryOutcome says what is known after one try to hand a notice over.
type DeliveryOutcome string

// The outcomes.
const (
	DeliveryTaken   DeliveryOutcome = "taken"    // the recipient's server accepted it
	DeliveryProven  DeliveryOutcome = "proven"   // and gave proof of receipt
	DeliveryNotSent DeliveryOutcome = "not_sent" // for certain nothing was taken over
	DeliveryUnknown DeliveryOutcome = "unknown"  // nobody can tell
)

// Delivery is one try with its answer, kept for operators and the platform's liaison.
type Delivery struct {
	ID       string // the delivery's number, which sorts by time
	Platform string
	Notice   string // "" for a test
	Kind     string // channel
	At       time.Time
	Outcome  DeliveryOutcome
	Status   int           // HTTP or SMTP status, 0 if none came
	Answer   string        // the beginning of the answer; no more than 1,000 characters
	Failure  string        // what went wrong, in short
	Took     time.Duration // until the answer
	Sandbox  bool          // a try of practice
}
