package web

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/keeping"
	"ronda/internal/web/frame"
)

// Keeping takes and decides requests to erase.
type Keeping interface {
	Withdraw(ctx context.Context, code, sender string, all bool) error
	Ask(ctx context.Context, a ronda.Actor, code, reason string) (ronda.ErasureRequest, error)
	Open(ctx context.Context, a ronda.Actor) ([]keeping.Pending, error)
	Decide(ctx context.Context, a ronda.Actor, id string, grant bool, why string) (ronda.ErasureRequest, error)
}

// withdrawPage is the data of page/tiket/hapus.html.
type withdrawPage struct {
	Code string
	Form frame.Form
	What []frame.Choice
	Done string // what was done: "contact" or "all"
}

// askWithdraw asks the holder of a ticket what of it shall go.
func (s *Site) askWithdraw(w http.ResponseWriter, r *http.Request) error {
	return s.renderWithdraw(w, r, "", url.Values{}, nil)
}

func (s *Site) renderWithdraw(w http.ResponseWriter, r *http.Request, done string, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	code, ok := ronda.ParseCode(r.PathValue("kode"), ronda.CodeLength)
	if !ok {
		return s.renderAskTicket(w, r, url.Values{"code": {r.PathValue("kode")}}, errTicketCode)
	}
	// The code is looked at before anything is shown, under the limits of tickets.
	if _, err := s.opt.Intake.Ticket(r.Context(), code, v.Addr.String()); ronda.KindOf(err) == ronda.NotFound {
		return s.renderAskTicket(w, r, url.Values{"code": {ronda.FormatCode(code)}}, err)
	} else if err != nil {
		return err
	}
	page := withdrawPage{Code: ronda.FormatCode(code), Done: done, Form: frame.Form{Values: values, Faults: faults}}
	for _, x := range []string{"contact", "all"} {
		page.What = append(page.What, frame.Choice{Value: x, Text: v.T("withdraw." + x), Hint: v.T("withdraw." + x + ".hint")})
	}
	return s.frame.Render(w, r, frame.Page{Template: "tiket/hapus", Title: v.T("withdraw.title"), Nav: "tiket", Faults: faults, Private: true, Leave: true,
		Crumbs: []frame.Crumb{{Text: v.T("nav.ticket"), Path: "/tiket"}, {Text: page.Code, Path: "/tiket/" + page.Code}}, Data: page})
}

// withdraw takes the contact away at once, and asks for the rest where the reporter says so.
func (s *Site) withdraw(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v := frame.VisitOf(r)
	what := r.PostForm.Get("what")
	if what != "contact" && what != "all" {
		return s.renderWithdraw(w, r, "", r.PostForm, v.Fields(ronda.Errorf(ronda.Invalid, "erasure.choose", "what")))
	}
	err := s.opt.Keeping.Withdraw(r.Context(), r.PathValue("kode"), v.Addr.String(), what == "all")
	if ronda.KindOf(err) == ronda.NotFound || ronda.KindOf(err) == ronda.Invalid {
		return s.renderAskTicket(w, r, url.Values{"code": {r.PathValue("kode")}}, err)
	}
	if err != nil {
		return err
	}
	return s.renderWithdraw(w, r, what, url.Values{}, nil)
}

// erasureLine is a request in the list.
type erasureLine struct {
	keeping.Pending
	What, When, Who string
	First           bool // one person has granted it
	Waits           string
}

// erasuresPage is the data of page/work/erasures.html.
type erasuresPage struct {
	Lines  []erasureLine
	Ask    bool
	Admin  bool
	Form   frame.Form
	Failed string // id of the request whose form failed, "ask" for the form above
	Sent   bool
}

func (s *Site) showErasures(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderErasures(w, r, a, "", url.Values{}, nil)
}

func (s *Site) renderErasures(w http.ResponseWriter, r *http.Request, a staff, failed string, values url.Values, faults []i18n.FieldError) error {
	if !ronda.MayAny(a.Actor, ronda.AskErasure, ronda.DecideErasure) {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	v := frame.VisitOf(r)
	open, err := s.opt.Keeping.Open(r.Context(), a.Actor)
	if err != nil {
		return err
	}
	page := erasuresPage{Form: frame.Form{Values: values, Faults: faults}, Failed: failed, Sent: r.URL.Query().Has("terkirim"), Admin: a.Has(ronda.RoleAdmin),
		Ask: ronda.MayAny(a.Actor, ronda.AskErasure)}
	for _, p := range open {
		l := erasureLine{Pending: p, What: v.T("erasure.scope." + string(p.Scope)), When: v.Time(p.AskedAt), First: len(p.GrantedBy) == 1}
		switch {
		case p.AskedBy == ronda.AskedByReporter || p.AskedBy == ronda.AskedByOperator:
			l.Who = v.T("erasure.by." + p.AskedBy)
		default:
			l.Who = v.T("erasure.by.colleague")
		}
		switch {
		case p.Held:
			l.Waits = v.T("erasure.waits.held")
		case p.Scope == ronda.EraseOfCase && p.Stage.Open():
			l.Waits = v.T("erasure.waits.open")
		}
		page.Lines = append(page.Lines, l)
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/erasures", Title: v.T("erasure.title"), Nav: "penghapusan", Faults: faults, Data: page}))
}

// askErasure enters a request by a code. The answer is the same whatever stands behind the code.
func (s *Site) askErasure(w http.ResponseWriter, r *http.Request, a staff) error {
	if !ronda.MayAny(a.Actor, ronda.AskErasure) {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	_, err := s.opt.Keeping.Ask(r.Context(), a.Actor, r.PostForm.Get("code"), r.PostForm.Get("reason"))
	if k := ronda.KindOf(err); k == ronda.Invalid || k == ronda.Conflict || k == ronda.NotFound {
		return s.renderErasures(w, r, a, "ask", r.PostForm, erasureFaults(frame.VisitOf(r), err, "code"))
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/kerja/penghapusan?terkirim=1")
}

// decideErasure is one person's word.
func (s *Site) decideErasure(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id := r.PathValue("id")
	_, err := s.opt.Keeping.Decide(r.Context(), a.Actor, id, r.PostForm.Get("grant") == "ya", r.PostForm.Get("why"))
	if k := ronda.KindOf(err); k == ronda.Invalid || k == ronda.Conflict {
		return s.renderErasures(w, r, a, id, r.PostForm, erasureFaults(frame.VisitOf(r), err, "why"))
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/kerja/penghapusan")
}

// erasureFaults puts a refusal beside a field, also one that names none.
func erasureFaults(v *frame.Visit, err error, field string) []i18n.FieldError {
	if faults := v.Fields(err); len(faults) > 0 {
		return faults
	}
	return []i18n.FieldError{{Field: field, Text: v.Error(err)}}
}

// holdAct reads the form that keeps a case's data; the day counts to its end, where the case is.
func holdAct(s *Site, _ *http.Request, a staff, f url.Values) (ronda.Command, error) {
	zone := s.pack.Zone("")
	if o, ok := s.pack.Office(a.Office); ok {
		zone = s.pack.Zone(o.Region)
	}
	day, err := time.ParseInLocation(time.DateOnly, f.Get("until"), zone)
	if err != nil {
		return nil, ronda.Errorf(ronda.Invalid, "hold.until", "until")
	}
	return ronda.PlaceHold{Reason: f.Get("reason"), Until: day.AddDate(0, 0, 1).UTC()}, nil
}

// holdLine is a hold as the case page shows it.
type holdLine struct {
	ronda.Hold
	UntilText string
	Runs      bool
}

func holdLines(v *frame.Visit, c ronda.Case) []holdLine {
	var out []holdLine
	for _, h := range c.Holds {
		out = append(out, holdLine{Hold: h, UntilText: v.Time(h.Until), Runs: h.Runs(v.Now)})
	}
	return out
}
