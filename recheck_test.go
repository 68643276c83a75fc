package ronda_test

import (
	"testing"
	"time"

	"ronda"
)

func TestFirstDecision(t *testing.T) {
	t.Parallel()
	at := func(m int) time.Time { return time.Date(2024, 11, 20, 7, m, 0, 0, time.UTC) }
	e := func(kind ronda.EventKind, actor string, m int) ronda.Event {
		return ronda.Event{Kind: kind, Actor: actor, At: at(m)}
	}
	tests := []struct {
		name   string
		events []ronda.Event
		want   int // minute, -1 for none
	}{
		{"nothing", nil, -1},
		{"opened by the public", []ronda.Event{e(ronda.EventOpened, "public", 0)}, -1},
		{"taken is not decided", []ronda.Event{e(ronda.EventTaken, "ani", 3)}, -1},
		{"Ronda closes", []ronda.Event{e(ronda.EventClosed, "system", 3)}, -1},
		{"a removal is none", []ronda.Event{e(ronda.EventNoticeAnswer, "tiktok", 9)}, -1},
		{"sorted by a person", []ronda.Event{e(ronda.EventOpened, "public", 0), e(ronda.EventTriaged, "system", 1), e(ronda.EventTriaged, "ani", 12), e(ronda.EventAssessed, "budi", 30)}, 12},
		{"out of order", []ronda.Event{e(ronda.EventAssessed, "budi", 30), e(ronda.EventTriaged, "ani", 12)}, 12},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := ronda.FirstDecision(tt.events)
			if ok != (tt.want >= 0) || (ok && !got.Equal(at(tt.want))) {
				t.Errorf("%v %v", got, ok)
			}
		})
	}
}
