package storetest

import (
	"testing"

	"ronda"
	"ronda/internal/store"
)

// testSignatures: what is kept with a file goes with its row, and at quarantine also where the file itself stays.
func testSignatures(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	c := Case(Start)
	picture, view, video, other := c.ID+"/p", c.ID+"/v", c.ID+"/f", c.ID+"/o"
	for _, name := range []string{picture, view, video, other} {
		must(t, db.MarkFile(ctx, name, 1))
	}
	c.Evidence = []ronda.Evidence{{ID: "e1", Blob: picture, View: view, CapturedAt: Start}, {ID: "e2", Kind: "video", Blob: video, CapturedAt: Start},
		{ID: "e3", Kind: "video", Blob: other, CapturedAt: Start}}
	must(t, db.KeepSignatures(ctx, map[string][]byte{view: {9}})) // no row yet: nothing is kept
	must(t, db.SaveChanges(ctx, Opened(c)))
	holds := func(what string, want map[string][]byte) {
		t.Helper()
		got, err := db.FileSignatures(ctx, []string{picture, view, video, other, "none"})
		must(t, err)
		same(t, what, got, want)
	}
	holds("before", map[string][]byte{})
	must(t, db.KeepSignatures(ctx, nil))
	must(t, db.KeepSignatures(ctx, map[string][]byte{view: {1}, video: {2}, other: {3}, "none": {4}}))
	must(t, db.KeepSignatures(ctx, map[string][]byte{view: {5}}))
	holds("kept", map[string][]byte{view: {5}, video: {2}, other: {3}})

	c = Next(c)
	c.Evidence = append([]ronda.Evidence(nil), c.Evidence...)
	c.Evidence[0].Quarantine, c.Evidence[0].View = true, ""
	c.Evidence[1].Quarantine = true
	must(t, db.SaveChanges(ctx, ronda.Change{Case: c}))
	holds("after the quarantine", map[string][]byte{other: {3}})
	must(t, db.KeepSignatures(ctx, map[string][]byte{view: {6}})) // from a look that began before
	holds("after a late look", map[string][]byte{other: {3}})

	c = Next(c)
	e := ronda.Erasure{ID: c.ID + "-e", Scope: ronda.EraseOfCase, Ref: c.ID, Case: c.ID, Kinds: []ronda.RetentionKind{ronda.KeepEvidence}, At: Start}
	must(t, db.SaveChanges(ctx, ronda.Change{Case: c, Erase: []ronda.Erasure{e}}))
	holds("after the erasure", map[string][]byte{})
}
