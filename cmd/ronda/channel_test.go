package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ronda"
)

// TestChannelPages sets a platform's web hook as the administrator, tries it as the liaison, and sees that nobody else may.
func TestChannelPages(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("Webhook-Signature") == "" || r.Header.Get("Ronda-Key-Id") == "" {
			t.Error("an unsigned delivery")
		}
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write([]byte("terima kasih"))
	}))
	defer server.Close()
	admin := h.visit(t, "pengelola")
	admin.get("/kelola/saluran").is(t, 200, "TikTok", "Belum diatur", "Tanpa perwakilan")
	admin.post("/kelola/saluran/tiktok", "kind", "webhook", "target", "http://tiktok.example/x").is(t, 422, "https://")
	admin.post("/kelola/saluran/x", "kind", "webhook", "target", "https://x.example/x").is(t, 422, "hanya bisa lewat surat")
	admin.post("/kelola/saluran/tiktok", "kind", "email", "target", "a@b.example").is(t, 422, "server surel")
	saved := admin.post("/kelola/saluran/tiktok", "kind", "webhook", "target", "https://tiktok.example/ronda").is(t, 200, "Salin sekarang", "whsec_")
	if again := admin.get("/kelola/saluran/tiktok").is(t, 200, "https://tiktok.example/ronda"); strings.Contains(again.text, "whsec_") || !strings.Contains(saved.text, "whsec_") {
		t.Error("the key is shown twice")
	}
	// A private target is the operator's own decision, on the command line: what the page saves is never private by itself.
	if set, err := h.db.PlatformChannel(t.Context(), "tiktok"); err != nil || set.Private {
		t.Fatalf("%+v, %v", set, err)
	}
	admin.post("/kelola/saluran/tiktok", "kind", "webhook", "target", strings.Replace(server.URL, "http:", "https:", 1))
	admin.post("/kelola/saluran/tiktok/uji").is(t, 200, "Uji terkirim", "Pasti tidak terkirim")
	if asked.Load() != 0 {
		t.Error("a target in a private network was asked")
	}
	if _, err := h.channels.Set(t.Context(), ronda.System(), ronda.PlatformChannel{Platform: "tiktok", Kind: "webhook", Target: server.URL, Private: true}, false); err != nil {
		t.Fatal(err)
	}
	liaison := h.visit(t, "penghubung.tiktok")
	liaison.post("/penghubung/web-hook/uji").is(t, 200, "Uji terkirim", "terima kasih", "202")
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
	liaison.get("/kelola/saluran").is(t, 403)
	liaison.get("/kelola/saluran/facebook").is(t, 403)
	liaison.post("/kelola/saluran/tiktok", "kind", "portal").is(t, 403)
	if facebook := h.visit(t, "penghubung.facebook").get("/penghubung/web-hook").is(t, 200); strings.Contains(facebook.text, "terima kasih") {
		t.Error("another platform sees the deliveries")
	}
	h.visit(t, "mitra").get("/penghubung/web-hook").is(t, 403)
}

// TestPerformance adds up what a platform received, and gives the same as a table.
func TestPerformance(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	liaison := h.visit(t, "penghubung.tiktok")
	liaison.get("/penghubung/kinerja").is(t, 200, "Kinerja TikTok", "Tepat waktu", "Menurut jawaban")
	table, err := csv.NewReader(strings.NewReader(liaison.get("/penghubung/kinerja.csv").is(t, 200).text)).ReadAll()
	if err != nil || len(table) < 2 {
		t.Fatalf("%d lines, %v", len(table), err)
	}
	_, total, err := h.db.Notices(t.Context(), ronda.NoticeFilter{Platform: "tiktok", Public: true, Now: h.now()})
	if err != nil || len(table)-1 != total {
		t.Errorf("%d lines for %d acts, %v", len(table)-1, total, err)
	}
	h.visit(t, "pengelola").get("/penghubung/kinerja").is(t, 403)
}

// TestLetterIsStyled: the policy that comes with a letter's page lets its own style through, in both languages. Without the quotes around the
// hash browsers show and print the bare text.
func TestLetterIsStyled(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	notice := h.sampleCase(t).notice
	liaison := h.visit(t, "penghubung.tiktok")
	for _, prefix := range []string{"", "/en"} {
		a := liaison.get(prefix+"/penghubung/pemberitahuan/"+notice+"/surat").is(t, 200)
		_, style, _ := strings.Cut(a.text, "<style>")
		style, _, ok := strings.Cut(style, "</style>")
		sum := sha256.Sum256([]byte(style))
		want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"
		if got := a.Header.Get("Content-Security-Policy"); !ok || !strings.Contains(got, want) {
			t.Errorf("%s: policy %q, want %q in it", prefix, got, want)
		}
	}
}

// TestMailTray lays a reply down as a mail server's pipe does, and finds it on the case; what belongs to nothing is put aside.
func TestMailTray(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	rows, _, err := h.db.Notices(t.Context(), ronda.NoticeFilter{States: []ronda.NoticeState{ronda.NoticeReceived, ronda.NoticeSent}, Now: h.now(), Size: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var row ronda.NoticeRow
	for _, r := range rows {
		if r.Notice.MessageID != "" {
			row = r
		}
	}
	if row.Case == "" {
		t.Fatal("no act of the demonstration has a Message-ID")
	}
	for _, m := range []string{"In-Reply-To: <" + row.Notice.MessageID + ">\n\nSudah diterima bagian hukum.", "Subject: iklan\n\nBeli sekarang", "nothing that is a mail"} {
		if err := layMail(h.cfg.Data, strings.NewReader(m)); err != nil {
			t.Fatal(err)
		}
	}
	deadline := time.Now().Add(20 * time.Second)
	for left := 1; left > 0 && time.Now().Before(deadline); {
		if err := h.readTray(t.Context()); err != nil && !os.IsNotExist(err) {
			t.Log(err) // the server reads the same tray
		}
		files, err := filepath.Glob(filepath.Join(mailTray(h.cfg.Data), "*.eml"))
		if err != nil {
			t.Fatal(err)
		}
		left = len(files)
	}
	c, err := h.db.Case(t.Context(), row.Case)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, n := range c.Notes {
		if strings.Contains(n.Text, "Sudah diterima bagian hukum.") {
			found++
		}
	}
	if found != 1 {
		t.Errorf("the reply is noted %d times", found)
	}
	if aside, err := filepath.Glob(filepath.Join(mailTray(h.cfg.Data), "*.unknown")); err != nil || len(aside) != 2 {
		t.Errorf("put aside: %v, %v", aside, err)
	}
}
