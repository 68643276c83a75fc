package web_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ronda"
	"ronda/internal/appeal"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/ledger"
	"ronda/internal/web"
)

type tiktokLinks struct{}

func (tiktokLinks) Parse(raw string) (ronda.ReportAddress, error) {
	id, ok := strings.CutPrefix(raw, "https://www.tiktok.com/@contoh/video/")
	if !ok {
		return ronda.ReportAddress{}, ronda.Errorf(ronda.Invalid, "link.not_http", "")
	}
	return ronda.ReportAddress{Platform: "tiktok", Kind: "video", Canonical: raw, Key: "tiktok:video:" + id}, nil
}

type noLimit struct{}

func (noLimit) Allow(context.Context, string, string, int) error { return nil }

// court is a site with objections on a real store.
func court(t *testing.T) (http.Handler, *appeal.Service, *caseworktest.Rig) {
	t.Helper()
	r := caseworktest.New(t)
	for _, x := range []string{"34", "35", "36"} {
		r.Hire(t, "panel"+x, ronda.Actor{Org: "bawaslu", Office: "bawaslu:" + x, Roles: []ronda.Role{ronda.RoleOfficer}})
	}
	book := ledger.NewBook()
	s := &appeal.Service{Pack: r.Pack, Store: r.DB, Files: r.DB, Cases: r.Cases, Links: tiktokLinks{}, Throttle: noLimit{}, Pick: func(int) int { return 0 },
		Leaf: func(a ronda.LogAct) (ronda.Leaf, error) { return book.Leaf(a, rand.Reader) }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	return site(t, func(o *web.Options) { o.Pack, o.Now, o.Appeals = r.Pack, r.Now, s }), s, r
}

func call(h http.Handler, method, path string, f url.Values) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, "https://ronda.example"+path, strings.NewReader(f.Encode()))
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

func flaggedCase(t *testing.T, r *caseworktest.Rig) (ronda.Case, ronda.Notice) {
	t.Helper()
	c := r.Decide(t, r.Open(t, "hate_sara", 2), caseworktest.Assessment())
	n := r.Flag(t, c)
	c = r.Do(t, "system", c.ID, ronda.Sending{Notice: n.ID, MessageID: "m@ronda.test"}, ronda.Sent{Notice: n.ID})
	return c, n
}

// TestObjectWithANoticeCode: rule and decider are shown, sealed reasons are not; a ticket is given; the decision prints as a letter.
func TestObjectWithANoticeCode(t *testing.T) {
	t.Parallel()
	h, s, r := court(t)
	_, n := flaggedCase(t, r)
	body := call(h, "POST", "/keberatan", url.Values{"ref": {strings.ToLower(ronda.FormatCode(n.Code))}}).Body.String()
	for _, want := range []string{"TikTok", r.Pack.OfficeName(n.Office, "id", r.Now()), n.Items[0].Address} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, n.Explanation) {
		t.Error("sealed reasons are shown before control is proven")
	}
	w := call(h, "POST", "/keberatan/kirim", url.Values{"ref": {n.Code}, "ground": {"satire"}, "reasons": {"pendek"}, "items": {n.Items[0].Item}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "pendek") {
		t.Errorf("a fault gives %d, and loses what was typed", w.Code)
	}
	w = call(h, "POST", "/keberatan/kirim", url.Values{"ref": {n.Code}, "ground": {"satire"}, "reasons": {"Ini lakon satire tentang janji kampanye yang sudah diberi keterangan."}})
	to := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/keberatan/RND-") {
		t.Fatalf("%d to %q", w.Code, to)
	}
	page := call(h, "GET", to, nil).Body.String()
	if !strings.Contains(page, "Simpan kode ini") || strings.Contains(page, n.Explanation) {
		t.Error("the ticket is not given, or the sealed reasons are")
	}
	path, _, _ := strings.Cut(to, "?")
	if w := call(h, "GET", path+"/putusan", nil); w.Code != http.StatusNotFound {
		t.Errorf("there is a decision before it is decided: %d", w.Code)
	}
	code, _ := ronda.ParseCode(strings.TrimPrefix(path, "/keberatan/"), ronda.CodeLength)
	ap, err := r.DB.AppealByCode(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range ap.Panel {
		a := r.People[strings.TrimPrefix(m.Account, "acc-")]
		if _, err := s.Decide(t.Context(), a, ap.ID, ronda.AppealOverturned, "Tokoh dan janji dalam lakon itu jelas rekaan, sehingga unsur ajakan tidak terpenuhi."); err != nil {
			t.Fatal(err)
		}
	}
	letter := call(h, "GET", path+"/putusan", nil).Body.String()
	for _, want := range []string{"letter-head", "jelas rekaan", "dibatalkan", "jalur pengadilan"} {
		if !strings.Contains(letter, want) {
			t.Errorf("the letter lacks %q", want)
		}
	}
	for _, m := range ap.Panel {
		if strings.Contains(letter, m.Account) {
			t.Errorf("the letter names %s", m.Account)
		}
	}
}

var (
	codes   = regexp.MustCompile(`RND(-[0-9A-Z]{4}){3}|RONDA[0-9A-Z]{8}`)
	address = regexp.MustCompile(`video/[0-9A-Z]+`)
)

// TestAddressPagesAreTheSame walks the pages with an address that was acted on, one that was only reported, and one that nobody knows.
func TestAddressPagesAreTheSame(t *testing.T) {
	t.Parallel()
	h, _, r := court(t)
	acted, _ := flaggedCase(t, r)
	reported := r.Open(t, "hate_sara", 1)
	var seen [3]string
	for i, a := range []string{acted.Items[0].Address, reported.Items[0].Address, "https://www.tiktok.com/@contoh/video/7999"} {
		var all strings.Builder
		keep := func(w *httptest.ResponseRecorder) *httptest.ResponseRecorder {
			all.WriteString(http.StatusText(w.Code) + w.Body.String())
			return w
		}
		keep(call(h, "POST", "/keberatan", url.Values{"ref": {a}}))
		w := keep(call(h, "POST", "/keberatan/kirim", url.Values{"ref": {a}, "ground": {"true"}, "reasons": {"Isi video ini benar dan sudah diberitakan oleh tiga media."}}))
		path, _, _ := strings.Cut(w.Header().Get("Location"), "?")
		keep(call(h, "GET", path, nil))
		keep(call(h, "POST", path, nil))
		keep(call(h, "GET", path, nil))
		seen[i] = address.ReplaceAllString(codes.ReplaceAllString(all.String(), "KODE"), "VIDEO")
	}
	if seen[0] != seen[1] || seen[1] != seen[2] {
		t.Error("the pages tell addresses with an act or a report from others")
	}
	if !strings.Contains(seen[0], "Menunggu bukti") {
		t.Error("the pages do not ask for proof")
	}
}

// A wrong code, and the code of an act that has not gone out, get the same page.
func TestUnsentActHasNoPage(t *testing.T) {
	t.Parallel()
	h, _, r := court(t)
	c := r.Decide(t, r.Open(t, "hate_sara", 1), caseworktest.Assessment())
	n := r.Flag(t, c)
	unsent := call(h, "POST", "/keberatan", url.Values{"ref": {n.Code}})
	wrong := call(h, "POST", "/keberatan", url.Values{"ref": {strings.Repeat("7", 16)}})
	if unsent.Code != http.StatusNotFound || strings.ReplaceAll(unsent.Body.String(), n.Code, "KODE") != strings.ReplaceAll(wrong.Body.String(), strings.Repeat("7", 16), "KODE") {
		t.Errorf("%d and %d, or different words", unsent.Code, wrong.Code)
	}
}
