package dirstore_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"ronda/internal/evidence"
	"ronda/internal/evidence/blobtest"
	"ronda/internal/evidence/dirstore"
	"ronda/internal/evidence/diskfile"
	"ronda/internal/evidence/diskfile/faultfs"
)

func open(t *testing.T, fsys diskfile.FS, root string) *dirstore.Store {
	t.Helper()
	s, err := dirstore.Open(fsys, root)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBlobs(t *testing.T) {
	t.Parallel()
	blobtest.Run(t, func(t *testing.T) evidence.Blobs { return open(t, diskfile.OS{}, t.TempDir()) })
}

// The order in which things reach the disk: the case's folder, the content, the name.
func TestPutOrder(t *testing.T) {
	t.Parallel()
	f := faultfs.New("/e")
	s := open(t, f, "/e")
	before := len(f.Calls())
	if err := s.Put(t.Context(), "case/a", strings.NewReader("isi")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range f.Calls()[before:] {
		verb, path, _ := strings.Cut(c, " ")
		if strings.HasPrefix(path, "/e/tmp/") {
			path = "tmp"
		}
		got = append(got, verb+" "+path)
	}
	want := []string{"mkdir /e/blobs/case", "syncdir /e/blobs", "create tmp", "write tmp", "sync tmp", "close tmp",
		"rename /e/blobs/case/a", "syncdir /e/blobs/case"}
	if !slices.Equal(got, want) {
		t.Errorf("calls = %v\nwant    %v", got, want)
	}
}

// Every call of a Put and of the Open before it fails in both forms and is cut off once. Whatever
// happened, the store opens again, a blob whose Put succeeded is whole, and none is there in part.
func TestFaultsAndCrashes(t *testing.T) {
	t.Parallel()
	const content = "bukti yang utuh"
	run := func(f *faultfs.FS) (ok bool) {
		s, err := dirstore.Open(f, "/e")
		return err == nil && s.Put(t.Context(), "case/a", strings.NewReader(content)) == nil
	}
	clean := faultfs.New("/e")
	if !run(clean) {
		t.Fatal("the run without faults fails")
	}
	check := func(what string, n int, f *faultfs.FS, ok bool) {
		s, err := dirstore.Open(f, "/e")
		if err != nil {
			t.Errorf("%s at call %d: the store does not open again: %v", what, n, err)
			return
		}
		r, err := s.Get(t.Context(), "case/a")
		if errors.Is(err, evidence.ErrNoBlob) {
			if ok {
				t.Errorf("%s at call %d: an acknowledged blob is lost", what, n)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := io.ReadAll(r); string(b) != content {
			t.Errorf("%s at call %d: blob has %q", what, n, b)
		}
		for _, name := range f.Files() {
			if strings.HasPrefix(name, "/e/tmp/") {
				t.Errorf("%s at call %d: %s stays", what, n, name)
			}
		}
	}
	for n := range len(clean.Calls()) {
		for _, done := range []bool{false, true} {
			f := faultfs.New("/e")
			f.Inject(faultfs.Fault{Call: n, Done: done, Err: syscall.EIO})
			ok := run(f)
			check("fault, then power failure", n, f.Restart(), ok)
			f.Inject(faultfs.Fault{Call: -1})
			check("fault", n, f, ok)
		}
		f := faultfs.New("/e")
		f.CrashAt(n)
		check("crash", n, f.Restart(), run(f))
	}
}

func TestDiskFull(t *testing.T) {
	t.Parallel()
	f := faultfs.New("/e")
	s := open(t, f, "/e")
	f.Space(5)
	if err := s.Put(t.Context(), "case/a", strings.NewReader("lebih dari lima")); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("put on a full disk: %v", err)
	}
	f.Space(-1)
	if err := s.Put(t.Context(), "case/a", strings.NewReader("isi")); err != nil {
		t.Errorf("put after space was made: %v", err)
	}
}

func TestHome(t *testing.T) {
	t.Parallel()
	rows, root := blobtest.NewRows(), t.TempDir()
	first, again, other := open(t, diskfile.OS{}, root), open(t, diskfile.OS{}, root), open(t, diskfile.OS{}, t.TempDir())
	for _, s := range []*dirstore.Store{first, again} {
		if err := evidence.ClaimHome(t.Context(), rows, s.ID()); err != nil {
			t.Errorf("the database's own directory: %v", err)
		}
	}
	if err := evidence.ClaimHome(t.Context(), rows, other.ID()); !errors.Is(err, evidence.ErrOtherHome) {
		t.Errorf("a second host's directory: %v", err)
	}
}

// lockEnv makes the test binary a second process that tries to take the directory.
const lockEnv = "RONDA_TEST_LOCK_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(lockEnv); dir != "" {
		_, err := dirstore.Lock(dir)
		if errors.Is(err, dirstore.ErrLocked) {
			os.Stdout.WriteString(err.Error())
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestLockAcrossProcesses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	try := func() (int, string) {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), lockEnv+"="+dir)
		out, err := cmd.Output()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return cmd.ProcessState.ExitCode(), string(out)
	}
	release, err := dirstore.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dirstore.Lock(dir); !errors.Is(err, dirstore.ErrLocked) {
		t.Errorf("second lock in one process: %v", err)
	}
	if code, out := try(); code != 3 || !strings.Contains(out, "process") {
		t.Errorf("second process: exit %d, %q", code, out)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if code, _ := try(); code != 0 {
		t.Errorf("after the release: exit %d", code)
	}
	if _, err := os.Stat(filepath.Join(dir, "LOCK")); err != nil {
		t.Error(err)
	}
}
