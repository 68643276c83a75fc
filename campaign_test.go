package ronda_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ronda"
)

// campaignPack has the rules of the calendar in three time zones, with the days of 2024.
func campaignPack() *ronda.Pack {
	p := &ronda.Pack{
		Regions:     []ronda.Region{{Code: "", Zone: "Asia/Jakarta"}, {Code: "32", Zone: "Asia/Jakarta"}, {Code: "32.73", Parent: "32", Level: "city"}, {Code: "73", Zone: "Asia/Makassar", Level: "province"}, {Code: "94", Zone: "Asia/Jayapura", Level: "province"}},
		Levels:      []ronda.Level{{ID: "national"}, {ID: "province"}, {ID: "regency"}, {ID: "city", Office: "regency"}},
		Contests:    []ronda.Contest{{ID: "mayor-32.73", Kind: "mayor", Region: "32.73"}, {ID: "governor-73", Kind: "governor", Region: "73"}},
		Authorities: []ronda.Authority{{ID: "kpu", Role: "commission", Levels: []string{"province", "regency"}}, {ID: "bawaslu", Role: "supervisor", Levels: []string{"province", "regency"}}},
		Platforms:   []ronda.Platform{{ID: "tiktok", Name: "TikTok"}, {ID: "x", Name: "X"}},
		Limits:      []ronda.Limit{{ID: "campaign_accounts_per_application", Value: 20}},
		Calendar: []ronda.Stage{{ID: "campaign", Start: "2024-09-25", End: "2024-11-23"}, {ID: "ads_media", Start: "2024-11-10", End: "2024-11-23"},
			{ID: "quiet", Start: "2024-11-24", End: "2024-11-26"}},
		CampaignRules: []ronda.CampaignRule{
			{ID: "account_before", Subject: "account", Stage: "campaign", When: "before"},
			{ID: "account_quiet", Subject: "account", Stage: "quiet", When: "inside"},
			{ID: "advert_quiet", Subject: "advert", Stage: "quiet", When: "inside"},
			{ID: "advert_days", Subject: "advert", Media: []ronda.Medium{"print", "broadcast"}, Stage: "ads_media", When: "outside"},
			{ID: "advert_days_online", Subject: "advert", Media: []ronda.Medium{"online", "social"}, Stage: "ads_media", When: "outside", Source: ronda.Source{Status: "unverified"}},
		},
	}
	return p.Seal()
}

func rulesAt(p *ronda.Pack, s ronda.CampaignSubject, at time.Time) string {
	out := ""
	for _, r := range p.CampaignRulesAt(s, at) {
		out += r.ID + " "
	}
	return out
}

// TestCampaignRulesAtBoundaries: the quiet period begins and ends at midnight of each zone.
func TestCampaignRulesAtBoundaries(t *testing.T) {
	t.Parallel()
	p := campaignPack()
	quiet := time.Date(2024, 11, 24, 0, 0, 0, 0, time.UTC)
	for region, hours := range map[string]int{"32": 7, "32.73": 7, "73": 8, "94": 9} {
		begins, ends := quiet.Add(-time.Duration(hours)*time.Hour), quiet.Add(72*time.Hour-time.Duration(hours)*time.Hour)
		for _, x := range []struct {
			s    ronda.CampaignSubject
			at   time.Time
			want string
		}{
			{ronda.CampaignSubject{Kind: "account"}, begins.Add(-time.Microsecond), ""},
			{ronda.CampaignSubject{Kind: "account"}, begins, "account_quiet "},
			{ronda.CampaignSubject{Kind: "account"}, ends.Add(-time.Microsecond), "account_quiet "},
			{ronda.CampaignSubject{Kind: "account"}, ends, ""},
			{ronda.CampaignSubject{Kind: "account"}, time.Date(2024, 9, 24, 12, 0, 0, 0, time.UTC), "account_before "},
			{ronda.CampaignSubject{Kind: "account"}, time.Date(2024, 9, 24, 24-hours, 0, 0, 0, time.UTC), ""},
			{ronda.CampaignSubject{Kind: "advert", Medium: ronda.MediumPrint}, begins, "advert_quiet advert_days "},
			{ronda.CampaignSubject{Kind: "advert", Medium: ronda.MediumPrint}, time.Date(2024, 11, 9, 12, 0, 0, 0, time.UTC), "advert_days "},
			{ronda.CampaignSubject{Kind: "advert", Medium: ronda.MediumPrint}, time.Date(2024, 11, 12, 12, 0, 0, 0, time.UTC), ""},
			// What nobody could verify marks nothing.
			{ronda.CampaignSubject{Kind: "advert", Medium: ronda.MediumSocial}, time.Date(2024, 11, 9, 12, 0, 0, 0, time.UTC), ""},
			{ronda.CampaignSubject{Kind: "advert", Medium: ronda.MediumSocial}, begins, "advert_quiet "},
			{ronda.CampaignSubject{}, begins, ""},
		} {
			x.s.Region = region
			if got := rulesAt(p, x.s, x.at); got != x.want {
				t.Errorf("%+v at %s: %q, want %q", x.s, x.at, got, x.want)
			}
		}
		from, to, ok := p.StageSpan("quiet", region)
		if !ok || !from.Equal(begins) || !to.Equal(ends) {
			t.Errorf("%s: quiet from %s to %s", region, from, to)
		}
	}
}

// TestCitizensAreNeverMarked: whatever the time, the region, the medium and whatever is said about its kind, only what is registered is marked; and
// an account is marked in the quiet period exactly within its span in the region's zone.
func TestCitizensAreNeverMarked(t *testing.T) {
	t.Parallel()
	p := campaignPack()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(1725000000, 1735000000).Draw(t, "second"), 0)
		region := rapid.SampledFrom([]string{"", "32", "32.73", "73", "94"}).Draw(t, "region")
		medium := rapid.SampledFrom(append(ronda.Media(), "")).Draw(t, "medium")
		kind := rapid.SampledFrom([]string{"", "post", "video", "citizen", "Account", "advert ", "party"}).Draw(t, "kind")
		if got := rulesAt(p, ronda.CampaignSubject{Kind: kind, Medium: medium, Region: region}, at); got != "" {
			t.Fatalf("%q is marked by %s", kind, got)
		}
		from, to, _ := p.StageSpan("quiet", region)
		want := !at.Before(from) && at.Before(to)
		got := false
		for _, r := range p.CampaignRulesAt(ronda.CampaignSubject{Kind: "account", Region: region}, at) {
			got = got || r.ID == "account_quiet"
		}
		if got != want {
			t.Fatalf("at %s in %s: marked %v, want %v", at, region, got, want)
		}
	})
}

// campaignRig is a register in the making.
type campaignRig struct {
	t   *testing.T
	p   *ronda.Pack
	r   ronda.Register
	now time.Time
	n   int
}

func newCampaignRig(t *testing.T) *campaignRig {
	g := &campaignRig{t: t, p: campaignPack(), r: ronda.Register{Contest: "mayor-32.73"}, now: time.Date(2024, 10, 1, 3, 0, 0, 0, time.UTC)}
	g.must(clerk(), ronda.EnterPairs{Pairs: []ronda.Pair{{Number: 2, Head: "C", Deputy: "D"}, {Number: 1, Head: "A", Deputy: "B"}}})
	return g
}

func clerk() ronda.Actor {
	return ronda.Actor{Account: "clerk", Org: "kpu", Office: "kpu:32.73", Roles: []ronda.Role{ronda.RoleOfficer}}
}

func watcher() ronda.Actor {
	return ronda.Actor{Account: "watcher", Org: "bawaslu", Office: "bawaslu:32.73", Roles: []ronda.Role{ronda.RoleOfficer}}
}

func (g *campaignRig) do(a ronda.Actor, cmd ronda.RegisterCommand) ([]ronda.RegisterEvent, error) {
	next, events, err := ronda.ApplyRegister(g.r, a, cmd, ronda.Env{Now: g.now, Pack: g.p, ID: func() string { g.n++; return fmt.Sprintf("id%d", g.n) }})
	if err == nil {
		g.r = next
	}
	return events, err
}

func (g *campaignRig) must(a ronda.Actor, cmd ronda.RegisterCommand) []ronda.RegisterEvent {
	g.t.Helper()
	events, err := g.do(a, cmd)
	if err != nil {
		g.t.Fatal(err)
	}
	return events
}

func (g *campaignRig) refused(a ronda.Actor, cmd ronda.RegisterCommand, code string) {
	g.t.Helper()
	before := fmt.Sprintf("%+v", g.r)
	_, err := g.do(a, cmd)
	if ronda.CodeOf(err) != code {
		g.t.Errorf("%T: %v, want %s", cmd, err, code)
	}
	if after := fmt.Sprintf("%+v", g.r); after != before {
		g.t.Errorf("%T changed what it refused", cmd)
	}
}

func account(pair, n int, platform string) ronda.NewAccount {
	return ronda.NewAccount{Pair: pair, Platform: platform, Kind: ronda.CampaignOfficial, Handle: fmt.Sprintf("contoh%d.%d", pair, n),
		Address: fmt.Sprintf("https://%s.example/contoh%d.%d", platform, pair, n), Key: fmt.Sprintf("%s:profile:contoh%d.%d", platform, pair, n), Looks: "x"}
}

// TestRegisterLimit: twenty accounts per application and pair, a further one is refused; a withdrawn one makes room.
func TestRegisterLimit(t *testing.T) {
	t.Parallel()
	g := newCampaignRig(t)
	var twenty []ronda.NewAccount
	for i := range 20 {
		twenty = append(twenty, account(1, i, "tiktok"))
	}
	g.must(clerk(), ronda.RegisterAccounts{Accounts: twenty})
	g.refused(clerk(), ronda.RegisterAccounts{Accounts: []ronda.NewAccount{account(2, 1, "tiktok"), account(1, 20, "tiktok")}}, "campaign.limit")
	g.must(clerk(), ronda.RegisterAccounts{Accounts: []ronda.NewAccount{account(1, 20, "x"), account(2, 20, "tiktok")}})
	if events := g.must(clerk(), ronda.RegisterAccounts{Accounts: twenty}); len(events) != 0 {
		t.Errorf("the same accounts a second time: %d events", len(events))
	}
	if g.r.Version != 3 {
		t.Errorf("version %d, want 3: nothing new is no new version", g.r.Version)
	}
	g.must(clerk(), ronda.WithdrawAccount{Account: g.r.Accounts[0].ID, Reason: "mistake"})
	g.must(clerk(), ronda.RegisterAccounts{Accounts: []ronda.NewAccount{account(1, 20, "tiktok")}})
	twice := account(2, 3, "tiktok")
	twice.Key = account(1, 5, "tiktok").Key
	g.refused(clerk(), ronda.RegisterAccounts{Accounts: []ronda.NewAccount{twice}}, "campaign.other_pair")
	alias := account(1, 5, "tiktok")
	alias.Aliases = []string{"tiktok:profile:9"}
	g.must(clerk(), ronda.RegisterAccounts{Accounts: []ronda.NewAccount{alias}})
	if a, ok := g.r.Holder("tiktok:profile:9"); !ok || a.Handle != "contoh1.5" {
		t.Errorf("by alias: %+v", a)
	}
}

// TestRegisterMandate: the commission's office of the contest's own region registers, nobody else.
func TestRegisterMandate(t *testing.T) {
	t.Parallel()
	g := newCampaignRig(t)
	cmd := ronda.RegisterAccounts{Accounts: []ronda.NewAccount{account(1, 1, "x")}}
	with := func(org, office string, role ronda.Role, conflicts ...string) ronda.Actor {
		return ronda.Actor{Account: "z", Org: org, Office: office, Roles: []ronda.Role{role}, Conflicts: conflicts}
	}
	for _, x := range []struct {
		a    ronda.Actor
		code string
	}{
		{with("kpu", "kpu:32", ronda.RoleOfficer), "permission.region"},
		{with("kpu", "kpu:73", ronda.RoleLead), "permission.region"},
		{with("bawaslu", "bawaslu:32.73", ronda.RoleOfficer), "permission.region"},
		{with("kpu", "kpu:32.73", ronda.RoleObserver), "permission.role"},
		{with("kpu", "kpu:32.73", ronda.RoleOfficer, "mayor-32.73"), "permission.conflict_of_interest"},
		{ronda.Public(), "permission.role"},
	} {
		g.refused(x.a, cmd, x.code)
	}
	g.must(with("kpu", "kpu:32.73", ronda.RoleContact), cmd)
	c, _ := g.p.Contest("mayor-32.73")
	for _, a := range []ronda.Actor{clerk(), watcher(), with("x", "", ronda.RoleAuditor), with("x", "", ronda.RoleObserver)} {
		if err := ronda.CanSeeRegister(a, c, g.p); err != nil {
			t.Errorf("%s may not see: %v", a.Account, err)
		}
	}
	for _, a := range []ronda.Actor{with("kpu", "kpu:73", ronda.RoleOfficer), with("bawaslu", "bawaslu:32", ronda.RoleOfficer), ronda.Public()} {
		if err := ronda.CanSeeRegister(a, c, g.p); err == nil {
			t.Errorf("%s may see", a.Office)
		}
	}
}

// TestMarks: a look opens a mark only in the quiet period and only where the account is plainly there; a person confirms with a picture.
func TestMarks(t *testing.T) {
	t.Parallel()
	g := newCampaignRig(t)
	g.must(clerk(), ronda.RegisterAccounts{Accounts: []ronda.NewAccount{account(1, 1, "x"), account(1, 2, "x"), account(2, 1, "x")}})
	a1, a2, a3 := g.r.Accounts[0].ID, g.r.Accounts[1].ID, g.r.Accounts[2].ID
	g.must(ronda.System(), ronda.RecordLook{Account: a1, Result: ronda.RecheckThere})
	if len(g.r.Marks) != 0 {
		t.Fatal("marked in the campaign period")
	}
	g.refused(watcher(), ronda.RecordLook{Account: a1, Result: ronda.RecheckThere}, "permission.role")
	g.now = time.Date(2024, 11, 23, 17, 0, 0, 0, time.UTC) // midnight in Bandung
	for range 2 {
		g.must(ronda.System(), ronda.RecordLook{Account: a1, Result: ronda.RecheckThere})
	}
	g.must(ronda.System(), ronda.RecordLook{Account: a2, Result: ronda.RecheckUnclear})
	g.must(ronda.System(), ronda.RecordLook{Account: a3, Result: ronda.RecheckGone})
	if len(g.r.Marks) != 1 || len(g.r.PublicMarks()) != 0 || g.r.Summary().Unclear != 1 {
		t.Fatalf("marks %+v, summary %+v", g.r.Marks, g.r.Summary())
	}
	picture := []ronda.Evidence{{ID: "e1"}}
	m := g.r.Marks[0].ID
	g.now = g.now.Add(time.Hour)
	g.refused(clerk(), ronda.ConfirmMark{Mark: m, SeenAt: g.now, Evidence: picture}, "permission.region")
	g.refused(watcher(), ronda.ConfirmMark{Mark: m, SeenAt: g.now}, "campaign.evidence")
	g.refused(watcher(), ronda.ConfirmMark{Mark: m, SeenAt: g.now.Add(time.Minute), Evidence: picture}, "campaign.seen_at")
	g.refused(watcher(), ronda.ConfirmMark{Mark: m, SeenAt: g.now.Add(-2 * time.Hour), Evidence: picture}, "campaign.seen_outside")
	g.must(watcher(), ronda.ConfirmMark{Mark: m, SeenAt: g.now, Evidence: picture})
	g.refused(watcher(), ronda.ConfirmMark{Mark: m, SeenAt: g.now, Evidence: picture}, "campaign.decided")
	g.must(watcher(), ronda.ConfirmMark{Account: a2, Rule: "account_quiet", SeenAt: g.now, Evidence: picture})
	if len(g.r.PublicMarks()) != 2 || g.r.Summary().Unclear != 0 {
		t.Fatalf("public marks %+v", g.r.PublicMarks())
	}
	g.refused(watcher(), ronda.DismissMark{Mark: m, Reason: "mistake", Note: "salah"}, "campaign.note")
	g.must(watcher(), ronda.DismissMark{Mark: m, Reason: "mistake", Note: "Gambar milik akun lain."})
	if len(g.r.PublicMarks()) != 1 {
		t.Fatal("a mark that was taken back is still public")
	}
}

// TestAdvertMarks: an advert's days are held against the rules when it is registered; social media outside of the days is no mark.
func TestAdvertMarks(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		medium     ronda.Medium
		start, end string
		want       string
	}{
		{ronda.MediumPrint, "2024-11-10", "2024-11-23", ""},
		{ronda.MediumPrint, "2024-11-08", "2024-11-12", "advert_days@2024-11-08 "},
		{ronda.MediumPrint, "2024-11-20", "2024-11-24", "advert_quiet@2024-11-24 advert_days@2024-11-24 "},
		{ronda.MediumSocial, "2024-10-01", "2024-10-20", ""},
		{ronda.MediumSocial, "2024-11-20", "2024-11-26", "advert_quiet@2024-11-24 "},
		{ronda.MediumOnline, "2024-11-27", "2024-11-28", ""},
	} {
		g := newCampaignRig(t)
		g.must(clerk(), ronda.RegisterAdverts{Adverts: []ronda.NewAdvert{{Pair: 1, Medium: x.medium, Name: "Harian Contoh", Start: x.start, End: x.end}}})
		got := ""
		for _, m := range g.r.Marks {
			got += m.Rule + "@" + m.Day + " "
		}
		if got != x.want {
			t.Errorf("%s %s–%s: %q, want %q", x.medium, x.start, x.end, got, x.want)
		}
	}
	g := newCampaignRig(t)
	for _, x := range []struct {
		a    ronda.NewAdvert
		code string
	}{
		{ronda.NewAdvert{Pair: 9, Medium: "print", Name: "a", Start: "2024-11-10", End: "2024-11-11"}, "campaign.advert"},
		{ronda.NewAdvert{Pair: 1, Medium: "poster", Name: "a", Start: "2024-11-10", End: "2024-11-11"}, "campaign.advert"},
		{ronda.NewAdvert{Pair: 1, Medium: "print", Start: "2024-11-10", End: "2024-11-11"}, "campaign.advert"},
		{ronda.NewAdvert{Pair: 1, Medium: "print", Name: "a", Start: "2024-11-12", End: "2024-11-11"}, "campaign.advert"},
		{ronda.NewAdvert{Pair: 1, Medium: "print", Name: "a", Start: "11/10/2024", End: "2024-11-11"}, "campaign.advert"},
		{ronda.NewAdvert{Pair: 1, Medium: "print", Name: "a", Start: "0001-01-01", End: "9999-01-01"}, "campaign.advert"},
	} {
		g.refused(clerk(), ronda.RegisterAdverts{Adverts: []ronda.NewAdvert{x.a}}, x.code)
	}
}

// TestRegisterHistoryHoldsTogether: whatever is tried, versions rise by one with their events, nothing leaves the register and the limit holds.
func TestRegisterHistoryHoldsTogether(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		g := newCampaignRig(t)
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			before := g.r
			pick := func() string {
				if len(g.r.Accounts) == 0 {
					return "none"
				}
				return rapid.SampledFrom(g.r.Accounts).Draw(rt, "account").ID
			}
			g.now = g.now.Add(time.Duration(rapid.IntRange(0, 72).Draw(rt, "hours")) * time.Hour)
			var cmd ronda.RegisterCommand
			a := clerk()
			switch rapid.IntRange(0, 6).Draw(rt, "command") {
			case 0, 1:
				cmd = ronda.RegisterAccounts{Accounts: []ronda.NewAccount{account(rapid.IntRange(1, 3).Draw(rt, "pair"), rapid.IntRange(0, 30).Draw(rt, "n"), "x")}}
			case 2:
				cmd = ronda.WithdrawAccount{Account: pick(), Reason: "closed"}
			case 3:
				cmd = ronda.DeactivateAccount{Account: pick()}
			case 4:
				cmd, a = ronda.RecordLook{Account: pick(), Result: rapid.SampledFrom(ronda.RecheckResults()).Draw(rt, "result")}, ronda.System()
			case 5:
				cmd, a = ronda.ConfirmMark{Account: pick(), Rule: "account_quiet", SeenAt: g.now, Evidence: []ronda.Evidence{{ID: "e"}}}, watcher()
			case 6:
				cmd = ronda.WithdrawPair{Number: rapid.IntRange(1, 3).Draw(rt, "gone")}
			}
			events, err := g.do(a, cmd)
			changed := err == nil && len(events) > 0
			if (g.r.Version == before.Version+1) != changed || len(g.r.Accounts) < len(before.Accounts) || len(g.r.Marks) < len(before.Marks) {
				rt.Fatalf("%T: version %d → %d, events %d, error %v", cmd, before.Version, g.r.Version, len(events), err)
			}
			standing := map[int]int{}
			for _, x := range g.r.Accounts {
				if x.Registered() {
					standing[x.Pair]++
				}
			}
			for pair, n := range standing {
				if n > 20 {
					rt.Fatalf("pair %d has %d accounts", pair, n)
				}
			}
			for _, m := range g.r.PublicMarks() {
				if m.Office != "bawaslu:32.73" || len(m.Evidence) == 0 {
					rt.Fatalf("public without a person: %+v", m)
				}
			}
		}
	})
}
