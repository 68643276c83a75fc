package appeal

import (
	"context"
	"fmt"

	"ronda"
)

// Tally counts the objections against acts to a platform.
type Tally struct {
	Open, Upheld, Overturned int
	Own                      int // of all of them, those that the platform filed itself
}

// Tally counts for a platform's liaison. Numbers alone: who objected, and with what reasons, is not told by it.
func (s *Service) Tally(ctx context.Context, a ronda.Actor) (Tally, error) {
	var t Tally
	if !a.Has(ronda.RoleLiaison) || a.Platform == "" {
		return t, ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	all, err := s.Store.Appeals(ctx, ronda.AppealFilter{Platform: a.Platform, Size: 1000})
	if err != nil {
		return t, fmt.Errorf("list objections: %w", err)
	}
	for _, ap := range all {
		if ap.Notice == "" {
			continue // no act of this platform's is meant
		}
		switch {
		case ap.Decision == ronda.AppealUpheld:
			t.Upheld++
		case ap.Decision == ronda.AppealOverturned:
			t.Overturned++
		case ap.State.Open():
			t.Open++
		default:
			continue
		}
		if ap.By == ronda.AppealPlatform {
			t.Own++
		}
	}
	return t, nil
}
