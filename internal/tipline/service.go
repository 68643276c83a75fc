package tipline

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"ronda"
	"ronda/internal/intake"
)

// The jobs of the tipline. Each is keyed by its chat, so that one chat is served by one worker at a time and in order.
const (
	JobTurn = "tipline.turn"
	JobSend = "tipline.send"
	JobTidy = "tipline.tidy"
)

// Inbox keeps what came in and what conversations remember.
type Inbox interface {
	ReceiveTipline(ctx context.Context, list []ronda.TiplineIn, jobs ...ronda.Job) (int, error)
	NextTiplineIn(ctx context.Context, chat string) (ronda.TiplineIn, bool, error)
	TiplineChat(ctx context.Context, id string) (ronda.TiplineChat, error)
	TiplineTickets(ctx context.Context, chat string) ([]ronda.TiplineTicket, error)
	SaveTiplineTurn(ctx context.Context, turn ronda.TiplineTurn) error
}

// Outbox keeps what goes out.
type Outbox interface {
	ClaimTiplineOut(ctx context.Context, chat string, now time.Time) (o ronda.TiplineOut, again, ok bool, next time.Time, err error)
	EndTiplineOut(ctx context.Context, o ronda.TiplineOut, jobs ...ronda.Job) error
	SettleTiplineOut(ctx context.Context, id string) error
	SilenceTiplineChat(ctx context.Context, chat string) error
	NudgeTiplineChat(ctx context.Context, chat string) error
	AddJobs(ctx context.Context, jobs ...ronda.Job) error
}

// Desk is intake: the stage behind this door.
type Desk interface {
	Check(ctx context.Context, in intake.CheckInput) (intake.CheckResult, error)
	CheckPicture(ctx context.Context, in intake.CheckInput, data io.Reader) (intake.CheckResult, error)
	Allow(ctx context.Context, in intake.CheckInput) error
	Submit(ctx context.Context, in intake.ReportInput) (intake.Receipt, error)
	Ticket(ctx context.Context, typed, sender string) (ronda.Ticket, error)
	AddMore(ctx context.Context, in intake.MoreInput) (ronda.Ticket, error)
}

// Reports reads reports by their code, and erases them for good.
type Reports interface {
	ReportByCode(ctx context.Context, code string) (ronda.Report, error)
	// EraseReport removes what a report says; held says that a hold on its case kept the words.
	EraseReport(ctx context.Context, id string) (held bool, err error)
}

// Sealer hides what only this program may read back.
type Sealer interface {
	Seal(purpose string, plain []byte) ([]byte, error)
	Unseal(purpose string, sealed []byte) ([]byte, error)
	Fingerprint(purpose string, data []byte) []byte
}

// Throttle limits what one person may send.
type Throttle interface {
	Allow(ctx context.Context, budget, key string, n int) error
}

// Provider is one application: it sends a message and fetches a file. See [SendError] for what its errors may say.
type Provider interface {
	Limits() Limits
	Send(ctx context.Context, d Delivery) error
	Fetch(ctx context.Context, m Media) (io.ReadCloser, error)
}

// Windowed is an application that lets an account write freely only for a while after the person wrote.
type Windowed interface {
	// Window is that while.
	Window() time.Duration
	// Nudge sends an approved text that asks the person to write. It is false if no such text is set.
	Nudge(ctx context.Context, to Address, id, lang string) (bool, error)
}

// Delivery is one message to hand over.
type Delivery struct {
	ID      string // the same for each attempt
	To      Address
	Message Message
	Again   bool // an earlier attempt may have arrived
	Now     time.Time
}

// Service carries the conversations. Its fields are set once; Alerts may be nil.
type Service struct {
	Talk      Talk // Room is set for each application
	Inbox     Inbox
	Outbox    Outbox
	Desk      Desk
	Reports   Reports
	Keys      Sealer
	Throttle  Throttle
	Providers map[string]Provider
	Sandbox   bool // reports are for practice
	IDs       ronda.IDs
	Leaf      func(ronda.LogAct) (ronda.Leaf, error) // makes entries of the public log
	Now       func() time.Time
	Log       *slog.Logger

	mu   sync.Mutex // guards last
	last int64
}

// next makes an id that sorts after every one this process made before: the order of messages is the order of their ids.
func (s *Service) next() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.Now().UnixMicro()
	if at <= s.last {
		at = s.last + 1
	}
	s.last = at
	return fmt.Sprintf("%016x", at)
}

// chatOf names a conversation: a keyed hash of the application and the chat. In a group each person has a conversation of their own.
func (s *Service) chatOf(in Incoming) string {
	key := in.Provider + "\x00" + in.Chat
	if in.Group {
		key += "\x00" + in.From
	}
	return hex.EncodeToString(s.Keys.Fingerprint("tipline.chat", []byte(key))[:16])
}

// oldest is how old a message may be when it comes in. Applications repeat for some days what they could not deliver; older ones are replays.
const oldest = 7 * 24 * time.Hour

// Receive keeps messages before their application gets its answer. It returns when they are on disk. What is not for us is never stored: messages in a
// group that do not call the account.
func (s *Service) Receive(ctx context.Context, list ...Incoming) error {
	var rows []ronda.TiplineIn
	var jobs []ronda.Job
	planned := map[string]bool{}
	now := s.Now()
	for _, in := range list {
		if in.At.IsZero() || in.At.After(now) { // a tapped button has no time of its own, and clocks differ
			in.At = now
		}
		if in.Group && !in.Called || now.Sub(in.At) > oldest || in.Message == "" || in.Chat == "" {
			continue
		}
		chat := s.chatOf(in)
		if err := s.Throttle.Allow(ctx, "chat", chat, 1); err != nil {
			// Whoever floods hears of it once a minute; what is left out is said to be.
			in = Incoming{Provider: in.Provider, Message: "flood:" + chat + now.Format("200601021504"), Chat: in.Chat, From: in.From, Group: in.Group, Called: in.Called, At: in.At, Kind: KindFlood}
		}
		row, err := s.seal(in, chat, now)
		if err != nil {
			return err
		}
		rows = append(rows, row)
		if !planned[chat] {
			planned[chat] = true
			jobs = append(jobs, ronda.Job{Kind: JobTurn, Key: chat, RunAt: now, Args: map[string]string{"chat": chat}})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if _, err := s.Inbox.ReceiveTipline(ctx, rows, jobs...); err != nil {
		return fmt.Errorf("keep messages: %w", err)
	}
	return nil
}

// seal makes the row of a message. The application's id may hold a phone number (WhatsApp's does), so only its keyed hash is kept.
func (s *Service) seal(in Incoming, chat string, now time.Time) (ronda.TiplineIn, error) {
	row := ronda.TiplineIn{ID: s.next(), Chat: chat, Provider: in.Provider, At: now,
		Message: hex.EncodeToString(s.Keys.Fingerprint("tipline.message", []byte(in.Provider+"\x00"+in.Message))[:20])}
	var err error
	if row.Address, err = s.sealJSON("tipline.address", addressOf(in)); err != nil {
		return row, err
	}
	row.Body, err = s.sealJSON("tipline.in:"+row.ID, in)
	return row, err
}

func addressOf(in Incoming) Address {
	a := Address{Chat: in.Chat, Thread: in.Thread}
	if in.Group {
		_, a.Reply, _ = cutLast(in.Message)
	}
	return a
}

// cutLast takes the part after the last colon: adapters write "chat:message".
func cutLast(id string) (before, after string, ok bool) {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i] == ':' {
			return id[:i], id[i+1:], true
		}
	}
	return "", "", false
}

func (s *Service) sealJSON(purpose string, v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", purpose, err)
	}
	return s.Keys.Seal(purpose, b)
}

func (s *Service) unsealJSON(purpose string, sealed []byte, v any) error {
	b, err := s.Keys.Unseal(purpose, sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}

// stateOf opens what a conversation remembers. A state that cannot be read is a new beginning: the person is answered all the same.
func (s *Service) stateOf(ctx context.Context, c ronda.TiplineChat) State {
	if len(c.State) == 0 {
		return State{}
	}
	b, err := s.Keys.Unseal("tipline.state:"+c.ID, c.State)
	if err == nil {
		var st State
		if st, err = decodeState(b); err == nil {
			return st
		}
	}
	s.Log.WarnContext(ctx, "a conversation's state cannot be read", "chat", c.ID[:8], "error", err)
	return State{}
}

// Settled notes that the application reported a message as out.
func (s *Service) Settled(ctx context.Context, id string) error {
	if len(id) > 64 {
		return nil
	}
	return s.Outbox.SettleTiplineOut(ctx, id)
}

// talk is the machine with the room of an application.
func (s *Service) talk(provider string) *Talk {
	t := s.Talk
	t.Room = 10
	if p, ok := s.Providers[provider]; ok {
		t.Room = p.Limits().Room
	}
	return &t
}
