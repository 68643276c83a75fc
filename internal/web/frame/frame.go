package frame

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"ronda"
	"ronda/internal/i18n"
)

// Options says what the frame is made of. All fields without "optional" are required.
type Options struct {
	Templates fs.FS            // layout/, component/ and page/
	Static    fs.FS            // files served under /static/ with their hash in the name
	Icons     fs.FS            // <name>.svg
	Messages  *i18n.Catalogue  // all texts
	BaseURL   *url.URL         // address under which the public reaches the site; https turns on HSTS and Secure cookies
	Zone      *time.Location   // zone of times that belong to no region
	Key       []byte           // at least 32 secret bytes; seals answers and drafts that people carry
	Trusted   []netip.Prefix   // optional: proxies whose X-Forwarded-For is believed
	Subtitle  ronda.Text       // optional: the election's name, beside the brand
	Demo      bool             // mark every page as a demonstration
	Nav       Nav              // entries of header and footer
	Now       func() time.Time // the clock
	Log       *slog.Logger     // internal errors, once each
}

// Nav holds the entries that every public page shows.
type Nav struct {
	Main   []NavItem // header, and the first group of the footer
	Footer []NavItem // the rest of the footer
}

// NavItem is an entry of a menu.
type NavItem struct {
	Key  string // Page.Nav of the pages below it
	Text string // text key
	Path string // without language
	Icon string // optional
}

// Frame renders pages and answers for everything around them. It is safe for concurrent use.
type Frame struct {
	opt    Options
	sealer *Sealer
	static *static
	icons  map[string]template.HTML
	pages  map[string]map[string]*template.Template // by language, then by page name
}

// New parses every template in every language and prepares the static files, so that a fault shows at start.
func New(opt Options) (*Frame, error) {
	if opt.Now == nil || opt.Log == nil || opt.Messages == nil || opt.BaseURL == nil {
		return nil, errors.New("frame needs a clock, a log, messages and a base address")
	}
	sealer, err := NewSealer(opt.Key)
	if err != nil {
		return nil, err
	}
	files, err := loadStatic(opt.Static)
	if err != nil {
		return nil, fmt.Errorf("load static files: %w", err)
	}
	icons, err := loadIcons(opt.Icons)
	if err != nil {
		return nil, err
	}
	f := &Frame{opt: opt, sealer: sealer, static: files, icons: icons}
	if f.pages, err = f.parse(); err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	return f, nil
}

// Now is the frame's clock.
func (f *Frame) Now() time.Time { return f.opt.Now() }

// Sealer seals what people carry for us.
func (f *Frame) Sealer() *Sealer { return f.sealer }

// Secure tells whether the public reaches the site over https.
func (f *Frame) Secure() bool { return f.opt.BaseURL.Scheme == "https" }

// Absolute is the public address of a path of this site.
func (f *Frame) Absolute(path string) string {
	return strings.TrimSuffix(f.opt.BaseURL.String(), "/") + path
}

// Action answers one request. An error it returns becomes an error page.
type Action func(w http.ResponseWriter, r *http.Request) error

// Route is one line of the route table: method and path as http.ServeMux wants them, without language.
type Route struct {
	Pattern string // "GET /periksa/{id}"
	Action  Action
	MaxBody int64 // bytes a request body may have; 0 means DefaultMaxBody
}

// DefaultMaxBody is the limit of a request body where a route sets none: a long chat message many times over.
const DefaultMaxBody = 256 << 10

// Handler serves the routes in every language, the static files and the error pages. Answers of each route pass the
// security headers, the size limit and the cross-origin protection.
func (f *Frame) Handler(routes []Route) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.Handle("GET /static/{name}", http.HandlerFunc(f.static.serve))
	mux.Handle("POST /tampilan", f.handle(Route{Action: f.setTheme}))
	for _, lang := range f.opt.Messages.Languages() {
		for _, route := range routes {
			method, path, ok := strings.Cut(route.Pattern, " ")
			if !ok || !strings.HasPrefix(path, "/") {
				return nil, fmt.Errorf("route %q is not \"METHOD /path\"", route.Pattern)
			}
			mux.Handle(method+" "+f.prefix(lang)+path, f.handle(route))
			if path == "/{$}" && f.prefix(lang) != "" {
				mux.Handle(method+" "+f.prefix(lang), f.handle(route)) // "/en" as people type it
			}
		}
	}
	mux.Handle("/", f.handle(Route{Action: func(http.ResponseWriter, *http.Request) error { return errNoPage }}))
	return f.protect(compress(f.visit(mux))), nil
}

// prefix is what stands before the path in a language: nothing in the first one.
func (f *Frame) prefix(lang string) string {
	if lang == f.opt.Messages.Languages()[0] {
		return ""
	}
	return "/" + lang
}

func (f *Frame) handle(route Route) http.Handler {
	limit := route.MaxBody
	if limit == 0 {
		limit = DefaultMaxBody
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		if err := route.Action(w, r); err != nil {
			f.Fail(w, r, err)
		}
	})
}

// Home is the start page in a language.
func (f *Frame) Home(lang string) string { return f.prefix(lang) + "/" }

// Redirect sends the person to a path of this site in the language of the request, with GET.
func (f *Frame) Redirect(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, f.prefix(VisitOf(r).Lang)+path, http.StatusSeeOther)
	return nil
}
