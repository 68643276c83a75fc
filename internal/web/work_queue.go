package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ronda"
	"ronda/internal/casework"
	"ronda/internal/web/frame"
)

// queueLine is one line of a list of cases in words.
type queueLine struct {
	ronda.QueueRow
	CategoryName, RegionName, StageName, OfficeName, HolderName string
	PlatformNames                                               string
	Due                                                         string // absolute, with zone
	DueISO                                                      string
	Left                                                        string // "3 jam lagi"
	Late                                                        bool
	Hidden                                                      bool // how many reported is not shown to this reader
	New                                                         bool
}

// queuePage is the data of page/work/queue.html.
type queuePage struct {
	View       casework.QueueView
	Lines      []queueLine
	Form       frame.Form
	Categories []frame.Choice
	Platforms  []frame.Choice
	Stages     []frame.Choice
	Urgencies  []frame.Choice
	Areas      []frame.Choice
	Reasons    []frame.Choice
	Active     int
	Pager      frame.Pager
	Area       string
	Can        map[string]bool
	Done       *bulkDone
	Sort       string
	Query      string
	Since      string
}

// bulkDone says what a bulk change did.
type bulkDone struct {
	OK, Failed, Audit int
	Faults            []string
}

func (s *Site) showQueue(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderQueue(w, r, a, nil)
}

// filterOf reads a filter from the query string, so that every view is a link.
func (s *Site) filterOf(q url.Values, a staff, now time.Time) ronda.QueueFilter {
	f := ronda.QueueFilter{Category: q.Get("masalah"), Platform: q.Get("platform"), Text: strings.TrimSpace(q.Get("cari")), Sort: sortOf(q.Get("urut")), Area: q.Get("wilayah")}
	if st := q.Get("tahap"); st != "" {
		f.Stages = []ronda.CaseStage{ronda.CaseStage(st)}
	} else {
		f.Open = q.Get("semua") == ""
	}
	f.Urgency, _ = strconv.Atoi(q.Get("urgensi"))
	f.Page, _ = strconv.Atoi(q.Get("hal"))
	if q.Get("lonjakan") != "" {
		f.Surge = ronda.SurgeOnly
	}
	switch q.Get("pilih") {
	case "lewat":
		f.Overdue = true
	case "hari-ini":
		f.DueBefore = endOfDay(now, s.pack.Zone(s.areaOf(a)))
	case "penelaah":
		f.Stages, f.Open = []ronda.CaseStage{ronda.StageSecond, ronda.StageThird}, false
	case "saya":
		f.Holder = a.Account
	case "telaah":
		f.Reader = a.Account
	}
	return f
}

func endOfDay(t time.Time, zone *time.Location) time.Time {
	l := t.In(zone)
	return time.Date(l.Year(), l.Month(), l.Day()+1, 0, 0, 0, 0, zone)
}

// areaOf is the region that a person's office covers.
func (s *Site) areaOf(a staff) string {
	if o, ok := s.pack.Office(a.Office); ok {
		return o.Region
	}
	return ""
}

func (s *Site) renderQueue(w http.ResponseWriter, r *http.Request, a staff, done *bulkDone) error {
	v := frame.VisitOf(r)
	q := r.URL.Query()
	f := s.filterOf(q, a, v.Now)
	view, err := s.opt.Casework.Queue(r.Context(), a.Actor, f)
	if err != nil {
		return err
	}
	names, err := s.names(r.Context())
	if err != nil {
		return err
	}
	page := queuePage{View: view, Form: frame.Form{Values: q}, Done: done, Area: s.pack.RegionName(s.areaOf(a)), Sort: f.Sort, Query: r.URL.RawQuery,
		Pager: frame.Pager{Page: view.Page.Page, Pages: view.Page.Pages, Path: "/kerja/antrean", Query: q}}
	for _, row := range view.Page.Rows {
		page.Lines = append(page.Lines, s.line(v, row, names, a))
	}
	s.queueChoices(v, a, &page)
	for _, name := range []string{"masalah", "platform", "tahap", "urgensi", "wilayah", "cari", "pilih", "lonjakan"} {
		if q.Get(name) != "" {
			page.Active++
		}
	}
	page.Can = map[string]bool{"close": a.Has(ronda.RoleOfficer) || a.Has(ronda.RoleLead)}
	if !view.Counts.Newest.IsZero() {
		page.Since = v.Time(view.Counts.Newest)
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/queue", Title: v.T("queue.title"), Nav: "antrean", Data: page}))
}

func (s *Site) queueChoices(v *frame.Visit, a staff, page *queuePage) {
	for _, c := range s.pack.Categories {
		page.Categories = append(page.Categories, frame.Choice{Value: c.ID, Text: c.Name.In(v.Lang)})
	}
	for _, p := range s.pack.Platforms {
		page.Platforms = append(page.Platforms, frame.Choice{Value: p.ID, Text: p.Name})
	}
	for _, st := range ronda.CaseStages() {
		page.Stages = append(page.Stages, frame.Choice{Value: string(st), Text: v.T("stage." + string(st))})
	}
	for n := 2; n <= 5; n++ {
		page.Urgencies = append(page.Urgencies, frame.Choice{Value: strconv.Itoa(n), Text: v.T("queue.urgency_from", "x", n)})
	}
	for _, code := range s.pack.Children(s.areaOf(a)) {
		page.Areas = append(page.Areas, frame.Choice{Value: code, Text: s.pack.RegionName(code)})
	}
	for _, reason := range ronda.CloseReasons() {
		page.Reasons = append(page.Reasons, frame.Choice{Value: string(reason), Text: v.T("close." + string(reason))})
	}
}

// line puts a row into words.
func (s *Site) line(v *frame.Visit, row ronda.QueueRow, names map[string]string, a staff) queueLine {
	l := queueLine{QueueRow: row, RegionName: s.regionName(v, row.Region), StageName: v.T("stage." + string(row.Stage)),
		OfficeName: s.pack.OfficeName(row.Office, v.Lang, v.Now), HolderName: names[row.Holder], Hidden: row.Reports < 0, New: row.Stage == ronda.StageNew}
	if o, ok := s.pack.Office(row.Office); ok && row.Stage == ronda.StageDecided && o.Region != row.Region && s.pack.Within(row.Region, o.Region) && row.Region != "" {
		l.StageName = v.T("stage.forwarded")
	}
	if c, ok := s.pack.Category(row.Category); ok {
		l.CategoryName = c.Name.In(v.Lang)
	}
	var platforms []string
	for _, p := range row.Platforms {
		platforms = append(platforms, s.pack.PlatformName(p))
	}
	l.PlatformNames = strings.Join(platforms, ", ")
	if l.Title == "" {
		l.Title = v.T("case.untitled")
	}
	if !row.DueAt.IsZero() {
		zone := s.pack.Zone(row.Region)
		l.Due, l.DueISO, l.Left = v.TimeIn(row.DueAt, zone), row.DueAt.UTC().Format(time.RFC3339), v.Relative(row.DueAt, v.Now)
		l.Late = v.Now.After(row.DueAt)
	}
	return l
}

func (s *Site) regionName(v *frame.Visit, code string) string {
	if code == "" {
		return v.T("region.unknown")
	}
	return s.pack.RegionName(code)
}

// dayPage is the data of page/work/day.html.
type dayPage struct {
	Counts  ronda.QueueCounts
	Reading []queueLine
	Late    []queueLine
	Today   []queueLine
	Mine    []queueLine
	Answers []answerLine // fact-checks that may answer cases of this office
	Acts    int
	Area    string
	Work    bool
}

// showDay is a person's day: to read, overdue, due today, held.
func (s *Site) showDay(w http.ResponseWriter, r *http.Request, a staff) error {
	if home := s.homeOf(a.Actor); home != "/kerja" {
		return s.frame.Redirect(w, r, home)
	}
	v := frame.VisitOf(r)
	names, err := s.names(r.Context())
	if err != nil {
		return err
	}
	page := dayPage{Area: s.pack.RegionName(s.areaOf(a)), Work: a.Has(ronda.RoleOfficer) || a.Has(ronda.RoleLead) || a.Has(ronda.RoleContact)}
	for _, list := range []struct {
		to *[]queueLine
		f  ronda.QueueFilter
	}{
		{&page.Reading, ronda.QueueFilter{Reader: a.Account, Size: 20}},
		{&page.Late, ronda.QueueFilter{Overdue: true, Open: true, Size: 10}},
		{&page.Today, ronda.QueueFilter{DueBefore: endOfDay(v.Now, s.pack.Zone(s.areaOf(a))), Open: true, Size: 10}},
		{&page.Mine, ronda.QueueFilter{Holder: a.Account, Open: true, Size: 10}},
	} {
		view, err := s.opt.Casework.Queue(r.Context(), a.Actor, list.f)
		if err != nil {
			return err
		}
		page.Counts = view.Counts
		for _, row := range view.Page.Rows {
			*list.to = append(*list.to, s.line(v, row, names, a))
		}
	}
	if page.Work {
		rows, err := s.opt.Notices.ByHand(r.Context(), a.Actor)
		if err != nil {
			return err
		}
		page.Acts = len(rows)
	}
	if page.Answers, err = s.newAnswers(r, a); err != nil {
		return err
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/day", Title: v.T("day.title"), Nav: "kerja", Data: page}))
}

// changeMany closes the chosen cases with one reason, or takes them.
func (s *Site) changeMany(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	v := frame.VisitOf(r)
	done := &bulkDone{}
	ids := r.PostForm["kasus"]
	if r.PostForm.Get("laku") == "ambil" {
		for _, id := range ids[:min(len(ids), 200)] {
			if _, err := s.opt.Casework.Do(r.Context(), a.Actor, id, 0, ronda.Take{}); err != nil {
				done.Failed++
				done.Faults = append(done.Faults, v.Error(err))
				continue
			}
			done.OK++
		}
		return s.renderQueue(w, r, a, done)
	}
	results, err := s.opt.Casework.CloseMany(r.Context(), a.Actor, ids, ronda.CloseReason(r.PostForm.Get("alasan")), r.PostForm.Get("catatan"))
	if err != nil {
		done.Failed++
		done.Faults = append(done.Faults, v.Error(err))
	}
	for _, x := range results {
		switch {
		case x.Err != nil:
			done.Failed++
			done.Faults = append(done.Faults, x.Number+": "+v.Error(x.Err))
		case x.Audit:
			done.Audit++
			fallthrough
		default:
			done.OK++
		}
	}
	return s.renderQueue(w, r, a, done)
}

// sortOf takes the orders that a list may have. By number of reports is none of them: it would tell a blind reader about that number.
func sortOf(order string) string {
	if order == "newest" || order == "urgency" {
		return order
	}
	return ""
}
