package main

import (
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ronda"
)

// TestSecondReaderCannotTell plays two worlds that differ in the first reader's conclusion alone, and in nothing else: the same folder was copied, the
// clock stands still, the lot falls the same. Then the second reader, a colleague who could still be drawn, an observer and a stranger ask
// everything that can be asked, in pages, API, calendar and open data. Whatever differs would tell them what the first one found.
func TestSecondReaderCannotTell(t *testing.T) {
	t.Parallel()
	first := copyDemo(t)
	began := time.Now()
	clock := func() time.Time { return began }
	h := startHubAt(t, first, clock, nil)
	m := h.bring(t, "Unggahan yang dikaji dua orang di dua dunia yang hanya berbeda pada simpulan pertama.")
	m.triage()
	h.stop()
	var worlds []world
	for name, conclude := range map[string]func(m *matter) []string{
		"act":    func(m *matter) []string { return m.conclusion(ronda.Flag, summary) },
		"no act": leaveUp,
	} {
		at := place{data: filepath.Join(t.TempDir(), "data")}
		copyPlace(t, first.data, at.data)
		h := startHubAt(t, at, clock, func(a *app) { a.cases.Pick = func(int) int { return 0 } })
		own := *m
		own.hub, own.t = h, t
		own.act(own.officer, "kajian", conclude(&own)...)
		own.stage(ronda.StageSecond)
		worlds = append(worlds, world{name, own.second(), own.seenBy(t, own.second(), "ketua.jabar", "pengamat", "")})
		h.stop()
	}
	a, b := worlds[0], worlds[1]
	if a.second != b.second {
		t.Fatalf("%s and %s were drawn: these are not the same worlds", a.second, b.second)
	}
	if len(a.seen) < 300 || len(a.seen) != len(b.seen) {
		t.Fatalf("%d and %d answers", len(a.seen), len(b.seen))
	}
	for what, text := range a.seen {
		if other := b.seen[what]; other != text {
			x, y := differ(text, other)
			t.Errorf("%s tells the first conclusion:\n%q: …%s…\n%q: …%s…", what, a.name, x, b.name, y)
		}
	}
	// The walk would notice: who has concluded sees the own conclusion, which differs.
	if got := a.seen[a.second+" GET /kerja/kasus/"+m.number]; !strings.HasPrefix(got, "200 ") {
		t.Errorf("the second reader does not see the case at all: %.200s", got)
	}
}

// world is what people saw in one of the two.
type world struct {
	name, second string
	seen         map[string]string
}

// leaveUp is the form of a conclusion that is as far from an act as can be: criticism of an official, and each reason to stay applies.
func leaveUp(*matter) []string {
	f := []string{"laku", "simpan", "summary", "Unggahan ini mengkritik pejabat dan tidak mengajak siapa pun berbuat buruk.", "outcome", "no_act", "target", "official",
		"rule_date", time.Now().Add(-100 * time.Hour).UTC().Format(time.RFC3339)}
	for i, reason := range ronda.Exclusions() {
		f = append(f, "may_stay."+reason, stays[i], "applies."+reason, "ya")
	}
	return f
}

// seenBy asks every GET route of pages and API, and the files and feeds that no route names, as each of the people; "" is a stranger.
func (m *matter) seenBy(t *testing.T, people ...string) map[string]string {
	m.t.Helper()
	ctx := m.t.Context()
	c := m.now()
	m.settled()
	if err := m.downloads.Make(ctx); err != nil {
		m.t.Fatal(err)
	}
	s := sample{number: c.Number, id: c.ID, notice: "x", evidence: c.Evidence[0].ID, item: c.Items[0].ID, account: "x"}
	var paths []string
	for _, r := range m.site.Routes() {
		if x := pageRoute(t, r); x.method == http.MethodGet && !slices.Contains(notAsked, x.path) {
			paths = append(paths, s.fill(x.path))
		}
	}
	for _, r := range m.apiRoutes(t) {
		if r.method == http.MethodGet {
			paths = append(paths, s.fill(r.path))
		}
	}
	files, err := m.downloads.Manifest()
	if err != nil {
		m.t.Fatal(err)
	}
	for _, f := range files.Files {
		paths = append(paths, "/data/unduh/"+f.Name)
	}
	if len(files.Files) < 5 {
		m.t.Fatalf("%d files of open data", len(files.Files))
	}
	paths = append(paths, "/tiket/"+m.code, "/data?wilayah=32.73", "/data?kategori=hate_sara&wilayah=32.73", "/data?lembaga=bawaslu", "/kerja/antrean?bagian=saya", "/kerja/antrean?urut=waktu",
		"/kerja/antrean?cari="+c.Number, "/api/v1/cases?stage=second_review", "/api/v1/cases?region=32.73", "/log/checkpoint", "/openapi.json",
		"/kerja/kasus/"+c.Number+"/berkas/"+c.Evidence[0].ID+"?ukuran=kecil", "/en/kerja/kasus/"+c.Number, "/en/data")
	slices.Sort(paths)
	out := map[string]string{}
	for _, who := range people {
		v := m.visit(m.t, who)
		token := ""
		if who != "" {
			acc, err := m.accounts.ByLogin(ctx, who)
			if err != nil {
				m.t.Fatal(err)
			}
			if token, _, err = m.accounts.NewToken(ctx, acc.ID, "uji", nil, time.Hour); err != nil {
				m.t.Fatal(err)
			}
			if feed := feedRE.FindString(v.post("/kerja/kalender").text); feed != "" {
				out[who+" calendar"] = m.ask(v, feed, "")
			}
		}
		for _, p := range slices.Compact(slices.Clone(paths)) {
			bearer := ""
			if strings.HasPrefix(p, "/api/") {
				bearer = token
			}
			out[who+" GET "+p] = m.ask(v, p, bearer)
		}
	}
	return out
}

// notAsked are pages that end the session, or that are nothing but a fresh random secret of the person's own.
var notAsked = []string{"/keluar", "/kerja/akun/aplikasi"}

var feedRE = regexp.MustCompile(`/kalender/[0-9a-f]{48}\.ics`)

// settled waits until figures, index and events know everything that was saved.
func (m *matter) settled() {
	m.t.Helper()
	changed, stop := m.db.NewEvents()
	defer stop()
	limit := time.After(time.Minute)
	for {
		events, err := m.db.Events(m.t.Context(), m.now().ID)
		if err != nil {
			m.t.Fatal(err)
		}
		if !slices.ContainsFunc(events, func(e ronda.Event) bool { return e.Seq == 0 }) {
			break
		}
		select {
		case <-changed:
		case <-limit:
			m.t.Fatal("after a minute events are not numbered")
		}
	}
	if err := m.portal.CatchUp(m.t.Context()); err != nil {
		m.t.Fatal(err)
	}
}

// ask returns status and text of an answer, without what differs between any two visits.
func (m *matter) ask(v *visitor, path, token string) string {
	m.t.Helper()
	r, err := http.NewRequestWithContext(m.t.Context(), http.MethodGet, m.base+path, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := v.http.Do(r)
	if err != nil {
		m.t.Fatalf("GET %s: %v", path, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		m.t.Fatalf("GET %s: %v", path, err)
	}
	return res.Status + " " + m.steady(res.Request.URL.Path+"\n"+string(b))
}

// Random values of a visit or of a process. Nothing else is taken out.
var chanceRE = []*regexp.Regexp{
	regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{26}\b`), // ids made in each world
	regexp.MustCompile(`nonce-?=?"?[A-Za-z0-9+/_=-]{16,}`),
	regexp.MustCompile(`(127\.0\.0\.1|localhost):\d+`),
	regexp.MustCompile(`name="key" value="[0-9A-Z]{20}"`), // of a form that is sent once
	regexp.MustCompile(`/kalender/[0-9a-f]{48}\.ics`),
}

func (m *matter) steady(text string) string {
	for _, re := range chanceRE {
		text = re.ReplaceAllString(text, "*")
	}
	return text
}

// differ cuts out where two texts begin to differ.
func differ(a, b string) (string, string) {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, i-120):min(len(s), i+160)] }
	return cut(a), cut(b)
}
