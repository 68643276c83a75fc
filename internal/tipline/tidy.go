package tipline

import (
	"context"
	"time"

	"ronda"
)

// Keeping is what the tidying needs of the store.
type Keeping interface {
	TidyTipline(ctx context.Context, repeats, drafts time.Time) ([]ronda.TiplineChat, error)
	SaveTiplineChat(ctx context.Context, c ronda.TiplineChat) error
	TiplineStuck(ctx context.Context, kindIn, kindOut string, limit int) (answer, send []string, err error)
}

// How long what is left of an answered message is known, which is longer than a repeat is taken, and how long a message waits to be reported. All else goes
// in the daily run, by the election's rules.
const (
	keepRepeats = oldest + 3*24*time.Hour
	keepDrafts  = 24 * time.Hour
	tidyEvery   = time.Hour
)

// Tidy forgets repeats and drafts that nobody reported, and plans work again whose job was buried. It is a job that plans itself.
func (s *Service) Tidy(ctx context.Context, k Keeping) error {
	now := s.Now()
	old, err := k.TidyTipline(ctx, now.Add(-keepRepeats), now.Add(-keepDrafts))
	if err != nil {
		return err
	}
	for _, c := range old {
		b, err := s.stateOf(ctx, c).rest().encode()
		if err != nil {
			return err
		}
		if c.State, err = s.Keys.Seal("tipline.state:"+c.ID, b); err != nil {
			return err
		}
		c.Draft = false
		if err := k.SaveTiplineChat(ctx, c); err != nil && ronda.CodeOf(err) != "tipline.answered" {
			return err
		}
	}
	answer, send, err := k.TiplineStuck(ctx, JobTurn, JobSend, 500)
	if err != nil {
		return err
	}
	var jobs []ronda.Job
	for _, chat := range answer {
		jobs = append(jobs, ronda.Job{Kind: JobTurn, Key: chat, RunAt: now, Args: map[string]string{"chat": chat}})
	}
	for _, chat := range send {
		jobs = append(jobs, s.sendJob(chat, now))
	}
	return s.Outbox.AddJobs(ctx, append(jobs, s.TidyJob(now.Add(tidyEvery)))...)
}

// TidyJob is the next tidying.
func (s *Service) TidyJob(at time.Time) ronda.Job {
	return ronda.Job{Kind: JobTidy, Key: JobTidy, RunAt: at}
}
