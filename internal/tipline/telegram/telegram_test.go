package telegram_test

import (
	"context"
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
	"ronda/internal/tipline/telegram"
)

const (
	token  = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw" // the documentation's own example
	secret = "rahasia_kita-1"
)

// box is an inbox that remembers.
type box struct {
	mu   sync.Mutex
	list []tipline.Incoming
	err  error
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

// api is a Bot API server: it notes requests as the documentation describes them, and answers with what the test sets.
type api struct {
	mu     sync.Mutex
	calls  []string            // methods
	forms  []map[string]string // their parameters
	answer func(w http.ResponseWriter, method string) bool
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rest, ok := strings.CutPrefix(r.URL.Path, "/bot"+token+"/")
	if !ok {
		if r.URL.Path == "/file/bot"+token+"/photos/file_1.jpg" {
			_, _ = w.Write([]byte("JPEG"))
			return
		}
		w.WriteHeader(404)
		_, _ = w.Write([]byte(`{"ok":false,"error_code":404,"description":"Not Found"}`))
		return
	}
	form := map[string]string{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		if err := r.ParseMultipartForm(1 << 20); err == nil {
			for k, v := range r.MultipartForm.Value {
				form[k] = v[0]
			}
		}
	} else {
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		for k, v := range body {
			b, _ := json.Marshal(v)
			form[k] = string(b)
		}
	}
	a.mu.Lock()
	a.calls, a.forms = append(a.calls, rest), append(a.forms, form)
	answer := a.answer
	a.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if answer != nil && answer(w, rest) {
		return
	}
	switch rest {
	case "sendMessage":
		_, _ = w.Write([]byte(`{"ok":true,"result":{"message_id":5,"date":1732104000,"chat":{"id":1111,"type":"private"},"text":"x"}}`))
	case "getFile":
		_, _ = w.Write([]byte(`{"ok":true,"result":{"file_id":"AgAC","file_unique_id":"u","file_size":4,"file_path":"photos/file_1.jpg"}}`))
	default:
		_, _ = w.Write([]byte(`{"ok":true,"result":true}`))
	}
}

func (a *api) last(t *testing.T) (string, map[string]string) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.calls) == 0 {
		t.Fatal("no call")
	}
	return a.calls[len(a.calls)-1], a.forms[len(a.forms)-1]
}

func rig(t *testing.T) (*telegram.Adapter, *api, *box) {
	t.Helper()
	srv := &api{}
	ts := httptest.NewServer(srv)
	t.Cleanup(ts.Close)
	b := &box{}
	a, err := telegram.New(telegram.Config{Token: token, Secret: secret, User: "@ronda_bot", URL: ts.URL}, b, func(string, ...any) {})
	if err != nil {
		t.Fatal(err)
	}
	return a, srv, b
}

func post(a http.Handler, body, secret string) int {
	r := httptest.NewRequest("POST", "/tipline/telegram", strings.NewReader(body))
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w.Code
}

// private wraps the parts of a message of the documentation's shape.
func private(parts string) string {
	return `{"update_id":10000,"message":{"date":1732104000,"chat":{"last_name":"Contoh","id":1111111,"type":"private","first_name":"Siti"},"message_id":1365,
		"from":{"last_name":"Contoh","id":1111111,"is_bot":false,"first_name":"Siti","language_code":"id"},` + parts + `}}`
}

func group(parts string) string {
	return `{"update_id":10001,"message":{"date":1732104000,"chat":{"id":-100222,"type":"supergroup","title":"Warga"},"message_id":7,
		"from":{"id":1111111,"is_bot":false,"first_name":"Siti"},` + parts + `}}`
}

// TestUpdates reads the documentation's kinds of update.
func TestUpdates(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name, body string
		want       tipline.Incoming
		none       bool
	}{
		{name: "text", body: private(`"text":"Cek ini"`), want: tipline.Incoming{Kind: tipline.KindText, Text: "Cek ini", Message: "1111111:1365"}},
		{name: "forwarded", body: private(`"forward_origin":{"type":"hidden_user","sender_user_name":"Grup","date":1732000000},"text":"Sebarkan!"`), want: tipline.Incoming{Kind: tipline.KindText, Text: "Sebarkan!"}},
		{name: "hidden address", body: private(`"text":"klik di sini","entities":[{"type":"text_link","offset":5,"length":7,"url":"https://example.org/x"}]`), want: tipline.Incoming{Kind: tipline.KindText, Text: "klik di sini\nhttps://example.org/x"}},
		{name: "start", body: private(`"text":"/start","entities":[{"type":"bot_command","offset":0,"length":6}]`), want: tipline.Incoming{Kind: tipline.KindStart, Text: "start"}},
		{name: "command", body: private(`"text":"/hapus_data_saya"`), want: tipline.Incoming{Kind: tipline.KindText, Text: "hapus data saya"}},
		{name: "photo", body: private(`"caption":"benarkah?","photo":[{"file_id":"small","file_unique_id":"a","width":90,"height":51,"file_size":1000},{"file_id":"big","file_unique_id":"b","width":800,"height":450,"file_size":90000}]`), want: tipline.Incoming{Kind: tipline.KindPicture, Text: "benarkah?", Media: tipline.Media{Ref: "big", Type: "image/jpeg", Size: 90000}}},
		{name: "picture as file", body: private(`"document":{"file_id":"d1","file_unique_id":"d","mime_type":"image/png","file_size":1234}`), want: tipline.Incoming{Kind: tipline.KindPicture, Media: tipline.Media{Ref: "d1", Type: "image/png", Size: 1234}}},
		{name: "file", body: private(`"document":{"file_id":"d1","file_unique_id":"d","mime_type":"application/pdf"}`), want: tipline.Incoming{Kind: tipline.KindFile}},
		{name: "voice", body: private(`"voice":{"file_id":"v","file_unique_id":"v","duration":5}`), want: tipline.Incoming{Kind: tipline.KindVoice}},
		{name: "video", body: private(`"video":{"file_id":"v","file_unique_id":"v","width":1,"height":1,"duration":5},"caption":"lihat"`), want: tipline.Incoming{Kind: tipline.KindVideo, Text: "lihat"}},
		{name: "sticker", body: private(`"sticker":{"file_id":"s","file_unique_id":"s","type":"regular","width":512,"height":512,"is_animated":false,"is_video":false}`), want: tipline.Incoming{Kind: tipline.KindSticker}},
		{name: "location", body: private(`"location":{"latitude":-7.7,"longitude":110.3}`), want: tipline.Incoming{Kind: tipline.KindLocation}},
		{name: "contact", body: private(`"contact":{"phone_number":"+62812","first_name":"X"}`), want: tipline.Incoming{Kind: tipline.KindContact}},
		{name: "poll", body: private(`"poll":{"id":"1","question":"?","options":[],"total_voter_count":0,"is_closed":false,"is_anonymous":true,"type":"regular","allows_multiple_answers":false}`), want: tipline.Incoming{Kind: tipline.KindPoll}},
		{name: "service message", body: private(`"new_chat_title":"x"`), none: true},
		{name: "edited", body: strings.Replace(private(`"edit_date":1732104060,"text":"Diubah"`), `"message":`, `"edited_message":`, 1), want: tipline.Incoming{Kind: tipline.KindEdited, Text: "Diubah", Source: "1111111:1365", Message: "1111111:1365:edit:1732104060"}},
		{name: "tap", body: `{"update_id":3,"callback_query":{"id":"4382bfdwdsb323b2d9","from":{"id":1111111,"is_bot":false,"first_name":"Siti"},"message":{"message_id":9,"date":1732104000,"chat":{"id":1111111,"type":"private"}},"chat_instance":"1","data":"1/report"}}`, want: tipline.Incoming{Kind: tipline.KindChoice, Choice: "1/report", Message: "tap:4382bfdwdsb323b2d9"}},
		{name: "tap on an old message", body: `{"update_id":3,"callback_query":{"id":"9","from":{"id":1111111,"is_bot":false,"first_name":"Siti"},"message":{"message_id":9,"date":0,"chat":{"id":1111111,"type":"private"}},"chat_instance":"1","data":"1/report"}}`, want: tipline.Incoming{Kind: tipline.KindChoice, Choice: "1/report"}},
		{name: "blocked", body: `{"update_id":4,"my_chat_member":{"chat":{"id":1111111,"type":"private"},"from":{"id":1111111,"is_bot":false,"first_name":"Siti"},"date":1732104000,"old_chat_member":{"status":"member","user":{"id":110201543,"is_bot":true,"first_name":"R"}},"new_chat_member":{"status":"kicked","user":{"id":110201543,"is_bot":true,"first_name":"R"},"until_date":0}}}`, want: tipline.Incoming{Kind: tipline.KindBlocked}},
		{name: "group", body: group(`"text":"sebarkan ya"`), want: tipline.Incoming{Kind: tipline.KindText, Text: "sebarkan ya", Group: true, Message: "-100222:7"}},
		{name: "group mention", body: group(`"text":"@Ronda_bot cek","entities":[{"type":"mention","offset":0,"length":10}],"reply_to_message":{"message_id":5,"date":1,"chat":{"id":-100222,"type":"supergroup"},"text":"hoaks lama"}`), want: tipline.Incoming{Kind: tipline.KindText, Text: "cek", Quoted: "hoaks lama", Group: true, Called: true}},
		{name: "group emoji before mention", body: group(`"text":"🙏 @ronda_bot","entities":[{"type":"mention","offset":3,"length":10}]`), want: tipline.Incoming{Kind: tipline.KindText, Text: "🙏", Group: true, Called: true}},
		{name: "group other mention", body: group(`"text":"@budi cek","entities":[{"type":"mention","offset":0,"length":5}]`), want: tipline.Incoming{Kind: tipline.KindText, Text: "@budi cek", Group: true}},
		{name: "group command", body: group(`"text":"/cek@ronda_bot","entities":[{"type":"bot_command","offset":0,"length":14}]`), want: tipline.Incoming{Kind: tipline.KindText, Text: "cek", Group: true, Called: true}},
		{name: "group command of another", body: group(`"text":"/cek@lain_bot","entities":[{"type":"bot_command","offset":0,"length":13}]`), want: tipline.Incoming{Kind: tipline.KindText, Text: "/cek@lain_bot", Group: true}},
		{name: "group answer to the bot", body: group(`"text":"terus?","reply_to_message":{"message_id":5,"date":1,"chat":{"id":-100222,"type":"supergroup"},"from":{"id":110201543,"is_bot":true,"first_name":"R"},"text":"x"}`), want: tipline.Incoming{Kind: tipline.KindText, Text: "terus?", Quoted: "x", Group: true, Called: true}},
		{name: "channel", body: `{"update_id":1,"channel_post":{"message_id":1,"date":1,"chat":{"id":-1,"type":"channel"},"text":"x"}}`, none: true},
		{name: "empty", body: `{"update_id":1}`, none: true},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			a, _, b := rig(t)
			if code := post(a, x.body, secret); code != 200 {
				t.Fatalf("answered %d", code)
			}
			if x.none {
				if len(b.list) != 0 {
					t.Fatalf("kept %+v", b.list)
				}
				return
			}
			if len(b.list) != 1 {
				t.Fatalf("kept %d messages", len(b.list))
			}
			got := b.list[0]
			if got.Kind != x.want.Kind || got.Text != x.want.Text || got.Media != x.want.Media || got.Choice != x.want.Choice || got.Source != x.want.Source || got.Group != x.want.Group ||
				got.Called != x.want.Called || got.Quoted != x.want.Quoted || x.want.Message != "" && got.Message != x.want.Message {
				t.Errorf("got  %+v\nwant %+v", got, x.want)
			}
			if got.Provider != telegram.Name || got.Chat == "" || got.From != "1111111" {
				t.Errorf("from %+v", got)
			}
		})
	}
}

// TestForgeriesAreRefused takes only what carries the secret, is not too large and is JSON, and asks for a repeat when it cannot keep it.
func TestForgeriesAreRefused(t *testing.T) {
	t.Parallel()
	a, _, b := rig(t)
	good := private(`"text":"x"`)
	for _, x := range []struct {
		body, secret string
		code         int
	}{{good, "", 403}, {good, "salah", 403}, {good, secret + "x", 403}, {"{", secret, 400}, {`[]`, secret, 400}, {strings.Repeat(" ", 2<<20), secret, 413}} {
		if code := post(a, x.body, x.secret); code != x.code {
			t.Errorf("%.20q with %q: %d, want %d", x.body, x.secret, code, x.code)
		}
	}
	if len(b.list) != 0 {
		t.Fatalf("kept %+v", b.list)
	}
	b.err = errors.New("disk full")
	if code := post(a, good, secret); code != 503 {
		t.Errorf("what could not be kept was answered with %d", code)
	}
	open, err := telegram.New(telegram.Config{Token: token, User: "x"}, b, func(string, ...any) {})
	if err != nil {
		t.Fatal(err)
	}
	if code := post(open, good, ""); code != 403 {
		t.Errorf("without a secret anybody may send: %d", code)
	}
}

// TestSend writes a message as the documentation asks, with the head line in bold by UTF-16 units and the choices as buttons.
func TestSend(t *testing.T) {
	t.Parallel()
	a, srv, _ := rig(t)
	m := tipline.Message{Head: "🇮🇩 SALAH", Body: "Foto itu dari 2019.", Ask: "Masih beredar?", Choices: []tipline.Choice{{ID: "1/report", Label: "Laporkan"}, {ID: "1/other", Label: "Bukan"}, {ID: "1/x", Label: "Hoaks", Full: "Kabar bohong atau hoaks yang sudah lama"}}}
	if err := a.Send(t.Context(), tipline.Delivery{ID: "o1", To: tipline.Address{Chat: "1111111", Thread: "3", Reply: "7"}, Message: m}); err != nil {
		t.Fatal(err)
	}
	method, form := srv.last(t)
	if method != "sendMessage" || form["chat_id"] != "1111111" && form["chat_id"] != `"1111111"` || form["text"] != m.Text() || form["message_thread_id"] != "3" {
		t.Fatalf("%s %+v", method, form)
	}
	var entities []map[string]any
	if err := json.Unmarshal([]byte(form["entities"]), &entities); err != nil || len(entities) != 1 || entities[0]["length"] != 10.0 || entities[0]["type"] != "bold" {
		t.Errorf("entities %s", form["entities"])
	}
	var keys struct {
		Rows [][]struct {
			Text string `json:"text"`
			Data string `json:"callback_data"`
		} `json:"inline_keyboard"`
	}
	if err := json.Unmarshal([]byte(form["reply_markup"]), &keys); err != nil || len(keys.Rows) != 2 || len(keys.Rows[0]) != 2 || keys.Rows[0][0].Data != "1/report" || keys.Rows[1][0].Text != "Kabar bohong atau hoaks yang sudah lama" || strings.Contains(form["reply_markup"], "copy_text") {
		t.Errorf("keyboard %s", form["reply_markup"])
	}
	if !strings.Contains(form["reply_parameters"], `"message_id":7`) {
		t.Errorf("answers %s", form["reply_parameters"])
	}
}

// TestFaults reads the documented errors, and those that the network makes, also after the message arrived.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name   string
		answer func(w http.ResponseWriter)
		fate   tipline.Fate
		after  time.Duration
	}{
		{"rate", func(w http.ResponseWriter) {
			w.WriteHeader(429)
			_, _ = w.Write([]byte(`{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35","parameters":{"retry_after":35}}`))
		}, tipline.FateLater, 35 * time.Second},
		{"blocked", func(w http.ResponseWriter) {
			w.WriteHeader(403)
			_, _ = w.Write([]byte(`{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}`))
		}, tipline.FateGone, 0},
		{"no chat", func(w http.ResponseWriter) {
			w.WriteHeader(400)
			_, _ = w.Write([]byte(`{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}`))
		}, tipline.FateGone, 0},
		{"bad", func(w http.ResponseWriter) {
			w.WriteHeader(400)
			_, _ = w.Write([]byte(`{"ok":false,"error_code":400,"description":"Bad Request: message is too long"}`))
		}, tipline.FateRefused, 0},
		{"token", func(w http.ResponseWriter) {
			w.WriteHeader(401)
			_, _ = w.Write([]byte(`{"ok":false,"error_code":401,"description":"Unauthorized"}`))
		}, tipline.FateLater, 5 * time.Minute},
		{"server", func(w http.ResponseWriter) {
			w.WriteHeader(502)
			_, _ = w.Write([]byte(`{"ok":false,"error_code":502,"description":"Bad Gateway"}`))
		}, tipline.FateLater, 0},
		{"no JSON", func(w http.ResponseWriter) { _, _ = w.Write([]byte(`<html>gateway</html>`)) }, tipline.FateUnknown, 0},
		{"cut off after the effect", func(w http.ResponseWriter) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_ = c.Close()
			}
		}, tipline.FateUnknown, 0},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			a, srv, _ := rig(t)
			srv.answer = func(w http.ResponseWriter, _ string) bool { x.answer(w); return true }
			err := a.Send(t.Context(), tipline.Delivery{To: tipline.Address{Chat: "1"}, Message: tipline.Message{Body: "x"}})
			var e *tipline.SendError
			if !errors.As(err, &e) || e.Fate != x.fate || e.After != x.after {
				t.Fatalf("%v, want %s after %v", err, x.fate, x.after)
			}
			if strings.Contains(err.Error(), token) {
				t.Error("the error shows the token")
			}
		})
	}
}

// TestFetch gets a picture in two steps, and says when there is none any more.
func TestFetch(t *testing.T) {
	t.Parallel()
	a, srv, _ := rig(t)
	body, err := a.Fetch(t.Context(), tipline.Media{Ref: "AgAC"})
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if b, _ := io.ReadAll(body); string(b) != "JPEG" {
		t.Errorf("got %q", b)
	}
	srv.answer = func(w http.ResponseWriter, _ string) bool {
		w.WriteHeader(400)
		_, _ = w.Write([]byte(`{"ok":false,"error_code":400,"description":"Bad Request: wrong file_id or the file is temporarily unavailable"}`))
		return true
	}
	if _, err := a.Fetch(t.Context(), tipline.Media{Ref: "x"}); !errors.Is(err, tipline.ErrNoFile) {
		t.Errorf("a lost file: %v", err)
	}
}

// TestPoll confirms an update only after it is kept: one that could not be kept is asked for again.
func TestPoll(t *testing.T) {
	t.Parallel()
	a, srv, b := rig(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	b.err = errors.New("disk full")
	var offsets []string
	served := make(chan struct{}, 10)
	srv.answer = func(w http.ResponseWriter, method string) bool {
		if method != "getUpdates" {
			return false
		}
		srv.mu.Lock()
		offset := srv.forms[len(srv.forms)-1]["offset"]
		offsets = append(offsets, offset)
		n := len(offsets)
		srv.mu.Unlock()
		if n >= 2 {
			b.mu.Lock()
			b.err = nil
			b.mu.Unlock()
		}
		if offset == "0" {
			_, _ = w.Write([]byte(`{"ok":true,"result":[` + private(`"text":"satu"`) + `]}`))
		} else {
			_, _ = w.Write([]byte(`{"ok":true,"result":[]}`))
		}
		served <- struct{}{}
		return true
	}
	done := make(chan struct{})
	go func() { a.Poll(ctx); close(done) }()
	for range 3 {
		<-served
	}
	stop()
	<-done
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if offsets[0] != "0" || offsets[1] != "0" || offsets[2] != "10001" || len(b.list) != 1 {
		t.Errorf("offsets %v, kept %d", offsets, len(b.list))
	}
}

func FuzzHook(f *testing.F) {
	f.Add(private(`"text":"x"`))
	f.Add(group(`"text":"@ronda_bot","entities":[{"type":"mention","offset":-1,"length":999}]`))
	f.Add(`{"callback_query":{"id":"1"}}`)
	a, err := telegram.New(telegram.Config{Token: token, Secret: secret, User: "ronda_bot"}, &box{}, func(string, ...any) {})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if strings.Contains(body, "callback_query") {
			return // would be acknowledged at the real server
		}
		if code := post(a, body, secret); code != 200 && code != 400 && code != 413 {
			t.Fatalf("answered %d", code)
		}
	})
}
