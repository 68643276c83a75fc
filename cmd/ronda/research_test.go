package main

import (
	"encoding/json"
	"net/http"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/research"
)

var researchToken = regexp.MustCompile(`rr_[A-Za-z0-9_-]{43}`)

// TestResearchWholeWay: somebody asks in public, two offices decide, the project stands in the public list, its token reads what was granted and
// nothing that would tell a reader, a person or an address, and stops when its time is over.
func TestResearchWholeWay(t *testing.T) {
	h := startHub(t, "")
	out := h.visit(t, "")
	bad := out.post("/penelitian/ajukan", "institution", "Universitas Uji", "months", "3")
	bad.is(t, http.StatusUnprocessableEntity, "Isi judul penelitian")
	if !strings.Contains(bad.text, `value="Universitas Uji"`) {
		t.Error("what was typed is gone")
	}
	ask := func(mail string) answer {
		t.Helper()
		return out.post("/penelitian/ajukan", "institution", "Universitas Uji", "title", "Lama putusan menurut provinsi", "purpose",
			"Kami mengukur lamanya putusan menurut provinsi dan jenis pelanggaran.", "funding", "Dana penelitian universitas, tanpa penyandang dana dari luar.",
			"data", "cases", "months", "3", "contact_name", "Tirta Lembayung", "mail", mail, "key", "KUNCI0KUNCI0KUNCI0KU").is(t, http.StatusOK, "Menunggu putusan")
	}
	asked := ask("tirta@uji.example")
	if again := ask("tirta@uji.example"); again.at != asked.at {
		t.Errorf("a form that was sent twice made %s and %s", asked.at, again.at)
	}
	if other := ask("lembayung@uji.example"); other.at == asked.at {
		t.Error("a corrected mail address was lost: the page went back and sent the form again")
	}
	out.post("/penelitian/pengajuan", "code", path.Base(asked.at)).is(t, http.StatusOK, "Menunggu putusan")
	out.post("/penelitian/pengajuan", "code", "7K3M-9Q2X-4TBC").is(t, http.StatusNotFound)
	own := asked.at
	project, err := h.research.ByCode(t.Context(), path.Base(own), "127.0.0.9")
	if err != nil {
		t.Fatal(err)
	}
	if list := out.get("/penelitian"); strings.Contains(list.text, "Lama putusan menurut provinsi") {
		t.Error("a request that waits is public")
	}
	out.post(own+"/token").is(t, http.StatusConflict)

	desk := "/kerja/penelitian/" + project.ID
	h.visit(t, "akun.bandung").get("/kerja/penelitian").is(t, http.StatusForbidden) // another authority
	h.visit(t, "mitra").get(desk).is(t, http.StatusForbidden)
	first := h.visit(t, "petugas.bandung")
	first.get(desk).is(t, http.StatusOK, "Tirta Lembayung")
	first.post(desk+"/suara", "yes", "ya", "reasons", "Pertanyaannya jelas dan datanya tidak memuat nama.").is(t, http.StatusOK)
	first.post(desk+"/suara", "yes", "ya", "reasons", "Pertanyaannya jelas dan datanya tidak memuat nama.").is(t, http.StatusConflict)
	second := h.visit(t, "narahubung")
	if page := second.get(desk); strings.Contains(page.text, "Pertanyaannya jelas") {
		t.Error("the second sees the first vote before the own one")
	}
	second.post(desk+"/suara", "yes", "ya", "reasons", "Pendanaannya terbuka dan tujuannya untuk umum.").is(t, http.StatusOK, "Pertanyaannya jelas")

	out.get("/penelitian").is(t, http.StatusOK, "Lama putusan menurut provinsi", "Universitas Uji")
	token := researchToken.FindString(out.post(own + "/token").text)
	if token == "" {
		t.Fatal("no token")
	}
	if strings.Contains(out.get(own).text, token) {
		t.Error("the token is shown twice")
	}

	read := func(token, path string) answer {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.base+"/api/v1/research/"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return out.do(r)
	}
	status := func(a answer, want int, code string) {
		t.Helper()
		if a.StatusCode != want || !strings.Contains(a.text, code) {
			t.Errorf("status %d, want %d %s: %.300s", a.StatusCode, want, code, a.text)
		}
	}
	status(read("", "cases"), http.StatusUnauthorized, "research.token_missing")
	status(read(token+"x", "cases"), http.StatusUnauthorized, "token_unknown")
	status(read(token, "addresses"), http.StatusForbidden, "research.not_granted")
	status(read(token, "cases?cursor=AAAA"), http.StatusUnprocessableEntity, "research.cursor")

	var rows []research.ConcludedCase
	var all strings.Builder
	for cursor := ""; ; {
		a := read(token, "cases?limit=50&cursor="+cursor)
		status(a, http.StatusOK, "")
		all.WriteString(a.text)
		var body struct {
			Rows []research.ConcludedCase `json:"rows"`
			Next string                   `json:"next"`
		}
		if err := json.Unmarshal([]byte(a.text), &body); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, body.Rows...)
		if cursor = body.Next; cursor == "" {
			break
		}
	}
	account := out.get("/data/komitmen/3").is(t, http.StatusOK, "Akses penelitian")
	if !regexp.MustCompile(`Akses penelitian\s+2\b`).MatchString(mainText(account.text)) {
		t.Error("the commitment page does not count this project beside the one of the demonstration")
	}
	h.checkResearch(t, rows, all.String())

	stored, err := h.db.ResearchProject(t.Context(), project.ID)
	if err != nil || strings.Contains(stored.Token, token) {
		t.Errorf("the token itself is stored: %v", err)
	}
	h.putForward(100 * 24 * time.Hour)
	status(read(token, "cases"), http.StatusUnauthorized, "token_unknown")
	if err := h.research.Over(t.Context(), project.ID); err != nil {
		t.Fatal(err)
	}
	out.get("/penelitian").is(t, http.StatusOK, "Waktunya habis")
	h.visit(t, "mitra").get("/api/v1/research/projects").is(t, http.StatusOK)
}

// checkResearch compares the rows with the cases: every concluded one once, none that waits for a reader, and nothing that names a thing.
func (h *hub) checkResearch(t *testing.T, rows []research.ConcludedCase, text string) {
	t.Helper()
	cases, err := h.db.Cases(t.Context(), "", 10000)
	if err != nil {
		t.Fatal(err)
	}
	want, waiting, readings := 0, 0, 0
	for _, c := range cases {
		switch c.Stage {
		case ronda.StageNew, ronda.StageTriage, ronda.StageAssessment, ronda.StageSecond, ronda.StageThird, ronda.StageMerged:
			if len(c.Assessments) > 0 {
				waiting++
			}
		default:
			want++
			readings += len(c.Assessments)
		}
		secrets := []string{c.ID, c.Number, c.Title}
		for _, it := range c.Items {
			secrets = append(secrets, it.Address, it.ID)
		}
		for _, a := range c.Assessments {
			secrets = append(secrets, a.By, a.Office, a.Summary)
		}
		for _, n := range c.Notices {
			secrets = append(secrets, n.ID, n.Code)
		}
		for _, s := range secrets {
			if len(s) > 5 && strings.Contains(text, s) {
				t.Errorf("case %s: the data holds %q", c.Number, s)
			}
		}
	}
	got := 0
	for _, r := range rows {
		got += len(r.Readings)
	}
	if len(rows) != want || got != readings {
		t.Errorf("%d rows with %d readings, want %d with %d", len(rows), got, want, readings)
	}
	if waiting == 0 {
		t.Error("the demonstration has no half-read case, so that blindness was not tried")
	}
}
