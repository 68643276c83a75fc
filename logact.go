package ronda

import (
	"errors"
	"time"
)

// What a store says to the sequencer of the public log when it may not write.
var (
	ErrLogLease = errors.New("lease of the log is lost")         // another sequencer has taken over
	ErrLogStale = errors.New("stored checkpoint is another one") // than the one that was to be replaced
)

// LogAct is an official act in the words of the public log. A rule that changes a case can say with it what the log is owed;
// package ledger turns it into a [Leaf]. Public holds only enumerations, times, ids, counts and flags from a closed list of
// fields (docs/log.md); whatever a person wrote or can be known by goes into Sealed.
type LogAct struct {
	Kind   string         // "notice_order", "answer", …: a registered kind
	ID     string         // the act's own id; an entry is owed once for each
	At     time.Time      // when the act was done
	Public map[string]any // string (or a type based on it), []string, int, int64, bool, time.Time
	Sealed []LogSecret
}

// LogSecret is one value that the log commits to without showing it. A field may occur several times: their order is kept.
type LogSecret struct {
	Field string // "address", "name", "text", …: a closed list
	Value string // UTF-8
}
