package web

import (
	"context"
	"net/http"
	"strings"

	"ronda"
	"ronda/internal/web/frame"
)

// BrigadeOptions joins the pages to what was found of coordinated reports.
type BrigadeOptions struct {
	BrigadesOf func(ctx context.Context, caseID string) ([]ronda.Brigade, error)
	Brigades   func(ctx context.Context) ([]ronda.Brigade, error)
}

func (s *Site) brigadeRoutes() []frame.Route {
	if s.opt.Brigades == nil {
		return nil
	}
	return []frame.Route{{Pattern: "GET /data/laporan-terkoordinasi", Action: s.showBrigades}}
}

// brigadeLine is one wave in words.
type brigadeLine struct {
	When    string
	Total   int
	Cases   int
	Reasons []string
}

// brigadePage is the data of page/data/brigades.html.
type brigadePage struct {
	Rows    []brigadeLine
	Reports int
	Rules   string
}

func (s *Site) brigadeLine(v *frame.Visit, b ronda.Brigade) brigadeLine {
	l := brigadeLine{When: v.Time(b.First), Total: b.Total(), Cases: len(b.Cases)}
	for _, x := range b.Signals {
		l.Reasons = append(l.Reasons, v.T("brigade.sign."+x.Kind, "n", v.Number(int64(x.N)), "of", v.Number(int64(x.Of))))
	}
	return l
}

// showBrigades shows everybody how many waves were found, by which signs. Which cases and whom they were about it does not say: a wave must not
// gain by being named.
func (s *Site) showBrigades(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	found, err := s.opt.Brigades(r.Context())
	if err != nil {
		return err
	}
	rule := ronda.BrigadeRule()
	page := brigadePage{Rules: v.T("brigade.rules", "least", v.Number(int64(rule.Least)), "hours", v.Number(int64(rule.Window.Hours())), "like", v.Number(int64(100*rule.Likeness)))}
	for _, b := range found {
		page.Reports += b.Total()
		page.Rows = append(page.Rows, s.brigadeLine(v, b))
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/brigades", Title: v.T("brigade.title"), Section: frame.Data, Nav: "data", Crumbs: dataCrumbs(v), Data: page})
}

// brigadesOn says what was found in a case's reports, once nobody who reads it can be swayed: after the decision, or after its end.
func (s *Site) brigadesOn(r *http.Request, v *frame.Visit, c ronda.Case, sight ronda.Sight) []string {
	if s.opt.BrigadesOf == nil || sight != ronda.SightFull || c.Stage.Open() && c.Decision == nil {
		return nil
	}
	found, err := s.opt.BrigadesOf(r.Context(), c.ID)
	if err != nil {
		s.opt.Log.WarnContext(r.Context(), "coordinated reports not read", "case", c.ID, "error", err)
		return nil
	}
	var out []string
	for _, b := range found {
		l := s.brigadeLine(v, b)
		out = append(out, v.T("brigade.on_case", "n", v.Number(int64(b.Cases[c.ID])), "total", v.Number(int64(l.Total)), "time", l.When)+" "+strings.Join(l.Reasons, " "))
	}
	return out
}
