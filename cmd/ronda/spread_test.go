package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	server "github.com/emersion/go-smtp"

	"ronda"
	"ronda/internal/notice/smtp"
	"ronda/internal/notice/webhook"
	"ronda/internal/publish"
)

// hookBox is the server of a newsroom that keeps what it gets.
type hookBox struct {
	mu     sync.Mutex
	header []http.Header
	body   [][]byte
	status int
}

func (b *hookBox) Post(_ context.Context, _ string, h http.Header, body []byte) (int, []byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.header, b.body = append(b.header, h.Clone()), append(b.body, body)
	return b.status, nil, nil
}

const aboutFlood = "Banjir disebut membuat pemungutan suara satu provinsi batal"

// alertOf publishes an alert of urgency 4 with a marked claim, as a partner.
func (h *hub) alertOf(t *testing.T, region string) ronda.Alert {
	t.Helper()
	who := ronda.Actor{Account: "m", Org: "mitra-kampus", Roles: []ronda.Role{ronda.RolePartner}}
	now := h.now()
	al, err := h.publish.ChangeAlert(t.Context(), who, "", 0, ronda.WriteAlert{Urgency: 4, Region: region, Title: ronda.Text{"id": "Pemungutan suara tetap berjalan", "en": "Voting goes ahead"},
		Text: ronda.Text{"id": "TPS yang terendam dipindahkan ke tempat yang diumumkan KPPS.", "en": "Flooded polling places move to where the officers announce."}, Claim: ronda.Text{"id": aboutFlood}, Verdict: ronda.VerdictFalse, ExpiresAt: now.Add(24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if al, err = h.publish.ChangeAlert(t.Context(), who, al.ID, al.Version, ronda.ProposeAlert{}); err != nil {
		t.Fatal(err)
	}
	return al
}

// TestAlertMail: nobody gets a mail who did not confirm; whoever did gets one for their region that can be stopped with one click; the claim
// stands in it once, marked.
func TestAlertMail(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	box := &mailBox{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := server.NewServer(box)
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	sp := &spread{app: h.app, texts: h.spread.texts, mail: &smtp.Server{Addr: l.Addr().String(), Mode: smtp.Plain, From: "ronda@ronda.test", Timeout: 10 * time.Second}, post: &hookBox{}}
	ctx := t.Context()
	id, err := sp.ask(ctx, "Warga@contoh.test", "32.73", "id", "1.2.3.4", 3)
	if err != nil || id == "" {
		t.Fatal(err)
	}
	if err := sp.AskMail(ctx, "warga@contoh.test", "32.73", "id", "1.2.3.4", 3); err != nil {
		t.Fatalf("a second time must not show: %v", err)
	}
	for _, bad := range []string{"", "warga", "a@b", "Warga <warga@contoh.test>", "warga@contoh.test\r\nBcc: x@y.z"} {
		if err := sp.AskMail(ctx, bad, "", "id", "1.2.3.4", 3); ronda.CodeOf(err) != "subscriber.mail" {
			t.Errorf("address %q: %v", bad, err)
		}
	}
	al := h.alertOf(t, "32")
	job := func(sub string) ronda.Job {
		return ronda.Job{Kind: jobAlertMail, Args: map[string]string{"alert": al.ID, "event": "e1", "kind": string(ronda.EventAlertPublished), "subscriber": sub}}
	}
	if list, err := h.db.Subscribers(ctx, "", 10); err != nil || len(list) != 0 {
		t.Fatalf("unconfirmed subscribers get alerts: %v %v", list, err)
	}
	if err := sp.sendAsk(ctx, ronda.Job{Args: map[string]string{"subscriber": id}}); err != nil {
		t.Fatal(err)
	}
	ask := plainMail(box.mails[len(box.mails)-1])
	secret := regexp.MustCompile(`/ya/([0-9A-Z]{26}-[0-9a-f]{32})`).FindStringSubmatch(ask)
	if secret == nil {
		t.Fatalf("no link in %s", ask)
	}
	if _, err := sp.Confirm(ctx, secret[1][:len(secret[1])-1]+"0"); secret[1][len(secret[1])-1] != '0' && ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("a forged secret: %v", err)
	}
	h.visit(t, "").get("/peringatan/langganan/ya/"+secret[1]).is(t, 200, "Aktifkan langganan?")
	h.visit(t, "").post("/peringatan/langganan/ya/"+secret[1]).is(t, 200, "Langganan aktif")
	if err := sp.sendMail(ctx, job(id)); err != nil {
		t.Fatal(err)
	}
	raw := box.mails[len(box.mails)-1]
	if !strings.Contains(raw, "List-Unsubscribe-Post: List-Unsubscribe=One-Click") || !regexp.MustCompile(`List-Unsubscribe:\s+<http[^>]+/berhenti/`).MatchString(raw) {
		t.Errorf("no one-click unsubscribe:\n%s", raw)
	}
	body := plainMail(raw)
	if strings.Count(body, aboutFlood) != 1 || !strings.Contains(body, "SALAH, jangan diteruskan: ~"+aboutFlood+"~") {
		t.Errorf("the claim is not marked:\n%s", body)
	}
	// RFC 8058: the mail program posts with this body and without a cookie.
	h.visit(t, "").post("/peringatan/langganan/berhenti/"+secret[1], "List-Unsubscribe", "One-Click").is(t, 200)
	if _, err := h.db.Subscriber(ctx, id); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("the address is still there: %v", err)
	}
	sent := len(box.mails)
	if err := sp.sendMail(ctx, job(id)); err != nil || len(box.mails) != sent {
		t.Errorf("mailed somebody who left: %v", err)
	}
}

// plainMail undoes quoted-printable line breaks well enough to look for sentences.
func plainMail(raw string) string {
	raw = strings.ReplaceAll(raw, "=\r\n", "")
	return strings.NewReplacer("=3D", "=", "=7E", "~").Replace(raw)
}

// TestAlertHook: a newsroom's server gets the alert and its withdrawal, signed; the claim is marked in every language; a failing server is tried
// again and a stranger's address is refused.
func TestAlertHook(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	box := &hookBox{status: 200}
	sp := &spread{app: h.app, texts: h.spread.texts, post: box}
	ctx := t.Context()
	who := ronda.Actor{Account: "m", Org: "mitra-media", Roles: []ronda.Role{ronda.RolePartner}}
	for _, bad := range []string{"http://berita.example/x", "https://", "ftp://x", "https://a:b@c.example/"} {
		if _, err := sp.AddHook(ctx, who, bad, "32", 1); ronda.CodeOf(err) != "subscriber.target" {
			t.Errorf("target %q: %v", bad, err)
		}
	}
	key, err := sp.AddHook(ctx, who, "https://berita.example/ronda", "32", 1)
	if err != nil || !strings.HasPrefix(key, "whsec_") {
		t.Fatal(err)
	}
	hooks, err := sp.Hooks(ctx, "mitra-media")
	if err != nil || len(hooks) != 1 || hooks[0].Target != "https://berita.example/ronda" {
		t.Fatalf("%v %v", hooks, err)
	}
	if err := sp.DropHook(ctx, "mitra-contoh", hooks[0].ID); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("another organisation drops it: %v", err)
	}
	al := h.alertOf(t, "32.73")
	j := ronda.Job{Kind: jobAlertHook, Args: map[string]string{"alert": al.ID, "event": "e1", "kind": string(ronda.EventAlertPublished), "subscriber": hooks[0].ID}}
	if err := sp.sendHook(ctx, j); err != nil {
		t.Fatal(err)
	}
	sub, err := h.db.Subscriber(ctx, hooks[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	to, err := sp.open(sub)
	if err != nil {
		t.Fatal(err)
	}
	if id, err := webhook.Verify(box.header[0], to.Key, box.body[0], h.now()); err != nil || id != "e1" {
		t.Errorf("signature: %q %v", id, err)
	}
	var m hookMessage
	if err := json.Unmarshal(box.body[0], &m); err != nil || m.Urgency != 4 || m.Type != "alert.published" {
		t.Errorf("%+v %v", m, err)
	}
	for lang, text := range m.Text {
		if strings.Count(text, aboutFlood) != 1 || !strings.Contains(text, "~"+aboutFlood+"~") {
			t.Errorf("%s: not marked: %s", lang, text)
		}
	}
	if len(m.Text) != 2 {
		t.Errorf("languages: %v", m.Text)
	}
	box.status = 503
	if err := sp.sendHook(ctx, j); err == nil {
		t.Error("a server that is down must be tried again")
	}
	// A withdrawal goes out though the alert is over, and carries the reason instead of the text.
	if al, err = h.publish.ChangeAlert(ctx, ronda.Actor{Account: "m", Org: "mitra-kampus", Roles: []ronda.Role{ronda.RolePartner}}, al.ID, 0, ronda.WithdrawAlert{Reason: "Data yang kami pakai ternyata dari tahun lalu."}); err != nil {
		t.Fatal(err)
	}
	box.status = 200
	j.Args["kind"], j.Args["event"] = string(ronda.EventAlertWithdrawn), "e2"
	if err := sp.sendHook(ctx, j); err != nil {
		t.Fatal(err)
	}
	last := string(box.body[len(box.body)-1])
	if strings.Contains(last, aboutFlood) || !strings.Contains(last, "dari tahun lalu") {
		t.Errorf("withdrawal: %s", last)
	}
	if err := sp.fanOut(ctx, ronda.Job{Kind: publish.JobSpread, Args: map[string]string{"alert": al.ID, "event": "e9", "kind": string(ronda.EventAlertPublished)}}); err != nil {
		t.Fatal(err)
	}
}
