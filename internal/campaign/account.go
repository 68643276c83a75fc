package campaign

import (
	"net/url"
	"slices"
	"strings"

	"ronda"
)

// kindWords are the words by which people name the kinds.
var kindWords = map[string]ronda.CampaignKind{
	"resmi": ronda.CampaignOfficial, "official": ronda.CampaignOfficial, "pasangan": ronda.CampaignOfficial, "pasangancalon": ronda.CampaignOfficial, "paslon": ronda.CampaignOfficial, "akunresmi": ronda.CampaignOfficial,
	"partai": ronda.CampaignParty, "party": ronda.CampaignParty, "parpol": ronda.CampaignParty, "partaipolitik": ronda.CampaignParty,
	"tim": ronda.CampaignTeam, "team": ronda.CampaignTeam, "timkampanye": ronda.CampaignTeam, "relawan": ronda.CampaignTeam,
}

// account understands the cells of a row, or of a form.
func (s *Service) account(cells map[string]string) (ronda.NewAccount, *ronda.Error) {
	n, fault := number(cells["number"])
	if fault != nil {
		return ronda.NewAccount{}, fault
	}
	out := ronda.NewAccount{Pair: n}
	var ok bool
	switch {
	case cells["kind"] == "":
		return out, ronda.Errorf(ronda.Invalid, "campaign.row_kind_missing", "kind")
	default:
		if out.Kind, ok = kindWords[letters(cells["kind"])]; !ok {
			return out, ronda.Errorf(ronda.Invalid, "campaign.row_kind", "kind").With("given", short(cells["kind"]))
		}
	}
	platform := ""
	if given := cells["platform"]; given != "" {
		if platform, ok = s.platform(given); !ok {
			return out, ronda.Errorf(ronda.Invalid, "campaign.row_platform", "platform").With("given", short(given))
		}
	}
	x, fault := s.Understand(cells["account"], platform)
	if fault != nil {
		return out, fault
	}
	out.Platform, out.Address, out.Key, out.Handle = x.Platform, x.Canonical, x.Key, Handle(x)
	out.Looks = s.Looks(out.Handle)
	for _, raw := range strings.Fields(strings.NewReplacer(",", " ", "|", " ").Replace(cells["alias"])) {
		y, fault := s.Understand(raw, out.Platform)
		if fault != nil {
			fault.Field = "alias"
			return out, fault
		}
		if y.Key != out.Key && !slices.Contains(out.Aliases, y.Key) {
			out.Aliases = append(out.Aliases, y.Key)
		}
	}
	return out, nil
}

// Account understands what a form says about one account.
func (s *Service) Account(number, platform, kind, account, alias string) (ronda.NewAccount, error) {
	acc, fault := s.account(map[string]string{"number": clean(number), "platform": clean(platform), "kind": clean(kind), "account": clean(account), "alias": clean(alias)})
	if fault != nil {
		return acc, fault
	}
	return acc, nil
}

// platform finds a service by its id or by a word of its name.
func (s *Service) platform(given string) (string, bool) {
	want := letters(given)
	for _, p := range s.Pack.Platforms {
		if letters(p.ID) == want || letters(p.Name) == want || want != "" && slices.ContainsFunc(strings.Fields(p.Name), func(w string) bool { return letters(w) == want }) {
			return p.ID, true
		}
	}
	return "", false
}

// Understand reads an address of an account, or a bare handle where the service is known.
func (s *Service) Understand(raw, platform string) (ronda.ReportAddress, *ronda.Error) {
	raw = strings.TrimPrefix(strings.TrimSpace(raw), "'")
	switch {
	case raw == "":
		return ronda.ReportAddress{}, ronda.Errorf(ronda.Invalid, "campaign.row_account_missing", "account")
	case strings.HasPrefix(raw, "#") || strings.HasPrefix(raw, "=") || scientific(raw):
		return ronda.ReportAddress{}, ronda.Errorf(ronda.Invalid, "campaign.row_spreadsheet", "account").With("given", short(raw))
	}
	if !strings.ContainsAny(raw, "/.") || strings.HasPrefix(raw, "@") || !strings.Contains(raw, "/") && platform != "" {
		return s.byHandle(raw, platform)
	}
	x, err := s.Links.Parse(raw)
	if err != nil {
		e := first(err)
		return x, &ronda.Error{Kind: ronda.Invalid, Code: e.Code, Field: "account", Args: e.Args}
	}
	switch {
	case platform != "" && x.Platform != platform:
		return x, ronda.Errorf(ronda.Invalid, "campaign.row_other_platform", "account").With("platform", s.Pack.PlatformName(platform)).With("given", short(raw))
	case x.Unsettled:
		return x, ronda.Errorf(ronda.Invalid, "campaign.row_short_link", "account")
	case x.Private || x.Kind == "contact":
		return x, ronda.Errorf(ronda.Invalid, "campaign.row_private", "account")
	case !isAccount(x):
		return x, ronda.Errorf(ronda.Invalid, "campaign.row_not_account", "account").With("given", short(raw))
	}
	return x, nil
}

// byHandle tries the forms in which services write the address of an account, and takes the one that is understood as this very handle.
func (s *Service) byHandle(raw, platform string) (ronda.ReportAddress, *ronda.Error) {
	handle := strings.TrimPrefix(raw, "@")
	p, ok := s.Pack.Platform(platform)
	if !ok {
		return ronda.ReportAddress{}, ronda.Errorf(ronda.Invalid, "campaign.row_which_platform", "platform").With("given", short(raw))
	}
	for _, host := range p.Hosts {
		for _, path := range []string{"/@", "/"} {
			x, err := s.Links.Parse("https://" + host + path + url.PathEscape(handle))
			if err == nil && x.Platform == platform && isAccount(x) && !x.Private && !x.Unsettled && strings.EqualFold(Handle(x), handle) {
				return x, nil
			}
		}
	}
	return ronda.ReportAddress{}, ronda.Errorf(ronda.Invalid, "campaign.row_handle", "account").With("given", short(raw)).With("platform", p.Name)
}

// scientific finds a long number that a spreadsheet has written as 1,00012E+14: its last digits are lost.
func scientific(s string) bool {
	mantissa, exponent, ok := strings.Cut(strings.ToUpper(s), "E+")
	return ok && strings.Trim(mantissa, "0123456789.,") == "" && mantissa != "" && strings.Trim(exponent, "0123456789") == ""
}

// isAccount tells whether an address is that of an account, a channel or a page, not of something posted there.
func isAccount(x ronda.ReportAddress) bool {
	switch x.Kind {
	case "profile", "channel", "official_account":
		return true
	case "page":
		return x.Platform != "web" && x.Platform != "" && strings.Contains(x.Canonical, "/channel/")
	}
	return false
}

// Handle is the name or number by which a service knows an account.
func Handle(x ronda.ReportAddress) string {
	tail := x.Key[strings.LastIndexAny(x.Key, ":/")+1:]
	return strings.TrimPrefix(tail, "@")
}

// Author finds the account that posted something, where the address of the post names it.
func (s *Service) Author(address string) (ronda.ReportAddress, bool) {
	u, err := url.Parse(address)
	if err != nil {
		return ronda.ReportAddress{}, false
	}
	head, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if head == "" {
		return ronda.ReportAddress{}, false
	}
	x, err := s.Links.Parse("https://" + u.Host + "/" + head)
	return x, err == nil && isAccount(x) && !x.Private
}
