package web_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/link"
	"ronda/internal/mask"
	"ronda/internal/match"
	"ronda/internal/throttle"
)

var (
	templateKey = regexp.MustCompile(`[{(]\s*t "([a-z0-9_.-]+)"`)
	goKey       = regexp.MustCompile(`\.T\("([a-z0-9_.-]+)"[,)]`)
	navKey      = regexp.MustCompile(`Text: "([a-z0-9_.-]+)", Path:`)
	iconName    = regexp.MustCompile(`icon "([a-z0-9-]+)"|Icon: "([a-z0-9-]+)"`)
)

// sources reads the templates and the Go files of this package and of frame.
func sources(t testing.TB) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		ext := path.Ext(name)
		if err != nil || d.IsDir() || ext != ".html" && ext != ".go" || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "testdata") {
			return err
		}
		b, err := os.ReadFile(name)
		out[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func printer(t testing.TB) i18n.Printer {
	t.Helper()
	c, err := i18n.Load("id", "en")
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer("id", nil)
}

// TestTextsExist finds every key that a template or an action names in so many words.
func TestTextsExist(t *testing.T) {
	t.Parallel()
	p := printer(t)
	for name, src := range sources(t) {
		for _, re := range []*regexp.Regexp{templateKey, goKey, navKey} {
			for _, m := range re.FindAllStringSubmatch(src, -1) {
				if !strings.HasSuffix(m[1], ".") && !p.Has(m[1]) {
					t.Errorf("%s: no text %q", name, m[1])
				}
			}
		}
	}
}

// TestMadeTextsExist checks the keys that are put together from a word of the domain.
func TestMadeTextsExist(t *testing.T) {
	t.Parallel()
	p := printer(t)
	var keys []string
	for _, v := range ronda.Verdicts() {
		keys = append(keys, "verdict."+string(v))
	}
	for _, r := range ronda.CloseReasons() {
		keys = append(keys, "ticket.finished."+string(r))
	}
	for _, s := range []ronda.TicketState{ronda.TicketReceived, ronda.TicketReviewing, ronda.TicketMerged, ronda.TicketNeedsInfo, ronda.TicketPassed, ronda.TicketFinished} {
		keys = append(keys, "ticket.state."+string(s))
	}
	for _, s := range []ronda.ItemState{ronda.ItemOpen, ronda.ItemPending, ronda.ItemRemoved, ronda.ItemRestricted, ronda.ItemLabelled, ronda.ItemReduced,
		ronda.ItemAccount, ronda.ItemDeclined, ronda.ItemNeedsInfo, ronda.ItemRestored, ronda.ItemWithdrawn} {
		keys = append(keys, "item."+string(s))
	}
	for _, k := range []mask.Kind{mask.Phone, mask.Email, mask.NIK, mask.Card} {
		keys = append(keys, "masked."+string(k))
	}
	for _, code := range link.Codes() {
		keys = append(keys, "error."+code)
	}
	for _, r := range []string{match.ReasonSameSentence, match.ReasonWordsInCommon, match.ReasonSameAddress, match.ReasonNearDuplicate,
		match.ReasonSameNumbers, match.ReasonDisguisedText, match.ReasonRespelled} {
		keys = append(keys, "match.reason."+r)
	}
	for budget := range throttle.Budgets() {
		keys = append(keys, "error.limit."+budget)
	}
	for _, n := range []string{"1", "2", "3", "4", "5"} {
		keys = append(keys, "urgency."+n)
	}
	for _, k := range []string{"invalid", "not_found", "conflict", "forbidden", "limited", "internal"} {
		keys = append(keys, "error.kind."+k, "error.page."+k)
	}
	for _, key := range keys {
		if !p.Has(key) {
			t.Errorf("no text %q", key)
		}
	}
}

// TestIconsAreUsed keeps the folder of icons to those that a page draws.
func TestIconsAreUsed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, src := range sources(t) {
		for _, m := range iconName.FindAllStringSubmatch(src, -1) {
			used[m[1]+m[2]] = true
		}
	}
	files, err := os.ReadDir("icons")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := strings.TrimSuffix(f.Name(), ".svg"); !used[name] {
			t.Errorf("icon %s is in no page", name)
		}
		delete(used, strings.TrimSuffix(f.Name(), ".svg"))
	}
	for name := range used {
		t.Errorf("no icon %q", name)
	}
}
