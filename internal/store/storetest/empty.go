package storetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"ronda/internal/store"
)

// databaseFile is the name of an embedded database in its folder.
const databaseFile = "ronda.db"

// Dir is a folder that ends with the test, with an embedded database in it that has its schema and nothing else. It is a copy: to migrate anew for each
// test takes longer than most tests, under the race detector many times longer.
func Dir(t testing.TB) string {
	t.Helper()
	file, err := empty()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, databaseFile), file, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// empty is the file of a database that was migrated and closed.
var empty = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "ronda-empty-")
	if err != nil {
		return nil, fmt.Errorf("make folder for an empty database: %w", err)
	}
	defer os.RemoveAll(dir)
	db, err := store.Open(context.Background(), store.Config{Dir: dir})
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, databaseFile))
})
