package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"ronda"
	"ronda/internal/publish"
	"ronda/internal/publish/picture"
	"ronda/internal/web/frame"
)

// alertView is a warning in one language. Markup shows Claim only through the component "marked".
type alertView struct {
	ronda.Alert
	Headline, Body, Marked      string
	Place, When, Until, Source  string
	Second                      string
	Path                        string
	Service, Ballot             string
	Known                       *checkLine
	Now                         ronda.AlertState
	Share, Chat                 string // address that opens WhatsApp, and the text itself
	WithdrawnAtWords, Withdrawn string
}

// alertsPage is the data of page/alerts.html.
type alertsPage struct {
	Alerts, Past []alertView
	Form         frame.Form
	Regions      []frame.Choice
	Urgencies    []frame.Choice
	Platforms    []frame.Choice
	Active       int
	Region       string
	Place        string
	Contests     []frame.Choice
	Mail         bool
	Feed         string
}

// showAlerts shows the warnings in force for a region, an urgency, a contest or a service; each choice is an address of its own.
func (s *Site) showAlerts(w http.ResponseWriter, r *http.Request) error {
	v, q := frame.VisitOf(r), r.URL.Query()
	page := alertsPage{Form: frame.Form{Values: q}, Regions: s.regionChoices(v, ""), Region: q.Get("wilayah"), Mail: s.opt.Subscriptions != nil && s.opt.Subscriptions.MailWorks()}
	if _, ok := s.pack.Region(page.Region); !ok {
		page.Region = ""
	}
	for n := 5; n >= 2; n-- {
		page.Urgencies = append(page.Urgencies, frame.Choice{Value: strconv.Itoa(n), Text: v.T("alerts.from", "n", n, "urgency", v.T("urgency."+strconv.Itoa(n)))})
	}
	for _, p := range s.pack.Platforms {
		page.Platforms = append(page.Platforms, frame.Choice{Value: p.ID, Text: p.Name})
	}
	for code := page.Region; code != ""; code = s.pack.Parent(code) {
		for _, c := range s.pack.ContestsIn(code) {
			page.Contests = append(page.Contests, frame.Choice{Value: c.ID, Text: s.contestName(v, c)})
		}
	}
	for _, name := range []string{"wilayah", "urgensi", "layanan", "kontes"} {
		if q.Get(name) != "" {
			page.Active++
		}
	}
	if page.Region != "" {
		page.Place = s.pack.RegionName(page.Region)
	}
	page.Feed = feedName(page.Region)
	list, err := s.currentAlerts(r)
	if err != nil {
		return err
	}
	least, _ := strconv.Atoi(q.Get("urgensi"))
	keep := func(a ronda.Alert) bool {
		return (a.Reaches(page.Region, s.pack) || s.pack.Within(a.Region, page.Region)) && a.Urgency >= least &&
			(q.Get("layanan") == "" || a.Platform == "" || a.Platform == q.Get("layanan")) && (q.Get("kontes") == "" || a.Contest == "" || a.Contest == q.Get("kontes"))
	}
	for _, a := range list {
		if keep(a) {
			page.Alerts = append(page.Alerts, s.alertView(r.Context(), v, a))
		}
	}
	if s.opt.Publications != nil {
		past, err := s.opt.Publications.PublishedAlerts(r.Context(), 60)
		if err != nil {
			return err
		}
		for _, a := range past {
			if !a.Live(v.Now) && !a.PublishedAt.After(v.Now) && keep(a) && len(page.Past) < 10 {
				page.Past = append(page.Past, s.alertView(r.Context(), v, a))
			}
		}
	}
	var feeds []frame.Feed
	if s.opt.Publications != nil {
		feeds = []frame.Feed{{Type: "application/atom+xml", Title: v.T("alerts.title"), Path: "/peringatan/umpan/" + page.Feed + ".atom"}}
	}
	return s.frame.Render(w, r, frame.Page{Template: "alerts", Title: v.T("alerts.title"), Nav: "peringatan", Data: page, Feeds: feeds})
}

// currentAlerts are those in force, the most urgent first.
func (s *Site) currentAlerts(r *http.Request) ([]ronda.Alert, error) {
	if s.opt.Alerts == nil {
		return nil, nil
	}
	list, err := s.opt.Alerts.CurrentAlerts(r.Context(), frame.VisitOf(r).Now)
	slices.SortStableFunc(list, func(a, b ronda.Alert) int { return b.Urgency - a.Urgency })
	return list, err
}

func (s *Site) alertView(ctx context.Context, v *frame.Visit, a ronda.Alert) alertView {
	zone := s.pack.Zone(a.Region)
	view := alertView{Alert: a, Headline: a.Title.In(v.Lang), Body: a.Text.In(v.Lang), Marked: a.Claim.In(v.Lang), Place: v.T("report.region.all"), Path: "/peringatan/" + a.ID,
		When: v.TimeIn(a.PublishedAt, zone), Until: v.TimeIn(a.ExpiresAt, zone), Source: s.orgName(ctx, v.Lang, a.Org, a.Office, a.PublishedAt), Now: a.StateAt(v.Now)}
	if a.Region != "" {
		view.Place = s.regionWords(v, a.Region)
	}
	if a.PublishedAt.IsZero() {
		view.When = ""
	}
	if a.SecondOrg != "" {
		view.Second = s.orgName(ctx, v.Lang, a.SecondOrg, "", a.PublishedAt)
	}
	if a.Platform != "" {
		view.Service = s.pack.PlatformName(a.Platform)
	}
	if c, ok := s.pack.Contest(a.Contest); ok {
		view.Ballot = s.contestName(v, c)
	}
	if a.Check != "" {
		if c, err := s.opt.FactChecks.FactCheck(ctx, a.Check); err == nil && c.Live() { // a withdrawn check takes nothing from the warning
			line := lineOf(v, c)
			view.Known = &line
		}
	}
	link := s.frame.Absolute(v.Prefix + view.Path)
	if a.State == ronda.AlertWithdrawn {
		view.WithdrawnAtWords, view.Withdrawn = v.TimeIn(a.WithdrawnAt, zone), a.Because
		view.Chat = publish.WithdrawnText(v.Printer, s.pack, a, view.Source, link)
	} else {
		view.Chat = publish.AlertText(v.Printer, s.pack, a, view.Source, link)
	}
	view.Share = "https://wa.me/?text=" + url.QueryEscape(view.Chat)
	return view
}

// publicAlert finds an alert that was public at some time.
func (s *Site) publicAlert(r *http.Request) (ronda.Alert, error) {
	a, err := s.opt.Publications.Alert(r.Context(), r.PathValue("id"))
	if err == nil && !a.Public() {
		return ronda.Alert{}, ronda.Errorf(ronda.NotFound, "alert.not_found", "")
	}
	return a, err
}

// showAlert is one warning's page. A withdrawn one answers 410 with the reason: its text is gone.
func (s *Site) showAlert(w http.ResponseWriter, r *http.Request) error {
	a, err := s.publicAlert(r)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	view := s.alertView(r.Context(), v, a)
	page := frame.Page{Template: "alert", Title: v.T("alert.word") + ": " + view.Headline, Nav: "peringatan", Crumbs: []frame.Crumb{{Text: v.T("alerts.title"), Path: "/peringatan"}},
		Share: &frame.Share{Title: v.T("alert.word") + ": " + view.Headline, Description: view.Body, Picture: view.Path + "/gambar.png"}, Data: view}
	switch view.Now {
	case ronda.AlertWithdrawn:
		page.Status, page.Title = http.StatusGone, v.T("alert.withdrawn")+": "+view.Headline
		page.Share = &frame.Share{Title: page.Title, Description: a.Because}
	case ronda.AlertExpired:
		page.Title = v.T("alert.expired") + ": " + view.Headline
		page.Share.Title = page.Title
	}
	return s.frame.Render(w, r, page)
}

// drawAlert draws the picture that messengers show: title, urgency, place and source, and nothing of what goes around.
func (s *Site) drawAlert(w http.ResponseWriter, r *http.Request) error {
	a, err := s.publicAlert(r)
	if err != nil {
		return err
	}
	if a.State == ronda.AlertWithdrawn {
		return ronda.Errorf(ronda.NotFound, "alert.not_found", "")
	}
	v := frame.VisitOf(r)
	view := s.alertView(r.Context(), v, a)
	return s.sendPicture(w, "a"+a.ID+strconv.FormatInt(a.Version, 10)+v.Lang, func() ([]byte, error) {
		return s.opt.Pictures.Share(picture.Share{Tone: "tenggat", Word: v.T("alert.word"), Truth: view.Headline, Foot: view.Place + " · " + view.Source + " · " + v.Date(a.PublishedAt), Urgency: a.Urgency})
	})
}

// regionCookie keeps the region whose warnings the start page shows. It says where somebody votes and nothing else, and is only ever read here.
const regionCookie = "ronda_wilayah"

// keepRegion remembers the region of this browser, or forgets it.
func (s *Site) keepRegion(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	c := &http.Cookie{Name: regionCookie, Value: r.PostForm.Get("wilayah"), Path: "/", MaxAge: 180 * 24 * 3600, HttpOnly: true, Secure: s.frame.Secure(), SameSite: http.SameSiteLaxMode}
	if _, ok := s.pack.Region(c.Value); !ok || c.Value == "" {
		c.Value, c.MaxAge = "", -1
	}
	http.SetCookie(w, c)
	return s.frame.Redirect(w, r, "/")
}

// sendAlertFile sends what belongs to a warning: its picture, its CAP message; or the feed of a region ("/peringatan/umpan/32.04.atom").
func (s *Site) sendAlertFile(w http.ResponseWriter, r *http.Request) error {
	file := r.PathValue("berkas")
	switch {
	case r.PathValue("id") == "umpan":
		return s.showAlertFeed(w, r)
	case file == "gambar.png":
		return s.drawAlert(w, r)
	case file == "cap.xml":
		return s.showCAP(w, r)
	}
	return ronda.Errorf(ronda.NotFound, "page", "")
}
