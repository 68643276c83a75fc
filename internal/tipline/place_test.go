package tipline_test

import (
	"testing"

	"ronda/internal/tipline"
)

func TestPlaces(t *testing.T) {
	t.Parallel()
	p := machine(t).Places
	for _, x := range []struct {
		text, first string
		sure        bool
	}{
		{"Sleman", "34.04", true}, {"kab. sleman", "34.04", true}, {"kabupaten Sleman", "34.04", true}, {"slemn", "34.04", false}, {"selman", "34.04", false},
		{"kota bandung", "32.73", true}, {"bandung", "32.04", false}, {"kab bandung barat", "32.17", true}, {"jogja", "34.71", true}, {"DIY", "34", true}, {"jaksel", "31.74", true},
		{"solo", "33.72", true}, {"jawa barat", "32", true}, {"prov. jawa barat", "32", true}, {"medan", "12.71", true}, {"Kepulauan Siau Tagulandang Biaro", "71.09", true},
		{"atlantis", "", false}, {"", "", false}, {"xx", "", false}, {"di sleman", "34.04", true},
	} {
		codes, sure := p.Find(x.text)
		if x.first == "" && len(codes) > 0 || x.first != "" && (len(codes) == 0 || codes[0] != x.first) || sure != x.sure {
			t.Errorf("%q: %v %v, want %s %v", x.text, codes, sure, x.first, x.sure)
		}
	}
}

// TestEveryRegionIsFound finds each region of the election by its own whole name, without doubt.
func TestEveryRegionIsFound(t *testing.T) {
	t.Parallel()
	m := machine(t)
	for _, r := range m.Pack.Regions {
		if r.Code == "" {
			continue
		}
		// Some provinces are called like one of their cities ("Jambi"): then it is asked.
		if codes, sure := m.Places.Find(r.Name); len(codes) == 0 || codes[0] != r.Code || !sure && r.Level != "province" {
			t.Errorf("%s %q: %v %v", r.Code, r.Name, codes, sure)
		}
	}
}

func TestArea(t *testing.T) {
	t.Parallel()
	pack := machine(t).Pack
	if got := tipline.Area(pack, "34.04"); len(got) != 2 || got[1] != "34" {
		t.Errorf("who hears of Sleman: %v", got)
	}
	if got := tipline.Area(pack, "34"); len(got) != 6 {
		t.Errorf("who hears of the province: %v", got)
	}
	if got := tipline.Area(pack, ""); got != nil {
		t.Errorf("who hears of the whole country: %v", got)
	}
}
