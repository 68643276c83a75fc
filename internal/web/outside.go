package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// OutsideLog keeps the orders that platforms log. *response.Outside is the real one.
type OutsideLog interface {
	Log(ctx context.Context, a ronda.Actor, in ronda.OutsideOrder) (ronda.OutsideOrder, error)
	Withdraw(ctx context.Context, a ronda.Actor, id, why string) (ronda.OutsideOrder, error)
	List(ctx context.Context, a ronda.Actor, after string, limit int) ([]ronda.OutsideOrder, error)
	Public(ctx context.Context, platform, after string, limit int) ([]ronda.OutsideOrder, error)
	Counts(ctx context.Context) ([]ronda.OutsideOrderCount, error)
}

// outsideLine is a logged order in words.
type outsideLine struct {
	ronda.OutsideOrder
	PlatformName, Who, WayName, GroundName, MeasureName, OutcomeName, Received, Logged string
}

func (s *Site) outsideLine(v *frame.Visit, o ronda.OutsideOrder) outsideLine {
	l := outsideLine{OutsideOrder: o, PlatformName: s.pack.PlatformName(o.Platform), Who: o.Body, WayName: v.T("outside.way." + o.Way), GroundName: o.Law,
		MeasureName: v.T("measure." + string(o.Measure)), OutcomeName: v.T("outside.outcome." + o.Outcome), Received: v.Date(o.ReceivedAt), Logged: v.Date(o.At)}
	switch {
	case o.Authority != "":
		l.Who = s.pack.AuthorityName(o.Authority, o.ReceivedAt).Name.In(v.Lang)
	case o.Body == "":
		l.Who = v.T("outside.other_body")
	}
	if o.Ground != "" {
		l.GroundName = s.groundName(v, o.Ground, o.ReceivedAt)
	}
	return l
}

// ownOutsidePage is the data of page/work/outside.html.
type ownOutsidePage struct {
	Form                          frame.Form
	Who, Ways, Measures, Outcomes []frame.Choice
	Grounds                       []frame.Choice
	Lines                         []outsideLine
	Saved, Opened                 bool
	Failed                        string // id of the order whose withdrawal was refused
}

func (s *Site) showOwnOutside(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderOwnOutside(w, r, a, ownOutsidePage{Saved: r.URL.Query().Has("tersimpan")}, url.Values{}, nil)
}

func (s *Site) renderOwnOutside(w http.ResponseWriter, r *http.Request, a staff, page ownOutsidePage, values url.Values, faults []i18n.FieldError) error {
	rows, err := s.opt.OutsideLog.List(r.Context(), a.Actor, "", 200)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	for _, o := range rows {
		page.Lines = append(page.Lines, s.outsideLine(v, o))
	}
	for _, x := range s.pack.Authorities {
		page.Who = append(page.Who, frame.Choice{Value: x.ID, Text: s.pack.AuthorityName(x.ID, v.Now).Name.In(v.Lang)})
	}
	for _, x := range ronda.OutsideWays() {
		page.Ways = append(page.Ways, frame.Choice{Value: x, Text: v.T("outside.way." + x)})
	}
	for _, x := range ronda.Measures() {
		if x != ronda.MeasureNone {
			page.Measures = append(page.Measures, frame.Choice{Value: string(x), Text: v.T("measure." + string(x))})
		}
	}
	for _, x := range ronda.OutsideOutcomes() {
		page.Outcomes = append(page.Outcomes, frame.Choice{Value: x, Text: v.T("outside.outcome." + x)})
	}
	seen := map[string]bool{}
	for _, g := range s.pack.Grounds {
		if g.Holds(v.Now) && !seen[g.ID] {
			seen[g.ID] = true
			page.Grounds = append(page.Grounds, frame.Choice{Value: g.ID, Text: g.Cite})
		}
	}
	page.Form = frame.Form{Values: values, Faults: faults}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/outside", Title: v.T("outside.title"), Nav: "luar", Faults: faults, Data: page}))
}

// logOutside takes the form. A day without an hour is its beginning by the clock of the country.
func (s *Site) logOutside(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	f := r.PostForm
	o := ronda.OutsideOrder{OwnID: strings.TrimSpace(f.Get("own_id")), Authority: f.Get("authority"), Body: f.Get("body"), Way: f.Get("way"), Ground: f.Get("ground"), Law: f.Get("law"),
		Number: f.Get("number"), Measure: ronda.Measure(f.Get("measure")), Outcome: f.Get("outcome"), Note: f.Get("note"), Addresses: strings.Fields(f.Get("addresses"))}
	o.ReceivedAt, _ = time.ParseInLocation(time.DateOnly, f.Get("received_at"), s.pack.Zone(""))
	o.ReceivedAt = o.ReceivedAt.UTC()
	o.Count = number(f.Get("count"), len(o.Addresses))
	o.Hours = number(f.Get("hours"), 0)
	_, err := s.opt.OutsideLog.Log(r.Context(), a.Actor, o)
	v := frame.VisitOf(r)
	switch ronda.KindOf(err) {
	case ronda.Invalid:
		return s.renderOwnOutside(w, r, a, ownOutsidePage{Opened: true}, f, v.Fields(err))
	case ronda.Conflict:
		return s.renderOwnOutside(w, r, a, ownOutsidePage{Opened: true}, f, []i18n.FieldError{{Field: "own_id", Text: v.Error(err), Kind: ronda.Conflict}})
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/penghubung/luar?tersimpan=1")
}

// number reads a whole number; what is none is refused as −1 by the rule, and an empty field means the default.
func number(text string, empty int) int {
	text = strings.TrimSpace(text)
	if text == "" {
		return empty
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func (s *Site) withdrawOutside(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	_, err := s.opt.OutsideLog.Withdraw(r.Context(), a.Actor, r.PathValue("id"), r.PostForm.Get("reason"))
	if k := ronda.KindOf(err); k == ronda.Invalid || k == ronda.Conflict {
		v := frame.VisitOf(r)
		return s.renderOwnOutside(w, r, a, ownOutsidePage{Failed: r.PathValue("id")}, r.PostForm, []i18n.FieldError{{Field: "reason", Text: v.Error(err), Kind: k}})
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/penghubung/luar?tersimpan=1")
}

// outsidePage is the data of page/data/outside.html.
type outsidePage struct {
	Statements, AllStatements, Orders, Addresses int
	Counts                                       []outsideCount
	Lines                                        []publicOutside
	More                                         string
	Platform                                     string
}

// outsideCount is how many orders of one sender a platform logged.
type outsideCount struct {
	Platform, Who     string
	Orders, Addresses int
	Last              string
}

// publicOutside is a logged order with its entries in the public log.
type publicOutside struct {
	outsideLine
	Entries []ronda.LogEntry
}

// showOutside is what went by outside of the hub: what platforms logged, and how many statements cite the law without an act.
func (s *Site) showOutside(w http.ResponseWriter, r *http.Request) error {
	v, q := frame.VisitOf(r), r.URL.Query()
	const size = 50
	rows, err := s.opt.OutsideLog.Public(r.Context(), q.Get("platform"), q.Get("setelah"), size)
	if err != nil {
		return err
	}
	counts, err := s.opt.OutsideLog.Counts(r.Context())
	if err != nil {
		return err
	}
	page := outsidePage{Platform: q.Get("platform")}
	if s.opt.Outside != nil {
		page.Statements, page.AllStatements = s.opt.Outside()
	}
	for _, c := range counts {
		who := v.T("outside.other_body")
		if c.Authority != "" {
			who = s.pack.AuthorityName(c.Authority, c.Last).Name.In(v.Lang)
		}
		page.Orders, page.Addresses = page.Orders+c.Orders, page.Addresses+c.Addresses
		page.Counts = append(page.Counts, outsideCount{Platform: s.pack.PlatformName(c.Platform), Who: who, Orders: c.Orders, Addresses: c.Addresses, Last: v.Date(c.Last)})
	}
	for _, o := range rows {
		l := publicOutside{outsideLine: s.outsideLine(v, o)}
		if l.Entries, err = s.opt.LogEntries.NoticeEntries(r.Context(), o.ID); err != nil {
			return err
		}
		page.Lines = append(page.Lines, l)
	}
	if len(rows) == size {
		next := url.Values{"setelah": {rows[size-1].ID}}
		if page.Platform != "" {
			next.Set("platform", page.Platform)
		}
		page.More = "/data/luar-log?" + next.Encode()
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/outside", Title: v.T("outside.public.title"), Section: frame.Data, Nav: "data", Crumbs: dataCrumbs(v), Data: page})
}

// downloadOutside is the same as a table, whole.
func (s *Site) downloadOutside(w http.ResponseWriter, r *http.Request) error {
	head := []string{"id", "platform", "logged_at", "received_at", "authority", "way", "ground", "measure", "addresses", "hours", "outcome", "withdrawn_at"}
	var table [][]string
	for after := ""; ; {
		rows, err := s.opt.OutsideLog.Public(r.Context(), "", after, 1000)
		if err != nil {
			return err
		}
		for _, o := range rows {
			after = o.ID
			table = append(table, []string{o.ID, o.Platform, stamp(o.At), stamp(o.ReceivedAt), o.Authority, o.Way, o.Ground, string(o.Measure), strconv.Itoa(o.Count),
				strconv.Itoa(o.Hours), o.Outcome, stamp(o.Withdrawn)})
		}
		if len(rows) < 1000 {
			return writeCSV(w, "ronda-luar-log.csv", head, table)
		}
	}
}
