package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"ronda/internal/config"
)

// sharing runs all tests and then removes what they shared.
type sharing struct{ *testing.M }

// Run lets the heap grow to five times what lives before it is swept: each sign-in takes 19 MiB for a moment, and with twenty servers in one process
// a fifth of the time went into sweeping.
func (s sharing) Run() int {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(3 << 30)
	defer shared.remove()
	return s.M.Run()
}

// leftovers are what tests share, made by the first that needs it: the newest goes first.
type leftovers struct {
	mu  sync.Mutex // guards all
	all []func()
}

var shared leftovers

func (l *leftovers) add(remove func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, remove)
}

func (l *leftovers) remove() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.all) - 1; i >= 0; i-- {
		l.all[i]()
	}
	l.all = nil
}

// built is the folder of a demonstration that was made as serve makes it, up to the point where requests and background work begin, and closed in
// order. Whoever starts on a copy of it finds what the first start of a demonstration finds, some seconds or minutes later by its clock.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "ronda-demo-")
	if err != nil {
		return "", fmt.Errorf("make folder for the demonstration: %w", err)
	}
	shared.add(func() {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	})
	ctx := context.Background()
	a, err := openApp(ctx, demoConfig(place{data: dir}, "127.0.0.1:0"), quietLog(), time.Now)
	if err != nil {
		return "", err
	}
	_, err = a.prepare(ctx)
	return dir, errors.Join(err, a.Close())
})

// copyDemo gives a test a demonstration of its own.
func copyDemo(t testing.TB) place {
	t.Helper()
	from, err := built()
	if err != nil {
		t.Fatalf("make the demonstration: %v", err)
	}
	to := place{data: filepath.Join(t.TempDir(), "data")}
	copyPlace(t, from, to.data)
	return to
}

// copyPlace copies a folder of data. Its keys stay closed to others, or no server starts on them.
func copyPlace(t testing.TB, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(to, "keys")
	list, err := os.ReadDir(keys)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if err := os.Chmod(filepath.Join(keys, f.Name()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(keys, 0o700); err != nil {
		t.Fatal(err)
	}
}

// demoConfig are the settings of a demonstration.
func demoConfig(at place, listen string) *config.Server {
	return &config.Server{Listen: listen, Data: at.data, Database: at.database, Demo: true, Election: "pilkada-2024", LogLevel: "error"}
}

func quietLog() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }
