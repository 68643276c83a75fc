package ronda_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"ronda"
)

var update = flag.Bool("update", false, "write the golden files anew")

// everyAction lists the actions in the order of the table, each once.
func everyAction() []ronda.Action {
	var out []ronda.Action
	for _, row := range ronda.Permissions() {
		if !slices.Contains(out, row.Action) {
			out = append(out, row.Action)
		}
	}
	return out
}

// place is an actor's relation to a case, so that the walk reaches each scope from inside and from outside.
type place struct {
	name    string
	actor   ronda.Actor // without a role
	scopes  []ronda.Scope
	changes func(*ronda.Case)
}

func places() []place {
	at := func(office string) ronda.Actor {
		return ronda.Actor{Account: "x", Org: ronda.OfficeAuthority(office), Office: office}
	}
	always := []ronda.Scope{ronda.ScopeAny, ronda.ScopeNone}
	with := func(s ...ronda.Scope) []ronda.Scope { return append(append([]ronda.Scope(nil), always...), s...) }
	mandate := with(ronda.ScopeMandate, ronda.ScopeReader, ronda.ScopeRegion)
	drawn := func(c *ronda.Case) { c.Draws = []ronda.Draw{{Round: c.Round, Account: "x", Seat: ronda.SeatSecond}} }
	asked := func(state ronda.NoticeState, authority, platform string) func(*ronda.Case) {
		return func(c *ronda.Case) {
			n := ronda.Notice{Act: ronda.Flag, State: state, Authority: authority, Platform: platform}
			if authority != "" {
				n.Act = ronda.Request
			}
			c.Notices = []ronda.Notice{n}
		}
	}
	liaison := ronda.Actor{Account: "x", Org: "tiktok", Platform: "tiktok"}
	ministry := at("komdigi:")
	return []place{
		{"own office", at("bawaslu:32.04"), append(mandate, ronda.ScopeOffice), nil},
		{"own province", at("bawaslu:32"), mandate, nil},
		{"own national office", at("bawaslu:"), mandate, nil},
		{"neighbouring city", at("bawaslu:32.73"), always, nil},
		{"neighbour, drawn", at("bawaslu:32.73"), with(ronda.ScopeReader), drawn},
		{"neighbour, drawn last round", at("bawaslu:32.73"), always, func(c *ronda.Case) { drawn(c); c.Round++ }},
		{"neighbour, replaced", at("bawaslu:32.73"), always, func(c *ronda.Case) { drawn(c); c.Draws[0].Ended = "away" }},
		{"other province", at("bawaslu:33"), always, nil},
		{"other authority there", at("kpu:32.04"), with(ronda.ScopeRegion), nil},
		{"other authority, borrowed office", ronda.Actor{Account: "x", Org: "bawaslu", Office: "kpu:32.04"}, with(ronda.ScopeRegion), nil},
		{"own authority, no office", ronda.Actor{Account: "x", Org: "bawaslu"}, with(ronda.ScopeRegion), nil},
		{"whole country", ronda.Actor{Account: "x", Org: "perludem"}, with(ronda.ScopeRegion), nil},
		{"ministry, not asked", ministry, with(ronda.ScopeRegion), nil},
		{"ministry, to be asked", ministry, with(ronda.ScopeRegion), asked(ronda.NoticeQueued, "komdigi", "")},
		{"ministry, asked", ministry, with(ronda.ScopeRegion, ronda.ScopeMinistry), asked(ronda.NoticeSent, "komdigi", "")},
		{"ministry, flag went out", ministry, with(ronda.ScopeRegion), asked(ronda.NoticeSent, "", "tiktok")},
		{"liaison, not told", liaison, with(ronda.ScopeRegion), nil},
		{"liaison, to be told", liaison, with(ronda.ScopeRegion), asked(ronda.NoticeQueued, "", "tiktok")},
		{"liaison, told", liaison, with(ronda.ScopeRegion, ronda.ScopePlatform), asked(ronda.NoticeSent, "", "tiktok")},
		{"liaison of another", liaison, with(ronda.ScopeRegion), asked(ronda.NoticeSent, "", "facebook")},
		{"partner, invited", ronda.Actor{Account: "x", Org: "mitra"}, with(ronda.ScopeRegion, ronda.ScopeInvited), func(c *ronda.Case) { c.Invited = []ronda.Invitation{{Partner: "mitra"}} }},
		{"partner, not invited", ronda.Actor{Account: "x", Org: "mitra"}, with(ronda.ScopeRegion), func(c *ronda.Case) { c.Invited = []ronda.Invitation{{Partner: "lain"}} }},
		{"nobody's liaison", ronda.Actor{Account: "x", Org: "tiktok"}, with(ronda.ScopeRegion), asked(ronda.NoticeSent, "", "tiktok")},
	}
}

// TestPermissions walks every action for every role at every place and compares with what the table says in so many words.
func TestPermissions(t *testing.T) {
	t.Parallel()
	base := newWorld(t, "hate_sara").c
	roles := append(ronda.Roles(), ronda.RoleSystem, "stranger")
	checked := 0
	for _, p := range places() {
		c := base
		if p.changes != nil {
			p.changes(&c)
		}
		for _, role := range roles {
			a := p.actor
			a.Roles = []ronda.Role{role}
			for _, action := range everyAction() {
				want := false
				for _, row := range ronda.Permissions() {
					want = want || row.Action == action && slices.Contains(row.Roles, role) && slices.Contains(p.scopes, row.Scope)
				}
				err := ronda.Can(a, action, c, thePack())
				if (err == nil) != want {
					t.Errorf("%s as %s, %s: %v, want allowed %v", action, role, p.name, err, want)
				}
				if err != nil && ronda.KindOf(err) != ronda.Forbidden {
					t.Errorf("%s as %s, %s: kind %s", action, role, p.name, ronda.KindOf(err))
				}
				checked++
			}
		}
	}
	t.Logf("%d combinations", checked)
}

// TestPermissionsNobodyHolds: the public, and an account without a role, may do nothing to a case.
func TestPermissionsNobodyHolds(t *testing.T) {
	t.Parallel()
	c := newWorld(t, "hate_sara").c
	for _, action := range everyAction() {
		for _, a := range []ronda.Actor{ronda.Public(), person("x", "bawaslu:32.04")} {
			wantCode(t, ronda.Can(a, action, c, thePack()), "permission.role")
		}
	}
}

// TestPermissionsKeptApart names what no change of the table may bring about.
func TestPermissionsKeptApart(t *testing.T) {
	t.Parallel()
	changing := func(a ronda.Action) bool {
		return a != ronda.ReadCase && a != ronda.ReadCampaign && a != ronda.ReadAudit && a != ronda.ManageAccount && a != ronda.AdviseCase
	}
	for _, row := range ronda.Permissions() {
		for _, r := range row.Roles {
			switch {
			case (r == ronda.RoleAuditor || r == ronda.RoleObserver) && changing(row.Action):
				t.Errorf("%s may %s: auditors and observers change nothing", r, row.Action)
			case r == ronda.RoleAdmin && row.Action != ronda.ManageAccount && row.Action != ronda.AskErasure: // a code typed in shows nothing of a case
				t.Errorf("an administrator may %s", row.Action)
			case r == ronda.RoleLiaison && row.Action != ronda.AnswerNotice && row.Action != ronda.LogOutside:
				t.Errorf("a liaison may %s", row.Action)
			case r == ronda.RolePartner && !slices.Contains([]ronda.Action{ronda.AdviseCase, ronda.ServePartner, ronda.FlagPriority}, row.Action) && !strings.HasPrefix(string(row.Action), "publish."):
				t.Errorf("a partner may %s", row.Action)
			case r != ronda.RoleSystem && (row.Action == ronda.DrawSeat || row.Action == ronda.RunClock || row.Action == ronda.EraseContent):
				t.Errorf("%s may %s", r, row.Action)
			case r == ronda.RoleSystem && slices.Contains([]ronda.Action{ronda.AssessCase, ronda.SendFlag, ronda.SendRequest, ronda.SendOrder, ronda.SignOrder, ronda.WarnPlatform, ronda.AnswerNotice, ronda.MinistryAnswer}, row.Action):
				t.Errorf("the program may %s", row.Action)
			case r != ronda.RoleSystem && row.Scope == ronda.ScopeAny && changing(row.Action):
				t.Errorf("%s may %s anywhere", r, row.Action)
			}
		}
	}
}

// TestConflictKeepsFromChanging and not from reading: a colleague must see why the case is closed to them.
func TestConflictKeepsFromChanging(t *testing.T) {
	t.Parallel()
	c := newWorld(t, "hate_sara").c
	for _, conflict := range []string{"regent-32.04", "governor-32", "32.04", "32"} {
		a := lead
		a.Roles = []ronda.Role{ronda.RoleOfficer, ronda.RoleLead, ronda.RoleContact}
		a.Conflicts = []string{conflict}
		for _, action := range everyAction() {
			err := ronda.Can(a, action, c, thePack())
			if action == ronda.ReadCase || action == ronda.ReadCampaign {
				if action == ronda.ReadCase && err != nil {
					t.Errorf("%s cannot read: %v", conflict, err)
				}
				continue
			}
			if err == nil {
				t.Errorf("%s although in a conflict over %s", action, conflict)
			}
		}
		wantCode(t, ronda.Can(a, ronda.AssessCase, c, thePack()), "permission.conflict_of_interest")
	}
	a := lead
	a.Conflicts = []string{"mayor-32.73", "33", "governor-33", "32.0", "2.04"}
	if err := ronda.Can(a, ronda.TriageCase, c, thePack()); err != nil {
		t.Errorf("a conflict elsewhere keeps away: %v", err)
	}
}

// TestTokenScope narrows what a token may do to what it was made for.
func TestTokenScope(t *testing.T) {
	t.Parallel()
	c := newWorld(t, "hate_sara").c
	a := officer
	a.Scopes = []string{string(ronda.ReadCase)}
	for _, action := range everyAction() {
		err := ronda.Can(a, action, c, thePack())
		if action == ronda.ReadCase {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		wantCode(t, err, "permission.token_scope")
	}
}

// TestPermissionsDocument keeps docs/permissions.md the same as the table in the code. Run with -update to write it.
func TestPermissionsDocument(t *testing.T) {
	t.Parallel()
	const file = "docs/permissions.md"
	want := permissionsDocument()
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what Permissions says; run go test . -run TestPermissionsDocument -update", file)
	}
}

func permissionsDocument() []byte {
	var b bytes.Buffer
	b.WriteString("# Who may do what\n\n")
	b.WriteString("Made from `ronda.Permissions()` by `go test . -run TestPermissionsDocument -update`; do not edit by hand.\n\n")
	b.WriteString("One function decides for pages, API and jobs alike: `ronda.Can(actor, action, case, pack)`. An actor needs a row with one of the own\n")
	b.WriteString("roles whose scope covers the case. A declared conflict of interest takes away everything but reading; a token can do less than its\n")
	b.WriteString("owner, never more. Rules that need more than a table (two readers, second signature, who may withdraw) stand in the commands.\n\n")
	b.WriteString("## Scopes\n\n| Scope | Covers |\n|---|---|\n")
	for _, s := range []struct {
		scope ronda.Scope
		text  string
	}{
		{ronda.ScopeNone, "no case is meant"},
		{ronda.ScopeRegion, "cases in the region of the actor's office; all of them without an office"},
		{ronda.ScopeMandate, "cases that the actor's own authority holds, in the region of the actor's office or held by it"},
		{ronda.ScopeReader, "the mandate, and cases for which the actor is drawn as a reader or has concluded in this round"},
		{ronda.ScopeMinistry, "for the ministry: cases with a request that was sent to it"},
		{ronda.ScopePlatform, "for a platform: cases with a notice that was sent to it, and there only that notice"},
		{ronda.ScopeOffice, "held by exactly the actor's own office: for a contest, the commission's or the supervisor's office of its own region"},
		{ronda.ScopeInvited, "for a partner: cases on which an officer asked for its advice, as long as its accreditation and its ties allow it"},
		{ronda.ScopeAny, "every case"},
	} {
		fmt.Fprintf(&b, "| `%s` | %s |\n", s.scope, s.text)
	}
	roles := append(ronda.Roles(), ronda.RoleSystem)
	b.WriteString("\n## Actions\n\n| Action |")
	for _, r := range roles {
		fmt.Fprintf(&b, " %s |", r)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(roles)) + "\n")
	for _, action := range everyAction() {
		fmt.Fprintf(&b, "| `%s` |", action)
		for _, r := range roles {
			var scopes []string
			for _, row := range ronda.Permissions() {
				if row.Action == action && slices.Contains(row.Roles, r) {
					scopes = append(scopes, string(row.Scope))
				}
			}
			if len(scopes) == 0 {
				scopes = []string{"–"}
			}
			fmt.Fprintf(&b, " %s |", strings.Join(scopes, ", "))
		}
		b.WriteString("\n")
	}
	return b.Bytes()
}

// TestConflictOf: the named contest, and organisations that the actor declared and that reported the case.
func TestConflictOf(t *testing.T) {
	t.Parallel()
	c := newWorld(t, "hate_sara").c
	c.Contest, c.ReporterOrg = "governor-32", []string{"mafindo"}
	for conflict, want := range map[string]string{
		"governor-32": "declared_contest", "32": "declared_region", "mafindo": "declared_organisation",
		"regent-32.04": "", "governor-33": "", "aji": "", // a case about the governor is not about the regent
	} {
		a := officer
		a.Conflicts = []string{conflict}
		if got := ronda.ConflictOf(a, c, thePack()); got != want {
			t.Errorf("%s: %q, want %q", conflict, got, want)
		}
	}
	c.Contest, c.Region = "governor-94", ""
	a := officer
	a.Conflicts = []string{"governor-94"}
	if ronda.ConflictOf(a, c, thePack()) != "declared_contest" {
		t.Error("a contest named without a region is no conflict")
	}
}
