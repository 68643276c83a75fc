package link_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"ronda/internal/link"
)

// TestAddressesAsTheyAreShared reads testdata/shared.tsv: an address as apps and people share it, then its kind and its key, or
// the code of its refusal. "resolve" and "private" behind the key say that it is marked so.
func TestAddressesAsTheyAreShared(t *testing.T) {
	t.Parallel()
	p := parser(t)
	data, err := os.ReadFile("testdata/shared.tsv")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		raw, want, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("line without a tab: %q", line)
		}
		l, err := p.Parse(raw)
		got := describe(l, err)
		if got != want {
			t.Errorf("%s is %q, want %q", raw, got, want)
		}
		if service := strings.TrimPrefix(l.Platform, link.Web); service != "" {
			seen[service] = true
		}
	}
	for _, s := range platforms(t) {
		if !seen[s.ID] {
			t.Errorf("no address of %s in the file", s.ID)
		}
	}
}

func describe(l link.Link, err error) string {
	var refusal *link.Error
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	parts := []string{l.Kind, l.Key}
	if l.NeedsResolve {
		parts = append(parts, "resolve")
	}
	if l.Private {
		parts = append(parts, "private")
	}
	return strings.Join(parts, "\t")
}
