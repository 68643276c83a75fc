package ronda_test

import (
	"testing"
	"time"

	"ronda"
)

// TestMergeKeepsConflicts: whoever may not work on one of two cases may not work on what they become.
func TestMergeKeepsConflicts(t *testing.T) {
	t.Parallel()
	w, other := newWorld(t, "hate_sara"), newWorld(t, "hate_sara")
	other.c.ID, other.c.Contest, other.c.Region = "other", "mayor-32.73", "32.73"
	boss := person("zaki", "bawaslu:32", ronda.RoleLead)
	into, from, events, err := ronda.Merge(w.c, other.c, boss, w.env())
	if err != nil {
		t.Fatal(err)
	}
	if from.Stage != ronda.StageMerged || from.MergedInto != into.ID || into.Version != w.c.Version+1 || from.Version != other.c.Version+1 {
		t.Errorf("merged %s into %s, versions %d and %d", from.Stage, from.MergedInto, into.Version, from.Version)
	}
	if len(into.Items) != 2 { // the same two addresses in both
		t.Errorf("%d addresses", len(into.Items))
	}
	for _, e := range events {
		if e.Actor != boss.Account || e.At.IsZero() {
			t.Errorf("event %+v", e)
		}
	}
	for _, conflict := range []string{"mayor-32.73", "32.73", "32.04", "regent-32.04"} {
		torn := fourth
		torn.Conflicts = []string{conflict}
		if ronda.ConflictOf(torn, into, thePack()) == "" {
			t.Errorf("the merger washed the conflict with %s away", conflict)
		}
	}
	_, _, err = ronda.Apply(from, boss, ronda.Take{}, w.env())
	if ronda.KindOf(err) != ronda.Conflict && ronda.KindOf(err) != ronda.Forbidden {
		t.Errorf("a merged case still moves: %v", err)
	}
	rest, part, _, err := ronda.Split(into, []string{into.Items[1].ID}, "", boss, w.env())
	if err != nil {
		t.Fatal(err)
	}
	torn := fourth
	torn.Conflicts = []string{"mayor-32.73"}
	if ronda.ConflictOf(torn, part, thePack()) == "" || ronda.ConflictOf(torn, rest, thePack()) == "" {
		t.Error("the split washed the conflict away")
	}
}

// TestMergeNeedsBothCases in the actor's hand, open, unread, and of one world.
func TestMergeNeedsBothCases(t *testing.T) {
	t.Parallel()
	w, far := newWorld(t, "hate_sara"), newWorld(t, "hate_sara")
	far.c.ID, far.c.Region, far.c.Office = "far", "33.01", "bawaslu:33.01"
	for _, pair := range [][2]ronda.Case{{w.c, far.c}, {far.c, w.c}} {
		_, _, _, err := ronda.Merge(pair[0], pair[1], officer, w.env())
		wantCode(t, err, "permission.region")
	}
	_, _, _, err := ronda.Merge(w.c, w.c, officer, w.env())
	wantCode(t, err, "case.merge_itself")
	sand := newWorld(t, "hate_sara")
	sand.c.ID, sand.c.Sandbox = "sand", true
	_, _, _, err = ronda.Merge(w.c, sand.c, officer, w.env())
	wantCode(t, err, "case.merge_sandbox")
	_, part, _, err := ronda.Split(sand.c, []string{sand.item("facebook")}, "", officer, w.env())
	if err != nil || !part.Sandbox {
		t.Errorf("a part of the sandbox became real: %v", err)
	}
	read := newWorld(t, "hate_sara")
	read.c.ID = "read"
	read.do(officer, ronda.Assess{Assessment: decline(ronda.OutcomeNoAct)})
	_, _, _, err = ronda.Merge(w.c, read.c, officer, w.env())
	wantCode(t, err, "case.wrong_stage")
}

// TestMergeDoesNotChooseTheLaw: addresses of different dates leave the date open to the readers.
func TestMergeDoesNotChooseTheLaw(t *testing.T) {
	t.Parallel()
	w, other := newWorld(t, "hate_sara"), newWorld(t, "hate_sara")
	other.c.ID, other.c.ContentDate = "other", w.c.ContentDate.Add(time.Hour)
	into, _, _, err := ronda.Merge(w.c, other.c, officer, w.env())
	if err != nil || !into.ContentDate.IsZero() {
		t.Errorf("the merged case claims to be of %v: %v", into.ContentDate, err)
	}
}

// TestSplit takes addresses with the evidence that shows them, and neither all nor none.
func TestSplit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	fb := w.item("facebook")
	w.do(officer, ronda.AddEvidence{Evidence: []ronda.Evidence{{ID: "fb", Kind: "screenshot", Item: fb}}})
	w.c.ReporterOrg = []string{"mafindo"}
	before := asJSON(t, w.c)
	for code, items := range map[string][]string{"case.split_items_missing": nil, "case.split_all": {fb, w.item("tiktok")}} {
		_, _, _, err := ronda.Split(w.c, items, "", officer, w.env())
		wantCode(t, err, code)
	}
	_, _, _, err := ronda.Split(w.c, []string{fb, "nowhere"}, "", officer, w.env())
	wantCode(t, err, "case.split_items_missing")
	rest, part, events, err := ronda.Split(w.c, []string{fb}, "", officer, w.env())
	if err != nil {
		t.Fatal(err)
	}
	if len(part.Items) != 1 || len(part.Evidence) != 1 || len(rest.Items) != 1 || len(rest.Evidence) != 3 || part.SplitFrom != w.c.ID || part.Decision != nil {
		t.Errorf("part %+v\nrest %+v", part, rest)
	}
	if len(part.ReporterOrg) != 1 || part.Stage != ronda.StageNew || rest.Version != w.c.Version+1 {
		t.Errorf("part reported by %v at stage %s, rest version %d", part.ReporterOrg, part.Stage, rest.Version)
	}
	if count(events, ronda.EventSplit) != 1 || count(events, ronda.EventSplitFrom) != 1 || count(events, ronda.EventOpened) != 1 {
		t.Errorf("events %v", events)
	}
	if asJSON(t, w.c) != before {
		t.Error("split changed its input")
	}
}

// TestMergeTakesOver new addresses once, evidence, questions, the higher urgency and who reported; and stays within a case's bound.
func TestMergeTakesOver(t *testing.T) {
	t.Parallel()
	w, other := newWorld(t, "hate_sara"), newWorld(t, "hate_sara")
	other.c.ID, other.c.ReporterOrg, other.c.Priority = "other", []string{"mafindo"}, true
	other.do(officer, ronda.AddItems{Items: []ronda.Item{{Platform: "x", Address: "https://x.com/a/status/1", Key: "x:1"}}})
	other.do(officer, ronda.AddEvidence{Evidence: []ronda.Evidence{{ID: "theirs", Kind: "video"}}})
	other.do(officer, ronda.Ask{Text: "Di kecamatan mana video itu direkam?"})
	other.do(officer, ronda.Triage{Urgency: 5})
	into, from, _, err := ronda.Merge(w.c, other.c, officer, w.env())
	if err != nil {
		t.Fatal(err)
	}
	_, theirs := into.EvidenceByID("theirs")
	if len(into.Items) != 3 || !theirs || len(into.Questions) != 1 || into.Urgency != 5 || !into.Priority || len(into.ReporterOrg) != 1 {
		t.Errorf("took over %d addresses, evidence %v, %d questions, urgency %d, reporters %v", len(into.Items), theirs, len(into.Questions), into.Urgency, into.ReporterOrg)
	}
	if len(from.Items) > 0 || len(from.Evidence) > 0 || from.Holder != "" {
		t.Errorf("left behind %d addresses, held by %q", len(from.Items), from.Holder)
	}
	other.c.Items = make([]ronda.Item, 499)
	_, _, _, err = ronda.Merge(w.c, other.c, officer, w.env())
	wantCode(t, err, "case.too_many_items")
}
