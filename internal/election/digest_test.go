package election_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ronda/internal/election"
)

// The digest of a pack is what other people's tools print, and another one when a file changes.
func TestDigest(t *testing.T) {
	t.Parallel()
	sum, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("sha256sum is not installed")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("packs/pilkada-2024")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", "find . -type f | sed 's|^./||' | LC_ALL=C sort | xargs "+sum+" | "+sum)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	pack, err := election.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Fields(string(out))[0]; pack.SHA256 != want {
		t.Errorf("digest %s, sha256sum says %s", pack.SHA256, want)
	}
	builtin, err := election.Builtin("pilkada-2024")
	if err != nil || builtin.SHA256 != pack.SHA256 {
		t.Errorf("the pack in the binary has %s, %v", builtin.SHA256, err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "LICENSES.md"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("x"); err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	if changed, err := election.Open(dir); err != nil || changed.SHA256 == pack.SHA256 {
		t.Errorf("a changed file has the same digest, %v", err)
	}
}
