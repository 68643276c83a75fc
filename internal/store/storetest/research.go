package storetest

import (
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

func testResearch(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	project := func(at time.Time) ronda.ResearchProject {
		return ronda.ResearchProject{ID: ID(at), Code: Code(ronda.CodeLength), Version: 1, State: ronda.ResearchAsked, Institution: "Universitas Satu", Title: "Dua penilai",
			Purpose: "Mengukur kesepakatan.", Funding: "Dana sendiri.", Data: []string{"cases"}, Months: 6, Contact: []byte{1, 0, 255}, AskedAt: at}
	}
	a, b := project(Start), project(Start.Add(time.Second))
	receipt := ronda.Idempotent{Principal: "anon:r", Key: "r", BodyHash: "h", Status: 201, At: Start}
	must(t, db.SaveResearch(ctx, ronda.ResearchSave{Project: a, Receipt: receipt,
		Events: []ronda.Event{{ID: ID(Start), Kind: ronda.EventResearchAsked, At: Start, Data: map[string]string{"project": a.ID}}},
		Jobs:   []ronda.Job{{Kind: "research.end", Key: "research.end:" + a.ID, RunAt: Start}}}))
	must(t, db.SaveResearch(ctx, ronda.ResearchSave{Project: b}))
	wantCode(t, db.SaveResearch(ctx, ronda.ResearchSave{Project: project(Start), Receipt: receipt}), ronda.Conflict, "idempotency.done")

	sealed, err := db.ResearchContact(ctx, a.ID)
	must(t, err)
	same(t, "contact", sealed, []byte{1, 0, 255})
	a.Contact, b.Contact = nil, nil
	all, err := db.ResearchProjects(ctx)
	must(t, err)
	same(t, "projects", all, []ronda.ResearchProject{a, b})
	got, err := db.ResearchByCode(ctx, b.Code)
	must(t, err)
	same(t, "by code", got, b)

	_, err = db.ResearchByToken(ctx, "")
	wantCode(t, err, ronda.NotFound, "research.not_found") // no token is nobody's token
	a.Version, a.State, a.Token = 2, ronda.ResearchRunning, "ab12"
	must(t, db.SaveResearch(ctx, ronda.ResearchSave{Project: a}))
	wantCode(t, db.SaveResearch(ctx, ronda.ResearchSave{Project: a}), ronda.Conflict, "research.changed")
	got, err = db.ResearchByToken(ctx, "ab12")
	must(t, err)
	same(t, "by token", got, a)
	a.Version, a.Token = 3, "cd34"
	must(t, db.SaveResearch(ctx, ronda.ResearchSave{Project: a}))
	_, err = db.ResearchByToken(ctx, "ab12")
	wantCode(t, err, ronda.NotFound, "research.not_found")
	sealed, err = db.ResearchContact(ctx, a.ID) // a later save does not lose it
	must(t, err)
	same(t, "contact", sealed, []byte{1, 0, 255})

	must(t, db.AddResearchRead(ctx, a.ID, "1", "cases", 40, Start))
	must(t, db.AddResearchRead(ctx, a.ID, "2", "cases", 2, Start))
	read, err := db.ResearchReads(ctx)
	must(t, err)
	same(t, "rows", read, map[string]int64{a.ID: 42})
}
