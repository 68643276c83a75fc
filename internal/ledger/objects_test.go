package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"ronda/internal/ledger"
	"ronda/internal/ledger/ledgertest"
)

// TestDirSurvivesPowerCuts puts objects in folders new and old, cuts the power now and then, and fails operations: whatever a Put
// returned for must be there, whole.
func TestDirSurvivesPowerCuts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		disk := ledgertest.NewDisk()
		dir, err := ledger.NewDir(disk)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		durable := make(map[string][]byte)
		maybe := make(map[string][][]byte) // what failed Puts may have left in place
		for step := range rapid.IntRange(1, 12).Draw(t, "steps") {
			var objects []ledger.Object
			for i := range rapid.IntRange(1, 4).Draw(t, "objects") {
				name := rapid.SampledFrom([]string{"checkpoint", "tile/0/000", "tile/0/000.p/3", "tile/entries/x001/002", "tile/1/000.p/1"}).Draw(t, "name")
				objects = append(objects, ledger.Object{Name: name, Data: fmt.Appendf(nil, "%d.%d", step, i)})
			}
			objects = unique(objects)
			fail := rapid.IntRange(-20, 12).Draw(t, "fault")
			disk.SetFault(func(string) (error, error) {
				if fail--; fail == -1 {
					return errFault, nil
				}
				return nil, nil
			})
			err := dir.Put(t.Context(), objects...)
			disk.SetFault(nil)
			for _, o := range objects {
				if err == nil {
					durable[o.Name], maybe[o.Name] = o.Data, nil
				} else {
					maybe[o.Name] = append(maybe[o.Name], o.Data)
				}
			}
			if rapid.Bool().Draw(t, "cut") {
				disk.Cut(rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(t, "keep"), rng)
				if dir, err = ledger.NewDir(disk); err != nil {
					t.Fatal(err)
				}
			}
			for name, want := range durable {
				got, err := dir.Get(t.Context(), name, 100)
				if err != nil {
					t.Fatalf("%s is lost: %v", name, err)
				}
				ok := bytes.Equal(got, want)
				for _, m := range maybe[name] {
					ok = ok || bytes.Equal(got, m)
				}
				if !ok {
					t.Fatalf("%s holds %q, want %q", name, got, want)
				}
			}
		}
	})
}

// unique keeps the last object of each name: a Put does not say which of two wins.
func unique(objects []ledger.Object) []ledger.Object {
	var out []ledger.Object
	for i, o := range objects {
		again := false
		for _, later := range objects[i+1:] {
			again = again || later.Name == o.Name
		}
		if !again {
			out = append(out, o)
		}
	}
	return out
}

func TestDirOnDisk(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "a", "log")
	dir, err := ledger.OpenDir(root)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if err := dir.Put(ctx, ledger.Object{Name: "tile/0/x001/000", Data: []byte("one")}, ledger.Object{Name: "checkpoint", Data: []byte("two")}); err != nil {
		t.Fatal(err)
	}
	if err := dir.Put(ctx, ledger.Object{Name: "checkpoint", Data: []byte("three")}); err != nil {
		t.Fatal(err)
	}
	if data, err := dir.Get(ctx, "checkpoint", 5); err != nil || string(data) != "three" {
		t.Errorf("%q %v", data, err)
	}
	if _, err := dir.Get(ctx, "checkpoint", 4); !errors.Is(err, ledger.ErrTooLong) {
		t.Errorf("limit: %v", err)
	}
	for _, name := range []string{"../log/checkpoint", "/etc/passwd", "tile/../checkpoint", ".tmp/x", "nothing", ""} {
		if _, err := dir.Get(ctx, name, 100); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, ".tmp", "left"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(root, "tile")); err != nil { // behind its back
		t.Fatal(err)
	}
	again := ledger.Object{Name: "tile/0/x001/000", Data: []byte("again")}
	if err := dir.Put(ctx, again); err == nil {
		t.Error("a folder is gone and nobody noticed")
	}
	if err := dir.Put(ctx, again); err != nil {
		t.Errorf("the next try must make it: %v", err)
	}
	if err := dir.Drop(ctx, "tile/0"); err != nil {
		t.Fatal(err)
	}
	if err := dir.Put(ctx, again); err != nil {
		t.Errorf("after a drop: %v", err)
	}
	if _, err := ledger.OpenDir(root); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(filepath.Join(root, ".tmp")); err != nil || len(left) > 0 {
		t.Errorf("left over: %v %v", left, err)
	}
}
