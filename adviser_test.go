package ronda_test

import (
	"testing"

	"ronda"
)

// adviser is the partner of the cast, accredited for the whole country.
func adviser() ronda.Partner {
	return ronda.Partner{ID: partner.Org, Name: "Cek Nusantara", Kind: "fact_checker", State: ronda.PartnerAccredited}
}

func TestWhoIsInvited(t *testing.T) {
	t.Parallel()
	with := func(change func(*ronda.Partner)) ronda.Partner { p := adviser(); change(&p); return p }
	for name, x := range map[string]struct {
		p    ronda.Partner
		want string
	}{
		"suspended": {with(func(p *ronda.Partner) { p.State = ronda.PartnerSuspended }), "partner.suspended"},
		"elsewhere": {with(func(p *ronda.Partner) { p.Regions = []string{"33"} }), "partner.region"},
		"tied":      {with(func(p *ronda.Partner) { p.Ties = []string{"regent-32.04"} }), "partner.tied"},
		"reporter":  {with(func(p *ronda.Partner) { p.ID = "aji" }), "advice.reported_it"},
	} {
		w := newWorld(t, "hate_sara")
		w.c.ReporterOrg = []string{"aji"}
		if err := w.try(officer, ronda.InviteAdvice{Partner: x.p}); ronda.CodeOf(err) != x.want {
			t.Errorf("%s: %v, want %s", name, err, x.want)
		}
	}
}

// TestAdviserIsBoundLater: a tie declared after the invitation bars the partner, and another organisation cannot borrow the invitation.
func TestAdviserIsBoundLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.do(officer, ronda.InviteAdvice{Partner: adviser()})
	tied := adviser()
	tied.Ties = []string{"governor-32"}
	wantCode(t, w.try(partner, ronda.Advise{Text: why, Partner: tied}), "partner.tied")
	if _, err := ronda.SeeForAdvice(partner, w.c, tied, thePack()); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("a partner with a tie sees the case: %v", err)
	}
	other := ronda.Actor{Account: "z", Org: "lain", Roles: []ronda.Role{ronda.RolePartner}}
	if err := w.try(other, ronda.Advise{Text: why, Partner: adviser()}); err == nil {
		t.Error("advised on another's invitation")
	}
	if _, err := ronda.SeeForAdvice(other, w.c, adviser(), thePack()); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("another's invitation shows the case: %v", err)
	}
}

// TestAdviserIsBlind: what an invited partner sees is the same whatever the readers concluded, who reported and who reads.
func TestAdviserIsBlind(t *testing.T) {
	t.Parallel()
	view := func(change func(*world)) string {
		w := newWorld(t, "hate_sara")
		w.do(officer, ronda.InviteAdvice{Partner: adviser()})
		if change != nil {
			change(w)
		}
		seen, err := ronda.SeeForAdvice(partner, w.c, adviser(), thePack())
		if err != nil {
			t.Fatal(err)
		}
		return asJSON(t, seen)
	}
	base := view(nil)
	for name, change := range map[string]func(*world){
		"first concluded": func(w *world) { w.do(officer, ronda.Assess{Assessment: conclusion(ronda.Request, "ite-28-2", noon)}) },
		"declined":        func(w *world) { w.do(officer, ronda.Assess{Assessment: decline(ronda.OutcomeNoAct)}) },
		"drawn": func(w *world) {
			w.do(officer, ronda.Assess{Assessment: decline(ronda.OutcomeNoAct)})
			w.draw("dedi")
		},
		"reporters": func(w *world) { w.c.ReporterOrg, w.c.Priority = []string{"aji"}, true },
		"notes":     func(w *world) { w.do(officer, ronda.AddNote{Text: "Menurut saya ini jelas melanggar."}) },
		"decided":   func(w *world) { w.decide(conclusion(ronda.Request, "ite-28-2", noon)) },
		"asked":     func(w *world) { w.do(officer, ronda.Ask{Text: "Di kecamatan mana video itu direkam?"}) },
	} {
		if got := view(change); got != base {
			t.Errorf("%s shows:\n%s\n%s", name, got, base)
		}
	}
}
