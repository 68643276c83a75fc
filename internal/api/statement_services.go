package api

import (
	"context"
	"time"

	"ronda"
)

// statementsOf keeps a caller's statements: real ones, or those of practice apart from them.
func (a *api) statementsOf(c *caller) Statements {
	if c.actor.Sandbox {
		return a.opt.SandboxStatements
	}
	return a.opt.Statements
}

// Statements keeps platforms' statements of reasons.
type Statements interface {
	SaveStatements(ctx context.Context, list []ronda.Statement) error
	AddStatements(ctx context.Context, list []ronda.Statement) ([]string, error)
	Statement(ctx context.Context, platform, id string) (ronda.Statement, error)
	// StatementCounts counts statements by platform from a time on.
	StatementCounts(ctx context.Context, since time.Time) ([]ronda.StatementCount, error)
	StatementByPUID(ctx context.Context, platform, puid string) (ronda.Statement, error)
}
