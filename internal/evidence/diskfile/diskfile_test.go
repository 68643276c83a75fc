package diskfile_test

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"ronda/internal/evidence/diskfile"
	"ronda/internal/evidence/diskfile/faultfs"
)

func TestWriteOrder(t *testing.T) {
	t.Parallel()
	f := faultfs.New("/s", "/s/tmp", "/s/b")
	if err := diskfile.Write(f, "/s/tmp/1", "/s/b/x", strings.NewReader("isi")); err != nil {
		t.Fatal(err)
	}
	want := []string{"create /s/tmp/1", "write /s/tmp/1", "sync /s/tmp/1", "close /s/tmp/1", "rename /s/b/x", "syncdir /s/b"}
	if got := f.Calls(); !slices.Equal(got, want) {
		t.Errorf("calls = %v\nwant    %v", got, want)
	}
	if got := read(t, f.Restart(), "/s/b/x"); got != "isi" {
		t.Errorf("after a power failure: %q", got)
	}
}

func read(t *testing.T, f diskfile.FS, name string) string {
	t.Helper()
	r, err := f.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Every call fails once in each form, and the plug is pulled before every call: a nil error means that
// the content is there after a power failure; otherwise it is there whole or not at all.
func TestWriteFaults(t *testing.T) {
	t.Parallel()
	const calls = 6
	check := func(name string, f *faultfs.FS) {
		err := diskfile.Write(f, "/s/tmp/1", "/s/b/x", strings.NewReader("isi"))
		after := read(t, f.Restart(), "/s/b/x")
		if err == nil && after != "isi" || after != "" && after != "isi" {
			t.Errorf("%s: error %v, after restart %q", name, err, after)
		}
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for n := range calls {
		for _, done := range []bool{false, true} {
			f := faultfs.New("/s", "/s/tmp", "/s/b")
			f.Inject(faultfs.Fault{Call: n, Done: done, Err: syscall.EIO})
			check("fault", f)
		}
		f := faultfs.New("/s", "/s/tmp", "/s/b")
		f.CrashAt(n)
		check("crash", f)
	}
	full := faultfs.New("/s", "/s/tmp", "/s/b")
	full.Space(2)
	err := diskfile.Write(full, "/s/tmp/1", "/s/b/x", strings.NewReader("isi"))
	if !errors.Is(err, syscall.ENOSPC) || len(full.Files()) != 0 {
		t.Errorf("disk full: %v, left %v", err, full.Files())
	}
}

// The simulation itself: without the syncs, a crash loses what it should.
func TestCrashModel(t *testing.T) {
	t.Parallel()
	f := faultfs.New("/s")
	w, _ := f.Create("/s/a")
	io.WriteString(w, "x")
	if got := f.Restart().Files(); len(got) != 0 {
		t.Errorf("unsynced name survived: %v", got)
	}
	f.SyncDir("/s")
	if got := read(t, f.Restart(), "/s/a"); got != "" {
		t.Errorf("unsynced content survived: %q", got)
	}
	w.Sync()
	if got := read(t, f.Restart(), "/s/a"); got != "x" {
		t.Errorf("synced content lost: %q", got)
	}
}

func TestOS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	to := filepath.Join(dir, "x")
	if err := diskfile.Write(diskfile.OS{}, filepath.Join(dir, "t"), to, strings.NewReader("isi")); err != nil {
		t.Fatal(err)
	}
	if got := read(t, diskfile.OS{}, to); got != "isi" {
		t.Errorf("read %q", got)
	}
	if i, _ := (diskfile.OS{}).Stat(to); i.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v", i.Mode())
	}
	if _, err := (diskfile.OS{}).Create(to); !errors.Is(err, fs.ErrExist) {
		t.Errorf("second create: %v", err)
	}
}
