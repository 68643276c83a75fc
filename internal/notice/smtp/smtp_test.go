package smtp_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	server "github.com/emersion/go-smtp"

	"ronda"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/i18n"
	"ronda/internal/notice"
	"ronda/internal/notice/letter"
	"ronda/internal/notice/mailin"
	"ronda/internal/notice/smtp"
)

// box is a mail server with faults.
type box struct {
	mu    sync.Mutex
	mails [][]byte
	tries int

	mail, rcpt, data error  // refuses at this step
	after            error  // refuses after the whole message
	cut              string // closes the connection: "early" at the recipient, "body" inside the message, "late" after it was kept
}

func (b *box) NewSession(c *server.Conn) (server.Session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tries++
	return &session{b, c}, nil
}

type session struct {
	b *box
	c *server.Conn
}

func (s *session) Reset()                                 {}
func (s *session) Logout() error                          { return nil }
func (s *session) Mail(string, *server.MailOptions) error { return s.b.mail }
func (s *session) Rcpt(string, *server.RcptOptions) error {
	if s.b.cut == "early" {
		s.c.Conn().Close()
	}
	return s.b.rcpt
}

func (s *session) Data(r io.Reader) error {
	if s.b.cut == "body" {
		s.c.Conn().Close()
		return errors.New("gone")
	}
	if s.b.data != nil {
		return s.b.data
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.b.after != nil {
		return s.b.after
	}
	s.b.mu.Lock()
	s.b.mails = append(s.b.mails, raw)
	s.b.mu.Unlock()
	if s.b.cut == "late" {
		s.c.Conn().Close()
	}
	return nil
}

// listen starts the mail server on a port of its own.
func listen(t *testing.T, b *box) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s := server.NewServer(b)
	s.Domain, s.ErrorLog = "mail.test", slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); _ = l.Close(); <-done })
	return l.Addr().String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type rig struct {
	*caseworktest.Rig
	channel *smtp.Channel
	service *notice.Service
	caseID  string
	notice  string
}

func newRig(t *testing.T, addr string) *rig {
	t.Helper()
	r := &rig{Rig: caseworktest.New(t)}
	must(t, r.DB.SetPlatformChannel(t.Context(), ronda.PlatformChannel{Platform: "tiktok", Kind: "email", Target: "hukum@tiktok.example", ChangedAt: r.Now()}))
	letters, err := letter.New("id", "en")
	must(t, err)
	texts, err := i18n.Load("id", "en")
	must(t, err)
	composer := &smtp.Composer{Letters: letters, Texts: texts, Langs: []string{"id", "en"}, Now: r.Now,
		Document: func(_ context.Context, c ronda.Case, n ronda.Notice) (letter.Document, error) {
			return letter.FromNotice(r.Pack, c, n, letter.Facts{Base: "https://ronda.test"}), nil
		}}
	r.channel = &smtp.Channel{Settings: r.DB, Deliveries: r.DB, Now: r.Now, IDs: ronda.IDs{Rand: rand.Reader}, Compose: composer.Compose,
		Server: smtp.Server{Addr: addr, Mode: smtp.Plain, From: "ronda@ronda.test", Timeout: 10 * time.Second}}
	r.service = &notice.Service{Pack: r.Pack, Store: r.DB, Cases: r.Cases, Settings: r.DB, Domain: "ronda.test", Now: r.Now, Log: slog.New(slog.DiscardHandler),
		Channels: map[string]notice.Channel{"email": r.channel}}
	c := r.Decide(t, r.Open(t, "hate_sara", 2), caseworktest.Assessment())
	c = r.Do(t, "bandung", c.ID, ronda.Send{Act: ronda.Flag, Platform: "tiktok", Channel: "email", GoodFaith: true,
		Explanation: "Unggahan ini mengajak memusuhi kelompok tertentu di kota ini.", Necessity: "Label saja tidak cukup karena ancaman sudah terjadi."})
	r.caseID, r.notice = c.ID, c.Notices[0].ID
	return r
}

func (r *rig) state(t *testing.T) ronda.Notice {
	t.Helper()
	row, err := r.DB.Notice(t.Context(), r.notice)
	must(t, err)
	return row.Notice
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	refused := &server.SMTPError{Code: 550, EnhancedCode: server.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	busy := &server.SMTPError{Code: 451, EnhancedCode: server.EnhancedCode{4, 3, 0}, Message: "later"}
	tests := []struct {
		name  string
		box   *box
		state ronda.NoticeState
		kept  int // mails in the box
		code  int
	}{
		{"accepted is sent, not received", &box{}, ronda.NoticeSent, 1, 250},
		{"sender refused", &box{mail: refused}, ronda.NoticeFailed, 0, 550},
		{"recipient refused", &box{rcpt: refused}, ronda.NoticeFailed, 0, 550},
		{"busy", &box{rcpt: busy}, ronda.NoticeFailed, 0, 451},
		{"refused after the message", &box{after: refused}, ronda.NoticeFailed, 0, 550},
		{"cut before the message", &box{cut: "early"}, ronda.NoticeFailed, 0, 0},
		{"failed but sent", &box{cut: "late"}, ronda.NoticeUnknown, 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, listen(t, tt.box))
			must(t, r.service.Send(t.Context(), r.notice))
			n := r.state(t)
			if n.State != tt.state || !n.ReceivedAt.IsZero() {
				t.Errorf("state %s, received %v; want %s", n.State, n.ReceivedAt, tt.state)
			}
			must(t, r.service.Send(t.Context(), r.notice)) // the job again: never a second mail
			if tt.box.tries > 1 && tt.state != ronda.NoticeFailed || len(tt.box.mails) != tt.kept {
				t.Errorf("%d connections, %d mails", tt.box.tries, len(tt.box.mails))
			}
			d, err := r.DB.NoticeDeliveries(t.Context(), r.notice)
			if err != nil || len(d) == 0 || d[0].Status != tt.code {
				t.Errorf("deliveries %+v, %v", d, err)
			}
		})
	}
}

// Inside the message the outcome is either certain or unknown, by how much the network had taken; it is never "sent".
func TestCutInsideMessage(t *testing.T) {
	t.Parallel()
	b := &box{cut: "body"}
	r := newRig(t, listen(t, b))
	must(t, r.service.Send(t.Context(), r.notice))
	if n := r.state(t); (n.State != ronda.NoticeUnknown && n.State != ronda.NoticeFailed) || len(b.mails) != 0 {
		t.Errorf("state %s, %d mails", n.State, len(b.mails))
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	addr := l.Addr().String()
	must(t, l.Close())
	r := newRig(t, addr)
	must(t, r.service.Send(t.Context(), r.notice))
	if n := r.state(t); n.State != ronda.NoticeFailed {
		t.Errorf("state %s", n.State)
	}
}

// A server that does not offer encryption gets no letter where it is required.
func TestStartTLSRequired(t *testing.T) {
	t.Parallel()
	b := &box{}
	r := newRig(t, listen(t, b))
	r.channel.Server.Mode = smtp.StartTLS
	must(t, r.service.Send(t.Context(), r.notice))
	if n := r.state(t); n.State != ronda.NoticeFailed || len(b.mails) != 0 {
		t.Errorf("state %s, %d mails", n.State, len(b.mails))
	}
}

// A process that died while sending: the mail may be out, so a person decides and the channel does not send.
func TestCrashWhileSending(t *testing.T) {
	t.Parallel()
	b := &box{}
	r := newRig(t, listen(t, b))
	r.Do(t, "system", r.caseID, ronda.Sending{Notice: r.notice, MessageID: r.notice + "@ronda.test"})
	c, err := r.DB.Case(t.Context(), r.caseID)
	must(t, err)
	must(t, r.channel.Send(t.Context(), c, c.Notices[0])) // and then it died
	must(t, r.service.Send(t.Context(), r.notice))
	if n := r.state(t); n.State != ronda.NoticeUnknown || len(b.mails) != 1 {
		t.Errorf("state %s, %d mails", n.State, len(b.mails))
	}
}

func TestMessage(t *testing.T) {
	t.Parallel()
	b := &box{}
	r := newRig(t, listen(t, b))
	must(t, r.service.Send(t.Context(), r.notice))
	m, err := netmail.ReadMessage(bytes.NewReader(b.mails[0]))
	must(t, err)
	if id := m.Header.Get("Message-Id"); id != "<"+r.notice+"@ronda.test>" {
		t.Errorf("Message-ID %s", id)
	}
	if to, err := m.Header.AddressList("To"); err != nil || to[0].Address != "hukum@tiktok.example" {
		t.Errorf("to %v, %v", to, err)
	}
	raw := string(b.mails[0])
	for _, want := range []string{"application/pdf", "application/json", "text/html", "text/plain", "ronda-" + r.notice + "-id.pdf", "ronda-" + r.notice + "-en.pdf", "ronda-" + r.notice + ".json"} {
		if !strings.Contains(raw, want) {
			t.Errorf("the mail has no %s", want)
		}
	}
	if strings.Contains(raw, "⟦") {
		t.Error("a text is missing")
	}
}

// What comes back makes nothing certain: a bounce leaves the outcome open, a reply is noted and starts no clock.
func TestMailIn(t *testing.T) {
	t.Parallel()
	r := newRig(t, listen(t, &box{}))
	must(t, r.service.Send(t.Context(), r.notice))
	in := &mailin.Service{Store: r.DB, Cases: r.Cases}
	reply := "From: Hukum <hukum@tiktok.example>\r\nSubject: Re: Penandaan\r\nIn-Reply-To: <" + r.notice + "@ronda.test>\r\n\r\nSudah kami terima.\r\n"
	for range 2 {
		id, m, err := in.Take(t.Context(), []byte(reply))
		if err != nil || id != r.notice || m.Kind != mailin.Reply {
			t.Fatalf("%s %+v %v", id, m, err)
		}
	}
	c, err := r.DB.Case(t.Context(), r.caseID)
	must(t, err)
	if n := c.Notices[0]; n.State != ronda.NoticeSent || !n.ReceivedAt.IsZero() || len(c.Notes) != 1 || !strings.Contains(c.Notes[0].Text, "Sudah kami terima.") {
		t.Errorf("state %s, notes %+v", n.State, c.Notes)
	}
	bounce := "From: MAILER-DAEMON@mail.test\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nNot delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.test\r\n\r\n" +
		"Final-Recipient: rfc822; hukum@tiktok.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" + r.notice + "@ronda.test>\r\n\r\n--b--\r\n"
	if _, m, err := in.Take(t.Context(), []byte(bounce)); err != nil || m.Kind != mailin.Bounce || m.Status != "5.1.1" {
		t.Fatalf("%+v %v", m, err)
	}
	if n := r.state(t); n.State != ronda.NoticeUnknown || n.Failure != "mail came back 5.1.1" {
		t.Errorf("state %s, %q", n.State, n.Failure)
	}
	if _, _, err := in.Take(t.Context(), []byte(strings.ReplaceAll(reply, "ronda.test", "other.test"))); !errors.Is(err, mailin.ErrNotOurs) {
		t.Errorf("a mail to others: %v", err)
	}
}
