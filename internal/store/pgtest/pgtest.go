// Package pgtest starts a private PostgreSQL for tests: the installed programs, a cluster in a temporary folder, a socket in that folder
// and no network. Its default collation is a linguistic one on purpose, so that a key column without byte order is found out.
package pgtest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a running PostgreSQL of one test.
type Server struct {
	bin, dir string
	user     *account // whom it runs as; nil for the test's own user
	settings []string
	names    atomic.Int64
	running  *process
}

// startTime bounds how long the server may take to start.
const startTime = time.Minute

// Start starts a server that ends with the test. Without the programs the test is skipped, or fails if RONDA_REQUIRE names postgres.
// Settings are "name=value" of postgresql.conf.
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	bin, ok := find()
	if !ok {
		missing(t, "no PostgreSQL 15 or later is installed (looked for initdb in PATH and /usr/lib/postgresql)")
	}
	user, err := serverAccount()
	if err != nil {
		missing(t, err.Error())
	}
	dir, err := os.MkdirTemp("", "ronda-pg-")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{bin: bin, dir: dir, user: user, settings: settings}
	t.Cleanup(func() {
		if s.running != nil {
			s.running.stop("fast")
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Logf("remove %s: %v", dir, err)
		}
	})
	if err := user.own(dir); err != nil {
		t.Fatal(err)
	}
	s.initdb(t)
	s.launch(t)
	return s
}

func missing(t testing.TB, why string) {
	t.Helper()
	if slices.Contains(strings.FieldsFunc(os.Getenv("RONDA_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), "postgres") {
		t.Fatalf("%s, and RONDA_REQUIRE names postgres", why)
	}
	t.Skipf("%s: PostgreSQL is not tested", why)
}

// find returns the folder of the newest server programs.
func find() (string, bool) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(real), true
		}
	}
	for version := 30; version >= 15; version-- {
		dir := fmt.Sprintf("/usr/lib/postgresql/%d/bin", version)
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil {
			return dir, true
		}
	}
	return "", false
}

func (s *Server) initdb(t testing.TB) {
	t.Helper()
	cmd := exec.Command(filepath.Join(s.bin, "initdb"), "-D", s.data(), "-U", "ronda", "-A", "trust", "-E", "UTF8", "--no-sync",
		"--locale=C", "--locale-provider=icu", "--icu-locale=en")
	cmd.Dir = s.dir
	s.user.run(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// watchdog runs the server until a line comes in, or until the test process is gone and its end of the pipe with it.
const watchdog = `"$@" & server=$!
read how
case "$how" in immediate) kill -QUIT $server;; *) kill -INT $server;; esac
wait $server`

// process is one run of the server.
type process struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	ended chan struct{}
}

func (s *Server) launch(t testing.TB) {
	t.Helper()
	args := []string{"-c", watchdog, "sh", filepath.Join(s.bin, "postgres"), "-D", s.data(), "-k", s.dir, "-c", "listen_addresses=",
		"-c", "max_connections=120", "-c", "shared_buffers=64MB", "-c", "log_min_messages=log", "-c", "logging_collector=off"}
	for _, setting := range s.settings {
		args = append(args, "-c", setting)
	}
	cmd := exec.Command("/bin/sh", args...)
	cmd.Dir = s.dir
	s.user.run(cmd)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd, stdin: stdin, ended: make(chan struct{})}
	ready, said := make(chan struct{}), make(chan string, 1)
	go p.follow(log, ready, said)
	select {
	case <-ready:
	case text := <-said:
		t.Fatalf("PostgreSQL ended:\n%s", text)
	case <-time.After(startTime):
		p.stop("immediate")
		t.Fatalf("PostgreSQL did not start within %v", startTime)
	}
	s.running = p
}

// follow reads the server's log to its end: it tells when the server is ready, or what it said instead.
func (p *process) follow(log io.Reader, ready chan<- struct{}, said chan<- string) {
	var text strings.Builder
	lines := bufio.NewScanner(log)
	up := false
	for lines.Scan() {
		if !up {
			text.WriteString(lines.Text() + "\n")
		}
		if !up && strings.Contains(lines.Text(), "ready to accept connections") {
			up = true
			close(ready)
		}
	}
	_ = p.cmd.Wait() // its exit status is that of a server that was told to end
	said <- text.String()
	close(p.ended)
}

func (p *process) stop(how string) {
	// A pipe that is closed already means that the server has ended.
	_, _ = io.WriteString(p.stdin, how+"\n")
	_ = p.stdin.Close()
	<-p.ended
}

// Crash ends the server at once, as a power cut would for all but the disk's cache, and starts it again. Connections break.
func (s *Server) Crash(t testing.TB) {
	t.Helper()
	s.running.stop("immediate")
	s.launch(t)
}

// Template returns the address of the database that every later one is a copy of. Close all connections to it before calling URL.
func (s *Server) Template() string { return s.address("template1") }

// URL makes a database, empty or a copy of the template, and returns its address.
func (s *Server) URL(t testing.TB) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.address("postgres"))
	if err != nil {
		t.Fatalf("connect to PostgreSQL: %v", err)
	}
	defer conn.Close(ctx)
	name := fmt.Sprintf("test%d", s.names.Add(1))
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatalf("make database: %v", err)
	}
	return s.address(name)
}

func (s *Server) address(database string) string {
	return "postgres://ronda@/" + database + "?" + url.Values{"host": {s.dir}, "sslmode": {"disable"}}.Encode()
}
