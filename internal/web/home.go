package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// homePage is the data of page/home.html.
type homePage struct {
	Form     frame.Form
	Recent   []checkLine
	Alerts   []alertView
	Place    string // the region that this browser chose, in words
	Chats    []ChatAccount
	Official bool // there is a register of campaign accounts to ask
}

// checkLine is a fact-check in a list, in one language.
type checkLine struct {
	ronda.FactCheck
	Path, Title, Truth string
	Kind               string // fine class in words
}

func lineOf(v *frame.Visit, c ronda.FactCheck) checkLine {
	return checkLine{FactCheck: c, Path: checkPath(c), Title: c.Claim.In(v.Lang), Truth: c.Truth.In(v.Lang), Kind: classWords(v, c.Class)}
}

// classWords is a fine class ("konteks keliru") in the language of the page, "" where it is not one of the known seven.
func classWords(v *frame.Visit, class string) string {
	key := "class." + strings.ReplaceAll(class, " ", "_")
	if class == "" || !v.Has(key) {
		return ""
	}
	return v.T(key)
}

// showHome shows the paste box and what was checked lately.
func (s *Site) showHome(w http.ResponseWriter, r *http.Request) error {
	return s.renderHome(w, r, nil, nil)
}

// renderHome shows the start page, with what was pasted and what is wrong with it after a fault.
func (s *Site) renderHome(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError) error {
	recent, err := s.recentChecks(r, 5)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	data := homePage{Form: frame.Form{Values: values, Faults: faults}, Recent: recent, Official: s.opt.Campaign != nil, Chats: s.opt.Chats}
	if data.Alerts, data.Place, err = s.homeAlerts(r); err != nil {
		return err
	}
	return s.frame.Render(w, r, frame.Page{Template: "home", Title: v.T("home.title"), Nav: "cek", Faults: faults, Data: data})
}

// maxListed is how many fact-checks a page lists.
const maxListed = 100

// recentChecks returns the newest n fact-checks. Those dated after the site's own clock are left out: a demonstration lives
// in the past.
func (s *Site) recentChecks(r *http.Request, n int) ([]checkLine, error) {
	list, err := s.opt.FactChecks.RecentFactChecks(r.Context(), maxListed)
	if err != nil {
		return nil, err
	}
	v := frame.VisitOf(r)
	today := v.Now.In(v.Zone).Format(time.DateOnly)
	var out []checkLine
	for _, c := range list {
		if c.Date <= today && len(out) < n {
			out = append(out, lineOf(v, c))
		}
	}
	return out, nil
}

// homeMost is how many warnings the start page shows.
const homeMost = 3

// homeAlerts are the most urgent warnings for the region that this browser chose; without one, those for the whole country.
func (s *Site) homeAlerts(r *http.Request) ([]alertView, string, error) {
	v, region, place := frame.VisitOf(r), "", ""
	if c, err := r.Cookie(regionCookie); err == nil {
		if _, ok := s.pack.Region(c.Value); ok && c.Value != "" {
			region, place = c.Value, s.pack.RegionName(c.Value)
		}
	}
	list, err := s.currentAlerts(r)
	if err != nil {
		return nil, "", err
	}
	var out []alertView
	for _, a := range list {
		if (a.Region == "" || region != "" && a.Reaches(region, s.pack)) && len(out) < homeMost {
			out = append(out, s.alertView(r.Context(), v, a))
		}
	}
	return out, place, nil
}
