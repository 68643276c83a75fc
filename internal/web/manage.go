package web

import (
	"net/http"
	"net/url"
	"sort"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// accountsPage is the data of page/work/accounts.html.
type accountsPage struct {
	Form    frame.Form
	Rows    []accountLine
	Roles   []frame.Choice
	Offices []frame.Choice
	Plats   []frame.Choice
	Link    string // invitation, shown once
	For     string
}

type accountLine struct {
	ronda.Account
	RoleNames, OfficeName string
	Off                   bool
}

func (s *Site) showAccounts(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderAccounts(w, r, a, "", "", url.Values{}, nil)
}

func (s *Site) renderAccounts(w http.ResponseWriter, r *http.Request, a staff, link, whose string, values url.Values, faults []i18n.FieldError) error {
	if err := ronda.Can(a.Actor, ronda.ManageAccount, ronda.Case{}, s.pack); err != nil {
		return err
	}
	all, err := s.opt.Accounts.All(r.Context())
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page := accountsPage{Form: frame.Form{Values: values, Faults: faults}, Link: link, For: whose}
	for _, x := range all {
		l := accountLine{Account: x, Off: !x.DisabledAt.IsZero(), OfficeName: s.pack.OfficeName(x.Actor.Office, v.Lang, v.Now)}
		if x.Actor.Platform != "" {
			l.OfficeName = s.pack.PlatformName(x.Actor.Platform)
		}
		var names []string
		for _, role := range x.Actor.Roles {
			names = append(names, v.T("role."+string(role)))
		}
		l.RoleNames = strings.Join(names, ", ")
		page.Rows = append(page.Rows, l)
	}
	for _, role := range ronda.Roles() {
		page.Roles = append(page.Roles, frame.Choice{Value: string(role), Text: v.T("role." + string(role)), Hint: v.T("role." + string(role) + ".hint")})
	}
	for _, o := range s.pack.Offices() {
		group := s.pack.AuthorityName(o.Authority, v.Now).Short
		page.Offices = append(page.Offices, frame.Choice{Value: o.ID, Text: s.pack.OfficeName(o.ID, v.Lang, v.Now), Group: group})
	}
	sort.SliceStable(page.Offices, func(i, j int) bool { return page.Offices[i].Group < page.Offices[j].Group })
	for _, p := range s.pack.Platforms {
		page.Plats = append(page.Plats, frame.Choice{Value: p.ID, Text: p.Name})
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/accounts", Title: v.T("accounts.title"), Nav: "kelola", Faults: faults, Data: page}))
}

// makeAccount creates an account without a password and shows the invitation link once.
func (s *Site) makeAccount(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := ronda.Can(a.Actor, ronda.ManageAccount, ronda.Case{}, s.pack); err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return err
	}
	f := r.PostForm
	m := ronda.Actor{Office: f.Get("office"), Platform: f.Get("platform"), Unit: strings.TrimSpace(f.Get("unit"))}
	for _, role := range f["roles"] {
		m.Roles = append(m.Roles, ronda.Role(role))
	}
	switch {
	case m.Office != "":
		m.Org = ronda.OfficeAuthority(m.Office)
	case m.Platform != "":
		m.Org = m.Platform
	}
	m.Conflicts = strings.Fields(f.Get("conflicts"))
	acc, err := s.opt.Accounts.Create(r.Context(), f.Get("login"), f.Get("name"), "", m)
	if k := ronda.KindOf(err); k == ronda.Invalid || k == ronda.Conflict {
		return s.renderAccounts(w, r, a, "", "", f, frame.VisitOf(r).Fields(err))
	}
	if err != nil {
		return err
	}
	return s.inviteTo(w, r, a, acc.ID, acc.Name)
}

func (s *Site) inviteTo(w http.ResponseWriter, r *http.Request, a staff, id, name string) error {
	link, err := s.opt.Accounts.Invite(r.Context(), id)
	if err != nil {
		return err
	}
	return s.renderAccounts(w, r, a, s.frame.Absolute("/undangan/"+link), name, url.Values{}, nil)
}

// changeAccount disables an account, or makes a new invitation for it.
func (s *Site) changeAccount(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := ronda.Can(a.Actor, ronda.ManageAccount, ronda.Case{}, s.pack); err != nil {
		return err
	}
	id := r.PathValue("id")
	switch r.PathValue("act") {
	case "matikan":
		if id == a.Account {
			return ronda.Errorf(ronda.Conflict, "account.self", "")
		}
		if err := s.opt.Accounts.Disable(r.Context(), id); err != nil {
			return err
		}
		return s.frame.Redirect(w, r, "/kelola")
	case "undang":
		return s.inviteTo(w, r, a, id, "")
	}
	return ronda.Errorf(ronda.NotFound, "page", "")
}
