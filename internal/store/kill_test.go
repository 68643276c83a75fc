package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ronda"
	"ronda/internal/store"
	"ronda/internal/store/pgtest"
	"ronda/internal/store/storetest"
)

// childPlace names the database of a child process: a directory or a URL. The test binary runs itself as that child.
const childPlace = "RONDA_STORE_TEST_CHILD"

// kills is how often each engine's client is killed, and crashes how often the server is.
const (
	kills   = 50
	crashes = 4
)

func TestMain(m *testing.M) {
	if place := os.Getenv(childPlace); place != "" {
		submitForEver(place)
	}
	code := m.Run()
	shared.stop()
	os.Exit(code)
}

// configOf reads a place.
func configOf(place string) store.Config {
	if strings.HasPrefix(place, "postgres:") {
		return store.Config{URL: place, Clock: at, Conns: 6}
	}
	return store.Config{Dir: place, Clock: at}
}

// submitForEver sends reports from four sides and prints each code once it was acknowledged, until the process is killed or the database
// goes away.
func submitForEver(place string) {
	db, err := store.Open(context.Background(), configOf(place))
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	failed := make(chan error)
	for range 4 {
		go func() {
			for {
				s := storetest.Submission(at(), fmt.Sprint("k", rand.IntN(200)))
				done, err := db.Submit(context.Background(), s)
				if err != nil {
					failed <- err
					return
				}
				// One write is one line, also between threads; the pipe holds it when the process is gone.
				fmt.Fprintf(os.Stdout, "code %s\n", done.Report.Code)
			}
		}()
	}
	<-failed
	os.Exit(2)
}

// child is a running submitForEver.
type child struct {
	cmd *exec.Cmd
	out *bufio.Scanner
}

func startChild(t *testing.T, place string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childPlace+"="+place)
	out, err := cmd.StdoutPipe()
	must(t, err)
	cmd.Stderr = io.Discard
	must(t, cmd.Start())
	return &child{cmd: cmd, out: bufio.NewScanner(out)}
}

// acknowledged reads codes: n of them, or all that are left if n is 0.
func (c *child) acknowledged(t *testing.T, n int) []string {
	t.Helper()
	var codes []string
	for (n == 0 || len(codes) < n) && c.out.Scan() {
		code, ok := strings.CutPrefix(c.out.Text(), "code ")
		if !ok {
			t.Fatalf("the child says %q", c.out.Text())
		}
		if len(code) == ronda.CodeLength { // a line that the kill cut off acknowledges nothing
			codes = append(codes, code)
		}
	}
	return codes
}

// kill ends the child at once and returns what it had still acknowledged.
func (c *child) kill(t *testing.T) []string {
	t.Helper()
	must(t, c.cmd.Process.Kill())
	rest := c.acknowledged(t, 0)
	_ = c.cmd.Wait() // it was killed
	return rest
}

// checkKept opens the database as a restart would and looks for everything that was acknowledged, and for halves of what was not.
func checkKept(t *testing.T, place string, codes []string) {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, configOf(place))
	must(t, err)
	for _, code := range codes {
		r, err := db.ReportByCode(ctx, code)
		if err != nil {
			t.Fatalf("acknowledged report %s is lost: %v", code, err)
		}
		if _, err := db.Case(ctx, r.Case); err != nil {
			t.Fatalf("case of acknowledged report %s is lost: %v", code, err)
		}
	}
	must(t, db.Close())
}

// checkWhole compares every report, case, event and job of the database with each other.
func checkWhole(t *testing.T, place string) {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, configOf(place))
	must(t, err)
	reports, err := db.Reports(ctx, "", 1_000_000)
	must(t, err)
	cases, err := db.Cases(ctx, "", 1_000_000)
	must(t, err)
	opened := map[string]int{}
	for _, c := range cases {
		opened[c.ID] = 0
		events, err := db.Events(ctx, c.ID)
		must(t, err)
		if len(events) == 0 || events[0].Kind != ronda.EventOpened {
			t.Fatalf("case %s has no beginning: %+v", c.ID, events)
		}
		claims, err := db.OpenCaseByKeys(ctx, []string{c.Items[0].Key})
		must(t, err)
		if claims[c.Items[0].Key] != c.ID {
			t.Fatalf("case %s does not hold its address", c.ID)
		}
	}
	for _, r := range reports {
		if _, ok := opened[r.Case]; !ok {
			t.Fatalf("report %s is of case %s, which is not there", r.ID, r.Case)
		}
		if !r.Joined {
			opened[r.Case]++
		}
	}
	for id, n := range opened {
		if n != 1 {
			t.Fatalf("case %s was opened by %d reports", id, n)
		}
	}
	jobs, err := db.JobCounts(ctx)
	must(t, err)
	if len(jobs) != 1 || jobs[0].Total != len(reports) {
		t.Fatalf("%d reports owe %+v", len(reports), jobs)
	}
	t.Logf("%d reports in %d cases", len(reports), len(cases))
	must(t, db.Close())
}

// killOften kills a child again and again at a moment that nobody chose, and checks after each.
func killOften(t *testing.T, place string) {
	t.Helper()
	total := 0
	for range kills {
		c := startChild(t, place)
		codes := c.acknowledged(t, 1+rand.IntN(40))
		codes = append(codes, c.kill(t)...)
		if len(codes) == 0 {
			t.Fatal("the child acknowledged nothing")
		}
		total += len(codes)
		checkKept(t, place, codes)
	}
	checkWhole(t, place)
	t.Logf("%d kills, %d acknowledged reports, none lost", kills, total)
}

func TestKillSQLite(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("kills take some seconds")
	}
	dir := t.TempDir()
	killOften(t, dir)
	raw, err := sql.Open("sqlite", filepath.Join(dir, "ronda.db"))
	must(t, err)
	var verdict string
	must(t, raw.QueryRow(`PRAGMA integrity_check`).Scan(&verdict))
	if verdict != "ok" {
		t.Fatalf("integrity check: %s", verdict)
	}
	must(t, raw.Close())
}

func TestKillPostgres(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("kills take some seconds")
	}
	server := startPostgres(t, "fsync=on")
	t.Run("Client", func(t *testing.T) { killOften(t, server.URL(t)) })
	t.Run("Server", func(t *testing.T) { crashOften(t, server) })
}

// crashOften ends the server under a child at once, as a crash would.
func crashOften(t *testing.T, server *pgtest.Server) {
	place := server.URL(t)
	for range crashes {
		c := startChild(t, place)
		codes := c.acknowledged(t, 20+rand.IntN(40))
		server.Crash(t)
		codes = append(codes, c.kill(t)...)
		checkKept(t, place, codes)
	}
	checkWhole(t, place)
}
