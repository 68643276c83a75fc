package store_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"ronda/internal/store"
	"ronda/internal/store/pgtest"
	"ronda/internal/store/storetest"
)

// openSQLite opens an empty embedded database in a directory of its own, closed with the test.
func openSQLite(t testing.TB, clock func() time.Time) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), store.Config{Dir: storetest.Dir(t), Clock: clock})
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

// startPostgres gives a server whose databases come with the schema. Tests without settings share one that does not wait for the disk;
// those that kill or measure ask for their own.
func startPostgres(t testing.TB, settings ...string) *pgtest.Server {
	t.Helper()
	if len(settings) == 0 {
		server, err := shared.get()
		pgtest.Skip(t, err)
		return server
	}
	server := pgtest.Start(t, settings...)
	must(t, addSchema(server))
	return server
}

// addSchema migrates the template.
func addSchema(server *pgtest.Server) error {
	db, err := store.Open(context.Background(), store.Config{URL: server.Template()})
	if err != nil {
		return err
	}
	return db.Close()
}

// sharedServer is started by the first test that needs it and stopped after the last.
type sharedServer struct {
	once   sync.Once
	server *pgtest.Server
	err    error
}

var shared sharedServer

func (s *sharedServer) get() (*pgtest.Server, error) {
	s.once.Do(func() {
		if s.server, s.err = pgtest.Launch("fsync=off"); s.err == nil {
			s.err = addSchema(s.server)
		}
	})
	return s.server, s.err
}

func (s *sharedServer) stop() {
	s.once.Do(func() {})
	if s.server != nil {
		if err := s.server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}
