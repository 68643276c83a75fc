package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// aStatement is the statement of the DSA database's own tests, with changes.
func aStatement(t testing.TB, change map[string]any) string {
	t.Helper()
	b, err := json.Marshal(statementDoc(change))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func statementDoc(change map[string]any) map[string]any {
	doc := map[string]any{
		"decision_visibility": []string{"DECISION_VISIBILITY_CONTENT_DISABLED", "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED"},
		"decision_monetary":   nil, "decision_provision": nil, "decision_account": nil, "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
		"category": "STATEMENT_CATEGORY_ANIMAL_WELFARE", "illegal_content_legal_ground": "foo", "illegal_content_explanation": "bar", "puid": "TK421",
		"territorial_scope": []string{"BE", "DE", "ID"}, "source_type": "SOURCE_ARTICLE_16", "source_identity": "foo", "decision_facts": "decision and facts",
		"content_type": []string{"CONTENT_TYPE_SYNTHETIC_MEDIA"}, "automated_detection": "No", "automated_decision": "AUTOMATED_DECISION_PARTIALLY",
		"application_date": "2023-05-18", "content_date": "2023-05-18",
	}
	maps.Copy(doc, change)
	return doc
}

// refusal is the body of a refused statement.
type refusal struct {
	Message  string         `json:"message"`
	Code     string         `json:"code"`
	Errors   map[string]any `json:"errors"`
	Existing map[string]any `json:"existing"`
}

func TestStatement(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	tiktok := r.token("tiktok")
	r.want(r.call("POST", "/api/v1/statement", aStatement(t, nil)), 401, "api.token_missing")
	r.want(r.call("POST", "/api/v1/statement", aStatement(t, nil), r.token("facebook", "notice.answer")), 403, "permission.token_scope")
	r.want(r.call("POST", "/api/v1/statement", aStatement(t, nil), r.token("bandung")), 403, "permission.role")

	a := r.call("POST", "/api/v1/statement", aStatement(t, nil), tiktok)
	r.want(a, 201, "")
	var saved map[string]any
	a.json(t, &saved)
	if saved["puid"] != "TK421" || saved["uuid"] == "" || saved["created_at"] != start.Format(time.DateTime) || saved["platform_name"] != "TikTok" || saved["decision_monetary"] != nil {
		t.Errorf("saved %v", saved)
	}
	var ref refusal
	a = r.call("POST", "/api/v1/statement", aStatement(t, nil), tiktok)
	r.want(a, 422, "statement.puid_taken")
	a.json(t, &ref)
	if ref.Message != "The identifier given is not unique within this platform." || ref.Existing["uuid"] != saved["uuid"] || ref.Existing["puid"] != "TK421" || ref.Errors["puid"] == nil {
		t.Errorf("refusal %+v", ref)
	}
	a = r.call("GET", "/api/v1/statement/existing-puid/TK421", "", tiktok)
	r.want(a, 302, "")
	var there map[string]any
	a.json(t, &there)
	if there["uuid"] != saved["uuid"] || there["source_identity"] != "foo" {
		t.Errorf("there %v", there)
	}
	r.want(r.call("GET", "/api/v1/statement/existing-puid/a-bad-puid", "", tiktok), 404, "statement.not_found")
	path := "/api/v1/statement/" + fmt.Sprint(saved["uuid"])
	a = r.call("GET", path, "", tiktok)
	r.want(a, 200, "")
	if strings.Contains(string(a.body), `"puid":`) {
		t.Error("the statement shows its PUID")
	}
	r.want(r.call("GET", path, "", r.token("facebook")), 404, "statement.not_found")
	for body, message := range map[string]string{
		"{}": "The decision visibility field is required when none of decision monetary / decision provision / decision account are present. (and 13 more errors)",
		"":   "The decision visibility field is required when none of decision monetary / decision provision / decision account are present. (and 13 more errors)",
		aStatement(t, map[string]any{"puid": "b", "content_language": "XX"}):            "The selected content language is invalid.",
		aStatement(t, map[string]any{"puid": "b", "application_date": "2023-4-4-4"}):    "The application date does not match the format YYYY-MM-DD.",
		aStatement(t, map[string]any{"puid": "b", "territorial_scope": []string{"XY"}}): "The selected territorial scope is invalid.",
		aStatement(t, map[string]any{"puid": "b", "ronda_notice": "01JD0Z6V1K"}):        "The selected ronda notice is invalid.",
		"[1]": "The body must be a JSON object.",
	} {
		a := r.call("POST", "/api/v1/statement", body, tiktok)
		r.want(a, 422, "statement.invalid")
		a.json(t, &ref)
		if ref.Message != message || len(ref.Errors) == 0 {
			t.Errorf("%s: %q, want %q", body, ref.Message, message)
		}
	}
}

func TestStatementsAllOrNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	tiktok := r.token("tiktok")
	many := func(n int, change func(i int, doc map[string]any)) string {
		var list []any
		for i := range n {
			doc := statementDoc(map[string]any{"puid": fmt.Sprintf("p-%d", i)})
			if change != nil {
				change(i, doc)
			}
			list = append(list, doc)
		}
		b, err := json.Marshal(map[string]any{"statements": list})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	var ref refusal
	post := func(body string, status int, code string) {
		t.Helper()
		a := r.call("POST", "/api/v1/statements", body, tiktok)
		r.want(a, status, code)
		ref = refusal{}
		a.json(t, &ref)
	}
	post(many(10, func(i int, doc map[string]any) {
		if i == 3 || i == 7 {
			doc["content_language"] = "XX"
		}
	}), 422, "statement.invalid")
	three, _ := ref.Errors["statement_3"].(map[string]any)
	if len(ref.Errors) != 2 || fmt.Sprint(three["content_language"]) != "[The selected content language is invalid.]" {
		t.Errorf("errors %v", ref.Errors)
	}
	post(many(5, func(i int, doc map[string]any) {
		if i == 4 {
			doc["puid"] = "p-0"
		}
	}), 422, "statement.puid_taken")
	if ref.Errors["statement_0"] == nil || ref.Errors["statement_4"] == nil {
		t.Errorf("a PUID twice: %v", ref.Errors)
	}
	post(`{"statements":[]}`, 422, "statement.invalid")
	post(many(101, nil), 422, "statement.invalid")
	post(`{"statements":[5]}`, 422, "statement.invalid")
	r.want(r.call("GET", "/api/v1/statement/existing-puid/p-1", "", tiktok), 404, "statement.not_found")
	post(many(100, nil), 201, "")
	post(many(2, func(i int, doc map[string]any) {
		if i == 0 {
			doc["puid"] = "new"
		}
	}), 422, "statement.puid_taken")
	if fmt.Sprint(ref.Errors["existing_puids"]) != "[p-1]" || ref.Errors["statement_1"] == nil || ref.Errors["statement_0"] != nil {
		t.Errorf("errors %v", ref.Errors)
	}
	r.want(r.call("GET", "/api/v1/statement/existing-puid/new", "", tiktok), 404, "statement.not_found")
}

// TestStatementRace: two racing requests with one PUID: one is saved, one refused.
func TestStatementRace(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	tiktok := r.token("tiktok")
	for round := range 10 {
		body := aStatement(t, map[string]any{"puid": fmt.Sprintf("race-%d", round)})
		var wg sync.WaitGroup
		status := make([]int, 2)
		for i := range status {
			wg.Go(func() { status[i] = r.call("POST", "/api/v1/statement", body, tiktok).status })
		}
		wg.Wait()
		if status[0]+status[1] != 201+422 {
			t.Fatalf("statuses %v", status)
		}
	}
}

// TestStatementsBulk: results come while the upload goes on, and the same upload again only says what is there.
func TestStatementsBulk(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	tiktok := r.token("tiktok")
	line := func(puid string) string { return aStatement(t, map[string]any{"puid": puid}) + "\n" }

	in, out := io.Pipe()
	req, err := http.NewRequest("POST", r.server.URL+"/api/v1/statements/bulk", in)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-ndjson")
	req.Header.Set("Authorization", strings.TrimPrefix(tiktok, "Authorization: "))
	answers := make(chan *http.Response, 1)
	go func() {
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
		}
		answers <- res
	}()
	for i := range 100 {
		if _, err := io.WriteString(out, line(fmt.Sprintf("bulk-%d", i))); err != nil {
			t.Fatal(err)
		}
	}
	var res *http.Response
	select {
	case res = <-answers:
	case <-time.After(10 * time.Second):
		t.Fatal("no results while the upload goes on")
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for i := range 100 {
		if !lines.Scan() || !strings.Contains(lines.Text(), `"status":"created"`) {
			t.Fatalf("line %d: %s", i+1, lines.Text())
		}
	}
	for _, l := range []string{line("bulk-5"), "\n", "{broken\n", line("sp ace"), line("last")} {
		if _, err := io.WriteString(out, l); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	var rest []string
	for lines.Scan() {
		rest = append(rest, lines.Text())
	}
	for i, want := range []string{`"line":101,"status":"exists","puid":"bulk-5"`, `"line":103,"status":"invalid"`, `"line":104,"status":"invalid"`, `"line":105,"status":"created"`,
		`"done":true,"created":101,"exists":1,"invalid":2`} {
		if i >= len(rest) || !strings.Contains(rest[i], want) {
			t.Errorf("result %d of %v, want %s", i, rest, want)
		}
	}
	a := r.call("POST", "/api/v1/statements/bulk", line("bulk-1")+line("last")+line("fresh"), tiktok, "Content-Type: application/x-ndjson")
	r.want(a, 200, "")
	if !strings.Contains(string(a.body), `"created":1,"exists":2,"invalid":0`) {
		t.Errorf("the upload again: %s", a.body)
	}
	r.want(r.call("POST", "/api/v1/statements/bulk", line("x"), tiktok), 415, "api.media_type")
}
