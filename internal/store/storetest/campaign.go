package storetest

import (
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

// Register makes a register with one pair and one account.
func Register(contest string, at time.Time) ronda.Register {
	return ronda.Register{Contest: contest, Version: 1, ChangedAt: at, Pairs: []ronda.Pair{{Number: 1, Head: "Contoh Satu", Deputy: "Contoh Dua", Fictional: true, EnteredAt: at}},
		Accounts: []ronda.CampaignAccount{{ID: "a1", Pair: 1, Platform: "tiktok", Kind: ronda.CampaignOfficial, Handle: "contoh.satu", Address: "https://www.tiktok.com/@contoh.satu",
			Key: "tiktok:profile:contoh.satu", Aliases: []string{"tiktok:profile:2"}, Looks: "contoh.satu", Since: at, By: "b1"}}}
}

func testCampaign(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	empty, err := db.Register(ctx, "mayor-32.73")
	must(t, err)
	same(t, "register nobody wrote to", empty, ronda.Register{Contest: "mayor-32.73"})
	r := Register("mayor-32.73", Start)
	event := func(r ronda.Register, n int, kind string) ronda.RegisterEvent {
		return ronda.RegisterEvent{Contest: r.Contest, Version: r.Version, N: n, Kind: kind, Actor: "b1", Office: "kpu:32.73", At: Start, Data: map[string]string{"account": "a1"}}
	}
	leaf := ronda.Leaf{ID: ID(Start), Kind: "campaign_register", At: Start, Bytes: []byte("{}")}
	must(t, db.SaveRegister(ctx, ronda.RegisterSave{Register: r, Events: []ronda.RegisterEvent{event(r, 0, ronda.RegisterPair), event(r, 1, ronda.RegisterAccount)}, Leaves: []ronda.Leaf{leaf}}))
	got, err := db.Register(ctx, r.Contest)
	must(t, err)
	same(t, "register", got, r)
	for _, x := range []struct {
		name string
		get  func() ([]string, error)
		n    int
	}{
		{"by key", func() ([]string, error) { return db.ContestsWithKey(ctx, "tiktok:profile:contoh.satu") }, 1},
		{"by alias", func() ([]string, error) { return db.ContestsWithKey(ctx, "x", "tiktok:profile:2") }, 1},
		{"by another key", func() ([]string, error) { return db.ContestsWithKey(ctx, "tiktok:profile:contoh") }, 0},
		{"by no key", func() ([]string, error) { return db.ContestsWithKey(ctx) }, 0},
		{"by look", func() ([]string, error) { return db.ContestsWithLook(ctx, "contoh.satu") }, 1},
		{"by another look", func() ([]string, error) { return db.ContestsWithLook(ctx, "contoh") }, 0},
		{"by no look", func() ([]string, error) { return db.ContestsWithLook(ctx, "") }, 0},
		{"by broken text", func() ([]string, error) { return db.ContestsWithKey(ctx, "a\x00b") }, 0},
	} {
		list, err := x.get()
		must(t, err)
		same(t, x.name, len(list), x.n)
	}
	wantCode(t, db.SaveRegister(ctx, ronda.RegisterSave{Register: r}), ronda.Conflict, "campaign.changed")
	next := r
	next.Version = 3
	wantCode(t, db.SaveRegister(ctx, ronda.RegisterSave{Register: next}), ronda.Conflict, "campaign.changed")
	next.Version = 2
	next.Accounts = []ronda.CampaignAccount{r.Accounts[0]}
	next.Accounts[0].WithdrawnAt, next.Accounts[0].Withdrawn = Start.Add(time.Hour), "mistake"
	lost := ronda.Evidence{ID: "e1", Blob: "never-marked"}
	wantCode(t, db.SaveRegister(ctx, ronda.RegisterSave{Register: next, Files: []ronda.Evidence{lost}}), ronda.Conflict, "evidence.lost")
	got, err = db.Register(ctx, r.Contest)
	must(t, err)
	same(t, "register after a picture that was lost", got, r)
	must(t, db.SaveRegister(ctx, ronda.RegisterSave{Register: next, Events: []ronda.RegisterEvent{event(next, 0, ronda.RegisterAccountGone)}}))
	list, err := db.ContestsWithKey(ctx, "tiktok:profile:contoh.satu")
	must(t, err)
	same(t, "withdrawn account", len(list), 0)
	sums, err := db.RegisterSummaries(ctx)
	must(t, err)
	same(t, "summaries", sums, []ronda.RegisterSummary{{Contest: r.Contest, Pairs: 1, ChangedAt: Start}})
	history, err := db.RegisterHistory(ctx, r.Contest, 2)
	must(t, err)
	if len(history) != 2 || history[0].Kind != ronda.RegisterAccountGone || history[1].N != 1 {
		t.Fatalf("history: %+v", history)
	}
}
