package ledger

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Object is one file of the published log, named by its path below the log's address: "checkpoint", "tile/0/000.p/3".
type Object struct {
	Name string
	Data []byte
}

// Objects is where the published log lies: a directory here, or a bucket. Names are as in [Object].
type Objects interface {
	// Put stores objects, replacing those of the same names, and returns when all are durable. Each is stored whole or not at
	// all; after an error any of them may be stored.
	Put(ctx context.Context, objects ...Object) error

	// Get returns an object of at most limit bytes, or an error that is [fs.ErrNotExist].
	Get(ctx context.Context, name string, limit int64) ([]byte, error)

	// Drop removes whatever lies below a folder's name. It need not be durable.
	Drop(ctx context.Context, folder string) error
}

// FileOps are the file operations of [Dir], a seam under which a test can fail each of them and lose what was not synced. Names
// are slash-separated and relative to the directory.
type FileOps interface {
	WriteFile(name string, data []byte) error // creates a new file, writes and syncs it
	Rename(from, to string) error
	Mkdir(name string) error // an existing folder is no error
	SyncDir(name string) error
	ReadFile(name string, limit int64) ([]byte, error)
	RemoveAll(name string) error
}

// tmpFolder holds files that are not yet renamed to their names. Whatever is in it after a crash is of no use.
const tmpFolder = ".tmp"

// syncers is how many files are written and synced at once: enough for a journalling file system to fold them into few commits.
const syncers = 8

// Dir keeps the published log in a directory that any web server can serve as it is. A Put writes and syncs each file under a
// temporary name, renames all of them, then syncs each folder once; so a reader never sees half a file, and after a power cut
// every object of a Put that returned is there.
type Dir struct {
	ops  FileOps
	seed string
	next atomic.Uint64

	mu   sync.Mutex      // guards made
	made map[string]bool // folders known to be there and durable
}

// NewDir returns the directory behind ops, after clearing the leftovers of an interrupted run.
func NewDir(ops FileOps) (*Dir, error) {
	d := &Dir{ops: ops, seed: rand.Text()[:8], made: map[string]bool{".": true}}
	if err := ops.RemoveAll(tmpFolder); err != nil {
		return nil, fmt.Errorf("clear temporary files: %w", err)
	}
	return d, d.mkdir(tmpFolder)
}

// Put stores the objects as [Objects] says.
func (d *Dir) Put(ctx context.Context, objects ...Object) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	folders := make(map[string]bool)
	for _, o := range objects {
		folder := path.Dir(o.Name)
		if err := d.mkdir(folder); err != nil {
			return fmt.Errorf("make folder %s: %w", folder, err)
		}
		folders[folder] = true
	}
	var write, sync errgroup.Group
	write.SetLimit(syncers)
	for _, o := range objects {
		write.Go(func() error { return d.put(o) })
	}
	if err := write.Wait(); err != nil {
		return d.forget(err)
	}
	sync.SetLimit(syncers)
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		sync.Go(func() error {
			if err := d.ops.SyncDir(folder); err != nil {
				return fmt.Errorf("sync folder %s: %w", folder, err)
			}
			return nil
		})
	}
	return d.forget(sync.Wait())
}

func (d *Dir) put(o Object) error {
	tmp := fmt.Sprintf("%s/%s-%d", tmpFolder, d.seed, d.next.Add(1))
	if err := d.ops.WriteFile(tmp, o.Data); err != nil {
		return fmt.Errorf("write %s: %w", o.Name, err)
	}
	if err := d.ops.Rename(tmp, o.Name); err != nil {
		return fmt.Errorf("rename to %s: %w", o.Name, err)
	}
	return nil
}

// mkdir makes a folder and those above it durable, once in the life of the Dir.
func (d *Dir) mkdir(folder string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mkdirLocked(folder)
}

func (d *Dir) mkdirLocked(folder string) error {
	if d.made[folder] {
		return nil
	}
	above := path.Dir(folder)
	if err := d.mkdirLocked(above); err != nil {
		return err
	}
	if err := d.ops.Mkdir(folder); err != nil {
		return err
	}
	if err := d.ops.SyncDir(above); err != nil {
		return err
	}
	d.made[folder] = true
	return nil
}

// forget drops what is known of folders after an error: someone may have removed one.
func (d *Dir) forget(err error) error {
	if err != nil {
		d.mu.Lock()
		d.made = map[string]bool{".": true}
		err = errors.Join(err, d.mkdirLocked(tmpFolder))
		d.mu.Unlock()
	}
	return err
}

// Get reads an object as [Objects] says.
func (d *Dir) Get(ctx context.Context, name string, limit int64) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !fs.ValidPath(name) || strings.HasPrefix(name, ".") {
		return nil, fmt.Errorf("read %q: %w", name, fs.ErrNotExist)
	}
	return d.ops.ReadFile(name, limit)
}

// Drop removes a folder of partial tiles. The folder above is not synced: what comes back after a crash does no harm.
func (d *Dir) Drop(_ context.Context, folder string) error {
	d.mu.Lock()
	maps.DeleteFunc(d.made, func(name string, _ bool) bool { return name == folder || strings.HasPrefix(name, folder+"/") })
	d.mu.Unlock()
	if err := d.ops.RemoveAll(folder); err != nil {
		return fmt.Errorf("remove %s: %w", folder, err)
	}
	return nil
}
