package ronda_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"ronda"
)

// wordsOf is a signature: the same seed is the same words, noise changes a share of them.
func wordsOf(seed uint64, noise float64, r *rand.Rand) []byte {
	s := rand.New(rand.NewPCG(seed, 1))
	out := make([]byte, 96)
	for i := 0; i < 96; i += 2 {
		v := uint16(s.Uint32())
		if r.Float64() < noise {
			v = uint16(r.Uint32())
		}
		binary.BigEndian.PutUint16(out[i:], v)
	}
	return out
}

func trait(i int, c string, at time.Time, sig []byte) ronda.ReportTrait {
	return ronda.ReportTrait{Report: fmt.Sprintf("r%06d", i), Case: c, At: at, Signature: sig, Sender: fmt.Sprint("s", i), Network: fmt.Sprint("n", i)}
}

// TestHonestWaveIsNotCoordinated: thousands who report one viral item in their own words from everywhere are not called coordinated, even where
// all of them are new here; nor are those who pass on one and the same text from everywhere.
func TestHonestWaveIsNotCoordinated(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var own, passed []ronda.ReportTrait
	for i := range 3000 {
		x := trait(i, "viral", noon.Add(time.Duration(i)*10*time.Second), wordsOf(uint64(i+10), 0, r))
		x.Fresh, x.Target = true, "governor-32"
		own = append(own, x)
		x.Signature = wordsOf(7, 0.03, r)
		passed = append(passed, x)
	}
	if got := ronda.FindBrigades(own, ronda.BrigadeRule()); len(got) != 0 {
		t.Errorf("own words are called coordinated: %+v", got[0].Signals)
	}
	if got := ronda.FindBrigades(passed, ronda.BrigadeRule()); len(got) != 0 {
		t.Errorf("a text that was passed on is called coordinated: %+v", got[0].Signals)
	}
	// A carrier puts thousands of phones behind one address: that alone says nothing either.
	for i := range own {
		own[i].Network = "carrier"
	}
	if got := ronda.FindBrigades(own, ronda.BrigadeRule()); len(got) != 0 {
		t.Errorf("one carrier is called coordinated: %+v", got[0].Signals)
	}
}

// brigade is n reports with near-identical words, from few networks, against one contest over many items.
func brigade(n int, r *rand.Rand) []ronda.ReportTrait {
	var out []ronda.ReportTrait
	for i := range n {
		x := trait(100_000+i, fmt.Sprint("b", i%40), noon.Add(time.Duration(i)*time.Second), wordsOf(99, 0.05, r))
		x.Sender, x.Network, x.Fresh, x.Target = fmt.Sprint("bs", i%300), fmt.Sprint("bn", i%6), true, "governor-32"
		out = append(out, x)
	}
	return out
}

func TestBrigadeIsFound(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	var all []ronda.ReportTrait
	for i := range 2000 {
		all = append(all, trait(i, fmt.Sprint("k", i), noon.Add(time.Duration(i)*20*time.Second), wordsOf(uint64(i+1000), 0, r)))
	}
	all = append(all, brigade(5000, r)...)
	got := ronda.FindBrigades(all, ronda.BrigadeRule())
	if len(got) != 1 || got[0].Total() < 4950 || got[0].Target != "governor-32" {
		t.Fatalf("%d waves", len(got))
	}
	kinds := ""
	for _, s := range got[0].Signals {
		kinds += s.Kind + " "
	}
	if kinds != "same_words linked fresh one_sided " {
		t.Errorf("signs: %s", kinds)
	}
	for id := range got[0].Cases {
		if id[0] != 'b' {
			t.Errorf("an honest case %s is part of it", id)
		}
	}
	// The order of the reports does not matter.
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if again := ronda.FindBrigades(all, ronda.BrigadeRule()); len(again) != 1 || again[0].Total() != got[0].Total() {
		t.Error("another order finds something else")
	}
}

func TestFoldedLeavesHonestCases(t *testing.T) {
	t.Parallel()
	b := ronda.Brigade{Cases: map[string]int{"a": 5, "honest": 5, "taken": 5, "flagged": 5}}
	got := b.Folded(map[string]int{"a": 5, "honest": 6, "taken": 5, "flagged": 5},
		map[string]ronda.CaseStage{"a": ronda.StageNew, "honest": ronda.StageNew, "taken": ronda.StageTriage, "flagged": ronda.StageNew}, map[string]bool{"flagged": true})
	if len(got) != 1 || got[0] != "a" {
		t.Errorf("folded %v", got)
	}
}

// TestBrigadeHasNoEffect plays one case to its decision with and without thousands of reporters: what each reader sees, and what is decided, is
// the same to the byte.
func TestBrigadeHasNoEffect(t *testing.T) {
	t.Parallel()
	play := func(reports int) (seen []string) {
		w := newWorld(t, "hate_sara")
		w.do(officer, ronda.Ask{Text: "Di kecamatan mana video itu direkam?"})
		w.c.Questions[0].Answered = reports
		for i := range reports { // joining never changes the case; an organisation of a brigade may stand in it
			if i == 0 {
				w.c.ReporterOrg = []string{"brigade"}
			}
		}
		w.do(officer, ronda.Assess{Assessment: decline(ronda.OutcomeNoAct)})
		w.draw("dedi")
		blind, _, err := ronda.See(second, w.c, thePack())
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, asJSON(t, blind))
		w.do(second, ronda.Assess{Assessment: decline(ronda.OutcomeNoAct)})
		return append(seen, asJSON(t, w.c.Decision), string(w.c.Stage), asJSON(t, w.c.Closed), asJSON(t, ronda.LogActs(w.c, nil)))
	}
	base := play(0)
	for i, got := range play(5000) {
		if got != base[i] {
			t.Errorf("5,000 reporters change:\n%s\n%s", base[i], got)
		}
	}
}
