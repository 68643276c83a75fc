package ronda

import (
	"sort"
	"strings"
)

// AppealRoom is what the rules of the panel need to know of the case: the case itself, the events of it and of every case that was merged
// into it or that it was split from. Who ever had part in any of them does not judge.
type AppealRoom struct {
	Case    Case
	Related []Case
	Events  []Event
}

// Took lists the accounts that had part in the case: who read, was drawn, held, described, noted, merged, split, sent, signed or warned,
// also before it was reassigned or merged.
func (r AppealRoom) Took() map[string]bool {
	took := map[string]bool{}
	for _, c := range append([]Case{r.Case}, r.Related...) {
		took[c.Holder] = true
		for _, s := range c.Assessments {
			took[s.By] = true
		}
		for _, d := range c.Draws {
			took[d.Account] = true
		}
		if c.Decision != nil {
			for _, x := range c.Decision.Readers {
				took[x] = true
			}
		}
		if c.Closed != nil {
			took[c.Closed.By] = true
		}
		for _, n := range c.Notices {
			took[n.By], took[n.Signed] = true, true
			for _, w := range n.Warnings {
				took[w.By] = true
			}
		}
	}
	for _, e := range r.Events {
		if e.Kind == EventAppealFiled || e.Kind == EventAppealDecided || e.Kind == EventRestored {
			continue // judging an earlier objection is answered for in NotOnPanel
		}
		took[e.Actor], took[e.Data["account"]] = true, true
		if e.Kind == EventAssigned {
			took[e.Data["to"]] = true
		}
	}
	delete(took, "")
	return took
}

// offices are the desks of those who decided: office and unit.
func (r AppealRoom) offices() map[[2]string]bool {
	out := map[[2]string]bool{}
	for _, c := range append([]Case{r.Case}, r.Related...) {
		for _, s := range c.Assessments {
			out[[2]string{s.Office, s.Unit}] = true
		}
		for _, n := range c.Notices {
			out[[2]string{n.Office, n.Unit}] = true
			if n.Signed != "" {
				out[[2]string{n.Office, n.SignedUnit}] = true
			}
		}
	}
	return out
}

// NotOnPanel says why an account may not decide this objection, "" if it may. It is asked at the draw and again with each finding: who was
// moved to the deciders' office, given the case or declared a conflict since then is out.
func (ap Appeal) NotOnPanel(a Actor, r AppealRoom, p *Pack) string {
	switch {
	case a.Account == "" || a.Org != ap.Org || OfficeAuthority(a.Office) != a.Org:
		return "other_authority"
	case !a.Has(RoleOfficer) && !a.Has(RoleLead):
		return "role"
	case r.Took()[a.Account]:
		return "decider"
	case r.offices()[[2]string{a.Office, a.Unit}]:
		return "same_office"
	case a.Account == ap.Control.By:
		return "checked_control"
	}
	for _, c := range append([]Case{r.Case}, r.Related...) {
		if contains(c.ReporterOrg, a.Org) || contains(c.ReporterOrg, a.Office) {
			return "reporter_organisation"
		}
		if why := ConflictOf(a, c, p); why != "" {
			return why
		}
	}
	return ""
}

// DrawPanel draws the people who decide from the accounts of the authority, by lot. Pick gives a number in [0,n) that nobody can steer. A
// member who may no longer judge, is gone, or let the clock run out without a finding is replaced; otherwise nobody can draw again.
type DrawPanel struct {
	Room AppealRoom
	Pool []Actor
	Pick func(n int) int
}

func (cmd DrawPanel) apply(ap *Appeal, a Actor, env Env, _ *recorder) error {
	if !a.Is(RoleSystem) {
		return Errorf(Forbidden, "appeal.draw_is_the_systems", "")
	}
	if ap.State != AppealPanel {
		return Errorf(Conflict, "appeal.no_panel_needed", "")
	}
	cmd.replace(ap, env)
	need := ap.NeedsMembers()
	if need == 0 {
		return Errorf(Conflict, "appeal.no_panel_needed", "")
	}
	for range need {
		m, ok := cmd.draw(ap, env)
		if !ok {
			return Errorf(Conflict, "appeal.no_panel", "")
		}
		ap.Panel = append(ap.Panel, m)
	}
	return nil
}

// replace ends the seats of members who cannot or did not decide.
func (cmd DrawPanel) replace(ap *Appeal, env Env) {
	for i := range ap.Panel {
		m := &ap.Panel[i]
		if m.Ended != "" || ap.Voted(m.Account) {
			continue
		}
		switch j := indexFunc(cmd.Pool, func(x Actor) bool { return x.Account == m.Account }); {
		case j < 0:
			m.Ended = "gone"
		case ap.NotOnPanel(cmd.Pool[j], cmd.Room, env.Pack) != "":
			m.Ended = ap.NotOnPanel(cmd.Pool[j], cmd.Room, env.Pack)
		case ap.Overdue(env.Now) && m.At.Before(ap.DueAt):
			m.Ended = "late"
		}
	}
}

// draw draws one member whose desk is none of the deciders' and none of the other members'.
func (cmd DrawPanel) draw(ap *Appeal, env Env) (PanelMember, bool) {
	excluded := map[string]string{}
	var pool []Actor
	for _, x := range cmd.Pool {
		why := ap.NotOnPanel(x, cmd.Room, env.Pack)
		for _, m := range ap.Panel {
			switch {
			case why != "":
			case m.Account == x.Account:
				why = "on_panel"
			case m.Ended == "" && m.Office == x.Office && m.Unit == x.Unit:
				why = "same_office_as_member"
			}
		}
		if why != "" {
			excluded[x.Account] = why
			continue
		}
		pool = append(pool, x)
	}
	if len(pool) == 0 {
		return PanelMember{}, false
	}
	sort.Slice(pool, func(i, j int) bool { return pool[i].Account < pool[j].Account })
	x := pool[cmd.Pick(len(pool))]
	return PanelMember{Account: x.Account, Office: x.Office, Unit: x.Unit, At: env.Now, Pool: len(pool), Excluded: excluded}, true
}

// DecideAppeal is one member's finding with its written reasons. Two who agree end the objection.
type DecideAppeal struct {
	Room     AppealRoom
	Decision AppealDecision
	Reasons  string
}

func (cmd DecideAppeal) apply(ap *Appeal, a Actor, env Env, log *recorder) error {
	switch {
	case !ap.Member(a.Account):
		return Errorf(Forbidden, "appeal.not_on_panel", "")
	case ap.Voted(a.Account):
		return Errorf(Conflict, "appeal.voted", "")
	case ap.State != AppealPanel:
		return Errorf(Conflict, "appeal.decided", "")
	}
	if why := ap.NotOnPanel(a, cmd.Room, env.Pack); why != "" {
		return Errorf(Forbidden, "appeal.barred", "").With("why", why)
	}
	var f faults
	if cmd.Decision != AppealUpheld && cmd.Decision != AppealOverturned {
		f.add("decision", "appeal.decision_missing")
	}
	if !Sentence(cmd.Reasons) || len([]rune(cmd.Reasons)) > maxAppealText {
		f.add("reasons", "appeal.finding_missing")
	}
	if err := f.err("appeal.invalid"); err != nil {
		return err
	}
	agree := 1
	for _, v := range ap.Votes {
		if v.Decision == cmd.Decision {
			agree++
		}
	}
	ap.Votes = append(ap.Votes, PanelVote{By: a.Account, Office: a.Office, Decision: cmd.Decision, Reasons: strings.TrimSpace(cmd.Reasons), At: env.Now})
	if agree < 2 {
		return nil
	}
	ap.State, ap.Decision, ap.DecidedAt = AppealDecided, cmd.Decision, env.Now
	log.add(EventAppealDecided, "appeal", ap.ID, "notice", ap.Notice, "decision", string(ap.Decision))
	return nil
}
