package web

import (
	"net/http"
	"time"

	"ronda"
	"ronda/internal/web/frame"
)

// alertView is a warning in one language.
type alertView struct {
	ronda.Alert
	Headline, Body, Place, When, Source string
	Known                               *checkLine
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

func (s *Site) alertView(r *http.Request, v *frame.Visit, a ronda.Alert) alertView {
	view := alertView{Alert: a, Source: s.orgName(v, a.Org, a.Office, a.PublishedAt), Headline: a.Title.In(v.Lang), Body: a.Text.In(v.Lang), Place: v.T("report.region.all"),
		When: v.TimeIn(a.PublishedAt, s.pack.Zone(a.Region))}
	if a.Region != "" {
		view.Place = s.regionWords(v, a.Region)
	}
	if a.Check != "" {
		if c, err := s.opt.FactChecks.FactCheck(r.Context(), a.Check); err == nil { // a withdrawn check takes nothing from the warning
			line := lineOf(v, c)
			view.Known = &line
		}
	}
	return view
}

// orgName is whose word a publication is: an office of an authority by its name of that day, a partner by the name that it gave.
func (s *Site) orgName(v *frame.Visit, org, office string, at time.Time) string {
	if office != "" {
		return s.pack.OfficeName(office, v.Lang, at)
	}
	return org
}
