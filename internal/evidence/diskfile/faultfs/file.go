package faultfs

import (
	"bytes"
	"io/fs"
	"syscall"
	"time"
)

type file struct {
	fs   *FS
	name string
	n    *node
}

func (w *file) Write(p []byte) (int, error) {
	w.fs.mu.Lock()
	defer w.fs.mu.Unlock()
	effect, err := w.fs.step("write " + w.name)
	if !effect {
		return 0, err
	}
	if w.fs.space >= 0 && len(p) > w.fs.space {
		n := w.fs.space
		w.n.data = append(w.n.data, p[:n]...)
		w.fs.space = 0
		return n, syscall.ENOSPC
	}
	if w.fs.space >= 0 {
		w.fs.space -= len(p)
	}
	w.n.data = append(w.n.data, p...)
	return len(p), err
}

func (w *file) Sync() error {
	w.fs.mu.Lock()
	defer w.fs.mu.Unlock()
	effect, err := w.fs.step("sync " + w.name)
	if effect {
		w.n.synced = bytes.Clone(w.n.data)
	}
	return err
}

func (w *file) Close() error {
	w.fs.mu.Lock()
	defer w.fs.mu.Unlock()
	_, err := w.fs.step("close " + w.name)
	return err
}

type reader struct{ *bytes.Reader }

func (reader) Close() error { return nil }

type info struct {
	name string
	dir  bool
	size int64
}

func (i info) Name() string { return i.name }
func (i info) Size() int64  { return i.size }
func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o700
	}
	return 0o600
}
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.dir }
func (i info) Sys() any           { return nil }
