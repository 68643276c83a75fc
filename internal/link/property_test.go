package link_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ronda/internal/link"
)

// examples gives every address that the data knows to be an item.
func examples(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, s := range everything(t) {
		for _, f := range s.Patterns {
			out = append(append(out, f.Example), f.Examples...)
		}
	}
	return out
}

// TestDressingKeepsTheKey: whatever a share button, a browser or a chat adds to an address, it stays the same item.
func TestDressingKeepsTheKey(t *testing.T) {
	t.Parallel()
	p := parser(t)
	var plain []string
	for _, e := range examples(t) {
		if strings.HasPrefix(e, "https://") && !strings.ContainsAny(e, "#") {
			plain = append(plain, e)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		raw := rapid.SampledFrom(plain).Draw(rt, "example")
		want, err := p.Parse(raw)
		if err != nil {
			rt.Fatalf("%s: %v", raw, err)
		}
		dressed := raw
		for range rapid.IntRange(1, 3).Draw(rt, "times") {
			dressed = dress(rt, dressed)
		}
		got, err := p.Parse(dressed)
		if err != nil || got.Key != want.Key {
			rt.Fatalf("%q is %q, but %q is %q (%v)", dressed, got.Key, raw, want.Key, err)
		}
	})
}

func dress(rt *rapid.T, raw string) string {
	scheme, rest, found := strings.Cut(raw, "://")
	if !found || strings.HasPrefix(raw, "<") || strings.HasPrefix(raw, " ") {
		return raw
	}
	end := strings.IndexAny(rest+"/", "/?")
	host, tail := rest[:end], rest[end:]
	bare := !strings.ContainsAny(host, ":。\u200b")
	switch rapid.IntRange(0, 8).Draw(rt, "dress") {
	case 0:
		host = strings.ToUpper(host)
	case 1:
		scheme = strings.ToUpper(scheme)
	case 2:
		if bare {
			host = strings.TrimSuffix(host, ".") + "."
		}
	case 3:
		extra := rapid.SampledFrom([]string{"fbclid=IwAR0x", "utm_source=wa&utm_medium=chat", "gclid=1", "_branch_match_id=2"}).Draw(rt, "tracking")
		if strings.Contains(tail, "?") {
			tail += "&" + extra
		} else {
			tail += "?" + extra
		}
	case 4:
		if bare {
			host += ":443"
		}
	case 5:
		if bare {
			at := rapid.IntRange(0, strings.IndexByte(host, '.')).Draw(rt, "at")
			host = host[:at] + "\u200b" + host[at:]
		}
	case 6:
		host = strings.Replace(host, ".", "。", 1)
	case 7:
		return " " + scheme + "://" + host + tail + "\r\n"
	default:
		return "<" + scheme + "://" + host + tail + ">"
	}
	return scheme + "://" + host + tail
}

// check holds what must be true of every answer.
func check(t interface{ Fatalf(string, ...any) }, p *link.Parser, raw string) {
	l, err := p.Parse(raw)
	if err != nil {
		var refusal *link.Error
		if !errors.As(err, &refusal) || refusal.Error() == refusal.Code || !strings.HasPrefix(refusal.Code, "link.") {
			t.Fatalf("%q: %v is no refusal with words", raw, err)
		}
		return
	}
	if l.Platform == "" || l.Kind == "" || l.ID == "" || l.Domain == "" || l.Input != raw || !strings.HasPrefix(l.Key, l.Platform+":") {
		t.Fatalf("%q: incomplete %+v", raw, l)
	}
	if !strings.HasPrefix(l.Canonical, "https://") && !strings.HasPrefix(l.Canonical, "http://") || strings.ContainsAny(l.Canonical, " \t\r\n\"<>\\") {
		t.Fatalf("%q: canonical %q is no clean address", raw, l.Canonical)
	}
	if len(l.Canonical) > link.MaxInput {
		return // escaping made it longer than what is read
	}
	again, err := p.Parse(l.Canonical)
	if err != nil || again.Key != l.Key || again.Canonical != l.Canonical && again.Kind == l.Kind {
		t.Fatalf("%q: canonical %q is %q %q, want %q (%v)", raw, l.Canonical, again.Key, again.Canonical, l.Key, err)
	}
}

// TestAnyAddress builds addresses from the parts that real ones have and checks every answer.
func TestAnyAddress(t *testing.T) {
	t.Parallel()
	p := parser(t)
	known := examples(t)
	host := rapid.SampledFrom([]string{"www.facebook.com", "m.facebook.com", "fb.watch", "www.instagram.com", "t.me", "web.telegram.org", "x.com", "youtu.be",
		"www.youtube.com", "www.tiktok.com", "vt.tiktok.com", "www.google.com", "docs.google.com", "contoh.blogspot.com", "wa.me", "chat.whatsapp.com", "line.me",
		"today.line.me", "www.threads.net", "sck.io", "contoh.translate.goog", "archive.ph", "bit.ly", "kpu.go.id", "bücher.example.org", "8.8.8.8"})
	segment := rapid.OneOf(rapid.SampledFrom([]string{"posts", "groups", "p", "reel", "watch", "s", "c", "i", "status", "video", "@a.b", "stories", "share", "maps", "d", "..", ".", "", "%2F", "%41"}),
		rapid.StringMatching(`[A-Za-z0-9_.-]{1,20}`), rapid.StringMatching(`[0-9]{1,20}`), rapid.StringN(0, 6, 20))
	rapid.Check(t, func(rt *rapid.T) {
		raw := rapid.SampledFrom(known).Draw(rt, "known")
		if rapid.Bool().Draw(rt, "built") {
			raw = "https://" + host.Draw(rt, "host") + "/" + strings.Join(rapid.SliceOfN(segment, 0, 5).Draw(rt, "path"), "/") +
				rapid.SampledFrom([]string{"", "?", "?v=YpR7CR8D8LE", "?id=1&story_fbid=2", "?q=a+b%20c", "?url=%2Fx", "#!/a/status/1", "#@abcd", "#-1001234567_8"}).Draw(rt, "tail")
		} else {
			at := rapid.IntRange(0, len(raw)).Draw(rt, "at")
			raw = raw[:at] + rapid.SampledFrom([]string{"", "%", "%2F", "/", "//", "?", "&", "#", ".", "@", ":", "\\", "é", "+", "=", "0"}).Draw(rt, "noise") + raw[at:]
		}
		check(rt, p, raw)
	})
}

// FuzzParse: no input makes the parser panic or contradict itself.
func FuzzParse(f *testing.F) {
	for _, e := range examples(f) {
		f.Add(e)
	}
	for _, e := range []string{"https://www.facebook.com@evil.id/\\..//%2e%2e/?u=%00#!/", "intent://x#Intent;scheme=https;end", "http://[::1%25eth0]/", "https://xn--a/",
		"//\\/\\", "https%253A%252F%252F", "tg:resolve?domain=%00", "(((((https://a.id)))))", "https://a.id/%", "https://ß.id/\u200c"} {
		f.Add(e)
	}
	p := parser(f)
	f.Fuzz(func(t *testing.T, raw string) {
		check(t, p, raw)
		for _, found := range p.Find(raw, 0) {
			if found.Start < 0 || found.End > len(raw) || found.Start >= found.End || raw[found.Start:found.End] != found.Raw {
				t.Fatalf("%q: found %+v", raw, found)
			}
		}
	})
}
