package ronda

import (
	"slices"
	"time"
)

// RetentionKind names a kind of personal data for which an election pack says how long it is kept.
type RetentionKind string

// The kinds. What a pack says of them is carried out by the daily run of retention; see docs/privacy.md.
const (
	KeepContact      RetentionKind = "contact"       // how a reporter can be reached, and the keyed hash of where a report came from
	KeepReport       RetentionKind = "report"        // what a report says, its messages, the addresses as they were given
	KeepEvidence     RetentionKind = "evidence"      // sealed files and their keys
	KeepCase         RetentionKind = "case"          // texts, addresses and names of a case and of its assessments
	KeepNotice       RetentionKind = "notice"        // texts of acts and answers, and what the log's commitments open
	KeepAppeal       RetentionKind = "appeal"        // an objection's words and address
	KeepCheckText    RetentionKind = "check_text"    // a checked text whose sender agreed
	KeepCheckCount   RetentionKind = "check_count"   // keyed fingerprints of checks
	KeepConversation RetentionKind = "conversation"  // state of a conversation with a chat door
	KeepSubscription RetentionKind = "subscription"  // who wants alerts
	KeepDraft        RetentionKind = "draft"         // what was begun and not sent
	KeepUpload       RetentionKind = "upload"        // files that no row came to refer to
	KeepReply        RetentionKind = "reply"         // the reply that a repeated request gets again
	KeepMail         RetentionKind = "mail"          // what mail servers and web hooks answered
	KeepSession      RetentionKind = "session"       // sign-in sessions, one-time links
	KeepAccess       RetentionKind = "access_record" // who opened sealed evidence
	KeepApplication  RetentionKind = "partner_application"
	KeepResearch     RetentionKind = "research_access"
	KeepStatement    RetentionKind = "statement" // platforms' statements of reasons
)

// The events from which days count.
const (
	AfterClosed   = "closed"       // the case ended
	AfterCreated  = "created"      // the row was made
	AfterElection = "election_end" // the last day of the election's calendar that is known
)

// RetentionKinds lists the kinds with the only event from which each can count.
func RetentionKinds() map[RetentionKind]string {
	return map[RetentionKind]string{
		KeepContact: AfterClosed, KeepReport: AfterClosed, KeepEvidence: AfterClosed, KeepCase: AfterClosed, KeepNotice: AfterClosed, KeepAppeal: AfterClosed,
		KeepCheckText: AfterCreated, KeepCheckCount: AfterCreated, KeepConversation: AfterCreated, KeepSubscription: AfterElection, KeepDraft: AfterCreated,
		KeepUpload: AfterCreated, KeepReply: AfterCreated, KeepMail: AfterCreated, KeepSession: AfterCreated, KeepAccess: AfterCreated,
		KeepApplication: AfterClosed, KeepResearch: AfterClosed, KeepStatement: AfterCreated,
	}
}

// CaseKinds are the kinds that hang on a case and go when it has been closed for long enough, in the order in which they go.
func CaseKinds() []RetentionKind {
	return []RetentionKind{KeepContact, KeepReport, KeepEvidence, KeepAppeal, KeepNotice, KeepCase}
}

// RetentionOf returns what the pack says of a kind.
func (p *Pack) RetentionOf(kind RetentionKind) (Retention, bool) {
	for _, r := range p.Retention {
		if r.Kind == kind {
			return r, true
		}
	}
	return Retention{}, false
}

// KeptUntil is when data of a kind goes whose days count from the time given. ok is false where the pack names no limit.
func (p *Pack) KeptUntil(kind RetentionKind, from time.Time) (until time.Time, ok bool) {
	r, ok := p.RetentionOf(kind)
	if !ok {
		return time.Time{}, false
	}
	if r.After == AfterElection {
		end, known := p.ElectionEnd()
		if !known {
			return time.Time{}, false
		}
		from = end
	}
	return from.Add(time.Duration(r.Days) * 24 * time.Hour), true
}

// Cutoff is the time before which data of a kind has been kept long enough at now, for kinds that count from their making. For those that end with the
// election it is now itself once that is over.
func (p *Pack) Cutoff(kind RetentionKind, now time.Time) (before time.Time, ok bool) {
	r, ok := p.RetentionOf(kind)
	if !ok || r.After == AfterClosed {
		return time.Time{}, false
	}
	if r.After == AfterElection {
		until, known := p.KeptUntil(kind, now)
		return now, known && !now.Before(until)
	}
	return now.Add(-time.Duration(r.Days) * 24 * time.Hour), true
}

// ElectionEnd is the end of the last day in the calendar, in the pack's national zone.
func (p *Pack) ElectionEnd() (time.Time, bool) {
	last := ""
	for _, s := range p.Calendar {
		if s.End > last {
			last = s.End
		}
	}
	day, err := time.ParseInLocation(time.DateOnly, last, p.Zone(""))
	if err != nil {
		return time.Time{}, false
	}
	return day.AddDate(0, 0, 1), true
}

// EndedAt is when a case ended; zero while somebody still has to do something.
func (c Case) EndedAt() time.Time {
	if c.Stage.Open() {
		return time.Time{}
	}
	return c.StageSince
}

// DueKinds lists what of an ended case has been kept long enough and is still there, in the order of CaseKinds. A hold keeps everything.
func DueKinds(c Case, now time.Time, p *Pack) []RetentionKind {
	if c.Stage.Open() || c.Held(now) {
		return nil
	}
	var due []RetentionKind
	for _, k := range CaseKinds() {
		until, ok := p.KeptUntil(k, c.EndedAt())
		if ok && !now.Before(until) && !slices.Contains(c.Erased, k) {
			due = append(due, k)
		}
	}
	return due
}
