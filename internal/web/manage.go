package web

import (
	"net/http"
	"net/url"
	"sort"
	"strings"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// accountsPage is the data of page/work/accounts.html.
type accountsPage struct {
	mandateFields
	Rows    []accountLine
	Grants  []grantLine
	Founded bool
	Shown   handedOut
}

// mandateFields are the choices of a mandate's form.
type mandateFields struct {
	Form    frame.Form
	Roles   []frame.Choice
	Offices []frame.Choice
	Plats   []frame.Choice
}

// handedOut is a secret that an administrator sees once.
type handedOut struct {
	Link, Code, For string
	Waits           bool // the link opens nothing before a second administrator has agreed
	Done            bool // something was done that hands nothing out
}

type accountLine struct {
	ronda.Account
	RoleNames, OfficeName string
	Off, Factor, Needs    bool
}

type grantLine struct {
	ronda.Grant
	RoleNames, OfficeName, ByName string
	Own                           bool
}

func (s *Site) showAccounts(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderAccounts(w, r, a, handedOut{}, url.Values{}, nil)
}

func (s *Site) renderAccounts(w http.ResponseWriter, r *http.Request, a staff, shown handedOut, values url.Values, faults []i18n.FieldError) error {
	if err := ronda.Can(a.Actor, ronda.ManageAccount, ronda.Case{}, s.pack); err != nil {
		return err
	}
	page := accountsPage{Shown: shown}
	var err error
	if page.Founded, err = s.opt.Accounts.Founded(r.Context()); err != nil {
		return err
	}
	all, err := s.opt.Accounts.All(r.Context())
	if err != nil {
		return err
	}
	protected, err := s.opt.Accounts.Protected(r.Context())
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	names := map[string]string{}
	for _, x := range all {
		names[x.ID] = x.Name
		page.Rows = append(page.Rows, accountLine{Account: x, Off: !x.DisabledAt.IsZero(), OfficeName: s.houseName(v, x.Actor), RoleNames: s.roleNames(v, x.Actor),
			Factor: protected[x.ID], Needs: ronda.NeedsFactor(x.Actor, s.opt.Accounts.RequireFactor)})
	}
	open, err := s.opt.Accounts.Proposals(r.Context())
	if err != nil {
		return err
	}
	for _, g := range open {
		page.Grants = append(page.Grants, grantLine{Grant: g, OfficeName: s.houseName(v, g.Mandate), RoleNames: s.roleNames(v, g.Mandate), ByName: names[g.By.Account], Own: g.By.Account == a.Account})
	}
	page.mandateFields = s.mandateFields(v, frame.Form{Values: values, Faults: faults})
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/accounts", Title: v.T("accounts.title"), Nav: "kelola", Faults: faults, Data: page}))
}

func (s *Site) mandateFields(v *frame.Visit, form frame.Form) mandateFields {
	m := mandateFields{Form: form}
	for _, role := range ronda.Roles() {
		m.Roles = append(m.Roles, frame.Choice{Value: string(role), Text: v.T("role." + string(role)), Hint: v.T("role." + string(role) + ".hint")})
	}
	for _, o := range s.pack.Offices() {
		group := s.pack.AuthorityName(o.Authority, v.Now).Short
		m.Offices = append(m.Offices, frame.Choice{Value: o.ID, Text: s.pack.OfficeName(o.ID, v.Lang, v.Now), Group: group})
	}
	sort.SliceStable(m.Offices, func(i, j int) bool { return m.Offices[i].Group < m.Offices[j].Group })
	for _, p := range s.pack.Platforms {
		m.Plats = append(m.Plats, frame.Choice{Value: p.ID, Text: p.Name})
	}
	return m
}

// mandateOf reads a mandate from its form.
func mandateOf(f url.Values) ronda.Actor {
	m := ronda.Actor{Office: f.Get("office"), Platform: f.Get("platform"), Unit: strings.TrimSpace(f.Get("unit")), Org: strings.TrimSpace(f.Get("org")), Conflicts: strings.Fields(f.Get("conflicts"))}
	for _, role := range f["roles"] {
		m.Roles = append(m.Roles, ronda.Role(role))
	}
	switch {
	case m.Office != "":
		m.Org = ronda.OfficeAuthority(m.Office)
	case m.Platform != "":
		m.Org = m.Platform
	}
	return m
}

// makeAccount proposes an account and shows its link once.
func (s *Site) makeAccount(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	f := r.PostForm
	return s.propose(w, r, a, account.Proposal{Kind: ronda.GrantCreate, Login: f.Get("login"), Name: f.Get("name"), Mandate: mandateOf(f)}, func(faults []i18n.FieldError) error {
		return s.renderAccounts(w, r, a, handedOut{}, f, faults)
	})
}

// propose hands a proposal in and shows what came of it. Faults go back to the form that it came from.
func (s *Site) propose(w http.ResponseWriter, r *http.Request, a staff, p account.Proposal, again func([]i18n.FieldError) error) error {
	if err := ronda.Can(a.Actor, ronda.ManageAccount, ronda.Case{}, s.pack); err != nil {
		return err
	}
	out, err := s.opt.Accounts.Propose(r.Context(), a.Actor, p)
	if k := ronda.KindOf(err); again != nil && (k == ronda.Invalid || k == ronda.Conflict) {
		v := frame.VisitOf(r)
		faults := v.Fields(err)
		if len(faults) == 0 {
			faults = []i18n.FieldError{{Text: v.Error(err), Kind: k}}
		}
		return again(faults)
	}
	if err != nil {
		return err
	}
	shown := handedOut{For: out.Grant.Name, Waits: out.Grant.State == ronda.GrantProposed, Done: out.Link == ""}
	if out.Link != "" {
		shown.Link = s.frame.Absolute("/undangan/" + out.Link)
	}
	return s.renderAccounts(w, r, a, shown, url.Values{}, nil)
}

// answerGrant is the second administrator's answer.
func (s *Site) answerGrant(w http.ResponseWriter, r *http.Request, a staff) error {
	switch r.PathValue("jawab") {
	case "setuju":
		g, code, err := s.opt.Accounts.Confirm(r.Context(), a.Actor, r.PathValue("id"))
		if err != nil {
			return err
		}
		return s.renderAccounts(w, r, a, handedOut{Code: code, For: g.Name, Done: code == ""}, url.Values{}, nil)
	case "tolak":
		if err := s.opt.Accounts.Refuse(r.Context(), a.Actor, r.PathValue("id")); err != nil {
			return err
		}
		return s.frame.Redirect(w, r, "/kelola")
	}
	return ronda.Errorf(ronda.NotFound, "page", "")
}

// mandatePage is the data of page/work/mandate.html.
type mandatePage struct {
	mandateFields
	Account ronda.Account
}

func (s *Site) showMandate(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := ronda.Can(a.Actor, ronda.ManageAccount, ronda.Case{}, s.pack); err != nil {
		return err
	}
	x, err := s.opt.Accounts.Account(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := x.Actor
	f := url.Values{"office": {m.Office}, "platform": {m.Platform}, "unit": {m.Unit}, "org": {m.Org}, "conflicts": {strings.Join(m.Conflicts, " ")}}
	for _, role := range m.Roles {
		f.Add("roles", string(role))
	}
	return s.renderMandate(w, r, a, x, f, nil)
}

func (s *Site) renderMandate(w http.ResponseWriter, r *http.Request, a staff, x ronda.Account, f url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/mandate", Title: v.T("mandate.title", "name", x.Name), Nav: "kelola", Faults: faults,
		Crumbs: []frame.Crumb{{Text: v.T("accounts.title"), Path: "/kelola"}}, Data: mandatePage{mandateFields: s.mandateFields(v, frame.Form{Values: f, Faults: faults}), Account: x}}))
}

// changeAccount proposes another mandate or a way back in, or closes an account.
func (s *Site) changeAccount(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := ronda.Can(a.Actor, ronda.ManageAccount, ronda.Case{}, s.pack); err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return err
	}
	id := r.PathValue("id")
	switch r.PathValue("act") {
	case "matikan":
		if err := s.opt.Accounts.Disable(r.Context(), a.Actor, id); err != nil {
			return err
		}
		return s.frame.Redirect(w, r, "/kelola")
	case "undang":
		return s.propose(w, r, a, account.Proposal{Kind: ronda.GrantRecover, Account: id}, nil)
	case "mandat":
		x, err := s.opt.Accounts.Account(r.Context(), id)
		if err != nil {
			return err
		}
		return s.propose(w, r, a, account.Proposal{Kind: ronda.GrantChange, Account: id, Mandate: mandateOf(r.PostForm)}, func(faults []i18n.FieldError) error {
			return s.renderMandate(w, r, a, x, r.PostForm, faults)
		})
	}
	return ronda.Errorf(ronda.NotFound, "page", "")
}
