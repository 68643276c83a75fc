package web

import (
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// askTicket asks for the code of a ticket.
func (s *Site) askTicket(w http.ResponseWriter, r *http.Request) error {
	return s.renderAskTicket(w, r, nil, nil)
}

func (s *Site) renderAskTicket(w http.ResponseWriter, r *http.Request, values url.Values, err error) error {
	v := frame.VisitOf(r)
	var faults []i18n.FieldError
	status := 0
	if err != nil {
		faults = []i18n.FieldError{{Field: "code", Text: v.Error(err)}}
		if ronda.KindOf(err) == ronda.NotFound {
			status = http.StatusNotFound
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "tiket", Title: v.T("ticket.ask.title"), Nav: "tiket", Faults: faults, Status: status,
		Private: true, Leave: true, Data: struct{ Form frame.Form }{frame.Form{Values: values, Faults: faults}}})
}

var errTicketCode = ronda.Errorf(ronda.Invalid, "ticket.code_form", "code")

// findTicket takes a code as people type it: lower case, O for 0, spaces, with or without RND.
func (s *Site) findTicket(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	code, ok := ronda.ParseCode(r.PostForm.Get("code"), ronda.CodeLength)
	if !ok {
		return s.renderAskTicket(w, r, r.PostForm, errTicketCode)
	}
	v := frame.VisitOf(r)
	switch _, err := s.opt.Intake.Ticket(r.Context(), code, v.Addr.String()); {
	case ronda.KindOf(err) == ronda.NotFound:
		return s.renderAskTicket(w, r, r.PostForm, err)
	case err != nil:
		return err
	}
	return s.frame.Redirect(w, r, "/tiket/"+ronda.FormatCode(code))
}

// ticketPage is the data of page/tiket/satu.html.
type ticketPage struct {
	ronda.Ticket
	Code     string // as people see it
	Status   string
	Next     string // when news is due, written; "" where it is finished
	Relative string
	Late     bool
	Done     bool
	Facts    []frame.Row
	Log      []frame.LogEntry
	Needs    []string
	Answer   *checkLine // known fact-check that answers the report
	Key      string     // idempotency key of the form
	Form     frame.Form
	Added    bool
}

// showTicket shows the progress of a report to whoever holds its code.
func (s *Site) showTicket(w http.ResponseWriter, r *http.Request) error {
	code, ok := ronda.ParseCode(r.PathValue("kode"), ronda.CodeLength)
	if !ok {
		return s.renderAskTicket(w, r, url.Values{"code": {r.PathValue("kode")}}, errTicketCode)
	}
	if r.PathValue("kode") != ronda.FormatCode(code) {
		return s.frame.Redirect(w, r, "/tiket/"+ronda.FormatCode(code))
	}
	return s.renderTicket(w, r, code, nil, nil)
}

func (s *Site) renderTicket(w http.ResponseWriter, r *http.Request, code string, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	t, err := s.opt.Intake.Ticket(r.Context(), code, v.Addr.String())
	switch {
	case ronda.KindOf(err) == ronda.NotFound:
		return s.renderAskTicket(w, r, url.Values{"code": {ronda.FormatCode(code)}}, err)
	case err != nil:
		return err
	}
	page := ticketPage{Ticket: t, Code: ronda.FormatCode(code), Status: s.ticketStatus(v, t), Done: t.State == ronda.TicketFinished,
		Facts: s.ticketFacts(v, t), Log: s.ticketLog(v, t), Needs: t.Missing,
		Form: frame.Form{Values: values, Faults: faults}, Added: s.tookAdded(w, r, code), Key: values.Get("key")}
	if page.Key == "" {
		page.Key = ronda.IDs{Rand: s.opt.Rand}.New(v.Now)
	}
	if !t.Next.IsZero() {
		page.Next, page.Relative, page.Late = v.TimeIn(t.Next, s.pack.Zone(t.Region)), v.Relative(t.Next, v.Now), t.Next.Before(v.Now)
	}
	if t.Claim != "" {
		if c, err := s.opt.FactChecks.FactCheck(r.Context(), t.Claim); err == nil && c.Live() { // the ticket stands without it
			line := lineOf(v, c)
			page.Answer = &line
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "tiket/satu", Title: v.T("ticket.title", "code", page.Code), Nav: "tiket", Faults: faults,
		Private: true, Leave: true, Crumbs: []frame.Crumb{{Text: v.T("nav.ticket"), Path: "/tiket"}}, Data: page})
}
