package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"ronda"
	"ronda/internal/store"
	"ronda/internal/store/pgtest"
	"ronda/internal/store/storetest"
)

// BenchmarkSubmit measures durable submissions a second, each of which opens a case (9 rows in 8 tables), beside what this disk and the
// engines give at best in the same run: bare fsyncs of a page, and the same INSERTs alone. For SQLite with 32 clients the bare inserts
// go 32 to a transaction, which no client that waits for its own commit could do.
func BenchmarkSubmit(b *testing.B) {
	b.Run("fsync", benchFsync)
	b.Run("sqlite", func(b *testing.B) {
		for _, clients := range []int{1, 32} {
			b.Run(fmt.Sprintf("bare/%d", clients), func(b *testing.B) { benchBareSQLite(b, clients) })
			b.Run(fmt.Sprintf("submit/%d", clients), func(b *testing.B) { benchSubmitSQLite(b, clients) })
		}
	})
	b.Run("postgres", func(b *testing.B) {
		server := startPostgres(b, "fsync=on")
		for _, clients := range []int{1, 32} {
			b.Run(fmt.Sprintf("bare/%d", clients), func(b *testing.B) { benchBarePostgres(b, server, clients) })
			b.Run(fmt.Sprintf("submit/%d", clients), func(b *testing.B) { benchSubmit(b, openBenchPostgres(b, server), clients) })
		}
	})
}

func rate(b *testing.B) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "/s")
	b.ReportMetric(0, "ns/op")
}

func benchFsync(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "page"))
	must(b, err)
	page := make([]byte, 4096)
	for b.Loop() {
		_, err := f.Write(page)
		must(b, err)
		must(b, f.Sync())
	}
	rate(b)
	must(b, f.Close())
}

// benchSubmitSQLite also tells how many submissions shared a commit.
func benchSubmitSQLite(b *testing.B, clients int) {
	var commits atomic.Int64
	db := openDir(b, store.Config{Dir: b.TempDir(), OnWrite: func() { commits.Add(1) }})
	benchSubmit(b, db, clients)
	b.ReportMetric(float64(b.N)/float64(commits.Load()), "/commit")
	must(b, db.Close())
}

func openBenchPostgres(b *testing.B, server *pgtest.Server) *store.DB {
	b.Helper()
	db, err := store.Open(context.Background(), store.Config{URL: server.URL(b), Clock: at, Conns: 32})
	must(b, err)
	b.Cleanup(func() { must(b, db.Close()) })
	return db
}

// samples makes n different submissions before the clock runs.
func samples(n int) []ronda.Submission {
	out := make([]ronda.Submission, n)
	for i := range out {
		out[i] = storetest.Submission(at(), "tiktok:video:"+storetest.Code(12))
	}
	return out
}

// inParallel lets clients work off b.N numbers.
func inParallel(b *testing.B, clients int, do func(i int) error) {
	b.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range clients {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < b.N; i = int(next.Add(1)) - 1 {
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	rate(b)
}

func benchSubmit(b *testing.B, db *store.DB, clients int) {
	list := samples(b.N)
	inParallel(b, clients, func(i int) error {
		_, err := db.Submit(context.Background(), list[i])
		return err
	})
}

func inserts(b *testing.B) [][]store.Statement {
	b.Helper()
	out := make([][]store.Statement, b.N)
	for i, s := range samples(b.N) {
		var err error
		out[i], err = store.InsertsOf(s)
		must(b, err)
	}
	return out
}

// benchBareSQLite inserts size submissions to a transaction over one connection with prepared statements.
func benchBareSQLite(b *testing.B, size int) {
	ctx := context.Background()
	list := inserts(b)
	dir := b.TempDir()
	must(b, openDir(b, store.Config{Dir: dir}).Close())
	db, err := sql.Open("sqlite", store.DSN(dir))
	must(b, err)
	conn, err := db.Conn(ctx)
	must(b, err)
	prepared := map[string]*sql.Stmt{}
	run := func(query string, args ...any) {
		s := prepared[query]
		if s == nil {
			s, err = conn.PrepareContext(ctx, query)
			must(b, err)
			prepared[query] = s
		}
		_, err := s.Exec(args...)
		must(b, err)
	}
	b.ResetTimer()
	for i := 0; i < b.N; i += size {
		run(`BEGIN IMMEDIATE`)
		for _, one := range list[i:min(i+size, b.N)] {
			for _, st := range one {
				run(st.Query, st.Args...)
			}
		}
		run(`COMMIT`)
	}
	b.StopTimer()
	rate(b)
	must(b, conn.Close())
	must(b, db.Close())
}

// benchBarePostgres inserts one submission to a transaction over as many connections as clients.
func benchBarePostgres(b *testing.B, server *pgtest.Server, clients int) {
	list := inserts(b)
	raw := openBenchPostgres(b, server).Raw()
	inParallel(b, clients, func(i int) error {
		tx, err := raw.Begin()
		if err != nil {
			return err
		}
		for _, st := range list[i] {
			if _, err := tx.Exec(st.Query, st.Args...); err != nil {
				return err
			}
		}
		return tx.Commit()
	})
}
