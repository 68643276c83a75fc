package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

// testAccountChange saves accounts, links, doors and events in one step, or nothing of it.
func testAccountChange(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	a := Account("rina", "bawaslu", "bawaslu:32", Start)
	event := func(k ronda.AccountEventKind, who string) []ronda.AccountEvent {
		return []ronda.AccountEvent{ronda.NoteAccount(k, ronda.Machine(), who, Start, "roles", "officer")}
	}
	must(t, db.SaveAccountChange(ctx, ronda.AccountChange{Account: &a, Password: "!", At: Start, Events: event(ronda.AccountCreated, a.ID),
		Link: &ronda.NewLink{Hash: []byte{1}, Kind: "invite", Account: a.ID, ExpiresAt: Start.Add(time.Hour)}}))
	readers, err := db.Readers(ctx, "bawaslu")
	must(t, err)
	same(t, "drawn before the account was opened", len(readers), 0)
	got, err := db.Account(ctx, a.ID)
	must(t, err)
	same(t, "waiting", got.Waiting, true)

	twin := Account("rina", "kpu", "kpu:", Start)
	wantCode(t, db.SaveAccountChange(ctx, ronda.AccountChange{Account: &twin, Password: "!", At: Start, Events: event(ronda.AccountCreated, twin.ID)}), ronda.Conflict, "account.login_taken")

	for i, id := range []string{"s1", "s2"} {
		must(t, db.CreateSession(ctx, []byte{9, byte(i)}, ronda.SessionInfo{ID: id, Account: a.ID, CreatedAt: Start, LastSeen: Start, ExpiresAt: Start.Add(time.Hour), Way: "password"}))
	}
	must(t, db.SaveAccountChange(ctx, ronda.AccountChange{Account: &got, Password: "hash", EndSessions: a.ID, KeepSession: "s2", At: Start, Events: event(ronda.AccountPassword, a.ID)}))
	left, err := db.Sessions(ctx, a.ID)
	must(t, err)
	same(t, "sessions left", len(left), 1)
	same(t, "session kept", left[0].ID, "s2")
	must(t, db.ProveSession(ctx, "s2", Start.Add(time.Minute)))
	left, err = db.Sessions(ctx, a.ID)
	must(t, err)
	same(t, "proved", left[0].ProvedAt, Start.Add(time.Minute))

	must(t, db.SaveAccountChange(ctx, ronda.AccountChange{Disable: a.ID, EndSessions: a.ID, EndTokens: a.ID, At: Start, Events: event(ronda.AccountDisabled, a.ID)}))
	wantCode(t, db.SaveAccountChange(ctx, ronda.AccountChange{Disable: a.ID, At: Start, Events: event(ronda.AccountDisabled, a.ID)}), ronda.NotFound, "account.not_found")
	_, err = db.UseLink(ctx, []byte{1}, Start)
	wantCode(t, err, ronda.NotFound, "link.not_found")

	events, err := db.AccountEvents(ctx, 0, 10)
	must(t, err)
	same(t, "events", len(events), 3)
	for i, e := range events {
		same(t, "number", e.Seq, int64(i+1))
	}
	same(t, "first event", events[0], ronda.AccountEvent{Seq: 1, Kind: ronda.AccountCreated, Account: a.ID, Actor: "machine", Office: "machine", At: Start, Data: map[string]string{"roles": "officer"}})
	rest, err := db.AccountEvents(ctx, 2, 10)
	must(t, err)
	same(t, "events after the second", len(rest), 1)
}

// testGrantOnce lets many administrators answer a grant at once: one is heard.
func testGrantOnce(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	g := ronda.Grant{ID: ID(Start), Kind: ronda.GrantCreate, Login: "budi", Name: "Budi", State: ronda.GrantProposed, At: Start, ExpiresAt: Start.Add(time.Hour),
		Mandate: ronda.Actor{Org: "bawaslu", Office: "bawaslu:32", Roles: []ronda.Role{ronda.RoleOfficer}}, By: ronda.Party{Account: "a1", Org: "x"}}
	must(t, db.SaveAccountChange(ctx, ronda.AccountChange{Grant: &g, At: Start}))
	open, err := db.Grants(ctx, ronda.GrantProposed, 10)
	must(t, err)
	same(t, "open grants", open, []ronda.Grant{g})
	var heard atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			done := g
			done.State = ronda.GrantConfirmed
			err := db.SaveAccountChange(ctx, ronda.AccountChange{Grant: &done, GrantFrom: ronda.GrantProposed, GrantCode: []byte{5}, At: Start,
				Events: []ronda.AccountEvent{ronda.NoteAccount(ronda.AccountGranted, ronda.Machine(), "", Start)}})
			if err == nil {
				heard.Add(1)
			} else if ronda.CodeOf(err) != "grant.decided" {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	same(t, "heard", heard.Load(), int32(1))
	got, code, err := db.Grant(ctx, g.ID)
	must(t, err)
	same(t, "state", got.State, ronda.GrantConfirmed)
	same(t, "code", code, []byte{5})
	events, err := db.AccountEvents(ctx, 0, 10)
	must(t, err)
	same(t, "events", len(events), 1)
	_, _, err = db.Grant(ctx, "nobody")
	wantCode(t, err, ronda.NotFound, "grant.not_found")
}

func testFactors(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	a := Account("sari", "bawaslu", "bawaslu:32", Start)
	must(t, db.SaveAccount(ctx, a, "h"))
	app := ronda.Factor{ID: "f1", Account: a.ID, Kind: ronda.FactorTOTP, Name: "ponsel", Secret: []byte{1, 0, 2}, LastStep: 7, CreatedAt: Start}
	key := ronda.Factor{ID: "f2", Account: a.ID, Kind: ronda.FactorPasskey, Name: "kunci", Credential: []byte{3}, Data: "{}", CreatedAt: Start.Add(time.Second)}
	must(t, db.SaveAccountChange(ctx, ronda.AccountChange{Add: &app, CodesOf: a.ID, Codes: [][]byte{{1}, {2}}, At: Start}))
	must(t, db.SaveAccountChange(ctx, ronda.AccountChange{Add: &key, At: Start}))
	again := key
	again.ID = "f3"
	wantCode(t, db.SaveAccountChange(ctx, ronda.AccountChange{Add: &again, At: Start}), ronda.Conflict, "account.passkey_taken")
	list, err := db.Factors(ctx, a.ID)
	must(t, err)
	same(t, "factors", list, []ronda.Factor{app, key})
	have, err := db.FactorAccounts(ctx)
	must(t, err)
	same(t, "accounts with factors", have, map[string]bool{a.ID: true})

	var fresh atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if ok, err := db.UseStep(ctx, "f1", 8, Start); err != nil {
				t.Error(err)
			} else if ok {
				fresh.Add(1)
			}
		})
	}
	all.Wait()
	same(t, "one code was taken", fresh.Load(), int32(1))
	if ok, err := db.UseStep(ctx, "f1", 7, Start); err != nil || ok {
		t.Errorf("an older code is taken: %v %v", ok, err)
	}
	e := ronda.NoteAccount(ronda.AccountCodeUsed, a.Actor, a.ID, Start)
	for _, want := range []bool{true, false} {
		ok, err := db.UseRecoveryCode(ctx, a.ID, []byte{1}, e)
		must(t, err)
		same(t, "recovery code", ok, want)
	}
	n, err := db.RecoveryCodesLeft(ctx, a.ID)
	must(t, err)
	same(t, "codes left", n, 1)
	must(t, db.SaveAccountChange(ctx, ronda.AccountChange{Subject: &ronda.Identity{Issuer: "https://i", Subject: "s", Account: a.ID}, At: Start}))
	wantCode(t, db.SaveAccountChange(ctx, ronda.AccountChange{Subject: &ronda.Identity{Issuer: "https://i", Subject: "s", Account: "other"}, At: Start}), ronda.Conflict, "account.identity_taken")
	who, err := db.IdentityAccount(ctx, "https://i", "s")
	must(t, err)
	same(t, "bound to", who, a.ID)
	must(t, db.SaveAccountChange(ctx, ronda.AccountChange{DropAll: a.ID, At: Start}))
	list, err = db.Factors(ctx, a.ID)
	must(t, err)
	same(t, "factors left", len(list), 0)
	n, err = db.RecoveryCodesLeft(ctx, a.ID)
	must(t, err)
	same(t, "codes left after all", n, 0)
}
