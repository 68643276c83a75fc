package api_test

import (
	"testing"
	"time"

	"ronda"
	"ronda/internal/casework/caseworktest"
)

// sent is a flag on two videos that has gone out to TikTok.
func (r *rig) sent(items int) ronda.Notice {
	r.t.Helper()
	c := r.Decide(r.t, r.Open(r.t, "hate_sara", items), caseworktest.Assessment())
	n := r.Flag(r.t, c)
	r.Do(r.t, "system", c.ID, ronda.Sending{Notice: n.ID, MessageID: n.ID + "@ronda.example"}, ronda.Sent{Notice: n.ID})
	return n
}

// TestObjections: a platform objects by program under the rule of its page, and reads what the panel found; nobody else sees it.
func TestObjections(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, x := range []string{"34", "35", "36"} {
		r.Hire(t, "panel"+x, ronda.Actor{Org: "bawaslu", Office: "bawaslu:" + x, Roles: []ronda.Role{ronda.RoleOfficer}})
	}
	tiktok, facebook := newClient(t, r.server.URL, r.token("tiktok", "notice.answer")), newClient(t, r.server.URL, r.token("facebook"))
	id := map[string]string{"id": r.sent(2).ID}
	words := object{"ground": "journalism", "reasons": "Video ini potongan liputan langsung dan tidak mengajak siapa pun memusuhi siapa pun."}

	facebook.do("objectToNotice", 404, id, words)
	facebook.do("listObjections", 404, id, nil)
	newClient(t, r.server.URL, r.token("bandung")).do("objectToNotice", 403, id, words)
	newClient(t, r.server.URL, r.token("tiktok", "statement.submit")).do("objectToNotice", 403, id, words)
	newClient(t, r.server.URL, r.practiceToken("tiktok")).do("objectToNotice", 403, id, words)
	newClient(t, r.server.URL, "").do("objectToNotice", 401, id, words)
	if x := tiktok.do("objectToNotice", 422, id, object{"ground": "other", "reasons": "Salah."}); x["errors"].([]any)[0].(object)["location"] != "body.reasons" {
		t.Errorf("without a sentence: %v", x)
	}
	if x := tiktok.do("listObjections", 200, id, nil); len(x["objections"].([]any)) != 0 {
		t.Errorf("objections before any was filed: %v", x)
	}
	one := tiktok.do("objectToNotice", 201, id, words)
	if one["state"] != "panel" || one["by"] != "platform" || one["due_at"] == nil || len(one["findings"].([]any)) != 0 {
		t.Errorf("filed: %v", one)
	}
	if x := tiktok.do("objectToNotice", 409, id, words); x["code"] != "appeal.exists" {
		t.Errorf("filed twice: %v", x)
	}

	// The panel decides; until both have, the platform reads nothing of it.
	ap, err := r.DB.Appeal(t.Context(), one["id"].(string))
	if err != nil || len(ap.Panel) != 2 {
		t.Fatalf("panel %v, %v", ap.Panel, err)
	}
	for i, m := range ap.Panel {
		list := tiktok.do("listObjections", 200, id, nil)["objections"].([]any)
		if x := list[0].(object); len(list) != 1 || x["decision"] != nil || len(x["findings"].([]any)) != 0 {
			t.Errorf("before finding %d: %v", i, list)
		}
		who := ronda.Actor{}
		for _, a := range r.People {
			if a.Account == m.Account {
				who = a
			}
		}
		if _, err := r.appeals.Decide(t.Context(), who, ap.ID, ronda.AppealOverturned, "Cuplikan itu liputan peristiwa, bukan ajakan memusuhi kelompok mana pun."); err != nil {
			t.Fatal(err)
		}
	}
	x := tiktok.do("listObjections", 200, id, nil)["objections"].([]any)[0].(object)
	if x["state"] != "decided" || x["decision"] != "overturned" || x["effect"] != "withdrawn" || len(x["findings"].([]any)) != 2 {
		t.Errorf("decided: %v", x)
	}
	if p := tiktok.do("getPerformance", 200, nil, nil)["appeals"].(object); p["overturned"] != 1.0 || p["own"] != 1.0 || p["open"] != 0.0 {
		t.Errorf("counted: %v", p)
	}
}

// TestPerformance: a platform's program reads the figures of its page.
func TestPerformance(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	tiktok := newClient(t, r.server.URL, r.token("tiktok", "notice.answer"))
	if x := tiktok.do("getPerformance", 200, nil, nil); x["all"].(object)["notices"] != 0.0 || len(x["grounds"].([]any)) != 0 {
		t.Errorf("before any act: %v", x)
	}
	answered, open := r.sent(3), r.sent(1)
	id := map[string]string{"id": answered.ID}
	tiktok.do("acknowledgeNotice", 200, id, nil)
	r.Wait(3 * time.Hour)
	tiktok.do("answerNotice", 200, id, object{"all": true, "answers": []object{{"item": answered.Items[0].Item, "answer": "removed"}, {"item": answered.Items[1].Item, "answer": "removed"},
		{"item": answered.Items[2].Item, "answer": "declined", "reason": "Liputan media tentang peristiwa itu."}}})
	tiktok.do("acknowledgeNotice", 200, map[string]string{"id": open.ID}, nil)

	x := tiktok.do("getPerformance", 200, nil, nil)
	all := x["all"].(object)
	if x["platform"] != "tiktok" || all["notices"] != 2.0 || all["addresses"] != 4.0 || all["unanswered"] != 1.0 || x["answered"] != 1.0 || x["median_seconds"] != 10800.0 {
		t.Errorf("performance %v", x)
	}
	if g := x["grounds"].([]any); len(g) != 1 || g[0].(object)["notices"] != 2.0 || g[0].(object)["ground"].(object)["id"] != answered.Ground {
		t.Errorf("by ground: %v", g)
	}
	want := map[any]any{"removed": 2.0, "declined": 1.0, "none": 1.0}
	for _, o := range x["outcomes"].([]any) {
		if o := o.(object); want[o["answer"]] != o["addresses"] {
			t.Errorf("outcome %v, want %v", o, want)
		}
		delete(want, o.(object)["answer"])
	}
	if len(want) != 0 {
		t.Errorf("outcomes that are missing: %v", want)
	}
	newClient(t, r.server.URL, r.token("bandung")).do("getPerformance", 403, nil, nil)
	newClient(t, r.server.URL, "").do("getPerformance", 401, nil, nil)
	if x := newClient(t, r.server.URL, r.practiceToken("tiktok")).do("getPerformance", 200, nil, nil); x["sandbox"] != true || x["all"].(object)["notices"] != 0.0 {
		t.Errorf("practice counts real acts: %v", x)
	}
}
