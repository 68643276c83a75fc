package fingerprint_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"ronda/internal/fingerprint"
)

func TestNormalize(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"TPS ditutup pukul 10!":                             "tps ditutup pukul 10",
		"𝗧𝗣𝗦 𝐝𝐢𝐭𝐮𝐭𝐮𝐩":                                       "tps ditutup",
		"ТРЅ dіtutuр":                                       "tps ditutup", // Cyrillic letters
		"di\u200btu\u00adtup":                               "ditutup",
		"d1tutup t3nt4r4 0r4ng":                             "ditutup tentara orang",
		"14jam 50rb covid19 ati2":                           "14 jam 50 rb covid 19 ati",
		"T.P.S d i t u t u p":                               "tps ditutup",
		"tolooooong":                                        "tolong",
		"*tebal* _miring_ ~coret~ 🔥🔥":                       "tebal miring coret",
		"50.000 surat, 1,5 juta":                            "50 ribu surat 15 juta",
		"75.000.000 Rp20Juta IDR2.500.000 Rp75.000.000,00":  "75 juta rp 20 juta rp 25 juta rp 75 juta",
		"1.000.000.000.000 12.345.000 2.950.000":            "1 triliun 12345 ribu 295 juta",
		"1.200 4.5.24 04.01.09 000.000 1.000.00 12.000,5":   "1200 4524 040109 000000 100000 120005", // no round amounts
		"➡️ Fwd: surat suara dicoblos":                      "surat suara dicoblos",
		"*Diteruskan berkali-kali*\nsurat suara dicoblos":   "surat suara dicoblos",
		"[12/11/24 08.15] Grup RT 05: surat suara dicoblos": "surat suara dicoblos",
		"surat suara dicoblos copas dari grup sebelah":      "surat suara dicoblos",
		"#TolakPolitikUang":                                 "tolak politik uang",
		"café Ⓐⓑⓒ ﬁnal ５":                                   "cafe abc final 5",
		"Ma’ruf Jum'at":                                     "maruf jumat",
		"Россия":                                            "россия",
		"中国人":                                               "中国 国人",
		"":                                                  "",
		"!!! 👍":                                             "",
	} {
		if got := fingerprint.Normalize(in); got != want {
			t.Errorf("%q is read as %q, want %q", in, got, want)
		}
	}
}

func TestAddressesAreApart(t *testing.T) {
	t.Parallel()
	got := fingerprint.ReadText("lihat https://vt.tiktok.com/ZS123/ sekarangpic.twitter.com/Ab1 www.contoh.id/a?b=c”")
	if got.Normal() != "lihat sekarang" || len(got.Addresses) != 3 || got.Addresses[2] != "www.contoh.id/a?b=c" {
		t.Errorf("read %q and %q", got.Normal(), got.Addresses)
	}
}

func TestDisguiseIsNoticed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"surat suara sudah dicoblos di 3 TPS pukul 10": false,
		"covid19 14jam 2024":                           false,
		"5ur4t 5u4r4 d1c0bl05":                         true,
		"𝘀𝘂𝗿𝗮𝘁 suаrа":                                  true,
	} {
		if got := fingerprint.ReadText(text).Disguised > 0; got != want {
			t.Errorf("%q is disguised: %v, want %v", text, got, want)
		}
	}
}

// The pairs follow from the published algorithm by hand.
func TestStemIndonesian(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"bukumukah": "buku", "pemilihan": "pilih", "memilih": "pilih", "menyapu": "sapu", "penyapu": "sapu", "dibacakan": "baca",
		"mempelajari": "ajar", "belajar": "ajar", "pelajar": "ajar", "bekerja": "kerja", "terbesar": "besar", "kekuasaan": "kuasa", "api": "api", "di": "di",
	} {
		if got := string(fingerprint.StemIndonesian([]byte(word))); got != want {
			t.Errorf("the stem of %s is %s, want %s", word, got, want)
		}
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	same := [][2]string{{"vaksinasi", "vaksin"}, {"korona", "covid"}, {"duit", "uang"}, {"tiongkok", "china"}, {"stopping", "stopped"}, {"menolak", "tolak"}, {"penangkapan", "ditangkap"}, {"mengirim", "kiriman"}, {"mengeluarkan", "keluar"}, {"ramadhan", "ramadan"}, {"mesjid", "masjid"}, {"countries", "country"}}
	for _, p := range same {
		a, b := fingerprint.Key(nil, []byte(p[0])), fingerprint.Key(nil, []byte(p[1]))
		if string(a) != string(b) {
			t.Errorf("the keys of %s and %s are %s and %s, want the same", p[0], p[1], a, b)
		}
	}
	if !fingerprint.IsStop([]byte("yg")) || fingerprint.IsStop([]byte("tps")) {
		t.Error("yg carries no story and tps does")
	}
	if _, ok := fingerprint.CommonRarity(fingerprint.Key(nil, []byte("tanggal"))); !ok {
		t.Error("tanggal is a common word")
	}
	if a := fingerprint.RelatedKeys(fingerprint.Key(nil, []byte("jabar"))); !slices.Contains(a, "jawa") || slices.Contains(fingerprint.RelatedKeys([]byte("jawa")), "barat") {
		t.Errorf("jabar stands for %q", a)
	}
	if !fingerprint.IsEnglish([]byte("the")) || fingerprint.IsEnglish([]byte("yang")) {
		t.Error("the is English and yang is not")
	}
	if len(fingerprint.RelatedKeys([]byte("slot"))) == 0 {
		t.Error("slot is said in other words too")
	}
}

func TestSignature(t *testing.T) {
	t.Parallel()
	of := func(s string) fingerprint.Signature {
		sig, ok := fingerprint.ReadText(s).Signature()
		if !ok {
			t.Fatalf("%q has no signature", s)
		}
		return sig
	}
	a := of("Pemungutan suara di kecamatan itu diundur tujuh hari karena banjir, harap bawa KTP")
	b := of("PEMUNGUTAN SUARA di kecamatan itu diundur tujuh hari krn banjir harap bawa KTP!!!")
	c := of("Bank membagikan hadiah satu juta rupiah untuk pembuka rekening baru bulan ini saja")
	if l := a.Likeness(b); l < 0.6 {
		t.Errorf("near duplicates are alike by %.2f", l)
	}
	if l := a.Likeness(c); l > 0.15 {
		t.Errorf("other texts are alike by %.2f", l)
	}
	if back, err := fingerprint.ParseSignature(a.String()); err != nil || back != a {
		t.Errorf("read back %v, %v", back, err)
	}
	if _, err := fingerprint.ParseSignature("zz"); err == nil {
		t.Error("nonsense was read as a signature")
	}
	if _, ok := fingerprint.ReadText("dua kata").Signature(); ok {
		t.Error("two words have a signature")
	}
}

func TestHugeTextIsCut(t *testing.T) {
	t.Parallel()
	got := fingerprint.ReadText(strings.Repeat("kata lain ", 200_000))
	if !got.Truncated || len(got.Tokens) != fingerprint.MaxTokens {
		t.Errorf("%d tokens, truncated %v", len(got.Tokens), got.Truncated)
	}
}

// TestNormalFormIsStable holds that reading the normal form again changes
// nothing for texts of words, and that case never matters.
func TestNormalFormIsStable(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[a-z]{2,12}`)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(word, 4, 30).Draw(t, "words"), " ")
		once := fingerprint.Normalize(text)
		if fingerprint.ReadText(strings.ToUpper(text)).Exact() != fingerprint.ReadText(text).Exact() {
			t.Errorf("capital letters change the fingerprint of %q", text)
		}
		if len(fingerprint.ReadText(once).Tokens) > len(fingerprint.ReadText(text).Tokens) {
			t.Errorf("reading %q again adds words", once)
		}
	})
}

// FuzzReadText holds that no text makes the reader panic, and that what it
// gives is sound.
func FuzzReadText(f *testing.F) {
	for _, s := range []string{"", "a.b.c", "𝗧𝗣𝗦 t3nt4r4", "\xff\xfe@$", "#A", "[1/1/24 1.00] a: b", "http://", "5.", "a'", "中国人民", "i̇̇̇", "\u0300"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, k := range fingerprint.ReadText(s).Tokens {
			if k.Text == "" || len(k.Text) > 4*fingerprint.MaxWord || k.End < k.Start || !utf8.ValidString(k.Text) && utf8.ValidString(s) {
				t.Errorf("an unsound token %+v of %q", k, s)
			}
			key := fingerprint.Key(nil, []byte(k.Text))
			if len(key) == 0 {
				t.Errorf("%q has no key", k.Text)
			}
		}
	})
}
