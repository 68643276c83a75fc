package link_test

import (
	"strings"
	"testing"
	"time"

	"ronda/internal/link"
)

// TestCostIsBounded: the worst that fits into the limits costs little more than its length.
func TestCostIsBounded(t *testing.T) {
	t.Parallel()
	p := parser(t)
	units := []string{"http:/", "://", "https://a.id/", "a.", ".", "%", "%25", "%2f", "(", "*", "_", "[", "@", "&a=1", "?", "#", "//", "../", "xn--a.", "о", "。", "\u200b", " ",
		"\\", "a ", "wa.me/1 ", "a.id,", "-", "&amp;", "https%3A%2F%2F", "w.w.w.", "aaaa:", "intent://", "1.", "0x", "é.", "ａ", "t.me/a/1\n"}
	for _, unit := range units {
		for _, prefix := range []string{"", "https://www.facebook.com/", "https://example.org/?u=", "https://", "https://t.me/", "https://web.archive.org/web/1/"} {
			raw := prefix + strings.Repeat(unit, (link.MaxInput-len(prefix))/len(unit))
			start := time.Now()
			l, err := p.Parse(raw)
			if took := time.Since(start); took > 500*time.Millisecond {
				t.Errorf("Parse of %q and %d times %q took %v", prefix, (link.MaxInput-len(prefix))/len(unit), unit, took)
			}
			if err == nil && l.Key == "" {
				t.Errorf("%q: no key", raw[:40])
			}
		}
		text := strings.Repeat(unit, 1<<18/len(unit))
		start := time.Now()
		if n := len(p.Find(text, 0)); n > link.MaxFound {
			t.Errorf("found %d in %q", n, unit)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("Find in 256 KiB of %q took %v", unit, took)
		}
	}
}
