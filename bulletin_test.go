package ronda_test

import (
	"testing"
	"time"

	"ronda"
)

// TestBulletinsFor: a statement stands beside the check that it names, wherever; beside a theme only where it holds; a withdrawn one nowhere.
func TestBulletinsFor(t *testing.T) {
	t.Parallel()
	p := thePack()
	all := []ronda.Bulletin{
		{ID: "named", Check: "k1", Region: "34", PublishedAt: noon}, {ID: "national", Theme: "voter_list", PublishedAt: noon},
		{ID: "bandung", Theme: "voter_list", Region: "32.73", PublishedAt: noon}, {ID: "elsewhere", Theme: "voter_list", Region: "34", PublishedAt: noon},
		{ID: "withdrawn", Theme: "voter_list", PublishedAt: noon, WithdrawnAt: noon}, {ID: "later", Theme: "voter_list", PublishedAt: noon.Add(time.Hour)}, {ID: "bare", PublishedAt: noon},
	}
	for name, x := range map[string]struct {
		check, theme, region string
		want                 string
	}{
		"check":           {"k1", "", "", "named "},
		"theme and place": {"k2", "voter_list", "32.73", "national bandung "},
		"theme alone":     {"", "voter_list", "", "national "},
		"nothing":         {"k2", "", "32.73", ""},
	} {
		got := ""
		for _, b := range ronda.BulletinsFor(p, all, x.check, x.theme, x.region, noon) {
			got += b.ID + " "
		}
		if got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}
