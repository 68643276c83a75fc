package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// tokensPage is the data of page/work/tokens.html.
type tokensPage struct {
	Liaison bool // may practise
	Form    frame.Form
	Tokens  []ronda.TokenInfo
	Scopes  []frame.Choice
	Secret  string // shown once
	Now     time.Time
}

func (s *Site) movedTokens(w http.ResponseWriter, r *http.Request, _ staff) error {
	return s.frame.Redirect(w, r, accountPath+"/token")
}

func (s *Site) showTokens(w http.ResponseWriter, r *http.Request, a staff) error {
	values := url.Values{"days": {"90"}}
	return s.renderTokens(w, r, a, "", values, nil)
}

func (s *Site) renderTokens(w http.ResponseWriter, r *http.Request, a staff, secret string, values url.Values, faults []i18n.FieldError) error {
	if !account.MayHaveTokens(a.Actor) {
		return ronda.Errorf(ronda.Forbidden, "account.no_tokens", "")
	}
	tokens, err := s.opt.Accounts.Tokens(r.Context(), a.Account)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page := tokensPage{Form: frame.Form{Values: values, Faults: faults}, Tokens: tokens, Secret: secret, Now: v.Now, Liaison: a.Has(ronda.RoleLiaison)}
	for _, x := range account.Scopes(a.Actor) {
		page.Scopes = append(page.Scopes, frame.Choice{Value: x, Text: v.T("tokens.scope." + x)})
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/tokens", Title: v.T("tokens.title"), Nav: tokenNav(a.Actor), Crumbs: s.ownCrumbs(v), Faults: faults, Data: page}))
}

// tokenNav is the entry of the menu: liaisons have one of their own for tokens.
func tokenNav(a ronda.Actor) string {
	if a.Has(ronda.RoleLiaison) {
		return "token"
	}
	return "akun"
}

func (s *Site) makeToken(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	f := r.PostForm
	days, _ := strconv.Atoi(f.Get("days")) // 0 is refused as a life
	secret, err := s.opt.Accounts.MakeToken(r.Context(), a.account, f.Get("name"), f["scopes"], time.Duration(days)*24*time.Hour, f.Get("sandbox") != "")
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderTokens(w, r, a, "", f, frame.VisitOf(r).Fields(err))
	}
	if err != nil {
		return err
	}
	return s.renderTokens(w, r, a, secret, url.Values{"days": {"90"}}, nil)
}

func (s *Site) revokeToken(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := s.opt.Accounts.RevokeToken(r.Context(), a.Account, r.PathValue("id")); err != nil {
		return err
	}
	return s.frame.Redirect(w, r, accountPath+"/token")
}
