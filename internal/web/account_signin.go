package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// signInPage is the data of page/work/signin.html.
type signInPage struct {
	Form         frame.Form
	To           string
	Ended        bool
	Demo         []demoAccount
	KeyHost      string // name that passkeys are bound to, "" where there are none
	Institutions []account.Institution
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
	page := signInPage{Form: frame.Form{Values: values, Faults: faults}, To: values.Get("ke"), Ended: r.URL.Query().Has("akhir") || values.Get("ke") != "",
		KeyHost: s.keyHost(), Institutions: s.opt.Accounts.Institutions.List()}
	if s.opt.Demo {
		for _, d := range s.opt.DemoAccounts {
			page.Demo = append(page.Demo, demoAccount{Login: d.Login, Password: d.Password, Name: d.Name, What: d.What.In(v.Lang)})
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "work/signin", Title: v.T("signin.title"), Private: true, Faults: faults, Data: page, Scripts: s.keyScript()})
}

// keyHost is the name that passkeys are bound to.
func (s *Site) keyHost() string {
	if s.opt.Accounts.Passkeys == nil {
		return ""
	}
	return s.opt.Accounts.Passkeys.Host
}

// keyScript is what a page with a passkey button loads.
func (s *Site) keyScript() []string {
	if s.keyHost() == "" {
		return nil
	}
	return []string{"kunci.js"}
}

// browserOf says where a sign-in comes from. The session that the browser holds ends with it.
func (s *Site) browserOf(r *http.Request, login string) account.Browser {
	b := account.Browser{Client: frame.VisitOf(r).Addr.String(), Agent: r.UserAgent()}
	if c, err := r.Cookie(sessionCookie); err == nil {
		b.Old = c.Value
	}
	var k knownBrowser
	if c, err := r.Cookie(knownCookie); err == nil && s.frame.Sealer().Open(knownCookie, c.Value, s.frame.Now(), &k) == nil && k.Login == account.FoldLogin(login) {
		b.Known = k.ID
	}
	return b
}

// knownCookie marks a browser that an account has signed in with, so that guesses from elsewhere cannot shut it out.
const knownCookie = "ronda_kenal"

// knownLife is how long a browser is known.
const knownLife = 180 * 24 * time.Hour

type knownBrowser struct {
	Login string `json:"l"`
	ID    string `json:"i"`
}

// signedIn gives the browser its session and leads on: to the second step, to where the person wanted to go, or to the day's work.
func (s *Site) signedIn(w http.ResponseWriter, r *http.Request, in account.SignedIn, to string) (string, error) {
	prefix := frame.VisitOf(r).Prefix
	life := account.SessionMax
	if in.Second {
		life = account.SecondLife
	}
	http.SetCookie(w, s.cookie(sessionCookie, in.Secret, life))
	if in.Second {
		path := prefix + "/masuk/kedua"
		if to = localPath(to); to != "" {
			path += "?ke=" + url.QueryEscape(to)
		}
		return path, nil
	}
	sealed, err := s.frame.Sealer().Seal(knownCookie, knownBrowser{Login: in.Account.Login, ID: ronda.IDs{Rand: s.opt.Rand}.Code(16)}, s.frame.Now().Add(knownLife))
	if err != nil {
		return "", err
	}
	http.SetCookie(w, s.cookie(knownCookie, sealed, knownLife))
	if to = localPath(to); to != "" {
		return to, nil
	}
	return prefix + s.homeOf(in.Account.Actor), nil
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	login := r.PostForm.Get("login")
	in, err := s.opt.Accounts.SignIn(r.Context(), login, r.PostForm.Get("password"), s.browserOf(r, login))
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderSignIn(w, r, r.PostForm, frame.VisitOf(r).Fields(err))
	}
	if err != nil {
		return err
	}
	to, err := s.signedIn(w, r, in, r.PostForm.Get("ke"))
	if err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (s *Site) cookie(name, value string, life time.Duration) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(life / time.Second), HttpOnly: true, Secure: s.frame.Secure(), SameSite: http.SameSiteLaxMode}
}

// secondPage is the data of page/work/second.html.
type secondPage struct {
	Form    frame.Form
	To      string
	App     bool
	KeyHost string
}

func (s *Site) pendingSecret(r *http.Request) string {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

func (s *Site) showSecond(w http.ResponseWriter, r *http.Request) error {
	return s.renderSecond(w, r, url.Values{"ke": {r.URL.Query().Get("ke")}}, nil)
}

func (s *Site) renderSecond(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError) error {
	_, factors, err := s.opt.Accounts.Waits(r.Context(), s.pendingSecret(r))
	if ronda.KindOf(err) == ronda.Forbidden {
		return s.frame.Redirect(w, r, "/masuk?akhir=1")
	}
	if err != nil {
		return err
	}
	page := secondPage{Form: frame.Form{Values: values, Faults: faults}, To: values.Get("ke")}
	values.Del("code")
	for _, f := range factors {
		if f.Kind == ronda.FactorTOTP {
			page.App = true
		} else {
			page.KeyHost = s.keyHost()
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "work/second", Title: frame.VisitOf(r).T("second.title"), Private: true, Faults: faults, Data: page, Scripts: s.keyScript()})
}

func (s *Site) takeSecond(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	in, err := s.opt.Accounts.Second(r.Context(), s.pendingSecret(r), r.PostForm.Get("code"), s.browserOf(r, ""))
	switch {
	case ronda.KindOf(err) == ronda.Invalid:
		return s.renderSecond(w, r, r.PostForm, frame.VisitOf(r).Fields(err))
	case ronda.KindOf(err) == ronda.Forbidden:
		return s.frame.Redirect(w, r, "/masuk?akhir=1")
	case err != nil:
		return err
	}
	to, err := s.signedIn(w, r, in, r.PostForm.Get("ke"))
	if err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if a, err := s.staffOf(r); err == nil {
		if err := s.opt.Accounts.SignOut(r.Context(), a.Session); err != nil {
			return err
		}
	}
	http.SetCookie(w, s.cookie(sessionCookie, "", -time.Second))
	return s.frame.Redirect(w, r, "/masuk")
}

// expectCookie holds, sealed, what an institution's answer is compared with. It binds the answer to the browser that asked.
const expectCookie = "ronda_lembaga"

type awaited struct {
	account.Expect
	To string `json:"t"`
}

func (s *Site) toInstitution(w http.ResponseWriter, r *http.Request) error {
	address, expect, err := s.opt.Accounts.BeginInstitution(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	sealed, err := s.frame.Sealer().Seal(expectCookie, awaited{expect, localPath(r.URL.Query().Get("ke"))}, s.frame.Now().Add(account.SecondLife))
	if err != nil {
		return err
	}
	http.SetCookie(w, s.cookie(expectCookie, sealed, account.SecondLife))
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

func (s *Site) fromInstitution(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	var want awaited
	c, err := r.Cookie(expectCookie)
	if err != nil || s.frame.Sealer().Open(expectCookie, c.Value, s.frame.Now(), &want) != nil {
		return ronda.Errorf(ronda.Forbidden, "account.institution_stale", "")
	}
	http.SetCookie(w, s.cookie(expectCookie, "", -time.Second))
	q := r.URL.Query()
	in, err := s.opt.Accounts.SignInInstitution(r.Context(), r.PathValue("id"), q.Get("state"), q.Get("code"), want.Expect, s.browserOf(r, ""))
	if err != nil {
		return err
	}
	to, err := s.signedIn(w, r, in, want.To)
	if err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// invitationPage is the data of page/work/invitation.html.
type invitationPage struct {
	Form frame.Form
	Link account.LinkView
}

func (s *Site) showInvitation(w http.ResponseWriter, r *http.Request) error {
	return s.renderInvitation(w, r, url.Values{}, nil)
}

func (s *Site) renderInvitation(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError) error {
	link, err := s.opt.Accounts.Look(r.Context(), r.PathValue("link"))
	if err != nil {
		return err
	}
	values.Del("password")
	title := "invitation.title"
	if link.Waits {
		title = "invitation.waits.title"
	}
	return s.frame.Render(w, r, frame.Page{Template: "work/invitation", Title: frame.VisitOf(r).T(title), Private: true, NoTwin: true,
		Faults: faults, Data: invitationPage{Form: frame.Form{Values: values, Faults: faults}, Link: link}})
}

func (s *Site) acceptInvitation(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	f := r.PostForm
	_, err := s.opt.Accounts.Accept(r.Context(), r.PathValue("link"), account.Acceptance{Login: f.Get("login"), Name: f.Get("name"), Password: f.Get("password"),
		Code: f.Get("code"), Client: frame.VisitOf(r).Addr.String()})
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderInvitation(w, r, f, frame.VisitOf(r).Fields(err))
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/masuk")
}

// keyAnswer is what the script sends of a passkey.
type keyAnswer struct {
	Ticket string          `json:"ticket"`
	Name   string          `json:"name"`
	To     string          `json:"to"`
	Answer json.RawMessage `json:"answer"`
}

func readKeyAnswer(r *http.Request) (keyAnswer, error) {
	var k keyAnswer
	if err := json.NewDecoder(r.Body).Decode(&k); err != nil {
		return k, ronda.Errorf(ronda.Invalid, "account.passkey_wrong", "")
	}
	return k, nil
}

// said is what the script gets back: where to go, or what to say.
type said struct {
	To    string `json:"to,omitempty"`
	Error string `json:"error,omitempty"`
}

// answerJSON writes a value for the script. An error becomes words; our own faults stay here.
func (s *Site) answerJSON(w http.ResponseWriter, r *http.Request, v any, err error) error {
	status := http.StatusOK
	if err != nil {
		switch ronda.KindOf(err) {
		case ronda.Internal:
			return err
		case ronda.Limited:
			status = http.StatusTooManyRequests
		case ronda.Forbidden:
			status = http.StatusForbidden
		default:
			status = http.StatusUnprocessableEntity
		}
		v = said{Error: frame.VisitOf(r).Error(err)}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(v)
}

func (s *Site) beginSignInKey(w http.ResponseWriter, r *http.Request) error {
	c, err := s.opt.Accounts.BeginUse(r.Context(), nil)
	return s.answerJSON(w, r, c, err)
}

func (s *Site) signInKey(w http.ResponseWriter, r *http.Request) error {
	k, err := readKeyAnswer(r)
	if err != nil {
		return s.answerJSON(w, r, nil, err)
	}
	in, err := s.opt.Accounts.SignInKey(r.Context(), k.Ticket, k.Answer, s.browserOf(r, ""))
	return s.keySignedIn(w, r, in, k.To, err)
}

func (s *Site) keySignedIn(w http.ResponseWriter, r *http.Request, in account.SignedIn, to string, err error) error {
	if err != nil {
		return s.answerJSON(w, r, nil, err)
	}
	to, err = s.signedIn(w, r, in, to)
	return s.answerJSON(w, r, said{To: to}, err)
}

func (s *Site) beginSecondKey(w http.ResponseWriter, r *http.Request) error {
	a, _, err := s.opt.Accounts.Waits(r.Context(), s.pendingSecret(r))
	if err != nil {
		return s.answerJSON(w, r, nil, err)
	}
	c, err := s.opt.Accounts.BeginUse(r.Context(), &a)
	return s.answerJSON(w, r, c, err)
}

func (s *Site) takeSecondKey(w http.ResponseWriter, r *http.Request) error {
	k, err := readKeyAnswer(r)
	if err != nil {
		return s.answerJSON(w, r, nil, err)
	}
	in, err := s.opt.Accounts.SecondKey(r.Context(), s.pendingSecret(r), k.Ticket, k.Answer, s.browserOf(r, ""))
	return s.keySignedIn(w, r, in, k.To, err)
}
