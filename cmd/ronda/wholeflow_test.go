package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/ledger"
	"ronda/internal/store/pgtest"
)

// TestWholeFlow takes a report all the way on both engines: triage, two readers, request, ministry, countersigned order, receipt, clock,
// overdue, warning, answer; then the public page, the reporter's ticket and the public log say so.
func TestWholeFlow(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		wholeFlow(t, startHubAt(t, place{data: t.TempDir()}, time.Now, nil)) // makes its demonstration, as a first start does
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		wholeFlow(t, startHub(t, pgtest.Start(t).URL(t)))
	})
}

func wholeFlow(t *testing.T, h *hub) {
	m := h.bring(t, "Video ini menghina satu suku dan mengajak mengusir warganya dari kampung kami.")
	m.stage(ronda.StageNew)
	m.triage()
	m.decide(ronda.Request)
	m.upward()
	m.notice("narahubung", ronda.Request, "number", "101/HM.00/K1/11/2024", "legal_analysis", because)
	request := m.sent()
	m.visit(t, "").get("/tiket/"+m.code).is(t, 200, "Diteruskan")

	m.act("kementerian.satu", "pemberitahuan/"+request.ID+"/jawab", "accept", "ya", "reason", because)
	order := m.notice("kementerian.satu", ronda.Order, "number", "B-201/DJAI/AI.01/11/2024", "legal_analysis", because, "basis", request.ID)
	if order.State != ronda.NoticeDraft {
		t.Fatalf("an order with one signature is %s, want a draft", order.State)
	}
	alone := m.visit(t, "kementerian.satu").post("/kerja/kasus/"+m.number+"/pemberitahuan/"+order.ID+"/tandatangan", "x", "")
	if alone.StatusCode < 400 || m.last().State != ronda.NoticeDraft {
		t.Fatalf("the drafter signed twice: status %d, state %s", alone.StatusCode, m.last().State)
	}
	m.act("kementerian.dua", "pemberitahuan/"+order.ID+"/tandatangan", "x", "")
	order = m.sent()
	if !order.DueAt.IsZero() {
		t.Fatalf("the clock runs to %v before receipt", order.DueAt)
	}

	liaison := m.visit(t, "penghubung.tiktok")
	path := "/penghubung/pemberitahuan/" + order.ID
	liaison.post(path+"/terima").is(t, 200)
	order = m.last()
	if d := order.DueAt.Sub(order.ReceivedAt); d != 24*time.Hour {
		t.Fatalf("the order's clock is %v, want 24 hours", d)
	}
	m.overdue(order)
	m.answered(order)
	m.inLog(request, order)
}

// overdue lets the time pass and looks where it is said in words, then warns.
func (m *matter) overdue(order ronda.Notice) {
	m.t.Helper()
	m.putForward(25 * time.Hour)
	m.until("overdue", func(n ronda.Notice) bool { return n.Overdue })
	for who, path := range map[string]string{"petugas.bandung": "/kerja/kasus/" + m.number, "penghubung.tiktok": "/penghubung/pemberitahuan/" + order.ID, "": "/data/tindakan/" + order.ID} {
		m.visit(m.t, who).get(path).is(m.t, 200, "Lewat tenggat")
	}
	m.act("kementerian.satu", "pemberitahuan/"+order.ID+"/peringatkan", "text", "Tenggat dua puluh empat jam sudah lewat, segera tindak lanjuti tautan terlampir.")
	if n := m.last(); len(n.Warnings) != 1 {
		m.t.Fatalf("%d warnings, want 1", len(n.Warnings))
	}
	m.visit(m.t, "penghubung.tiktok").get("/penghubung/pemberitahuan/"+order.ID).is(m.t, 200, "Peringatan")
}

// answered lets the platform answer and looks at what everyone sees then.
func (m *matter) answered(order ronda.Notice) {
	m.t.Helper()
	liaison := m.visit(m.t, "penghubung.tiktok")
	liaison.post("/penghubung/pemberitahuan/"+order.ID+"/jawab", answers(order, 0)...).is(m.t, 200, "Dihapus")
	m.stage(ronda.StageActed)
	open := m.visit(m.t, "").get("/data/tindakan/"+order.ID).is(m.t, 200, "Dihapus", "Peringatan")
	for _, secret := range []string{linkOf("Video ini menghina satu suku dan mengajak mengusir warganya dari kampung kami."), "contoh.uji", summary} {
		if strings.Contains(open.text, secret) {
			m.t.Errorf("the public page shows %q", secret)
		}
	}
	m.visit(m.t, "").get("/tiket/"+m.code).is(m.t, 200, "TikTok: dihapus")
}

// inLog waits until the log has taken in what the acts owe it, verifies the published files with the function of `ronda log verify`, and
// holds each entry's bytes to what the store says was decided.
func (m *matter) inLog(acts ...ronda.Notice) {
	m.t.Helper()
	ctx := m.t.Context()
	var entries []ronda.LogEntry
	changed, stop := m.db.NewEvents()
	defer stop()
	poll := time.NewTicker(50 * time.Millisecond) // the sequencer works on its own and tells nobody
	defer poll.Stop()
	limit := time.After(time.Minute)
	for _, n := range acts {
		for {
			owed, err := m.db.NoticeEntries(ctx, n.ID)
			if err != nil {
				m.t.Fatal(err)
			}
			if len(owed) >= 2 && !slices.ContainsFunc(owed, func(e ronda.LogEntry) bool { return !e.Numbered }) {
				entries = append(entries, owed...)
				break
			}
			select {
			case <-changed:
			case <-poll.C:
			case <-limit:
				m.t.Fatalf("after a minute the log has not taken in the %s: %+v", n.Act, owed)
			}
		}
	}
	src, err := ledger.OpenSource(filepath.Join(m.cfg.Data, "log"), nil)
	if err != nil {
		m.t.Fatal(err)
	}
	var report *ledger.Report
	for report == nil || report.Checkpoint.N <= slices.MaxFunc(entries, func(a, b ronda.LogEntry) int { return int(a.Number - b.Number) }).Number {
		select {
		case <-poll.C:
		case <-limit:
			m.t.Fatal("after a minute the checkpoint does not cover the entries")
		}
		if report, err = ledger.Verify(ctx, src, ledger.VerifyOptions{Keys: m.logKey.PublicKeys(), Settle: 10 * time.Second}); err != nil {
			m.t.Fatalf("verify the log: %v", err)
		}
		if !report.OK() {
			m.t.Fatalf("the log has faults: %v", report.Faults)
		}
	}
	for _, e := range entries {
		if report.Kinds[e.Kind] == 0 {
			m.t.Errorf("the published log has no entry of kind %s", e.Kind)
		}
	}
}
