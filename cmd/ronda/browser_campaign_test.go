package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"ronda"
)

// registerAndVoter: a clerk of the commission imports a table with faults, mends them on the page and publishes, without script; the supervisor's
// officer sees the copy; a voter finds the account, then one that looks like it, and begins a report about an impersonator from there.
func registerAndVoter(t *testing.T, w *window) {
	file := filepath.Join(t.TempDir(), "akun kampanye.csv")
	// As a spreadsheet of a Windows office writes it: a title above, a merged cell, an application that does not exist, a handle broken into a formula.
	table := "DAFTAR AKUN KAMPANYE;;;\r\nNo;Aplikasi;Jenis;Akun\r\n1;TikTok;resmi;@contoh.juara\r\n;Instagram;resmi;@contoh.juara\r\n2;Friendster;tim;@contoh.dua\r\n2;TikTok;tim;#NAME?\r\n2;YouTube;tim;@contohsahabat\r\n"
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(table, "KAMPANYE", "KAMPANYE \x96 2024")), 0o600); err != nil {
		t.Fatal(err)
	}
	b := w.tab(t, "akun.sleman", 1366, 768).withoutScript()
	b.goTo("/kerja/akun-kampanye")
	b.says("Kabupaten Sleman", "Nama dan akun di sini rekaan")
	b.run(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	if status := b.press("form[action$='/impor'] button"); status != 200 {
		t.Fatalf("preview: status %d\n%s", status, b.text())
	}
	b.says("Belum ada yang disimpan", "3 baris perlu diperbaiki", "mungkin sel gabungan", "“Friendster” tidak dikenal", "rusak oleh program tabel")
	if reg, err := w.db.Register(t.Context(), "regent-34.04"); err != nil || holds(reg, "contoh.juara") {
		t.Fatalf("the preview saved something: %v", err)
	}
	rows := ask[string](b, "document.querySelector('#mend').value")
	mended := strings.NewReplacer("4;;Instagram", "4;1;Instagram", "Friendster", "X", "@contoh.dua", "@contoh_dua", "#NAME?", "@contoh.sahabat").Replace(rows)
	b.fill("#mend", mended)
	b.press("button[value=check]")
	b.says("5 baris baru", "0 perlu diperbaiki")
	b.press("button[value=publish]")
	b.says("5 baris sudah terbit", "@contoh.sahabat", "@contohsahabat")

	b = w.tab(t, "petugas.3404", 1366, 768)
	b.goTo("/kerja/akun-kampanye/regent-34.04")
	b.says("Salinan untuk pengawas", "@contoh.juara", "Akun didaftarkan")
	if ask[bool](b, "!!document.querySelector('form[action$=\"/impor\"]')") {
		t.Error("the supervisor is offered a form to import")
	}

	b = w.tab(t, "", 360, 740).withoutScript()
	b.goTo("/akun-resmi")
	b.fill("#link", "https://www.tiktok.com/@Contoh.Juara?lang=id")
	b.press("form[action='/akun-resmi'] button")
	b.says("Terdaftar", "Kabupaten Sleman", "tidak berarti setiap isinya benar")
	b.goTo("/akun-resmi")
	b.fill("#link", "https://www.tiktok.com/@warga.biasa")
	b.press("form[action='/akun-resmi'] button")
	b.says("Ini tidak berarti akunnya palsu")
	b.goTo("/akun-resmi")
	b.fill("#link", "https://www.tiktok.com/@c0ntoh.juara")
	b.press("form[action='/akun-resmi'] button")
	b.says("Mirip akun terdaftar", "Hurufnya tampak sama di mata")
	b.press("form[action='/lapor/akun-tiruan'] button")
	if got := b.where(); !strings.HasSuffix(got, "/lapor/bukti") {
		t.Fatalf("the report begins at %s\n%s", got, b.text())
	}
	b.press("form .acts button")
	b.says("tiktok.com/@c0ntoh.juara", "Akun palsu", "Sleman")
	b.press("form[enctype] button")
	b.says("Laporan terkirim")
}

func holds(r ronda.Register, handle string) bool {
	for _, a := range r.Accounts {
		if a.Handle == handle {
			return true
		}
	}
	return false
}
