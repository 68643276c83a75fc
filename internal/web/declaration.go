package web

import (
	"net/http"
	"net/url"

	"ronda/internal/portal"
	"ronda/internal/web/frame"
)

// declarationPage is the data of page/data/declaration.html.
type declarationPage struct {
	Name, When, Place, Source, Cite, Doubt string
	Commitments                            []pledgeLine
	Promises                               []pledgeLine
	Platforms                              []signatoryRow
	Absent                                 []signatoryRow
	Bodies                                 []bodyRow
	Updated                                string
	Measured                               bool
}

type pledgeLine struct{ Text, Path, Doubt, Source, Cite string }

// signatoryRow is a service with what can be measured of it. "–" is nothing to measure, not zero.
type signatoryRow struct {
	Name, Path, Group, Acts, Answered, Late, Median, Outcome, Declined, Statements, Channel, Reason string
}

type bodyRow struct{ Name, Path, Acts, Decided, Hour, Split, Overturned, Withdrawn string }

// showDeclaration is the declaration in its own page: what was promised, by whom, who was absent, and what each has done that can be measured.
func (s *Site) showDeclaration(w http.ResponseWriter, r *http.Request) error {
	v, p := frame.VisitOf(r), s.pack.Declaration
	page := declarationPage{Name: p.Name.In(v.Lang), When: v.Day(p.Date), Place: p.Place.In(v.Lang), Source: p.Source.URL, Cite: p.Source.Cite, Doubt: p.Source.Doubt.In(v.Lang), Measured: s.opt.Portal != nil}
	for i, c := range p.Commitments {
		page.Commitments = append(page.Commitments, pledgeLine{Text: c.In(v.Lang), Path: "/data/komitmen/" + string(rune('1'+i))})
	}
	for _, c := range p.Promises {
		page.Promises = append(page.Promises, pledgeLine{Text: c.Text.In(v.Lang), Doubt: c.Source.Doubt.In(v.Lang), Source: c.Source.URL, Cite: c.Source.Cite})
	}
	statements := map[string]int{}
	if s.opt.StatementTotals != nil {
		statements = s.opt.StatementTotals()
	}
	channels, err := s.channelKinds(r, v)
	if err != nil {
		return err
	}
	row := func(id string) (signatoryRow, error) {
		pl, _ := s.pack.Platform(id)
		out := signatoryRow{Name: pl.Name, Group: pl.Group, Path: "/data/platform/" + id, Reason: pl.AbsenceReason.In(v.Lang), Channel: channels[id], Statements: v.Value(statements[id])}
		if s.opt.Portal != nil {
			s.measurePlatform(v, id, &out)
		}
		return out, nil
	}
	for _, id := range p.Signatories {
		if _, ok := s.pack.Platform(id); ok {
			x, err := row(id)
			if err != nil {
				return err
			}
			page.Platforms = append(page.Platforms, x)
			continue
		}
		if _, ok := s.pack.Authority(id); ok {
			page.Bodies = append(page.Bodies, s.bodyRow(v, id))
		}
	}
	for _, id := range p.Absent {
		x, err := row(id)
		if err != nil {
			return err
		}
		page.Absent = append(page.Absent, x)
	}
	if s.opt.Portal != nil {
		at, _ := s.opt.Portal.Updated()
		page.Updated = v.Time(at)
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/declaration", Title: page.Name, Section: frame.Data, Nav: "data", Crumbs: dataCrumbs(v), Data: page})
}

// channelKinds says by which way each service is reached, never at which address.
func (s *Site) channelKinds(r *http.Request, v *frame.Visit) (map[string]string, error) {
	out := map[string]string{}
	if s.opt.Channels == nil {
		return out, nil
	}
	list, err := s.opt.Channels.List(r.Context())
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		out[c.Platform] = s.channelLine(v, c).KindName
	}
	return out, nil
}

func (s *Site) measurePlatform(v *frame.Visit, id string, out *signatoryRow) {
	d := s.counted(dataView{Visit: v, pack: s.pack, filter: portal.Filter{Platform: id}, query: url.Values{}})
	out.Acts, out.Answered, out.Late, out.Median, out.Outcome, out.Declined = v.Value(0), "–", "–", "–", "–", "–"
	for _, x := range d.figures.Platforms {
		if x.ID != id {
			continue
		}
		sum := x.Sum()
		items := sum.Addresses()
		out.Acts = v.Value(sum.Acts)
		if sum.Acts == 0 {
			return
		}
		out.Answered = v.T("portal.of", "n", sum.Answer.N(), "of", sum.Acts)
		out.Late = v.T("portal.of", "n", sum.Late, "of", sum.Acts)
		out.Median = d.hours(sum.Answer.Quantile(.5))
		out.Outcome = v.T("portal.of", "n", sum.Out[portal.Down]+sum.Out[portal.Marked], "of", items)
		out.Declined = v.T("portal.of", "n", sum.Out[portal.Declined], "of", items)
	}
}

// bodyRow is an authority with what it decided. The ministry decides no cases: what it did stands in its acts.
func (s *Site) bodyRow(v *frame.Visit, id string) bodyRow {
	name := s.pack.AuthorityName(id, v.Now)
	out := bodyRow{Name: name.Name.In(v.Lang), Path: "/data/lembaga/" + id, Acts: "–", Decided: "–", Hour: "–", Split: "–", Overturned: "–", Withdrawn: "–"}
	if s.opt.Portal == nil {
		return out
	}
	d := s.counted(dataView{Visit: v, pack: s.pack, filter: portal.Filter{Org: id}, query: url.Values{}})
	f := d.figures
	out.Acts = v.Value(f.Acts)
	decided := f.Cases - f.Undecided
	if decided > 0 {
		out.Hour = v.T("portal.of", "n", f.InHour, "of", decided)
	}
	for _, o := range f.Orgs {
		if o.ID != id {
			continue
		}
		out.Withdrawn = v.Value(o.Withdrawn)
		if o.Decided > 0 {
			out.Decided, out.Split = v.Value(o.Decided), v.T("portal.of", "n", o.Split, "of", o.Decided)
			out.Overturned = v.T("portal.of", "n", o.Overturned, "of", o.FirstAct)
		}
	}
	return out
}

// commitmentPage is the data of page/data/commitment.html.
type commitmentPage struct {
	N          int
	Text, Lead string
	Indicators []indicator
	Figures    []figure
	Own        []figure
	Missing    []string
	CSV        string
	Updated    string
	Others     []pledgeLine
}

// indicator is one number of a commitment: what it is, what it is a part of, how it is made. Zero, nothing to count yet, and nobody counts it are
// three different things and look different.
type indicator struct {
	ID, Name, Value, Note, How string
	State                      string // "" measured, "none" nothing to count yet, "missing" not measured here
}
