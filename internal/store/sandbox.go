package store

import (
	"context"
	"fmt"
	"time"

	"ronda"
)

// SaveNewCase saves a case that nothing was reported for, with what its events owe.
func (db *DB) SaveNewCase(ctx context.Context, ch ronda.Change) error {
	if ch.Case.Version != 1 {
		return fmt.Errorf("save new case %s: version %d", ch.Case.ID, ch.Case.Version)
	}
	return db.SaveChanges(ctx, ch)
}

// SandboxStatements keeps statements of practice, apart from the real ones and counted nowhere.
func (db *DB) SandboxStatements() *SandboxStatements { return &SandboxStatements{db} }

// SandboxStatements is the part of the store for statements of practice.
type SandboxStatements struct{ db *DB }

// SaveStatements saves statements of practice, all or none; see [DB.SaveStatements].
func (p *SandboxStatements) SaveStatements(ctx context.Context, list []ronda.Statement) error {
	return p.db.SaveStatements(ctx, practised(list))
}

// AddStatements saves those whose PUID the platform has not used in practice yet; see [DB.AddStatements].
func (p *SandboxStatements) AddStatements(ctx context.Context, list []ronda.Statement) ([]string, error) {
	return p.db.AddStatements(ctx, practised(list))
}

// Statement returns a platform's statement of practice by its id, or a NotFound error.
func (p *SandboxStatements) Statement(ctx context.Context, platform, id string) (ronda.Statement, error) {
	return p.db.statementWhere(ctx, practiceStatements, `platform = $1 AND id = $2`, platform, id)
}

// StatementByPUID returns a platform's statement of practice by the platform's own number, or a NotFound error.
func (p *SandboxStatements) StatementByPUID(ctx context.Context, platform, puid string) (ronda.Statement, error) {
	return p.db.statementWhere(ctx, practiceStatements, `platform = $1 AND puid = $2`, platform, puid)
}

// StatementCounts counts nothing: practice is counted nowhere.
func (p *SandboxStatements) StatementCounts(context.Context, time.Time) ([]ronda.StatementCount, error) {
	return nil, nil
}

// practised marks statements as practice, whatever their maker said.
func practised(list []ronda.Statement) []ronda.Statement {
	out := make([]ronda.Statement, len(list))
	for i, s := range list {
		s.Sandbox = true
		out[i] = s
	}
	return out
}
