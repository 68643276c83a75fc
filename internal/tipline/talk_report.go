package tipline

import (
	"strings"
	"time"

	"ronda"
)

// askCategory asks what is wrong with the message, and says before anything is sent that this is no formal report.
func (t *Talk) askCategory(s State, now time.Time) Outcome {
	if s.Draft == nil {
		return Outcome{State: s.rest(), Say: t.say(s, "tip.choice.old")}
	}
	page := s.Page
	s = s.at(StepCategory, now)
	p := t.printer(s)
	m := Message{Head: p.T("tip.category.head"), Ask: p.T("tip.category.ask")}
	if page == 0 {
		m.Body = p.T("report.formal", "n", t.formalDays()) + " " + p.T("tip.formal.how", "link", t.page(s, "/bantuan/laporan-resmi"))
	}
	room := max(t.Room, 4)
	all := t.Pack.Categories
	if len(all) > room {
		each := room - 1
		from := page * each % (((len(all) + each - 1) / each) * each)
		all = all[min(from, len(all)):min(from+each, len(all))]
	}
	for _, c := range all {
		label := c.Name.In(s.Lang)
		if key := "tip.category." + c.ID; p.Has(key) {
			label = p.T(key)
		}
		m.Choices = append(m.Choices, Choice{ID: s.tag("category:" + c.ID), Label: shorten(label, labelSize), Full: c.Name.In(s.Lang)})
	}
	if len(all) < len(t.Pack.Categories) {
		m.Choices = append(m.Choices, Choice{ID: s.tag("more"), Label: p.T("tip.category.more"), Full: p.T("tip.category.more.full")})
	}
	s.Page = page
	s, m = s.offer(m)
	return Outcome{State: s, Say: []Message{m}}
}

// labelSize is what every application can show on a button.
const labelSize = 20

// shorten cuts a label at a letter.
func shorten(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return strings.TrimSpace(string(r[:most-1])) + "…"
}

// formalDays is how long a formal report may be filed, from the election's rules.
func (t *Talk) formalDays() int {
	for _, r := range t.Pack.Referrals {
		if r.ID == "formal_violation" {
			return r.Days
		}
	}
	return 0
}

// categoryChosen goes on to the region.
func (t *Talk) categoryChosen(s State, id string, now time.Time) Outcome {
	if _, ok := t.Pack.Category(id); !ok || s.Draft == nil {
		return Outcome{State: s.rest(), Say: t.say(s, "tip.choice.old")}
	}
	d := *s.Draft
	d.Category = id
	s.Draft, s.Page = &d, 0
	return t.askRegion(s, now)
}

// askRegion asks where. Who said it before only confirms.
func (t *Talk) askRegion(s State, now time.Time) Outcome {
	s = s.at(StepRegion, now)
	p := t.printer(s)
	m := Message{Head: p.T("tip.region.head"), Ask: p.T("tip.region.ask")}
	if s.Region != "" {
		m.Ask = p.T("tip.region.again")
		m.Choices = append(m.Choices, t.regionChoice(s, s.Region), Choice{ID: s.tag("elsewhere"), Label: p.T("tip.region.elsewhere")})
	}
	m.Choices = append(m.Choices, Choice{ID: s.tag("region:"), Label: p.T("tip.region.anywhere"), Full: p.T("tip.region.anywhere.full")})
	s, m = s.offer(m)
	return Outcome{State: s, Say: []Message{m}}
}

func (t *Talk) regionChoice(s State, code string) Choice {
	full := t.Pack.RegionName(code)
	if parent := t.Pack.Parent(code); parent != "" {
		full += ", " + t.Pack.RegionName(parent)
	}
	return Choice{ID: s.tag("region:" + code), Label: shorten(t.Pack.RegionLabel(code), labelSize), Full: full}
}

// namedRegion looks a typed name up: for the report, or for alerts.
func (t *Talk) namedRegion(s State, name string, now time.Time) Outcome {
	p := t.printer(s)
	codes, sure := t.Places.Find(name)
	switch {
	case len(codes) == 0:
		s, m := s.offer(Message{Body: p.T("tip.region.unknown", "name", name), Ask: p.T("tip.region.ask"), Choices: s.Offered})
		return Outcome{State: s, Say: []Message{m}}
	case sure && s.Step == StepFollow:
		return t.followed(s, codes[0])
	case sure:
		return t.regionChosen(s, codes[0], now)
	}
	head := p.T("tip.region.which")
	if len(codes) == 1 {
		head = p.T("tip.region.meant")
	}
	m := Message{Head: head, Ask: p.T("tip.region.which.ask")}
	for _, code := range codes[:min(len(codes), max(t.Room, 3))] {
		c := t.regionChoice(s, code)
		if s.Step == StepFollow {
			c.ID = "follow/" + code
		}
		m.Choices = append(m.Choices, c)
	}
	s, m = s.offer(m)
	return Outcome{State: s, Say: []Message{m}}
}

// regionChosen sends the report.
func (t *Talk) regionChosen(s State, code string, now time.Time) Outcome {
	if s.Draft == nil || s.Draft.Category == "" {
		return Outcome{State: s.rest(), Say: t.say(s, "tip.choice.old")}
	}
	if _, ok := t.Pack.Region(code); !ok {
		return t.askRegion(s, now)
	}
	if code != "" {
		s.Region = code
	}
	return Outcome{State: s, Do: Report{Draft: *s.Draft, Region: code}}
}

// reported gives the code. A fault leaves the message at hand, so that it can be mended.
func (t *Talk) reported(s State, e Reported, now time.Time) Outcome {
	p := t.printer(s)
	if e.Err != nil {
		return Outcome{State: s.rest(), Say: []Message{{Head: p.T("tip.report.failed"), Body: t.fault(s, e.Err)}}}
	}
	r := e.Receipt
	parts := []string{p.T("tip.sent.keep")}
	if r.Joined {
		parts = append(parts, p.T("report.sent.joined"))
	}
	if !r.Next.IsZero() {
		parts = append(parts, p.T("report.sent.first", "time", r.Next))
	}
	parts = append(parts, p.T("tip.sent.push"))
	for _, m := range r.Missing {
		if m == "link" {
			parts = append(parts, p.T("tip.sent.link"))
		}
	}
	told := toldOf(ronda.Ticket{State: ronda.TicketReceived})
	if r.Joined {
		told = toldOf(ronda.Ticket{State: ronda.TicketMerged})
	}
	s.Quiet = false
	s = s.rest()
	return Outcome{State: s, Track: r.Code, Told: told, Say: []Message{{Head: p.T("tip.sent.head", "code", r.Code), Body: strings.Join(parts, "\n\n")}}}
}
