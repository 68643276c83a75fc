package web

import (
	"net/http"
	"net/url"
	"strconv"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// subscribePage is the data of page/subscribe.html.
type subscribePage struct {
	Form      frame.Form
	Regions   []frame.Choice
	Urgencies []frame.Choice
	Step      string // "ask", "sent", "confirm", "on", "leave", "off"
	Secret    string
	Place     string
	Works     bool
}

func (s *Site) renderSubscribe(w http.ResponseWriter, r *http.Request, page subscribePage, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	page.Form.Faults, page.Regions, page.Works = faults, s.regionChoices(v, ""), s.opt.Subscriptions.MailWorks()
	page.Urgencies = s.leastChoices(v)
	return s.frame.Render(w, r, frame.Page{Template: "subscribe", Title: v.T("subscribe.title." + page.Step), Nav: "peringatan", Private: true, Faults: faults,
		Crumbs: []frame.Crumb{{Text: v.T("alerts.title"), Path: "/peringatan"}}, Data: page})
}

// leastChoices are urgencies from which on somebody wants to be told.
func (s *Site) leastChoices(v *frame.Visit) []frame.Choice {
	var out []frame.Choice
	for _, n := range []int{1, 3, 4, 5} {
		out = append(out, frame.Choice{Value: strconv.Itoa(n), Text: v.T("alerts.from", "n", n, "urgency", v.T("urgency."+strconv.Itoa(n)))})
	}
	return out
}

func (s *Site) askSubscription(w http.ResponseWriter, r *http.Request) error {
	return s.renderSubscribe(w, r, subscribePage{Step: "ask", Form: frame.Form{Values: url.Values{"region": {r.URL.Query().Get("wilayah")}, "least": {"3"}}}}, nil)
}

// subscribe sends the mail that asks. The answer is the same whether the address is known, new or somebody else's.
func (s *Site) subscribe(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v, f := frame.VisitOf(r), r.PostForm
	least, _ := strconv.Atoi(f.Get("least"))
	err := s.opt.Subscriptions.AskMail(r.Context(), f.Get("mail"), f.Get("region"), v.Lang, v.Addr.String(), least)
	if faults := v.Fields(err); len(faults) > 0 {
		return s.renderSubscribe(w, r, subscribePage{Step: "ask", Form: frame.Form{Values: f}}, faults)
	}
	if err != nil {
		return err
	}
	return s.renderSubscribe(w, r, subscribePage{Step: "sent"}, nil)
}

// askConfirm asks once more: programs that look at mail open its links, and must not subscribe anybody.
func (s *Site) askConfirm(w http.ResponseWriter, r *http.Request) error {
	return s.renderSubscribe(w, r, subscribePage{Step: "confirm", Secret: r.PathValue("rahasia")}, nil)
}

func (s *Site) confirmSubscription(w http.ResponseWriter, r *http.Request) error {
	region, err := s.opt.Subscriptions.Confirm(r.Context(), r.PathValue("rahasia"))
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	place := v.T("report.region.all")
	if region != "" {
		place = s.pack.RegionName(region)
	}
	return s.renderSubscribe(w, r, subscribePage{Step: "on", Place: place, Secret: r.PathValue("rahasia")}, nil)
}

func (s *Site) askLeave(w http.ResponseWriter, r *http.Request) error {
	return s.renderSubscribe(w, r, subscribePage{Step: "leave", Secret: r.PathValue("rahasia")}, nil)
}

// leaveAlerts ends a subscription: by the button of the page, or by a mail program's one click (RFC 8058), which posts here without a cookie.
func (s *Site) leaveAlerts(w http.ResponseWriter, r *http.Request) error {
	if err := s.opt.Subscriptions.Leave(r.Context(), r.PathValue("rahasia")); err != nil {
		return err
	}
	return s.renderSubscribe(w, r, subscribePage{Step: "off"}, nil)
}

// hooksPage is the data of page/work/alert_hooks.html.
type hooksPage struct {
	Form      frame.Form
	Hooks     []hookLine
	Regions   []frame.Choice
	Urgencies []frame.Choice
	Key       string // shown once
}

type hookLine struct {
	AlertHook
	Place, When string
}

func (s *Site) showHooks(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderHooks(w, r, a, url.Values{"least": {"1"}}, nil, "")
}

func (s *Site) renderHooks(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError, key string) error {
	if partner, _ := s.publishes(a.Actor); !partner {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	v := frame.VisitOf(r)
	page := hooksPage{Form: frame.Form{Values: values, Faults: faults}, Regions: s.regionChoices(v, ""), Urgencies: s.leastChoices(v), Key: key}
	list, err := s.opt.Subscriptions.Hooks(r.Context(), a.Org)
	if err != nil {
		return err
	}
	for _, h := range list {
		line := hookLine{AlertHook: h, Place: v.T("report.region.all"), When: v.Time(h.Since)}
		if h.Region != "" {
			line.Place = s.pack.RegionName(h.Region)
		}
		page.Hooks = append(page.Hooks, line)
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/alert_hooks", Title: v.T("hooks.title"), Nav: "hook", Faults: faults, Data: page}))
}

func (s *Site) addHook(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f := r.PostForm
	least, _ := strconv.Atoi(f.Get("least"))
	key, err := s.opt.Subscriptions.AddHook(r.Context(), a.Actor, f.Get("target"), f.Get("region"), least)
	if faults := frame.VisitOf(r).Fields(err); len(faults) > 0 {
		return s.renderHooks(w, r, a, f, faults, "")
	}
	if err != nil {
		return err
	}
	return s.renderHooks(w, r, a, url.Values{"least": {"1"}}, nil, key)
}

func (s *Site) dropHook(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := s.opt.Subscriptions.DropHook(r.Context(), a.Org, r.PathValue("id")); err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/mitra/web-hook")
}
