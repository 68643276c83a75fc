package notice_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"ronda"
	"ronda/internal/casework"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/notice"
)

// channel is a channel of the tests: it fails as it is told, before or after the recipient has the notice.
type channel struct {
	err        error
	repeatable bool
	got        []string
}

func (c *channel) Send(_ context.Context, _ ronda.Case, n ronda.Notice) error {
	c.got = append(c.got, n.MessageID)
	return c.err
}

func (c *channel) Repeatable() bool { return c.repeatable }

func service(r *caseworktest.Rig, channels map[string]notice.Channel) *notice.Service {
	return &notice.Service{Pack: r.Pack, Store: r.DB, Cases: r.Cases, Channels: channels, Domain: "ronda.test", Now: r.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

func flagged(t *testing.T, r *caseworktest.Rig) (ronda.Case, ronda.Notice) {
	t.Helper()
	c := r.Decide(t, r.Open(t, "hate_sara", 2), caseworktest.Assessment())
	n := r.Flag(t, c)
	return c, n
}

func state(t *testing.T, r *caseworktest.Rig, id string) ronda.Notice {
	t.Helper()
	row, err := r.DB.Notice(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return row.Notice
}

func TestSendOutcomes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		err   error
		state ronda.NoticeState
	}{
		{"handed over", nil, ronda.NoticeSent},
		{"certainly not sent", fmt.Errorf("refused: %w", notice.ErrNotSent), ronda.NoticeFailed},
		{"nobody knows", errors.New("connection reset"), ronda.NoticeUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := caseworktest.New(t)
			_, n := flagged(t, r)
			ch := &channel{err: tt.err}
			s := service(r, map[string]notice.Channel{"portal": ch})
			if err := s.Send(t.Context(), n.ID); err != nil {
				t.Fatal(err)
			}
			got := state(t, r, n.ID)
			if got.State != tt.state || got.MessageID != n.ID+"@ronda.test" || len(ch.got) != 1 {
				t.Errorf("state %s, message id %s, sent %d times", got.State, got.MessageID, len(ch.got))
			}
			if !got.ReceivedAt.IsZero() || !got.DueAt.IsZero() {
				t.Error("the clock runs without receipt")
			}
			if err := s.Send(t.Context(), n.ID); err != nil || len(ch.got) != 1 && tt.state != ronda.NoticeFailed {
				t.Errorf("sent again: %d times, %v", len(ch.got), err)
			}
		})
	}
}

// A process that died while sending leaves "sending". What may be repeated is; what may not goes to a person.
func TestSendAfterCrash(t *testing.T) {
	t.Parallel()
	for _, repeatable := range []bool{true, false} {
		t.Run(fmt.Sprint("repeatable ", repeatable), func(t *testing.T) {
			t.Parallel()
			r := caseworktest.New(t)
			c, n := flagged(t, r)
			r.Do(t, "system", c.ID, ronda.Sending{Notice: n.ID, MessageID: n.ID + "@ronda.test"})
			ch := &channel{repeatable: repeatable}
			if err := service(r, map[string]notice.Channel{"portal": ch}).Send(t.Context(), n.ID); err != nil {
				t.Fatal(err)
			}
			got := state(t, r, n.ID)
			if repeatable && (got.State != ronda.NoticeSent || len(ch.got) != 1 || ch.got[0] != n.ID+"@ronda.test") {
				t.Errorf("state %s, sent %v", got.State, ch.got)
			}
			if !repeatable && (got.State != ronda.NoticeUnknown || len(ch.got) != 0) {
				t.Errorf("state %s, sent %v", got.State, ch.got)
			}
		})
	}
}

func TestPlatformsSeeTheirOwn(t *testing.T) {
	t.Parallel()
	r := caseworktest.New(t)
	_, n := flagged(t, r)
	s := service(r, map[string]notice.Channel{"portal": notice.Portal{}})
	if _, err := s.Open(t.Context(), r.People["tiktok"], n.ID); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("the platform sees an act that was not sent: %v", err)
	}
	if _, err := s.Public(t.Context(), n.ID); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("the public sees an act that was not sent: %v", err)
	}
	if err := s.Send(t.Context(), n.ID); err != nil {
		t.Fatal(err)
	}
	got, err := s.Open(t.Context(), r.People["tiktok"], n.ID)
	if err != nil || len(got.Row.Notice.Items) != 2 || got.Row.Notice.Items[0].Address == "" || got.Policy.Name == "" {
		t.Fatalf("the platform's view: %+v, %v", got.Row.Notice.Items, err)
	}
	if got.Row.Notice.By != "" || got.Row.Title != "" {
		t.Error("the platform learns who decided")
	}
	if _, err := s.Open(t.Context(), r.People["facebook"], n.ID); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("another platform sees it: %v", err)
	}
	in, err := s.Inbox(t.Context(), r.People["facebook"], ronda.NoticeFilter{Platform: "tiktok"})
	if err != nil || in.Total != 0 {
		t.Errorf("another platform lists it: %d, %v", in.Total, err)
	}
	pub, err := s.Public(t.Context(), n.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range pub.Notice.Items {
		if it.Address != "" || it.Reason != "" {
			t.Error("the public page has an address")
		}
	}
	if pub.Notice.Code != "" || pub.Notice.By != "" || pub.Notice.Explanation != "" {
		t.Errorf("the public page has %+v", pub.Notice)
	}
}

// The whole way of an order: request, ministry, two signatures, receipt, clock, warning.
func TestOrderClock(t *testing.T) {
	t.Parallel()
	r := caseworktest.New(t)
	s := service(r, map[string]notice.Channel{"portal": notice.Portal{}})
	c, order := ordered(t, r, s)
	n := state(t, r, order)
	if d := n.DueAt.Sub(n.ReceivedAt); d != 24*time.Hour {
		t.Fatalf("the clock runs for %s", d)
	}
	if err := s.Tick(t.Context(), c.ID, order); err != nil || state(t, r, order).Overdue {
		t.Fatalf("overdue too early, %v", err)
	}
	r.Wait(25 * time.Hour)
	if err := s.Tick(t.Context(), c.ID, order); err != nil || !state(t, r, order).Overdue {
		t.Fatalf("not overdue after 25 hours, %v", err)
	}
	c = r.Do(t, "menteri1", c.ID, ronda.Warn{Notice: order, Text: "Tenggat sudah lewat, segera tindak lanjuti tautan terlampir."})
	if len(c.Notices[1].Warnings) != 1 {
		t.Error("no warning on record")
	}
	leaves, err := r.DB.NumberLog(t.Context(), lease(t, r), 0, 100)
	if err != nil || len(leaves) < 5 {
		t.Errorf("%d entries owed to the log, %v", len(leaves), err)
	}
}

// TestReminders: before the deadline of an order a reminder is owed for each hour that the clock's rule names, at its time; carried out it stands
// in the logbook once, and after the answer it is none.
func TestReminders(t *testing.T) {
	t.Parallel()
	r := caseworktest.New(t)
	s := service(r, map[string]notice.Channel{"portal": notice.Portal{}})
	c, order := ordered(t, r, s)
	n := state(t, r, order)
	clock, ok := r.Pack.ClockAt(n.Clock, n.RuleDate)
	if !ok || len(clock.Remind) == 0 {
		t.Fatalf("clock %s has no reminders", n.Clock)
	}
	jobs, err := r.DB.Jobs(t.Context(), ronda.JobFilter{Kind: casework.JobRemind})
	if err != nil {
		t.Fatal(err)
	}
	at := map[time.Time]bool{}
	for _, j := range jobs {
		if j.Job.Args["notice"] == order {
			at[j.Job.RunAt.UTC()] = true
		}
	}
	for _, h := range clock.Remind {
		if when := n.DueAt.Add(-time.Duration(h) * time.Hour).UTC(); !at[when] || !when.After(n.ReceivedAt) {
			t.Errorf("no reminder %d hours before the deadline: %v", h, at)
		}
	}
	if len(at) != len(clock.Remind) {
		t.Errorf("%d reminders are owed, want %d", len(at), len(clock.Remind))
	}
	reminded := func() int {
		events, err := r.DB.Events(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for _, e := range events {
			if e.Kind == ronda.EventNoticeRemind && e.Data["notice"] == order {
				count++
			}
		}
		return count
	}
	r.Wait(n.DueAt.Sub(n.ReceivedAt) - time.Duration(clock.Remind[0])*time.Hour)
	if err := s.Remind(t.Context(), c.ID, order); err != nil || reminded() != 1 {
		t.Fatalf("%d reminders in the logbook, %v", reminded(), err)
	}
	r.Do(t, "tiktok", c.ID, ronda.AnswerItems{Notice: order, All: true, Answers: []ronda.ItemAnswer{{Item: n.Items[0].Item, Answer: ronda.AnswerRemoved, UploaderTold: "yes"}}})
	if err := s.Remind(t.Context(), c.ID, order); err != nil || reminded() != 1 {
		t.Errorf("reminded of what was answered: %d, %v", reminded(), err)
	}
}

// ordered is an order to TikTok that went the whole way and was received.
func ordered(t *testing.T, r *caseworktest.Rig, s *notice.Service) (ronda.Case, string) {
	t.Helper()
	a := caseworktest.Assessment()
	a.Act, a.Ground, a.PolicyNote = ronda.Request, "ite-28-2", ""
	g, _ := r.Pack.GroundAt("ite-28-2", caseworktest.Start)
	for _, e := range g.ElementsAt(caseworktest.Start) {
		a.Elements = append(a.Elements, ronda.ElementFinding{Element: e.ID, Finding: ronda.Met, Because: "Terlihat jelas dari tangkapan layar dan keterangan unggahan."})
	}
	c := r.Open(t, "hate_sara", 1)
	r.Do(t, "bandung", c.ID, ronda.AddEvidence{Evidence: []ronda.Evidence{{ID: "bukti-1", Kind: "screenshot", SHA256: "00", CapturedAt: r.Now()}}})
	c = r.Decide(t, c, a)
	r.Do(t, "bandung", c.ID, ronda.Forward{})
	c = r.Do(t, "jabar", c.ID, ronda.Forward{})
	text := "Unsur pasal terpenuhi menurut dua penelaah, lihat uraian terlampir."
	c = r.Do(t, "narahubung", c.ID, ronda.Send{Act: ronda.Request, Authority: "komdigi", Number: "1/K1/2024", Explanation: text, LegalAnalysis: text, Necessity: "Label saja tidak cukup karena ancaman sudah terjadi.", Channel: "portal"})
	request := c.Notices[0].ID
	if err := s.Send(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	r.Do(t, "menteri1", c.ID, ronda.AnswerRequest{Notice: request, Accept: true, Reason: "Permohonan lengkap dan dasar hukumnya sesuai dengan bukti."})
	c = r.Do(t, "menteri1", c.ID, ronda.Send{Act: ronda.Order, Platform: "tiktok", Basis: request, Number: "B-1", Explanation: text, LegalAnalysis: text, Necessity: "Label saja tidak cukup karena ancaman sudah terjadi.", Channel: "portal"})
	order := c.Notices[1].ID
	if err := s.Send(t.Context(), order); err != nil || state(t, r, order).State != ronda.NoticeDraft {
		t.Fatalf("an order left with one signature: %s, %v", state(t, r, order).State, err)
	}
	r.Do(t, "menteri2", c.ID, ronda.Countersign{Notice: order})
	if err := s.Send(t.Context(), order); err != nil {
		t.Fatal(err)
	}
	return r.Do(t, "tiktok", c.ID, ronda.Receive{Notice: order, ByTo: true}), order
}

func lease(t *testing.T, r *caseworktest.Rig) int64 {
	t.Helper()
	epoch, ok, err := r.DB.LeaseLog(t.Context(), "test", 0, time.Minute)
	if err != nil || !ok {
		t.Fatalf("lease the log: %v %v", ok, err)
	}
	return epoch
}
