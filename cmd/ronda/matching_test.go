package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/factcheck"
	"ronda/internal/match"
	"ronda/internal/safefetch"
)

// until waits for the index to follow, woken by the store and never by a timer, and says how long it took.
func until(t *testing.T, h *hub, f *match.Follower, holds func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	woken, stop := h.db.NewEvents()
	defer stop()
	limit := time.After(20 * time.Second)
	for {
		if err := f.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if holds() {
			return time.Since(began)
		}
		select {
		case <-woken:
		case <-limit:
			t.Fatal("the index does not follow")
		}
	}
}

func aClaim(id, title string) ronda.FactCheck {
	return ronda.FactCheck{ID: id, Claim: ronda.Text{"id": title}, Truth: ronda.Text{"id": "Tidak begitu."}, Verdict: ronda.VerdictFalse, Date: "2024-11-18",
		Outlet: "Cek Contoh", URL: "https://cek.example/" + id, Origin: "partner"}
}

// TestRetractedIsGoneInEveryProcess follows one database with two indexes, as two servers do, and holds that both forget a
// fact-check that is taken back within a second.
func TestRetractedIsGoneInEveryProcess(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	other := &match.Follower{Index: match.New(), Source: indexSource{h.app}, Now: time.Now}
	if err := other.Build(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	f := aClaim("gajah", "Gajah sirkus menduduki kantor kelurahan Sidamulya saat rapat pleno")
	f.Addresses = []string{"https://www.tiktok.com/@kabar.contoh/video/7300000000000000123"}
	if _, err := h.db.UpsertClaim(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	for name, follower := range map[string]*match.Follower{"first": h.follower, "second": other} {
		for _, q := range []match.Query{{Text: "gajah sirkus menduduki kantor kelurahan Sidamulya"}, {Addresses: []string{"tiktok:item:7300000000000000123"}}} {
			found := func() bool {
				res := follower.Index.Search(context.Background(), q)
				return len(res.Hits) > 0 && res.Hits[0].ID == "gajah"
			}
			until(t, h, follower, found)
		}
		if lag := follower.Lag(); lag < 0 || lag > time.Second {
			t.Errorf("%s index lags by %v", name, lag)
		}
	}
	f.Retracted, f.Because = h.now().UTC(), "keliru"
	if _, err := h.db.UpsertClaim(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	for name, follower := range map[string]*match.Follower{"first": h.follower, "second": other} {
		took := until(t, h, follower, func() bool {
			for _, hit := range follower.Index.Search(context.Background(), match.Query{Text: f.Claim["id"], Limit: 20}).Hits {
				if hit.ID == "gajah" {
					return false
				}
			}
			return true
		})
		if took > 5*time.Second { // a second on a quiet machine
			t.Errorf("the %s index forgot after %v", name, took)
		}
	}
}

// TestImportAndExport imports a page and a table with a bad row, exports ClaimReview, and reads that again.
func TestImportAndExport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	page := `<html><script type="application/ld+json">{"@type":"ClaimReview","url":"https://cek.example/9","datePublished":"2024-11-02",
"author":{"name":"Cek Contoh"},"claimReviewed":"Kotak suara Wanasari hanyut di sungai","reviewRating":{"alternateName":"Salah"}}</script></html>`
	table := filepath.Join(dir, "tabel.csv")
	if err := os.WriteFile(table, []byte("klaim,putusan,tautan\nSatu klaim tentang banjir,salah,https://cek.example/9\nDua klaim,salah,https://cek.example/10\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := importCmd{Data: filepath.Join(dir, "data"), Election: "pilkada-2024", Outlet: "Meja Contoh", Files: []string{"https://cek.example/9", table},
		get: func(_ context.Context, address string) (*safefetch.Page, error) {
			return &safefetch.Page{URL: address, Status: 200, Body: []byte(page)}, nil
		}}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := c.Run(); err == nil || !strings.Contains(err.Error(), "1 rows") {
		t.Errorf("the row whose address is taken was not reported: %v", err)
	}
	out := filepath.Join(dir, "claims.json")
	if err := (&exportClaimsCmd{exportSource: exportSource{Data: c.Data, Election: "pilkada-2024"}, To: out}).Run(); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, bad, err := factcheck.Read(file, out, factcheck.Options{})
	if err != nil || len(bad) != 0 || len(records) != 2 {
		t.Fatalf("read %d records back, %v, %v; want two", len(records), bad, err)
	}
	// What was exported changes nothing where it came from, and all of it goes into an empty database, from which it is exported alike.
	c.Files = []string{out}
	if err := c.Run(); err != nil {
		t.Errorf("the export is not taken back: %v", err)
	}
	again := c
	again.Data = filepath.Join(dir, "other")
	if err := os.MkdirAll(again.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := again.Run(); err != nil {
		t.Errorf("the export is not taken elsewhere: %v", err)
	}
	for _, data := range []string{c.Data, again.Data} {
		next := filepath.Join(dir, "again.json")
		if err := (&exportClaimsCmd{exportSource: exportSource{Data: data, Election: "pilkada-2024"}, To: next}).Run(); err != nil {
			t.Fatal(err)
		}
		if want, got := readAll(t, out), readAll(t, next); got != want {
			t.Errorf("exported\n%s\nand after importing it\n%s", want, got)
		}
	}
	// What is taken back stays so when the file comes again.
	back := retractCmd{ID: records[0].ID, Because: "Media itu menarik tulisannya sendiri.", Data: c.Data}
	if err := back.Run(); err != nil {
		t.Fatal(err)
	}
	if err := back.Run(); err == nil {
		t.Error("taken back twice")
	}
	if err := c.Run(); err != nil {
		t.Errorf("the file again: %v", err)
	}
	known, err := (&checkCmd{Data: c.Data, Election: "pilkada-2024"}).known(t.Context(), &ronda.Pack{})
	if _, stands := known[back.ID]; err != nil || stands || len(known) != 1 {
		t.Errorf("%d checks stand, the one that was taken back: %v, %v", len(known), stands, err)
	}
}

// TestAnUnreadableFileStopsNoOther imports three files of which one is empty and one is no table of claims.
func TestAnUnreadableFileStopsNoOther(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := importCmd{Data: filepath.Join(dir, "data"), Election: "pilkada-2024"}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"1.csv": "", "2.csv": "a,b\nc,d\n", "3.csv": "klaim,putusan,media\nKlaim yang baik,salah,Meja\n"} {
		c.Files = append(c.Files, filepath.Join(dir, name))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(c.Files)
	if err := c.Run(); err == nil || !strings.Contains(err.Error(), "2 of 3 files") {
		t.Errorf("the files that could not be read were not told: %v", err)
	}
	known, err := (&checkCmd{Data: c.Data, Election: "pilkada-2024"}).known(t.Context(), &ronda.Pack{})
	if err != nil || len(known) != 1 {
		t.Errorf("%d claims went in, %v; want one", len(known), err)
	}
}

func readAll(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestExportPairs writes what officers confirmed and rejected.
func TestExportPairs(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	p := pairs{ctx: t.Context(), db: h.db}
	cases := openCases(t, h, func(c ronda.Case) bool { return c.Stage.Open() && !c.Sandbox })
	for i, c := range cases[:2] {
		c.Links = []ronda.MatchLink{{Kind: "claim", ID: fmt.Sprint("k", i), Same: i == 0, By: "x", At: h.now()}, {Kind: "case", ID: "y", Same: true}}
		if err := p.judgedCase(c); err != nil {
			t.Fatal(err)
		}
	}
	texts := 0
	for _, c := range cases[:2] {
		if r, err := h.db.CaseReports(t.Context(), c.ID, 1, ""); err == nil && len(r) > 0 && r[0].Text != "" {
			texts++
		}
	}
	if len(p.answered)+len(p.refused) != texts {
		t.Errorf("%d confirmed and %d rejected of %d judged cases with a text", len(p.answered), len(p.refused), texts)
	}
	back := pairs{ctx: t.Context(), db: h.db, live: map[string]bool{"other": true}}
	taken := cases[0]
	taken.Links = []ronda.MatchLink{{Kind: "claim", ID: "k0", Same: true, By: "x", At: h.now()}}
	if err := back.judgedCase(taken); err != nil || len(back.answered)+len(back.refused) > 0 {
		t.Errorf("a pair with a check that was taken back is exported: %+v, %v", back.answered, err)
	}
	for _, q := range p.answered {
		if len(q.Relevant) != 1 || q.Relevant[0] != "k0" {
			t.Errorf("confirmed: %+v", q)
		}
	}
	for _, q := range p.refused {
		if len(q.Rejected) != 1 || len(q.Relevant) != 0 {
			t.Errorf("rejected: %+v", q)
		}
	}
}

// openCases are the cases of the demonstration, of any stage, that fit.
func openCases(t *testing.T, h *hub, fits func(ronda.Case) bool) []ronda.Case {
	t.Helper()
	all, err := h.db.Cases(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(c ronda.Case) bool { return !fits(c) })
}

// TestPartnerImportsOnce: the page takes the good rows, says in the reader's language what is wrong with the others, and takes none a second time.
func TestPartnerImportsOnce(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	v := h.visit(t, "mitra")
	const page = "/mitra/periksa-fakta/impor"
	table := []byte("klaim;putusan;tautan;tanggal\nSumur balai desa Karangwetan disebut diracun menjelang pemungutan suara;salah;https://media.example/1;20 November 2024\n" +
		";salah;https://media.example/2;\nKlaim kedua tentang sumur;entahlah;https://media.example/3;\nKlaim ketiga tentang sumur balai desa;menyesatkan;https://media.example/4;kemarin\n")
	first := v.postFiles(page, map[string][]byte{"daftar.csv": table}).is(t, 200, "1 draf baru dari 4", "3 baris perlu diperbaiki", "baris 3", "Klaim belum diisi", "Hasil pemeriksaan tidak dikenal", "Tanggal tidak terbaca")
	if has(mainText(first.text), "is missing") {
		t.Error("the page speaks the language of programs")
	}
	v.postFiles(page, map[string][]byte{"daftar.csv": table}).is(t, 200, "0 draf baru dari 4", "1 sudah ada di sini", "sudah ada di draf Anda")
	v.postFiles("/en"+page, map[string][]byte{"daftar.csv": table}).is(t, 200, "0 new drafts", "Claim is missing", "is among your drafts")
	v.postFiles(page, map[string][]byte{"a.csv": []byte("putusan\nsalah\n")}).is(t, 422, "tidak punya kolom untuk klaim")
	v.postFiles(page, map[string][]byte{"a.html": []byte("<html></html>")}).is(t, 422, "Tidak ada ClaimReview di sana")
	known := aClaim("dari-luar", "Klaim yang sudah diimpor pengelola dari situs media itu")
	known.URL, known.Origin = "https://media.example/9", "import"
	if _, err := h.db.ImportClaim(t.Context(), known); err != nil {
		t.Fatal(err)
	}
	var many strings.Builder
	many.WriteString("klaim,putusan,tautan\nKlaim yang sudah diimpor pengelola,salah,https://media.example/9\n")
	for i := range 120 {
		fmt.Fprintf(&many, "Klaim panjang nomor %d tentang kotak suara,salah,https://media.example/x%d\n", i, i)
	}
	v.postFiles(page, map[string][]byte{"b.csv": []byte(many.String())}).is(t, 200, "100 draf baru dari 121", "sudah terbit di sini", "20 belum diambil")
	v.postFiles(page, map[string][]byte{"b.csv": []byte(many.String())}).is(t, 200, "20 draf baru dari 121", "101 sudah ada")
}

// TestOfficerJudgesSuggestions: a fact-check stands where fact-checks stand, an open case among the reports; saying yes to a case offers to merge it.
func TestOfficerJudgesSuggestions(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	known := aClaim("sumur", "Sumur balai desa Karangwetan disebut diracun menjelang pemungutan suara")
	if _, err := h.db.UpsertClaim(t.Context(), known); err != nil {
		t.Fatal(err)
	}
	until(t, h, h.follower, func() bool {
		return slices.ContainsFunc(h.index.Search(t.Context(), match.Query{Text: known.Claim["id"]}).Hits, func(x match.Hit) bool { return x.ID == "sumur" })
	})
	first := h.bring(t, "Air sumur balai desa Karangwetan kabarnya diracun orang tidak dikenal sebelum pemungutan suara, warga diminta jangan datang memilih")
	second := h.bring(t, "Awas! "+known.Claim["id"]+", warga diminta jangan datang memilih ke sana besok pagi")
	for _, id := range []string{first.now().ID, second.now().ID} {
		until(t, h, h.follower, func() bool {
			res := h.index.Search(t.Context(), match.Query{Text: "sumur balai desa Karangwetan diracun pemungutan suara", Kinds: []match.DocKind{match.Case}, Limit: 5})
			return slices.ContainsFunc(res.Hits, func(x match.Hit) bool { return x.ID == id })
		})
	}
	v := h.visit(t, second.officer)
	page := v.get("/kerja/kasus/"+second.number).is(t, 200, "Mungkin cerita yang sama", first.number)
	if second.now().Claim == "sumur" {
		page.is(t, 200, "Dicocokkan otomatis", known.Claim["id"], "Kata-kata yang sama di keduanya")
	} else {
		page.is(t, 200, "Mungkin menjawab kasus ini", known.Claim["id"])
	}
	judge := func(kind, id, same string) answer {
		t.Helper()
		return v.post("/kerja/kasus/"+second.number+"/cocok", "version", fmt.Sprint(second.now().Version), "kind", kind, "id", id, "same", same)
	}
	page = judge("claim", "sumur", "tidak").is(t, 200)
	if text := mainText(page.text); !has(text, "Belum ada periksa fakta yang cocok") || has(text, "Dicocokkan otomatis") || has(text, "Mungkin menjawab kasus ini") {
		t.Errorf("what was rejected is still suggested:\n%s", text)
	}
	if c := second.now(); c.Claim != "" {
		t.Errorf("the case still rests on %q", c.Claim)
	}
	judge("case", first.now().ID, "ya").is(t, 200, "Dinyatakan sebagai cerita yang sama", first.number, "Gabungkan ke kasus ini")
	v.post("/kerja/kasus/"+second.number+"/gabung", "version", fmt.Sprint(second.now().Version), "other", first.number).is(t, 200)
	if first.now().Stage.Open() {
		t.Errorf("the case that was merged is %s", first.now().Stage)
	}
	if text := mainText(v.get("/kerja/kasus/" + second.number).text); has(text, "Dinyatakan sebagai cerita yang sama") {
		t.Error("a case that was merged is still offered")
	}
}
