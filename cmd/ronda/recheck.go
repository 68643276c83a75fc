package main

import (
	"context"

	"ronda"
	"ronda/internal/job"
	"ronda/internal/notice/recheck"
)

// recheck looks again at an address that a platform said is gone, and writes down what can be seen. A demonstration's addresses lead nowhere, or
// worse, to something real: nothing is fetched for it.
func (a *app) recheck(ctx context.Context, j ronda.Job) error {
	c, err := a.db.Case(ctx, j.Args["case"])
	if err != nil {
		return err
	}
	n, ok := c.Notice(j.Args["notice"])
	it, found := c.Item(j.Args["item"])
	if !ok || !found {
		return job.Permanent(ronda.Errorf(ronda.NotFound, "notice.not_found", ""))
	}
	due := false
	for _, x := range n.Items {
		due = due || (x.Item == it.ID && x.Answer.TookDown())
	}
	if !due || n.Sandbox || a.cfg.Demo {
		return nil // answered otherwise meanwhile
	}
	page, ferr := a.fetch.Fetch(ctx, it.Address)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	_, err = a.cases.Do(ctx, ronda.System(), c.ID, 0, ronda.Recheck{Notice: n.ID, Item: it.ID, Result: recheck.Judge(it, page, ferr)})
	if ronda.KindOf(err) == ronda.Conflict && ronda.CodeOf(err) != "case.changed" {
		return nil // the act ended meanwhile, or a person has looked
	}
	return err
}
