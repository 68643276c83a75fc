package casework

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"

	"ronda"
)

// Merge joins the case other into the case id, with all its reports.
func (s *Service) Merge(ctx context.Context, a ronda.Actor, id string, version int64, other string) (ronda.Case, error) {
	c, o, err := s.pair(ctx, a, id, version, other)
	if err != nil {
		return c, err
	}
	into, from, events, err := ronda.Merge(c, o, a, s.Env())
	if err != nil {
		return c, err
	}
	return s.savePair(ctx, into, from, events, ronda.ReportMove{From: from.ID, To: into.ID})
}

// Split takes items, and the reports that name them, out of a case into a new one. It returns the new case.
func (s *Service) Split(ctx context.Context, a ronda.Actor, id string, version int64, items, reports []string, title string) (ronda.Case, error) {
	c, _, err := s.pair(ctx, a, id, version, "")
	if err != nil {
		return c, err
	}
	rest, part, events, err := ronda.Split(c, items, title, a, s.Env())
	if err != nil {
		return c, err
	}
	var moves []ronda.ReportMove
	if len(reports) > 0 {
		moves = append(moves, ronda.ReportMove{From: rest.ID, To: part.ID, Reports: reports})
	}
	if _, err := s.savePair(ctx, rest, part, events, moves...); err != nil {
		return c, err
	}
	return part, nil
}

// pair loads one or two cases that the actor can see.
func (s *Service) pair(ctx context.Context, a ronda.Actor, id string, version int64, other string) (c, o ronda.Case, err error) {
	if c, err = s.Store.Case(ctx, id); err != nil {
		return c, o, err
	}
	if _, _, err = ronda.See(a, c, s.Pack); err != nil {
		return c, o, err
	}
	if version > 0 && c.Version != version {
		return c, o, s.changed(ctx, c)
	}
	if other == "" {
		return c, o, nil
	}
	load := s.Store.Case
	if len(other) > 2 && other[:2] == "K-" {
		load = s.Store.CaseByNumber
	}
	if o, err = load(ctx, other); err != nil {
		return c, o, err
	}
	_, _, err = ronda.See(a, o, s.Pack)
	return c, o, err
}

// savePair saves two cases that changed together. Events belong to the case they name.
func (s *Service) savePair(ctx context.Context, c, o ronda.Case, events []ronda.Event, moves ...ronda.ReportMove) (ronda.Case, error) {
	var mine, theirs []ronda.Event
	for _, e := range events {
		if e.Case == c.ID {
			mine = append(mine, e)
		} else {
			theirs = append(theirs, e)
		}
	}
	first, err := s.Change(c, mine)
	if err != nil {
		return c, err
	}
	second, err := s.Change(o, theirs)
	if err != nil {
		return c, err
	}
	first.Moves = moves
	// The case that gives up addresses is saved first, so that their claims are free when the other takes them.
	order := []ronda.Change{second, first}
	if o.SplitFrom == c.ID {
		order = []ronda.Change{first, second}
		order[0].Moves, order[1].Moves = nil, moves
	}
	if err := s.Store.SaveChanges(ctx, order...); err != nil {
		return c, err
	}
	return c, nil
}

// Closed is what became of one case of a bulk closing.
type Closed struct {
	Case   string
	Number string
	Err    error
	Audit  bool
}

// auditShare is one in how many bulk closings is looked at again: 5 %.
const auditShare = 20

// CloseMany closes several cases with one reason. Each is closed by itself; one that cannot be is reported and the rest goes on. One in twenty is
// drawn for audit at random.
func (s *Service) CloseMany(ctx context.Context, a ronda.Actor, ids []string, reason ronda.CloseReason, note string) ([]Closed, error) {
	if len(ids) == 0 {
		return nil, ronda.Errorf(ronda.Invalid, "case.none_chosen", "cases")
	}
	if len(ids) > 200 {
		return nil, ronda.Errorf(ronda.Invalid, "case.too_many_chosen", "cases")
	}
	if !slices.Contains(ronda.CloseReasons(), reason) {
		return nil, ronda.Errorf(ronda.Invalid, "case.close_reason_missing", "reason")
	}
	out := make([]Closed, 0, len(ids))
	for _, id := range ids {
		audit := s.Pick(auditShare) == 0
		c, err := s.Do(ctx, a, id, 0, ronda.Close{Reason: reason, Note: note, Bulk: true, Audit: audit})
		out = append(out, Closed{Case: id, Number: c.Number, Err: err, Audit: audit && err == nil})
	}
	return out, nil
}

// RandomPick draws from the operating system's randomness. It is what the server uses for Service.Pick.
func RandomPick(n int) int {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(fmt.Sprintf("read randomness: %v", err))
	}
	return int(v.Int64())
}
