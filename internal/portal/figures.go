package portal

import "ronda"

// Figures are all counts under one filter.
type Figures struct {
	FirstDay              int32 // of Daily
	Daily                 []Day
	Acts, Addresses, Late int
	Out                   [outcomes]int // addresses of flags and orders; those of requests stand in the orders that follow
	Cases, Reports        int
	Platforms             []PlatformFigures // every platform with an act, by id
	Orgs                  []OrgFigures      // every authority with an act or a decision, by id
	Categories            []Count           // cases, by id
	Regions               []RegionFigures   // regencies and provinces as cases name them, by code
	Stages                []Count           // cases, by stage
	Contests              []Count
	Decision              Span // from opening to the first decision of a person, in whole hours rounded up
	InHour                int  // cases whose first decision came within 60 minutes
	Undecided             int  // cases without one
	Reopened              int
	Partner               int // cases that a partner reported or flagged
	Objections            ObjectionFigures
	Appellants            []Count // objections, by who filed them
}

// Day counts what happened on one day.
type Day struct {
	Cases, Acts          int
	Withdrawn            int // acts sent that day and taken back later
	Overturned, Reopened int // cases opened that day
	Objections, Upset    int // objections filed that day, and those whose panel overturned what was decided
}

// Count is a value with how often it occurs.
type Count struct {
	ID string
	N  int
}

// ActFigures count the acts of one kind to one platform.
type ActFigures struct {
	Acts, Late, Withdrawn int
	Out                   [outcomes]int
	Answer                Span // hours to the first final answer
}

// Addresses is how many addresses the acts name.
func (a ActFigures) Addresses() int {
	n := 0
	for _, x := range a.Out {
		n += x
	}
	return n
}

// PlatformFigures are the acts to one platform by kind.
type PlatformFigures struct {
	ID    string
	ByAct map[ronda.Act]*ActFigures
	// Objections are those about acts to the platform, and those that it filed.
	Objections ObjectionFigures
}

// Sum adds up flags and orders.
func (p PlatformFigures) Sum() ActFigures {
	var s ActFigures
	for _, kind := range []ronda.Act{ronda.Flag, ronda.Order} {
		if a := p.ByAct[kind]; a != nil {
			s.add(a)
		}
	}
	return s
}

func (a *ActFigures) add(b *ActFigures) {
	a.Acts, a.Late, a.Withdrawn = a.Acts+b.Acts, a.Late+b.Late, a.Withdrawn+b.Withdrawn
	for i := range a.Out {
		a.Out[i] += b.Out[i]
	}
	a.Answer.add(b.Answer)
}

// OrgFigures are what one authority asked and decided.
type OrgFigures struct {
	ID         string
	Asked      map[ronda.Act]int
	Accepted   int // its requests that the ministry took up
	Rejected   int // its requests that the ministry refused
	Withdrawn  int // its acts that it took back
	Addresses  int // in its flags and orders
	DownN      int // of these taken down
	DeclinedN  int // of these refused by the platform
	RestoredN  int
	Decided    int // cases that two or three readers settled
	ToAct      int
	FirstAct   int // of these the first reader wanted an act
	Overturned int // of these it was decided that there is none
	Split      int // a third reader had to settle it
	Power      int // cases about criticism of those in power
	Stays      map[string]int
	Objections ObjectionFigures // that its people decide
}

// RegionFigures count the cases and acts of one region.
type RegionFigures struct {
	Code                  string
	Cases, Decided, ToAct int
	Acts, Addresses, Down int
	Overturned, Stays     int
}

// Few tells whether the cases are so few that a person could be singled out: 1 to 4.
func (f Figures) Few() bool { return f.Cases > 0 && f.Cases < least }

// ActsAlone are the figures without those of cases. Acts are public one by one.
func (f Figures) ActsAlone() Figures {
	out := Figures{Acts: f.Acts, Addresses: f.Addresses, Late: f.Late, Out: f.Out, Platforms: f.Platforms}
	for _, o := range f.Orgs {
		o.Decided, o.ToAct, o.FirstAct, o.Overturned, o.Split, o.Power, o.Stays = 0, 0, 0, 0, 0, 0, nil
		o.Objections = ObjectionFigures{}
		out.Orgs = append(out.Orgs, o)
	}
	return out
}
