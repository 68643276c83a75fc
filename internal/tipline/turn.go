package tipline

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"ronda"
	"ronda/internal/intake"
)

// mostTries is how often a message is tried before the person hears that something is wrong.
const mostTries = 3

// Turn answers what waits in a chat, one message after the other. It is a job: what fails is tried again, and the messages stay.
func (s *Service) Turn(ctx context.Context, chat string) error {
	for {
		in, ok, err := s.Inbox.NextTiplineIn(ctx, chat)
		if err != nil || !ok {
			return err
		}
		err = s.answer(ctx, in)
		if ronda.CodeOf(err) == "tipline.answered" {
			continue // a worker that lost its lease was here: the message is answered, or is looked at again
		}
		if err != nil {
			return fmt.Errorf("answer message: %w", err)
		}
	}
}

// answer runs one turn and saves it whole.
func (s *Service) answer(ctx context.Context, row ronda.TiplineIn) error {
	chat, err := s.Inbox.TiplineChat(ctx, row.Chat)
	if err != nil {
		return err
	}
	now := s.Now()
	var in Incoming
	if err := s.unsealJSON("tipline.in:"+row.ID, row.Body, &in); err != nil {
		s.Log.ErrorContext(ctx, "a message cannot be read", "chat", row.Chat[:8], "error", err)
		in = Incoming{Kind: KindDeleted, At: now} // nothing can be done with it: the row is ended
	}
	before := s.stateOf(ctx, chat)
	before.Quiet = chat.Quiet
	out, err := s.converse(ctx, row, in, before, now)
	if err != nil {
		return err
	}
	turn := ronda.TiplineTurn{In: row.ID, Chat: chat, Erase: out.Forget, Follow: out.Follow, Unfollow: out.Unfollow}
	turn.Chat.ID, turn.Chat.Provider = row.Chat, row.Provider
	if turn.Chat.Address = row.Address; in.Group { // a group is written to only in answer
		out.State.Quiet = true
	}
	if speaks(in.Kind) && in.At.After(turn.Chat.SeenAt) {
		turn.Chat.SeenAt, turn.Chat.Nudged = in.At, false
	}
	if turn.Chat.SeenAt.IsZero() {
		turn.Chat.SeenAt = now
	}
	turn.Chat.Quiet, turn.Chat.Draft = out.State.Quiet, out.State.Draft != nil
	b, err := out.State.encode()
	if err != nil {
		return err
	}
	if turn.Chat.State, err = s.Keys.Seal("tipline.state:"+row.Chat, b); err != nil {
		return err
	}
	if turn.Tickets, err = s.tracked(ctx, row.Chat, out, in.Group); err != nil {
		return err
	}
	for i := range out.Say {
		out.Say[i].Lang = out.State.Lang
	}
	if turn.Out, err = s.replies(row, in, out.Say, now); err != nil {
		return err
	}
	if out.Forget {
		if turn.Leaves, err = s.erasure(row.Chat, now); err != nil {
			return err
		}
	}
	turn.Wake = speaks(in.Kind) && !out.Forget
	turn.Jobs = []ronda.Job{s.sendJob(row.Chat, now)}
	return s.Inbox.SaveTiplineTurn(ctx, turn)
}

func (s *Service) sendJob(chat string, at time.Time) ronda.Job {
	return ronda.Job{Kind: JobSend, Key: chat, RunAt: at, Args: map[string]string{"chat": chat}}
}

// speaks tells whether a message shows that the person is there.
func speaks(k Kind) bool {
	return k != KindBlocked && k != KindDeleted && k != KindEdited && k != KindFlood
}

// maxEffects bounds one turn. The machine needs at most two.
const maxEffects = 4

// converse lets the machine answer, and does what it asks for in between.
func (s *Service) converse(ctx context.Context, row ronda.TiplineIn, in Incoming, state State, now time.Time) (Outcome, error) {
	t := s.talk(row.Provider)
	total := t.Next(state, Said{in}, now)
	for range maxEffects {
		if total.Do == nil {
			return total, nil
		}
		event, err := s.perform(ctx, row, total)
		if err != nil {
			if row.Attempt < mostTries || ctx.Err() != nil {
				return total, err
			}
			s.Log.ErrorContext(ctx, "a message is answered with an apology", "provider", row.Provider, "error", err)
			total.Do, total.Say = nil, append(total.Say, t.say(total.State, "tip.trouble")...)
			total.State = total.State.rest()
			return total, nil
		}
		next := t.Next(total.State, event, now)
		next.Say = append(total.Say, next.Say...)
		total = next
	}
	return total, errors.New("a turn has no end")
}

// perform does one thing outside. An error of the person is part of the event; one of ours is returned, and the turn is tried again.
func (s *Service) perform(ctx context.Context, row ronda.TiplineIn, out Outcome) (Event, error) {
	sender := "tipline:" + row.Chat
	lang := out.State.Lang
	key := "tipline:" + row.ID
	switch do := out.Do.(type) {
	case Check:
		res, err := s.check(ctx, row.Provider, do, intake.CheckInput{Text: do.Text, Channel: row.Provider, Lang: lang, Sender: sender})
		return Checked{Check: do, Result: res, Err: theirs(err)}, ours(err)
	case Allow:
		err := s.Desk.Allow(ctx, intake.CheckInput{Text: do.Text, Channel: row.Provider, Lang: lang, Sender: sender})
		return Allowed{Err: theirs(err)}, ours(err)
	case Report:
		r, err := s.report(ctx, row.Provider, do, intake.ReportInput{Text: do.Draft.Text, Category: do.Draft.Category, Region: do.Region, Anywhere: do.Region == "",
			Channel: row.Provider, Lang: lang, Sender: sender, IdemKey: key, NoLink: true, Sandbox: s.Sandbox})
		return Reported{Receipt: r, Err: theirs(err)}, ours(err)
	case Open:
		k, err := s.Desk.Ticket(ctx, do.Code, sender)
		return Opened{Code: do.Code, Ticket: k, Err: theirs(err)}, ours(err)
	case Add:
		k, err := s.add(ctx, row.Provider, do, intake.MoreInput{Code: do.Code, Text: do.Text, Sender: sender, IdemKey: key})
		return Opened{Code: do.Code, Ticket: k, Added: err == nil, Err: theirs(err)}, ours(err)
	case Erase:
		return s.eraseReports(ctx, row.Chat)
	}
	return nil, fmt.Errorf("unknown effect %T", out.Do)
}

// theirs is an error that the person can do something about.
func theirs(err error) error {
	if k := ronda.KindOf(err); k == ronda.Invalid || k == ronda.NotFound || k == ronda.Limited || k == ronda.Conflict {
		var e *ronda.Error
		errors.As(err, &e)
		return e
	}
	return nil
}

// ours is any other error.
func ours(err error) error {
	if theirs(err) != nil {
		return nil
	}
	return err
}

func (s *Service) check(ctx context.Context, provider string, do Check, in intake.CheckInput) (intake.CheckResult, error) {
	if do.Media.Ref == "" {
		return s.Desk.Check(ctx, in)
	}
	body, err := s.fetch(ctx, provider, do.Media)
	if err != nil {
		return intake.CheckResult{}, err
	}
	defer body.Close()
	return s.Desk.CheckPicture(ctx, in, body)
}

func (s *Service) report(ctx context.Context, provider string, do Report, in intake.ReportInput) (intake.Receipt, error) {
	if do.Draft.Media.Ref != "" {
		body, err := s.fetch(ctx, provider, do.Draft.Media)
		if err != nil {
			return intake.Receipt{}, err
		}
		defer body.Close()
		in.Files = []intake.Upload{{Name: fileName(do.Draft.Media), Kind: "screenshot", Data: body, Size: do.Draft.Media.Size}}
	}
	return s.Desk.Submit(ctx, in)
}

func (s *Service) add(ctx context.Context, provider string, do Add, in intake.MoreInput) (ronda.Ticket, error) {
	if do.Media.Ref != "" {
		body, err := s.fetch(ctx, provider, do.Media)
		if err != nil {
			return ronda.Ticket{}, err
		}
		defer body.Close()
		in.Files = []intake.Upload{{Name: fileName(do.Media), Kind: "screenshot", Data: body, Size: do.Media.Size}}
	}
	k, err := s.Desk.AddMore(ctx, in)
	if ronda.CodeOf(err) == "idempotency.done" { // it was saved before this process was stopped
		return s.Desk.Ticket(ctx, in.Code, in.Sender)
	}
	return k, err
}

// fileName names a file without what the application or the person called it.
func fileName(m Media) string {
	if strings.HasSuffix(m.Type, "png") {
		return "gambar.png"
	}
	return "gambar.jpg"
}

// tracked are the tickets that the chat follows from now on.
func (s *Service) tracked(ctx context.Context, chat string, out Outcome, group bool) ([]ronda.TiplineTicket, error) {
	if out.Track == "" || group || out.Forget {
		return nil, nil
	}
	code, ok := ronda.ParseCode(out.Track, ronda.CodeLength)
	if !ok {
		return nil, nil
	}
	r, err := s.Reports.ReportByCode(ctx, code)
	if err != nil {
		return nil, fmt.Errorf("find report of ticket: %w", err)
	}
	own := r.Sender != "" && r.Sender == hex.EncodeToString(s.Keys.Fingerprint("sender", []byte("tipline:"+chat))[:12]) // as intake writes it
	return []ronda.TiplineTicket{{Chat: chat, Report: r.ID, Own: own, Told: out.Told}}, nil
}

// toldOf is a ticket's state as it is remembered.
func toldOf(k ronda.Ticket) string { return string(k.State) + ":" + k.Detail }

// eraseReports removes what this chat's own reports say and who sent them.
func (s *Service) eraseReports(ctx context.Context, chat string) (Erased, error) {
	tickets, err := s.Inbox.TiplineTickets(ctx, chat)
	if err != nil {
		return Erased{}, err
	}
	var out Erased
	for _, k := range tickets {
		if !k.Own {
			continue
		}
		held, err := s.Reports.EraseReport(ctx, k.Report)
		if err != nil && ronda.KindOf(err) != ronda.NotFound {
			return out, fmt.Errorf("erase report: %w", err)
		}
		if held {
			out.Held++
		}
	}
	return out, nil
}

// erasure is the log's entry for a conversation that is forgotten. Its reference is the keyed hash of who wrote: a restore erases by it again.
func (s *Service) erasure(chat string, now time.Time) ([]ronda.Leaf, error) {
	e := ronda.Erasure{ID: s.IDs.New(now), Scope: ronda.EraseOfSender, Ref: chat, Kinds: ronda.SenderKinds(), Cause: ronda.ErasedByReporter, At: now}
	leaf, err := s.Leaf(e.LogAct())
	if err != nil {
		return nil, fmt.Errorf("make log entry of erasure: %w", err)
	}
	return []ronda.Leaf{leaf}, nil
}

// replies cuts what is to be said to the application's measure.
func (s *Service) replies(row ronda.TiplineIn, in Incoming, say []Message, now time.Time) ([]ronda.TiplineOut, error) {
	p, ok := s.Providers[row.Provider]
	if !ok {
		return nil, fmt.Errorf("no application %q", row.Provider)
	}
	var out []ronda.TiplineOut
	for _, m := range say {
		if len(out) == 0 && in.Token != "" {
			m.Token, m.TokenAt = in.Token, in.At.Unix()
		}
		for _, piece := range Pieces(m, p.Limits()) {
			o := ronda.TiplineOut{ID: s.next(), Chat: row.Chat, Provider: row.Provider, Kind: ronda.TiplineReply, Address: row.Address, State: ronda.TiplineWaiting, At: now, Next: now}
			var err error
			if o.Body, err = s.sealJSON("tipline.out:"+o.ID, piece); err != nil {
				return nil, err
			}
			out = append(out, o)
		}
	}
	return out, nil
}
