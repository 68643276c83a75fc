package main

import (
	"net/http"
	"strings"
	"testing"

	"ronda"
)

// accreditation: an organisation applies without script, two people of different offices decide without seeing one another's vote, and only then
// does it stand in the public register and make its first account.
func accreditation(t *testing.T, w *window) {
	const (
		name  = "Jejaring Guru Kampung Pelangi"
		first = "Kegiatannya kami kenal sejak lama dan sumber dananya diumumkan setiap tahun."
	)
	b := w.tab(t, "", 360, 740).withoutScript()
	b.goTo("/mitra-terdaftar")
	b.press(`a.button[href="/mitra/daftar"]`)
	if status := b.press("main form .acts button"); status != http.StatusUnprocessableEntity {
		t.Fatalf("an empty application: status %d", status)
	}
	b.says("Ada yang perlu diperbaiki")
	b.fill("#name", name)
	b.tick(`input[name="kind"][value="community"]`)
	b.tick(`input[name="wide"][value="tidak"]`)
	if !ask[bool](b, `document.querySelector("details.more").open`) {
		b.tick("details.more summary")
	}
	b.fill("#region_one", "32.73")
	b.fill("#statement", "Pengurus kami tidak menjadi anggota partai atau tim kampanye, dan aturan itu tertulis dalam anggaran dasar.")
	b.fill("#funding", "Iuran anggota, diumumkan setiap bulan Januari.")
	b.fill("#contact_name", "Ibu Rina")
	b.fill("#mail", "rina@guru.example")
	if status := b.press("main form .acts button"); status != http.StatusOK {
		t.Fatalf("apply: status %d\n%s", status, b.text())
	}
	b.says("Pengajuan terkirim", "Menunggu keputusan")
	code := codeRE.FindString(b.text())
	registered := func() bool {
		t.Helper()
		r := w.tab(t, "", 360, 740).withoutScript()
		r.goTo("/mitra-terdaftar")
		return strings.Contains(r.text(), name)
	}
	if registered() {
		t.Error("an application that nobody has decided stands in the public register")
	}

	one := w.tab(t, "petugas.bandung", 1366, 768)
	one.goTo("/kerja/mitra")
	one.says(name)
	one.press(`main a[href="/kerja/mitra/` + w.partnerID(t, name) + `"]`)
	file := one.where()
	one.says("tidak menjadi anggota partai", "Ibu Rina")
	one.tick(`input[name="yes"][value="ya"]`)
	one.fill("#reasons", first)
	if status := one.press(`form[action$="/suara"] button`); status != http.StatusOK {
		t.Fatalf("first vote: status %d\n%s", status, one.text())
	}
	if ask[bool](one, `!!document.querySelector('form[action$="/suara"]')`) {
		t.Error("whoever voted may vote again")
	}
	if registered() {
		t.Error("one vote accredits")
	}

	two := w.tab(t, "penelaah.jabar", 1366, 768)
	two.goTo(file)
	if page := ask[string](two, "document.documentElement.outerHTML"); strings.Contains(page, first) {
		t.Error("the second reads the first one's reasons before the own vote")
	}
	two.tick(`input[name="yes"][value="ya"]`)
	two.fill("#reasons", "Tidak ada hubungan dengan calon, dan cakupannya sesuai dengan wilayah kerjanya.")
	if status := two.press(`form[action$="/suara"] button`); status != http.StatusOK {
		t.Fatalf("second vote: status %d\n%s", status, two.text())
	}
	two.says("Terakreditasi", "Diterima sebagai mitra")
	if !registered() {
		t.Error("two votes, and the public register does not show it")
	}

	b.goTo("/mitra/pengajuan")
	b.fill("#code", strings.ToLower(code))
	b.press("main form .acts button")
	b.says("Terakreditasi", "Buat akun pertama")
	b.fill("#name", "Rina Kartika")
	b.fill("#login", "rina@guru.example")
	b.press(`form[action$="/akun"] button`)
	b.fill("#password", "kapur putih di papan hijau")
	if status := b.press("main form .acts button"); status != http.StatusOK {
		t.Fatalf("password: status %d at %s\n%s", status, b.where(), b.text())
	}
	b.goTo("/masuk")
	b.fill("#login", "rina@guru.example")
	b.fill("#password", "kapur putih di papan hijau")
	b.press("main form .acts button")
	b.goTo("/mitra")
	b.says("Ruang mitra", "Terakreditasi")
}

// partnerID is the id of the partner of a name.
func (h *hub) partnerID(t testing.TB, name string) string {
	t.Helper()
	all, err := h.db.Partners(t.Context(), ronda.PartnerFilter{}, h.pack)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if p.Name == name {
			return p.ID
		}
	}
	t.Fatalf("no partner %s", name)
	return ""
}

// checkFromMessage: a citizen lets fact-checkers see a message; a partner takes it from the list, writes, publishes; the public page says the verdict
// first, and the citizen's code finds the answer.
func checkFromMessage(t *testing.T, w *window) {
	const story = "Kotak suara dari kardus katanya larut kena hujan di gudang Cimenyan"
	c := w.tab(t, "", 360, 740).withoutScript()
	c.goTo("/")
	c.fill("#text", story)
	c.press(".paste button")
	c.press(`form[action="/cek/izin"] button`)
	code := codeRE.FindString(c.text())
	if code == "" {
		t.Fatalf("no code to find the answer by:\n%s", c.text())
	}

	b := w.tab(t, "mitra", 1366, 768)
	b.goTo("/mitra")
	b.says(story)
	id := ""
	wishes, err := w.db.Wishes(t.Context(), 50)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range wishes {
		if x.Text == story {
			id = x.ID
		}
	}
	b.press(`a[href="/mitra/periksa-fakta/baru?pesan=` + id + `"]`)
	b.says(story)
	if got := ask[string](b, `document.querySelector("#narration").value`); got != story {
		t.Errorf("the text that goes around is %q", got)
	}
	b.fill("#claim", "Kotak suara kardus larut kena hujan.")
	b.fill("#verdict", "salah")
	b.fill("#truth", "Kotak suara itu dari karton kedap air dan tetap utuh setelah terkena hujan.")
	b.fill("#explanation", "Kami merendam contoh kotaknya selama dua jam bersama pengawas, dan kotaknya tetap utuh.")
	b.fill("#references", "Spesifikasi kotak suara | https://kpu.example/kotak")
	if status := b.press(`button[value="lihat"]`); status != http.StatusOK {
		t.Fatalf("preview: status %d\n%s", status, b.text())
	}
	b.press(`form[action$="/terbitkan"] button`)
	public := b.where()
	if !strings.HasPrefix(public, "/periksa/") {
		t.Fatalf("publishing leads to %s\n%s", public, b.text())
	}

	c.goTo(public)
	if title := ask[string](c, "document.title"); !strings.HasPrefix(title, "Salah: ") {
		t.Errorf("the title is %q, want the verdict first", title)
	}
	if words := strings.ToLower(c.text()); !strings.Contains(words, "salah") || strings.Index(words, "salah") > strings.Index(words, "larut kena hujan") {
		t.Errorf("the page says the claim before the verdict:\n%s", words)
	}
	c.goTo("/jawaban")
	c.fill("#code", code)
	c.press("main form button")
	c.says("Salah", "tetap utuh setelah terkena hujan")
	b.goTo("/mitra")
	if strings.Contains(b.text(), story) {
		t.Error("the message that was answered still waits for a check")
	}
}

// kitShares: the share buttons of a kit are plain links that a phone without script opens, and each carries the words and the page that they come from.
func kitShares(t *testing.T, w *window) {
	b := w.tab(t, "", 360, 740).withoutScript()
	b.goTo("/bahan?untuk=class")
	b.press(`a[href="/bahan/surat-suara-kelas"]`)
	type button struct{ Words, Link string }
	sends := ask[[]button](b, `[...document.querySelectorAll(".sends li")].map(li => ({Words: li.querySelector(".chat, blockquote, p").innerText, Link: li.querySelector('a[href^="https://wa.me/"]').href}))`)
	if len(sends) < 2 {
		t.Fatalf("%d messages to send on", len(sends))
	}
	for _, x := range sends {
		words := strings.Fields(x.Words)
		if !strings.Contains(x.Link, "%2Fbahan%2Fsurat-suara-kelas") || len(words) == 0 || !strings.Contains(x.Link, strings.TrimRight(queryEscape(words[0]), ".")) {
			t.Errorf("the button of %q leads to %s", x.Words, x.Link)
		}
	}
	if small := ask[[]string](b, `[...document.querySelectorAll(".sends a.button")].filter(a => { const r = a.getBoundingClientRect(); return r.height < 44 || r.right > innerWidth; }).map(a => a.outerHTML.slice(0, 120))`); len(small) > 0 {
		t.Errorf("hard to press on a phone: %v", small)
	}
}

// clerkRegisters: a clerk of the commission's office enters one account by hand; the public page of the contest and the check by link know it.
func clerkRegisters(t *testing.T, w *window) {
	b := w.tab(t, "akun.bandung", 1366, 768).withoutScript()
	b.goTo("/kerja/akun-kampanye/mayor-32.73")
	b.openByHand(`form[action$="/akun"]`)
	if status := b.press(`form[action$="/akun"] button`); status != http.StatusUnprocessableEntity {
		t.Errorf("an empty form: status %d", status)
	}
	b.says("Ada yang perlu diperbaiki")
	b.fill("#acc_pair", "1")
	b.fill("#platform", "tiktok")
	b.tick(`input[name="kind"][value="official"]`)
	b.fill("#account", "https://www.tiktok.com/@contoh.pelangi")
	if status := b.press(`form[action$="/akun"] button`); status != http.StatusOK {
		t.Fatalf("register: status %d\n%s", status, b.text())
	}
	b.says("@contoh.pelangi")

	c := w.tab(t, "", 360, 740).withoutScript()
	c.goTo("/kontes/mayor-32.73")
	c.says("@contoh.pelangi")
	c.goTo("/akun-resmi")
	c.fill("#link", "tiktok.com/@contoh.pelangi")
	c.press("form[action='/akun-resmi'] button")
	c.says("Terdaftar")
}

// openByHand opens the fold around a form as a person does.
func (b *tab) openByHand(form string) {
	b.t.Helper()
	if ask[bool](b, "document.querySelector("+quote(strings.ReplaceAll(form, `"`, `'`))+").closest('details').open") {
		return
	}
	b.tick("details:has(" + form + ") > summary")
}
