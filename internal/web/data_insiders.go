package web

import (
	"context"

	"ronda"
	"ronda/internal/portal"
	"ronda/internal/web/frame"
)

// attempts counts what safeguards refused to the people of one authority, or of all.
func (s *Site) attempts(ctx context.Context, v *frame.Visit, org string) ([]measure, error) {
	if s.opt.Attempts == nil {
		return nil, nil
	}
	counts, err := s.opt.Attempts(ctx)
	if err != nil {
		return nil, err
	}
	n := map[ronda.Safeguard]int{}
	for _, c := range counts {
		if org == "" || c.Org == org {
			n[c.Safeguard] += c.N
		}
	}
	var out []measure
	for _, g := range ronda.Safeguards() {
		out = append(out, measure{N: v.Value(n[g]), Text: v.T("guard." + string(g))})
	}
	return out, nil
}

// officeTable is how often the readers of each office found that nothing speaks for leaving content up.
type officeTable struct {
	Head []string
	Rows [][]string
	Rest string // offices with few readings
}

// offices counts readings by office of one authority. Few readings would speak of one person and are not written out.
func (s *Site) offices(d dataView, f portal.Filter) officeTable {
	t := officeTable{Head: d.head("office", "readings", "none", "share")}
	few := 0
	for _, o := range s.opt.Portal.Offices(f) {
		name := s.pack.OfficeName(o.Office, d.Lang, d.Now)
		if o.Few() {
			few++
			continue
		}
		t.Rows = append(t.Rows, []string{name, d.Value(o.Readings), d.Value(o.None), d.Percent(int64(o.None), int64(o.Readings))})
	}
	if few > 0 {
		t.Rest = d.T("portal.offices.few", "n", few)
	}
	return t
}
