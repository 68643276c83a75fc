package web_test

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// browser keeps cookies as a browser without script does, and follows redirects.
type browser struct {
	t    testing.TB
	h    http.Handler
	jar  map[string]*http.Cookie // by path and name
	path string                  // where it is
}

func browse(t testing.TB, h http.Handler) *browser {
	return &browser{t: t, h: h, jar: map[string]*http.Cookie{}}
}

// view is an answer with its body.
type view struct {
	*http.Response
	Body string
}

func (b *browser) get(path string) view { return b.send(httptest.NewRequest("GET", path, nil)) }

func (b *browser) post(path string, pairs ...string) view {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.send(r)
}

// upload posts a multipart form with one file.
func (b *browser) upload(path, name string, data []byte, pairs ...string) view {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			b.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		b.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", path, &buf)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.send(r)
}

func (b *browser) send(r *http.Request) view {
	b.t.Helper()
	for range 6 {
		for _, c := range b.jar {
			if strings.HasPrefix(r.URL.Path, c.Path) {
				r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
			}
		}
		w := httptest.NewRecorder()
		b.h.ServeHTTP(w, r)
		res := w.Result()
		for _, c := range res.Cookies() {
			if c.MaxAge < 0 {
				delete(b.jar, c.Path+" "+c.Name)
			} else {
				b.jar[c.Path+" "+c.Name] = c
			}
		}
		b.path = r.URL.Path
		to := res.Header.Get("Location")
		if to == "" || strings.HasPrefix(to, "http") {
			body, err := io.ReadAll(res.Body)
			if err != nil {
				b.t.Fatal(err)
			}
			return view{res, string(body)}
		}
		r = httptest.NewRequest("GET", to, nil)
	}
	b.t.Fatal("redirects do not end")
	return view{}
}

// says checks that the page holds each text, as a reader sees it.
func (v view) says(t testing.TB, texts ...string) {
	t.Helper()
	plain := html.UnescapeString(v.Body)
	for _, want := range texts {
		if !strings.Contains(plain, want) {
			t.Errorf("page lacks %q:\n%s", want, mainOf(v.Body))
		}
	}
}

// hides checks that the page holds none of the texts.
func (v view) hides(t testing.TB, texts ...string) {
	t.Helper()
	plain := html.UnescapeString(v.Body)
	for _, bad := range texts {
		if strings.Contains(plain, bad) {
			t.Errorf("page shows %q", bad)
		}
	}
}

var mainRE = regexp.MustCompile(`(?s)<main.*</main>`)

func mainOf(body string) string { return mainRE.FindString(body) }

// faulty checks everything that a page with a fault owes: 422, "Galat:" in the title, the summary first and focused, a link
// to the field, and the same words at the field.
func (v view) faulty(t testing.TB, field, words string) {
	t.Helper()
	if v.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("status %d, want 422", v.StatusCode)
	}
	v.says(t, "<title>Galat: ", `role="alert" tabindex="-1" autofocus`)
	if !strings.Contains(html.UnescapeString(v.Body), `<a href="#`+field+`">`+words+`</a>`) {
		t.Errorf("summary lacks %q for %s:\n%s", words, field, mainOf(v.Body))
	}
	if !strings.Contains(v.Body, ` id="`+field+`"`) {
		t.Errorf("the summary leads to #%s, which is not there", field)
	}
	if !regexp.MustCompile(`id="` + field + `-fault".*` + regexp.QuoteMeta(html.EscapeString(words))).MatchString(v.Body) {
		t.Errorf("field %s does not say %q", field, words)
	}
	if i, j := strings.Index(v.Body, `class="faults"`), strings.Index(v.Body, "<h1"); i > j {
		t.Error("the summary is not first")
	}
}
