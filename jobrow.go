package ronda

import "time"

// JobState says where a job stands. A finished job is no longer there.
type JobState string

// The states of a job.
const (
	JobWaiting JobState = "waiting"
	JobRunning JobState = "running"
	JobDead    JobState = "dead" // failed too often: a person must look
)

// JobRow is a job as the store keeps it. Attempt counts how often it was taken up; only the holder of the current attempt can end it.
type JobRow struct {
	ID         string
	Job        Job
	State      JobState
	Attempt    int
	Owner      string
	LeaseUntil time.Time
	Failure    string // why the last attempt failed; no personal data
	CreatedAt  time.Time
	ChangedAt  time.Time
}

// JobFilter chooses jobs for operators. Zero fields do not filter.
type JobFilter struct {
	State JobState
	Kind  string
	After string // id of the last row seen
	Size  int    // at most 500; 100 where 0
}

// JobCount counts jobs of one kind in one state.
type JobCount struct {
	Kind   string
	State  JobState
	Total  int
	Oldest time.Time // when the oldest of them was to run
}
