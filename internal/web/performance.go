package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"time"

	"ronda"
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

// groundTally is what came of the acts on one ground.
type groundTally struct {
	Ground, Name                          string
	Notices, Clocked, InTime, Late, Waits int
	Addresses                             int
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

// received collects every act that a platform received, page by page.
func (s *Site) received(r *http.Request, a staff) ([]ronda.Notice, error) {
	if a.Platform == "" || !a.Has(ronda.RoleLiaison) {
		return nil, ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	var out []ronda.Notice
	f := ronda.NoticeFilter{Size: 1000}
	for {
		in, err := s.opt.Notices.Inbox(r.Context(), a.Actor, f)
		if err != nil {
			return nil, err
		}
		for _, row := range in.Rows {
			out = append(out, row.Notice)
		}
		if len(in.Rows) < f.Size {
			return out, nil
		}
		f.After = in.Rows[len(in.Rows)-1].Notice.ID
	}
}

// timely tells whether an act with a deadline was answered before it: ended is false while it is open and the deadline ahead.
func timely(n ronda.Notice, now time.Time) (inTime, ended bool) {
	due := n.DueAt
	switch {
	case due.IsZero() || n.State == ronda.NoticeWithdrawn:
		return false, false
	case n.State == ronda.NoticeAnswered:
		return !n.Overdue && !n.AnsweredAt.After(due), true
	}
	return false, n.Overdue || n.IsOverdue(now)
}

func (t *groundTally) add(n ronda.Notice, now time.Time) {
	t.Notices++
	t.Addresses += len(n.Items)
	if n.Unanswered() > 0 && n.State != ronda.NoticeWithdrawn {
		t.Waits++
	}
	if !n.DueAt.IsZero() {
		t.Clocked++
	}
	if inTime, ended := timely(n, now); ended && inTime {
		t.InTime++
	} else if ended {
		t.Late++
	}
}

func (s *Site) showPerformance(w http.ResponseWriter, r *http.Request, a staff) error {
	all, err := s.received(r, a)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page := performancePage{Name: s.pack.PlatformName(a.Platform), Median: -1, All: groundTally{Name: v.T("performance.all")}}
	grounds, outcomes := map[string]*groundTally{}, map[ronda.Answer]int{}
	var took []time.Duration
	for _, n := range all {
		g := grounds[n.Ground]
		if g == nil {
			g = &groundTally{Ground: n.Ground, Name: s.groundName(v, n.Ground, n.RuleDate)}
			grounds[n.Ground] = g
		}
		g.add(n, v.Now)
		page.All.add(n, v.Now)
		for _, it := range n.Items {
			outcomes[it.Answer]++
		}
		if !n.AnsweredAt.IsZero() && !n.ReceivedAt.IsZero() {
			took = append(took, n.AnsweredAt.Sub(n.ReceivedAt))
		}
	}
	for _, g := range grounds {
		page.Grounds = append(page.Grounds, *g)
	}
	sort.Slice(page.Grounds, func(i, j int) bool {
		x, y := page.Grounds[i], page.Grounds[j]
		return x.Notices > y.Notices || (x.Notices == y.Notices && x.Ground < y.Ground)
	})
	for _, x := range append(ronda.Answers(), "") {
		name := "answer.none"
		if x != "" {
			name = "answer." + string(x)
		}
		if outcomes[x] > 0 {
			page.Outcomes = append(page.Outcomes, frame.Row{Name: v.T(name), Values: []string{strconv.Itoa(outcomes[x])}})
		}
	}
	if page.Appeals, err = s.appealTally(r, a); err != nil {
		return err
	}
	if len(took) > 0 {
		slices.Sort(took)
		page.Median = int(took[len(took)/2].Round(time.Hour) / time.Hour)
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
	all, err := s.received(r, a)
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
	for _, n := range all {
		verdict := ""
		if inTime, ended := timely(n, now); ended {
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
