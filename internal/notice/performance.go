package notice

import (
	"context"
	"slices"
	"sort"
	"time"

	"ronda"
)

// Tally is what came of a number of acts.
type Tally struct {
	Notices, Addresses    int
	Clocked, InTime, Late int // acts with a deadline; of those whose clock ended, answered before it or not
	Waits                 int // acts with an address that has no final answer
}

// GroundTally is a tally of the acts on one ground.
type GroundTally struct {
	Ground   string
	RuleDate time.Time // of the newest act, for the ground's name
	Tally
}

// Performance is a platform's own record, as its page and its programs show it.
type Performance struct {
	All      Tally
	Grounds  []GroundTally        // most acts first
	Outcomes map[ronda.Answer]int // addresses by their answer; "" is none yet
	Answered int                  // acts with all answers
	Median   time.Duration        // of those, from receipt to the last answer
	Acts     []ronda.Notice       // what was counted, newest first
}

// Performance counts every act that the liaison's platform received.
func (s *Service) Performance(ctx context.Context, a ronda.Actor) (Performance, error) {
	p := Performance{Outcomes: map[ronda.Answer]int{}}
	if a.Platform == "" || !a.Has(ronda.RoleLiaison) {
		return p, ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	now := s.Now()
	grounds := map[string]*GroundTally{}
	var took []time.Duration
	for f := (ronda.NoticeFilter{Size: 1000}); ; {
		in, err := s.Inbox(ctx, a, f)
		if err != nil {
			return p, err
		}
		for _, row := range in.Rows {
			n := row.Notice
			p.Acts = append(p.Acts, n)
			g := grounds[n.Ground]
			if g == nil {
				g = &GroundTally{Ground: n.Ground, RuleDate: n.RuleDate}
				grounds[n.Ground] = g
			}
			g.add(n, now)
			p.All.add(n, now)
			for _, it := range n.Items {
				p.Outcomes[it.Answer]++
			}
			if !n.AnsweredAt.IsZero() && !n.ReceivedAt.IsZero() {
				took = append(took, n.AnsweredAt.Sub(n.ReceivedAt))
			}
		}
		if len(in.Rows) < f.Size {
			break
		}
		f.After = in.Rows[len(in.Rows)-1].Notice.ID
	}
	for _, g := range grounds {
		p.Grounds = append(p.Grounds, *g)
	}
	sort.Slice(p.Grounds, func(i, j int) bool {
		x, y := p.Grounds[i], p.Grounds[j]
		return x.Notices > y.Notices || (x.Notices == y.Notices && x.Ground < y.Ground)
	})
	if len(took) > 0 {
		slices.Sort(took)
		p.Answered, p.Median = len(took), took[len(took)/2]
	}
	return p, nil
}

func (t *Tally) add(n ronda.Notice, now time.Time) {
	t.Notices++
	t.Addresses += len(n.Items)
	if n.Unanswered() > 0 && n.State != ronda.NoticeWithdrawn {
		t.Waits++
	}
	if !n.DueAt.IsZero() {
		t.Clocked++
	}
	if inTime, ended := Timely(n, now); ended && inTime {
		t.InTime++
	} else if ended {
		t.Late++
	}
}

// Timely tells whether an act with a deadline was answered before it: ended is false while it is open and the deadline ahead.
func Timely(n ronda.Notice, now time.Time) (inTime, ended bool) {
	switch {
	case n.DueAt.IsZero() || n.State == ronda.NoticeWithdrawn:
		return false, false
	case n.State == ronda.NoticeAnswered:
		return !n.Overdue && !n.AnsweredAt.After(n.DueAt), true
	}
	return false, n.Overdue || n.IsOverdue(now)
}
