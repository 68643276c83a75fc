package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/web"
)

// somePublished is one of each kind of what partners and the election commission publish, and a withdrawn one.
type somePublished struct{ web.Publications }

func somePublishedAlerts() []ronda.Alert {
	a, err := someAlerts{}.CurrentAlerts(context.Background(), now)
	if err != nil {
		return nil
	}
	a[0].State, a[0].Verdict, a[0].ExpiresAt = ronda.AlertPublished, ronda.VerdictFalse, now.Add(48*time.Hour)
	a[0].Claim = text("Surat suara sudah dicoblos di gudang", "Ballots were punched in the warehouse")
	gone := a[0]
	gone.ID, gone.State, gone.Because = "p2", ronda.AlertWithdrawn, "Kami salah membaca pengumuman kecamatan."
	gone.WithdrawnAt = now.Add(-10 * time.Minute)
	return append(a, gone)
}

func (somePublished) PublishedAlerts(context.Context, int) ([]ronda.Alert, error) {
	return somePublishedAlerts(), nil
}

func (somePublished) Alert(_ context.Context, id string) (ronda.Alert, error) {
	for _, a := range somePublishedAlerts() {
		if a.ID == id {
			return a, nil
		}
	}
	return ronda.Alert{}, ronda.Errorf(ronda.NotFound, "page", "")
}

func someKits() []ronda.Kit {
	return []ronda.Kit{{ID: "kit1", Origin: "partner", Org: "mitra", State: ronda.AlertPublished, PublishedAt: now.Add(-time.Hour), CreatedAt: now.Add(-2 * time.Hour), SecondOrg: "mitra-dua", KitContent: ronda.KitContent{Theme: "ballots_punched", Audience: "class", Reviewed: "2024-11-12", Expires: "2024-12-31",
		Title: text("Dari mana foto ini?", "Where is this photo from?"), Lead: text("Satu jam pelajaran tentang melacak asal gambar.", "One lesson on finding where a picture comes from."),
		Short:   []ronda.Text{text("Cari tanggal dan tempat fotonya dulu sebelum percaya.", "Look for date and place of the photo before you believe it.")},
		Points:  []ronda.Text{text("Tanyakan apa yang benar-benar terlihat.", "Ask what can really be seen.")},
		Sources: []ronda.Reference{{Title: "KPU", URL: "https://www.kpu.go.id"}}}}}
}

func (somePublished) Kits(context.Context) ([]ronda.Kit, error) { return someKits(), nil }

func (somePublished) Kit(context.Context, string) (ronda.Kit, error) { return someKits()[0], nil }

func someBulletins() []ronda.Bulletin {
	return []ronda.Bulletin{{ID: "b1", Office: "kpu:", Org: "kpu", PublishedAt: now.Add(-time.Hour), UpdatedAt: now.Add(-time.Hour), Check: "k01", Title: text("Cara memeriksa nama di daftar pemilih", "How to look up your name on the voter list"),
		Text: text("Nama dapat diperiksa di papan pengumuman kelurahan.", "Names can be looked up on the board of the village office.")}}
}

func (somePublished) Bulletins(context.Context, string, int) ([]ronda.Bulletin, error) {
	return someBulletins(), nil
}

func (somePublished) Bulletin(context.Context, string) (ronda.Bulletin, error) {
	return someBulletins()[0], nil
}

// publishPages are the golden pages of what is published, and of coordinated reports.
var publishPages = map[string]struct {
	path   string
	status int
}{
	"peringatan-satu": {"/peringatan/p1", http.StatusOK}, "peringatan-dicabut": {"/peringatan/p2", http.StatusGone}, "bahan": {"/bahan", http.StatusOK}, "bahan-satu": {"/bahan/kit1", http.StatusOK},
	"pernyataan-resmi": {"/pernyataan-resmi", http.StatusOK}, "pernyataan-satu": {"/pernyataan-resmi/b1", http.StatusOK}, "periksa-resmi": {"/periksa/k01", http.StatusOK},
	"laporan-terkoordinasi": {"/data/laporan-terkoordinasi", http.StatusOK},
}

func TestGoldenPublished(t *testing.T) {
	t.Parallel()
	h := site(t, func(o *web.Options) {
		p := smallPack()
		p.Themes = []ronda.Theme{{ID: "ballots_punched", Name: text("Surat suara sudah tercoblos", "Ballots already punched"), Prebunk: text("Surat suara dihitung dan diperlihatkan di depan saksi.", "Ballots are counted and shown in front of witnesses.")}}
		o.Pack = p.Seal()
		o.Publications, o.OrgName = somePublished{}, func(context.Context, string) string { return "Mitra Contoh" }
		o.Brigades = func(context.Context) ([]ronda.Brigade, error) {
			return []ronda.Brigade{{ID: "r1", First: now.Add(-4 * time.Hour), Last: now.Add(-2 * time.Hour), Reports: make([]string, 1360), Cases: map[string]int{"a": 1300, "b": 60},
				Signals: []ronda.BrigadeSignal{{Kind: "same_words", N: 1360, Of: 1360}, {Kind: "linked", N: 1300, Of: 1360}, {Kind: "fresh", N: 1358, Of: 1360}}}}, nil
		}
	})
	for lang, prefix := range langOnly {
		for name, x := range publishPages {
			t.Run(lang+"/"+name, func(t *testing.T) {
				page := browse(t, h).get(prefix + x.path)
				if page.StatusCode != x.status {
					t.Fatalf("%s answers %d, want %d", x.path, page.StatusCode, x.status)
				}
				if bad := forbidRE.FindString(strings.Replace(page.Body, `<script type="application/ld+json">`, "", 1)); bad != "" { // data for machines, which no browser runs
					t.Errorf("it holds %q", bad)
				}
				golden(t, lang, name, page)
			})
		}
	}
}
