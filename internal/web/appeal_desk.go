package web

import (
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/appeal"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// appealLine is an objection in a list.
type appealLine struct {
	ronda.Appeal
	Path, CheckPath, What, By, StateName, Due, Filed string
	Late                                             bool
}

// appealsPage is the data of page/work/appeals.html.
type appealsPage struct {
	Mine, Checks, Restore, Office []appealLine
	Overdue                       int
}

func (s *Site) appealLines(v *frame.Visit, list []ronda.Appeal) []appealLine {
	var out []appealLine
	for _, ap := range list {
		l := appealLine{Appeal: ap, Path: "/kerja/keberatan/" + ap.ID, By: v.T("appeal.by." + string(ap.By)), StateName: v.T("appeal.state." + string(ap.State)),
			Late: ap.Overdue(v.Now), Filed: v.TimeIn(ap.FiledAt, s.pack.Zone(ap.Region)), What: v.T("appeal.what.case")}
		if ap.Act != "" {
			l.What = v.T("act."+string(ap.Act)) + " · " + s.pack.PlatformName(ap.Platform)
		}
		if ap.State == ronda.AppealControl {
			l.What = s.pack.PlatformName(ap.Platform)
		}
		if !ap.DueAt.IsZero() && ap.State.Open() {
			l.Due = v.TimeIn(ap.DueAt, s.pack.Zone(ap.Region))
		}
		if ap.Decision != "" {
			l.StateName = v.T("appeal.decision." + string(ap.Decision))
		}
		out = append(out, l)
	}
	return out
}

// showAppeals lists the objections that concern the person: to decide, to confirm an account, to put something back, and the authority's.
func (s *Site) showAppeals(w http.ResponseWriter, r *http.Request, a staff) error {
	d, err := s.opt.Appeals.Desk(r.Context(), a.Actor)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	area := "/kerja"
	if a.Has(ronda.RoleLiaison) {
		area = "/penghubung"
	}
	page := appealsPage{Mine: s.appealLines(v, d.Mine), Checks: s.appealLines(v, d.Checks), Restore: s.appealLines(v, d.Restore), Office: s.appealLines(v, d.Office), Overdue: d.Overdue}
	for i := range page.Checks {
		page.Checks[i].CheckPath = area + "/keberatan/" + page.Checks[i].ID + "/akun"
	}
	for i := range page.Restore {
		if a.Has(ronda.RoleLiaison) {
			page.Restore[i].Path = "/penghubung/pemberitahuan/" + page.Restore[i].Notice + "/keberatan"
		}
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/appeals", Title: v.T("appeal.desk.title"), Nav: "keberatan", Data: page}))
}

// hearingPage is the data of page/work/appeal.html.
type hearingPage struct {
	appeal.Hearing
	Line      appealLine
	Form      frame.Form
	Facts     []frame.Row
	Rule      string
	Ground    string
	Restore   []restoreLine
	Decisions []frame.Choice
	Found     []frame.Row
	Votes     []voteLine
	Base      string
	Mine      bool // the restorations are for this person to answer
}

func (s *Site) showHearing(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderHearing(w, r, a, url.Values{}, nil)
}

func (s *Site) renderHearing(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError) error {
	h, err := s.opt.Appeals.Open(r.Context(), a.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page := hearingPage{Hearing: h, Line: s.appealLines(v, []ronda.Appeal{h.Appeal})[0], Form: frame.Form{Values: values, Faults: faults},
		Ground: v.T("appeal.ground." + h.Appeal.Ground), Restore: s.restoreLines(v, h.Appeal), Base: "/kerja/keberatan/" + h.Appeal.ID,
		Decisions: []frame.Choice{{Value: "upheld", Text: v.T("appeal.decision.upheld")}, {Value: "overturned", Text: v.T("appeal.decision.overturned")}}}
	if a.Has(ronda.RoleLiaison) {
		page.Base = "/penghubung/keberatan/" + h.Appeal.ID
	}
	if h.Notice.ID != "" {
		page.Facts, page.Rule = s.appealFacts(v, h.Notice, h.Notice.Office)
	}
	for _, x := range h.Case.Assessments {
		page.Found = append(page.Found, frame.Row{Name: v.T("outcome." + string(x.Outcome)), Values: []string{x.Summary}})
	}
	for _, x := range h.Appeal.Restorations {
		page.Mine = page.Mine || x.Answer == "" && x.Authority == a.Org && x.Authority != ""
	}
	if h.Appeal.State == ronda.AppealDecided {
		var full appealPage
		s.ruling(v, h.Appeal, &full)
		page.Votes = full.Votes
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/appeal", Title: v.T("appeal.one.title"), Nav: "keberatan", Faults: faults,
		Crumbs: []frame.Crumb{{Text: v.T("appeal.desk.title"), Path: "/kerja/keberatan"}}, Data: page}))
}

// changeAppeal carries out a form of an objection: a finding, the confirmation of an account, or an answer about putting something back.
func (s *Site) changeAppeal(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id, f := r.PathValue("id"), r.PostForm
	var err error
	switch r.PathValue("act") {
	case "putusan":
		_, err = s.opt.Appeals.Decide(r.Context(), a.Actor, id, ronda.AppealDecision(f.Get("decision")), f.Get("reasons"))
	case "akun":
		_, err = s.opt.Appeals.Prove(r.Context(), a.Actor, id, f.Get("found") == "ya")
	case "pulihkan":
		_, err = s.opt.Appeals.Restore(r.Context(), a.Actor, id, ronda.AnswerRestoration{Notice: f.Get("notice"), Item: f.Get("item"), Back: f.Get("back") == "ya", Reason: f.Get("reason")})
	default:
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	v := frame.VisitOf(r)
	switch ronda.KindOf(err) {
	case "":
		switch {
		case a.Has(ronda.RoleLiaison) && f.Get("notice") != "":
			return s.frame.Redirect(w, r, "/penghubung/pemberitahuan/"+url.PathEscape(f.Get("notice"))+"/keberatan")
		case a.Has(ronda.RoleLiaison):
			return s.frame.Redirect(w, r, "/penghubung/keberatan")
		case r.PathValue("act") == "akun":
			return s.frame.Redirect(w, r, "/kerja/keberatan")
		}
		return s.frame.Redirect(w, r, "/kerja/keberatan/"+id)
	case ronda.Invalid, ronda.Conflict:
		faults := v.Fields(err)
		if len(faults) == 0 {
			faults = []i18n.FieldError{{Text: v.Error(err)}}
		}
		return s.renderHearing(w, r, a, f, faults)
	}
	return err
}

// noticeAppealsPage is the data of page/work/appeal_notice.html.
type noticeAppealsPage struct {
	ID, Name string
	Form     frame.Form
	Grounds  []frame.Choice
	Lines    []noticeAppeal
	CanFile  bool
	Saved    bool
}

// noticeAppeal is an objection on a platform's page of a notice.
type noticeAppeal struct {
	appealLine
	Votes   []voteLine
	Restore []restoreLine
}

// showNoticeAppeals is where a platform objects to a notice and answers what is to be put back.
func (s *Site) showNoticeAppeals(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderNoticeAppeals(w, r, a, url.Values{}, nil)
}

func (s *Site) renderNoticeAppeals(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError) error {
	_, n, err := s.opt.Notices.Source(r.Context(), a.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	list, err := s.opt.Appeals.OfNotice(r.Context(), a.Actor, n.ID)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page := noticeAppealsPage{ID: n.ID, Name: v.T("act." + string(n.Act)), Form: frame.Form{Values: values, Faults: faults}, Grounds: appealGrounds(v), CanFile: n.Overturned.IsZero()}
	for _, ap := range list {
		x := noticeAppeal{appealLine: s.appealLines(v, []ronda.Appeal{ap})[0], Restore: s.restoreLines(v, ap)}
		if ap.By == ronda.AppealPlatform {
			page.CanFile = false
			var full appealPage
			if ap.State == ronda.AppealDecided {
				s.ruling(v, ap, &full)
			}
			x.Votes = full.Votes
		}
		page.Lines = append(page.Lines, x)
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/appeal_notice", Title: v.T("object.title"), Nav: "penghubung", Faults: faults,
		Crumbs: []frame.Crumb{{Text: page.Name, Path: "/penghubung/pemberitahuan/" + n.ID}}, Data: page}))
}

func (s *Site) fileNoticeAppeal(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v := frame.VisitOf(r)
	_, err := s.opt.Appeals.FileByPlatform(r.Context(), a.Actor, r.PathValue("id"), r.PostForm.Get("ground"), r.PostForm.Get("reasons"))
	switch ronda.KindOf(err) {
	case "":
		return s.frame.Redirect(w, r, "/penghubung/pemberitahuan/"+r.PathValue("id")+"/keberatan")
	case ronda.Invalid, ronda.Conflict:
		faults := v.Fields(err)
		if len(faults) == 0 {
			faults = []i18n.FieldError{{Text: v.Error(err)}}
		}
		return s.renderNoticeAppeals(w, r, a, r.PostForm, faults)
	}
	return err
}
