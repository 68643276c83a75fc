package main

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	server "github.com/emersion/go-smtp"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/notice/smtp"
)

// mailBox is a mail server that keeps what it gets, and refuses as long as it is told to.
type mailBox struct {
	mu     sync.Mutex
	mails  []string
	refuse bool
}

func (b *mailBox) NewSession(*server.Conn) (server.Session, error) { return boxSession{b}, nil }

type boxSession struct{ b *mailBox }

func (boxSession) Reset()                                 {}
func (boxSession) Logout() error                          { return nil }
func (boxSession) Mail(string, *server.MailOptions) error { return nil }
func (boxSession) Rcpt(string, *server.RcptOptions) error { return nil }

func (s boxSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	if s.b.refuse {
		return &server.SMTPError{Code: 451, Message: "later"}
	}
	s.b.mails = append(s.b.mails, string(raw))
	return nil
}

// TestDigest plans a day and mails a liaison the deadlines that wait, at seven by the clock of the region.
func TestDigest(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	box := &mailBox{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := server.NewServer(box)
	s.Domain, s.ErrorLog = "mail.test", slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); _ = l.Close(); <-done })
	texts, err := i18n.Load("id", "en")
	if err != nil {
		t.Fatal(err)
	}
	d := &digests{app: h.app, texts: texts, mail: smtp.Server{Addr: l.Addr().String(), Mode: smtp.Plain, From: "ronda@ronda.test", Timeout: 10 * time.Second}}
	liaison, err := h.accounts.Create(t.Context(), "hukum@tiktok.example", "Hukum", "", ronda.Actor{Org: "tiktok", Platform: "tiktok", Roles: []ronda.Role{ronda.RoleLiaison}})
	if err != nil {
		t.Fatal(err)
	}
	east, err := h.accounts.Create(t.Context(), "papua@bawaslu.example", "Papua", "", ronda.Actor{Org: "bawaslu", Office: "bawaslu:91", Roles: []ronda.Role{ronda.RoleOfficer}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a plan that runs again owes nothing twice
		if err := d.plan(t.Context(), ronda.Job{}); err != nil {
			t.Fatal(err)
		}
	}
	jobs, err := h.db.Jobs(t.Context(), ronda.JobFilter{Kind: jobDigestMail})
	if err != nil || len(jobs) != 2 {
		t.Fatalf("%d mails are owed, %v", len(jobs), err)
	}
	for _, j := range jobs {
		zone := map[string]string{liaison.ID: "Asia/Jakarta", east.ID: "Asia/Jayapura"}[j.Job.Args["account"]]
		z, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		if at := j.Job.RunAt.In(z); at.Hour() != 7 || at.Minute() != 0 || !at.After(h.now()) || at.Sub(h.now()) > 24*time.Hour {
			t.Errorf("%s gets the digest at %s", zone, at)
		}
	}
	one := ronda.Job{Kind: jobDigestMail, Args: map[string]string{"account": liaison.ID, "day": "2024-11-20"}}
	box.refuse = true
	if err := d.send(t.Context(), one); err == nil {
		t.Fatal("a refused mail is not tried again")
	}
	box.refuse = false
	if err := d.send(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	list, err := h.deadlines(t.Context(), liaison.Actor)
	if err != nil || len(list) == 0 {
		t.Fatalf("the demonstration has %d deadlines for TikTok, %v", len(list), err)
	}
	if len(box.mails) != 1 || !strings.Contains(box.mails[0], "<digest-"+liaison.ID+"-2024-11-20@") || !strings.Contains(box.mails[0], "WIB") {
		t.Errorf("mails: %q", box.mails)
	}
}

// TestCalendar gives a liaison a secret address, which works without signing in until a new one is made.
func TestCalendar(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	liaison, anyone := h.visit(t, "penghubung.tiktok"), h.visit(t, "")
	address := regexp.MustCompile(`/kalender/[0-9a-f]{48}\.ics`)
	first := address.FindString(liaison.post("/kerja/kalender").is(t, 200, "Salin sekarang").text)
	feed := anyone.get(first)
	if feed.StatusCode != 200 || feed.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.Contains(feed.text, "BEGIN:VEVENT") || !strings.Contains(feed.text, "DTEND;TZID=Asia/") {
		t.Errorf("feed %d:\n%.800s", feed.StatusCode, feed.text)
	}
	rows, _, err := h.db.Notices(t.Context(), ronda.NoticeFilter{Platform: "tiktok", States: []ronda.NoticeState{ronda.NoticeReceived}, Now: h.now(), Size: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		for _, secret := range []string{r.Title, r.Notice.Items[0].Address, r.Notice.Code} {
			if secret != "" && strings.Contains(feed.text, secret) {
				t.Errorf("the calendar says %q", secret)
			}
		}
	}
	second := address.FindString(liaison.post("/kerja/kalender").text)
	if second == first || second == "" {
		t.Error("no new address")
	}
	for path, want := range map[string]int{first: http.StatusNotFound, second: 200, "/kalender/x.ics": 404, strings.TrimSuffix(second, ".ics"): 404} {
		if got := anyone.get(path); got.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, got.StatusCode, want)
		}
	}
	liaison.get("/kerja/kalender").is(t, 200, "Tenggat berikutnya")
}
