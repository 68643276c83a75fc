package web

import (
	"context"
	"slices"
	"time"

	"ronda"
	"ronda/internal/web/frame"
)

// addWay adds to a platform's page how long its acts were on their way, what later looks found, and what it logged from outside.
func (s *Site) addWay(ctx context.Context, d dataView, p ronda.Platform, page *placePage) error {
	if s.opt.OutsideLog == nil || s.opt.Notices == nil {
		return nil
	}
	var contact, answer []time.Duration
	acts, open := 0, 0
	for after := ""; ; {
		rows, _, err := s.opt.Notices.PublicList(ctx, ronda.NoticeFilter{Platform: p.ID, Size: 1000, After: after})
		if err != nil {
			return err
		}
		for _, row := range rows {
			n := row.Notice
			after = n.ID
			acts++
			if n.ReceivedAt.IsZero() {
				open++
				continue
			}
			contact = append(contact, n.ReceivedAt.Sub(n.CreatedAt))
			if !n.AnsweredAt.IsZero() {
				answer = append(answer, n.AnsweredAt.Sub(n.CreatedAt))
			}
		}
		if len(rows) < 1000 {
			break
		}
	}
	page.WayTitle = d.T("way.title")
	page.Way = append(page.Way, frame.Row{Name: d.T("way.contact"), Values: []string{spanOf(d, contact), d.T("portal.of", "n", len(contact), "of", acts)}},
		frame.Row{Name: d.T("way.answer"), Values: []string{spanOf(d, answer), d.T("portal.of", "n", len(answer), "of", acts)}},
		frame.Row{Name: d.T("way.unproven"), Values: []string{d.Value(open)}})
	looks, err := s.opt.Rechecks(ctx)
	if err != nil {
		return err
	}
	for _, x := range looks {
		if x.Platform == p.ID {
			page.Way = append(page.Way, frame.Row{Name: d.T("way.gone"), Values: []string{d.Value(x.Gone)}}, frame.Row{Name: d.T("way.there"), Values: []string{d.Value(x.There)}})
		}
	}
	counts, err := s.opt.OutsideLog.Counts(ctx)
	if err != nil {
		return err
	}
	orders := 0
	for _, c := range counts {
		if c.Platform == p.ID {
			orders += c.Orders
		}
	}
	page.Way = append(page.Way, frame.Row{Name: d.T("way.outside"), Values: []string{d.Value(orders)}})
	return nil
}

// spanOf writes the median of spans from the decision on, in hours or days.
func spanOf(d dataView, list []time.Duration) string {
	if len(list) == 0 {
		return "–"
	}
	slices.Sort(list)
	return d.hours(int((list[len(list)/2] + time.Hour - 1) / time.Hour))
}
