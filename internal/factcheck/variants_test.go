package factcheck_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"ronda"
	"ronda/internal/factcheck"
)

// read reads a file that must hold so many records and faults.
func read(t *testing.T, name, data string, records, faults int) ([]factcheck.Record, []factcheck.RowError) {
	t.Helper()
	got, bad, err := factcheck.Read(strings.NewReader(data), name, factcheck.Options{})
	if err != nil || len(got) != records || len(bad) != faults {
		t.Fatalf("%s: %d records, faults %v, %v; want %d and %d\n%.300s", name, len(got), bad, err, records, faults, data)
	}
	return got, bad
}

// TestVariantsOfClaimReview reads what outlets really write: lists where an object is expected, references into a graph, items that are no Claim.
func TestVariantsOfClaimReview(t *testing.T) {
	t.Parallel()
	want := func(t *testing.T, r factcheck.Record, title, outlet string, v ronda.Verdict) {
		t.Helper()
		if r.Title != title || r.Outlet != outlet || r.Verdict != v {
			t.Errorf("read %q of %q as %q, want %q of %q as %q", r.Title, r.Outlet, r.Verdict, title, outlet, v)
		}
	}
	got, _ := read(t, "graph.html", `<html><head><script type="application/ld+json">{"@context":"https://schema.org","@graph":[
{"@type":"Organization","@id":"https://cek.example/#org","name":"Cek Contoh","url":"https://cek.example"},
{"@type":"Claim","@id":"#klaim","appearance":[{"@type":"CreativeWork","name":"TikTok","url":"https://www.tiktok.com/@a/video/7300000000000000001"}]},
{"@type":"ClaimReview","@id":"https://cek.example/1","author":{"@id":"https://cek.example/#org"},"claimReviewed":"Klaim &quot;satu&quot; di graf",
"reviewRating":[{"@type":"Rating","ratingValue":"1"}],"itemReviewed":[{"@id":"#klaim"}]}]}</script>`, 1, 0)
	want(t, got[0], `Klaim "satu" di graf`, "Cek Contoh", ronda.VerdictFalse)
	if got[0].URL != "https://cek.example/1" || len(got[0].Appearing) != 1 || !strings.Contains(got[0].Appearing[0], "tiktok") {
		t.Errorf("address or appearance lost: %+v", got[0])
	}
	got, _ = read(t, "work.json", `[{"@type":"http://schema.org/ClaimReview","url":["https://www.cek.example/2"],"reviewRating":{"alternateName":"Keliru"},
"itemReviewed":{"@type":"SocialMediaPosting","headline":"Klaim dari unggahan","url":"https://www.facebook.com/1/posts/2","sameAs":"https://cek.example/2"}}]`, 1, 0)
	want(t, got[0], "Klaim dari unggahan", "cek.example", ronda.VerdictFalse)
	if len(got[0].Appearing) != 1 {
		t.Errorf("appearing at %v, want the posting alone", got[0].Appearing)
	}
	got, _ = read(t, "two.html", `<script type="application/ld+json">//<![CDATA[
[{"@type":"ClaimReview","url":"https://cek.example/3","author":[{"name":"A"},{"name":"B"}],"claimReviewed":"Klaim pertama","reviewRating":"Salah"},
 {"@type":"ClaimReview","url":"https://cek.example/3","author":"A","claimReviewed":"Klaim kedua","reviewRating":{"alternateName":["Benar"]}}]
//]]></script>`, 2, 0)
	want(t, got[0], "Klaim pertama", "A", ronda.VerdictFalse)
	want(t, got[1], "Klaim kedua", "A", ronda.VerdictTrue)
	if got[0].URL == got[1].URL || got[0].ID == got[1].ID || !strings.HasPrefix(got[1].URL, got[0].URL+"#") {
		t.Errorf("two reviews at one address: %s %s", got[0].URL, got[1].URL)
	}
	got, _ = read(t, "lines.html", "<script type=\"application/ld+json\">{\"@type\":\"ClaimReview\",\"url\":\"https://cek.example/4\",\"author\":{\"name\":\"A\"},\"claimReviewed\":\"Klaim\ndua baris\",\"reviewRating\":{\"ratingValue\":3,\"bestRating\":5,\"worstRating\":1}}</script>", 1, 0)
	want(t, got[0], "Klaim dua baris", "A", ronda.VerdictPartly)
	got, _ = read(t, "search.json", `{"claims":[{"text":"Klaim cari","claimReview":[{"publisher":{"site":"cek.example"},"url":"https://cek.example/5","textualRating":"Inaccurate","reviewDate":"2024-11-20T00:00:00Z"}]}]}`, 1, 0)
	want(t, got[0], "Klaim cari", "cek.example", ronda.VerdictFalse)
}

func TestRatingsWithANot(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]ronda.Verdict{
		"Incorrect": ronda.VerdictFalse, "Inaccurate": ronda.VerdictFalse, "Tidak akurat": ronda.VerdictFalse, "Wrong": ronda.VerdictFalse, "Keliru": ronda.VerdictFalse,
		"Bukan fakta": ronda.VerdictFalse, "Tidak sepenuhnya benar": ronda.VerdictPartly, "Sepenuhnya benar": ronda.VerdictTrue, "Mostly false": ronda.VerdictFalse,
		"Bukan hoaks": ronda.VerdictTrue, "Konteks yang keliru": ronda.VerdictMisleading, "Belum ada bukti": ronda.VerdictUnproven, "Konten rekaan": ronda.VerdictFalse,
		"Not accurate": ronda.VerdictFalse, "Correct": ronda.VerdictTrue,
	} {
		if got := factcheck.ReadVerdict(words); got != want {
			t.Errorf("%q is read as %q, want %q", words, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	for _, date := range []string{"2024-11-20", "2024-11-20T08:00:00+07:00", "2024-11-20T08:00:00.000+0700", "2024-11-20 08:00", "20/11/2024", "20-11-2024", "20 November 2024",
		"20 Nopember 2024", "Rabu, 20 November 2024", "Wed, 20 Nov 2024 08:00:00 +0700", "November 20, 2024", "2024/11/20", "20 Nov 2024 10:11 WIB", "20241120"} {
		got, _ := read(t, "x.csv", "title;verdict;outlet;date\nKlaim;salah;X;"+date+"\n", 1, 0)
		if got[0].Date != "2024-11-20" {
			t.Errorf("%q is read as %q", date, got[0].Date)
		}
	}
	for _, date := range []string{"kemarin", "2024-13-40", "0000-00-00", "31/02/2024"} {
		_, bad := read(t, "x.csv", "title;verdict;outlet;date\nKlaim;salah;X;"+date+"\n", 0, 1)
		if bad[0].Code() != "date" {
			t.Errorf("%q: fault %q", date, bad[0].Code())
		}
	}
}

// TestEncodings reads the same table as spreadsheets save it.
func TestEncodings(t *testing.T) {
	t.Parallel()
	table := "sep=;\r\njudul;putusan;media\r\nKlaim “satu” 😀;salah;Meja\r\n"
	wide := func(order binary.AppendByteOrder, mark bool) string {
		var b []byte
		if mark {
			b = order.AppendUint16(b, 0xfeff)
		}
		for _, u := range utf16.Encode([]rune(table)) {
			b = order.AppendUint16(b, u)
		}
		return string(b)
	}
	for name, data := range map[string]string{"plain": table, "bom": "\xef\xbb\xbf" + table, "le": wide(binary.LittleEndian, true), "be": wide(binary.BigEndian, true),
		"le without": wide(binary.LittleEndian, false), "be without": wide(binary.BigEndian, false)} {
		got, _ := read(t, name+".csv", data, 1, 0)
		if got[0].Title != "Klaim “satu” 😀" || got[0].Line != 3 {
			t.Errorf("%s: %+v", name, got[0])
		}
	}
}

// TestABadRowTakesNoOther: quotes that do not match and rows with too much or too little harm none but themselves.
func TestABadRowTakesNoOther(t *testing.T) {
	t.Parallel()
	got, bad := read(t, "x.csv", "title,verdict,outlet\n\"tanpa tutup,salah,X\n\"Klaim, dua\",salah,\"X \"\"Y\"\"\"\nsatu, dua,salah,X,lebih\nhanya judul\n\nKlaim \"tiga\",salah,X\n\"Klaim\nempat\",salah,X\n", 3, 3)
	for i, want := range []struct {
		line  int
		title string
	}{{3, "Klaim, dua"}, {7, `Klaim "tiga"`}, {8, "Klaim\nempat"}} {
		if got[i].Line != want.line || got[i].Title != want.title {
			t.Errorf("record %d is %q of line %d, want %q of line %d", i, got[i].Title, got[i].Line, want.title, want.line)
		}
	}
	if bad[0].Line != 2 || bad[1].Line != 4 || bad[1].Code() != "columns" || bad[2].Line != 5 {
		t.Errorf("faults %v", bad)
	}
	got, bad = read(t, "x.jsonl", `{"@type":"ClaimReview","url":"https://a.example/1","claimReviewed":"Klaim satu","reviewRating":{"alternateName":"Salah"}}
{"@type":"ClaimReview","url":"https://a.example/2","claimReviewed":"Klaim dua
{"@type":"ClaimReview","url":"https://a.example/3","claimReviewed":"Klaim tiga","reviewRating":{"alternateName":"Salah"}}`, 2, 1)
	if got[1].Title != "Klaim tiga" || got[1].Line != 3 || bad[0].Line != 2 {
		t.Errorf("got %+v, faults %v", got, bad)
	}
}

// TestIDsOfTables: two outlets number their rows from one.
func TestIDsOfTables(t *testing.T) {
	t.Parallel()
	one, _ := read(t, "a.csv", "id,title,verdict,outlet\n1,Klaim satu,salah,A\n", 1, 0)
	two, _ := read(t, "b.csv", "id,title,verdict,outlet\n1,Klaim dua,salah,B\n", 1, 0)
	again, _ := read(t, "a.csv", "id,title,verdict,outlet\n1,Klaim satu diperbaiki,salah,A\n", 1, 0)
	if one[0].ID == two[0].ID || one[0].ID != again[0].ID {
		t.Errorf("ids %s, %s, %s", one[0].ID, two[0].ID, again[0].ID)
	}
}

// TestHugeAndDeep: neither makes the reader slow or ends it.
func TestHugeAndDeep(t *testing.T) {
	t.Parallel()
	began := time.Now()
	deep := strings.Repeat(`{"@graph":[`, 5000) + strings.Repeat("]}", 5000)
	for name, data := range map[string]string{"deep.json": deep, "deeper.json": strings.Repeat("[", 1<<20), "deep.html": `<script type="application/ld+json">` + deep + "</script>"} {
		if got, _, err := factcheck.Read(strings.NewReader(data), name, factcheck.Options{}); err == nil && len(got) > 0 {
			t.Errorf("%s: %d records", name, len(got))
		}
	}
	var b strings.Builder
	b.WriteString("[")
	for i := range 20_000 {
		fmt.Fprintf(&b, "{\"@type\":\"ClaimReview\",\"url\":\"https://a.example/%d\",\"claimReviewed\":\"Klaim %d\",\"reviewRating\":{\"alternateName\":\"Salah\"}},\n", i, i)
	}
	read(t, "huge.json", strings.TrimSuffix(b.String(), ",\n")+"]", 20_000, 0)
	read(t, "quotes.csv", "title,verdict,outlet\n"+strings.Repeat("\"tanpa tutup,salah,X\n", 20_000), 0, 20_000)
	if took := time.Since(began); took > 30*time.Second { // a second or two on a quiet machine
		t.Errorf("it took %v", took)
	}
}

// TestExportedIsTheSameAgain: reading an export and writing it again gives the same bytes, and each review holds what schema.org's users require.
func TestExportedIsTheSameAgain(t *testing.T) {
	t.Parallel()
	in := []factcheck.Record{
		{ID: "mafindo-17", URL: "https://x.example/1", Title: "Klaim 1 < 2 & “satu”", Truth: "Bukan.", Verdict: ronda.VerdictMisleading, Date: "2024-10-01", Outlet: "X", Author: "A. Penulis", Language: "id", Tags: []string{"a", "b"}},
		{ID: "01J", Title: "Klaim dua", Verdict: ronda.VerdictSatire, Outlet: "X", OutletURL: "https://x.example", Language: "en", Appearing: []string{"https://s.example/1", "tiktok:item:1"}},
		{ID: "c", URL: "https://x.example/3#bagian", Title: "Klaim tiga", Verdict: ronda.VerdictUnproven, Outlet: "Y", Language: "id"},
	}
	write := func(records []factcheck.Record) string {
		var b bytes.Buffer
		if err := factcheck.WriteClaimReview(&b, func(yield func(factcheck.Record, error) bool) {
			for _, r := range records {
				if !yield(r, nil) {
					return
				}
			}
		}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	first := write(in)
	got, _ := read(t, "export.json", first, len(in), 0)
	if again := write(got); again != first {
		t.Errorf("written\n%s\nand after reading it\n%s", first, again)
	}
	var feed struct {
		Context string `json:"@context"`
		Items   []struct {
			Item map[string]any `json:"item"`
		} `json:"dataFeedElement"`
	}
	if err := json.Unmarshal([]byte(first), &feed); err != nil || feed.Context != "https://schema.org" {
		t.Fatalf("%v, context %q", err, feed.Context)
	}
	for i, x := range feed.Items {
		for _, field := range []string{"@type", "claimReviewed", "reviewRating", "author", "identifier"} {
			if x.Item[field] == nil {
				t.Errorf("review %d has no %s", i, field)
			}
		}
		if rating, _ := x.Item["reviewRating"].(map[string]any); rating["alternateName"] == "" || rating["@type"] != "Rating" {
			t.Errorf("review %d: rating %v", i, rating)
		}
	}
}
