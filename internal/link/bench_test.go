package link_test

import "testing"

// addresses is what reports really hold: mostly items of the services, some short links, some pages of the open web.
var addresses = []string{
	"https://www.tiktok.com/@user.name/video/7301234567890123456?is_from_webapp=1&sender_device=pc&web_id=7301234567890123456",
	"https://vt.tiktok.com/ZSNabc123/",
	"https://m.facebook.com/story.php?story_fbid=1035862816472149&id=116132035111903&mibextid=Nif5oz",
	"https://www.facebook.com/groups/1024490957622648/permalink/1396382447100162/?ref=share",
	"https://www.facebook.com/reel/1183861299622933?mibextid=9drbnH",
	"https://www.facebook.com/share/p/18abcDEF12/",
	"https://www.instagram.com/reel/DceO7gsR0w-/?igsh=MWQ1ZGUxMzBkMA==",
	"https://www.instagram.com/bawasluri/",
	"https://youtu.be/YpR7CR8D8LE?si=AbCdEfGhIjKlMnOp",
	"https://www.youtube.com/watch?v=YpR7CR8D8LE&t=42s",
	"https://t.me/durov/123?single",
	"https://wa.me/6281234567890?text=Halo",
	"https://x.com/KPU_ID/status/1860000000000000000?s=46&t=AbC",
	"https://www.threads.net/@zuck/post/CuVNMTFJ5Yh",
	"https://linevoom.line.me/post/1164666160509083989",
	"https://docs.google.com/forms/d/e/1FAIpQLSabc_DEF/viewform?usp=sf_link",
	"https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.detik.com%2Fpemilu%2Fd-7562089%3Ffbclid%3DIwAR0&h=AT0",
	"https://www.kompas.com/read/2024/11/20/1234/judul?page=all&utm_source=wa",
	"https://bit.ly/3abcDEF",
	"https://contoh.blogspot.com/2024/10/judul-tulisan.html?m=1",
}

func BenchmarkParse(b *testing.B) {
	p := parser(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := p.Parse(addresses[i%len(addresses)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "addresses/s")
}

func BenchmarkParseEach(b *testing.B) {
	p := parser(b)
	for _, raw := range addresses {
		b.Run(raw[8:min(len(raw), 36)], func(b *testing.B) {
			for b.Loop() {
				if _, err := p.Parse(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	p := parser(b)
	text := "Forwarded many times\n*Awas* berita ini _tidak benar_: https://www.tiktok.com/@user.name/video/7301234567890123456 " +
		"dan (lihat t.me/durov/123), bagikan ke semua grup. Sumber www.kompas.com/read/2024/11/20/1234/judul.\n"
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if len(p.Find(text, 0)) != 3 {
			b.Fatal("want 3")
		}
	}
}
