package ronda

// Sight says how much of a case an actor is shown. Redaction happens here, once, for pages, API and exports alike.
type Sight string

// The sights, from nothing to everything.
const (
	SightNone   Sight = "none"
	SightPublic Sight = "public" // acts only
	SightMasked Sight = "masked" // observers and auditors: no text, addresses or names
	SightBlind  Sight = "blind"  // a drawn reader before the own conclusion
	SightFull   Sight = "full"
)

// SightOf decides how much of the case the actor is shown.
func SightOf(a Actor, c Case, p *Pack) Sight {
	if Can(a, ReadCase, c, p) != nil {
		return SightNone
	}
	switch {
	case a.Is(RoleSystem):
		return SightFull
	case a.Has(RoleAuditor) || a.Has(RoleObserver):
		return SightMasked
	case c.blindFor(a):
		return SightBlind
	}
	return SightFull
}

// blindFor tells whether the actor must not learn what earlier readers concluded: the drawn reader, and anyone of the authority who could
// still be drawn. Colleagues who have concluded, and the holder, know their own conclusion at most.
func (c Case) blindFor(a Actor) bool {
	if !c.Stage.Blind() {
		return false
	}
	return !c.hasConcluded(a.Account)
}

// See returns the case as the actor may see it, or a NotFound error: who may not read a case does not learn that it exists.
func See(a Actor, c Case, p *Pack) (Case, Sight, error) {
	switch s := SightOf(a, c, p); s {
	case SightFull:
		return c.withoutAdvice(a), s, nil
	case SightBlind:
		return c.blinded(a), s, nil
	case SightMasked:
		if c.blindFor(a) && !a.Is(RoleAuditor) { // an observer knows readers; an auditor answers for the process itself
			c = c.blinded(a)
		}
		holds := c.Holds
		c = c.masked()
		if a.Is(RoleAuditor) {
			c.Holds = holds // who keeps data beyond its time owes auditors the reason
		}
		return c, s, nil
	default:
		return Case{}, SightNone, Errorf(NotFound, "case.not_found", "")
	}
}

// blinded removes what could tell a reader how others concluded, also in earlier rounds: conclusions, notes, holder, draws, priority, who
// reported and what depends on them. What is left is the same whatever the first reader chose and however many people reported.
func (c Case) blinded(a Actor) Case {
	c = c.clone()
	var own []Assessment
	for _, s := range c.Assessments {
		if s.By == a.Account {
			own = append(own, s)
		}
	}
	c.Assessments = own
	c.Notes, c.Draws, c.Decision, c.Holder = nil, nil, nil, ""
	c.Priority, c.Surge, c.Closed, c.ReporterOrg, c.Invited = false, false, nil, nil, nil
	for i := range c.Questions {
		c.Questions[i].Answered = 0 // counts reporters
	}
	return c
}

// withoutAdvice hides partners' advice until both conclusions stand.
func (c Case) withoutAdvice(a Actor) Case {
	if len(c.Conclusions()) >= 2 || c.Decision != nil {
		return c
	}
	c = c.clone()
	var notes []Note
	for _, n := range c.Notes {
		if !n.Advice || n.By == a.Account {
			notes = append(notes, n)
		}
	}
	c.Notes = notes
	return c
}

// masked keeps structure, dates and enumerations, and drops text, addresses, names and files.
func (c Case) masked() Case {
	c = c.clone()
	c.Title, c.Transcript = "", nil
	for i := range c.Items {
		c.Items[i].Address, c.Items[i].Key, c.Items[i].Author, c.Items[i].Domain = "", "", "", ""
	}
	for i := range c.Evidence {
		e := &c.Evidence[i]
		e.Blob, e.View, e.Thumb, e.Name, e.Source = "", "", "", "", ""
	}
	for i := range c.Assessments {
		s := &c.Assessments[i]
		s.Summary, s.Necessity, s.PolicyNote = "", "", ""
		s.Elements = append([]ElementFinding(nil), s.Elements...)
		for j := range s.Elements {
			s.Elements[j].Because = ""
		}
		s.Exclusions = append([]Exclusion(nil), s.Exclusions...)
		for j := range s.Exclusions {
			s.Exclusions[j].Because = ""
		}
	}
	for i := range c.Notes {
		c.Notes[i].Text = ""
	}
	if c.Closed != nil {
		c.Closed.Note = ""
	}
	for i := range c.Questions {
		c.Questions[i].Text = ""
	}
	for i := range c.Holds {
		c.Holds[i].Reason = ""
	}
	for i := range c.Referrals {
		c.Referrals[i].Reason = ""
	}
	for i := range c.Notices {
		c.Notices[i] = c.Notices[i].Redacted()
	}
	return c
}

// Redacted is the notice as the public sees it: acts, times, grounds and answers, without addresses, names or free text.
func (n Notice) Redacted() Notice {
	n = n.clone()
	n.By, n.Signed, n.Code, n.MessageID, n.Proof, n.Failure = "", "", "", "", "", ""
	n.Explanation, n.LegalAnalysis, n.Necessity, n.NewFacts = "", "", "", ""
	n.Reasons, n.MinistryNote, n.BlockNote, n.Withdrawn, n.Number = "", "", "", "", ""
	n.Evidence = nil
	if n.Determination != nil {
		n.Determination.Subject, n.Determination.Evidence = "", ""
	}
	for i := range n.Items {
		n.Items[i].Address, n.Items[i].Reason, n.Items[i].By, n.Items[i].Statement, n.Items[i].RecheckBy = "", "", "", "", ""
	}
	for i := range n.Warnings {
		n.Warnings[i].By, n.Warnings[i].Proof, n.Warnings[i].Text = "", "", ""
	}
	return n
}

// SeeEvents is the logbook of a case as somebody with this sight may read it. A reader who is still blind sees nothing since the first
// conclusion of the round, nothing about earlier conclusions and readers, and nothing that tells how many people reported.
func SeeEvents(events []Event, s Sight, c Case) []Event {
	if s != SightBlind {
		return events
	}
	since := c.StageSince
	for _, x := range c.Conclusions() {
		if x.At.Before(since) {
			since = x.At
		}
	}
	var out []Event
	for _, e := range events {
		if e.At.Before(since) && !tellsReaders(e.Kind) {
			out = append(out, e)
		}
	}
	return out
}

// tellsReaders tells whether an event shows what readers concluded, who they were, or that further people reported.
func tellsReaders(k EventKind) bool {
	switch k {
	case EventInvited, EventPrioritised, EventAssessed, EventReaderDrawn, EventReaderLeft, EventDisagreed, EventDecided, EventReturned, EventForwarded, EventReported, EventAnsweredAsk,
		EventErased, EventNoted, EventClosed, EventReopened, EventAuditDrawn, EventAudited,
		EventAppealFiled, EventAppealDecided, EventNoticeOverturned, EventRestored:
		return true
	}
	return false
}
