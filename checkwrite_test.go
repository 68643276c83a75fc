package ronda_test

import (
	"testing"
	"time"

	"ronda"
)

// TestWhoTakesBack: what was written here its own organisation alone, what came in from outside its outlet or the accrediting authority's office
// for the place that it names.
func TestWhoTakesBack(t *testing.T) {
	t.Parallel()
	of := func(office string, role ronda.Role) ronda.Actor {
		return ronda.Actor{Account: "x", Org: ronda.OfficeAuthority(office), Office: office, Roles: []ronda.Role{role}}
	}
	mate := ronda.Actor{Account: "p", Org: "o", Roles: []ronda.Role{ronda.RolePartner}}
	loose := ronda.FactCheck{ID: "i", Outlet: "Meja", Origin: "import", Version: 1}
	town, pack, written := loose, loose, loose
	town.Region, pack.Origin = "32.04", "pack"
	written.Org, written.Origin = "o", "partner"
	gone, orphan := loose, loose
	gone.Retracted, orphan.Origin = time.Date(2024, 11, 20, 3, 0, 0, 0, time.UTC), "partner"
	tied := of("bawaslu:", ronda.RoleLead)
	tied.Conflicts = []string{"32.04"}
	narrow := of("bawaslu:", ronda.RoleLead)
	narrow.Scopes = []string{string(ronda.ReadCase)}
	for name, x := range map[string]struct {
		check  ronda.FactCheck
		who    ronda.Actor
		outlet string
		want   string
	}{
		"national lead":             {loose, of("bawaslu:", ronda.RoleLead), "", ""},
		"national contact, pack":    {pack, of("bawaslu:", ronda.RoleContact), "", ""},
		"national officer":          {loose, of("bawaslu:", ronda.RoleOfficer), "", "permission.role"},
		"province, whole country":   {loose, of("bawaslu:32", ronda.RoleLead), "", "permission.region"},
		"province, its town":        {town, of("bawaslu:32", ronda.RoleLead), "", ""},
		"another province":          {town, of("bawaslu:33", ronda.RoleLead), "", "permission.region"},
		"conflict":                  {town, tied, "", "permission.conflict_of_interest"},
		"token":                     {loose, narrow, "", "permission.token_scope"},
		"another authority":         {loose, of("kpu:", ronda.RoleLead), "", "publish.not_yours"},
		"no office":                 {loose, ronda.Actor{Account: "x", Org: "bawaslu", Roles: []ronda.Role{ronda.RoleLead}}, "", "publish.not_yours"},
		"its outlet":                {loose, mate, "meja ", ""},
		"another outlet":            {loose, mate, "Meja Lain", "publish.not_yours"},
		"no outlet":                 {loose, mate, "", "publish.not_yours"},
		"own":                       {written, mate, "", ""},
		"authority, written here":   {written, of("bawaslu:", ronda.RoleLead), "", "permission.role"},
		"same outlet, written here": {written, ronda.Actor{Account: "q", Org: "q", Roles: []ronda.Role{ronda.RolePartner}}, "Meja", "publish.not_yours"},
		"nobody's":                  {orphan, mate, "Meja", "publish.not_yours"},
		"twice":                     {gone, of("bawaslu:", ronda.RoleLead), "", "check.retracted"},
		"stranger":                  {loose, ronda.Public(), "Meja", "permission.role"},
	} {
		got := ""
		if err := ronda.MayRetract(x.check, x.who, x.outlet, thePack()); err != nil {
			got = ronda.CodeOf(err)
		}
		if got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}
