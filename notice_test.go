package ronda_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"ronda"
)

// TestDueCountsElapsedHours wherever the region lies: 24 hours are 24 elapsed hours.
func TestDueCountsElapsedHours(t *testing.T) {
	t.Parallel()
	start := time.Date(2024, 11, 5, 16, 30, 0, 0, time.UTC)
	for _, zone := range []string{"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Europe/Berlin"} {
		loc := load(t, zone)
		if got := ronda.Due(ronda.Clock{Hours: 24}, start, nil, loc, start); !got.Equal(start.Add(24 * time.Hour)) {
			t.Errorf("%s: %v", zone, got)
		}
	}
}

// TestDueCountsLocalDays to the last microsecond of the region's own day, also over a change to summer time elsewhere.
func TestDueCountsLocalDays(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		zone, start, want string
		days              int
	}{
		{"Asia/Jakarta", "2024-11-05T16:59:59Z", "2024-11-08T16:59:59.999999Z", 3},  // still the 5th
		{"Asia/Jakarta", "2024-11-05T17:00:00Z", "2024-11-09T16:59:59.999999Z", 3},  // already the 6th
		{"Asia/Makassar", "2024-11-05T16:30:00Z", "2024-11-09T15:59:59.999999Z", 3}, // there it is the 6th
		{"Asia/Jayapura", "2024-11-05T14:59:00Z", "2024-11-08T14:59:59.999999Z", 3},
		{"Asia/Jayapura", "2024-12-31T15:00:00Z", "2025-01-08T14:59:59.999999Z", 7}, // over the new year
		{"Europe/Berlin", "2025-03-29T12:00:00Z", "2025-03-30T21:59:59.999999Z", 1}, // a day of 23 hours
		{"UTC", "2024-02-28T00:00:00Z", "2024-02-29T23:59:59.999999Z", 1},
	} {
		start, _ := time.Parse(time.RFC3339Nano, x.start)
		want, _ := time.Parse(time.RFC3339Nano, x.want)
		if got := ronda.Due(ronda.Clock{Days: x.days}, start, nil, load(t, x.zone), start); !got.Equal(want) {
			t.Errorf("%s +%d days in %s: %v, want %v", x.start, x.days, x.zone, got.UTC(), want)
		}
	}
}

// TestDueOfNothing: no start, or a clock without a term, has no end.
func TestDueOfNothing(t *testing.T) {
	t.Parallel()
	if got := ronda.Due(ronda.Clock{Hours: 24}, time.Time{}, nil, time.UTC, noon); !got.IsZero() {
		t.Errorf("without a start: %v", got)
	}
	if got := ronda.Due(ronda.Clock{}, noon, nil, time.UTC, noon); !got.IsZero() {
		t.Errorf("without a term: %v", got)
	}
}

// TestDueProperties: never before the plain term, never later than the term and the limit of all pauses, and later the more was paused.
func TestDueProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clock := ronda.Clock{Hours: rapid.IntRange(1, 100).Draw(t, "hours"), MaxPause: rapid.IntRange(0, 50).Draw(t, "limit")}
		at, sum := noon, time.Duration(0)
		var pauses []ronda.Pause
		last := noon.Add(time.Duration(clock.Hours) * time.Hour)
		for range rapid.IntRange(0, 6).Draw(t, "pauses") {
			from := at.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "gap")) * time.Minute)
			at = from.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "length")) * time.Minute)
			pauses, sum = append(pauses, ronda.Pause{From: from, To: at}), sum+at.Sub(from)
			due := ronda.Due(clock, noon, pauses, time.UTC, at)
			if due.Before(last) {
				t.Fatalf("a further pause brought the deadline forward, from %v to %v", last, due)
			}
			last = due
		}
		want := sum
		if limit := time.Duration(clock.MaxPause) * time.Hour; limit > 0 {
			want = min(sum, limit)
		}
		if got := last.Sub(noon) - time.Duration(clock.Hours)*time.Hour; got != want {
			t.Fatalf("paused %v of %v with a limit of %d h, counted %v", sum, pauses, clock.MaxPause, got)
		}
	})
}

// TestOpenPauseCountsToNow.
func TestOpenPauseCountsToNow(t *testing.T) {
	t.Parallel()
	pauses := []ronda.Pause{{From: noon.Add(time.Hour)}}
	now := noon.Add(4 * time.Hour)
	if got := ronda.Due(ronda.Clock{Hours: 24}, noon, pauses, time.UTC, now); !got.Equal(noon.Add(27 * time.Hour)) {
		t.Errorf("due %v", got)
	}
	if got := ronda.Due(ronda.Clock{Hours: 24, MaxPause: 2}, noon, pauses, time.UTC, now); !got.Equal(noon.Add(26 * time.Hour)) {
		t.Errorf("due %v with a limit", got)
	}
}

func load(t tester, zone string) *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatalf("load %s: %v", zone, err)
	}
	return loc
}
