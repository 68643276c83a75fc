package ronda_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ronda"
)

func adminOf(account, org, office string) ronda.Actor {
	return ronda.Actor{Account: account, Org: org, Office: office, Roles: []ronda.Role{ronda.RoleAdmin}}
}

// grantEnv is a morning with these administrators.
func grantEnv(admins ...ronda.Actor) ronda.GrantEnv {
	n := 0
	return ronda.GrantEnv{Now: time.Date(2024, 11, 20, 2, 0, 0, 0, time.UTC), Pack: thePack(), Admins: admins, Founded: ronda.Founded(admins),
		ID: func() string { n++; return "g" + strconv.Itoa(n) }}
}

var (
	opsOne   = adminOf("ops1", "operator", "")
	opsTwo   = adminOf("ops2", "operator", "")
	watch    = adminOf("bw", "bawaslu", "bawaslu:")
	watchToo = adminOf("bw2", "bawaslu", "bawaslu:")
	province = adminOf("bw32", "bawaslu", "bawaslu:32")
	decider  = ronda.Actor{Org: "bawaslu", Office: "bawaslu:32", Roles: []ronda.Role{ronda.RoleOfficer}}
)

func TestApart(t *testing.T) {
	t.Parallel()
	party := func(a ronda.Actor) ronda.Party {
		return ronda.Party{Account: a.Account, Org: a.Org, Office: a.Office}
	}
	for _, x := range []struct {
		a, b ronda.Actor
		want bool
	}{
		{opsOne, watch, true}, {opsOne, opsTwo, false}, {watch, watchToo, false}, {watch, province, true}, {opsOne, adminOf("x", "", ""), false},
		{watch, adminOf("x", "bawaslu", ""), false},
	} {
		if got := party(x.a).Apart(party(x.b)); got != x.want || party(x.b).Apart(party(x.a)) != got {
			t.Errorf("%+v and %+v: %v", x.a, x.b, got)
		}
	}
}

// An insider tries, as the only attacker, every way to make a decider.
func TestGrantAlone(t *testing.T) {
	t.Parallel()
	want := func(err error, code string) {
		t.Helper()
		if ronda.CodeOf(err) != code {
			t.Errorf("got %v, want %s", err, code)
		}
	}
	lone := grantEnv(opsOne)
	_, _, err := ronda.ProposeGrant(opsOne, ronda.Grant{Kind: ronda.GrantCreate, Mandate: decider}, lone)
	want(err, "grant.founding")
	_, _, err = ronda.ProposeGrant(opsOne, ronda.Grant{Kind: ronda.GrantCreate, Mandate: ronda.Actor{Org: "x", Roles: []ronda.Role{ronda.RolePartner}}}, lone)
	want(err, "grant.founding")
	g, _, err := ronda.ProposeGrant(opsOne, ronda.Grant{Kind: ronda.GrantCreate, Mandate: adminOf("", "bawaslu", "bawaslu:")}, lone)
	if err != nil || g.State != ronda.GrantConfirmed {
		t.Errorf("the first administrator cannot invite the second: %+v, %v", g, err)
	}

	env := grantEnv(opsOne, opsTwo, watch, watchToo)
	g, events, err := ronda.ProposeGrant(opsOne, ronda.Grant{Kind: ronda.GrantCreate, Mandate: decider}, env)
	if err != nil || g.State != ronda.GrantProposed || events[0].Kind != ronda.AccountProposed {
		t.Fatalf("%+v, %v", g, err)
	}
	_, _, err = ronda.ConfirmGrant(opsOne, g, env)
	want(err, "grant.self")
	_, _, err = ronda.ConfirmGrant(opsTwo, g, env)
	want(err, "grant.same_office")
	moved := opsTwo // the session says another office than the account has now
	moved.Org = "bawaslu"
	_, _, err = ronda.ConfirmGrant(moved, g, env)
	want(err, "grant.same_office")
	_, _, err = ronda.ConfirmGrant(province, g, env) // was an administrator when the session began
	want(err, "grant.not_admin")
	_, _, err = ronda.ConfirmGrant(decider, g, env)
	want(err, "permission.role")
	scoped := watch
	scoped.Scopes = []string{"case.read"}
	_, _, err = ronda.ConfirmGrant(scoped, g, env)
	want(err, "permission.token_scope")
	_, _, err = ronda.ConfirmGrant(watch, g, grantEnv(opsTwo, watch)) // the proposer was demoted
	want(err, "grant.proposer_gone")
	late := env
	late.Now = env.Now.Add(ronda.GrantLife)
	_, _, err = ronda.ConfirmGrant(watch, g, late)
	want(err, "grant.expired")
	if x, _, err := ronda.ExpireGrant(g, late); err != nil || x.State != ronda.GrantExpired {
		t.Errorf("%+v, %v", x, err)
	}
	done, _, err := ronda.ConfirmGrant(watch, g, env)
	if err != nil || done.Second.Account != "bw" {
		t.Errorf("%+v, %v", done, err)
	}
	_, _, err = ronda.ConfirmGrant(watch, done, env)
	want(err, "grant.decided")
	_, _, err = ronda.RefuseGrant(opsOne, done, env)
	want(err, "grant.decided")

	// The own account: neither a better mandate, nor a way back in, nor a confirmation of what another proposed for it.
	_, _, err = ronda.ProposeGrant(opsOne, ronda.Grant{Kind: ronda.GrantChange, Account: "ops1", Mandate: decider}, env)
	want(err, "grant.own_account")
	g, _, err = ronda.ProposeGrant(opsOne, ronda.Grant{Kind: ronda.GrantChange, Account: "bw", Mandate: decider}, env)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = ronda.ConfirmGrant(watch, g, env)
	want(err, "grant.own_account")

	// A second self: once there are two houses, administrators and recoveries take two as well, and switching the others off changes nothing.
	alone := grantEnv(opsOne)
	alone.Founded = true
	for _, x := range []ronda.Grant{
		{Kind: ronda.GrantCreate, Mandate: adminOf("", "bawaslu", "bawaslu:32")}, {Kind: ronda.GrantRecover, Account: "dec", Mandate: decider},
		{Kind: ronda.GrantRecover, Account: "obs", Mandate: ronda.Actor{Org: "x", Roles: []ronda.Role{ronda.RoleObserver}}},
	} {
		_, _, err = ronda.ProposeGrant(opsOne, x, alone)
		want(err, "grant.no_second")
		if g, _, err := ronda.ProposeGrant(opsOne, x, env); err != nil || g.State != ronda.GrantProposed {
			t.Errorf("%s: %s %v", x.Kind, g.State, err)
		}
	}
	if g, _, err := ronda.ProposeGrant(opsOne, ronda.Grant{Kind: ronda.GrantCreate, Mandate: ronda.Actor{Org: "x", Roles: []ronda.Role{ronda.RoleObserver}}}, env); err != nil || g.State != ronda.GrantConfirmed {
		t.Errorf("an observer takes two administrators: %+v %v", g, err)
	}
}

// Whatever administrators do in whatever order: a deciding role is confirmed only by two that are apart, and every step leaves an event of ids.
func TestGrantAlwaysTwo(t *testing.T) {
	t.Parallel()
	houses := []ronda.Actor{opsOne, opsTwo, watch, watchToo, province}
	roles := ronda.Roles()
	rapid.Check(t, func(rt *rapid.T) {
		var admins []ronda.Actor
		for _, a := range houses {
			if rapid.Bool().Draw(rt, "there") {
				admins = append(admins, a)
			}
		}
		env := grantEnv(admins...)
		m := ronda.Actor{Org: "bawaslu", Office: "bawaslu:32", Roles: []ronda.Role{rapid.SampledFrom(roles).Draw(rt, "role")}}
		kind := rapid.SampledFrom([]ronda.GrantKind{ronda.GrantCreate, ronda.GrantChange, ronda.GrantRecover}).Draw(rt, "kind")
		by := rapid.SampledFrom(houses).Draw(rt, "proposer")
		g, events, err := ronda.ProposeGrant(by, ronda.Grant{Kind: kind, Account: "subject", Mandate: m}, env)
		if err != nil {
			return
		}
		for range rapid.IntRange(0, 6).Draw(rt, "steps") {
			who := rapid.SampledFrom(houses).Draw(rt, "who")
			env.Now = env.Now.Add(time.Duration(rapid.IntRange(0, 40).Draw(rt, "hours")) * time.Hour)
			step := rapid.SampledFrom([]func(ronda.Actor, ronda.Grant, ronda.GrantEnv) (ronda.Grant, []ronda.AccountEvent, error){ronda.ConfirmGrant, ronda.RefuseGrant}).Draw(rt, "step")
			next, more, err := step(who, g, env)
			if err != nil {
				continue
			}
			if g.State != ronda.GrantProposed || len(more) != 1 {
				rt.Fatalf("%s moved on to %s with %d events", g.State, next.State, len(more))
			}
			g, events = next, append(events, more...)
		}
		if g.State == ronda.GrantConfirmed && m.Decides() && (!g.By.Apart(g.Second) || g.By.Account == g.Second.Account) {
			rt.Fatalf("%+v decides by the word of %+v and %+v", m, g.By, g.Second)
		}
		if g.State == ronda.GrantConfirmed && m.Decides() && !slices.ContainsFunc(admins, func(a ronda.Actor) bool { return a.Account == g.Second.Account }) {
			rt.Fatalf("confirmed by %s, who is no administrator", g.Second.Account)
		}
		if len(events) == 0 {
			rt.Fatal("no event")
		}
	})
}
