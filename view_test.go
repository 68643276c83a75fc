package ronda_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ronda"
)

// TestBlindReaderSeesTheSame whatever the first reader chose, whoever reported, and however much colleagues wrote about it.
func TestBlindReaderSeesTheSame(t *testing.T) {
	t.Parallel()
	date := noon
	first := func(s ronda.Assessment, change func(*world)) string {
		w := newWorld(t, "hate_sara")
		w.do(officer, ronda.Ask{Text: "Di kecamatan mana video itu direkam?"})
		if change != nil {
			change(w)
		}
		w.do(officer, ronda.Assess{Assessment: s})
		w.draw("dedi")
		seen, sight, err := ronda.See(second, w.c, thePack())
		if err != nil || sight != ronda.SightBlind {
			t.Fatalf("sight %s: %v", sight, err)
		}
		seen.Version = 0 // counts the commands of the test's own preparation
		return asJSON(t, seen)
	}
	base := first(conclusion(ronda.Request, "ite-28-2", date), nil)
	for name, x := range map[string]struct {
		s      ronda.Assessment
		change func(*world)
	}{
		"no act":      {decline(ronda.OutcomeNoAct), nil},
		"referral":    {decline(ronda.OutcomeRefer), nil},
		"flag":        {conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", date), nil},
		"other":       {conclusion(ronda.Request, "pilkada-69-b", date), nil},
		"priority":    {decline(ronda.OutcomeNoAct), func(w *world) { w.c.Priority = true }},
		"reporters":   {decline(ronda.OutcomeNoAct), func(w *world) { w.c.ReporterOrg = []string{"mafindo", "bawaslu:33"} }},
		"answers":     {decline(ronda.OutcomeNoAct), func(w *world) { w.c.Questions[0].Answered = 5000 }},
		"notes":       {decline(ronda.OutcomeNoAct), func(w *world) { w.c.Notes = append(w.c.Notes, ronda.Note{Text: "Saya sudah memutuskan: hapus."}) }},
		"advice":      {decline(ronda.OutcomeNoAct), func(w *world) { w.c.Notes = append(w.c.Notes, ronda.Note{Text: "Ini satire.", Advice: true}) }},
		"invited":     {decline(ronda.OutcomeNoAct), func(w *world) { w.c.Invited = []ronda.Invitation{{Partner: "mafindo"}} }},
		"other first": {decline(ronda.OutcomeNoAct), func(w *world) { w.c.Holder = officer.Account; w.c.Draws = nil }},
	} {
		if got := first(x.s, x.change); got != base {
			t.Errorf("%s shows:\n%s\n%s", name, got, base)
		}
	}
}

// TestBlindnessProperty draws the first reader's conclusion at random and compares what the second one sees.
func TestBlindnessProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		view := func(label string) string {
			w := newWorld(rt, "hate_sara")
			s := decline(rapid.SampledFrom([]ronda.Outcome{ronda.OutcomeNoAct, ronda.OutcomeRefer}).Draw(rt, label+" outcome"))
			if rapid.Bool().Draw(rt, label+" acts") {
				s = conclusion(ronda.Request, rapid.SampledFrom([]string{"ite-28-2", "pilkada-69-b", "pilkada-69-c"}).Draw(rt, label+" ground"), noon)
				s.Measure = rapid.SampledFrom(ronda.Measures()[1:]).Draw(rt, label+" measure")
			}
			s.Target = rapid.SampledFrom(ronda.Targets()).Draw(rt, label+" target")
			s.Summary += rapid.StringMatching(` [a-z]{0,20}`).Draw(rt, label+" words")
			w.c.ReporterOrg = rapid.SliceOfN(rapid.SampledFrom([]string{"mafindo", "aji", "bawaslu:31"}), 0, 3).Draw(rt, label+" reporters")
			w.do(officer, ronda.Assess{Assessment: s})
			w.draw("dedi")
			seen, _, err := ronda.See(second, w.c, thePack())
			if err != nil {
				rt.Fatal(err)
			}
			return asJSON(rt, seen)
		}
		if a, b := view("one"), view("two"); a != b {
			rt.Fatalf("the second reader can tell:\n%s\n%s", a, b)
		}
	})
}

// TestBlindnessOfOthers: anyone who could tell the reader is blind too, and an observer who is a reader does not see through the mask.
func TestBlindnessOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.do(officer, ronda.Assess{Assessment: conclusion(ronda.Request, "ite-28-2", noon)})
	w.draw("dedi")
	both := second
	both.Roles = []ronda.Role{ronda.RoleOfficer, ronda.RoleObserver}
	double := second
	double.Roles = []ronda.Role{ronda.RoleOfficer, ronda.RoleAuditor}
	for _, a := range []ronda.Actor{second, colleague, lead, fourth, observer, both, double} {
		seen, _, err := ronda.See(a, w.c, thePack())
		if err != nil {
			t.Fatalf("%s: %v", a.Account, err)
		}
		if got := asJSON(t, seen); strings.Contains(got, "ite-28-2") || strings.Contains(got, `"outcome"`) || len(seen.Draws) > 0 {
			t.Errorf("%s %v learns of the first conclusion: %s", a.Account, a.Roles, got)
		}
	}
	own, sight, _ := ronda.See(officer, w.c, thePack())
	if sight != ronda.SightFull || len(own.Assessments) != 1 {
		t.Errorf("the first reader sees %d conclusions, %s", len(own.Assessments), sight)
	}
	w.do(second, ronda.Assess{Assessment: conclusion(ronda.Request, "ite-28-2", noon)})
	seen, sight, _ := ronda.See(second, w.c, thePack())
	if sight != ronda.SightFull || len(seen.Assessments) != 2 {
		t.Errorf("after the decision the second reader sees %d conclusions, %s", len(seen.Assessments), sight)
	}
}

// TestNewRoundIsBlindToTheOld: what was concluded before a case was returned says how its first reader thinks.
func TestNewRoundIsBlindToTheOld(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.decide(conclusion(ronda.Request, "ite-28-2", noon))
	w.do(lead, ronda.Return{Note: why})
	w.do(officer, ronda.Assess{Assessment: conclusion(ronda.Request, "ite-28-2", noon)})
	w.draw("eka")
	seen, _, err := ronda.See(third, w.c, thePack())
	if err != nil || len(seen.Assessments) != 0 || seen.Decision != nil {
		t.Errorf("sees %d conclusions and %v: %v", len(seen.Assessments), seen.Decision, err)
	}
}

// TestMaskHidesWords writes a marker into every text of a full case and looks for it in what observers, auditors and the public see.
func TestMaskHidesWords(t *testing.T) {
	t.Parallel()
	const marker = "RAHASIA"
	w := newWorld(t, "hate_sara")
	id := w.ordered(true)
	w.do(tiktok, ronda.AnswerItems{Notice: id, Answers: []ronda.ItemAnswer{{Item: w.item("tiktok"), Answer: ronda.AnswerDeclined, Reason: "Alasan RAHASIA kami.", Statement: "RAHASIA"}}})
	mark(&w.c, marker)
	for _, a := range []ronda.Actor{observer, auditor} {
		seen, sight, err := ronda.See(a, w.c, thePack())
		if err != nil || sight != ronda.SightMasked {
			t.Fatalf("%s: %s %v", a.Account, sight, err)
		}
		if got := asJSON(t, seen); strings.Contains(got, marker) {
			i := strings.Index(got, marker)
			t.Errorf("%s reads …%s…", a.Account, got[max(0, i-80):min(len(got), i+20)])
		}
	}
	if got := asJSON(t, w.notice(id).Redacted()); strings.Contains(got, marker) {
		t.Errorf("the public reads %s", got)
	}
	for _, a := range []ronda.Actor{ronda.Public(), admin, partner, tiktok, kpu, third} {
		if _, _, err := ronda.See(a, w.c, thePack()); ronda.KindOf(err) != ronda.NotFound {
			t.Errorf("%q: %v, want not found", a.Account, err)
		}
	}
}

// mark puts the marker where people write.
func mark(c *ronda.Case, marker string) {
	c.Title = marker
	c.Transcript = &ronda.Transcript{Cues: []ronda.Cue{{Text: marker}}, Translation: marker}
	c.Notes = append(c.Notes, ronda.Note{Text: marker})
	c.Questions = append(c.Questions, ronda.Question{Text: marker})
	c.Referrals = append(c.Referrals, ronda.Referral{Reason: marker})
	c.Closed = &ronda.Closing{Note: marker}
	for i := range c.Items {
		it := &c.Items[i]
		it.Address, it.Key, it.Author, it.Domain = marker, marker, marker, marker
	}
	for i := range c.Evidence {
		e := &c.Evidence[i]
		e.Name, e.Blob, e.View, e.Thumb, e.Source = marker, marker, marker, marker, marker
	}
	for i := range c.Assessments {
		s := &c.Assessments[i]
		s.Summary, s.Necessity, s.PolicyNote = marker, marker, marker
		for j := range s.Elements {
			s.Elements[j].Because = marker
		}
		for j := range s.Exclusions {
			s.Exclusions[j].Because = marker
		}
	}
	for i := range c.Notices {
		n := &c.Notices[i]
		n.Explanation, n.LegalAnalysis, n.Necessity, n.NewFacts, n.Reasons, n.MinistryNote = marker, marker, marker, marker, marker, marker
		n.BlockNote, n.Withdrawn, n.Number, n.MessageID, n.Proof, n.Failure, n.Code = marker, marker, marker, marker, marker, marker, marker
		n.Warnings = append(n.Warnings, ronda.Warning{Text: marker, Proof: marker})
		if n.Determination != nil {
			n.Determination.Subject, n.Determination.Evidence = marker, marker
		}
		for j := range n.Items {
			n.Items[j].Address, n.Items[j].Reason, n.Items[j].Statement = marker, marker, marker
		}
	}
}

// TestAdviceWaits until both conclusions stand.
func TestAdviceWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	wantCode(t, w.try(partner, ronda.Advise{Text: why, Partner: adviser()}), "permission.region") // nobody asked for it
	w.do(officer, ronda.InviteAdvice{Partner: adviser()})
	w.do(partner, ronda.Advise{Text: "Menurut kami unggahan ini satire yang sudah lama beredar.", Partner: adviser()})
	read := func(a ronda.Actor) string {
		seen, _, err := ronda.See(a, w.c, thePack())
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(seen.Notes)
	}
	for _, a := range []ronda.Actor{officer, colleague, lead} {
		if strings.Contains(read(a), "satire") {
			t.Errorf("%s reads advice before concluding", a.Account)
		}
	}
	w.decide(decline(ronda.OutcomeNoAct))
	if !strings.Contains(read(officer), "satire") {
		t.Error("the advice never shows")
	}
}
