package web

import (
	"fmt"
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// ownPartnerPage is the data of page/work/partner_own.html.
type ownPartnerPage struct {
	Partner                         ronda.Partner
	State                           string
	Facts                           []frame.Row
	Shares                          []shareLine
	Standing                        string
	Suspended                       *suspensionLine
	Past                            []suspensionLine
	Waiting                         []motionBlock
	Log                             []frame.LogEntry
	Form                            frame.Form
	Ties, Places, Provinces, Topics []frame.Choice
	Tongues, Wide                   []frame.Choice
	MyTies                          []frame.Choice
	MayAsk                          bool
}

func (s *Site) showOwnPartner(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderOwnPartner(w, r, a, nil, nil)
}

func (s *Site) renderOwnPartner(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	p, standing, err := s.opt.Partners.Own(r.Context(), a.Actor)
	if err != nil {
		return err
	}
	if values == nil {
		values = url.Values{"languages": p.Languages, "topics": p.Topics, "regions": p.Regions, "keep_ties": p.Ties, "wide": {"tidak"}}
		if len(p.Regions) == 0 {
			values.Set("wide", "ya")
		}
	}
	page := ownPartnerPage{Partner: p, State: v.T("partner.state." + string(p.State)), Facts: s.partnerFacts(v, p, p.PartnerTerms), Shares: s.shareLines(v, standing),
		Standing: v.T("partner.standing." + string(standing.Level())), Log: s.partnerLog(v, p), Form: frame.Form{Values: values, Faults: faults}, Ties: s.tieChoices(v),
		Places: s.regionChoices(v, ""), Provinces: s.provinceChoices(), Topics: s.topicChoices(v), Tongues: s.tongueChoices(v),
		Wide: []frame.Choice{{Value: "ya", Text: v.T("partner.wide.yes")}, {Value: "tidak", Text: v.T("partner.wide.no")}}}
	for _, id := range p.Ties {
		if c, ok := s.pack.Contest(id); ok {
			page.MyTies = append(page.MyTies, frame.Choice{Value: id, Text: s.contestName(v, c)})
		}
	}
	for _, x := range s.suspensionLines(v, p) {
		if x.EndedAt.IsZero() {
			page.Suspended = &x
		} else {
			page.Past = append(page.Past, x)
		}
	}
	asked := false
	for _, m := range p.OpenMotions() {
		asked = asked || m.Kind.Asked()
		page.Waiting = append(page.Waiting, motionBlock{PartnerMotion: m, Name: v.T("partner.motion." + string(m.Kind)), When: v.Time(m.At)})
	}
	page.MayAsk = !asked && (p.State == ronda.PartnerAccredited || p.State == ronda.PartnerEnded && p.EndedWhy == "expired")
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/partner_own", Title: v.T("partner.own.title"), Nav: "akreditasi", Faults: faults, Data: page}))
}

func (s *Site) changeOwnPartner(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f, v := r.PostForm, frame.VisitOf(r)
	var cmd ronda.PartnerCommand
	switch r.PathValue("act") {
	case "ikatan":
		cmd = ronda.DeclareTies{Contests: once(f["ties"])}
	case "minta":
		want := termsOf(f)
		want.Ties = once(f["keep_ties"])
		cmd = ronda.AskTerms{Want: want, Renew: f.Get("renew") == "ya", Text: f.Get("text")}
	case "jawab":
		cmd = ronda.AnswerSuspension{Text: f.Get("answer")}
	case "mundur":
		if f.Get("sure") != "ya" {
			return s.renderOwnPartner(w, r, a, f, v.Fields(&ronda.Error{Kind: ronda.Invalid, Fields: []*ronda.Error{ronda.Errorf(ronda.Invalid, "partner.sure_missing", "sure")}}))
		}
		cmd = ronda.WithdrawPartner{}
	default:
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	_, err := s.opt.Partners.Do(r.Context(), a.Actor, a.Org, cmd)
	switch ronda.KindOf(err) {
	case "":
		return s.frame.Redirect(w, r, "/mitra/akreditasi")
	case ronda.Invalid:
		return s.renderOwnPartner(w, r, a, f, v.Fields(err))
	}
	return err
}

// advicePage is the data of page/work/advice.html.
type advicePage struct {
	ronda.AdviceCase
	CategoryName, RegionName, ContestName, AskedAt string
	Platforms                                      []string
	Pics                                           []string
	Mine                                           []frame.LogEntry
	Form                                           frame.Form
}

func (s *Site) adviceCase(r *http.Request, a staff) (ronda.AdviceCase, ronda.Partner, error) {
	p, err := s.opt.Partners.Mine(r.Context(), a.Actor)
	if err != nil {
		return ronda.AdviceCase{}, p, err
	}
	c, err := s.opt.Casework.ForAdvice(r.Context(), a.Actor, p, r.PathValue("no"))
	return c, p, err
}

func (s *Site) showAdvice(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderAdvice(w, r, a, url.Values{}, nil)
}

func (s *Site) renderAdvice(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	c, _, err := s.adviceCase(r, a)
	if err != nil {
		return err
	}
	category, _ := s.pack.Category(c.Category)
	page := advicePage{AdviceCase: c, CategoryName: category.Name.In(v.Lang), RegionName: s.pack.RegionName(c.Region), AskedAt: v.Time(c.Asked), Form: frame.Form{Values: values, Faults: faults}}
	if x, ok := s.pack.Contest(c.Contest); ok {
		page.ContestName = s.contestName(v, x)
	}
	for _, it := range c.Items {
		page.Platforms = append(page.Platforms, s.pack.PlatformName(it.Platform))
	}
	for _, e := range c.Pictures {
		page.Pics = append(page.Pics, fmt.Sprintf("/mitra/kasus/%s/berkas/%s", c.Number, e.ID))
	}
	for _, n := range c.Own {
		page.Mine = append(page.Mine, frame.LogEntry{When: v.Time(n.At), Text: n.Text})
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/advice", Title: v.T("advice.title"), Nav: "mitra", Faults: faults,
		Crumbs: []frame.Crumb{{Text: v.T("partner.title"), Path: "/mitra"}}, Data: page}))
}

func (s *Site) sendAdvice(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v := frame.VisitOf(r)
	c, p, err := s.adviceCase(r, a)
	if err != nil {
		return err
	}
	_, err = s.opt.Casework.Do(r.Context(), a.Actor, c.ID, 0, ronda.Advise{Text: r.PostForm.Get("note"), Partner: p})
	switch ronda.KindOf(err) {
	case "":
		return s.frame.Redirect(w, r, "/mitra/kasus/"+c.Number)
	case ronda.Invalid:
		return s.renderAdvice(w, r, a, r.PostForm, v.Fields(err))
	}
	return err
}

// showAdvicePicture sends the re-encoded picture of a case to an invited partner.
func (s *Site) showAdvicePicture(w http.ResponseWriter, r *http.Request, a staff) error {
	c, _, err := s.adviceCase(r, a)
	if err != nil {
		return err
	}
	for _, e := range c.Pictures {
		if e.ID == r.PathValue("id") {
			return s.sendView(w, r, e)
		}
	}
	return ronda.Errorf(ronda.NotFound, "page", "")
}
