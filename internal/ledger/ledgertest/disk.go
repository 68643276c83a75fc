package ledgertest

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"sync"

	"ronda/internal/ledger"
)

// Disk is a directory in memory that behaves as badly as POSIX allows: until a folder is synced, names made, renamed or removed
// in it may or may not survive a power cut, each on its own.
type Disk struct {
	mu      sync.Mutex
	now     map[string][]byte // name to contents; a nil slice is a folder
	durable map[string][]byte // what a power cut cannot take away
	ops     []string
	fault   func(op string) (before, after error)
}

// NewDisk returns an empty disk.
func NewDisk() *Disk {
	return &Disk{now: map[string][]byte{".": nil}, durable: map[string][]byte{".": nil}}
}

// SetFault makes each later operation ask f first: before fails it undone, after fails it done.
func (d *Disk) SetFault(f func(op string) (before, after error)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = f
}

// Ops lists the writes so far: "write tmp/1", "rename tmp/1 a/b", "sync a".
func (d *Disk) Ops() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.ops)
}

// Cut cuts the power. What was not synced survives with probability keep, each name on its own.
func (d *Disk) Cut(keep float64, rng *rand.Rand) {
	d.mu.Lock()
	defer d.mu.Unlock()
	after := maps.Clone(d.durable)
	names := slices.Sorted(maps.Keys(d.now))
	for _, name := range names {
		if old, ok := d.durable[name]; (!ok || string(old) != string(d.now[name])) && rng.Float64() < keep {
			after[name] = d.now[name]
		}
	}
	for name := range d.durable {
		if _, ok := d.now[name]; !ok && rng.Float64() < keep {
			delete(after, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) { // a name needs the folders above it
		if dir, ok := after[path.Dir(name)]; !ok || dir != nil {
			delete(after, name)
		}
	}
	d.now, d.durable, d.fault = after, maps.Clone(after), nil
}

// Files returns the names and contents of all files.
func (d *Disk) Files() map[string][]byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	files := make(map[string][]byte)
	for name, data := range d.now {
		if data != nil {
			files[name] = slices.Clone(data)
		}
	}
	return files
}

// do runs one write under the fault plan.
func (d *Disk) do(op string, write func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var before, after error
	if d.fault != nil {
		before, after = d.fault(op)
	}
	if before != nil {
		return before
	}
	d.ops = append(d.ops, op)
	if err := write(); err != nil {
		return err
	}
	return after
}

// WriteFile is as [ledger.FileOps] says.
func (d *Disk) WriteFile(name string, data []byte) error {
	return d.do("write "+name, func() error {
		if _, ok := d.now[name]; ok {
			return fmt.Errorf("write %s: %w", name, fs.ErrExist)
		}
		if dir, ok := d.now[path.Dir(name)]; !ok || dir != nil {
			return fmt.Errorf("write %s: %w", name, fs.ErrNotExist)
		}
		d.now[name] = append([]byte{}, data...)
		return nil
	})
}

// Rename is as [ledger.FileOps] says.
func (d *Disk) Rename(from, to string) error {
	return d.do("rename "+from+" "+to, func() error {
		data, ok := d.now[from]
		if _, dir := d.now[path.Dir(to)]; !ok || !dir {
			return fmt.Errorf("rename %s: %w", from, fs.ErrNotExist)
		}
		delete(d.now, from)
		d.now[to] = data // the old contents stay durable until the folder is synced
		return nil
	})
}

// Mkdir is as [ledger.FileOps] says.
func (d *Disk) Mkdir(name string) error {
	return d.do("mkdir "+name, func() error {
		if _, ok := d.now[path.Dir(name)]; !ok {
			return fmt.Errorf("mkdir %s: %w", name, fs.ErrNotExist)
		}
		d.now[name] = nil
		return nil
	})
}

// SyncDir is as [ledger.FileOps] says.
func (d *Disk) SyncDir(name string) error {
	return d.do("sync "+name, func() error {
		if _, ok := d.now[name]; !ok {
			return fmt.Errorf("sync %s: %w", name, fs.ErrNotExist)
		}
		for n := range d.durable {
			if _, ok := d.now[n]; n != "." && path.Dir(n) == name && !ok {
				delete(d.durable, n)
			}
		}
		for n, data := range d.now {
			if path.Dir(n) == name {
				d.durable[n] = data
			}
		}
		return nil
	})
}

// ReadFile is as [ledger.FileOps] says.
func (d *Disk) ReadFile(name string, limit int64) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	data, ok := d.now[name]
	if !ok || data == nil {
		return nil, fmt.Errorf("read %s: %w", name, fs.ErrNotExist)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("read %s: %w", name, ledger.ErrTooLong)
	}
	return slices.Clone(data), nil
}

// RemoveAll is as [ledger.FileOps] says.
func (d *Disk) RemoveAll(name string) error {
	return d.do("remove "+name, func() error {
		for n := range d.now {
			if n == name || strings.HasPrefix(n, name+"/") {
				delete(d.now, n)
			}
		}
		return nil
	})
}
