package ronda

import "time"

// EventKind names what happened. The kinds are stable: consumers and the log rely on them.
type EventKind string

// The kinds of event of a case.
const (
	EventOpened        EventKind = "case.opened"
	EventReported      EventKind = "case.reported"
	EventTaken         EventKind = "case.taken"
	EventAssigned      EventKind = "case.assigned"
	EventTriaged       EventKind = "case.triaged"
	EventItemAdded     EventKind = "case.item_added"
	EventEvidence      EventKind = "case.evidence_added"
	EventTranscribed   EventKind = "case.transcribed"
	EventAsked         EventKind = "case.reporter_asked"
	EventAnsweredAsk   EventKind = "case.reporter_answered"
	EventReferred      EventKind = "case.referred"
	EventMerged        EventKind = "case.merged"
	EventAbsorbed      EventKind = "case.absorbed"
	EventSplit         EventKind = "case.split"
	EventSplitFrom     EventKind = "case.split_from"
	EventAssessed      EventKind = "case.assessed"
	EventReaderDrawn   EventKind = "case.reader_drawn"
	EventReaderLeft    EventKind = "case.reader_stepped_aside"
	EventDecided       EventKind = "case.decided"
	EventDisagreed     EventKind = "case.readers_disagreed"
	EventForwarded     EventKind = "case.forwarded_up"
	EventReturned      EventKind = "case.returned"
	EventClosed        EventKind = "case.closed"
	EventReopened      EventKind = "case.reopened"
	EventNoted         EventKind = "case.noted"
	EventInvited       EventKind = "case.partner_invited"
	EventPrioritised   EventKind = "case.prioritised"
	EventMatchJudged   EventKind = "case.match_judged"
	EventAuditDrawn    EventKind = "case.audit_drawn"
	EventAudited       EventKind = "case.audited"
	EventNoticeDrafted EventKind = "notice.drafted"
	EventNoticeSigned  EventKind = "notice.countersigned"
	EventNoticeQueued  EventKind = "notice.queued"
	EventNoticeSending EventKind = "notice.sending"
	EventNoticeSent    EventKind = "notice.sent"
	EventNoticeUnknown EventKind = "notice.outcome_unknown"
	EventNoticeFailed  EventKind = "notice.failed"
	EventNoticeReceipt EventKind = "notice.received"
	EventNoticeAnswer  EventKind = "notice.answered"
	EventNoticeInfo    EventKind = "notice.information_given"
	EventNoticeReasons EventKind = "notice.platform_reasons"
	EventNoticeOverdue EventKind = "notice.overdue"
	EventNoticeRemind  EventKind = "notice.reminder_due"
	EventNoticeWarned  EventKind = "notice.warned"
	EventNoticeBlock   EventKind = "notice.block_recommended"
	EventNoticeAgency  EventKind = "notice.ministry_answered"
	EventNoticeEnded   EventKind = "notice.withdrawn"
	EventRecheck       EventKind = "item.rechecked"
	EventReupload      EventKind = "item.reupload" // a person's word that content which was taken down is up again, or that it is not

	EventAppealFiled      EventKind = "appeal.filed"
	EventAppealDecided    EventKind = "appeal.decided"
	EventNoticeOverturned EventKind = "notice.overturned"
	EventRestored         EventKind = "item.restored"

	EventHeld      EventKind = "case.hold_placed"
	EventHoldEnded EventKind = "case.hold_ended"
	EventErased    EventKind = "case.erased"

	EventQuarantined EventKind = "case.evidence_quarantined"
)

// Event is one thing that happened to a case. Data holds ids, codes and enumerations only: text, addresses and personal data live in
// rows that can be erased.
type Event struct {
	ID     string            `json:"id"`
	Seq    int64             `json:"seq"` // given by the publisher, 0 until then
	Case   string            `json:"case"`
	Kind   EventKind         `json:"kind"`
	Actor  string            `json:"actor"`
	Office string            `json:"office"`
	At     time.Time         `json:"at"`
	Data   map[string]string `json:"data,omitempty"`
}

// Job is work to be done after the commit. Key makes it unique among open jobs: a second one with the same key is not added.
type Job struct {
	Kind  string            `json:"kind"`
	Key   string            `json:"key"`
	RunAt time.Time         `json:"run_at"`
	Args  map[string]string `json:"args"`
}

// Leaf is an entry owed to the public log: its canonical bytes, and the sealed fields that its commitments cover.
type Leaf struct {
	ID     string
	Case   string
	Notice string
	Kind   string
	At     time.Time
	Bytes  []byte
	Sealed []SealedField
}

// SealedField opens one commitment of a leaf. Erasing the row leaves the log whole.
type SealedField struct {
	Name  string
	Salt  []byte
	Value string
}

// Change is what one command did: the store saves all of it in one transaction, or none.
type Change struct {
	Case    Case
	Events  []Event
	Jobs    []Job
	Leaves  []Leaf
	Moves   []ReportMove
	Receipt Idempotent
	Erase   []Erasure // rows that go with the change
}

// ReportMove moves reports between cases when these are merged or split. No Reports means all of them.
type ReportMove struct {
	From, To string
	Reports  []string
}
