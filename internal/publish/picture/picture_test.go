package picture_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ronda/internal/publish/picture"
)

func maker(t *testing.T) *picture.Maker {
	t.Helper()
	m, err := picture.New()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// keep writes a picture where somebody wants to look at it.
func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	if dir := os.Getenv("RONDA_PICTURES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestShareIsSmall draws short and long sentences in every tone: messengers show no picture above 30 kB.
func TestShareIsSmall(t *testing.T) {
	t.Parallel()
	m := maker(t)
	for _, x := range []struct {
		tone, word, truth string
		urgency           int
	}{
		{"bahaya", "Salah", "Foto surat suara tercoblos itu dari 2019, bukan Pilkada 2024.", 0},
		{"tenggat", "Menyesatkan", strings.Repeat("Kalimat yang benar dan panjang sekali. ", 6)[:220], 0},
		{"info", "Belum terbukti", "Tidak ada sumber yang dapat diperiksa.", 0},
		{"aman", "Benar", strings.Repeat("abcdefghij", 22), 0},
		{"tenggat", "Peringatan", "Pencoblosan tetap tanggal 27 November 2024.", 5},
	} {
		data, err := m.Share(picture.Share{Tone: x.tone, Word: x.word, Truth: x.truth, Foot: "Cek Warga Nusantara · 20 Nov 2024", Urgency: x.urgency})
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil || img.Width != 1200 || img.Height != 630 {
			t.Errorf("%s: %v %v", x.word, img, err)
		}
		if len(data) > picture.MaxShare {
			t.Errorf("%s: %d bytes", x.word, len(data))
		}
		t.Logf("%s: %d bytes", x.word, len(data))
		keep(t, "og-"+x.word+".png", data)
	}
}

// TestShareSaysTheTruth: two sentences give two pictures, and the same one the same bytes.
func TestShareSaysTheTruth(t *testing.T) {
	t.Parallel()
	m := maker(t)
	draw := func(truth string) []byte {
		data, err := m.Share(picture.Share{Tone: "bahaya", Word: "Salah", Truth: truth, Foot: "x"})
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	if bytes.Equal(draw("Satu."), draw("Dua.")) || !bytes.Equal(draw("Satu."), draw("Satu.")) {
		t.Error("the picture does not follow its sentence")
	}
}

func TestCards(t *testing.T) {
	t.Parallel()
	m := maker(t)
	k := picture.Card{Kicker: "Daftar pemilih", Title: "Nama ganda bukan bukti curang", Text: "Daftar pemilih diumumkan di kelurahan. Periksa nama Anda, minta perbaikan kalau keliru, dan jangan teruskan kabar yang belum dicek.",
		Source: "Sumber: KPU, Peraturan 7/2024", Life: "Ditinjau 12 Nov 2024 · berlaku sampai 27 Nov 2024", URL: "https://ronda.example/bahan/daftar-pemilih-khotbah"}
	for name, s := range map[string]picture.Size{"a6": picture.A6, "a4": picture.A4} {
		data, err := m.Card(s, k)
		if err != nil {
			t.Fatal(err)
		}
		img, _, err := image.Decode(bytes.NewReader(data))
		if err != nil || img.Bounds().Dx() != s.W || img.Bounds().Dy() != s.H {
			t.Errorf("%s: %v", name, err)
		}
		t.Logf("%s: %d bytes", name, len(data))
		keep(t, "card-"+name+".png", data)
	}
}

func TestSheet(t *testing.T) {
	t.Parallel()
	s := picture.Sheet{Card: picture.Card{Kicker: "Daftar pemilih", Title: "Nama ganda bukan bukti curang", Life: "Ditinjau 12 Nov 2024", URL: "https://ronda.example/bahan/x"},
		Lang: "id", Lead: "Untuk dibacakan.", Heads: [4]string{"Pokok", "Pesan", "Kegiatan", "Sumber"}, Points: slicesOf("Satu pikiran yang utuh dan cukup panjang untuk dua baris di kertas, supaya kelihatan lipatannya.", 8),
		Short: slicesOf("Pesan pendek.", 3), Activity: "Bagi kelompok.", Sources: []string{"KPU"}, Page: "Halaman", At: time.Date(2024, 11, 20, 0, 0, 0, 0, time.UTC)}
	m := maker(t)
	data, err := m.PDF(s)
	if err != nil || !bytes.HasPrefix(data, []byte("%PDF-")) {
		t.Fatalf("%v, %d bytes", err, len(data))
	}
	again, err := m.PDF(s)
	if err != nil || !bytes.Equal(data, again) {
		t.Error("the same sheet gives other bytes")
	}
	keep(t, "sheet.pdf", data)
}

func slicesOf(s string, n int) []string {
	var out []string
	for range n {
		out = append(out, s)
	}
	return out
}
