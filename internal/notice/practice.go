package notice

import (
	"context"
	"fmt"

	"ronda"
)

// PracticeCases prepares what a new case owes; *casework.Service is the real one.
type PracticeCases interface {
	Cases
	Env() ronda.Env
	Change(c ronda.Case, events []ronda.Event) (ronda.Change, error)
}

// PracticeStore saves a case that nobody reported.
type PracticeStore interface {
	SaveNewCase(ctx context.Context, ch ronda.Change) error
	SandboxChannel(ctx context.Context, platform string) (ronda.PlatformChannel, error)
}

// Practice lets a platform try the whole way of a notice in the sandbox. What it makes goes through the same sending, clocks and answers as a
// real act, and through nothing that is public.
type Practice struct {
	Notices  *Service
	Cases    PracticeCases
	Store    PracticeStore
	Throttle interface {
		Allow(ctx context.Context, budget, key string, n int) error
	}
}

// Ask makes an act of practice for the actor's platform and returns it, on its way: by the web hook for practice where one is set, else by the inbox.
func (p *Practice) Ask(ctx context.Context, a ronda.Actor, in ronda.Practice) (ronda.Notice, error) {
	if !a.Has(ronda.RoleLiaison) || a.Platform == "" {
		return ronda.Notice{}, ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	if err := p.Throttle.Allow(ctx, "practice", a.Platform, 1); err != nil {
		return ronda.Notice{}, err
	}
	set, err := p.Store.SandboxChannel(ctx, a.Platform)
	if err != nil {
		return ronda.Notice{}, fmt.Errorf("read channel for practice: %w", err)
	}
	in.Platform, in.Channel = a.Platform, ronda.ChannelPortal
	if _, runs := p.Notices.Channels[set.Kind]; set.Kind != "" && runs {
		in.Channel = set.Kind
	}
	c, events, err := ronda.Practise(in, a, p.Cases.Env())
	if err != nil {
		return ronda.Notice{}, err
	}
	change, err := p.Cases.Change(c, events)
	if err != nil {
		return ronda.Notice{}, fmt.Errorf("prepare act of practice: %w", err)
	}
	if err := p.Store.SaveNewCase(ctx, change); err != nil {
		return ronda.Notice{}, fmt.Errorf("save act of practice: %w", err)
	}
	return c.Notices[len(c.Notices)-1], nil
}

// Step plays the authority's next move on an act of practice of the actor's platform; any other act does not exist for it.
func (p *Practice) Step(ctx context.Context, a ronda.Actor, id, step, text string) (ronda.Notice, error) {
	row, err := p.Notices.Store.Notice(ctx, id)
	if err != nil {
		return ronda.Notice{}, err
	}
	if !a.Has(ronda.RoleLiaison) || a.Platform == "" || row.Notice.Platform != a.Platform || !row.Notice.Sandbox {
		return ronda.Notice{}, ronda.Errorf(ronda.NotFound, "notice.not_found", "")
	}
	c, err := p.Cases.Do(ctx, ronda.System(), row.Case, 0, ronda.PracticeStep{Notice: id, Step: step, Text: text})
	if err != nil {
		return row.Notice, err
	}
	n, _ := c.Notice(id)
	return n, nil
}
