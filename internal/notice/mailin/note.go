package mailin

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"ronda"
)

// Store finds notices.
type Store interface {
	Notice(ctx context.Context, id string) (ronda.NoticeRow, error)
	Case(ctx context.Context, id string) (ronda.Case, error)
}

// Cases changes a case by the one write rule.
type Cases interface {
	Do(ctx context.Context, a ronda.Actor, id string, version int64, cmd ronda.Command) (ronda.Case, error)
}

// Service notes incoming mails on the cases of their notices.
type Service struct {
	Store Store
	Cases Cases
}

// ErrNotOurs is the answer to a mail that refers to no notice of this installation.
var ErrNotOurs = ronda.Errorf(ronda.NotFound, "notice.not_found", "")

// ErrUnreadable is the answer to what is no mail.
var ErrUnreadable = errors.New("mail cannot be read")

// Take notes one mail. The same mail a second time changes nothing. It returns the id of the notice.
func (s *Service) Take(ctx context.Context, raw []byte) (string, Mail, error) {
	m, err := Read(bytes.NewReader(raw))
	if err != nil {
		return "", m, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	row, err := s.find(ctx, m)
	if err != nil {
		return "", m, err
	}
	c, err := s.Store.Case(ctx, row.Case)
	if err != nil {
		return row.Notice.ID, m, fmt.Errorf("load case of notice: %w", err)
	}
	sum := sha256.Sum256(raw)
	mark := "[mail " + hex.EncodeToString(sum[:6]) + "]"
	// The state goes first: a crash in between repeats it, and a notice that is unknown already refuses to become so again.
	if m.Kind == Bounce && row.Notice.State == ronda.NoticeSent {
		cmd := ronda.Undelivered{Notice: row.Notice.ID, Unknown: true, Failure: strings.TrimSpace("mail came back " + m.Status)}
		if _, err := s.Cases.Do(ctx, ronda.System(), row.Case, 0, cmd); err != nil && ronda.KindOf(err) != ronda.Conflict {
			return row.Notice.ID, m, fmt.Errorf("record bounce: %w", err)
		}
	}
	for _, n := range c.Notes {
		if strings.HasPrefix(n.Text, mark) {
			return row.Notice.ID, m, nil
		}
	}
	if _, err := s.Cases.Do(ctx, ronda.System(), row.Case, 0, ronda.AddNote{Text: note(mark, row.Notice, m)}); err != nil {
		return row.Notice.ID, m, fmt.Errorf("note mail: %w", err)
	}
	return row.Notice.ID, m, nil
}

// find looks for a notice among the Message-IDs that a mail refers to.
func (s *Service) find(ctx context.Context, m Mail) (ronda.NoticeRow, error) {
	for _, id := range m.About {
		notice, _, ok := strings.Cut(id, "@") // how our Message-IDs are made
		if !ok {
			continue
		}
		row, err := s.Store.Notice(ctx, notice)
		if err == nil && row.Notice.MessageID == id {
			return row, nil
		}
		if err != nil && ronda.KindOf(err) != ronda.NotFound {
			return row, fmt.Errorf("find notice: %w", err)
		}
	}
	return ronda.NoticeRow{}, ErrNotOurs
}

func note(mark string, n ronda.Notice, m Mail) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s\n", mark, m.Kind, n.Number)
	for _, line := range []string{m.Status, m.From, m.Subject} {
		if line != "" {
			b.WriteString(line + "\n")
		}
	}
	b.WriteString("\n" + m.Text)
	return strings.TrimSpace(b.String())
}
