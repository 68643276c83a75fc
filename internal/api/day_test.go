package api_test

import (
	"slices"
	"testing"
	"time"

	"ronda"
	"ronda/internal/casework/caseworktest"
)

// TestDay is a report's way and a liaison's whole day, done by a client that knows only the OpenAPI document.
func TestDay(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	citizen := newClient(t, r.server.URL, "")
	officer := newClient(t, r.server.URL, r.token("bandung", "case.read"))
	tiktok := newClient(t, r.server.URL, r.token("tiktok", "notice.answer", "statement.submit"))
	facebook := newClient(t, r.server.URL, r.token("facebook"))

	// A citizen checks, finds nothing, and reports three videos.
	if x := citizen.do("check", 200, nil, object{"text": "Video ini mengajak memusuhi satu suku"}); x["level"] != "nothing" {
		t.Errorf("check %v", x)
	}
	report := citizen.do("submitReport", 201, map[string]string{"Idempotency-Key": "day-1"}, object{"category": "hate_sara", "region": "32.73", "links": []string{
		"https://www.tiktok.com/@akun/video/7300000000000000011", "https://www.tiktok.com/@akun/video/7300000000000000012", "https://www.tiktok.com/@akun/video/7300000000000000013"}})
	code := map[string]string{"code": report["code"].(string)}
	if x := citizen.do("getReport", 200, code, nil); x["state"] != "received" || len(x["addresses"].([]any)) != 3 {
		t.Errorf("ticket %v", x)
	}
	citizen.do("addToReport", 201, code, object{"text": "Sudah disebar di beberapa grup warga."})

	// An officer finds the case; two readers agree on a flag, which arrives.
	queue := officer.do("listCases", 200, map[string]string{"stage": "new", "platform": "tiktok"}, nil)
	id := queue["cases"].([]any)[0].(object)["id"].(string)
	officer.do("getCase", 200, map[string]string{"id": id}, nil)
	c, err := r.DB.Case(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	flag := r.Flag(t, r.Decide(t, c, caseworktest.Assessment()))
	r.Do(t, "system", id, ronda.Sending{Notice: flag.ID, MessageID: flag.ID + "@ronda.example"}, ronda.Sent{Notice: flag.ID})

	// The liaison's morning: what is new, what is it about, received.
	inbox := tiktok.do("listNotices", 200, map[string]string{"state": "sent"}, nil)
	if inbox["total"] != 1.0 {
		t.Fatalf("inbox %v", inbox)
	}
	n := map[string]string{"id": inbox["notices"].([]any)[0].(object)["id"].(string)}
	facebook.do("getNotice", 404, n, nil)
	facebook.do("answerNotice", 404, n, object{"answers": []object{{"item": "x", "answer": "removed"}}})
	citizen.do("getNotice", 401, n, nil)
	one := tiktok.do("getNotice", 200, n, nil)
	if one["state"] != "sent" || one["ground"].(object)["kind"] != "policy" || one["unanswered"] != 3.0 {
		t.Errorf("notice %v", one)
	}
	var items []string
	for _, it := range one["items"].([]any) {
		items = append(items, it.(object)["item"].(string))
	}
	if x := tiktok.do("acknowledgeNotice", 200, n, nil); x["state"] != "received" || x["received_at"] == nil {
		t.Errorf("acknowledged %v", x)
	}

	// A part of the addresses; one needs information. A repeat changes nothing and gets the same answer.
	answer := func(key string, want int, body object) object {
		return tiktok.do("answerNotice", want, map[string]string{"id": n["id"], "Idempotency-Key": key}, body)
	}
	part := object{"answers": []object{{"item": items[0], "answer": "removed", "uploader_told": "yes", "statement": "SOR-1"},
		{"item": items[1], "answer": "needs_information", "reason": "Bagian mana dari video ini yang dimaksud?"}}}
	answer("a-1", 200, part)
	r.Wait(time.Hour)
	answer("a-1", 200, part)
	if x := answer("a-1", 422, object{"answers": []object{{"item": items[0], "answer": "labelled"}}}); x["code"] != "idempotency.other_body" {
		t.Errorf("another body: %v", x)
	}
	if x := answer("a-2", 422, object{"answers": []object{{"item": items[2], "answer": "declined"}}}); x["errors"].([]any)[0].(object)["location"] != "body.answers[0]" {
		t.Errorf("a declined address without a reason: %v", x)
	}
	if x := answer("a-3", 422, object{"answers": []object{{"item": items[2], "answer": "labelled"}}, "all": true}); x["code"] != "answer.incomplete" {
		t.Errorf("all with an open question: %v", x)
	}
	if x := tiktok.do("getNotice", 200, n, nil); x["unanswered"] != 2.0 || x["state"] != "received" {
		t.Errorf("after a part: %v", x)
	}
	r.Do(t, "bandung", id, ronda.GiveInformation{Notice: n["id"], Text: "Menit pertama, ketika pembicara menyebut suku itu."})

	// The rest, with the statement of reasons that names the notice.
	answer("a-4", 200, object{"all": true, "answers": []object{{"item": items[1], "answer": "restricted"},
		{"item": items[2], "answer": "declined", "reason": "Video ini liputan media tentang peristiwa itu."}}})
	tiktok.do("stateReasons", 200, n, object{"reasons": "Satu alamat adalah liputan jurnalistik yang dilindungi aturan kami."})
	if x := tiktok.do("getNotice", 200, n, nil); x["state"] != "answered" || x["unanswered"] != 0.0 {
		t.Errorf("at the end: %v", x)
	}
	sor := object(statementDoc(map[string]any{"puid": "SOR-1", "ronda_notice": n["id"]}))
	if x := tiktok.do("submitStatement", 201, nil, sor); x["ronda_notice"] != n["id"] {
		t.Errorf("statement %v", x)
	}
	tiktok.do("submitStatement", 422, nil, sor)
	tiktok.do("existingPuid", 302, map[string]string{"puid": "SOR-1"}, nil)
	tiktok.do("existingPuid", 404, map[string]string{"puid": "SOR-2"}, nil)
	tiktok.do("submitStatements", 201, nil, object{"statements": []object{statementDoc(map[string]any{"puid": "SOR-3"})}})

	// What everyone sees, and what the reporter is told.
	act := citizen.do("getAct", 200, n, nil)
	if act["state"] != "answered" || act["answers"].(object)["declined"] != 1.0 || act["addresses"] != 3.0 {
		t.Errorf("public act %v", act)
	}
	if x := citizen.do("listActs", 200, map[string]string{"platform": "tiktok"}, nil); x["total"] != 1.0 {
		t.Errorf("public acts %v", x)
	}
	if x := citizen.do("getReport", 200, code, nil); x["state"] != "finished" || x["detail"] != "acted" {
		t.Errorf("ticket at the end: %v", x)
	}
}

// TestOpenData reads every list that needs no token.
func TestOpenData(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := newClient(t, r.server.URL, "")
	if x := c.do("listContests", 200, nil, nil); len(x["contests"].([]any)) != 545 {
		t.Errorf("%d contests", len(x["contests"].([]any)))
	}
	if x := c.do("listRegions", 200, map[string]string{"parent": "34"}, nil); len(x["regions"].([]any)) != 5 {
		t.Errorf("regions of DI Yogyakarta: %v", x)
	}
	c.do("listRegions", 422, map[string]string{"parent": "999"}, nil)
	if x := c.do("listPlatforms", 200, nil, nil); len(x["platforms"].([]any)) < 11 {
		t.Errorf("platforms %v", x)
	}
	c.do("listCategories", 200, nil, nil)
	c.do("listActs", 200, nil, nil)
	c.do("getAct", 404, map[string]string{"id": "none"}, nil)
	list := c.do("listFactChecks", 200, map[string]string{"limit": "1"}, nil)
	id := list["fact_checks"].([]any)[0].(object)["id"].(string)
	if list["next_cursor"] != id {
		t.Errorf("cursor %v after %s", list["next_cursor"], id)
	}
	c.do("getFactCheck", 200, map[string]string{"id": id}, nil)
	c.do("getFactCheck", 404, map[string]string{"id": "none"}, nil)
	for _, a := range []answer{r.call("GET", "/api/v1/fact-checks/"+id, "", "Accept: application/ld+json"), r.call("GET", "/api/v1/fact-checks/"+id+"?format=claimreview", "")} {
		var review map[string]any
		a.json(t, &review)
		if a.header.Get("Content-Type") != "application/ld+json" || review["@type"] != "ClaimReview" || review["@context"] != "https://schema.org" || review["claimReviewed"] == "" {
			t.Errorf("ClaimReview %s as %s", a.body, a.header.Get("Content-Type"))
		}
	}
}

// TestDocument: every operation says what it is, what it takes and what can go wrong.
func TestDocument(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := newClient(t, r.server.URL, "")
	if c.doc["openapi"] != "3.1.0" {
		t.Errorf("openapi %v", c.doc["openapi"])
	}
	operations := 0
	for path, item := range at(c.doc, "paths").(object) {
		for method, op := range item.(object) {
			operations++
			where := method + " " + path
			for _, key := range []string{"operationId", "summary", "description"} {
				if s, _ := at(op, key).(string); s == "" {
					t.Errorf("%s has no %s", where, key)
				}
			}
			for _, status := range []string{"429", "500"} {
				if at(op, "responses", status, "content", "application/problem+json", "schema") == nil {
					t.Errorf("%s says nothing of %s", where, status)
				}
			}
			if at(op, "security") != nil && at(op, "responses", "401") == nil {
				t.Errorf("%s takes a token and says nothing of 401", where)
			}
			params, _ := at(op, "parameters").([]any)
			for _, p := range params {
				if s, _ := at(p, "description").(string); s == "" {
					t.Errorf("%s: parameter %v has no description", where, at(p, "name"))
				}
			}
			for status, res := range at(op, "responses").(object) {
				content, _ := at(res, "content").(object)
				for kind, media := range content {
					if schema, _ := at(media, "schema").(object); len(schema) == 0 {
						t.Errorf("%s: nothing is said of what %s as %s holds", where, status, kind)
					}
				}
				if len(content) == 0 {
					t.Errorf("%s: nothing is said of what %s holds", where, status)
				}
			}
			if method == "post" && at(op, "requestBody") == nil && !slices.Contains([]string{"/api/v1/notices/{id}/receipt", "/api/v1/webhook/key", "/api/v1/webhook/test"}, path) {
				t.Errorf("%s has no body", where)
			}
		}
	}
	if operations < 24 {
		t.Errorf("%d operations", operations)
	}
	a := r.call("GET", "/openapi.yaml", "")
	r.want(a, 200, "")
}
