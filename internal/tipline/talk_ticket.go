package tipline

import (
	"slices"
	"strings"
	"time"

	"ronda"
)

// opened shows a ticket, and asks for an answer if an officer wants to know something. From now on its news comes by itself.
func (t *Talk) opened(s State, e Opened, now time.Time) Outcome {
	if e.Err != nil { // what was being done goes on
		return Outcome{State: s, Say: []Message{{Body: t.fault(s, e.Err)}}}
	}
	p := t.printer(s)
	s = s.rest()
	m := Message{Head: p.T("ticket.title", "code", ronda.FormatCode(e.Ticket.Code)), Body: t.TicketWords(s.Lang, e.Ticket, now)}
	if e.Added {
		m.Body = p.T("tip.added") + "\n\n" + m.Body
	}
	if q := e.Ticket.Question; q != nil && !e.Ticket.Erased {
		s.Turn++
		s = s.at(StepResult, now)
		s.Ticket = ronda.FormatCode(e.Ticket.Code)
		m.Body += "\n\n" + p.T("tip.asked", "question", q.Text)
		m.Choices = []Choice{{ID: s.tag("answer"), Label: p.T("tip.choose.answer")}}
		s, m = s.offer(m)
	}
	s.Quiet = false
	return Outcome{State: s, Say: []Message{m}, Track: ronda.FormatCode(e.Ticket.Code), Told: toldOf(e.Ticket)}
}

// TicketWords says where a report stands: the state in one sentence, each address with what became of it, and when to expect more.
func (t *Talk) TicketWords(lang string, k ronda.Ticket, now time.Time) string {
	p := t.Texts.Printer(lang, t.Pack.Zone(k.Region))
	if k.Erased {
		return p.T("ticket.erased.title") + "."
	}
	parts := []string{t.stateWords(lang, k)}
	for _, a := range k.Addresses[:min(len(k.Addresses), 5)] {
		if a.State != ronda.ItemOpen && p.Has("item."+string(a.State)) {
			parts = append(parts, p.T("ticket.item", "platform", t.Pack.PlatformName(a.Platform), "state", p.T("item."+string(a.State))))
		}
	}
	if !k.Next.IsZero() && k.State != ronda.TicketFinished {
		if k.Next.After(now) {
			parts = append(parts, p.T("ticket.next", "time", k.Next, "in", p.Relative(k.Next, now)))
		} else if k.State == ronda.TicketReceived || k.State == ronda.TicketMerged {
			parts = append(parts, p.T("ticket.late", "time", k.Next))
		}
	}
	return strings.Join(parts, "\n")
}

// stateWords is the state in one sentence.
func (t *Talk) stateWords(lang string, k ronda.Ticket) string {
	p := t.Texts.Printer(lang, t.Pack.Zone(k.Region))
	switch k.State {
	case ronda.TicketPassed:
		return p.T("ticket.state.passed", "body", t.passedTo(lang, k))
	case ronda.TicketFinished:
		if key := "ticket.finished." + k.Detail; k.Detail != "" && p.Has(key) {
			return p.T(key)
		}
	}
	return p.T("ticket.state." + string(k.State))
}

// passedTo names who has the matter now.
func (t *Talk) passedTo(lang string, k ronda.Ticket) string {
	for _, r := range t.Pack.Referrals {
		if r.ID == k.Detail {
			return r.Name.In(lang)
		}
	}
	if k.Detail == "platform" && len(k.Addresses) > 0 && k.Addresses[0].Platform != "" {
		return t.Pack.PlatformName(k.Addresses[0].Platform)
	}
	return t.Texts.Printer(lang, nil).T("ticket.platform")
}

// News is the message that tells of a ticket's progress.
func (t *Talk) News(s State, k ronda.Ticket, question string, now time.Time) Message {
	p := t.printer(s)
	m := Message{Head: p.T("tip.news.head", "code", ronda.FormatCode(k.Code)), Body: t.TicketWords(s.Lang, k, now)}
	if question != "" {
		m.Body = p.T("ticket.state.needs_info") + "\n\n" + p.T("tip.asked", "question", question) + "\n\n" + p.T("tip.asked.how", "code", ronda.FormatCode(k.Code))
	}
	return m
}

// askFollow asks for which region.
func (t *Talk) askFollow(s State) Outcome {
	p := t.printer(s)
	m := Message{Head: p.T("tip.follow.head"), Body: p.T("tip.follow.body"), Ask: p.T("tip.follow.ask")}
	if s.Region != "" {
		m.Choices = []Choice{{ID: "follow/" + s.Region, Label: shorten(t.Pack.RegionLabel(s.Region), labelSize), Full: t.Pack.RegionName(s.Region)}}
	}
	s, m = s.offer(m)
	return Outcome{State: s, Say: []Message{m}}
}

// maxFollows is how many regions one person may get alerts for.
const maxFollows = 10

// followed subscribes to a region's alerts.
func (t *Talk) followed(s State, code string) Outcome {
	if _, ok := t.Pack.Region(code); !ok || code == "" {
		return Outcome{State: s.rest(), Say: t.say(s, "tip.choice.old")}
	}
	s = s.rest()
	s.Region, s.Quiet = code, false
	if len(s.Follows) >= maxFollows && !slices.Contains(s.Follows, code) {
		return Outcome{State: s, Say: t.say(s, "tip.follow.many", "n", maxFollows)}
	}
	s = s.follow(code)
	var names []string
	for _, c := range s.Follows {
		names = append(names, t.Pack.RegionName(c))
	}
	p := t.printer(s)
	return Outcome{State: s, Follow: []string{code}, Say: []Message{{Head: p.T("tip.followed.head", "region", t.Pack.RegionName(code)),
		Body: p.T("tip.followed.body", "regions", p.List(names), "link", t.page(s, "/peringatan"))}}}
}
