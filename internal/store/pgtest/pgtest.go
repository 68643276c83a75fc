// Package pgtest starts a private PostgreSQL for tests: the installed programs, a cluster in a temporary folder, a socket in that folder
// and no network. Its default collation is a linguistic one on purpose, so that a key column without byte order is found out.
package pgtest

import (
	"bufio"
	"context"
	"errors"
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

// ErrMissing is the error of Launch where no server can be started here.
var ErrMissing = errors.New("PostgreSQL cannot be tested here")

// Start starts a server that ends with the test. Where there is none it skips the test; see Skip. Settings are "name=value" of
// postgresql.conf.
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := Launch(settings...)
	Skip(t, err)
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Log(err)
		}
	})
	return s
}

// Skip skips a test where err is ErrMissing, or fails it if RONDA_REQUIRE names postgres. Any other error fails it.
func Skip(t testing.TB, err error) {
	t.Helper()
	required := slices.Contains(strings.FieldsFunc(os.Getenv("RONDA_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), "postgres")
	switch {
	case err == nil:
	case errors.Is(err, ErrMissing) && !required:
		t.Skip(err)
	default:
		t.Fatal(err)
	}
}

// Launch starts a server that runs until Stop, for tests that share one.
func Launch(settings ...string) (*Server, error) {
	bin, ok := find()
	if !ok {
		return nil, fmt.Errorf("%w: no version 15 or later is installed (looked for initdb in PATH and /usr/lib/postgresql)", ErrMissing)
	}
	user, err := serverAccount()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMissing, err)
	}
	dir, err := os.MkdirTemp("", "ronda-pg-")
	if err != nil {
		return nil, fmt.Errorf("make folder for PostgreSQL: %w", err)
	}
	s := &Server{bin: bin, dir: dir, user: user, settings: settings}
	if err := errors.Join(user.own(dir), s.initdb()); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	if err := s.launch(); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// Stop ends the server and removes its files.
func (s *Server) Stop() error {
	if s.running != nil {
		s.running.stop("immediate")
		s.running = nil
	}
	if err := os.RemoveAll(s.dir); err != nil {
		return fmt.Errorf("remove files of PostgreSQL: %w", err)
	}
	return nil
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

func (s *Server) initdb() error {
	cmd := exec.Command(filepath.Join(s.bin, "initdb"), "-D", s.data(), "-U", "ronda", "-A", "trust", "-E", "UTF8", "--no-sync",
		"--locale=C", "--locale-provider=icu", "--icu-locale=en")
	cmd.Dir = s.dir
	s.user.run(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
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

func (s *Server) launch() error {
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
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	log, err := cmd.StderrPipe()
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	p := &process{cmd: cmd, stdin: stdin, ended: make(chan struct{})}
	ready, said := make(chan struct{}), make(chan string, 1)
	go p.follow(log, ready, said)
	select {
	case <-ready:
	case text := <-said:
		return fmt.Errorf("PostgreSQL ended:\n%s", text)
	case <-time.After(startTime):
		p.stop("immediate")
		return fmt.Errorf("PostgreSQL did not start within %v", startTime)
	}
	s.running = p
	return nil
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
	s.running = nil
	if err := s.launch(); err != nil {
		t.Fatal(err)
	}
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
