package ronda

import (
	"sort"
)

// Assess records a reader's conclusion. Which seat it fills follows from the case: the first reader is the holder, the second and third are
// the drawn ones. The second draw is made by the system in the same transaction (see DrawReader).
type Assess struct{ Assessment Assessment }

func (Assess) action() Action { return AssessCase }

func (cmd Assess) apply(c *Case, a Actor, env Env, log *recorder) error {
	if c.Stage == StageNew || c.Stage == StageTriage {
		c.Stage = StageAssessment
	}
	if err := c.needStage(StageAssessment, StageSecond, StageThird); err != nil {
		return err
	}
	if c.Decision != nil { // two readers referred it: only a new round may read again
		return Errorf(Conflict, "assessment.decided", "")
	}
	seat, err := c.seatFor(a)
	if err != nil {
		return err
	}
	if seat != SeatFirst {
		if why := c.whyNotReader(a, env.Pack); why != "" { // moved to the first reader's office since the draw, or given the case
			return Errorf(Forbidden, "assessment.reader_barred", "").With("why", why)
		}
	}
	s := cmd.Assessment
	s.ID, s.Round, s.Seat, s.By, s.At = env.ID(), c.Round, seat, a.Account, env.Now
	s.Office, s.Unit, s.Org = a.Office, a.Unit, a.Org
	s.Items = itemIDs(c.Items)
	if !c.ContentDate.IsZero() {
		s.RuleDate = c.ContentDate // the law of the content's own date is not the reader's to choose
	}
	if s.RuleDate.IsZero() || s.RuleDate.After(env.Now) {
		return &Error{Kind: Invalid, Code: "assessment.incomplete", Fields: []*Error{Errorf(Invalid, "assessment.rule_date_missing", "rule_date")}}
	}
	if s.Outcome != OutcomeAct {
		s.Act, s.Measure = "", MeasureNone
	}
	if s.Measure == MeasureCorrection {
		s.Act = "" // a correction asks nothing of a platform
	}
	if err := s.check(*c, env.Pack); err != nil {
		return err
	}
	c.Assessments = append(c.Assessments, s)
	c.endDraw(a.Account, "concluded")
	log.add(EventAssessed, "seat", string(seat), "assessment", s.ID)
	c.advance(seat, env, log)
	return nil
}

// seatFor finds the seat that the actor may fill now, or says why none.
func (c *Case) seatFor(a Actor) (Seat, error) {
	if c.hasConcluded(a.Account) {
		return "", Errorf(Forbidden, "assessment.same_person", "")
	}
	switch c.Stage {
	case StageAssessment:
		if c.Holder != "" && c.Holder != a.Account {
			return "", Errorf(Forbidden, "assessment.not_holder", "")
		}
		if !ownsCase(a, *c) {
			return "", Errorf(Forbidden, "assessment.outsider", "")
		}
		c.Holder = a.Account
		return SeatFirst, nil
	default:
		seat := c.drawnFor(a.Account)
		if seat == "" {
			return "", Errorf(Forbidden, "assessment.not_drawn", "")
		}
		return seat, nil
	}
}

// hasConcluded tells whether the account has concluded in this round.
func (c *Case) hasConcluded(account string) bool {
	return indexFunc(c.Assessments, func(s Assessment) bool { return s.Round == c.Round && s.By == account }) >= 0
}

// Conclusions returns this round's assessments in seat order.
func (c *Case) Conclusions() []Assessment {
	var out []Assessment
	for _, s := range c.Assessments {
		if s.Round == c.Round {
			out = append(out, s)
		}
	}
	return out
}

// advance moves the case on after a conclusion: to the second reader, to the third, or to the decision.
func (c *Case) advance(seat Seat, env Env, log *recorder) {
	all := c.Conclusions()
	switch seat {
	case SeatFirst:
		c.Stage = StageSecond
	case SeatSecond:
		if all[0].agrees(all[1], env.Pack) {
			c.decide(all[1], all, false, env, log)
			return
		}
		c.Stage = StageThird
		log.add(EventDisagreed, "round", string(rune('0'+c.Round%10)))
	case SeatThird:
		c.decide(settled(all, env.Pack), all, true, env, log)
	}
}

// settled is what the third reader's conclusion amounts to. Two of three decide; where all three differ, the mildest of the three does,
// because doubt speaks for the content. No act rests on one reader: where nobody shares the mildest one's act and ground, there is none.
func settled(all []Assessment, p *Pack) Assessment {
	third := all[2]
	for _, s := range all[:2] {
		if s.agrees(third, p) {
			return third
		}
	}
	rank := func(s Assessment) int {
		if s.Outcome != OutcomeAct {
			return -1
		}
		return indexFunc(Measures(), func(m Measure) bool { return m == s.Measure })
	}
	sorted := append([]Assessment(nil), all...)
	sort.SliceStable(sorted, func(i, j int) bool { return rank(sorted[i]) < rank(sorted[j]) })
	mildest := sorted[0]
	if mildest.Outcome != OutcomeAct || mildest.Act == "" {
		return mildest
	}
	for _, s := range sorted[1:] {
		s.Measure = mildest.Measure // the stronger measure contains the milder
		if mildest.agrees(s, p) {
			return mildest
		}
	}
	third.Outcome, third.Act, third.Measure, third.Ground = OutcomeNoAct, "", MeasureNone, ""
	return third
}

// decide writes the decision and moves the case to where its outcome leads.
func (c *Case) decide(s Assessment, all []Assessment, third bool, env Env, log *recorder) {
	d := &Decision{Outcome: s.Outcome, Act: s.Act, Measure: s.Measure, Ground: s.Ground, Target: strictest(all), At: env.Now, Org: s.Org, Third: third}
	d.Items = append(d.Items, all[0].Items...)
	for _, x := range all {
		d.Readers = append(d.Readers, x.By)
		d.Offices = append(d.Offices, x.Office)
		d.Items = both(d.Items, x.Items)
	}
	c.Decision = d
	log.add(EventDecided, "outcome", string(d.Outcome), "act", string(d.Act), "measure", string(d.Measure), "ground", d.Ground)
	switch {
	case d.Outcome == OutcomeAct && d.Act != "":
		c.Stage = StageDecided
	case d.Outcome == OutcomeAct: // a correction: answered by a fact-check, not by an act
		c.end(StageNoAction, Closing{Reason: CloseCorrected, By: s.By, At: env.Now}, log)
	case d.Outcome == OutcomeRefer:
		c.Stage = StageTriage
	default:
		c.end(StageNoAction, Closing{Reason: CloseNoAct, By: s.By, At: env.Now}, log)
	}
}

func itemIDs(items []Item) []string {
	out := make([]string, 0, len(items))
	for _, it := range items {
		out = append(out, it.ID)
	}
	return out
}

// both returns what stands in a and in b, in the order of a.
func both(a, b []string) []string {
	out := make([]string, 0, len(a))
	for _, x := range a {
		if contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

// strictest is the target that protects the content most among those that the readers named: power before anything else.
func strictest(all []Assessment) Target {
	t := all[0].Target
	for _, s := range all {
		if s.Target.OfPower() && !t.OfPower() {
			t = s.Target
		}
	}
	return t
}

// openDraw is the draw that waits for its reader, nil if none does.
func (c *Case) openDraw() *Draw {
	for i := range c.Draws {
		if c.Draws[i].Round == c.Round && c.Draws[i].Ended == "" {
			return &c.Draws[i]
		}
	}
	return nil
}

func (c *Case) endDraw(account, why string) {
	for i := range c.Draws {
		if c.Draws[i].Account == account && c.Draws[i].Round == c.Round && c.Draws[i].Ended == "" {
			c.Draws[i].Ended = why
		}
	}
}

// NeedsReader returns the seat that waits for a draw, "" if none does.
func (c Case) NeedsReader() Seat {
	if c.openDraw() != nil {
		return ""
	}
	switch c.Stage {
	case StageSecond:
		return SeatSecond
	case StageThird:
		return SeatThird
	}
	return ""
}

// DrawReader draws the reader of the waiting seat from a pool of accounts. Pick gives a number in [0,n), from a random source that nobody
// can steer. Who may not be drawn, and why, is written into the draw.
type DrawReader struct {
	Pool []Actor
	Pick func(n int) int
	// Replace ends the open draw first and says why. It is refused while the drawn reader can and may still read: who could draw again
	// at will could choose the reader.
	Replace string
	// Reporters are the organisations and offices whose reports joined the case (found by the caller in the store).
	Reporters []string
}

func (DrawReader) action() Action { return DrawSeat }

func (cmd DrawReader) apply(c *Case, _ Actor, env Env, log *recorder) error {
	if d := c.openDraw(); d != nil {
		if cmd.Replace == "" || !c.replaceable(*d, cmd.Pool, env) {
			return Errorf(Conflict, "case.reader_already_drawn", "")
		}
		d.Ended = cmd.Replace
	}
	seat := c.NeedsReader()
	if seat == "" {
		return Errorf(Conflict, "case.no_reader_needed", "")
	}
	excluded := map[string]string{}
	var pool []Actor
	for _, a := range cmd.Pool {
		why := c.whyNotReader(a, env.Pack)
		if why == "" && (contains(cmd.Reporters, a.Org) || contains(cmd.Reporters, a.Office)) {
			why = "reporter_organisation"
		}
		if why != "" {
			excluded[a.Account] = why
			continue
		}
		pool = append(pool, a)
	}
	if len(pool) == 0 {
		return Errorf(Conflict, "case.no_reader_available", "")
	}
	sort.Slice(pool, func(i, j int) bool { return pool[i].Account < pool[j].Account })
	chosen := pool[cmd.Pick(len(pool))]
	c.Draws = append(c.Draws, Draw{Round: c.Round, Seat: seat, Account: chosen.Account, Office: chosen.Office, Pool: len(pool), Excluded: excluded, At: env.Now})
	log.add(EventReaderDrawn, "seat", string(seat), "account", chosen.Account, "office", chosen.Office)
	return nil
}

// replaceable tells whether an open draw may end before its reader concluded: the reader is late, gone, or may no longer read.
func (c *Case) replaceable(d Draw, pool []Actor, env Env) bool {
	due, _ := c.stageDeadline(env)
	if !due.IsZero() && env.Now.After(due) {
		return true
	}
	i := indexFunc(pool, func(a Actor) bool { return a.Account == d.Account })
	return i < 0 || c.whyNotReader(pool[i], env.Pack) != ""
}

// StepAside is a drawn reader's own word that they cannot read the case: away, or in a conflict. The system then draws another.
type StepAside struct{ Reason string }

func (StepAside) action() Action { return ReadCase }

func (cmd StepAside) apply(c *Case, a Actor, _ Env, log *recorder) error {
	seat := c.drawnFor(a.Account)
	if seat == "" {
		return Errorf(Forbidden, "assessment.not_drawn", "")
	}
	if !contains([]string{"away", "conflict"}, cmd.Reason) {
		return Errorf(Invalid, "case.reason_missing", "reason")
	}
	c.endDraw(a.Account, cmd.Reason)
	log.add(EventReaderLeft, "seat", string(seat), "reason", cmd.Reason)
	return nil
}

// whyNotReader returns why an account cannot read this case in the waiting seat, "" if it can.
func (c *Case) whyNotReader(a Actor, p *Pack) string {
	switch {
	case a.Org != OfficeAuthority(c.Office) || a.Org != OfficeAuthority(a.Office):
		return "other_authority"
	case !a.Has(RoleOfficer) && !a.Has(RoleLead):
		return "role"
	case c.hasConcluded(a.Account):
		return "already_concluded"
	case a.Account == c.Holder:
		return "holder"
	case contains(c.ReporterOrg, a.Org) || contains(c.ReporterOrg, a.Office):
		return "reporter_organisation"
	}
	for _, s := range c.Conclusions() {
		if s.Office == a.Office && s.Unit == a.Unit {
			return "same_office"
		}
	}
	for _, d := range c.Draws {
		if d.Round == c.Round && d.Account == a.Account && d.Ended != "" && d.Ended != "concluded" {
			return "replaced"
		}
	}
	if why := ConflictOf(a, *c, p); why != "" {
		return why
	}
	return ""
}

// SeatOpenFor is the seat that the actor may fill now, "" for none.
func (c Case) SeatOpenFor(a Actor) Seat {
	if c.Stage == StageNew || c.Stage == StageTriage {
		c.Stage = StageAssessment
	}
	if c.Stage != StageAssessment && c.Stage != StageSecond && c.Stage != StageThird {
		return ""
	}
	seat, err := c.seatFor(a)
	if err != nil {
		return ""
	}
	return seat
}
