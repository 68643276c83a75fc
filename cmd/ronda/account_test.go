package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"ronda"
	"ronda/internal/demo"
)

// cookieOf is a cookie that the visitor's browser holds.
func (v *visitor) cookieOf(name string) string {
	v.t.Helper()
	u, err := url.Parse(v.h.base)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, c := range v.http.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// TestAccountPages goes the way of a new decider, by pages alone: proposed, confirmed, opened with link and code, made to set up a second factor,
// signed in with it, and out again from elsewhere.
func TestAccountPages(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	h.accounts.RequireFactor = true
	one, two := h.visit(t, "pengelola"), h.visit(t, "pengelola.dua")
	made := one.post("/kelola", "name", "Rina Contoh", "login", "rina@contoh.example", "roles", "officer", "office", "bawaslu:32.73").is(t, 200, "Tautan baru bisa dipakai setelah")
	link := regexp.MustCompile(`/undangan/rl_[A-Za-z0-9_-]+`).FindString(made.text)
	if link == "" {
		t.Fatal("no link")
	}
	new := h.visit(t, "")
	new.get(link).is(t, 200, "Menunggu pengelola kedua")
	id := regexp.MustCompile(`/kelola/usulan/([^/"]+)/tolak`).FindStringSubmatch(made.text)[1]
	one.post("/kelola/usulan/"+id+"/setuju").is(t, 403, "Percobaan ini dicatat")
	code := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(two.post("/kelola/usulan/"+id+"/setuju").is(t, 200, "lewat jalur lain").text)

	page := new.get(link).is(t, 200, "Rina Contoh", "Kode dari pengelola kedua")
	for _, want := range []string{`autocomplete="new-password"`, `autocomplete="username"`} {
		if !strings.Contains(page.text, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	const password = "kalimat pendek yang mudah"
	new.post(link, "password", password, "code", "0000-0000").is(t, 422, "Kode ini salah")
	new.post(link, "password", password, "code", code).is(t, 200, "Masuk untuk petugas")
	new.post(link, "password", password, "code", code).is(t, 404)

	new.post("/masuk", "login", "rina@contoh.example", "password", password).is(t, 200, "Pasang faktor kedua dulu")
	for _, path := range []string{"/kerja", "/kerja/antrean", "/kerja/akun/token", "/kerja/keberatan"} {
		if a := new.get(path); a.at != "/kerja/akun" {
			t.Errorf("%s opens without a second factor: %s", path, a.at)
		}
	}
	offer := new.get("/kerja/akun/aplikasi").is(t, 200, "Pindai gambar ini")
	if !strings.Contains(offer.text, `autocomplete="one-time-code"`) {
		t.Error("the code's field lacks its autocomplete")
	}
	sealed := regexp.MustCompile(`name="offer" value="([^"]+)"`).FindStringSubmatch(offer.text)[1]
	secret := strings.ReplaceAll(regexp.MustCompile(`translate="no">([A-Z2-7 ]{32,})<`).FindStringSubmatch(offer.text)[1], " ", "")
	again := new.post("/kerja/akun/aplikasi", "offer", sealed, "code", "000000", "name", "Ponsel").is(t, 422, "Kode salah")
	if !strings.Contains(again.text, sealed) {
		t.Error("a mistyped code makes the person scan anew")
	}
	now := h.realNow()
	right, err := totp.GenerateCode(secret, now)
	if err != nil {
		t.Fatal(err)
	}
	codes := new.post("/kerja/akun/aplikasi", "offer", sealed, "code", right, "name", "Ponsel").is(t, 200, "Kode pemulihan")
	recovery := regexp.MustCompile(`<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>`).FindAllStringSubmatch(codes.text, -1)
	if len(recovery) != 10 {
		t.Fatalf("%d recovery codes", len(recovery))
	}
	file := new.post("/kerja/akun/kode/berkas", "code", recovery[0][1], "code", "<script>alert(1)</script>")
	if !strings.Contains(file.text, recovery[0][1]) || strings.Contains(file.text, "<script") || !strings.HasPrefix(file.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("the file holds %q", file.text)
	}
	new.get("/kerja/antrean").is(t, 200)
	new.get("/kerja/akun").is(t, 200, "Ponsel", "Masih ada 10 kode")

	other := h.visit(t, "")
	other.post("/masuk", "login", "rina@contoh.example", "password", password).is(t, 200, "Satu langkah lagi")
	if a := other.get("/kerja/antrean"); a.at != "/masuk/kedua" {
		t.Errorf("half a sign-in opens %s", a.at)
	}
	half := other.cookieOf("ronda_sesi")
	other.post("/masuk/kedua", "code", right).is(t, 422, "sudah dipakai")
	other.post("/masuk/kedua", "code", recovery[1][1], "ke", "/kerja/antrean").is(t, 200)
	if other.cookieOf("ronda_sesi") == half {
		t.Error("the second step keeps the session's secret")
	}
	other.get("/kerja/akun").is(t, 200, "Masih ada 9 kode", "Kata sandi dan faktor kedua")
	new.post("/kerja/akun/sesi/lain").is(t, 200)
	if a := other.get("/kerja"); a.at != "/masuk" {
		t.Errorf("an ended session opens %s", a.at)
	}

	// What changes the ways in needs a fresh proof.
	h.putForward(11 * time.Minute)
	for _, path := range []string{"/kerja/akun/aplikasi", "/kerja/akun/kunci"} {
		if a := new.get(path); a.at != "/kerja/akun/bukti" {
			t.Errorf("%s without a fresh proof: %s", path, a.at)
		}
	}
	if a := new.post("/kerja/akun/kode"); a.at != "/kerja/akun/bukti" {
		t.Errorf("new recovery codes without a fresh proof: %s", a.at)
	}
	new.post("/kerja/akun/token", "name", "skrip", "days", "30", "scopes", "case.read").is(t, 200, "Pastikan ini Anda")
	new.post("/kerja/akun/bukti", "current", "salah", "ke", "/kerja/akun/token").is(t, 422, "Kata sandi sekarang salah")
	if a := new.post("/kerja/akun/bukti", "current", password, "ke", "https://evil.example/"); a.at != "/kerja/akun" {
		t.Errorf("a proof leads to %s", a.at)
	}
	new.post("/kerja/akun/token", "name", "skrip", "days", "30", "scopes", "case.read").is(t, 200, "rt_", "Salin sekarang")
	new.post("/kerja/akun/token", "name", "skrip", "days", "30", "scopes", "account.manage").is(t, 422)

	events, err := h.db.AccountEvents(t.Context(), 0, 100)
	if err != nil || len(events) < 8 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	seen := map[ronda.AccountEventKind]bool{}
	for _, e := range events {
		seen[e.Kind] = true
	}
	for _, k := range []ronda.AccountEventKind{ronda.AccountProposed, ronda.AccountTryRefused, ronda.AccountGranted, ronda.AccountOpened, ronda.AccountFactorAdded, ronda.AccountCodeUsed, ronda.AccountTokenMade} {
		if !seen[k] {
			t.Errorf("no event %s", k)
		}
	}
}

// TestSessionFixation plants a session and looks for it after the sign-in; and looks at the cookie's flags.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	v := h.visit(t, "mitra") // the attacker's own session, planted into the victim's browser
	planted := v.cookieOf("ronda_sesi")
	form := strings.NewReader(url.Values{"login": {"pengamat"}, "password": {demo.Password}}.Encode())
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.base+"/masuk", form)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "ronda_sesi", Value: planted})
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	var got *http.Cookie
	for _, c := range res.Cookies() {
		if c.Name == "ronda_sesi" {
			got = c
		}
	}
	if got == nil || got.Value == planted || !got.HttpOnly || got.SameSite != http.SameSiteLaxMode || got.Path != "/" || got.Domain != "" {
		t.Fatalf("cookie %+v", got)
	}
	if _, _, err := h.accounts.Session(t.Context(), planted, ""); ronda.CodeOf(err) != "account.session_over" {
		t.Errorf("the planted session lives on: %v", err)
	}
	// A post from another site changes nothing.
	r, err = http.NewRequestWithContext(t.Context(), http.MethodPost, h.base+"/kerja/akun/sesi/lain", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.AddCookie(got)
	if res, err = http.DefaultTransport.RoundTrip(r); err != nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("a post from another site: %v %v", res, err)
	}
	res.Body.Close()
}
