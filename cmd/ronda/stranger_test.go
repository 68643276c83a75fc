package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ronda"
)

// TestStranger tries what somebody tries who has no business here, over HTTP: nothing breaks, nothing is told, and what is said can be understood.
func TestStranger(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	s := h.sampleCase(t)
	for name, test := range map[string]func(*testing.T, *hub, sample){
		"headers": everyDoorsHeaders, "paths": pathTricks, "other organisations": otherTokens, "other sites": otherSites, "uploads": uploadBombs,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, h, s)
		})
	}
}

// everyDoorsHeaders: nothing that the server says, found or not, can be taken by a browser for what it is not.
func everyDoorsHeaders(t *testing.T, h *hub, _ sample) {
	v := h.visit(t, "")
	for _, path := range []string{"/", "/tidak-ada", "/masuk", "/static/x.css", "/api/v1/regions", "/api/v1/tidak-ada", "/openapi.json", "/log/checkpoint", "/log/tidak-ada", "/log/key", "/healthz", "/metrics"} {
		a := v.get(path)
		if csp := a.Header.Get("Content-Security-Policy"); a.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s (%d) without its headers: %v", path, a.StatusCode, a.Header)
		}
		if a.Header.Get("Content-Type") == "" {
			t.Errorf("%s does not say what it is", path)
		}
	}
}

// TestPlainHeaders: over https the answers that are no pages demand https too.
func TestPlainHeaders(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		w := httptest.NewRecorder()
		plainHeaders(http.NotFoundHandler(), secure).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/log/x", nil))
		if got := w.Header().Get("Strict-Transport-Security"); (got != "") != secure {
			t.Errorf("https %v: HSTS %q", secure, got)
		}
	}
}

// TestStrangerCodes has a server of its own: the limits on guesses belong to the address that all tests share.
func TestStrangerCodes(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	code := h.report(t, "Laporan yang kodenya dicoba di tempat yang salah oleh orang asing.")
	bare := strings.ReplaceAll(code, "-", "")
	v := h.visit(t, "")
	for _, wrong := range []string{"RND-7K3M-9Q2X-4TBC", "RND-7K3M-9Q2X-4TBC-8HWV", "x", "0", "%00", "%ff%fe", "..%2f..", "%27%20OR%201%3D1--", strings.Repeat("A", 3000), "%F0%9F%94%91"} {
		for _, path := range []string{"/tiket/*", "/tiket/*/hapus", "/keberatan/*", "/keberatan/*/putusan", "/mitra/pengajuan/*", "/undangan/*", "/peringatan/langganan/ya/*", "/peringatan/langganan/berhenti/*",
			"/kalender/*.ics", "/api/v1/reports/*", "/jawaban?kode=*", "/pernyataan-resmi/*"} {
			helps(t, v.get(strings.ReplaceAll(path, "*", wrong)), path+" with "+wrong[:min(len(wrong), 20)], []string{code})
		}
	}
	// Guesses are counted together, whichever door they try: after them every door is closed for a while, also to a right code.
	doors := []string{"/tiket/", "/keberatan/", "/mitra/pengajuan/", "/api/v1/reports/"}
	for i := range 40 {
		v.get(doors[i%len(doors)] + fmt.Sprintf("7K3M9Q2X%04d", 1000+i))
	}
	for _, door := range doors {
		a := v.get(door + "7K3M9Q2X4TBC")
		if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
			t.Errorf("%s after forty guesses: status %d, to come back after %q", door, a.StatusCode, a.Header.Get("Retry-After"))
		}
		helps(t, a, door+" when closed", []string{code})
	}
	// A ticket's code opens the ticket and nothing else, and the ticket tells no number of a case.
	h.putForward(26 * time.Hour)
	for _, path := range []string{"/mitra/pengajuan/" + code, "/undangan/" + bare, "/kalender/" + bare + ".ics"} {
		if a := v.get(path); a.StatusCode < 400 {
			t.Errorf("a ticket's code opens %s: %d", path, a.StatusCode)
		}
	}
	own := v.get("/tiket/"+code).is(t, 200, code)
	if m := regexp.MustCompile(`K-2024-[0-9A-Z]{6}`).FindString(own.text); m != "" {
		t.Errorf("the ticket tells the number of its case, %s", m)
	}
}

// helps fails unless the answer is no fault of the server, tells nothing of what lies behind, and says something to a person or a program.
func helps(t *testing.T, a answer, what string, secrets []string) {
	t.Helper()
	if a.StatusCode >= 500 {
		t.Errorf("%s: status %d\n%.300s", what, a.StatusCode, mainText(a.text))
	}
	for _, x := range append([]string{"SQLite format", "package main", "goroutine ", "/internal/", "sql:", "runtime error", ".go:"}, secrets...) {
		if strings.Contains(a.text, x) {
			t.Errorf("%s: the answer holds %q", what, x)
		}
	}
	if kind := a.Header.Get("Content-Type"); a.StatusCode >= 400 && strings.Contains(kind, "html") && len(strings.Fields(mainText(a.text))) < 5 {
		t.Errorf("%s: status %d without words: %q", what, a.StatusCode, mainText(a.text))
	}
}

// raw asks for a path as it is written, which a client otherwise tidies.
func (v *visitor) raw(method, path string) answer {
	v.t.Helper()
	u, err := url.Parse(v.h.base)
	if err != nil {
		v.t.Fatal(err)
	}
	u.Opaque = "//" + u.Host + path
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.h.base, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, c := range v.http.Jar.Cookies(u) {
		r.AddCookie(c)
	}
	r.URL = u
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	plain := *v
	plain.http = &http.Client{Timeout: v.http.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return plain.do(r)
}

// pathTricks looks for a way out of the folders that files are served from, as a stranger, as a platform and as an officer who may see evidence.
func pathTricks(t *testing.T, h *hub, s sample) {
	if _, err := os.Stat(filepath.Join(h.cfg.KeyDir(), "master.key")); err != nil {
		t.Fatal(err) // or the test would look for something that is not there
	}
	key, err := os.ReadFile(filepath.Join(h.cfg.KeyDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	tricks := []string{"../../../../keys/master.key", "..%2f..%2f..%2fkeys%2fmaster.key", "%2e%2e/%2e%2e/keys/master.key", "%2e%2e%2f%2e%2e%2fkeys%2fmaster.key", "..%5c..%5ckeys%5cmaster.key",
		"%252e%252e%252fkeys%252fmaster.key", "..;/keys/master.key", "%c0%ae%c0%ae%c0%afkeys/master.key", "....//keys/master.key", "%00", s.evidence + "%00.png", s.evidence + "/../x", "/etc/passwd", "%2fetc%2fpasswd", ".", "..", "*", "~"}
	roots := []string{"/static/", "/log/", "/log/tile/", "/log/tile/entries/", "/data/unduh/", "/data/umpan/platform/", "/data/bagan/", "/kerja/kasus/" + s.number + "/berkas/",
		"/kerja/masa-tenang/mayor-32.73/x/berkas/", "/mitra/kasus/" + s.number + "/berkas/", "/penghubung/pemberitahuan/" + s.notice + "/berkas/", "/bahan/x/", "/periksa/x/", "/peringatan/x/", "/kalender/", "/kontes/"}
	for _, who := range []string{"", "penghubung.facebook", "petugas.bandung"} {
		v := h.visit(t, who)
		secrets := []string{string(bytes.TrimSpace(key)), "root:x:0"}
		if who != "petugas.bandung" {
			secrets = append(secrets, s.canaries[1:]...) // the number stands in the path itself
		}
		for _, root := range roots {
			for _, trick := range tricks {
				a := v.raw(http.MethodGet, root+trick)
				helps(t, a, who+" GET "+root+trick, secrets)
				if kind := a.Header.Get("Content-Type"); a.StatusCode == 200 && (strings.HasPrefix(kind, "image/") || kind == "application/octet-stream") {
					t.Errorf("%s GET %s%s gives a file: %s", who, root, trick, kind)
				}
			}
		}
	}
}

// otherTokens: to another organisation what exists and what does not is the same answer, in pages and API, for reading and for changing.
func otherTokens(t *testing.T, h *hub, s sample) {
	invented := s
	invented.number, invented.id, invented.notice, invented.evidence = "K-2024-ZZZZZZ", strings.Repeat("0", 26), strings.Repeat("0", 25)+"1", strings.Repeat("0", 25)+"2"
	w := newWalker(t, h)
	before := h.caseOf(t, s).Version
	type try struct{ method, path string }
	reads := map[string][]try{
		"other liaison": {{"GET", "/api/v1/notices/{id}"}, {"POST", "/api/v1/notices/{id}/receipt"}, {"GET", "/penghubung/pemberitahuan/{id}"}, {"GET", "/penghubung/pemberitahuan/{id}/tabel.csv"},
			{"GET", "/penghubung/pemberitahuan/{id}/{form}"}, {"GET", "/penghubung/pemberitahuan/{id}/berkas/{file}"}, {"GET", "/penghubung/pemberitahuan/{id}/keberatan"},
			{"POST", "/penghubung/pemberitahuan/{id}/terima"}, {"POST", "/penghubung/pemberitahuan/{id}/jawab"}, {"GET", "/api/v1/cases/{id}"}, {"GET", "/kerja/kasus/{no}"}},
		"other officer": {{"GET", "/api/v1/cases/{id}"}, {"GET", "/kerja/kasus/{no}"}, {"GET", "/kerja/kasus/{no}/berkas/{id}"}, {"GET", "/kerja/kasus/{no}/kajian"}, {"POST", "/kerja/kasus/{no}/ambil"},
			{"POST", "/kerja/kasus/{no}/gabung"}, {"POST", "/kerja/kasus/{no}/tutup"}, {"POST", "/kerja/pilah/{no}"}},
		"partner": {{"GET", "/api/v1/cases/{id}"}, {"GET", "/mitra/kasus/{no}"}, {"GET", "/mitra/kasus/{no}/berkas/{id}"}, {"POST", "/mitra/kasus/{no}"}, {"GET", "/api/v1/notices/{id}"}},
		"admin":   {{"GET", "/api/v1/cases/{id}"}, {"GET", "/kerja/kasus/{no}"}, {"GET", "/kerja/kasus/{no}/berkas/{id}"}, {"POST", "/kerja/kasus/{no}/catat"}},
		"public":  {{"GET", "/api/v1/cases/{id}"}, {"GET", "/api/v1/notices/{id}"}, {"GET", "/kerja/kasus/{no}"}, {"POST", "/kerja/kasus/{no}/catat"}},
	}
	for who, all := range reads {
		for _, x := range all {
			answers := [2]string{}
			for i, place := range []sample{s, invented} {
				w.sample = place
				status, body, header := w.ask(route{method: x.method, path: x.path}, who)
				if gotIn(status, header, x.path) {
					t.Errorf("%s %s lets %s in: %d", x.method, x.path, who, status)
				}
				body += header.Get("Location")
				for _, own := range []string{place.number, place.id, place.notice, place.evidence} {
					body = strings.ReplaceAll(body, own, "*")
				}
				answers[i] = http.StatusText(status) + body
			}
			if answers[0] != answers[1] {
				a, b := differ(answers[0], answers[1])
				t.Errorf("%s %s tells %s what exists:\n…%s…\n…%s…", x.method, x.path, who, a, b)
			}
		}
	}
	if now := h.caseOf(t, s).Version; now != before {
		t.Errorf("somebody changed the case: version %d, was %d", now, before)
	}
}

func (h *hub) caseOf(t *testing.T, s sample) ronda.Case {
	t.Helper()
	c, err := h.db.CaseByNumber(t.Context(), s.number)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// otherSites: a form on another site, or on a neighbour of ours, acts on no route, whoever is signed in.
func otherSites(t *testing.T, h *hub, s sample) {
	officer := h.visit(t, "petugas.bandung")
	n := 0
	for _, x := range h.site.Routes() {
		r := pageRoute(t, x)
		if r.method == http.MethodGet {
			continue
		}
		n++
		for name, header := range map[string]map[string]string{
			"cross-site": {"Sec-Fetch-Site": "cross-site"}, "same-site": {"Sec-Fetch-Site": "same-site"}, "origin": {"Origin": "https://penipu.example"}, "null origin": {"Origin": "null"},
		} {
			req, err := http.NewRequestWithContext(t.Context(), r.method, h.base+s.fill(r.path), strings.NewReader("x=1"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for k, value := range header {
				req.Header.Set(k, value)
			}
			if a := officer.do(req); a.StatusCode != http.StatusForbidden || !strings.Contains(mainText(a.text), "dikirim dari situs lain") {
				t.Errorf("%s %s from elsewhere (%s): status %d\n%.200s", r.method, r.path, name, a.StatusCode, mainText(a.text))
			}
		}
	}
	if n < 80 {
		t.Errorf("only %d routes that change something", n)
	}
	officer.get("/kerja/antrean").is(t, 200) // still signed in: no foreign form ended the session
	for _, path := range []string{"/api/v1/cases", "/api/v1/notices"} {
		if a := officer.get(path); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s takes a cookie for a token: %d", path, a.StatusCode)
		}
	}
}

// uploadBombs sends to each door for files what grows, lies about its kind or ends too early.
func uploadBombs(t *testing.T, h *hub, _ sample) {
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	if f, err := z.Create("x"); err != nil {
		t.Fatal(err)
	} else if _, err := f.Write(make([]byte, 20<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	m := h.bring(t, "Kasus yang diberi berkas berbahaya lewat semua pintu yang ada.")
	m.act(m.officer, "ambil")
	citizen, officer, partner := h.visit(t, ""), h.visit(t, m.officer), h.visit(t, "mitra")
	before := len(m.now().Evidence)
	for name, file := range map[string][]byte{
		"bom.png": pngOf(30_000, 30_000), "ganda.png": append(pngOf(8, 8), archive.Bytes()...), "potong.png": pngOf(64, 64)[:40], "bom.zip": archive.Bytes(),
		"skrip.svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "x.mp4": append([]byte("\x00\x00\x00\x18ftypmp42"), make([]byte, 64)...), "..%2f..%2fx.png": []byte("MZ\x90"),
	} {
		files := map[string][]byte{name: file}
		for door, a := range map[string]answer{
			"addition": citizen.postFiles("/tiket/"+m.code, files, "text", "tambahan"),
			"evidence": officer.postFilesIn("files", "/kerja/kasus/"+m.number+"/bukti", files, "kind", "screenshot"),
			"picture":  partner.postFilesIn("picture", "/mitra/periksa-fakta/baru", files, "title", "Judul"),
			"api":      citizen.postFilesIn("files", "/api/v1/reports", files, "text", linkOf(name), "category", "hoax", "region", "32.73"),
		} {
			helps(t, a, door+" takes "+name, nil)
			if name != "x.mp4" && a.StatusCode < 400 {
				t.Errorf("%s takes %s: status %d", door, name, a.StatusCode)
			}
		}
	}
	for _, e := range m.now().Evidence[before:] {
		if e.Kind != "video" {
			t.Errorf("%s was kept as %s", e.Name, e.Kind)
		}
	}
}
