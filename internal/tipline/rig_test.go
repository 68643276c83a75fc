package tipline_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/intake"
	"ronda/internal/job"
	"ronda/internal/keys"
	"ronda/internal/store"
	"ronda/internal/store/storetest"
	"ronda/internal/throttle"
	"ronda/internal/tipline"
)

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// desk is intake as the tests need it: it finds nothing, and gives each key one ticket.
type desk struct {
	db    *store.DB
	now   func() time.Time
	keys  *keys.Ring
	pack  *ronda.Pack
	fails func() error // of a check
	mu    sync.Mutex
	check []string
	done  map[string]intake.Receipt
}

func (d *desk) Check(_ context.Context, in intake.CheckInput) (intake.CheckResult, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.check = append(d.check, in.Text)
	if d.fails != nil {
		if err := d.fails(); err != nil {
			return intake.CheckResult{}, err
		}
	}
	return intake.CheckResult{Level: "nothing", Text: in.Text}, nil
}

func (d *desk) CheckPicture(ctx context.Context, in intake.CheckInput, data io.Reader) (intake.CheckResult, error) {
	b, err := io.ReadAll(data)
	if err != nil {
		return intake.CheckResult{}, err
	}
	return intake.CheckResult{Level: "match", Text: in.Text, Hits: []intake.CheckHit{{Claim: claim}}}, d.note(fmt.Sprintf("picture of %d bytes", len(b)))
}

func (d *desk) note(s string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.check = append(d.check, s)
	return nil
}

func (d *desk) Allow(context.Context, intake.CheckInput) error { return nil }

// Submit saves a report as intake does: under a key, with the sender's hash.
func (d *desk) Submit(ctx context.Context, in intake.ReportInput) (intake.Receipt, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r, ok := d.done[in.IdemKey]; ok {
		return r, nil
	}
	ids := ronda.IDs{Rand: rand.Reader}
	env := envAt(d.now(), d.pack)
	opened, events := ronda.Open(ronda.Opening{Title: "Hoaks", Category: in.Category, Region: in.Region}, ronda.System(), env)
	sender := fmt.Sprintf("%x", d.keys.Fingerprint("sender", []byte(in.Sender))[:12])
	rep := ronda.Report{ID: ids.New(d.now()), Code: ids.Code(ronda.CodeLength), At: d.now(), Channel: in.Channel, Category: in.Category, Region: in.Region, Text: in.Text, Sender: sender}
	if _, err := d.db.Submit(ctx, ronda.Submission{Report: rep, Open: ronda.Change{Case: opened, Events: events}}); err != nil {
		return intake.Receipt{}, err
	}
	r := intake.Receipt{Code: ronda.FormatCode(rep.Code), At: rep.At, Next: rep.At.Add(time.Hour)}
	d.done[in.IdemKey] = r
	return r, nil
}

func (d *desk) Ticket(ctx context.Context, typed, _ string) (ronda.Ticket, error) {
	code, _ := ronda.ParseCode(typed, ronda.CodeLength)
	r, err := d.db.ReportByCode(ctx, code)
	if err != nil {
		return ronda.Ticket{}, err
	}
	return ronda.Ticket{Code: r.Code, State: ronda.TicketReceived, Region: r.Region}, nil
}

func (d *desk) AddMore(ctx context.Context, in intake.MoreInput) (ronda.Ticket, error) {
	return d.Ticket(ctx, in.Code, in.Sender)
}

// reports erases for the tests.
type reports struct{ db *store.DB }

func (r reports) ReportByCode(ctx context.Context, code string) (ronda.Report, error) {
	return r.db.ReportByCode(ctx, code)
}

func (r reports) EraseReport(ctx context.Context, id string) (bool, error) {
	_, err := r.db.Report(ctx, id)
	return false, err
}

// phone is an application whose user is the test.
type phone struct {
	mu     sync.Mutex
	got    []tipline.Delivery
	fails  []error // of the next sendings, in order
	window time.Duration
	nudges int
	nudge  bool
}

func (p *phone) Limits() tipline.Limits {
	return tipline.Limits{Text: 4096, Asked: 1024, Room: 10, Count: tipline.CountRunes}
}

func (p *phone) Send(_ context.Context, d tipline.Delivery) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.fails) > 0 {
		err := p.fails[0]
		p.fails = p.fails[1:]
		if err != nil {
			return err
		}
	}
	p.got = append(p.got, d)
	return nil
}

func (p *phone) Fetch(context.Context, tipline.Media) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader("picture")), nil
}

func (p *phone) take() []tipline.Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	got := p.got
	p.got = nil
	return got
}

// strict is a phone with a window.
type strict struct{ *phone }

func (s strict) Window() time.Duration { return s.window }

func (s strict) Nudge(context.Context, tipline.Address, string, string) (bool, error) {
	if s.nudge {
		s.nudges++
	}
	return s.nudge, nil
}

// rig is a service on a real store.
type rig struct {
	t     *testing.T
	db    *store.DB
	clock *clock
	desk  *desk
	phone *phone
	s     *tipline.Service
	push  *tipline.Push
	n     int
}

func newRig(t *testing.T) *rig {
	t.Helper()
	c := &clock{now: noon}
	dir := storetest.Dir(t)
	db, err := store.Open(context.Background(), store.Config{Dir: dir, Clock: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return rigOn(t, db, c, dir)
}

func rigOn(t *testing.T, db *store.DB, c *clock, dir string) *rig {
	t.Helper()
	ring, err := keys.Open(filepath.Join(dir, "keys", "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, db: db, clock: c, phone: &phone{}, desk: &desk{db: db, now: c.Now, keys: ring, done: map[string]intake.Receipt{}}}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	talk := machine(t)
	r.desk.pack = talk.Pack
	r.s = &tipline.Service{Talk: *talk, Inbox: db, Outbox: db, Desk: r.desk, Reports: reports{db}, Keys: ring, Throttle: throttle.New(throttle.Budgets(), c.Now),
		Providers: map[string]tipline.Provider{"telegram": r.phone}, Now: c.Now, Log: log, IDs: ronda.IDs{Rand: rand.Reader},
		Leaf: func(a ronda.LogAct) (ronda.Leaf, error) {
			return ronda.Leaf{ID: a.ID, Kind: a.Kind, At: a.At, Bytes: []byte(a.Kind)}, nil
		}}
	r.push = &tipline.Push{Service: r.s, News: db, Cases: db, Log: log}
	return r
}

func (r *rig) incoming(text string) tipline.Incoming {
	r.n++
	return tipline.Incoming{Provider: "telegram", Message: fmt.Sprintf("77:%d", r.n), Chat: "77", From: "77", At: r.clock.Now(), Kind: tipline.KindText, Text: text}
}

func (r *rig) receive(list ...tipline.Incoming) {
	r.t.Helper()
	if err := r.s.Receive(context.Background(), list...); err != nil {
		r.t.Fatal(err)
	}
}

// work runs what is due.
func (r *rig) work() {
	r.t.Helper()
	w := &job.Worker{Store: r.db, Owner: "w", Now: r.clock.Now, Log: r.s.Log, Handlers: map[string]job.Handler{
		tipline.JobTurn: func(ctx context.Context, j ronda.Job) error { return r.s.Turn(ctx, j.Args["chat"]) },
		tipline.JobSend: func(ctx context.Context, j ronda.Job) error { return r.s.Send(ctx, j.Args["chat"]) },
		tipline.JobTidy: func(ctx context.Context, _ ronda.Job) error { return r.s.Tidy(ctx, r.db) }}}
	if _, err := w.RunDue(context.Background()); err != nil {
		r.t.Fatal(err)
	}
}

// says sends a text and returns what came back.
func (r *rig) says(text string) string {
	r.t.Helper()
	r.receive(r.incoming(text))
	r.work()
	return r.heard()
}

func (r *rig) heard() string {
	var out []string
	for _, d := range r.phone.take() {
		out = append(out, d.Message.Text())
	}
	return strings.Join(out, "\n")
}

func (r *rig) wants(got string, parts ...string) {
	r.t.Helper()
	for _, p := range parts {
		if !strings.Contains(got, p) {
			r.t.Fatalf("%q is missing in:\n%s", p, got)
		}
	}
}

// publish numbers the events and tells people of them.
func (r *rig) publish() {
	r.t.Helper()
	ctx := context.Background()
	fence, _, err := r.db.LeasePublisher(ctx, "t", time.Minute)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.db.PublishEvents(ctx, fence); err != nil {
		r.t.Fatal(err)
	}
	if err := r.push.CatchUp(ctx); err != nil {
		r.t.Fatal(err)
	}
	r.work()
}

// envAt is the world of a rule at a time.
func envAt(now time.Time, p *ronda.Pack) ronda.Env {
	ids := ronda.IDs{Rand: rand.Reader}
	return ronda.Env{Now: now, Pack: p, ID: func() string { return ids.New(now) }, Code: ids.Code}
}

var errDown = errors.New("the database is down")
