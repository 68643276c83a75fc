package web

import (
	"context"
	"time"

	"ronda"
)

// Intake takes checks and reports and knows tickets.
type Intake interface{}

// FactChecks knows what fact-checkers published.
type FactChecks interface {
	// Recent returns the newest fact-checks, newest first.
	Recent(ctx context.Context, limit int) ([]FactCheck, error)
	// Find returns one, or a NotFound error.
	Find(ctx context.Context, id string) (FactCheck, error)
}

// FactCheck is a published check of a claim.
type FactCheck struct {
	ID      string
	Claim   ronda.Text // what circulated, in our own words
	Truth   ronda.Text // the correction in one sentence
	Verdict ronda.Verdict
	Class   string // fine class, "" where none
	Date    string // "2024-11-20"
	Outlet  string
	URL     string
	Region  string
}

// Alert is a published warning about something that goes around.
type Alert struct {
	ID      string
	Title   ronda.Text
	Text    ronda.Text
	Region  string
	Urgency int
	At      time.Time
	By      string // the partner or authority that published it
	Check   string // FactCheck.ID, "" where none
}

// Alerts knows the warnings in force.
type Alerts interface {
	// Current returns warnings in force at the time for a region and the regions around it; "" is the whole country.
	Current(ctx context.Context, region string, at time.Time) ([]Alert, error)
}

// Health tells what works.
type Health interface {
	// Parts lists the parts of the service with their state.
	Parts(ctx context.Context) []Part
}

// Part is one part of the service on the status page.
type Part struct {
	Name ronda.Text
	OK   bool
	Note ronda.Text
}
