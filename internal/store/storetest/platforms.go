package storetest

import (
	"fmt"
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

// testChannels keeps how platforms are reached: the operator's setting and the platform's own for practice never touch.
func testChannels(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	none, err := db.PlatformChannel(ctx, "tiktok")
	must(t, err)
	same(t, "no setting", none, ronda.PlatformChannel{})
	real := ronda.PlatformChannel{Platform: "tiktok", Kind: ronda.ChannelWebhook, Target: "https://hooks.example/ronda", KeyID: "k-1", Secret: []byte{0, 1, 255}, ChangedAt: Start, ChangedBy: "acc-1"}
	practice := ronda.PlatformChannel{Platform: "tiktok", Kind: ronda.ChannelWebhook, Target: "https://test.example/ronda", KeyID: "k-2", Secret: []byte{7}, Private: true, Sandbox: true, ChangedAt: Start.Add(time.Hour), ChangedBy: "acc-2"}
	must(t, db.SetPlatformChannel(ctx, real))
	must(t, db.SetPlatformChannel(ctx, practice))
	must(t, db.SetPlatformChannel(ctx, ronda.PlatformChannel{Platform: "facebook", Kind: ronda.ChannelPortal, ChangedAt: Start}))
	got, err := db.PlatformChannel(ctx, "tiktok")
	must(t, err)
	same(t, "setting", got, real)
	got, err = db.SandboxChannel(ctx, "tiktok")
	must(t, err)
	same(t, "setting for practice", got, practice)
	real.Kind, real.Target, real.Private, real.ChangedAt = ronda.ChannelEmail, "hukum@tiktok.example", true, Start.Add(2*time.Hour)
	must(t, db.SetPlatformChannel(ctx, real))
	all, err := db.PlatformChannels(ctx)
	must(t, err)
	if len(all) != 2 || all[0].Platform != "facebook" {
		t.Errorf("settings %+v", all)
	}
	same(t, "changed setting", all[1], real)
}

// testDeliveries keeps each try: those of one notice all, of a platform the last ones.
func testDeliveries(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	one := ronda.Delivery{ID: "d-0000", Platform: "tiktok", Notice: "n1", Kind: ronda.ChannelWebhook, At: Start, Outcome: ronda.DeliveryUnknown, Failure: "no answer", Took: 3 * time.Second}
	two := ronda.Delivery{ID: "d-0001", Platform: "tiktok", Notice: "n1", Kind: ronda.ChannelWebhook, At: Start.Add(time.Minute), Outcome: ronda.DeliveryProven, Status: 200,
		Answer: `{"id":"n1@ronda"} ✓`, Took: 15 * time.Microsecond, Sandbox: true}
	must(t, db.AddDelivery(ctx, one))
	must(t, db.AddDelivery(ctx, two))
	must(t, db.AddDelivery(ctx, ronda.Delivery{ID: "d-0002", Platform: "facebook", Kind: ronda.ChannelWebhook, At: Start, Outcome: ronda.DeliveryTaken, Status: 204}))
	last, err := db.Deliveries(ctx, "tiktok", 10)
	must(t, err)
	same(t, "deliveries, newest first", last, []ronda.Delivery{two, one})
	of, err := db.NoticeDeliveries(ctx, "n1")
	must(t, err)
	same(t, "deliveries of the notice, oldest first", of, []ronda.Delivery{one, two})
	if of, err = db.NoticeDeliveries(ctx, ""); err != nil || len(of) != 0 {
		t.Errorf("deliveries of no notice: %v, %v", of, err)
	}
	for i := range 230 { // more tests than are kept; those of another platform stay
		must(t, db.AddDelivery(ctx, ronda.Delivery{ID: fmt.Sprintf("e-%04d", i), Platform: "tiktok", Kind: ronda.ChannelWebhook, At: Start, Outcome: ronda.DeliveryTaken, Status: 200}))
	}
	last, err = db.Deliveries(ctx, "tiktok", 1000)
	must(t, err)
	if len(last) != 200 || last[0].ID != "e-0229" {
		t.Errorf("%d deliveries are kept, the newest %s", len(last), last[0].ID)
	}
	if other, err := db.Deliveries(ctx, "facebook", 10); err != nil || len(other) != 1 {
		t.Errorf("another platform's deliveries: %v, %v", other, err)
	}
}

// testOutside keeps logged orders with the entries that they owe, whole or not at all.
func testOutside(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	o := ronda.OutsideOrder{ID: "o1", Platform: "tiktok", OwnID: "L-1", At: Start, By: "acc-1", ReceivedAt: Start.Add(-time.Hour), Authority: "komdigi", Way: "letter", Measure: ronda.MeasureRemove,
		Count: 3, Outcome: "declined", Addresses: []string{"https://tiktok.example/1"}}
	leaf := func(id, kind string) ronda.Leaf {
		return ronda.Leaf{ID: id, Notice: "o1", Kind: kind, At: Start, Bytes: []byte(id), Sealed: []ronda.SealedField{{Name: "address", Salt: []byte{1}, Value: "x"}}}
	}
	must(t, db.SaveOutside(ctx, o, []ronda.Leaf{leaf("o1", "statement")}))
	again := o
	again.ID = "o2"
	wantCode(t, db.SaveOutside(ctx, again, []ronda.Leaf{leaf("o2", "statement")}), ronda.Conflict, "outside.repeated")
	entries, err := db.NoticeEntries(ctx, "o1")
	must(t, err)
	if len(entries) != 1 {
		t.Errorf("a refused order left its entry: %v", entries)
	}
	practice := o
	practice.ID, practice.Sandbox = "o3", true
	must(t, db.SaveOutside(ctx, practice, nil)) // the same number is free in the sandbox
	other := o
	other.ID, other.Platform, other.Authority, other.Count = "o4", "facebook", "", 10
	must(t, db.SaveOutside(ctx, other, nil))
	got, err := db.OutsideOrder(ctx, "o1")
	must(t, err)
	same(t, "order", got, o)
	for name, tt := range map[string]struct {
		platform, after string
		sandbox         bool
		want            []string
	}{
		"all": {want: []string{"o4", "o1"}}, "one platform": {platform: "tiktok", want: []string{"o1"}}, "the next page": {after: "o4", want: []string{"o1"}},
		"practice": {platform: "tiktok", sandbox: true, want: []string{"o3"}}, "broken text": {platform: "\x00"},
	} {
		list, err := db.Outside(ctx, tt.platform, tt.sandbox, tt.after, 10)
		must(t, err)
		var ids []string
		for _, x := range list {
			ids = append(ids, x.ID)
		}
		if fmt.Sprint(ids) != fmt.Sprint(tt.want) {
			t.Errorf("%s: %v, want %v", name, ids, tt.want)
		}
	}
	counts, err := db.OutsideOrderCounts(ctx)
	must(t, err)
	same(t, "counts", counts, []ronda.OutsideOrderCount{{Platform: "facebook", Orders: 1, Addresses: 10, Last: o.ReceivedAt}, {Platform: "tiktok", Authority: "komdigi", Orders: 1, Addresses: 3, Last: o.ReceivedAt}})
	back := o
	back.Withdrawn, back.Why = Start.Add(time.Hour), "salah catat"
	must(t, db.SaveOutside(ctx, back, []ronda.Leaf{leaf("o1-back", "correction")}))
	wantCode(t, db.SaveOutside(ctx, back, nil), ronda.Conflict, "outside.withdrawn")
	if counts, err = db.OutsideOrderCounts(ctx); err != nil || len(counts) != 1 {
		t.Errorf("a withdrawn order counts: %v, %v", counts, err)
	}
	_, err = db.OutsideOrder(ctx, "o9")
	wantCode(t, err, ronda.NotFound, "outside.not_found")
}

// testPracticeApart holds statements, claims of addresses and lists of practice apart from the real ones.
func testPracticeApart(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	s := ronda.Statement{ID: "s1", Platform: "tiktok", PUID: "P-1", At: Start, DecisionGround: "DECISION_GROUND_ILLEGAL_CONTENT", Outside: true}
	must(t, db.SandboxStatements().SaveStatements(ctx, []ronda.Statement{s}))
	_, err := db.StatementByPUID(ctx, "tiktok", "P-1")
	wantCode(t, err, ronda.NotFound, "statement.not_found")
	got, err := db.SandboxStatements().StatementByPUID(ctx, "tiktok", "P-1")
	must(t, err)
	if !got.Sandbox || got.ID != "s1" {
		t.Errorf("statement of practice %+v", got)
	}
	wantCode(t, db.SandboxStatements().SaveStatements(ctx, []ronda.Statement{{ID: "s2", Platform: "tiktok", PUID: "P-1", At: Start}}), ronda.Invalid, "statement.puid_taken")
	must(t, db.SaveStatements(ctx, []ronda.Statement{{ID: "s3", Platform: "tiktok", PUID: "P-1", At: Start}}))
	counts, err := db.StatementCounts(ctx, time.Unix(0, 0))
	must(t, err)
	if len(counts) != 1 || counts[0].Total != 1 || counts[0].Outside != 0 {
		t.Errorf("counts %+v", counts)
	}

	k := ronda.TokenInfo{ID: "t9", Account: "acc", Name: "latihan", Sandbox: true, CreatedAt: Start, ExpiresAt: Start.Add(time.Hour)}
	must(t, db.CreateToken(ctx, []byte{42}, k))
	tokens, err := db.Tokens(ctx, "acc")
	must(t, err)
	same(t, "token for practice", tokens, []ronda.TokenInfo{k})
}
