package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// deskAlertsPage is the data of page/work/desk_alerts.html.
type deskAlertsPage struct {
	Waiting, Own []alertView
}

// onlyPublisher refuses whoever is neither a partner nor of an office of the election commission: the rule asks again.
func (s *Site) onlyPublisher(a staff) error {
	if partner, commission := s.publishes(a.Actor); !partner && !commission {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	return nil
}

func (s *Site) listDeskAlerts(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := s.onlyPublisher(a); err != nil {
		return err
	}
	v := frame.VisitOf(r)
	var page deskAlertsPage
	waiting, err := s.opt.Publications.ProposedAlerts(r.Context())
	if err != nil {
		return err
	}
	for _, al := range waiting {
		if al.Org != a.Org && a.Has(ronda.RolePartner) {
			page.Waiting = append(page.Waiting, s.alertView(r.Context(), v, al))
		}
	}
	own, err := s.opt.Publications.DeskAlerts(r.Context(), a.Org)
	if err != nil {
		return err
	}
	for _, al := range own {
		page.Own = append(page.Own, s.alertView(r.Context(), v, al))
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/desk_alerts", Title: v.T("desk.alerts.title"), Nav: "peringatan", Data: page}))
}

// deskAlertFormPage is the data of page/work/desk_alert_form.html.
type deskAlertFormPage struct {
	Form                                              frame.Form
	ID                                                string
	Returned                                          string
	Regions, Contests, Platforms, Verdicts, Urgencies []frame.Choice
	Checks                                            []frame.Choice
	Lives                                             []frame.Choice
}

func (s *Site) newAlert(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderAlertForm(w, r, a, ronda.Alert{}, url.Values{"urgency": {"3"}, "life": {"72"}, "check": {r.URL.Query().Get("periksa")}}, nil)
}

func (s *Site) editAlert(w http.ResponseWriter, r *http.Request, a staff) error {
	al, err := s.ownAlert(r, a)
	if err != nil {
		return err
	}
	if al.State != ronda.AlertDraft {
		return ronda.Errorf(ronda.Conflict, "alert.not_draft", "")
	}
	f := url.Values{"urgency": {strconv.Itoa(al.Urgency)}, "region": {al.Region}, "contest": {s.kindOf(al.Contest)}, "platform": {al.Platform}, "check": {al.Check}, "verdict": {string(al.Verdict)},
		"life": {"72"}, "version": {strconv.FormatInt(al.Version, 10)}}
	s.putWords(f, "title", al.Title)
	s.putWords(f, "text", al.Text)
	s.putWords(f, "claim", al.Claim)
	return s.renderAlertForm(w, r, a, al, f, nil)
}

// ownAlert is an alert that this person may see at the desk: of the own organisation, or one that waits for a second partner.
func (s *Site) ownAlert(r *http.Request, a staff) (ronda.Alert, error) {
	if err := s.onlyPublisher(a); err != nil {
		return ronda.Alert{}, err
	}
	al, err := s.opt.Publications.Alert(r.Context(), r.PathValue("id"))
	if err == nil && al.Org != a.Org && al.SecondOrg != a.Org && !(al.State == ronda.AlertProposed && a.Has(ronda.RolePartner)) {
		return ronda.Alert{}, ronda.Errorf(ronda.NotFound, "alert.not_found", "")
	}
	return al, err
}

// alertLives are how long a warning may hold, in hours.
func alertLives() []int { return []int{6, 12, 24, 48, 72, 168, 336} }

func (s *Site) renderAlertForm(w http.ResponseWriter, r *http.Request, a staff, al ronda.Alert, values url.Values, faults []i18n.FieldError) error {
	if err := s.onlyPublisher(a); err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page := deskAlertFormPage{Form: frame.Form{Values: values, Faults: faults}, ID: al.ID, Returned: al.Returned, Regions: s.regionChoices(v, s.deskArea(a)), Contests: s.contestKinds(v)}
	for _, p := range s.pack.Platforms {
		page.Platforms = append(page.Platforms, frame.Choice{Value: p.ID, Text: p.Name})
	}
	for _, x := range ronda.Verdicts() {
		if x != ronda.VerdictTrue {
			page.Verdicts = append(page.Verdicts, frame.Choice{Value: string(x), Text: v.T("verdict." + string(x))})
		}
	}
	for n := 1; n <= 5; n++ {
		page.Urgencies = append(page.Urgencies, frame.Choice{Value: strconv.Itoa(n), Text: strconv.Itoa(n) + " · " + v.T("urgency."+strconv.Itoa(n)), Hint: v.T("desk.alert.urgency." + strconv.Itoa(n))})
	}
	for _, h := range alertLives() {
		page.Lives = append(page.Lives, frame.Choice{Value: strconv.Itoa(h), Text: v.Span(time.Duration(h) * time.Hour)})
	}
	recent, err := s.recentChecks(r, 40)
	if err != nil {
		return err
	}
	for _, c := range recent {
		page.Checks = append(page.Checks, frame.Choice{Value: c.ID, Text: v.T("verdict."+string(c.Verdict)) + ": " + shorten(c.Title, 80)})
	}
	title := v.T("desk.alert.new")
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/desk_alert_form", Title: title, Nav: "peringatan", Faults: faults, Crumbs: []frame.Crumb{{Text: v.T("desk.alerts.title"), Path: "/mitra/peringatan"}}, Data: page}))
}

// deskArea is the region that an office of the commission publishes for; partners choose from all.
func (s *Site) deskArea(a staff) string {
	o, _ := s.pack.Office(a.Office)
	return o.Region
}

func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// saveAlert keeps a draft and shows it as everybody would see it.
func (s *Site) saveAlert(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v, f, id := frame.VisitOf(r), r.PostForm, r.PathValue("id")
	fields := &deskFields{v: v, f: f, langs: s.pack.Languages}
	cmd := ronda.WriteAlert{Title: fields.words("title", false), Text: fields.words("text", true), Claim: fields.words("claim", false), Verdict: ronda.Verdict(f.Get("verdict")),
		Region: f.Get("region"), Platform: f.Get("platform"), Check: f.Get("check")}
	cmd.Urgency, _ = strconv.Atoi(f.Get("urgency"))
	cmd.Contest = contestOf(s.pack, cmd.Region, f.Get("contest"))
	hours, _ := strconv.Atoi(f.Get("life"))
	cmd.ExpiresAt = v.Now.Add(time.Duration(min(hours, 10000)) * time.Hour)
	version, _ := strconv.ParseInt(f.Get("version"), 10, 64)
	if len(fields.faults) > 0 {
		return s.renderAlertForm(w, r, a, ronda.Alert{ID: id}, f, fields.faults)
	}
	al, err := s.opt.Publish.ChangeAlert(r.Context(), a.Actor, id, version, cmd)
	if faults := v.Fields(err); len(faults) > 0 {
		return s.renderAlertForm(w, r, a, ronda.Alert{ID: id}, f, faults)
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/mitra/peringatan/"+al.ID)
}

// deskAlertPage is the data of page/work/desk_alert.html.
type deskAlertPage struct {
	alertView
	Form      frame.Form
	Mine      bool
	MaySecond bool // this person may be the second partner
}

// deskAlert shows an alert as page and as message, with what this person may do about it.
func (s *Site) deskAlert(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderDeskAlert(w, r, a, nil, nil)
}

func (s *Site) renderDeskAlert(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError) error {
	al, err := s.ownAlert(r, a)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page := deskAlertPage{alertView: s.alertView(r.Context(), v, al), Form: frame.Form{Values: values, Faults: faults}, Mine: al.Org == a.Org && al.Office == a.Office,
		MaySecond: al.State == ronda.AlertProposed && al.Org != a.Org && a.Has(ronda.RolePartner)}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/desk_alert", Title: page.Headline, Nav: "peringatan", Faults: faults, Crumbs: []frame.Crumb{{Text: v.T("desk.alerts.title"), Path: "/mitra/peringatan"}}, Data: page}))
}

// changeAlert proposes, confirms, sends back or withdraws.
func (s *Site) changeAlert(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v := frame.VisitOf(r)
	fields := &deskFields{v: v, f: r.PostForm, langs: s.pack.Languages}
	reason := fields.text("reason")
	cmd, ok := map[string]ronda.AlertCommand{"ajukan": ronda.ProposeAlert{}, "setujui": ronda.ConfirmAlert{}, "kembalikan": ronda.ReturnAlert{Reason: reason}, "cabut": ronda.WithdrawAlert{Reason: reason}}[r.PathValue("act")]
	if !ok {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	version, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	_, err := s.opt.Publish.ChangeAlert(r.Context(), a.Actor, r.PathValue("id"), version, cmd)
	faults := v.Fields(err)
	if err != nil && len(faults) == 0 && (ronda.KindOf(err) == ronda.Conflict || ronda.KindOf(err) == ronda.Forbidden) {
		faults = []i18n.FieldError{{Text: v.Error(err), Kind: ronda.KindOf(err)}}
	}
	if len(faults) > 0 {
		return s.renderDeskAlert(w, r, a, r.PostForm, faults)
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/mitra/peringatan/"+r.PathValue("id"))
}
