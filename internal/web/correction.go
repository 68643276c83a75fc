package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// correctionsPage is the data of page/data/corrections.html.
type correctionsPage struct {
	Title, Lead string
	Lines       []correctionLine
	Ended       []endedLine
}

// correctionLine is a correction in words.
type correctionLine struct {
	ID, When, About, Page, Since, Wrong, Right, By string
}

// endedLine is an act that no longer stands.
type endedLine struct {
	Name, Path, How string
	at              time.Time
}

// showCorrections lists what was published and turned out wrong: figures in words, and acts that were overturned or taken back.
func (s *Site) showCorrections(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	page := correctionsPage{Title: v.T("portal.way.corrections"), Lead: v.T("portal.corrections.lead")}
	if s.opt.Corrections != nil {
		list, err := s.opt.Corrections.List(r.Context(), 500)
		if err != nil {
			return err
		}
		for _, c := range list {
			page.Lines = append(page.Lines, s.correctionLine(v, c))
		}
	}
	ended, _, err := s.opt.Notices.PublicList(r.Context(), ronda.NoticeFilter{States: []ronda.NoticeState{ronda.NoticeWithdrawn}, Size: 50})
	if err != nil {
		return err
	}
	for _, row := range ended {
		line := s.noticeLine(v, ronda.Case{Region: row.Notice.Region}, row.Notice, nil)
		x := endedLine{Name: v.T("acts.title_of", "sender", s.pack.OfficeName(row.Notice.Office, v.Lang, row.Notice.CreatedAt), "act", line.ActName, "to", line.To),
			Path: "/data/tindakan/" + row.Notice.ID, at: row.Notice.WithdrawnAt}
		zone := s.pack.Zone(row.Notice.Region)
		x.How = v.T("corrections.withdrawn", "when", v.TimeIn(row.Notice.WithdrawnAt, zone))
		if !row.Notice.Overturned.IsZero() {
			x.at, x.How = row.Notice.Overturned, v.T("corrections.overturned", "when", v.TimeIn(row.Notice.Overturned, zone))
		}
		page.Ended = append(page.Ended, x)
	}
	slices.SortStableFunc(page.Ended, func(a, b endedLine) int { return cmp.Compare(b.at.UnixMicro(), a.at.UnixMicro()) })
	return s.frame.Render(w, r, frame.Page{Template: "data/corrections", Title: page.Title, Section: frame.Data, Nav: "data", Crumbs: dataCrumbs(v), Data: page})
}

func (s *Site) correctionLine(v *frame.Visit, c ronda.Correction) correctionLine {
	line := correctionLine{ID: c.ID, When: v.Time(c.At), About: v.T("corrections.about." + string(c.About)), Page: c.Page, Wrong: c.Wrong.In(v.Lang), Right: c.Right.In(v.Lang)}
	if c.Since != "" {
		line.Since = v.T("corrections.since", "day", v.Day(c.Since))
	}
	if a, ok := s.pack.Authority(c.Org); ok {
		line.By = v.T("corrections.by", "org", s.pack.AuthorityName(a.ID, c.At).Name.In(v.Lang))
	}
	return line
}

// correctPage is the data of page/work/correct.html.
type correctPage struct {
	Form  frame.Form
	About []frame.Choice
	Done  bool
}

func (s *Site) showCorrect(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderCorrect(w, r, a, url.Values{}, nil, r.URL.Query().Has("terbit"))
}

func (s *Site) renderCorrect(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError, done bool) error {
	if err := ronda.Can(a.Actor, ronda.PublishCorrection, ronda.Case{}, s.pack); err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page := correctPage{Form: frame.Form{Values: values, Faults: faults}, Done: done}
	for _, x := range ronda.CorrectionsAbout() {
		page.About = append(page.About, frame.Choice{Value: string(x), Text: v.T("corrections.about." + string(x))})
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/correct", Title: v.T("corrections.new.title"), Nav: "koreksi", Faults: faults, Data: page}))
}

// publishCorrection publishes a correction for everyone and for good.
func (s *Site) publishCorrection(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f := r.PostForm
	in := ronda.Correction{About: ronda.CorrectionAbout(f.Get("about")), Page: strings.TrimSpace(f.Get("page")), Since: f.Get("since"),
		Wrong: ronda.Text{"id": f.Get("wrong_id"), "en": f.Get("wrong_en")}, Right: ronda.Text{"id": f.Get("right_id"), "en": f.Get("right_en")}}
	_, err := s.opt.Corrections.Publish(r.Context(), a.Actor, in)
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderCorrect(w, r, a, f, frame.VisitOf(r).Fields(err), false)
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/kerja/koreksi?terbit=1")
}
