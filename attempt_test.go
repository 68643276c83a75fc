package ronda_test

import (
	"testing"
	"time"

	"ronda"
)

// What is an attempt at a safeguard, and what is an ordinary mistake.
func TestAttemptOf(t *testing.T) {
	t.Parallel()
	env := ronda.Env{Now: time.Date(2024, 11, 20, 3, 59, 0, 0, time.UTC), ID: func() string { return "id" }}
	officer := ronda.Actor{Account: "a", Org: "bawaslu", Office: "bawaslu:32.73", Roles: []ronda.Role{ronda.RoleOfficer}}
	fields := &ronda.Error{Kind: ronda.Invalid, Code: "assessment.incomplete", Fields: []*ronda.Error{ronda.Errorf(ronda.Invalid, "assessment.summary_missing", "summary"),
		ronda.Errorf(ronda.Invalid, "assessment.order_on_criticism", "act")}}
	for name, x := range map[string]struct {
		a    ronda.Actor
		c    ronda.Case
		err  error
		want ronda.Safeguard
	}{
		"reads again":           {officer, ronda.Case{ID: "c"}, ronda.Errorf(ronda.Forbidden, "assessment.same_person", ""), ronda.GuardFourEyes},
		"orders on criticism":   {officer, ronda.Case{ID: "c"}, fields, ronda.GuardCriticism},
		"a flag by another way": {officer, ronda.Case{ID: "c"}, ronda.Errorf(ronda.Conflict, "notice.flag_after_rejection", "items"), ronda.GuardRepeat},
		"another region's case": {officer, ronda.Case{ID: "c"}, ronda.Errorf(ronda.NotFound, "case.not_found", ""), ronda.GuardMandate},
		"forgot a field":        {officer, ronda.Case{ID: "c"}, ronda.Errorf(ronda.Invalid, "notice.letter_missing", "number"), ""},
		"somebody was faster":   {officer, ronda.Case{ID: "c"}, ronda.Errorf(ronda.Conflict, "case.changed", ""), ""},
		"practice":              {officer, ronda.Case{ID: "c", Sandbox: true}, ronda.Errorf(ronda.Forbidden, "assessment.same_person", ""), ""},
		"nobody":                {ronda.Public(), ronda.Case{ID: "c"}, ronda.Errorf(ronda.Forbidden, "permission.role", ""), ""},
		"Ronda itself":          {ronda.System(), ronda.Case{ID: "c"}, ronda.Errorf(ronda.Forbidden, "permission.role", ""), ""},
		"it went well":          {officer, ronda.Case{ID: "c"}, nil, ""},
	} {
		got, ok := ronda.AttemptOf(x.a, x.c, "Assess", x.err, env)
		if ok != (x.want != "") || got.Safeguard != x.want {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
	a, _ := ronda.AttemptOf(officer, ronda.Case{ID: "c"}, "Assess", ronda.Errorf(ronda.Forbidden, "assessment.same_person", ""), env)
	later := a
	later.At = a.At.Add(time.Minute)
	if a.Once() == later.Once() || a.Once() == "" {
		t.Error("the next hour is another attempt")
	}
}
