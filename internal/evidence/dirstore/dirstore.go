// Package dirstore keeps evidence blobs in a directory of this machine.
//
// Layout: LOCK (held while a process runs), HOME (the directory's own id), tmp/ (uploads that have no
// name yet; emptied at start), blobs/<case>/<name>. A blob is written in tmp, synced, renamed, and its
// folder synced; a new case folder is synced into blobs/ first.
package dirstore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"

	"ronda/internal/evidence"
	"ronda/internal/evidence/diskfile"
)

// Store is an evidence.Blobs in a directory. One process at a time may use a directory; Lock sees to it.
type Store struct {
	fsys diskfile.FS
	root string
	id   string

	mu      sync.Mutex
	writing map[string]bool // names being written now, guarded by mu
	folders map[string]bool // case folders known to be durable, guarded by mu
}

var _ evidence.Blobs = (*Store)(nil)

// Open prepares the directory root, which must exist, and clears what uploads left unfinished there.
// Hold the Lock of root before and as long as the store is used.
func Open(fsys diskfile.FS, root string) (*Store, error) {
	s := &Store{fsys: fsys, root: root, writing: map[string]bool{}, folders: map[string]bool{}}
	for _, d := range []string{"tmp", "blobs"} {
		if err := fsys.Mkdir(filepath.Join(root, d)); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("open evidence directory: %w", err)
		}
	}
	if err := fsys.SyncDir(root); err != nil {
		return nil, fmt.Errorf("open evidence directory: %w", err)
	}
	left, err := fsys.ReadDir(filepath.Join(root, "tmp"))
	if err != nil {
		return nil, fmt.Errorf("open evidence directory: %w", err)
	}
	for _, f := range left {
		if err := fsys.Remove(filepath.Join(root, "tmp", f.Name())); err != nil {
			return nil, fmt.Errorf("clear unfinished upload: %w", err)
		}
	}
	if s.id, err = s.home(); err != nil {
		return nil, fmt.Errorf("open evidence directory: %w", err)
	}
	return s, nil
}

// ID names this very directory, for ever. The database remembers the id of the directory that its rows
// refer to; a process that comes with another one is a second host, or has the wrong disk mounted, and
// must not start (see evidence.ClaimHome).
func (s *Store) ID() string { return s.id }

func (s *Store) home() (string, error) {
	name := filepath.Join(s.root, "HOME")
	f, err := s.fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		id := unique()
		if err := diskfile.Write(s.fsys, filepath.Join(s.root, "tmp", "home"), name, strings.NewReader(id+"\n")); err != nil {
			return "", err
		}
		return id, nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 100))
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(b)), nil
}

func unique() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails; see crypto/rand
	return hex.EncodeToString(b)
}

func (s *Store) path(name string) (string, error) {
	if err := evidence.CheckName(name); err != nil {
		return "", err
	}
	return filepath.Join(s.root, "blobs", filepath.FromSlash(name)), nil
}

// Put implements evidence.Blobs.
func (s *Store) Put(ctx context.Context, name string, r io.Reader) error {
	path, err := s.path(name)
	if err != nil {
		return err
	}
	release, err := s.reserve(name, path)
	if err != nil {
		return fmt.Errorf("put %s: %w", name, err)
	}
	defer release()
	if err := s.folder(filepath.Dir(path)); err != nil {
		return fmt.Errorf("put %s: %w", name, err)
	}
	tmp := filepath.Join(s.root, "tmp", unique())
	if err := diskfile.Write(s.fsys, tmp, path, reading{ctx, r}); err != nil {
		return fmt.Errorf("put %s: %w", name, err)
	}
	return nil
}

// reserve makes sure that a name is new and stays so while it is written: a rename would replace.
func (s *Store) reserve(name, path string) (release func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writing[name] {
		return nil, evidence.ErrExists
	}
	if _, err := s.fsys.Stat(path); err == nil {
		return nil, evidence.ErrExists
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	s.writing[name] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.writing, name)
	}, nil
}

// folder makes the folder of a case and its name in blobs/ durable, once in the life of the process.
func (s *Store) folder(dir string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folders[dir] {
		return nil
	}
	if err := s.fsys.Mkdir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make folder: %w", err)
	}
	if err := s.fsys.SyncDir(filepath.Dir(dir)); err != nil {
		return fmt.Errorf("sync folders: %w", err)
	}
	s.folders[dir] = true
	return nil
}

// Get implements evidence.Blobs.
func (s *Store) Get(_ context.Context, name string) (io.ReadCloser, error) {
	path, err := s.path(name)
	if err != nil {
		return nil, err
	}
	f, err := s.fsys.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("get %s: %w", name, evidence.ErrNoBlob)
	}
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", name, err)
	}
	return f, nil
}

// Delete implements evidence.Blobs. The folder stays: an upload may be on its way into it.
func (s *Store) Delete(_ context.Context, name string) error {
	path, err := s.path(name)
	if err != nil {
		return err
	}
	err = s.fsys.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	if err := s.fsys.SyncDir(filepath.Dir(path)); err != nil {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	return nil
}

// List implements evidence.Blobs.
func (s *Store) List(ctx context.Context, prefix string, yield func(string) error) error {
	base := filepath.Join(s.root, "blobs")
	want, _, _ := strings.Cut(prefix, "/")
	cases, err := s.fsys.ReadDir(base)
	if err != nil {
		return fmt.Errorf("list evidence: %w", err)
	}
	for _, c := range cases {
		if !c.IsDir() || !strings.HasPrefix(c.Name(), want) || strings.Contains(prefix, "/") && c.Name() != want {
			continue
		}
		files, err := s.fsys.ReadDir(filepath.Join(base, c.Name()))
		if err != nil {
			return fmt.Errorf("list evidence: %w", err)
		}
		for _, f := range files {
			if err := ctx.Err(); err != nil {
				return err
			}
			name := c.Name() + "/" + f.Name()
			if !strings.HasPrefix(name, prefix) || evidence.CheckName(name) != nil {
				continue
			}
			if err := yield(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// reading stops an upload between two reads when its request has ended.
type reading struct {
	ctx context.Context
	r   io.Reader
}

func (r reading) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// OpenReading opens a directory for Get alone, while another process works in it: nothing is locked, cleared or made.
func OpenReading(fsys diskfile.FS, root string) *Store { return &Store{fsys: fsys, root: root} }
