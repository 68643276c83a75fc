// Package notice is the sixth stage of the flow: it hands the three acts to their channels, runs their clocks and shows each recipient its own.
//
// The order of sending survives a crash at any point: (1) the decision to send is committed with the act; (2) "sending" is committed with a fixed
// Message-ID; (3) the channel is asked to hand over; (4) the outcome is committed. A notice found at (2) after a restart is sent again only
// where the channel can tell a repeat; otherwise its outcome is unknown and a person decides.
package notice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"ronda"
)

// Store is what notice needs of the database.
type Store interface {
	Case(ctx context.Context, id string) (ronda.Case, error)
	Notice(ctx context.Context, id string) (ronda.NoticeRow, error)
	NoticeByCode(ctx context.Context, code string) (ronda.NoticeRow, error)
	Notices(ctx context.Context, f ronda.NoticeFilter) ([]ronda.NoticeRow, int, error)
}

// Cases changes a case by the one write rule.
type Cases interface {
	Do(ctx context.Context, a ronda.Actor, id string, version int64, cmd ronda.Command) (ronda.Case, error)
}

// Channel hands a notice to its recipient. Each channel states what proves receipt; none of them may call acceptance a receipt.
type Channel interface {
	// Send hands over. A nil error means handed over; ErrNotSent wraps a certain failure; any other error leaves the outcome unknown.
	Send(ctx context.Context, c ronda.Case, n ronda.Notice) error
	// Repeatable tells whether sending the same Message-ID twice is harmless, because the recipient can tell.
	Repeatable() bool
}

// ErrNotSent says for certain that nothing reached the recipient.
var ErrNotSent = errors.New("not sent")

// ErrAgain says that the channel failed for now and that the job may try again: only of a channel whose recipient can tell a repeat. Joined with
// ErrNotSent it says that no try so far reached the recipient.
var ErrAgain = errors.New("to be tried again")

// Prover is a channel that may come to know of a proof of receipt by itself, and keeps it. It states no proof that it did not see.
type Prover interface {
	// Proof is what proves receipt of the notice, "" for nothing yet.
	Proof(ctx context.Context, n ronda.Notice) (string, error)
}

// Settings are what the operator set for each platform.
type Settings interface {
	PlatformChannel(ctx context.Context, platform string) (ronda.PlatformChannel, error)
}

// MaxTries is how often a notice is handed to a channel by itself. With the job's growing pauses this is about three hours; then a person decides.
const MaxTries = 12

// ErrByHand says that a person has to hand the notice over (letter, web form).
var ErrByHand = errors.New("to be handed over by a person")

// Service sends notices and shows them.
type Service struct {
	Pack     *ronda.Pack
	Store    Store
	Cases    Cases
	Channels map[string]Channel // by kind: portal, webhook, email, manual
	Settings Settings           // nil: every represented platform is reached by its inbox
	Domain   string             // right side of the Message-ID
	Now      func() time.Time
	Log      *slog.Logger
}

// Send carries out the job of sending one notice. It returns an error only if the job should run again.
func (s *Service) Send(ctx context.Context, id string) error {
	row, err := s.Store.Notice(ctx, id)
	if err != nil {
		return fmt.Errorf("load notice: %w", err)
	}
	n := row.Notice
	channel, ok := s.Channels[n.Channel]
	if !ok {
		return s.record(ctx, row.Case, ronda.Sending{Notice: id, MessageID: s.messageID(n)}, ronda.Undelivered{Notice: id, Failure: "channel " + n.Channel + " is not set up"})
	}
	switch n.State {
	case ronda.NoticeQueued:
	case ronda.NoticeSent: // a crash may have come between the outcome and its proof
		return s.proof(ctx, channel, row.Case, n)
	case ronda.NoticeSending: // found after a crash, or to be tried again
		if !channel.Repeatable() {
			return s.record(ctx, row.Case, ronda.Undelivered{Notice: id, Unknown: true, Failure: "stopped while sending"})
		}
	default:
		return nil // sent, withdrawn or with a person already
	}
	if _, manual := channel.(Manual); manual {
		return nil // waits in the list of what is to be handed over
	}
	if err := s.record(ctx, row.Case, ronda.Sending{Notice: id, MessageID: s.messageID(n)}); err != nil {
		if code := ronda.CodeOf(err); code == "notice.decision_gone" || code == "notice.basis_gone" {
			s.Log.WarnContext(ctx, "notice is not sent: what it rests on is gone", "notice", id, "code", code)
			return nil
		}
		return err
	}
	c, err := s.Store.Case(ctx, row.Case)
	if err != nil {
		return fmt.Errorf("load case of notice: %w", err)
	}
	n, _ = c.Notice(id)
	err = channel.Send(ctx, c, n)
	switch {
	case err == nil:
		if err := s.record(ctx, row.Case, ronda.Sent{Notice: id}); err != nil {
			return err
		}
		return s.proof(ctx, channel, row.Case, n)
	case errors.Is(err, ErrAgain) && n.Attempts%MaxTries != 0:
		return fmt.Errorf("hand over notice %s by %s: %w", id, n.Channel, err)
	case errors.Is(err, ErrNotSent):
		s.Log.WarnContext(ctx, "notice not sent", "notice", id, "channel", n.Channel, "error", err)
		return s.record(ctx, row.Case, ronda.Undelivered{Notice: id, Failure: "channel refused"})
	default:
		s.Log.WarnContext(ctx, "outcome of sending unknown", "notice", id, "channel", n.Channel, "error", err)
		return s.record(ctx, row.Case, ronda.Undelivered{Notice: id, Unknown: true, Failure: "no clear answer from the channel"})
	}
}

// proof records receipt where the channel has proof of it.
func (s *Service) proof(ctx context.Context, channel Channel, caseID string, n ronda.Notice) error {
	p, ok := channel.(Prover)
	if !ok {
		return nil
	}
	what, err := p.Proof(ctx, n)
	if err != nil {
		return fmt.Errorf("look for proof of receipt: %w", err)
	}
	if what == "" {
		return nil
	}
	return s.record(ctx, caseID, ronda.Receive{Notice: n.ID, Proof: what})
}

// record applies the system's commands one after another.
func (s *Service) record(ctx context.Context, caseID string, cmds ...ronda.Command) error {
	for _, cmd := range cmds {
		if _, err := s.Cases.Do(ctx, ronda.System(), caseID, 0, cmd); err != nil {
			return fmt.Errorf("record %T: %w", cmd, err)
		}
	}
	return nil
}

// messageID is the same for every try, so that a recipient can tell a repeat.
func (s *Service) messageID(n ronda.Notice) string {
	if n.MessageID != "" {
		return n.MessageID
	}
	return n.ID + "@" + s.Domain
}

// Tick lets a notice's clock see the time. A clock that has not run out, or was paused or answered meanwhile, is no error.
func (s *Service) Tick(ctx context.Context, caseID, id string) error {
	_, err := s.Cases.Do(ctx, ronda.System(), caseID, 0, ronda.Tick{Notice: id})
	if ronda.KindOf(err) == ronda.Conflict && ronda.CodeOf(err) != "case.changed" {
		return nil
	}
	return err
}

// Remind records that a deadline is near. A notice that was answered or paused meanwhile needs no reminder.
func (s *Service) Remind(ctx context.Context, caseID, id string) error {
	_, err := s.Cases.Do(ctx, ronda.System(), caseID, 0, ronda.Remind{Notice: id})
	if ronda.KindOf(err) == ronda.Conflict && ronda.CodeOf(err) != "case.changed" {
		return nil
	}
	return err
}

// Portal is the channel of the liaison's inbox: the notice is there as soon as it is sent, and opening it is the proof of receipt.
type Portal struct{}

// Send has nothing to hand over: the inbox reads the same rows.
func (Portal) Send(context.Context, ronda.Case, ronda.Notice) error { return nil }

// Repeatable is true: the same notice stands in the inbox once.
func (Portal) Repeatable() bool { return true }

// Manual is the channel of letters and web forms: a person hands the package over and records who, when and with what proof.
type Manual struct{}

// Send always asks for a person.
func (Manual) Send(context.Context, ronda.Case, ronda.Notice) error {
	return fmt.Errorf("%w: %w", ErrNotSent, ErrByHand)
}

// Repeatable is false: a letter cannot be called back.
func (Manual) Repeatable() bool { return false }

// ChannelFor is the kind of channel by which a platform is reached: what the operator set, if that channel runs here, else its inbox. A platform
// without a representative is always reached by hand.
func (s *Service) ChannelFor(ctx context.Context, platform string) (string, error) {
	p, ok := s.Pack.Platform(platform)
	if !ok || !p.Represented {
		return ronda.ChannelManual, nil
	}
	if s.Settings == nil {
		return ronda.ChannelPortal, nil
	}
	set, err := s.Settings.PlatformChannel(ctx, platform)
	if err != nil {
		return "", fmt.Errorf("read channel of %s: %w", platform, err)
	}
	if _, runs := s.Channels[set.Kind]; set.Kind != "" && runs {
		return set.Kind, nil
	}
	return ronda.ChannelPortal, nil
}
