package dirstore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrLocked is the error of a second process on the same directory.
var ErrLocked = errors.New("another process uses this evidence directory")

// Lock takes the directory for this process, until release or until the process ends however it ends.
// A second process gets ErrLocked, with who holds it. On a network disk the lock holds across
// hosts as far as that disk honours locks; evidence.ClaimHome catches hosts with a directory each.
func Lock(root string) (release func() error, err error) {
	name := filepath.Join(root, "LOCK")
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock evidence directory: %w", err)
	}
	if err := lockFile(f); err != nil {
		holder, _ := os.ReadFile(name)
		f.Close()
		if errors.Is(err, ErrLocked) {
			return nil, fmt.Errorf("lock evidence directory %s: %w (%s)", root, ErrLocked, strings.TrimSpace(string(holder)))
		}
		return nil, fmt.Errorf("lock evidence directory: %w", err)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	// Only for the person who reads the refusal; the lock itself does not depend on it.
	if err := f.Truncate(0); err == nil {
		fmt.Fprintf(f, "%s, process %d\n", host, os.Getpid())
	}
	return f.Close, nil // closing ends the lock; the file stays, or two could lock two files of one name
}
