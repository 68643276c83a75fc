package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"ronda"
	"ronda/internal/casework"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// assessPage is the data of page/work/assess.html. It is the same for every reader; a blind one sees no more than the content.
type assessPage struct {
	casework.View
	Line      queueLine
	Form      frame.Form
	Seat      string
	Dates     []frame.Choice // where the content's date is unknown, the reader chooses whose rule holds
	Grounds   []frame.Choice
	Ground    *groundView
	Policy    *ronda.Policy
	Targets   []frame.Choice
	Measures  []frame.Choice
	Acts      []frame.Choice
	Outcomes  []frame.Choice
	Excludes  []string
	Findings  []frame.Choice
	Evidence  []frame.Choice
	Items     []itemLine
	Files     []evidenceLine
	Claim     *ronda.FactCheck
	Complaint []frame.Choice
	Query     string
}

// groundView is a ground with the elements that hold on the rule date.
type groundView struct {
	ronda.Ground
	Elements []ronda.Element
	Rulings  []ronda.Ruling
	RuleDay  string
}

func (s *Site) showAssessment(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderAssessment(w, r, a, r.URL.Query(), nil)
}

func (s *Site) renderAssessment(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError) error {
	view, err := s.opt.Casework.View(r.Context(), a.Actor, r.PathValue("no"))
	if err != nil {
		return err
	}
	if view.Seat == "" {
		return ronda.Errorf(ronda.Forbidden, "assessment.not_drawn", "")
	}
	v, c := frame.VisitOf(r), view.Case
	if values.Get("rule_date") == "" && !c.ContentDate.IsZero() {
		values.Set("rule_date", c.ContentDate.UTC().Format(time.RFC3339))
	}
	page := assessPage{View: view, Line: s.line(v, ronda.QueueRow{ID: c.ID, Number: c.Number, Title: c.Title, Category: c.Category, Region: c.Region, Stage: c.Stage,
		Urgency: c.Urgency, DueAt: c.DueAt, Platforms: c.Platforms()}, nil, a),
		Form: frame.Form{Values: values, Faults: faults}, Seat: v.T("seat." + string(view.Seat)), Excludes: ronda.Exclusions()}
	s.assessChoices(v, c, values, &page)
	for _, it := range c.Items {
		page.Items = append(page.Items, itemLine{Item: it, PlatformName: s.pack.PlatformName(it.Platform), StateName: v.T("item." + string(it.State)), KindName: kindName(v, it.Kind)})
	}
	for _, e := range c.Evidence {
		l := s.evidenceLine(v, c, e)
		page.Files = append(page.Files, l)
		page.Evidence = append(page.Evidence, frame.Choice{Value: e.ID, Text: l.KindName + " · " + l.When})
		if e.Kind == "complaint" {
			page.Complaint = append(page.Complaint, frame.Choice{Value: e.ID, Text: l.KindName + " · " + l.When})
		}
	}
	if c.Claim != "" {
		if f, err := s.opt.FactChecks.FactCheck(r.Context(), c.Claim); err == nil && f.Live() {
			page.Claim = &f
		}
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/assess", Title: v.T("assess.title", "no", c.Number), Nav: "antrean",
		Crumbs: []frame.Crumb{{Text: v.T("queue.title"), Path: "/kerja/antrean"}, {Text: c.Number, Path: "/kerja/kasus/" + c.Number}}, Faults: faults, Data: page}))
}

// assessChoices fills the selects, and the chosen ground with the elements in force on its date.
func (s *Site) assessChoices(v *frame.Visit, c ronda.Case, values url.Values, page *assessPage) {
	zone := s.pack.Zone(c.Region)
	at, err := time.Parse(time.RFC3339, values.Get("rule_date"))
	if err != nil {
		at = c.OpenedAt
	}
	if c.ContentDate.IsZero() {
		for _, d := range ruleDates(s.pack, c) {
			page.Dates = append(page.Dates, frame.Choice{Value: d.UTC().Format(time.RFC3339), Text: v.T("assess.rule_of", "day", v.DateIn(d, zone)), Hint: rulesIn(v, s.pack, d)})
		}
	}
	for _, g := range s.pack.GroundsFor(c.Category, at) {
		if len(g.Acts) == 0 {
			continue
		}
		page.Grounds = append(page.Grounds, frame.Choice{Value: g.ID, Text: g.Cite + ": " + g.Title.In(v.Lang), Group: v.T("assess.grounds_law")})
	}
	for _, id := range c.Platforms() {
		p, _ := s.pack.Platform(id)
		for _, x := range p.Policies {
			if x.Holds(at) {
				page.Grounds = append(page.Grounds, frame.Choice{Value: "policy:" + id + ":" + x.ID, Text: x.Name, Group: v.T("assess.grounds_policy", "platform", p.Name)})
			}
		}
	}
	if platform, id, ok := ronda.SplitPolicy(values.Get("ground")); ok {
		if x, ok := s.pack.PolicyAt(platform, id, at); ok {
			page.Policy = &x
		}
	} else if g, ok := s.pack.GroundAt(values.Get("ground"), at); ok {
		gv := &groundView{Ground: g, Elements: g.ElementsAt(at), RuleDay: v.DateIn(at, zone)}
		for _, x := range g.Rulings {
			if x.Holds(at) {
				gv.Rulings = append(gv.Rulings, x)
			}
		}
		page.Ground = gv
	}
	for _, x := range ronda.Targets() {
		page.Targets = append(page.Targets, frame.Choice{Value: string(x), Text: v.T("target." + string(x))})
	}
	for _, x := range ronda.Measures()[1:] {
		page.Measures = append(page.Measures, frame.Choice{Value: string(x), Text: v.T("measure." + string(x)), Hint: v.T("measure." + string(x) + ".hint")})
	}
	for _, x := range []ronda.Act{ronda.Flag, ronda.Request} {
		page.Acts = append(page.Acts, frame.Choice{Value: string(x), Text: v.T("act." + string(x)), Hint: v.T("act." + string(x) + ".hint")})
	}
	for _, x := range []ronda.Outcome{ronda.OutcomeAct, ronda.OutcomeNoAct, ronda.OutcomeRefer} {
		page.Outcomes = append(page.Outcomes, frame.Choice{Value: string(x), Text: v.T("outcome." + string(x))})
	}
	for _, x := range []ronda.Finding{ronda.Met, ronda.NotMet, ronda.Unclear} {
		page.Findings = append(page.Findings, frame.Choice{Value: string(x), Text: v.T("finding." + string(x))})
	}
}

// ruleDates are the dates whose rules could hold for content of unknown date: the day the case was opened, and each later day on which
// a ruling or another version of a ground came into force.
func ruleDates(p *ronda.Pack, c ronda.Case) []time.Time {
	dates := []time.Time{c.OpenedAt}
	for _, g := range p.Grounds {
		for _, r := range g.Rulings {
			if r.From.After(c.OpenedAt) && !containsTime(dates, r.From) {
				dates = append(dates, r.From)
			}
		}
	}
	return dates
}

func containsTime(list []time.Time, t time.Time) bool {
	for _, x := range list {
		if x.Equal(t) {
			return true
		}
	}
	return false
}

func rulesIn(v *frame.Visit, p *ronda.Pack, at time.Time) string {
	var out []string
	for _, g := range p.Grounds {
		for _, r := range g.Rulings {
			if r.Holds(at) {
				out = append(out, r.Cite)
			}
		}
	}
	if len(out) == 0 {
		return v.T("assess.no_rulings")
	}
	return strings.Join(out, ", ")
}

// saveAssessment records the conclusion, or shows the form again where only another ground was chosen.
func (s *Site) saveAssessment(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	f := r.PostForm
	if f.Get("laku") != "simpan" {
		return s.renderAssessment(w, r, a, f, nil)
	}
	view, err := s.opt.Casework.View(r.Context(), a.Actor, r.PathValue("no"))
	if err != nil {
		return err
	}
	_, err = s.opt.Casework.Do(r.Context(), a.Actor, view.Case.ID, 0, ronda.Assess{Assessment: assessmentOf(f)})
	v := frame.VisitOf(r)
	switch ronda.KindOf(err) {
	case "":
		return s.frame.Redirect(w, r, "/kerja/kasus/"+view.Case.Number)
	case ronda.Invalid:
		return s.renderAssessment(w, r, a, f, v.Fields(err))
	}
	return err
}

// assessmentOf reads a conclusion from the form.
func assessmentOf(f url.Values) ronda.Assessment {
	x := ronda.Assessment{
		Ground: f.Get("ground"), PolicyNote: f.Get("policy_note"), Target: ronda.Target(f.Get("target")), Necessity: f.Get("necessity"),
		Measure: ronda.Measure(f.Get("measure")), Act: ronda.Act(f.Get("act")), Outcome: ronda.Outcome(f.Get("outcome")), Summary: f.Get("summary"), Complaint: f.Get("complaint"),
	}
	if at, err := time.Parse(time.RFC3339, f.Get("rule_date")); err == nil {
		x.RuleDate = at.UTC()
	}
	for name := range f {
		if id, ok := strings.CutPrefix(name, "finding."); ok {
			x.Elements = append(x.Elements, ronda.ElementFinding{Element: id, Finding: ronda.Finding(f.Get(name)), Because: f.Get("element." + id), Evidence: f["evidence."+id]})
		}
	}
	for _, reason := range ronda.Exclusions() {
		x.Exclusions = append(x.Exclusions, ronda.Exclusion{Reason: reason, Applies: f.Get("applies."+reason) == "ya", Because: f.Get("may_stay." + reason)})
	}
	return x
}
