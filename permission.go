package ronda

import "time"

// Action is something that a person or a program may be allowed to do.
type Action string

// The actions.
const (
	ReadCase       Action = "case.read"
	TriageCase     Action = "case.triage" // take, describe, ask, transcribe, add items and evidence, refer
	NoteCase       Action = "case.note"   // write into the logbook, attach proofs and determinations
	AssessCase     Action = "case.assess"
	AssignCase     Action = "case.assign"
	DrawSeat       Action = "case.draw" // draw a reader: never a person's choice
	MergeCase      Action = "case.merge"
	CloseCase      Action = "case.close"
	ForwardCase    Action = "case.forward"
	ReturnCase     Action = "case.return"
	AdviseCase     Action = "case.advise"
	ServePartner   Action = "partner.serve"   // ties, requests and answers of the own organisation
	FlagPriority   Action = "partner.flag"    // a report that goes first in the queue
	DecidePartner  Action = "partner.decide"  // votes on accreditation, suspension and their end; the accrediting authority alone
	DecideResearch Action = "research.decide" // votes on access to de-identified data; the accrediting authority alone
	AuditCase      Action = "case.audit"
	SendFlag       Action = "notice.flag"
	SendRequest    Action = "notice.request"
	SendOrder      Action = "notice.order"
	SignOrder      Action = "notice.countersign"
	MinistryAnswer Action = "notice.answer_request"
	WarnPlatform   Action = "notice.warn"
	AnswerNotice   Action = "notice.answer"
	WithdrawAct    Action = "notice.withdraw"
	Deliver        Action = "notice.deliver" // record handing over and receipt
	RunClock       Action = "system.clock"
	ManageAccount  Action = "account.manage"
	ReadAudit      Action = "audit.read"
	OpenSealed     Action = "evidence.open"

	// What partners and the election commission's offices say to everyone. The organisation's mandate bounds it further (Mandate).
	PublishAlert    Action = "publish.alert"
	PublishCheck    Action = "publish.fact_check"
	PublishKit      Action = "publish.kit"
	PublishOfficial Action = "publish.official"
	WithdrawCheck   Action = "publish.withdraw_check" // a check that came in by a file or with the pack

	RegisterCampaign  Action = "campaign.register" // pairs, accounts and adverts of a contest
	ReadCampaign      Action = "campaign.read"     // the register with its history and open marks
	DecideMark        Action = "campaign.mark"
	LookCampaign      Action = "campaign.look"
	HoldCase          Action = "case.hold"      // keep a case's data beyond its time
	AskErasure        Action = "erasure.ask"    // enter a request by a code; shows nothing of the case
	DecideErasure     Action = "erasure.decide" // two people of the office that holds the case
	EraseContent      Action = "case.erase"     // carried out by the system alone
	PublishCorrection Action = "data.correct"   // say in public that a published figure was wrong
)

// Permission is one row of the table of who may do what.
type Permission struct {
	Action Action
	Roles  []Role
	Scope  Scope
}

// Scope bounds a permission to some cases.
type Scope string

// The scopes.
const (
	ScopeNone     Scope = "none"     // no case is meant
	ScopeRegion   Scope = "region"   // cases of the office's region
	ScopeMandate  Scope = "mandate"  // cases that the actor's own authority holds, in the office's region
	ScopeReader   Scope = "reader"   // mandate, or drawn as a reader of this case, also after the conclusion
	ScopeMinistry Scope = "ministry" // the ministry, for cases with a request to it
	ScopePlatform Scope = "platform" // notices to the actor's platform
	ScopeOffice   Scope = "office"   // held by exactly the actor's own office: neither the one above nor those below
	ScopeInvited  Scope = "invited"  // cases to which an officer invited the actor's own organisation
	ScopeAny      Scope = "any"
)

// Permissions is the whole table. The documentation prints it; Can reads it.
func Permissions() []Permission {
	return []Permission{
		{ReadCase, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeReader},
		{ReadCase, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeMinistry},
		{ReadCase, []Role{RoleObserver}, ScopeRegion},
		{ReadCase, []Role{RoleAuditor, RoleSystem}, ScopeAny},
		{TriageCase, []Role{RoleOfficer, RoleLead}, ScopeMandate},
		{TriageCase, []Role{RoleSystem}, ScopeAny},
		{NoteCase, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeMandate},
		{NoteCase, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeMinistry},
		{NoteCase, []Role{RoleSystem}, ScopeAny},
		{AssessCase, []Role{RoleOfficer, RoleLead}, ScopeReader},
		{AssignCase, []Role{RoleLead}, ScopeMandate},
		{AssignCase, []Role{RoleSystem}, ScopeAny},
		{DrawSeat, []Role{RoleSystem}, ScopeAny},
		{MergeCase, []Role{RoleOfficer, RoleLead}, ScopeMandate},
		{CloseCase, []Role{RoleOfficer, RoleLead}, ScopeMandate},
		{CloseCase, []Role{RoleSystem}, ScopeAny},
		{ForwardCase, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeMandate},
		{ReturnCase, []Role{RoleLead, RoleContact}, ScopeMandate},
		{AdviseCase, []Role{RolePartner}, ScopeInvited},
		{ServePartner, []Role{RolePartner}, ScopeNone},
		{FlagPriority, []Role{RolePartner}, ScopeNone},
		{DecidePartner, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeNone},
		{DecideResearch, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeNone},
		{AuditCase, []Role{RoleLead}, ScopeMandate},
		{AuditCase, []Role{RoleSystem}, ScopeAny},
		{SendFlag, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeMandate},
		{SendRequest, []Role{RoleContact}, ScopeMandate},
		{SendOrder, []Role{RoleOfficer, RoleContact}, ScopeMinistry},
		{SignOrder, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeMinistry},
		{MinistryAnswer, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeMinistry},
		{WarnPlatform, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeMinistry},
		{AnswerNotice, []Role{RoleLiaison}, ScopePlatform},
		{LogOutside, []Role{RoleLiaison}, ScopeNone},
		{WithdrawAct, []Role{RoleLead, RoleContact}, ScopeMandate},
		{WithdrawAct, []Role{RoleLead, RoleContact}, ScopeMinistry},
		{WithdrawAct, []Role{RoleSystem}, ScopeAny},
		{Deliver, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeMandate},
		{Deliver, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeMinistry},
		{Deliver, []Role{RoleSystem}, ScopeAny},
		{RunClock, []Role{RoleSystem}, ScopeAny},
		{ManageAccount, []Role{RoleAdmin}, ScopeNone},
		{ReadAudit, []Role{RoleAuditor}, ScopeNone},
		{OpenSealed, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeReader},
		{OpenSealed, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeMinistry},
		{PublishAlert, []Role{RolePartner, RoleOfficer, RoleLead, RoleContact}, ScopeNone},
		{PublishCheck, []Role{RolePartner}, ScopeNone},
		{PublishKit, []Role{RolePartner, RoleOfficer, RoleLead, RoleContact}, ScopeNone},
		{PublishOfficial, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeNone},
		{WithdrawCheck, []Role{RolePartner}, ScopeNone},
		{WithdrawCheck, []Role{RoleLead, RoleContact}, ScopeRegion},

		{RegisterCampaign, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeOffice},
		{RegisterCampaign, []Role{RoleSystem}, ScopeAny},
		{ReadCampaign, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeOffice},
		{ReadCampaign, []Role{RoleObserver}, ScopeRegion},
		{ReadCampaign, []Role{RoleAuditor, RoleSystem}, ScopeAny},
		{DecideMark, []Role{RoleOfficer, RoleLead}, ScopeOffice},
		{LookCampaign, []Role{RoleSystem}, ScopeAny},
		{HoldCase, []Role{RoleLead, RoleContact}, ScopeMandate},
		{AskErasure, []Role{RoleAdmin}, ScopeNone},
		{AskErasure, []Role{RoleLead, RoleContact}, ScopeMandate},
		{DecideErasure, []Role{RoleOfficer, RoleLead, RoleContact}, ScopeMandate},
		{EraseContent, []Role{RoleSystem}, ScopeAny},
		{PublishCorrection, []Role{RoleLead}, ScopeNone},
	}
}

// Can is the one place that decides who may do what to which case. It returns nil, or a Forbidden error whose text says why.
func Can(a Actor, action Action, c Case, p *Pack) error {
	if len(a.Scopes) > 0 && !contains(a.Scopes, string(action)) {
		return Errorf(Forbidden, "permission.token_scope", "").With("action", string(action))
	}
	if a.Sandbox && c.ID != "" && !c.Sandbox {
		return Errorf(Forbidden, "permission.sandbox", "")
	}
	named := false
	for _, row := range Permissions() {
		if row.Action != action || !holdsAny(a, row.Roles) {
			continue
		}
		named = true
		if inScope(a, row.Scope, c, p) && !conflicted(a, action, c, p) {
			return nil
		}
	}
	switch {
	case !named:
		return Errorf(Forbidden, "permission.role", "").With("action", string(action))
	case conflicted(a, action, c, p):
		return Errorf(Forbidden, "permission.conflict_of_interest", "")
	}
	return Errorf(Forbidden, "permission.region", "").With("region", p.RegionName(c.Region))
}

// MayAny tells whether a row of the table names a role of the actor for one of the actions: for pages that are for some roles, before it is known which
// case is meant. It allows nothing by itself.
func MayAny(a Actor, actions ...Action) bool {
	return indexFunc(Permissions(), func(p Permission) bool { return contains(actions, p.Action) && holdsAny(a, p.Roles) }) >= 0
}

func holdsAny(a Actor, roles []Role) bool {
	for _, r := range roles {
		if a.Has(r) {
			return true
		}
	}
	return false
}

func inScope(a Actor, s Scope, c Case, p *Pack) bool {
	switch s {
	case ScopeAny, ScopeNone:
		return true
	case ScopeRegion:
		return coversRegion(a, c, p)
	case ScopeMandate:
		return inMandate(a, c, p)
	case ScopeReader:
		return inMandate(a, c, p) || c.drawnFor(a.Account) != "" || c.hasConcluded(a.Account)
	case ScopeMinistry:
		return p.index.authority[a.Org].Role == "ministry" && c.hasRequestTo(a.Org)
	case ScopeOffice:
		return a.Office != "" && a.Office == c.Office && OfficeAuthority(a.Office) == a.Org
	case ScopeInvited:
		return c.invited(a.Org)
	case ScopePlatform:
		return a.Platform != "" && c.hasNoticeTo(a.Platform)
	}
	return false
}

// inMandate tells whether the case is the actor's own authority's, in the region of the actor's office there. Without an office there is no
// mandate.
func inMandate(a Actor, c Case, p *Pack) bool {
	return ownsCase(a, c) && a.Office != "" && OfficeAuthority(a.Office) == a.Org && coversRegion(a, c, p)
}

// coversRegion tells whether the case lies in the region of the actor's office, or is held by that very office. Actors without an office
// (observers of the whole country) cover everything.
func coversRegion(a Actor, c Case, p *Pack) bool {
	if a.Office == "" || c.Office == a.Office {
		return true
	}
	o, ok := p.Office(a.Office)
	return ok && p.Within(c.Region, o.Region)
}

// ownsCase tells whether the actor's own authority holds the case.
func ownsCase(a Actor, c Case) bool {
	return a.Org != "" && OfficeAuthority(c.Office) == a.Org
}

// OfficeAuthority is the authority part of an office id.
func OfficeAuthority(office string) string {
	for i := range len(office) {
		if office[i] == ':' {
			return office[:i]
		}
	}
	return office
}

// conflicted tells whether a declared or derived conflict keeps the actor from changing the case. Reading stays allowed: the colleague
// must see why the case is closed to them.
func conflicted(a Actor, action Action, c Case, p *Pack) bool {
	switch action {
	case ReadCase, AnswerNotice, RunClock, ManageAccount, ReadAudit, AdviseCase, ReadCampaign, LookCampaign, LogOutside:
		return false
	}
	return ConflictOf(a, c, p) != ""
}

// ConflictOf returns why an actor must not work on a case, "" for no conflict: a declared contest or region that the case touches or once
// touched, or a declared organisation that reported it. A case that names no contest touches those of its region and of the regions above.
func ConflictOf(a Actor, c Case, p *Pack) string {
	for _, x := range append([]string{c.Contest}, c.Also...) {
		if x != "" && contains(a.Conflicts, x) {
			return "declared_contest"
		}
	}
	for i, start := range append([]string{c.Region}, c.Also...) {
		for region := start; region != ""; region = p.Parent(region) {
			if contains(a.Conflicts, region) {
				return "declared_region"
			}
			if (c.Contest == "" || i > 0) && hasContestIn(a.Conflicts, region) {
				return "declared_contest"
			}
		}
	}
	for _, org := range c.ReporterOrg {
		if contains(a.Conflicts, org) {
			return "declared_organisation"
		}
	}
	return ""
}

// hasContestIn finds a declared contest of exactly this region.
func hasContestIn(conflicts []string, region string) bool {
	for _, x := range conflicts {
		if len(x) > len(region) && x[len(x)-len(region)-1:] == "-"+region {
			return true
		}
	}
	return false
}

// drawnFor returns the seat for which the account is drawn and has not yet concluded, in the current round.
func (c Case) drawnFor(account string) Seat {
	if account == "" {
		return ""
	}
	for _, d := range c.Draws {
		if d.Account == account && d.Round == c.Round && d.Ended == "" {
			return d.Seat
		}
	}
	return ""
}

func (c Case) hasRequestTo(authority string) bool {
	return indexFunc(c.Notices, func(n Notice) bool {
		return n.Act == Request && n.Authority == authority && n.Public()
	}) >= 0
}

func (c Case) hasNoticeTo(platform string) bool {
	return indexFunc(c.Notices, func(n Notice) bool { return n.Platform == platform && n.Public() }) >= 0
}

// Env is what a command may know besides the case: the time, the election and a source of ids.
type Env struct {
	Now  time.Time
	Pack *Pack
	ID   func() string
	Code func(n int) string
}
