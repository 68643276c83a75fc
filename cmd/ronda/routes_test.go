package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/demo"
	"ronda/internal/web/frame"
)

var updateRoutes = flag.Bool("update-routes", false, "write docs/routes.md from what the server does")

// routesPage is the table of who gets in where. TestEveryRoute compares it with the running server.
const routesPage = "../../docs/routes.md"

// limits are the areas with the only roles that may get in, whatever the table says. A new area needs its line.
var limits = []struct {
	prefix string
	roles  []string
}{
	{"/kelola/saluran", []string{"admin", "liaison"}}, // a liaison sees how its own platform is reached
	{"/penghubung/keberatan", everyone[1:]},           // the same page as /kerja/keberatan: what concerns the person
	{"/penghubung/token", everyone[1:]},               // leads to the own account
	{"/kelola", []string{"admin"}},
	{"/mitra/daftar", everyone},    // organisations apply before they have an account
	{"/mitra/pengajuan", everyone}, // and see with their code how far it is
	{"/mitra", []string{"partner"}},
	{"/penghubung", []string{"liaison", "other liaison", "ministry"}},
	{"/pemeriksa", []string{"auditor"}},
	{accountArea, everyone[1:]},
	{"/kerja/kasus", []string{"officer", "lead", "contact", "ministry", "observer", "auditor", "other officer"}},
	{"/kerja", everyone[1:]},
}

const accountArea = "/kerja/akun"

// everyone are the visitors of the test, each with an account of the demonstration.
var everyone = []string{"public", "officer", "other officer", "lead", "contact", "ministry", "liaison", "other liaison", "partner", "observer", "auditor", "admin"}

var logins = map[string]string{"officer": "petugas.bandung", "lead": "ketua.jabar", "contact": "narahubung", "ministry": "kementerian.satu", "liaison": "penghubung.tiktok",
	"other liaison": "penghubung.facebook", "partner": "mitra", "observer": "pengamat", "auditor": "pemeriksa", "admin": "pengelola.dua", "other officer": "penelaah.73"}

// strangers must see nothing of the case that the test asks for: it lies in another region, went to another platform, or is none of their business.
var strangers = []string{"public", "other officer", "other liaison", "partner", "admin"}

// sample is the case that fills the places of the addresses, and what gives it away.
type sample struct {
	number, id, notice, evidence, item, account string
	canaries                                    []string
}

func (h *hub) sampleCase(t *testing.T) sample {
	t.Helper()
	all, err := h.db.Cases(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Region != "32.73" || len(c.Evidence) == 0 {
			continue
		}
		i := slices.IndexFunc(c.Notices, func(n ronda.Notice) bool { return n.Platform == "tiktok" && n.Public() })
		if i < 0 || slices.ContainsFunc(c.Notices, func(n ronda.Notice) bool { return n.Platform == "facebook" }) {
			continue
		}
		s := sample{number: c.Number, id: c.ID, notice: c.Notices[i].ID, evidence: c.Evidence[0].ID, item: c.Items[0].ID, canaries: []string{c.Number}}
		for _, it := range c.Items {
			s.canaries = append(s.canaries, it.Address)
		}
		return s
	}
	t.Fatal("the demonstration has no case in Bandung with evidence and a notice to TikTok")
	return sample{}
}

// fill puts the sample into the places of a route's address. Where a place means something else, it stays "x": the answer is 404 at the most.
func (s sample) fill(path string) string {
	path = strings.ReplaceAll(path, "{$}", "")
	for _, p := range []struct{ place, value string }{
		{"/kasus/{no}", "/kasus/" + s.number}, {"/pilah/{no}", "/pilah/" + s.number}, {"/cases/{id}", "/cases/" + s.id}, {"/cases/{case}", "/cases/" + s.id}, {"/cases/{number}", "/cases/" + s.number},
		{"/pemberitahuan/{id}", "/pemberitahuan/" + s.notice}, {"/notices/{id}", "/notices/" + s.notice}, {"/tindakan/{id}", "/tindakan/" + s.notice}, {"/acts/{id}", "/acts/" + s.notice},
		{"/berkas/{id}", "/berkas/" + s.evidence}, {"/berkas/{file}", "/berkas/" + s.evidence}, {"/{form}", "/surat"}, {"/kelola/akun/{id}", "/kelola/akun/" + s.account},
		{"/kontes/{id}", "/kontes/governor-32"}, {"/contests/{id}", "/contests/governor-32"}, {"{contest}", "mayor-32.73"}, {"/komitmen/{n}", "/komitmen/1"}, {"/bagan/{nama}", "/bagan/hasil"},
		{"/lembaga/{id}", "/lembaga/bawaslu"}, {"/umpan/{jenis}/{nama}", "/umpan/platform/tiktok.atom"}, {"{bagian}", "undian"}, {"/kerja/kasus/" + s.number + "/{act}", "/kerja/kasus/" + s.number + "/catat"},
		{"/wilayah/{kode}", "/wilayah/32.73"}, {"/kelola/saluran/{platform}", "/kelola/saluran/tiktok"}, {"/platform/{slug}", "/platform/tiktok"}, {"{platform}", "tiktok"},
	} {
		path = strings.ReplaceAll(path, p.place, p.value)
	}
	return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(path, "x")
}

// route is one line of the table.
type route struct{ method, path, scope string }

// apiRoutes reads the API's own document.
func (h *hub) apiRoutes(t *testing.T) []route {
	t.Helper()
	var doc struct {
		Paths   map[string]map[string]json.RawMessage
		Servers []struct{ URL string }
	}
	if err := json.Unmarshal([]byte(h.visit(t, "").get("/openapi.json").text), &doc); err != nil {
		t.Fatal(err)
	}
	base := ""
	if len(doc.Servers) > 0 {
		if u, err := url.Parse(doc.Servers[0].URL); err == nil {
			base = strings.TrimSuffix(u.Path, "/")
		}
	}
	needs := regexp.MustCompile("needs `([a-z_.]+)`")
	var out []route
	for path, methods := range doc.Paths {
		for method, raw := range methods {
			if !slices.Contains([]string{"get", "post", "put", "delete", "patch"}, method) {
				continue
			}
			r := route{method: strings.ToUpper(method), path: base + path}
			var op struct{ Description string }
			if err := json.Unmarshal(raw, &op); err != nil {
				t.Fatal(err)
			}
			if m := needs.FindStringSubmatch(op.Description); m != nil {
				r.scope = m[1]
			}
			out = append(out, r)
		}
	}
	if len(out) < 15 {
		t.Fatalf("only %d operations in the API's document", len(out))
	}
	return out
}

// walker asks every route as every visitor.
type walker struct {
	t      *testing.T
	h      *hub
	sample sample
	client *http.Client
	cookie map[string]string
	token  map[string]string
}

func newWalker(t *testing.T, h *hub) *walker {
	w := &walker{t: t, h: h, sample: h.sampleCase(t), cookie: map[string]string{}, token: map[string]string{},
		client: &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	for _, who := range everyone[1:] {
		a, err := h.accounts.ByLogin(t.Context(), logins[who])
		if err != nil {
			t.Fatalf("%s: %v", logins[who], err)
		}
		if who == "officer" {
			w.sample.account = a.ID
		}
		w.token[who] = w.newToken(a.ID, nil)
		w.token[who+" without scopes"] = w.newToken(a.ID, []string{"nothing.at.all"})
	}
	return w
}

func (w *walker) newToken(id string, scopes []string) string {
	w.t.Helper()
	plain, _, err := w.h.accounts.NewToken(w.t.Context(), id, "uji", scopes, time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	return plain
}

// ask sends one request. A session that a route has ended is opened again.
func (w *walker) ask(r route, who string) (int, string, http.Header) {
	w.t.Helper()
	for try := 0; ; try++ {
		body := ""
		if r.method != http.MethodGet {
			body = "{}"
			if !strings.HasPrefix(r.path, "/api/") {
				body = "x=1"
			}
		}
		req, err := http.NewRequestWithContext(w.t.Context(), r.method, w.h.base+w.sample.fill(r.path), strings.NewReader(body))
		if err != nil {
			w.t.Fatal(err)
		}
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		switch {
		case strings.HasPrefix(r.path, "/api/"):
			req.Header.Set("Content-Type", "application/json")
			if who != "public" {
				req.Header.Set("Authorization", "Bearer "+w.token[who])
			}
		case who != "public":
			if w.cookie[who] == "" {
				w.cookie[who] = w.session(who)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.AddCookie(&http.Cookie{Name: "ronda_sesi", Value: w.cookie[who]})
		default:
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		res, err := w.client.Do(req)
		if err != nil {
			w.t.Fatalf("%s %s: %v", r.method, r.path, err)
		}
		b, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
		res.Body.Close()
		if err != nil {
			w.t.Fatalf("%s %s: %v", r.method, r.path, err)
		}
		if who != "public" && toSignIn(res) && try == 0 && !strings.HasPrefix(r.path, "/masuk") && r.path != "/keluar" {
			w.cookie[who] = ""
			continue
		}
		if r.path == "/keluar" && r.method == http.MethodPost {
			w.cookie[who] = ""
		}
		return res.StatusCode, string(b), res.Header
	}
}

func (w *walker) session(who string) string {
	w.t.Helper()
	in, err := w.h.accounts.SignIn(w.t.Context(), logins[who], demo.Password, account.Browser{Client: "127.0.0.1", Agent: "test"})
	if err != nil {
		w.t.Fatal(err)
	}
	return in.Secret
}

func toSignIn(res *http.Response) bool {
	return res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/masuk")
}

// gotIn tells whether the answer means that the visitor may be here: what was sent may still be wrong (422) or too late (409).
func gotIn(status int, header http.Header, path string) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed:
		return false
	case http.StatusSeeOther:
		return !strings.HasPrefix(header.Get("Location"), "/masuk") || strings.HasPrefix(path, "/masuk")
	}
	return true
}

// TestEveryRoute walks every route of pages and API with every role: nothing breaks, nobody sees what is none of their business, areas are closed to
// all but their roles, and who gets in is what docs/routes.md says.
func TestEveryRoute(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	w := newWalker(t, h)
	var routes []route
	for _, r := range h.site.Routes() {
		routes = append(routes, pageRoute(t, r))
	}
	routes = append(routes, route{method: "POST", path: "/tampilan"}, route{method: "GET", path: "/healthz"}, route{method: "GET", path: "/log/checkpoint"}, route{method: "GET", path: "/openapi.json"})
	routes = append(routes, h.apiRoutes(t)...)
	slices.SortFunc(routes, func(a, b route) int { return strings.Compare(order(a), order(b)) })
	got := map[string]string{}
	for _, r := range routes {
		got[r.method+" "+r.path] = strings.Join(w.walk(r), ", ")
	}
	w.scopes(routes)
	page := writeRoutes(routes, got)
	if *updateRoutes {
		if err := os.WriteFile(routesPage, page, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	compareRoutes(t, page)
}

// order puts reading before changing, so that the pages are seen as they are at the start, and signing out last.
func order(r route) string {
	n := "2"
	switch {
	case r.method == http.MethodGet:
		n = "1"
	case r.path == "/keluar":
		n = "3"
	}
	return n + r.path + " " + r.method
}

func pageRoute(t *testing.T, r frame.Route) route {
	t.Helper()
	method, path, ok := strings.Cut(r.Pattern, " ")
	if !ok {
		t.Fatalf("route %q names no method", r.Pattern)
	}
	return route{method: method, path: path}
}

// walk asks one route as everyone and returns who got in.
func (w *walker) walk(r route) []string {
	var in []string
	for _, who := range everyone {
		status, body, header := w.ask(r, who)
		if status >= 500 {
			w.t.Errorf("%s %s as %s: status %d\n%.300s", r.method, r.path, who, status, body)
		}
		ok := gotIn(status, header, r.path)
		if slices.Contains(strangers, who) {
			for _, c := range w.sample.canaries {
				if strings.Contains(body, c) && !strings.Contains(w.sample.fill(r.path), c) { // what was asked for comes back in links
					w.t.Errorf("%s %s shows %q to %s", r.method, r.path, c, who)
				}
			}
		}
		for _, l := range limits {
			if r.path == l.prefix || strings.HasPrefix(r.path, l.prefix+"/") {
				if ok && !slices.Contains(l.roles, who) {
					w.t.Errorf("%s %s lets %s in (status %d): %s is only for %v", r.method, r.path, who, status, l.prefix, l.roles)
				}
				break
			}
		}
		if ok {
			in = append(in, who)
		}
	}
	return in
}

// scopes asks what needs a scope with a token that has another one: it is refused, also to who may.
func (w *walker) scopes(routes []route) {
	n := 0
	for _, r := range routes {
		if r.scope == "" {
			continue
		}
		n++
		for _, who := range []string{"officer", "liaison", "auditor", "admin"} {
			if status, body, _ := w.ask(r, who+" without scopes"); status != http.StatusForbidden {
				w.t.Errorf("%s %s needs %s and takes a token without it: status %d\n%.200s", r.method, r.path, r.scope, status, body)
			}
		}
	}
	if n < 5 {
		w.t.Errorf("only %d operations say which scope they need", n)
	}
}

// writeRoutes makes the page.
func writeRoutes(routes []route, got map[string]string) []byte {
	var b bytes.Buffer
	b.WriteString("# Who gets in where\nMade by `go test ./cmd/ronda -run TestEveryRoute -update-routes`, from the routes of the pages and the API's own document, by asking each as everyone. " +
		"\"Gets in\" means that the request is not refused for who asks; what somebody then sees or may change is decided case by case ([permissions.md](permissions.md)). " +
		"The walk asks for one case of Bandung with a notice to TikTok: *other officer* is of another region, *other liaison* of another platform.\n\n| route | gets in |\n|---|---|\n")
	lines := make([]string, 0, len(routes))
	for _, r := range routes {
		who := got[r.method+" "+r.path]
		switch who {
		case strings.Join(everyone, ", "):
			who = "everyone"
		case strings.Join(everyone[1:], ", "):
			who = "everyone who is signed in"
		case "":
			who = "nobody with the sample"
		}
		lines = append(lines, fmt.Sprintf("| `%s` | %s |\n", strings.ReplaceAll(r.path+" "+r.method, "|", ""), who))
	}
	slices.Sort(lines)
	for _, l := range slices.Compact(lines) {
		b.WriteString(l)
	}
	return b.Bytes()
}

// compareRoutes says line by line what the page and the server do not agree on.
func compareRoutes(t *testing.T, page []byte) {
	t.Helper()
	kept, err := os.ReadFile(routesPage)
	if err != nil {
		t.Fatal(err)
	}
	table := func(b []byte) map[string]string {
		out := map[string]string{}
		for _, l := range strings.Split(string(b), "\n") {
			if cells := strings.Split(l, " | "); strings.HasPrefix(l, "| `") && len(cells) == 2 {
				out[strings.TrimPrefix(cells[0], "| ")] = strings.TrimSuffix(cells[1], " |")
			}
		}
		return out
	}
	is, was := table(page), table(kept)
	const help = "\nIf that is what you want: run `go test ./cmd/ronda -run TestEveryRoute -update-routes`, read the difference in docs/routes.md as an attacker would, and commit it." +
		" If the route fills its address with something new, add the place to sample.fill; a new area belongs into limits."
	for r, who := range is {
		if old, ok := was[r]; !ok {
			t.Errorf("route %s has no line in docs/routes.md; it lets in: %s%s", r, who, help)
		} else if old != who {
			t.Errorf("route %s lets in: %s\ndocs/routes.md says: %s%s", r, who, old, help)
		}
	}
	for r := range was {
		if _, ok := is[r]; !ok {
			t.Errorf("docs/routes.md names %s, which is no route any more%s", r, help)
		}
	}
}
