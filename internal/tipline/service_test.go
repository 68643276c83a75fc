package tipline_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
	"ronda/internal/tipline"
)

// TestRepeatsAreAnsweredOnce answers a message once, however often the application delivers it.
func TestRepeatsAreAnsweredOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	in := r.incoming(forwarded)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() { r.receive(in, in) })
	}
	wg.Wait()
	r.work()
	r.receive(in)
	r.work()
	if got := r.phone.take(); len(got) != 1 || len(r.desk.check) != 1 {
		t.Fatalf("%d answers, %d checks", len(got), len(r.desk.check))
	}
}

// TestOrderIsKept answers a person's messages in the order in which they came, although each is a delivery of its own.
func TestOrderIsKept(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, text := range []string{forwarded, "lapor", "1", "sleman"} {
		r.receive(r.incoming(text))
	}
	r.work()
	got := r.phone.take()
	if len(got) != 4 || !strings.Contains(got[0].Message.Head, "Belum ada hasil") || !strings.Contains(got[3].Message.Head, "Laporan terkirim") {
		t.Fatalf("answers %+v", got)
	}
}

// TestOutageDelays keeps an answer through an outage, waits as long as the application says, and sends it once it can.
func TestOutageDelays(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.phone.fails = []error{&tipline.SendError{Fate: tipline.FateLater, After: 90 * time.Second, Word: "too_many"}, &tipline.SendError{Fate: tipline.FateLater, Word: "server"}}
	if got := r.says(forwarded); got != "" {
		t.Fatalf("sent %q", got)
	}
	r.clock.wait(89 * time.Second)
	if r.work(); len(r.phone.fails) != 1 {
		t.Fatal("tried before the application's time")
	}
	r.clock.wait(time.Second)
	r.work()
	r.clock.wait(time.Minute)
	r.work()
	r.wants(r.heard(), "Belum ada hasil")
}

// TestUnknownOutcome waits for the application's own word before it sends again, and says that it is a repeat.
func TestUnknownOutcome(t *testing.T) {
	t.Parallel()
	unknown := &tipline.SendError{Fate: tipline.FateUnknown, Word: "no_answer"}
	r := newRig(t)
	r.phone.fails = []error{unknown}
	r.says(forwarded)
	r.clock.wait(time.Minute)
	r.work()
	if got := r.phone.take(); len(got) != 1 || !got[0].Again {
		t.Fatalf("sent again: %+v", got)
	}
	r.phone.fails = []error{unknown}
	r.says("halo")
	id := waiting(t, r.db, r.s, "77")
	if err := r.s.Settled(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	r.clock.wait(time.Hour)
	r.work()
	if got := r.heard(); got != "" {
		t.Fatalf("a settled message was sent again: %s", got)
	}
}

// waiting is the id of the message that a chat waits for; it is claimed and given back by its pause.
func waiting(t *testing.T, db *store.DB, s *tipline.Service, chat string) string {
	t.Helper()
	answer, send, err := db.TiplineStuck(context.Background(), "none", "none", 10)
	if err != nil || len(send) != 1 {
		t.Fatalf("%v %v %v", answer, send, err)
	}
	o, _, _, _, err := db.ClaimTiplineOut(context.Background(), send[0], s.Now())
	if err != nil {
		t.Fatal(err)
	}
	return o.ID
}

// TestGivenUp leaves what will never be taken as a dead letter, and goes on with the next message.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.phone.fails = []error{&tipline.SendError{Fate: tipline.FateRefused, Word: "bad_request"}}
	r.says(forwarded)
	r.wants(r.says("bantuan"), "cek dulu sebelum meneruskan")
	dead, err := r.db.DeadTiplineOut(context.Background(), 10)
	if err != nil || len(dead) != 1 || dead[0].Failure != "bad_request" {
		t.Fatalf("dead letters %+v, %v", dead, err)
	}
	r.phone.fails = []error{&tipline.SendError{Fate: tipline.FateGone, Word: "blocked"}}
	r.says("halo")
	counts, err := r.db.TiplineCounts(context.Background(), r.clock.Now())
	if err != nil || len(counts) == 0 || counts[0].Out[ronda.TiplineWaiting] != 0 {
		t.Fatalf("after a person left: %+v, %v", counts, err)
	}
}

// TestOurFault tries again when something of ours fails, and says so in the end. The message is not lost before that.
func TestOurFault(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.desk.fails = func() error { return errDown }
	if got := r.says(forwarded); got != "" {
		t.Fatalf("answered %q", got)
	}
	r.desk.fails = nil
	r.clock.wait(time.Minute)
	r.work()
	r.wants(r.heard(), "Belum ada hasil")
	r.desk.fails = func() error { return errDown }
	r.says(forwarded + " lagi")
	for range 3 {
		r.clock.wait(time.Minute)
		r.work()
	}
	r.wants(r.heard(), "Maaf, layanan sedang bermasalah")
}

// TestFlood tells a person once a minute that it is too much, and answers again afterwards.
func TestFlood(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 60 {
		r.receive(r.incoming("terima kasih"))
	}
	r.work()
	got := r.phone.take()
	if len(got) != 31 {
		t.Fatalf("%d answers to 60 messages", len(got))
	}
	r.wants(got[30].Message.Text(), "terlalu banyak sekaligus")
	r.clock.wait(time.Minute)
	r.wants(r.says("terima kasih"), "Sama-sama")
}

// TestOldAndForeign leaves out replays, and never stores what is said in a group without calling the account.
func TestOldAndForeign(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	old := r.incoming(forwarded)
	old.At = noon.Add(-8 * 24 * time.Hour)
	group := r.incoming(forwarded)
	group.Group = true
	r.receive(old, group)
	r.work()
	counts, err := r.db.TiplineCounts(context.Background(), noon)
	if err != nil || len(counts) != 0 || r.heard() != "" {
		t.Fatalf("%+v %v", counts, err)
	}
}

// TestWindow keeps news outside of an application's window until the person writes, asks them to once, and then delivers.
func TestWindow(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.phone.window, r.phone.nudge = 24*time.Hour, true
	r.s.Providers["telegram"] = strict{r.phone}
	code := report(r)
	r.clock.wait(25 * time.Hour)
	advance(t, r, code, ronda.Take{})
	if got := r.heard(); got != "" || r.phone.nudges != 1 {
		t.Fatalf("outside of the window: %q, %d nudges", got, r.phone.nudges)
	}
	r.clock.wait(time.Hour)
	advance(t, r, code, ronda.Ask{Text: "Pada menit ke berapa?"})
	if got := r.heard(); got != "" || r.phone.nudges != 1 {
		t.Fatalf("asked again to write: %q, %d nudges", got, r.phone.nudges)
	}
	got := r.says("halo")
	r.wants(got, "Kabar tiket", "Sedang diperiksa", "Pada menit ke berapa?", "cek dulu sebelum meneruskan")
	r.clock.wait(time.Hour)
	r.wants(r.says("halo"), "cek dulu")
}

// report makes a report from the chat and returns its code.
func report(r *rig) string {
	r.t.Helper()
	for _, text := range []string{forwarded, "lapor", "1"} {
		r.says(text)
	}
	got := r.says("sleman")
	r.wants(got, "Kode tiket Anda: RND-")
	return got[strings.Index(got, "RND-"):][:18]
}

// advance lets an officer do something to the case of a ticket, and tells people.
func advance(t *testing.T, r *rig, code string, cmd ronda.Command) {
	t.Helper()
	ctx := context.Background()
	plain, _ := ronda.ParseCode(code, ronda.CodeLength)
	rep, err := r.db.ReportByCode(ctx, plain)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.db.Case(ctx, rep.Case)
	if err != nil {
		t.Fatal(err)
	}
	officer := ronda.Actor{Account: "o1", Org: "bawaslu", Office: c.Office, Roles: []ronda.Role{ronda.RoleOfficer}}
	env := envAt(r.clock.Now(), r.s.Talk.Pack)
	next, events, err := ronda.Apply(c, officer, cmd, env)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.db.SaveChanges(ctx, ronda.Change{Case: next, Events: events}); err != nil {
		t.Fatal(err)
	}
	r.publish()
}

// TestProgressIsTold tells a ticket's progress once, and nothing to somebody who said stop.
func TestProgressIsTold(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	code := report(r)
	r.publish()
	if got := r.heard(); got != "" {
		t.Fatalf("told what is known: %s", got)
	}
	advance(t, r, code, ronda.Take{})
	r.wants(r.heard(), "Kabar tiket "+code, "Sedang diperiksa")
	r.publish()
	if got := r.heard(); got != "" {
		t.Fatalf("told twice: %s", got)
	}
	r.says("berhenti")
	advance(t, r, code, ronda.Ask{Text: "Pada menit ke berapa?"})
	if got := r.heard(); got != "" {
		t.Fatalf("told somebody who said stop: %s", got)
	}
}

// TestAlerts sends an alert to those who follow its region or one around it, once, and tells them when it is withdrawn.
func TestAlerts(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	alert := tipline.Alert{ID: "al1", Region: "34.04", Urgency: 4, Live: true, Path: "/peringatan/al1", Text: ronda.Text{"id": "Jadwal memilih tidak berubah."}}
	r.push.Alerts = func(context.Context, string) (tipline.Alert, error) { return alert, nil }
	for i, region := range []string{"sleman", "DIY", "medan"} {
		in := r.incoming("ikuti " + region)
		in.Chat, in.From = string(rune('a'+i)), string(rune('a'+i))
		r.receive(in)
	}
	r.work()
	r.phone.take()
	event(t, r, tipline.EventAlertPublished)
	got := r.phone.take()
	if len(got) != 2 || got[0].To.Chat == "c" || got[1].To.Chat == "c" {
		t.Fatalf("told %+v", got)
	}
	r.wants(got[0].Message.Text(), "Peringatan untuk Kabupaten Sleman", "Jadwal memilih tidak berubah.", "https://ronda.example/peringatan/al1", "BERHENTI")
	event(t, r, tipline.EventAlertPublished)
	if got := r.phone.take(); len(got) != 0 {
		t.Fatalf("told twice: %+v", got)
	}
	alert.Live = false
	event(t, r, tipline.EventAlertWithdrawn)
	if got = r.phone.take(); len(got) != 2 || !strings.Contains(got[0].Message.Text(), "Peringatan dicabut") {
		t.Fatalf("told of the withdrawal: %+v", got)
	}
}

// event commits an event that belongs to no case, with a change that carries it.
func event(t *testing.T, r *rig, kind ronda.EventKind) {
	t.Helper()
	env := envAt(r.clock.Now(), r.s.Talk.Pack)
	c, events := ronda.Open(ronda.Opening{Title: "x", Category: "hoax", Region: "34.04"}, ronda.System(), env)
	events = append(events, ronda.Event{ID: r.s.IDs.New(env.Now), Kind: kind, At: env.Now, Data: map[string]string{"alert": "al1"}})
	if err := r.db.SaveChanges(context.Background(), ronda.Change{Case: c, Events: events}); err != nil {
		t.Fatal(err)
	}
	r.publish()
}

// TestErase forgets a person with everything, and says so.
func TestErase(t *testing.T) {
	t.Parallel()
	c := &clock{now: noon}
	dir := t.TempDir()
	db, err := store.Open(context.Background(), store.Config{Dir: dir, Clock: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	r := rigOn(t, db, c, dir)
	report(r)
	r.says("ikuti sleman")
	r.says("hapus data saya")
	r.wants(r.says("ya"), "sudah dihapus")
	counts, err := db.TiplineCounts(context.Background(), c.Now())
	if err != nil || len(counts) != 0 {
		t.Fatalf("left: %+v, %v", counts, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestNothingReadable looks into the files of the database for the address and the words of a person.
func TestNothingReadable(t *testing.T) {
	t.Parallel()
	c := &clock{now: noon}
	dir := t.TempDir()
	db, err := store.Open(context.Background(), store.Config{Dir: dir, Clock: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	r := rigOn(t, db, c, dir)
	in := r.incoming("Kabar yang tidak boleh terbaca dari berkas")
	in.Chat, in.From, in.Message = "6281299988877", "6281299988877", "wamid.6281299988877"
	r.receive(in)
	r.work()
	if len(r.phone.take()) != 1 {
		t.Fatal("no answer")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "ronda.db*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"6281299988877", "tidak boleh terbaca"} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds %q in the clear", filepath.Base(f), secret)
			}
		}
	}
}

// TestPictureIsFetchedWhenNeeded checks a picture from the application, and keeps only where it is.
func TestPictureIsFetchedWhenNeeded(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	in := r.incoming("")
	in.Kind, in.Media = tipline.KindPicture, tipline.Media{Ref: "file1", Type: "image/jpeg", Size: 7}
	r.receive(in)
	r.work()
	r.wants(r.heard(), "SALAH", "sama dengan gambar")
	big := r.incoming("")
	big.Kind, big.Media = tipline.KindPicture, tipline.Media{Ref: "file2", Size: 20_000_000}
	r.receive(big)
	r.work()
	r.wants(r.heard(), "terlalu besar")
	if len(r.desk.check) != 1 || r.desk.check[0] != "picture of 7 bytes" {
		t.Errorf("checked %v", r.desk.check)
	}
}

// TestTidy forgets drafts, and takes up work that nobody does.
func TestTidy(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.says(forwarded)
	r.clock.wait(25 * time.Hour)
	if err := r.s.Tidy(context.Background(), r.db); err != nil {
		t.Fatal(err)
	}
	if old, err := r.db.TidyTipline(context.Background(), noon, r.clock.Now()); err != nil || len(old) != 0 {
		t.Fatalf("drafts left: %+v %v", old, err)
	}
	r.wants(r.says("lapor"), "Teruskan dulu pesan yang ingin Anda laporkan")
}

func TestPause(t *testing.T) {
	t.Parallel()
	for attempt, want := range map[int]time.Duration{1: 2 * time.Second, 2: 4 * time.Second, 5: 32 * time.Second, 12: 15 * time.Minute, 500: 15 * time.Minute} {
		if got := tipline.Pause(attempt); got != want {
			t.Errorf("after attempt %d: %v, want %v", attempt, got, want)
		}
	}
}
