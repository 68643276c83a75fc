package store_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"ronda"
	"ronda/internal/store"
	"ronda/internal/store/storetest"
)

const (
	benchClients = 8
	benchBatch   = 100
)

// BenchmarkStatements saves batches of 100 statements from 8 clients on each engine, beside a bare insert of the same rows into the same table with
// the same indexes, one transaction a batch, in the same run. "of-bare" is the share of the bare insert's rate.
func BenchmarkStatements(b *testing.B) {
	clock := func() time.Time { return storetest.Start }
	b.Run("sqlite", func(b *testing.B) {
		db := openSQLite(b, clock)
		dir := b.TempDir()
		other, err := store.Open(context.Background(), store.Config{Dir: dir, Clock: clock}) // makes the schema, then leaves the file to the bare insert
		if err != nil {
			b.Fatal(err)
		}
		if err := other.Close(); err != nil {
			b.Fatal(err)
		}
		bare, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "ronda.db")+"?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-32768)&_pragma=temp_store(MEMORY)")
		if err != nil {
			b.Fatal(err)
		}
		bare.SetMaxOpenConns(1) // one writer, as SQLite has it
		b.Cleanup(func() { _ = bare.Close() })
		compareStatements(b, db, bare)
	})
	b.Run("postgres", func(b *testing.B) {
		server := startPostgres(b, "fsync=on")
		db := openPostgres(b, server, clock)
		url := server.URL(b)
		other := openURL(b, url, clock)
		if err := other.Close(); err != nil {
			b.Fatal(err)
		}
		bare, err := sql.Open("pgx", url)
		if err != nil {
			b.Fatal(err)
		}
		bare.SetMaxOpenConns(benchClients)
		b.Cleanup(func() { _ = bare.Close() })
		compareStatements(b, db, bare)
	})
}

// compareStatements runs both in turns, so that a busy machine is busy for both.
func compareStatements(b *testing.B, db *store.DB, bare *sql.DB) {
	b.Helper()
	insert, err := bare.Prepare(bareInsert())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = insert.Close() })
	var next atomic.Int64
	ours := func(list []ronda.Statement) error { return db.SaveStatements(context.Background(), list) }
	theirs := func(list []ronda.Statement) error {
		args := make([]any, 0, 7*len(list))
		for _, s := range list {
			doc, err := json.Marshal(s)
			if err != nil {
				return err
			}
			args = append(args, s.Platform, s.PUID, s.ID, s.At.UnixMicro(), s.RondaNotice, s.Outside, string(doc))
		}
		_, err := insert.Exec(args...)
		return err
	}
	for _, f := range []func([]ronda.Statement) error{ours, theirs} { // connections and statements are there before the clock starts
		if err := f(batch("tiktok", fmt.Sprintf("warm%d", next.Add(1)), benchBatch)); err != nil {
			b.Fatal(err)
		}
	}
	var mine, base time.Duration
	rows := 0
	b.ResetTimer()
	for b.Loop() {
		const rounds = 5 // batches of each client in one turn
		for _, x := range []struct {
			f   func([]ronda.Statement) error
			sum *time.Duration
		}{{ours, &mine}, {theirs, &base}} {
			work := make([][][]ronda.Statement, benchClients)
			for c := range work {
				for range rounds {
					work[c] = append(work[c], batch("tiktok", fmt.Sprintf("%08x", next.Add(1)*2654435761%(1<<32)), benchBatch))
				}
			}
			begin := time.Now()
			var wg sync.WaitGroup
			for c := range work {
				wg.Go(func() {
					for _, list := range work[c] {
						if err := x.f(list); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
			*x.sum += time.Since(begin)
		}
		rows += benchClients * rounds * benchBatch
	}
	rate := float64(rows) / mine.Seconds()
	bareRate := float64(rows) / base.Seconds()
	b.ReportMetric(rate, "statements/s")
	b.ReportMetric(bareRate, "bare/s")
	b.ReportMetric(100*rate/bareRate, "%of-bare")
}

func bareInsert() string {
	var q strings.Builder
	q.WriteString(`INSERT INTO statements (platform, puid, id, at, notice_id, outside, doc) VALUES `)
	for i := range benchBatch {
		if i > 0 {
			q.WriteString(", ")
		}
		k := i * 7
		fmt.Fprintf(&q, "($%d, $%d, $%d, $%d, $%d, $%d, $%d)", k+1, k+2, k+3, k+4, k+5, k+6, k+7)
	}
	return q.String()
}
