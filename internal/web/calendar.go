package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/notice/calendar"
	"ronda/internal/web/frame"
)

// Deadline is one clock that a person has to watch.
type Deadline struct {
	ID     string
	Due    time.Time
	Region string
	Act    ronda.Act // "" for the hub's own clock on a case
	Number string    // of the letter or the case
	Path   string
}

// Feeds keep the secret addresses of calendars.
type Feeds interface {
	SetCalendarFeed(ctx context.Context, account string, hash []byte, at time.Time) error
	CalendarFeed(ctx context.Context, hash []byte) (ronda.Account, error)
}

// CalendarOptions join the calendar pages to the rest. Without Feeds they do not exist.
type CalendarOptions struct {
	Feeds     Feeds
	Deadlines func(ctx context.Context, a ronda.Actor) ([]Deadline, error)
}

func (s *Site) calendarRoutes() []frame.Route {
	if s.opt.Feeds == nil {
		return nil
	}
	return []frame.Route{
		{Pattern: "GET /kerja/kalender", Action: s.work(s.showCalendar)},
		{Pattern: "POST /kerja/kalender", Action: s.work(s.makeFeed)},
		{Pattern: "GET /kalender/{file}", Action: s.serveFeed},
	}
}

// calendarPage is the data of page/work/calendar.html.
type calendarPage struct {
	Link string // shown once
	Rows []frame.Row
}

func (s *Site) showCalendar(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderCalendar(w, r, a, "")
}

func (s *Site) renderCalendar(w http.ResponseWriter, r *http.Request, a staff, link string) error {
	v := frame.VisitOf(r)
	page := calendarPage{Link: link}
	all, err := s.opt.Deadlines(r.Context(), a.Actor)
	if err != nil {
		return err
	}
	for _, d := range all {
		page.Rows = append(page.Rows, frame.Row{Name: v.TimeIn(d.Due, s.pack.Zone(d.Region)), Values: []string{DeadlineText(v.Printer, d)}, Change: d.Path})
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/calendar", Title: v.T("calendar.title"), Nav: "kalender", Data: page}))
}

// feedSecret is how many random bytes a calendar's address has.
const feedSecret = 24

// makeFeed makes a new secret address and shows it once. The one before stops.
func (s *Site) makeFeed(w http.ResponseWriter, r *http.Request, a staff) error {
	b := make([]byte, feedSecret)
	if _, err := rand.Read(b); err != nil {
		return fmt.Errorf("read randomness: %w", err)
	}
	secret := hex.EncodeToString(b)
	if err := s.opt.Feeds.SetCalendarFeed(r.Context(), a.Account, feedHash(secret), frame.VisitOf(r).Now); err != nil {
		return err
	}
	return s.renderCalendar(w, r, a, s.frame.Absolute("/kalender/"+url.PathEscape(secret)+".ics"))
}

func feedHash(secret string) []byte {
	sum := sha256.Sum256([]byte("calendar\x00" + secret))
	return sum[:]
}

// serveFeed gives the calendar to whoever has its address: numbers and kinds, no text of a case.
func (s *Site) serveFeed(w http.ResponseWriter, r *http.Request) error {
	secret, ok := strings.CutSuffix(r.PathValue("file"), ".ics")
	if !ok || len(secret) != 2*feedSecret {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	acc, err := s.opt.Feeds.CalendarFeed(r.Context(), feedHash(secret))
	if err != nil {
		return err
	}
	all, err := s.opt.Deadlines(r.Context(), acc.Actor)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	var entries []calendar.Entry
	for _, d := range all {
		entries = append(entries, calendar.Entry{UID: d.ID + "@ronda", Due: d.Due, Zone: s.pack.Zone(d.Region), Summary: DeadlineText(v.Printer, d), URL: s.frame.Absolute(d.Path)})
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("X-Robots-Tag", "noindex")
	_, err = w.Write(calendar.Write(v.T("calendar.name"), entries, v.Now))
	return err
}

// DeadlineText names a deadline without a word of the case.
func DeadlineText(p i18n.Printer, d Deadline) string {
	if d.Act == "" {
		return p.T("calendar.case", "number", d.Number)
	}
	return strings.TrimSpace(p.T("calendar.notice", "act", p.T("act."+string(d.Act)), "number", d.Number))
}
