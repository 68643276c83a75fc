package ronda_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// stages are the nine stages of the flow, each with the packages below it.
var stages = []string{"intake", "link", "fingerprint", "match", "evidence", "casework", "notice", "response", "appeal", "ledger", "portal", "keeping", "partner", "research", "publish", "campaign"}

// technical packages know nothing of a stage, so that everyone may use them.
var technical = []string{"backup", "config", "i18n", "job", "keys", "mask", "safefetch", "throttle", "evidence/diskfile", "evidence/warc"}

// exceptions are imports across a line that is drawn above, each with its reason.
var exceptions = map[string][]string{
	// Text for the index is folded the way that fingerprints fold it; two ways of folding would find different things.
	"match": {"fingerprint"},
	// This tool fits the weights of the matcher to measured cases. No other package imports it.
	"match/fit": {"fingerprint", "eval"},
}

// TestImportsGoOneWay holds the direction web, api, tipline → stages → root package ← store. Tests may import what they like.
func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "./...").Output()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	seen := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		pkg, rest, _ := strings.Cut(line, " ")
		seen[pkg] = true
		for _, dep := range strings.Fields(rest) {
			if dep != "ronda" && !strings.HasPrefix(dep, "ronda/") {
				if pkg == "ronda" && outsideOfRules(dep) {
					t.Errorf("the root package holds rules only and must not import %s", dep)
				}
				continue
			}
			if why := refuse(strings.TrimPrefix(pkg, "ronda/internal/"), strings.TrimPrefix(dep, "ronda/internal/")); why != "" {
				t.Errorf("%s imports %s: %s", pkg, dep, why)
			}
		}
	}
	for _, must := range []string{"ronda", "ronda/cmd/ronda", "ronda/internal/store", "ronda/internal/web", "ronda/internal/casework"} {
		if !seen[must] {
			t.Errorf("package %s was not looked at", must)
		}
	}
}

// outsideOfRules says whether a package brings the outside world into the rules.
func outsideOfRules(dep string) bool {
	return strings.HasPrefix(dep, "net/http") || strings.HasPrefix(dep, "database/") || strings.HasPrefix(dep, "os") || strings.Contains(dep, ".")
}

// refuse says why a package must not import another, or nothing. Both are given without "ronda/internal/".
func refuse(pkg, dep string) string {
	stage, other := stageOf(pkg), stageOf(dep)
	switch {
	case strings.HasPrefix(pkg, "ronda/cmd/") || dep == "ronda" && pkg != "ronda":
		return ""
	case pkg == "casework/caseworktest":
		return "" // a rig for tests of several stages: it joins a store, a pack and the log as a server does
	case pkg == "ronda":
		return "the root package imports no other"
	case slices.Contains(technical, pkg):
		return ifNot(slices.Contains(technical, dep), "a technical package knows nothing of a stage")
	case slices.Contains(technical, dep):
		return ""
	case strings.HasPrefix(pkg, "store") || pkg == "demo" || pkg == "account" || pkg == "election":
		return ifNot(below(dep, "store") && pkg == "store/storetest", "it imports the root package only")
	case stage != "":
		return ifNot(other == stage || slices.Contains(exceptions[pkg], dep), "stages do not import one another, nor what stands above them")
	case below(pkg, "web") || below(pkg, "api") || below(pkg, "tipline"):
		return ifNot(other != "" || dep == "account" || below(dep, strings.SplitN(pkg, "/", 2)[0]), "pages and doors import stages and the people's accounts")
	case below(pkg, "eval"):
		return ifNot(other == "match" || other == "fingerprint", "measuring needs what is measured")
	}
	return "this package has no place in the order of imports: give it one in this test"
}

func stageOf(pkg string) string {
	head, _, _ := strings.Cut(pkg, "/")
	if slices.Contains(stages, head) {
		return head
	}
	return ""
}

func below(pkg, head string) bool { return pkg == head || strings.HasPrefix(pkg, head+"/") }

func ifNot(allowed bool, why string) string {
	if allowed {
		return ""
	}
	return why
}

// TestImportRuleBites shows that the rule refuses what it is there to refuse.
func TestImportRuleBites(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ pkg, dep string }{
		{"casework", "notice"}, {"intake", "match"}, {"intake", "store"}, {"store", "casework"}, {"ledger", "web"}, {"web", "store"}, {"api", "web"}, {"ronda", "store"},
		{"mask", "intake"}, {"brandnew", "store"},
	} {
		if refuse(x.pkg, x.dep) == "" {
			t.Errorf("%s may import %s", x.pkg, x.dep)
		}
	}
	for _, x := range []struct{ pkg, dep string }{{"intake", "mask"}, {"web", "intake"}, {"web", "web/frame"}, {"store", "ronda"}, {"ledger", "ledger/witness"}, {"ronda/cmd/ronda", "store"}} {
		if why := refuse(x.pkg, x.dep); why != "" {
			t.Errorf("%s must be allowed to import %s: %s", x.pkg, x.dep, why)
		}
	}
}
