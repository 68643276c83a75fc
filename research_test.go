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

// inquiry is a research project with its clock.
type inquiry struct {
	t   tester
	p   ronda.ResearchProject
	now time.Time
	n   int
}

func question() ronda.AskResearch {
	return ronda.AskResearch{Institution: "Universitas Satu", Title: "Dua penilai", Purpose: "Kami mengukur kesepakatan dua penilai.", Funding: "Dana penelitian universitas, tanpa penyandang dana dari luar.",
		Data: []string{"cases"}, Months: 6}
}

func newInquiry(t tester) *inquiry {
	q := &inquiry{t: t, now: noon}
	q.must(ronda.Public(), question())
	return q
}

func (q *inquiry) do(a ronda.Actor, cmd ronda.ResearchCommand) error {
	id := func() string { q.n++; return fmt.Sprintf("id%06d", q.n) }
	next, _, err := ronda.ApplyResearch(q.p, a, cmd, ronda.Env{Now: q.now, Pack: thePack(), ID: id, Code: func(n int) string { return strings.Repeat("7", n) }})
	if err == nil {
		q.p = next
	}
	return err
}

func (q *inquiry) must(a ronda.Actor, cmd ronda.ResearchCommand) {
	q.t.Helper()
	if err := q.do(a, cmd); err != nil {
		q.t.Fatalf("%T: %v", cmd, err)
	}
}

func grant(yes bool) ronda.DecideResearchProject {
	return ronda.DecideResearchProject{Yes: yes, Reasons: because}
}

func TestResearchNamesFaults(t *testing.T) {
	t.Parallel()
	q := &inquiry{t: t, now: noon}
	err := q.do(ronda.Public(), ronda.AskResearch{Data: []string{"evidence"}, Months: 13})
	e, ok := err.(*ronda.Error)
	if !ok {
		t.Fatal(err)
	}
	var fields []string
	for _, f := range e.Fields {
		fields = append(fields, f.Field)
	}
	slices.Sort(fields)
	if want := []string{"data", "funding", "institution", "months", "purpose", "title"}; !slices.Equal(fields, want) {
		t.Errorf("faults at %v, want %v", fields, want)
	}
}

// TestResearchNeedsTwoOffices: one person, two of one office, another authority, or somebody with a conflict do not grant.
func TestResearchNeedsTwoOffices(t *testing.T) {
	t.Parallel()
	q := newInquiry(t)
	wantCode(t, q.do(person("kpu", "kpu:32.73", ronda.RoleOfficer), grant(true)), "partner.not_accreditor")
	q.must(second, grant(true))
	if q.p.State != ronda.ResearchAsked {
		t.Fatal("one vote granted it")
	}
	wantCode(t, q.do(second, grant(true)), "partner.voted")
	wantCode(t, q.do(person("hari", "bawaslu:32.73", ronda.RoleOfficer), grant(true)), "partner.same_office")
	tied := fourth
	tied.Conflicts = []string{q.p.ID}
	wantCode(t, q.do(tied, grant(true)), "permission.conflict_of_interest")
	if seen := ronda.SeeResearch(fourth, q.p); len(seen.Votes) != 0 {
		t.Error("the second sees the first vote before the own one")
	}
	wantCode(t, q.do(fourth, ronda.DecideResearchProject{Yes: true, Reasons: "ok"}), "partner.reasons_missing")
	q.must(fourth, grant(true))
	if q.p.State != ronda.ResearchRunning || !q.p.Until.Equal(noon.AddDate(0, 6, 0)) {
		t.Errorf("%s until %v", q.p.State, q.p.Until)
	}
}

// TestResearchReadsWhatWasGranted, while it was.
func TestResearchReadsWhatWasGranted(t *testing.T) {
	t.Parallel()
	q := newInquiry(t)
	wantCode(t, q.do(ronda.Public(), ronda.TakeResearchToken{Hash: "x"}), "research.not_running")
	q.must(second, grant(true))
	q.must(fourth, grant(true))
	q.must(ronda.Public(), ronda.TakeResearchToken{Hash: "x"})
	if err := q.p.MayRead("cases", q.now); err != nil {
		t.Error(err)
	}
	wantCode(t, q.p.MayRead("addresses", q.now), "research.not_granted")
	wantCode(t, q.p.MayRead("cases", q.p.Until), "research.not_running")
	wantCode(t, q.do(ronda.System(), ronda.EndResearch{}), "research.not_over")
	wantCode(t, q.do(person("kpu", "kpu:32.73", ronda.RoleOfficer), ronda.EndResearch{Text: because}), "partner.not_accreditor")
	wantCode(t, q.do(fourth, ronda.EndResearch{}), "research.text")
	q.must(fourth, ronda.EndResearch{Text: because}) // one is enough to take away
	if q.p.Token != "" || q.p.EndedWhy != "decided" {
		t.Errorf("token %q, ended %q", q.p.Token, q.p.EndedWhy)
	}
	if pub, ok := q.p.Public(); !ok || pub.Code != "" || pub.Votes != nil {
		t.Error("the public list shows a code or votes")
	}
	if _, ok := newInquiry(t).p.Public(); ok {
		t.Error("a request that waits is public")
	}
}

// TestResearchNeverWithoutTwo: whatever happens in whatever order, a project that runs or ran has two votes for it from different offices.
func TestResearchNeverWithoutTwo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		q := newInquiry(rt)
		people := []ronda.Actor{second, fourth, person("hari", "bawaslu:32.73", ronda.RoleOfficer), person("kpu", "kpu:32.73", ronda.RoleOfficer), ronda.Public(), ronda.System()}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			a := people[rapid.IntRange(0, len(people)-1).Draw(rt, "who")]
			cmds := []ronda.ResearchCommand{grant(true), grant(false), ronda.TakeResearchToken{Hash: "x"}, ronda.EndResearch{Text: because}}
			cmd := cmds[rapid.IntRange(0, len(cmds)-1).Draw(rt, "what")]
			before := q.p.Version
			if err := q.do(a, cmd); err == nil && q.p.Version != before+1 {
				rt.Fatalf("version %d after %d", q.p.Version, before)
			}
			offices := map[string]bool{}
			for _, v := range q.p.Votes {
				if v.Yes {
					offices[v.Office+v.Unit] = true
				}
			}
			if s := q.p.State; (s == ronda.ResearchRunning || s == ronda.ResearchEnded || q.p.Token != "") && len(offices) < 2 {
				rt.Fatalf("%s with the votes of %v", s, offices)
			}
		}
	})
}
