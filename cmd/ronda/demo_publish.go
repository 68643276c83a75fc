package main

import (
	"context"
	"crypto/rand"
	"fmt"

	"ronda"
	"ronda/internal/demo"
)

// saveDemoPublished saves what partners and the election commission have published in the demonstration.
func (a *app) saveDemoPublished(ctx context.Context, partners []demo.PlannedPartner) error {
	made, err := demo.Publish(a.pack, partners, ronda.IDs{Rand: rand.Reader}.New)
	if err != nil {
		return err
	}
	for _, x := range made.Checks {
		if x.Save.Leaves, err = a.demoLeaves(x.Acts); err != nil {
			return err
		}
		if err := a.db.SaveFactCheck(ctx, x.Save); err != nil {
			return fmt.Errorf("save fact-check: %w", err)
		}
	}
	for _, x := range made.Alerts {
		if x.Save.Leaves, err = a.demoLeaves(x.Acts); err != nil {
			return err
		}
		if err := a.db.SaveAlert(ctx, x.Save); err != nil {
			return fmt.Errorf("save alert: %w", err)
		}
	}
	for _, x := range made.Bulletins {
		if x.Save.Leaves, err = a.demoLeaves(x.Acts); err != nil {
			return err
		}
		if err := a.db.SaveBulletin(ctx, x.Save); err != nil {
			return fmt.Errorf("save statement: %w", err)
		}
	}
	for _, x := range made.Kits {
		if err := a.db.SaveKit(ctx, x); err != nil {
			return fmt.Errorf("save kit: %w", err)
		}
	}
	return nil
}

func (a *app) demoLeaves(acts []ronda.LogAct) ([]ronda.Leaf, error) {
	var out []ronda.Leaf
	for _, act := range acts {
		leaf, err := a.cases.Leaf(act)
		if err != nil {
			return nil, fmt.Errorf("make log entry for %s: %w", act.Kind, err)
		}
		out = append(out, leaf)
	}
	return out, nil
}
