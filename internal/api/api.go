package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"golang.org/x/text/language"

	"ronda"
	"ronda/internal/i18n"
)

// Options joins the API to the stages. A nil stage leaves its paths out; all other fields without "optional" are required.
type Options struct {
	Pack     *ronda.Pack
	Messages *i18n.Catalogue
	BaseURL  *url.URL       // address under which programs reach the site
	Trusted  []netip.Prefix // optional: proxies whose X-Forwarded-For is believed
	Demo     bool           // optional: say in the document that all data is made up
	Version  string         // optional: of the program, for the document
	Now      func() time.Time
	IDs      ronda.IDs
	Log      *slog.Logger
	Throttle Throttle
	Accounts Accounts

	Intake     Intake
	Casework   Casework
	Notices    Notices
	Responses  Responses
	Receipts   Receipts
	Appeals    Appeals // optional, beside Notices
	FactChecks FactChecks
	Statements Statements
	Partners   Partners // optional
	Research   Research // optional

	SandboxStatements Statements // beside Statements
	Practice          Practice
	Links             Links // beside Practice
	Hooks             Hooks
	Outside           Outside
	Campaign          Campaign // optional
}

// api is the handler's state. Nothing but the counts changes after New.
type api struct {
	opt       Options
	huma      huma.API
	mux       *http.ServeMux
	languages language.Matcher
	specs     map[string]spec // by operation id
	law       ronda.LawFinder
	counts    countCache
}

// New builds the handler for /api/v1/, /openapi.json and /openapi.yaml.
func New(o Options) (h http.Handler, err error) {
	switch {
	case o.Statements != nil && o.SandboxStatements == nil:
		return nil, errors.New("prepare API: statements of practice have no store")
	case o.Pack == nil, o.Messages == nil, o.BaseURL == nil, o.Now == nil, o.Log == nil, o.Throttle == nil, o.Accounts == nil, o.IDs.Rand == nil:
		return nil, errors.New("prepare API: a required option is missing")
	}
	defer func() { // the framework panics where a description is wrong
		if r := recover(); r != nil {
			err = fmt.Errorf("prepare API: %v", r)
		}
	}()
	a := &api{opt: o, mux: http.NewServeMux(), specs: map[string]spec{}, law: ronda.NewLawFinder(o.Pack)}
	var tags []language.Tag
	for _, l := range o.Messages.Languages() {
		tags = append(tags, language.Make(l))
	}
	a.languages = language.NewMatcher(tags)
	a.huma = humago.New(a.mux, a.config())
	a.huma.UseMiddleware(a.admit)
	a.routes()
	a.finishDocument()
	return a.guard(a.mux), nil
}

// config describes the API as a whole.
func (a *api) config() huma.Config {
	version := a.opt.Version
	if version == "" {
		version = "1"
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Ronda", Version: version, Description: a.introduction(), License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
			Servers: []*huma.Server{{URL: a.link(""), Description: "This installation"}},
			Tags:    tags(),
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{"token": {
					Type: "http", Scheme: "bearer", BearerFormat: "rt_…",
					Description: "An API token of an account: `Authorization: Bearer rt_…`. Liaisons make theirs on /penghubung/token. A token can do at most what " +
						"its account may; scopes narrow that. A token in an address is refused.",
				}},
			},
		},
		OpenAPIPath: "/openapi", Formats: map[string]huma.Format{"application/json": strictJSON, "json": strictJSON}, DefaultFormat: "application/json",
		RejectUnknownQueryParameters: true, Transformers: []huma.Transformer{a.translate},
	}
}

// link makes an absolute address of the site.
func (a *api) link(path string) string {
	u := *a.opt.BaseURL
	u.Path, u.RawQuery, u.Fragment = "", "", ""
	return u.String() + path
}

func (a *api) registry() huma.Registry { return a.huma.OpenAPI().Components.Schemas }

// schema is the reference to the schema of the type that v points to.
func (a *api) schema(v any) *huma.Schema {
	return a.registry().Schema(reflect.TypeOf(v).Elem(), true, "")
}
