package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// campaignDesksPage is the data of page/work/registers.html.
type campaignDesksPage struct {
	Rows []campaignDeskRow
}

type campaignDeskRow struct {
	ronda.RegisterSummary
	Name, Path, Changed string
}

// mayOpen lists the contests whose registers a person may see: that of the own office, or all for those who watch.
func (s *Site) mayOpen(a ronda.Actor) []ronda.Contest {
	if o, ok := s.pack.Office(a.Office); ok && a.Office != "" && !a.Has(ronda.RoleObserver) {
		var out []ronda.Contest
		for _, c := range s.pack.ContestsIn(o.Region) {
			if ronda.CanSeeRegister(a, c, s.pack) == nil {
				out = append(out, c)
			}
		}
		return out
	}
	var out []ronda.Contest
	for _, c := range s.pack.Contests {
		if ronda.CanSeeRegister(a, c, s.pack) == nil {
			out = append(out, c)
		}
	}
	return out
}

// listCampaigns leads an office to the register of its contest; who watches over several gets a list of those that hold something.
func (s *Site) listCampaigns(w http.ResponseWriter, r *http.Request, a staff) error {
	open := s.mayOpen(a.Actor)
	if len(open) == 1 {
		return s.frame.Redirect(w, r, "/kerja/akun-kampanye/"+open[0].ID)
	}
	if len(open) == 0 {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	sums, err := s.opt.Campaign.Summaries(r.Context())
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page := campaignDesksPage{}
	may := map[string]ronda.Contest{}
	for _, c := range open {
		may[c.ID] = c
	}
	for _, x := range sums {
		if c, ok := may[x.Contest]; ok {
			page.Rows = append(page.Rows, campaignDeskRow{RegisterSummary: x, Name: s.contestName(v, c), Path: "/kerja/akun-kampanye/" + c.ID, Changed: v.TimeIn(x.ChangedAt, s.pack.Zone(c.Region))})
		}
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/registers", Title: v.T("campaign.desk.title"), Nav: "akun-kampanye", Data: page}))
}

// campaignDeskPage is the data of page/work/register.html.
type campaignDeskPage struct {
	Contest  ronda.Contest
	Name     string
	Base     string
	Public   string
	May      bool // this person may change it
	Form     frame.Form
	Failed   string // the form that was refused
	Done     string // what was just done, in words
	Pairs    []pairView
	Numbers  []frame.Choice
	Apps     []frame.Choice
	Kinds    []frame.Choice
	Media    []frame.Choice
	Reasons  []frame.Choice
	Limit    int
	LimitBy  string
	Marks    int
	Log      []frame.LogEntry
	Fake     bool
	Unverify []string // rules that nobody could verify, in words
}

func (s *Site) showCampaignDesk(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderCampaignDesk(w, r, a, "", url.Values{}, nil)
}

func (s *Site) renderCampaignDesk(w http.ResponseWriter, r *http.Request, a staff, failed string, values url.Values, faults []i18n.FieldError) error {
	reg, history, err := s.opt.Campaign.View(r.Context(), a.Actor, r.PathValue("contest"))
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	c, _ := s.pack.Contest(reg.Contest)
	page := campaignDeskPage{Contest: c, Name: s.contestName(v, c), Base: "/kerja/akun-kampanye/" + c.ID, Public: "/kontes/" + c.ID, May: ronda.CanRegister(a.Actor, c, s.pack) == nil,
		Form: frame.Form{Values: values, Faults: faults}, Failed: failed, Pairs: s.pairViews(v, reg, true), Limit: ronda.AccountLimit(s.pack), Marks: reg.Summary().Open}
	for _, l := range s.pack.Limits {
		if l.ID == "campaign_accounts_per_application" {
			page.LimitBy = l.Source.Cite
		}
	}
	if done := r.URL.Query().Get("selesai"); done != "" && v.Has("campaign.done."+done) {
		page.Done = v.T("campaign.done."+done, "n", r.URL.Query().Get("n"))
	}
	for _, p := range reg.Pairs {
		page.Fake = page.Fake || p.Fictional
		if p.WithdrawnAt.IsZero() {
			page.Numbers = append(page.Numbers, frame.Choice{Value: strconv.Itoa(p.Number), Text: v.T("campaign.pair", "n", p.Number) + ": " + pairNames(v, p)})
		}
	}
	for _, p := range s.pack.Platforms {
		page.Apps = append(page.Apps, frame.Choice{Value: p.ID, Text: p.Name})
	}
	for _, k := range ronda.CampaignKinds() {
		page.Kinds = append(page.Kinds, frame.Choice{Value: string(k), Text: v.T("campaign.kind." + string(k))})
	}
	for _, m := range ronda.Media() {
		page.Media = append(page.Media, frame.Choice{Value: string(m), Text: v.T("campaign.medium." + string(m))})
	}
	for _, x := range ronda.WithdrawReasons() {
		page.Reasons = append(page.Reasons, frame.Choice{Value: x, Text: v.T("campaign.why." + x)})
	}
	for _, rule := range s.pack.CampaignRules {
		if !rule.Marks() {
			page.Unverify = append(page.Unverify, rule.Text.In(v.Lang)+" "+rule.Source.Doubt.In(v.Lang))
		}
	}
	names, err := s.names(r.Context())
	if err != nil {
		return err
	}
	page.Log = s.campaignLog(v, reg, history, names)
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/register", Title: page.Name, Nav: "akun-kampanye", Faults: faults, Data: page}))
}

// campaignLog puts the history into words.
func (s *Site) campaignLog(v *frame.Visit, reg ronda.Register, history []ronda.RegisterEvent, names map[string]string) []frame.LogEntry {
	c, _ := s.pack.Contest(reg.Contest)
	zone := s.pack.Zone(c.Region)
	var out []frame.LogEntry
	for _, e := range history {
		what := ""
		if a, ok := reg.Account(e.Data["account"]); ok {
			what = v.T("campaign.what.account", "app", s.pack.PlatformName(a.Platform), "handle", shownHandle(a), "n", a.Pair)
		}
		if a, ok := reg.Advert(e.Data["advert"]); ok {
			what = v.T("campaign.what.advert", "medium", v.T("campaign.medium."+string(a.Medium)), "name", a.Name, "n", a.Pair)
		}
		if n := e.Data["pair"]; n != "" && what == "" {
			what = v.T("campaign.pair", "n", n)
		}
		if m, ok := reg.Mark(e.Data["mark"]); ok {
			what = s.markLine(v, reg, m).What
		}
		if why := e.Data["reason"]; why != "" && v.Has("campaign.why."+why) {
			what += " · " + v.T("campaign.why."+why)
		}
		if res := e.Data["result"]; res != "" {
			what += " · " + v.T("recheck."+res)
		}
		who := names[e.Actor]
		if o := s.pack.OfficeName(e.Office, v.Lang, e.At); e.Office != "" {
			who = strings.TrimPrefix(who+", "+o, ", ")
		}
		out = append(out, frame.LogEntry{When: v.TimeIn(e.At, zone), ISO: e.At.UTC().Format("2006-01-02T15:04:05Z"), Title: v.T("campaign.event." + e.Kind), Text: what, Who: who})
	}
	return out
}

// changeCampaign carries out one of the forms of the page.
func (s *Site) changeCampaign(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f, act := r.PostForm, r.PathValue("act")
	cmd, err := s.campaignCommand(f, act)
	if err == nil && cmd == nil {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	if err == nil {
		_, err = s.opt.Campaign.Do(r.Context(), a.Actor, r.PathValue("contest"), cmd)
	}
	switch ronda.KindOf(err) {
	case "":
		return s.frame.Redirect(w, r, "/kerja/akun-kampanye/"+url.PathEscape(r.PathValue("contest"))+"?selesai="+act)
	case ronda.Invalid:
		return s.renderCampaignDesk(w, r, a, act, f, frame.VisitOf(r).Fields(renamed(err, act)))
	}
	return err
}

// campaignCommand reads a form.
func (s *Site) campaignCommand(f url.Values, act string) (ronda.RegisterCommand, error) {
	line := func(name string, limit int) (string, error) { return cleanLine(f.Get(name), name, limit) }
	switch act {
	case "pasangan":
		head, err := line("head", 200)
		if err != nil {
			return nil, err
		}
		deputy, err := line("deputy", 200)
		if err != nil {
			return nil, err
		}
		n, _ := strconv.Atoi(strings.TrimSpace(f.Get("number"))) // what is no number is no pair's
		return ronda.EnterPairs{Pairs: []ronda.Pair{{Number: n, Head: head, Deputy: deputy, Fictional: s.opt.Demo}}}, nil
	case "akun":
		acc, err := s.opt.Campaign.Account(f.Get("acc_pair"), f.Get("platform"), f.Get("kind"), f.Get("account"), f.Get("alias"))
		return ronda.RegisterAccounts{Accounts: []ronda.NewAccount{acc}}, err
	case "iklan":
		name, err := line("name", 200)
		if err != nil {
			return nil, err
		}
		n, _ := strconv.Atoi(f.Get("ad_pair"))
		ad := ronda.NewAdvert{Pair: n, Medium: ronda.Medium(f.Get("medium")), Name: name, Start: f.Get("start"), End: f.Get("end")}
		if raw := strings.TrimSpace(f.Get("link")); raw != "" {
			x, err := s.links.Parse(raw)
			if err != nil {
				return nil, fieldFault(err, "link")
			}
			ad.Address, ad.Key = x.Canonical, x.Key
		}
		return ronda.RegisterAdverts{Adverts: []ronda.NewAdvert{ad}}, nil
	case "nonaktif":
		return ronda.DeactivateAccount{Account: f.Get("id")}, nil
	case "cabut":
		return ronda.WithdrawAccount{Account: f.Get("id"), Reason: f.Get("reason")}, nil
	case "cabut-iklan":
		return ronda.WithdrawAdvert{Advert: f.Get("id")}, nil
	case "cabut-pasangan":
		n, _ := strconv.Atoi(f.Get("id"))
		return ronda.WithdrawPair{Number: n}, nil
	}
	return nil, nil
}

// renamed puts faults of the rules to the fields of the form that was sent: three forms of the page ask for a pair.
func renamed(err error, act string) error {
	e, ok := err.(*ronda.Error) //nolint:errorlint // the rules return it bare
	if !ok {
		return err
	}
	out := *e
	rename := map[string]map[string]string{"akun": {"number": "acc_pair", "address": "account"}, "iklan": {"pair": "ad_pair", "number": "ad_pair"}}[act]
	if to := rename[out.Field]; to != "" {
		out.Field = to
	}
	out.Fields = nil
	for _, x := range e.Fields {
		y := *x
		if to := rename[y.Field]; to != "" {
			y.Field = to
		}
		out.Fields = append(out.Fields, &y)
	}
	return &out
}
