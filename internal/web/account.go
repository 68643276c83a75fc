package web

import (
	"net/http"
	"net/url"
	"strings"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// accountPage is the data of page/work/account.html.
type accountPage struct {
	Account  ronda.Account
	Roles    string
	Office   string
	Gate     bool
	Required bool // the role needs a second factor
	Demo     bool // let off, because this account belongs to a demonstration
	Factors  []ronda.Factor
	Codes    int
	Sessions []ronda.SessionInfo
	This     string
	Tokens   bool
	KeyHost  string
	Form     frame.Form
	Langs    []frame.Choice
}

func (s *Site) showAccount(w http.ResponseWriter, r *http.Request, a staff) error {
	v := frame.VisitOf(r)
	factors, codes, err := s.opt.Accounts.FactorsOf(r.Context(), a.Account)
	if err != nil {
		return err
	}
	sessions, err := s.opt.Accounts.Sessions(r.Context(), a.Account)
	if err != nil {
		return err
	}
	page := accountPage{Account: a.account, Roles: s.roleNames(v, a.Actor), Office: s.houseName(v, a.Actor), Gate: a.gate, Factors: factors, Codes: codes,
		Required: ronda.NeedsFactor(a.Actor, s.opt.Accounts.RequireFactor), Demo: a.Demo, Sessions: sessions, This: a.Session, Tokens: account.MayHaveTokens(a.Actor), KeyHost: s.keyHost(), Form: frame.Form{Values: url.Values{"lang": {a.account.Lang}}}}
	for _, l := range s.pack.Languages {
		page.Langs = append(page.Langs, frame.Choice{Value: l, Text: v.T("frame.language." + l)})
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/account", Title: v.T("account.title"), Nav: "akun", Data: page}))
}

func (s *Site) roleNames(v *frame.Visit, a ronda.Actor) string {
	var names []string
	for _, role := range a.Roles {
		names = append(names, v.T("role."+string(role)))
	}
	return strings.Join(names, ", ")
}

// houseName is what an account answers to: its office, its platform, or its organisation.
func (s *Site) houseName(v *frame.Visit, a ronda.Actor) string {
	switch {
	case a.Platform != "":
		return s.pack.PlatformName(a.Platform)
	case a.Office != "":
		return s.pack.OfficeName(a.Office, v.Lang, v.Now)
	}
	return a.Org
}

func (s *Site) setLanguage(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	if err := s.opt.Accounts.SetLanguage(r.Context(), a.account, r.PostForm.Get("lang")); err != nil {
		return err
	}
	return s.frame.Redirect(w, r, accountPath)
}

func (s *Site) endSession(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := s.opt.Accounts.EndSession(r.Context(), a.Account, r.PathValue("id")); err != nil {
		return err
	}
	return s.frame.Redirect(w, r, accountPath+"#sesi")
}

func (s *Site) endOtherSessions(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := s.opt.Accounts.EndOthers(r.Context(), a.Account, a.Session); err != nil {
		return err
	}
	return s.frame.Redirect(w, r, accountPath+"#sesi")
}

// passwordPage is the data of page/work/password.html.
type passwordPage struct {
	Form  frame.Form
	Login string
}

func (s *Site) showPassword(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderPassword(w, r, a, nil)
}

func (s *Site) renderPassword(w http.ResponseWriter, r *http.Request, a staff, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/password", Title: v.T("account.password.title"), Nav: "akun", Faults: faults, Crumbs: s.ownCrumbs(v),
		Data: passwordPage{Form: frame.Form{Values: url.Values{}, Faults: faults}, Login: a.Login}}))
}

func (s *Site) ownCrumbs(v *frame.Visit) []frame.Crumb {
	return []frame.Crumb{{Text: v.T("account.title"), Path: accountPath}}
}

func (s *Site) setPassword(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	err := s.opt.Accounts.SetPassword(r.Context(), a.account, a.Session, r.PostForm.Get("current"), r.PostForm.Get("password"), frame.VisitOf(r).Addr.String())
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderPassword(w, r, a, frame.VisitOf(r).Fields(err))
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, accountPath)
}

// proofPage is the data of page/work/proof.html.
type proofPage struct {
	Form     frame.Form
	To       string
	Login    string
	Password bool
	App      bool
	KeyHost  string
}

// fresh lets only through who has proved to be there a short while ago: a borrowed browser must not change how one signs in.
func (s *Site) fresh(next workAction) workAction {
	return func(w http.ResponseWriter, r *http.Request, a staff) error {
		if s.opt.Accounts.Fresh(a.info) {
			return next(w, r, a)
		}
		to := accountPath
		if r.Method == http.MethodGet || strings.HasSuffix(r.URL.Path, "/token") {
			to = frame.VisitOf(r).Path
		}
		return s.frame.Redirect(w, r, accountPath+"/bukti?ke="+url.QueryEscape(to))
	}
}

// freshJSON is fresh for the script.
func (s *Site) freshJSON(next workAction) workAction {
	return func(w http.ResponseWriter, r *http.Request, a staff) error {
		if !s.opt.Accounts.Fresh(a.info) {
			return s.answerJSON(w, r, nil, ronda.Errorf(ronda.Forbidden, "account.proof_old", ""))
		}
		return next(w, r, a)
	}
}

func (s *Site) showProof(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderOwnProof(w, r, a, r.URL.Query().Get("ke"), nil)
}

func (s *Site) renderOwnProof(w http.ResponseWriter, r *http.Request, a staff, to string, faults []i18n.FieldError) error {
	factors, _, err := s.opt.Accounts.FactorsOf(r.Context(), a.Account)
	if err != nil {
		return err
	}
	page := proofPage{Form: frame.Form{Values: url.Values{}, Faults: faults}, To: to, Login: a.Login, Password: a.info.Way != account.WayInstitution && a.info.Way != account.WayInstitutionTwo}
	for _, f := range factors {
		if f.Kind == ronda.FactorTOTP {
			page.App = true
		} else {
			page.KeyHost = s.keyHost()
		}
	}
	v := frame.VisitOf(r)
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/proof", Title: v.T("proof.title"), Nav: "akun", Crumbs: s.ownCrumbs(v), Faults: faults, Data: page, Scripts: s.keyScript()}))
}

func (s *Site) takeProof(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	f := r.PostForm
	err := s.opt.Accounts.Prove(r.Context(), a.info, a.account, f.Get("current"), strings.TrimSpace(f.Get("code")), frame.VisitOf(r).Addr.String())
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderOwnProof(w, r, a, f.Get("ke"), frame.VisitOf(r).Fields(err))
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, ownPath(f.Get("ke")))
}

// ownPath lets a proof lead only to the pages that ask for one.
func ownPath(to string) string {
	if to = localPath(to); strings.HasPrefix(to, accountPath+"/") {
		return to
	}
	return accountPath
}

func (s *Site) beginProofKey(w http.ResponseWriter, r *http.Request, a staff) error {
	c, err := s.opt.Accounts.BeginUse(r.Context(), &a.account)
	return s.answerJSON(w, r, c, err)
}

func (s *Site) takeProofKey(w http.ResponseWriter, r *http.Request, a staff) error {
	k, err := readKeyAnswer(r)
	if err == nil {
		err = s.opt.Accounts.ProveKey(r.Context(), a.info, a.account, k.Ticket, k.Answer, frame.VisitOf(r).Addr.String())
	}
	return s.answerJSON(w, r, said{To: frame.VisitOf(r).Prefix + ownPath(k.To)}, err)
}
