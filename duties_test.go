package ronda_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDutiesPointers keeps docs/duties.md and docs/threats.md from naming a rule or a test that is gone. A rule is `file.go:name`, a test `TestX`
// wherever it stands, or `internal/x:TestX` where it must stand in that package. A row that names no test must say why.
func TestDutiesPointers(t *testing.T) {
	t.Parallel()
	tests := testsByFolder(t)
	for _, x := range []struct {
		page  string
		least int
	}{{"docs/duties.md", 120}, {"docs/threats.md", 80}} {
		doc, err := os.ReadFile(x.page)
		if err != nil {
			t.Fatal(err)
		}
		if n := pointers(t, x.page, string(doc), tests); n < x.least {
			t.Errorf("only %d pointers read in %s: its form has changed", n, x.page)
		}
	}
	doc, err := os.ReadFile("docs/duties.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(doc), "\n") {
		said := regexp.MustCompile(`(?i)not covered|does not apply|not kept`).MatchString(line)
		if cells := strings.Split(line, "|"); len(cells) == 5 && strings.TrimSpace(cells[3]) == "" && !said {
			t.Errorf("a duty without a test does not say why: %.80s", line)
		}
	}
}

var (
	testRE = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	ruleRE = regexp.MustCompile("`((?:[a-z0-9_]+/)*[a-z0-9_]+\\.go):(\\w+)`")
	nameRE = regexp.MustCompile("`(?:((?:internal|cmd)/[a-z0-9_/]+):)?(Test\\w+)`")
)

// testsByFolder reads the names of all tests of the module, by folder; "" has all of them.
func testsByFolder(t *testing.T) map[string]map[string]bool {
	t.Helper()
	out := map[string]map[string]bool{"": {}}
	read := func(path string) error {
		b, err := os.ReadFile(path)
		dir := filepath.ToSlash(filepath.Dir(path))
		if out[dir] == nil {
			out[dir] = map[string]bool{}
		}
		for _, m := range testRE.FindAllStringSubmatch(string(b), -1) {
			out[dir][m[1]], out[""][m[1]] = true, true
		}
		return err
	}
	roots, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range append(roots, "internal", "cmd") {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			return read(path)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// pointers follows what a page names, and returns how many there were.
func pointers(t *testing.T, page, doc string, tests map[string]map[string]bool) int {
	t.Helper()
	n := 0
	for _, m := range ruleRE.FindAllStringSubmatch(doc, -1) {
		n++
		b, err := os.ReadFile(m[1])
		declared := regexp.MustCompile(`(?m)^(func (\([^)]*\) )?|type )` + regexp.QuoteMeta(m[2]) + `[\[( ]`)
		if err != nil || !declared.Match(b) {
			t.Errorf("%s names %s:%s, which does not exist (%v)", page, m[1], m[2], err)
		}
	}
	for _, m := range nameRE.FindAllStringSubmatch(doc, -1) {
		n++
		if !tests[m[1]][m[2]] {
			t.Errorf("%s names the test %s, which does not exist in %q", page, m[2], m[1])
		}
	}
	return n
}
