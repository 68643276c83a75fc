package web

import (
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"

	"ronda"
	"ronda/internal/web/frame"
)

// noticeLine is an act of a case in words.
type noticeLine struct {
	ronda.Notice
	ActName, StateName, To, GroundName, ClockName, Due, Left, Sent, Received, By string
	Late                                                                         bool
	Rows                                                                         []noticeRow
	Warned                                                                       []frame.LogEntry
	Acts                                                                         map[string]bool // what this state allows
	May                                                                          map[string]bool // what this person may do
	Path                                                                         string
}

type noticeRow struct {
	ronda.NoticeItem
	AnswerName, When, Told string
}

// noticeLine puts an act into words, with what its state allows to be done.
func (s *Site) noticeLine(v *frame.Visit, c ronda.Case, n ronda.Notice, names map[string]string) noticeLine {
	zone := s.pack.Zone(c.Region)
	l := noticeLine{Notice: n, ActName: v.T("act." + string(n.Act)), StateName: v.T("notice." + string(n.State)), GroundName: s.groundName(v, n.Ground, n.RuleDate),
		Late: n.IsOverdue(v.Now), By: names[n.By]}
	l.To = s.pack.PlatformName(n.Platform)
	if n.Authority != "" {
		l.To = s.pack.AuthorityName(n.Authority, n.CreatedAt).Name.In(v.Lang)
	}
	if clock, ok := s.pack.ClockAt(n.Clock, n.RuleDate); ok {
		l.ClockName = clock.Name.In(v.Lang)
	}
	if due := n.Deadline(); !due.IsZero() {
		l.Due, l.Left = v.TimeIn(due, zone), v.Relative(due, v.Now)
	}
	if !n.SentAt.IsZero() {
		l.Sent = v.TimeIn(n.SentAt, zone)
	}
	if !n.ReceivedAt.IsZero() {
		l.Received = v.TimeIn(n.ReceivedAt, zone)
	}
	for _, it := range n.Items {
		row := noticeRow{NoticeItem: it, AnswerName: v.T("answer.none")}
		if it.Answer != "" {
			row.AnswerName, row.When = v.T("answer."+string(it.Answer)), v.TimeIn(it.AnsweredAt, zone)
		}
		if it.UploaderTold != "" {
			row.Told = v.T("told." + it.UploaderTold)
		}
		l.Rows = append(l.Rows, row)
	}
	for _, w := range n.Warnings {
		e := frame.LogEntry{When: v.TimeIn(w.At, zone), Title: v.T("warning.n", "n", strconv.Itoa(w.N)), Text: w.Text, Who: names[w.By]}
		if !w.DueAt.IsZero() {
			e.Text += "\n" + v.T("warning.due", "at", v.TimeIn(w.DueAt, zone))
		}
		l.Warned = append(l.Warned, e)
	}
	l.Acts = allowed(n, l.Late)
	return l
}

// allowed says which buttons make sense for a notice in its state; who may press them is decided by the rule.
func allowed(n ronda.Notice, late bool) map[string]bool {
	sent := n.State == ronda.NoticeSent || n.State == ronda.NoticeUnknown
	open := n.State == ronda.NoticeReceived
	needs := false
	for _, it := range n.Items {
		needs = needs || it.Answer == ronda.AnswerNeedsInfo
	}
	return map[string]bool{
		"tandatangan":  n.State == ronda.NoticeDraft,
		"serahkan":     n.Channel == "manual" && (n.State == ronda.NoticeQueued || n.State == ronda.NoticeUnknown),
		"terima":       sent && n.Act != ronda.Request,
		"ulang":        n.State == ronda.NoticeFailed || n.State == ronda.NoticeUnknown,
		"jawab":        n.Act == ronda.Request && (n.State == ronda.NoticeSent || open),
		"informasi":    open && needs,
		"peringatkan":  open && n.Act == ronda.Order && late && len(n.Warnings) < 3,
		"terima-surat": open && len(n.Warnings) > 0 && n.Warnings[len(n.Warnings)-1].ReceivedAt.IsZero(),
		"rekomendasi":  open && n.Act == ronda.Order && late && len(n.Warnings) >= 3 && n.BlockAdvised.IsZero(),
		"tarik":        n.State != ronda.NoticeWithdrawn && n.State != ronda.NoticeSending && n.State != ronda.NoticeRejected,
	}
}

// suggestions are what the search thinks belongs to a case and nobody has judged yet.
type suggestions struct {
	Cases   []similarLine
	Answers []similarLine // fact-checks
	Auto    *similarLine  // the fact-check that the case was opened on without a person; nil once somebody judged it
	Partial bool          // not everything was looked at yet
}

// Both are the cases and the fact-checks.
func (s suggestions) Both() []similarLine { return slices.Concat(s.Cases, s.Answers) }

// similar asks the search for what belongs to this case.
func (s *Site) similar(r *http.Request, a staff, c ronda.Case) (out suggestions, err error) {
	if !c.Stage.Open() {
		return out, nil
	}
	v := frame.VisitOf(r)
	found, err := s.opt.Suggest(r.Context(), c)
	if err != nil {
		return out, err
	}
	out.Partial = found.Partial
	seen := map[string]bool{} // or judged
	for _, l := range c.Links {
		seen[l.Kind+l.ID] = true
	}
	if c.Claim != "" && !seen["claim"+c.Claim] {
		out.Auto = &similarLine{Kind: "claim", ID: c.Claim, Level: "match"}
	}
	for _, h := range found.Hits {
		if h.Kind == "claim" && h.ID == c.Claim && out.Auto != nil && out.Auto.Why == "" {
			out.Auto.Why = strings.Join(s.reasons(v, h.Why), " ")
		}
		if seen[h.Kind+h.ID] || h.Level == "nothing" || h.ID == c.ID || h.ID == c.Claim {
			continue
		}
		l := similarLine{Kind: h.Kind, ID: h.ID, Level: h.Level, Why: strings.Join(s.reasons(v, h.Why), " ")}
		if h.Kind == "claim" {
			f, err := s.opt.FactChecks.FactCheck(r.Context(), h.ID)
			if err != nil || !f.Live() {
				continue
			}
			l.Title, l.Verdict, l.Path = f.Claim.In(v.Lang), f.Verdict, "/periksa/"+f.ID
			out.Answers = append(out.Answers, l)
		} else {
			view, err := s.opt.Casework.View(r.Context(), a.Actor, h.ID)
			if err != nil || !view.Case.Stage.Open() {
				continue
			}
			l.Title, l.Path = view.Case.Number+" · "+view.Case.Title, "/kerja/kasus/"+view.Case.Number
			out.Cases = append(out.Cases, l)
		}
		seen[h.Kind+h.ID] = true
	}
	more, err := s.suggestedChecks(r, c)
	for _, l := range more {
		if !seen["claim"+l.ID] && l.ID != c.Claim {
			out.Answers = append(out.Answers, l)
		}
	}
	return out, err
}

// confirmed are the open cases that an officer said tell the same story: they can be merged. ID is the number, as the form of a merge takes it.
func (s *Site) confirmed(r *http.Request, a staff, c ronda.Case) []similarLine {
	var out []similarLine
	for _, l := range c.Links {
		if l.Kind != "case" || !l.Same {
			continue
		}
		view, err := s.opt.Casework.View(r.Context(), a.Actor, l.ID)
		if err != nil || !view.Case.Stage.Open() {
			continue
		}
		out = append(out, similarLine{Kind: "case", ID: view.Case.Number, Title: view.Case.Number + " · " + view.Case.Title, Path: "/kerja/kasus/" + view.Case.Number})
	}
	return out
}

// caseChoices fills the selects of the forms.
func (s *Site) caseChoices(v *frame.Visit, r *http.Request, a staff, c ronda.Case, page *casePage) {
	for _, x := range s.pack.Categories {
		page.Categories = append(page.Categories, frame.Choice{Value: x.ID, Text: x.Name.In(v.Lang), Hint: x.Official.In(v.Lang)})
	}
	for n := 1; n <= 5; n++ {
		page.Urgencies = append(page.Urgencies, frame.Choice{Value: strconv.Itoa(n), Text: strconv.Itoa(n) + " · " + v.T("urgency."+strconv.Itoa(n))})
	}
	for _, x := range ronda.CloseReasons() {
		page.Reasons = append(page.Reasons, frame.Choice{Value: string(x), Text: v.T("close." + string(x))})
	}
	for _, x := range s.pack.Referrals {
		page.Paths = append(page.Paths, frame.Choice{Value: x.ID, Text: x.Name.In(v.Lang), Hint: x.How.In(v.Lang)})
	}
	page.AllRegions = s.regionChoices(v, s.areaOf(a))
	for code := c.Region; code != ""; code = s.pack.Parent(code) {
		for _, ct := range s.pack.ContestsIn(code) {
			page.Contests = append(page.Contests, frame.Choice{Value: ct.ID, Text: s.contestName(v, ct)})
		}
	}
	if page.Can[ronda.TriageCase] && s.opt.Partners != nil && (c.Stage == ronda.StageNew || c.Stage == ronda.StageTriage || c.Stage == ronda.StageAssessment) {
		advisers, err := s.opt.Partners.Advisers(r.Context(), c)
		if err != nil {
			return
		}
		for _, p := range advisers {
			kind, _ := s.pack.PartnerKind(p.Kind)
			page.Advisers = append(page.Advisers, frame.Choice{Value: p.ID, Text: p.Name + " · " + kind.Name.In(v.Lang)})
		}
	}
	if page.Can[ronda.AssignCase] {
		readers, err := s.opt.Readers.Readers(r.Context(), a.Org)
		if err != nil {
			return
		}
		for _, x := range readers {
			if ronda.Can(x, ronda.TriageCase, c, s.pack) == nil {
				page.Colleagues = append(page.Colleagues, frame.Choice{Value: x.Account, Text: x.Name, Group: s.pack.OfficeName(x.Office, v.Lang, v.Now)})
			}
		}
		sort.SliceStable(page.Colleagues, func(i, j int) bool { return page.Colleagues[i].Group < page.Colleagues[j].Group })
	}
}

// regionChoices lists an area with everything in it, grouped by province.
func (s *Site) regionChoices(v *frame.Visit, area string) []frame.Choice {
	var out []frame.Choice
	for _, code := range s.pack.Children(area) {
		children := s.pack.Children(code)
		if len(children) == 0 {
			out = append(out, frame.Choice{Value: code, Text: s.pack.RegionName(code)})
			continue
		}
		out = append(out, frame.Choice{Value: code, Text: s.pack.RegionName(code), Group: s.pack.RegionName(code)})
		for _, x := range children {
			out = append(out, frame.Choice{Value: x, Text: s.pack.RegionName(x), Group: s.pack.RegionName(code)})
		}
	}
	if area != "" {
		out = append([]frame.Choice{{Value: area, Text: s.pack.RegionName(area)}}, out...)
	}
	return out
}

func sortRows(rows []frame.Row) {
	sort.Slice(rows, func(i, j int) bool {
		if rows[i].Values[0] != rows[j].Values[0] {
			return len(rows[i].Values[0]) > len(rows[j].Values[0]) || (len(rows[i].Values[0]) == len(rows[j].Values[0]) && rows[i].Values[0] > rows[j].Values[0])
		}
		return rows[i].Name < rows[j].Name
	})
}

// mayDo says which forms of an act a person may use. The rule decides again when they are sent.
func mayDo(can map[ronda.Action]bool) map[string]bool {
	return map[string]bool{
		"tandatangan": can[ronda.SignOrder], "serahkan": can[ronda.Deliver], "terima": can[ronda.Deliver], "ulang": can[ronda.Deliver],
		"jawab": can[ronda.MinistryAnswer], "informasi": can[ronda.Deliver], "peringatkan": can[ronda.WarnPlatform],
		"terima-surat": can[ronda.Deliver], "rekomendasi": can[ronda.WarnPlatform], "tarik": can[ronda.WithdrawAct],
	}
}
