package ronda_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"ronda"
)

// TestQuietPeriodIsLocal: 24 November begins in Papua two hours before it begins in Jakarta.
func TestQuietPeriodIsLocal(t *testing.T) {
	t.Parallel()
	p := thePack()
	const merauke, makassar, sleman = "93.01", "73.71", "34.04"
	start := time.Date(2024, 11, 23, 15, 0, 0, 0, time.UTC) // midnight WIT
	for _, c := range []struct {
		after                     time.Duration
		merauke, makassar, sleman bool
	}{
		{-time.Second, false, false, false},
		{0, true, false, false},
		{time.Hour - time.Second, true, false, false},
		{time.Hour, true, true, false},
		{2*time.Hour - time.Second, true, true, false},
		{2 * time.Hour, true, true, true},
		{3*24*time.Hour - time.Second, true, true, true},
		{3 * 24 * time.Hour, false, true, true}, // voting day in Papua
		{3*24*time.Hour + 2*time.Hour, false, false, false},
	} {
		at := start.Add(c.after)
		for code, want := range map[string]bool{merauke: c.merauke, makassar: c.makassar, sleman: c.sleman} {
			if got := p.InStage("quiet", at, code); got != want {
				t.Errorf("%s at %s: quiet %v, want %v", p.RegionLabel(code), at.In(p.Zone(code)).Format("2 Jan 15:04:05 MST"), got, want)
			}
			if p.InStage("campaign", at, code) && p.InStage("quiet", at, code) {
				t.Errorf("%s: campaign and quiet period at once", p.RegionLabel(code))
			}
		}
	}
	if !p.InStage("voting", start.Add(3*24*time.Hour), merauke) || p.InStage("voting", start.Add(3*24*time.Hour), sleman) {
		t.Error("voting day must follow each region's midnight")
	}
}

func TestZones(t *testing.T) {
	t.Parallel()
	p := thePack()
	for code, want := range map[string]string{"": "Asia/Jakarta", "32": "Asia/Jakarta", "32.73": "Asia/Jakarta", "51.03": "Asia/Makassar",
		"93.01": "Asia/Jayapura", "61.71": "Asia/Jakarta", "99.99": "Asia/Jakarta"} {
		if got := p.Zone(code).String(); got != want {
			t.Errorf("Zone(%q) = %s, want %s", code, got, want)
		}
	}
}

func TestOfficeNames(t *testing.T) {
	t.Parallel()
	p := thePack()
	before := time.Date(2024, 10, 3, 0, 0, 0, 0, time.UTC)
	after := time.Date(2024, 11, 5, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		id, lang string
		at       time.Time
		want     string
	}{
		{"bawaslu:34.04", "id", before, "Bawaslu Kab. Sleman"},
		{"bawaslu:32", "id", before, "Bawaslu Provinsi Jawa Barat"},
		{"kpu:32.73", "en", before, "KPU Kota Bandung"},
		{"kpu:34", "id", before, "KPU DI Yogyakarta"},
		{"bawaslu:", "en", before, "Election Supervisory Agency"},
		{"komdigi:", "id", before, "Kementerian Komunikasi dan Informatika"},
		{"komdigi:", "id", after, "Kementerian Komunikasi dan Digital"},
		{"komdigi:32", "id", after, "komdigi:32"}, // the ministry has no provincial office
		{"nobody:1", "id", after, "nobody:1"},
	} {
		if got := p.OfficeName(c.id, c.lang, c.at); got != c.want {
			t.Errorf("OfficeName(%s, %s) = %q, want %q", c.id, c.lang, got, c.want)
		}
	}
}

func TestOffices(t *testing.T) {
	t.Parallel()
	p := thePack()
	if n := len(p.Offices()); n != 2*(1+38+514)+1 {
		t.Errorf("%d offices, want those of two bodies in every region and the ministry", n)
	}
	up, ok := p.OfficeAbove("bawaslu:32.73")
	if !ok || up.ID != "bawaslu:32" || up.Level != "province" {
		t.Errorf("above Bandung: %+v", up)
	}
	up, ok = p.OfficeAbove(up.ID)
	if !ok || up.ID != "bawaslu:" || up.Level != "national" {
		t.Errorf("above West Java: %+v", up)
	}
	if _, ok = p.OfficeAbove(up.ID); ok {
		t.Error("nothing stands above the national office")
	}
	if o, _ := p.Office("kpu:32.73"); o.Level != "regency" {
		t.Errorf("a city's office ranks with a regency's, not %q", o.Level)
	}
}

// TestRegionsAreATree: whatever region one starts from, the parents lead to the country, and Within agrees with them.
func TestRegionsAreATree(t *testing.T) {
	t.Parallel()
	p := thePack()
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(p.Regions).Draw(t, "region")
		area := rapid.SampledFrom(p.Regions).Draw(t, "area")
		path := map[string]bool{"": true}
		for code := r.Code; code != ""; code = p.Parent(code) {
			if path[code] {
				t.Fatalf("%s is its own ancestor", code)
			}
			path[code] = true
		}
		if got := p.Within(r.Code, area.Code); got != path[area.Code] {
			t.Fatalf("Within(%q, %q) = %v", r.Code, area.Code, got)
		}
		if found, ok := p.Region(r.Code); !ok || found != r {
			t.Fatalf("Region(%q) = %+v", r.Code, found)
		}
	})
}

func TestRegionForms(t *testing.T) {
	t.Parallel()
	p := thePack()
	if r, ok := p.Region("3404"); !ok || r.Code != "34.04" || p.RegionLabel("3404") != "Kab. Sleman" {
		t.Errorf("the code without its dot: %+v", r)
	}
	if _, ok := p.Region("3499"); ok || p.RegionName("3499") != "3499" {
		t.Error("an unknown code must stay a code")
	}
	if p.RegionLabel("") != "Seluruh Indonesia" || p.RegionName("") != "Indonesia" {
		t.Errorf("country: %q, %q", p.RegionLabel(""), p.RegionName(""))
	}
}

// TestGroundsByDate: content is judged by the rule of its date, to the second.
func TestGroundsByDate(t *testing.T) {
	t.Parallel()
	p := thePack()
	change := time.Date(2024, 1, 2, 0, 0, 0, 0, p.Zone(""))
	old, ok := p.GroundAt("ite-28-2", change.Add(-time.Second))
	if !ok || old.Law == "" || len(old.Rulings) != 0 {
		t.Fatalf("before 2 January 2024: %+v", old)
	}
	now, ok := p.GroundAt("ite-28-2", change)
	if !ok || now.Law == old.Law {
		t.Errorf("on 2 January 2024 the wording of UU 1/2024 holds, not %q", now.Law)
	}
	if _, ok := p.GroundAt("ite-27a", change.Add(-time.Second)); ok {
		t.Error("article 27A did not exist before UU 1/2024")
	}
	list := p.GroundsFor("slander", noon)
	if len(list) == 0 || list[0].ID == "ite-28-1" {
		t.Fatal("no ground is offered for slander")
	}
	seenOther := false
	for _, g := range list {
		fits := false
		for _, c := range g.Categories {
			fits = fits || c == "slander"
		}
		if fits && seenOther {
			t.Errorf("%s fits the category but stands behind others", g.ID)
		}
		seenOther = seenOther || !fits
		if !g.Holds(noon) {
			t.Errorf("%s is offered outside its span", g.ID)
		}
	}
}

func TestPolicyByDate(t *testing.T) {
	t.Parallel()
	p := thePack()
	during, ok := p.PolicyAt("facebook", "facebook-hate", noon)
	if !ok || during.Name != "Hate Speech" {
		t.Errorf("during the campaign: %q", during.Name)
	}
	if later, _ := p.PolicyAt("facebook", "facebook-hate", time.Date(2026, 8, 22, 0, 0, 0, 0, time.UTC)); later.Name != "Hateful Conduct" {
		t.Errorf("in 2026: %q", later.Name)
	}
	if _, ok := p.PolicyAt("tiktok", "facebook-hate", noon); ok {
		t.Error("a policy belongs to one platform")
	}
}

func TestClocks(t *testing.T) {
	t.Parallel()
	p := thePack()
	for id, hours := range map[string]int{"order": 24, "order_urgent": 4, "warning": 24, "warning_urgent": 4, "restoration": 48, "one_hour": 1, "flag": 0} {
		c, ok := p.ClockAt(id, noon)
		if !ok || c.Hours != hours {
			t.Errorf("clock %s: %d hours, want %d", id, c.Hours, hours)
		}
	}
	if c, _ := p.ClockAt("formal_report", noon); c.Days != 7 || c.Starts != "known" {
		t.Errorf("a formal report: %+v", c)
	}
	if c, _ := p.ClockAt("flag", noon); c.Basis != "none" {
		t.Error("a flag has no statutory clock")
	}
	if p.Limit("campaign_accounts_per_application", 0) != 20 || p.Limit("max_warnings", 0) != 3 || p.Limit("unknown", 7) != 7 {
		t.Error("limits")
	}
}

func TestTextFallsBack(t *testing.T) {
	t.Parallel()
	text := ronda.Text{"id": "halo", "en": ""}
	if text.In("en") != "halo" || text.In("id") != "halo" || (ronda.Text{}).In("id") != "" {
		t.Error("a missing language must show another, never a hole")
	}
}
