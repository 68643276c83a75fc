package witness

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

// maxEvidence bounds how many misfit checkpoints are kept for one log; they are small, and a flood must not fill the disk.
const maxEvidence = 1000

// State is the last tree of a log that a witness signed, with the checkpoint as it was shown.
type State struct {
	tlog.Tree
	Signed []byte
}

// States keeps the last state of each log in a directory, one file a log. A file is replaced whole and synced before
// [States.Update] returns. One process at a time may use the directory: a second one is refused where the system has file locks.
type States struct {
	root string
	lock *os.File   // held while the directory is open
	mu   sync.Mutex // held from reading a state to storing the next: two requests must not roll one back
}

// stateFile is how a state is stored.
type stateFile struct {
	Origin     string    `json:"origin"`
	Size       int64     `json:"size"`
	Root       tlog.Hash `json:"root"`
	Checkpoint string    `json:"checkpoint"`
}

// OpenStates opens or makes the directory.
func OpenStates(root string) (*States, error) {
	if err := os.MkdirAll(filepath.Join(root, "evidence"), 0o755); err != nil {
		return nil, fmt.Errorf("open states of the witness: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(root, ".lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open states of the witness: %w", err)
	}
	if err := lockFile(lock); err != nil {
		return nil, errors.Join(fmt.Errorf("open states of the witness in %s: another process has them: %w", root, err), lock.Close())
	}
	return &States{root: root, lock: lock}, nil
}

// Close frees the directory for another process.
func (s *States) Close() error { return s.lock.Close() }

// Last returns the tree of a log that was signed last; a log that was never signed has the empty tree.
func (s *States) Last(origin string) (tlog.Tree, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read(origin)
}

// Update shows next the last tree of a log and durably stores what it returns, if it says so. Nothing else happens in between.
func (s *States) Update(origin string, next func(last tlog.Tree) (State, bool)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, err := s.read(origin)
	if err != nil {
		return err
	}
	state, ok := next(last)
	if !ok {
		return nil
	}
	data, err := json.MarshalIndent(stateFile{Origin: origin, Size: state.N, Root: state.Hash, Checkpoint: string(state.Signed)}, "", " ")
	if err != nil {
		return fmt.Errorf("write state of %s: %w", origin, err)
	}
	return replaceFile(filepath.Join(s.root, stateName(origin)), append(data, '\n'))
}

// Keep stores a checkpoint that did not fit, under the name of its hash.
func (s *States) Keep(origin string, signed []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	folder := filepath.Join(s.root, "evidence")
	kept, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("keep evidence on %s: %w", origin, err)
	}
	if len(kept) >= maxEvidence {
		return fmt.Errorf("keep evidence on %s: %d files are kept already", origin, len(kept))
	}
	sum := sha256.Sum256(signed)
	return replaceFile(filepath.Join(folder, hex.EncodeToString(sum[:16])+".checkpoint"), signed)
}

func (s *States) read(origin string) (tlog.Tree, error) {
	data, err := os.ReadFile(filepath.Join(s.root, stateName(origin)))
	if errors.Is(err, fs.ErrNotExist) {
		root, err := tlog.TreeHash(0, nil)
		return tlog.Tree{Hash: root}, err
	}
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("read state of %s: %w", origin, err)
	}
	var f stateFile
	if err := json.Unmarshal(data, &f); err != nil {
		return tlog.Tree{}, fmt.Errorf("read state of %s: %w", origin, err)
	}
	if f.Origin != origin || f.Size < 0 {
		return tlog.Tree{}, fmt.Errorf("read state of %s: the file is of %q", origin, f.Origin)
	}
	return tlog.Tree{N: f.Size, Hash: f.Root}, nil
}

// stateName is a file name for an origin, which may hold any letters.
func stateName(origin string) string {
	sum := sha256.Sum256([]byte(origin))
	return hex.EncodeToString(sum[:16]) + ".json"
}

// replaceFile puts data in place of a file so that after a power cut either the old or the new one is there.
func replaceFile(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return fmt.Errorf("store %s: %w", name, err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(name))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("store %s: %w", name, err), removeLeft(f.Name()))
	}
	return nil
}

func removeLeft(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func syncFolder(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
