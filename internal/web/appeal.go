package web

import (
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/appeal"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// appealRoutes lists the pages of objections: for whoever objects, for the people who decide, and for platforms.
func (s *Site) appealRoutes() []frame.Route {
	if s.opt.Appeals == nil {
		return []frame.Route{{Pattern: "GET /keberatan", Action: s.showObjection}}
	}
	return []frame.Route{
		{Pattern: "GET /keberatan", Action: s.askAppeal},
		{Pattern: "POST /keberatan", Action: s.readAppeal},
		{Pattern: "POST /keberatan/kirim", Action: s.fileAppeal},
		{Pattern: "GET /keberatan/kirim", Action: s.askAppeal}, // a reload after a fault
		{Pattern: "GET /keberatan/{kode}", Action: s.showAppeal},
		{Pattern: "POST /keberatan/{kode}", Action: s.askControl},
		{Pattern: "GET /keberatan/{kode}/putusan", Action: s.showRuling},

		{Pattern: "GET /kerja/keberatan", Action: s.work(s.showAppeals)},
		{Pattern: "GET /kerja/keberatan/{id}", Action: s.work(s.showHearing)},
		{Pattern: "POST /kerja/keberatan/{id}/{act}", Action: s.work(s.changeAppeal)},
		{Pattern: "GET /penghubung/pemberitahuan/{id}/keberatan", Action: s.work(s.showNoticeAppeals)},
		{Pattern: "POST /penghubung/pemberitahuan/{id}/keberatan", Action: s.work(s.fileNoticeAppeal)},
		{Pattern: "GET /penghubung/keberatan", Action: s.work(s.showAppeals)},
		{Pattern: "POST /penghubung/keberatan/{id}/{act}", Action: s.work(s.changeAppeal)},
	}
}

// appealAskPage is the data of page/keberatan.html.
type appealAskPage struct {
	Form     frame.Form
	Sections []proseSection
}

// askAppeal says what the right to object is and asks for a code or an address.
func (s *Site) askAppeal(w http.ResponseWriter, r *http.Request) error {
	return s.renderAskAppeal(w, r, nil, nil)
}

func (s *Site) renderAskAppeal(w http.ResponseWriter, r *http.Request, values url.Values, err error) error {
	v := frame.VisitOf(r)
	var faults []i18n.FieldError
	status := 0
	if err != nil {
		faults = []i18n.FieldError{{Field: "ref", Text: v.Error(err)}}
		if ronda.KindOf(err) == ronda.NotFound {
			status = http.StatusNotFound
		}
	}
	page := appealAskPage{Form: frame.Form{Values: values, Faults: faults}}
	for _, p := range []string{"right", "see", "platform", "press"} {
		page.Sections = append(page.Sections, proseSection{ID: p, Heading: v.T("object." + p + ".h"),
			Text: v.T("object."+p+".p", "window", s.clockDays("appeal_window", v.Now), "answer", s.clockDays("appeal", v.Now))})
	}
	return s.frame.Render(w, r, frame.Page{Template: "keberatan", Title: v.T("object.title"), Nav: "keberatan", Status: status, Faults: faults, Private: err != nil, Data: page})
}

// appealFormPage is the data of page/keberatan/isi.html.
type appealFormPage struct {
	Form    frame.Form
	Ref     string
	Kind    string
	Line    *noticeLine
	Facts   []frame.Row
	Rule    string // what the rule says
	Items   []frame.Choice
	Grounds []frame.Choice
}

// readAppeal understands the code or the address and asks for the reasons. For an address the page is the same whatever is known about it.
func (s *Site) readAppeal(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	return s.renderAppealForm(w, r, r.PostForm, nil)
}

func (s *Site) renderAppealForm(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	sub, err := s.opt.Appeals.Read(r.Context(), values.Get("ref"), v.Addr.String())
	switch ronda.KindOf(err) {
	case "":
	case ronda.Invalid, ronda.NotFound, ronda.Conflict:
		return s.renderAskAppeal(w, r, values, err)
	default:
		return err
	}
	if sub.Ref.Kind == "appeal" {
		return s.frame.Redirect(w, r, "/keberatan/"+ronda.FormatCode(sub.Ref.Code))
	}
	page := appealFormPage{Form: frame.Form{Values: values, Faults: faults}, Kind: sub.Ref.Kind, Ref: sub.Ref.Address.Canonical, Grounds: appealGrounds(v)}
	if sub.Ref.Code != "" {
		page.Ref = ronda.FormatCode(sub.Ref.Code)
	}
	if sub.Ref.Kind == "notice" {
		page.Facts, page.Rule = s.appealFacts(v, sub.Notice, sub.Notice.Office)
		for _, it := range sub.Notice.Items {
			page.Items = append(page.Items, frame.Choice{Value: it.Item, Text: it.Address})
			if !values.Has("ground") {
				values.Add("items", it.Item)
			}
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "keberatan/isi", Title: v.T("appeal.form.title"), Nav: "keberatan", Private: true, Leave: true, Faults: faults,
		Crumbs: []frame.Crumb{{Text: v.T("object.title"), Path: "/keberatan"}}, Data: page})
}

func appealGrounds(v *frame.Visit) []frame.Choice {
	var out []frame.Choice
	for _, g := range ronda.AppealGrounds() {
		out = append(out, frame.Choice{Value: g, Text: v.T("appeal.ground." + g)})
	}
	return out
}

// appealFacts says who decided what on which rule: what whoever objects has a right to know.
func (s *Site) appealFacts(v *frame.Visit, n ronda.Notice, office string) (facts []frame.Row, rule string) {
	l := s.noticeLine(v, ronda.Case{Region: n.Region}, n, nil)
	category := ""
	if c, ok := s.pack.Category(n.Category); ok {
		category = c.Name.In(v.Lang)
	}
	if platform, id, ok := ronda.SplitPolicy(n.Ground); ok {
		p, _ := s.pack.PolicyAt(platform, id, n.RuleDate)
		rule = p.About.In(v.Lang)
	} else {
		g, _ := s.pack.GroundAt(n.Ground, n.RuleDate)
		rule = g.Summary.In(v.Lang)
	}
	return []frame.Row{
		{Name: v.T("appeal.fact.what"), Values: []string{l.ActName + " · " + v.T("measure."+string(n.Measure))}},
		{Name: v.T("appeal.fact.why"), Values: []string{category}},
		{Name: v.T("appeal.fact.rule"), Values: []string{l.GroundName}},
		{Name: v.T("appeal.fact.who"), Values: []string{s.pack.OfficeName(office, v.Lang, n.CreatedAt)}},
		{Name: v.T("appeal.fact.to"), Values: []string{l.To}},
		{Name: v.T("appeal.fact.when"), Values: []string{v.TimeIn(n.SentAt, s.pack.Zone(n.Region))}},
		{Name: v.T("appeal.fact.state"), Values: []string{l.StateName}},
	}, rule
}

// fileAppeal takes the objection and leads to its page.
func (s *Site) fileAppeal(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v, f := frame.VisitOf(r), r.PostForm
	ap, err := s.opt.Appeals.File(r.Context(), appeal.Input{Ref: f.Get("ref"), Ground: f.Get("ground"), Reasons: f.Get("reasons"), Items: f["items"], Sender: v.Addr.String()})
	switch ronda.KindOf(err) {
	case "":
		return s.frame.Redirect(w, r, "/keberatan/"+ronda.FormatCode(ap.Code)+"?baru=1")
	case ronda.Invalid:
		if faults := v.Fields(err); len(faults) > 0 && faults[0].Field != "ref" {
			return s.renderAppealForm(w, r, f, faults)
		}
		return s.renderAskAppeal(w, r, f, err)
	case ronda.NotFound, ronda.Conflict:
		return s.renderAskAppeal(w, r, f, err)
	}
	return err
}

// appealPage is the data of page/keberatan/satu.html and page/keberatan/putusan.html.
type appealPage struct {
	appeal.Status
	Code    string
	New     bool
	State   string
	Due     string
	Late    bool
	Control string // "ask" to put the code there, "asked", "proven", ""
	Facts   []frame.Row
	Rule    string
	Log     []frame.LogEntry
	Restore []restoreLine
	Votes   []voteLine
	Ruling  string
	Effect  string
	Redress string
	Meta    []frame.Row
	Office  string
	Foot    []string
}

// restoreLine is one address that is to be put back.
type restoreLine struct {
	ronda.Restoration
	Due, Result string
	Late        bool
}

// voteLine is a member's finding in words; the member is an office, never a name.
type voteLine struct {
	N                         int
	Office, Decision, Reasons string
	When                      string
}

// showAppeal shows an objection to whoever holds its code.
func (s *Site) showAppeal(w http.ResponseWriter, r *http.Request) error {
	page, err := s.appealPage(r)
	switch ronda.KindOf(err) {
	case "":
	case ronda.Invalid, ronda.NotFound:
		return s.renderAskAppeal(w, r, url.Values{"ref": {r.PathValue("kode")}}, err)
	default:
		return err
	}
	v := frame.VisitOf(r)
	return s.frame.Render(w, r, frame.Page{Template: "keberatan/satu", Title: v.T("appeal.title", "code", page.Code), Nav: "keberatan", Private: true, Leave: true,
		Crumbs: []frame.Crumb{{Text: v.T("object.title"), Path: "/keberatan"}}, Data: page})
}

// showRuling is the decision as a letter to print.
func (s *Site) showRuling(w http.ResponseWriter, r *http.Request) error {
	page, err := s.appealPage(r)
	if err != nil {
		return err
	}
	if page.Appeal.State != ronda.AppealDecided {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	v := frame.VisitOf(r)
	return s.frame.Render(w, r, frame.Page{Template: "keberatan/putusan", Title: v.T("appeal.ruling.title"), Nav: "keberatan", Private: true,
		Crumbs: []frame.Crumb{{Text: page.Code, Path: "/keberatan/" + page.Code}}, Data: page})
}

func (s *Site) appealPage(r *http.Request) (appealPage, error) {
	v := frame.VisitOf(r)
	st, err := s.opt.Appeals.Status(r.Context(), r.PathValue("kode"), v.Addr.String())
	if err != nil {
		return appealPage{}, err
	}
	ap, zone := st.Appeal, s.pack.Zone(st.Region)
	page := appealPage{Status: st, Code: ronda.FormatCode(ap.Code), New: r.URL.Query().Has("baru"), State: v.T("appeal.state." + string(ap.State)), Late: ap.Overdue(v.Now)}
	if !ap.DueAt.IsZero() && ap.State.Open() {
		page.Due = v.TimeIn(ap.DueAt, zone)
	}
	if ap.By == ronda.AppealAuthor && ap.State != ronda.AppealNoAct {
		switch {
		case ap.Proven():
			page.Control = "proven"
		case !ap.State.Open():
		case !ap.Control.AskedAt.IsZero():
			page.Control = "asked"
		default:
			page.Control = "ask"
		}
	}
	if ap.Notice != "" {
		page.Facts, page.Rule = s.appealFacts(v, st.Notice, st.Office)
	}
	add := func(key string, t interface{ IsZero() bool }, when string) {
		if !t.IsZero() {
			page.Log = append(page.Log, frame.LogEntry{When: when, Title: v.T(key)})
		}
	}
	add("appeal.log.filed", ap.FiledAt, v.TimeIn(ap.FiledAt, zone))
	add("appeal.log.asked", ap.Control.AskedAt, v.TimeIn(ap.Control.AskedAt, zone))
	add("appeal.log.proven", ap.Control.ProvenAt, v.TimeIn(ap.Control.ProvenAt, zone))
	add("appeal.log.decided", ap.DecidedAt, v.TimeIn(ap.DecidedAt, zone))
	page.Restore = s.restoreLines(v, ap)
	if ap.State == ronda.AppealDecided {
		s.ruling(v, ap, &page)
	}
	return page, nil
}

// ruling fills in what a decided objection says in its letter.
func (s *Site) ruling(v *frame.Visit, ap ronda.Appeal, page *appealPage) {
	zone := s.pack.Zone(ap.Region)
	page.Ruling = v.T("appeal.decision." + string(ap.Decision))
	if ap.Effect != "" {
		page.Effect = v.T("appeal.effect." + string(ap.Effect))
	}
	for i, x := range ap.Votes {
		page.Votes = append(page.Votes, voteLine{N: i + 1, Office: s.pack.OfficeName(x.Office, v.Lang, x.At), Decision: v.T("appeal.decision." + string(x.Decision)),
			Reasons: x.Reasons, When: v.TimeIn(x.At, zone)})
	}
	page.Redress = v.T("appeal.redress")
	if ap.Act == ronda.Order {
		page.Redress = v.T("appeal.redress.order")
	}
	page.Office = s.pack.AuthorityName(ap.Org, ap.DecidedAt).Name.In(v.Lang)
	page.Meta = []frame.Row{{Name: v.T("appeal.letter.number"), Values: []string{page.Code}}, {Name: v.T("appeal.letter.date"), Values: []string{v.TimeIn(ap.DecidedAt, zone)}},
		{Name: v.T("appeal.letter.subject"), Values: []string{v.T("appeal.letter.subject.text")}}}
	page.Foot = []string{v.T("appeal.letter.copy"), v.T("appeal.letter.check", "id", ap.ID)}
}

func (s *Site) restoreLines(v *frame.Visit, ap ronda.Appeal) []restoreLine {
	var out []restoreLine
	for _, x := range ap.Restorations {
		l := restoreLine{Restoration: x, Due: v.TimeIn(x.DueAt, s.pack.Zone(ap.Region)), Late: x.Late(v.Now), Result: v.T("appeal.restore.waiting")}
		if x.Answer != "" {
			l.Result = v.T("appeal.restore." + x.Answer)
		}
		out = append(out, l)
	}
	return out
}

// askControl takes the appellant's word that the code stands in the profile.
func (s *Site) askControl(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	ap, err := s.opt.Appeals.AskControl(r.Context(), r.PathValue("kode"), v.Addr.String())
	switch ronda.KindOf(err) {
	case "":
		return s.frame.Redirect(w, r, "/keberatan/"+ronda.FormatCode(ap.Code))
	case ronda.Invalid, ronda.NotFound:
		return s.renderAskAppeal(w, r, url.Values{"ref": {r.PathValue("kode")}}, err)
	case ronda.Conflict:
		return s.frame.Redirect(w, r, "/keberatan/"+r.PathValue("kode"))
	}
	return err
}
