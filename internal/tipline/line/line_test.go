package line_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda/internal/tipline"
	"ronda/internal/tipline/line"
)

const secret = "8c570fa6dd201bb328f1c1eac23a96d8"

type box struct {
	mu   sync.Mutex
	list []tipline.Incoming
	err  error
}

func (b *box) Receive(_ context.Context, list ...tipline.Incoming) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.list = append(b.list, list...)
	}
	return b.err
}

// api is a Messaging API server: it takes a retry key once, as LINE does.
type api struct {
	mu      sync.Mutex
	paths   []string
	bodies  []string
	keys    []string
	seen    map[string]bool
	arrived int
	tokens  map[string]bool // reply tokens that were used
	answer  func(w http.ResponseWriter, r *http.Request) bool
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.paths, a.bodies, a.keys = append(a.paths, r.URL.Path), append(a.bodies, string(body)), append(a.keys, r.Header.Get("X-Line-Retry-Key"))
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/v2/bot/message/push":
		key := r.Header.Get("X-Line-Retry-Key")
		if a.seen[key] {
			w.Header().Set("X-Line-Accepted-Request-Id", "123e4567-e89b-12d3-a456-426655440001")
			w.WriteHeader(409)
			_, _ = w.Write([]byte(`{"message":"The retry key is already accepted","sentMessages":[]}`))
			return
		}
		if a.answer != nil && a.answer(w, r) {
			return
		}
		a.seen[key] = true
		a.arrived++
		_, _ = w.Write([]byte(`{"sentMessages":[{"id":"461230966842064897","quoteToken":"x"}]}`))
	case "/v2/bot/message/reply":
		var m struct {
			Token string `json:"replyToken"`
		}
		_ = json.Unmarshal(body, &m)
		if a.tokens[m.Token] {
			w.WriteHeader(400)
			_, _ = w.Write([]byte(`{"message":"Invalid reply token"}`))
			return
		}
		if a.answer != nil && a.answer(w, r) {
			return
		}
		a.tokens[m.Token] = true
		a.arrived++
		_, _ = w.Write([]byte(`{"sentMessages":[{"id":"1"}]}`))
	case "/v2/bot/message/325708/content":
		_, _ = w.Write([]byte("JPEG"))
	case "/v2/bot/message/busy/content":
		w.WriteHeader(202)
	default:
		w.WriteHeader(404)
		_, _ = w.Write([]byte(`{"message":"Not found"}`))
	}
}

func rig(t testing.TB) (*line.Adapter, *api, *box) {
	t.Helper()
	srv := &api{seen: map[string]bool{}, tokens: map[string]bool{}}
	ts := httptest.NewServer(srv)
	t.Cleanup(ts.Close)
	b := &box{}
	a, err := line.New(line.Config{Token: "token", Secret: secret, URL: ts.URL, DataURL: ts.URL}, b, func(string, ...any) {})
	if err != nil {
		t.Fatal(err)
	}
	return a, srv, b
}

func sign(body string) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(body))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

func post(a http.Handler, body, signature string) int {
	r := httptest.NewRequest("POST", "/tipline/line", strings.NewReader(body))
	r.Header.Set("x-line-signature", signature)
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w.Code
}

func event(typ, source, parts string) string {
	return `{"destination":"xxxxxxxxxx","events":[{"type":"` + typ + `","mode":"active","timestamp":1732104000000,"source":` + source +
		`,"webhookEventId":"01FZ74A0TDDPYRVKNK77XKC3ZR","deliveryContext":{"isRedelivery":false},"replyToken":"nHuyWiB7yP5Zw52FIkcQobQuGDXCTA"` + parts + `}]}`
}

const (
	user  = `{"type":"user","userId":"U4af4980629"}`
	group = `{"type":"group","groupId":"Ca56f94637c","userId":"U4af4980629"}`
)

// TestEvents replays the documentation's examples.
func TestEvents(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name, body string
		want       tipline.Incoming
		none       bool
	}{
		{name: "text", body: event("message", user, `,"message":{"id":"444573844083572737","type":"text","quoteToken":"q3Plxr4AgKd","text":"Cek ini"}`), want: tipline.Incoming{Kind: tipline.KindText, Text: "Cek ini", Source: "message:444573844083572737"}},
		{name: "image", body: event("message", user, `,"message":{"type":"image","id":"354718705033693859","quoteToken":"q3Plxr4AgKd","contentProvider":{"type":"line"},"imageSet":{"id":"E005D41A7288F41B65593ED38FF6E9834B046AB36A37921A56BC236F13A91855","index":1,"total":2}}`), want: tipline.Incoming{Kind: tipline.KindPicture, Source: "message:354718705033693859", Media: tipline.Media{Ref: "354718705033693859", Type: "image/jpeg"}}},
		{name: "external image", body: event("message", user, `,"message":{"type":"image","id":"1","quoteToken":"q","contentProvider":{"type":"external","originalContentUrl":"https://example.org/x.jpg","previewImageUrl":"https://example.org/y.jpg"}}`), want: tipline.Incoming{Kind: tipline.KindOther, Source: "message:1"}},
		{name: "audio", body: event("message", user, `,"message":{"type":"audio","id":"1","duration":60000,"contentProvider":{"type":"line"}}`), want: tipline.Incoming{Kind: tipline.KindVoice}},
		{name: "video", body: event("message", user, `,"message":{"type":"video","id":"1","quoteToken":"q","duration":60000,"contentProvider":{"type":"line"}}`), want: tipline.Incoming{Kind: tipline.KindVideo}},
		{name: "sticker", body: event("message", user, `,"message":{"type":"sticker","id":"1","quoteToken":"q","stickerId":"1","packageId":"1","stickerResourceType":"STATIC","keywords":["x"]}`), want: tipline.Incoming{Kind: tipline.KindSticker}},
		{name: "location", body: event("message", user, `,"message":{"id":"1","type":"location","title":"x","address":"y","latitude":1,"longitude":2}`), want: tipline.Incoming{Kind: tipline.KindLocation}},
		{name: "file", body: event("message", user, `,"message":{"id":"1","type":"file","fileName":"a.pdf","fileSize":2138}`), want: tipline.Incoming{Kind: tipline.KindFile}},
		{name: "new kind", body: event("message", user, `,"message":{"id":"1","type":"hologram"}`), want: tipline.Incoming{Kind: tipline.KindOther}},
		{name: "postback", body: event("postback", user, `,"postback":{"data":"1/report"}`), want: tipline.Incoming{Kind: tipline.KindChoice, Choice: "1/report"}},
		{name: "follow", body: event("follow", user, `,"follow":{"isUnblocked":false}`), want: tipline.Incoming{Kind: tipline.KindStart}},
		{name: "unfollow", body: event("unfollow", user, ``), want: tipline.Incoming{Kind: tipline.KindBlocked}},
		{name: "unsend", body: event("unsend", user, `,"unsend":{"messageId":"325708"}`), want: tipline.Incoming{Kind: tipline.KindDeleted, Source: "message:325708"}},
		{name: "group", body: event("message", group, `,"message":{"id":"1","type":"text","quoteToken":"q","text":"sebarkan ya"}`), want: tipline.Incoming{Kind: tipline.KindText, Text: "sebarkan ya", Source: "message:1", Group: true}},
		{name: "group mention", body: event("message", group, `,"message":{"id":"1","type":"text","quoteToken":"q","text":"🙏 @Ronda cek ini dong","mention":{"mentionees":[{"index":3,"length":6,"type":"user","userId":"Ubot","isSelf":true}]}}`), want: tipline.Incoming{Kind: tipline.KindText, Text: "🙏  cek ini dong", Source: "message:1", Group: true, Called: true}},
		{name: "group all", body: event("message", group, `,"message":{"id":"1","type":"text","quoteToken":"q","text":"@All rapat","mention":{"mentionees":[{"index":0,"length":4,"type":"all"}]}}`), want: tipline.Incoming{Kind: tipline.KindText, Text: "@All rapat", Source: "message:1", Group: true}},
		{name: "standby", body: strings.Replace(event("message", user, `,"message":{"id":"1","type":"text","text":"x"}`), "active", "standby", 1), none: true},
		{name: "join", body: event("join", group, ``), none: true},
		{name: "test of the console", body: `{"destination":"x","events":[]}`, none: true},
		{name: "odd event beside a good one", body: strings.Replace(event("message", user, `,"message":{"id":"1","type":"text","text":"x"}`), `"events":[`, `"events":[5,`, 1), want: tipline.Incoming{Kind: tipline.KindText, Text: "x", Source: "message:1"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			a, _, b := rig(t)
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
			if got.Kind != x.want.Kind || got.Text != x.want.Text || got.Media != x.want.Media || got.Choice != x.want.Choice || x.want.Source != "" && got.Source != x.want.Source || got.Group != x.want.Group || got.Called != x.want.Called {
				t.Errorf("got  %+v\nwant %+v", got, x.want)
			}
			if got.Message != "event:01FZ74A0TDDPYRVKNK77XKC3ZR" || !got.At.Equal(time.Unix(1732104000, 0)) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// TestForgeriesAreRefused takes only what the channel's secret signed, whole.
func TestForgeriesAreRefused(t *testing.T) {
	t.Parallel()
	a, _, b := rig(t)
	good := event("message", user, `,"message":{"id":"1","type":"text","text":"x"}`)
	big := strings.Repeat(" ", 3<<20)
	for _, x := range []struct {
		body, signature string
		code            int
	}{{good, "", 403}, {good, "====", 403}, {good + " ", sign(good), 403}, {"{", sign("{"), 400}, {big, sign(big), 413}} {
		if code := post(a, x.body, x.signature); code != x.code {
			t.Errorf("%.20q: %d, want %d", x.body, code, x.code)
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

func delivery(m tipline.Message, again bool) tipline.Delivery {
	return tipline.Delivery{ID: "o1", To: tipline.Address{Chat: "U4af4980629"}, Message: m, Again: again, Now: time.Unix(1732104010, 0)}
}

// TestSend pushes with the retry key of the message, and shows choices as quick replies.
func TestSend(t *testing.T) {
	t.Parallel()
	a, srv, _ := rig(t)
	m := tipline.Message{Head: "SALAH", Body: "isi", Choices: []tipline.Choice{{ID: "1/report", Label: "Laporkan"}}}
	for range 2 { // the second is a repeat: LINE answers 409, which is as good as sent
		if err := a.Send(t.Context(), delivery(m, false)); err != nil {
			t.Fatal(err)
		}
	}
	if srv.arrived != 1 || srv.keys[0] != srv.keys[1] || !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(srv.keys[0]) {
		t.Fatalf("%d arrived, keys %v", srv.arrived, srv.keys)
	}
	if got := strings.TrimSpace(srv.bodies[0]); !strings.Contains(got, `"to":"U4af4980629"`) || !strings.Contains(got, `"text":"SALAH\n\nisi"`) || !strings.Contains(got, `"data":"1/report"`) || !strings.Contains(got, `"label":"Laporkan"`) {
		t.Errorf("got %s", got)
	}
}

// TestReplyToken answers for free while the token is good, and by push when it is not.
func TestReplyToken(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name    string
		age     int64
		used    bool
		again   bool
		paths   int
		arrived int
		last    string
	}{
		{"fresh", 5, false, false, 1, 1, "/v2/bot/message/reply"},
		{"too old", 120, false, false, 1, 1, "/v2/bot/message/push"},
		{"no longer good", 5, true, false, 2, 1, "/v2/bot/message/push"},
		{"used by an attempt that nobody knew of", 5, true, true, 1, 0, "/v2/bot/message/reply"},
	} {
		a, srv, _ := rig(t)
		srv.tokens["tok"] = x.used
		if err := a.Send(t.Context(), delivery(tipline.Message{Body: "x", Token: "tok", TokenAt: 1732104010 - x.age}, x.again)); err != nil {
			t.Fatalf("%s: %v", x.name, err)
		}
		if len(srv.paths) != x.paths || srv.arrived != x.arrived || srv.paths[len(srv.paths)-1] != x.last {
			t.Errorf("%s: %v, %d arrived", x.name, srv.paths, srv.arrived)
		}
	}
}

// TestFaults reads the documented answers, and what the network does, also after the message arrived.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name   string
		status int
		body   string
		fate   tipline.Fate
	}{
		{"server", 500, `{"message":"Internal Server Error"}`, tipline.FateUnknown}, {"rate", 429, `{"message":"The API rate limit has been exceeded. Try again later."}`, tipline.FateLater},
		{"plan", 429, `{"message":"You have reached your monthly limit."}`, tipline.FateLater}, {"token", 401, `{"message":"Authentication failed"}`, tipline.FateLater},
		{"bad", 400, `{"message":"The request body has 1 error(s)"}`, tipline.FateRefused}, {"no JSON", 502, `<html>`, tipline.FateUnknown}, {"odd answer", 200, `<html>`, tipline.FateUnknown},
	} {
		a, srv, _ := rig(t)
		srv.answer = func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(x.status)
			_, _ = w.Write([]byte(x.body))
			return true
		}
		err := a.Send(t.Context(), delivery(tipline.Message{Body: "x"}, false))
		var e *tipline.SendError
		if !errors.As(err, &e) || e.Fate != x.fate {
			t.Errorf("%s: %v, want %s", x.name, err, x.fate)
		}
	}
	a, srv, _ := rig(t)
	srv.answer = func(w http.ResponseWriter, r *http.Request) bool { // it arrives, and the answer is lost
		srv.seen[r.Header.Get("X-Line-Retry-Key")] = true
		srv.arrived++
		if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = c.Close()
		}
		return true
	}
	var e *tipline.SendError
	if err := a.Send(t.Context(), delivery(tipline.Message{Body: "x"}, false)); !errors.As(err, &e) || e.Fate != tipline.FateUnknown {
		t.Fatalf("a lost answer: %v", err)
	}
	if err := a.Send(t.Context(), delivery(tipline.Message{Body: "x"}, true)); err != nil || srv.arrived != 1 {
		t.Errorf("sent again: %v, %d arrived", err, srv.arrived)
	}
}

// TestFetch gets a picture, waits while LINE prepares it, and says when there is none any more.
func TestFetch(t *testing.T) {
	t.Parallel()
	a, _, _ := rig(t)
	body, err := a.Fetch(t.Context(), tipline.Media{Ref: "325708"})
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if b, _ := io.ReadAll(body); string(b) != "JPEG" {
		t.Errorf("got %q", b)
	}
	if _, err := a.Fetch(t.Context(), tipline.Media{Ref: "busy"}); err == nil || errors.Is(err, tipline.ErrNoFile) {
		t.Errorf("a file that is not ready: %v", err)
	}
	if _, err := a.Fetch(t.Context(), tipline.Media{Ref: "gone"}); !errors.Is(err, tipline.ErrNoFile) {
		t.Errorf("a lost file: %v", err)
	}
}

func FuzzHook(f *testing.F) {
	f.Add(event("message", user, `,"message":{"id":"1","type":"text","text":"x"}`))
	f.Add(event("message", group, `,"message":{"id":"1","type":"text","text":"x","mention":{"mentionees":[{"index":-5,"length":99,"type":"user","isSelf":true}]}}`))
	a, _, _ := rig(f)
	f.Fuzz(func(t *testing.T, body string) {
		if code := post(a, body, sign(body)); code != 200 && code != 400 && code != 413 {
			t.Fatalf("answered %d", code)
		}
	})
}
