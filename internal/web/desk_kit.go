package web

import (
	"net/http"
	"net/url"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/mask"
	"ronda/internal/web/frame"
)

// deskKitsPage is the data of page/work/desk_kits.html.
type deskKitsPage struct {
	Waiting, Own []kitView
	Propose      bool
}

func (s *Site) listDeskKits(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := s.onlyPublisher(a); err != nil {
		return err
	}
	v := frame.VisitOf(r)
	list, err := s.opt.Publications.DeskKits(r.Context(), a.Org)
	if err != nil {
		return err
	}
	page := deskKitsPage{Propose: true}
	for _, k := range list {
		if view := s.kitView(r.Context(), v, k); k.Org == a.Org {
			page.Own = append(page.Own, view)
		} else {
			page.Waiting = append(page.Waiting, view)
		}
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/desk_kits", Title: v.T("desk.kits.title"), Nav: "bahan", Data: page}))
}

// kitFormPage is the data of page/work/desk_kit_form.html.
type kitFormPage struct {
	Form                       frame.Form
	ID, Returned               string
	Themes, Audiences, Regions []frame.Choice
}

func (s *Site) newKit(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderKitForm(w, r, a, ronda.Kit{}, url.Values{}, nil)
}

func (s *Site) renderKitForm(w http.ResponseWriter, r *http.Request, a staff, k ronda.Kit, values url.Values, faults []i18n.FieldError) error {
	if err := s.onlyPublisher(a); err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page := kitFormPage{Form: frame.Form{Values: values, Faults: faults}, ID: k.ID, Returned: k.Returned, Themes: s.themeChoices(v), Audiences: audiences(v), Regions: s.regionChoices(v, s.deskArea(a))}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/desk_kit_form", Title: v.T("desk.kit.new"), Nav: "bahan", Faults: faults, Crumbs: []frame.Crumb{{Text: v.T("desk.kits.title"), Path: "/mitra/bahan"}}, Data: page}))
}

// texts reads one text a paragraph; the paragraphs of other languages stand in the same order.
func (d *deskFields) texts(name string) []ronda.Text {
	var out []ronda.Text
	for i, lang := range d.langs {
		field := name
		if i > 0 {
			field += "_" + lang
		}
		n := 0
		for _, p := range strings.Split(d.text(field), "\n") {
			if p, _ = mask.Text(strings.TrimSpace(p)); p == "" {
				continue
			}
			if n == len(out) {
				out = append(out, ronda.Text{})
			}
			out[n][lang] = p
			n++
		}
	}
	return out
}

func (s *Site) kitContent(d *deskFields) ronda.KitContent {
	return ronda.KitContent{Theme: d.f.Get("theme"), Audience: d.f.Get("audience"), Region: d.f.Get("region"), Title: d.words("title", false), Lead: d.words("lead", false), Short: d.texts("short"),
		Points: d.texts("points"), Activity: d.words("activity", true), Sources: d.references("sources"), Reviewed: d.v.Now.In(s.pack.Zone("")).Format("2006-01-02"), Expires: d.line("expires")}
}

func (s *Site) kitValues(k ronda.KitContent) url.Values {
	f := url.Values{"theme": {k.Theme}, "audience": {k.Audience}, "region": {k.Region}, "sources": {referenceLines(k.Sources)}, "expires": {k.Expires}}
	s.putWords(f, "title", k.Title)
	s.putWords(f, "lead", k.Lead)
	s.putWords(f, "activity", k.Activity)
	for i, lang := range s.pack.Languages {
		suffix := ""
		if i > 0 {
			suffix = "_" + lang
		}
		for name, list := range map[string][]ronda.Text{"short": k.Short, "points": k.Points} {
			var lines []string
			for _, t := range list {
				lines = append(lines, t[lang])
			}
			f.Set(name+suffix, strings.Join(lines, "\n"))
		}
	}
	return f
}

func (s *Site) saveKit(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v, f := frame.VisitOf(r), r.PostForm
	fields := &deskFields{v: v, f: f, langs: s.pack.Languages}
	content := s.kitContent(fields)
	id := f.Get("id")
	if len(fields.faults) > 0 {
		return s.renderKitForm(w, r, a, ronda.Kit{ID: id}, f, fields.faults)
	}
	k, err := s.opt.Publish.ChangeKit(r.Context(), a.Actor, id, content)
	if faults := v.Fields(err); len(faults) > 0 {
		return s.renderKitForm(w, r, a, ronda.Kit{ID: id}, f, faults)
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/mitra/bahan/"+k.ID)
}

// deskKitPage is the data of page/work/desk_kit.html.
type deskKitPage struct {
	kitView
	Form            frame.Form
	Mine, MaySecond bool
}

func (s *Site) deskKit(w http.ResponseWriter, r *http.Request, a staff) error {
	k, err := s.deskKitOf(r, a)
	if err != nil {
		return err
	}
	if k.State == ronda.AlertDraft && k.Org == a.Org {
		return s.renderKitForm(w, r, a, k, s.kitValues(k.KitContent), nil)
	}
	return s.renderDeskKit(w, r, a, k, nil, nil)
}

func (s *Site) deskKitOf(r *http.Request, a staff) (ronda.Kit, error) {
	if err := s.onlyPublisher(a); err != nil {
		return ronda.Kit{}, err
	}
	k, err := s.opt.Publications.Kit(r.Context(), r.PathValue("id"))
	if err == nil && k.Org != a.Org && k.SecondOrg != a.Org && k.State != ronda.AlertProposed {
		return ronda.Kit{}, ronda.Errorf(ronda.NotFound, "kit.not_found", "")
	}
	return k, err
}

func (s *Site) renderDeskKit(w http.ResponseWriter, r *http.Request, a staff, k ronda.Kit, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	page := deskKitPage{kitView: s.kitView(r.Context(), v, k), Form: frame.Form{Values: values, Faults: faults}, Mine: k.Org == a.Org || k.SecondOrg == a.Org, MaySecond: k.State == ronda.AlertProposed && k.Org != a.Org}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/desk_kit", Title: page.Name, Nav: "bahan", Faults: faults, Crumbs: []frame.Crumb{{Text: v.T("desk.kits.title"), Path: "/mitra/bahan"}}, Data: page}))
}

// changeKit is the second organisation's word, or a withdrawal.
func (s *Site) changeKit(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	k, err := s.deskKitOf(r, a)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	fields := &deskFields{v: v, f: r.PostForm, langs: s.pack.Languages}
	reason := fields.text("reason")
	switch r.PathValue("act") {
	case "setujui":
		_, err = s.opt.Publish.ApproveKit(r.Context(), a.Actor, k.ID, "")
	case "kembalikan":
		if reason == "" {
			reason = "-"
		}
		_, err = s.opt.Publish.ApproveKit(r.Context(), a.Actor, k.ID, reason)
	case "cabut":
		_, err = s.opt.Publish.WithdrawKit(r.Context(), a.Actor, k.ID, reason)
	default:
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	faults := v.Fields(err)
	if err != nil && len(faults) == 0 && (ronda.KindOf(err) == ronda.Conflict || ronda.KindOf(err) == ronda.Forbidden) {
		faults = []i18n.FieldError{{Text: v.Error(err), Kind: ronda.KindOf(err)}}
	}
	if len(faults) > 0 {
		return s.renderDeskKit(w, r, a, k, r.PostForm, faults)
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/mitra/bahan")
}
