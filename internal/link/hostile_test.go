package link_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"ronda/internal/link"
)

// TestRepairs: what chats, people and attackers do to an address leads to the same item, or to none.
func TestRepairs(t *testing.T) {
	t.Parallel()
	p := parser(t)
	const want = "facebook:profile_name:kpuri"
	for _, raw := range []string{
		"facebook.com/kpuri", "www.facebook.com/kpuri", "//facebook.com/kpuri", "HTTPS://WWW.FACEBOOK.COM/KPURI", "https://www.facebook.com./kpuri",
		"https:/www.facebook.com/kpuri", "https:www.facebook.com/kpuri", "https:///www.facebook.com/kpuri", "https//www.facebook.com/kpuri",
		"https;//www.facebook.com/kpuri", `https:\\www.facebook.com\kpuri`, `https:\/\/www.facebook.com\/kpuri`, "https://https://www.facebook.com/kpuri",
		"http://https//www.facebook.com/kpuri", "htps://www.facebook.com/kpuri", "hxxps://www[.]facebook[.]com/kpuri", "hxxp://facebook(dot)com/kpuri",
		"https[:]//www.facebook.com/kpuri", "https%3A%2F%2Fwww.facebook.com%2Fkpuri", "https%253A%252F%252Fwww.facebook.com%252Fkpuri",
		"https://www.facebook.com/%6b%70uri", "https://www.facebook%2Ecom/kpuri", "https://www.facebook。com/kpuri", "https://ｗｗｗ.ｆａｃｅｂｏｏｋ.com/kpuri",
		"https：／／www.facebook.com/kpuri", "https://www.face\u200bbook.com/kp\u200curi", "\ufeffhttps://www.facebook.com/kpuri\u2060", "\u202ahttps://www.facebook.com/kpuri\u202c",
		"<https://www.facebook.com/kpuri>", "“https://www.facebook.com/kpuri”,", "(https://www.facebook.com/kpuri)", "*https://www.facebook.com/kpuri*",
		"_https://www.facebook.com/kpuri_", "~https://www.facebook.com/kpuri~", "`https://www.facebook.com/kpuri`", "URL: https://www.facebook.com/kpuri",
		"https://www.facebook.com//kpuri//", "https://www.facebook.com/./x/../kpuri", "https://www.facebook.com:443/kpuri", "https://www.facebook.com/kpuri?",
		"https://www.facebook.com/kpuri#", "https://www.facebook.com/kpuri/?fbclid=IwAR0&mibextid=ZbWKwL", "https://www.facebook.com/\tkpuri", "https://www.face\nbook.com/kpuri",
		" https://www.facebook.com/kpuri \n", "Cek akun ini ya https://www.facebook.com/kpuri, tolong", "Dari facebook.com: https://www.facebook.com/kpuri",
		"https://www.facebook.com/kpuri%20", "https://www.facebook.com/kpuri%0A", "https://www.facebook.com/kpuri%3Ffbclid%3DIwAR0",
		"https://www.facebook.com/kpuri&fbclid=IwAR0", "https://www.facebook.com/#!/kpuri", "https://id-id.facebook.com/kpuri", "https://mbasic.facebook.com/kpuri?refid=17",
	} {
		l, err := p.Parse(raw)
		if err != nil || l.Key != want {
			t.Errorf("%q is %q, want %q (%v)", raw, l.Key, want, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	p := parser(t)
	for raw, code := range map[string]string{
		"": "empty", "   ": "empty", "\u200b": "empty", "<>": "empty",
		"https://example.com/" + strings.Repeat("a", link.MaxInput): "too_long",
		"https://example.com/a\x00b":                                "bad_text", "https://exa\x01mple.com/": "bad_text", "https://example.com/\xff": "bad_text",
		"halo apa kabar": "no_address", "halo": "no_address", "selesai.Jangan": "no_address", "laporan.docx": "no_address",
		"https://a.id/1 https://b.id/2": "several", "@kpu_ri": "account_name", "+62 812-3456-7890": "phone_number", "081234567890": "phone_number",
		"medsos@bawaslu.go.id": "email_address", "mailto:a@b.id": "not_http", "javascript:alert(1)": "not_http", "JaVaScRiPt://x.id/%0aalert(1)": "not_http",
		"data:text/html,x": "not_http", "file:///etc/passwd": "not_http", "ftp://example.com/": "not_http", "tel:+62812": "not_http", "blob:x": "not_http",
		"whatsapp://foo": "app_link", "intent://#Intent;end": "app_link", "fb://unknown/1": "app_link", "fb123456789://x": "app_link",
		"http://": "bad_host", "https:///": "bad_host", "https://.com/": "bad_host", "https://a..b.com/": "bad_host", "https://exa mple.com/": "bad_host",
		"https://example.com:99999/": "bad_host", "https://example.com:0x50/": "bad_host", "https://[::g]/": "bad_host", "https://exa%00mple.com/": "bad_host",
		"https://a%2Fb.com/": "bad_host", "https://1.2.3.4.5/": "bad_host", "https://256.1.1.1/": "bad_host", "https://" + strings.Repeat("a", 64) + ".com/": "bad_host",
		"https://" + strings.Repeat("a.", 130) + "com/": "bad_host", "https://server/": "bad_host", "https://a|b.com/": "bad_host",
		"http://localhost:8080/": "private_host", "http://127.0.0.1/": "private_host", "http://127.1/": "private_host", "http://2130706433/": "private_host",
		"http://0x7f.0.0.1/": "private_host", "http://0177.0.0.1/": "private_host", "http://[::1]/": "private_host", "http://[::ffff:127.0.0.1]/": "private_host",
		"http://169.254.169.254/latest/": "private_host", "http://10.0.0.1/": "private_host", "http://192.168.1.1/": "private_host", "http://100.64.0.1/": "private_host",
		"http://0.0.0.0/": "private_host", "http://[fd00::1]/": "private_host", "http://router.local/": "private_host", "http://①②⑦.0.0.1/": "private_host",
	} {
		_, err := p.Parse(raw)
		var refusal *link.Error
		if !errors.As(err, &refusal) || refusal.Code != "link."+code {
			t.Errorf("%.60q gives %v, want link.%s", raw, err, code)
		}
	}
}

func TestHostsThatImitate(t *testing.T) {
	t.Parallel()
	p := parser(t)
	for raw, want := range map[string]struct{ of, flag string }{
		"https://fаcebook.com/kpuri":               {"facebook", "homograph"}, // Cyrillic а
		"https://xn--fcebook-2fg.com/kpuri":        {"facebook", "punycode"},
		"https://faceb00k.com/kpuri":               {"facebook", "homograph"},
		"https://www.lnstagram.com/p/1":            {"instagram", "homograph"},
		"https://tíktok.com/@a":                    {"tiktok", "homograph"},
		"https://уoutube.com/watch":                {"youtube", "mixed_script"},
		"https://twltter.com/a":                    {"x", "homograph"},
		"https://х.com/kpu":                        {"x", "homograph"}, // Cyrillic х
		"https://www.facebook.com.evil.xyz/login":  {"facebook", "brand_in_host"},
		"https://facebook-login.xyz/":              {"facebook", "brand_in_host"},
		"https://whatsapp.com.id/":                 {"whatsapp", "brand_in_host"},
		"https://t.me.evil.id/kpu":                 {"telegram", "brand_in_host"},
		"https://facebook.com@evil.example.com/x":  {"", "userinfo"},
		"https://www.kompas.com/facebook.com":      {"", ""},
		"https://online.id/":                       {"", ""},
		"https://8.8.8.8/":                         {"", "ip_host"},
		"https://134744072/":                       {"", "ip_host"},
		"https://[2001:4860:4860::8888]:8443/":     {"", "port"},
		"https://bücher.example.org/":              {"", "idn"},
		"https://berita.notatld/":                  {"", "unknown_tld"},
		"https://nitter.net/kpu_ri/status/20#m":    {"", "mirror"},
		"https://www.facebook.com:8443/kpuri":      {"", "port"},
		"https://evil@www.facebook.com/kpuri":      {"", "userinfo"},
		"https://www.instagram.com/stories/a/1/":   {"", "ephemeral"},
		"https://wa.me/6281234567890":              {"", "personal_data"},
		"https://www.facebook.com/lasso/some/page": {"", "unknown_form"},
	} {
		l, err := p.Parse(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if l.Lookalike != want.of || want.flag != "" && !has(l.Flags, want.flag) || want.flag == "" && len(l.Flags) > 0 {
			t.Errorf("%s looks like %q with flags %v, want %q with %q", raw, l.Lookalike, l.Flags, want.of, want.flag)
		}
		if l.Lookalike != "" && l.Platform != link.Web {
			t.Errorf("%s was taken for %s", raw, l.Platform)
		}
	}
}

// TestPages: the open web is kept whole, only tracking is taken off.
func TestPages(t *testing.T) {
	t.Parallel()
	p := parser(t)
	for raw, want := range map[string][2]string{
		"HTTP://Kompas.COM:80/a/../b/./c?x=1&fbclid=2#top":                    {"http://kompas.com/b/c?x=1", "kompas.com"},
		"https://www.kpu.go.id/berita?id=1&utm_source=wa&ID=2":                {"https://www.kpu.go.id/berita?id=1&ID=2", "kpu.go.id"},
		"https://a.b.desa.id/x":                                               {"https://a.b.desa.id/x", "b.desa.id"},
		"https://contoh.wordpress.com/?p=12&amp;preview=1":                    {"https://contoh.wordpress.com/?p=12&preview=1", "wordpress.com"},
		"https://id.wikipedia.org/wiki/Washington,_D.C.":                      {"https://id.wikipedia.org/wiki/Washington,_D.C.", "wikipedia.org"},
		"https://id.wikipedia.org/wiki/Ayam_(burung)":                         {"https://id.wikipedia.org/wiki/Ayam_(burung)", "wikipedia.org"},
		"https://example.org/%7euser/%e2%82%ac?q=%41%2f":                      {"https://example.org/~user/%E2%82%AC?q=A%2F", "example.org"},
		"https://example.org/jalan raya":                                      {"", ""},
		"https://example.org/#/berita/1":                                      {"https://example.org/#/berita/1", "example.org"},
		"https://example.org/a#:~:text=hoaks":                                 {"https://example.org/a", "example.org"},
		"https://example.org//a//b":                                           {"https://example.org//a//b", "example.org"},
		"https://example.org?x=1":                                             {"https://example.org/?x=1", "example.org"},
		"https://user:secret@example.org/x":                                   {"https://example.org/x", "example.org"},
		"https://münchen.example.org/ä":                                       {"https://xn--mnchen-3ya.example.org/%C3%A4", "example.org"},
		"https://web.archive.org/web/2024/https://example.org/a?x=1":          {"https://example.org/a?x=1", "example.org"},
		"https://l.facebook.com/l.php?u=http%3A%2F%2Fexample.org%2Fa%3Fb%3D1": {"http://example.org/a?b=1", "example.org"},
	} {
		l, err := p.Parse(raw)
		if want[0] == "" {
			want = [2]string{"https://example.org/jalan", "example.org"}
		}
		if err != nil || l.Canonical != want[0] || l.Domain != want[1] || l.Kind != link.KindPage || l.Platform != link.Web {
			t.Errorf("%s is %s/%s %s of %s, want %v (%v)", raw, l.Platform, l.Kind, l.Canonical, l.Domain, want, err)
		}
	}
}

// TestWrappedTooDeep: an endless wrapping ends.
func TestWrappedTooDeep(t *testing.T) {
	t.Parallel()
	p := parser(t)
	raw := "https://www.detik.com/"
	for range link.MaxDepth + 2 {
		raw = "https://web.archive.org/web/2024/" + raw
	}
	_, err := p.Parse(raw)
	var refusal *link.Error
	if !errors.As(err, &refusal) || refusal.Code != "link.too_deep" {
		t.Errorf("%d wrappings give %v, want link.too_deep", link.MaxDepth+2, err)
	}
}

// TestManyHostsAtOnce: hosts that the data does not name are learnt by many readers at once, and without end.
func TestManyHostsAtOnce(t *testing.T) {
	t.Parallel()
	p := parser(t)
	var readers sync.WaitGroup
	for reader := range 4 {
		readers.Go(func() {
			for i := range 1200 {
				raw := fmt.Sprintf("https://blog-%d.blogspot.co.id/2024/10/a.html", i*4+reader)
				l, err := p.Parse(raw)
				if want := fmt.Sprintf("google:blog_post:blog-%d.blogspot.com/2024/10/a", i*4+reader); err != nil || l.Key != want {
					t.Errorf("%s is %q, want %q (%v)", raw, l.Key, want, err)
					return
				}
			}
		})
	}
	readers.Wait()
}
