package web

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/boombuler/barcode/qr"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// appPage is the data of page/work/factor_app.html.
type appPage struct {
	Form  frame.Form
	Offer account.Offer
	QR    template.HTML
}

func (s *Site) siteHost() string { return s.opt.BaseURL.Hostname() }

func (s *Site) showApp(w http.ResponseWriter, r *http.Request, a staff) error {
	offer, err := s.opt.Accounts.NewOffer(a.account, s.siteHost())
	if err != nil {
		return err
	}
	return s.renderApp(w, r, a, offer, url.Values{"name": {frame.VisitOf(r).T("factor.app.default")}}, nil)
}

func (s *Site) renderApp(w http.ResponseWriter, r *http.Request, a staff, offer account.Offer, values url.Values, faults []i18n.FieldError) error {
	picture, err := drawQR(offer.URI)
	if err != nil {
		return err
	}
	values.Del("code")
	v := frame.VisitOf(r)
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/factor_app", Title: v.T("factor.app.title"), Nav: "akun", Crumbs: s.ownCrumbs(v), Faults: faults,
		Data: appPage{Form: frame.Form{Values: values, Faults: faults}, Offer: offer, QR: picture}}))
}

// drawQR draws a code as an inline picture: dark on white in every theme, because cameras need it.
func drawQR(text string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", fmt.Errorf("draw code: %w", err)
	}
	const quiet = 4
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := range size {
			if red, _, _, _ := code.At(x, y).RGBA(); red == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return template.HTML(fmt.Sprintf(`<svg class="qr" viewBox="0 0 %d %d" width="220" height="220" shape-rendering="crispEdges" aria-hidden="true"><rect width="100%%" height="100%%" fill="#fff"/><path d="%s" fill="#000"/></svg>`,
		size+2*quiet, size+2*quiet, path.String())), nil
}

func (s *Site) addApp(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	f, v := r.PostForm, frame.VisitOf(r)
	codes, err := s.opt.Accounts.AddApp(r.Context(), a.account, f.Get("offer"), f.Get("code"), f.Get("name"), v.Addr.String())
	if ronda.KindOf(err) == ronda.Invalid {
		offer, oerr := s.opt.Accounts.SameOffer(a.account, s.siteHost(), f.Get("offer"))
		if oerr != nil {
			if offer, oerr = s.opt.Accounts.NewOffer(a.account, s.siteHost()); oerr != nil {
				return oerr
			}
		}
		return s.renderApp(w, r, a, offer, f, v.Fields(err))
	}
	if err != nil {
		return err
	}
	if len(codes) > 0 {
		return s.renderCodes(w, r, a, codes)
	}
	return s.frame.Redirect(w, r, accountPath)
}

// codesPage is the data of page/work/codes.html.
type codesPage struct {
	Codes []string
	Login string
}

func (s *Site) renderCodes(w http.ResponseWriter, r *http.Request, a staff, codes []string) error {
	a.gate = false // the factor is there
	v := frame.VisitOf(r)
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/codes", Title: v.T("codes.title"), Nav: "akun", Crumbs: s.ownCrumbs(v), NoTwin: true, Data: codesPage{Codes: codes, Login: a.Login}}))
}

func (s *Site) makeCodes(w http.ResponseWriter, r *http.Request, a staff) error {
	factors, _, err := s.opt.Accounts.FactorsOf(r.Context(), a.Account)
	if err != nil {
		return err
	}
	if len(factors) == 0 {
		return ronda.Errorf(ronda.Conflict, "account.codes_early", "")
	}
	codes, err := s.opt.Accounts.NewCodes(r.Context(), a.account)
	if err != nil {
		return err
	}
	return s.renderCodes(w, r, a, codes)
}

// downloadCodes gives the codes that stand on the page back as a file. The server does not have them any more.
func (s *Site) downloadCodes(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	v := frame.VisitOf(r)
	var b strings.Builder
	fmt.Fprintf(&b, "Ronda %s\n%s\n\n", s.siteHost(), v.T("codes.file", "login", a.Login))
	for i, c := range r.PostForm["code"] {
		if _, ok := ronda.ParseCode(c, 10); ok && i < account.RecoveryCodes {
			b.WriteString(c + "\n")
		}
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="ronda-kode-pemulihan.txt"`)
	w.Header().Set("Cache-Control", "no-store")
	_, err := w.Write([]byte(b.String()))
	return err
}

func (s *Site) removeFactor(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := s.opt.Accounts.RemoveFactor(r.Context(), a.account, r.PathValue("id")); err != nil {
		return err
	}
	return s.frame.Redirect(w, r, accountPath)
}

// keyPage is the data of page/work/factor_key.html.
type keyPage struct {
	Form    frame.Form
	KeyHost string
}

func (s *Site) showKey(w http.ResponseWriter, r *http.Request, a staff) error {
	v := frame.VisitOf(r)
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/factor_key", Title: v.T("factor.key.title"), Nav: "akun", Crumbs: s.ownCrumbs(v), Scripts: s.keyScript(),
		Data: keyPage{Form: frame.Form{Values: url.Values{"name": {v.T("factor.key.default")}}}, KeyHost: s.keyHost()}}))
}

func (s *Site) beginKey(w http.ResponseWriter, r *http.Request, a staff) error {
	c, err := s.opt.Accounts.BeginKey(r.Context(), a.account)
	return s.answerJSON(w, r, c, err)
}

func (s *Site) addKey(w http.ResponseWriter, r *http.Request, a staff) error {
	k, err := readKeyAnswer(r)
	if err == nil {
		err = s.opt.Accounts.AddKey(r.Context(), a.account, k.Ticket, k.Name, k.Answer)
	}
	return s.answerJSON(w, r, said{To: frame.VisitOf(r).Prefix + accountPath}, err)
}
