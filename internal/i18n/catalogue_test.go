package i18n_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"ronda/internal/i18n"
)

func load(t testing.TB) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load("id", "en")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoadRefusesDifferences(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, id, en, want string
	}{
		{"missing in English", `{"a":"x","b":"y"}`, `{"a":"x"}`, `"b" is missing in en`},
		{"missing in Indonesian", `{"a":"x"}`, `{"a":"x","c":"y"}`, `"c" is missing in id`},
		{"other placeholders", `{"a":"{n} hari"}`, `{"a":"{days} days"}`, "placeholders"},
		{"unknown plural", `{"a":"x"}`, `{"a":{"few":"x"}}`, `unknown plural form "few"`},
		{"no JSON", `{"a":`, `{}`, "read messages of id/x.json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fsys := fstest.MapFS{"id/x.json": {Data: []byte(tt.id)}, "en/x.json": {Data: []byte(tt.en)}}
			_, err := i18n.LoadFS(fsys, "id", "en")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestLoadRefusesKeyTwice(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"id/x.json": {Data: []byte(`{"a":"1"}`)}, "id/y.json": {Data: []byte(`{"a":"2"}`)}}
	if _, err := i18n.LoadFS(fsys, "id"); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Fatalf("got %v, want an error about a key that is there twice", err)
	}
}

func TestT(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"id/x.json": {Data: []byte(`{"days":"{n} hari","who":"{a} dan {b}"}`)},
		"en/x.json": {Data: []byte(`{"days":{"one":"{n} day","other":"{n} days"},"who":"{a} and {b}"}`)},
	}
	c, err := i18n.LoadFS(fsys, "id", "en")
	if err != nil {
		t.Fatal(err)
	}
	id, en := c.Printer("id", nil), c.Printer("en", nil)
	for _, tt := range []struct{ got, want string }{
		{id.T("days", "n", 1), "1 hari"},
		{id.T("days", "n", 12345), "12.345 hari"},
		{en.T("days", "n", 1), "1 day"},
		{en.T("days", "n", 12345), "12,345 days"},
		{en.T("who", "a", "{b}", "b", "Siti"), "{b} and Siti"}, // an argument is never read as a placeholder
		{id.T("nothing"), "⟦nothing⟧"},
		{c.Printer("fr", nil).T("days", "n", 2), "2 hari"}, // an unknown language falls back to the first
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

// TestWords holds the copy to the rules that every writer agreed on.
func TestWords(t *testing.T) {
	t.Parallel()
	c := load(t)
	id, en := c.Printer("id", nil), c.Printer("en", nil)
	for _, key := range c.Keys() {
		words := strings.ToLower(id.T(key, "n", 2))
		for _, bad := range []string{"antrian", "walikota", "silahkan", "anda\u2019", "di laporkan", "merubah"} {
			if strings.Contains(words, bad) {
				t.Errorf("%s: %q must not be written", key, bad)
			}
		}
		if strings.HasPrefix(key, "error.") && !strings.HasPrefix(key, "error.kind.internal") {
			for _, bad := range []string{"mohon", "silakan", "maaf"} {
				if slices.Contains(strings.Fields(words), bad) {
					t.Errorf("%s: a fault does not say %q", key, bad)
				}
			}
		}
		if strings.Contains(words, "⟦") || strings.Contains(en.T(key, "n", 1), "⟦") {
			t.Errorf("%s: no text", key)
		}
		for _, both := range []string{id.T(key, "n", 2), en.T(key, "n", 2), en.T(key, "n", 1)} {
			if strings.TrimSpace(both) != both || both == "" {
				t.Errorf("%s: %q is empty or has blanks around it", key, both)
			}
		}
	}
}
