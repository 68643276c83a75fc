package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"ronda"
	"ronda/internal/web/frame"
)

// sessionCookie holds the secret of a signed-in browser.
const sessionCookie = "ronda_sesi"

// staff is who works behind a request.
type staff struct {
	ronda.Actor
	Session string
	Login   string
	info    ronda.SessionInfo
	account ronda.Account
	gate    bool // may do nothing but set up a second factor
}

// workAction is a page that needs a signed-in person.
type workAction func(w http.ResponseWriter, r *http.Request, a staff) error

// work finds the person behind a request, or leads to the sign-in page and back. Whoever must have a second factor and has none is led to set
// one up.
func (s *Site) work(next workAction) frame.Action {
	return s.own(func(w http.ResponseWriter, r *http.Request, a staff) error {
		if a.gate {
			return s.frame.Redirect(w, r, accountPath)
		}
		return next(w, r, a)
	})
}

// own is work for the pages on which people look after their own account.
func (s *Site) own(next workAction) frame.Action {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "no-store")
		a, err := s.staffOf(r)
		if ronda.KindOf(err) == ronda.Forbidden {
			to := "/masuk"
			if ronda.CodeOf(err) == "account.second_missing" {
				to = "/masuk/kedua"
			}
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
	info, a, err := s.opt.Accounts.Session(r.Context(), c.Value, frame.VisitOf(r).Addr.String())
	if err != nil {
		return staff{}, err
	}
	return staff{Actor: a.Actor, Session: info.ID, Login: a.Login, info: info, account: a, gate: s.opt.Accounts.MustSetUp(info, a)}, nil
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
	p.Rail = append(s.railOf(a.Actor), frame.NavItem{Key: "akun", Text: "work.rail.account", Path: accountPath})
	if a.gate {
		p.Rail = p.Rail[len(p.Rail)-1:]
	}
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
			{Key: "webhook", Text: "work.rail.hook", Path: "/penghubung/web-hook"}, {Key: "kalender", Text: "work.rail.calendar", Path: "/kerja/kalender"}, {Key: "keberatan", Text: "work.rail.appeals", Path: "/penghubung/keberatan"}, {Key: "luar", Text: "work.rail.outside", Path: "/penghubung/luar"}, {Key: "ujicoba", Text: "work.rail.practice", Path: "/penghubung/uji-coba"}, {Key: "token", Text: "work.rail.tokens", Path: accountPath + "/token"}}
	case a.Has(ronda.RoleAdmin):
		return []frame.NavItem{{Key: "kelola", Text: "work.rail.accounts", Path: "/kelola"}, {Key: "saluran", Text: "work.rail.channels", Path: "/kelola/saluran"}, {Key: "penghapusan", Text: "work.rail.erasures", Path: "/kerja/penghapusan"}}
	}
	if a.Is(ronda.RolePartner) {
		return s.deskRail(a, []frame.NavItem{{Key: "mitra", Text: "work.rail.partner", Path: "/mitra"}, {Key: "akreditasi", Text: "work.rail.accreditation", Path: "/mitra/akreditasi"}})
	}
	if a.Is(ronda.RoleAuditor) {
		return []frame.NavItem{{Key: "audit", Text: "work.rail.audit", Path: "/kerja/audit"}, {Key: "antrean", Text: "work.rail.queue", Path: "/kerja/antrean"},
			{Key: "keberatan", Text: "work.rail.appeals", Path: "/kerja/keberatan"}}
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
	if s.opt.Partners != nil && s.pack.Accreditor(a.Org) {
		rail = append(rail, frame.NavItem{Key: "kerja-mitra", Text: "work.rail.partners", Path: "/kerja/mitra"})
	}
	if s.opt.Research != nil && s.pack.Accreditor(a.Org) && (a.Has(ronda.RoleOfficer) || a.Has(ronda.RoleLead) || a.Has(ronda.RoleContact)) {
		rail = append(rail, frame.NavItem{Key: "kerja-penelitian", Text: "work.rail.research", Path: "/kerja/penelitian"})
	}
	if a.Has(ronda.RoleLead) {
		rail = append(rail, frame.NavItem{Key: "koreksi", Text: "work.rail.corrections", Path: "/kerja/koreksi"})
	}
	rail = s.deskRail(a, rail)
	rail = append(rail, s.campaignRail(a)...)
	if s.opt.Keeping != nil && (a.Has(ronda.RoleOfficer) || a.Has(ronda.RoleLead) || a.Has(ronda.RoleContact)) {
		rail = append(rail, frame.NavItem{Key: "penghapusan", Text: "work.rail.erasures", Path: "/kerja/penghapusan"})
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
