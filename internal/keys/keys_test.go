package keys_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"ronda/internal/keys"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys", "master.key")
	a, err := keys.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	b, err := keys.Open(path)
	if err != nil || !bytes.Equal(a.Derive("x", 32), b.Derive("x", 32)) {
		t.Errorf("another key after reopening: %v", err)
	}
	if bytes.Equal(a.Derive("x", 32), a.Derive("y", 32)) {
		t.Error("two purposes share a key")
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Open(path); err == nil {
		t.Error("a key that others can read was used")
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Open(path); err == nil {
		t.Error("a short key was used")
	}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	r, err := keys.Open(filepath.Join(t.TempDir(), "k"))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := r.Seal("contact:1", []byte("0812"))
	if err != nil || bytes.Contains(sealed, []byte("0812")) {
		t.Fatalf("sealed %x, %v", sealed, err)
	}
	if got, err := r.Unseal("contact:1", sealed); err != nil || string(got) != "0812" {
		t.Errorf("unsealed %q, %v", got, err)
	}
	if _, err := r.Unseal("contact:2", sealed); err == nil {
		t.Error("opened for another purpose")
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := r.Unseal("contact:1", sealed); err == nil {
		t.Error("opened after a change")
	}
	if _, err := r.Unseal("contact:1", nil); err == nil {
		t.Error("opened nothing")
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	a, _ := keys.Open(filepath.Join(t.TempDir(), "k"))
	b, _ := keys.Open(filepath.Join(t.TempDir(), "k"))
	text := []byte("pesan")
	if !bytes.Equal(a.Fingerprint("check", text), a.Fingerprint("check", text)) {
		t.Error("not the same twice")
	}
	if bytes.Equal(a.Fingerprint("check", text), b.Fingerprint("check", text)) || bytes.Equal(a.Fingerprint("check", text), a.Fingerprint("sender", text)) {
		t.Error("key or purpose does not matter")
	}
}
