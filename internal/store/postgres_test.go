package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"ronda"
	"ronda/internal/store"
	"ronda/internal/store/pgtest"
	"ronda/internal/store/storetest"
)

// TestPostgresTraps holds what only several connections can get wrong.
func TestPostgresTraps(t *testing.T) {
	t.Parallel()
	server := startPostgres(t)
	for name, run := range map[string]func(*testing.T, *pgtest.Server){
		"ReversedCommits": testReversedCommits, "OutcomeUnknown": testOutcomeUnknown, "OpenTogether": testOpenTogether,
		"NewerSchema": testNewerPostgres, "ClaimInReverse": testClaimInReverse,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, server)
		})
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	must(t, err)
	t.Cleanup(func() { must(t, conn.Close(context.Background())) })
	return conn
}

// testReversedCommits commits the event that was written first last. A cursor that has passed the second must still meet the first.
func testReversedCommits(t *testing.T, server *pgtest.Server) {
	ctx := t.Context()
	url := server.URL(t)
	db := openURL(t, url, at)
	slow, err := connect(t, url).Begin(ctx)
	must(t, err)
	_, err = slow.Exec(ctx, `INSERT INTO events (id, case_id, version, n, kind, actor, office, at, data) VALUES ('early', 'c', 1, 0, 'case.opened', '', '', 1, 'null')`)
	must(t, err)
	fence, ok, err := db.LeasePublisher(ctx, "p", time.Hour)
	if err != nil || !ok {
		t.Fatalf("lease: %v, %v", ok, err)
	}
	c := storetest.Case(at())
	must(t, db.SaveChanges(ctx, storetest.Opened(c)))
	if n, err := db.PublishEvents(ctx, fence); n != 1 || err != nil {
		t.Fatalf("published %d, %v; want the committed one", n, err)
	}
	seen, err := db.EventsAfter(ctx, 0, 10)
	must(t, err)
	cursor := seen[len(seen)-1].Seq
	must(t, slow.Commit(ctx))
	if n, err := db.PublishEvents(ctx, fence); n != 1 || err != nil {
		t.Fatalf("published %d, %v; want the late one", n, err)
	}
	more, err := db.EventsAfter(ctx, cursor, 10)
	must(t, err)
	if len(more) != 1 || more[0].ID != "early" || more[0].Seq != cursor+1 {
		t.Fatalf("after number %d come %+v", cursor, more)
	}
}

// testOutcomeUnknown cuts the connection after COMMIT was sent and before its answer came. The caller is not told that it failed, and a
// repeat with the same key gives the report that was saved.
func testOutcomeUnknown(t *testing.T, server *pgtest.Server) {
	ctx := t.Context()
	real := server.URL(t)
	cut, proxied := cutter(t, real)
	db := openURL(t, proxied, at)
	s := storetest.Submission(at(), "k1")
	cut.Store(true)
	_, err := db.Submit(ctx, s)
	cut.Store(false)
	var e *ronda.Error
	if !errors.As(err, &e) || e.Kind != ronda.Internal || e.Code != "store.outcome_unknown" {
		t.Fatalf("error is %v", err)
	}
	again, err := db.Submit(ctx, s)
	must(t, err)
	if !again.Again || again.Report.Code != s.Report.Code {
		t.Fatalf("the repeat got %+v", again)
	}
}

// cutter passes a server's socket on. While the switch is on, a connection that commits is cut before the answer.
func cutter(t *testing.T, to string) (*atomic.Bool, string) {
	t.Helper()
	u, err := url.Parse(to)
	must(t, err)
	q := u.Query()
	target := filepath.Join(q.Get("host"), ".s.PGSQL.5432")
	dir, err := os.MkdirTemp("", "cut")
	must(t, err)
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	listener, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	must(t, err)
	var cut atomic.Bool
	var all sync.WaitGroup
	t.Cleanup(func() {
		must(t, listener.Close())
		all.Wait()
	})
	all.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { pass(client, target, &cut) })
		}
	})
	q.Set("host", dir)
	u.RawQuery = q.Encode()
	return &cut, u.String()
}

func pass(client net.Conn, target string, cut *atomic.Bool) {
	defer client.Close()
	server, err := net.Dial("unix", target)
	if err != nil {
		return
	}
	defer server.Close()
	var silent atomic.Bool
	answers := make(chan struct{})
	go func() {
		defer close(answers)
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			if silent.Load() || err != nil {
				client.Close()
				return
			}
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			break
		}
		if cut.Load() && bytes.Contains(bytes.ToLower(buf[:n]), []byte("commit\x00")) {
			silent.Store(true)
		}
		if _, err := server.Write(buf[:n]); err != nil {
			break
		}
	}
	if !silent.Load() {
		server.Close()
	}
	<-answers
	_, _ = io.Copy(io.Discard, client)
}

// testOpenTogether lets several processes bring one empty database up to date at once.
func testOpenTogether(t *testing.T, _ *pgtest.Server) {
	server := pgtest.Start(t, "fsync=off") // its template has no schema
	url := server.URL(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			db, err := store.Open(context.Background(), store.Config{URL: url, Conns: 3})
			if err != nil {
				t.Error(err)
				return
			}
			if err := errors.Join(db.Healthy(context.Background()), db.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

const newerVersion = `INSERT INTO schema_versions (version_id, is_applied) VALUES (9000, TRUE)`

func testNewerPostgres(t *testing.T, server *pgtest.Server) {
	url := server.URL(t)
	_, err := connect(t, url).Exec(t.Context(), newerVersion)
	must(t, err)
	if _, err := store.Open(t.Context(), store.Config{URL: url}); !errors.Is(err, store.ErrNewerSchema) {
		t.Fatalf("error is %v", err)
	}
}

func TestNewerSQLite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, openDir(t, store.Config{Dir: dir}).Close())
	raw, err := sql.Open("sqlite", filepath.Join(dir, "ronda.db"))
	must(t, err)
	_, err = raw.Exec(newerVersion)
	must(t, errors.Join(err, raw.Close()))
	if _, err := store.Open(t.Context(), store.Config{Dir: dir}); !errors.Is(err, store.ErrNewerSchema) {
		t.Fatalf("error is %v", err)
	}
}

// testClaimInReverse holds a claim in an open transaction of another process while a report with the same address comes in: it waits, and
// joins the case that was first.
func testClaimInReverse(t *testing.T, server *pgtest.Server) {
	ctx := t.Context()
	url := server.URL(t)
	db := openURL(t, url, at)
	first := storetest.Case(at())
	must(t, db.SaveChanges(ctx, storetest.Opened(first)))
	other, err := connect(t, url).Begin(ctx)
	must(t, err)
	_, err = other.Exec(ctx, `INSERT INTO case_keys (key, case_id) VALUES ('b', $1)`, first.ID)
	must(t, err)
	done := make(chan ronda.Submitted, 1)
	go func() {
		out, err := db.Submit(context.Background(), storetest.Submission(at(), "a", "b", "c"))
		if err != nil {
			t.Error(err)
		}
		done <- out
	}()
	waitForLock(t, connect(t, url))
	must(t, other.Commit(ctx))
	if out := <-done; out.Report.Case != first.ID {
		t.Fatalf("the report is in case %s, want %s", out.Report.Case, first.ID)
	}
	claims, err := db.OpenCaseByKeys(ctx, []string{"a", "b", "c"})
	must(t, err)
	for _, key := range []string{"a", "b", "c"} {
		if claims[key] != first.ID {
			t.Errorf("%s is claimed by %s", key, claims[key])
		}
	}
}

// waitForLock returns when some connection waits for another's lock.
func waitForLock(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	for waiting := 0; waiting == 0; {
		must(t, conn.QueryRow(t.Context(), `SELECT COUNT(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waiting))
	}
}
