package web

import (
	"net/http"

	"ronda"
	"ronda/internal/web/frame"
)

// actsPage is the data of page/data/acts.html.
type actsPage struct {
	Rows      []noticeLine
	Form      frame.Form
	Platforms []frame.Choice
	Acts      []frame.Choice
	Total     int
	Active    int
	Next      string
}

// listActs lists public acts, newest first, with a cursor instead of page numbers.
func (s *Site) listActs(w http.ResponseWriter, r *http.Request) error {
	v, q := frame.VisitOf(r), r.URL.Query()
	f := ronda.NoticeFilter{Platform: q.Get("platform"), Act: ronda.Act(q.Get("jenis")), After: q.Get("setelah"), Size: 50}
	rows, total, err := s.opt.Notices.PublicList(r.Context(), f)
	if err != nil {
		return err
	}
	page := actsPage{Total: total, Form: frame.Form{Values: q}}
	for _, row := range rows {
		page.Rows = append(page.Rows, s.noticeLine(v, ronda.Case{Region: row.Notice.Region}, row.Notice, nil))
	}
	if len(rows) == 50 {
		q.Set("setelah", rows[49].Notice.ID)
		page.Next = "/data/tindakan?" + q.Encode()
	}
	for _, p := range s.pack.Platforms {
		page.Platforms = append(page.Platforms, frame.Choice{Value: p.ID, Text: p.Name})
	}
	for _, x := range ronda.Acts() {
		page.Acts = append(page.Acts, frame.Choice{Value: string(x), Text: v.T("act." + string(x))})
	}
	for _, name := range []string{"platform", "jenis"} {
		if q.Get(name) != "" {
			page.Active++
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/acts", Title: v.T("acts.title"), Section: frame.Data, Nav: "data",
		Crumbs: []frame.Crumb{{Text: v.T("data.title"), Path: "/data"}}, Data: page})
}

// actPage is the data of page/data/act.html.
type actPage struct {
	Line     noticeLine
	Ground   ronda.Ground
	Policy   ronda.Policy
	Log      []frame.LogEntry
	Facts    []frame.Row
	Title    string
	Category string
	Region   string
	Entries  []entryLine
}

// entryLine is an entry of the public log in words.
type entryLine struct {
	ronda.LogEntry
	Name, When string
}

// showAct is the lasting public page of an act: who asked, on which rule, what came of each address. It was redacted before it came here.
func (s *Site) showAct(w http.ResponseWriter, r *http.Request) error {
	row, err := s.opt.Notices.Public(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v, n := frame.VisitOf(r), row.Notice
	page := actPage{Line: s.noticeLine(v, ronda.Case{Region: n.Region}, n, nil), Region: s.regionName(v, n.Region)}
	if c, ok := s.pack.Category(n.Category); ok {
		page.Category = c.Name.In(v.Lang)
	}
	if platform, id, ok := ronda.SplitPolicy(n.Ground); ok {
		page.Policy, _ = s.pack.PolicyAt(platform, id, n.RuleDate)
	} else {
		page.Ground, _ = s.pack.GroundAt(n.Ground, n.RuleDate)
	}
	sender := s.pack.OfficeName(n.Office, v.Lang, n.CreatedAt)
	page.Title = v.T("acts.title_of", "sender", sender, "act", page.Line.ActName, "to", page.Line.To)
	page.Facts = []frame.Row{
		{Name: v.T("inbox.sender"), Values: []string{sender}}, {Name: v.T("notice.to"), Values: []string{page.Line.To}},
		{Name: v.T("queue.problem"), Values: []string{page.Category}}, {Name: v.T("queue.region"), Values: []string{page.Region}},
		{Name: v.T("inbox.measure"), Values: []string{v.T("measure." + string(n.Measure))}}, {Name: v.T("case.state"), Values: []string{page.Line.StateName}},
	}
	page.Log = s.actLog(v, n)
	entries, err := s.opt.LogEntries.NoticeEntries(r.Context(), n.ID)
	if err != nil {
		return err
	}
	for _, e := range entries {
		page.Entries = append(page.Entries, entryLine{LogEntry: e, Name: v.T("log.kind." + e.Kind), When: v.TimeIn(e.At, s.pack.Zone(n.Region))})
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/act", Title: page.Title, Section: frame.Data, Nav: "data",
		Crumbs: []frame.Crumb{{Text: v.T("data.title"), Path: "/data"}, {Text: v.T("acts.title"), Path: "/data/tindakan"}}, Data: page})
}

// actLog is the history of an act that everyone may see.
func (s *Site) actLog(v *frame.Visit, n ronda.Notice) []frame.LogEntry {
	zone := s.pack.Zone(n.Region)
	var log []frame.LogEntry
	add := func(key string, at interface{ IsZero() bool }, when, text string) {
		if !at.IsZero() {
			log = append(log, frame.LogEntry{When: when, Title: v.T(key), Text: text})
		}
	}
	add("acts.log.sent", n.SentAt, v.TimeIn(n.SentAt, zone), "")
	add("acts.log.received", n.ReceivedAt, v.TimeIn(n.ReceivedAt, zone), "")
	if due := n.Deadline(); !due.IsZero() {
		add("acts.log.due", due, v.TimeIn(due, zone), "")
	}
	for _, w := range n.Warnings {
		add("acts.log.warned", w.At, v.TimeIn(w.At, zone), v.T("warning.n", "n", w.N))
	}
	add("acts.log.reasons", n.ReasonsAt, v.TimeIn(n.ReasonsAt, zone), "")
	add("acts.log.block", n.BlockAdvised, v.TimeIn(n.BlockAdvised, zone), v.T("acts.log.block.text"))
	add("acts.log.answered", n.AnsweredAt, v.TimeIn(n.AnsweredAt, zone), "")
	add("acts.log.overturned", n.Overturned, v.TimeIn(n.Overturned, zone), "")
	add("acts.log.revoke", n.RevokeAdvised, v.TimeIn(n.RevokeAdvised, zone), "")
	add("acts.log.withdrawn", n.WithdrawnAt, v.TimeIn(n.WithdrawnAt, zone), "")
	return log
}
