package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/demo"
	"ronda/internal/intake"
	"ronda/internal/partner"
	"ronda/internal/web"
)

// Marks of a demonstration in its database.
const (
	demoClock = "demo.clock" // how far its clock is from the real one, in nanoseconds
	demoReady = "demo.ready"
)

// demoNow is the clock of a demonstration: it begins a week before voting day and runs as the given clock does, over restarts too.
func demoNow(ctx context.Context, db interface {
	ClaimMeta(ctx context.Context, name, value string) (string, error)
}, now func() time.Time) (func() time.Time, error) {
	offset := demo.Start.Sub(now())
	kept, err := db.ClaimMeta(ctx, demoClock, offset.String())
	if err != nil {
		return nil, fmt.Errorf("set the demonstration's clock: %w", err)
	}
	if offset, err = time.ParseDuration(kept); err != nil {
		return nil, fmt.Errorf("read the demonstration's clock: %w", err)
	}
	return func() time.Time { return now().Add(offset) }, nil
}

// demo makes the demonstration state if it is not there, and returns the accounts that the sign-in page lists.
func (a *app) demo(ctx context.Context) ([]web.DemoAccount, error) {
	var listed []web.DemoAccount
	for _, p := range demo.Accounts(a.pack) {
		if p.Listed {
			listed = append(listed, web.DemoAccount{Login: p.Login, Password: demo.Password, Name: p.Name, What: p.What})
		}
	}
	if _, err := a.db.BeginDemo(ctx); err != nil {
		return nil, err
	}
	ready, err := a.db.Meta(ctx, demoReady)
	if err != nil || ready != "" {
		return listed, err
	}
	cases, err := a.db.Cases(ctx, "", 1)
	if err != nil {
		return nil, err
	}
	if len(cases) > 0 {
		return nil, fmt.Errorf("the demonstration in %s was left half made: remove that folder and start again", a.cfg.Data)
	}
	state, err := demo.Build(a.pack, a.cases, linkDoor{a.links}.Parse, a.keepPicture(ctx))
	if err != nil {
		return nil, err
	}
	if err := a.saveDemo(ctx, state); err != nil {
		return nil, err
	}
	if err := a.saveFilings(ctx, state.People); err != nil {
		return nil, fmt.Errorf("fill the registers: %w", err)
	}
	if err := a.findBrigades(ctx); err != nil {
		return nil, fmt.Errorf("look for coordinated reports: %w", err)
	}
	return listed, a.db.SetMeta(ctx, demoReady, "yes")
}

// keepPicture seals a screenshot of the demonstration as an uploaded one would be.
func (a *app) keepPicture(ctx context.Context) func(owner string, n int, at time.Time) (ronda.Evidence, error) {
	return func(owner string, n int, _ time.Time) (ronda.Evidence, error) {
		data, err := demo.Picture(n)
		if err != nil {
			return ronda.Evidence{}, err
		}
		return fileDoor{a}.Keep(ctx, owner, intake.Upload{Name: "contoh.png", Kind: "screenshot", Data: bytes.NewReader(data)})
	}
}

// saveDemo saves accounts, reports and histories. Reports of different cases are saved side by side, so that one sync of the disk serves many.
func (a *app) saveDemo(ctx context.Context, s *demo.State) error {
	hash := account.HashPassword(demo.Password)
	var jobs []func() error
	for i, p := range s.People {
		jobs = append(jobs, func() error {
			acc := ronda.Account{ID: p.Actor.Account, Login: p.Login, Name: p.Name, Actor: p.Actor, CreatedAt: demo.Start.Add(-60 * 24 * time.Hour).Add(time.Duration(i) * time.Second), Lang: a.pack.Languages[0]}
			return a.db.SaveAccount(ctx, acc, hash)
		})
	}
	if err := together(jobs); err != nil {
		return fmt.Errorf("save accounts: %w", err)
	}
	jobs = nil
	for _, c := range s.Cases {
		jobs = append(jobs, func() error {
			c.First.Report.Signature = signatureOf(c.First.Report.Text)
			if _, err := a.db.Submit(ctx, c.First); err != nil {
				return err
			}
			for _, r := range c.Joining {
				r.Report.Signature = signatureOf(r.Report.Text)
				if _, err := a.db.Submit(ctx, r); err != nil {
					return err
				}
			}
			if c.Final == nil {
				return nil
			}
			return a.db.SaveChanges(ctx, *c.Final)
		})
	}
	if err := together(jobs); err != nil {
		return fmt.Errorf("save cases: %w", err)
	}
	for _, x := range s.Appeals {
		for _, act := range x.Acts {
			leaf, err := a.cases.Leaf(act)
			if err != nil {
				return fmt.Errorf("make log entry for %s: %w", act.Kind, err)
			}
			leaf.Case = x.Save.Appeal.Case
			leaf.Notice, _ = act.Public["notice"].(string)
			x.Save.Leaves = append(x.Save.Leaves, leaf)
		}
		if err := a.db.SaveAppeal(ctx, x.Save); err != nil {
			return fmt.Errorf("save objection: %w", err)
		}
	}
	for _, x := range s.Partners {
		for _, act := range x.Acts {
			leaf, err := a.cases.Leaf(act)
			if err != nil {
				return fmt.Errorf("make log entry for %s: %w", act.Kind, err)
			}
			x.Save.Leaves = append(x.Save.Leaves, leaf)
		}
		x.Save.Jobs = partner.Jobs(x.Save.Partner)
		if err := a.db.SavePartner(ctx, x.Save); err != nil {
			return fmt.Errorf("save partner: %w", err)
		}
	}
	if err := a.saveDemoResearch(ctx, s.Research); err != nil {
		return err
	}
	if err := a.saveDemoPublished(ctx, s.Partners); err != nil {
		return err
	}
	for _, x := range s.Attempts {
		if err := a.db.RecordAttempt(ctx, x); err != nil {
			return fmt.Errorf("save attempt: %w", err)
		}
	}
	for _, x := range s.Corrections {
		if _, err := a.corrections.Publish(ctx, x.By, x.Correction); err != nil {
			return fmt.Errorf("save correction: %w", err)
		}
	}
	return nil
}

// together runs the functions on some goroutines and joins their errors.
func together(jobs []func() error) error {
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex // guards all
		all  []error
		next = make(chan func() error)
	)
	for range 16 {
		wg.Go(func() {
			for f := range next {
				if err := f(); err != nil {
					mu.Lock()
					all = append(all, err)
					mu.Unlock()
				}
			}
		})
	}
	for _, f := range jobs {
		next <- f
	}
	close(next)
	wg.Wait()
	return errors.Join(all...)
}
