package casework

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ronda"
)

// AuditStore is what the auditor's desk reads. Nothing on it writes.
type AuditStore interface {
	EventsOf(ctx context.Context, kinds []ronda.EventKind, limit int) ([]ronda.Event, error)
	CasesOf(ctx context.Context, ids []string) (map[string]ronda.Case, error)
	Attempts(ctx context.Context, before string, limit int) ([]ronda.Attempt, error)
	AllLooks(ctx context.Context, limit int) ([]ronda.Look, error)
	OfficeLoads(ctx context.Context) ([]ronda.OfficeLoad, error)
}

// AuditAccounts is what the desk reads of accounts.
type AuditAccounts interface {
	Accounts(ctx context.Context, f ronda.AccountFilter) ([]ronda.Account, error)
	NewestAccountEvents(ctx context.Context, limit int) ([]ronda.AccountEvent, error)
}

// Auditor reads what an auditor may see: everything about how people worked, nothing of what the cases are about.
type Auditor struct {
	Pack   *ronda.Pack
	Store  AuditStore
	People AuditAccounts
	Now    func() time.Time
}

// Bounds of one look at the desk: the newest.
const (
	maxAuditRows   = 500
	maxAuditEvents = 20_000
)

// DrawLine is a draw of a reader, with the case's number in place of its content.
type DrawLine struct {
	Case string
	ronda.Draw
}

// Draws lists the newest draws of readers and how often each account was drawn among the newest events.
func (s *Auditor) Draws(ctx context.Context, a ronda.Actor) (lines []DrawLine, by map[string]int, err error) {
	events, cases, err := s.events(ctx, a, ronda.EventReaderDrawn)
	if err != nil {
		return nil, nil, err
	}
	by = map[string]int{}
	for _, e := range events {
		by[e.Data["account"]]++
		c, ok := cases[e.Case]
		if !ok || len(lines) >= maxAuditRows {
			continue
		}
		if i := slices.IndexFunc(c.Draws, func(d ronda.Draw) bool { return d.Account == e.Data["account"] && d.At.UnixMicro() == e.At.UnixMicro() }); i >= 0 {
			lines = append(lines, DrawLine{Case: c.Number, Draw: c.Draws[i]})
		}
	}
	return lines, by, nil
}

// Aside is a reader who stepped aside, or was replaced.
type Aside struct {
	Case, Account, Office, Seat, Reason string
	At                                  time.Time
}

// Asides lists who stepped aside from reading, newest first.
func (s *Auditor) Asides(ctx context.Context, a ronda.Actor) ([]Aside, error) {
	events, cases, err := s.events(ctx, a, ronda.EventReaderLeft)
	if err != nil {
		return nil, err
	}
	var out []Aside
	for _, e := range events[:min(len(events), maxAuditRows)] {
		out = append(out, Aside{Case: cases[e.Case].Number, Account: e.Actor, Office: e.Office, Seat: e.Data["seat"], Reason: e.Data["reason"], At: e.At})
	}
	return out, nil
}

// BulkLine counts the closings in bulk of one office and what a second look at some of them found.
type BulkLine struct {
	Office                                   string
	Closed, Drawn, Agreed, Reopened, Waiting int
}

// Bulk counts closings in bulk and their audits by the office that closed.
func (s *Auditor) Bulk(ctx context.Context, a ronda.Actor) ([]BulkLine, error) {
	events, _, err := s.events(ctx, a, ronda.EventClosed, ronda.EventAuditDrawn, ronda.EventAudited)
	if err != nil {
		return nil, err
	}
	by, closer := map[string]*BulkLine{}, map[string]string{}
	at := func(office string) *BulkLine {
		if by[office] == nil {
			by[office] = &BulkLine{Office: office}
		}
		return by[office]
	}
	for _, e := range slices.Backward(events) { // in the order in which they happened
		switch {
		case e.Kind == ronda.EventClosed && e.Data["bulk"] != "":
			closer[e.Case] = e.Office
			at(e.Office).Closed++
		case e.Kind == ronda.EventAuditDrawn:
			at(e.Office).Drawn++
			at(e.Office).Waiting++
		case e.Kind == ronda.EventAudited:
			x := at(closer[e.Case])
			x.Waiting--
			if e.Data["result"] == "reopened" {
				x.Reopened++
			} else {
				x.Agreed++
			}
		}
	}
	var out []BulkLine
	for _, x := range by {
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b BulkLine) int { return b.Closed - a.Closed })
	return out, nil
}

// HoldLine is a hold that keeps a case's data beyond its time.
type HoldLine struct {
	Case string
	ronda.Hold
}

// Holds lists holds, newest first.
func (s *Auditor) Holds(ctx context.Context, a ronda.Actor) ([]HoldLine, error) {
	events, cases, err := s.events(ctx, a, ronda.EventHeld)
	if err != nil {
		return nil, err
	}
	var out []HoldLine
	seen := map[string]bool{}
	for _, e := range events {
		for _, h := range cases[e.Case].Holds {
			if !seen[h.ID] && len(out) < maxAuditRows {
				seen[h.ID] = true
				out = append(out, HoldLine{Case: cases[e.Case].Number, Hold: h})
			}
		}
	}
	return out, nil
}

// Attempts lists tries that a safeguard refused, newest first, with the numbers of their cases.
func (s *Auditor) Attempts(ctx context.Context, a ronda.Actor) ([]ronda.Attempt, error) {
	if err := s.may(a); err != nil {
		return nil, err
	}
	list, err := s.Store.Attempts(ctx, "", maxAuditRows)
	if err != nil {
		return nil, err
	}
	return list, s.number(ctx, len(list), func(i int) *string { return &list[i].Case })
}

// Looks lists looks at sealed evidence, newest first, with the numbers of their cases.
func (s *Auditor) Looks(ctx context.Context, a ronda.Actor) ([]ronda.Look, error) {
	if err := s.may(a); err != nil {
		return nil, err
	}
	list, err := s.Store.AllLooks(ctx, maxAuditRows)
	if err != nil {
		return nil, err
	}
	return list, s.number(ctx, len(list), func(i int) *string { return &list[i].Case })
}

// Loads counts open and late cases by office, those with most late ones first.
func (s *Auditor) Loads(ctx context.Context, a ronda.Actor) ([]ronda.OfficeLoad, error) {
	if err := s.may(a); err != nil {
		return nil, err
	}
	list, err := s.Store.OfficeLoads(ctx)
	slices.SortStableFunc(list, func(a, b ronda.OfficeLoad) int { return b.Overdue - a.Overdue })
	return list, err
}

// Mandates lists the accounts with what they may do and what they declared. Names and logins are taken away.
func (s *Auditor) Mandates(ctx context.Context, a ronda.Actor) ([]ronda.Account, error) {
	if err := s.may(a); err != nil {
		return nil, err
	}
	list, err := s.People.Accounts(ctx, ronda.AccountFilter{})
	for i := range list {
		list[i].Name, list[i].Login, list[i].Actor.Name = "", "", ""
	}
	return list, err
}

// AccountEvents lists what happened to accounts, newest first.
func (s *Auditor) AccountEvents(ctx context.Context, a ronda.Actor) ([]ronda.AccountEvent, error) {
	if err := s.may(a); err != nil {
		return nil, err
	}
	return s.People.NewestAccountEvents(ctx, maxAuditRows)
}

func (s *Auditor) may(a ronda.Actor) error {
	return ronda.Can(a, ronda.ReadAudit, ronda.Case{}, s.Pack)
}

// events reads the newest events of some kinds and their cases, those of practice left out.
func (s *Auditor) events(ctx context.Context, a ronda.Actor, kinds ...ronda.EventKind) ([]ronda.Event, map[string]ronda.Case, error) {
	if err := s.may(a); err != nil {
		return nil, nil, err
	}
	events, err := s.Store.EventsOf(ctx, kinds, maxAuditEvents)
	if err != nil {
		return nil, nil, err
	}
	var ids []string
	seen := map[string]bool{}
	for _, e := range events {
		if !seen[e.Case] && len(ids) < 2*maxAuditRows {
			seen[e.Case] = true
			ids = append(ids, e.Case)
		}
	}
	cases, err := s.Store.CasesOf(ctx, ids)
	if err != nil {
		return nil, nil, fmt.Errorf("read cases: %w", err)
	}
	events = slices.DeleteFunc(events, func(e ronda.Event) bool { return cases[e.Case].Sandbox })
	return events, cases, nil
}

// number puts the numbers that people know in place of the ids of cases.
func (s *Auditor) number(ctx context.Context, n int, at func(i int) *string) error {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = *at(i)
	}
	cases, err := s.Store.CasesOf(ctx, ids)
	if err != nil {
		return fmt.Errorf("read cases: %w", err)
	}
	for i := range n {
		*at(i) = cases[*at(i)].Number
	}
	return nil
}
