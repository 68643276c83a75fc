package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"ronda/internal/eval"
	"ronda/internal/match"
)

// report prints the quality of the order by slice, and how often the answer is
// among the candidates at all.
func (d *dataset) report(values [][]float64) {
	slicesBy := map[string]*eval.Slice{}
	found := map[string]int{}
	for i := range d.examples {
		e := &d.examples[i]
		if len(e.want) == 0 {
			continue
		}
		order, _ := byValue(values[i])
		relevant := make([]bool, len(order))
		for p, k := range order {
			relevant[p] = e.y[k] == 1
		}
		for _, name := range e.slices {
			if slicesBy[name] == nil {
				slicesBy[name] = new(eval.Slice)
			}
			slicesBy[name].Add(relevant, len(e.want))
			if e.answered() {
				found[name]++
			}
		}
	}
	for _, name := range eval.SortedKeys(slicesBy) {
		s := slicesBy[name]
		s.Mean()
		fmt.Printf("%-32s %5d  MAP@5 %.3f  recall@1 %.3f  recall@5 %.3f  among candidates %.3f\n",
			name, s.N, s.MAP5, s.R1, s.R5, float64(found[name])/float64(s.N))
	}
}

func (d *dataset) printMisses(o *options, values [][]float64) {
	n := 0
	for i := range d.examples {
		e := &d.examples[i]
		if o.Misses == "" || !slices.Contains(e.slices, o.Misses) {
			continue
		}
		order, sorted := byValue(values[i])
		at := slices.IndexFunc(order, func(k int) bool { return e.y[k] == 1 })
		if at >= 0 && at < o.Worse {
			continue
		}
		if n++; n%o.Every != 0 {
			continue
		}
		fmt.Printf("# %.420s\n  wanted, at %d: %s\n", oneLine(e.text), at, d.title[e.want[0]])
		for p, k := range order[:min(3, len(order))] {
			fmt.Printf("   %.2f %s\n", sorted[p], d.title[e.ids[k]])
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// score is the certainty of the first candidate.
func (e *example) score(t match.Trees, values []float64) float64 {
	order, sorted := byValue(values)
	return 1 / (1 + math.Exp(-t.Value(match.CertainRow(nil, e.x[order[0]], sorted, 0))))
}

// shareOfFalse is the most that the level "match" may be given to queries that
// nothing answers.
const shareOfFalse = 0.02

// carefulLevel is where "match" starts when fewer than fewestUnanswered queries that nothing answers are there to find the level by.
const (
	carefulLevel     = 0.9
	fewestUnanswered = 100
)

// reportScores prints how well the scores tell queries apart that something
// answers and that nothing does, and returns the least scores of the levels.
func (d *dataset) reportScores(o *options, values [][]float64, scores []float64) (matchLevel, similarLevel float64) {
	var yes, yesNotBlind []float64
	var parts []float64
	no := map[string][]float64{}
	var allNo []float64
	var numbers []int
	for i := range d.examples {
		e := &d.examples[i]
		switch {
		case e.left:
			if strings.HasPrefix(e.kind, "narration") {
				kind := "left_out" + strings.TrimPrefix(e.kind, "narration")
				no[kind] = append(no[kind], scores[i])
			}
		case strings.HasSuffix(e.kind, fullIndex):
			no[e.kind] = append(no[e.kind], scores[i])
		case e.unanswered():
			no[e.kind] = append(no[e.kind], scores[i])
			allNo = append(allNo, scores[i])
			numbers = append(numbers, i)
		case e.part && e.answered():
			parts = append(parts, scores[i])
		case e.view == "title":
			yes = append(yes, scores[i])
			if !slices.Contains(e.slices, "narration/blind") {
				yesNotBlind = append(yesNotBlind, scores[i])
			}
		}
	}
	for _, kind := range eval.SortedKeys(no) {
		if strings.HasSuffix(kind, fullIndex) {
			continue // what is answered there is the same post, which says nothing
		}
		fmt.Printf("AUC against %s: %.3f, without the blind tier %.3f\n", kind, eval.AUC(yes, no[kind]), eval.AUC(yesNotBlind, no[kind]))
	}
	slices.SortFunc(numbers, func(a, b int) int {
		if scores[a] > scores[b] {
			return -1
		}
		return 1
	})
	for _, i := range numbers[:min(o.Top, len(numbers))] {
		e := &d.examples[i]
		order, _ := byValue(values[i])
		fmt.Printf("%.3f %s: %.250s\n      found: %s\n", scores[i], e.kind, oneLine(e.text), d.title[e.ids[order[0]]])
	}
	slices.Sort(allNo)
	matchLevel = carefulLevel
	if n := len(allNo); n < fewestUnanswered {
		fmt.Printf("%d queries that nothing answers are too few to say where 2 %% of them are: level match starts at %.2f\n", n, matchLevel)
	} else {
		matchLevel = math.Nextafter(allNo[n-1-int(shareOfFalse*float64(n))], 1)
	}
	no["part of a known post (ought to be found)"] = parts
	for _, kind := range eval.SortedKeys(no) {
		n := 0
		for _, s := range no[kind] {
			if s >= matchLevel {
				n++
			}
		}
		fmt.Printf("level %.4f: %s %.3f\n", matchLevel, kind, float64(n)/float64(max(1, len(no[kind]))))
	}
	for _, level := range []float64{matchLevel, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3} {
		d.reportLevel(level, values, scores, allNo)
	}
	return matchLevel, similarScore
}

// similarScore is the least score of the level "similar": three of ten such
// hits are the same story, which is worth showing to a person.
const similarScore = 0.3

func (d *dataset) reportLevel(level float64, values [][]float64, scores, no []float64) {
	n, right := 0, 0
	for i := range d.examples {
		if e := &d.examples[i]; slices.Contains(e.slices, "narration/easy+hard") {
			n++
			if order, _ := byValue(values[i]); scores[i] >= level && e.y[order[0]] == 1 {
				right++
			}
		}
	}
	wrong := 0
	for _, s := range no {
		if s >= level {
			wrong++
		}
	}
	fmt.Printf("level %.4f: narration easy and hard %.3f, of the queries that nothing answers %.3f\n",
		level, float64(right)/float64(max(1, n)), float64(wrong)/float64(max(1, len(no))))
}
