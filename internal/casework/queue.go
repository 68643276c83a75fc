package casework

import (
	"context"
	"fmt"

	"ronda"
)

// QueueView is a page of the queue with the counts above it.
type QueueView struct {
	Page   ronda.QueuePage
	Counts ronda.QueueCounts
	Filter ronda.QueueFilter
	Region string // the area that the actor's office covers
}

// Queue lists the cases that the actor's mandate covers. The filter can only narrow that.
func (s *Service) Queue(ctx context.Context, a ronda.Actor, f ronda.QueueFilter) (QueueView, error) {
	f, err := s.bound(a, f)
	if err != nil {
		return QueueView{}, err
	}
	page, err := s.Store.Queue(ctx, f)
	if err != nil {
		return QueueView{}, fmt.Errorf("list cases: %w", err)
	}
	if err := s.countReports(ctx, a, page.Rows); err != nil {
		return QueueView{}, err
	}
	counts, err := s.Store.QueueCounts(ctx, ronda.QueueFilter{Org: f.Org, Area: s.area(a), Now: f.Now}, a.Account)
	if err != nil {
		return QueueView{}, fmt.Errorf("count cases: %w", err)
	}
	return QueueView{Page: page, Counts: counts, Filter: f, Region: s.area(a)}, nil
}

// bound limits a filter to the actor's mandate and region. Cases in which the actor is drawn as a reader may lie elsewhere.
func (s *Service) bound(a ronda.Actor, f ronda.QueueFilter) (ronda.QueueFilter, error) {
	f.Now = s.Now()
	if f.Surge == "" && f.Text == "" {
		f.Surge = ronda.SurgeWithout // what a few networks pour in must not hide what others report
	}
	if f.Size <= 0 {
		f.Size = 50
	}
	if f.Reader != "" && f.Reader == a.Account {
		return f, nil
	}
	switch {
	case a.Has(ronda.RoleOfficer) || a.Has(ronda.RoleLead) || a.Has(ronda.RoleContact):
		f.Org = a.Org
	case a.Has(ronda.RoleObserver) || a.Has(ronda.RoleAuditor):
	default:
		return f, ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	area := s.area(a)
	if f.Area == "" {
		f.Area = area
	} else if !s.Pack.Within(f.Area, area) {
		return f, ronda.Errorf(ronda.Forbidden, "permission.region", "").With("region", s.Pack.RegionName(f.Area))
	}
	if f.Area == "" && area != "" {
		f.Area = area
	}
	return f, nil
}

// area is the region that the actor's office covers, "" for the whole country.
func (s *Service) area(a ronda.Actor) string {
	if o, ok := s.Pack.Office(a.Office); ok {
		return o.Region
	}
	return ""
}

// countReports fills in how many people reported, except where the actor could still become, or is, a blind reader of the case.
func (s *Service) countReports(ctx context.Context, a ronda.Actor, rows []ronda.QueueRow) error {
	ids := make([]string, 0, len(rows))
	for i, r := range rows {
		if s.blindRow(a, r) {
			rows[i].Priority, rows[i].Holder = false, ""
			continue
		}
		ids = append(ids, r.ID)
	}
	stats, err := s.Reports.ReportStats(ctx, s.Now(), ids)
	if err != nil {
		return fmt.Errorf("count reports: %w", err)
	}
	masked := a.Has(ronda.RoleObserver) || a.Has(ronda.RoleAuditor)
	for i := range rows {
		rows[i].Reports, rows[i].Last24h = stats[rows[i].ID].Total, stats[rows[i].ID].Last24h
		if s.blindRow(a, rows[i]) {
			rows[i].Reports = -1 // not shown, whatever it is
		}
		if masked {
			rows[i].Title = ""
		}
	}
	return nil
}

// blindRow is ronda.SightOf for a row: a case that is being read, seen by someone who has not concluded.
func (s *Service) blindRow(a ronda.Actor, r ronda.QueueRow) bool {
	if !r.Stage.Blind() {
		return false
	}
	for _, x := range r.Concluded {
		if x == a.Account {
			return false
		}
	}
	return !a.Has(ronda.RoleAuditor)
}
