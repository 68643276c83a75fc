package web

import (
	"slices"

	"ronda"
	"ronda/internal/web/frame"
)

// ticketStatus says where a report stands, in one sentence.
func (s *Site) ticketStatus(v *frame.Visit, t ronda.Ticket) string {
	switch t.State {
	case ronda.TicketPassed:
		return v.T("ticket.state.passed", "body", s.passedTo(v, t))
	case ronda.TicketFinished:
		if key := "ticket.finished." + t.Detail; t.Detail != "" && v.Has(key) {
			return v.T(key)
		}
	}
	return v.T("ticket.state." + string(t.State))
}

// passedTo names the body or the platform that has the matter now.
func (s *Site) passedTo(v *frame.Visit, t ronda.Ticket) string {
	for _, p := range s.pack.Referrals {
		if p.ID == t.Detail {
			return p.Name.In(v.Lang)
		}
	}
	if t.Detail == "platform" && len(t.Addresses) > 0 {
		return s.pack.PlatformName(t.Addresses[0].Platform)
	}
	return v.T("ticket.platform")
}

// ticketFacts lists what the report says, without its words.
func (s *Site) ticketFacts(v *frame.Visit, t ronda.Ticket) []frame.Row {
	region := v.T("ticket.region.none")
	if t.Region != "" {
		region = s.regionWords(v, t.Region)
	}
	category, _ := s.pack.Category(t.Category)
	rows := []frame.Row{
		{Name: v.T("ticket.row.at"), Values: []string{v.TimeIn(t.At, s.pack.Zone(t.Region))}},
		{Name: v.T("report.row.problem"), Values: []string{category.Name.In(v.Lang)}},
		{Name: v.T("report.row.region"), Values: []string{region}},
	}
	if words := maskedWords(v, t.Masked); words != "" {
		rows = append(rows, frame.Row{Name: v.T("ticket.row.masked"), Values: []string{words}})
	}
	for _, a := range t.Addresses {
		name := s.pack.PlatformName(a.Platform)
		rows = append(rows, frame.Row{Name: v.T("ticket.row.link"), Values: []string{a.Address, v.T("ticket.item", "platform", name, "state", v.T("item."+string(a.State)))}})
	}
	return rows
}

// ticketLog is the history of the ticket, newest first: the report, and every message since.
func (s *Site) ticketLog(v *frame.Visit, t ronda.Ticket) []frame.LogEntry {
	zone := s.pack.Zone(t.Region)
	log := []frame.LogEntry{{When: v.TimeIn(t.At, zone), ISO: isoTime(t.At), Title: v.T("ticket.event.received")}}
	for _, m := range t.Messages {
		e := frame.LogEntry{When: v.TimeIn(m.At, zone), ISO: isoTime(m.At), Text: m.Text}
		switch m.Kind {
		case "question", "answer", "evidence":
			e.Title = v.T("ticket.event." + m.Kind)
			if len(m.Files) > 0 {
				e.Who = v.T("ticket.event.files", "n", len(m.Files))
			}
		default: // news carries a text key
			e.Title, e.Text = v.T("ticket.event.news"), ""
			if v.Has(m.Text) {
				e.Title = v.T(m.Text)
			}
		}
		log = append(log, e)
	}
	slices.Reverse(log)
	log[0].Strong = true
	return log
}
