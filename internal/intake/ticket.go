package intake

import (
	"context"
	"fmt"
	"strings"

	"ronda"
)

// Ticket shows the progress of a report to whoever holds its code. Wrong codes are limited per client and in all, so that nobody finds one by trying.
func (s *Service) Ticket(ctx context.Context, typed, sender string) (ronda.Ticket, error) {
	r, c, messages, err := s.open(ctx, typed, sender)
	if err != nil {
		return ronda.Ticket{}, err
	}
	if c.Claim != "" {
		if f, err := s.Claims.FactCheck(ctx, c.Claim); err != nil || !f.Live() {
			c.Claim = "" // what was taken back answers nobody
		}
	}
	return ronda.TicketOf(r, c, messages, s.Pack), nil
}

// open finds the report of a code with its case and messages.
func (s *Service) open(ctx context.Context, typed, sender string) (ronda.Report, ronda.Case, []ronda.Message, error) {
	code, ok := ronda.ParseCode(typed, ronda.CodeLength)
	if !ok {
		return ronda.Report{}, ronda.Case{}, nil, ronda.Errorf(ronda.Invalid, "ticket.code_form", "code")
	}
	if err := s.Throttle.Allow(ctx, "code", sender, 0); err != nil {
		return ronda.Report{}, ronda.Case{}, nil, err
	}
	r, err := s.Store.ReportByCode(ctx, code)
	if ronda.KindOf(err) == ronda.NotFound {
		if err := s.Throttle.Allow(ctx, "code", sender, 1); err != nil {
			return r, ronda.Case{}, nil, err
		}
		return r, ronda.Case{}, nil, ronda.Errorf(ronda.NotFound, "ticket.not_found", "code")
	}
	if err != nil {
		return r, ronda.Case{}, nil, fmt.Errorf("find ticket: %w", err)
	}
	c, err := s.Store.Case(ctx, r.Case)
	if err != nil {
		return r, c, nil, fmt.Errorf("load case of ticket: %w", err)
	}
	messages, err := s.Store.Messages(ctx, r.ID)
	if err != nil {
		return r, c, nil, fmt.Errorf("load messages of ticket: %w", err)
	}
	return r, c, messages, nil
}

// MoreInput is what a reporter adds to a ticket.
type MoreInput struct {
	Code    string
	Text    string
	Links   []string
	Files   []Upload
	Sender  string
	IdemKey string
}

// AddMore takes more evidence, or the answer to a question, under the code.
func (s *Service) AddMore(ctx context.Context, in MoreInput) (ronda.Ticket, error) {
	r, _, messages, err := s.open(ctx, in.Code, in.Sender)
	if err != nil {
		return ronda.Ticket{}, err
	}
	if !r.ErasedAt.IsZero() {
		return ronda.Ticket{}, ronda.Errorf(ronda.Conflict, "ticket.erased", "")
	}
	if err := s.Throttle.Allow(ctx, "more", in.Sender, 1); err != nil {
		return ronda.Ticket{}, err
	}
	m, addresses, err := s.readMore(ctx, in, r, messages)
	if err != nil {
		return ronda.Ticket{}, err
	}
	args := map[string]string{"report": r.ID, "message": m.ID}
	for i, a := range addresses {
		args[fmt.Sprintf("link%d", i)] = a.Canonical
	}
	jobs := []ronda.Job{{Kind: "case.add_more", Key: "case.add_more:" + m.ID, RunAt: m.At, Args: args}}
	idem := ronda.Idempotent{}
	if in.IdemKey != "" {
		idem = ronda.Idempotent{Principal: "ticket:" + r.ID, Key: in.IdemKey, BodyHash: hashOf(append(in.Links, in.Text)...), Status: 201}
	}
	if err := s.Store.AddMessage(ctx, m, jobs, idem); err != nil {
		return ronda.Ticket{}, fmt.Errorf("save message: %w", err)
	}
	return s.Ticket(ctx, in.Code, in.Sender)
}

// readMore validates what was added: a text, an address or a file, at least one of them.
func (s *Service) readMore(ctx context.Context, in MoreInput, r ronda.Report, messages []ronda.Message) (ronda.Message, []ronda.ReportAddress, error) {
	text, err := cleanText(in.Text, MaxText, "text")
	if err != nil {
		return ronda.Message{}, nil, err
	}
	var addresses []ronda.ReportAddress
	for _, raw := range in.Links {
		if strings.TrimSpace(raw) == "" {
			continue
		}
		a, err := s.Links.Parse(raw)
		if err != nil {
			if e, ok := err.(*ronda.Error); ok {
				e.Field = "link"
			}
			return ronda.Message{}, nil, err
		}
		addresses = append(addresses, a)
	}
	if len(addresses) > 20 || len(in.Files) > MaxFiles {
		return ronda.Message{}, nil, ronda.Errorf(ronda.Invalid, "report.too_many_links", "link").With("limit", "20")
	}
	if text == "" && len(addresses) == 0 && len(in.Files) == 0 {
		return ronda.Message{}, nil, ronda.Errorf(ronda.Invalid, "ticket.nothing_added", "text")
	}
	env := s.Cases.Env()
	m := ronda.Message{ID: env.ID(), Report: r.ID, At: env.Now, From: "reporter", Kind: "evidence"}
	m.Text, _ = maskText(text)
	for _, a := range addresses {
		m.Text = strings.TrimSpace(m.Text + "\n" + a.Canonical)
	}
	if q := ronda.TicketOf(r, ronda.Case{}, messages, s.Pack).Question; q != nil {
		m.Kind, m.Question = "answer", q.Question
	}
	for _, u := range in.Files {
		if err := s.allowBytes(ctx, in.Sender, u); err != nil {
			return m, nil, err
		}
		e, err := s.Evidence.Keep(ctx, r.ID, u)
		if err != nil {
			return m, nil, err
		}
		e.ID, e.By = s.Cases.Env().ID(), "reporter"
		m.Files = append(m.Files, e)
	}
	return m, addresses, nil
}
