package web

import (
	"context"
	"time"

	"ronda"
	"ronda/internal/intake"
)

// Intake takes checks and reports from the public and knows their tickets. *intake.Service is the real one.
type Intake interface {
	Check(ctx context.Context, in intake.CheckInput) (intake.CheckResult, error)
	AllowCode(ctx context.Context, in intake.CheckInput) (string, error)
	Submit(ctx context.Context, in intake.ReportInput) (intake.Receipt, error)
	Ticket(ctx context.Context, code, sender string) (ronda.Ticket, error)
	AddMore(ctx context.Context, in intake.MoreInput) (ronda.Ticket, error)
}

// FactChecks knows what fact-checkers published.
type FactChecks interface {
	// RecentFactChecks returns the newest that stand, newest first.
	RecentFactChecks(ctx context.Context, limit int) ([]ronda.FactCheck, error)
	// FactCheck returns one, retracted ones too, or a NotFound error.
	FactCheck(ctx context.Context, id string) (ronda.FactCheck, error)
}

// Alerts knows the warnings in force.
type Alerts interface {
	// CurrentAlerts returns the warnings in force at the time, newest first.
	CurrentAlerts(ctx context.Context, at time.Time) ([]ronda.Alert, error)
}

// Health tells what works.
type Health interface {
	// Parts lists the parts of the service with their state.
	Parts(ctx context.Context) []Part
}

// Part is one part of the service on the status page.
type Part struct {
	Name string // text key below "status.part."
	OK   bool
	// Loaded of about Of is how far a part is that has begun a moment ago; 0 where it is not loading.
	Loaded, Of int
}
