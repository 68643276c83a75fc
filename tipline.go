package ronda

import "time"

// TiplineChat is one conversation in a chat application. Who it is with is a keyed hash; the address that is needed for a reply, and what the
// conversation remembers, are sealed with a key outside of the database.
type TiplineChat struct {
	ID       string // keyed hash of the application and its chat
	Provider string // "telegram", "whatsapp", "line"
	Address  []byte // sealed
	State    []byte // sealed; nil at the beginning
	Draft    bool   // the state holds a message that was not sent as a report
	SeenAt   time.Time
	Quiet    bool // the person said stop, or blocked the account: nothing is sent but answers
	Nudged   bool // was told, outside of the application's window, that news waits
	Version  int64
}

// TiplineIn is one message of a chat as it came, sealed. Its row is written before the application's server gets its answer; the body goes when
// the message is answered, the row stays so that a repeat is known.
type TiplineIn struct {
	ID       string
	Message  string // keyed hash of the application's id of the message: the same one twice is one
	Chat     string
	Provider string
	Address  []byte // sealed
	Body     []byte // sealed
	At       time.Time
	Attempt  int
}

// The kinds of outgoing message.
const (
	TiplineReply = "reply" // answers what the person wrote
	TiplineNews  = "news"  // of a ticket
	TiplineAlert = "alert" // for a region
)

// The states of an outgoing message.
const (
	TiplineWaiting = "waiting"
	TiplineSending = "sending" // handed over; until the outcome is written it is unknown
	TiplineHeld    = "held"    // kept until the person writes next
	TiplineSent    = "sent"
	TiplineDead    = "dead" // given up: an operator must look
)

// TiplineOut is one outgoing message. Key makes a push unique: the same news is not told twice.
type TiplineOut struct {
	ID       string
	Key      string
	Chat     string
	Provider string
	Kind     string
	Address  []byte // sealed
	Body     []byte // sealed; gone once it was sent
	State    string
	Attempt  int
	At       time.Time // when it was written
	Next     time.Time // not to be sent before
	Failure  string    // a short word, never what the other side said
}

// TiplineTicket ties a chat to a report that it follows. Told is the last state that the person heard.
type TiplineTicket struct {
	Chat   string
	Report string
	Case   string // of the report, when it is read
	Own    bool   // the report was made in this chat
	Told   string
}

// TiplineTurn is everything that answering one message changes. It is saved whole, and only if the message was not answered before.
type TiplineTurn struct {
	In       string
	Chat     TiplineChat // with the version that was read
	Out      []TiplineOut
	Follow   []string // regions subscribed to
	Unfollow []string // regions given up; "*" is all
	Tickets  []TiplineTicket
	Wake     bool   // what was held may go now
	Erase    bool   // forget the chat with everything; what is in Out says so
	Leaves   []Leaf // the log's entry of that: a restore repeats it
	Jobs     []Job
}

// TiplinePush is a step of the consumer that tells people of events: what it sends, and how far it has come.
type TiplinePush struct {
	From, To int64 // numbers of events; From must still be the cursor
	Out      []TiplineOut
	Told     []TiplineTicket
	Drop     []string // keys of messages that must no longer go out
	Jobs     []Job
}

// TiplineCounts are figures for the operator.
type TiplineCounts struct {
	Provider   string
	Chats      int
	Waiting    int       // messages not answered yet
	OldestIn   time.Time // the oldest of them
	Out        map[string]int
	OldestOut  time.Time // the oldest that should have gone out by now
	Subscribed int
}

// SenderKinds are what an erasure of a sender at a chat door removes.
func SenderKinds() []RetentionKind {
	return []RetentionKind{KeepConversation, KeepSubscription, KeepContact}
}
