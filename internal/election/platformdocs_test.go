package election_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"ronda/internal/election"
)

var updateDocs = flag.Bool("update-docs", false, "write docs/platforms.md anew")

// TestPlatformDocs holds docs/platforms.md to the pack: one section for each service, with its channels and what is not verified.
func TestPlatformDocs(t *testing.T) {
	t.Parallel()
	pack, err := election.Builtin("pilkada-2024")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# Platforms\nOne section for each service of the election pack. It is made from the pack's data: `go test ./internal/election -run PlatformDocs -update-docs`.\nHow the channels behave: [channels.md](channels.md). Which addresses are understood: [links.md](links.md).\n")
	for _, p := range pack.Platforms {
		fmt.Fprintf(&b, "\n## %s (`%s`)\n", p.Name, p.ID)
		fmt.Fprintf(&b, "Signed the declaration: %s. Representative in the country: %s. Entity: %s (%s).\n\n", yesNo(p.Signatory), yesNo(p.Represented), p.Entity.Name, p.Entity.Status)
		fmt.Fprintf(&b, "**What works.** %d forms of address; %d rules that a flag can cite. Private messages get no act%s.\n\n", len(p.Patterns), len(p.Policies),
			map[bool]string{true: " (most of this service)", false: ""}[p.Private])
		b.WriteString("**Channels, best first.**\n")
		for _, c := range p.Channels {
			fmt.Fprintf(&b, "- %s (`%s`, %s). Proof of receipt: %s\n", c.Name.In("en"), c.Kind, c.Status, c.Proof.In("en"))
		}
		b.WriteString("\n**Unverified.**\n")
		for _, u := range p.Unverified {
			fmt.Fprintf(&b, "- %s\n", u.In("en"))
		}
		if len(p.Unverified) == 0 {
			t.Errorf("%s says of nothing that it is unverified", p.ID)
		}
	}
	const name = "../../docs/platforms.md"
	if *updateDocs {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(name)
	if err != nil || string(have) != b.String() {
		t.Errorf("%s is not what the pack says (%v): write it anew with -update-docs", name, err)
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
