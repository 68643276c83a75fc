package mask_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"ronda/internal/mask"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  halo \r\n dunia\r":              "halo \n dunia",
		"a\u202eb\u2066c":                  "abc",
		"cafe\u0301":                       "café",
		"a\u200bb\ufeff":                   "ab",
		"a\x1b[31mb\x7f":                   "a[31mb",
		"\u0085x\u2028y":                   "x\ny",
		"👩\u200d👩\u200d👧":                  "👩\u200d👩\u200d👧",
		"a\tb":                             "a\tb",
		"x" + strings.Repeat("\u0335", 50): "x" + strings.Repeat("\u0335", 8),
		"a\U000e0041\ufffe":                "a",
	} {
		got, err := mask.Clean(in, 100)
		if err != nil || got != want {
			t.Errorf("Clean(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestCleanRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   string
		want error
	}{
		"NUL":          {"a\x00b", mask.ErrNUL},
		"broken UTF-8": {"a\xc3(", mask.ErrEncoding},
		"surrogate":    {"\xed\xa0\x80", mask.ErrEncoding},
		"too long":     {strings.Repeat("a", 101), mask.ErrTooLong},
		"10 MB":        {strings.Repeat("a", 10<<20), mask.ErrTooLong},
	} {
		if _, err := mask.Clean(c.in, 100); !errors.Is(err, c.want) {
			t.Errorf("%s: Clean error = %v, want %v", name, err, c.want)
		}
	}
	var long *mask.TooLong
	if _, err := mask.Line(strings.Repeat("a ", 300), 100); !errors.As(err, &long) || long.Limit != 100 {
		t.Errorf("Line error = %v, want the limit 100 in it", err)
	}
	if s, err := mask.Clean(strings.Repeat("é", 100), 100); err != nil || utf8.RuneCountInString(s) != 100 {
		t.Errorf("100 accented letters refused: %v", err)
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	if got, err := mask.Line(" Budi \n\t Santoso\r\n", 20); err != nil || got != "Budi Santoso" {
		t.Errorf("Line = %q, %v", got, err)
	}
}

func checkClean(t interface{ Fatalf(string, ...any) }, s string) {
	got, err := mask.Clean(s, 500)
	if err != nil {
		return
	}
	if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) || strings.ContainsAny(got, "\x00\u202e\r\x1b") {
		t.Fatalf("Clean(%q) = %q is not clean", s, got)
	}
	if again, err := mask.Clean(got, 500); err != nil || again != got {
		t.Fatalf("Clean is not idempotent: %q, %q, %q (%v)", s, got, again, err)
	}
}

func TestCleanIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkClean(t, rapid.String().Draw(t, "s")) })
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"a\u202eb", "e\u0301\u034f\u0301", "\u200d\u200d", "\r\r\n", "a\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkClean(t, s) })
}
