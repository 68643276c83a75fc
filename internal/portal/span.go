package portal

// longest is the last bucket of a Span in hours; longer ones count there. It is more than 85 days.
const longest = 2047

// Span is a distribution of whole hours, kept exactly so that a recount from the downloads gives the same median.
type Span struct {
	n    int
	hour []uint32 // nil while empty
}

// N is how many values there are.
func (s Span) N() int { return s.n }

func (s *Span) put(hours int) {
	if s.hour == nil {
		s.hour = make([]uint32, longest+1)
	}
	s.n++
	s.hour[max(0, min(hours, longest))]++
}

func (s *Span) add(b Span) {
	if b.n == 0 {
		return
	}
	if s.hour == nil {
		s.hour = make([]uint32, longest+1)
	}
	s.n += b.n
	for i, x := range b.hour {
		s.hour[i] += x
	}
}

// Quantile is the smallest number of hours that at least share (0 to 1) of the values do not exceed: the nearest-rank definition. -1 without values.
func (s Span) Quantile(share float64) int {
	if s.n == 0 {
		return Never
	}
	rank := int(share * float64(s.n))
	if float64(rank) < share*float64(s.n) {
		rank++
	}
	seen := 0
	for h, x := range s.hour {
		if seen += int(x); seen >= max(rank, 1) {
			return h
		}
	}
	return longest
}

// Within counts the values of at most so many hours.
func (s Span) Within(hours int) int {
	n := 0
	for h, x := range s.hour {
		if h > hours {
			break
		}
		n += int(x)
	}
	return n
}
