package link_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"ronda"
	"ronda/internal/link"
)

const packDir = "../election/packs/pilkada-2024/platforms"

// platforms reads the shipped pack's data, without its loader: stages do not import one another.
func platforms(t testing.TB) []ronda.Platform {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(packDir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no platforms in %s: %v", packDir, err)
	}
	var out []ronda.Platform
	for _, f := range files {
		out = append(out, readPlatform(t, f))
	}
	return out
}

func readPlatform(t testing.TB, file string) ronda.Platform {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var p ronda.Platform
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return p
}

// everything is the pack and the open web: all data that examples are held to.
func everything(t testing.TB) []ronda.Platform {
	t.Helper()
	return append(platforms(t), readPlatform(t, "web.json"))
}

func parser(t testing.TB) *link.Parser {
	t.Helper()
	p, err := link.New(platforms(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPatternsHoldTheirExamples: an example belongs to its own pattern's service and kind, has the id it says, and every further
// form of it, and its canonical address, have the same key.
func TestPatternsHoldTheirExamples(t *testing.T) {
	t.Parallel()
	p := parser(t)
	for _, s := range everything(t) {
		for _, f := range s.Patterns {
			l, err := p.Parse(f.Example)
			if err != nil {
				t.Errorf("%s %s: %s: %v", s.ID, f.Kind, f.Example, err)
				continue
			}
			if l.Platform != s.ID || l.Kind != f.Kind || l.NeedsResolve != f.NeedsResolve || l.Private != f.PrivateSpace {
				t.Errorf("%s is %s/%s (resolve %t, private %t), want %s/%s", f.Example, l.Platform, l.Kind, l.NeedsResolve, l.Private, s.ID, f.Kind)
			}
			if f.ExampleID != "" && l.ID != f.ExampleID {
				t.Errorf("%s has id %q, want %q", f.Example, l.ID, f.ExampleID)
			}
			for _, other := range append([]string{l.Canonical}, f.Examples...) {
				again, err := p.Parse(other)
				if err != nil || again.Key != l.Key {
					t.Errorf("%s: %s has key %q, want %q (%v)", f.Example, other, again.Key, l.Key, err)
				}
			}
		}
	}
}

func TestRedirectorsLeadToTheirTarget(t *testing.T) {
	t.Parallel()
	p := parser(t)
	for _, s := range everything(t) {
		for _, r := range s.Redirectors {
			l, err := p.Parse(r.Example)
			if err != nil || l.Canonical != r.Leads {
				t.Errorf("%s: %s leads to %q, want %q (%v)", s.ID, r.Example, l.Canonical, r.Leads, err)
				continue
			}
			want := append([]string{"redirector"}, r.Flag)
			for _, flag := range want {
				if flag != "" && !has(l.Flags, flag) {
					t.Errorf("%s has flags %v, want %s among them", r.Example, l.Flags, flag)
				}
			}
		}
	}
}

func TestAppLinksLeadToTheWeb(t *testing.T) {
	t.Parallel()
	p := parser(t)
	for _, s := range everything(t) {
		for _, a := range s.AppLinks {
			l, err := p.Parse(a.Example)
			if err != nil {
				t.Errorf("%s: %s: %v", s.ID, a.Example, err)
				continue
			}
			want, err := p.Parse(a.Leads)
			if err != nil || l.Key != want.Key || !has(l.Flags, "app_link") {
				t.Errorf("%s: %s is %s %v, want %s (%v)", s.ID, a.Example, l.Key, l.Flags, want.Key, err)
			}
		}
	}
}

func TestFrontPagesAreRefused(t *testing.T) {
	t.Parallel()
	p := parser(t)
	for _, s := range everything(t) {
		for _, f := range s.FrontPages {
			for _, example := range append([]string{f.Example}, f.Examples...) {
				l, err := p.Parse(example)
				var refusal *link.Error
				if !errors.As(err, &refusal) || refusal.Code != "link."+f.What || refusal.Platform != s.ID {
					t.Errorf("%s: %s gives %+v, %v; want link.%s of %s", s.ID, example, l, err, f.What, s.ID)
				}
			}
		}
	}
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
