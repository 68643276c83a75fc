package web_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"testing"
	"time"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web"
)

// now is the moment of every test: a week before voting day, 14.30 in Jakarta.
var now = time.Date(2024, 11, 20, 7, 30, 0, 0, time.UTC)

func text(id, en string) ronda.Text { return ronda.Text{"id": id, "en": en} }

// smallPack is an election with a few regions, so that golden pages change only when the pages do.
func smallPack() *ronda.Pack {
	p := &ronda.Pack{
		ID: "uji", Name: text("Pilkada 2024", "Regional elections 2024"), Languages: []string{"id", "en"},
		Regions: []ronda.Region{
			{Code: "", Name: "Indonesia", Level: "national", Zone: "Asia/Jakarta"},
			{Code: "34", Name: "DI Yogyakarta", Level: "province", Zone: "Asia/Jakarta"},
			{Code: "34.04", Name: "Kabupaten Sleman", Level: "regency", Parent: "34"},
			{Code: "34.71", Name: "Kota Yogyakarta", Level: "city", Parent: "34"},
			{Code: "71", Name: "Sulawesi Utara", Level: "province", Zone: "Asia/Makassar"},
			{Code: "71.09", Name: "Kabupaten Kepulauan Siau Tagulandang Biaro", Level: "regency", Parent: "71"},
			{Code: "71.71", Name: "Kota Manado", Level: "city", Parent: "71"},
		},
		Categories: []ronda.Category{
			{ID: "hoax", Name: text("Kabar bohong atau hoaks", "False news or a hoax"), Hint: text("Kabar yang tidak benar tentang pemilihan, calon, atau hasilnya.", "Something untrue about the election, a candidate or the results."), Claim: true},
			{ID: "hate_sara", Name: text("Menghina atau menyerang suku, agama, ras, atau golongan", "Insulting or attacking an ethnic group, religion, race or community")},
			{ID: "violence", Name: text("Mengajak kekerasan atau mengancam", "Calling for violence or threatening")},
			{ID: "other", Name: text("Lainnya", "Other")},
		},
		Platforms: []ronda.Platform{
			{ID: "tiktok", Name: "TikTok", HowToCopy: []ronda.Text{
				text("Buka videonya, ketuk panah Bagikan di kanan.", "Open the video, tap the Share arrow on the right."),
				text("Pilih Salin tautan. Alamat pendek vt.tiktok.com juga boleh.", "Choose Copy link. A short vt.tiktok.com address is fine too.")}},
			{ID: "whatsapp", Name: "WhatsApp", Private: true, HowToCopy: []ronda.Text{
				text("Pesan pribadi dan isi grup tidak punya tautan. Salin teksnya.", "Private messages and group chats have no link. Paste the text.")}},
		},
		Clocks: []ronda.Clock{{ID: "appeal_window", Days: 180}, {ID: "appeal", Days: 7}},
		Referrals: []ronda.ReferralPath{{ID: "formal_violation", Days: 7, Start: "known",
			Name: text("Laporan resmi dugaan pelanggaran ke Bawaslu", "Formal violation report to Bawaslu"),
			How:  text("Datang ke kantor Bawaslu terdekat dengan KTP, lalu isi formulir.", "Go to the nearest Bawaslu office with your ID card and fill in the form.")}},
	}
	return p.Seal()
}

// checks is a fixed list of fact-checks.
type checks []ronda.FactCheck

func (c checks) RecentFactChecks(_ context.Context, n int) ([]ronda.FactCheck, error) {
	return c[:min(n, len(c))], nil
}

func (c checks) FactCheck(_ context.Context, id string) (ronda.FactCheck, error) {
	for _, x := range c {
		if x.ID == id {
			return x, nil
		}
	}
	return ronda.FactCheck{}, ronda.Errorf(ronda.NotFound, "page", "")
}

func someChecks() checks {
	return checks{
		{ID: "k00", Verdict: ronda.VerdictFalse, Date: "2024-11-21", Outlet: "Contoh Cek Fakta", Claim: text("Kabar dari esok hari", "News of tomorrow"), Truth: text("Belum terjadi.", "Not yet.")},
		{ID: "k01", Class: "konteks keliru", Verdict: ronda.VerdictFalse, Date: "2024-11-18", Outlet: "Contoh Cek Fakta", URL: "https://cekfakta.example/1",
			Claim: text("Foto surat suara sudah tercoblos sebelum Pilkada 2024", "A photo of ballots punched before the 2024 regional elections"),
			Truth: text("Foto surat suara tercoblos itu dari 2019, bukan Pilkada 2024.", "The photo of punched ballots is from 2019, not from the 2024 regional elections.")},
		{ID: "k02", Verdict: ronda.VerdictMisleading, Date: "2024-11-15", Outlet: "Contoh Cek Fakta", URL: "https://cekfakta.example/2",
			Claim: text("Pemilih tanpa KTP elektronik tidak boleh memilih sama sekali", "Voters without an electronic ID card may not vote at all"),
			Truth: text("Pemilih yang belum punya KTP elektronik bisa menunjukkan dokumen kependudukan lain.", "Voters without the card can show another civil document.")},
		{ID: "k03", Verdict: ronda.VerdictTrue, Date: "2024-11-12", Outlet: "Contoh Cek Fakta", URL: "https://cekfakta.example/3",
			Claim: text("Hari pemungutan suara 27 November 2024 hari libur nasional", "Voting day, 27 November 2024, is a public holiday"),
			Truth: text("Pemerintah menetapkan 27 November 2024 sebagai hari libur nasional.", "The government made 27 November 2024 a public holiday.")},
		{ID: "k04", Verdict: ronda.VerdictSatire, Date: "2024-11-10", Outlet: "Contoh Cek Fakta", URL: "https://cekfakta.example/4",
			Claim: text("Calon wali kota berjanji memindahkan laut ke alun-alun", "A mayoral candidate promises to move the sea to the town square"),
			Truth: text("Tulisan itu berasal dari akun satire.", "The text comes from a satire account.")},
	}
}

// site builds a site on a pack, with changes to its options.
func site(t testing.TB, change ...func(*web.Options)) http.Handler {
	t.Helper()
	messages, err := i18n.Load("id", "en")
	if err != nil {
		t.Fatal(err)
	}
	base, err := url.Parse("https://ronda.example")
	if err != nil {
		t.Fatal(err)
	}
	opt := web.Options{
		Pack: smallPack(), Messages: messages, BaseURL: base, Key: bytes.Repeat([]byte{7}, 32),
		Now: func() time.Time { return now }, Rand: bytes.NewReader(bytes.Repeat([]byte("ronda"), 4096)),
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), FactChecks: someChecks(), Links: plainLinks{},
		Intake: newDesk(),
	}
	for _, c := range change {
		c(&opt)
	}
	s, err := web.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.Handler()
	if err != nil {
		t.Fatal(err)
	}
	return h
}
