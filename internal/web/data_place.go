package web

import (
	"net/http"
	"net/url"
	"slices"

	"ronda"
	"ronda/internal/portal"
	"ronda/internal/web/frame"
)

// placePage is the data of the pages of a region and of a contest.
type placePage struct {
	Title, Lead string
	Counts      []countLine
	Contests    []contestLine
	Head        []string
	Rows        []regionLine
	NoContest   string
	Figures     []figure
	Overreach   []measure
	Attempts    []measure
	Offices     officeTable
	Updated     string
	Feed        string
	Crumb       string
	Total       string
	WayTitle    string      // of a platform: how its acts travel
	Way         []frame.Row // of a platform
}

// contestLine is a contest in words.
type contestLine struct{ ID, Kind, Name, Path string }

// regionLine is a region in a table.
type regionLine struct {
	Name, Path, Zone string
	N                []string
}

// listRegions lists the provinces with their contests: 545 in all.
func (s *Site) listRegions(w http.ResponseWriter, r *http.Request) error {
	d := s.look(r)
	page := placePage{Title: d.T("portal.regions.title"), Lead: d.T("portal.regions.lead", "n", len(s.pack.Contests), "provinces", len(s.pack.Children(""))), Updated: d.updated,
		Head: d.head("region", "cases", "acts", "contests")}
	all := d.provinces()
	for _, code := range s.pack.Children("") {
		n := 0
		for _, c := range s.pack.Contests {
			if s.pack.Within(c.Region, code) {
				n++
			}
		}
		page.Rows = append(page.Rows, regionLine{Name: s.pack.RegionName(code), Path: "/wilayah/" + code, N: []string{d.Value(all[code].Cases), d.Value(all[code].Acts), d.Value(n)}})
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/place", Title: page.Title, Section: frame.Data, Nav: "data", Crumbs: dataCrumbs(d.Visit), Data: page})
}

func dataCrumbs(v *frame.Visit, more ...frame.Crumb) []frame.Crumb {
	return append([]frame.Crumb{{Text: v.T("data.title"), Path: "/data"}}, more...)
}

// showRegion is the page of a province or a regency.
func (s *Site) showRegion(w http.ResponseWriter, r *http.Request) error {
	region, ok := s.pack.Region(r.PathValue("kode"))
	if !ok || region.Code == "" {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	d := s.counted(dataView{Visit: frame.VisitOf(r), pack: s.pack, filter: portal.Filter{Region: region.Code}, query: url.Values{"wilayah": {region.Code}}})
	f := d.figures
	page := placePage{Title: region.Name, Lead: d.T("portal.place.lead", "cases", f.Cases, "acts", f.Acts, "items", f.Addresses), Counts: d.counts(), Updated: d.updated,
		Figures: d.some(d.problems(), d.growth(), d.results()), Overreach: d.overreach(), Feed: "/data/umpan/wilayah/" + region.Code + ".atom"}
	crumbs := dataCrumbs(d.Visit, frame.Crumb{Text: d.T("portal.way.regions"), Path: "/wilayah"})
	if region.Parent != "" {
		crumbs = append(crumbs, frame.Crumb{Text: s.pack.RegionName(region.Parent), Path: "/wilayah/" + region.Parent})
	}
	for _, c := range s.pack.ContestsIn(region.Code) {
		if c.Region == region.Code {
			page.Contests = append(page.Contests, contestLine{ID: c.ID, Kind: c.Kind, Name: d.kindOf(c) + ", " + region.Name, Path: "/kontes/" + c.ID})
		}
	}
	if len(page.Contests) == 0 {
		page.NoContest = d.T("portal.place.no_contest")
	}
	page.below(d, region)
	return s.frame.Render(w, r, frame.Page{Template: "data/place", Title: page.Title, Section: frame.Data, Nav: "data", Crumbs: crumbs, Data: page})
}

// below lists the regencies of a province.
func (p *placePage) below(d dataView, region ronda.Region) {
	by := map[string]portal.RegionFigures{}
	for _, x := range d.figures.Regions {
		by[x.Code] = x
	}
	for _, code := range d.pack.Children(region.Code) {
		n := by[code]
		contest := d.T("portal.none_here")
		if d.governor(code) {
			contest = d.T("portal.one_contest")
		}
		p.Rows = append(p.Rows, regionLine{Name: d.pack.RegionName(code), Path: "/wilayah/" + code, N: []string{d.Value(n.Cases), d.Value(n.Acts), contest}})
	}
	p.Head = d.head("region", "cases", "acts", "contests")
	slices.SortStableFunc(p.Rows, func(a, b regionLine) int {
		return by[b.Path[len("/wilayah/"):]].Cases - by[a.Path[len("/wilayah/"):]].Cases
	})
}

// some gives the charts their questions and addresses.
func (d dataView) some(list ...figure) []figure {
	for i := range list {
		list[i].Question = d.T("portal.q." + list[i].ID)
		list[i].CSV = d.Prefix + "/data/bagan/" + list[i].ID + ".csv" + d.suffix()
		list[i].Page = d.Prefix + "/data/bagan/" + list[i].ID + d.suffix()
	}
	return list
}

// showPlatform is the page of one platform: time to the first answer and outcome by act.
func (s *Site) showPlatform(w http.ResponseWriter, r *http.Request) error {
	p, ok := s.pack.Platform(r.PathValue("slug"))
	if !ok {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	d := s.counted(dataView{Visit: frame.VisitOf(r), pack: s.pack, filter: portal.Filter{Platform: p.ID}, query: url.Values{"platform": {p.ID}}})
	page := placePage{Title: p.Name, Lead: d.T("portal.platform.lead", "name", p.Name, "acts", d.figures.Acts, "items", d.figures.Addresses), Counts: d.counts(), Updated: d.updated,
		Figures: d.some(d.results(), d.speed(), d.problems()), Feed: "/data/umpan/platform/" + p.ID + ".atom"}
	page.Head = d.head("act", "acts", "answered", "median", "p90", "late", "down", "declined", "restored", "withdrawn")
	for _, x := range d.figures.Platforms {
		for _, kind := range []ronda.Act{ronda.Flag, ronda.Order} {
			a := x.ByAct[kind]
			if a == nil || x.ID != p.ID {
				continue
			}
			page.Rows = append(page.Rows, regionLine{Name: d.T("act." + string(kind)), Path: "/data/tindakan?platform=" + p.ID + "&jenis=" + string(kind), N: []string{d.Value(a.Acts), d.Value(a.Answer.N()),
				d.hours(a.Answer.Quantile(.5)), d.hours(a.Answer.Quantile(.9)), d.Value(a.Late), d.Value(a.Out[portal.Down]), d.Value(a.Out[portal.Declined]), d.Value(a.Out[portal.Restored]), d.Value(a.Withdrawn)}})
		}
	}
	if !p.Represented {
		page.NoContest = d.T("portal.platform.no_rep")
	}
	if err := s.addWay(r.Context(), d, p, &page); err != nil {
		return err
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/place", Title: page.Title, Section: frame.Data, Nav: "data", Crumbs: dataCrumbs(d.Visit), Data: page})
}

// showAuthority is the page of one authority: what it asked, what the second review rejected, what was reversed.
func (s *Site) showAuthority(w http.ResponseWriter, r *http.Request) error {
	a, ok := s.pack.Authority(r.PathValue("id"))
	if !ok {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	d := s.counted(dataView{Visit: frame.VisitOf(r), pack: s.pack, filter: portal.Filter{Org: a.ID}, query: url.Values{"lembaga": {a.ID}}})
	name := s.pack.AuthorityName(a.ID, d.Now).Name.In(d.Lang)
	page := placePage{Title: name, Lead: d.T("portal.org.lead", "name", name, "acts", d.figures.Acts, "cases", d.figures.Cases), Counts: d.counts(), Updated: d.updated, Overreach: d.overreach(),
		Figures: d.some(d.deciders(), d.results(), d.problems()), Offices: s.offices(d, d.filter)}
	var err error
	if page.Attempts, err = s.attempts(r.Context(), d.Visit, a.ID); err != nil {
		return err
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/place", Title: page.Title, Section: frame.Data, Nav: "data", Crumbs: dataCrumbs(d.Visit), Data: page})
}
