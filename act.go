package ronda

// Act is one of the three legal acts. They are never mixed: each has its own sender, contents and clock.
type Act string

const (
	// Flag asks a platform to look at an item under its own rules. It has no statutory clock.
	Flag Act = "flag"
	// Request is an agency's letter to the ministry (Permenkominfo 5/2020 art. 16(4)).
	Request Act = "request"
	// Order is the ministry's order to a platform (Permenkominfo 5/2020 art. 15(4)–(8), 16(7)–(9)).
	Order Act = "order"
)

// Acts lists the three acts.
func Acts() []Act { return []Act{Flag, Request, Order} }

// Verdict is a fact-check's plain result.
type Verdict string

// The verdicts, from true to not checked.
const (
	VerdictTrue       Verdict = "benar"
	VerdictFalse      Verdict = "salah"
	VerdictMisleading Verdict = "menyesatkan"
	VerdictPartly     Verdict = "sebagian"
	VerdictSatire     Verdict = "satire"
	VerdictUnproven   Verdict = "belum_terbukti"
	VerdictUnchecked  Verdict = "belum_diperiksa"
)

// Verdicts lists every verdict.
func Verdicts() []Verdict {
	return []Verdict{VerdictTrue, VerdictFalse, VerdictMisleading, VerdictPartly, VerdictSatire, VerdictUnproven, VerdictUnchecked}
}

// Measure is what is to be done about an item, mildest first.
type Measure string

// The measures. Correction means fact-check, answer and alert, and asks nothing of the platform.
const (
	MeasureNone       Measure = "none"
	MeasureCorrection Measure = "correction"
	MeasureLabel      Measure = "label"
	MeasureReduce     Measure = "reduce_reach"
	MeasureRemove     Measure = "remove"
)

// Measures lists the measures, mildest first.
func Measures() []Measure {
	return []Measure{MeasureNone, MeasureCorrection, MeasureLabel, MeasureReduce, MeasureRemove}
}

// Answer is what a platform says it did with one address.
type Answer string

// The answers.
const (
	AnswerRemoved    Answer = "removed"
	AnswerRestricted Answer = "restricted" // in the country only
	AnswerLabelled   Answer = "labelled"
	AnswerReduced    Answer = "reach_reduced"
	AnswerAccount    Answer = "account_action"
	AnswerDeclined   Answer = "declined"
	AnswerNeedsInfo  Answer = "needs_information"
	AnswerRestored   Answer = "restored"
)

// Answers lists what a liaison can choose for an address.
func Answers() []Answer {
	return []Answer{AnswerRemoved, AnswerRestricted, AnswerLabelled, AnswerReduced, AnswerAccount, AnswerDeclined, AnswerNeedsInfo}
}

// Final tells whether the answer settles the address.
func (a Answer) Final() bool { return a != "" && a != AnswerNeedsInfo }

// TookDown tells whether the item can no longer be seen in the country.
func (a Answer) TookDown() bool {
	return a == AnswerRemoved || a == AnswerRestricted || a == AnswerAccount
}
