package api_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"ronda"
	"ronda/internal/casework"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/job"
)

var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestGuide runs every example of the integration guide, in its order.
func TestGuide(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			if slices.Contains(strings.FieldsFunc(os.Getenv("RONDA_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), program) {
				t.Fatalf("%s is not installed, and RONDA_REQUIRE names it", program)
			}
			t.Skipf("%s is not installed: the guide's examples are not run", program)
		}
	}
	guide, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	n := r.Flag(t, r.Decide(t, r.Open(t, "hate_sara", 2), caseworktest.Assessment()))
	row, err := r.DB.Notice(t.Context(), n.ID)
	if err != nil {
		t.Fatal(err)
	}
	r.Do(t, "system", row.Case, ronda.Sending{Notice: n.ID, MessageID: n.ID + "@ronda.example"}, ronda.Sent{Notice: n.ID})

	// Acts of practice are sent by the jobs, as in a server.
	work, stop := context.WithCancel(t.Context())
	wake, unhook := r.DB.NewJobs()
	var worker sync.WaitGroup
	worker.Go(func() {
		(&job.Worker{Store: r.DB, Owner: "guide", Now: r.Now, Wake: wake, Log: slog.New(slog.DiscardHandler), Handlers: map[string]job.Handler{
			casework.JobSend: func(ctx context.Context, j ronda.Job) error { return r.notices.Send(ctx, j.Args["notice"]) },
		}}).Run(work)
	})
	defer worker.Wait()
	defer unhook()
	defer stop()

	var script strings.Builder
	script.WriteString("set -eux\n")
	blocks := shellBlock.FindAllStringSubmatch(string(guide), -1)
	for _, b := range blocks {
		script.WriteString(b[1])
	}
	if len(blocks) < 12 {
		t.Fatalf("%d examples in the guide", len(blocks))
	}
	cmd := exec.Command("sh", "-c", script.String())
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "RONDA="+r.server.URL, "TOKEN="+strings.TrimPrefix(r.token("tiktok"), "Authorization: Bearer "), "PRACTICE="+strings.TrimPrefix(r.practiceToken("tiktok"), "Authorization: Bearer "))
	if out, err := cmd.CombinedOutput(); err != nil {
		if len(out) > 6000 {
			out = out[len(out)-6000:]
		}
		t.Errorf("%v\n%s", err, out)
	}
}
