package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/research"
	"ronda/internal/web/frame"
)

// researchRoutes lists the pages of research projects: the public list and request, what its owner sees under the code, and the desk of those who
// decide.
func (s *Site) researchRoutes() []frame.Route {
	if s.opt.Research == nil {
		return nil
	}
	return []frame.Route{
		{Pattern: "GET /penelitian", Action: s.listResearch},
		{Pattern: "GET /penelitian/ajukan", Action: s.askResearch},
		{Pattern: "POST /penelitian/ajukan", Action: s.sendResearch},
		{Pattern: "GET /penelitian/pengajuan", Action: s.askCode(s.researchDoor())},
		{Pattern: "POST /penelitian/pengajuan", Action: s.findByCode(s.researchDoor())},
		{Pattern: "GET /penelitian/pengajuan/{kode}", Action: s.showResearch},
		{Pattern: "POST /penelitian/pengajuan/{kode}/token", Action: s.makeResearchToken},
		{Pattern: "GET /kerja/penelitian", Action: s.work(s.showResearchDesk)},
		{Pattern: "GET /kerja/penelitian/{id}", Action: s.work(s.showResearchFile)},
		{Pattern: "POST /kerja/penelitian/{id}/{act}", Action: s.work(s.changeResearch)},
	}
}

const researchPath = "/penelitian"

// researchLine is a project as pages show it.
type researchLine struct {
	ronda.ResearchProject
	StateName, Asked, Since, Until, Ended, Why string
	Rows                                       string
	DataNames                                  []string
	DataText                                   string
}

func (s *Site) researchLine(v *frame.Visit, p ronda.ResearchProject) researchLine {
	l := researchLine{ResearchProject: p, StateName: v.T("research.state." + string(p.State)), Asked: v.Date(p.AskedAt)}
	for _, d := range p.Data {
		l.DataNames = append(l.DataNames, v.T("research.data."+d))
	}
	l.DataText = strings.Join(l.DataNames, "; ")
	if !p.Until.IsZero() {
		l.Since, l.Until = v.Date(p.DecidedAt), v.Date(p.Until)
	}
	if !p.EndedAt.IsZero() {
		l.Ended, l.Why = v.Date(p.EndedAt), v.T("research.ended."+p.EndedWhy)
	}
	return l
}

func (s *Site) researchFacts(v *frame.Visit, l researchLine) []frame.Row {
	rows := []frame.Row{{Name: v.T("research.institution"), Values: []string{l.Institution}}, {Name: v.T("research.data"), Values: l.DataNames},
		{Name: v.T("research.months"), Values: []string{v.Number(int64(l.Months))}}, {Name: v.T("research.asked"), Values: []string{l.Asked}}}
	if l.Until != "" {
		rows = append(rows, frame.Row{Name: v.T("research.since"), Values: []string{l.Since}}, frame.Row{Name: v.T("research.until"), Values: []string{l.Until}})
	}
	if l.Ended != "" {
		rows = append(rows, frame.Row{Name: v.T("research.ended"), Values: []string{l.Ended, l.Why}})
	}
	return rows
}

func (s *Site) listResearch(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	all, err := s.opt.Research.List(r.Context())
	if err != nil {
		return err
	}
	var lines []researchLine
	for _, p := range all {
		l := s.researchLine(v, p.ResearchProject)
		l.Rows = v.Number(p.Rows)
		lines = append(lines, l)
	}
	return s.frame.Render(w, r, frame.Page{Template: "penelitian/daftar", Title: v.T("research.title"), Nav: "data", Data: lines})
}

// researchForm is the data of page/penelitian/ajukan.html.
type researchForm struct {
	Form         frame.Form
	Key          string
	Data, Months []frame.Choice
}

func (s *Site) askResearch(w http.ResponseWriter, r *http.Request) error {
	return s.renderResearchForm(w, r, url.Values{"months": {"6"}}, nil)
}

func (s *Site) renderResearchForm(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	page := researchForm{Form: frame.Form{Values: values, Faults: faults}, Key: values.Get("key")}
	if page.Key == "" {
		page.Key = ronda.IDs{Rand: s.opt.Rand}.Code(20)
	}
	for _, d := range ronda.ResearchData() {
		page.Data = append(page.Data, frame.Choice{Value: d, Text: v.T("research.data." + d)})
	}
	for _, n := range []int{3, 6, 12} {
		page.Months = append(page.Months, frame.Choice{Value: strconv.Itoa(n), Text: v.T("research.months.n", "n", v.Number(int64(n)))})
	}
	return s.frame.Render(w, r, frame.Page{Template: "penelitian/ajukan", Title: v.T("research.ask.title"), Nav: "data", Private: true, Faults: faults,
		Crumbs: []frame.Crumb{{Text: v.T("research.title"), Path: researchPath}}, Data: page})
}

func (s *Site) sendResearch(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f, v := r.PostForm, frame.VisitOf(r)
	months, _ := strconv.Atoi(f.Get("months")) // what is no number is refused as 0 by the rule
	p, err := s.opt.Research.Ask(r.Context(), research.Request{Institution: f.Get("institution"), Title: f.Get("title"), Purpose: f.Get("purpose"), Funding: f.Get("funding"),
		Data: f["data"], Months: months, Contact: ronda.ContactPerson{Name: f.Get("contact_name"), Mail: f.Get("mail")}, Sender: v.Addr.String(), IdemKey: f.Get("key")})
	switch {
	case err == nil:
		return s.frame.Redirect(w, r, researchPath+"/pengajuan/"+ronda.FormatCode(p.Code)+"?baru=1")
	case ronda.KindOf(err) == ronda.Invalid:
		return s.renderResearchForm(w, r, f, v.Fields(err))
	}
	return err
}

// researchDoor is where whoever holds a project's code comes in.
func (s *Site) researchDoor() codeDoor {
	return codeDoor{title: "research.code.title", path: researchPath + "/pengajuan", nav: "data", up: frame.Crumb{Text: "research.title", Path: researchPath},
		ask: frame.Crumb{Text: "research.ask.title", Path: researchPath + "/ajukan"}, find: func(ctx context.Context, code, sender string) (string, error) {
			p, err := s.opt.Research.ByCode(ctx, code, sender)
			return p.Code, err
		}}
}

// researchStatus is the data of page/penelitian/pengajuan.html.
type researchStatus struct {
	Line    researchLine
	Code    string
	New     bool
	Next    string
	Facts   []frame.Row
	Reasons []string // of a refusal
	Running bool
	HasOne  bool   // a token was made before
	Token   string // the new one, shown once
	Base    string // of the API
}

func (s *Site) showResearch(w http.ResponseWriter, r *http.Request) error {
	p, err := s.opt.Research.ByCode(r.Context(), r.PathValue("kode"), frame.VisitOf(r).Addr.String())
	return s.renderResearch(w, r, p, "", err)
}

// makeResearchToken makes the token and shows it, once: it is stored as a hash alone.
func (s *Site) makeResearchToken(w http.ResponseWriter, r *http.Request) error {
	p, token, err := s.opt.Research.NewToken(r.Context(), r.PathValue("kode"), frame.VisitOf(r).Addr.String())
	return s.renderResearch(w, r, p, token, err)
}

func (s *Site) renderResearch(w http.ResponseWriter, r *http.Request, p ronda.ResearchProject, token string, err error) error {
	v := frame.VisitOf(r)
	switch ronda.KindOf(err) {
	case "":
	case ronda.Invalid, ronda.NotFound:
		return s.renderCode(w, r, s.researchDoor(), url.Values{"code": {r.PathValue("kode")}}, err)
	default:
		return err
	}
	l := s.researchLine(v, p)
	page := researchStatus{Line: l, Code: ronda.FormatCode(p.Code), New: r.URL.Query().Has("baru"), Next: v.T("research.next." + string(p.State)), Facts: s.researchFacts(v, l),
		Running: p.State == ronda.ResearchRunning, HasOne: !p.TokenAt.IsZero(), Token: token, Base: s.opt.BaseURL.String()}
	if p.State == ronda.ResearchRefused {
		for _, x := range p.Votes {
			if !x.Yes {
				page.Reasons = append(page.Reasons, s.pack.OfficeName(x.Office, v.Lang, x.At)+": "+x.Reasons)
			}
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "penelitian/pengajuan", Title: v.T("research.status.title"), Nav: "data", Private: true,
		Crumbs: []frame.Crumb{{Text: v.T("research.title"), Path: researchPath}}, Data: page})
}
