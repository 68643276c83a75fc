package letter_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/election"
	"ronda/internal/notice/letter"
)

var update = flag.Bool("update", false, "write the golden files anew")

var thePack = sync.OnceValue(func() *ronda.Pack {
	p, err := election.Builtin("pilkada-2024")
	if err != nil {
		panic(err)
	}
	return p
})

func maker(t testing.TB) *letter.Maker {
	t.Helper()
	m, err := letter.New()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var sent = time.Date(2024, 11, 20, 3, 0, 0, 0, time.UTC)

// theCase has n videos on TikTok and a page outside the services, with a decision of two offices.
func theCase(n int) ronda.Case {
	c := ronda.Case{ID: "case1", Number: "K-2024-7K3M9Q", Title: "Ajakan memusuhi satu suku", Region: "94", Category: "hate_sara", Round: 1,
		Decision: &ronda.Decision{Outcome: ronda.OutcomeAct, Act: ronda.Request, Offices: []string{"bawaslu:94.01", "bawaslu:94"}},
		Evidence: []ronda.Evidence{
			{ID: "e1", Kind: "screenshot", SHA256: strings.Repeat("9f3a", 16), Item: "i1"},
			{ID: "e2", Kind: "determination", SHA256: strings.Repeat("c0de", 16)},
			{ID: "e3", Kind: "screenshot", SHA256: strings.Repeat("dead", 16), Quarantine: true},
		}}
	for i := range n {
		c.Items = append(c.Items, ronda.Item{ID: fmt.Sprintf("i%d", i+1), Platform: "tiktok", Kind: "video", Key: fmt.Sprint("tiktok:", i),
			Address: fmt.Sprintf("https://www.tiktok.com/@suara_dari_lembah_%d/video/73012345678901234%02d", i, i)})
	}
	return c
}

// acts are the four letters of the golden files.
func acts() map[string]letter.Document {
	f := letter.Facts{Base: "https://ronda.example/", Email: "narahubung@lembaga.example", Signatories: []letter.Signatory{{Name: "Gita Pertiwi", Role: "Narahubung"}}}
	base := ronda.Notice{
		ID: "01JD4ZK7Q8", Code: "7K3M9Q2X4TBC8HWV", Round: 1, Ground: "ite-28-2", RuleDate: sent.AddDate(0, 0, -2), Category: "hate_sara", Region: "94",
		Measure: ronda.MeasureRemove, CreatedAt: sent, SentAt: sent.Add(time.Hour), Channel: "portal",
		Explanation:   "Pada menit pertama pembicara mengajak penonton mengusir satu suku dari distriknya sebelum hari pemungutan suara.",
		LegalAnalysis: "Keenam unsur terpenuhi: ajakan diucapkan dengan sengaja dan tanpa hak, ditujukan kepada umum, dan menyebut satu suku.\nSasarannya suku, bukan pilihan politik, sehingga pengecualian tidak berlaku.",
		Necessity:     "Label tidak cukup: ajakan itu menyebut tempat dan waktu, dan sudah dua kali diunggah ulang dengan label terpotong.",
	}
	for i := range 3 {
		base.Items = append(base.Items, ronda.NoticeItem{Item: fmt.Sprintf("i%d", i+1), Address: theCase(3).Items[i].Address})
	}
	p := thePack()

	fl := base
	fl.Act, fl.Platform, fl.Org, fl.Office, fl.GoodFaith, fl.Ground, fl.Measure, fl.LegalAnalysis = ronda.Flag, "tiktok", "bawaslu", "bawaslu:94.01", true, "policy:tiktok:tiktok-hate", ronda.MeasureLabel, ""

	rq := base
	rq.ID, rq.Act, rq.Authority, rq.Org, rq.Office, rq.Number = "01JD4ZK7Q9", ronda.Request, "komdigi", "bawaslu", "bawaslu:", "012/PM.05/K1/11/2024"

	or := base
	or.ID, or.Act, or.Platform, or.Org, or.Office, or.Unit, or.Number, or.Clock, or.Basis, or.Urgent = "01JD4ZK7QA", ronda.Order, "tiktok", "komdigi", "komdigi:", "aptika", "B-77/DJAI.4/11/2024", "order_urgent", rq.ID, true
	or.Determination = &ronda.Determination{Agency: "Kepolisian Daerah Papua", Number: "T/9/XI/2024", Date: sent.AddDate(0, 0, -1), Subject: "ajakan yang meresahkan masyarakat di satu distrik", Evidence: "e2"}
	or.Evidence = []string{"e1", "e2"}
	or.ReceivedAt, or.DueAt = sent.Add(2*time.Hour), sent.Add(6*time.Hour)

	c := theCase(3)
	c.Notices = []ronda.Notice{rq, or}
	logged := f
	logged.Log = letter.LogEntry{Entered: true, Index: 1204, Hash: strings.Repeat("5eed", 16)}

	warned := or
	warned.Items = append([]ronda.NoticeItem(nil), or.Items...)
	warned.Items[0].Answer = ronda.AnswerRemoved
	warned.Warnings = []ronda.Warning{{N: 1, Step: "warning_1", At: sent.Add(7 * time.Hour), Text: "Dua dari tiga alamat masih dapat dibuka pada pukul 18.40 WIT."}}
	taken := or
	taken.State, taken.Withdrawn, taken.WithdrawnAt = ronda.NoticeWithdrawn, "Rekaman lengkap menunjukkan bahwa ajakan itu dibacakan untuk dibantah.", sent.Add(30*time.Hour)
	demo := f
	demo.Demo = true
	return map[string]letter.Document{
		"flag": letter.FromNotice(p, c, fl, f), "request": letter.FromNotice(p, c, rq, demo), "order": letter.FromNotice(p, c, or, logged),
		"warning": letter.FromWarning(p, c, warned, 0, f), "withdrawal": letter.FromWithdrawal(p, c, taken, f),
	}
}

// TestGolden compares page and JSON of every act in both languages with what was read and approved. Run with -update to write them.
func TestGolden(t *testing.T) {
	t.Parallel()
	m := maker(t)
	for name, d := range acts() {
		for _, lang := range []string{"id", "en"} {
			page, err := m.Render(d, lang)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+"."+lang+".html", page)
		}
		data, err := m.JSON(d)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name+".json", data)
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what was approved; look at it, then run with -update\n%s", name, firstDifference(got, want))
	}
}

func firstDifference(got, want []byte) string {
	a, b := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}

// TestNothingIsLeftOut looks in every letter for holes, and for what the law wants in it.
func TestNothingIsLeftOut(t *testing.T) {
	t.Parallel()
	m := maker(t)
	must := map[string][]string{
		"flag":    {"Safety and Civility", "iktikad baik", "Tidak ada tenggat menurut undang-undang", "Bawaslu Kab. Nabire"},
		"request": {"012/PM.05/K1/11/2024", "Kementerian Komunikasi dan Digital", "Analisis hukum", "Tangkapan layar", "bukan tenggat undang-undang", "CONTOH UNTUK PERAGAAN"},
		"order": {"B-77/DJAI.4/11/2024", "4 jam sejak surat ini diterima", "Permenkominfo 5/2020", "Kepolisian Daerah Papua", "012/PM.05/K1/11/2024", "20 November 2024, pukul 14.00 WIT",
			"20 November 2024, pukul 18.00 WIT", "nomor 1204", "5eed5eed5eed", "TikTok Pte. Ltd.", "Bunyi ketentuan", "belum dicocokkan", "18 November 2024"},
		"withdrawal": {"Pencabutan: Perintah", "Kami mencabut surat nomor B-77/DJAI.4/11/2024 tanggal 20 November 2024", "dibacakan untuk dibantah", "21 November 2024"},
		"warning":    {"Peringatan ke-1", "paling banyak tiga", "B-77/DJAI.4/11/2024", "2 alamat", "Alamat yang belum dijawab"},
	}
	for name, d := range acts() {
		page, err := m.Render(d, "id")
		if err != nil {
			t.Fatal(err)
		}
		text := string(page)
		for _, want := range append(must[name], "SALINAN, belum ditandatangani", "RND-7K3M-9Q2X-4TBC-8HWV", "/keberatan/RND-7K3M-9Q2X-4TBC-8HWV", "https://ronda.example/data/tindakan/"+d.Notice, "180 hari", "jalur pengadilan") {
			if name == "withdrawal" && (strings.Contains(want, "keberatan") || want == "180 hari" || want == "jalur pengadilan") {
				continue // nothing is left to object to
			}
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
		for _, bad := range []string{"⟦", "<no value>", "%!", "ZgotmplZ", "0001", "Januari 1 "} {
			if strings.Contains(text, bad) {
				t.Errorf("%s contains %q", name, bad)
			}
		}
		if name == "warning" && strings.Contains(text, theCase(1).Items[0].Address) {
			t.Error("the warning names an address that was answered")
		}
		if name == "withdrawal" && (strings.Contains(text, "Tenggat") || strings.Contains(text, "Hapus konten") || strings.Contains(text, "Segera")) {
			t.Error("the withdrawal still asks for something")
		}
		if strings.Contains(text, "deaddead") {
			t.Error("a quarantined file is enclosed")
		}
	}
}

// TestMarkup: what people wrote cannot become markup, in page or attributes.
func TestMarkup(t *testing.T) {
	t.Parallel()
	m := maker(t)
	d := acts()["order"]
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	d.Explanation, d.Analysis, d.Necessity, d.Number, d.Sender.Email, d.Basis.Number = evil, evil, evil, evil, evil, evil
	d.Addresses[0].URL, d.Signatories = "javascript:"+evil, []letter.Signatory{{Name: evil, Role: evil}}
	d.Rule.URL, d.Determination.Agency = "javascript:alert(1)", evil
	page, err := m.Render(d, "id")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<img", `href="javascript:`} {
		if bytes.Contains(page, []byte(bad)) {
			t.Errorf("the page contains %s", bad)
		}
	}
	if _, err := m.PDF(d, "id"); err != nil {
		t.Error(err)
	}
}

// TestStyleHash is that of the style in the page, so that a strict policy lets it through.
func TestStyleHash(t *testing.T) {
	t.Parallel()
	m := maker(t)
	for _, lang := range []string{"id", "en", "fr"} {
		page, err := m.Render(acts()["flag"], lang)
		if err != nil {
			t.Fatal(err)
		}
		style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindSubmatch(page)
		sum := sha256.Sum256(style[1])
		if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; m.StyleHash(lang) != want {
			t.Errorf("%s: %s, want %s", lang, m.StyleHash(lang), want)
		}
		if bytes.Contains(page, []byte(` style="`)) || bytes.Contains(page, []byte("PAGE_OF_PAGES")) {
			t.Errorf("%s: the page has inline style or a hole", lang)
		}
	}
}
