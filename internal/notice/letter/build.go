package letter

import (
	"strings"
	"time"

	"ronda"
)

// Facts are what the letter needs besides case and pack.
type Facts struct {
	Base        string      // public address of this service, "https://ronda.example"
	Signatories []Signatory // of the sender; none prints an empty line for the name
	Email       string      // contact of the sender, "" for none
	Log         LogEntry
	Demo        bool
}

// FromNotice makes the document of an act.
func FromNotice(p *ronda.Pack, c ronda.Case, n ronda.Notice, f Facts) Document {
	d := Document{
		Act: n.Act, Notice: n.ID, Code: n.Code, Number: n.Number, CaseNumber: c.Number, Country: p.Country, Language: p.Languages[0], Election: p.Name,
		Date: n.CreatedAt, Zone: p.Zone(n.Region), Region: p.RegionLabel(n.Region), Urgent: n.Urgent, Measure: n.Measure,
		Explanation: n.Explanation, Analysis: n.LegalAnalysis, Necessity: n.Necessity, GoodFaith: n.GoodFaith, NewFacts: n.NewFacts,
		Determination: n.Determination, Signatories: f.Signatories, Base: strings.TrimRight(f.Base, "/"), Log: f.Log,
	}
	if cat, ok := p.Category(n.Category); ok {
		d.Category = cat.Official
		if len(d.Category) == 0 {
			d.Category = cat.Name
		}
	}
	if n.Region == "" {
		d.Region = ""
	}
	switch {
	case n.Sandbox || c.Sandbox:
		d.Mark = MarkSandbox
	case f.Demo:
		d.Mark = MarkDemo
	}
	d.Sender = sender(p, n)
	d.Sender.Email = f.Email
	d.Recipient = recipient(p, n)
	d.Rule = rule(p, n)
	d.Term = term(p, n)
	for _, it := range n.Items {
		d.Addresses = append(d.Addresses, address(p, c, it))
	}
	for _, m := range ronda.Measures() {
		if m == n.Measure {
			break
		}
		if m != ronda.MeasureNone {
			d.Milder = append(d.Milder, m)
		}
	}
	if c.Decision != nil {
		for _, office := range c.Decision.Offices {
			d.Readers = append(d.Readers, officeName(p, office, n.CreatedAt))
		}
	}
	d.Evidence = exhibits(c, n)
	if basis, ok := c.Notice(n.Basis); ok && n.Basis != "" {
		d.Basis = reference(p, basis)
	}
	if window, ok := p.ClockAt("appeal_window", n.CreatedAt); ok {
		d.AppealDays = window.Days
	}
	return d
}

// FromWarning makes the document of warning k, counted from 0, about an order.
func FromWarning(p *ronda.Pack, c ronda.Case, n ronda.Notice, k int, f Facts) Document {
	d := FromNotice(p, c, n, f)
	w := n.Warnings[k]
	d.Warning, d.WarningText, d.Date = w.N, w.Text, w.At
	d.Basis = reference(p, n)
	d.Number = ""
	d.Sender.Name, d.Sender.Short = p.AuthorityName(n.Org, w.At).Name, p.AuthorityName(n.Org, w.At).Short
	for _, l := range p.Ladders {
		for _, s := range l.Steps {
			if s.ID == w.Step && l.Holds(n.CreatedAt) && (len(d.WarningAsks) == 0 || l.ID == n.Clock) {
				d.WarningAsks = s.Asks
			}
		}
	}
	id := "warning"
	if n.Urgent {
		id = "warning_urgent"
	}
	clock, _ := p.ClockAt(id, n.CreatedAt)
	d.Term = Term{Hours: clock.Hours, Days: clock.Days, Legal: clock.Basis == "law", Cite: clock.Source.Cite, ReceivedAt: w.ReceivedAt, DueAt: w.DueAt}
	var open []Address
	for i, it := range n.Items {
		if !it.Answer.Final() {
			open = append(open, d.Addresses[i])
		}
	}
	d.Addresses = open
	return d
}

// FromWithdrawal makes the document that tells the recipient of an act that its sender took it back.
func FromWithdrawal(p *ronda.Pack, c ronda.Case, n ronda.Notice, f Facts) Document {
	d := FromNotice(p, c, n, f)
	d.Withdrawn, d.Date = n.Withdrawn, n.WithdrawnAt
	d.Basis = reference(p, n)
	name := p.AuthorityName(n.Org, n.WithdrawnAt)
	d.Number, d.Urgent, d.Sender.Name, d.Sender.Short = "", false, name.Name, name.Short
	d.Term, d.Evidence, d.Determination, d.GoodFaith = Term{}, nil, nil, false
	return d
}

func sender(p *ronda.Pack, n ronda.Notice) Party {
	name := p.AuthorityName(n.Org, n.CreatedAt)
	out := Party{ID: n.Org, Name: name.Name, Short: name.Short}
	if o, ok := p.Office(n.Office); ok && o.Region != "" {
		out.Office = officeName(p, n.Office, n.CreatedAt)
	}
	return out
}

func recipient(p *ronda.Pack, n ronda.Notice) Party {
	if n.Act == ronda.Request {
		name := p.AuthorityName(n.Authority, n.CreatedAt)
		return Party{ID: n.Authority, Name: name.Name, Short: name.Short}
	}
	v, _ := p.Platform(n.Platform)
	name := p.PlatformName(n.Platform)
	return Party{ID: n.Platform, Name: ronda.Text{"": name}, Short: name, Entity: v.Entity.Name}
}

// officeName is the name of an office in every language of the pack.
func officeName(p *ronda.Pack, office string, at time.Time) ronda.Text {
	out := ronda.Text{}
	for _, lang := range p.Languages {
		out[lang] = p.OfficeName(office, lang, at)
	}
	return out
}

func address(p *ronda.Pack, c ronda.Case, it ronda.NoticeItem) Address {
	item, _ := c.Item(it.Item)
	a := Address{Item: it.Item, Kind: item.Kind, URL: it.Address}
	if item.Platform != "" {
		a.Platform = p.PlatformName(item.Platform)
	}
	return a
}

// rule takes the article or policy in the version of the content's date.
func rule(p *ronda.Pack, n ronda.Notice) Rule {
	r := Rule{Ref: n.Ground, Cite: n.Ground, At: n.RuleDate}
	if platform, id, ok := ronda.SplitPolicy(n.Ground); ok {
		r.Policy = true
		if v, ok := p.PolicyAt(platform, id, n.RuleDate); ok {
			r.Cite, r.Law, r.Summary, r.URL, r.Valid, r.Verified = v.Name, p.PlatformName(platform), v.About, v.URL, v.Validity, v.Status == "verified"
		}
		return r
	}
	g, ok := p.GroundAt(n.Ground, n.RuleDate)
	if !ok {
		return r
	}
	r.Cite, r.Law, r.Title, r.Text, r.Summary, r.Valid = g.Cite, g.Law, g.Title, g.Text, g.Summary, g.Validity
	r.Policy, r.Verified = g.Kind == ronda.GroundPolicy, g.Source.Status == "verified"
	for _, x := range g.Rulings {
		if x.Holds(n.RuleDate) {
			r.Rulings = append(r.Rulings, x)
		}
	}
	return r
}

// term is the clock in force when the act was made; a flag has none.
func term(p *ronda.Pack, n ronda.Notice) Term {
	id := n.Clock
	switch n.Act {
	case ronda.Request:
		id = "request_ministry"
	case ronda.Flag:
		id = "flag"
	}
	clock, _ := p.ClockAt(id, n.CreatedAt)
	t := Term{Hours: clock.Hours, Days: clock.Days, Legal: clock.Basis == "law", Cite: clock.Source.Cite, MaxPause: clock.MaxPause,
		ReceivedAt: n.ReceivedAt, DueAt: n.DueAt}
	for _, a := range clock.Pauses {
		t.Pauses = t.Pauses || a == ronda.AnswerNeedsInfo
	}
	return t
}

// exhibits are the files that the notice names, or else every screenshot of its addresses.
func exhibits(c ronda.Case, n ronda.Notice) []Exhibit {
	named := map[string]bool{}
	for _, it := range n.Items {
		named[it.Item] = true
	}
	var out []Exhibit
	for _, e := range c.Evidence {
		listed := false
		for _, id := range n.Evidence {
			listed = listed || id == e.ID
		}
		shows := len(n.Evidence) == 0 && e.Kind == "screenshot" && (e.Item == "" || named[e.Item])
		if (listed || shows) && !e.Quarantine {
			out = append(out, Exhibit{ID: e.ID, Kind: e.Kind, SHA256: e.SHA256, Item: e.Item})
		}
	}
	return out
}

func reference(p *ronda.Pack, n ronda.Notice) Basis {
	at := n.SentAt
	if at.IsZero() {
		at = n.CreatedAt
	}
	return Basis{Number: n.Number, Code: n.Code, Date: at, Sender: p.AuthorityName(n.Org, n.CreatedAt).Name}
}
