package ronda

import (
	"slices"
	"strings"
	"time"
)

// ErasureScope says whose or what data an erasure removes.
type ErasureScope string

// The scopes. What each reaches in the database is the list in internal/store/erase_tables.go.
const (
	EraseOfReport  ErasureScope = "report"
	EraseOfCase    ErasureScope = "case"
	EraseOfAccount ErasureScope = "account"
	EraseOfSender  ErasureScope = "sender"  // one person at a chat door, by the keyed hash of who writes
	EraseOfPartner ErasureScope = "partner" // one application
)

// ErasureScopes lists the scopes.
func ErasureScopes() []ErasureScope {
	return []ErasureScope{EraseOfReport, EraseOfCase, EraseOfAccount, EraseOfSender, EraseOfPartner}
}

// ErasureCause is why data was erased.
type ErasureCause string

// The causes.
const (
	ErasedByTime     ErasureCause = "retention" // the pack's time was over
	ErasedByReporter ErasureCause = "reporter"  // the holder of a ticket took back their own contact
	ErasedOnRequest  ErasureCause = "request"   // two people of the office that holds the case agreed to a request
)

// Erasure is one removal of personal data. Its id is that of the event and of the log entry that tell of it; both hold ids and enumerations only and stay.
type Erasure struct {
	ID    string
	Scope ErasureScope
	Ref   string // id of the report, the case, the account, …
	Case  string // "" where none is concerned
	Kinds []RetentionKind
	Cause ErasureCause
	At    time.Time
	By    []string // accounts that decided; sealed in the log
}

// LogAct is the entry that the public log is owed for an erasure. The public fields are enough to repeat it after a restore.
func (e Erasure) LogAct() LogAct {
	fields := make([]string, len(e.Kinds))
	for i, k := range e.Kinds {
		fields[i] = string(k)
	}
	public := map[string]any{"ref": e.Ref, "fields": fields, "scope": string(e.Scope), "reason": string(e.Cause), "erased_at": e.At}
	if e.Case != "" {
		public["case"] = e.Case
	}
	var sealed []LogSecret
	for _, by := range e.By {
		sealed = append(sealed, LogSecret{Field: "decider", Value: by})
	}
	return LogAct{Kind: "erasure", ID: e.ID, At: e.At, Public: public, Sealed: sealed}
}

// EraseData removes data of a case, or of one of its reports, in the same change that tells of it. The daily run of retention, the reporter's own
// withdrawal and a request that two people granted all come through here.
type EraseData struct {
	Report string // "" erases of the whole case
	Kinds  []RetentionKind
	Cause  ErasureCause
	By     []string
	Again  bool // repeats, after a restore, what was done before: neither a hold nor an open case of the older state stands in its way
}

func (EraseData) action() Action { return EraseContent }

func (cmd EraseData) apply(c *Case, _ Actor, env Env, log *recorder) error {
	if len(cmd.Kinds) == 0 {
		return Errorf(Invalid, "erasure.kinds", "kinds")
	}
	for _, k := range cmd.Kinds {
		if !slices.Contains(CaseKinds(), k) {
			return Errorf(Invalid, "erasure.kinds", "kinds")
		}
	}
	// A reporter's contact is theirs alone: neither a hold nor an open case keeps it.
	own := cmd.Report != "" && len(cmd.Kinds) == 1 && cmd.Kinds[0] == KeepContact
	if c.Held(env.Now) && !own && !cmd.Again {
		return Errorf(Conflict, "erasure.held", "")
	}
	if cmd.Report == "" && c.Stage.Open() && !cmd.Again {
		return Errorf(Conflict, "erasure.case_open", "")
	}
	scope, ref := EraseOfReport, cmd.Report
	if ref == "" {
		scope, ref = EraseOfCase, c.ID
		for _, k := range cmd.Kinds {
			if !slices.Contains(c.Erased, k) {
				c.Erased = append(c.Erased, k)
			}
		}
	}
	c.scrub(cmd.Report, cmd.Kinds)
	log.add(EventErased, "scope", string(scope), "ref", ref, "kinds", joinKinds(cmd.Kinds), "cause", string(cmd.Cause), "by", strings.Join(cmd.By, " "))
	return nil
}

func joinKinds(kinds []RetentionKind) string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = string(k)
	}
	return strings.Join(out, " ")
}

// ErasureOf reads an event back.
func ErasureOf(e Event) (Erasure, bool) {
	if e.Kind != EventErased {
		return Erasure{}, false
	}
	out := Erasure{ID: e.ID, Scope: ErasureScope(e.Data["scope"]), Ref: e.Data["ref"], Case: e.Case, Cause: ErasureCause(e.Data["cause"]), At: e.At,
		By: strings.Fields(e.Data["by"])}
	for _, k := range strings.Fields(e.Data["kinds"]) {
		out.Kinds = append(out.Kinds, RetentionKind(k))
	}
	return out, true
}

// scrub empties what a person wrote or can be known by. Ids, times, enumerations and the accounts of those who decided stay: the history of the case
// and the figures hold without the rest.
func (c *Case) scrub(report string, kinds []RetentionKind) {
	if report != "" {
		if slices.Contains(kinds, KeepEvidence) || slices.Contains(kinds, KeepReport) {
			c.scrubEvidence(report + "/")
		}
		return
	}
	for _, k := range kinds {
		switch k {
		case KeepEvidence:
			c.scrubEvidence("")
		case KeepNotice:
			for i := range c.Notices {
				c.Notices[i].scrub()
			}
		case KeepCase:
			c.scrubTexts()
		}
	}
}

// scrubEvidence empties the records of files whose blob begins with owner; "" is every file.
func (c *Case) scrubEvidence(owner string) {
	for i, e := range c.Evidence {
		if strings.HasPrefix(e.Blob, owner) {
			c.Evidence[i] = Evidence{ID: e.ID, MediaType: e.MediaType, Size: e.Size, CapturedAt: e.CapturedAt, By: e.By, Item: e.Item, Kind: e.Kind, Quarantine: e.Quarantine}
		}
	}
}

func (c *Case) scrubTexts() {
	c.Title, c.Transcript = c.Number, nil
	for i := range c.Items {
		it := &c.Items[i]
		it.Address, it.Key, it.Domain, it.Author = "", "", "", ""
	}
	for i := range c.Evidence {
		c.Evidence[i].Name, c.Evidence[i].Source = "", ""
	}
	for i := range c.Assessments {
		s := &c.Assessments[i]
		s.PolicyNote, s.Necessity, s.Summary = "", "", ""
		s.Elements = append([]ElementFinding(nil), s.Elements...)
		for j := range s.Elements {
			s.Elements[j].Because = ""
		}
		s.Exclusions = append([]Exclusion(nil), s.Exclusions...)
		for j := range s.Exclusions {
			s.Exclusions[j].Because = ""
		}
	}
	for i := range c.Referrals {
		c.Referrals[i].Reason = ""
	}
	for i := range c.Questions {
		c.Questions[i].Text = ""
	}
	for i := range c.Notes {
		c.Notes[i].Text = ""
	}
	for i := range c.Holds {
		c.Holds[i].Reason = ""
	}
	if c.Closed != nil {
		c.Closed.Note = ""
	}
}

func (n *Notice) scrub() {
	n.Number, n.Explanation, n.LegalAnalysis, n.Necessity, n.Proof = "", "", "", "", ""
	n.Reasons, n.BlockNote, n.MinistryNote, n.Withdrawn, n.NewFacts, n.Failure = "", "", "", "", "", ""
	if n.Determination != nil {
		d := Determination{Agency: n.Determination.Agency, Date: n.Determination.Date, Evidence: n.Determination.Evidence}
		n.Determination = &d
	}
	for i := range n.Items {
		n.Items[i].Address, n.Items[i].Reason = "", ""
	}
	for i := range n.Warnings {
		n.Warnings[i].Text, n.Warnings[i].Proof = "", ""
	}
}

// ScrubAppeal empties an objection's words and address. What was decided, by whom and when stays.
func ScrubAppeal(a Appeal) Appeal {
	a = a.clone()
	a.Address, a.Key, a.Reasons, a.Control.Code = "", "", "", ""
	for i := range a.Votes {
		a.Votes[i].Reasons = ""
	}
	for i := range a.Restorations {
		a.Restorations[i].Address, a.Restorations[i].Reason = "", ""
	}
	return a
}
