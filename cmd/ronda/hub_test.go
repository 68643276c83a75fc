package main

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/demo"
)

// hub is a whole server with the demonstration, in this process, on a free port, with a clock that a test can put forward.
type hub struct {
	*app
	base  string
	ahead *atomic.Int64 // nanoseconds before the real clock
	stop  func()
}

// startHub starts a server that ends with the test. Database "" is the embedded one, on a copy of the demonstration; in another the server makes it.
func startHub(t testing.TB, database string) *hub {
	t.Helper()
	if database == "" {
		return startHubAt(t, copyDemo(t), time.Now, nil)
	}
	return startHubAt(t, place{data: t.TempDir(), database: database}, time.Now, nil)
}

// startHubAt starts a server on a folder, by a clock, after its parts were prepared. It ends with the test, or with stop.
func startHubAt(t testing.TB, at place, clock func() time.Time, prepare func(*app)) *hub {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &hub{base: "http://" + listener.Addr().String(), ahead: new(atomic.Int64)}
	now := func() time.Time { return clock().Add(time.Duration(h.ahead.Load())) }
	ctx, stop := context.WithCancel(context.Background())
	if h.app, err = openApp(ctx, demoConfig(at, listener.Addr().String()), quietLog(), now); err != nil {
		stop()
		listener.Close()
		t.Fatal(err)
	}
	if prepare != nil {
		prepare(h.app)
	}
	done := make(chan error, 1)
	go func() { done <- h.serve(ctx, listener) }()
	h.stop = sync.OnceFunc(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
		if err := h.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	t.Cleanup(h.stop)
	// The listener takes connections before the demonstration is made; the first answer comes when the server is ready.
	res, err := http.Get(h.base + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("healthz says %s", res.Status)
	}
	return h
}

// putForward lets time pass.
func (h *hub) putForward(d time.Duration) { h.ahead.Add(int64(d)) }

// session signs a person of the demonstration in and returns the secret of the session.
func (h *hub) session(t testing.TB, login string) string {
	t.Helper()
	in, err := h.accounts.SignIn(t.Context(), login, demo.Password, account.Browser{Client: "127.0.0.1", Agent: "test"})
	if err != nil {
		t.Fatalf("sign %s in: %v", login, err)
	}
	return in.Secret
}

// login is the sign-in name of an account.
func (h *hub) login(t testing.TB, account string) string {
	t.Helper()
	for _, p := range demo.Accounts(h.pack) {
		if p.Actor.Account == account {
			return p.Login
		}
	}
	t.Fatalf("no account %s", account)
	return ""
}

// find returns the cases in a stage that the filter lets through, the oldest first.
func (h *hub) find(t testing.TB, stage ronda.CaseStage, fits func(ronda.Case) bool) []ronda.Case {
	t.Helper()
	all, err := h.db.Cases(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	var out []ronda.Case
	for _, c := range all {
		if c.Stage == stage && (fits == nil || fits(c)) {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		t.Fatalf("the demonstration has no case in stage %s that fits", stage)
	}
	return out
}

// visitor is a browser without script, at the level of HTTP.
type visitor struct {
	t    testing.TB
	h    *hub
	http *http.Client
}

// answer is what the server said, read to its end.
type answer struct {
	*http.Response
	text string
	at   string // path of the last page, after redirects
}

// visit makes a browser with an empty jar. With a login it is signed in.
func (h *hub) visit(t testing.TB, login string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, h: h, http: &http.Client{Jar: jar, Timeout: time.Minute}}
	if login != "" {
		u, err := url.Parse(h.base)
		if err != nil {
			t.Fatal(err)
		}
		jar.SetCookies(u, []*http.Cookie{{Name: "ronda_sesi", Value: h.session(t, login), Path: "/"}})
	}
	return v
}

func (v *visitor) get(path string) answer {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.h.base+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.do(r)
}

// post sends a form as a page of the site does. Fields are name and value in turn.
func (v *visitor) post(path string, fields ...string) answer {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.h.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(r)
}

func (v *visitor) do(r *http.Request) answer {
	v.t.Helper()
	res, err := v.http.Do(r)
	if err != nil {
		v.t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	return answer{Response: res, text: string(b), at: res.Request.URL.Path}
}

// is fails the test unless the answer has the status and says each of the words.
func (a answer) is(t testing.TB, status int, words ...string) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%s %s: status %d, want %d\n%.1500s", a.Request.Method, a.at, a.StatusCode, status, mainText(a.text))
	}
	for _, w := range words {
		if !strings.Contains(mainText(a.text), w) {
			t.Errorf("%s %s does not say %q:\n%.1500s", a.Request.Method, a.at, w, mainText(a.text))
		}
	}
	return a
}

// postFiles sends a form with files, by file name, in the field "file".
func (v *visitor) postFiles(path string, files map[string][]byte, fields ...string) answer {
	v.t.Helper()
	return v.postFilesIn("file", path, files, fields...)
}

// postFilesIn sends a form with files in a field.
func (v *visitor) postFilesIn(field, path string, files map[string][]byte, fields ...string) answer {
	v.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			v.t.Fatal(err)
		}
	}
	for name, data := range files {
		part, err := w.CreateFormFile(field, name)
		if err != nil {
			v.t.Fatal(err)
		}
		if _, err := part.Write(data); err != nil {
			v.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		v.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.h.base+path, &buf)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(r)
}

// codeRE finds the code of a ticket on a page.
var codeRE = regexp.MustCompile(`RND-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// digitsOf makes six digits of a text, so that each test reports an item of its own.
func digitsOf(text string) string {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(text)) // a hash in memory takes everything
	return fmt.Sprintf("%06d", sum.Sum32()%1_000_000)
}

// api sends JSON to the API, as a program does that keeps no cookies.
func (v *visitor) api(method, path, body string) answer {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.h.base+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return v.do(r)
}

// nameOf is the name of a person of the demonstration.
func (a *app) nameOf(t testing.TB, login string) string {
	t.Helper()
	for _, p := range demo.Accounts(a.pack) {
		if p.Login == login {
			return p.Name
		}
	}
	t.Fatalf("nobody is called %s", login)
	return ""
}

func queryEscape(s string) string { return url.QueryEscape(s) }
