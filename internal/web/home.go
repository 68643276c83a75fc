package web

import (
	"net/http"

	"ronda/internal/web/frame"
)

// homePage is the data of page/home.html.
type homePage struct {
	Form   frame.Form
	Recent []checkLine
}

// checkLine is a fact-check in a list.
type checkLine struct {
	FactCheck
	Path, Title string
}

// showHome shows the paste box and what was checked lately.
func (s *Site) showHome(w http.ResponseWriter, r *http.Request) error {
	recent, err := s.opt.FactChecks.Recent(r.Context(), 5)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	data := homePage{}
	for _, c := range recent {
		data.Recent = append(data.Recent, checkLine{FactCheck: c, Path: checkPath(c), Title: c.Claim.In(v.Lang)})
	}
	return s.frame.Render(w, r, frame.Page{Template: "home", Title: v.T("home.title"), Nav: "cek", Data: data})
}
