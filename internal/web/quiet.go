package web

import (
	"net/http"
	"net/url"
	"time"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// quietPage is the data of page/work/quiet.html.
type quietPage struct {
	Contests []quietContest
	Rules    []ruleLine
	None     bool
	Form     frame.Form
	Failed   string // id of what was refused
	Done     string
	Reasons  []frame.Choice
	Now      string // in the form of a field for day and time
}

type quietContest struct {
	ID, Name, Span, State string
	Zone                  string
	May                   bool
	Open, Decided         []markLine
	Unclear               []registeredLine
	Off, Accounts         int
}

// ruleLine is a rule of the calendar in words.
type ruleLine struct{ Text, Cite, Doubt, Standing string }

func (s *Site) showQuiet(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderQuiet(w, r, a, "", url.Values{}, nil)
}

func (s *Site) renderQuiet(w http.ResponseWriter, r *http.Request, a staff, failed string, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	open := s.mayOpen(a.Actor)
	if len(open) == 0 {
		return ronda.Errorf(ronda.Forbidden, "campaign.no_contest", "")
	}
	page := quietPage{Form: frame.Form{Values: values, Faults: faults}, Failed: failed, Rules: s.ruleLines(v)}
	if done := r.URL.Query().Get("selesai"); done != "" && v.Has("campaign.done."+done) {
		page.Done = v.T("campaign.done."+done, "n", 1)
	}
	for _, x := range ronda.DismissReasons() {
		page.Reasons = append(page.Reasons, frame.Choice{Value: x, Text: v.T("campaign.dismiss." + x)})
	}
	sums, err := s.opt.Campaign.Summaries(r.Context())
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for _, x := range sums {
		has[x.Contest] = true
	}
	for _, c := range open {
		if !has[c.ID] && len(open) > 1 {
			continue
		}
		reg, _, err := s.opt.Campaign.View(r.Context(), a.Actor, c.ID)
		if err != nil {
			return err
		}
		page.Contests = append(page.Contests, s.quietContest(v, a.Actor, c, reg))
	}
	page.None = len(page.Contests) == 0
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/quiet", Title: v.T("campaign.quiet.title"), Nav: "masa-tenang", Faults: faults, Data: page}))
}

func (s *Site) quietContest(v *frame.Visit, a ronda.Actor, c ronda.Contest, reg ronda.Register) quietContest {
	sum := reg.Summary()
	q := quietContest{ID: c.ID, Name: s.contestName(v, c), May: ronda.CanMark(a, c, s.pack) == nil, Off: sum.Off, Accounts: sum.Accounts}
	zone := s.pack.Zone(c.Region)
	from, to, ok := s.pack.StageSpan("quiet", c.Region)
	if ok {
		q.Span = v.T("campaign.quiet.span", "from", v.TimeIn(from, zone), "to", v.TimeIn(to, zone))
		switch {
		case v.Now.Before(from):
			q.State = v.T("campaign.quiet.before", "when", v.Relative(from, v.Now))
		case v.Now.Before(to):
			q.State = v.T("campaign.quiet.now")
		default:
			q.State = v.T("campaign.quiet.after")
		}
	}
	for _, m := range reg.Marks {
		if m.State == ronda.MarkOpen {
			q.Open = append(q.Open, s.markLine(v, reg, m))
		} else {
			q.Decided = append(q.Decided, s.markLine(v, reg, m))
		}
	}
	for _, x := range reg.Accounts {
		if x.Registered() && x.Look == ronda.RecheckUnclear {
			q.Unclear = append(q.Unclear, s.registeredLine(v, x, zone))
		}
	}
	return q
}

func (s *Site) ruleLines(v *frame.Visit) []ruleLine {
	var out []ruleLine
	for _, r := range s.pack.CampaignRules {
		l := ruleLine{Text: r.Text.In(v.Lang), Cite: r.Source.Cite, Doubt: r.Source.Doubt.In(v.Lang)}
		if !r.Marks() {
			l.Standing = v.T("campaign.rule.unverified")
		}
		out = append(out, l)
	}
	return out
}

// decideMark is an officer of the supervisor saying what they saw.
func (s *Site) decideMark(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := parseMultipart(r); err != nil {
		return err
	}
	defer dropFiles(r)
	f, contest := r.PostForm, r.PathValue("contest")
	c, ok := s.pack.Contest(contest)
	if !ok {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	if err := ronda.CanMark(a.Actor, c, s.pack); err != nil {
		return err
	}
	cmd, err := s.markCommand(r, c)
	if err == nil {
		_, err = s.opt.Campaign.Do(r.Context(), a.Actor, contest, cmd)
	}
	switch ronda.KindOf(err) {
	case "":
		return s.frame.Redirect(w, r, "/kerja/masa-tenang?selesai="+r.PathValue("act"))
	case ronda.Invalid:
		return s.renderQuiet(w, r, a, f.Get("mark")+f.Get("account"), f, frame.VisitOf(r).Fields(err))
	}
	return err
}

func (s *Site) markCommand(r *http.Request, c ronda.Contest) (ronda.RegisterCommand, error) {
	f := r.PostForm
	note, err := cleanText(f.Get("note"), "note", 2000)
	if err != nil {
		return nil, err
	}
	switch r.PathValue("act") {
	case "tidak":
		return ronda.DismissMark{Mark: f.Get("mark"), Reason: f.Get("reason"), Note: note}, nil
	case "nonaktif":
		return ronda.SawGone{Account: f.Get("account")}, nil
	case "benar":
		cmd := ronda.ConfirmMark{Mark: f.Get("mark"), Account: f.Get("account"), Rule: f.Get("rule"), Note: note}
		if f.Get("seen_at") != "" {
			if cmd.SeenAt, err = time.ParseInLocation("2006-01-02T15:04", f.Get("seen_at"), s.pack.Zone(c.Region)); err != nil {
				return nil, ronda.Errorf(ronda.Invalid, "campaign.seen_at", "seen_at")
			}
		}
		files, err := readUploads(r, "files")
		if err != nil {
			return nil, err
		}
		defer closeUploads(files)
		for _, u := range files {
			u.Kind = "proof"
			e, err := s.opt.Evidence.Keep(r.Context(), ronda.MarkOwner(c.ID), u)
			if err != nil {
				return nil, err
			}
			cmd.Evidence = append(cmd.Evidence, e)
		}
		return cmd, nil
	}
	return nil, ronda.Errorf(ronda.NotFound, "page", "")
}

func (s *Site) showMarkFile(w http.ResponseWriter, r *http.Request, a staff) error {
	reg, _, err := s.opt.Campaign.View(r.Context(), a.Actor, r.PathValue("contest"))
	if err != nil {
		return err
	}
	m, _ := reg.Mark(r.PathValue("mark"))
	for _, e := range m.Evidence {
		if e.ID == r.PathValue("id") {
			return s.serveEvidence(w, r, a, e, ronda.MarkOwner(reg.Contest))
		}
	}
	return ronda.Errorf(ronda.NotFound, "page", "")
}
