package eval

import (
	"slices"
	"time"
)

// Slice is the quality over some queries. MAP5 is the mean average precision
// of the first five hits, R1 and R5 the share of queries with an answer at the
// first place and among the first five.
type Slice struct {
	N    int     `json:"n"`
	MAP5 float64 `json:"map5"`
	R1   float64 `json:"r1"`
	R5   float64 `json:"r5"`
}

// Add counts one query in: relevant says for each hit whether it answers,
// answers how many ids do.
func (s *Slice) Add(relevant []bool, answers int) {
	s.N++
	found, precision := 0, 0.0
	for i, ok := range relevant[:min(5, len(relevant))] {
		if !ok {
			continue
		}
		found++
		precision += float64(found) / float64(i+1)
		if i == 0 {
			s.R1++
		}
	}
	if found > 0 {
		s.R5++
		s.MAP5 += precision / float64(min(answers, 5))
	}
}

// Mean turns sums into means.
func (s *Slice) Mean() {
	if s.N > 0 {
		n := float64(s.N)
		s.MAP5, s.R1, s.R5 = s.MAP5/n, s.R1/n, s.R5/n
	}
}

// AUC is the area under the curve: how often a score of yes is above a score
// of no, a tie counting half.
func AUC(yes, no []float64) float64 {
	if len(yes) == 0 || len(no) == 0 {
		return 0
	}
	no = slices.Clone(no)
	slices.Sort(no)
	sum := 0.0
	for _, y := range yes {
		below, _ := slices.BinarySearch(no, y)
		above := below
		for above < len(no) && no[above] == y {
			above++
		}
		sum += float64(below) + float64(above-below)/2
	}
	return sum / float64(len(yes)) / float64(len(no))
}

// Latency is in milliseconds.
type Latency struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

func latency(times []time.Duration) Latency {
	if len(times) == 0 {
		return Latency{}
	}
	slices.Sort(times)
	at := func(share float64) float64 {
		i := min(len(times)-1, int(share*float64(len(times))))
		return float64(times[i].Microseconds()) / 1000
	}
	return Latency{at(0.50), at(0.99)}
}
