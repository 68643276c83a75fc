package link_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"ronda"
)

var update = flag.Bool("update", false, "write the tables of docs/links.md from the data")

const (
	docsFile  = "../../docs/links.md"
	docsStart = "<!-- tables: made from the data by go test ./internal/link -run TestDocs -update -->\n"
	docsEnd   = "<!-- end of tables -->\n"
)

// TestDocsShowTheData: the tables of docs/links.md are those of the pack.
func TestDocsShowTheData(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(data), docsStart)
	_, after, ok2 := strings.Cut(rest, docsEnd)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no place for the tables", docsFile)
	}
	want := before + docsStart + tables(t) + docsEnd + after
	if *update {
		if err := os.WriteFile(docsFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(data) {
		t.Errorf("%s is behind the data; run go test ./internal/link -run TestDocs -update", docsFile)
	}
}

func tables(t *testing.T) string {
	t.Helper()
	p := parser(t)
	var b strings.Builder
	for _, s := range everything(t) {
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n| kind | a form of it | canonical address | evidence |\n|---|---|---|---|\n", s.Name, counts(s))
		for _, f := range s.Patterns {
			l, err := p.Parse(f.Example)
			if err != nil {
				t.Fatal(err)
			}
			kind := f.Kind
			if f.NeedsResolve {
				kind += ", needs resolving"
			}
			if f.PrivateSpace {
				kind += ", private"
			}
			evidence := f.Evidence
			if evidence == "observed_in_public_code" {
				evidence = "observed"
			}
			fmt.Fprintf(&b, "| %s | `%s` | `%s` | %s |\n", kind, cell(f.Example), cell(l.Canonical), evidence)
		}
	}
	b.WriteString("\n")
	return b.String()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func counts(s ronda.Platform) string {
	n := map[string]int{}
	examples := 0
	for _, f := range s.Patterns {
		n[f.Evidence]++
		examples += 1 + len(f.Examples)
	}
	return fmt.Sprintf("%d forms (%d verified, %d seen in public code, %d unverified) with %d examples, %d wrappers, %d kinds of pages that are refused, %d app links, %d mirrors.",
		len(s.Patterns), n["verified"], n["observed_in_public_code"]+n["observed"], n["unverified"], examples, len(s.Redirectors), len(s.FrontPages), len(s.AppLinks), len(s.Mirrors))
}
