package account

import (
	"context"
	"encoding/hex"
	"runtime"
	"time"

	"ronda"
)

// tiers are how many wrong tries one thing bears: the more there were, the longer the wait. They are counted in the database, so that a restart and
// a second server forget nothing.
var tiers = []struct {
	window time.Duration
	most   int
}{{time.Minute, 5}, {15 * time.Minute, 10}, {24 * time.Hour, 30}}

// The alarm is for a person: so many wrong tries in all are an attack, but stopping everybody would be its success.
const (
	alarmWindow = 10 * time.Minute
	alarmMisses = 1000
)

// missKey hides what was guessed at: logins that do not exist may hold anything, a password too.
func (s *Service) missKey(what, id string) string {
	return "guess:" + hex.EncodeToString(s.Keys.Fingerprint("guess/"+what, []byte(id)))
}

// try takes one try at a thing, before it is known whether it is right, so that many tries at once cannot get past the limit together.
func (s *Service) try(ctx context.Context, what, id, client string) error {
	if err := s.Throttle.Allow(ctx, "signin", "client:"+client, 0); err != nil {
		return err
	}
	key, now := s.missKey(what, id), s.now()
	for _, t := range tiers {
		n, err := s.Guesses.Misses(ctx, key, now, t.window)
		if err != nil {
			return err
		}
		if n >= t.most {
			return tooMany(now.Add(t.window))
		}
	}
	n, err := s.Guesses.RecordMiss(ctx, key, now, tiers[0].window)
	if err != nil {
		return err
	}
	if n > tiers[0].most {
		return tooMany(now.Add(tiers[0].window))
	}
	return nil
}

func tooMany(until time.Time) error {
	at := until.UTC().Format(time.RFC3339)
	return ronda.Errorf(ronda.Limited, "limit.signin", "").With("at", at).With("until", at)
}

// right forgets the wrong tries at a thing.
func (s *Service) right(ctx context.Context, what, id string) error {
	return s.Guesses.ClearMisses(ctx, s.missKey(what, id))
}

// wrong counts a wrong try for the client and for all. The client's budget is wide: thousands of honest phones share an address.
func (s *Service) wrong(ctx context.Context, client string) error {
	n, err := s.Guesses.RecordMiss(ctx, "guess:all", s.now(), alarmWindow)
	if err != nil {
		return err
	}
	if n%alarmMisses == 0 && s.Log != nil {
		s.Log.WarnContext(ctx, "many wrong sign-ins", "misses", n, "minutes", int(alarmWindow.Minutes()))
	}
	return s.Throttle.Allow(ctx, "signin", "client:"+client, 1)
}

// hashing lets only so many passwords be hashed at once: each takes 19 MiB and a core for a while.
func (s *Service) hashing(ctx context.Context) (done func(), err error) {
	s.slotsOnce.Do(func() { s.slots = make(chan struct{}, 2*runtime.NumCPU()) })
	select {
	case s.slots <- struct{}{}:
		return func() { <-s.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
