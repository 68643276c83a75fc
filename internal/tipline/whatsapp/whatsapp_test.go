package whatsapp_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda/internal/tipline"
	"ronda/internal/tipline/whatsapp"
)

const (
	appSecret = "app-secret"
	phone     = "106540352242922" // the documentation's own example
)

type box struct {
	mu      sync.Mutex
	list    []tipline.Incoming
	settled []string
	err     error
}

func (b *box) Receive(_ context.Context, list ...tipline.Incoming) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return b.err
	}
	b.list = append(b.list, list...)
	return nil
}

func (b *box) Settled(_ context.Context, id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.settled = append(b.settled, id)
	return b.err
}

// graph is a Graph API server.
type graph struct {
	mu     sync.Mutex
	paths  []string
	bodies []string
	auth   string
	answer func(w http.ResponseWriter)
	url    string
}

func (g *graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	g.mu.Lock()
	g.paths, g.bodies, g.auth = append(g.paths, r.Method+" "+r.URL.Path), append(g.bodies, string(body)), r.Header.Get("Authorization")
	answer := g.answer
	g.mu.Unlock()
	switch {
	case answer != nil:
		answer(w)
	case strings.HasSuffix(r.URL.Path, "/messages"):
		_, _ = w.Write([]byte(`{"messaging_product":"whatsapp","contacts":[{"input":"6281","wa_id":"6281"}],"messages":[{"id":"wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA"}]}`))
	case r.URL.Path == "/v23.0/2754859441498128":
		_, _ = w.Write([]byte(`{"messaging_product":"whatsapp","url":"` + g.url + `/media/1","mime_type":"image/jpeg","sha256":"x","file_size":4,"id":"2754859441498128"}`))
	case r.URL.Path == "/v23.0/elsewhere":
		_, _ = w.Write([]byte(`{"url":"https://evil.example/steal"}`))
	case r.URL.Path == "/media/1":
		_, _ = w.Write([]byte("JPEG"))
	default:
		w.WriteHeader(404)
	}
}

func rig(t testing.TB, template string) (*whatsapp.Adapter, *graph, *box) {
	t.Helper()
	g := &graph{}
	ts := httptest.NewServer(g)
	t.Cleanup(ts.Close)
	g.url = ts.URL
	b := &box{}
	a, err := whatsapp.New(whatsapp.Config{Token: "EAAJB", Secret: appSecret, Verify: "kata-kita", Phone: phone, Template: template, URL: ts.URL + "/v23.0",
		Choose: func(string) string { return "Pilih" }}, b, func(string, ...any) {})
	if err != nil {
		t.Fatal(err)
	}
	return a, g, b
}

func sign(body string) string {
	m := hmac.New(sha256.New, []byte(appSecret))
	m.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(m.Sum(nil))
}

func post(a http.Handler, body, signature string) int {
	r := httptest.NewRequest("POST", "/tipline/whatsapp", strings.NewReader(body))
	r.Header.Set("X-Hub-Signature-256", signature)
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w.Code
}

// hook wraps a message of the documentation's shape.
func hook(field string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"` +
		phone + `"},"contacts":[{"profile":{"name":"Siti"},"wa_id":"16505551234"}],` + field + `},"field":"messages"}]}]}`
}

func message(parts string) string {
	return hook(`"messages":[{"from":"16505551234","id":"wamid.HBgLMTQxMjU1NTA4MjkVAgASGBQzQUNCNjk5RDUwNUZGMUZEM0VBRAA=","timestamp":"1732104000",` + parts + `}]`)
}

// TestWebhooks replays the documentation's examples.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name, body string
		want       tipline.Incoming
		none       bool
	}{
		{name: "text", body: message(`"type":"text","text":{"body":"Cek ini"}`), want: tipline.Incoming{Kind: tipline.KindText, Text: "Cek ini"}},
		{name: "forwarded", body: message(`"context":{"frequently_forwarded":true},"type":"text","text":{"body":"Sebarkan!"}`), want: tipline.Incoming{Kind: tipline.KindText, Text: "Sebarkan!"}},
		{name: "image", body: message(`"type":"image","image":{"caption":"benarkah?","mime_type":"image/jpeg","sha256":"81d3bd8a8db4868c9520ed47186e8b7c5789e61ff79f7f834be6950b808a90d3","id":"2754859441498128"}`), want: tipline.Incoming{Kind: tipline.KindPicture, Text: "benarkah?", Media: tipline.Media{Ref: "2754859441498128", Type: "image/jpeg"}}},
		{name: "button reply", body: message(`"context":{"from":"15550783881","id":"wamid.x"},"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"1/report","title":"Laporkan"}}`), want: tipline.Incoming{Kind: tipline.KindChoice, Choice: "1/report"}},
		{name: "list reply", body: message(`"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"1/category:hoax","title":"Hoaks","description":"Kabar bohong"}}`), want: tipline.Incoming{Kind: tipline.KindChoice, Choice: "1/category:hoax"}},
		{name: "template button", body: message(`"type":"button","button":{"payload":"x","text":"Baca kabar"}`), want: tipline.Incoming{Kind: tipline.KindStart, Text: "Baca kabar"}},
		{name: "voice", body: message(`"type":"audio","audio":{"mime_type":"audio/ogg; codecs=opus","sha256":"x","id":"1","voice":true}`), want: tipline.Incoming{Kind: tipline.KindVoice}},
		{name: "video", body: message(`"type":"video","video":{"caption":"lihat","mime_type":"video/mp4","sha256":"x","id":"1"}`), want: tipline.Incoming{Kind: tipline.KindVideo, Text: "lihat"}},
		{name: "sticker", body: message(`"type":"sticker","sticker":{"mime_type":"image/webp","sha256":"x","id":"1","animated":false}`), want: tipline.Incoming{Kind: tipline.KindSticker}},
		{name: "location", body: message(`"type":"location","location":{"latitude":-7.7,"longitude":110.3,"name":"x","address":"y"}`), want: tipline.Incoming{Kind: tipline.KindLocation}},
		{name: "contacts", body: message(`"type":"contacts","contacts":[{"name":{"formatted_name":"X"},"phones":[{"phone":"+62812"}]}]`), want: tipline.Incoming{Kind: tipline.KindContact}},
		{name: "picture as file", body: message(`"type":"document","document":{"filename":"a.png","mime_type":"image/png","sha256":"x","id":"9"}`), want: tipline.Incoming{Kind: tipline.KindPicture, Media: tipline.Media{Ref: "9", Type: "image/png"}}},
		{name: "file", body: message(`"type":"document","document":{"filename":"a.pdf","mime_type":"application/pdf","sha256":"x","id":"9","caption":"surat"}`), want: tipline.Incoming{Kind: tipline.KindFile, Text: "surat"}},
		{name: "edit", body: message(`"type":"edit","edit":{"original_message_id":"wamid.first","message":{"context":{"id":"x"},"type":"text","text":{"body":"Diubah"}}}`), want: tipline.Incoming{Kind: tipline.KindEdited, Text: "Diubah", Source: "wamid.first"}},
		{name: "revoke", body: message(`"type":"revoke","revoke":{"original_message_id":"wamid.first"}`), want: tipline.Incoming{Kind: tipline.KindDeleted, Source: "wamid.first"}},
		{name: "unsupported", body: message(`"errors":[{"code":131051,"title":"Message type unknown","message":"Message type unknown","error_data":{"details":"Message type is currently not supported."}}],"type":"unsupported","unsupported":{"type":"poll_update"}`), want: tipline.Incoming{Kind: tipline.KindOther}},
		{name: "new kind", body: message(`"type":"hologram"`), want: tipline.Incoming{Kind: tipline.KindOther}},
		{name: "reaction", body: message(`"type":"reaction","reaction":{"message_id":"wamid.x","emoji":"x"}`), none: true},
		{name: "group", body: message(`"group_id":"g1","type":"text","text":{"body":"x"}`), want: tipline.Incoming{Kind: tipline.KindText, Text: "x", Group: true}},
		{name: "another number", body: strings.Replace(message(`"type":"text","text":{"body":"x"}`), phone, "999", 1), none: true},
		{name: "another object", body: strings.Replace(message(`"type":"text","text":{"body":"x"}`), "whatsapp_business_account", "page", 1), none: true},
		{name: "odd message beside a good one", body: hook(`"messages":[{"from":5},{"from":"16505551234","id":"wamid.1","timestamp":"1732104000","type":"text","text":{"body":"x"}}]`), want: tipline.Incoming{Kind: tipline.KindText, Text: "x"}},
		{name: "no time", body: message(`"timestamp":"soon","type":"text","text":{"body":"x"}`), none: true},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			a, _, b := rig(t, "")
			if code := post(a, x.body, sign(x.body)); code != 200 {
				t.Fatalf("answered %d", code)
			}
			if x.none {
				if len(b.list) != 0 {
					t.Fatalf("kept %+v", b.list)
				}
				return
			}
			if len(b.list) != 1 {
				t.Fatalf("kept %+v", b.list)
			}
			got := b.list[0]
			if got.Kind != x.want.Kind || got.Text != x.want.Text || got.Media != x.want.Media || got.Choice != x.want.Choice || got.Source != x.want.Source || got.Group != x.want.Group || got.Called {
				t.Errorf("got  %+v\nwant %+v", got, x.want)
			}
			if got.Chat != "16505551234" || got.Provider != whatsapp.Name || !got.At.Equal(time.Unix(1732104000, 0)) {
				t.Errorf("from %+v", got)
			}
		})
	}
}

// TestStatusesSettle reads the status that brings a message's own id back.
func TestStatusesSettle(t *testing.T) {
	t.Parallel()
	a, _, b := rig(t, "")
	body := hook(`"statuses":[{"id":"wamid.x","status":"sent","timestamp":"1750857384","recipient_id":"6281","biz_opaque_callback_data":"o1"},{"id":"wamid.y","status":"failed","timestamp":"1","recipient_id":"6281","biz_opaque_callback_data":"o2"},{"id":"wamid.z","status":"delivered","timestamp":"1","recipient_id":"6281"}]`)
	if code := post(a, body, sign(body)); code != 200 || len(b.settled) != 1 || b.settled[0] != "o1" {
		t.Fatalf("%d, settled %v", code, b.settled)
	}
}

// TestForgeriesAreRefused takes only what the app's secret signed, whole.
func TestForgeriesAreRefused(t *testing.T) {
	t.Parallel()
	a, _, b := rig(t, "")
	good := message(`"type":"text","text":{"body":"x"}`)
	other := hmac.New(sha256.New, []byte("another"))
	other.Write([]byte(good))
	big := strings.Repeat(" ", 5<<20)
	for _, x := range []struct {
		body, signature string
		code            int
	}{{good, "", 403}, {good, "sha256=", 403}, {good, "sha256=zz", 403}, {good, "sha1=" + sign(good)[7:], 403}, {good + " ", sign(good), 403},
		{good, "sha256=" + hex.EncodeToString(other.Sum(nil)), 403}, {"{", sign("{"), 400}, {big, sign(big), 413}} {
		if code := post(a, x.body, x.signature); code != x.code {
			t.Errorf("%.20q with %.20q: %d, want %d", x.body, x.signature, code, x.code)
		}
	}
	if len(b.list) != 0 {
		t.Fatalf("kept %+v", b.list)
	}
	b.err = errors.New("disk full")
	if code := post(a, good, sign(good)); code != 503 {
		t.Errorf("what could not be kept was answered with %d", code)
	}
}

// TestChallenge answers Meta's question about the address only to whoever knows the operator's word.
func TestChallenge(t *testing.T) {
	t.Parallel()
	a, _, _ := rig(t, "")
	for query, want := range map[string]int{"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=kata-kita": 200, "hub.mode=subscribe&hub.challenge=1&hub.verify_token=lain": 403,
		"hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=kata-kita": 403, "": 403} {
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest("GET", "/tipline/whatsapp?"+query, nil))
		if w.Code != want || want == 200 && w.Body.String() != "1158201444" {
			t.Errorf("%s: %d %q", query, w.Code, w.Body)
		}
	}
}

// TestSend writes the three forms of message within their limits.
func TestSend(t *testing.T) {
	t.Parallel()
	a, g, _ := rig(t, "")
	choices := func(n int, label string) []tipline.Choice {
		var out []tipline.Choice
		for i := range n {
			out = append(out, tipline.Choice{ID: string(rune('a' + i)), Label: label + string(rune('a'+i)), Full: strings.Repeat("p", 100)})
		}
		return out
	}
	for _, x := range []struct {
		name string
		m    tipline.Message
		want string
	}{
		{"text", tipline.Message{Head: "SAL*AH", Body: "isi"}, `{"messaging_product":"whatsapp","recipient_type":"individual","to":"6281","type":"text","text":{"body":"*SALAH*\n\nisi","preview_url":false},"biz_opaque_callback_data":"o1"}`},
		{"buttons", tipline.Message{Body: "isi", Choices: choices(2, "Ya")}, `{"messaging_product":"whatsapp","recipient_type":"individual","to":"6281","type":"interactive","interactive":{"type":"button","body":{"text":"isi"},"action":{"buttons":[{"type":"reply","reply":{"id":"a","title":"Yaa"}},{"type":"reply","reply":{"id":"b","title":"Yab"}}]}},"biz_opaque_callback_data":"o1"}`},
		{"list", tipline.Message{Body: "isi", Choices: choices(4, "K")}, ``},
		{"long buttons become a list", tipline.Message{Body: "isi", Choices: choices(2, strings.Repeat("x", 30))}, ``},
	} {
		if err := a.Send(t.Context(), tipline.Delivery{ID: "o1", To: tipline.Address{Chat: "6281"}, Message: x.m}); err != nil {
			t.Fatalf("%s: %v", x.name, err)
		}
		body := g.bodies[len(g.bodies)-1]
		if x.want != "" && body != x.want {
			t.Errorf("%s:\n got %s\nwant %s", x.name, body, x.want)
		}
		var m struct {
			Interactive struct {
				Type   string
				Action struct {
					Button   string
					Sections []struct {
						Rows []struct{ ID, Title, Description string }
					}
				}
			}
		}
		if err := json.Unmarshal([]byte(body), &m); err != nil {
			t.Fatal(err)
		}
		if x.want == "" {
			rows := m.Interactive.Action.Sections[0].Rows
			if m.Interactive.Type != "list" || m.Interactive.Action.Button != "Pilih" || len(rows) != len(x.m.Choices) {
				t.Errorf("%s: %s", x.name, body)
			}
			for _, r := range rows {
				if len([]rune(r.Title)) > 24 || len([]rune(r.Description)) > 72 {
					t.Errorf("%s: row %+v", x.name, r)
				}
			}
		}
	}
	if g.auth != "Bearer EAAJB" || g.paths[0] != "POST /v23.0/"+phone+"/messages" {
		t.Errorf("%s with %s", g.paths[0], g.auth)
	}
}

// TestNudge sends the approved template and nothing else, and only if there is one.
func TestNudge(t *testing.T) {
	t.Parallel()
	a, g, _ := rig(t, "ronda_kabar")
	if sent, err := a.Nudge(t.Context(), tipline.Address{Chat: "6281"}, "o1", "id"); !sent || err != nil {
		t.Fatal(sent, err)
	}
	if want := `{"messaging_product":"whatsapp","recipient_type":"individual","to":"6281","type":"template","template":{"name":"ronda_kabar","language":{"code":"id"}},"biz_opaque_callback_data":"nudge:o1"}`; g.bodies[0] != want {
		t.Errorf("got %s", g.bodies[0])
	}
	b, g2, _ := rig(t, "")
	if sent, err := b.Nudge(t.Context(), tipline.Address{Chat: "6281"}, "o1", "id"); sent || err != nil || len(g2.paths) != 0 {
		t.Error("nudged without a template")
	}
}

// TestFaults reads the documented error codes, and what the network does, also after the message arrived.
func TestFaults(t *testing.T) {
	t.Parallel()
	reply := func(status int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { w.WriteHeader(status); _, _ = w.Write([]byte(body)) }
	}
	code := func(status, code string) string {
		return `{"error":{"message":"(#` + code + `) x","type":"OAuthException","code":` + code + `,"error_data":{"messaging_product":"whatsapp","details":"+62 812 secret"},"fbtrace_id":"A"}}`
	}
	for _, x := range []struct {
		name   string
		answer func(http.ResponseWriter)
		fate   tipline.Fate
	}{
		{"window", reply(400, code("", "131047")), tipline.FateClosed},
		{"cannot be reached", reply(400, code("", "131026")), tipline.FateGone},
		{"rate", reply(400, code("", "130429")), tipline.FateLater},
		{"pair rate", reply(400, code("", "131056")), tipline.FateLater},
		{"token", reply(401, code("", "190")), tipline.FateLater},
		{"bad parameter", reply(400, code("", "100")), tipline.FateRefused},
		{"service down", reply(503, code("", "131016")), tipline.FateLater},
		{"status alone", reply(500, "oops"), tipline.FateLater},
		{"429 alone", reply(429, ""), tipline.FateLater},
		{"400 alone", reply(400, ""), tipline.FateRefused},
		{"taken, answer broken", reply(200, "{"), tipline.FateUnknown},
		{"cut off after the effect", func(w http.ResponseWriter) {
			if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
				_ = c.Close()
			}
		}, tipline.FateUnknown},
		{"redirect", func(w http.ResponseWriter) { w.Header().Set("Location", "https://evil.example/"); w.WriteHeader(302) }, tipline.FateLater},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			a, g, _ := rig(t, "")
			g.answer = x.answer
			err := a.Send(t.Context(), tipline.Delivery{ID: "o1", To: tipline.Address{Chat: "6281"}, Message: tipline.Message{Body: "x"}})
			var e *tipline.SendError
			if !errors.As(err, &e) || e.Fate != x.fate {
				t.Fatalf("%v, want %s", err, x.fate)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Error("the error repeats what the other side said")
			}
		})
	}
	a, g, _ := rig(t, "")
	g.answer = func(w http.ResponseWriter) { w.Header().Set("Retry-After", "120"); w.WriteHeader(429) }
	var e *tipline.SendError
	if err := a.Send(t.Context(), tipline.Delivery{To: tipline.Address{Chat: "6"}, Message: tipline.Message{Body: "x"}}); !errors.As(err, &e) || e.After != 2*time.Minute {
		t.Errorf("Retry-After: %v", err)
	}
}

// TestFetch gets a picture in two steps, and sends the token nowhere else.
func TestFetch(t *testing.T) {
	t.Parallel()
	a, _, _ := rig(t, "")
	body, err := a.Fetch(t.Context(), tipline.Media{Ref: "2754859441498128"})
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if b, _ := io.ReadAll(body); string(b) != "JPEG" {
		t.Errorf("got %q", b)
	}
	if _, err := a.Fetch(t.Context(), tipline.Media{Ref: "elsewhere"}); err == nil || !strings.Contains(err.Error(), "elsewhere") {
		t.Errorf("the token may go anywhere: %v", err)
	}
	if _, err := a.Fetch(t.Context(), tipline.Media{Ref: "gone"}); !errors.Is(err, tipline.ErrNoFile) {
		t.Errorf("a lost file: %v", err)
	}
}

func FuzzHook(f *testing.F) {
	f.Add(message(`"type":"text","text":{"body":"x"}`))
	f.Add(hook(`"messages":[null,1,{}]`))
	a, _, _ := rig(f, "")
	f.Fuzz(func(t *testing.T, body string) {
		if code := post(a, body, sign(body)); code != 200 && code != 400 && code != 413 {
			t.Fatalf("answered %d", code)
		}
	})
}
