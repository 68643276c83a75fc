package web

import (
	"fmt"
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// partnerDeskPage is the data of page/work/partners.html.
type partnerDeskPage struct {
	Waiting, Rest []partnerLine
}

type partnerLine struct {
	ronda.Partner
	KindName, RegionNames, StateName string
	Motion                           string // what waits
	Since                            string
	Voted                            bool
}

func (s *Site) partnerLine(v *frame.Visit, a staff, p ronda.Partner) partnerLine {
	kind, _ := s.pack.PartnerKind(p.Kind)
	l := partnerLine{Partner: p, KindName: kind.Name.In(v.Lang), StateName: v.T("partner.state." + string(p.State))}
	names := s.regionNames(v, p.Regions)
	l.RegionNames = names[0]
	if len(names) > 1 {
		l.RegionNames = fmt.Sprintf("%s +%d", names[0], len(names)-1)
	}
	if open := p.OpenMotions(); len(open) > 0 {
		l.Motion, l.Since, l.Voted = v.T("partner.motion."+string(open[0].Kind)), v.Time(open[0].At), open[0].Voted(a.Account)
	}
	return l
}

// showPartnerDesk lists what waits for a decision, then everybody else.
func (s *Site) showPartnerDesk(w http.ResponseWriter, r *http.Request, a staff) error {
	v := frame.VisitOf(r)
	waiting, rest, err := s.opt.Partners.Desk(r.Context(), a.Actor)
	if err != nil {
		return err
	}
	var page partnerDeskPage
	for _, p := range waiting {
		page.Waiting = append(page.Waiting, s.partnerLine(v, a, p))
	}
	for _, p := range rest {
		page.Rest = append(page.Rest, s.partnerLine(v, a, p))
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/partners", Title: v.T("partner.desk.title"), Nav: "kerja-mitra", Data: page}))
}

// partnerFilePage is the data of page/work/partner_file.html.
type partnerFilePage struct {
	Line        partnerLine
	Facts       []frame.Row
	Contact     ronda.ContactPerson
	Motions     []motionBlock
	Suspensions []suspensionLine
	Shares      []shareLine
	Log         []frame.LogEntry
	Measures    []frame.Choice
	Reasons     []frame.Choice
	Form        frame.Form
	Base        string
}

type motionBlock struct {
	ronda.PartnerMotion
	Name, When, Reason string
	Want               []frame.Row
	Votes              []voteLine
	May                bool
	WhyNot             string
}

type suspensionLine struct {
	ronda.Suspension
	Why, When, Lapses, Answered, Ended string
}

type shareLine struct {
	Name, Level, Numbers, How string
}

func (s *Site) showPartnerFile(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderPartnerFile(w, r, a, url.Values{}, nil)
}

func (s *Site) renderPartnerFile(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	p, contact, standing, err := s.opt.Partners.View(r.Context(), a.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	page := partnerFilePage{Line: s.partnerLine(v, a, p), Facts: s.partnerFacts(v, p, p.PartnerTerms), Contact: contact, Shares: s.shareLines(v, standing), Log: s.partnerLog(v, p),
		Suspensions: s.suspensionLines(v, p), Form: frame.Form{Values: values, Faults: faults}, Base: "/kerja/mitra/" + p.ID}
	for _, m := range p.OpenMotions() {
		b := motionBlock{PartnerMotion: m, Name: v.T("partner.motion." + string(m.Kind)), When: v.Time(m.At)}
		if m.Kind.Asked() && m.Kind != ronda.MotionAccredit {
			b.Want = s.partnerFacts(v, ronda.Partner{Kind: p.Kind}, m.Want)
		}
		if m.Reason != "" {
			b.Reason = v.T("partner.reason." + m.Reason)
		}
		for i, x := range m.Votes {
			b.Votes = append(b.Votes, voteLine{N: i + 1, Office: s.pack.OfficeName(x.Office, v.Lang, x.At), Decision: v.T("partner.vote." + yesNo(x.Yes)), Reasons: x.Reasons, When: v.Time(x.At)})
		}
		why := s.opt.Partners.WhyNot(r.Context(), a.Actor, p.ID, m.ID)
		if b.May = why == nil; !b.May {
			b.WhyNot = v.Error(why)
		}
		page.Motions = append(page.Motions, b)
	}
	for _, k := range measuresFor(p) {
		page.Measures = append(page.Measures, frame.Choice{Value: string(k), Text: v.T("partner.measure." + string(k))})
	}
	for _, x := range ronda.SuspensionReasons() {
		page.Reasons = append(page.Reasons, frame.Choice{Value: x, Text: v.T("partner.reason." + x)})
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/partner_file", Title: p.Name, Nav: "kerja-mitra", Faults: faults,
		Crumbs: []frame.Crumb{{Text: v.T("partner.desk.title"), Path: "/kerja/mitra"}}, Data: page}))
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// measuresFor lists what can be moved about a partner now.
func measuresFor(p ronda.Partner) []ronda.MotionKind {
	for _, m := range p.OpenMotions() {
		if !m.Kind.Asked() {
			return nil
		}
	}
	switch p.State {
	case ronda.PartnerAccredited:
		return []ronda.MotionKind{ronda.MotionSuspend, ronda.MotionEnd}
	case ronda.PartnerSuspended:
		return []ronda.MotionKind{ronda.MotionLift, ronda.MotionEnd}
	}
	return nil
}

func (s *Site) suspensionLines(v *frame.Visit, p ronda.Partner) []suspensionLine {
	var out []suspensionLine
	for _, x := range p.Suspensions {
		l := suspensionLine{Suspension: x, Why: v.T("partner.reason." + x.Reason), When: v.Time(x.At)}
		if !x.LapsesAt.IsZero() {
			l.Lapses = v.Time(x.LapsesAt)
		}
		if !x.AnsweredAt.IsZero() {
			l.Answered = v.Time(x.AnsweredAt)
		}
		if !x.EndedAt.IsZero() {
			l.Ended = v.T("partner.suspension."+x.How) + " · " + v.Time(x.EndedAt)
		}
		out = append(out, l)
	}
	return out
}

// shareLines says how a partner stands as a flagger, with the numbers and how they were computed.
func (s *Site) shareLines(v *frame.Visit, st ronda.FlaggerStanding) []shareLine {
	line := func(name string, x ronda.Share) shareLine {
		l := shareLine{Name: v.T("partner.share." + name), Level: v.T("partner.level." + string(x.Level())), How: v.T("partner.share." + name + ".how")}
		l.Numbers = v.T("partner.share.numbers", "good", v.Number(int64(x.Good)), "of", v.Number(int64(x.Of)), "low", v.Number(int64(100*x.Low+.5)), "high", v.Number(int64(100*x.High+.5)))
		return l
	}
	return []shareLine{line("complete", st.Complete), line("prompt", st.Prompt), line("held", st.Held)}
}

// changePartner takes a vote or a measure.
func (s *Site) changePartner(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f, v := r.PostForm, frame.VisitOf(r)
	var cmd ronda.PartnerCommand
	switch r.PathValue("act") {
	case "suara":
		if f.Get("yes") != "ya" && f.Get("yes") != "tidak" {
			return s.renderPartnerFile(w, r, a, f, v.Fields(&ronda.Error{Kind: ronda.Invalid, Fields: []*ronda.Error{ronda.Errorf(ronda.Invalid, "partner.vote_missing", "yes")}}))
		}
		cmd = ronda.DecideMotion{Motion: f.Get("motion"), Yes: f.Get("yes") == "ya", Reasons: f.Get("reasons")}
	case "tindakan":
		cmd = ronda.MoveMeasure{Kind: ronda.MotionKind(f.Get("kind")), Reason: f.Get("reason"), Text: f.Get("text"), Urgent: f.Get("urgent") == "ya"}
	default:
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	_, err := s.opt.Partners.Do(r.Context(), a.Actor, r.PathValue("id"), cmd)
	switch ronda.KindOf(err) {
	case "":
		return s.frame.Redirect(w, r, "/kerja/mitra/"+url.PathEscape(r.PathValue("id")))
	case ronda.Invalid:
		return s.renderPartnerFile(w, r, a, f, v.Fields(err))
	}
	return err
}
