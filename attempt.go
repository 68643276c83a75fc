package ronda

import (
	"errors"
	"time"
)

// Safeguard is what an attempt ran into. The names are stable: public counts are by them.
type Safeguard string

// The safeguards that people try to get past.
const (
	GuardFourEyes  Safeguard = "four_eyes" // two people, the second drawn; two signatures; no judging of one's own
	GuardConflict  Safeguard = "conflict"  // a declared conflict of interest
	GuardMandate   Safeguard = "mandate"   // role, authority and region
	GuardCriticism Safeguard = "criticism" // no order and no four hours on criticism of those in power
	GuardRepeat    Safeguard = "repeat"    // what was rejected does not come again by another door
	GuardMayStay   Safeguard = "may_stay"  // no removal of what the reader's own words let stay
	GuardPanel     Safeguard = "panel"     // who decided does not judge the objection
)

// Safeguards lists them in the order of the public page.
func Safeguards() []Safeguard {
	return []Safeguard{GuardFourEyes, GuardConflict, GuardCriticism, GuardRepeat, GuardMayStay, GuardPanel, GuardMandate}
}

// guards says which safeguard a refusal belongs to, by its code. Codes that are not here are ordinary mistakes.
var guards = map[string]Safeguard{
	"assessment.not_drawn": GuardFourEyes, "assessment.same_person": GuardFourEyes, "assessment.reader_barred": GuardFourEyes, "assessment.outsider": GuardFourEyes,
	"assessment.not_holder": GuardFourEyes, "case.reader_cannot_take": GuardFourEyes, "case.audit_own": GuardFourEyes, "notice.same_signatory": GuardFourEyes,
	"notice.other_sender": GuardFourEyes, "alert.second_other": GuardFourEyes, "alert.second_partner": GuardFourEyes, "partner.decided_before": GuardFourEyes,
	"partner.same_office": GuardFourEyes, "grant.self": GuardFourEyes, "grant.same_office": GuardFourEyes, "grant.own_account": GuardFourEyes,
	"permission.conflict_of_interest": GuardConflict, "partner.tied": GuardConflict,
	"permission.role": GuardMandate, "permission.region": GuardMandate, "permission.token_scope": GuardMandate, "case.not_found": GuardMandate,
	"notice.sender_not_mandated": GuardMandate, "assessment.act_not_mandated": GuardMandate, "notice.sender_not_national": GuardMandate,
	"assessment.order_on_criticism": GuardCriticism, "notice.order_on_criticism": GuardCriticism, "notice.urgent_on_criticism": GuardCriticism,
	"notice.flag_after_rejection": GuardRepeat, "notice.rejected_before": GuardRepeat,
	"assessment.may_stay_applies": GuardMayStay, "assessment.may_stay_copied": GuardMayStay,
	"appeal.barred": GuardPanel, "appeal.decider": GuardPanel, "appeal.not_on_panel": GuardPanel, "appeal.not_checker": GuardPanel, "appeal.draw_is_the_systems": GuardPanel,
}

// Attempt is one try that a safeguard refused, for auditors; the public sees how many there were by safeguard and authority. It holds ids and words of
// enumerations only. The same try of one person on one case counts once an hour, so that a form sent again and again is one attempt.
type Attempt struct {
	ID        string
	At        time.Time
	Safeguard Safeguard
	Code      string // of the refusal
	Command   string // what was tried
	Case      string
	Account   string
	Office    string
	Org       string
}

// Once is the same for tries that count as one.
func (a Attempt) Once() string {
	return a.Account + "|" + a.Case + "|" + a.Code + "|" + a.At.UTC().Format("2006010215")
}

// AttemptOf tells whether a refusal is an attempt at a safeguard, and what is to be recorded. People who are not signed in, Ronda itself, and practice
// make none.
func AttemptOf(a Actor, c Case, command string, err error, env Env) (Attempt, bool) {
	if a.Account == "" || a.Is(RoleSystem) || c.Sandbox || err == nil {
		return Attempt{}, false
	}
	guard, code := guardOf(err)
	if guard == "" {
		return Attempt{}, false
	}
	return Attempt{ID: env.ID(), At: env.Now, Safeguard: guard, Code: code, Command: command, Case: c.ID, Account: a.Account, Office: a.Office, Org: a.Org}, true
}

// guardOf finds the safeguard of an error, or of the first of its fields that has one.
func guardOf(err error) (Safeguard, string) {
	var e *Error
	if !errors.As(err, &e) {
		return "", ""
	}
	if g := guards[e.Code]; g != "" {
		return g, e.Code
	}
	for _, f := range e.Fields {
		if g := guards[f.Code]; g != "" {
			return g, f.Code
		}
	}
	return "", ""
}

// AttemptCount counts attempts of the people of one authority at one safeguard.
type AttemptCount struct {
	Org       string
	Safeguard Safeguard
	N         int
}

// OfficeLoad counts the open cases of an office and those past their deadline.
type OfficeLoad struct {
	Office        string
	Open, Overdue int
	Oldest        time.Time // deadline of the case that is late longest; zero for none
}

// Look is one person's look at sealed evidence, as auditors see it.
type Look struct {
	By     string // account
	Why    string
	Case   string
	Blob   string
	SHA256 string
	At     time.Time
}
