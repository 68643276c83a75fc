package tipline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"ronda"
)

// Fate says what an error of sending means.
type Fate string

// The fates of a message that was not sent.
const (
	FateLater   Fate = "later"   // the application did not take it; try again
	FateUnknown Fate = "unknown" // it may have arrived
	FateClosed  Fate = "closed"  // only after the person writes again
	FateGone    Fate = "gone"    // the person left or blocked the account
	FateRefused Fate = "refused" // it will never be taken
)

// SendError is what an adapter says about a failed attempt. Word is kept for operators, so it is one of a few and never the other side's text.
type SendError struct {
	Fate  Fate
	After time.Duration // the application said to wait as long
	Word  string
}

// Error writes the error for the log.
func (e *SendError) Error() string { return "send: " + string(e.Fate) + " (" + e.Word + ")" }

// ErrNoFile says that the application no longer has a file.
var ErrNoFile = ronda.Errorf(ronda.Invalid, "file.gone", "files")

// lastTry is how long a message is tried before it is given up and an operator must look.
const lastTry = 72 * time.Hour

// unknownPause is how long a message with an unknown outcome waits for the application's own word before it is sent again.
const unknownPause = time.Minute

// Send hands over what waits for a chat, in order. It is a job. A failure is written to the message with the time of the next try, and the job ends
// well: the next one is planned in the same transaction.
func (s *Service) Send(ctx context.Context, chat string) error {
	for {
		o, again, ok, next, err := s.Outbox.ClaimTiplineOut(ctx, chat, s.Now())
		if err != nil {
			return err
		}
		if !ok {
			if next.IsZero() {
				return nil
			}
			return s.Outbox.AddJobs(ctx, s.sendJob(chat, next))
		}
		more, err := s.sendOne(ctx, o, again)
		if err != nil || !more {
			return err
		}
	}
}

// sendOne sends one message and writes what came of it. more is false if the next one has to wait.
func (s *Service) sendOne(ctx context.Context, o ronda.TiplineOut, again bool) (more bool, err error) {
	p, ok := s.Providers[o.Provider]
	if !ok {
		return false, s.end(ctx, o, &SendError{Fate: FateLater, Word: "not_set_up", After: time.Hour})
	}
	d := Delivery{ID: o.ID, Again: again, Now: s.Now()}
	if err := errors.Join(s.unsealJSON("tipline.address", o.Address, &d.To), s.unsealJSON("tipline.out:"+o.ID, o.Body, &d.Message)); err != nil {
		s.Log.ErrorContext(ctx, "an outgoing message cannot be read", "message", o.ID, "error", err)
		return true, s.end(ctx, o, &SendError{Fate: FateRefused, Word: "unreadable"})
	}
	held, err := s.hold(ctx, o, p, d.To)
	if err != nil || held {
		return held, err
	}
	err = p.Send(ctx, d)
	if ctx.Err() != nil { // stopped in the middle: the row says "sending", and the next attempt knows that
		return false, ctx.Err()
	}
	if err == nil {
		o.State = ronda.TiplineSent
		return true, s.Outbox.EndTiplineOut(ctx, o)
	}
	var e *SendError
	if !errors.As(err, &e) {
		e = &SendError{Fate: FateLater, Word: "error"}
	}
	if e.Fate == FateGone {
		s.Log.InfoContext(ctx, "a person left", "provider", o.Provider)
		return false, s.Outbox.SilenceTiplineChat(ctx, o.Chat)
	}
	return e.Fate == FateClosed || e.Fate == FateRefused, s.end(ctx, o, e)
}

// hold keeps a message that may not go out now: outside of the application's window, or unasked to somebody who said stop.
func (s *Service) hold(ctx context.Context, o ronda.TiplineOut, p Provider, to Address) (bool, error) {
	w, windowed := p.(Windowed)
	if o.Kind == ronda.TiplineReply && !windowed {
		return false, nil
	}
	chat, err := s.Inbox.TiplineChat(ctx, o.Chat)
	if err != nil {
		return false, err
	}
	if chat.Quiet && o.Kind != ronda.TiplineReply {
		o.State = ronda.TiplineSent // as good as: the person does not want it
		return true, s.Outbox.EndTiplineOut(ctx, o)
	}
	if !windowed || chat.Version == 0 || s.Now().Sub(chat.SeenAt) < w.Window() {
		return false, nil
	}
	return true, s.keep(ctx, o, w, chat, to)
}

// keep holds a message until the person writes, and asks them to once if the operator has an approved text for that.
func (s *Service) keep(ctx context.Context, o ronda.TiplineOut, w Windowed, chat ronda.TiplineChat, to Address) error {
	if !chat.Nudged && !chat.Quiet {
		sent, err := w.Nudge(ctx, to, o.ID, s.language(ctx, chat))
		var e *SendError
		if errors.As(err, &e) && e.Fate == FateLater {
			return s.end(ctx, o, e)
		}
		if err != nil {
			s.Log.WarnContext(ctx, "nudge", "provider", o.Provider, "error", err)
		}
		if sent || e != nil && e.Fate == FateUnknown {
			if err := s.Outbox.NudgeTiplineChat(ctx, o.Chat); err != nil {
				return err
			}
		}
	}
	o.State, o.Next, o.Failure = ronda.TiplineHeld, s.Now(), "window"
	return s.Outbox.EndTiplineOut(ctx, o)
}

func (s *Service) language(ctx context.Context, chat ronda.TiplineChat) string {
	if l := s.stateOf(ctx, chat).Lang; l != "" {
		return l
	}
	return s.Talk.Texts.Languages()[0]
}

// end writes a failed attempt, and plans the next.
func (s *Service) end(ctx context.Context, o ronda.TiplineOut, e *SendError) error {
	now := s.Now()
	o.Failure, o.Next, o.State = e.Word, now.Add(max(e.After, pause(o.Attempt))), ronda.TiplineWaiting
	switch {
	case e.Fate == FateRefused || now.Sub(o.At) > lastTry:
		o.State = ronda.TiplineDead
		s.Log.ErrorContext(ctx, "a message was given up", "provider", o.Provider, "message", o.ID, "because", e.Word)
		return s.Outbox.EndTiplineOut(ctx, o)
	case e.Fate == FateClosed:
		o.State, o.Failure = ronda.TiplineHeld, "window"
		return s.Outbox.EndTiplineOut(ctx, o)
	case e.Fate == FateUnknown:
		o.State, o.Next = ronda.TiplineSending, now.Add(max(unknownPause, pause(o.Attempt)))
	}
	s.Log.WarnContext(ctx, "a message is late", "provider", o.Provider, "message", o.ID, "attempt", o.Attempt, "because", e.Word)
	return s.Outbox.EndTiplineOut(ctx, o, s.sendJob(o.Chat, o.Next))
}

// pause is how long to wait after a failed attempt: 2 s, doubled each time, at most 15 minutes.
func pause(attempt int) time.Duration {
	const first, most = 2 * time.Second, 15 * time.Minute
	d := first
	for range attempt - 1 {
		if d *= 2; d >= most {
			return most
		}
	}
	return d
}

// maxPicture bounds a file that is fetched, in bytes: the limit of an upload on the web, and one byte to see that it is more.
const maxPicture = 5_000_000 + 1

// fetch gets a file from its application.
func (s *Service) fetch(ctx context.Context, provider string, m Media) (io.ReadCloser, error) {
	p, ok := s.Providers[provider]
	if !ok {
		return nil, fmt.Errorf("no application %q", provider)
	}
	if m.Size >= maxPicture {
		return nil, ronda.Errorf(ronda.Invalid, "file.too_large", "files").With("mb", "5")
	}
	body, err := p.Fetch(ctx, m)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(body, maxPicture), body}, nil
}
