package ronda_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDutiesPointers keeps docs/duties.md from naming a rule or a test that is gone.
func TestDutiesPointers(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("docs/duties.md")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		tests.Write(b)
	}
	declares := func(source, name string) bool {
		return regexp.MustCompile(`(?m)^func (\([^)]*\) )?` + regexp.QuoteMeta(name) + `\(`).MatchString(source)
	}
	seen := 0
	for _, m := range regexp.MustCompile("`([a-z_/]+\\.go):(\\w+)`").FindAllStringSubmatch(string(doc), -1) {
		seen++
		b, err := os.ReadFile(m[1])
		if err != nil || !declares(string(b), m[2]) {
			t.Errorf("docs/duties.md names %s:%s, which does not exist (%v)", m[1], m[2], err)
		}
	}
	for _, m := range regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(string(doc), -1) {
		seen++
		if !declares(tests.String(), m[1]) {
			t.Errorf("docs/duties.md names the test %s, which does not exist", m[1])
		}
	}
	if seen < 20 {
		t.Errorf("only %d pointers read: the document's form has changed", seen)
	}
}
