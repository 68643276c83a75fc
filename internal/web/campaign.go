package web

import (
	"context"
	"slices"
	"strconv"
	"time"

	"ronda"
	"ronda/internal/campaign"
	"ronda/internal/web/frame"
)

// CampaignOptions joins the register of campaign accounts to the pages. Without Campaign these pages do not exist.
type CampaignOptions struct {
	Campaign *campaign.Service
	// AlertsInForce lists the warnings in force; nil leaves them out of the pages of contests.
	AlertsInForce func(ctx context.Context, at time.Time) ([]ronda.Alert, error)
	// StatementTotals counts platforms' statements of reasons by platform; nil leaves them out.
	StatementTotals func() map[string]int
	// Work counts what partners, alerts and kits came to; nil shows these figures as missing.
	Work func(ctx context.Context, now time.Time) (OpenWork, error)
}

// OpenWork counts the work that is open to everyone: commitment three, and what commitment one publishes.
type OpenWork struct {
	Partners     map[string]int // accredited ones by kind
	Regions      map[string]int // accredited ones by region; "" is the whole country
	Contests     map[string]bool
	Alerts       int // published so far
	InForce      int
	Kits         int
	FactChecks   int // by partners
	Research     int // projects that may read now
	HasAlerts    bool
	HasKits      bool
	HasResearch  bool
	HasPartners  bool
	HasChecks    bool
	ChecksImport int // brought in from elsewhere
}

// maxSheet is the body limit of a form with a table: the file itself, and the same once more in the preview's hidden field.
const maxSheet = campaign.MaxFile + 1<<20

// campaignRoutes lists the pages about registered accounts, for everyone and for the two offices.
func (s *Site) campaignRoutes() []frame.Route {
	if s.opt.Campaign == nil {
		return nil
	}
	routes := []frame.Route{
		{Pattern: "GET /akun-resmi", Action: s.askAccount},
		{Pattern: "POST /akun-resmi", Action: s.findAccount},
		{Pattern: "POST /lapor/akun-tiruan", Action: s.reportImpersonator},
		{Pattern: "GET /kontes/{id}/akun.csv", Action: s.sendAccounts},
		{Pattern: "GET /deklarasi", Action: s.showDeclaration},
	}
	if s.opt.Portal != nil {
		routes = append(routes, frame.Route{Pattern: "GET /data/komitmen/{n}", Action: s.showCommitment})
	}
	if s.opt.Accounts == nil {
		return routes
	}
	return append(routes,
		frame.Route{Pattern: "GET /kerja/akun-kampanye", Action: s.work(s.listCampaigns)},
		frame.Route{Pattern: "GET /kerja/akun-kampanye/{contest}", Action: s.work(s.showCampaignDesk)},
		frame.Route{Pattern: "POST /kerja/akun-kampanye/{contest}/impor", Action: s.work(s.previewTable), MaxBody: maxSheet},
		frame.Route{Pattern: "POST /kerja/akun-kampanye/{contest}/terbitkan", Action: s.work(s.publishTable), MaxBody: 3 * maxSheet},
		frame.Route{Pattern: "POST /kerja/akun-kampanye/{contest}/{act}", Action: s.work(s.changeCampaign)},
		frame.Route{Pattern: "GET /kerja/masa-tenang", Action: s.work(s.showQuiet)},
		frame.Route{Pattern: "POST /kerja/masa-tenang/{contest}/{act}", Action: s.work(s.decideMark), MaxBody: maxUpload},
		frame.Route{Pattern: "GET /kerja/masa-tenang/{contest}/{mark}/berkas/{id}", Action: s.work(s.showMarkFile)},
	)
}

// campaignRail are the entries of the menu for the two offices of a contest and for those who watch over them.
func (s *Site) campaignRail(a ronda.Actor) []frame.NavItem {
	if s.opt.Campaign == nil || len(s.mayOpen(a)) == 0 {
		return nil
	}
	return []frame.NavItem{{Key: "akun-kampanye", Text: "campaign.rail.accounts", Path: "/kerja/akun-kampanye"}, {Key: "masa-tenang", Text: "campaign.rail.quiet", Path: "/kerja/masa-tenang"}}
}

// caseMark is an address of a case that belongs to a registered account, in words.
type caseMark struct {
	What, Address, Contest, Path string
	Rules                        []ruleLine
	Unknown                      bool // when it was posted is not known
}

// caseMarks are the registered accounts among the addresses of a case, with the calendar rules that they touch. A citizen's post never stands here.
func (s *Site) caseMarks(ctx context.Context, v *frame.Visit, c ronda.Case) ([]caseMark, error) {
	if s.opt.Campaign == nil {
		return nil, nil
	}
	marks, err := s.opt.Campaign.OfCase(ctx, c)
	if err != nil {
		return nil, err
	}
	var out []caseMark
	for _, m := range marks {
		x := caseMark{What: v.T("campaign.what.account", "app", s.pack.PlatformName(m.Hit.Account.Platform), "handle", shownHandle(m.Hit.Account), "n", m.Hit.Pair.Number),
			Address: m.Item.Address, Contest: s.contestName(v, m.Hit.Contest), Path: "/kontes/" + m.Hit.Contest.ID, Unknown: c.ContentDate.IsZero()}
		for _, r := range m.Rules {
			x.Rules = append(x.Rules, ruleLine{Text: r.Text.In(v.Lang), Cite: r.Source.Cite, Doubt: r.Source.Doubt.In(v.Lang)})
		}
		out = append(out, x)
	}
	return out, nil
}

// registeredLine is a registered account in words.
type registeredLine struct {
	ronda.CampaignAccount
	PlatformName, KindName, Shown, SinceText, StateText, LookText, LookWhen string
	Off, Gone                                                               bool
}

func (s *Site) registeredLine(v *frame.Visit, a ronda.CampaignAccount, zone *time.Location) registeredLine {
	l := registeredLine{CampaignAccount: a, PlatformName: s.pack.PlatformName(a.Platform), KindName: v.T("campaign.kind." + string(a.Kind)), Shown: shownHandle(a), SinceText: v.TimeIn(a.Since, zone)}
	switch {
	case !a.WithdrawnAt.IsZero():
		l.Gone, l.StateText = true, v.T("campaign.state.withdrawn", "at", v.TimeIn(a.WithdrawnAt, zone), "why", v.T("campaign.why."+a.Withdrawn))
	case !a.DeactivatedAt.IsZero():
		l.Off, l.StateText = true, v.T("campaign.state.off", "at", v.TimeIn(a.DeactivatedAt, zone))
	default:
		l.StateText = v.T("campaign.state.registered")
	}
	if a.Look != "" {
		l.LookText, l.LookWhen = v.T("recheck."+string(a.Look)), v.TimeIn(a.LookAt, zone)
	}
	return l
}

// shownHandle writes a name with its "@", a number as it is.
func shownHandle(a ronda.CampaignAccount) string {
	if _, err := strconv.ParseUint(a.Handle, 10, 64); err == nil {
		return a.Handle
	}
	return "@" + a.Handle
}

// appGroup is one application of a pair with its accounts.
type appGroup struct {
	Name     string
	Count    string // "3 dari 20"
	Accounts []registeredLine
}

// pairView is a pair with what is on file for it; every pair is shown by the same template.
type pairView struct {
	ronda.Pair
	Names string
	Gone  bool
	Apps  []appGroup
	Total int
	Ads   []advertLine
}

// advertLine is a registered advert in words.
type advertLine struct {
	ronda.Advert
	MediumName, Days string
	Gone             bool
}

// pairViews groups a register by pair and application, in the order of the numbers.
func (s *Site) pairViews(v *frame.Visit, r ronda.Register, all bool) []pairView {
	c, _ := s.pack.Contest(r.Contest)
	zone := s.pack.Zone(c.Region)
	limit := ronda.AccountLimit(s.pack)
	var out []pairView
	for _, p := range r.Pairs {
		view := pairView{Pair: p, Names: pairNames(v, p), Gone: !p.WithdrawnAt.IsZero()}
		groups := map[string]*appGroup{}
		var order []string
		standing := map[string]int{}
		for _, a := range campaign.Sorted(r.Accounts) {
			if a.Pair != p.Number || (!all && !a.Registered()) {
				continue
			}
			if groups[a.Platform] == nil {
				groups[a.Platform] = &appGroup{Name: s.pack.PlatformName(a.Platform)}
				order = append(order, a.Platform)
			}
			groups[a.Platform].Accounts = append(groups[a.Platform].Accounts, s.registeredLine(v, a, zone))
			if a.Registered() {
				standing[a.Platform]++
				view.Total++
			}
		}
		slices.Sort(order)
		for _, id := range order {
			groups[id].Count = v.T("campaign.count", "n", standing[id], "limit", limit)
			view.Apps = append(view.Apps, *groups[id])
		}
		for _, a := range r.Adverts {
			if a.Pair == p.Number && (all || a.WithdrawnAt.IsZero()) {
				view.Ads = append(view.Ads, advertLine{Advert: a, MediumName: v.T("campaign.medium." + string(a.Medium)), Days: v.T("campaign.days", "from", v.Day(a.Start), "to", v.Day(a.End)), Gone: !a.WithdrawnAt.IsZero()})
			}
		}
		out = append(out, view)
	}
	return out
}

func pairNames(v *frame.Visit, p ronda.Pair) string {
	if p.Deputy == "" {
		return p.Head
	}
	return v.T("campaign.names", "head", p.Head, "deputy", p.Deputy)
}

// markLine is a mark in words.
type markLine struct {
	ronda.CampaignMark
	Contest, ContestName, What, Address, RuleText, Cite, Doubt, DayText, StateName, Decided, ReasonName, Office string
	Files                                                                                                       []ronda.Evidence
}

func (s *Site) markLine(v *frame.Visit, r ronda.Register, m ronda.CampaignMark) markLine {
	c, _ := s.pack.Contest(r.Contest)
	l := markLine{CampaignMark: m, Contest: r.Contest, ContestName: s.contestName(v, c), DayText: v.Day(m.Day), StateName: v.T("campaign.mark." + string(m.State)), Files: m.Evidence}
	if rule, ok := s.pack.CampaignRule(m.Rule); ok {
		l.RuleText, l.Cite, l.Doubt = rule.Text.In(v.Lang), rule.Source.Cite, rule.Source.Doubt.In(v.Lang)
	}
	if a, ok := r.Account(m.Ref); ok {
		l.What, l.Address = v.T("campaign.what.account", "app", s.pack.PlatformName(a.Platform), "handle", shownHandle(a), "n", m.Pair), a.Address
	}
	if a, ok := r.Advert(m.Ref); ok {
		l.What, l.Address = v.T("campaign.what.advert", "medium", v.T("campaign.medium."+string(a.Medium)), "name", a.Name, "n", m.Pair), a.Address
		l.What += " (" + v.T("campaign.days", "from", v.Day(a.Start), "to", v.Day(a.End)) + ")"
	}
	if !m.DecidedAt.IsZero() {
		l.Decided, l.Office = v.TimeIn(m.DecidedAt, s.pack.Zone(c.Region)), s.pack.OfficeName(m.Office, v.Lang, m.DecidedAt)
	}
	if m.Reason != "" {
		l.ReasonName = v.T("campaign.dismiss." + m.Reason)
	}
	return l
}
