package storetest

import (
	"reflect"
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

// testCorrections keeps a correction with its event and its log entry, newest first.
func testCorrections(t *testing.T, db *store.DB) {
	ctx := t.Context()
	first := ronda.Correction{ID: "c1", At: Start, By: "acc", Org: "bawaslu", About: ronda.CorrectFigure, Page: "/data", Wrong: ronda.Text{"id": "salah"}, Right: ronda.Text{"id": "benar"}}
	second := first
	second.ID, second.At = "c2", Start.Add(time.Millisecond)
	for _, c := range []ronda.Correction{first, second} {
		e := ronda.Event{ID: "e-" + c.ID, Kind: ronda.EventCorrected, At: c.At, Data: map[string]string{"correction": c.ID}}
		if err := db.SaveCorrection(ctx, c, []ronda.Event{e}, []ronda.Leaf{{ID: c.ID, Kind: "correction", At: c.At, Bytes: []byte(c.ID)}}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := db.Corrections(ctx, 10)
	if want := []ronda.Correction{second, first}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := db.SaveCorrection(ctx, first, nil, nil); err == nil {
		t.Error("a correction was written over")
	}
}
