// Package diskfile is the thin layer between evidence and the disk. Everything that must survive a
// power failure is written through its interface, so that a test can record the order of the calls,
// fail any of them before or after its effect, and pull the plug between any two.
package diskfile

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// FS is what a durable store needs of a file system. Names are paths as the operating system has them.
type FS interface {
	// Create makes a new file for writing; it fails with fs.ErrExist when there is one.
	Create(name string) (File, error)
	// Open opens a file for reading.
	Open(name string) (io.ReadSeekCloser, error)
	// Rename moves a file within the file system, replacing what is there.
	Rename(from, to string) error
	// Remove removes a file or an empty folder.
	Remove(name string) error
	// Mkdir makes one folder; it fails with fs.ErrExist when there is one.
	Mkdir(name string) error
	// SyncDir makes the names in a folder durable: what was created, renamed or removed there.
	SyncDir(name string) error
	// ReadDir lists a folder in the order of names.
	ReadDir(name string) ([]fs.DirEntry, error)
	// Stat describes a file.
	Stat(name string) (fs.FileInfo, error)
}

// File is a file being written.
type File interface {
	io.Writer
	// Sync makes the content durable. After an error the content is lost: the operating system may
	// have dropped the pages, and a second Sync would report success without writing them.
	Sync() error
	Close() error
}

// OS is the real file system. Files are readable by their owner alone.
type OS struct{}

// Create implements FS.
func (OS) Create(name string) (File, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// Open implements FS.
func (OS) Open(name string) (io.ReadSeekCloser, error) { return os.Open(name) }

// Rename implements FS.
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Remove implements FS.
func (OS) Remove(name string) error { return os.Remove(name) }

// Mkdir implements FS.
func (OS) Mkdir(name string) error { return os.Mkdir(name, 0o700) }

// ReadDir implements FS.
func (OS) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

// Stat implements FS.
func (OS) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }

// SyncDir implements FS.
func (OS) SyncDir(name string) error { return syncDir(name) }

// Write puts content under the name to so that after a nil error it is there whole, whatever
// happens then, and after an error or a crash it is there whole or not at all. tmp is a free name
// on the same file system. The order is: content, its fsync, the name, the folder's fsync.
func Write(fsys FS, tmp, to string, content io.Reader) error {
	f, err := fsys.Create(tmp)
	if err != nil {
		return fmt.Errorf("create temporary file: %w", err)
	}
	_, err = io.Copy(f, content)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		// Best effort: a left-over in the temporary folder is removed at the next start.
		return fmt.Errorf("write temporary file: %w", dropAfter(fsys, tmp, err))
	}
	if err := fsys.Rename(tmp, to); err != nil {
		return fmt.Errorf("name the file: %w", dropAfter(fsys, tmp, err))
	}
	if err := fsys.SyncDir(filepath.Dir(to)); err != nil {
		return fmt.Errorf("sync the folder: %w", err)
	}
	return nil
}

func dropAfter(fsys FS, tmp string, cause error) error {
	if err := fsys.Remove(tmp); err != nil {
		return fmt.Errorf("%w (the temporary file stays: %v)", cause, err)
	}
	return cause
}
