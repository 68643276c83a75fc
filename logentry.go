package ronda

import "time"

// LogEntry says where the public log holds an act.
type LogEntry struct {
	ID       string
	Kind     string
	At       time.Time
	Numbered bool   // it has its place in the log; a checkpoint may not cover it yet
	Number   int64  // from 0
	Hash     string // SHA-256 of the entry's bytes, hex
}
