package ledger

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrTooLong says that a file is longer than its kind can be.
var ErrTooLong = errors.New("longer than it can be")

// OSFiles are the file operations on a directory of the machine. Files are readable by all, because the log is public.
type OSFiles struct{ root string }

// NewOSFiles makes the directory if it is not there.
func NewOSFiles(root string) (OSFiles, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return OSFiles{}, err
	}
	if _, err := os.Stat(root); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(root, 0o755); err != nil {
			return OSFiles{}, fmt.Errorf("make directory of the log: %w", err)
		}
		if err := syncDir(filepath.Dir(root)); err != nil {
			return OSFiles{}, fmt.Errorf("make directory of the log: %w", err)
		}
	}
	return OSFiles{root: root}, nil
}

// OpenDir opens the published log in a directory of the machine, for reading and writing.
func OpenDir(root string) (*Dir, error) {
	ops, err := NewOSFiles(root)
	if err != nil {
		return nil, err
	}
	return NewDir(ops)
}

func (o OSFiles) path(name string) string { return filepath.Join(o.root, filepath.FromSlash(name)) }

// WriteFile creates a new file, writes data and syncs it.
func (o OSFiles) WriteFile(name string, data []byte) error {
	f, err := os.OpenFile(o.path(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Rename gives a file its name.
func (o OSFiles) Rename(from, to string) error { return os.Rename(o.path(from), o.path(to)) }

// Mkdir makes a folder.
func (o OSFiles) Mkdir(name string) error {
	if err := os.Mkdir(o.path(name), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// SyncDir makes the names in a folder durable.
func (o OSFiles) SyncDir(name string) error { return syncDir(o.path(name)) }

// ReadFile reads a file of at most limit bytes.
func (o OSFiles) ReadFile(name string, limit int64) ([]byte, error) {
	f, err := os.Open(o.path(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readLimited(f, name, limit)
}

// RemoveAll removes a file or a folder with all in it.
func (o OSFiles) RemoveAll(name string) error { return os.RemoveAll(o.path(name)) }

func syncDir(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// readLimited reads all of r, or says that it is longer than limit.
func readLimited(r io.Reader, name string, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("read %s: more than %d bytes: %w", name, limit, ErrTooLong)
	}
	return data, nil
}
