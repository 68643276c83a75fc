package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// deskChecksPage is the data of page/work/desk_checks.html.
type deskChecksPage struct {
	Drafts []draftLine
	Checks []deskCheckLine
	Done   string
	Form   frame.Form
}

type draftLine struct {
	ronda.CheckDraft
	Title, When string
}

type deskCheckLine struct {
	checkLine
	When string
}

// onlyPartner refuses whoever is no partner: the rule asks again.
func (s *Site) onlyPartner(a staff) error {
	return ronda.Can(a.Actor, ronda.PublishCheck, ronda.Case{}, s.pack)
}

func (s *Site) listDesk(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderDesk(w, r, a, nil, nil)
}

func (s *Site) renderDesk(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError) error {
	if err := s.onlyPartner(a); err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page := deskChecksPage{Done: r.URL.Query().Get("beres"), Form: frame.Form{Values: values, Faults: faults}}
	drafts, err := s.opt.Publications.CheckDrafts(r.Context(), a.Org)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		line := draftLine{CheckDraft: d, Title: d.Content.Claim.In(v.Lang), When: v.Time(d.UpdatedAt)}
		if line.Title == "" {
			line.Title = v.T("desk.check.untitled")
		}
		page.Drafts = append(page.Drafts, line)
	}
	checks, err := s.opt.Publications.OrgFactChecks(r.Context(), a.Org, 200)
	if err != nil {
		return err
	}
	for _, c := range checks {
		page.Checks = append(page.Checks, deskCheckLine{lineOf(v, c), v.Time(c.UpdatedAt)})
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/desk_checks", Title: v.T("desk.checks.title"), Nav: "periksa-fakta", Faults: faults, Data: page}))
}

// deskCheckPage is the data of page/work/desk_check.html.
type deskCheckPage struct {
	checkForm
	Draft   ronda.CheckDraft
	Old     *checkLine // the check that is corrected
	Wish    string     // message that is answered
	Case    string
	Picture bool
	Clash   bool // somebody else saved meanwhile
}

func (s *Site) newCheck(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := s.onlyPartner(a); err != nil {
		return err
	}
	d := ronda.CheckDraft{Case: r.URL.Query().Get("kasus"), Wish: r.URL.Query().Get("pesan")}
	values := url.Values{"case": {d.Case}, "wish": {d.Wish}}
	if d.Wish != "" {
		if wish, err := s.opt.Publications.Wish(r.Context(), d.Wish); err == nil {
			values.Set("narration", wish.Text)
		}
	}
	return s.renderCheck(w, r, a, d, values, nil, false)
}

func (s *Site) editCheck(w http.ResponseWriter, r *http.Request, a staff) error {
	d, err := s.opt.Publish.Draft(r.Context(), a.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	values := s.checkValues(d.Content)
	values.Set("note", d.Note)
	values.Set("case", d.Case)
	return s.renderCheck(w, r, a, d, values, nil, false)
}

func (s *Site) renderCheck(w http.ResponseWriter, r *http.Request, a staff, d ronda.CheckDraft, values url.Values, faults []i18n.FieldError, clash bool) error {
	v := frame.VisitOf(r)
	page := deskCheckPage{checkForm: s.checkForm(v, values, faults), Draft: d, Case: d.Case, Picture: d.Content.Picture != nil, Clash: clash}
	if d.Check != "" {
		if f, err := s.opt.FactChecks.FactCheck(r.Context(), d.Check); err == nil {
			line := lineOf(v, f)
			page.Old = &line
		}
	}
	if d.Wish != "" {
		if wish, err := s.opt.Publications.Wish(r.Context(), d.Wish); err == nil {
			page.Wish = wish.Text
		}
	}
	title := v.T("desk.check.new")
	if d.Check != "" {
		title = v.T("desk.check.correct")
	}
	p := frame.Page{Template: "work/desk_check", Title: title, Nav: "periksa-fakta", Faults: faults, Crumbs: []frame.Crumb{{Text: v.T("desk.checks.title"), Path: "/mitra/periksa-fakta"}}, Data: page}
	if clash {
		p.Status = http.StatusConflict
	}
	return s.frame.Render(w, r, s.page(r, a, p))
}

// saveCheck keeps what was typed as a draft, complete or not, and then shows the preview where that was asked for.
func (s *Site) saveCheck(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := s.onlyPartner(a); err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return badForm(err)
	}
	v, f, id := frame.VisitOf(r), r.PostForm, r.PathValue("id")
	fields := &deskFields{v: v, f: f, langs: s.pack.Languages}
	content, note := s.checkContent(fields), fields.text("note")
	version, _ := strconv.ParseInt(f.Get("version"), 10, 64)
	d := ronda.CheckDraft{ID: id, Version: version, Case: f.Get("case"), Wish: f.Get("wish")}
	if id != "" {
		old, err := s.opt.Publish.Draft(r.Context(), a.Actor, id)
		if err != nil {
			return err
		}
		d = old
		d.Version = version
	}
	uploads, err := readUploads(r, "picture")
	if err != nil {
		fields.fault(err)
	}
	defer closeUploads(uploads)
	if len(fields.faults) > 0 {
		return s.renderCheck(w, r, a, d, f, fields.faults, false)
	}
	content.Picture, content.Date = d.Content.Picture, d.Content.Date
	if f.Get("drop_picture") != "" {
		content.Picture = nil
	}
	if up := s.pictureOf(uploads); up != nil {
		owner := id
		if owner == "" {
			owner = s.opt.Publish.Env().ID()
		}
		e, err := s.opt.Evidence.Keep(r.Context(), owner, *up)
		if faults := v.Fields(err); len(faults) > 0 {
			return s.renderCheck(w, r, a, d, f, faults, false)
		} else if err != nil {
			return err
		}
		content.Picture = &e
	}
	saved, err := s.opt.Publish.SaveDraft(r.Context(), a.Actor, id, version, func(d *ronda.CheckDraft) {
		d.Content, d.Note = content, note
		if id == "" {
			d.Case, d.Wish = strings.TrimSpace(f.Get("case")), f.Get("wish")
		} else if f.Has("case") {
			d.Case = strings.TrimSpace(f.Get("case"))
		}
	})
	if ronda.CodeOf(err) == "draft.changed" {
		now, loadErr := s.opt.Publish.Draft(r.Context(), a.Actor, id)
		if loadErr != nil {
			return loadErr
		}
		return s.renderCheck(w, r, a, now, f, nil, true) // what was typed stays in the form; the version is now the newer one
	}
	if err != nil {
		return err
	}
	if f.Get("do") == "lihat" {
		return s.frame.Redirect(w, r, "/mitra/periksa-fakta/draf/"+saved.ID+"/pratinjau")
	}
	return s.frame.Redirect(w, r, "/mitra/periksa-fakta?beres=draf")
}

// previewPage is the data of page/work/desk_preview.html: the page as everybody will see it, and the text that people will send on.
type previewPage struct {
	factCheckPage
	Draft ronda.CheckDraft
	Ready bool
	Again bool
}

func (s *Site) previewCheck(w http.ResponseWriter, r *http.Request, a staff) error {
	d, err := s.opt.Publish.Draft(r.Context(), a.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.renderPreview(w, r, a, d, nil)
}

func (s *Site) renderPreview(w http.ResponseWriter, r *http.Request, a staff, d ronda.CheckDraft, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	c := d.Content
	today := v.Now.In(v.Zone).Format("2006-01-02")
	f := ronda.FactCheck{ID: "pratinjau", Claim: c.Claim, Truth: c.Truth, Verdict: c.Verdict, Class: c.Class, Explanation: c.Explanation, References: c.References, URL: c.URL, Author: c.Author,
		Region: c.Region, Contest: c.Contest, Theme: c.Theme, Outlet: s.orgName(r.Context(), v.Lang, a.Org, "", v.Now), Date: today, Version: 1}
	if d.Check != "" {
		f.ID = d.Check
	}
	if f.Verdict == "" {
		f.Verdict = ronda.VerdictUnchecked
	}
	page, err := s.factCheckPage(r, v, f)
	if err != nil {
		return err
	}
	if faults == nil {
		faults = v.Fields(c.Check(s.opt.Publish.Env()))
	}
	data := previewPage{factCheckPage: page, Draft: d, Ready: len(faults) == 0, Again: d.Check != ""}
	p := frame.Page{Template: "work/desk_preview", Title: v.T("desk.check.preview"), Nav: "periksa-fakta", Faults: faults, Crumbs: []frame.Crumb{{Text: v.T("desk.checks.title"), Path: "/mitra/periksa-fakta"}}, Data: data}
	return s.frame.Render(w, r, s.page(r, a, p))
}

// finishCheck publishes a draft, or drops it.
func (s *Site) finishCheck(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v, id := frame.VisitOf(r), r.PathValue("id")
	version, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	switch r.PathValue("act") {
	case "buang":
		_, err := s.opt.Publish.SaveDraft(r.Context(), a.Actor, id, version, func(d *ronda.CheckDraft) { d.Done = "dropped" })
		if err != nil {
			return err
		}
		return s.frame.Redirect(w, r, "/mitra/periksa-fakta")
	case "terbitkan":
		f, err := s.opt.Publish.Publish(r.Context(), a.Actor, id, version)
		if faults := v.Fields(err); len(faults) > 0 || ronda.KindOf(err) == ronda.Conflict && ronda.CodeOf(err) != "draft.done" {
			d, loadErr := s.opt.Publish.Draft(r.Context(), a.Actor, id)
			if loadErr != nil {
				return loadErr
			}
			if len(faults) == 0 {
				faults = []i18n.FieldError{{Text: v.Error(err), Kind: ronda.Conflict}}
			}
			return s.renderPreview(w, r, a, d, faults)
		}
		if err != nil {
			return err
		}
		return s.frame.Redirect(w, r, checkPath(f))
	}
	return ronda.Errorf(ronda.NotFound, "page", "")
}

// correctCheck begins a correction: a draft that holds what stands now.
func (s *Site) correctCheck(w http.ResponseWriter, r *http.Request, a staff) error {
	f, err := s.opt.FactChecks.FactCheck(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if f.Org == "" || f.Org != a.Org {
		return ronda.Errorf(ronda.Forbidden, "publish.not_yours", "")
	}
	d, err := s.opt.Publish.SaveDraft(r.Context(), a.Actor, "", 0, func(d *ronda.CheckDraft) {
		d.Check, d.CheckFrom, d.Content = f.ID, f.Version, f.Content()
	})
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/mitra/periksa-fakta/draf/"+d.ID)
}

func (s *Site) retractCheck(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v := frame.VisitOf(r)
	version, _ := strconv.Atoi(r.PostForm.Get("version"))
	fields := &deskFields{v: v, f: r.PostForm, langs: s.pack.Languages}
	f, err := s.opt.Publish.Retract(r.Context(), a.Actor, r.PathValue("id"), version, fields.text("reason"))
	if faults := v.Fields(err); len(faults) > 0 {
		return s.renderDesk(w, r, a, r.PostForm, faults)
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, checkPath(f))
}
