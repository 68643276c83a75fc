package election_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"ronda"
	"ronda/internal/election"
)

// TestSpans compares the check of overlapping spans with a count over every day: a set of versions of one clock is
// accepted exactly when no day has two of them and none ends before it starts.
func TestSpans(t *testing.T) {
	t.Parallel()
	pack := copyOf(t, small)
	base := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "versions")
		var spans []ronda.Validity
		var clocks []ronda.Clock
		backwards := false
		for i := range n {
			var v ronda.Validity
			if from := rapid.IntRange(-1, 12).Draw(t, fmt.Sprint("from", i)); from >= 0 {
				v.From = base.AddDate(0, 0, from)
			}
			if to := rapid.IntRange(0, 13).Draw(t, fmt.Sprint("to", i)); to <= 12 {
				v.To = base.AddDate(0, 0, to)
			}
			backwards = backwards || (!v.From.IsZero() && !v.To.IsZero() && !v.From.Before(v.To))
			spans = append(spans, v)
			clocks = append(clocks, ronda.Clock{ID: "first_answer", Basis: "service", Hours: 1 + i, Starts: "sent", Validity: v,
				Pauses: []ronda.Answer{}, Remind: []int{}, Name: ronda.Text{"pt": "Prazo", "fr": "Délai"}, Source: ronda.Source{Status: "own"}})
		}
		twice := false
		for day := -3; day < 16; day++ {
			holding := 0
			for _, v := range spans {
				if v.Holds(base.AddDate(0, 0, day)) {
					holding++
				}
			}
			twice = twice || holding > 1
		}
		data, err := json.Marshal(clocks)
		if err != nil {
			t.Fatal(err)
		}
		m := fstest.MapFS{}
		for k, v := range pack {
			m[k] = v
		}
		m["clocks.json"] = &fstest.MapFile{Data: data}
		_, err = election.Load(m, ".")
		var faults election.Faults
		if err != nil && !errors.As(err, &faults) {
			t.Fatal(err)
		}
		if bad := err != nil; bad != (twice || backwards) {
			t.Fatalf("spans %v: overlapping %v, backwards %v, but Load says %v", spans, twice, backwards, err)
		}
	})
}

// TestPackRoundTrip writes a loaded pack's lists as JSON and loads them again: what the loader reads is what it holds.
func TestPackRoundTrip(t *testing.T) {
	t.Parallel()
	p := pilkada(t)
	m := copyOf(t, "packs/pilkada-2024")
	for name := range m {
		if strings.HasPrefix(name, "platforms/") || strings.HasPrefix(name, "grounds/") || strings.HasPrefix(name, "claims/") {
			delete(m, name)
		}
	}
	for name, list := range map[string]any{"platforms.json": p.Platforms, "grounds.json": p.Grounds, "claims.json": p.Claims,
		"clocks.json": p.Clocks, "categories.json": p.Categories, "themes.json": p.Themes, "ladders.json": p.Ladders} {
		data, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		m[name] = &fstest.MapFile{Data: data}
	}
	again, err := election.Load(m, ".")
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]any{"platforms": {p.Platforms, again.Platforms}, "grounds": {p.Grounds, again.Grounds},
		"claims": {p.Claims, again.Claims}, "clocks": {p.Clocks, again.Clocks}} {
		a, _ := json.Marshal(pair[0])
		b, _ := json.Marshal(pair[1])
		if string(a) != string(b) {
			t.Errorf("%s changed on the way", name)
		}
	}
}
