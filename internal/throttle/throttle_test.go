package throttle_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ronda"
	"ronda/internal/throttle"
)

func TestAllow(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 11, 20, 0, 0, 0, 0, time.UTC)
	l := throttle.New(map[string]throttle.Budget{"code": {Every: time.Minute, Burst: 3, AllEvery: time.Second, AllBurst: 5}}, func() time.Time { return now })
	ctx := context.Background()
	for range 3 {
		if err := l.Allow(ctx, "code", "a", 1); err != nil {
			t.Fatalf("within the budget: %v", err)
		}
	}
	err := l.Allow(ctx, "code", "a", 0)
	if ronda.KindOf(err) != ronda.Limited {
		t.Fatalf("after the budget: got %v, want Limited", err)
	}
	if err := l.Allow(ctx, "code", "b", 1); err != nil {
		t.Fatalf("another client: %v", err)
	}
	now = now.Add(61 * time.Second)
	if err := l.Allow(ctx, "code", "a", 1); err != nil {
		t.Fatalf("a minute later: %v", err)
	}
}

// A flood from many addresses meets the budget for all.
func TestAllowAll(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 11, 20, 0, 0, 0, 0, time.UTC)
	l := throttle.New(map[string]throttle.Budget{"report": {Every: time.Second, Burst: 100, AllEvery: time.Second, AllBurst: 50}}, func() time.Time { return now })
	passed := 0
	for i := range 1000 {
		if l.Allow(context.Background(), "report", fmt.Sprint(i), 1) == nil {
			passed++
		}
	}
	if passed != 50 {
		t.Fatalf("passed %d of 1000 addresses, want 50", passed)
	}
}

func TestUnknownBudget(t *testing.T) {
	t.Parallel()
	l := throttle.New(nil, time.Now)
	if err := l.Allow(context.Background(), "x", "a", 1000); err != nil {
		t.Fatal(err)
	}
}
