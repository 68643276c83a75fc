package main

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"ronda"
)

// hostile are texts that break programs which trust them.
var hostile = map[string]string{
	"html":       `<script>alert(1)</script><img src=x onerror=alert(2)>"'><b id=gila>`,
	"sql":        `'); DROP TABLE cases; -- \' OR 1=1 /* ${7*7} {{7*7}} %s %n`,
	"backwards":  "Contoh \u202egnp.exe\u2066 terbalik \u200f\u061c",
	"invisible":  "Pi\u200blih\u200d cal\u2060on\ufeff num\u00ador",
	"stacked":    "H" + strings.Repeat("\u0301", 400) + "alo",
	"lookalikes": "Ｋ𝓹𝓾 раураl",
}

// TestBadInput sends what no honest browser sends. Each gets a clear answer, the server lives on, and nothing that was sent before is lost.
func TestBadInput(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	for name, test := range map[string]func(*testing.T, *hub){
		"huge text": hugeText, "broken text": brokenText, "hostile text": hostileText, "many addresses": manyAddresses, "bombs": bombs,
		"double submit": doubleSubmit, "two editors": twoEditors, "foreign form": foreignForm,
		"wrong ways": wrongWays, "huge header": hugeHeader, "hostile officer": hostileOfficer, "hostile answers": hostileAnswers,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, h)
		})
	}
}

// hugeText: ten megabytes are refused in words, on every form that takes a text, and by the API in its own way.
func hugeText(t *testing.T, h *hub) {
	big := strings.Repeat("Pesan panjang sekali tanpa akhir. ", 10<<20/34+1)
	v := h.visit(t, "")
	for _, path := range []string{"/cek", "/cek/izin", "/lapor", "/lapor/tautan", "/lapor/bukti", "/tiket"} {
		v.post(path, "text", big).is(t, http.StatusRequestEntityTooLarge, "Kiriman terlalu besar")
	}
	res := v.api("POST", "/api/v1/reports", `{"text":"`+big+`","category":"hoax"}`)
	if (res.StatusCode != http.StatusRequestEntityTooLarge && res.StatusCode != http.StatusUnprocessableEntity) || !strings.Contains(res.Header.Get("Content-Type"), "problem+json") {
		t.Errorf("the API says %d %s: %.300s", res.StatusCode, res.Header.Get("Content-Type"), res.text)
	}
	v.post("/lapor/tautan", "nolink", "ya", "text", big[:20_000]).is(t, http.StatusUnprocessableEntity, "Teks paling panjang 4.000 huruf")
}

// brokenText: what is no UTF-8, or holds a NUL, is refused at the field or cleaned, never stored and never an error of ours.
func brokenText(t *testing.T, h *hub) {
	v := h.visit(t, "")
	for _, text := range []string{"rusak \xff\xfe\xc0\xaf di tengah kalimat ini", "nol \x00 di tengah kalimat yang panjang", "\xed\xa0\x80 pengganti sendirian dalam kalimat"} {
		for _, path := range []string{"/cek", "/lapor/tautan"} {
			a := v.post(path, "text", text, "nolink", "ya")
			if a.StatusCode >= 500 || !utf8.ValidString(a.text) || strings.Contains(a.text, "\x00") {
				t.Errorf("%s with %q: status %d", path, text, a.StatusCode)
			}
		}
	}
	a := v.api("POST", "/api/v1/reports", "{\"text\":\"rusak \xff\xfe di sini\",\"category\":\"hoax\"}")
	if a.StatusCode < 400 || a.StatusCode >= 500 {
		t.Errorf("the API says %d to broken UTF-8: %.300s", a.StatusCode, a.text)
	}
	for _, body := range []string{`{`, `[]`, `"x"`, `{"text":5}`, strings.Repeat(`{"a":`, 5000), ``} {
		if a := v.api("POST", "/api/v1/reports", body); a.StatusCode < 400 || a.StatusCode >= 500 || !strings.Contains(a.Header.Get("Content-Type"), "problem+json") {
			t.Errorf("the API says %d %s to %.40q", a.StatusCode, a.Header.Get("Content-Type"), body)
		}
	}
}

// hostileText: whatever is in a field is shown as text, and nothing of it runs.
func hostileText(t *testing.T, h *hub) {
	for name, text := range hostile {
		v := h.visit(t, "")
		v.post("/cek", "text", text+" kalimat pelengkap untuk dicek").is(t, 200)
		if a := v.post("/cek", "text", text+" kalimat pelengkap untuk dicek"); name == "html" && bytes.Contains([]byte(a.text), []byte("<script>alert")) {
			t.Error("/cek puts a pasted script into the page")
		}
		code := h.report(t, text+" dan cerita lengkapnya ada di sini untuk petugas "+name)
		ticket := v.get("/tiket/"+code).is(t, 200)
		if strings.Contains(ticket.text, "<script>alert") || strings.Contains(ticket.text, "onerror=alert(2)>") {
			t.Errorf("%s: the ticket page holds markup from a report", name)
		}
	}
}

// hostileOfficer: the same for what officers and the search field type.
func hostileOfficer(t *testing.T, h *hub) {
	m := h.bring(t, "Unggahan ini dipakai untuk menguji isian petugas yang aneh-aneh.")
	m.act(m.officer, "ambil")
	for name, text := range hostile {
		m.act(m.officer, "catat", "note", text+" catatan yang cukup panjang")
		v := m.visit(t, m.officer)
		for _, path := range []string{"/kerja/kasus/" + m.number, "/kerja/antrean?cari=" + queryEscape(text), "/kerja/antrean?hal=-5&urgensi=999&tahap=" + queryEscape(text)} {
			if a := v.get(path).is(t, 200); strings.Contains(a.text, "<script>alert") || strings.Contains(a.text, "<b id=gila>") {
				t.Errorf("%s: %s holds markup from a note", name, path)
			}
		}
	}
	a := m.visit(t, m.officer).post("/kerja/kasus/"+m.number+"/pilah", "title", hostile["html"]+hostile["sql"], "category", "tidak-ada", "region", "99.99", "urgency", "77", "content_date", "kemarin")
	if a.StatusCode != http.StatusUnprocessableEntity && a.StatusCode != http.StatusConflict {
		t.Errorf("nonsense in triage: status %d", a.StatusCode)
	}
	if len(h.find(t, ronda.StageNew, nil)) == 0 {
		t.Error("cases are gone")
	}
}

// hostileAnswers: what a form does not offer is refused, not believed.
func hostileAnswers(t *testing.T, h *hub) {
	v := h.visit(t, "")
	v.post("/lapor/tautan", "link", linkOf("jawaban aneh"), "text", "").is(t, 200)
	v.post("/lapor/masalah", "category", "tidak-ada").is(t, 422, "Pilih masalah")
	v.post("/lapor/masalah", "category", "violence").is(t, 200)
	v.post("/lapor/wilayah", "region", "99.99").is(t, 422, "Pilih kabupaten atau kota")
	v.post("/lapor/wilayah", "region", hostile["sql"]).is(t, 422, "Pilih kabupaten atau kota")
}

// manyAddresses: two hundred in one field are refused with the limit; in a message to check they do no harm.
func manyAddresses(t *testing.T, h *hub) {
	v := h.visit(t, "")
	links := strings.Join(linksOf("banyak tautan", 200), "\n")
	a := v.post("/lapor/tautan", "link", links, "text", "")
	if a.StatusCode != http.StatusUnprocessableEntity || !has(mainText(a.text), "Paling banyak 20 tautan") && !has(mainText(a.text), "Teks paling panjang") {
		t.Errorf("200 addresses: status %d\n%.600s", a.StatusCode, mainText(a.text))
	}
	if !strings.Contains(a.text, strings.Fields(links)[199]) {
		t.Error("the form has lost what was typed")
	}
	v.post("/cek", "text", strings.Join(linksOf("banyak tautan", 150), "\n")).is(t, 200)
}

// bombs: small files that grow when they are opened are refused in words, quickly.
func bombs(t *testing.T, h *hub) {
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	if f, err := z.Create("isi.txt"); err != nil || z.SetComment("x") != nil {
		t.Fatal(err)
	} else if _, err := f.Write(make([]byte, 50<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{
		"bom.png":     pngOf(30_000, 30_000),
		"bom.zip":     archive.Bytes(),
		"ganda.png":   append(pngOf(8, 8), archive.Bytes()...),
		"potong.png":  pngOf(64, 64)[:40],
		"kosong.jpg":  {},
		"skrip.html":  []byte("<html><script>alert(1)</script>"),
		"palsu.pdf":   []byte("%PDF-1.7\nbukan pdf sungguhan"),
		"besar.png":   append(pngOf(8, 8), make([]byte, 6<<20)...),
		"../../x.png": []byte("MZ\x90\x00 program"),
	} {
		v := h.answered(t, linkOf("berkas "+name))
		a := v.postFiles("/lapor/periksa-jawaban", map[string][]byte{name: file})
		if a.StatusCode != http.StatusUnprocessableEntity || !has(mainText(a.text), "Ada yang perlu diperbaiki") {
			t.Errorf("%s: status %d at %s\n%.400s", name, a.StatusCode, a.at, mainText(a.text))
		}
	}
	// The refusal loses nothing: the same answers are sent without the file.
	v := h.answered(t, linkOf("tanpa berkas"))
	v.postFiles("/lapor/periksa-jawaban", map[string][]byte{"bom.png": pngOf(30_000, 30_000)}).is(t, http.StatusUnprocessableEntity)
	v.postFiles("/lapor/periksa-jawaban", nil).is(t, 200, "Laporan terkirim")
}

// answered is a visitor who has answered every question of a report and has not sent it yet.
func (h *hub) answered(t testing.TB, link string) *visitor {
	t.Helper()
	v := h.visit(t, "")
	v.post("/lapor/tautan", "link", link, "text", "").is(t, 200)
	v.post("/lapor/masalah", "category", "violence").is(t, 200)
	v.post("/lapor/wilayah", "region", "32.73").is(t, 200)
	v.post("/lapor/bukti", "note", "").is(t, 200)
	return v
}

// pngOf makes a valid grey PNG of nothing: a few kilobytes, whatever its size in pixels.
func pngOf(width, height int) []byte {
	var raw, out bytes.Buffer
	w := zlib.NewWriter(&raw)
	row := make([]byte, 1+width/8)
	for range height {
		_, _ = w.Write(row) // memory takes everything
	}
	_ = w.Close()
	out.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		_ = binary.Write(&out, binary.BigEndian, uint32(len(data)))
		body := append([]byte(kind), data...)
		out.Write(body)
		_ = binary.Write(&out, binary.BigEndian, crc32.ChecksumIEEE(body))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(width)), uint32(height))
	chunk("IHDR", append(head, 1, 0, 0, 0, 0))
	chunk("IDAT", raw.Bytes())
	chunk("IEND", nil)
	return out.Bytes()
}

// doubleSubmit: a second press of the button gives the same ticket, also when both arrive at once.
func doubleSubmit(t *testing.T, h *hub) {
	link := linkOf("dikirim dua kali")
	v := h.answered(t, link)
	codes := make([]string, 4)
	var all sync.WaitGroup
	for i := range codes {
		all.Go(func() { codes[i] = codeRE.FindString(mainText(v.postFiles("/lapor/periksa-jawaban", nil).text)) })
	}
	all.Wait()
	if codes[0] == "" || len(slices.Compact(slices.Clone(codes))) != 1 {
		t.Errorf("tickets %v, want one and the same", codes)
	}
	found := 0
	for _, c := range h.find(t, ronda.StageNew, nil) {
		for _, it := range c.Items {
			if it.Address == link {
				found++
			}
		}
	}
	if found != 1 {
		t.Errorf("%d cases for one report, want 1", found)
	}
}

// TestTicketCodes: written in many ways, a code is found; a wrong one says so in words; too many tries wait, and real ones still work from elsewhere.
// It has a server of its own, because the limit belongs to the address that all tests share.
func TestTicketCodes(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	code := h.report(t, "Laporan untuk mencoba penulisan kode tiket dengan banyak cara.")
	bare := strings.ReplaceAll(strings.TrimPrefix(code, "RND-"), "-", "")
	oh := strings.NewReplacer("0", "O", "1", "l").Replace(bare)
	v := h.visit(t, "")
	for _, way := range []string{code, strings.ToLower(code), bare, " " + strings.ToLower(bare[:4]) + " " + bare[4:8] + "  " + bare[8:] + " ", oh, "rnd" + bare, strings.ReplaceAll(code, "-", "–")} {
		if a := v.post("/tiket", "code", way); a.StatusCode != 200 || a.at != "/tiket/"+code {
			t.Errorf("%q: status %d at %s", way, a.StatusCode, a.at)
		}
	}
	v.post("/tiket", "code", "terlalu pendek").is(t, 422, "12 huruf dan angka")
	v.post("/tiket", "code", "").is(t, 422, "12 huruf dan angka")
	wrong := h.visit(t, "")
	limited := false
	for i := range 40 {
		a := wrong.post("/tiket", "code", fmt.Sprintf("7K3M9Q2X%04d", 1000+i))
		if a.StatusCode == http.StatusTooManyRequests {
			limited = true
			a.is(t, http.StatusTooManyRequests, "Terlalu banyak percobaan. Coba lagi pukul")
			if a.Header.Get("Retry-After") == "" {
				t.Error("429 without Retry-After")
			}
			break
		}
		a.is(t, http.StatusNotFound, "Kode ini tidak ditemukan")
	}
	if !limited {
		t.Error("40 wrong codes in a row are not limited")
	}
}

// twoEditors: who saves second learns of it, by name, and keeps what was typed.
func twoEditors(t *testing.T, h *hub) {
	m := h.bring(t, "Dua petugas membuka kasus yang sama pada saat yang sama.")
	m.act(m.officer, "ambil")
	page := m.visit(t, m.officer).get("/kerja/kasus/"+m.number).is(t, 200)
	version := attr(page.text, "input", "name", "version", "value")
	if version == "" {
		t.Fatal("the page does not carry the version of the case")
	}
	fields := func(title string) []string {
		return []string{"version", version, "title", title, "category", "violence", "region", "32.73", "urgency", "3", "content_date", ""}
	}
	m.act("ketua.jabar", "pilah", fields("Judul dari ketua tim")...)
	second := m.visit(t, m.officer).post("/kerja/kasus/"+m.number+"/pilah", fields("Judul dari petugas")...)
	second.is(t, http.StatusConflict, "baru diubah oleh", m.app.nameOf(t, "ketua.jabar"))
	if !strings.Contains(second.text, "Judul dari petugas") {
		t.Error("what the second typed is gone")
	}
	if got := m.now().Title; got != "Judul dari ketua tim" {
		t.Errorf("title %q: the first was overwritten", got)
	}
}

// foreignForm: a form on another site cannot act here.
func foreignForm(t *testing.T, h *hub) {
	v := h.visit(t, "petugas.bandung")
	for name, header := range map[string][2]string{"fetch metadata": {"Sec-Fetch-Site", "cross-site"}, "origin": {"Origin", "https://penipu.example"}} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.base+"/cek", strings.NewReader("text=halo"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set(header[0], header[1])
		a := v.do(r)
		a.is(t, http.StatusForbidden, "dikirim dari situs lain")
		if a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
}

// wrongWays: paths, methods and references that lead nowhere.
func wrongWays(t *testing.T, h *hub) {
	v := h.visit(t, "petugas.bandung")
	for _, path := range []string{"/tidak-ada", "/kerja/kasus/K-2024-XXXXXX", "/kerja/kasus/..%2f..%2fetc", "/data/tindakan/tidak-ada", "/periksa/%00", "/tiket/%ff%fe", "/static/../serve.go",
		"/penghubung/pemberitahuan/x", "/bantuan/salin-tautan/tidak-ada"} {
		if a := v.get(path); a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusForbidden && a.StatusCode != http.StatusBadRequest && a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("GET %s: status %d", path, a.StatusCode)
		}
	}
	for method, path := range map[string]string{http.MethodDelete: "/lapor/tautan", http.MethodPut: "/kerja/antrean", "GILA": "/"} {
		r, err := http.NewRequestWithContext(t.Context(), method, h.base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if a := v.do(r); a.StatusCode != http.StatusMethodNotAllowed && a.StatusCode != http.StatusNotFound {
			t.Errorf("%s %s: status %d", method, path, a.StatusCode)
		}
	}
	if a := h.visit(t, "").get("/kerja/antrean"); a.at != "/masuk" {
		t.Errorf("a stranger in the queue gets %s, want the sign-in page", a.at)
	}
}

// hugeHeader: refused before it fills the memory.
func hugeHeader(t *testing.T, h *hub) {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.base+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Banyak", strings.Repeat("a", 1<<20))
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		defer res.Body.Close()
		_, _ = io.Copy(io.Discard, res.Body)
		if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("status %s", res.Status)
		}
	}
	h.visit(t, "").get("/").is(t, 200)
}
