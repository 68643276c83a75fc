package tipline

import "time"

// Kind says what came in.
type Kind string

// The kinds of incoming message. What a person may send and what Ronda cannot read has a kind too: it gets a clear answer.
const (
	KindText     Kind = "text"
	KindPicture  Kind = "picture"
	KindChoice   Kind = "choice" // a button or a row was tapped
	KindEdited   Kind = "edited" // the text of an earlier message changed
	KindDeleted  Kind = "deleted"
	KindStart    Kind = "start" // the conversation was opened
	KindBlocked  Kind = "blocked"
	KindFlood    Kind = "flood" // made here: more messages than one person may send
	KindVoice    Kind = "voice"
	KindVideo    Kind = "video"
	KindSticker  Kind = "sticker"
	KindLocation Kind = "location"
	KindContact  Kind = "contact"
	KindPoll     Kind = "poll"
	KindFile     Kind = "file"
	KindOther    Kind = "other"
)

// Incoming is one message in the words of the engine. An adapter fills it; it is stored sealed.
type Incoming struct {
	Provider string    `json:"provider"`
	Message  string    `json:"message"` // the application's id of it, unique within Provider
	Chat     string    `json:"chat"`    // where a reply goes
	From     string    `json:"from"`    // who wrote it
	Thread   string    `json:"thread,omitempty"`
	Group    bool      `json:"group,omitempty"`
	Called   bool      `json:"called,omitempty"` // in a group: the account was mentioned, answered or commanded
	At       time.Time `json:"at"`
	Kind     Kind      `json:"kind"`
	Text     string    `json:"text,omitempty"`
	Quoted   string    `json:"quoted,omitempty"` // the text that this message answers
	Choice   string    `json:"choice,omitempty"`
	Media    Media     `json:"media,omitzero"`
	Source   string    `json:"source,omitempty"` // what the application calls the message when it is edited or deleted, where that is not Message
	Lang     string    `json:"lang,omitempty"`   // as the application tells it
	Token    string    `json:"token,omitempty"`  // lets one reply go out for free (LINE)
	Callback string    `json:"callback,omitempty"`
}

// Media is a file at the application, which is fetched only when it is needed.
type Media struct {
	Ref  string `json:"ref,omitempty"`
	Type string `json:"type,omitempty"`
	Size int64  `json:"size,omitempty"`
}

// Address is where replies to a chat go. It is stored sealed.
type Address struct {
	Chat   string `json:"chat"`
	Thread string `json:"thread,omitempty"`
	Reply  string `json:"reply,omitempty"` // in a group: the message that is answered
}

// Message is one outgoing message before it is cut to an application's measure.
type Message struct {
	Head    string   `json:"head,omitempty"` // one line that stands out: a verdict, a code
	Body    string   `json:"body,omitempty"`
	Ask     string   `json:"ask,omitempty"` // the question that the choices answer
	Choices []Choice `json:"choices,omitempty"`
	Lang    string   `json:"lang,omitempty"`
	Token   string   `json:"token,omitempty"`
	TokenAt int64    `json:"token_at,omitempty"` // when the token was given, in Unix seconds
}

// Choice is one answer that can be tapped, or typed as its number or its label.
type Choice struct {
	ID    string `json:"id"`
	Label string `json:"label"`          // at most 20 letters
	Full  string `json:"full,omitempty"` // the whole of it where an application shows a second line
}

// origin is what an edit or a deletion of this message will name.
func (in Incoming) origin() string {
	if in.Source != "" {
		return in.Source
	}
	return in.Message
}
