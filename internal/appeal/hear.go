package appeal

import (
	"context"
	"fmt"

	"ronda"
)

// Desk is what one person sees of objections.
type Desk struct {
	Mine    []ronda.Appeal // on whose panel the person sits, without an own finding yet
	Checks  []ronda.Appeal // accounts to look up
	Restore []ronda.Appeal // with addresses that the person's authority or platform is to put back
	Office  []ronda.Appeal // of the person's authority, as far as it may be seen
	Overdue int            // of Office
}

// Desk lists the objections that concern a person.
func (s *Service) Desk(ctx context.Context, a ronda.Actor) (Desk, error) {
	var d Desk
	f := ronda.AppealFilter{Size: 1000}
	if a.Has(ronda.RoleLiaison) {
		f.Platform = a.Platform
	}
	all, err := s.Store.Appeals(ctx, f)
	if err != nil {
		return d, err
	}
	now := s.Cases.Env().Now
	for _, ap := range all {
		seen, err := ronda.SeeAppeal(a, ap)
		if err != nil {
			continue
		}
		switch {
		case ap.State == ronda.AppealPanel && ap.Member(a.Account) && !ap.Voted(a.Account):
			d.Mine = append(d.Mine, seen)
		case ap.CanCheckControl(a, s.Pack):
			d.Checks = append(d.Checks, seen)
		}
		for _, r := range seen.Restorations {
			if r.Answer == "" && (r.Authority != "" && r.Authority == a.Org || r.Authority == "" && a.Platform != "" && r.Platform == a.Platform) {
				d.Restore = append(d.Restore, seen)
				break
			}
		}
		if ap.Org != "" && (ap.Org == a.Org || a.Has(ronda.RoleAuditor)) {
			d.Office = append(d.Office, seen)
			if ap.Overdue(now) {
				d.Overdue++
			}
		}
	}
	return d, nil
}

// Hearing is an objection on a person's desk with what they need to judge it.
type Hearing struct {
	Appeal  ronda.Appeal
	Notice  ronda.Notice // whole for a member of the panel, redacted for others
	Case    ronda.Case   // items and evidence for a member of the panel
	Decides bool         // the person is to give a finding
	Checks  bool         // the person may look for the code
}

// Open shows an objection to a person whom it concerns, or answers NotFound.
func (s *Service) Open(ctx context.Context, a ronda.Actor, id string) (Hearing, error) {
	ap, err := s.Store.Appeal(ctx, id)
	if err != nil {
		return Hearing{}, err
	}
	seen, err := ronda.SeeAppeal(a, ap)
	if err != nil {
		return Hearing{}, err
	}
	h := Hearing{Appeal: seen, Checks: ap.CanCheckControl(a, s.Pack)}
	h.Decides = ap.State == ronda.AppealPanel && ap.Member(a.Account) && !ap.Voted(a.Account)
	if ap.Case == "" {
		return h, nil
	}
	c, err := s.Files.Case(ctx, ap.Case)
	if err != nil {
		return h, fmt.Errorf("load case of objection: %w", err)
	}
	n, ok := c.Notice(ap.Notice)
	switch {
	case ap.Member(a.Account):
		h.Notice = n
		h.Case = ronda.Case{Number: c.Number, Title: c.Title, Region: c.Region, Category: c.Category, Items: c.Items, Transcript: c.Transcript, Assessments: decided(c)}
	case ok:
		h.Notice = n.Redacted()
	}
	return h, nil
}

// decided are the conclusions of the round that the panel judges, without names: what was found is its matter, not by whom.
func decided(c ronda.Case) []ronda.Assessment {
	var out []ronda.Assessment
	for _, x := range c.Conclusions() {
		x.By, x.Office, x.Unit = "", "", ""
		out = append(out, x)
	}
	return out
}

// Decide takes one member's finding. Two who agree end the objection, and what follows is carried out in the same transaction.
func (s *Service) Decide(ctx context.Context, a ronda.Actor, id string, d ronda.AppealDecision, reasons string) (ronda.Appeal, error) {
	reasons, err := clean(reasons, "reasons")
	if err != nil {
		return ronda.Appeal{}, err
	}
	if _, err := s.Open(ctx, a, id); err != nil {
		return ronda.Appeal{}, err
	}
	return s.change(ctx, a, id, func(ap ronda.Appeal) (ronda.AppealCommand, error) {
		room, err := s.room(ctx, ap.Case)
		return ronda.DecideAppeal{Room: room, Decision: d, Reasons: reasons}, err
	})
}

// Prove records whether the code stands in the profile, or whether the platform vouches for the account. Only now is the address looked up.
func (s *Service) Prove(ctx context.Context, a ronda.Actor, id string, ok bool) (ronda.Appeal, error) {
	if _, err := s.Open(ctx, a, id); err != nil {
		return ronda.Appeal{}, err
	}
	return s.change(ctx, a, id, func(ap ronda.Appeal) (ronda.AppealCommand, error) {
		cmd := ronda.ProveControl{OK: ok}
		caseID := ap.Case
		if caseID == "" {
			rows, err := s.Store.ActsOn(ctx, ap.Key)
			if err != nil {
				return nil, err
			}
			if len(rows) == 0 {
				return cmd, nil
			}
			caseID = rows[0].Case
			if cmd.Found, err = s.found(ctx, rows[0], ap.Key); err != nil {
				return nil, err
			}
		}
		room, err := s.room(ctx, caseID)
		cmd.Took = room.Took()
		return cmd, err
	})
}

func (s *Service) found(ctx context.Context, row ronda.NoticeRow, key string) (*ronda.AppealFor, error) {
	c, err := s.Files.Case(ctx, row.Case)
	if err != nil {
		return nil, err
	}
	f := &ronda.AppealFor{Case: c, Notice: row.Notice.ID}
	for _, it := range c.Items {
		for _, x := range row.Notice.Items {
			if it.Key == key && x.Item == it.ID {
				f.Items = append(f.Items, it.ID)
			}
		}
	}
	return f, nil
}

// Restore takes the answer for one address that was to be put back.
func (s *Service) Restore(ctx context.Context, a ronda.Actor, id string, cmd ronda.AnswerRestoration) (ronda.Appeal, error) {
	reason, err := clean(cmd.Reason, "reason")
	if err != nil {
		return ronda.Appeal{}, err
	}
	cmd.Reason = reason
	if _, err := s.Open(ctx, a, id); err != nil {
		return ronda.Appeal{}, err
	}
	return s.change(ctx, a, id, func(ronda.Appeal) (ronda.AppealCommand, error) { return cmd, nil })
}

// OfNotice lists a platform's own objections to a notice and those that ask it to put something back.
func (s *Service) OfNotice(ctx context.Context, a ronda.Actor, noticeID string) ([]ronda.Appeal, error) {
	if !a.Has(ronda.RoleLiaison) || a.Platform == "" {
		return nil, ronda.Errorf(ronda.NotFound, "appeal.not_found", "")
	}
	all, err := s.Store.Appeals(ctx, ronda.AppealFilter{Platform: a.Platform, Notice: noticeID})
	if err != nil {
		return nil, err
	}
	var out []ronda.Appeal
	for _, ap := range all {
		seen, err := ronda.SeeAppeal(a, ap)
		switch {
		case ap.By == ronda.AppealPlatform && err != nil: // its own, as an appellant sees it
			ap.Votes, ap.Panel, ap.Code, ap.Control = votesOnceDecided(ap), nil, "", ronda.Control{}
			out = append(out, ap)
		case err == nil:
			out = append(out, seen)
		}
	}
	return out, nil
}

func votesOnceDecided(ap ronda.Appeal) []ronda.PanelVote {
	if ap.State != ronda.AppealDecided {
		return nil
	}
	return ap.Votes
}

// Redraw carries out the job of drawing a panel for an objection that waits for one, or whose members let the clock run out. It returns an
// error as long as nobody can be drawn.
func (s *Service) Redraw(ctx context.Context, id string) error {
	_, err := s.change(ctx, ronda.System(), id, func(ap ronda.Appeal) (ronda.AppealCommand, error) {
		room, err := s.room(ctx, ap.Case)
		if err != nil {
			return nil, err
		}
		pool, err := s.Files.Readers(ctx, ap.Org)
		return ronda.DrawPanel{Room: room, Pool: pool, Pick: s.Pick}, err
	})
	if ronda.CodeOf(err) == "appeal.no_panel_needed" {
		return nil
	}
	return err
}
