package store_test

import (
	"context"
	"testing"
	"time"

	"ronda/internal/store"
	"ronda/internal/store/storetest"
)

// openSQLite opens an embedded database in a fresh directory, closed with the test.
func openSQLite(t testing.TB, clock func() time.Time) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), store.Config{Dir: t.TempDir(), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	storetest.Suite{Open: func(t *testing.T, clock func() time.Time) *store.DB { return openSQLite(t, clock) }}.Run(t)
}
