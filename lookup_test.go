package ronda_test

import (
	"testing"
	"time"

	"ronda"
)

// TestRegions finds a region by both spellings of its code, and its way up.
func TestRegions(t *testing.T) {
	t.Parallel()
	p := thePack()
	for _, code := range []string{"34.04", "3404"} {
		if r, ok := p.Region(code); !ok || r.Code != "34.04" || r.Level != "regency" {
			t.Errorf("%s: %+v %v", code, r, ok)
		}
	}
	for _, code := range []string{"99", "34.99", "34.4", "340", "34040", "..04"} {
		if r, ok := p.Region(code); ok {
			t.Errorf("%s is %+v", code, r)
		}
	}
	if p.Parent("34.04") != "34" || p.Parent("34") != "" || p.RegionName("nowhere") != "nowhere" {
		t.Error("the way up is wrong")
	}
	provinces := p.Children("")
	if len(provinces) != 38 {
		t.Errorf("%d provinces", len(provinces))
	}
	below := 0
	for _, code := range provinces {
		below += len(p.Children(code))
	}
	if below != 514 {
		t.Errorf("%d regencies and cities", below)
	}
	for _, x := range []struct {
		code, area string
		want       bool
	}{{"34.04", "", true}, {"34.04", "34", true}, {"34.04", "34.04", true}, {"34", "34.04", false}, {"34.04", "33", false}, {"", "34", false}, {"", "", true}} {
		if got := p.Within(x.code, x.area); got != x.want {
			t.Errorf("%q within %q: %v", x.code, x.area, got)
		}
	}
}

// TestZones: a regency has its province's zone, the country its own.
func TestZones(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]int{"32.04": 7, "34": 7, "51": 8, "51.71": 8, "73.71": 8, "91.71": 9, "94": 9, "": 7} {
		if _, offset := noon.In(thePack().Zone(code)).Zone(); offset != want*3600 {
			t.Errorf("%q is UTC%+d, want %+d", code, offset/3600, want)
		}
	}
}

// TestContests of 2024: 545, none for a governor of Yogyakarta, none in Jakarta's six administrative areas.
func TestContests(t *testing.T) {
	t.Parallel()
	p := thePack()
	byLevel := map[string]int{}
	for _, c := range p.Contests {
		r, _ := p.Region(c.Region)
		byLevel[r.Level]++
	}
	if byLevel["province"] != 37 || byLevel["regency"] != 415 || byLevel["city"] != 93 {
		t.Errorf("%v", byLevel)
	}
	for _, code := range []string{"34", "31.01", "31.71", "31.72", "31.73", "31.74", "31.75"} {
		if list := p.ContestsIn(code); len(list) > 0 {
			t.Errorf("%s has %v", code, list)
		}
	}
}

// TestOffices: the way up from a regency and from a city ends at the national office.
func TestOffices(t *testing.T) {
	t.Parallel()
	p := thePack()
	for _, start := range []string{"bawaslu:32.04", "bawaslu:32.73", "kpu:91.71"} {
		authority := ronda.OfficeAuthority(start)
		id, steps := start, 0
		for {
			up, ok := p.OfficeAbove(id)
			if !ok {
				break
			}
			id, steps = up.ID, steps+1
		}
		if id != authority+":" || steps != 2 {
			t.Errorf("%s ends at %s after %d steps", start, id, steps)
		}
	}
	if got := ronda.RouteOffice(p, "32.73"); got != "bawaslu:32.73" {
		t.Errorf("32.73 goes to %s", got)
	}
	for _, region := range []string{"", "nowhere"} {
		if got := ronda.RouteOffice(p, region); got != "bawaslu:" {
			t.Errorf("%q goes to %s", region, got)
		}
	}
}

// TestNamesByDate: the ministry changed its name in October 2024, between the declaration and the vote.
func TestNamesByDate(t *testing.T) {
	t.Parallel()
	p := thePack()
	before := p.AuthorityName("komdigi", time.Date(2024, 10, 3, 5, 0, 0, 0, time.UTC))
	after := p.AuthorityName("komdigi", time.Date(2024, 11, 27, 5, 0, 0, 0, time.UTC))
	if before.Short != "Kominfo" || after.Short != "Komdigi" {
		t.Errorf("%s, then %s", before.Short, after.Short)
	}
}

// TestQuietPeriodIsLocal: midnight comes to Papua two hours before Jakarta.
func TestQuietPeriodIsLocal(t *testing.T) {
	t.Parallel()
	p := thePack()
	for _, x := range []struct {
		at, region string
		quiet      bool
	}{
		{"2024-11-23T14:59:59Z", "94", false}, {"2024-11-23T15:00:00Z", "94", true},
		{"2024-11-23T15:59:59Z", "51", false}, {"2024-11-23T16:00:00Z", "51", true},
		{"2024-11-23T16:59:59Z", "32.04", false}, {"2024-11-23T17:00:00Z", "32.04", true},
		{"2024-11-26T14:59:59Z", "94", true}, {"2024-11-26T15:00:00Z", "94", false},
		{"2024-11-26T16:59:59Z", "32.04", true}, {"2024-11-26T17:00:00Z", "32.04", false},
	} {
		at, _ := time.Parse(time.RFC3339, x.at)
		if got := p.InStage("quiet", at, x.region); got != x.quiet {
			t.Errorf("%s in %s: quiet %v", x.at, x.region, got)
		}
	}
}

// TestVersionsDoNotOverlap: on no day has a ground, clock or ladder two versions, and the content's date picks one.
func TestVersionsDoNotOverlap(t *testing.T) {
	t.Parallel()
	p := thePack()
	for day := time.Date(2008, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2027; day = day.AddDate(0, 0, 11) {
		seen := map[string]int{}
		for _, g := range p.Grounds {
			if g.Holds(day) {
				seen["ground "+g.ID]++
			}
		}
		for _, c := range p.Clocks {
			if c.Holds(day) {
				seen["clock "+c.ID]++
			}
		}
		for _, l := range p.Ladders {
			if l.Holds(day) {
				seen["ladder "+l.ID]++
			}
		}
		for what, n := range seen {
			if n > 1 {
				t.Fatalf("%s has %d versions on %v", what, n, day)
			}
		}
	}
	if g, ok := p.GroundAt("ite-28-2", time.Date(2023, 12, 31, 0, 0, 0, 0, time.UTC)); !ok || len(g.Elements) != 4 {
		t.Errorf("the article of 2008 has %d elements, %v", len(g.Elements), ok)
	}
}

// TestTextNeverShowsAHole.
func TestTextNeverShowsAHole(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		text ronda.Text
		want string
	}{{ronda.Text{"id": "ya", "en": "yes"}, "yes"}, {ronda.Text{"id": "ya"}, "ya"}, {ronda.Text{"jv": "inggih", "en": ""}, "inggih"}, {nil, ""}} {
		if got := x.text.In("en"); got != x.want {
			t.Errorf("%v in English: %q", x.text, got)
		}
	}
}
