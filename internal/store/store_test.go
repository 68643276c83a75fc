package store_test

import (
	"context"
	"testing"
	"time"

	"ronda/internal/store"
	"ronda/internal/store/pgtest"
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

// openPostgres opens a fresh database of a server.
func openPostgres(t testing.TB, server *pgtest.Server, clock func() time.Time) *store.DB {
	t.Helper()
	return openURL(t, server.URL(t), clock)
}

func openURL(t testing.TB, url string, clock func() time.Time) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), store.Config{URL: url, Clock: clock, Conns: 8})
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

func TestPostgres(t *testing.T) {
	t.Parallel()
	server := startPostgres(t)
	storetest.Suite{Open: func(t *testing.T, clock func() time.Time) *store.DB { return openPostgres(t, server, clock) }}.Run(t)
}

// startPostgres starts a server whose databases come with the schema.
func startPostgres(t testing.TB, settings ...string) *pgtest.Server {
	t.Helper()
	server := pgtest.Start(t, settings...)
	db, err := store.Open(context.Background(), store.Config{URL: server.Template()})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return server
}
