package web

import (
	"net/http"
	"net/url"
	"strconv"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// onlyCommission refuses whoever is not of an office of the election commission: the rule asks again.
func (s *Site) onlyCommission(a staff) error {
	if _, commission := s.publishes(a.Actor); !commission {
		return ronda.Errorf(ronda.Forbidden, "publish.not_commission", "")
	}
	return nil
}

func (s *Site) listDeskBulletins(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := s.onlyCommission(a); err != nil {
		return err
	}
	v := frame.VisitOf(r)
	list, err := s.opt.Publications.Bulletins(r.Context(), a.Office, 200)
	if err != nil {
		return err
	}
	var data struct{ Bulletins []bulletinView }
	for _, b := range list {
		data.Bulletins = append(data.Bulletins, s.bulletinView(r, v, b))
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/desk_bulletins", Title: v.T("desk.bulletins.title"), Nav: "pernyataan", Data: data}))
}

// deskBulletinPage is the data of page/work/desk_bulletin.html.
type deskBulletinPage struct {
	Form                              frame.Form
	Old                               *bulletinView
	Regions, Contests, Themes, Checks []frame.Choice
	Office                            string
}

func (s *Site) newBulletin(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderBulletinForm(w, r, a, nil, url.Values{"region": {s.deskArea(a)}}, nil)
}

func (s *Site) editBulletin(w http.ResponseWriter, r *http.Request, a staff) error {
	b, err := s.opt.Publications.Bulletin(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if b.Office != a.Office {
		return ronda.Errorf(ronda.Forbidden, "publish.not_yours", "")
	}
	f := url.Values{"region": {b.Region}, "contest": {s.kindOf(b.Contest)}, "theme": {b.Theme}, "check": {b.Check}, "sources": {referenceLines(b.Sources)}, "version": {strconv.FormatInt(b.Version, 10)}}
	s.putWords(f, "title", b.Title)
	s.putWords(f, "text", b.Text)
	return s.renderBulletinForm(w, r, a, &b, f, nil)
}

func (s *Site) renderBulletinForm(w http.ResponseWriter, r *http.Request, a staff, old *ronda.Bulletin, values url.Values, faults []i18n.FieldError) error {
	if err := s.onlyCommission(a); err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page := deskBulletinPage{Form: frame.Form{Values: values, Faults: faults}, Regions: s.regionChoices(v, s.deskArea(a)), Contests: s.contestKinds(v), Themes: s.themeChoices(v), Office: s.pack.OfficeName(a.Office, v.Lang, v.Now)}
	if old != nil {
		view := s.bulletinView(r, v, *old)
		page.Old = &view
	}
	recent, err := s.recentChecks(r, 40)
	if err != nil {
		return err
	}
	for _, c := range recent {
		page.Checks = append(page.Checks, frame.Choice{Value: c.ID, Text: v.T("verdict."+string(c.Verdict)) + ": " + shorten(c.Title, 80)})
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/desk_bulletin", Title: v.T("desk.bulletin.new"), Nav: "pernyataan", Faults: faults, Crumbs: []frame.Crumb{{Text: v.T("desk.bulletins.title"), Path: "/kerja/pernyataan"}}, Data: page}))
}

// saveBulletin publishes a statement of the person's office, or changes one with a note that says why.
func (s *Site) saveBulletin(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v, f, id := frame.VisitOf(r), r.PostForm, r.PathValue("id")
	fields := &deskFields{v: v, f: f, langs: s.pack.Languages}
	c := ronda.BulletinContent{Title: fields.words("title", false), Text: fields.words("text", true), Region: f.Get("region"), Theme: f.Get("theme"), Check: f.Get("check"), Sources: fields.references("sources")}
	c.Contest = contestOf(s.pack, c.Region, f.Get("contest"))
	version, _ := strconv.ParseInt(f.Get("version"), 10, 64)
	var old *ronda.Bulletin
	if id != "" {
		b, err := s.opt.Publications.Bulletin(r.Context(), id)
		if err != nil {
			return err
		}
		old = &b
	}
	note := fields.text("note")
	if len(fields.faults) > 0 {
		return s.renderBulletinForm(w, r, a, old, f, fields.faults)
	}
	b, err := s.opt.Publish.IssueBulletin(r.Context(), a.Actor, id, version, c, note)
	if faults := v.Fields(err); len(faults) > 0 {
		return s.renderBulletinForm(w, r, a, old, f, faults)
	}
	if ronda.KindOf(err) == ronda.Conflict {
		return s.renderBulletinForm(w, r, a, old, f, []i18n.FieldError{{Text: v.Error(err), Kind: ronda.Conflict}})
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/pernyataan-resmi/"+b.ID)
}

func (s *Site) withdrawBulletin(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v := frame.VisitOf(r)
	version, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	fields := &deskFields{v: v, f: r.PostForm, langs: s.pack.Languages}
	b, err := s.opt.Publish.WithdrawBulletin(r.Context(), a.Actor, r.PathValue("id"), version, fields.text("reason"))
	if faults := v.Fields(err); len(faults) > 0 {
		old, loadErr := s.opt.Publications.Bulletin(r.Context(), r.PathValue("id"))
		if loadErr != nil {
			return loadErr
		}
		return s.renderBulletinForm(w, r, a, &old, r.PostForm, faults)
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/pernyataan-resmi/"+b.ID)
}
