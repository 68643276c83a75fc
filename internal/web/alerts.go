package web

import (
	"net/http"

	"ronda/internal/web/frame"
)

// alertView is a warning in one language.
type alertView struct {
	Alert
	Headline, Body, Place, When string
	Check                       *checkLine
}

// showAlerts shows the warnings in force, those for the whole country and for each region, and says so when there is none.
func (s *Site) showAlerts(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	var data struct{ Alerts []alertView }
	if s.opt.Alerts != nil {
		list, err := s.opt.Alerts.CurrentAlerts(r.Context(), v.Now)
		if err != nil {
			return err
		}
		for _, a := range list {
			data.Alerts = append(data.Alerts, s.alertView(r, v, a))
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "alerts", Title: v.T("alerts.title"), Nav: "peringatan", Data: data})
}

func (s *Site) alertView(r *http.Request, v *frame.Visit, a Alert) alertView {
	view := alertView{Alert: a, Headline: a.Title.In(v.Lang), Body: a.Text.In(v.Lang), Place: v.T("report.region.all"),
		When: v.TimeIn(a.At, s.pack.Zone(a.Region))}
	if a.Region != "" {
		view.Place = s.regionWords(v, a.Region)
	}
	if a.Check != "" {
		if c, err := s.opt.FactChecks.FactCheck(r.Context(), a.Check); err == nil { // a withdrawn check takes nothing from the warning
			line := lineOf(v, c)
			view.Check = &line
		}
	}
	return view
}
