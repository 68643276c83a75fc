package web_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"ronda/internal/web"
)

// visitor is a browser on a site with a desk that remembers.
func visitor(t testing.TB) (*browser, *desk) {
	d := newDesk()
	return browse(t, site(t, func(o *web.Options) { o.Intake = d })), d
}

func TestKnownHoaxIsAnsweredInOneStep(t *testing.T) {
	t.Parallel()
	b, _ := visitor(t)
	start := b.get("/")
	start.says(t, `<form method="post" action="/cek"`, "Foto surat suara")
	start.hides(t, "Kabar dari esok hari") // dated after the site's clock
	page := b.post("/cek", "text", "Viral! surat suara tercoblos, sebarkan")
	page.says(t, "<strong>Salah</strong>", "Foto surat suara tercoblos itu dari 2019", "Contoh Cek Fakta", "18 Nov 2024",
		"Kata-kata yang sama", "<title>Salah: ", "https://wa.me/?text=Sudah+dicek%3A+SALAH.")
	if b.path != "/cek" {
		t.Errorf("the answer is at %s", b.path)
	}
	page.hides(t, "wa.me/?text=Viral")
}

func TestUnknownMessageIsNotCalledTrue(t *testing.T) {
	t.Parallel()
	b, d := visitor(t)
	page := b.post("/cek", "text", "Katanya TPS pindah ke lapangan")
	page.says(t, "Belum ada hasil untuk pesan ini.", "Ini bukan berarti pesannya benar.", "Boleh kami tampilkan isi pesan ini kepada pemeriksa fakta?")
	if len(d.allowed) != 0 {
		t.Fatal("kept without consent")
	}
	b.post("/cek/izin", "text", "Katanya TPS pindah ke lapangan").says(t, "Terkirim ke pemeriksa fakta")
	if len(d.allowed) != 1 {
		t.Fatalf("kept %d texts after consent", len(d.allowed))
	}
}

func TestFrontPageIsExplained(t *testing.T) {
	t.Parallel()
	b, _ := visitor(t)
	page := b.post("/cek", "text", "https://www.tiktok.com/")
	page.says(t, "Tautan ini belum bisa dicek", "Tautan ini menuju halaman depan aplikasi")
	page.hides(t, "Boleh kami tampilkan") // there is nothing that a fact-checker could look at
}

func TestMaskingIsTold(t *testing.T) {
	t.Parallel()
	b, _ := visitor(t)
	page := b.post("/cek", "text", "TPS pindah, tanya Budi 0812-3456-7890 atau budi@contoh.id")
	page.says(t, "1 alamat surel dan 1 nomor telepon", "[nomor telepon]")
	page.hides(t, "0812-3456-7890", "budi@contoh.id")
}

// report answers the four questions and stops at the review.
func report(t testing.TB, b *browser) view {
	t.Helper()
	b.get("/lapor").says(t, "Langkah 1 dari 5", "Konten mana yang Anda laporkan?")
	b.post("/lapor/tautan", "link", "https://www.tiktok.com/@a/video/1", "text", "Ajakan menyerang, hubungi 081234567890").says(t, "Langkah 2 dari 5")
	b.post("/lapor/masalah", "category", "violence").says(t, "Langkah 3 dari 5", "Sleman (kabupaten)")
	b.post("/lapor/wilayah", "region", "34.04").says(t, "Langkah 4 dari 5")
	return b.post("/lapor/bukti", "note", "Menit ke-2", "contact", "warga@contoh.id")
}

func TestReportInSixPages(t *testing.T) {
	t.Parallel()
	b, d := visitor(t)
	review := report(t, b)
	review.says(t, "Langkah 5 dari 5", "https://www.tiktok.com/@a/video/1 (TikTok)", "Mengajak kekerasan atau mengancam",
		"Kabupaten Sleman, DI Yogyakarta", "[nomor telepon]", "Kami menyamarkan 1 nomor telepon", "warga@contoh.id",
		"Ini bukan laporan resmi dugaan pelanggaran ke Bawaslu")
	review.hides(t, "081234567890")

	b.get("/lapor/wilayah").says(t, `<details open><summary>DI Yogyakarta`, `value="34.04" checked`) // Back keeps the answers
	b.get("/lapor/tautan").says(t, "https://www.tiktok.com/@a/video/1", "081234567890")

	done := b.upload("/lapor/periksa-jawaban", "layar.png", []byte("\x89PNG\r\n\x1a\nrest"))
	done.says(t, "Laporan terkirim", "RND-7K3M-9Q2X-4TBC", "Kabar pertama paling lambat 21 Nov 2024, 10.30 WIB.", "Simpan kode ini.")
	if b.path != "/lapor/terkirim" {
		t.Errorf("ended at %s", b.path)
	}
	if len(d.reports) != 1 || len(d.files) != 1 || !strings.HasSuffix(d.files[0], "rest") {
		t.Fatalf("handed over %d reports, files %q", len(d.reports), d.files)
	}
	in := d.reports[0]
	if in.Links[0] != "https://www.tiktok.com/@a/video/1" || in.Region != "34.04" || in.Category != "violence" || in.Anywhere || in.NoLink ||
		in.Contact != "warga@contoh.id" || !strings.Contains(in.Text, "Ajakan menyerang") || !strings.Contains(in.Text, "Menit ke-2") || in.IdemKey == "" {
		t.Errorf("handed over %+v", in)
	}
	b.get("/lapor/terkirim").says(t, "RND-7K3M-9Q2X-4TBC") // the receipt can be opened again
	b.get("/lapor/periksa-jawaban").says(t, "Laporan terkirim")
	b.get("/tiket/RND-7K3M-9Q2X-4TBC").says(t, "Riwayat")
	b.post("/lapor/baru").says(t, "Langkah 1 dari 5")
	b.get("/lapor/tautan").hides(t, "tiktok.com/@a")
}

func TestSendingTwiceMakesOneTicket(t *testing.T) {
	t.Parallel()
	b, d := visitor(t)
	report(t, b)
	before := map[string]string{}
	for k, c := range b.jar {
		before[k] = c.Value
	}
	b.post("/lapor/periksa-jawaban").says(t, "Laporan terkirim")
	for k, v := range before { // the second press left the browser before the first answer came
		b.jar[k].Value = v
	}
	b.post("/lapor/periksa-jawaban").says(t, "RND-7K3M-9Q2X-4TBC")
	if len(d.reports) != 1 {
		t.Fatalf("made %d tickets", len(d.reports))
	}
}

func TestStepsCannotBeSkipped(t *testing.T) {
	t.Parallel()
	b, d := visitor(t)
	b.get("/lapor/periksa-jawaban").says(t, "Langkah 1 dari 5")
	b.post("/lapor/periksa-jawaban").says(t, "Langkah 1 dari 5")
	b.post("/lapor/wilayah", "region", "34.04").says(t, "Langkah 1 dari 5")
	if len(d.reports) != 0 {
		t.Fatal("an empty report was sent")
	}
}

func TestNoLinkAndUnknownRegionAreAnswers(t *testing.T) {
	t.Parallel()
	b, d := visitor(t)
	b.post("/lapor/tautan", "nolink", "ya", "text", "Pesan suara di grup warga, isinya ajakan tidak memilih.").says(t, "Langkah 2 dari 5")
	b.post("/lapor/masalah", "category", "other")
	b.post("/lapor/wilayah", "region", "tidak-tahu").says(t, "Langkah 4 dari 5")
	b.post("/lapor/bukti").says(t, "Tidak ada tautan", "Saya tidak tahu")
	b.post("/lapor/periksa-jawaban").says(t, "Laporan terkirim")
	if in := d.reports[0]; !in.NoLink || !in.Anywhere || in.Region != "" {
		t.Errorf("handed over %+v", in)
	}
}

func TestFaultsOfEachStep(t *testing.T) {
	t.Parallel()
	b, d := visitor(t)
	b.post("/cek", "text", "  ").faulty(t, "text", "Tempel teks atau tautan pesan yang ingin dicek")
	b.post("/cek", "text", strings.Repeat("panjang ", 2000)).faulty(t, "text", "Teks paling panjang 10.000 huruf")
	b.post("/cek", "text", "rusak \xff").faulty(t, "text", "Teks ini berisi tanda yang tidak bisa dibaca. Salin lagi dari sumbernya")

	b.post("/lapor/tautan").faulty(t, "link", "Tempel tautannya, atau centang “Saya tidak punya tautan”")
	page := b.post("/lapor/tautan", "link", "tiktok", "text", "Isi <b>pesan</b> & lainnya")
	page.faulty(t, "link", "Tautan harus diawali https://")
	page.says(t, "Isi <b>pesan</b> & lainnya")
	if strings.Contains(page.Body, "<b>pesan</b>") {
		t.Error("typed HTML came back as HTML")
	}
	b.post("/lapor/tautan", "link", "https://www.tiktok.com/").faulty(t, "link",
		"Tautan ini menuju halaman depan aplikasi, bukan ke satu unggahan. Salin tautan dari tombol Bagikan di unggahan itu")
	b.post("/lapor/tautan", "nolink", "ya", "text", "pendek").faulty(t, "text", "Ceritakan apa yang terjadi, paling sedikit 20 huruf")
	b.post("/lapor/tautan", "link", strings.Repeat("https://a.example/1\n", 21)).faulty(t, "link", "Paling banyak 20 tautan dalam satu laporan")

	b.post("/lapor/tautan", "link", "https://www.tiktok.com/@a/video/1")
	b.post("/lapor/masalah").faulty(t, "category", "Pilih masalah yang Anda temukan")
	b.post("/lapor/masalah", "category", "'; DROP TABLE").faulty(t, "category", "Pilih masalah yang Anda temukan")
	b.post("/lapor/masalah", "category", "hoax")
	b.post("/lapor/wilayah").faulty(t, "region", "Pilih kabupaten atau kota")
	b.post("/lapor/wilayah", "region", "99.99").faulty(t, "region", "Pilih kabupaten atau kota")
	b.post("/lapor/wilayah", "region", "semua")
	kept := b.post("/lapor/bukti", "contact", "bukan kontak", "note", "tetap ada")
	kept.faulty(t, "contact", "Tulis alamat surel atau nomor telepon yang lengkap, atau kosongkan")
	kept.says(t, "tetap ada", `value="bukan kontak"`)
	b.post("/lapor/bukti")
	b.upload("/lapor/periksa-jawaban", "virus.exe", []byte("MZ\x90\x00aaaaaaaaaa")).faulty(t, "file", "Berkas harus berupa JPG, PNG, PDF, atau MP4")
	b.upload("/lapor/periksa-jawaban", "besar.png", append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 6<<20)...)).faulty(t, "file", "Ukuran berkas harus di bawah 5 MB")
	b.upload("/lapor/periksa-jawaban", "kosong.png", nil).faulty(t, "file", "Berkas ini kosong. Pilih berkas lain")
	if len(d.reports) != 0 {
		t.Error("a report with faults was sent")
	}
}

func TestTicketCodeAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"RND-7K3M-9Q2X-4TBC", "rnd 7k3m 9q2x 4tbc", "7k3m9q2x4tbc", " 7K3M - 9Q2X - 4TBC "} {
		b, _ := visitor(t)
		b.post("/tiket", "code", typed).says(t, "Tiket RND-7K3M-9Q2X-4TBC", "Kami butuh info dari Anda.",
			"Di menit keberapa ancamannya terdengar?", "20 Nov 2024, 18.00 WITA", "Kabupaten Kepulauan Siau Tagulandang Biaro")
		if b.path != "/tiket/RND-7K3M-9Q2X-4TBC" {
			t.Errorf("%q led to %s", typed, b.path)
		}
	}
	b, _ := visitor(t)
	b.post("/tiket", "code", "123").faulty(t, "code", "Kode tiket terdiri dari 12 huruf dan angka, misalnya 7K3M-9Q2X-4TBC")
	wrong := b.post("/tiket", "code", "OOOO-OOOO-OOOO")
	wrong.says(t, "Kode ini tidak ditemukan.", `value="OOOO-OOOO-OOOO"`)
	if wrong.StatusCode != 404 {
		t.Errorf("wrong code: status %d", wrong.StatusCode)
	}
	for range 5 {
		wrong = b.post("/tiket", "code", "OOOO-OOOO-OOOO")
	}
	wrong.says(t, "Terlalu banyak percobaan. Coba lagi pukul 14.40 WIB.")
	if wrong.StatusCode != 429 || wrong.Header.Get("Retry-After") == "" {
		t.Errorf("after many codes: status %d", wrong.StatusCode)
	}
}

func TestTicketTakesMore(t *testing.T) {
	t.Parallel()
	b, d := visitor(t)
	const path = "/tiket/RND-7K3M-9Q2X-4TBC"
	b.post(path).faulty(t, "text", "Tulis sesuatu, tempel tautan, atau pilih berkas")
	page := b.upload(path, "layar.jpg", []byte("\xff\xd8\xff\xe0 and more"), "text", "Menit ke-2", "link", "https://a.example/1", "key", "K1")
	page.says(t, "Sudah kami terima")
	if len(d.more) != 1 || d.more[0].Text != "Menit ke-2" || d.more[0].IdemKey != "K1" || len(d.more[0].Links) != 1 || len(d.more[0].Files) != 1 {
		t.Fatalf("handed over %+v", d.more)
	}
	b.get(path).hides(t, "Sudah kami terima")
	if page.Header.Get("Cache-Control") != "no-store" || page.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("a ticket page may be kept or told: %v", page.Header)
	}
}

func TestLeavingQuickly(t *testing.T) {
	t.Parallel()
	b, _ := visitor(t)
	report(t, b).says(t, "Keluar cepat")
	page := b.get("/keluar")
	if page.StatusCode != 303 || page.Header.Get("Location") != web.DefaultLeave {
		t.Errorf("got %d %s", page.StatusCode, page.Header.Get("Location"))
	}
	if len(b.jar) != 0 {
		t.Errorf("answers stayed behind: %v", b.jar)
	}
	b.get("/").hides(t, "Keluar cepat")
}

func TestCheckedMessageGoesIntoTheReport(t *testing.T) {
	t.Parallel()
	b, _ := visitor(t)
	b.post("/lapor", "text", "Lihat https://www.tiktok.com/@a/video/9 bohong sekali").
		says(t, "https://www.tiktok.com/@a/video/9", "bohong sekali")
}

func TestLongMessageIsNotLostOnTheWayToTheReport(t *testing.T) {
	t.Parallel()
	b, _ := visitor(t)
	long := strings.Repeat("kata ", 1200)
	page := b.post("/lapor", "text", long)
	page.faulty(t, "text", "Teks paling panjang 4.000 huruf")
	page.says(t, strings.TrimSpace(long))

	noise := strings.Map(func(r rune) rune { return 0x1F300 + (r*7919+13)%700 }, long[:3900]) // pictures do not compress well
	var b2 strings.Builder
	for i, r := range noise {
		b2.WriteRune(r + rune(i*i%97))
	}
	if got := b.post("/lapor/tautan", "nolink", "ya", "text", b2.String()); got.StatusCode >= 500 {
		t.Errorf("a text that hardly fits: %d", got.StatusCode)
	}
}

func TestFactCheckAddress(t *testing.T) {
	t.Parallel()
	b, _ := visitor(t)
	page := b.get("/periksa/k01-alamat-lama")
	if b.path != "/periksa/k01-foto-surat-suara-sudah-tercoblos-sebelum-pilkada-2024" {
		t.Errorf("an old slug led to %s", b.path)
	}
	page.says(t, `<meta property="og:title" content="Salah: Foto surat suara`, "og:image", `hreflang="en" href="https://ronda.example/en/periksa/k01-`)
	if got := b.get("/periksa/tidak-ada-sama-sekali"); got.StatusCode != 404 {
		t.Errorf("unknown check: %d", got.StatusCode)
	}
}

func TestRetractedFactCheckKeepsItsPage(t *testing.T) {
	t.Parallel()
	list := someChecks()
	list[1].Retracted, list[1].Because = now, "Sumbernya keliru."
	b := browse(t, site(t, func(o *web.Options) { o.FactChecks = list }))
	b.get("/periksa/k01").says(t, "Periksa fakta ini sudah ditarik", "Sumbernya keliru.")
}

func TestLargeAndBrokenBodies(t *testing.T) {
	t.Parallel()
	b, _ := visitor(t)
	if got := b.post("/cek", "text", strings.Repeat("a", 10<<20)); got.StatusCode != 413 {
		t.Errorf("10 MB of text: %d", got.StatusCode)
	} else {
		got.says(t, "Kiriman terlalu besar")
	}
	r := httptest.NewRequest("POST", "/lapor/periksa-jawaban", strings.NewReader("--x\r\nbroken"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if got := b.send(r); got.StatusCode >= 500 {
		t.Errorf("a broken form: %d", got.StatusCode)
	}
}

func TestRealProblemIsLoggedNotShown(t *testing.T) {
	t.Parallel()
	b := browse(t, site(t, func(o *web.Options) { o.Intake = brokenDesk{newDesk()} }))
	page := b.post("/cek", "text", "apa saja yang panjang")
	if page.StatusCode != 500 {
		t.Errorf("status %d", page.StatusCode)
	}
	page.says(t, "Maaf, layanan sedang bermasalah.")
	page.hides(t, "disk")
	report(t, b)
	if page = b.post("/lapor/periksa-jawaban"); page.StatusCode != 500 {
		t.Errorf("a report that found no key: status %d", page.StatusCode)
	}
	b.get("/lapor/periksa-jawaban").says(t, "https://www.tiktok.com/@a/video/1") // nothing is lost
}
