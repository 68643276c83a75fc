package link_test

import (
	"fmt"
	"strings"
	"testing"

	"ronda/internal/link"
)

func TestFind(t *testing.T) {
	t.Parallel()
	p := parser(t)
	for text, want := range map[string][]string{
		"*VIRAL!!* Surat suara sudah dicoblos 😱 https://vt.tiktok.com/ZSNabc123/ sebarkan ke semua grup": {"tiktok:vt.tiktok.com:ZSNabc123"},
		"Lihat (https://www.instagram.com/p/C8abcDEFghi/), lalu wa.me/6281234567890.":                    {"instagram:media:C8abcDEFghi", "whatsapp:contact:6281234567890"},
		"vt.tiktok.com/ZSNabc123 dan t.me/durov/123! juga fb.watch/AbCdEf123?":                           {"tiktok:vt.tiktok.com:ZSNabc123", "telegram:post:durov/123", "facebook:fb_watch:AbCdEf123"},
		"_https://youtu.be/YpR7CR8D8LE_ _":                                                               {"youtube:video:YpR7CR8D8LE"},
		"_https://youtu.be/YpR7CR8D8L_ _":                                                                {}, // without its marks the id is too short
		"akun bawaslu_ri https://youtu.be/YpR7CR8D8L_":                                                   {"youtube:video:YpR7CR8D8L_"},
		"https://t.me/durov/1,https://t.me/durov/2;https://t.me/durov/3":                                 {"telegram:post:durov/1", "telegram:post:durov/2", "telegram:post:durov/3"},
		"https://t.me/durov/1https://t.me/durov/2":                                                       {"telegram:post:durov/1", "telegram:post:durov/2"},
		"[Judul](https://www.kpu.go.id/a_(b)) <https://x.com/jack/status/20>":                            {"web:page:kpu.go.id/a_(b)", "x:post:20"},
		"Sumber: detik.com, www.kompas.com/a. Bukan laporan.pdf, bukan selesai.Jangan, bukan a.b":        {"web:page:detik.com", "web:page:kompas.com/a"},
		"surel medsos@bawaslu.go.id dan @kpu_ri, nomor 0812-3456-7890, jam 08.00, Rp1.000.000":           {},
		"https://vt.tiktok.com/ZSN\u200babc123/\u2060 dan t.me/\u200bdurov/5":                            {"tiktok:vt.tiktok.com:ZSNabc123", "telegram:post:durov/5"},
		"hxxps://evil[.]example[.]org/a tg://resolve?domain=durov&post=7":                                {"web:page:evil.example.org/a", "telegram:post:durov/7"},
		"https://web.archive.org/web/2024/https://t.me/durov/9":                                          {"telegram:post:durov/9"},
		"Klik:https://s.id/abc\nKlik 👉https://s.id/def👈":                                                 {"web:short:s.id/abc", "web:short:s.id/def"},
		"https://www.tiktok.com/ https://www.tiktok.com/@a":                                              {"tiktok:profile:a"},
		"https://t.me/durov/1 https://t.me/Durov/1?single https://telegram.me/durov/1":                   {"telegram:post:durov/1"},
		"":                   {},
		"... :// // http://": {},
	} {
		var got []string
		for _, l := range p.FindAll(text) {
			got = append(got, l.Key)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
	}
}

// TestFindLimits: a text full of addresses costs no more than the limit.
func TestFindLimits(t *testing.T) {
	t.Parallel()
	p := parser(t)
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "https://t.me/durov/%d ", i+1)
	}
	if n := len(p.Find(b.String(), 0)); n != link.MaxFound {
		t.Errorf("found %d, want %d", n, link.MaxFound)
	}
	if n := len(p.Find(b.String(), 7)); n != 7 {
		t.Errorf("found %d, want 7", n)
	}
}

// TestFindTellsWhatWasRefused: a front page in a message is reported with its code, so that the page can help.
func TestFindTellsWhatWasRefused(t *testing.T) {
	t.Parallel()
	found := parser(t).Find("ini linknya https://www.tiktok.com/ ya", 0)
	if len(found) != 1 || found[0].Err == nil || found[0].Raw != "https://www.tiktok.com/" || found[0].Start != 12 {
		t.Errorf("found %+v", found)
	}
}

func ExampleParser_Parse() {
	p, err := link.New(nil) // the pack's platforms; none here
	if err != nil {
		fmt.Println(err)
		return
	}
	l, err := p.Parse("https://web.archive.org/web/2024/http://Kpu.go.id:80/berita?utm_source=wa&id=7#atas")
	fmt.Println(l.Platform, l.Kind, l.Canonical, l.Domain, l.Flags, err)
	_, err = p.Parse("mailto:warga@example.org")
	fmt.Println(err)
	// Output:
	// web page http://kpu.go.id/berita?id=7 kpu.go.id [redirector archive] <nil>
	// this is not a web address (http or https)
}
