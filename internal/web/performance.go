package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"ronda"
	"ronda/internal/notice"
	"ronda/internal/web/frame"
)

// performanceRoutes lists the pages on which a platform sees its own record.
func (s *Site) performanceRoutes() []frame.Route {
	if s.opt.Casework == nil {
		return nil
	}
	return []frame.Route{
		{Pattern: "GET /penghubung/kinerja", Action: s.work(s.showPerformance)},
		{Pattern: "GET /penghubung/kinerja.csv", Action: s.work(s.downloadPerformance)},
	}
}

// groundTally is a line of the table.
type groundTally struct {
	Name string
	notice.Tally
}

// performancePage is the data of page/work/performance.html.
type performancePage struct {
	Name     string
	All      groundTally
	Grounds  []groundTally
	Outcomes []frame.Row
	Appeals  []frame.Row
	Median   int // hours from receipt to the last answer; -1 where nothing was answered
}

func (s *Site) showPerformance(w http.ResponseWriter, r *http.Request, a staff) error {
	p, err := s.opt.Notices.Performance(r.Context(), a.Actor)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page := performancePage{Name: s.pack.PlatformName(a.Platform), Median: -1, All: groundTally{v.T("performance.all"), p.All}}
	for _, g := range p.Grounds {
		page.Grounds = append(page.Grounds, groundTally{s.groundName(v, g.Ground, g.RuleDate), g.Tally})
	}
	for _, x := range append(ronda.Answers(), "") {
		name := "answer.none"
		if x != "" {
			name = "answer." + string(x)
		}
		if p.Outcomes[x] > 0 {
			page.Outcomes = append(page.Outcomes, frame.Row{Name: v.T(name), Values: []string{strconv.Itoa(p.Outcomes[x])}})
		}
	}
	if page.Appeals, err = s.appealTally(r, a); err != nil {
		return err
	}
	if p.Answered > 0 {
		page.Median = int(p.Median.Round(time.Hour) / time.Hour)
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/performance", Title: v.T("performance.title", "name", page.Name), Nav: "kinerja", Data: page}))
}

// appealTally counts the objections against acts to the platform by where they stand.
func (s *Site) appealTally(r *http.Request, a staff) ([]frame.Row, error) {
	if s.opt.Appeals == nil {
		return nil, nil
	}
	n, err := s.opt.Appeals.Tally(r.Context(), a.Actor)
	if err != nil {
		return nil, err
	}
	v := frame.VisitOf(r)
	return []frame.Row{{Name: v.T("performance.appeals.open"), Values: []string{strconv.Itoa(n.Open)}}, {Name: v.T("performance.appeals.upheld"), Values: []string{strconv.Itoa(n.Upheld)}},
		{Name: v.T("performance.appeals.overturned"), Values: []string{strconv.Itoa(n.Overturned)}}, {Name: v.T("performance.appeals.own"), Values: []string{strconv.Itoa(n.Own)}}}, nil
}

// downloadPerformance is one line an act, with times in UTC.
func (s *Site) downloadPerformance(w http.ResponseWriter, r *http.Request, a staff) error {
	p, err := s.opt.Notices.Performance(r.Context(), a.Actor)
	if err != nil {
		return err
	}
	now := frame.VisitOf(r).Now
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="ronda-`+a.Platform+`.csv"`)
	out := csv.NewWriter(w)
	if err := out.Write([]string{"notice", "act", "ground", "state", "addresses", "unanswered", "sent_at", "received_at", "due_at", "answered_at", "in_time"}); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	for _, n := range p.Acts {
		verdict := ""
		if inTime, ended := notice.Timely(n, now); ended {
			verdict = map[bool]string{true: "yes", false: "no"}[inTime]
		}
		err := out.Write([]string{n.ID, string(n.Act), n.Ground, string(n.State), strconv.Itoa(len(n.Items)), strconv.Itoa(n.Unanswered()),
			stamp(n.SentAt), stamp(n.ReceivedAt), stamp(n.DueAt), stamp(n.AnsweredAt), verdict})
		if err != nil {
			return fmt.Errorf("write table: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
