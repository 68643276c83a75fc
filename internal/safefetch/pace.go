package safefetch

import (
	"context"
	"sync"
	"time"
)

// pace gives each host its next free moment. Waiting callers are served in the order in which
// they came, one interval apart.
type pace struct {
	interval time.Duration
	now      func() time.Time
	wait     func(ctx context.Context, d time.Duration) error

	mu   sync.Mutex
	next map[string]time.Time // guarded by mu
}

func newPace(interval time.Duration, now func() time.Time, wait func(context.Context, time.Duration) error) *pace {
	if wait == nil {
		wait = sleep
	}
	return &pace{interval: interval, now: now, wait: wait, next: map[string]time.Time{}}
}

// take waits until host may be asked. It gives up at once when ctx ends before that moment.
func (p *pace) take(ctx context.Context, host string) error {
	p.mu.Lock()
	now := p.now()
	if len(p.next) > 1024 {
		for h, t := range p.next {
			if t.Before(now) {
				delete(p.next, h)
			}
		}
	}
	at := p.next[host]
	if at.Before(now) {
		at = now
	}
	if deadline, ok := ctx.Deadline(); ok && at.After(deadline) {
		p.mu.Unlock()
		return context.DeadlineExceeded
	}
	p.next[host] = at.Add(p.interval)
	p.mu.Unlock()
	if d := at.Sub(now); d > 0 {
		return p.wait(ctx, d)
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
