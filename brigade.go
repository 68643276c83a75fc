package ronda

import (
	"encoding/binary"
	"sort"
	"time"
)

// ReportTrait is what of a report can tell that it is part of a coordinated wave. Nothing here says what the content is.
type ReportTrait struct {
	Report    string
	Case      string
	At        time.Time
	Signature []byte // near-duplicate signature of its words; nil where there are too few
	Sender    string // keyed hash
	Network   string // keyed hash
	Fresh     bool   // the sender had reported nothing before this wave
	Target    string // contest that its case is about; "" where it names none
	Ended     bool   // its case has ended
	Rejected  bool   // without an act, as out of scope, or as spam
}

// BrigadeRules are the stated bounds of the finding. They are public: a rule that brigaders know still costs them words, networks and targets.
type BrigadeRules struct {
	Window   time.Duration // how far apart reports of a wave lie
	Likeness float64       // share of the signature that near-identical words have in common
	Least    int           // reports of one wave
	Linked   float64       // share whose sender or network sent another one of the wave
	Fresh    float64
	OneSided float64 // share against one contest's candidates
	Cases    int     // different matters, before one-sidedness says anything
	Rejected float64
	Ended    int // ended matters, before rejection says anything
}

// BrigadeRule is the set in force.
func BrigadeRule() BrigadeRules {
	return BrigadeRules{Window: 24 * time.Hour, Likeness: 0.8, Least: 10, Linked: 0.5, Fresh: 0.8, OneSided: 0.9, Cases: 3, Rejected: 0.6, Ended: 5}
}

// BrigadeSignal is one stated reason with its numbers.
type BrigadeSignal struct {
	Kind string `json:"kind"` // "same_words", "linked", "fresh", "one_sided", "rejected"
	N    int    `json:"n"`
	Of   int    `json:"of"`
}

// Brigade is a wave of reports that looks coordinated. It is shown, and has no part in any conclusion.
type Brigade struct {
	ID      string          `json:"id"` // of its first report
	First   time.Time       `json:"first"`
	Last    time.Time       `json:"last"`
	Reports []string        `json:"reports"`
	Cases   map[string]int  `json:"cases"` // reports of the wave by case
	Target  string          `json:"target,omitempty"`
	Signals []BrigadeSignal `json:"signals"`
}

// Total is how many reports the wave has.
func (b Brigade) Total() int { return len(b.Reports) }

// FindBrigades looks for waves in reports. A wave is many reports with near-identical words within a window, and, beside that, either senders or
// networks that are linked, or two of: fresh senders, one side alone as the target over several matters, matters that were mostly rejected.
// People who each say the same thing in their own words are no wave, however many they are; nor are people who pass on one text from everywhere.
func FindBrigades(traits []ReportTrait, rules BrigadeRules) []Brigade {
	list := append([]ReportTrait(nil), traits...)
	sort.Slice(list, func(i, j int) bool {
		if !list[i].At.Equal(list[j].At) {
			return list[i].At.Before(list[j].At)
		}
		return list[i].Report < list[j].Report
	})
	var out []Brigade
	for _, wave := range waves(list, rules) {
		if b, ok := judge(wave, rules); ok {
			out = append(out, b)
		}
	}
	return out
}

// wordGroup is the reports with near-identical words so far; sig is the first one's.
type wordGroup struct {
	sig  []byte
	last time.Time
	in   []ReportTrait
}

// mergeLikeness joins groups that began with two strayed copies of the same words.
const mergeLikeness = 0.6

// waves groups reports by their words: each joins the largest group whose words are near its own.
func waves(list []ReportTrait, rules BrigadeRules) [][]ReportTrait {
	var all []*wordGroup
	buckets := map[uint64][]*wordGroup{} // by bands of the signature: near words share at least one of them, except by rare chance
	near := func(r ReportTrait, least float64, not *wordGroup) *wordGroup {
		var best *wordGroup
		for _, key := range bands(r.Signature) {
			for _, g := range buckets[key] {
				if g != not && g.in != nil && (best == nil || len(g.in) > len(best.in)) && r.At.Sub(g.last) <= rules.Window && likeness(g.sig, r.Signature) >= least {
					best = g
				}
			}
		}
		return best
	}
	for _, r := range list {
		if len(r.Signature) == 0 {
			continue
		}
		home := near(r, rules.Likeness, nil)
		if home == nil {
			home = &wordGroup{sig: r.Signature}
			all = append(all, home)
			for _, key := range bands(r.Signature) {
				buckets[key] = append(buckets[key], home)
			}
		}
		home.in, home.last = append(home.in, r), r.At
	}
	for _, g := range all {
		if len(g.in) == 0 {
			continue
		}
		if into := near(g.in[0], mergeLikeness, g); into != nil && len(into.in) > len(g.in) {
			into.in, g.in = append(into.in, g.in...), nil
		}
	}
	var out [][]ReportTrait
	for _, g := range all {
		if len(g.in) >= rules.Least {
			sort.Slice(g.in, func(i, j int) bool {
				return g.in[i].At.Before(g.in[j].At) || g.in[i].At.Equal(g.in[j].At) && g.in[i].Report < g.in[j].Report
			})
			out = append(out, g.in)
		}
	}
	return out
}

// bandWidth is how many values of a signature make a band.
const bandWidth = 4

// bands are keys of which near-identical signatures share at least one: with 80 % of 48 values alike, twelve bands of four miss with odds of
// about 1 in 600.
func bands(sig []byte) []uint64 {
	var out []uint64
	for i := 0; i+2*bandWidth <= len(sig); i += 2 * bandWidth {
		out = append(out, binary.BigEndian.Uint64(sig[i:])^uint64(i+1)*0x9E3779B97F4A7C15)
	}
	return out
}

// likeness is the share of values that two signatures have in common.
func likeness(a, b []byte) float64 {
	if len(a) != len(b) || len(a) < 2 {
		return 0
	}
	same := 0
	for i := 0; i+1 < len(a); i += 2 {
		if a[i] == b[i] && a[i+1] == b[i+1] {
			same++
		}
	}
	return float64(same) / float64(len(a)/2)
}

// judge says whether a wave of like words is coordinated, and by which signs.
func judge(wave []ReportTrait, rules BrigadeRules) (Brigade, bool) {
	n := len(wave)
	b := Brigade{ID: wave[0].Report, First: wave[0].At, Last: wave[n-1].At, Cases: map[string]int{}, Signals: []BrigadeSignal{{"same_words", n, n}}}
	senders, networks, targets := map[string]int{}, map[string]int{}, map[string]int{}
	ended, rejected, fresh := map[string]bool{}, map[string]bool{}, 0
	for _, r := range wave {
		b.Reports = append(b.Reports, r.Report)
		b.Cases[r.Case]++
		senders[r.Sender]++
		networks[r.Network]++
		targets[r.Target]++
		if r.Fresh {
			fresh++
		}
		if r.Ended {
			ended[r.Case] = true
		}
		if r.Rejected {
			rejected[r.Case] = true
		}
	}
	linked := 0
	for _, r := range wave {
		if r.Sender != "" && senders[r.Sender] > 1 || r.Network != "" && networks[r.Network] > 1 {
			linked++
		}
	}
	top := 0
	for target, k := range targets {
		if target != "" && (k > top || k == top && target < b.Target) {
			b.Target, top = target, k
		}
	}
	share := func(k, of int) float64 { return float64(k) / float64(max(of, 1)) }
	sign := func(holds bool, kind string, k, of int) int {
		if !holds {
			return 0
		}
		b.Signals = append(b.Signals, BrigadeSignal{kind, k, of})
		return 1
	}
	tied := sign(share(linked, n) >= rules.Linked, "linked", linked, n)
	other := sign(share(fresh, n) >= rules.Fresh, "fresh", fresh, n)
	one := len(b.Cases) >= rules.Cases && share(top, n) >= rules.OneSided
	other += sign(one, "one_sided", top, n)
	other += sign(len(ended) >= rules.Ended && share(len(rejected), len(ended)) >= rules.Rejected, "rejected", len(rejected), len(ended))
	if !one {
		b.Target = ""
	}
	return b, tied+other >= 2
}

// Folded tells which of a wave's cases stand together at the end of the queue until somebody opens them: new ones of which nobody outside of the
// wave speaks, and that no partner flagged. total is how many reports each case has.
func (b Brigade) Folded(total map[string]int, stage map[string]CaseStage, priority map[string]bool) []string {
	var out []string
	for id, n := range b.Cases {
		if total[id] == n && stage[id] == StageNew && !priority[id] {
			out = append(out, id)
		}
	}
	sort.Strings(out)
	return out
}
