package web

import (
	"net/http"
	"net/url"
	"strings"

	"ronda"
	"ronda/internal/campaign"
	"ronda/internal/portal"
	"ronda/internal/portal/chart"
	"ronda/internal/web/frame"
)

// contestPage is the data of page/data/contest.html: the same template for every contest.
type contestPage struct {
	Contest             ronda.Contest
	Kind, Place, Region string
	Lead                string
	Now                 []string // stages of today
	Counts              []countLine
	Register            bool // somebody has written to the register
	Fake                bool
	Pairs               []pairView
	Limit               int
	Changed, CSV        string
	Marks               []markLine
	HasAlerts           bool
	Alerts              []contestAlert
	Checks              []checkLine
	Acts                []noticeLine
	ActsMore            string
	Objections          []measure
	Calendar            []stageLine
	Rules               []ruleLine
	Zone                string
	Offices             []officeLine
	Formal              string
	Updated             string
}

// Defs are the patterns of the drawings.
func (contestPage) Defs() any { return chart.Defs() }

type contestAlert struct {
	Title, Text, When, Place string
	Urgency                  int
}

type stageLine struct {
	Name, Days, Doubt, Source string
	Now                       bool
}

type officeLine struct{ Name, What, Path string }

// showContest is the page of one of the contests: who stands and with which accounts, what is going round, what was asked of platforms, when what
// happens, and whom to ask.
func (s *Site) showContest(w http.ResponseWriter, r *http.Request) error {
	c, ok := s.pack.Contest(r.PathValue("id"))
	if !ok {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	d := s.counted(dataView{Visit: frame.VisitOf(r), pack: s.pack, filter: portal.Filter{Region: c.Region}, query: url.Values{"wilayah": {c.Region}}})
	own := 0
	for _, x := range d.figures.Contests {
		if x.ID == c.ID {
			own = x.N
		}
	}
	page := contestPage{Contest: c, Kind: d.kindOf(c), Place: s.pack.RegionName(c.Region), Region: "/wilayah/" + c.Region, Counts: d.counts(), Updated: d.updated, Limit: ronda.AccountLimit(s.pack),
		Lead: d.T("portal.contest.lead", "n", own, "region", s.pack.RegionName(c.Region), "cases", d.figures.Cases), Zone: zoneName(d.Visit, s.pack, c.Region)}
	if err := s.contestRegister(r, d.Visit, c, &page); err != nil {
		return err
	}
	if err := s.contestNews(r, d.Visit, c, &page); err != nil {
		return err
	}
	s.contestDays(d.Visit, c, &page)
	s.contestOffices(d.Visit, c, &page)
	o := d.figures.Objections
	page.Objections = []measure{
		{N: d.Value(o.Filed), Text: d.T("contest.objections.filed")},
		{N: d.Value(o.Overturned), Text: d.T("contest.objections.overturned"), Note: d.T("portal.of", "n", o.Overturned, "of", o.Decided())},
		{N: d.Value(o.Restored), Text: d.T("contest.objections.restored"), Note: d.T("portal.of", "n", o.Restored, "of", o.Asked)}}
	name := page.Kind + ", " + page.Place
	crumbs := dataCrumbs(d.Visit, frame.Crumb{Text: d.T("portal.way.regions"), Path: "/wilayah"})
	if up := s.pack.Parent(c.Region); up != "" {
		crumbs = append(crumbs, frame.Crumb{Text: s.pack.RegionName(up), Path: "/wilayah/" + up})
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/contest", Title: name, Section: frame.Data, Nav: "data", Data: page,
		Crumbs: append(crumbs, frame.Crumb{Text: page.Place, Path: page.Region})})
}

func zoneName(v *frame.Visit, p *ronda.Pack, region string) string {
	name, _ := v.Now.In(p.Zone(region)).Zone()
	return name
}

func (s *Site) contestRegister(r *http.Request, v *frame.Visit, c ronda.Contest, page *contestPage) error {
	if s.opt.Campaign == nil {
		return nil
	}
	reg, err := s.opt.Campaign.Public(r.Context(), c.ID)
	if err != nil {
		return err
	}
	page.Register, page.Pairs, page.CSV = len(reg.Pairs) > 0, s.pairViews(v, reg, false), v.Prefix+"/kontes/"+c.ID+"/akun.csv"
	if reg.Version > 0 {
		page.Changed = v.TimeIn(reg.ChangedAt, s.pack.Zone(c.Region))
	}
	for _, p := range reg.Pairs {
		page.Fake = page.Fake || p.Fictional
	}
	for _, m := range reg.Marks {
		page.Marks = append(page.Marks, s.markLine(v, reg, m))
	}
	return nil
}

// contestNews are the warnings in force, the fact-checks and the newest acts of the place.
func (s *Site) contestNews(r *http.Request, v *frame.Visit, c ronda.Contest, page *contestPage) error {
	zone := s.pack.Zone(c.Region)
	if s.opt.AlertsInForce != nil {
		page.HasAlerts = true
		list, err := s.opt.AlertsInForce(r.Context(), v.Now)
		if err != nil {
			return err
		}
		for _, a := range list {
			if !a.Reaches(c.Region, s.pack) || (a.Contest != "" && a.Contest != c.ID) {
				continue
			}
			place := v.T("report.region.all")
			if a.Region != "" {
				place = s.pack.RegionName(a.Region)
			}
			page.Alerts = append(page.Alerts, contestAlert{Title: a.Title.In(v.Lang), Text: a.Text.In(v.Lang), Urgency: a.Urgency, When: v.TimeIn(a.PublishedAt, zone), Place: place})
		}
	}
	checks, err := s.opt.FactChecks.RecentFactChecks(r.Context(), 200)
	if err != nil {
		return err
	}
	for _, f := range checks {
		if f.Region != "" && (s.pack.Within(c.Region, f.Region) || s.pack.Within(f.Region, c.Region)) && len(page.Checks) < 6 {
			page.Checks = append(page.Checks, lineOf(v, f))
		}
	}
	if s.opt.Notices == nil {
		return nil
	}
	rows, total, err := s.opt.Notices.PublicList(r.Context(), ronda.NoticeFilter{Region: c.Region, Size: 6})
	if err != nil {
		return err
	}
	for _, row := range rows {
		page.Acts = append(page.Acts, s.noticeLine(v, ronda.Case{Region: row.Notice.Region}, row.Notice, nil))
	}
	if total > len(rows) {
		page.ActsMore = v.T("contest.acts.more", "n", len(rows), "of", total)
	}
	return nil
}

// contestDays is the calendar in the contest's own zone, and the rules about its adverts and accounts.
func (s *Site) contestDays(v *frame.Visit, c ronda.Contest, page *contestPage) {
	today := map[string]bool{}
	for _, st := range s.pack.StageAt(v.Now, c.Region) {
		today[st.ID] = true
		if st.Start != "" {
			page.Now = append(page.Now, st.Name.In(v.Lang))
		}
	}
	for _, st := range s.pack.Calendar {
		if st.ID == "declaration" {
			continue
		}
		l := stageLine{Name: st.Name.In(v.Lang), Doubt: st.Source.Doubt.In(v.Lang), Now: today[st.ID] && st.Start != "", Source: st.Source.Cite}
		switch {
		case st.Start == "" && st.End == "":
			l.Days = st.Relative.In(v.Lang)
		case st.Start == "":
			l.Days = v.T("contest.until", "day", v.Day(st.End))
		case st.Start == st.End:
			l.Days = v.Day(st.Start)
		default:
			l.Days = v.T("campaign.days", "from", v.Day(st.Start), "to", v.Day(st.End))
		}
		page.Calendar = append(page.Calendar, l)
	}
	page.Rules = s.ruleLines(v)
}

// contestOffices are whom to ask: the offices of the place itself, and the one above that watches over it.
func (s *Site) contestOffices(v *frame.Visit, c ronda.Contest, page *contestPage) {
	for _, role := range []string{"commission", "supervisor"} {
		if o, ok := s.pack.OfficeOf(role, c.Region); ok {
			page.Offices = append(page.Offices, officeLine{Name: s.pack.OfficeName(o.ID, v.Lang, v.Now), What: v.T("contest.ask." + role), Path: "/data/lembaga/" + o.Authority})
			if up, ok := s.pack.OfficeAbove(o.ID); ok && role == "supervisor" {
				page.Offices = append(page.Offices, officeLine{Name: s.pack.OfficeName(up.ID, v.Lang, v.Now), What: v.T("contest.ask.above"), Path: "/data/lembaga/" + o.Authority})
			}
		}
	}
}

// sendAccounts is the public list as a file; the public log holds its hash.
func (s *Site) sendAccounts(w http.ResponseWriter, r *http.Request) error {
	reg, err := s.opt.Campaign.Public(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="ronda-akun-`+strings.ReplaceAll(reg.Contest, ".", "")+`.csv"`)
	_, err = w.Write(campaign.PublicCSV(reg))
	return err
}
