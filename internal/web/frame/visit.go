package frame

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"ronda/internal/i18n"
)

// Visit is what a page needs to know about the request.
type Visit struct {
	i18n.Printer
	Path   string // without language: "/tiket"
	Theme  string // "", "terang" or "gelap"
	Now    time.Time
	Addr   netip.Addr // of the person, behind trusted proxies
	Prefix string     // "" or "/en"
}

type visitKey struct{}

// VisitOf returns the visit of a request that passed the frame.
func VisitOf(r *http.Request) *Visit {
	v, ok := r.Context().Value(visitKey{}).(*Visit)
	if !ok {
		panic("frame: request did not pass Frame.Handler")
	}
	return v
}

// visit reads language, theme and address once for each request.
func (f *Frame) visit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang, path := f.split(r.URL.Path)
		v := &Visit{
			Printer: f.opt.Messages.Printer(lang, f.opt.Zone),
			Path:    path,
			Now:     f.opt.Now(),
			Addr:    clientAddr(r, f.opt.Trusted),
			Prefix:  f.prefix(lang),
		}
		if c, err := r.Cookie(themeCookie); err == nil && (c.Value == "terang" || c.Value == "gelap") {
			v.Theme = c.Value
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
	})
}

// split takes the language off a path.
func (f *Frame) split(path string) (lang, rest string) {
	languages := f.opt.Messages.Languages()
	for _, l := range languages[1:] {
		if path == "/"+l {
			return l, "/"
		}
		if strings.HasPrefix(path, "/"+l+"/") {
			return l, path[len(l)+1:]
		}
	}
	return languages[0], path
}

// clientAddr is the address of the person: the last one in X-Forwarded-For that no trusted proxy wrote about itself.
// Without trusted proxies the header is ignored, because anyone can write it.
func clientAddr(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && within(addr, trusted); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next.Unmap()
	}
	return addr
}

func within(addr netip.Addr, list []netip.Prefix) bool {
	for _, p := range list {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

const themeCookie = "ronda_tampilan"

// setTheme keeps the chosen theme in a cookie for a year and goes back to the page the form was on.
func (f *Frame) setTheme(w http.ResponseWriter, r *http.Request) error {
	c := &http.Cookie{Name: themeCookie, Value: r.FormValue("tema"), Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, Secure: f.Secure(), SameSite: http.SameSiteLaxMode}
	if c.Value != "terang" && c.Value != "gelap" {
		c.Value, c.MaxAge = "", -1
	}
	http.SetCookie(w, c)
	http.Redirect(w, r, localPath(r.FormValue("kembali")), http.StatusSeeOther)
	return nil
}

// localPath returns s where it is a path of this site, and / otherwise, so that a form cannot send people elsewhere.
func localPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n\t") {
		return "/"
	}
	return s
}
