package ronda

import (
	"strings"
	"time"
	"unicode"
)

// Seat is the place of a reader: the first, the blind second, or the third where the two disagree.
type Seat string

// The seats.
const (
	SeatFirst  Seat = "first"
	SeatSecond Seat = "second"
	SeatThird  Seat = "third"
)

// Finding says whether an element of a ground is met.
type Finding string

// The findings.
const (
	Met     Finding = "met"
	NotMet  Finding = "not_met"
	Unclear Finding = "unclear"
)

// Outcome is what a reader concludes.
type Outcome string

// The outcomes.
const (
	OutcomeAct   Outcome = "act"
	OutcomeNoAct Outcome = "no_act"
	OutcomeRefer Outcome = "refer"
)

// Target says who is criticised in the content. For the last three an order and the four-hour clock are refused.
type Target string

// The targets.
const (
	TargetNone      Target = "none"
	TargetGroup     Target = "group"     // a group by religion, ethnicity, …
	TargetPrivate   Target = "private"   // a private person
	TargetCandidate Target = "candidate" // a candidate, a party or a campaign
	TargetOfficial  Target = "official"  // a public official in office
	TargetStateBody Target = "state_body"
	TargetRequester Target = "requester" // the body that asks for the act
)

// Targets lists the targets.
func Targets() []Target {
	return []Target{TargetNone, TargetGroup, TargetPrivate, TargetCandidate, TargetOfficial, TargetStateBody, TargetRequester}
}

// OfPower tells whether the target is a state body, an official or the requester itself.
func (t Target) OfPower() bool {
	return t == TargetOfficial || t == TargetStateBody || t == TargetRequester
}

// Exclusions are the reasons why content may stay, each of which a reader must weigh in a sentence.
func Exclusions() []string { return []string{"satire", "journalism", "criticism", "counter_speech"} }

// Exclusion is a reader's word on one reason why the content may stay.
type Exclusion struct {
	Reason  string `json:"reason"`
	Applies bool   `json:"applies"`
	Because string `json:"because"` // a sentence of the reader's own
}

// ElementFinding is a reader's word on one element of a ground.
type ElementFinding struct {
	Element  string   `json:"element"`
	Finding  Finding  `json:"finding"`
	Because  string   `json:"because"`
	Evidence []string `json:"evidence,omitempty"`
}

// Assessment is one reader's reasoned conclusion. It is written once and never changed.
type Assessment struct {
	ID         string           `json:"id"`
	Round      int              `json:"round"`
	Seat       Seat             `json:"seat"`
	By         string           `json:"by"`
	Office     string           `json:"office"`
	Unit       string           `json:"unit,omitempty"`
	Org        string           `json:"org"`
	At         time.Time        `json:"at"`
	RuleDate   time.Time        `json:"rule_date"`
	Ground     string           `json:"ground"` // Ground.ID, or "policy:<platform>:<Policy.ID>"
	Elements   []ElementFinding `json:"elements,omitempty"`
	PolicyNote string           `json:"policy_note,omitempty"` // why the platform's rule fits
	Target     Target           `json:"target"`
	Exclusions []Exclusion      `json:"exclusions"`
	Necessity  string           `json:"necessity"` // why the measure is needed and no milder one is enough
	Measure    Measure          `json:"measure"`
	Act        Act              `json:"act,omitempty"`
	Outcome    Outcome          `json:"outcome"`
	Summary    string           `json:"summary"`
	Complaint  string           `json:"complaint,omitempty"` // evidence id of the victim's own complaint
	Items      []string         `json:"items"`               // the addresses that the case had when it was written
}

// Decision is what two readers agree on, or what the third settles.
type Decision struct {
	Outcome Outcome   `json:"outcome"`
	Act     Act       `json:"act,omitempty"`
	Measure Measure   `json:"measure"`
	Ground  string    `json:"ground"`
	Target  Target    `json:"target"`
	At      time.Time `json:"at"`
	Readers []string  `json:"readers"` // accounts, in seat order
	Offices []string  `json:"offices"`
	Org     string    `json:"org"`
	Items   []string  `json:"items"` // the addresses that every reader had before them; an act can name no other
	Third   bool      `json:"third"` // a third reader settled it
}

// Draw records who was drawn for a seat, out of how many, and who was left out and why.
type Draw struct {
	Round    int               `json:"round"`
	Seat     Seat              `json:"seat"`
	Account  string            `json:"account"`
	Office   string            `json:"office"`
	Pool     int               `json:"pool"`
	Excluded map[string]string `json:"excluded,omitempty"` // account -> reason
	At       time.Time         `json:"at"`
	Ended    string            `json:"ended,omitempty"` // why the draw was replaced
}

// minSentence is the fewest letters a reason must have to count as a sentence.
const minSentence = 20

// Sentence tells whether s is a sentence of one's own: enough letters, several different words, and not a placeholder.
func Sentence(s string) bool {
	letters := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	all := wordsOf(s)
	distinct := map[string]bool{}
	for _, w := range all {
		distinct[w] = true
	}
	return letters >= minSentence && len(distinct) >= 4 && len(distinct)*2 >= len(all)
}

// wordsOf are the words of s in lower case, without marks.
func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// check returns every fault of an assessment against the pack's rules at its rule date.
func (s Assessment) check(c Case, p *Pack) error {
	var f faults
	switch s.Outcome {
	case OutcomeAct, OutcomeNoAct, OutcomeRefer:
	default:
		f.add("outcome", "assessment.outcome_missing")
	}
	if !contains(Targets(), s.Target) {
		f.add("target", "assessment.target_missing")
	}
	s.checkExclusions(&f)
	if !Sentence(s.Summary) {
		f.add("summary", "assessment.summary_missing")
	}
	if s.Outcome == OutcomeAct {
		s.checkAct(c, p, &f)
	}
	return f.err("assessment.incomplete")
}

// checkExclusions demands a sentence for each reason why the content may stay, in words that differ from one another.
func (s Assessment) checkExclusions(f *faults) {
	seen := map[string]bool{}
	for _, reason := range Exclusions() {
		field := "may_stay." + reason
		i := indexFunc(s.Exclusions, func(x Exclusion) bool { return x.Reason == reason })
		switch {
		case i < 0 || strings.TrimSpace(s.Exclusions[i].Because) == "":
			f.add(field, "assessment.may_stay_missing").With("reason", reason)
		case !Sentence(s.Exclusions[i].Because):
			f.add(field, "assessment.may_stay_thin").With("reason", reason)
		default:
			key := strings.Join(wordsOf(s.Exclusions[i].Because), " ")
			if seen[key] {
				f.add(field, "assessment.may_stay_copied").With("reason", reason)
			}
			seen[key] = true
		}
		if i >= 0 && s.Exclusions[i].Applies && s.Outcome == OutcomeAct && s.Measure == MeasureRemove {
			f.add(field, "assessment.may_stay_applies").With("reason", reason)
		}
	}
}

// checkAct demands what an act rests on: a measure with its necessity, an act that the target allows, and a ground that is met.
func (s Assessment) checkAct(c Case, p *Pack, f *faults) {
	if !contains(Measures(), s.Measure) || s.Measure == MeasureNone {
		f.add("measure", "assessment.measure_missing")
	}
	if !Sentence(s.Necessity) {
		f.add("necessity", "assessment.necessity_missing")
	}
	switch {
	case s.Measure == MeasureCorrection:
	case !contains(Acts(), s.Act):
		f.add("act", "assessment.act_missing")
	case !contains(p.index.authority[s.Org].Acts, s.Act):
		f.add("act", "assessment.act_not_mandated").With("act", string(s.Act))
	}
	if s.Target.OfPower() && s.Act == Order {
		f.add("act", "assessment.order_on_criticism")
	}
	if s.Measure == MeasureCorrection && s.Ground == "" {
		return // a correction needs no legal ground
	}
	if platform, policy, ok := SplitPolicy(s.Ground); ok {
		s.checkPolicy(p, platform, policy, f)
		return
	}
	g, ok := p.GroundAt(s.Ground, s.RuleDate)
	if !ok {
		f.add("ground", "assessment.ground_missing")
		return
	}
	if s.Act != "" && !g.Carries(s.Act) {
		f.add("ground", "assessment.ground_not_for_act").With("ground", g.Cite).With("act", string(s.Act))
	}
	if contains(g.NotFor, c.Category) {
		f.add("ground", "assessment.ground_not_for_category").With("ground", g.Cite)
	}
	if g.Complaint {
		if e, ok := c.EvidenceByID(s.Complaint); !ok || e.Kind != "complaint" {
			f.add("complaint", "assessment.complaint_missing").With("ground", g.Cite)
		}
	}
	s.checkElements(c, g, f)
}

func (s Assessment) checkPolicy(p *Pack, platform, policy string, f *faults) {
	if _, ok := p.PolicyAt(platform, policy, s.RuleDate); !ok {
		f.add("ground", "assessment.ground_missing")
	}
	if s.Act != Flag && s.Act != "" {
		f.add("act", "assessment.policy_only_flag")
	}
	if !Sentence(s.PolicyNote) {
		f.add("policy_note", "assessment.policy_note_missing")
	}
}

// checkElements demands a finding with a reason for each element in force, all of them met.
func (s Assessment) checkElements(c Case, g Ground, f *faults) {
	for _, el := range g.ElementsAt(s.RuleDate) {
		field := "element." + el.ID
		i := indexFunc(s.Elements, func(x ElementFinding) bool { return x.Element == el.ID })
		if i < 0 || !contains([]Finding{Met, NotMet, Unclear}, s.Elements[i].Finding) {
			f.add(field, "assessment.element_missing").With("element", el.ID)
			continue
		}
		if !Sentence(s.Elements[i].Because) {
			f.add(field, "assessment.element_reason_missing").With("element", el.ID)
		}
		if s.Elements[i].Finding != Met {
			f.add(field, "assessment.element_not_met").With("element", el.ID)
		}
		for _, id := range s.Elements[i].Evidence {
			if _, ok := c.EvidenceByID(id); !ok {
				f.add(field, "assessment.evidence_unknown").With("element", el.ID)
			}
		}
	}
}

// SplitPolicy reads a ground reference of the form "policy:<platform>:<policy>".
func SplitPolicy(ref string) (platform, policy string, ok bool) {
	rest, ok := strings.CutPrefix(ref, "policy:")
	if !ok {
		return "", "", false
	}
	platform, policy, ok = strings.Cut(rest, ":")
	return platform, policy, ok
}

// agrees tells whether two conclusions are the same decision: what is done, by which act and how far, and on which ground in which version.
func (s Assessment) agrees(t Assessment, p *Pack) bool {
	if s.Outcome != t.Outcome {
		return false
	}
	if s.Outcome != OutcomeAct {
		return true
	}
	return s.Act == t.Act && s.Measure == t.Measure && s.Ground == t.Ground && sameVersion(p, s.Ground, s.RuleDate, t.RuleDate)
}

// sameVersion tells whether a legal ground demands the same on two dates. It differs only for content of unknown date, where each reader
// chooses the rule.
func sameVersion(p *Pack, ground string, a, b time.Time) bool {
	if a.Equal(b) {
		return true
	}
	x, _ := p.GroundAt(ground, a)
	y, _ := p.GroundAt(ground, b)
	ids := func(g Ground, t time.Time) string {
		var out []string
		for _, e := range g.ElementsAt(t) {
			out = append(out, e.ID)
		}
		return strings.Join(out, " ")
	}
	return x.Validity == y.Validity && ids(x, a) == ids(y, b)
}

func indexFunc[T any](list []T, f func(T) bool) int {
	for i, v := range list {
		if f(v) {
			return i
		}
	}
	return -1
}
