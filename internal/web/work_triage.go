package web

import (
	"net/http"
	"net/url"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// triagePage is the data of page/work/triage.html: one new case at a time, made for the keyboard.
type triagePage struct {
	casePage
	Left  int
	Saved string
	Empty bool
}

// shortcutsCookie remembers that a person turned shortcuts on (WCAG 2.1.4: off until then).
const shortcutsCookie = "ronda_pintasan"

// showTriage shows the next case that nobody has looked at, nearest deadline first.
func (s *Site) showTriage(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderTriage(w, r, a, r.URL.Query().Get("no"), nil, nil)
}

func (s *Site) renderTriage(w http.ResponseWriter, r *http.Request, a staff, no string, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	skip := r.URL.Query().Get("lewati")
	queue, err := s.opt.Casework.Queue(r.Context(), a.Actor, ronda.QueueFilter{Stages: []ronda.CaseStage{ronda.StageNew}, Size: 50})
	if err != nil {
		return err
	}
	page := triagePage{Left: queue.Page.Total, Saved: r.URL.Query().Get("selesai")}
	for _, row := range queue.Page.Rows {
		if no == "" && !strings.Contains(skip, row.Number) {
			no = row.Number
		}
	}
	if no == "" {
		page.Empty = true
		page.Line.RegionName = s.pack.RegionName(s.areaOf(a))
		return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/triage", Title: v.T("triage.title"), Nav: "pilah", Data: page}))
	}
	view, err := s.opt.Casework.View(r.Context(), a.Actor, no)
	if err != nil {
		return err
	}
	names, err := s.names(r.Context())
	if err != nil {
		return err
	}
	if page.casePage, err = s.casePage(r, a, view, names); err != nil {
		return err
	}
	if values == nil {
		values = url.Values{"category": {view.Case.Category}, "region": {view.Case.Region}, "urgency": {string(rune('0' + view.Case.Urgency))}, "title": {view.Case.Title},
			"content_date": {page.ContentDay}, "contest": {view.Case.Contest}}
	}
	page.Form = frame.Form{Values: values, Faults: faults}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/triage", Title: v.T("triage.title") + " · " + view.Case.Number, Nav: "pilah", Faults: faults, Data: page}))
}

// triageOne describes, closes or skips one case, and leads to the next. Screenshots that were pasted in come as files with the form.
func (s *Site) triageOne(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := parseForm(r); err != nil {
		return err
	}
	no, f, v := r.PathValue("no"), r.PostForm, frame.VisitOf(r)
	view, err := s.opt.Casework.View(r.Context(), a.Actor, no)
	if err != nil {
		return err
	}
	cmds, err := s.triageCommands(r, a, view.Case, f)
	for _, cmd := range cmds {
		if err == nil {
			_, err = s.opt.Casework.Do(r.Context(), a.Actor, view.Case.ID, 0, cmd)
		}
	}
	switch ronda.KindOf(err) {
	case "":
		q := url.Values{"selesai": {no}}
		if f.Get("laku") == "lewati" {
			q = url.Values{"lewati": {strings.TrimSpace(f.Get("lewati") + " " + no)}}
		}
		return s.frame.Redirect(w, r, "/kerja/pilah?"+q.Encode())
	case ronda.Invalid, ronda.Conflict, ronda.Forbidden:
		faults := v.Fields(err)
		if len(faults) == 0 {
			faults = append(faults, fieldless(v, s, r, err))
		}
		return s.renderTriage(w, r, a, no, f, faults)
	}
	return err
}

func (s *Site) triageCommands(r *http.Request, a staff, c ronda.Case, f url.Values) ([]ronda.Command, error) {
	var cmds []ronda.Command
	if f.Get("laku") == "lewati" {
		return nil, nil
	}
	if len(files(r, "files")) > 0 {
		cmd, err := evidenceAct(s, r, a, url.Values{"kind": {"screenshot"}})
		if err != nil {
			return nil, err
		}
		cmds = append(cmds, cmd)
	}
	if f.Get("laku") == "tutup" {
		return append(cmds, ronda.Close{Reason: ronda.CloseReason(f.Get("reason")), Note: f.Get("note")}), nil
	}
	cmd, err := triageAct(s, r, a, f)
	return append(cmds, cmd), err
}

// fieldless is a refusal that belongs to no field, in words; a conflict names the colleague.
func fieldless(v *frame.Visit, s *Site, r *http.Request, err error) i18n.FieldError {
	if e, ok := err.(*ronda.Error); ok && e.Code == "case.changed" && e.Args["by"] != "" {
		if names, nerr := s.names(r.Context()); nerr == nil {
			e.With("by", names[e.Args["by"]])
		}
	}
	return i18n.FieldError{Text: v.Error(err), Kind: ronda.KindOf(err)}
}

// shortcutsPage is the data of page/work/shortcuts.html.
type shortcutsPage struct{ On bool }

func (s *Site) showShortcuts(w http.ResponseWriter, r *http.Request, a staff) error {
	c, err := r.Cookie(shortcutsCookie)
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/shortcuts", Title: frame.VisitOf(r).T("shortcuts.title"), Nav: "pintasan",
		Data: shortcutsPage{On: err == nil && c.Value == "ya"}}))
}

// setShortcuts turns them on or off. The script reads the cookie, so it is not HttpOnly; it says nothing about anyone.
func (s *Site) setShortcuts(w http.ResponseWriter, r *http.Request, _ staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	value, age := "ya", 365*24*3600
	if r.PostForm.Get("nyala") == "" {
		value, age = "", -1
	}
	http.SetCookie(w, &http.Cookie{Name: shortcutsCookie, Value: value, Path: "/", MaxAge: age, Secure: s.frame.Secure(), SameSite: http.SameSiteLaxMode})
	return s.frame.Redirect(w, r, "/kerja/pintasan")
}
