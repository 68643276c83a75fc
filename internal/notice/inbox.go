package notice

import (
	"context"
	"fmt"
	"time"

	"ronda"
)

// Inbox lists the notices that an actor receives: a platform's own, or the requests to the ministry.
type Inbox struct {
	Rows   []ronda.NoticeRow
	Total  int
	Counts InboxCounts
}

// InboxCounts are the figures above an inbox.
type InboxCounts struct {
	New, Due, Overdue, Answered int
}

// Inbox returns the actor's inbox, nearest deadline first. The filter can only narrow it.
func (s *Service) Inbox(ctx context.Context, a ronda.Actor, f ronda.NoticeFilter) (Inbox, error) {
	f, err := s.bound(a, f)
	if err != nil {
		return Inbox{}, err
	}
	rows, total, err := s.Store.Notices(ctx, f)
	if err != nil {
		return Inbox{}, fmt.Errorf("list notices: %w", err)
	}
	for i := range rows {
		rows[i].Title = "" // the case's working title is the agency's own
	}
	in := Inbox{Rows: rows, Total: total}
	all := ronda.NoticeFilter{Platform: f.Platform, Authority: f.Authority, Public: true, Size: 1000, Now: s.Now(), Sandbox: f.Sandbox}
	every, _, err := s.Store.Notices(ctx, all)
	if err != nil {
		return Inbox{}, fmt.Errorf("count notices: %w", err)
	}
	for _, r := range every {
		in.Counts.add(r.Notice, s.Now())
	}
	return in, nil
}

func (c *InboxCounts) add(n ronda.Notice, now time.Time) {
	switch {
	case n.State == ronda.NoticeSent:
		c.New++
	case n.IsOverdue(now):
		c.Overdue++
	case n.State == ronda.NoticeReceived:
		c.Due++
	case n.State == ronda.NoticeAnswered:
		c.Answered++
	}
}

// bound limits a filter to what the actor receives.
func (s *Service) bound(a ronda.Actor, f ronda.NoticeFilter) (ronda.NoticeFilter, error) {
	f.Now, f.Public = s.Now(), true
	f.Sandbox = f.Sandbox || a.Sandbox
	switch {
	case a.Has(ronda.RoleLiaison) && a.Platform != "":
		f.Platform, f.Authority = a.Platform, ""
	case s.ministry(a):
		f.Authority, f.Platform, f.Act = a.Org, "", ronda.Request
	default:
		return f, ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	return f, nil
}

func (s *Service) ministry(a ronda.Actor) bool {
	auth, ok := s.Pack.Authority(a.Org)
	return ok && auth.Role == "ministry" && (a.Has(ronda.RoleOfficer) || a.Has(ronda.RoleLead) || a.Has(ronda.RoleContact))
}

// Received is a notice as its recipient sees it: the law, the reasons, the evidence and each address, but not who read or decided.
type Received struct {
	Row      ronda.NoticeRow
	Ground   ronda.Ground // zero for a platform's own policy
	Policy   ronda.Policy
	Elements []ronda.ElementFinding
	Evidence []ronda.Evidence
	Late     bool
}

// Open shows a notice to its recipient. Another platform's notice does not exist for it.
func (s *Service) Open(ctx context.Context, a ronda.Actor, id string) (Received, error) {
	row, err := s.Store.Notice(ctx, id)
	if err != nil {
		return Received{}, err
	}
	n := row.Notice
	mine := n.State.Public() && (n.Sandbox || !a.Sandbox) && ((a.Has(ronda.RoleLiaison) && a.Platform != "" && n.Platform == a.Platform) || (s.ministry(a) && n.Authority == a.Org))
	if !mine {
		return Received{}, ronda.Errorf(ronda.NotFound, "notice.not_found", "")
	}
	c, err := s.Store.Case(ctx, row.Case)
	if err != nil {
		return Received{}, fmt.Errorf("load case of notice: %w", err)
	}
	return s.received(c, row), nil
}

// Source returns a notice with its case for making the letter that its recipient gets. The letter names offices, never readers.
func (s *Service) Source(ctx context.Context, a ronda.Actor, id string) (ronda.Case, ronda.Notice, error) {
	if _, err := s.Open(ctx, a, id); err != nil {
		return ronda.Case{}, ronda.Notice{}, err
	}
	row, err := s.Store.Notice(ctx, id)
	if err != nil {
		return ronda.Case{}, ronda.Notice{}, err
	}
	c, err := s.Store.Case(ctx, row.Case)
	if err != nil {
		return c, row.Notice, fmt.Errorf("load case of notice: %w", err)
	}
	c.Title = "" // the agency's working title
	return c, row.Notice, nil
}

// received adds what a notice rests on, without the people behind it.
func (s *Service) received(c ronda.Case, row ronda.NoticeRow) Received {
	n := row.Notice
	r := Received{Late: n.IsOverdue(s.Now())}
	if platform, policy, ok := ronda.SplitPolicy(n.Ground); ok {
		r.Policy, _ = s.Pack.PolicyAt(platform, policy, n.RuleDate)
	} else {
		r.Ground, _ = s.Pack.GroundAt(n.Ground, n.RuleDate)
	}
	for _, a := range c.Conclusions() {
		if a.Ground == n.Ground && a.Outcome == ronda.OutcomeAct {
			r.Elements = a.Elements
			break
		}
	}
	for _, e := range c.Evidence {
		if e.Quarantine || (len(n.Evidence) > 0 && !has(n.Evidence, e.ID)) {
			continue
		}
		e.By, e.Name = "", ""
		r.Evidence = append(r.Evidence, e)
	}
	n.By, n.Signed, n.Unit, n.SignedUnit, n.Failure, n.NewFacts = "", "", "", "", "", ""
	n.Items = append([]ronda.NoticeItem(nil), n.Items...)
	for i := range n.Items {
		n.Items[i].RecheckBy = ""
	}
	row.Notice, row.Title = n, ""
	r.Row = row
	return r
}

func has(list []string, v string) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// Public shows an act to everyone, redacted: what was asked on which rule, and what came of each address.
func (s *Service) Public(ctx context.Context, id string) (ronda.NoticeRow, error) {
	row, err := s.Store.Notice(ctx, id)
	if err != nil {
		return row, err
	}
	if !row.Notice.State.Public() || row.Notice.Sandbox {
		return ronda.NoticeRow{}, ronda.Errorf(ronda.NotFound, "notice.not_found", "")
	}
	return ronda.NoticeRow{Notice: row.Notice.Redacted()}, nil
}

// PublicList lists acts for everyone, newest first, redacted.
func (s *Service) PublicList(ctx context.Context, f ronda.NoticeFilter) ([]ronda.NoticeRow, int, error) {
	f.Public, f.Now, f.Sandbox = true, s.Now(), false
	rows, total, err := s.Store.Notices(ctx, f)
	if err != nil {
		return nil, 0, fmt.Errorf("list acts: %w", err)
	}
	for i := range rows {
		rows[i] = ronda.NoticeRow{Notice: rows[i].Notice.Redacted()}
	}
	return rows, total, nil
}

// ByHand lists the notices that wait for a person of the actor's authority: to be handed over, with an unknown outcome, or
// with an address that should be gone and may not be.
func (s *Service) ByHand(ctx context.Context, a ronda.Actor) ([]ronda.NoticeRow, error) {
	// An administrator or an observer of the same organisation has no business with what is in its letters.
	if a.Org == "" || !a.Decides() {
		return nil, ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	rows, _, err := s.Store.Notices(ctx, ronda.NoticeFilter{Org: a.Org, Size: 500, Now: s.Now(),
		States: []ronda.NoticeState{ronda.NoticeQueued, ronda.NoticeUnknown, ronda.NoticeFailed, ronda.NoticeDraft}})
	if err != nil {
		return nil, fmt.Errorf("list notices by hand: %w", err)
	}
	answered, _, err := s.Store.Notices(ctx, ronda.NoticeFilter{Org: a.Org, Size: 500, Now: s.Now(),
		States: []ronda.NoticeState{ronda.NoticeReceived, ronda.NoticeAnswered}})
	if err != nil {
		return nil, fmt.Errorf("list notices to look at: %w", err)
	}
	for _, r := range answered {
		if r.Notice.NeedsLook() {
			rows = append(rows, r)
		}
	}
	return rows, nil
}
