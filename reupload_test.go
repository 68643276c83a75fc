package ronda_test

import (
	"testing"

	"ronda"
)

// TestRecheckIsStated tells the log of a later look once for each change, and of an address that is still there only when a person saw it.
func TestRecheckIsStated(t *testing.T) {
	t.Parallel()
	n := ronda.Notice{ID: "n1", Act: ronda.Flag, State: ronda.NoticeAnswered, Platform: "tiktok", Org: "bawaslu", Items: []ronda.NoticeItem{{Item: "i1", Address: "https://tiktok.example/1", Answer: ronda.AnswerRemoved}}}
	c := ronda.Case{ID: "c1", Version: 1, Stage: ronda.StageActed, Office: "bawaslu:", Round: 1, Items: []ronda.Item{{ID: "i1"}}, Notices: []ronda.Notice{n}}
	officer := ronda.Actor{Account: "ani", Org: "bawaslu", Office: "bawaslu:", Roles: []ronda.Role{ronda.RoleOfficer}}
	w := newWorld(t, "hate_sara")
	for i, tt := range []struct {
		result ronda.RecheckResult
		person bool
		want   string // outcome in the log; "" for no entry
	}{
		{ronda.RecheckUnclear, false, ""}, {ronda.RecheckThere, false, ""}, {ronda.RecheckGone, false, "gone"}, {ronda.RecheckGone, false, ""},
		{ronda.RecheckThere, true, "still_there"}, {ronda.RecheckThere, true, ""}, {ronda.RecheckGone, true, "gone"},
	} {
		actor := ronda.System()
		if tt.person {
			actor = officer
		}
		next, events, err := ronda.Apply(c, actor, ronda.Recheck{Notice: "n1", Item: "i1", Result: tt.result, Person: tt.person}, w.env())
		if err != nil {
			t.Fatalf("look %d: %v", i, err)
		}
		c = next
		acts := ronda.LogActs(c, events)
		switch {
		case tt.want == "" && len(acts) != 0:
			t.Errorf("look %d: the log is owed %+v", i, acts)
		case tt.want != "" && (len(acts) != 1 || acts[0].Kind != "recheck" || acts[0].Public["outcome"] != tt.want):
			t.Errorf("look %d: %+v, want %s", i, acts, tt.want)
		}
	}
	if down := c.TookDown(); len(down) != 1 {
		t.Errorf("taken down: %v", down)
	}

	// A person's word on a re-upload: the last one counts, and it changes no address.
	for _, same := range []bool{true, false} {
		next, events, err := ronda.Apply(c, officer, ronda.JudgeReupload{Other: "c2", Later: true, Same: same}, w.env())
		if err != nil || events[0].Kind != ronda.EventReupload || events[0].Data["order"] != "later" {
			t.Fatalf("judged: %v, %v", events, err)
		}
		c = next
		if link, ok := c.LinkTo(ronda.LinkReupload, "c2"); !ok || link.Same != same || len(c.Links) != 1 {
			t.Errorf("link %+v", c.Links)
		}
	}
	if _, _, err := ronda.Apply(c, officer, ronda.JudgeReupload{Other: "c1", Same: true}, w.env()); ronda.CodeOf(err) != "case.match_unknown" {
		t.Errorf("a case is its own re-upload: %v", err)
	}
	if _, _, err := ronda.Apply(c, ronda.System(), ronda.PracticeStep{Notice: "n1", Step: ronda.PracticeWithdraw, Text: "Uji coba pada tindakan yang nyata sekali."}, w.env()); ronda.CodeOf(err) != "practice.real_act" {
		t.Errorf("a step of practice on a real act: %v", err)
	}
}
