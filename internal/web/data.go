package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"ronda"
	"ronda/internal/ledger"
	"ronda/internal/portal"
	"ronda/internal/portal/chart"
	"ronda/internal/web/frame"
)

// DataOptions joins the pages of figures to the roll-up and the log.
type DataOptions struct {
	Portal *portal.Portal
	// LogStatus tells how the public log stands.
	LogStatus func(ctx context.Context) (ledger.Status, error)
	// Downloads are the files of open data; without them the page says that there are none.
	Downloads *portal.Downloads
	// Corrections publishes what was wrong; without it the page lists only acts that no longer stand.
	Corrections *portal.Corrections
	// Attempts counts what safeguards refused, by authority; nil leaves the figure out.
	Attempts func(ctx context.Context) ([]ronda.AttemptCount, error)
	// Outside counts platforms' statements that cite the country's law and no act of the log, and all statements; nil leaves the figure out.
	Outside func() (outside, all int)
}

// dataView is what the actions of the data pages share: the visit, the filter and the figures under it.
type dataView struct {
	*frame.Visit
	pack    *ronda.Pack
	filter  portal.Filter
	figures portal.Figures
	query   url.Values
	updated string
	outside func() (outside, all int)
	small   bool // cases are too few in this region and category to be counted in public
}

// look reads the filter from the address and counts.
func (s *Site) look(r *http.Request) dataView {
	v, q := frame.VisitOf(r), r.URL.Query()
	d := dataView{Visit: v, pack: s.pack, query: url.Values{}, filter: portal.Filter{Platform: q.Get("platform"), Org: q.Get("lembaga"),
		Region: q.Get("wilayah"), Category: q.Get("masalah")}}
	d.filter.From, _ = portal.DayNumber(q.Get("dari"))
	d.filter.To, _ = portal.DayNumber(q.Get("sampai"))
	for _, name := range []string{"platform", "lembaga", "wilayah", "masalah", "dari", "sampai"} {
		if x := q.Get(name); x != "" {
			d.query.Set(name, x)
		}
	}
	return s.counted(d)
}

// counted fills in the figures of a view's filter.
func (s *Site) counted(d dataView) dataView {
	d.figures = s.opt.Portal.Figures(d.filter)
	if d.filter.Active() == 0 {
		d.outside = s.opt.Outside
	}
	d.small = d.filter.Region != "" && d.filter.Category != "" && d.figures.Few()
	if d.small {
		d.figures = d.figures.ActsAlone()
	}
	at, _ := s.opt.Portal.Updated()
	d.updated = d.Time(at)
	return d
}

// suffix is the filter as the end of an address.
func (d dataView) suffix() string {
	if len(d.query) == 0 {
		return ""
	}
	return "?" + d.query.Encode()
}

// dataPage is the data of page/data/index.html.
type dataPage struct {
	Lead       string
	Counts     []countLine
	Form       frame.Form
	Platforms  []frame.Choice
	Orgs       []frame.Choice
	Regions    []frame.Choice
	Categories []frame.Choice
	Active     int
	Figures    []figure
	Map        tileMap
	Promises   []promise
	Overreach  []measure
	Attempts   []measure
	Updated    string
	Services   []placeLink
	Bodies     []placeLink
	Suffix     string
	Small      bool
}

// countLine is one of the large numbers on top.
type countLine struct {
	N    string
	Text string
	Note string
	Path string
}

// placeLink leads to a page of its own.
type placeLink struct{ Text, Path, Note string }

// showData answers the questions of the portal, each with one chart.
func (s *Site) showData(w http.ResponseWriter, r *http.Request) error {
	d := s.look(r)
	f := d.figures
	page := dataPage{Form: frame.Form{Values: d.query}, Active: d.filter.Active(), Updated: d.updated, Suffix: d.suffix(), Small: d.small}
	page.Lead = d.T("portal.lead", "acts", f.Acts, "items", f.Addresses, "cases", f.Cases)
	if d.small {
		page.Lead = d.T("portal.few.page")
	}
	page.Counts = d.counts()
	page.Platforms, page.Orgs, page.Regions, page.Categories = s.dataChoices(d.Visit)
	page.Figures = d.all()
	page.Map = d.tiles()
	page.Promises = d.promises()
	page.Overreach = d.overreach()
	if d.filter.Active() == 0 {
		var err error
		if page.Attempts, err = s.attempts(r.Context(), d.Visit, ""); err != nil {
			return err
		}
	}
	for _, p := range s.pack.Platforms {
		note := ""
		if !p.Represented {
			note = d.T("data.no_rep")
		}
		page.Services = append(page.Services, placeLink{Text: p.Name, Path: "/data/platform/" + p.ID, Note: note})
	}
	for _, a := range s.pack.Authorities {
		page.Bodies = append(page.Bodies, placeLink{Text: s.pack.AuthorityName(a.ID, d.Now).Name.In(d.Lang), Path: "/data/lembaga/" + a.ID})
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/index", Title: d.T("data.title"), Section: frame.Data, Nav: "data", Data: page})
}

// counts are the numbers on top, each with what it is a part of.
func (d dataView) counts() []countLine {
	f := d.figures
	cases, reports := d.Value(f.Cases), d.T("portal.n.reports", "n", f.Reports)
	if d.small {
		cases, reports = d.T("portal.few"), ""
	}
	return []countLine{
		{N: cases, Text: d.T("portal.n.cases"), Note: reports},
		{N: d.Value(f.Acts), Text: d.T("portal.n.acts"), Path: "/data/tindakan", Note: d.T("portal.n.items", "n", f.Addresses)},
		{N: d.Percent(int64(f.Out[portal.Down]), int64(f.Addresses)), Text: d.T("portal.n.down"), Note: d.T("portal.of", "n", f.Out[portal.Down], "of", f.Addresses)},
		{N: d.Percent(int64(f.Out[portal.Declined]), int64(f.Addresses)), Text: d.T("portal.n.declined"), Note: d.T("portal.of", "n", f.Out[portal.Declined], "of", f.Addresses)},
		{N: d.Percent(int64(f.Late), int64(f.Acts)), Text: d.T("portal.n.late"), Note: d.T("portal.of", "n", f.Late, "of", f.Acts)},
	}
}

// dataChoices are what the filters offer.
func (s *Site) dataChoices(v *frame.Visit) (platforms, orgs, regions, categories []frame.Choice) {
	for _, p := range s.pack.Platforms {
		platforms = append(platforms, frame.Choice{Value: p.ID, Text: p.Name})
	}
	for _, a := range s.pack.Authorities {
		n := s.pack.AuthorityName(a.ID, v.Now)
		orgs = append(orgs, frame.Choice{Value: a.ID, Text: n.Name.In(v.Lang)})
	}
	for _, code := range s.pack.Children("") {
		regions = append(regions, frame.Choice{Value: code, Text: s.pack.RegionName(code)})
	}
	for _, c := range s.pack.Categories {
		categories = append(categories, frame.Choice{Value: c.ID, Text: c.Name.In(v.Lang)})
	}
	return platforms, orgs, regions, categories
}

// promise is a commitment with the numbers that show whether it is kept.
type promise struct {
	Text, Who string
	Numbers   []measure
	Doubt     string
}

// measure is a number with its meaning and what it is a part of.
type measure struct{ N, Text, Note string }

// promises are the commitments of the declaration, and what was promised beside it.
func (d dataView) promises() []promise {
	f := d.figures
	var out []promise
	decided := f.Cases - f.Undecided
	numbers := [][]measure{
		{{N: d.Value(f.Cases), Text: d.T("portal.promise.cases")}, {N: d.Percent(int64(decided), int64(f.Cases)), Text: d.T("portal.promise.decided"), Note: d.T("portal.of", "n", decided, "of", f.Cases)}},
		{{N: d.Percent(int64(f.Out[portal.Down]+f.Out[portal.Marked]), int64(f.Addresses)), Text: d.T("portal.promise.acted"), Note: d.T("portal.of", "n", f.Out[portal.Down]+f.Out[portal.Marked], "of", f.Addresses)},
			{N: d.Value(f.Late), Text: d.T("portal.promise.late"), Note: d.T("portal.of", "n", f.Late, "of", f.Acts)}},
		{{N: d.Value(f.Partner), Text: d.T("portal.promise.partner"), Note: d.T("portal.of", "n", f.Partner, "of", f.Cases)}},
	}
	for i, c := range d.pack.Declaration.Commitments {
		p := promise{Text: c.In(d.Lang), Who: d.pack.Declaration.Name.In(d.Lang)}
		if i < len(numbers) {
			p.Numbers = numbers[i]
		}
		out = append(out, p)
	}
	for _, c := range d.pack.Declaration.Promises {
		if c.ID != "one_hour" {
			continue
		}
		out = append(out, promise{Text: c.Text.In(d.Lang), Who: d.T("portal.promise.beside"), Doubt: c.Source.Doubt.In(d.Lang), Numbers: []measure{
			{N: d.Percent(int64(f.InHour), int64(decided)), Text: d.T("portal.promise.hour"), Note: d.T("portal.of", "n", f.InHour, "of", decided)},
			{N: d.hours(f.Decision.Quantile(.5)), Text: d.T("portal.promise.median")}, {N: d.hours(f.Decision.Quantile(.9)), Text: d.T("portal.promise.p90")}}})
	}
	return out
}

// hours writes a span of whole hours, in days from three days on.
func (d dataView) hours(h int) string {
	switch {
	case h < 0:
		return "–"
	case h >= 72:
		return d.T("portal.days", "n", (h+12)/24)
	}
	return d.T("portal.hours", "n", h)
}

// overreach are the numbers that show where the hub asks too much.
func (d dataView) overreach() []measure {
	f := d.figures
	var sum portal.OrgFigures
	stays := map[string]int{}
	for _, o := range f.Orgs {
		sum.FirstAct, sum.Overturned, sum.Split = sum.FirstAct+o.FirstAct, sum.Overturned+o.Overturned, sum.Split+o.Split
		sum.Power, sum.Decided, sum.Rejected, sum.Withdrawn = sum.Power+o.Power, sum.Decided+o.Decided, sum.Rejected+o.Rejected, sum.Withdrawn+o.Withdrawn
		sum.Accepted += o.Accepted
		for k, n := range o.Stays {
			stays[k] += n
		}
	}
	out := []measure{
		{N: d.Value(sum.Overturned), Text: d.T("portal.over.overturned"), Note: d.T("portal.of", "n", sum.Overturned, "of", sum.FirstAct)},
		{N: d.Value(sum.Split), Text: d.T("portal.over.split"), Note: d.T("portal.of", "n", sum.Split, "of", sum.Decided)},
		{N: d.Value(sum.Rejected), Text: d.T("portal.over.rejected"), Note: d.T("portal.of", "n", sum.Rejected, "of", sum.Rejected+sum.Accepted)},
		{N: d.Value(f.Out[portal.Declined]), Text: d.T("portal.over.declined"), Note: d.T("portal.of", "n", f.Out[portal.Declined], "of", f.Addresses)},
		{N: d.Value(sum.Withdrawn), Text: d.T("portal.over.withdrawn"), Note: d.T("portal.of", "n", sum.Withdrawn, "of", f.Acts)},
		{N: d.Value(f.Out[portal.Restored]), Text: d.T("portal.over.restored"), Note: d.T("portal.of", "n", f.Out[portal.Restored], "of", f.Addresses)},
		{N: d.Value(f.Objections.Overturned), Text: d.T("portal.over.upset"), Note: d.T("portal.of", "n", f.Objections.Overturned, "of", f.Objections.Decided())},
		{N: d.Value(f.Objections.Restored), Text: d.T("portal.over.put_back"), Note: d.T("portal.of", "n", f.Objections.Restored, "of", f.Objections.Asked)},
		{N: d.Value(sum.Power), Text: d.T("portal.over.power")},
	}
	if d.outside != nil {
		n, all := d.outside()
		out = append(out, measure{N: d.Value(n), Text: d.T("portal.over.outside"), Note: d.T("portal.of", "n", n, "of", all)})
	}
	for _, reason := range ronda.Exclusions() {
		out = append(out, measure{N: d.Value(stays[reason]), Text: d.T("portal.stays." + reason)})
	}
	return out
}

// figure is one question with its chart, table and file.
type figure struct {
	ID, Question, Title, Sub string
	Draw                     chart.Drawing
	Head                     []string
	Rows                     [][]string
	Note                     string
	CSV, Page                string
	Table                    bool // the table is the chart
}

// table builds head and rows from a line of keys.
func (d dataView) head(keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = d.T("portal.head." + k)
	}
	return out
}

// all are the charts in the order of the page.
func (d dataView) all() []figure {
	list := []figure{d.growth(), d.speed(), d.results(), d.problems(), d.fair(), d.deciders(), d.mistakes()}
	for i := range list {
		list[i].Question = d.T("portal.q." + list[i].ID)
		list[i].CSV = d.Prefix + "/data/bagan/" + list[i].ID + ".csv" + d.suffix()
		list[i].Page = d.Prefix + "/data/bagan/" + list[i].ID + d.suffix()
		list[i].Note = strings.TrimSpace(list[i].Note + " " + d.T("data.note"))
	}
	return list
}
