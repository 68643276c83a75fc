package webhook_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/keys"
	"ronda/internal/notice"
	"ronda/internal/notice/channel"
	"ronda/internal/notice/webhook"
	"ronda/internal/safefetch"
)

// receiver is a platform's server: it checks each delivery as the documentation tells it to, and then answers as the test wants.
type receiver struct {
	mu     sync.Mutex
	key    []byte
	now    func() time.Time
	answer func(try int, id string, w http.ResponseWriter, r *http.Request)
	tries  int
	taken  map[string]int
	bad    []error
}

func (x *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.mu.Lock()
	defer x.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		x.bad = append(x.bad, err)
	}
	id, err := webhook.Verify(r.Header, x.key, body, x.now())
	var m webhook.Message
	if err != nil || json.Unmarshal(body, &m) != nil || m.ID != id {
		x.bad = append(x.bad, fmt.Errorf("delivery %q: %v", id, err))
	}
	x.tries++
	x.taken[id]++
	x.answer(x.tries, id, w, r)
}

// ok answers 2xx with the delivery's number.
func ok(_ int, id string, w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"id":%q}`, id) }

// hang cuts the connection without an answer.
func hang(_ int, _ string, w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		conn.Close()
	}
}

func status(code int) func(int, string, http.ResponseWriter, *http.Request) {
	return func(_ int, _ string, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

type rig struct {
	*caseworktest.Rig
	hook    *webhook.Channel
	service *notice.Service
	got     *receiver
	caseID  string
	notice  string
}

func newRig(t *testing.T) *rig {
	t.Helper()
	base := caseworktest.New(t)
	ring, err := keys.Open(filepath.Join(t.TempDir(), "master.key"))
	must(t, err)
	settings := &channel.Settings{Pack: base.Pack, Store: base.DB, Seals: ring, Rand: rand.Reader, Now: base.Now}
	got := &receiver{now: base.Now, taken: map[string]int{}, answer: ok}
	server := httptest.NewServer(got)
	t.Cleanup(server.Close)
	secret, err := settings.Set(t.Context(), ronda.System(), ronda.PlatformChannel{Platform: "tiktok", Kind: "webhook", Target: server.URL, Private: true}, false)
	must(t, err)
	got.key, err = base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, channel.SecretPrefix))
	must(t, err)
	public, err := safefetch.New(safefetch.Options{UserAgent: "test"})
	must(t, err)
	r := &rig{Rig: base, got: got}
	r.hook = &webhook.Channel{Settings: settings, Deliveries: base.DB, Public: public, Private: webhook.NewPrivatePoster("test"), Now: base.Now, IDs: ronda.IDs{Rand: rand.Reader},
		Document: func(context.Context, ronda.Case, ronda.Notice) ([]byte, error) {
			return []byte(`{"format":"test"}`), nil
		}}
	r.service = &notice.Service{Pack: base.Pack, Store: base.DB, Cases: base.Cases, Settings: settings, Domain: "ronda.test", Now: base.Now, Log: slog.New(slog.DiscardHandler),
		Channels: map[string]notice.Channel{"portal": notice.Portal{}, "webhook": r.hook}}
	c := r.Decide(t, r.Open(t, "hate_sara", 1), caseworktest.Assessment())
	kind, err := r.service.ChannelFor(t.Context(), "tiktok")
	must(t, err)
	c = r.Do(t, "bandung", c.ID, ronda.Send{Act: ronda.Flag, Platform: "tiktok", Channel: kind, GoodFaith: true,
		Explanation: "Unggahan ini mengajak memusuhi kelompok tertentu di kota ini.", Necessity: "Label saja tidak cukup karena ancaman sudah terjadi."})
	r.caseID, r.notice = c.ID, c.Notices[0].ID
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r *rig) state(t *testing.T) ronda.Notice {
	t.Helper()
	row, err := r.DB.Notice(t.Context(), r.notice)
	must(t, err)
	return row.Notice
}

// send runs the job until it ends or has failed often enough, as the worker would.
func (r *rig) send(t *testing.T) (tries int) {
	t.Helper()
	for tries = 1; ; tries++ {
		err := r.service.Send(t.Context(), r.notice)
		if err == nil {
			return tries
		}
		if !errors.Is(err, notice.ErrAgain) || tries > 2*notice.MaxTries {
			t.Fatalf("try %d: %v", tries, err)
		}
		r.Wait(time.Minute)
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer func(int, string, http.ResponseWriter, *http.Request)
		state  ronda.NoticeState
		tries  int
	}{
		{"proof of receipt", ok, ronda.NoticeReceived, 1},
		{"taken without proof", status(204), ronda.NoticeSent, 1},
		{"another number is no proof", func(_ int, _ string, w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"id":"x"}`) }, ronda.NoticeSent, 1},
		{"has it already", status(409), ronda.NoticeSent, 1},
		{"refused for good", status(403), ronda.NoticeFailed, 1},
		{"moved is not followed", status(302), ronda.NoticeFailed, 1},
		{"busy for ever", status(429), ronda.NoticeFailed, notice.MaxTries},
		{"failed but sent", hang, ronda.NoticeUnknown, notice.MaxTries},
		{"broken behind a gateway", status(502), ronda.NoticeUnknown, notice.MaxTries},
		{"refused after an unclear try", func(try int, id string, w http.ResponseWriter, r *http.Request) {
			if try == 1 {
				hang(try, id, w, r)
				return
			}
			w.WriteHeader(http.StatusBadRequest)
		}, ronda.NoticeUnknown, 2},
		{"busy, then well", func(try int, id string, w http.ResponseWriter, r *http.Request) {
			if try < 3 {
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			ok(try, id, w, r)
		}, ronda.NoticeReceived, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.got.answer = tt.answer
			if tries := r.send(t); tries != tt.tries {
				t.Errorf("%d tries, want %d", tries, tt.tries)
			}
			n := r.state(t)
			if n.State != tt.state {
				t.Errorf("state %s, want %s (%s)", n.State, tt.state, n.Failure)
			}
			if len(r.got.taken) != 1 || r.got.taken[n.MessageID] != tt.tries || len(r.got.bad) > 0 {
				t.Errorf("the recipient got %v, faults %v", r.got.taken, r.got.bad)
			}
			kept, err := r.DB.NoticeDeliveries(t.Context(), r.notice)
			if err != nil || len(kept) != tt.tries {
				t.Errorf("%d deliveries kept, %v", len(kept), err)
			}
		})
	}
}

// A certain failure before anything left: nobody listens.
func TestNobodyListens(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	addr := l.Addr().String()
	must(t, l.Close())
	set, err := r.DB.PlatformChannel(t.Context(), "tiktok")
	must(t, err)
	set.Target = "http://" + addr
	must(t, r.DB.SetPlatformChannel(t.Context(), set))
	r.send(t)
	if n := r.state(t); n.State != ronda.NoticeFailed {
		t.Errorf("state %s", n.State)
	}
}

// A target in a private network is refused unless it was allowed for exactly this platform.
func TestPrivateTargetRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	set, err := r.DB.PlatformChannel(t.Context(), "tiktok")
	must(t, err)
	set.Private = false
	must(t, r.DB.SetPlatformChannel(t.Context(), set))
	if tries := r.send(t); tries != 1 || r.got.tries != 0 || r.state(t).State != ronda.NoticeFailed {
		t.Errorf("%d tries, %d arrived, state %s", tries, r.got.tries, r.state(t).State)
	}
}

// losing forgets the try that it was to keep, as a process does that dies after the answer came.
type losing struct {
	webhook.Deliveries
	lose bool
}

func (l *losing) AddDelivery(ctx context.Context, d ronda.Delivery) error {
	if l.lose {
		return errors.New("the process died")
	}
	return l.Deliveries.AddDelivery(ctx, d)
}

// TestCrashBetweenSendAndRecord: the notice arrived, and the process died before it could write that down. The next try carries the same number, and
// a recipient that refuses it now does not make the notice "certainly not sent".
func TestCrashBetweenSendAndRecord(t *testing.T) {
	t.Parallel()
	for _, refuses := range []bool{false, true} {
		t.Run(fmt.Sprint("then refuses ", refuses), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			lossy := &losing{Deliveries: r.DB, lose: true}
			r.hook.Deliveries = lossy
			if err := r.service.Send(t.Context(), r.notice); !errors.Is(err, notice.ErrAgain) {
				t.Fatalf("error %v", err)
			}
			if n := r.state(t); n.State != ronda.NoticeSending {
				t.Fatalf("state %s", n.State)
			}
			lossy.lose = false
			want := ronda.NoticeReceived
			if refuses {
				r.got.answer, want = status(400), ronda.NoticeUnknown
			}
			must(t, r.service.Send(t.Context(), r.notice))
			n := r.state(t)
			if n.State != want || len(r.got.taken) != 1 || r.got.taken[n.MessageID] != 2 {
				t.Errorf("state %s, recipient got %v", n.State, r.got.taken)
			}
		})
	}
}

// TestCrashBeforeProof: the outcome "sent" was committed, the proof of receipt was not. The job runs again and records it without sending.
func TestCrashBeforeProof(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Do(t, "system", r.caseID, ronda.Sending{Notice: r.notice, MessageID: r.notice + "@ronda.test"})
	c, err := r.DB.Case(t.Context(), r.caseID)
	must(t, err)
	must(t, r.hook.Send(t.Context(), c, c.Notices[0]))
	r.Do(t, "system", r.caseID, ronda.Sent{Notice: r.notice})
	must(t, r.service.Send(t.Context(), r.notice))
	if n := r.state(t); n.State != ronda.NoticeReceived || r.got.tries != 1 || !strings.Contains(n.Proof, "web hook") {
		t.Errorf("state %s, %d tries, proof %q", n.State, r.got.tries, n.Proof)
	}
}

func TestTestDelivery(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d, err := r.hook.Test(t.Context(), "tiktok", false)
	if err != nil || d.Outcome != ronda.DeliveryProven || d.Notice != "" {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := r.hook.Test(t.Context(), "facebook", false); ronda.CodeOf(err) != "channel.no_webhook" {
		t.Errorf("a platform without a web hook: %v", err)
	}
	last, err := r.DB.Deliveries(t.Context(), "tiktok", 10)
	if err != nil || len(last) != 1 || last[0].Answer == "" {
		t.Errorf("kept %+v, %v", last, err)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	key, body, at := []byte("0123456789abcdef"), []byte(`{"a":1}`), time.Unix(1732000000, 0)
	signed := func(change func(http.Header)) http.Header {
		h := http.Header{}
		webhook.Sign(h, key, "k-1", "n1@ronda.test", at, body)
		if change != nil {
			change(h)
		}
		return h
	}
	tests := []struct {
		name string
		h    http.Header
		key  []byte
		body []byte
		now  time.Time
		want error
	}{
		{"sound", signed(nil), key, body, at, nil},
		{"two keys while they change", signed(func(h http.Header) { h.Set(webhook.HeaderSignature, "v1,AAAA "+h.Get(webhook.HeaderSignature)) }), key, body, at, nil},
		{"within the tolerance", signed(nil), key, body, at.Add(webhook.Tolerance), nil},
		{"replayed later", signed(nil), key, body, at.Add(webhook.Tolerance + time.Second), webhook.ErrStale},
		{"from the future", signed(nil), key, body, at.Add(-webhook.Tolerance - time.Second), webhook.ErrStale},
		{"replayed with a new time", signed(func(h http.Header) { h.Set(webhook.HeaderTimestamp, "1732009999") }), key, body, at, webhook.ErrSignature},
		{"replayed under another number", signed(func(h http.Header) { h.Set(webhook.HeaderID, "n2@ronda.test") }), key, body, at, webhook.ErrSignature},
		{"changed body", signed(nil), key, []byte(`{"a":2}`), at, webhook.ErrSignature},
		{"another key", signed(nil), []byte("x"), body, at, webhook.ErrSignature},
		{"no signature", signed(func(h http.Header) { h.Del(webhook.HeaderSignature) }), key, body, at, webhook.ErrSignature},
		{"another version", signed(func(h http.Header) {
			h.Set(webhook.HeaderSignature, strings.Replace(h.Get(webhook.HeaderSignature), "v1", "v0", 1))
		}), key, body, at, webhook.ErrSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			id, err := webhook.Verify(tt.h, tt.key, tt.body, tt.now)
			if !errors.Is(err, tt.want) || (err == nil) != (id != "") {
				t.Errorf("%q, %v; want %v", id, err, tt.want)
			}
		})
	}
}
