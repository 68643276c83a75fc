package appeal

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ronda"
)

// drawAgain is how long an objection waits for the next try to find a panel.
const drawAgain = 30 * time.Minute

// Ref is what an appellant typed, understood.
type Ref struct {
	Kind    string // "notice", "ticket", "address", "appeal"
	Code    string // of a notice, a ticket or an objection
	Address ronda.ReportAddress
}

// Subject is what may be shown about the thing that somebody wants to object to. For an address it is empty, whatever is known about it.
type Subject struct {
	Ref    Ref
	Notice ronda.Notice // redacted; its items keep their addresses for who holds the notice's code
	Case   string
	Region string
	report ronda.Report
	about  *ronda.AppealFor
}

// Input is an objection as a page takes it.
type Input struct {
	Ref     string
	Ground  string
	Reasons string
	Items   []string
	Sender  string // address of the client, for limits
}

// Read understands what was typed: a notice's code, a ticket's code, an objection's code or an address. Wrong codes are limited per client
// and in all; a code of an act that has not gone out is a wrong code.
func (s *Service) Read(ctx context.Context, typed, sender string) (Subject, error) {
	typed = strings.TrimSpace(typed)
	if code, ok := ronda.ParseCode(typed, ronda.NoticeCodeLength); ok {
		return s.miss(ctx, sender, func() (Subject, error) { return s.noticeSubject(ctx, code) })
	}
	if code, ok := ronda.ParseCode(typed, ronda.CodeLength); ok {
		return s.miss(ctx, sender, func() (Subject, error) { return s.ticketSubject(ctx, code) })
	}
	l, err := s.Links.Parse(typed)
	if err != nil || l.Key == "" || l.Private || l.Unsettled {
		return Subject{}, ronda.Errorf(ronda.Invalid, "appeal.ref_form", "ref")
	}
	return Subject{Ref: Ref{Kind: "address", Address: l}}, nil
}

// miss runs a look-up of a code and takes from the budget for wrong codes where there is nothing.
func (s *Service) miss(ctx context.Context, sender string, find func() (Subject, error)) (Subject, error) {
	if err := s.Throttle.Allow(ctx, "code", sender, 0); err != nil {
		return Subject{}, err
	}
	sub, err := find()
	if ronda.KindOf(err) == ronda.NotFound {
		if err := s.Throttle.Allow(ctx, "code", sender, 1); err != nil {
			return Subject{}, err
		}
		return Subject{}, ronda.Errorf(ronda.NotFound, "appeal.code_not_found", "ref")
	}
	return sub, err
}

func (s *Service) noticeSubject(ctx context.Context, code string) (Subject, error) {
	row, err := s.Files.NoticeByCode(ctx, code)
	if err != nil {
		return Subject{}, err
	}
	if !row.Notice.Public() {
		return Subject{}, ronda.Errorf(ronda.NotFound, "appeal.not_found", "ref")
	}
	c, err := s.Files.Case(ctx, row.Case)
	if err != nil {
		return Subject{}, err
	}
	return Subject{Ref: Ref{Kind: "notice", Code: code}, Notice: shown(row.Notice), Case: c.ID, Region: c.Region,
		about: &ronda.AppealFor{Case: c, Notice: row.Notice.ID}}, nil
}

// shown is a notice without its sealed reasons and names, with the addresses that its recipient and its author know.
func shown(n ronda.Notice) ronda.Notice {
	out := n.Redacted()
	for i := range out.Items {
		out.Items[i].Address = n.Items[i].Address
	}
	return out
}

func (s *Service) ticketSubject(ctx context.Context, code string) (Subject, error) {
	if ap, err := s.Store.AppealByCode(ctx, code); err == nil {
		return Subject{Ref: Ref{Kind: "appeal", Code: ap.Code}}, nil
	} else if ronda.KindOf(err) != ronda.NotFound {
		return Subject{}, err
	}
	r, err := s.Files.ReportByCode(ctx, code)
	if err != nil {
		return Subject{}, err
	}
	c, err := s.Files.Case(ctx, r.Case)
	if err != nil {
		return Subject{}, err
	}
	return Subject{Ref: Ref{Kind: "ticket", Code: code}, Case: c.ID, Region: r.Region, report: r, about: &ronda.AppealFor{Case: c, Items: itemsOf(r, c)}}, nil
}

// itemsOf are the addresses of a case that a report named.
func itemsOf(r ronda.Report, c ronda.Case) []string {
	var out []string
	for _, it := range c.Items {
		for _, a := range r.Addresses {
			if a.Key == it.Key {
				out = append(out, it.ID)
				break
			}
		}
	}
	return out
}

// File takes an objection from the public and returns it with its code.
func (s *Service) File(ctx context.Context, in Input) (ronda.Appeal, error) {
	sub, err := s.Read(ctx, in.Ref, in.Sender)
	if err != nil {
		return ronda.Appeal{}, err
	}
	cmd := ronda.FileAppeal{By: ronda.AppealAuthor, For: sub.about, Address: sub.Ref.Address, Report: sub.report, Ground: in.Ground}
	switch sub.Ref.Kind {
	case "appeal":
		return ronda.Appeal{}, ronda.Errorf(ronda.Conflict, "appeal.filed_already", "ref")
	case "ticket":
		cmd.By = ronda.AppealReporter
	case "notice":
		cmd.For.Items = in.Items
	}
	if cmd.Reasons, err = clean(in.Reasons, "reasons"); err != nil {
		return ronda.Appeal{}, err
	}
	return s.file(ctx, ronda.Public(), cmd, in.Sender)
}

// FileByPlatform takes a platform's objection to a notice that it received.
func (s *Service) FileByPlatform(ctx context.Context, a ronda.Actor, noticeID, ground, reasons string) (ronda.Appeal, error) {
	row, err := s.Files.Notice(ctx, noticeID)
	if err != nil {
		return ronda.Appeal{}, err
	}
	c, err := s.Files.Case(ctx, row.Case)
	if err != nil {
		return ronda.Appeal{}, err
	}
	if reasons, err = clean(reasons, "reasons"); err != nil {
		return ronda.Appeal{}, err
	}
	return s.file(ctx, a, ronda.FileAppeal{By: ronda.AppealPlatform, For: &ronda.AppealFor{Case: c, Notice: noticeID}, Ground: ground, Reasons: reasons}, "account:"+a.Account)
}

// file checks first and takes from the budget after: who corrects a form is not limited for it.
func (s *Service) file(ctx context.Context, a ronda.Actor, cmd ronda.FileAppeal, sender string) (ronda.Appeal, error) {
	if _, _, err := ronda.ApplyAppeal(ronda.Appeal{}, a, cmd, s.Cases.Env()); err != nil {
		return ronda.Appeal{}, err
	}
	if err := s.Throttle.Allow(ctx, "appeal", sender, 1); err != nil {
		return ronda.Appeal{}, err
	}
	return s.apply(ctx, a, ronda.Appeal{}, cmd)
}

// Status is an objection as its appellant sees it.
type Status struct {
	Appeal ronda.Appeal
	Notice ronda.Notice // redacted, or with its reasons for the proven author; zero where none is known or may be told
	Office string       // who decided, as an office
	Region string
}

// Status shows an objection to whoever holds its code.
func (s *Service) Status(ctx context.Context, typed, sender string) (Status, error) {
	code, ok := ronda.ParseCode(typed, ronda.CodeLength)
	if !ok {
		return Status{}, ronda.Errorf(ronda.Invalid, "appeal.code_form", "ref")
	}
	if err := s.Throttle.Allow(ctx, "code", sender, 0); err != nil {
		return Status{}, err
	}
	ap, err := s.Store.AppealByCode(ctx, code)
	if ronda.KindOf(err) == ronda.NotFound {
		if err := s.Throttle.Allow(ctx, "code", sender, 1); err != nil {
			return Status{}, err
		}
		return Status{}, ronda.Errorf(ronda.NotFound, "appeal.code_not_found", "ref")
	}
	if err != nil {
		return Status{}, err
	}
	return s.status(ctx, ap)
}

func (s *Service) status(ctx context.Context, ap ronda.Appeal) (Status, error) {
	st := Status{Appeal: ap, Region: ap.Region}
	if ap.Notice == "" {
		return st, nil
	}
	row, err := s.Files.Notice(ctx, ap.Notice)
	if err != nil {
		return st, fmt.Errorf("load notice of objection: %w", err)
	}
	st.Notice, st.Office = shown(row.Notice), row.Notice.Office
	if ap.OpensReasons() {
		st.Notice.Explanation, st.Notice.Necessity, st.Notice.LegalAnalysis = row.Notice.Explanation, row.Notice.Necessity, row.Notice.LegalAnalysis
	}
	return st, nil
}

// AskControl takes the appellant's word that the code stands in the profile.
func (s *Service) AskControl(ctx context.Context, typed, sender string) (ronda.Appeal, error) {
	st, err := s.Status(ctx, typed, sender)
	if err != nil {
		return ronda.Appeal{}, err
	}
	return s.change(ctx, ronda.Public(), st.Appeal.ID, func(ronda.Appeal) (ronda.AppealCommand, error) { return ronda.AskControl{}, nil })
}
