package main

import (
	"context"
	"crypto/rand"
	"fmt"

	"ronda"
)

// noteRules tells the public log which rules and which key it works under, at the first start and whenever they are others than before: a change of either
// is an official act. What was decided under the old rules keeps them; the log shows from when on the new ones stood.
func (a *app) noteRules(ctx context.Context) error {
	env := a.cases.Env()
	for _, x := range []struct {
		name, value string
		act         ronda.LogAct
	}{
		{"log.rules", a.pack.SHA256, ronda.LogAct{Kind: "rules_change", Public: map[string]any{"pack": a.pack.ID, "pack_sha256": a.pack.SHA256, "effective_at": env.Now}}},
		{"log.key", a.logKey.PublicKeys()[0], ronda.LogAct{Kind: "key_change", Public: map[string]any{"effective_at": env.Now}}},
	} {
		x.act.ID, x.act.At = env.ID(), env.Now
		leaf, err := a.book.Leaf(x.act, rand.Reader)
		if err != nil {
			return fmt.Errorf("make log entry for %s: %w", x.act.Kind, err)
		}
		changed, err := a.db.NoteRule(ctx, x.name, x.value, leaf)
		if err != nil {
			return err
		}
		if changed {
			a.log.InfoContext(ctx, "the public log is told", "kind", x.act.Kind, "value", x.value)
		}
	}
	return nil
}
