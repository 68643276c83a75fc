package i18n_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"ronda"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	c := load(t)
	id, en := c.Printer("id", nil), c.Printer("en", nil)
	for _, tt := range []struct{ got, want string }{
		{id.Number(0), "0"},
		{id.Number(999), "999"},
		{id.Number(1000), "1.000"},
		{id.Number(-1234567), "−1.234.567"},
		{en.Number(1234567), "1,234,567"},
		{id.Decimal(1234.56, 1), "1.234,6"},
		{id.Decimal(-0.25, 2), "−0,25"},
		{en.Decimal(1234.5, 1), "1,234.5"},
		{id.Percent(1, 8), "12,5\u00a0%"},
		{id.Percent(1, 0), "–"},
		{id.Bytes(1), "1 kB"},
		{id.Bytes(5 << 20), "5,2 MB"},
		{id.List([]string{"a"}), "a"},
		{id.List([]string{"a", "b"}), "a dan b"},
		{en.List([]string{"a", "b", "c"}), "a, b and c"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestNumberKeepsItsDigits(t *testing.T) {
	t.Parallel()
	p := load(t).Printer("id", nil)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Min(0).Draw(t, "n")
		parts := strings.Split(p.Number(n), ".")
		for i, part := range parts {
			if len(part) > 3 || i > 0 && len(part) != 3 || part == "" {
				t.Fatalf("groups of %d: %q", n, parts)
			}
		}
	})
}

func TestTimes(t *testing.T) {
	t.Parallel()
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	at := time.Date(2024, 11, 20, 7, 5, 0, 0, time.UTC)
	c := load(t)
	id, en := c.Printer("id", zone("Asia/Jakarta")), c.Printer("en", zone("Asia/Jakarta"))
	for _, tt := range []struct{ got, want string }{
		{id.Time(at), "20 Nov 2024, 14.05 WIB"},
		{id.TimeIn(at, zone("Asia/Makassar")), "20 Nov 2024, 15.05 WITA"},
		{id.TimeIn(at, zone("Asia/Jayapura")), "20 Nov 2024, 16.05 WIT"},
		{en.Time(at), "20 Nov 2024, 14:05 WIB"},
		{id.Date(time.Date(2024, 8, 30, 20, 0, 0, 0, time.UTC)), "31 Agu 2024"},
		{id.Day("2024-05-01"), "1 Mei 2024"},
		{id.Day("Mei 2024"), "Mei 2024"},
		{id.Time(time.Time{}), "–"},
		{id.Relative(at.Add(3*time.Hour+59*time.Minute), at), "3 jam lagi"},
		{id.Relative(at.Add(-49*time.Hour), at), "2 hari lalu"},
		{id.Relative(at.Add(-10*time.Second), at), "baru saja"},
		{id.Relative(at.Add(10*time.Second), at), "sebentar lagi"},
		{en.Relative(at.Add(time.Hour), at), "in 1 hour"},
		{en.Relative(at.Add(-2*time.Minute), at), "2 minutes ago"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestError(t *testing.T) {
	t.Parallel()
	p := load(t).Printer("id", time.FixedZone("WIB", 7*3600))
	limited := ronda.Errorf(ronda.Limited, "limit.code", "").With("until", "2024-11-20T03:15:00Z")
	both := &ronda.Error{Kind: ronda.Invalid, Code: "report.invalid", Fields: []*ronda.Error{
		ronda.Errorf(ronda.Invalid, "report.category_missing", "category"),
		ronda.Errorf(ronda.Invalid, "report.too_many_links", "link").With("limit", "1200"),
	}}
	for _, tt := range []struct{ got, want string }{
		{p.Error(limited), "Terlalu banyak percobaan. Coba lagi pukul 10.15 WIB."},
		{p.Error(errors.New("pq: password wrong")), p.T("error.kind.internal")},
		{p.Error(ronda.Errorf(ronda.Forbidden, "no.such.text", "")), p.T("error.kind.forbidden")},
		{p.Fields(both)[0].Text, "Pilih masalah yang Anda temukan"},
		{p.Fields(both)[1].Text, "Paling banyak 1.200 tautan dalam satu laporan"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	if got := p.Fields(limited); len(got) != 0 {
		t.Errorf("an error without a field made faults of a form: %v", got)
	}
}
