package evidence_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"ronda/internal/evidence"
	"ronda/internal/evidence/blobtest"
	"ronda/internal/evidence/dirstore"
	"ronda/internal/evidence/diskfile/faultfs"
)

// place is a vault on a directory in memory, with its rows.
type place struct {
	vault *evidence.Vault
	blobs evidence.Blobs
	rows  *blobtest.Process
}

func newPlace(t interface{ Fatal(...any) }) place {
	store, err := dirstore.Open(faultfs.New("/e"), "/e")
	if err != nil {
		t.Fatal(err)
	}
	rows := blobtest.NewRows().Process()
	return place{newVault(t, store, rows, bytes.Repeat([]byte{7}, 32)), store, rows}
}

func newVault(t interface{ Fatal(...any) }, b evidence.Blobs, rows *blobtest.Process, masters ...[]byte) *evidence.Vault {
	ring, err := evidence.NewKeyring(rand.Reader, masters...)
	if err != nil {
		t.Fatal(err)
	}
	return evidence.NewVault(b, ring, rows, rows, rand.Reader)
}

func readAll(v *evidence.Vault, name string) ([]byte, error) {
	r, err := v.Open(context.Background(), name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func TestVaultRoundTrip(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	rapid.Check(t, func(t *rapid.T) {
		// Around the borders of a chunk is where a stream cipher goes wrong.
		size := rapid.SampledFrom([]int{0, 1, 100, 65535, 65536, 65537, 131072, 131073, 200_000}).Draw(t, "size")
		content := bytes.Repeat([]byte{rapid.Byte().Draw(t, "byte")}, size)
		name, sha, err := p.vault.Put(context.Background(), "case-1", content)
		if err != nil {
			t.Fatal(err)
		}
		got, err := readAll(p.vault, name)
		if err != nil || !bytes.Equal(got, content) {
			t.Fatalf("read %d of %d bytes: %v", len(got), size, err)
		}
		if err := p.vault.Verify(context.Background(), name, sha); err != nil {
			t.Fatal(err)
		}
		found, err := p.vault.Find(context.Background(), "case-1", sha)
		if err != nil || !slices.Contains(found, name) {
			t.Fatalf("Find = %v, %v", found, err)
		}
		if found, _ := p.vault.Find(context.Background(), "case-2", sha); len(found) != 0 {
			t.Fatalf("found in another case: %v", found)
		}
	})
}

func TestBlobsHoldNoPlainText(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	secret := []byte("nama pelapor yang rahasia")
	name, sha, err := p.vault.Put(t.Context(), "case-1", secret)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := p.blobs.Get(t.Context(), name)
	raw, _ := io.ReadAll(r)
	if bytes.Contains(raw, secret[:8]) || strings.Contains(name, sha[:8]) {
		t.Error("the stored blob or its name tells what it holds")
	}
}

// overwrite replaces a blob's bytes behind the vault's back.
func overwrite(t *testing.T, b evidence.Blobs, name string, change func([]byte) []byte) {
	t.Helper()
	r, err := b.Get(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := io.ReadAll(r)
	r.Close()
	if err := b.Delete(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if err := b.Put(t.Context(), name, bytes.NewReader(change(raw))); err != nil {
		t.Fatal(err)
	}
}

func TestTampering(t *testing.T) {
	t.Parallel()
	const sealedChunk = 65536 + 16
	const head = 8 + 16
	content := bytes.Repeat([]byte("x"), 3*65536)
	for what, change := range map[string]func([]byte) []byte{
		"a flipped bit":         func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"a flipped bit of salt": func(b []byte) []byte { b[10] ^= 1; return b },
		"the last chunk cut":    func(b []byte) []byte { return b[:head+2*sealedChunk] },
		"half a chunk cut":      func(b []byte) []byte { return b[:len(b)-100] },
		"two chunks exchanged": func(b []byte) []byte {
			out := append([]byte(nil), b[:head]...)
			out = append(out, b[head+sealedChunk:head+2*sealedChunk]...)
			out = append(out, b[head:head+sealedChunk]...)
			return append(out, b[head+2*sealedChunk:]...)
		},
		"a chunk doubled":   func(b []byte) []byte { return append(b, b[head+2*sealedChunk:]...) },
		"bytes behind":      func(b []byte) []byte { return append(b, 0) },
		"nothing left":      func([]byte) []byte { return nil },
		"another's content": func([]byte) []byte { return []byte("tulisan biasa yang cukup panjang untuk kepala") },
	} {
		p := newPlace(t)
		name, sha, err := p.vault.Put(t.Context(), "case-1", content)
		if err != nil {
			t.Fatal(err)
		}
		overwrite(t, p.blobs, name, change)
		if _, err := readAll(p.vault, name); !errors.Is(err, evidence.ErrTampers) {
			t.Errorf("%s: read gives %v", what, err)
		}
		if err := p.vault.Verify(t.Context(), name, sha); !errors.Is(err, evidence.ErrTampers) {
			t.Errorf("%s: Verify gives %v", what, err)
		}
	}
}

func TestBlobUnderAnotherName(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	a, _, _ := p.vault.Put(t.Context(), "case-1", []byte("surat asli"))
	b, _, _ := p.vault.Put(t.Context(), "case-1", []byte("surat lain"))
	r, _ := p.blobs.Get(t.Context(), a)
	raw, _ := io.ReadAll(r)
	overwrite(t, p.blobs, b, func([]byte) []byte { return raw })
	if _, err := readAll(p.vault, b); !errors.Is(err, evidence.ErrTampers) {
		t.Errorf("a blob put under another name opens: %v", err)
	}
}

func TestErase(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	name, sha, err := p.vault.Put(t.Context(), "case-1", []byte("isi"))
	if err != nil {
		t.Fatal(err)
	}
	other, _, _ := p.vault.Put(t.Context(), "case-10", []byte("isi"))
	r, _ := p.blobs.Get(t.Context(), name)
	backup, _ := io.ReadAll(r)
	if err := p.vault.Erase(t.Context(), "case-1"); err != nil {
		t.Fatal(err)
	}
	// Even with the bytes back from a backup the content is gone.
	if err := p.blobs.Put(t.Context(), name, bytes.NewReader(backup)); err != nil {
		t.Fatal(err)
	}
	if _, err := readAll(p.vault, name); !errors.Is(err, evidence.ErrNoKey) {
		t.Errorf("erased evidence: %v", err)
	}
	if found, err := p.vault.Find(t.Context(), "case-1", sha); err != nil || len(found) != 0 {
		t.Errorf("Find after erasure = %v, %v", found, err)
	}
	if _, _, err := p.vault.Put(t.Context(), "case-1", []byte("baru")); !errors.Is(err, evidence.ErrNoKey) {
		t.Errorf("new evidence for an erased case: %v", err)
	}
	if got, err := readAll(p.vault, other); err != nil || string(got) != "isi" {
		t.Errorf("the case with a similar id: %q, %v", got, err)
	}
}

func TestMasterKeys(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	old, fresh := bytes.Repeat([]byte{7}, 32), bytes.Repeat([]byte{8}, 32)
	name, _, err := p.vault.Put(t.Context(), "case-1", []byte("isi"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readAll(newVault(t, p.blobs, p.rows, fresh), name); err == nil {
		t.Error("opened without the master key")
	}
	if got, err := readAll(newVault(t, p.blobs, p.rows, fresh, old), name); err != nil || string(got) != "isi" {
		t.Errorf("with both keys: %q, %v", got, err)
	}
	both, _ := evidence.NewKeyring(rand.Reader, fresh, old)
	wrapped, _ := p.rows.CaseKey(t.Context(), "case-1")
	moved, err := both.Rewrap("case-1", wrapped)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := both.Rewrap("case-2", wrapped); !errors.Is(err, evidence.ErrTampers) {
		t.Errorf("a wrapped key of another case: %v", err)
	}
	p.rows.DeleteCaseKey(t.Context(), "case-1")
	again := blobtest.NewRows().Process()
	again.AddCaseKey(t.Context(), "case-1", moved)
	if got, err := readAll(newVault(t, p.blobs, again, fresh), name); err != nil || string(got) != "isi" {
		t.Errorf("after the change of master keys: %q, %v", got, err)
	}
}

func TestMasterKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys", "master")
	made, err := evidence.LoadOrCreateMaster(path, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	again, err := evidence.LoadOrCreateMaster(path, rand.Reader)
	if err != nil || !bytes.Equal(made, again) {
		t.Errorf("second load: %v, same key %v", err, bytes.Equal(made, again))
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := evidence.LoadOrCreateMaster(path, rand.Reader); err == nil {
		t.Error("a key that others can read was taken")
	}
	if err := os.WriteFile(path, []byte("pendek\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	os.Chmod(path, 0o600)
	if _, err := evidence.LoadOrCreateMaster(path, rand.Reader); err == nil {
		t.Error("a broken key file was taken or replaced")
	}
}

// Uploads of a new case at once must agree on one key.
func TestConcurrentFirstUploads(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			name, _, err := p.vault.Put(t.Context(), "case-1", []byte("isi"))
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := readAll(p.vault, name); err != nil || string(got) != "isi" {
				t.Errorf("read %q: %v", got, err)
			}
		})
	}
	wg.Wait()
}
