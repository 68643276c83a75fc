package ronda

import "time"

// Command is one thing that can be done to a case. It is data: the same command on the same case at the same time gives the same result.
type Command interface {
	// action is what the actor must be allowed to do.
	action() Action
	// apply changes c, which is a copy, and reports what happened. It returns the first rule that stands against it.
	apply(c *Case, a Actor, env Env, log *recorder) error
}

// Apply is the one write rule: (case, actor, command, now) → (case, events, error). It checks the permission, runs the command on a
// copy, and derives the stage and the nearest deadline. The case that was passed in is never changed.
func Apply(c Case, a Actor, cmd Command, env Env) (Case, []Event, error) {
	if err := Can(a, cmd.action(), c, env.Pack); err != nil {
		return c, nil, err
	}
	if c.Stage == StageMerged && cmd.action() != EraseContent {
		return c, nil, Errorf(Conflict, "case.merged", "").With("into", c.MergedInto)
	}
	next := c.clone()
	log := &recorder{c: &next, a: a, env: env}
	if err := cmd.apply(&next, a, env, log); err != nil {
		return c, nil, err
	}
	if !a.Is(RoleSystem) {
		next.Surge = false // somebody has looked
	}
	next.settle(env, c.Stage)
	next.Version++
	return next, log.events, nil
}

// recorder collects the events of one command.
type recorder struct {
	c      *Case
	a      Actor
	env    Env
	events []Event
}

// add records an event. Data comes as pairs of key and value; empty values are left out.
func (r *recorder) add(kind EventKind, pairs ...string) {
	data := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			data[pairs[i]] = pairs[i+1]
		}
	}
	if len(data) == 0 {
		data = nil
	}
	actor := r.a.Account
	if actor == "" {
		actor = "public"
	}
	r.events = append(r.events, Event{ID: r.env.ID(), Case: r.c.ID, Kind: kind, Actor: actor, Office: r.a.Office, At: r.env.Now, Data: data})
}

// settle derives what follows from the rest of the case: the stage once notices stand, since when it lasts if it was another before, and the
// nearest deadline.
func (c *Case) settle(env Env, before CaseStage) {
	if c.Stage == StageDecided || c.Stage == StageNotified || c.Stage == StageAwaiting || c.Stage == StageActed || c.Stage == StageDeclined {
		c.Stage = c.noticeStage()
	}
	if c.Stage != before {
		c.StageSince = env.Now
	}
	c.DueAt, c.DueClock = time.Time{}, ""
	c.nearest(c.stageDeadline(env))
	for _, n := range c.Notices {
		if n.State == NoticeReceived && (!n.Paused() || !n.RunsAgain.IsZero()) && n.Unanswered() > 0 {
			c.nearest(n.Deadline(), n.Clock)
		}
	}
	for _, r := range c.Referrals {
		if c.Stage.Open() {
			c.nearest(r.DueAt, "formal_report")
		}
	}
}

// nearest keeps the earlier of two deadlines.
func (c *Case) nearest(due time.Time, clock string) {
	if !due.IsZero() && (c.DueAt.IsZero() || due.Before(c.DueAt)) {
		c.DueAt, c.DueClock = due, clock
	}
}

// stageDeadline is the hub's own clock for the work that is to be done now.
func (c *Case) stageDeadline(env Env) (time.Time, string) {
	id := map[CaseStage]string{StageNew: "triage", StageTriage: "first_review", StageAssessment: "first_review",
		StageSecond: "second_review", StageThird: "third_review", StageDecided: "send"}[c.Stage]
	clock, ok := env.Pack.ClockAt(id, env.Now)
	if id == "" || !ok {
		return time.Time{}, ""
	}
	start := c.StageSince
	if c.Stage == StageNew {
		start = c.OpenedAt
	} else if d := c.openDraw(); d != nil && d.At.After(start) {
		start = d.At
	}
	return Due(clock, start, nil, env.Pack.Zone(c.Region), env.Now), id
}

// noticeStage is the stage that the case's notices add up to, once there is a decision to act.
func (c *Case) noticeStage() CaseStage {
	stage := StageDecided
	took := false
	open, waiting, ended := 0, 0, 0
	for _, n := range c.Notices {
		switch n.State {
		case NoticeQueued, NoticeSending, NoticeUnknown, NoticeSent:
			open++
		case NoticeReceived:
			waiting++
		case NoticeAnswered, NoticeRejected:
			if n.Round != c.Round {
				continue // settled what an earlier decision asked, not this one
			}
			ended++
			for _, it := range n.Items {
				took = took || (it.Answer.Final() && it.Answer != AnswerDeclined)
			}
		case NoticeAccepted:
			if !c.ordersCover(n) {
				waiting++ // taken up by the ministry, its orders still to come
			}
		}
	}
	switch {
	case waiting > 0:
		stage = StageAwaiting
	case open > 0:
		stage = StageNotified
	case ended > 0 && took:
		stage = StageActed
	case ended > 0:
		stage = StageDeclined
	}
	return stage
}

// ordersCover tells whether each address of an accepted request stands in an order that went out.
func (c *Case) ordersCover(request Notice) bool {
	for _, it := range request.Items {
		i := indexFunc(c.Notices, func(n Notice) bool {
			return n.Act == Order && n.Basis == request.ID && n.State != NoticeDraft && n.State != NoticeFailed && !n.Unsent &&
				indexFunc(n.Items, func(x NoticeItem) bool { return x.Item == it.Item }) >= 0
		})
		if i < 0 {
			return false
		}
	}
	return true
}

// needStage refuses a command outside the stages in which it makes sense.
func (c *Case) needStage(stages ...CaseStage) error {
	if contains(stages, c.Stage) {
		return nil
	}
	return Errorf(Conflict, "case.wrong_stage", "").With("stage", string(c.Stage))
}

// needOpen refuses a command on a case that has ended.
func (c *Case) needOpen() error {
	if c.Stage.Open() {
		return nil
	}
	return Errorf(Conflict, "case.ended", "").With("stage", string(c.Stage))
}
