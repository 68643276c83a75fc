package web

import (
	"net/http"
	"net/url"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/intake"
	"ronda/internal/web/frame"
)

// partnerPage is the data of page/work/partner.html: what people allowed fact-checkers to see, and a report that goes first in the queue.
type partnerPage struct {
	Wishes     []wishLine
	Form       frame.Form
	Categories []frame.Choice
	Regions    []frame.Choice
	Sent       string
	Recent     []checkLine
}

type wishLine struct {
	ronda.Wish
	When string
}

func (s *Site) showPartner(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderPartner(w, r, a, url.Values{}, nil, "")
}

func (s *Site) renderPartner(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError, sent string) error {
	if !a.Has(ronda.RolePartner) {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	v := frame.VisitOf(r)
	wishes, err := s.opt.Wishes(r.Context(), 50)
	if err != nil {
		return err
	}
	page := partnerPage{Form: frame.Form{Values: values, Faults: faults}, Sent: sent, Regions: s.regionChoices(v, "")}
	for _, x := range wishes {
		page.Wishes = append(page.Wishes, wishLine{Wish: x, When: v.Time(x.At)})
	}
	for _, c := range s.pack.Categories {
		page.Categories = append(page.Categories, frame.Choice{Value: c.ID, Text: c.Name.In(v.Lang)})
	}
	recent, err := s.opt.FactChecks.RecentFactChecks(r.Context(), 5)
	if err != nil {
		return err
	}
	for _, f := range recent {
		page.Recent = append(page.Recent, lineOf(v, f))
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/partner", Title: v.T("partner.title"), Nav: "mitra", Faults: faults, Data: page}))
}

// flagPriority takes a partner's report. It goes first in the queue; it counts no more than any other for what is concluded.
func (s *Site) flagPriority(w http.ResponseWriter, r *http.Request, a staff) error {
	if !a.Has(ronda.RolePartner) {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f, v := r.PostForm, frame.VisitOf(r)
	in := intake.ReportInput{Links: strings.Fields(f.Get("link")), Text: f.Get("text"), Category: f.Get("category"), Region: f.Get("region"), Anywhere: f.Get("region") == "",
		Channel: "web", Lang: v.Lang, Sender: a.Account, Org: a.Org, Priority: true, Principal: a.Account}
	receipt, err := s.opt.Intake.Submit(r.Context(), in)
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderPartner(w, r, a, f, v.Fields(err), "")
	}
	if err != nil {
		return err
	}
	return s.renderPartner(w, r, a, url.Values{}, nil, receipt.Code)
}
