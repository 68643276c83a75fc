package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ronda"
	"ronda/internal/portal"
	"ronda/internal/portal/chart"
	"ronda/internal/web/frame"
)

// Defs are the patterns of the drawings.
func (commitmentPage) Defs() any { return chart.Defs() }

// showCommitment is the page of one of the three commitments, or its numbers as a file.
func (s *Site) showCommitment(w http.ResponseWriter, r *http.Request) error {
	id, form, _ := strings.Cut(r.PathValue("n"), ".")
	id, chartID, _ := strings.Cut(id, "-")
	n, err := strconv.Atoi(id)
	if err != nil || n < 1 || n > min(len(s.pack.Declaration.Commitments), 3) || (form != "" && form != "csv") {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	d := s.counted(dataView{Visit: frame.VisitOf(r), pack: s.pack, filter: portal.Filter{}, query: url.Values{}})
	page := commitmentPage{N: n, Text: s.pack.Declaration.Commitments[n-1].In(d.Lang), Lead: d.T("commitment." + id + ".lead"), CSV: d.Prefix + "/data/komitmen/" + id + ".csv", Updated: d.updated}
	switch n {
	case 1:
		err = s.peaceful(r, d, &page)
	case 2:
		s.unlawful(d, &page)
	case 3:
		err = s.together(r, d, &page)
	}
	if err != nil {
		return err
	}
	for i := range page.Own {
		page.Own[i].CSV = d.Prefix + "/data/komitmen/" + id + "-" + page.Own[i].ID + ".csv"
		if page.Own[i].ID == chartID && form == "csv" {
			return writeCSV(w, "ronda-komitmen-"+id+"-"+chartID+".csv", page.Own[i].Head, page.Own[i].Rows)
		}
	}
	if chartID != "" {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	if form == "csv" {
		return s.sendIndicators(w, d, page)
	}
	for i := 1; d.Has("commitment." + id + ".missing." + strconv.Itoa(i)); i++ {
		page.Missing = append(page.Missing, d.T("commitment."+id+".missing."+strconv.Itoa(i)))
	}
	for i, c := range s.pack.Declaration.Commitments {
		if i+1 != n {
			page.Others = append(page.Others, pledgeLine{Text: c.In(d.Lang), Path: "/data/komitmen/" + strconv.Itoa(i+1)})
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/commitment", Title: d.T("commitment.title", "n", n), Section: frame.Data, Nav: "data",
		Crumbs: dataCrumbs(d.Visit, frame.Crumb{Text: s.pack.Declaration.Name.In(d.Lang), Path: "/deklarasi"}), Data: page})
}

// sendIndicators writes the numbers as the page shows them.
func (s *Site) sendIndicators(w http.ResponseWriter, d dataView, page commitmentPage) error {
	rows := make([][]string, 0, len(page.Indicators))
	for _, x := range page.Indicators {
		state := x.State
		if state == "" {
			state = "measured"
		}
		rows = append(rows, []string{x.ID, x.Name, x.Value, x.Note, state, x.How, d.updated})
	}
	return writeCSV(w, "ronda-komitmen-"+strconv.Itoa(page.N)+".csv", []string{"id", d.T("commitment.head.name"), d.T("commitment.head.value"), d.T("commitment.head.of"), d.T("commitment.head.state"), d.T("commitment.head.how"), d.T("commitment.head.updated")}, rows)
}

// put adds an indicator with its words. note is what the number is a part of.
func (p *commitmentPage) put(d dataView, id, value, note, state string) {
	if state == "missing" {
		value, note = d.T("commitment.none.missing"), ""
	}
	if state == "none" && value == "" {
		value = d.T("commitment.none.yet")
	}
	p.Indicators = append(p.Indicators, indicator{ID: id, Name: d.T("commitment.i." + id), Value: value, Note: note, How: d.T("commitment.i." + id + ".how"), State: state})
}

// part adds a share; with nothing to be a part of there is no share.
func (p *commitmentPage) part(d dataView, id string, n, of int) {
	if of == 0 {
		p.put(d, id, "", d.T("portal.of", "n", n, "of", of), "none")
		return
	}
	p.put(d, id, d.Percent(int64(n), int64(of)), d.T("portal.of", "n", n, "of", of), "")
}

// peaceful is commitment one: the campaign itself.
func (s *Site) peaceful(r *http.Request, d dataView, p *commitmentPage) error {
	hate, violence := 0, 0
	for _, c := range d.figures.Categories {
		switch c.ID {
		case "hate_sara":
			hate = c.N
		case "violence":
			violence = c.N
		}
	}
	p.part(d, "hate", hate, d.figures.Cases)
	p.part(d, "incite", violence, d.figures.Cases)
	var sums []ronda.RegisterSummary
	if s.opt.Campaign != nil {
		var err error
		if sums, err = s.opt.Campaign.Summaries(r.Context()); err != nil {
			return err
		}
	}
	accounts, pairs, with, off, open, yes, no := 0, 0, 0, 0, 0, 0, 0
	state := map[string]int{}
	for _, x := range sums {
		accounts, pairs, off, open, yes, no = accounts+x.Accounts, pairs+x.Pairs, off+x.Off, open+x.Open, yes+x.Confirmed, no+x.Dismissed
		switch {
		case x.Accounts > 0:
			with++
			state[x.Contest] = 1
		case x.Pairs > 0:
			state[x.Contest] = 2
		}
	}
	p.part(d, "registers", with, len(s.pack.Contests))
	p.put(d, "accounts", d.Value(accounts), d.T("commitment.of.pairs", "n", pairs), "")
	quiet, _, known := s.pack.StageSpan("quiet", "")
	switch {
	case known && d.Now.Before(quiet):
		p.put(d, "off", "", d.T("commitment.of.before", "when", d.Time(quiet)), "none")
	default:
		p.part(d, "off", off, accounts)
	}
	if open+yes+no == 0 {
		p.put(d, "marks", "", "", "none")
	} else {
		p.put(d, "marks", d.Value(yes+no), d.T("commitment.of.marks", "yes", yes, "no", no, "all", open+yes+no), "")
	}
	work, has, err := s.openWork(r, d)
	if err != nil {
		return err
	}
	s.published(d, p, work, has)
	themes, prepared := 0, 0
	for _, t := range s.pack.Themes {
		if t.Recurrent {
			themes++
			if t.Prebunk.In(d.Lang) != "" {
				prepared++
			}
		}
	}
	p.part(d, "prebunk", prepared, themes)
	p.Figures = d.some(d.problems())
	p.Own = append(p.Own, s.registerFigure(d, state))
	return nil
}

func (s *Site) openWork(r *http.Request, d dataView) (OpenWork, bool, error) {
	if s.opt.Work == nil {
		return OpenWork{}, false, nil
	}
	w, err := s.opt.Work(r.Context(), d.Now)
	return w, true, err
}

// published are the warnings and the kits of both commitments that speak of them.
func (s *Site) published(d dataView, p *commitmentPage, w OpenWork, has bool) {
	if has && w.HasAlerts {
		p.put(d, "alerts", d.Value(w.Alerts), d.T("commitment.of.alerts", "n", w.InForce), "")
	} else {
		p.put(d, "alerts", "", "", "missing")
	}
	if has && w.HasKits {
		p.put(d, "kits", d.Value(w.Kits), "", "")
	} else {
		p.put(d, "kits", "", "", "missing")
	}
}

// registerFigure shows for each kind of contest how many have accounts on file, pairs only, or nothing.
func (s *Site) registerFigure(d dataView, state map[string]int) figure {
	names := []string{d.T("commitment.reg.accounts"), d.T("commitment.reg.pairs"), d.T("commitment.reg.nothing")}
	f := figure{ID: "daftar", Question: d.T("commitment.reg.q"), Head: append([]string{d.T("portal.head.contests")}, names...)}
	var rows []chart.Share
	for _, k := range s.pack.ContestKinds {
		parts := make([]int, 5) // the last fill is the hatch of what is not there
		all := 0
		for _, c := range s.pack.Contests {
			if c.Kind == k.ID {
				all++
				parts[map[int]int{1: 0, 2: 1, 0: 4}[state[c.ID]]]++
			}
		}
		rows = append(rows, chart.Share{Name: k.Name.In(d.Lang), Parts: parts, Note: d.T("commitment.reg.n", "n", all)})
		f.Rows = append(f.Rows, []string{k.Name.In(d.Lang), d.Value(parts[0]), d.Value(parts[1]), d.Value(parts[4])})
	}
	with := 0
	for _, x := range state {
		if x == 1 {
			with++
		}
	}
	f.Title = d.T("commitment.reg.title", "n", with, "of", len(s.pack.Contests))
	f.Draw = chart.Shares(rows, []string{names[0], names[1], "", "", names[2]}, func(part, whole int) string { return d.Percent(int64(part), int64(whole)) }, f.Title)
	return f
}

// unlawful is commitment two: what breaks the law.
func (s *Site) unlawful(d dataView, p *commitmentPage) {
	f := d.figures
	decided := f.Cases - f.Undecided
	p.part(d, "hour", f.InHour, decided)
	if decided == 0 {
		p.put(d, "median", "", "", "none")
	} else {
		p.put(d, "median", d.hours(f.Decision.Quantile(.5)), d.T("commitment.of.p90", "time", d.hours(f.Decision.Quantile(.9))), "")
	}
	p.part(d, "undecided", f.Undecided, f.Cases)
	answered := 0
	for _, x := range f.Platforms {
		answered += x.Sum().Answer.N()
	}
	p.part(d, "answered", answered, f.Acts)
	p.part(d, "late", f.Late, f.Acts)
	p.part(d, "down", f.Out[portal.Down], f.Addresses)
	p.part(d, "marked", f.Out[portal.Marked], f.Addresses)
	p.part(d, "declined", f.Out[portal.Declined], f.Addresses)
	settled, act := 0, 0
	for _, o := range f.Orgs {
		settled, act = settled+o.Decided, act+o.ToAct
	}
	p.part(d, "noact", settled-act, settled)
	p.part(d, "objections", f.Objections.Overturned, f.Objections.Decided())
	p.part(d, "restored", f.Objections.Restored, f.Objections.Asked)
	p.Figures = d.some(d.results(), d.speed(), d.mistakes())
}

// together is commitment three: the work opened to everyone.
func (s *Site) together(r *http.Request, d dataView, p *commitmentPage) error {
	w, has, err := s.openWork(r, d)
	if err != nil {
		return err
	}
	if has && w.HasPartners {
		all := 0
		for _, n := range w.Partners {
			all += n
		}
		kinds := 0
		declared := 0
		for _, k := range s.pack.PartnerKinds {
			if k.Declared {
				declared++
				if w.Partners[k.ID] > 0 {
					kinds++
				}
			}
		}
		p.put(d, "partners", d.Value(all), "", "")
		p.part(d, "kinds", kinds, declared)
		p.part(d, "alone", len(s.pack.Contests)-len(w.Contests), len(s.pack.Contests))
		p.Own = append(p.Own, s.partnerFigure(d, w.Partners))
	} else {
		for _, id := range []string{"partners", "kinds", "alone"} {
			p.put(d, id, "", "", "missing")
		}
	}
	p.part(d, "flags", d.figures.Partner, d.figures.Cases)
	if has && w.HasChecks {
		p.put(d, "checks", d.Value(w.FactChecks), d.T("commitment.of.import", "n", w.ChecksImport), "")
	} else {
		p.put(d, "checks", "", "", "missing")
	}
	s.published(d, p, w, has)
	if has && w.HasResearch {
		p.put(d, "research", d.Value(w.Research), "", "")
	} else {
		p.put(d, "research", "", "", "missing")
	}
	p.put(d, "advice", "", "", "missing")
	return nil
}

// partnerFigure shows accredited partners by kind, those that the declaration names first; a kind without any stands there with its zero.
func (s *Site) partnerFigure(d dataView, by map[string]int) figure {
	f := figure{ID: "mitra", Question: d.T("commitment.partners.q"), Head: []string{d.T("commitment.partners.kind"), d.T("commitment.partners.n"), d.T("commitment.partners.declared")}}
	kinds := slices.Clone(s.pack.PartnerKinds)
	slices.SortStableFunc(kinds, func(a, b ronda.PartnerKind) int {
		if a.Declared != b.Declared {
			if a.Declared {
				return -1
			}
			return 1
		}
		return by[b.ID] - by[a.ID]
	})
	var bars []chart.Bar
	empty := 0
	for _, k := range kinds {
		n := by[k.ID]
		named := d.T("no")
		if k.Declared {
			named = d.T("yes")
			if n == 0 {
				empty++
			}
		}
		bars = append(bars, chart.Bar{Name: k.Name.In(d.Lang), N: float64(n), Text: d.Value(n)})
		f.Rows = append(f.Rows, []string{k.Name.In(d.Lang), d.Value(n), named})
	}
	f.Title = d.T("commitment.partners.title", "n", empty)
	f.Draw = chart.Bars(bars, f.Title)
	return f
}
