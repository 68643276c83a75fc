package storetest

import (
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

// Partner makes a partner in a state.
func Partner(name string, state ronda.PartnerState, at time.Time) ronda.Partner {
	return ronda.Partner{ID: ID(at), Code: Code(ronda.CodeLength), Version: 1, Name: name, Kind: "media", State: state, AppliedAt: at,
		PartnerTerms: ronda.PartnerTerms{Regions: []string{"32.73"}, Languages: []string{"id"}}, Statement: "Kami bekerja tanpa ikatan dengan tim kampanye.",
		Contact: []byte{1, 2, 0, 255}}
}

func testPartners(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	a, b := Partner("Warta Satu", ronda.PartnerAccredited, Start), Partner("Warta Dua", ronda.PartnerApplied, Start.Add(time.Second))
	b.Motions = []ronda.PartnerMotion{{ID: ID(Start), Kind: ronda.MotionAccredit, At: Start, Want: b.PartnerTerms}}
	leaf := ronda.Leaf{ID: ID(Start), Kind: "accreditation", At: Start, Bytes: []byte("{}")}
	event := ronda.Event{ID: ID(Start), Kind: ronda.EventPartnerAccredited, At: Start, Data: map[string]string{"partner": a.ID}}
	receipt := ronda.Idempotent{Principal: "anon:x", Key: "k", BodyHash: "h", Status: 201, At: Start}
	must(t, db.SavePartner(ctx, ronda.PartnerSave{Partner: a, Events: []ronda.Event{event}, Leaves: []ronda.Leaf{leaf},
		Jobs: []ronda.Job{{Kind: "partner.tick", Key: "partner.tick:" + a.ID, RunAt: Start}}, Receipt: receipt}))
	must(t, db.SavePartner(ctx, ronda.PartnerSave{Partner: b}))

	sealed, err := db.PartnerContact(ctx, a.ID)
	must(t, err)
	same(t, "contact", sealed, []byte{1, 2, 0, 255})
	a.Contact, b.Contact = nil, nil
	got, err := db.Partner(ctx, a.ID)
	must(t, err)
	same(t, "partner", got, a)
	got, err = db.PartnerByCode(ctx, b.Code)
	must(t, err)
	same(t, "partner by code", got, b)
	_, err = db.Partner(ctx, "nobody")
	wantCode(t, err, ronda.NotFound, "partner.not_found")
	orgs, err := db.Organisations(ctx)
	must(t, err)
	same(t, "organisations", len(orgs), 2)
	same(t, "organisation", orgs[1], ronda.Organisation{ID: a.ID, Kind: "partner", Name: a.Name, Detail: "media", Region: "32.73", CreatedAt: Start})

	for _, x := range []struct {
		f    ronda.PartnerFilter
		want []ronda.Partner
	}{
		{ronda.PartnerFilter{}, []ronda.Partner{a, b}}, {ronda.PartnerFilter{Waiting: true}, []ronda.Partner{b}}, {ronda.PartnerFilter{Kind: "academic"}, nil},
		{ronda.PartnerFilter{States: []ronda.PartnerState{ronda.PartnerAccredited}}, []ronda.Partner{a}}, {ronda.PartnerFilter{States: []ronda.PartnerState{}}, nil},
		{ronda.PartnerFilter{Language: "jv"}, nil}, {ronda.PartnerFilter{Sandbox: true}, nil},
	} {
		list, err := db.Partners(ctx, x.f, nil)
		must(t, err)
		same(t, "partners", list, x.want)
	}

	t.Run("the next version alone", func(t *testing.T) {
		next := a
		next.Version, next.State = 2, ronda.PartnerEnded
		must(t, db.SavePartner(ctx, ronda.PartnerSave{Partner: next}))
		wantCode(t, db.SavePartner(ctx, ronda.PartnerSave{Partner: next}), ronda.Conflict, "partner.changed")
	})
	t.Run("once for a key", func(t *testing.T) {
		c := Partner("Warta Tiga", ronda.PartnerApplied, Start)
		wantCode(t, db.SavePartner(ctx, ronda.PartnerSave{Partner: c, Receipt: receipt}), ronda.Conflict, "idempotency.done")
		_, err := db.Partner(ctx, c.ID)
		wantCode(t, err, ronda.NotFound, "partner.not_found")
	})
}
