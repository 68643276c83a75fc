package web

import (
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// researchDesk is the data of page/work/researches.html.
type researchDesk struct{ Waiting, Rest []researchLine }

func (s *Site) showResearchDesk(w http.ResponseWriter, r *http.Request, a staff) error {
	v := frame.VisitOf(r)
	waiting, rest, err := s.opt.Research.Desk(r.Context(), a.Actor)
	if err != nil {
		return err
	}
	var page researchDesk
	for _, p := range waiting {
		page.Waiting = append(page.Waiting, s.researchLine(v, p))
	}
	for _, p := range rest {
		page.Rest = append(page.Rest, s.researchLine(v, p))
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/researches", Title: v.T("research.desk.title"), Nav: "kerja-penelitian", Data: page}))
}

// researchFile is the data of page/work/research.html.
type researchFile struct {
	Line    researchLine
	Facts   []frame.Row
	Contact ronda.ContactPerson
	Votes   []voteLine
	May     bool
	WhyNot  string
	MayEnd  bool
	Form    frame.Form
	Base    string
}

func (s *Site) showResearchFile(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderResearchFile(w, r, a, url.Values{}, nil)
}

func (s *Site) renderResearchFile(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	p, contact, err := s.opt.Research.View(r.Context(), a.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	l := s.researchLine(v, p)
	page := researchFile{Line: l, Facts: s.researchFacts(v, l), Contact: contact, Form: frame.Form{Values: values, Faults: faults}, Base: "/kerja/penelitian/" + p.ID,
		MayEnd: p.State == ronda.ResearchRunning}
	for i, x := range p.Votes {
		page.Votes = append(page.Votes, voteLine{N: i + 1, Office: s.pack.OfficeName(x.Office, v.Lang, x.At), Decision: v.T("research.vote." + yesNo(x.Yes)), Reasons: x.Reasons, When: v.Time(x.At)})
	}
	if p.State == ronda.ResearchAsked {
		why := s.opt.Research.WhyNot(r.Context(), a.Actor, p.ID)
		if page.May = why == nil; !page.May {
			page.WhyNot = v.Error(why)
		}
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/research", Title: p.Title, Nav: "kerja-penelitian", Faults: faults,
		Crumbs: []frame.Crumb{{Text: v.T("research.desk.title"), Path: "/kerja/penelitian"}}, Data: page}))
}

// changeResearch takes a vote, or ends a running project.
func (s *Site) changeResearch(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f, v := r.PostForm, frame.VisitOf(r)
	var cmd ronda.ResearchCommand
	switch r.PathValue("act") {
	case "suara":
		if f.Get("yes") != "ya" && f.Get("yes") != "tidak" {
			return s.renderResearchFile(w, r, a, f, v.Fields(&ronda.Error{Kind: ronda.Invalid, Fields: []*ronda.Error{ronda.Errorf(ronda.Invalid, "partner.vote_missing", "yes")}}))
		}
		cmd = ronda.DecideResearchProject{Yes: f.Get("yes") == "ya", Reasons: f.Get("reasons")}
	case "akhiri":
		cmd = ronda.EndResearch{Text: f.Get("text")}
	default:
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	_, err := s.opt.Research.Do(r.Context(), a.Actor, r.PathValue("id"), cmd)
	switch ronda.KindOf(err) {
	case "":
		return s.frame.Redirect(w, r, "/kerja/penelitian/"+url.PathEscape(r.PathValue("id")))
	case ronda.Invalid:
		return s.renderResearchFile(w, r, a, f, v.Fields(err))
	}
	return err
}
