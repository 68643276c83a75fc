package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/intake"
	"ronda/internal/web/frame"
)

// Options joins the pages to the rest of the program.
type Options struct {
	Pack     *ronda.Pack     // sealed
	Messages *i18n.Catalogue // all texts
	BaseURL  *url.URL        // public address of the site
	Key      []byte          // at least 32 secret bytes
	Trusted  []netip.Prefix  // proxies in front of the server
	Demo     bool            // mark every page as a demonstration
	Leave    string          // where "Keluar cepat" leads; "" is DefaultLeave
	Now      func() time.Time
	Rand     io.Reader // source of idempotency keys
	Log      *slog.Logger

	Intake     Intake       // checks, reports, tickets
	Links      intake.Links // understands addresses
	FactChecks FactChecks   // what has been checked
	Alerts     Alerts       // optional: published warnings
	Health     Health       // optional: what /status shows

	WorkOptions
	DataOptions
	PublishOptions
	CampaignOptions
	ChatOptions
	KeepingOptions
}

// DefaultLeave is where "Keluar cepat" leads: the weather, a page that anyone may have open.
const DefaultLeave = "https://www.bmkg.go.id/"

// Site holds what the pages need.
type Site struct {
	opt   Options
	pack  *ronda.Pack
	frame *frame.Frame
	links intake.Links
	drawn pictureCache
}

// New prepares all pages, so that a broken template or a missing text shows at start.
func New(opt Options) (*Site, error) {
	if opt.Leave == "" {
		opt.Leave = DefaultLeave
	}
	templates, err := dir("templates")
	if err != nil {
		return nil, err
	}
	static, err := dir("static")
	if err != nil {
		return nil, err
	}
	icons, err := dir("icons")
	if err != nil {
		return nil, err
	}
	f, err := frame.New(frame.Options{
		Templates: templates, Static: static, Icons: icons, Messages: opt.Messages, BaseURL: opt.BaseURL,
		Zone: opt.Pack.Zone(""), Key: opt.Key, Trusted: opt.Trusted, Demo: opt.Demo, Subtitle: opt.Pack.Name,
		Nav: menu(opt.Partners != nil), Now: opt.Now, Log: opt.Log,
	})
	if err != nil {
		return nil, err
	}
	return &Site{opt: opt, pack: opt.Pack, frame: f, links: opt.Links}, nil
}

// Handler answers for all pages and static files. It takes every path that nothing else on the server takes.
func (s *Site) Handler() (http.Handler, error) { return s.frame.Handler(s.Routes()) }

// Routes lists every page in the order of the areas.
func (s *Site) Routes() []frame.Route {
	return slices.Concat(
		s.citizenRoutes(),
		s.appealRoutes(),
		s.partnerRoutes(),
		s.researchRoutes(),
		s.brigadeRoutes(),
		s.accountRoutes(),
		s.workRoutes(),
		s.channelRoutes(),
		s.performanceRoutes(),
		s.calendarRoutes(),
		s.keepingRoutes(),
		s.openRoutes(),
		s.platformRoutes(),
		s.publishRoutes(),
		s.auditRoutes(),
	)
}

// menu is the header and the footer of public pages.
func menu(partners bool) frame.Nav {
	nav := frame.Nav{
		Main: []frame.NavItem{
			{Key: "cek", Text: "nav.check", Path: "/"},
			{Key: "lapor", Text: "nav.report", Path: "/lapor"},
			{Key: "tiket", Text: "nav.ticket", Path: "/tiket"},
			{Key: "data", Text: "nav.data", Path: "/data"},
		},
		Footer: []frame.NavItem{
			{Key: "keberatan", Text: "nav.appeal", Path: "/keberatan"},
			{Key: "peringatan", Text: "nav.alerts", Path: "/peringatan"},
			{Key: "bahan", Text: "nav.kits", Path: "/bahan"},
			{Key: "pernyataan", Text: "nav.bulletins", Path: "/pernyataan-resmi"},
			{Key: "bantuan", Text: "nav.help", Path: "/bantuan"},
			{Key: "privasi", Text: "nav.privacy", Path: "/privasi"},
			{Key: "aksesibilitas", Text: "nav.accessibility", Path: "/aksesibilitas"},
			{Key: "status", Text: "nav.status", Path: "/status"},
			{Key: "kerja", Text: "nav.officers", Path: "/kerja"},
		},
	}
	if partners {
		nav.Footer = slices.Insert(nav.Footer, 2, frame.NavItem{Key: "mitra", Text: "nav.partners", Path: "/mitra-terdaftar"})
	}
	return nav
}
