package api_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// TestOutside logs an order that came by another way; the public sees who asked for what, and nothing that is sealed.
func TestOutside(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	tiktok, facebook, public := newClient(t, r.server.URL, r.token("tiktok", "outside.log")), newClient(t, r.server.URL, r.token("facebook")), newClient(t, r.server.URL, "")
	order := func(change object) object {
		o := object{"own_id": "LEGAL-1", "received_at": "2024-11-10T02:00:00Z", "body": "Dinas Rahasia Kota", "way": "chat", "law": "UU yang tidak kami kenal", "number": "005/77/SETDA",
			"measure": "remove", "addresses": []string{"https://www.tiktok.com/@akun/video/7300000000000000011", "https://www.tiktok.com/@akun/video/7300000000000000012"},
			"hours": 2, "outcome": "declined", "note": "Diminta lewat grup obrolan oleh seorang pejabat."}
		for k, v := range change {
			if v == nil {
				delete(o, k)
				continue
			}
			o[k] = v
		}
		return o
	}
	for name, tt := range map[string]struct {
		change object
		field  string
	}{
		"future":       {object{"received_at": "2030-01-01T00:00:00Z"}, "received_at"},
		"nobody":       {object{"body": nil}, "body"},
		"authority":    {object{"authority": "nobody", "body": nil}, "authority"},
		"ground":       {object{"ground": "no-such-ground"}, "ground"},
		"no addresses": {object{"addresses": nil}, "count"},
	} {
		x := tiktok.do("logOutsideOrder", 422, nil, order(tt.change))
		if !strings.Contains(mustJSON(t, x), tt.field) {
			t.Errorf("%s: %v", name, x)
		}
	}
	one := tiktok.do("logOutsideOrder", 201, nil, order(nil))
	if one["count"] != 2.0 || one["own_id"] != "LEGAL-1" || one["sandbox"] != nil {
		t.Errorf("logged %v", one)
	}
	if x := tiktok.do("logOutsideOrder", 409, nil, order(nil)); x["code"] != "outside.repeated" {
		t.Errorf("the same number again: %v", x)
	}
	facebook.do("logOutsideOrder", 201, nil, order(object{"authority": "komdigi", "body": nil}))
	tiktok.do("logOutsideOrder", 201, nil, order(object{"own_id": "LEGAL-2", "authority": "komdigi", "body": nil, "addresses": nil, "count": 40}))

	// What everyone sees.
	list := public.do("listOutsideOrders", 200, map[string]string{"platform": "tiktok"}, nil)
	if len(list["orders"].([]any)) != 2 {
		t.Fatalf("public list %v", list)
	}
	for _, secret := range []string{"Rahasia", "UU yang", "005/77", "grup obrolan", "LEGAL-1", "7300000000000000011"} {
		if strings.Contains(mustJSON(t, list), secret) {
			t.Errorf("the public sees %q", secret)
		}
	}
	id := one["id"].(string)
	entries, err := r.DB.NoticeEntries(t.Context(), id)
	if err != nil || len(entries) != 1 || entries[0].Kind != "statement" {
		t.Fatalf("log entries %v, %v", entries, err)
	}

	r.Wait(time.Minute)
	// A mistake is taken back in the open, once, by the platform alone.
	facebook.do("withdrawOutsideOrder", 404, map[string]string{"id": id}, object{"reason": "Permintaan itu ternyata bukan dari negara."})
	tiktok.do("withdrawOutsideOrder", 422, map[string]string{"id": id}, object{"reason": "salah"})
	if x := tiktok.do("withdrawOutsideOrder", 200, map[string]string{"id": id}, object{"reason": "Permintaan itu ternyata datang dari penipu, bukan dari negara."}); x["withdrawn_at"] == nil {
		t.Errorf("withdrawn %v", x)
	}
	tiktok.do("withdrawOutsideOrder", 409, map[string]string{"id": id}, object{"reason": "Permintaan itu ternyata datang dari penipu, bukan dari negara."})
	if entries, err = r.DB.NoticeEntries(t.Context(), id); err != nil || len(entries) != 2 || entries[1].Kind != "correction" {
		t.Errorf("log entries %v, %v", entries, err)
	}
	counts, err := r.DB.OutsideOrderCounts(t.Context())
	if err != nil || len(counts) != 2 || counts[1].Platform != "tiktok" || counts[1].Orders != 1 || counts[1].Addresses != 40 || counts[1].Authority != "komdigi" {
		t.Errorf("counts %+v, %v", counts, err)
	}
	if x := tiktok.do("listOwnOutsideOrders", 200, nil, nil); len(x["orders"].([]any)) != 2 {
		t.Errorf("own list %v", x)
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
