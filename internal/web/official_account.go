package web

import (
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/campaign"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// impersonation is the problem type that a report about an account in somebody's name begins with.
const impersonation = "fake_account"

// officialPage is the data of page/account.html: is this a registered account?
type officialPage struct {
	Form    frame.Form
	Regions []frame.Choice
	Help    []copyHelp
	Answer  *accountAnswer
	Total   int // accounts on file
}

type accountAnswer struct {
	Standing campaign.Standing
	App      string
	Handle   string
	Address  string
	FromPost bool
	Hits     []accountHit
	Region   string // for the report
}

type accountHit struct {
	App, Handle, Address, Kind, Pair, Contest, Path, Since, State, Why string
	Off, Fake                                                          bool
}

func (s *Site) askAccount(w http.ResponseWriter, r *http.Request) error {
	return s.renderAccount(w, r, url.Values{"region": {r.URL.Query().Get("wilayah")}}, nil, nil)
}

// findAccount answers. What is pasted stays out of addresses and is not kept.
func (s *Site) findAccount(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v := frame.VisitOf(r)
	raw, err := cleanLine(r.PostForm.Get("link"), "link", 2000)
	if err == nil && raw == "" {
		err = ronda.Errorf(ronda.Invalid, "campaign.ask_empty", "link")
	}
	region := r.PostForm.Get("region")
	if _, ok := s.pack.Region(region); !ok {
		region = ""
	}
	var a campaign.Answer
	if err == nil {
		a, err = s.opt.Campaign.Ask(r.Context(), raw, region)
	}
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderAccount(w, r, r.PostForm, v.Fields(err), nil)
	}
	if err != nil {
		return err
	}
	out := accountAnswer{Standing: a.Standing, App: s.pack.PlatformName(a.Address.Platform), Address: a.Address.Canonical, FromPost: a.Asked.Key != a.Address.Key, Region: region,
		Handle: shownHandle(ronda.CampaignAccount{Handle: a.Handle})}
	for _, h := range a.Hits {
		zone := s.pack.Zone(h.Contest.Region)
		l := s.registeredLine(v, h.Account, zone)
		hit := accountHit{App: l.PlatformName, Handle: l.Shown, Address: h.Account.Address, Kind: l.KindName, Pair: v.T("campaign.pair", "n", h.Pair.Number) + ": " + pairNames(v, h.Pair), Fake: h.Pair.Fictional,
			Contest: s.contestName(v, h.Contest), Path: "/kontes/" + h.Contest.ID, Since: l.SinceText, Off: l.Off}
		if l.Off {
			hit.State = l.StateText
		}
		if h.Why != "" {
			hit.Why = v.T("campaign.like." + h.Why)
		}
		out.Hits = append(out.Hits, hit)
		if out.Region == "" {
			out.Region = h.Contest.Region
		}
	}
	return s.renderAccount(w, r, r.PostForm, nil, &out)
}

func (s *Site) renderAccount(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError, answer *accountAnswer) error {
	v := frame.VisitOf(r)
	page := officialPage{Form: frame.Form{Values: values, Faults: faults}, Answer: answer, Help: s.copyHelps(v.Lang)}
	sums, err := s.opt.Campaign.Summaries(r.Context())
	if err != nil {
		return err
	}
	for _, x := range sums {
		page.Total += x.Accounts
		if c, ok := s.pack.Contest(x.Contest); ok && x.Accounts > 0 {
			page.Regions = append(page.Regions, frame.Choice{Value: c.Region, Text: s.contestName(v, c)})
		}
	}
	title := v.T("campaign.ask.title")
	return s.frame.Render(w, r, frame.Page{Template: "official", Title: title, Nav: "cek", Faults: faults, Private: answer != nil, Data: page})
}

// reportImpersonator begins a report with the address, the kind of problem and the place filled in; the rest is asked as always.
func (s *Site) reportImpersonator(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	links, err := s.readLinks(r.PostForm.Get("link"), "link")
	if err != nil || len(links) == 0 {
		return s.frame.Redirect(w, r, "/lapor/tautan")
	}
	a := s.freshAnswers()
	a.Links = links[0]
	if _, ok := s.pack.Category(impersonation); ok {
		a.Category = impersonation
	}
	if region, ok := s.pack.Region(r.PostForm.Get("region")); ok && region.Code != "" {
		a.Region = region.Code
	}
	if err := s.frame.SaveDraft(w, reportDraft, a); err != nil {
		return err
	}
	return s.frame.Redirect(w, r, a.next())
}
