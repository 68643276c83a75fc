package mask_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ronda/internal/mask"
)

func TestTextMasks(t *testing.T) {
	t.Parallel()
	const phone, nik, card, email = "[nomor telepon]", "[NIK]", "[nomor kartu]", "[surel]"
	for in, want := range map[string]string{
		"Hubungi 081234567890 ya":                    "Hubungi " + phone + " ya",
		"0812-3456-7890":                             phone,
		"0812 3456 7890.":                            phone + ".",
		"(0812) 3456 7890":                           phone,
		"+62 812-3456-7890":                          phone,
		"+62 (0)812 3456 7890":                       phone,
		"(+62) 812 3456 7890":                        phone,
		"+62812.3456.7890":                           phone,
		"WA:6281234567890!":                          "WA:" + phone + "!",
		"0062 812 3456 7890":                         phone,
		"hp 812-3456-7890":                           "hp " + phone,
		"HP081234567890":                             "HP" + phone,
		"0\u200b8\u200b1234567890":                   phone,
		"０８１２３４５６７８９０":                               phone,
		"٠٨١٢٣٤٥٦٧٨٩٠":                               phone,
		"𝟎𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎":                               phone,
		"0812–3456–7890":                             phone,
		"0812\u00a03456\u00a07890":                   phone,
		"kantor (021) 5551234":                       "kantor " + phone,
		"0274-555123":                                phone,
		"+60 12-345 6789":                            phone,
		"+1 (202) 555-0143":                          phone,
		"0044 20 7946 0958":                          phone,
		"tel:+6281234567890":                         "tel:" + phone,
		"tel://+6281234567890":                       "tel://" + phone,
		"@6281234567890 tolong":                      "@" + phone + " tolong",
		"081234567890.Me too":                        phone + ".Me too",
		"budi@contoh.com":                            email,
		"a.b+c@mail.contoh.co.id,":                   email + ",",
		"mailto:budi@contoh.com":                     "mailto:" + email,
		"budi [at] contoh [dot] com":                 email,
		"budi(at)contoh.com":                         email,
		"NIK 3273011203850001":                       "NIK " + nik,
		"3273 0152 0385 0001":                        nik,
		"32.73.01.520385.0001":                       nik,
		"3273011203850001 081234567890":              nik + " " + phone,
		"4111 1111 1111 1111":                        card,
		"5500-0000-0000-0004":                        card,
		"378282246310005":                            card,
		"081234567890, 081298765432":                 phone + ", " + phone,
		"https://wa.me/6281234567890 a@b.id":         "https://wa.me/6281234567890 " + email,
		"lihat fb.com/100064321234567 081234567890":  "lihat fb.com/100064321234567 " + phone,
		"081234567890\n081298765432":                 phone + "\n" + phone,
		"budi@contoh.com 081234567890 x@y.co":        email + " " + phone + " " + email,
		"https://fb.com/1\u200b 0812 3456 7890":      "https://fb.com/1\u200b " + phone,
		"No rekening bukan KTP 9171011708990003 ini": "No rekening bukan KTP " + nik + " ini",
	} {
		if got, _ := mask.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTextLeaves(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", "Halo", "Pilkada 27 November 2024", "27-11-2024 08.30", "2024-11-27 12 34 56", "08-11-2024 12.30",
		"Rp 1.250.000.000", "Rp62.812.345.678", "suara 62.812.345.678", "0,8123456789", "0.8123456789",
		"+12.500.000 suara", "skor 10-2", "DPT 203.204.204", "TPS 001 002 003 004",
		"https://www.facebook.com/permalink.php?story_fbid=3273011203850001&id=100064321234567",
		"https://wa.me/6281234567890", "wa.me/6281234567890?text=halo", "https://api.whatsapp.com/send?phone=6281234567890",
		"facebook.com/3273011203850001", "m.facebook.com/groups/3273011203850001/", "hxxps://fb.com/4111111111111111",
		"https[:]//t.me/081234567890", "https://x.com/a/status/4111111111111111", "www.tiktok.com/@081234567890/video/7411111111111111111",
		"https://medium.com/@budi@contoh.com", "@budi081234567890", "https://user@contoh.com/081234567890", "081234567890.com/ktp",
		"081234567890.blogspot.com", "id 1000643212345678", "1234567890123456789012", "3399010212850001", "3273011302850000",
		"3273013202850001", "4111 1111 1111 1112", "RND-7K3M-9Q2X-4TBC", "http://192.168.1.1/081234567890", "versi 1.26.8", "pasal 28 ayat 2",
		"whatsapp://send?phone=6281234567890", "t.me/+6281234567890", "pukul 08.00–17.00 WIB",
	} {
		if got, removed := mask.Text(in); got != in || removed != nil {
			t.Errorf("Text(%q) = %q, %v; want it unchanged", in, got, removed)
		}
	}
}

func TestTextCounts(t *testing.T) {
	t.Parallel()
	_, removed := mask.Text("081234567890, 0812 9876 5432, a@b.id, 3273011203850001, 4111111111111111")
	want := "[{card 1} {email 1} {nik 1} {phone 2}]"
	if got := fmt.Sprint(removed); got != want {
		t.Errorf("removed = %s, want %s", got, want)
	}
}

// A text made of words, personal data and addresses: every address must survive byte for byte.
func TestTextNeverTouchesAddresses(t *testing.T) {
	t.Parallel()
	addresses := []string{"https://www.facebook.com/%s", "wa.me/%s", "https://t.me/+%s", "http://contoh.co.id/a/%s?b=%s",
		"www.youtube.com/watch?v=%s", "hxxps://x.com/i/%s", "instagram.com/p/%s/", "https://a.id/?e=budi@contoh.com&n=%s"}
	numbers := []string{"3273011203850001", "6281234567890", "4111111111111111", "081234567890", "100064321234567"}
	noise := []string{"halo", "081234567890", "a@b.id", "3273011203850001", "0812 3456", "7890", "+62", "[nomor telepon]", ".", "(", ")", "@", "-", "\n", "12"}
	rapid.Check(t, func(t *rapid.T) {
		var parts, want []string
		for range rapid.IntRange(1, 8).Draw(t, "parts") {
			if rapid.Bool().Draw(t, "address") {
				n := rapid.SampledFrom(numbers).Draw(t, "number")
				a := strings.ReplaceAll(rapid.SampledFrom(addresses).Draw(t, "shape"), "%s", n)
				parts, want = append(parts, a), append(want, a)
				continue
			}
			parts = append(parts, rapid.SampledFrom(noise).Draw(t, "noise"))
		}
		in := strings.Join(parts, " ")
		got, _ := mask.Text(in)
		for _, a := range want {
			if !strings.Contains(got, a) {
				t.Fatalf("Text(%q) = %q lost %q", in, got, a)
			}
		}
		if again, removed := mask.Text(got); again != got || removed != nil {
			t.Fatalf("not idempotent: %q then %q", got, again)
		}
	})
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"081234567890", "https://wa.me/6281234567890", "a@b.id", "3273 0112 0385 0001", "+62\u200b812", "b.id@c.id/08123456789", "\xff08123456789"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		spans := mask.Find(s)
		last := 0
		addresses := mask.Addresses(s)
		for _, sp := range spans {
			if sp.Start < last || sp.End <= sp.Start || sp.End > len(s) {
				t.Fatalf("span %v out of order in %q", sp, s)
			}
			last = sp.End
			for _, a := range addresses {
				if sp.Start < a[1] && a[0] < sp.End {
					t.Fatalf("span %v lies in address %q of %q", sp, s[a[0]:a[1]], s)
				}
			}
		}
		got, _ := mask.Text(s)
		if again, removed := mask.Text(got); again != got || removed != nil {
			t.Fatalf("not idempotent: %q, %q, %q", s, got, again)
		}
	})
}
