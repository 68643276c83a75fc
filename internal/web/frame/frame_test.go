package frame_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

var draft = frame.Draft{Name: "uji", Path: "/lapor", Life: time.Hour}

// small serves a frame of one page with a few actions; what it logs goes to logs.
func small(t testing.TB, base string, logs io.Writer) http.Handler {
	t.Helper()
	messages, err := i18n.LoadFS(fstest.MapFS{
		"id/x.json": {Data: []byte(`{"hi":"Halo {who}","error.kind.internal":"Maaf","error.kind.not_found":"Tidak ada","error.kind.forbidden":"Tidak boleh","error.kind.limited":"Nanti pukul {until}","error.too_large":"Terlalu besar","error.page.internal":"Galat","error.page.not_found":"Tidak ada","error.page.forbidden":"Tidak boleh","error.page.limited":"Penuh","error.page.too_large":"Terlalu besar"}`)},
		"en/x.json": {Data: []byte(`{"hi":"Hello {who}","error.kind.internal":"Sorry","error.kind.not_found":"Not found","error.kind.forbidden":"Forbidden","error.kind.limited":"Later, at {until}","error.too_large":"Too large","error.page.internal":"Error","error.page.not_found":"Not found","error.page.forbidden":"Forbidden","error.page.limited":"Full","error.page.too_large":"Too large"}`)},
	}, "id", "en")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	f, err := frame.New(frame.Options{
		Templates: fstest.MapFS{
			"layout/l.html":    {Data: []byte(`{{define "layout"}}<html lang="{{.Lang}}"{{with .Theme}} data-theme="{{.}}"{{end}}>{{template "main" .}}{{end}}`)},
			"component/c.html": {Data: []byte(`{{define "c"}}{{end}}`)},
			"page/hi.html":     {Data: []byte(`{{define "main"}}<p>{{t "hi" "who" .Data}}</p><a href="{{link "/tiket"}}">x</a><link href="{{asset "a.css"}}">{{end}}`)},
			"page/error.html":  {Data: []byte(`{{define "main"}}{{.Data.Heading}}: {{.Data.Text}}{{end}}`)},
		},
		Static:   fstest.MapFS{"a.css": {Data: []byte(strings.Repeat("a{b:url(f.woff2)}", 50))}, "f.woff2": {Data: []byte("font")}},
		Icons:    fstest.MapFS{},
		Messages: messages, BaseURL: u, Key: bytes.Repeat([]byte("k"), 32), Now: func() time.Time { return at },
		Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Log: slog.New(slog.NewTextHandler(logs, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	h, err := f.Handler([]frame.Route{
		{Pattern: "GET /{$}", Action: func(w http.ResponseWriter, r *http.Request) error {
			return f.Render(w, r, frame.Page{Template: "hi", Data: frame.VisitOf(r).Addr.String()})
		}},
		{Pattern: "GET /kerja", Action: func(w http.ResponseWriter, r *http.Request) error {
			return f.Render(w, r, frame.Page{Template: "hi", Data: "x", Section: frame.Work, Private: true, Script: true})
		}},
		{Pattern: "POST /kirim", MaxBody: 100, Action: func(w http.ResponseWriter, r *http.Request) error {
			if err := r.ParseForm(); err != nil {
				return err
			}
			return f.Redirect(w, r, "/")
		}},
		{Pattern: "GET /rusak", Action: func(http.ResponseWriter, *http.Request) error { return errors.New("secret detail") }},
		{Pattern: "GET /penuh", Action: func(http.ResponseWriter, *http.Request) error {
			return ronda.Errorf(ronda.Limited, "x", "").With("until", at.Add(90*time.Second).Format(time.RFC3339))
		}},
		{Pattern: "GET /lapor", Action: func(w http.ResponseWriter, r *http.Request) error {
			var v string
			f.LoadDraft(r, draft, &v)
			return f.Render(w, r, frame.Page{Template: "hi", Data: v})
		}},
		{Pattern: "POST /lapor", Action: func(w http.ResponseWriter, r *http.Request) error {
			if err := f.SaveDraft(w, draft, r.FormValue("a")); err != nil {
				return ronda.Errorf(ronda.Forbidden, "x", "")
			}
			return nil
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func do(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t testing.TB, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	h := small(t, "https://ronda.example", io.Discard)
	for path, want := range map[string][]string{
		"/":    {`lang="id"`, "Halo", `href="/tiket"`},
		"/en":  {`lang="en"`, "Hello", `href="/en/tiket"`},
		"/en/": {`lang="en"`, "Hello", `href="/en/tiket"`},
	} {
		res := do(h, httptest.NewRequest("GET", path, nil))
		got := body(t, res)
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s lacks %q: %s", path, w, got)
			}
		}
	}
	if res := do(h, httptest.NewRequest("GET", "/english", nil)); res.StatusCode != 404 {
		t.Errorf("/english answered %d, want 404", res.StatusCode)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"https://ronda.example", "http://127.0.0.1:8080"} {
		h := small(t, base, io.Discard)
		for _, path := range []string{"/", "/kerja", "/tidak-ada", "/rusak", "/static/none.css"} {
			res := do(h, httptest.NewRequest("GET", path, nil))
			csp := res.Header.Get("Content-Security-Policy")
			if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
				t.Errorf("%s: content policy %q", path, csp)
			}
			if scripts := strings.Contains(csp, "script-src"); scripts != (path == "/kerja") {
				t.Errorf("%s: scripts allowed = %v", path, scripts)
			}
			for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
				"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
				if got := res.Header.Get(name); got != want {
					t.Errorf("%s: %s is %q, want %q", path, name, got, want)
				}
			}
			if got := res.Header.Get("Strict-Transport-Security") != ""; got != strings.HasPrefix(base, "https") {
				t.Errorf("%s at %s: HSTS = %v", path, base, got)
			}
		}
		if got := do(h, httptest.NewRequest("GET", "/kerja", nil)).Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("a private page has Cache-Control %q", got)
		}
	}
}

func TestOtherSitesCannotPost(t *testing.T) {
	t.Parallel()
	h := small(t, "https://ronda.example", io.Discard)
	for site, want := range map[string]int{"same-origin": 303, "none": 303, "cross-site": 403, "same-site": 403} {
		r := httptest.NewRequest("POST", "/kirim", strings.NewReader("a=1"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", site)
		if res := do(h, r); res.StatusCode != want {
			t.Errorf("%s: got %d, want %d", site, res.StatusCode, want)
		}
	}
}

func TestErrorsBecomePages(t *testing.T) {
	t.Parallel()
	var logs bytes.Buffer
	h := small(t, "https://ronda.example", &logs)
	res := do(h, httptest.NewRequest("GET", "/rusak", nil))
	if got := body(t, res); res.StatusCode != 500 || strings.Contains(got, "secret") || !strings.Contains(got, "Maaf") {
		t.Errorf("got %d %q", res.StatusCode, got)
	}
	if strings.Count(logs.String(), "secret detail") != 1 {
		t.Errorf("the fault is not logged once: %s", logs.String())
	}
	if res := do(h, httptest.NewRequest("GET", "/penuh", nil)); res.StatusCode != 429 || res.Header.Get("Retry-After") != "91" {
		t.Errorf("got %d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
	r := httptest.NewRequest("POST", "/kirim", strings.NewReader("a="+strings.Repeat("x", 200)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if res := do(h, r); res.StatusCode != 413 || !strings.Contains(body(t, res), "Terlalu besar") {
		t.Errorf("a large body got %d", res.StatusCode)
	}
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	h := small(t, "https://ronda.example", io.Discard)
	for _, tt := range []struct{ peer, forwarded, want string }{
		{"192.0.2.7:1", "", "192.0.2.7"},
		{"192.0.2.7:1", "198.51.100.1", "192.0.2.7"}, // not a trusted proxy: anyone can write the header
		{"10.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:1", "203.0.113.9, 198.51.100.1", "198.51.100.1"}, // what stands before is the client's own claim
		{"10.0.0.1:1", "198.51.100.1, 10.2.3.4", "198.51.100.1"},
		{"10.0.0.1:1", "unknown", "10.0.0.1"},
		{"[::ffff:10.0.0.1]:1", "2001:db8::1", "2001:db8::1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.peer
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		if got := body(t, do(h, r)); !strings.Contains(got, "Halo "+tt.want+"<") {
			t.Errorf("%s via %q: want %s in %s", tt.peer, tt.forwarded, tt.want, got)
		}
	}
}

func TestTheme(t *testing.T) {
	t.Parallel()
	h := small(t, "https://ronda.example", io.Discard)
	for _, tt := range []struct{ theme, back, location, cookie string }{
		{"gelap", "/en/tiket", "/en/tiket", "gelap"},
		{"", "/", "/", ""},
		{"<script>", "/", "/", ""},
		{"terang", "https://evil.example/", "/", "terang"},
		{"terang", "//evil.example/", "/", "terang"},
		{"terang", `/\evil.example`, "/", "terang"},
		{"terang", "javascript:alert(1)", "/", "terang"},
	} {
		form := url.Values{"tema": {tt.theme}, "kembali": {tt.back}}
		r := httptest.NewRequest("POST", "/tampilan", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res := do(h, r)
		if got := res.Header.Get("Location"); got != tt.location {
			t.Errorf("back to %q led to %q", tt.back, got)
		}
		c := res.Cookies()[0]
		if c.Value != tt.cookie || !c.HttpOnly || !c.Secure {
			t.Errorf("cookie %+v for %q", c, tt.theme)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: "ronda_tampilan", Value: "gelap"})
	if got := body(t, do(h, r)); !strings.Contains(got, `data-theme="gelap"`) {
		t.Errorf("theme is not used: %s", got)
	}
}

func TestDraftTravelsWithThePerson(t *testing.T) {
	t.Parallel()
	h := small(t, "https://ronda.example", io.Discard)
	post := func(answer string) *http.Response {
		r := httptest.NewRequest("POST", "/lapor", strings.NewReader(url.Values{"a": {answer}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return do(h, r)
	}
	res := post("jawaban")
	r := httptest.NewRequest("GET", "/lapor", nil)
	for _, c := range res.Cookies() {
		if c.Path == "/lapor" && c.MaxAge > 0 {
			r.AddCookie(c)
		}
		if strings.Contains(c.Value, "jawaban") || !c.HttpOnly || !c.Secure {
			t.Errorf("cookie %+v can be read", c)
		}
	}
	if got := body(t, do(h, r)); !strings.Contains(got, "Halo jawaban") {
		t.Errorf("the answer did not come back: %s", got)
	}
	long := make([]byte, 6000) // letters that do not compress
	for i := range long {
		long[i] = byte('!' + (i*7919+i*i*31)%90)
	}
	total := 0
	if res := post(string(long)); res.StatusCode == 200 {
		for _, c := range res.Cookies() {
			if c.Path == "/lapor" {
				total += len(c.Value)
			}
			if len(c.Value) > 3800 {
				t.Errorf("a cookie of %d bytes", len(c.Value))
			}
		}
		if total > 7000 {
			t.Errorf("cookies of %d bytes in all", total)
		}
	}
	if res := post(randomText(20_000)); res.StatusCode != 403 {
		t.Errorf("a draft that no browser carries got %d", res.StatusCode)
	}
}

// randomText is text with much information, from a fixed generator.
func randomText(n int) string {
	x := uint64(42)
	b := make([]byte, n)
	for i := range b {
		x = x*6364136223846793005 + 1442695040888963407
		b[i] = byte('!' + (x>>33)%90)
	}
	return string(b)
}

func TestStaticFiles(t *testing.T) {
	t.Parallel()
	h := small(t, "https://ronda.example", io.Discard)
	page := body(t, do(h, httptest.NewRequest("GET", "/", nil)))
	_, rest, _ := strings.Cut(page, `<link href="`)
	path, _, _ := strings.Cut(rest, `"`)
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	res := do(h, r)
	if res.StatusCode != 200 || res.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
		t.Fatalf("%s: %d %v", path, res.StatusCode, res.Header)
	}
	css := body(t, do(h, httptest.NewRequest("GET", path, nil)))
	_, rest, _ = strings.Cut(css, "url(")
	font, _, _ := strings.Cut(rest, ")")
	if font == "f.woff2" {
		t.Fatal("the style sheet names the font without its hash")
	}
	if got := body(t, do(h, httptest.NewRequest("GET", "/static/"+font, nil))); got != "font" {
		t.Errorf("font %s holds %q", font, got)
	}
}
