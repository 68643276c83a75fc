package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// withdrawPath is where checks that came in by a file or with the pack are taken back.
const withdrawPath = "/kerja/periksa-fakta"

// withdrawCheckPage is the data of page/work/withdraw_check.html.
type withdrawCheckPage struct {
	Form    frame.Form
	Check   *checkLine
	Why     string // why this person may not take it back
	Partner bool
	Done    bool
}

func (s *Site) showWithdrawCheck(w http.ResponseWriter, r *http.Request, a staff) error {
	q := r.URL.Query()
	values := url.Values{"cari": {q.Get("cari")}}
	return s.renderWithdrawCheck(w, r, a, values, q.Has("beres"), nil)
}

func (s *Site) renderWithdrawCheck(w http.ResponseWriter, r *http.Request, a staff, values url.Values, done bool, faults []i18n.FieldError) error {
	if !ronda.WithdrawsChecks(a.Actor, s.pack) {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	v := frame.VisitOf(r)
	page := withdrawCheckPage{Partner: a.Has(ronda.RolePartner), Done: done}
	if typed := strings.TrimSpace(values.Get("cari")); typed != "" {
		f, err := s.checkTyped(r, typed)
		switch {
		case ronda.KindOf(err) == ronda.NotFound:
			faults = v.Fields(ronda.Errorf(ronda.Invalid, "check.withdraw_none", "cari"))
		case err != nil:
			return err
		default:
			line := lineOf(v, f)
			page.Check = &line
			outlet, err := s.opt.Publish.Outlet(r.Context(), a.Actor)
			if err != nil {
				return err
			}
			if err := ronda.MayRetract(f, a.Actor, outlet, s.pack); err != nil {
				page.Why = v.Error(err)
			}
		}
	}
	page.Form = frame.Form{Values: values, Faults: faults}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/withdraw_check", Title: v.T("withdraw_check.title"), Nav: "periksa-fakta", Faults: faults, Data: page}))
}

// checkTyped finds a check by the address of its page, by its id, or by the address of the outlet's article.
func (s *Site) checkTyped(r *http.Request, typed string) (ronda.FactCheck, error) {
	u, err := url.Parse(typed)
	if err == nil && u.Host != "" {
		f, err := s.opt.Publications.FactCheckAt(r.Context(), typed)
		if ronda.KindOf(err) != ronda.NotFound {
			return f, err
		}
	}
	ref := typed
	if err == nil {
		if _, after, ok := strings.Cut(u.Path, "/periksa/"); ok {
			ref = after
		}
	}
	return s.checkOf(r.Context(), ref)
}

// withdrawCheck takes a check back. Whoever may not is told so, whether the form was shown to them or not.
func (s *Site) withdrawCheck(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v, id := frame.VisitOf(r), r.PostForm.Get("id")
	version, _ := strconv.Atoi(r.PostForm.Get("version"))
	_, err := s.opt.Publish.Retract(r.Context(), a.Actor, id, version, strings.TrimSpace(r.PostForm.Get("reason")))
	faults := v.Fields(err)
	if ronda.KindOf(err) == ronda.Conflict {
		faults = []i18n.FieldError{{Text: v.Error(err), Kind: ronda.Conflict}}
	}
	if len(faults) > 0 {
		values := r.PostForm
		values.Set("cari", id)
		return s.renderWithdrawCheck(w, r, a, values, false, faults)
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, withdrawPath+"?beres=1&cari="+url.QueryEscape(id))
}
