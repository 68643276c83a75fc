package web

import (
	"context"
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// codeDoor is a page on which somebody without an account types the code of a request, and comes to what became of it.
type codeDoor struct {
	title   string      // message key
	path    string      // of the page itself; the request is below it, under its code
	nav     string      // part of the menu
	up, ask frame.Crumb // the page above it, and the one where a request is made; texts are message keys
	find    func(ctx context.Context, code, sender string) (string, error)
}

// codePage is the data of page/mitra/kode.html.
type codePage struct {
	Form                      frame.Form
	Title, Path, Ask, AskPath string
}

func (s *Site) askCode(d codeDoor) frame.Action {
	return func(w http.ResponseWriter, r *http.Request) error { return s.renderCode(w, r, d, nil, nil) }
}

func (s *Site) renderCode(w http.ResponseWriter, r *http.Request, d codeDoor, values url.Values, err error) error {
	v := frame.VisitOf(r)
	var faults []i18n.FieldError
	status := 0
	if err != nil {
		faults = []i18n.FieldError{{Field: "code", Text: v.Error(err)}}
		if ronda.KindOf(err) == ronda.NotFound {
			status = http.StatusNotFound
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "mitra/kode", Title: v.T(d.title), Nav: d.nav, Status: status, Faults: faults, Private: err != nil,
		Crumbs: []frame.Crumb{{Text: v.T(d.up.Text), Path: d.up.Path}},
		Data:   codePage{Form: frame.Form{Values: values, Faults: faults}, Title: v.T(d.title), Path: d.path, Ask: v.T(d.ask.Text), AskPath: d.ask.Path}})
}

func (s *Site) findByCode(d codeDoor) frame.Action {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := r.ParseForm(); err != nil {
			return badForm(err)
		}
		code, err := d.find(r.Context(), r.PostForm.Get("code"), frame.VisitOf(r).Addr.String())
		switch ronda.KindOf(err) {
		case "":
			return s.frame.Redirect(w, r, d.path+"/"+ronda.FormatCode(code))
		case ronda.Invalid, ronda.NotFound:
			return s.renderCode(w, r, d, r.PostForm, err)
		}
		return err
	}
}
