package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// sessionCookie holds the secret of a signed-in browser.
const sessionCookie = "ronda_sesi"

// staff is who works behind a request.
type staff struct {
	ronda.Actor
	Session string
	Login   string
}

// workAction is a page that needs a signed-in person.
type workAction func(w http.ResponseWriter, r *http.Request, a staff) error

// work finds the person behind a request, or leads to the sign-in page and back.
func (s *Site) work(next workAction) frame.Action {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "no-store")
		a, err := s.staffOf(r)
		if ronda.KindOf(err) == ronda.Forbidden {
			to := "/masuk"
			if r.Method == http.MethodGet {
				to += "?ke=" + url.QueryEscape(r.URL.RequestURI())
			} else {
				to += "?akhir=1"
			}
			return s.frame.Redirect(w, r, to)
		}
		if err != nil {
			return err
		}
		return next(w, r, a)
	}
}

func (s *Site) staffOf(r *http.Request) (staff, error) {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return staff{}, ronda.Errorf(ronda.Forbidden, "account.session_over", "")
	}
	info, a, err := s.opt.Accounts.Session(r.Context(), c.Value)
	if err != nil {
		return staff{}, err
	}
	return staff{Actor: a.Actor, Session: info.ID, Login: a.Login}, nil
}

// signInPage is the data of page/work/signin.html.
type signInPage struct {
	Form  frame.Form
	To    string
	Ended bool
	Demo  []demoAccount
}

// demoAccount is an account that the sign-in page of a demonstration lists.
type demoAccount struct {
	Login, Password, Name, What string
}

func (s *Site) showSignIn(w http.ResponseWriter, r *http.Request) error {
	if a, err := s.staffOf(r); err == nil {
		return s.frame.Redirect(w, r, s.homeOf(a.Actor))
	}
	return s.renderSignIn(w, r, url.Values{"ke": {r.URL.Query().Get("ke")}}, nil)
}

func (s *Site) renderSignIn(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	values.Del("password")
	page := signInPage{Form: frame.Form{Values: values, Faults: faults}, To: values.Get("ke"), Ended: r.URL.Query().Has("akhir") || values.Get("ke") != ""}
	if s.opt.Demo {
		for _, d := range s.opt.DemoAccounts {
			page.Demo = append(page.Demo, demoAccount{Login: d.Login, Password: d.Password, Name: d.Name, What: d.What.In(v.Lang)})
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "work/signin", Title: v.T("signin.title"), Private: true, Faults: faults, Data: page})
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	v := frame.VisitOf(r)
	secret, a, err := s.opt.Accounts.SignIn(r.Context(), r.PostForm.Get("login"), r.PostForm.Get("password"), v.Addr.String(), r.UserAgent())
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderSignIn(w, r, r.PostForm, v.Fields(err))
	}
	if err != nil {
		return err
	}
	http.SetCookie(w, s.cookie(secret, 7*24*3600))
	to := localPath(r.PostForm.Get("ke"))
	if to == "" {
		return s.frame.Redirect(w, r, s.homeOf(a.Actor))
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (s *Site) cookie(value string, age int) *http.Cookie {
	return &http.Cookie{Name: sessionCookie, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.frame.Secure(), SameSite: http.SameSiteLaxMode}
}

// localPath lets a way back lead only into this site's own signed-in pages.
func localPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || strings.Contains(to, "\\") || strings.HasPrefix(to, "//") {
		return ""
	}
	for _, area := range []string{"/kerja", "/penghubung", "/mitra", "/kelola", "/en/kerja", "/en/penghubung", "/en/mitra", "/en/kelola"} {
		if u.Path == area || strings.HasPrefix(u.Path, area+"/") {
			return to
		}
	}
	return ""
}

// homeOf is the first page of a person's work.
func (s *Site) homeOf(a ronda.Actor) string {
	switch {
	case a.Has(ronda.RoleLiaison) || s.ministry(a):
		return "/penghubung"
	case a.Is(ronda.RolePartner):
		return "/mitra"
	case a.Has(ronda.RoleAdmin):
		return "/kelola"
	}
	return "/kerja"
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if a, err := s.staffOf(r); err == nil {
		if err := s.opt.Accounts.SignOut(r.Context(), a.Session); err != nil {
			return err
		}
	}
	http.SetCookie(w, s.cookie("", -1))
	return s.frame.Redirect(w, r, "/masuk")
}

// invitationPage is the data of page/work/invitation.html.
type invitationPage struct{ Form frame.Form }

func (s *Site) showInvitation(w http.ResponseWriter, r *http.Request) error {
	return s.renderInvitation(w, r, url.Values{}, nil)
}

func (s *Site) renderInvitation(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError) error {
	values.Del("password")
	return s.frame.Render(w, r, frame.Page{Template: "work/invitation", Title: frame.VisitOf(r).T("invitation.title"), Private: true, NoTwin: true,
		Faults: faults, Data: invitationPage{Form: frame.Form{Values: values, Faults: faults}}})
}

func (s *Site) acceptInvitation(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	f := r.PostForm
	_, err := s.opt.Accounts.Accept(r.Context(), r.PathValue("link"), f.Get("login"), f.Get("name"), f.Get("password"))
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderInvitation(w, r, f, frame.VisitOf(r).Fields(err))
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/masuk")
}

// page completes a page of the workbench: menu, person, office.
func (s *Site) page(r *http.Request, a staff, p frame.Page) frame.Page {
	v := frame.VisitOf(r)
	p.Section, p.Private, p.Script = frame.Work, true, true
	office := s.pack.OfficeName(a.Office, v.Lang, v.Now)
	if a.Platform != "" {
		office = s.pack.PlatformName(a.Platform)
	}
	if a.Office == "" && a.Platform == "" {
		office = v.T("role." + string(firstRole(a.Actor)))
	}
	p.Who = &frame.Who{Name: a.Name, Office: office, Out: "/keluar"}
	p.Rail = s.railOf(a.Actor)
	return p
}

func firstRole(a ronda.Actor) ronda.Role {
	if len(a.Roles) == 0 {
		return ronda.RoleObserver
	}
	return a.Roles[0]
}

// railOf is the menu of a person's work.
func (s *Site) railOf(a ronda.Actor) []frame.NavItem {
	switch {
	case a.Has(ronda.RoleLiaison):
		return []frame.NavItem{{Key: "penghubung", Text: "work.rail.inbox", Path: "/penghubung"}, {Key: "kinerja", Text: "work.rail.performance", Path: "/penghubung/kinerja"},
			{Key: "webhook", Text: "work.rail.hook", Path: "/penghubung/web-hook"}, {Key: "kalender", Text: "work.rail.calendar", Path: "/kerja/kalender"}, {Key: "keberatan", Text: "work.rail.appeals", Path: "/penghubung/keberatan"}, {Key: "token", Text: "work.rail.tokens", Path: "/penghubung/token"}}
	case a.Has(ronda.RoleAdmin):
		return []frame.NavItem{{Key: "kelola", Text: "work.rail.accounts", Path: "/kelola"}, {Key: "saluran", Text: "work.rail.channels", Path: "/kelola/saluran"}}
	}
	if a.Is(ronda.RolePartner) {
		return []frame.NavItem{{Key: "mitra", Text: "work.rail.partner", Path: "/mitra"}}
	}
	if s.ministry(a) {
		return []frame.NavItem{{Key: "penghubung", Text: "work.rail.requests", Path: "/penghubung"}, {Key: "serahkan", Text: "work.rail.byhand", Path: "/kerja/serahkan"},
			{Key: "pintasan", Text: "work.rail.shortcuts", Path: "/kerja/pintasan"}}
	}
	rail := []frame.NavItem{{Key: "kerja", Text: "work.rail.day", Path: "/kerja"}, {Key: "antrean", Text: "work.rail.queue", Path: "/kerja/antrean"}}
	if a.Has(ronda.RoleOfficer) || a.Has(ronda.RoleLead) {
		rail = append(rail, frame.NavItem{Key: "pilah", Text: "work.rail.triage", Path: "/kerja/pilah"})
	}
	if a.Has(ronda.RoleOfficer) || a.Has(ronda.RoleLead) || a.Has(ronda.RoleContact) {
		rail = append(rail, frame.NavItem{Key: "serahkan", Text: "work.rail.byhand", Path: "/kerja/serahkan"})
	}
	rail = append(rail, frame.NavItem{Key: "keberatan", Text: "work.rail.appeals", Path: "/kerja/keberatan"})
	if a.Has(ronda.RoleLead) {
		rail = append(rail, frame.NavItem{Key: "koreksi", Text: "work.rail.corrections", Path: "/kerja/koreksi"})
	}
	return append(rail, frame.NavItem{Key: "kalender", Text: "work.rail.calendar", Path: "/kerja/kalender"}, frame.NavItem{Key: "pintasan", Text: "work.rail.shortcuts", Path: "/kerja/pintasan"})
}

// names knows the names of colleagues for pages; a name that is gone shows as its office.
func (s *Site) names(ctx context.Context) (map[string]string, error) {
	all, err := s.opt.Accounts.Names(ctx)
	if err != nil {
		return nil, err
	}
	all["system"] = "Ronda"
	return all, nil
}

// ministry tells whether a person works for the body that requests go to.
func (s *Site) ministry(a ronda.Actor) bool {
	x, ok := s.pack.Authority(a.Org)
	return ok && x.Role == "ministry"
}
