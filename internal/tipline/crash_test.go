package tipline_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/job"
	"ronda/internal/store"
	"ronda/internal/tipline"
)

// crashPlace names the folder of a child process, which the test binary runs itself as.
const crashPlace = "RONDA_TIPLINE_TEST_CHILD"

// kills is how often the child is ended at a moment that nobody chose.
const kills = 12

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashPlace); dir != "" {
		chatForEver(dir)
		return
	}
	os.Exit(m.Run())
}

// ledger is an application that writes what arrives into a file: it survives the process, as a phone does.
type ledger struct {
	phone
	file *os.File
}

func (l *ledger) Send(_ context.Context, d tipline.Delivery) error {
	_, err := fmt.Fprintf(l.file, "%s %s %v\n", d.To.Chat, d.ID, d.Again)
	return err
}

func openLedger(dir string) (*ledger, error) {
	f, err := os.OpenFile(filepath.Join(dir, "arrived"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	return &ledger{file: f}, err
}

// childRig is a service in a process of its own, by the real clock.
func childRig(dir string) (*tipline.Service, *store.DB, error) {
	db, err := store.Open(context.Background(), store.Config{Dir: dir})
	if err != nil {
		return nil, nil, err
	}
	l, err := openLedger(dir)
	if err != nil {
		return nil, nil, err
	}
	t := &testing.T{}
	r := rigOn(t, db, &clock{now: noon}, dir)
	r.s.Now = time.Now
	r.s.Providers = map[string]tipline.Provider{"telegram": l}
	return r.s, db, nil
}

func crashWorker(s *tipline.Service, db *store.DB, now func() time.Time) *job.Worker {
	return &job.Worker{Store: db, Owner: fmt.Sprint("w", os.Getpid()), Now: now, Log: s.Log, Lease: 200 * time.Millisecond, Poll: 10 * time.Millisecond, Handlers: map[string]job.Handler{
		tipline.JobTurn: func(ctx context.Context, j ronda.Job) error { return s.Turn(ctx, j.Args["chat"]) },
		tipline.JobSend: func(ctx context.Context, j ronda.Job) error { return s.Send(ctx, j.Args["chat"]) }}}
}

// chatForEver takes messages of many people and answers them, and prints each chat whose message was acknowledged, until it is killed.
func chatForEver(dir string) {
	s, db, err := childRig(dir)
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	wake, _ := db.NewJobs()
	w := crashWorker(s, db, time.Now)
	w.Wake = wake
	go w.Run(context.Background())
	var out sync.Mutex
	failed := make(chan error)
	for range 3 {
		go func() {
			for {
				chat := fmt.Sprintf("chat-%d", rand.Int64())
				in := tipline.Incoming{Provider: "telegram", Message: chat + ":1", Chat: chat, From: chat, At: time.Now(), Kind: tipline.KindText, Text: "bantuan"}
				if err := s.Receive(context.Background(), in); err != nil {
					failed <- err
					return
				}
				out.Lock()
				fmt.Printf("%s\n", chat)
				out.Unlock()
			}
		}()
	}
	<-failed
	os.Exit(2)
}

// TestKill ends the process again and again, between taking a message and answering it, and between sending and writing that it was sent. Each message
// that was acknowledged is answered; only what was being sent at such a moment may arrive twice, and the second time is marked as a repeat.
func TestKill(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("kills take some seconds")
	}
	dir := t.TempDir()
	var acknowledged []string
	for range kills {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), crashPlace+"="+dir)
		cmd.Stderr = io.Discard
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(pipe)
		for n := 1 + rand.IntN(60); n > 0 && lines.Scan(); n-- {
			acknowledged = append(acknowledged, lines.Text())
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			acknowledged = append(acknowledged, lines.Text())
		}
		_ = cmd.Wait() // it was killed
	}
	finish(t, dir)
	count := map[string]int{}
	raw, err := os.ReadFile(filepath.Join(dir, "arrived"))
	if err != nil {
		t.Fatal(err)
	}
	twice := 0
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		f := strings.Fields(line)
		if len(f) != 3 {
			continue // cut off by a kill
		}
		if count[f[0]]++; count[f[0]] > 1 {
			twice++
			if f[2] != "true" {
				t.Errorf("%s was sent again without being marked", f[0])
			}
		}
	}
	if len(acknowledged) < kills {
		t.Fatalf("only %d messages were acknowledged", len(acknowledged))
	}
	for _, chat := range acknowledged {
		if strings.HasPrefix(chat, "chat-") && count[chat] == 0 && len(chat) > 20 {
			t.Errorf("%s was acknowledged and never answered", chat)
		}
	}
	if twice > kills*4 { // four at once at most
		t.Errorf("%d arrived twice in %d kills", twice, kills)
	}
	t.Logf("%d kills, %d acknowledged messages, all answered; %d arrived twice", kills, len(acknowledged), twice)
}

// finish is the start after the last kill: it works off what is left. Jobs of the dead process are taken up when their lease ends.
func finish(t *testing.T, dir string) {
	t.Helper()
	s, db, err := childRig(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	w := crashWorker(s, db, time.Now)
	wake, stop := db.NewJobs()
	defer stop()
	w.Wake = wake
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { w.Run(ctx) })
	deadline := time.Now().Add(2 * time.Minute)
	for done := make(chan struct{}); ; {
		jobs, err := db.Jobs(ctx, ronda.JobFilter{})
		if err != nil {
			t.Fatal(err)
		}
		if len(jobs) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d jobs are left", len(jobs))
		}
		select {
		case <-done:
		case <-time.After(20 * time.Millisecond):
		}
	}
	cancel()
	running.Wait()
}
