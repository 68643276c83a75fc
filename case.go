package ronda

import "time"

// CaseStage says how far a case has come. Stages after the decision follow from the notices (see Case.settle).
type CaseStage string

// The stages of a case, in order; the last four end it or start it again.
const (
	StageNew        CaseStage = "new"
	StageTriage     CaseStage = "triage"
	StageAssessment CaseStage = "assessment"
	StageSecond     CaseStage = "second_review"
	StageThird      CaseStage = "third_review"
	StageDecided    CaseStage = "decided" // two agree on an act; its holder prepares it or passes it up
	StageNotified   CaseStage = "notified"
	StageAwaiting   CaseStage = "awaiting_response"
	StageActed      CaseStage = "acted"
	StageDeclined   CaseStage = "declined"
	StageNoAction   CaseStage = "no_action"
	StageReferred   CaseStage = "referred"
	StageClosed     CaseStage = "closed"
	StageMerged     CaseStage = "merged"
)

// CaseStages lists the stages in order.
func CaseStages() []CaseStage {
	return []CaseStage{StageNew, StageTriage, StageAssessment, StageSecond, StageThird, StageDecided, StageNotified,
		StageAwaiting, StageActed, StageDeclined, StageNoAction, StageReferred, StageClosed, StageMerged}
}

// Open tells whether somebody still has to do something.
func (s CaseStage) Open() bool {
	switch s {
	case StageActed, StageDeclined, StageNoAction, StageReferred, StageClosed, StageMerged:
		return false
	}
	return true
}

// Blind tells whether somebody still has to read without knowing what others concluded. Until then nothing of a conclusion may be shown or counted.
func (s CaseStage) Blind() bool { return s == StageSecond || s == StageThird }

// Step is the place of a stage on the way that people are shown: "Tahap 3 dari 6".
func (s CaseStage) Step() (step, of int) {
	switch s {
	case StageNew:
		return 1, 6
	case StageTriage, StageAssessment:
		return 2, 6
	case StageSecond, StageThird:
		return 3, 6
	case StageDecided:
		return 4, 6
	case StageNotified, StageAwaiting:
		return 5, 6
	}
	return 6, 6
}

// Case is one matter: a claim or an item that lives at one or more addresses. It begins with a report, is triaged, assessed twice,
// decided, sent as one or more notices, and ends when each address is answered, or before that with a reason. Every change goes
// through a Command; the version rises by one with each.
type Case struct {
	ID          string       `json:"id"`
	Number      string       `json:"number"` // for people: "K-2024-7K3M9Q"
	Version     int64        `json:"version"`
	Election    string       `json:"election"`
	Title       string       `json:"title"` // one neutral sentence
	Claim       string       `json:"claim"` // known claim it repeats, "" if none
	Category    string       `json:"category"`
	Region      string       `json:"region"` // "" is the whole country, or unknown
	Contest     string       `json:"contest"`
	Urgency     int          `json:"urgency"` // 1..5
	Stage       CaseStage    `json:"stage"`
	Office      string       `json:"office"` // the office that holds it
	Holder      string       `json:"holder"` // the account that holds it, "" for nobody
	OpenedAt    time.Time    `json:"opened_at"`
	StageSince  time.Time    `json:"stage_since"`
	DueAt       time.Time    `json:"due_at,omitzero"` // nearest deadline; zero for none
	DueClock    string       `json:"due_clock"`
	ContentDate time.Time    `json:"content_date,omitzero"` // when the content was published; zero is unknown
	Items       []Item       `json:"items"`
	Evidence    []Evidence   `json:"evidence,omitempty"`
	Transcript  *Transcript  `json:"transcript,omitempty"`
	Assessments []Assessment `json:"assessments,omitempty"`
	Draws       []Draw       `json:"draws,omitempty"`
	Decision    *Decision    `json:"decision,omitempty"`
	Round       int          `json:"round"` // assessments of earlier rounds stay, but no longer count
	Notices     []Notice     `json:"notices,omitempty"`
	Referrals   []Referral   `json:"referrals,omitempty"`
	Questions   []Question   `json:"questions,omitempty"`
	Notes       []Note       `json:"notes,omitempty"`
	Links       []MatchLink  `json:"links,omitempty"` // confirmed and rejected suggestions
	MergedInto  string       `json:"merged_into,omitempty"`
	SplitFrom   string       `json:"split_from,omitempty"`
	Closed      *Closing     `json:"closed,omitempty"`
	Reopened    int          `json:"reopened"`
	Priority    bool         `json:"priority"`                // flagged by a trusted partner
	Also        []string     `json:"also,omitempty"`          // contests and regions it had before, or of cases merged into it: conflicts with them count too
	ReporterOrg []string     `json:"reporter_orgs,omitempty"` // partners, or offices of authorities, that reported it
	Invited     []Invitation `json:"invited,omitempty"`       // partners whose advice was asked for
	Sandbox     bool         `json:"sandbox,omitempty"`
	Surge       bool         `json:"surge,omitempty"` // opened while its network sent far more than others do; until a person touches it
	Holds       []Hold       `json:"holds,omitempty"`

	Erased []RetentionKind `json:"erased,omitempty"` // what of the case is gone for good
}

// Item is one address of a case with its own state.
type Item struct {
	ID        string    `json:"id"`
	Platform  string    `json:"platform"` // "" for a web page outside the services
	Kind      string    `json:"kind"`     // post, video, …, page
	Address   string    `json:"address"`  // canonical
	Key       string    `json:"key"`      // one identity for all forms of the address; unique among open cases
	Domain    string    `json:"domain,omitempty"`
	Private   bool      `json:"private,omitempty"`    // a private message: gets no act
	Unsettled bool      `json:"unresolved,omitempty"` // a short link whose target is unknown
	AddedAt   time.Time `json:"added_at"`
	State     ItemState `json:"state"`
	StateAt   time.Time `json:"state_at,omitzero"`
	Author    string    `json:"author,omitempty"`
}

// ItemState is what is known of one address.
type ItemState string

// The states of an address.
const (
	ItemOpen       ItemState = "open"    // no act names it yet
	ItemPending    ItemState = "pending" // an act names it, no answer yet
	ItemRemoved    ItemState = "removed"
	ItemRestricted ItemState = "restricted"
	ItemLabelled   ItemState = "labelled"
	ItemReduced    ItemState = "reach_reduced"
	ItemAccount    ItemState = "account_action"
	ItemDeclined   ItemState = "declined"
	ItemNeedsInfo  ItemState = "needs_information"
	ItemRestored   ItemState = "restored"
	ItemWithdrawn  ItemState = "withdrawn" // the act was taken back
)

// Evidence points to a sealed file. The bytes live outside the database.
type Evidence struct {
	ID         string    `json:"id"`
	Blob       string    `json:"blob"`
	SHA256     string    `json:"sha256"`
	MediaType  string    `json:"media_type"`
	Size       int64     `json:"size"`
	Name       string    `json:"name"`
	CapturedAt time.Time `json:"captured_at"`
	By         string    `json:"by"` // account, or "reporter", or "system"
	Source     string    `json:"source,omitempty"`
	Item       string    `json:"item,omitempty"`  // the address it shows
	Kind       string    `json:"kind"`            // screenshot, video, document, complaint, determination, proof, page
	View       string    `json:"view,omitempty"`  // blob of the re-encoded picture that may be shown; "" for none
	Thumb      string    `json:"thumb,omitempty"` // blob of the same picture, 320 pixels wide or high; "" for none
	Quarantine bool      `json:"quarantine,omitempty"`
}

// Transcript is what is said or written in a video or sound, with times, and its translation.
type Transcript struct {
	Language    string `json:"language"`
	Cues        []Cue  `json:"cues"`
	Translation string `json:"translation,omitempty"`
	By          string `json:"by"`
}

// Cue is one passage of a transcript. Start counts from the beginning of the recording, in seconds.
type Cue struct {
	Start int    `json:"start"`
	Text  string `json:"text"`
}

// Question is asked of the reporters of a case; Answered counts those who answered.
type Question struct {
	ID       string    `json:"id"`
	Text     string    `json:"text"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Answered int       `json:"answered"`
}

// Note is a colleague's remark. A partner's advice is a note that readers see only after both conclusions.
type Note struct {
	ID     string    `json:"id"`
	By     string    `json:"by"`
	Office string    `json:"office"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
	Advice bool      `json:"advice,omitempty"`
}

// MatchLink is a person's word on a suggestion of the matcher.
type MatchLink struct {
	Kind string    `json:"kind"` // "claim", "case", "reupload"
	ID   string    `json:"id"`
	Same bool      `json:"same"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

// Referral sends a matter to whom it belongs. KnownAt starts the clock of a formal violation report.
type Referral struct {
	ID      string    `json:"id"`
	Path    string    `json:"path"` // ReferralPath.ID
	Reason  string    `json:"reason"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	KnownAt time.Time `json:"known_at,omitzero"`
	DueAt   time.Time `json:"due_at,omitzero"`
}

// Closing says why a case ended without an act, or after it.
type Closing struct {
	Reason CloseReason `json:"reason"`
	Note   string      `json:"note"`
	By     string      `json:"by"`
	At     time.Time   `json:"at"`
	Bulk   bool        `json:"bulk,omitempty"`
	Audit  string      `json:"audit,omitempty"` // "", "drawn", "agreed", "reopened"
}

// CloseReason is why a case was closed at triage.
type CloseReason string

// The reasons for closing at triage.
const (
	CloseDuplicate    CloseReason = "duplicate"
	CloseOutOfScope   CloseReason = "out_of_scope"
	CloseNotElection  CloseReason = "not_election"
	CloseNoLink       CloseReason = "incomplete"
	CloseProtected    CloseReason = "protected_speech"
	ClosePrivate      CloseReason = "private_message"
	CloseGone         CloseReason = "already_gone"
	CloseCorrected    CloseReason = "corrected" // answered by a fact-check
	CloseSpam         CloseReason = "spam"
	CloseAnswered     CloseReason = "answered" // each address is answered
	CloseNoAct        CloseReason = "no_act"   // two readers found nothing to act on
	CloseReferredAway CloseReason = "referred"
)

// CloseReasons lists what an officer can choose at triage.
func CloseReasons() []CloseReason {
	return []CloseReason{CloseProtected, CloseOutOfScope, CloseNotElection, CloseDuplicate, CloseNoLink, ClosePrivate,
		CloseGone, CloseCorrected, CloseSpam}
}

// Notice returns the notice with the id.
func (c Case) Notice(id string) (Notice, bool) {
	for _, n := range c.Notices {
		if n.ID == id {
			return n, true
		}
	}
	return Notice{}, false
}

// Item returns the item with the id.
func (c Case) Item(id string) (Item, bool) {
	for _, it := range c.Items {
		if it.ID == id {
			return it, true
		}
	}
	return Item{}, false
}

// EvidenceByID returns the evidence with the id.
func (c Case) EvidenceByID(id string) (Evidence, bool) {
	for _, e := range c.Evidence {
		if e.ID == id {
			return e, true
		}
	}
	return Evidence{}, false
}

// Platforms lists the platforms of the case's items, each once, in item order.
func (c Case) Platforms() []string {
	var out []string
	for _, it := range c.Items {
		if it.Platform != "" && !contains(out, it.Platform) {
			out = append(out, it.Platform)
		}
	}
	return out
}

// RuleDate is the date whose rules hold for the content: its own, or, if unknown, the date the case was opened.
func (c Case) RuleDate() time.Time {
	if !c.ContentDate.IsZero() {
		return c.ContentDate
	}
	return c.OpenedAt
}

// clone copies a case deeply enough that a command can change the copy: every slice that commands write to is its own.
func (c Case) clone() Case {
	c.Items = append([]Item(nil), c.Items...)
	c.Evidence = append([]Evidence(nil), c.Evidence...)
	c.Assessments = append([]Assessment(nil), c.Assessments...)
	c.Draws = append([]Draw(nil), c.Draws...)
	c.Referrals = append([]Referral(nil), c.Referrals...)
	c.Questions = append([]Question(nil), c.Questions...)
	c.Notes = append([]Note(nil), c.Notes...)
	c.Links = append([]MatchLink(nil), c.Links...)
	c.ReporterOrg = append([]string(nil), c.ReporterOrg...)
	c.Also = append([]string(nil), c.Also...)
	c.Invited = append([]Invitation(nil), c.Invited...)
	c.Holds = append([]Hold(nil), c.Holds...)
	c.Erased = append([]RetentionKind(nil), c.Erased...)
	notices := make([]Notice, len(c.Notices))
	for i, n := range c.Notices {
		notices[i] = n.clone()
	}
	c.Notices = notices
	if c.Decision != nil {
		d := *c.Decision
		c.Decision = &d
	}
	if c.Closed != nil {
		cl := *c.Closed
		c.Closed = &cl
	}
	return c
}
