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
	Writes     bool // whether this server has the desk where checks are written
	Form       frame.Form
	Categories []frame.Choice
	Regions    []frame.Choice
	Sent       string
	Recent     []checkLine
	Why        string // why a report does not go first
	State      string
	Invited    []ronda.AdviceCase
}

type wishLine struct {
	ronda.Wish
	When string
}

func (s *Site) showPartner(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderPartner(w, r, a, url.Values{}, nil, "", "")
}

func (s *Site) renderPartner(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError, sent, why string) error {
	if !a.Has(ronda.RolePartner) {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	v := frame.VisitOf(r)
	wishes, err := s.opt.Wishes(r.Context(), 50)
	if err != nil {
		return err
	}
	page := partnerPage{Form: frame.Form{Values: values, Faults: faults}, Sent: sent, Regions: s.regionChoices(v, ""), Writes: s.opt.Publish != nil}
	for _, x := range wishes {
		page.Wishes = append(page.Wishes, wishLine{Wish: x, When: v.Time(x.At)})
	}
	for _, c := range s.pack.Categories {
		page.Categories = append(page.Categories, frame.Choice{Value: c.ID, Text: c.Name.In(v.Lang)})
	}
	page.Why = why
	if err := s.ownDesk(r, a, &page); err != nil {
		return err
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
	if err := ronda.Can(a.Actor, ronda.FlagPriority, ronda.Case{}, s.pack); err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f, v := r.PostForm, frame.VisitOf(r)
	in := intake.ReportInput{Links: strings.Fields(f.Get("link")), Text: f.Get("text"), Category: f.Get("category"), Region: f.Get("region"), Anywhere: f.Get("region") == "",
		Channel: "web", Lang: v.Lang, Sender: a.Account, Org: a.Org, Priority: true, Principal: a.Account}
	receipt, err := s.opt.Intake.Submit(r.Context(), in)
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderPartner(w, r, a, f, v.Fields(err), "", "")
	}
	if err != nil {
		return err
	}
	why := ""
	if receipt.Why != "" {
		why = v.Error(ronda.Errorf(ronda.Forbidden, receipt.Why, "").With("region", s.pack.RegionName(in.Region)))
	}
	return s.renderPartner(w, r, a, url.Values{}, nil, receipt.Code, why)
}

// ownDesk adds how the partner stands, and the cases that wait for its advice.
func (s *Site) ownDesk(r *http.Request, a staff, page *partnerPage) error {
	if s.opt.Partners == nil {
		return nil
	}
	v := frame.VisitOf(r)
	p, err := s.opt.Partners.Mine(r.Context(), a.Actor)
	if ronda.KindOf(err) == ronda.NotFound { // an account of before: it flags like anyone
		page.State = v.T("partner.state.none")
		return nil
	}
	if err != nil {
		return err
	}
	page.State = v.T("partner.state." + string(p.State))
	cases, err := s.opt.InvitedCases(r.Context(), p.ID)
	if err != nil {
		return err
	}
	for _, c := range cases {
		if seen, err := ronda.SeeForAdvice(a.Actor, c, p, s.pack); err == nil {
			page.Invited = append(page.Invited, seen)
		}
	}
	return nil
}
