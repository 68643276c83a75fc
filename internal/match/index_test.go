package match_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda/internal/match"
)

// stories are made up for these tests.
var stories = []match.Doc{
	{Kind: match.Claim, ID: "undur", Title: "Pemungutan suara di Kecamatan Sukamaju diundur tujuh hari karena banjir", Narration: "INFO PENTING!! Pemungutan suara di kec. Sukamaju resmi diundur 7 hari krn banjir. Sebarkan ke semua grup keluarga", Date: time.Date(2024, 11, 20, 0, 0, 0, 0, time.UTC)},
	{Kind: match.Claim, ID: "coblos", Title: "Ribuan surat suara sudah tercoblos di gudang KPU Kota Wanasari", Date: time.Date(2024, 11, 10, 0, 0, 0, 0, time.UTC)},
	{Kind: match.Claim, ID: "hadiah", Title: "Bank Nusa Raya membagikan hadiah mobil listrik bagi nasabah baru", Date: time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)},
	{Kind: match.Claim, ID: "bawang", Title: "Air rebusan bawang merah menyembuhkan penyakit jantung dalam semalam"},
	{Kind: match.Case, ID: "K1", Title: "Video calon bupati Wanasari membagikan amplop", Addresses: []string{"tiktok:video:71234", "facebook:post:9"}},
	{Kind: match.Claim, ID: "gajah", Title: "Gajah masuk kantor kelurahan Sidamulya saat rapat pleno"},
}

func small(t *testing.T) *match.Index {
	t.Helper()
	x := match.New()
	for _, d := range stories {
		x.Put(d)
	}
	for i := range 300 { // what else there is
		x.Put(match.Doc{Kind: match.Claim, ID: fmt.Sprint("lain", i), Title: fmt.Sprintf("Kabar nomor %d tentang pasar desa %c%c dan jembatan kayu", i, 'a'+i%26, 'a'+i/26)})
	}
	return x
}

func firstID(r match.Result) string {
	if len(r.Hits) == 0 {
		return ""
	}
	return r.Hits[0].ID
}

func TestSearchFindsAStoryWhateverItWears(t *testing.T) {
	t.Parallel()
	x := small(t)
	for text, want := range map[string]string{
		"pemungutan suara di kecamatan Sukamaju diundur tujuh hari karena banjir":                         "undur",
		"𝗣𝗲𝗺𝘂𝗻𝗴𝘂𝘁𝗮𝗻 𝘀𝘂𝗮𝗿𝗮 𝗱𝗶 𝗸𝗲𝗰𝗮𝗺𝗮𝘁𝗮𝗻 𝗦𝘂𝗸𝗮𝗺𝗮𝗷𝘂 𝗱𝗶𝘂𝗻𝗱𝘂𝗿":                                                  "undur",
		"P3mungut4n su4r4 d1 k3c4m4t4n Suk4m4ju d1undur":                                                  "undur",
		"pemungutn suara di kecamtan Sukamju diundr tujuh hari":                                           "undur",
		"*Diteruskan berkali-kali*\nribuan surat suara SUDAH TERCOBLOS di gudang KPU kota Wanasari!!! 😱😱": "coblos",
		"rebusan bawang merah bisa sembuhkan jantung":                                                     "bawang",
		"ngundurin pemungutan svara kec. Sukamaju karna kebanjiran":                                       "undur",
		"mengundurkan pemungutan suara Sukamaju":                                                          "undur",
		"G.A.J.A.H masuk kantor kelurahan Sidamulya":                                                      "gajah",
	} {
		if got := firstID(x.Search(t.Context(), match.Query{Text: text})); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
}

// TestTitleInAMessageIsAMatch holds that a message in which a check's title stands word for word is that story, also where the check
// knows another post of it and the index is young.
func TestTitleInAMessageIsAMatch(t *testing.T) {
	t.Parallel()
	x := match.New()
	x.Put(match.Doc{Kind: match.Claim, ID: "bus", Title: "Rombongan bus disebut membawa pemilih bayaran dari luar daerah", Narration: "Waspada gaes, semalam ada konvoi besar parkir di terminal lama, isinya orang tak dikenal"})
	x.Put(match.Doc{Kind: match.Claim, ID: "undur", Title: "Pemungutan suara diundur", Narration: "Info penting, pemungutan suara diundur tujuh hari karena banjir"})
	if r := x.Search(t.Context(), match.Query{Text: "VIRAL! Sebarkan! Rombongan bus disebut membawa pemilih bayaran dari luar daerah."}); r.Level != match.LevelMatch || firstID(r) != "bus" {
		t.Errorf("the title word for word is %s: %+v", r.Level, r.Hits)
	}
	if r := x.Search(t.Context(), match.Query{Text: "Rombongan siswa naik bus ke luar daerah untuk lomba"}); r.Level == match.LevelMatch {
		t.Errorf("some of its words are %s: %+v", r.Level, r.Hits[0])
	}
}

// TestCommonWordsOfAnOldPostAreNoMatch holds that a new message is not told "match" for what messages say of themselves.
func TestCommonWordsOfAnOldPostAreNoMatch(t *testing.T) {
	t.Parallel()
	x := match.New()
	for _, d := range []match.Doc{
		{Kind: match.Claim, ID: "coblos", Title: "Surat suara sudah tercoblos", Narration: "Viral, ribuan surat suara sudah tercoblos untuk satu pasangan. Ini fotonya, cepat viralkan sebelum dihapus."},
		{Kind: match.Claim, ID: "undur", Title: "Pemungutan suara diundur", Narration: "Info penting, pemungutan suara diundur tujuh hari karena banjir"},
		{Kind: match.Claim, ID: "tunai", Title: "Bantuan tunai bagi pemilih", Narration: "Setiap pemilih mendapat 300 ribu, daftar di tautan ini"},
	} {
		x.Put(d)
	}
	for text, want := range map[string]match.Level{
		"Nama warga yang pindah dihapus dari daftar pemilih, cepat periksa sebelum terlambat": "",
		"Daftar pemilih: nama saya dihapus, cepat lapor":                                      "",
		"Video ini cepat dihapus":                                "",
		"ribuan surat suara tercoblos di gudang, cepat viralkan": match.LevelMatch,
		"pemungutan suara diundur satu minggu":                   match.LevelMatch,
	} {
		if r := x.Search(t.Context(), match.Query{Text: text}); want == "" && r.Level == match.LevelMatch || want != "" && r.Level != want {
			t.Errorf("%q is %s: %+v", text, r.Level, r.Hits[0])
		}
	}
}

func TestSearchSaysWhy(t *testing.T) {
	t.Parallel()
	x := small(t)
	res := x.Search(t.Context(), match.Query{Text: "P3mungut4n su4r4 d1 Sukamaju resmi diundur 7 hari krn banjir"})
	if firstID(res) != "undur" {
		t.Fatalf("found %q", firstID(res))
	}
	codes := map[string][]string{}
	for _, w := range res.Hits[0].Why {
		codes[w.Code] = w.Args
	}
	if s := codes[match.ReasonSameSentence]; len(s) != 1 || !strings.Contains(s[0], "diundur 7 hari krn banjir") {
		t.Errorf("the common sentence is %q", s)
	}
	if !slices.Contains(codes[match.ReasonWordsInCommon], "sukamaju") {
		t.Errorf("the common words are %q", codes[match.ReasonWordsInCommon])
	}
	if !slices.Contains(codes[match.ReasonSameNumbers], "7") {
		t.Errorf("the common numbers are %q", codes[match.ReasonSameNumbers])
	}
	if _, ok := codes[match.ReasonDisguisedText]; !ok {
		t.Error("the disguise is not told")
	}
}

func TestScoresAreChancesInOrder(t *testing.T) {
	t.Parallel()
	x := small(t)
	for _, text := range []string{"banjir di Sukamaju", "pasar desa", "hadiah mobil listrik bank"} {
		last := 1.0
		for _, h := range x.Search(t.Context(), match.Query{Text: text, Limit: 20}).Hits {
			if h.Score < 0 || h.Score > last {
				t.Errorf("%q: score %v after %v", text, h.Score, last)
			}
			last = h.Score
		}
	}
}

func TestBadInputIsAnsweredHonestly(t *testing.T) {
	t.Parallel()
	x := small(t)
	for name, text := range map[string]string{
		"empty": "", "blanks": " \n\t ", "stop words": "yang dan di ke dari itu untuk", "signs": "!!! ??? 👍👍", "another script": "сегодня хорошая погода",
		"broken": "\xff\xfe\xfd", "unknown": "zxqv wvbn", "one unknown letter": "x",
	} {
		if res := x.Search(t.Context(), match.Query{Text: text}); res.Level != match.LevelNothing {
			t.Errorf("%s: level %s", name, res.Level)
		}
	}
	for name, text := range map[string]string{
		"huge": strings.Repeat("pasar desa kayu jembatan ", 90_000), "one word again and again": strings.Repeat("banjir ", 300_000),
		"one endless word": strings.Repeat("a1", 1<<20), "endless digits": strings.Repeat("9", 2<<20), "endless marks": strings.Repeat("\u0300", 1<<20),
	} {
		start := time.Now()
		x.Search(t.Context(), match.Query{Text: text})
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
	if res := match.New().Search(t.Context(), match.Query{Text: "banjir"}); res.Level != match.LevelNothing {
		t.Errorf("an empty index answers %s", res.Level)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if res := x.Search(ended, match.Query{Text: stories[0].Title}); len(res.Hits) != 0 {
		t.Error("a cancelled query was answered")
	}
}

func TestDeleteAndReplace(t *testing.T) {
	t.Parallel()
	x := small(t)
	n := x.Len()
	q := match.Query{Text: stories[0].Title}
	x.Delete(match.Case, "undur") // another kind
	if firstID(x.Search(t.Context(), q)) != "undur" {
		t.Fatal("the document of another kind was deleted")
	}
	x.Delete(match.Claim, "undur")
	if x.Len() != n-1 || firstID(x.Search(t.Context(), q)) == "undur" {
		t.Error("a deleted document is still found")
	}
	x.Put(match.Doc{Kind: match.Claim, ID: "undur", Title: "Harimau terlihat di alun-alun Purwasari"})
	if firstID(x.Search(t.Context(), q)) == "undur" || firstID(x.Search(t.Context(), match.Query{Text: "harimau di alun-alun Purwasari"})) != "undur" {
		t.Error("a document is found by what it was, or not by what it is")
	}
}

func TestAddressesKindsAndExclude(t *testing.T) {
	t.Parallel()
	x := small(t)
	res := x.Search(t.Context(), match.Query{Addresses: []string{"tiktok:video:71234"}})
	if firstID(res) != "K1" || res.Level != match.LevelMatch || res.Hits[0].Why[0].Code != match.ReasonSameAddress {
		t.Errorf("by address: %+v", res)
	}
	if res := x.Search(t.Context(), match.Query{Addresses: []string{"tiktok:video:71234"}, Kinds: []match.DocKind{match.Claim}}); len(res.Hits) != 0 {
		t.Errorf("a case among claims: %+v", res)
	}
	res = x.Search(t.Context(), match.Query{Text: stories[0].Title, Exclude: []string{"undur"}})
	if slices.ContainsFunc(res.Hits, func(h match.Hit) bool { return h.ID == "undur" }) {
		t.Error("an excluded document is in the answer")
	}
	x.Delete(match.Case, "K1")
	if res := x.Search(t.Context(), match.Query{Addresses: []string{"facebook:post:9"}}); len(res.Hits) != 0 {
		t.Error("a deleted document is found by its address")
	}
}

func TestRecencyPutsTheNewFirst(t *testing.T) {
	t.Parallel()
	x := small(t)
	at := time.Date(2024, 11, 27, 0, 0, 0, 0, time.UTC)
	for id, day := range map[string]time.Time{"lama": at.AddDate(-6, 0, 0), "baru": at.AddDate(0, 0, -1)} {
		x.Put(match.Doc{Kind: match.Claim, ID: id, Title: "Monyet menyerang pasar Karanganyar", Date: day})
	}
	res := x.Search(t.Context(), match.Query{Text: "monyet menyerang pasar Karanganyar", At: at, Recency: true})
	if firstID(res) != "baru" {
		t.Errorf("first is %q", firstID(res))
	}
}

// TestSweep changes documents until dead postings have been swept away many
// times, and holds that the index answers as one that was built afresh.
func TestSweep(t *testing.T) {
	t.Parallel()
	x := small(t)
	for round := range 30 {
		for i := range 300 {
			x.Put(match.Doc{Kind: match.Claim, ID: fmt.Sprint("lain", i), Title: fmt.Sprintf("Putaran %d kabar nomor %d tentang pasar desa dan jembatan kayu lapuk", round, i)})
		}
	}
	for i := range 300 {
		x.Delete(match.Claim, fmt.Sprint("lain", i))
	}
	if x.Len() != len(stories) {
		t.Errorf("%d documents are left, want %d", x.Len(), len(stories))
	}
	for _, d := range stories {
		if got := firstID(x.Search(t.Context(), match.Query{Text: d.Title})); got != d.ID {
			t.Errorf("%q finds %q", d.Title, got)
		}
	}
}

// TestChangesWhileQueriesRun is for the race detector, and holds that a
// deleted document is in no answer that begins after Delete returned.
func TestChangesWhileQueriesRun(t *testing.T) {
	t.Parallel()
	x := small(t)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					x.Search(t.Context(), match.Query{Text: stories[1].Title})
				}
			}
		})
	}
	for i := range 200 {
		x.Put(match.Doc{Kind: match.Claim, ID: "ganti", Title: fmt.Sprintf("Buaya terlihat di kolam renang Tirtasari ke-%d", i)})
		if firstID(x.Search(t.Context(), match.Query{Text: "buaya di kolam renang Tirtasari"})) != "ganti" {
			t.Fatal("a document that was put is not found")
		}
		x.Delete(match.Claim, "ganti")
		if firstID(x.Search(t.Context(), match.Query{Text: "buaya di kolam renang Tirtasari"})) == "ganti" {
			t.Fatal("a document that was deleted is found")
		}
	}
	close(stop)
	wg.Wait()
}
