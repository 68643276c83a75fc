package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"ronda"
	"ronda/internal/casework"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// casePage is the data of page/work/case.html. The panels stand in the same order on every case.
type casePage struct {
	casework.View
	Registered []caseMark // addresses of registered campaign accounts
	Line       queueLine
	Form       frame.Form // of the act that failed, if one did
	Failed     string     // its name
	Version    int64
	Step, Of   int
	Items      []itemLine
	Evidence   []evidenceLine
	Reports    []reportLine
	Regions    []frame.Row
	Claim      *ronda.FactCheck
	Suggested  suggestions
	Confirmed  []similarLine // open cases that somebody said are the same story
	Partial    bool          // not everything was looked at yet
	Reuploads  []reuploadLine
	Readings   []readingLine
	Notices    []noticeLine
	Log        []frame.LogEntry
	Facts      []frame.Row
	Primary    primaryAct
	Categories []frame.Choice
	AllRegions []frame.Choice
	Contests   []frame.Choice
	Urgencies  []frame.Choice
	Reasons    []frame.Choice
	Paths      []frame.Choice
	Colleagues []frame.Choice
	Advisers   []frame.Choice // partners that could be asked for advice
	Brigades   []string       // coordinated reports, after the decision alone
	Questions  []frame.LogEntry
	Holds      []holdLine
	Notes      []frame.LogEntry
	Referrals  []frame.LogEntry
	Excluded   []frame.Row
	ContentDay string
	Blind      bool
}

type itemLine struct {
	ronda.Item
	PlatformName, StateName, KindName string
}

type evidenceLine struct {
	ronda.Evidence
	KindName, When, Size, Path string
	Image                      bool
}

type reportLine struct {
	ronda.Report
	When, RegionName, CategoryName string
}

type similarLine struct {
	Kind, ID, Title, Path, Why string
	Level                      string
	Verdict                    ronda.Verdict
}

// readingLine is one reader's conclusion in words.
type readingLine struct {
	ronda.Assessment
	SeatName, Who, When, OutcomeName, GroundName, TargetName, MeasureName, ActName string
	Points                                                                         []frame.Row
	Stays                                                                          []frame.Row
}

// primaryAct is the one button that leads on.
type primaryAct struct{ Text, Path, Post string }

func (s *Site) showCase(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderCase(w, r, a, "", nil, nil)
}

// renderCase shows a case, with the values and faults of an act that was refused.
func (s *Site) renderCase(w http.ResponseWriter, r *http.Request, a staff, failed string, values url.Values, faults []i18n.FieldError) error {
	view, err := s.opt.Casework.View(r.Context(), a.Actor, r.PathValue("no"))
	if err != nil {
		return err
	}
	if view.Case.MergedInto != "" {
		return s.frame.Redirect(w, r, "/kerja/kasus/"+view.Case.MergedInto)
	}
	names, err := s.names(r.Context())
	if err != nil {
		return err
	}
	page, err := s.casePage(r, a, view, names)
	if err != nil {
		return err
	}
	page.Failed, page.Form = failed, frame.Form{Values: values, Faults: faults}
	if values == nil {
		page.Form.Values = url.Values{}
	}
	v := frame.VisitOf(r)
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/case", Title: view.Case.Number + " · " + page.Line.Title, Nav: "antrean",
		Crumbs: []frame.Crumb{{Text: v.T("queue.title"), Path: "/kerja/antrean"}}, Faults: faults, Data: page}))
}

func (s *Site) casePage(r *http.Request, a staff, view casework.View, names map[string]string) (casePage, error) {
	v, c := frame.VisitOf(r), view.Case
	row := ronda.QueueRow{ID: c.ID, Number: c.Number, Title: c.Title, Category: c.Category, Urgency: c.Urgency, Region: c.Region, Contest: c.Contest,
		Platforms: c.Platforms(), Items: len(c.Items), Stage: c.Stage, Office: c.Office, Holder: c.Holder, DueAt: c.DueAt, Priority: c.Priority}
	page := casePage{View: view, Line: s.line(v, row, names, a), Version: c.Version, Blind: view.Sight == ronda.SightBlind, Brigades: s.brigadesOn(r, v, c, view.Sight)}
	page.Step, page.Of = c.Stage.Step()
	for _, it := range c.Items {
		page.Items = append(page.Items, itemLine{Item: it, PlatformName: s.pack.PlatformName(it.Platform), StateName: v.T("item." + string(it.State)), KindName: kindName(v, it.Kind)})
	}
	for _, e := range c.Evidence {
		page.Evidence = append(page.Evidence, s.evidenceLine(v, c, e))
	}
	s.addReports(v, &page)
	if c.Claim != "" {
		if f, err := s.opt.FactChecks.FactCheck(r.Context(), c.Claim); err == nil {
			page.Claim = &f
		}
	}
	if view.Sight != ronda.SightMasked {
		var err error
		if page.Suggested, err = s.similar(r, a, c); err != nil {
			return page, err
		}
		page.Confirmed = s.confirmed(r, a, c)
		if page.Reuploads, err = s.reuploads(r, a, c); err != nil {
			return page, err
		}
	}
	registered, err := s.caseMarks(r.Context(), v, c)
	if err != nil {
		return page, err
	}
	page.Registered = registered
	for _, x := range c.Assessments {
		page.Readings = append(page.Readings, s.readingLine(v, x, names))
	}
	for _, n := range c.Notices {
		l := s.noticeLine(v, c, n, names)
		l.May = mayDo(view.Can)
		page.Notices = append(page.Notices, l)
	}
	page.Log = s.logOf(v, c, view.Events, names)
	s.addSide(v, c, names, &page)
	s.caseChoices(v, r, a, c, &page)
	page.Primary = primaryOf(v, a, view)
	return page, nil
}

func kindName(v *frame.Visit, kind string) string {
	if v.Has("kind." + kind) {
		return v.T("kind." + kind)
	}
	return kind
}

func (s *Site) evidenceLine(v *frame.Visit, c ronda.Case, e ronda.Evidence) evidenceLine {
	l := evidenceLine{Evidence: e, KindName: v.T("evidence." + e.Kind), When: v.TimeIn(e.CapturedAt, s.pack.Zone(c.Region)), Size: v.Bytes(e.Size)}
	if e.Blob != "" && !e.Quarantine {
		l.Path = "/kerja/kasus/" + c.Number + "/berkas/" + e.ID
		l.Image = e.View != "" // without one only the original is there, and opening that is an act of its own
	}
	return l
}

func (s *Site) addReports(v *frame.Visit, page *casePage) {
	for _, r := range page.View.Reports {
		l := reportLine{Report: r, When: v.TimeIn(r.At, s.pack.Zone(r.Region)), RegionName: s.regionName(v, r.Region)}
		if cat, ok := s.pack.Category(r.Category); ok {
			l.CategoryName = cat.Name.In(v.Lang)
		}
		page.Reports = append(page.Reports, l)
	}
	if page.View.Stats == nil {
		return
	}
	for code, n := range page.View.Stats.ByRegion {
		page.Regions = append(page.Regions, frame.Row{Name: s.regionName(v, code), Values: []string{v.Number(int64(n))}})
	}
	sortRows(page.Regions)
}

// readingLine puts a conclusion into words.
func (s *Site) readingLine(v *frame.Visit, x ronda.Assessment, names map[string]string) readingLine {
	l := readingLine{Assessment: x, SeatName: v.T("seat." + string(x.Seat)), Who: names[x.By] + " · " + s.pack.OfficeName(x.Office, v.Lang, x.At), When: v.Time(x.At),
		OutcomeName: v.T("outcome." + string(x.Outcome)), TargetName: v.T("target." + string(x.Target)), GroundName: s.groundName(v, x.Ground, x.RuleDate)}
	if x.Measure != "" {
		l.MeasureName = v.T("measure." + string(x.Measure))
	}
	if x.Act != "" {
		l.ActName = v.T("act." + string(x.Act))
	}
	g, _ := s.pack.GroundAt(x.Ground, x.RuleDate)
	for _, e := range x.Elements {
		l.Points = append(l.Points, frame.Row{Name: elementText(v, g, x.RuleDate, e.Element), Values: []string{v.T("finding." + string(e.Finding)), e.Because}})
	}
	for _, e := range x.Exclusions {
		word := "exclusion.no"
		if e.Applies {
			word = "exclusion.yes"
		}
		l.Stays = append(l.Stays, frame.Row{Name: v.T("exclusion." + e.Reason), Values: []string{v.T(word), e.Because}})
	}
	return l
}

func elementText(v *frame.Visit, g ronda.Ground, at time.Time, id string) string {
	for _, e := range g.ElementsAt(at) {
		if e.ID == id {
			return e.Text.In(v.Lang)
		}
	}
	return id
}

// groundName is a ground or a platform's policy in words.
func (s *Site) groundName(v *frame.Visit, ref string, at time.Time) string {
	if platform, policy, ok := ronda.SplitPolicy(ref); ok {
		if p, ok := s.pack.PolicyAt(platform, policy, at); ok {
			return s.pack.PlatformName(platform) + ": " + p.Name
		}
		return s.pack.PlatformName(platform)
	}
	if g, ok := s.pack.GroundAt(ref, at); ok {
		return g.Cite + ": " + g.Title.In(v.Lang)
	}
	return ref
}

// logOf writes the logbook, newest line first.
func (s *Site) logOf(v *frame.Visit, c ronda.Case, events []ronda.Event, names map[string]string) []frame.LogEntry {
	zone := s.pack.Zone(c.Region)
	var out []frame.LogEntry
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		args := []any{"to", names[e.Data["to"]], "n", e.Data["n"], "result", e.Data["result"]}
		if o := e.Data["to"]; strings.Contains(o, ":") {
			args = []any{"to", s.pack.OfficeName(o, v.Lang, v.Now), "n", "", "result", ""}
		}
		l := frame.LogEntry{When: v.TimeIn(e.At, zone), ISO: e.At.UTC().Format(time.RFC3339), Title: v.T("event."+string(e.Kind), args...), Who: s.whoDid(v, e, names)}
		if p := e.Data["platform"]; p != "" {
			l.Text = s.pack.PlatformName(p)
		}
		if x := e.Data["answer"]; x != "" {
			l.Text = v.T("answer." + x)
		}
		if x := e.Data["reason"]; x != "" && v.Has("close."+x) {
			l.Text = v.T("close." + x)
		}
		out = append(out, l)
	}
	return out
}

func (s *Site) whoDid(v *frame.Visit, e ronda.Event, names map[string]string) string {
	who := names[e.Actor]
	if e.Office != "" {
		who = strings.TrimPrefix(who+" · "+s.pack.OfficeName(e.Office, v.Lang, e.At), " · ")
	}
	return who
}

// addSide fills the column on the right and the short histories.
func (s *Site) addSide(v *frame.Visit, c ronda.Case, names map[string]string, page *casePage) {
	zone := s.pack.Zone(c.Region)
	holder := v.T("case.nobody")
	if page.Line.HolderName != "" {
		holder = page.Line.HolderName
	}
	page.ContentDay = ""
	content := v.T("case.date_unknown")
	if !c.ContentDate.IsZero() {
		page.ContentDay = c.ContentDate.In(zone).Format(time.DateOnly)
		content = v.DateIn(c.ContentDate, zone)
	}
	page.Facts = []frame.Row{
		{Name: v.T("case.fact.category"), Values: []string{page.Line.CategoryName}},
		{Name: v.T("case.fact.region"), Values: []string{page.Line.RegionName}},
		{Name: v.T("case.fact.office"), Values: []string{page.Line.OfficeName}},
		{Name: v.T("case.fact.holder"), Values: []string{holder}},
		{Name: v.T("case.fact.since"), Values: []string{v.TimeIn(c.StageSince, zone), v.Relative(c.StageSince, v.Now)}},
		{Name: v.T("case.fact.opened"), Values: []string{v.TimeIn(c.OpenedAt, zone)}},
		{Name: v.T("case.fact.content_date"), Values: []string{content}},
	}
	if ct, ok := s.pack.Contest(c.Contest); ok {
		page.Facts = append(page.Facts, frame.Row{Name: v.T("case.fact.contest"), Values: []string{s.contestName(v, ct)}})
	}
	for _, st := range s.pack.StageAt(v.Now, c.Region) {
		if st.ID == "campaign" || st.ID == "quiet" || st.ID == "voting" {
			page.Facts = append(page.Facts, frame.Row{Name: v.T("case.fact.stage"), Values: []string{st.Name.In(v.Lang)}})
		}
	}
	if d := c.Draws; len(d) > 0 {
		last := d[len(d)-1]
		page.Facts = append(page.Facts, frame.Row{Name: v.T("case.fact.drawn"), Values: []string{names[last.Account] + " · " + s.pack.OfficeName(last.Office, v.Lang, last.At), v.T("case.pool", "n", last.Pool)}})
	}
	page.Holds = holdLines(v, c)
	for _, q := range c.Questions {
		page.Questions = append(page.Questions, frame.LogEntry{When: v.TimeIn(q.At, zone), Title: q.Text, Text: v.T("case.answered_by", "n", q.Answered), Who: names[q.By]})
	}
	for _, n := range c.Notes {
		page.Notes = append(page.Notes, frame.LogEntry{When: v.TimeIn(n.At, zone), Text: n.Text, Who: names[n.By]})
	}
	for _, x := range c.Referrals {
		name := x.Path
		for _, p := range s.pack.Referrals {
			if p.ID == x.Path {
				name = p.Name.In(v.Lang)
			}
		}
		l := frame.LogEntry{When: v.TimeIn(x.At, zone), Title: name, Text: x.Reason, Who: names[x.By]}
		if !x.DueAt.IsZero() {
			l.Text += "\n" + v.T("case.referral_due", "at", v.TimeIn(x.DueAt, zone))
		}
		page.Referrals = append(page.Referrals, l)
	}
}

func (s *Site) contestName(v *frame.Visit, c ronda.Contest) string {
	for _, k := range s.pack.ContestKinds {
		if k.ID == c.Kind {
			return k.Name.In(v.Lang) + ", " + s.pack.RegionName(c.Region)
		}
	}
	return c.ID
}

// primaryOf is the one thing to do next, as far as this person may do it.
func primaryOf(v *frame.Visit, a staff, view casework.View) primaryAct {
	c := view.Case
	base := "/kerja/kasus/" + c.Number
	last := len(c.Notices) - 1
	switch {
	case view.Seat != "" && (c.Holder == a.Account || c.Stage.Blind()):
		return primaryAct{Text: v.T("case.do.assess"), Path: base + "/kajian"}
	case (c.Stage == ronda.StageNew || c.Stage == ronda.StageTriage) && view.Can[ronda.TriageCase] && c.Holder == "":
		return primaryAct{Text: v.T("case.do.take"), Post: base + "/ambil"}
	case c.Stage == ronda.StageDecided && c.Decision != nil && canSend(c, view):
		return primaryAct{Text: v.T("case.do.notice"), Path: base + "/pemberitahuan/baru"}
	case c.Stage == ronda.StageDecided && c.Decision != nil && c.Decision.Act == ronda.Request && view.Can[ronda.ForwardCase] && !strings.HasSuffix(c.Office, ":"):
		return primaryAct{Text: v.T("case.do.forward"), Post: base + "/teruskan"}
	case last >= 0 && view.Can[ronda.SendOrder] && c.Notices[last].State == ronda.NoticeAccepted:
		return primaryAct{Text: v.T("case.do.order"), Path: base + "/pemberitahuan/baru?jenis=order"}
	}
	return primaryAct{}
}

func canSend(c ronda.Case, view casework.View) bool {
	switch c.Decision.Act {
	case ronda.Flag:
		return view.Can[ronda.SendFlag]
	case ronda.Request:
		return view.Can[ronda.SendRequest] && strings.HasSuffix(c.Office, ":")
	}
	return false
}
