// Package faultfs is a file system in memory for tests of durability. It keeps two states of
// everything: what a running program sees, and what would be found after the power failed. It records
// every call, can fail any of them in both forms that real disks know (failed and not done; failed but
// done), can run out of space, and can crash.
package faultfs

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"sort"
	"strings"
	"sync"

	"ronda/internal/evidence/diskfile"
)

// Fault says how the call with a given number goes wrong.
type Fault struct {
	Call int   // which call fails, counted from 0 in Calls
	Done bool  // whether its effect happens all the same
	Err  error // what the caller is told
}

// FS is the file system. The zero value is not usable; see New.
type FS struct {
	mu      sync.Mutex
	live    map[string]*node // by path
	durable map[string]*node // names that a crash leaves, with the nodes they point to
	calls   []string
	fault   *Fault
	space   int // bytes left; negative for no limit
	crashAt int // call after which everything fails; negative for never
}

type node struct {
	dir    bool
	data   []byte // what a reader sees
	synced []byte // what a crash leaves
}

// ErrCrashed is what every call returns once the machine is down.
var ErrCrashed = fmt.Errorf("faultfs: the machine is down")

// New makes a file system with the given folders, which are durable.
func New(folders ...string) *FS {
	f := &FS{live: map[string]*node{}, durable: map[string]*node{}, space: -1, crashAt: -1}
	for _, d := range append([]string{"/"}, folders...) {
		n := &node{dir: true}
		f.live[filepath.Clean(d)], f.durable[filepath.Clean(d)] = n, n
	}
	return f
}

// Inject makes one coming call fail.
func (f *FS) Inject(fault Fault) { f.mu.Lock(); defer f.mu.Unlock(); f.fault = &fault }

// Space limits the bytes that can still be written.
func (f *FS) Space(n int) { f.mu.Lock(); defer f.mu.Unlock(); f.space = n }

// CrashAt turns the machine off just before the call with this number.
func (f *FS) CrashAt(call int) { f.mu.Lock(); defer f.mu.Unlock(); f.crashAt = call }

// Calls lists the calls so far, such as "sync /a/b".
func (f *FS) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.calls...)
}

// Restart returns the file system as it is found after a power failure at this moment: contents as
// of their last sync, names as of the last sync of their folder.
func (f *FS) Restart() *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	g := New()
	for name, n := range f.durable {
		parent := filepath.Dir(name)
		if _, ok := f.durable[parent]; !ok {
			continue // its folder's own name was never synced
		}
		data := bytes.Clone(n.synced)
		m := &node{dir: n.dir, data: data, synced: data}
		g.live[name], g.durable[name] = m, m
	}
	return g
}

// step records a call and says whether its effect happens and what it returns.
func (f *FS) step(call string) (effect bool, err error) {
	n := len(f.calls)
	if f.crashAt >= 0 && n >= f.crashAt {
		return false, ErrCrashed
	}
	f.calls = append(f.calls, call)
	if f.fault != nil && f.fault.Call == n {
		return f.fault.Done, f.fault.Err
	}
	return true, nil
}

// Create implements diskfile.FS.
func (f *FS) Create(name string) (diskfile.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	effect, err := f.step("create " + name)
	if effect {
		if f.live[name] != nil {
			return nil, fmt.Errorf("create %s: %w", name, fs.ErrExist)
		}
		if d := f.live[filepath.Dir(name)]; d == nil || !d.dir {
			return nil, fmt.Errorf("create %s: %w", name, fs.ErrNotExist)
		}
		f.live[name] = &node{}
	}
	if err != nil {
		return nil, err
	}
	return &file{f, name, f.live[name]}, nil
}

// Open implements diskfile.FS.
func (f *FS) Open(name string) (io.ReadSeekCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.live[name]
	if n == nil || n.dir {
		return nil, fmt.Errorf("open %s: %w", name, fs.ErrNotExist)
	}
	return reader{bytes.NewReader(bytes.Clone(n.data))}, nil
}

// Rename implements diskfile.FS.
func (f *FS) Rename(from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	effect, err := f.step("rename " + to)
	if effect {
		n := f.live[from]
		if n == nil {
			return fmt.Errorf("rename %s: %w", from, fs.ErrNotExist)
		}
		delete(f.live, from)
		f.live[to] = n
	}
	return err
}

// Remove implements diskfile.FS.
func (f *FS) Remove(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	effect, err := f.step("remove " + name)
	if effect {
		if f.live[name] == nil {
			return fmt.Errorf("remove %s: %w", name, fs.ErrNotExist)
		}
		for other := range f.live {
			if filepath.Dir(other) == name {
				return fmt.Errorf("remove %s: folder not empty", name)
			}
		}
		delete(f.live, name)
	}
	return err
}

// Mkdir implements diskfile.FS.
func (f *FS) Mkdir(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.live[name] != nil {
		return fmt.Errorf("mkdir %s: %w", name, fs.ErrExist)
	}
	effect, err := f.step("mkdir " + name)
	if effect {
		f.live[name] = &node{dir: true}
	}
	return err
}

// SyncDir implements diskfile.FS.
func (f *FS) SyncDir(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	effect, err := f.step("syncdir " + name)
	if effect {
		in := func(p string) bool { return filepath.Dir(p) == name && p != name }
		maps.DeleteFunc(f.durable, func(p string, _ *node) bool { return in(p) && f.live[p] == nil })
		for p, n := range f.live {
			if in(p) {
				f.durable[p] = n
			}
		}
	}
	return err
}

// ReadDir implements diskfile.FS.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := f.live[name]; n == nil || !n.dir {
		return nil, fmt.Errorf("read folder %s: %w", name, fs.ErrNotExist)
	}
	var out []fs.DirEntry
	for p, n := range f.live {
		if filepath.Dir(p) == name && p != name {
			out = append(out, fs.FileInfoToDirEntry(info{filepath.Base(p), n.dir, int64(len(n.data))}))
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name() < out[j].Name() })
	return out, nil
}

// Stat implements diskfile.FS.
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.live[name]
	if n == nil {
		return nil, fmt.Errorf("stat %s: %w", name, fs.ErrNotExist)
	}
	return info{filepath.Base(name), n.dir, int64(len(n.data))}, nil
}

// Files lists the paths of all files, without folders.
func (f *FS) Files() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []string
	for p, n := range f.live {
		if !n.dir {
			out = append(out, strings.TrimSpace(p))
		}
	}
	sort.Strings(out)
	return out
}
