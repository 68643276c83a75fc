package api_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/notice/webhook"
)

// endpoint is a platform's server: it knows one key, takes each delivery that fits it and returns its number.
type endpoint struct {
	mu       sync.Mutex
	key      string
	now      func() time.Time
	messages []webhook.Message
	keyIDs   []string
	refused  int
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(e.key, "whsec_"))
	id, err := webhook.Verify(r.Header, key, body, e.now())
	var m webhook.Message
	if err != nil || json.Unmarshal(body, &m) != nil {
		e.refused++
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	e.messages, e.keyIDs = append(e.messages, m), append(e.keyIDs, r.Header.Get(webhook.HeaderKey))
	fmt.Fprintf(w, `{"id":%q}`, id)
}

// TestPractice is the whole way of a notice in the sandbox, by a client that knows only the OpenAPI document; and nothing of it is found elsewhere.
func TestPractice(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ctx := t.Context()
	real, practice := newClient(t, r.server.URL, r.token("tiktok")), newClient(t, r.server.URL, r.practiceToken("tiktok"))
	e := &endpoint{now: r.Now}
	server := httptest.NewServer(e)
	defer server.Close()

	// The web hook for practice. Loopback is the operator's to allow, which the test does in the store.
	real.do("setPracticeWebhook", 403, nil, object{"target": "https://hooks.example.com/ronda"})
	practice.do("setPracticeWebhook", 422, nil, object{"target": "http://127.0.0.1/ronda"})
	hook := practice.do("setPracticeWebhook", 200, nil, object{"target": "https://hooks.example.com/ronda"})
	if hook["sandbox"] != true || !strings.HasPrefix(hook["secret"].(string), "whsec_") {
		t.Fatalf("web hook %v", hook)
	}
	set, err := r.DB.SandboxChannel(ctx, "tiktok")
	if err != nil {
		t.Fatal(err)
	}
	set.Target, set.Private = server.URL, true
	if err := r.DB.SetPlatformChannel(ctx, set); err != nil {
		t.Fatal(err)
	}
	if other, err := r.DB.PlatformChannel(ctx, "tiktok"); err != nil || other.Kind != "" {
		t.Errorf("practice set the real channel: %+v, %v", other, err)
	}
	e.key = hook["secret"].(string)
	if d := practice.do("testWebhook", 200, nil, nil); d["outcome"] != "proven" || d["sandbox"] != true {
		t.Errorf("test %v", d)
	}

	// A new key: deliveries are signed with it from now on, and the old one fits no more.
	rotated := practice.do("rotateWebhookKey", 200, nil, nil)
	if rotated["key_id"] == hook["key_id"] || rotated["secret"] == hook["secret"] {
		t.Errorf("the key did not change: %v", rotated)
	}
	if d := practice.do("testWebhook", 200, nil, nil); d["outcome"] != "not_sent" || d["status"] != 401.0 || e.refused != 1 {
		t.Errorf("a delivery with the new key fits the old one: %v", d)
	}
	e.key = rotated["secret"].(string)

	// An urgent order on 200 addresses arrives by the web hook; its answer is the receipt.
	practice.do("askPractice", 422, nil, object{"act": "flag", "urgent": true})
	practice.do("askPractice", 422, nil, object{"act": "order", "addresses": []string{"https://www.youtube.com/watch?v=YpR7CR8D8LE"}})
	asked := practice.do("askPractice", 201, nil, object{"act": "order", "urgent": true, "count": 200})
	id := asked["id"].(string)
	n := map[string]string{"id": id}
	if asked["channel"] != "webhook" || asked["sandbox"] != true {
		t.Errorf("asked %v", asked)
	}
	if err := r.notices.Send(ctx, id); err != nil {
		t.Fatal(err)
	}
	if m := e.messages[len(e.messages)-1]; m.Notice != id || !m.Sandbox || e.keyIDs[len(e.keyIDs)-1] != rotated["key_id"] {
		t.Errorf("delivered %+v with %s", m, e.keyIDs[len(e.keyIDs)-1])
	}
	one := practice.do("getNotice", 200, n, nil)
	if one["state"] != "received" || one["sandbox"] != true || one["urgent"] != true || one["due_at"] == nil || one["unanswered"] != 200.0 {
		t.Fatalf("notice: state %v sandbox %v due %v left %v", one["state"], one["sandbox"], one["due_at"], one["unanswered"])
	}
	if w := practice.do("getWebhook", 200, nil, nil); w["sandbox"] != true || len(w["deliveries"].([]any)) != 3 {
		t.Errorf("web hook at the end %v", w)
	}
	if w := real.do("getWebhook", 200, nil, nil); w["channel"] != "portal" || len(w["deliveries"].([]any)) != 0 {
		t.Errorf("the real web hook shows practice: %v", w)
	}

	// Part answers, a question, time runs out, a warning, the rest.
	var items []string
	for _, it := range one["items"].([]any) {
		items = append(items, it.(object)["item"].(string))
	}
	answers := func(list []string, answer, reason string) []object {
		var out []object
		for _, it := range list {
			out = append(out, object{"item": it, "answer": answer, "reason": reason, "statement": "LATIHAN-1"})
		}
		return out
	}
	receipt := practice.do("answerNotice", 200, n, object{"answers": append(answers(items[:120], "removed", ""), answers(items[120:121], "needs_information", "Bagian mana yang dimaksud di sini?")...)})
	if receipt["sandbox"] != true {
		t.Errorf("receipt %v", receipt["sandbox"])
	}
	step := func(name string, want int) object {
		return practice.do("stepPractice", want, n, object{"step": name})
	}
	step("information", 200)
	step("information", 409)
	step("warning", 409)
	if x := step("deadline", 200); x["overdue"] != true {
		t.Errorf("deadline %v", x)
	}
	for i := range 3 {
		if x := step("warning", 200); x["warnings"] != float64(i+1) {
			t.Errorf("warning %d: %v", i+1, x)
		}
		practice.do("acknowledgeNotice", 200, n, nil)
		step("deadline", 200)
	}
	step("warning", 409)
	practice.do("answerNotice", 200, n, object{"all": true, "answers": answers(items[120:], "declined", "Konten ini tidak melanggar aturan kami.")})
	if x := practice.do("getNotice", 200, n, nil); x["state"] != "answered" || x["unanswered"] != 0.0 {
		t.Errorf("at the end: %v, %v left", x["state"], x["unanswered"])
	}
	practice.do("stateReasons", 200, n, object{"reasons": "Sebagian alamat tidak melanggar aturan kami, ini latihan."})

	// The statement, beside the real ones: the same number is free there.
	sor := object(statementDoc(map[string]any{"puid": "LATIHAN-1", "ronda_notice": id}))
	if x := practice.do("submitStatement", 201, nil, sor); x["sandbox"] != true {
		t.Errorf("statement %v", x["sandbox"])
	}
	practice.do("submitStatement", 422, nil, sor)
	practice.do("existingPuid", 302, map[string]string{"puid": "LATIHAN-1"}, nil)
	real.do("existingPuid", 404, map[string]string{"puid": "LATIHAN-1"}, nil)
	if x := real.do("submitStatement", 422, nil, sor); x["errors"].(object)["ronda_notice"] == nil {
		t.Errorf("a real statement names an act of practice: %v", x)
	}
	outside := object{"own_id": "LATIHAN-1", "received_at": "2024-11-10T02:00:00Z", "authority": "komdigi", "way": "letter", "measure": "remove", "count": 2, "outcome": "declined"}
	if x := practice.do("logOutsideOrder", 201, nil, outside); x["sandbox"] != true {
		t.Errorf("outside order %v", x)
	}
	r.nothingElsewhere(t, id)
}

// nothingElsewhere looks for an act of practice wherever something real could be.
func (r *rig) nothingElsewhere(t *testing.T, id string) {
	t.Helper()
	ctx := t.Context()
	row, err := r.DB.Notice(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := r.DB.NoticeEntries(ctx, id); err != nil || len(entries) != 0 {
		t.Errorf("the log is owed %d entries, %v", len(entries), err)
	}
	if page, err := r.DB.Queue(ctx, ronda.QueueFilter{Now: r.Now()}); err != nil || page.Total != 0 {
		t.Errorf("the queue shows %d cases, %v", page.Total, err)
	}
	if counts, err := r.DB.QueueCounts(ctx, ronda.QueueFilter{Now: r.Now()}, ""); err != nil || counts.New+counts.Overdue+counts.DueToday != 0 {
		t.Errorf("the queue counts %+v, %v", counts, err)
	}
	if counts, err := r.DB.StatementCounts(ctx, time.Unix(0, 0)); err != nil || len(counts) != 0 {
		t.Errorf("statements counted: %v, %v", counts, err)
	}
	if counts, err := r.DB.OutsideOrderCounts(ctx); err != nil || len(counts) != 0 {
		t.Errorf("outside orders counted: %v, %v", counts, err)
	}
	if public, err := r.DB.Outside(ctx, "", false, "", 10); err != nil || len(public) != 0 {
		t.Errorf("outside orders shown: %v, %v", public, err)
	}
	if got, err := r.DB.PublicCounts(ctx); err != nil || len(got.Cases) != 0 || len(got.Acts) != 0 {
		t.Errorf("public counts %+v, %v", got, err)
	}
	public := newClient(t, r.server.URL, "")
	public.do("getAct", 404, map[string]string{"id": id}, nil)
	if x := public.do("listActs", 200, nil, nil); x["total"] != 0.0 {
		t.Errorf("public acts %v", x)
	}
	for _, it := range row.Notice.Items[:2] {
		if acts, err := r.DB.ActsOn(ctx, "tiktok:practice:1"); err != nil || len(acts) != 0 {
			t.Errorf("acts on %s: %v, %v", it.Address, acts, err)
		}
	}
	facebook := newClient(t, r.server.URL, r.practiceToken("facebook"))
	facebook.do("getNotice", 404, map[string]string{"id": id}, nil)
	facebook.do("stepPractice", 404, map[string]string{"id": id}, object{"step": "withdrawal"})
	officer := r.token("bandung")
	if a := r.call("POST", "/api/v1/sandbox/notices", `{"act":"flag"}`, officer); a.status != 403 {
		t.Errorf("an officer asks for practice: %d", a.status)
	}
}

// TestPracticeReachesNothingReal holds a token for practice against everything that is real.
func TestPracticeReachesNothingReal(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.Decide(t, r.Open(t, "hate_sara", 2), caseworktest.Assessment())
	flag := r.Flag(t, c)
	r.Do(t, "system", c.ID, ronda.Sending{Notice: flag.ID, MessageID: "m"}, ronda.Sent{Notice: flag.ID})
	practice := newClient(t, r.server.URL, r.practiceToken("tiktok"))
	n := map[string]string{"id": flag.ID}
	if x := practice.do("listNotices", 200, nil, nil); x["total"] != 0.0 {
		t.Errorf("a token for practice lists %v", x)
	}
	practice.do("getNotice", 404, n, nil)
	practice.do("acknowledgeNotice", 404, n, nil)
	practice.do("answerNotice", 404, n, object{"answers": []object{{"item": flag.Items[0].Item, "answer": "removed"}}})
	practice.do("stateReasons", 404, n, object{"reasons": "Alamat ini tidak melanggar aturan kami sama sekali."})
	practice.do("stepPractice", 404, n, object{"step": "withdrawal"})
	practice.do("listCases", 403, nil, nil)
	head := r.practiceToken("tiktok")
	if a := r.call("POST", "/api/v1/checks", `{"text":"Surat suara sudah tercoblos"}`, head); a.status != 403 || a.header.Get("Ronda-Sandbox") != "true" {
		t.Errorf("check with a token for practice: %d %s", a.status, a.body)
	}
	if _, err := r.Cases.Do(t.Context(), ronda.Actor{Account: "x", Platform: "tiktok", Roles: []ronda.Role{ronda.RoleLiaison}, Sandbox: true}, c.ID, 0,
		ronda.AnswerItems{Notice: flag.ID, Answers: []ronda.ItemAnswer{{Item: flag.Items[0].Item, Answer: ronda.AnswerRemoved}}}); ronda.CodeOf(err) != "permission.sandbox" {
		t.Errorf("the rule itself: %v", err)
	}

	// A report of practice with the address of a real case opens its own, and the other way about.
	address := "https://www.tiktok.com/@akun/video/7300000000000000099"
	body := func(text string) string {
		return fmt.Sprintf(`{"category":"hate_sara","region":"32.73","links":[%q],"text":%q}`, address, text)
	}
	first := r.call("POST", "/api/v1/reports", body("Latihan melapor, isinya tidak nyata."), head)
	second := r.call("POST", "/api/v1/reports", body("Laporan warga tentang video ini."))
	third := r.call("POST", "/api/v1/reports", body("Latihan melapor untuk kedua kalinya."), head)
	var a, b, d struct{ Joined bool }
	first.json(t, &a)
	second.json(t, &b)
	third.json(t, &d)
	if first.status != 201 || second.status != 201 || a.Joined || b.Joined || !d.Joined {
		t.Errorf("reports: %d %d, joined %v %v %v", first.status, second.status, a.Joined, b.Joined, d.Joined)
	}
}
