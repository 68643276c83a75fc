package factcheck_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"ronda"
	"ronda/internal/factcheck"
)

const page = `<!doctype html><html><head>
<script type="application/ld+json">{"@type":"WebSite","name":"x"}</script>
<script type='application/ld+json'>
{"@context":"https://schema.org","@graph":[
 {"@type":"Article","headline":"h"},
 {"@type":["ClaimReview"],"url":"https://cek.example/1","datePublished":"2024-11-20T08:00:00+07:00",
  "author":{"@type":"Organization","name":"Cek Contoh","url":"https://cek.example"},
  "claimReviewed":"Pemungutan suara diundur ke tahun depan",
  "reviewRating":{"@type":"Rating","ratingValue":1,"bestRating":5,"worstRating":1,"alternateName":"Salah"},
  "itemReviewed":{"@type":"Claim","appearance":[{"@type":"CreativeWork","url":"https://social.example/p/9"}]}}
]}
</script></head><body></body></html>`

func TestReadPage(t *testing.T) {
	t.Parallel()
	got, bad, err := factcheck.Read(strings.NewReader(page), "page.html", factcheck.Options{})
	if err != nil || len(bad) != 0 || len(got) != 1 {
		t.Fatalf("got %d records, %v, %v; want one", len(got), bad, err)
	}
	r := got[0]
	if r.Title != "Pemungutan suara diundur ke tahun depan" || r.Verdict != ronda.VerdictFalse || r.Date != "2024-11-20" ||
		r.Outlet != "Cek Contoh" || r.URL != "https://cek.example/1" || len(r.Appearing) != 1 {
		t.Errorf("read wrongly: %+v", r)
	}
	again, _, _ := factcheck.Read(strings.NewReader(page), "page.html", factcheck.Options{})
	if again[0].ID != r.ID {
		t.Errorf("the id changed from %s to %s", r.ID, again[0].ID)
	}
}

func TestReadMafindo(t *testing.T) {
	t.Parallel()
	file := `[
 {"id":"17","authors":"A. Penulis","status":"2","classification":"Konten yang Menyesatkan","title":"Contoh judul satu","content":"<p>isi &amp; pesan</p>","conclusion":"Tidak begitu.","tanggal":"2024-11-02","tags":"pilkada, suara"},
 {"id":18,"status":"1","classification":"","title":"Contoh judul dua","tanggal":"2024-11-03"},
 {"id":"19","status":"9","classification":"?","title":"Tanpa putusan","tanggal":"2024-11-03"},
 {"id":"20","status":"2","classification":"","title":"Tanggal buruk","tanggal":"kemarin"}
]`
	got, bad, err := factcheck.Read(strings.NewReader(file), "mafindo.json", factcheck.Options{})
	if err != nil || len(got) != 2 {
		t.Fatalf("got %d records, %v, %v; want two", len(got), bad, err)
	}
	if r := got[0]; r.ID != "mafindo-17" || r.Verdict != ronda.VerdictMisleading || r.Narration != "isi & pesan" || len(r.Tags) != 2 || r.Truth != "Tidak begitu." {
		t.Errorf("read wrongly: %+v", r)
	}
	if got[1].Verdict != ronda.VerdictTrue || got[1].ID != "mafindo-18" {
		t.Errorf("status 1 is true, got %+v", got[1])
	}
	if len(bad) != 2 || bad[0].Line != 4 || bad[0].Field != "verdict" || bad[1].Line != 5 || bad[1].Field != "date" {
		t.Errorf("errors at the wrong place: %v", bad)
	}
}

func TestReadCSV(t *testing.T) {
	t.Parallel()
	file := "\xef\xbb\xbfklaim;putusan;tautan;tanggal\nSuara dihitung dua kali;hoaks;https://a.example/1;02/11/2024\n;salah;https://a.example/2;\n" +
		"Tanpa alamat yang baik;benar;ftp://a.example;\nSuara dihitung dua kali;hoaks;https://a.example/1;02/11/2024\nBaik lagi;sebagian benar;;\n"
	got, bad, err := factcheck.Read(strings.NewReader(file), "daftar.csv", factcheck.Options{Outlet: "Desa"})
	if err != nil || len(got) != 2 {
		t.Fatalf("got %v, %v, %v; want two records", got, bad, err)
	}
	if got[0].Date != "2024-11-02" || got[0].Outlet != "Desa" || got[1].Verdict != ronda.VerdictPartly {
		t.Errorf("read wrongly: %+v", got)
	}
	want := []struct {
		line  int
		field string
	}{{3, "title"}, {4, "url"}, {5, "id"}}
	if len(bad) != len(want) {
		t.Fatalf("errors %v, want %v", bad, want)
	}
	for i, w := range want {
		if bad[i].Line != w.line || bad[i].Field != w.field {
			t.Errorf("error %d is %v, want line %d, field %s", i, &bad[i], w.line, w.field)
		}
	}
}

func TestReadCSVWithMap(t *testing.T) {
	t.Parallel()
	file := "A,B,C\nsatu klaim,FALSE,Media X\n"
	o := factcheck.Options{Columns: map[string]string{"title": "A", "verdict": "B", "outlet": "C"}}
	got, bad, err := factcheck.Read(strings.NewReader(file), "x.csv", o)
	if err != nil || len(bad) != 0 || len(got) != 1 || got[0].Outlet != "Media X" || got[0].Verdict != ronda.VerdictFalse {
		t.Errorf("got %+v, %v, %v", got, bad, err)
	}
	o.Columns["title"] = "Z"
	if _, _, err := factcheck.Read(strings.NewReader(file), "x.csv", o); err == nil {
		t.Error("a column that is not there was accepted")
	}
	if _, _, err := factcheck.Read(strings.NewReader(file), "x.csv", factcheck.Options{}); err == nil {
		t.Error("a table without a claim was accepted")
	}
}

func TestWhatIsWrittenCanBeRead(t *testing.T) {
	t.Parallel()
	in := []factcheck.Record{
		{ID: "a", URL: "https://x.example/1", Title: "Klaim 1 < 2 & satu", Truth: "Bukan.", Verdict: ronda.VerdictMisleading, Date: "2024-10-01", Outlet: "X", Language: "id", Tags: []string{"a", "b"}},
		{ID: "b", URL: "https://x.example/2", Title: "Klaim dua", Verdict: ronda.VerdictSatire, Outlet: "X", Narration: "rahasia", Appearing: []string{"https://s.example/1"}},
	}
	var b bytes.Buffer
	err := factcheck.WriteClaimReview(&b, func(yield func(factcheck.Record, error) bool) {
		for _, r := range in {
			if !yield(r, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "rahasia") || strings.Contains(b.String(), "<") {
		t.Error("the export holds the text that went around, or can end a script element")
	}
	out, bad, err := factcheck.Read(&b, "export.json", factcheck.Options{})
	if err != nil || len(bad) != 0 || len(out) != len(in) {
		t.Fatalf("read back %d records, %v, %v", len(out), bad, err)
	}
	for i := range in {
		if out[i].Title != in[i].Title || out[i].Verdict != in[i].Verdict || out[i].Date != in[i].Date || out[i].URL != in[i].URL || out[i].Outlet != in[i].Outlet || len(out[i].Tags) != len(in[i].Tags) {
			t.Errorf("wrote %+v\n read %+v", in[i], out[i])
		}
	}
}

func TestAnErrorOfTheSourceEndsTheExport(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	err := factcheck.WriteClaimReview(new(bytes.Buffer), func(yield func(factcheck.Record, error) bool) { yield(factcheck.Record{}, broken) })
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestReadVerdict(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]ronda.Verdict{
		"SALAH": ronda.VerdictFalse, "Tidak benar": ronda.VerdictFalse, "Not true": ronda.VerdictFalse, "Benar": ronda.VerdictTrue,
		"Sebagian Benar": ronda.VerdictPartly, "Missing context": ronda.VerdictMisleading, "belum_terbukti": ronda.VerdictUnproven,
		"Satire / parody": ronda.VerdictSatire, "": "", "zzz": "",
	} {
		if got := factcheck.ReadVerdict(words); got != want {
			t.Errorf("%q is read as %q, want %q", words, got, want)
		}
	}
}

// FuzzRead holds that no file makes the reader panic and that each record that
// it gives is whole.
func FuzzRead(f *testing.F) {
	f.Add([]byte(page), "p.html")
	f.Add([]byte(`{"@type":"ClaimReview","claimReviewed":["a"],"reviewRating":{"ratingValue":"x"}}`), "a.json")
	f.Add([]byte(`{"data":[{"title":"x","tanggal":"2024-01-01"}]}`), "a.json")
	f.Add([]byte("title,verdict\n\"a,b\nc"), "a.csv")
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		got, bad, _ := factcheck.Read(bytes.NewReader(data), name, factcheck.Options{Outlet: "x"})
		for _, r := range got {
			if r.ID == "" || r.Title == "" || r.Outlet == "" || r.Verdict == "" {
				t.Errorf("a record that is not whole: %+v", r)
			}
		}
		for i := range bad {
			if bad[i].Line < 1 || bad[i].Error() == "" {
				t.Errorf("an error without a line: %+v", bad[i])
			}
		}
	})
}
