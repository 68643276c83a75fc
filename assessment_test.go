package ronda_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ronda"
)

// TestAssessmentNamesWhatIsMissing takes one thing at a time out of a complete assessment.
func TestAssessmentNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	type edit = func(*ronda.Assessment)
	element := func(i int, f func(*ronda.ElementFinding)) edit {
		return func(s *ronda.Assessment) { f(&s.Elements[i]) }
	}
	for name, x := range map[string]struct {
		edit edit
		want []string
	}{
		"complete":            {func(*ronda.Assessment) {}, nil},
		"no outcome":          {func(s *ronda.Assessment) { s.Outcome = "" }, []string{"outcome assessment.outcome_missing"}},
		"strange outcome":     {func(s *ronda.Assessment) { s.Outcome = "block" }, []string{"outcome assessment.outcome_missing"}},
		"no target":           {func(s *ronda.Assessment) { s.Target = "" }, []string{"target assessment.target_missing"}},
		"no summary":          {func(s *ronda.Assessment) { s.Summary = "-" }, []string{"summary assessment.summary_missing"}},
		"no necessity":        {func(s *ronda.Assessment) { s.Necessity = "perlu" }, []string{"necessity assessment.necessity_missing"}},
		"no measure":          {func(s *ronda.Assessment) { s.Measure = "" }, []string{"measure assessment.measure_missing"}},
		"measure none":        {func(s *ronda.Assessment) { s.Measure = ronda.MeasureNone }, []string{"measure assessment.measure_missing"}},
		"no act":              {func(s *ronda.Assessment) { s.Act = "" }, []string{"act assessment.act_missing"}},
		"act of others":       {func(s *ronda.Assessment) { s.Act = ronda.Order }, []string{"act assessment.act_not_mandated"}},
		"no ground":           {func(s *ronda.Assessment) { s.Ground = "" }, []string{"ground assessment.ground_missing"}},
		"unknown ground":      {func(s *ronda.Assessment) { s.Ground = "uu-1-1900" }, []string{"ground assessment.ground_missing"}},
		"ground not yet":      {func(s *ronda.Assessment) { s.Ground = "kuhp-263" }, []string{"ground assessment.ground_missing"}},
		"no elements":         {func(s *ronda.Assessment) { s.Elements = nil }, each("element.%s assessment.element_missing", "intent", "without_right", "spreads", "incites", "hatred", "basis")},
		"element not met":     {element(1, func(f *ronda.ElementFinding) { f.Finding = ronda.NotMet }), []string{"element.without_right assessment.element_not_met"}},
		"element unclear":     {element(5, func(f *ronda.ElementFinding) { f.Finding = ronda.Unclear }), []string{"element.basis assessment.element_not_met"}},
		"element unreasoned":  {element(0, func(f *ronda.ElementFinding) { f.Because = "jelas" }), []string{"element.intent assessment.element_reason_missing"}},
		"element no finding":  {element(0, func(f *ronda.ElementFinding) { f.Finding = "" }), []string{"element.intent assessment.element_missing"}},
		"evidence from air":   {element(2, func(f *ronda.ElementFinding) { f.Evidence = []string{"nowhere"} }), []string{"element.spreads assessment.evidence_unknown"}},
		"no exclusions":       {func(s *ronda.Assessment) { s.Exclusions = nil }, each("may_stay.%s assessment.may_stay_missing", ronda.Exclusions()...)},
		"exclusion forgotten": {func(s *ronda.Assessment) { s.Exclusions = s.Exclusions[1:] }, []string{"may_stay.satire assessment.may_stay_missing"}},
		"exclusion applies":   {func(s *ronda.Assessment) { s.Exclusions[1].Applies = true }, []string{"may_stay.journalism assessment.may_stay_applies"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "hate_sara")
			s := conclusion(ronda.Request, "ite-28-2", w.c.ContentDate)
			x.edit(&s)
			wantFaults(t, w.try(officer, ronda.Assess{Assessment: s}), x.want...)
		})
	}
}

func each(pattern string, names ...string) []string {
	var out []string
	for _, n := range names {
		out = append(out, fmt.Sprintf(pattern, n))
	}
	return out
}

// TestMilderMeasureMayStand allows a label where a reason to stay applies, and never removal.
func TestMilderMeasureMayStand(t *testing.T) {
	t.Parallel()
	for _, m := range []ronda.Measure{ronda.MeasureCorrection, ronda.MeasureLabel, ronda.MeasureReduce, ronda.MeasureRemove} {
		for i, reason := range ronda.Exclusions() {
			w := newWorld(t, "hate_sara")
			s := conclusion(ronda.Request, "ite-28-2", w.c.ContentDate)
			s.Measure, s.Exclusions[i].Applies = m, true
			err := w.try(officer, ronda.Assess{Assessment: s})
			if refused := err != nil; refused != (m == ronda.MeasureRemove) {
				t.Errorf("%s although %s applies: %v", m, reason, err)
			}
		}
	}
}

// TestBoilerplateIsRefused plays the reader in a hurry.
func TestBoilerplateIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " ", "-", "--", "…", "n/a", "tidak", "tidak ada", "Tidak ada.", "tidak relevan", "tidak berlaku", "bukan satire",
		"tidak ada tidak ada tidak ada tidak ada", "sudah jelas sudah jelas sudah jelas", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "1234 5678 9012 3456 7890 1234 5678",
		"konten konten konten konten melanggar melanggar melanggar melanggar", "........................................", "\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b"} {
		if ronda.Sentence(text) {
			t.Errorf("%q passes for a sentence", text)
		}
		w := newWorld(t, "hate_sara")
		s := conclusion(ronda.Request, "ite-28-2", w.c.ContentDate)
		s.Exclusions[2].Because = text
		want := "may_stay.criticism assessment.may_stay_thin"
		if strings.TrimSpace(text) == "" {
			want = "may_stay.criticism assessment.may_stay_missing"
		}
		wantFaults(t, w.try(officer, ronda.Assess{Assessment: s}), want)
	}
	for _, text := range []string{"Akun ini milik media yang terdaftar di Dewan Pers.", "Poster lelucon itu memakai cap “satire” yang besar.", "The speaker calls on people to attack the village at night."} {
		if !ronda.Sentence(text) {
			t.Errorf("%q does not pass for a sentence", text)
		}
	}
}

// TestCopiedExclusionIsRefused wants a thought for each reason to stay; marks, case and spaces do not make a new one.
func TestCopiedExclusionIsRefused(t *testing.T) {
	t.Parallel()
	const text = "Unggahan memakai nada serius dan tanpa penanda lelucon apa pun."
	for _, again := range []string{text, strings.ToUpper(text), "  " + strings.ReplaceAll(text, " ", "   "), text + "..", "“" + strings.TrimSuffix(text, ".") + "!”"} {
		w := newWorld(t, "hate_sara")
		s := conclusion(ronda.Request, "ite-28-2", w.c.ContentDate)
		s.Exclusions[3].Because = again
		wantFaults(t, w.try(officer, ronda.Assess{Assessment: s}), "may_stay.counter_speech assessment.may_stay_copied")
	}
}

// TestReasonsToStayAreOwedWhateverTheOutcome holds also for those who would not act.
func TestReasonsToStayAreOwedWhateverTheOutcome(t *testing.T) {
	t.Parallel()
	for _, o := range []ronda.Outcome{ronda.OutcomeNoAct, ronda.OutcomeRefer} {
		w := newWorld(t, "hate_sara")
		s := decline(o)
		s.Exclusions = nil
		wantFaults(t, w.try(officer, ronda.Assess{Assessment: s}), each("may_stay.%s assessment.may_stay_missing", ronda.Exclusions()...)...)
	}
}

// TestComplaintGround wants the victim's own complaint as a document of the case, not just any document.
func TestComplaintGround(t *testing.T) {
	t.Parallel()
	for _, ground := range []string{"ite-27a", "tpks-14"} {
		for _, id := range []string{"", "nowhere", "shot"} {
			w := newWorld(t, "slander")
			s := conclusion(ronda.Request, ground, w.c.ContentDate)
			s.Complaint = id
			wantFaults(t, w.try(officer, ronda.Assess{Assessment: s}), "complaint assessment.complaint_missing")
		}
		w := newWorld(t, "slander")
		w.do(officer, ronda.Assess{Assessment: conclusion(ronda.Request, ground, w.c.ContentDate)})
	}
}

// TestConsumerArticleNeverCarriesAHoax: ITE 28(1) is about a consumer's loss, for no act and no election category.
func TestConsumerArticleNeverCarriesAHoax(t *testing.T) {
	t.Parallel()
	for _, cat := range thePack().Categories {
		for _, act := range ronda.Acts() {
			w := newWorld(t, cat.ID)
			s := conclusion(act, "ite-28-1", w.c.ContentDate)
			err := w.try(officer, ronda.Assess{Assessment: s})
			got := strings.Join(faultsOf(err), "\n")
			if err == nil || !strings.Contains(got, "ground assessment.ground_not_for_act") || !strings.Contains(got, "ground assessment.ground_not_for_category") {
				t.Errorf("%s on %s by ITE 28(1): %q", act, cat.ID, got)
			}
		}
	}
}

// TestPolicyCarriesOnlyAFlag keeps a company's own rule out of the state's letters.
func TestPolicyCarriesOnlyAFlag(t *testing.T) {
	t.Parallel()
	const rule = "policy:tiktok:tiktok-hate"
	w := newWorld(t, "hate_sara")
	wantFaults(t, w.try(officer, ronda.Assess{Assessment: conclusion(ronda.Request, rule, noon)}), "act assessment.policy_only_flag")
	s := conclusion(ronda.Flag, rule, noon)
	s.PolicyNote = "melanggar"
	wantFaults(t, w.try(officer, ronda.Assess{Assessment: s}), "policy_note assessment.policy_note_missing")
	wantFaults(t, w.try(officer, ronda.Assess{Assessment: conclusion(ronda.Flag, "policy:tiktok:none", noon)}), "ground assessment.ground_missing")
	w.decide(conclusion(ronda.Flag, rule, noon))
	elsewhere := aFlag()
	elsewhere.Platform = "facebook"
	wantFaults(t, w.try(officer, elsewhere), "ground notice.policy_of_other_platform")
	wantFaults(t, w.try(officer, aFlag()))
}

// TestRuleOfTheContentsDate judges by the law of the content's own day: the Constitutional Court narrowed three articles on 29 April 2025.
func TestRuleOfTheContentsDate(t *testing.T) {
	t.Parallel()
	ruling := time.Date(2025, 4, 28, 17, 0, 0, 0, time.UTC) // midnight in Jakarta
	for _, x := range []struct {
		ground, category string
		added            []string
	}{
		{"ite-28-2", "hate_sara", []string{"mk105_substance", "mk105_public", "mk105_effect"}},
		{"ite-27a", "slander", []string{"mk105_person", "mk105_act"}},
		{"ite-28-3", "hoax", []string{"mk115_physical"}},
	} {
		for _, after := range []bool{false, true} {
			date := ruling.Add(-time.Microsecond)
			var want []string
			if after {
				date, want = ruling, each("element.%s assessment.element_missing", x.added...)
			}
			w := newWorld(t, x.category)
			w.now = ruling.Add(24 * time.Hour)
			w.do(officer, ronda.Triage{ContentDate: &date})
			s := conclusion(ronda.Request, x.ground, ruling.Add(-time.Hour)) // the reader knows only the old elements
			s.RuleDate = ruling.Add(-time.Hour)                              // and asks for the old rule
			wantFaults(t, w.try(officer, ronda.Assess{Assessment: s}), want...)
		}
	}
}

// TestUnknownDateIsTheReadersChoice asks for one where the content's date is unknown; readers who choose different law disagree.
func TestUnknownDateIsTheReadersChoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.now = time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	w.do(officer, ronda.Triage{ContentDate: new(time.Time)})
	old, late := noon, w.now.Add(-time.Hour)
	s := conclusion(ronda.Request, "ite-28-2", old)
	wantFaults(t, w.try(officer, ronda.Assess{Assessment: s}), "rule_date assessment.rule_date_missing")
	s.RuleDate = w.now.Add(time.Hour)
	wantFaults(t, w.try(officer, ronda.Assess{Assessment: s}), "rule_date assessment.rule_date_missing")
	s.RuleDate = old
	w.do(officer, ronda.Assess{Assessment: s})
	w.draw("dedi")
	u := conclusion(ronda.Request, "ite-28-2", late)
	u.RuleDate = late
	w.do(second, ronda.Assess{Assessment: u})
	if w.c.Stage != ronda.StageThird {
		t.Errorf("stage %s: the readers applied different law and cannot have agreed", w.c.Stage)
	}
}
