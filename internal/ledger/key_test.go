package ledger_test

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"ronda/internal/ledger"
)

// testKey makes a fresh key for a log.
func testKey(t testing.TB, origin string, retired ...string) *ledger.Key {
	t.Helper()
	private, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	k, err := ledger.NewKey(origin, private, retired...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestOpenKey(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys", "log.key")
	first, err := ledger.OpenKey(file, "log.example/ronda", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("key file has mode %04o", info.Mode().Perm())
	}
	again, err := ledger.OpenKey(file, "log.example/ronda", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := first.PublicKeys(), again.PublicKeys(); len(a) != 1 || a[0] != b[0] {
		t.Errorf("opened again it is another key: %v, %v", a, b)
	}
	if _, err := ledger.OpenKey(file, "log.example/demo", rand.Reader); err == nil {
		t.Error("a key of another log was accepted")
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o644} {
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.OpenKey(file, "log.example/ronda", rand.Reader); !errors.Is(err, ledger.ErrKeyOpen) {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

func TestKeyRotation(t *testing.T) {
	t.Parallel()
	const origin = "log.example/ronda"
	old, oldPublic, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	fresh, freshPublic, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	both, err := ledger.NewKey(origin, "# new first\n"+fresh+"\n"+old+"\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(both.PublicKeys(), " "); got != freshPublic+" "+oldPublic {
		t.Errorf("public keys %s", got)
	}
	signed := signEmpty(t, both)
	for _, pinned := range []string{freshPublic, oldPublic} {
		keys, err := ledger.Verifiers(pinned)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.OpenCheckpoint(signed, origin, keys); err != nil {
			t.Errorf("who pins %s cannot follow the rotation: %v", pinned, err)
		}
	}
	after, err := ledger.NewKey(origin, fresh, oldPublic)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := after.Verifiers()
	if err != nil {
		t.Fatal(err)
	}
	onlyOld, err := ledger.NewKey(origin, old)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.OpenCheckpoint(signEmpty(t, onlyOld), origin, keys); err != nil {
		t.Errorf("what a retired key signed is not ours any more: %v", err)
	}
}

// signEmpty has a sequencer sign the empty tree.
func signEmpty(t *testing.T, k *ledger.Key) []byte {
	t.Helper()
	b := newBench(t)
	b.key = k
	if _, err := b.sequencer(t, nil).Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b.disk.Files()["checkpoint"]
}

func TestOpenSeed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "witness.key")
	first, err := ledger.OpenSeed(file, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ledger.OpenSeed(file, rand.Reader)
	if err != nil || len(first) != 32 || string(first) != string(again) {
		t.Errorf("%x, then %x, %v", first, again, err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.OpenSeed(file, rand.Reader); !errors.Is(err, ledger.ErrKeyOpen) {
		t.Errorf("open to all: %v", err)
	}
}
