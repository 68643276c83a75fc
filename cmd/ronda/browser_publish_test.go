package main

import (
	"bytes"
	"image/png"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/publish"
)

// TestBrowserPublish goes through what partners, the election commission and a teacher do, in a real browser.
func TestBrowserPublish(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	h := startHub(t, "")
	t.Run("tasks", func(t *testing.T) {
		for _, x := range []struct {
			name string
			run  func(*testing.T, *window)
		}{{"alert of urgency five", urgencyFive}, {"accreditation", accreditation}, {"check from a message", checkFromMessage}, {"share buttons", kitShares}, {"clerk registers", clerkRegisters}, {"teacher prints a kit", teacherPrints}, {"check that answers a ticket", checkAnswersTicket}, {"official statement", officialStatement}, {"preview for messengers", messengerPreview}, {"every page", publishedPages}} {
			t.Run(x.name, func(t *testing.T) {
				t.Parallel()
				x.run(t, &window{h, browser})
			})
		}
	})
}

// publishedPages looks at each kind of page as everyPage does: axe, 320 pixels, one language, light and dark.
func publishedPages(t *testing.T, w *window) {
	messages, err := i18n.Load("id", "en")
	if err != nil {
		t.Fatal(err)
	}
	foreign := foreignTexts(messages)
	alerts, err := w.db.PublishedAlerts(t.Context(), 20)
	if err != nil || len(alerts) == 0 {
		t.Fatal(err)
	}
	bulletins, err := w.db.Bulletins(t.Context(), "", 5)
	if err != nil || len(bulletins) == 0 {
		t.Fatal(err)
	}
	withdrawn := slices.IndexFunc(alerts, func(a ronda.Alert) bool { return a.State == ronda.AlertWithdrawn })
	if withdrawn < 0 {
		t.Fatal("the demonstration has no withdrawn alert")
	}
	for _, p := range []part{
		{"", []string{"/peringatan", "/peringatan/" + alerts[0].ID, "/peringatan/" + alerts[withdrawn].ID, "/peringatan/langganan", "/bahan", "/bahan/hasutan-mimbar", "/pernyataan-resmi",
			"/pernyataan-resmi/" + bulletins[0].ID, "/jawaban"}},
		{"mitra", []string{"/mitra/periksa-fakta", "/mitra/periksa-fakta/baru", "/mitra/periksa-fakta/impor", "/mitra/peringatan", "/mitra/peringatan/baru", "/mitra/bahan", "/mitra/bahan/baru", "/mitra/web-hook"}},
		{"kpu.jabar", []string{"/kerja/pernyataan", "/kerja/pernyataan/baru"}},
	} {
		b := w.tab(t, p.login, 1366, 768)
		for _, path := range p.paths {
			for _, lang := range []string{"id", "en"} {
				b.inspect(path, lang, foreign[lang])
			}
		}
	}
}

// file fetches what is no page.
func (h *hub) file(t *testing.T, path string) (int, string, []byte) {
	t.Helper()
	res, err := http.Get(h.base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Content-Type"), data
}

// urgencyFive: D1. A partner writes an alert of urgency 5, a second one of another organisation confirms it, the region's page shows it, and a
// withdrawal leaves a tombstone in page and feed.
func urgencyFive(t *testing.T, w *window) {
	const claim = "Jalan ke seluruh tempat memilih disebut sudah ditutup orang bersenjata"
	a := w.tab(t, "mitra", 1366, 768)
	a.goTo("/mitra/peringatan/baru")
	a.fill("#title", "Jalan ke TPS di Cimahi terbuka seperti biasa")
	a.fill("#text", "Tidak ada penutupan jalan hari ini. Datang seperti biasa dan hubungi pengawas kalau ragu.")
	a.fill("#claim", claim)
	a.fill("#verdict", "salah")
	a.fill("#region", "32.77")
	a.tick("#urgency-4")
	if status := a.press("main form .acts button"); status != 200 {
		t.Fatalf("save: %d\n%s", status, a.text())
	}
	id := a.where()[strings.LastIndex(a.where(), "/")+1:]
	a.says("Sebagai pesan WhatsApp", "5 dari 5", "jangan diteruskan: ~"+claim+"~")
	a.press(`form[action$="/ajukan"] button`)
	a.says("Menunggu mitra kedua")
	if status, _, _ := w.file(t, "/peringatan/"+id); status != http.StatusNotFound {
		t.Errorf("one partner alone: the page answers %d", status)
	}

	b := w.tab(t, "mitra.media", 1366, 768)
	b.goTo("/mitra/peringatan")
	b.says("Menunggu persetujuan Anda", "Jalan ke TPS di Cimahi")
	b.goTo("/mitra/peringatan/" + id)
	b.press(`form[action$="/setujui"] button`)
	b.says("Terbit", "Warta Jernih")

	citizen := w.tab(t, "", 360, 740).withoutScript()
	citizen.goTo("/peringatan?wilayah=32.77")
	citizen.says("Jalan ke TPS di Cimahi terbuka seperti biasa", "5 dari 5")
	marked := `[...document.querySelectorAll("main s")].map(x => x.textContent)`
	if struck := ask[[]string](citizen, marked); len(struck) == 0 || !strings.Contains(strings.Join(struck, "\n"), claim) {
		t.Errorf("what goes around is not struck: %v", struck)
	}
	if _, _, feed := w.file(t, "/peringatan/umpan/32.77.json"); !bytes.Contains(feed, []byte("SALAH, jangan diteruskan: ~"+claim+"~")) || bytes.Count(feed, []byte(claim)) != 1 {
		t.Errorf("the feed repeats it unmarked: %s", feed)
	}
	if _, kind, cap := w.file(t, "/peringatan/"+id+"/cap.xml"); !strings.HasPrefix(kind, "application/cap+xml") || !bytes.Contains(cap, []byte("<severity>Severe</severity>")) || !bytes.Contains(cap, []byte("<status>Exercise</status>")) {
		t.Errorf("CAP: %s %s", kind, cap)
	}
	citizen.goTo("/peringatan?wilayah=73")
	if strings.Contains(citizen.text(), "Jalan ke TPS") {
		t.Error("another province sees it")
	}

	a.goTo("/mitra/peringatan/" + id)
	a.tick("details summary")
	a.fill("#reason", "Polisi baru saja menutup satu jalan, jadi kalimat kami tidak lagi tepat.")
	a.press(`form[action$="/cabut"] button`)
	citizen.goTo("/peringatan?wilayah=32.77")
	if status := citizen.goTo("/peringatan/" + id); status != http.StatusGone {
		t.Errorf("withdrawn: the page answers %d", status)
	}
	citizen.says("Dicabut", "Polisi baru saja menutup satu jalan")
	if strings.Contains(citizen.text(), claim) || strings.Contains(citizen.text(), "Tidak ada penutupan jalan hari ini") {
		t.Error("the tombstone still holds the text")
	}
	if _, _, feed := w.file(t, "/peringatan/umpan/32.77.atom"); !bytes.Contains(feed, []byte("Dicabut: Jalan ke TPS")) || bytes.Contains(feed, []byte(claim)) {
		t.Errorf("the feed does not carry the withdrawal: %s", feed)
	}
	if _, _, cap := w.file(t, "/peringatan/"+id+"/cap.xml"); !bytes.Contains(cap, []byte("<msgType>Cancel</msgType>")) {
		t.Errorf("CAP does not cancel: %s", cap)
	}
}

// teacherPrints finds material for a class from the start page, prints its sheet and takes a picture for the wall.
func teacherPrints(t *testing.T, w *window) {
	b := w.tab(t, "", 360, 740).withoutScript()
	b.goTo("/")
	b.press(`footer a[href="/bahan"]`)
	b.fill("#untuk", "class")
	b.press("form.filter button")
	b.says("Surat suara sudah tercoblos", "Dari mana foto ini?")
	b.press(`a[href="/bahan/surat-suara-kelas"]`)
	b.says("Langkah di kelas", "Kegiatan", "Ditinjau", "12 Nov 2024", "Pakai sampai")
	pdf := ask[string](b, `document.querySelector('a[href$="/lembar.pdf"]').getAttribute("href")`)
	if status, kind, data := w.file(t, pdf); status != 200 || kind != "application/pdf" || !bytes.HasPrefix(data, []byte("%PDF-")) {
		t.Errorf("sheet: %d %s", status, kind)
	}
	card := ask[string](b, `document.querySelector('a[href*="/kartu-"]').getAttribute("href")`)
	for _, name := range []string{card, strings.TrimSuffix(card, ".png") + "-a4.png"} {
		status, _, data := w.file(t, name)
		if _, err := png.DecodeConfig(bytes.NewReader(data)); status != 200 || err != nil {
			t.Errorf("%s: %d %v", name, status, err)
		}
	}
	if link := ask[string](b, `document.querySelector('a[href^="https://wa.me/"]').href`); !strings.Contains(link, "surat-suara-kelas") {
		t.Errorf("shared without its page: %s", link)
	}
}

// checkAnswersTicket: a partner writes a check of what somebody reported; the officer is told, confirms it, and the reporter's ticket shows it.
// Whoever let fact-checkers see the same message gets the answer by code.
func checkAnswersTicket(t *testing.T, w *window) {
	const story = "Pesan suara menyebut mangga ungu dari Tasik dipakai menyogok panitia zebra"
	m := w.bring(t, story)
	visitor := w.visit(t, "")
	asked := visitor.post("/cek/izin", "text", story+" tolong dicek")
	code := asked.text[strings.Index(asked.text, "RND-"):][:len("RND-XXXX-XXXX-XXXX")]
	visitor.post("/jawaban", "code", code).is(t, 200, "Belum ada hasil")

	b := w.tab(t, "mitra", 1366, 768)
	b.goTo("/mitra/periksa-fakta/baru")
	b.fill("#claim", "Rekaman suara menyebut mangga ungu dipakai menyogok panitia zebra.")
	if status := b.press(`button[value="lihat"]`); status != http.StatusUnprocessableEntity {
		t.Fatalf("a draft that lacks much is kept, and told so: %d", status)
	}
	b.says("Pilih putusan", "Sebutkan paling sedikit satu sumber")
	b.press(`a[href^="/mitra/periksa-fakta/draf/"].second`)
	b.fill("#verdict", "salah")
	b.fill("#truth", "Tidak ada panitia bernama zebra, dan rekamannya dibuat komputer.")
	b.fill("#explanation", "Kami menghubungi tiga kantor dan membandingkan rekamannya dengan suara aslinya.")
	b.fill("#references", "Kantor penyelenggara | https://kpu.example/daftar-panitia")
	b.fill("#narration", story)
	b.fill("#case", m.number)
	b.press(`button[value="lihat"]`)
	b.says("Sebagai pesan WhatsApp", "Sudah dicek: SALAH", "Tidak ada panitia bernama zebra")
	if status := b.press(`form[action$="/terbitkan"] button`); status != 200 {
		t.Fatalf("publish: %d\n%s", status, b.text())
	}
	check := b.where()
	b.says("Salah:", "Diperiksa oleh", "Cek Nusantara", "Riwayat")
	if machine := ask[string](b, `document.querySelector('script[type="application/ld+json"]').textContent`); !strings.Contains(machine, `"ClaimReview"`) {
		t.Errorf("no ClaimReview: %s", machine)
	}

	checks, err := w.db.OrgFactChecks(t.Context(), "mitra-contoh", 1)
	if err != nil || len(checks) == 0 || !strings.Contains(check, checks[0].ID) {
		t.Fatalf("%v %v", checks, err)
	}
	if err := w.app.findAnswers(t.Context(), ronda.Job{Kind: publish.JobAnswers, Args: map[string]string{"claim": checks[0].ID, "case": m.number}}); err != nil {
		t.Fatal(err)
	}
	o := w.tab(t, m.officer, 1366, 768)
	o.goTo("/kerja")
	o.says("Periksa fakta baru yang mungkin menjawab kasus", m.number)
	m.act(m.officer, "ambil")
	m.act(m.officer, "cocok", "kind", "claim", "id", checks[0].ID, "same", "ya")
	if got := m.now(); got.Claim != checks[0].ID {
		t.Fatalf("the case's claim is %q", got.Claim)
	}
	reports, err := w.db.CaseReports(t.Context(), m.now().ID, 1, "")
	if err != nil || len(reports) == 0 {
		t.Fatal(err)
	}
	visitor.get("/tiket/"+reports[0].Code).is(t, 200, "Salah", "Tidak ada panitia bernama zebra")
	visitor.post("/jawaban", "code", code).is(t, 200, "Tidak ada panitia bernama zebra")
}

// officialStatement: an office of the election commission speaks as itself; nobody else can, and nothing on the page calls it a check.
func officialStatement(t *testing.T, w *window) {
	b := w.tab(t, "kpu.jabar", 1366, 768)
	b.goTo("/kerja/pernyataan/baru")
	b.fill("#title", "Gudang logistik di Jawa Barat sudah lengkap")
	b.fill("#text", "Semua kotak dan surat suara sudah berada di gudang kabupaten dan kota masing-masing.")
	if status := b.press("main form button"); status != 200 {
		t.Fatalf("publish: %d\n%s", status, b.text())
	}
	b.says("Pernyataan resmi lembaga ini", "bukan periksa fakta")
	page := ask[string](b, "document.documentElement.outerHTML")
	if strings.Contains(page, "ClaimReview") || !strings.Contains(page, "SpecialAnnouncement") || strings.Contains(page, `class="vbox`) {
		t.Error("the statement looks like a fact-check to people or machines")
	}
	c := w.tab(t, "", 360, 740).withoutScript()
	c.goTo("/")
	c.fill("#text", "Tetangga bilang DPT ganda di kelurahan kami, satu orang tercatat tiga kali")
	c.press(".paste button")
	c.says("Pernyataan penyelenggara pemilu", "bukan hasil pemeriksaan fakta", "Cara memeriksa nama di daftar pemilih tetap")
	for _, login := range []string{"petugas.bandung", "mitra"} {
		if status := w.tab(t, login, 1366, 768).goTo("/kerja/pernyataan/baru"); status != http.StatusForbidden {
			t.Errorf("%s gets %d", login, status)
		}
	}
}

// messengerPreview: G18 for each published check, pack's and partners'.
func messengerPreview(t *testing.T, w *window) {
	checks, err := w.db.RecentFactChecks(t.Context(), 12)
	if err != nil {
		t.Fatal(err)
	}
	b := w.tab(t, "", 360, 740).withoutScript()
	for _, c := range checks {
		for _, prefix := range []string{"", "/en"} {
			b.goTo(prefix + "/periksa/" + c.ID)
			title := ask[string](b, `document.querySelector('meta[property="og:title"]').content`)
			word := ask[string](b, `document.querySelector('.vword strong').textContent`)
			if !strings.HasPrefix(title, word+": ") {
				t.Errorf("%s: title %q does not begin with %q", c.ID, title, word)
			}
			image := ask[string](b, `document.querySelector('meta[property="og:image"]').content`)
			status, kind, data := w.file(t, image[strings.Index(image, "/periksa"):])
			if status != 200 || kind != "image/png" || len(data) > 30<<10 {
				t.Errorf("%s: picture %d %s %d bytes", c.ID, status, kind, len(data))
			}
		}
	}
}
