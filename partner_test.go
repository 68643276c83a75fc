package ronda_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ronda"
)

const (
	independence = "Anggota kami tidak menjadi pengurus partai maupun tim kampanye."
	because      = "Karyanya dapat ditelusuri dan sumber dananya diumumkan."
)

// application is one that the rules accept, for a city.
func application(regions ...string) ronda.ApplyAsPartner {
	return ronda.ApplyAsPartner{Name: "Rembuk Warga", Kind: "community_leader", Statement: independence, Funding: "Iuran anggota yang diumumkan setiap tahun.", HasContact: true,
		Terms: ronda.PartnerTerms{Regions: regions, Languages: []string{"id"}}}
}

// office is a partner with the clock and people of its accreditation.
type office struct {
	t      tester
	p      ronda.Partner
	events []ronda.Event
	now    time.Time
	n      int
}

func newOffice(t tester, cmd ronda.ApplyAsPartner) *office {
	o := &office{t: t, now: noon}
	o.must(ronda.Public(), cmd)
	return o
}

func (o *office) do(a ronda.Actor, cmd ronda.PartnerCommand) error {
	id := func() string { o.n++; return fmt.Sprintf("id%06d", o.n) }
	env := ronda.Env{Now: o.now, Pack: thePack(), ID: id, Code: func(n int) string { return strings.Repeat("7", n) }}
	before := o.p.Version
	next, events, err := ronda.ApplyPartner(o.p, a, cmd, env)
	if err == nil {
		o.p, o.events = next, append(o.events, events...)
		if next.Version != before+1 {
			o.t.Errorf("version %d after %d", next.Version, before)
		}
	}
	return err
}

func (o *office) must(a ronda.Actor, cmd ronda.PartnerCommand) {
	o.t.Helper()
	if err := o.do(a, cmd); err != nil {
		o.t.Fatalf("%T: %v", cmd, err)
	}
}

func (o *office) open() string {
	for _, m := range o.p.Motions {
		if m.Open() {
			return m.ID
		}
	}
	return ""
}

func (o *office) vote(yes bool) ronda.DecideMotion {
	return ronda.DecideMotion{Motion: o.open(), Yes: yes, Reasons: because}
}

func accredited(t tester, regions ...string) *office {
	o := newOffice(t, application(regions...))
	o.must(second, o.vote(true))
	o.must(fourth, o.vote(true))
	return o
}

func own(o *office) ronda.Actor {
	return ronda.Actor{Account: "tokoh", Org: o.p.ID, Roles: []ronda.Role{ronda.RolePartner}}
}

func TestPartnerApplicationNamesFaults(t *testing.T) {
	t.Parallel()
	o := &office{t: t, now: noon}
	err := o.do(ronda.Public(), ronda.ApplyAsPartner{Kind: "party", Terms: ronda.PartnerTerms{Regions: []string{"99"}, Topics: []string{"x"}, Ties: []string{"y"}}})
	e, ok := err.(*ronda.Error)
	if !ok {
		t.Fatal(err)
	}
	var fields []string
	for _, f := range e.Fields {
		fields = append(fields, f.Field)
	}
	want := []string{"name", "kind", "regions", "topics", "ties", "languages", "statement", "funding", "contact_name"}
	if !slices.Equal(fields, want) {
		t.Errorf("faults at %v, want %v", fields, want)
	}
}

// TestPartnerNeedsTwoOffices: two people of one office, of another authority, or with a conflict do not accredit.
func TestPartnerNeedsTwoOffices(t *testing.T) {
	t.Parallel()
	o := newOffice(t, application("32.73"))
	o.must(second, o.vote(true)) // Kota Bandung
	neighbour := person("hari", "bawaslu:32.73", ronda.RoleOfficer)
	wantCode(t, o.do(neighbour, o.vote(true)), "partner.same_office")
	wantCode(t, o.do(second, o.vote(true)), "partner.voted")
	wantCode(t, o.do(third, o.vote(true)), "permission.region")
	wantCode(t, o.do(person("kpu", "kpu:32.73", ronda.RoleOfficer), o.vote(true)), "partner.not_accreditor")
	wantCode(t, o.do(ronda.Actor{Account: "x", Org: "bawaslu", Roles: []ronda.Role{ronda.RoleObserver}}, o.vote(true)), "permission.role")
	for _, conflict := range []string{o.p.ID, "32.73"} {
		tied := fourth
		tied.Conflicts = []string{conflict}
		wantCode(t, o.do(tied, o.vote(true)), "permission.conflict_of_interest")
	}
	wantCode(t, o.do(fourth, ronda.DecideMotion{Motion: o.open(), Yes: true, Reasons: "ok"}), "partner.reasons_missing")
	if o.p.State != ronda.PartnerApplied {
		t.Fatalf("state %s with one vote", o.p.State)
	}
	o.must(fourth, o.vote(true))
	if o.p.State != ronda.PartnerAccredited || !o.p.Until.Equal(noon.AddDate(0, 0, 365)) {
		t.Errorf("%s until %v", o.p.State, o.p.Until)
	}
}

// TestPartnerWiderOffice: of those who say yes one must cover all that is asked for.
func TestPartnerWiderOffice(t *testing.T) {
	t.Parallel()
	o := newOffice(t, application("32.04", "32.73"))
	o.must(officer, o.vote(true))
	o.must(second, o.vote(true))
	if o.p.State != ronda.PartnerApplied {
		t.Fatal("two towns accredited for one another")
	}
	o.must(fourth, o.vote(true))
	if o.p.State != ronda.PartnerAccredited {
		t.Error("the province's vote did not decide")
	}
}

// TestPartnerBlindVotes: until the own vote, what an actor sees is the same whatever the first found.
func TestPartnerBlindVotes(t *testing.T) {
	t.Parallel()
	for _, yes := range []bool{true, false} {
		o := newOffice(t, application("32.73"))
		o.must(second, o.vote(yes))
		if seen := ronda.SeePartner(fourth, o.p); len(seen.Motions[0].Votes) != 0 {
			t.Errorf("a colleague sees %+v", seen.Motions[0].Votes)
		}
		if seen := ronda.SeePartner(second, o.p); len(seen.Motions[0].Votes) != 1 {
			t.Error("who voted does not see the own vote")
		}
	}
}

func TestPartnerRefusalAndObjection(t *testing.T) {
	t.Parallel()
	o := newOffice(t, application("32.73"))
	o.must(second, o.vote(false))
	o.must(fourth, o.vote(true))
	o.must(contact, o.vote(false)) // a third decides where two differ
	if o.p.State != ronda.PartnerRefused {
		t.Fatalf("state %s", o.p.State)
	}
	o.must(ronda.Public(), ronda.ObjectRefusal{Text: "Sumber dana kami sudah kami umumkan di situs kami sejak lama."})
	wantCode(t, o.do(fourth, o.vote(true)), "partner.decided_before")
	o.must(person("hari", "bawaslu:32.73", ronda.RoleLead), o.vote(true))
	o.must(person("intan", "bawaslu:32", ronda.RoleOfficer), o.vote(true))
	if o.p.State != ronda.PartnerAccredited {
		t.Errorf("state %s", o.p.State)
	}
	wantCode(t, o.do(ronda.Public(), ronda.ObjectRefusal{Text: "Sekali lagi kami minta ini ditinjau kembali."}), "partner.wrong_state")
}

func TestPartnerTiesBindAtOnce(t *testing.T) {
	t.Parallel()
	o := accredited(t, "32")
	if err := o.p.MayWork("governor-32", "", thePack()); err != nil {
		t.Fatal(err)
	}
	o.must(own(o), ronda.AskTerms{Want: o.p.PartnerTerms, Text: "Kami menambah bahasa yang kami pakai di daerah.", Renew: true})
	o.must(own(o), ronda.DeclareTies{Contests: []string{"governor-32"}})
	wantCode(t, o.p.MayWork("governor-32", "", thePack()), "partner.tied")
	wantCode(t, o.p.MayWork("", "32.73", thePack()), "partner.tied")
	if err := o.p.MayWork("regent-32.04", "32.04", thePack()); err != nil {
		t.Errorf("barred from another contest: %v", err)
	}
	o.must(second, o.vote(true))
	o.must(fourth, o.vote(true))
	wantCode(t, o.p.MayWork("governor-32", "", thePack()), "partner.tied") // a request that waited cannot hide it
	wantCode(t, o.do(ronda.Actor{Account: "y", Org: "mitra-lain", Roles: []ronda.Role{ronda.RolePartner}}, ronda.DeclareTies{Contests: []string{"governor-32"}}), "partner.not_found")
}

func TestPartnerRegion(t *testing.T) {
	t.Parallel()
	o := accredited(t, "32.73")
	for region, want := range map[string]string{"32.73": "", "32.04": "partner.region", "32": "partner.region", "": "partner.region"} {
		if got := o.p.MayWork("", region, thePack()); (want == "") != (got == nil) || got != nil && ronda.CodeOf(got) != want {
			t.Errorf("region %q: %v, want %q", region, got, want)
		}
	}
}

func TestUrgentSuspensionLapses(t *testing.T) {
	t.Parallel()
	o := accredited(t, "32.73")
	urgent := ronda.MoveMeasure{Kind: ronda.MotionSuspend, Reason: "privacy", Text: "Mitra menyebarkan data pelapor di saluran umum.", Urgent: true}
	o.must(second, urgent)
	wantCode(t, o.p.MayWork("", "32.73", thePack()), "partner.suspended")
	o.must(own(o), ronda.AnswerSuspension{Text: "Data itu sudah kami hapus dan kami meminta maaf."})
	wantCode(t, o.do(ronda.System(), ronda.TickPartner{}), "partner.nothing_due")
	o.now = o.now.Add(ronda.UrgentSuspension)
	o.must(ronda.System(), ronda.TickPartner{})
	if o.p.State != ronda.PartnerAccredited || o.p.Suspensions[0].How != "lapsed" || o.open() != "" {
		t.Fatalf("after 72 hours: %s, %+v", o.p.State, o.p.Suspensions)
	}
	o.must(second, urgent)
	o.must(fourth, o.vote(true))
	o.now = o.now.Add(ronda.UrgentSuspension)
	wantCode(t, o.do(ronda.System(), ronda.TickPartner{}), "partner.nothing_due")
	o.must(second, ronda.MoveMeasure{Kind: ronda.MotionLift, Text: "Mitra telah memperbaiki tata kelola datanya dengan bukti."})
	o.must(fourth, o.vote(true))
	if o.p.State != ronda.PartnerAccredited {
		t.Errorf("after lifting: %s", o.p.State)
	}
	var stages []any
	for _, act := range ronda.PartnerActs(o.p, o.events) {
		if act.Kind == "suspension" {
			stages = append(stages, act.Public["stage"])
		}
	}
	if len(stages) != 5 {
		t.Errorf("the log is owed %v", stages)
	}
}

func TestPartnerYearEnds(t *testing.T) {
	t.Parallel()
	o := accredited(t, "32.73")
	o.now = o.p.Until
	o.must(ronda.System(), ronda.TickPartner{})
	wantCode(t, o.p.MayWork("", "32.73", thePack()), "partner.not_accredited")
	o.must(own(o), ronda.AskTerms{Want: o.p.PartnerTerms, Renew: true, Text: "Kami bekerja satu tahun lagi dengan aturan yang sama."})
	o.must(second, o.vote(true))
	o.must(fourth, o.vote(true))
	if err := o.p.MayWork("", "32.73", thePack()); err != nil {
		t.Error(err)
	}
}

// TestPartnerMachine plays random histories: nobody is accredited or suspended for good without two people of different offices, and a tie
// never vanishes without them.
func TestPartnerMachine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		o := newOffice(t, application("32.73"))
		people := []ronda.Actor{second, fourth, contact, person("hari", "bawaslu:32.73", ronda.RoleOfficer), third, person("kpu", "kpu:32", ronda.RoleLead)}
		tied := false
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			who := rapid.SampledFrom(people).Draw(r, "who")
			before := o.p
			var cmd ronda.PartnerCommand
			switch rapid.IntRange(0, 7).Draw(r, "what") {
			case 0, 1, 2:
				cmd = o.vote(rapid.Bool().Draw(r, "yes"))
			case 3:
				cmd = ronda.MoveMeasure{Kind: rapid.SampledFrom([]ronda.MotionKind{ronda.MotionSuspend, ronda.MotionLift, ronda.MotionEnd}).Draw(r, "kind"), Reason: "law",
					Text: "Ada peristiwa yang perlu ditimbang dua orang.", Urgent: rapid.Bool().Draw(r, "urgent")}
			case 4:
				who, cmd = own(o), ronda.DeclareTies{Contests: []string{"governor-32"}}
			case 5:
				who, cmd = own(o), ronda.AskTerms{Want: ronda.PartnerTerms{Languages: []string{"id"}, Regions: []string{"32.73"}}, Text: "Kami mengubah cakupan kerja kami mulai bulan ini.", Renew: rapid.Bool().Draw(r, "renew")}
			case 6:
				who, cmd = ronda.System(), ronda.TickPartner{}
			case 7:
				o.now = o.now.Add(time.Duration(rapid.IntRange(1, 400).Draw(r, "days")) * 24 * time.Hour)
				continue
			}
			if err := o.do(who, cmd); err != nil {
				if ronda.KindOf(err) == ronda.Internal {
					r.Fatalf("%T: %v", cmd, err)
				}
				continue
			}
			checkPartnerStep(r, before, o.p)
			tied = tied || slices.Contains(o.p.Ties, "governor-32")
			for _, m := range o.p.Motions {
				checkVotes(r, m)
			}
		}
	})
}

// checkPartnerStep finds steps that nobody may take alone.
func checkPartnerStep(r *rapid.T, before, after ronda.Partner) {
	last := after.Motions[len(after.Motions)-1]
	if before.State != ronda.PartnerAccredited && after.State == ronda.PartnerAccredited && len(last.Votes) < 2 && last.Outcome != "lapsed" {
		r.Fatalf("%s became %s with %d votes", before.State, after.State, len(last.Votes))
	}
	if after.State == ronda.PartnerSuspended && after.Suspended() == nil {
		r.Fatalf("suspended without a suspension")
	}
	agreed := false
	for _, m := range after.Motions {
		old, ok := before.Motion(m.ID)
		agreed = agreed || ok && old.Open() && m.Outcome == "carried" && m.Kind.Asked()
	}
	for _, tie := range before.Ties {
		if !slices.Contains(after.Ties, tie) && !agreed {
			r.Fatalf("tie %s vanished", tie)
		}
	}
	open := 0
	for _, m := range after.Motions {
		if m.Open() {
			open++
		}
	}
	if open > 2 {
		r.Fatalf("%d motions are open", open)
	}
}

func checkVotes(r *rapid.T, m ronda.PartnerMotion) {
	yes, no := 0, 0
	for i, v := range m.Votes {
		if v.Yes {
			yes++
		} else {
			no++
		}
		for _, w := range m.Votes[:i] {
			if w.By == v.By || w.Office == v.Office && w.Unit == v.Unit {
				r.Fatalf("two votes of one person or office: %+v", m.Votes)
			}
		}
	}
	if m.Outcome == "carried" && yes < 2 || m.Outcome == "rejected" && no < 2 {
		r.Fatalf("%s with %d for and %d against", m.Outcome, yes, no)
	}
}
