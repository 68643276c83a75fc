package casework

import (
	"context"
	"fmt"

	"ronda"
)

// View is a case as one actor may see it, with what the case page shows beside it.
type View struct {
	Case    ronda.Case
	Sight   ronda.Sight
	Events  []ronda.Event
	Stats   *ronda.ReportStats // nil where the actor must not see it
	Reports []ronda.Report
	Can     map[ronda.Action]bool
	Seat    ronda.Seat // the seat that the actor may fill now, "" for none
}

// View loads a case for an actor, by id or by number.
func (s *Service) View(ctx context.Context, a ronda.Actor, id string) (View, error) {
	load := s.Store.Case
	if len(id) > 2 && id[:2] == "K-" {
		load = s.Store.CaseByNumber
	}
	full, err := load(ctx, id)
	if err != nil {
		return View{}, err
	}
	seen, sight, err := ronda.See(a, full, s.Pack)
	if err != nil {
		return View{}, err
	}
	v := View{Case: seen, Sight: sight, Can: map[ronda.Action]bool{}}
	for _, p := range ronda.Permissions() {
		if !v.Can[p.Action] {
			v.Can[p.Action] = ronda.Can(a, p.Action, full, s.Pack) == nil
		}
	}
	if v.Can[ronda.AssessCase] {
		v.Seat = full.SeatOpenFor(a)
	}
	events, err := s.Store.Events(ctx, full.ID)
	if err != nil {
		return View{}, fmt.Errorf("load events: %w", err)
	}
	v.Events = ronda.SeeEvents(events, sight, full)
	return v, s.addReports(ctx, &v)
}

// addReports loads the reports, which neither a blind reader nor a masked one sees: how many people complained must not weigh on a reader.
func (s *Service) addReports(ctx context.Context, v *View) error {
	if v.Sight != ronda.SightFull {
		return nil
	}
	stats, err := s.Reports.ReportStats(ctx, s.Now(), []string{v.Case.ID})
	if err != nil {
		return fmt.Errorf("count reports: %w", err)
	}
	st := stats[v.Case.ID]
	v.Stats = &st
	if v.Reports, err = s.Reports.CaseReports(ctx, v.Case.ID, 50, ""); err != nil {
		return fmt.Errorf("load reports: %w", err)
	}
	return nil
}

// ForAdvice loads a case for an invited partner: what goes around, and nothing of who reported or read it.
func (s *Service) ForAdvice(ctx context.Context, a ronda.Actor, p ronda.Partner, number string) (ronda.AdviceCase, error) {
	c, err := s.Store.CaseByNumber(ctx, number)
	if err != nil {
		return ronda.AdviceCase{}, err
	}
	return ronda.SeeForAdvice(a, c, p, s.Pack)
}
