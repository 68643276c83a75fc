package api_test

import (
	"testing"

	"ronda"
	"ronda/internal/api"
	"ronda/internal/casework/caseworktest"
)

// TestNoticesByHand: what waits for a person is listed for the sender's officers, page by page, and for nobody else.
func TestNoticesByHand(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 3 {
		c := r.Decide(t, r.Open(t, "hate_sara", 1), caseworktest.Assessment())
		r.Do(t, "bandung", c.ID, ronda.Send{Act: ronda.Flag, Platform: "tiktok", Channel: "manual", GoodFaith: true,
			Explanation: "Unggahan ini mengajak memusuhi kelompok tertentu di kota ini.", Necessity: "Label saja tidak cukup karena ancaman sudah terjadi."})
	}
	who := r.token("bandung")
	seen := map[string]bool{}
	cursor := ""
	for range 5 {
		var page api.NoticeList
		a := r.call("GET", "/api/v1/notices?limit=2&cursor="+cursor, "", who)
		r.want(a, 200, "")
		a.json(t, &page)
		for _, n := range page.Notices {
			if seen[n.ID] || n.State != "queued" {
				t.Errorf("notice %s is %s, seen before: %v", n.ID, n.State, seen[n.ID])
			}
			seen[n.ID] = true
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d notices by hand, want 3", len(seen))
	}
	var page api.NoticeList
	a := r.call("GET", "/api/v1/notices", "", r.token("tiktok"))
	r.want(a, 200, "")
	if a.json(t, &page); len(page.Notices) != 0 {
		t.Errorf("the platform sees what was not handed over: %s", a.body)
	}
	r.want(r.call("GET", "/api/v1/notices?list=by_hand", "", r.token("tiktok")), 403, "permission.role")
	r.want(r.call("GET", "/api/v1/notices", "", r.token("bandung", "case.read")), 403, "permission.token_scope")
	r.want(r.call("GET", "/api/v1/notices?list=inbox", "", who), 403, "permission.role")
	a = r.call("GET", "/api/v1/notices", "", r.token("menteri1"))
	r.want(a, 200, "")
	for id := range seen {
		r.want(r.call("GET", "/api/v1/notices/"+id, "", r.token("tiktok")), 404, "notice.not_found")
		r.want(r.call("POST", "/api/v1/notices/"+id+"/receipt", "", r.token("tiktok")), 404, "notice.not_found")
		r.want(r.call("GET", "/api/v1/acts/"+id, ""), 404, "notice.not_found")
	}
}
