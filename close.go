package ronda

import "strings"

// Close ends a case at triage with a reason, and a sentence where the reason needs one. Audit is set by the caller's draw: five in a
// hundred bulk closings are looked at again.
type Close struct {
	Reason CloseReason
	Note   string
	Bulk   bool
	Audit  bool
}

func (Close) action() Action { return CloseCase }

func (cmd Close) apply(c *Case, a Actor, env Env, log *recorder) error {
	if err := c.needStage(StageNew, StageTriage, StageAssessment, StageDecided); err != nil {
		return err
	}
	if len(c.Conclusions()) > 0 && c.Stage == StageAssessment {
		return Errorf(Conflict, "case.assessment_open", "")
	}
	if !contains(CloseReasons(), cmd.Reason) {
		return Errorf(Invalid, "case.close_reason_missing", "reason")
	}
	if !cmd.Bulk && !Sentence(cmd.Note) {
		return Errorf(Invalid, "case.reason_missing", "note")
	}
	if c.Stage == StageDecided && !Sentence(cmd.Note) {
		return Errorf(Invalid, "case.reason_missing", "note")
	}
	cl := Closing{Reason: cmd.Reason, Note: strings.TrimSpace(cmd.Note), By: a.Account, At: env.Now, Bulk: cmd.Bulk}
	if cmd.Audit {
		cl.Audit = "drawn"
		log.add(EventAuditDrawn)
	}
	c.end(StageClosed, cl, log)
	return nil
}

// end puts the case into a final stage with its reason.
func (c *Case) end(stage CaseStage, cl Closing, log *recorder) {
	c.Stage = stage
	c.Closed = &cl
	bulk := ""
	if cl.Bulk {
		bulk = "yes"
	}
	log.add(EventClosed, "stage", string(stage), "reason", string(cl.Reason), "bulk", bulk)
}

// Audit looks again at a bulk closing that was drawn. With Reopen the closing was wrong.
type Audit struct {
	Reopen bool
	Note   string
}

func (Audit) action() Action { return AuditCase }

func (cmd Audit) apply(c *Case, a Actor, env Env, log *recorder) error {
	if c.Closed == nil || c.Closed.Audit != "drawn" {
		return Errorf(Conflict, "case.no_audit", "")
	}
	if c.Closed.By == a.Account {
		return Errorf(Forbidden, "case.audit_own", "")
	}
	result := "agreed"
	c.Closed.Audit = result
	if cmd.Reopen {
		if !Sentence(cmd.Note) {
			return Errorf(Invalid, "case.reason_missing", "note")
		}
		result = "reopened"
		c.reopen(log)
	}
	log.add(EventAudited, "result", result)
	return nil
}

// Reopen starts an ended case again: a new round, so that earlier conclusions no longer count.
type Reopen struct{ Reason string }

func (Reopen) action() Action { return CloseCase }

func (cmd Reopen) apply(c *Case, a Actor, env Env, log *recorder) error {
	if c.Stage.Open() {
		return Errorf(Conflict, "case.not_ended", "")
	}
	if !Sentence(cmd.Reason) {
		return Errorf(Invalid, "case.reason_missing", "reason")
	}
	c.Notes = append(c.Notes, Note{ID: env.ID(), By: a.Account, Office: a.Office, At: env.Now, Text: cmd.Reason})
	c.reopen(log)
	return nil
}

func (c *Case) reopen(log *recorder) {
	c.Stage, c.Closed, c.Decision, c.Holder = StageTriage, nil, nil, ""
	c.Reopened++
	c.Round++
	log.add(EventReopened)
}

// Forward passes a decided request up to the next office of the same authority, until it reaches the contact officer.
type Forward struct{}

func (Forward) action() Action { return ForwardCase }

func (Forward) apply(c *Case, a Actor, env Env, log *recorder) error {
	if err := c.needStage(StageDecided); err != nil {
		return err
	}
	if c.Decision == nil || c.Decision.Act != Request {
		return Errorf(Conflict, "case.forward_only_requests", "")
	}
	up, ok := env.Pack.OfficeAbove(c.Office)
	if !ok {
		return Errorf(Conflict, "case.at_the_top", "")
	}
	log.add(EventForwarded, "from", c.Office, "to", up.ID)
	c.Office, c.Holder = up.ID, ""
	c.StageSince = env.Now
	return nil
}

// Return sends a decided case back with a note: a new round of assessment in the office that it came from.
type Return struct {
	Note   string
	Office string // "" keeps the office
}

func (Return) action() Action { return ReturnCase }

func (cmd Return) apply(c *Case, a Actor, env Env, log *recorder) error {
	if err := c.needStage(StageDecided); err != nil {
		return err
	}
	if len(c.Notices) > 0 && c.noticeStage() != StageDecided {
		return Errorf(Conflict, "case.wrong_stage", "").With("stage", string(c.noticeStage()))
	}
	if !Sentence(cmd.Note) {
		return Errorf(Invalid, "case.reason_missing", "note")
	}
	if cmd.Office != "" {
		// Only up or down the line of the case's own region: elsewhere would be a choice of readers.
		o, ok := env.Pack.Office(cmd.Office)
		if !ok || o.Authority != OfficeAuthority(c.Office) || !env.Pack.Within(c.Region, o.Region) {
			return Errorf(Invalid, "case.office_unknown", "office")
		}
		c.Office = cmd.Office
	}
	c.Notes = append(c.Notes, Note{ID: env.ID(), By: a.Account, Office: a.Office, At: env.Now, Text: cmd.Note})
	c.Stage, c.Decision, c.Holder = StageTriage, nil, ""
	c.Round++
	log.add(EventReturned, "to", c.Office)
	return nil
}
