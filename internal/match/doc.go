// Package match finds the fact-check or the case that a text belongs to, says
// why, and says "nothing" honestly. It is the third stage of the flow: intake
// and checks hand it a text, casework and the pages show what it returns.
//
// The index lives in memory and is derived: it can always be rebuilt from the
// store, it follows the store's events by a cursor, and every hit must be read
// again from the store before a person sees it.
package match

import "time"

// DocKind says what a document is.
type DocKind string

// The kinds of documents that can be found.
const (
	Claim  DocKind = "claim"  // a published fact-check
	Case   DocKind = "case"   // an open or closed case
	Report DocKind = "report" // the text of a report that has no case yet
)

// Doc is one thing that can be found: a fact-check (claim), a case, or the
// text of a report.
type Doc struct {
	Kind      DocKind
	ID        string    // the claim's or the case's id
	Title     string    // the claim in one sentence
	Narration string    // the circulating text; may be empty
	Date      time.Time // of publication or opening; zero if unknown
	Addresses []string  // canonical addresses, "platform:kind:id"
}

// Query is a text (or some addresses) to look for.
type Query struct {
	Text      string
	Addresses []string
	At        time.Time // the moment that recency is measured from; zero: no recency
	Recency   bool      // prefer documents that are close to At
	Kinds     []DocKind // empty: every kind
	Exclude   []string  // ids that may not be in the answer
	Limit     int       // most hits wanted; 0 means 5
}

// Level is the honest summary of a score.
type Level string

// The levels: "match" is the same story, "similar" may be, "nothing" is not.
const (
	LevelMatch   Level = "match"
	LevelSimilar Level = "similar"
	LevelNothing Level = "nothing"
)

// Hit is one found document.
type Hit struct {
	Kind  DocKind
	ID    string
	Level Level
	Score float64 // calibrated, 0 to 1: how often such a hit is the same story
	Why   []Reason
}

// The reason codes. The texts that people read have the keys
// "match.reason.<code>".
const (
	ReasonSameSentence  = "same_sentence"   // args: the words of the longest common run
	ReasonWordsInCommon = "words_in_common" // args: the rarest words that both have
	ReasonSameAddress   = "same_address"    // args: the canonical addresses
	ReasonNearDuplicate = "near_duplicate"  // args: none
	ReasonSameNumbers   = "same_numbers"    // args: the numbers
	ReasonDisguisedText = "disguised_text"  // args: none; the query was written to avoid filters
	ReasonSameMeaning   = "same_meaning"    // args: none; vectors of the operator's endpoint say so
	ReasonRespelled     = "respelled"       // args: words of the query that were read as another spelling
)

// Reason is one sentence of the explanation of a hit.
type Reason struct {
	Code string
	Args []string
}

// Result is the answer to a query. Level is that of the best hit. Hits are
// ordered by score, best first, and include those of level "nothing" so that
// an officer can look further; pages for citizens leave them out.
type Result struct {
	Level Level
	Hits  []Hit
}
