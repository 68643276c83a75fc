package storetest

import (
	"reflect"
	"testing"

	"ronda"
	"ronda/internal/store"
)

// testRollup keeps facts under a cursor that only who knows it can move.
func testRollup(t *testing.T, db *store.DB) {
	ctx := t.Context()
	rows := []ronda.RollupRow{{Case: "a", Doc: "1"}, {Case: "b", Doc: "2"}}
	if ok, err := db.SaveRollup(ctx, 0, 5, rows); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if ok, err := db.SaveRollup(ctx, 0, 9, []ronda.RollupRow{{Case: "a", Doc: "stale"}}); ok || err != nil {
		t.Errorf("a stale cursor moved: %v %v", ok, err)
	}
	if ok, err := db.SaveRollup(ctx, 5, 7, []ronda.RollupRow{{Case: "b", Doc: "3"}}); !ok || err != nil {
		t.Error(ok, err)
	}
	got, err := db.Rollup(ctx, "", 10)
	if want := []ronda.RollupRow{{Case: "a", Doc: "1"}, {Case: "b", Doc: "3"}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("kept %v, %v", got, err)
	}
	if got, err = db.Rollup(ctx, "a", 1); err != nil || len(got) != 1 || got[0].Case != "b" {
		t.Errorf("after a: %v, %v", got, err)
	}
	if n, err := db.RollupCursor(ctx); n != 7 || err != nil {
		t.Errorf("cursor %d, %v", n, err)
	}
	if err := db.ClearRollup(ctx); err != nil {
		t.Fatal(err)
	}
	n, err := db.RollupCursor(ctx)
	if got, err2 := db.Rollup(ctx, "", 10); n != 0 || len(got) != 0 || err != nil || err2 != nil {
		t.Errorf("after clearing: %d, %v, %v %v", n, got, err, err2)
	}
}
