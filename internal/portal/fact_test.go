package portal_test

import (
	"reflect"
	"testing"
	"time"

	"ronda"
	"ronda/internal/portal"
)

// TestFactWhileReading: as long as somebody still has to read blind, the fact of a case is the same whatever was concluded before; afterwards it counts.
func TestFactWhileReading(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 11, 18, 3, 0, 0, 0, time.UTC)
	of := func(stage ronda.CaseStage, a ronda.Assessment) portal.Fact {
		a.Round, a.Seat, a.Office, a.At = 1, ronda.SeatFirst, "bawaslu:32.73", at.Add(time.Hour)
		return portal.FactOf(ronda.Case{ID: "c", Round: 1, Stage: stage, OpenedAt: at, Office: "bawaslu:32.73", Assessments: []ronda.Assessment{a}}, 3, nil, time.UTC)
	}
	act := ronda.Assessment{Outcome: ronda.OutcomeAct, Target: ronda.TargetGroup}
	stays := ronda.Assessment{Outcome: ronda.OutcomeNoAct, Target: ronda.TargetOfficial, Exclusions: []ronda.Exclusion{{Reason: "satire", Applies: true}}}
	for _, stage := range []ronda.CaseStage{ronda.StageSecond, ronda.StageThird} {
		if x, y := of(stage, act), of(stage, stays); !reflect.DeepEqual(x, y) {
			t.Errorf("%s: %+v and %+v differ", stage, x, y)
		}
	}
	x, y := of(ronda.StageNoAction, act), of(ronda.StageNoAction, stays)
	if !x.FirstAct || y.FirstAct || !y.Power || len(y.Stays) != 1 || len(x.Readings) != 1 || x.First != 60 {
		t.Errorf("afterwards %+v and %+v", x, y)
	}
}
