package tipline

import (
	"context"
	"time"

	"ronda"
)

// Keeping is what the tidying needs of the store.
type Keeping interface {
	TidyTipline(ctx context.Context, keep ronda.TiplineKeep) ([]ronda.TiplineChat, error)
	SaveTiplineChat(ctx context.Context, c ronda.TiplineChat) error
	TiplineStuck(ctx context.Context, kindIn, kindOut string, limit int) (answer, send []string, err error)
}

// How long things are kept where the election's rules say nothing. Repeats are known for longer than an old message is taken.
const (
	keepRepeats = oldest + 3*24*time.Hour
	keepDrafts  = 24 * time.Hour
	tidyEvery   = time.Hour
)

// Tidy removes what has had its time, forgets drafts that nobody reported, and plans work again whose job was buried. It is a job that plans itself.
func (s *Service) Tidy(ctx context.Context, k Keeping) error {
	now := s.Now()
	keep := ronda.TiplineKeep{Repeats: now.Add(-keepRepeats), Drafts: now.Add(-keepDrafts), Chats: now.Add(-s.kept("conversation", 30)), Tickets: now.Add(-s.kept("contact", 90))}
	if end := s.electionEnd(); !end.IsZero() && now.After(end.Add(s.kept("subscription", 0))) {
		keep.Subscriptions = true
	}
	old, err := k.TidyTipline(ctx, keep)
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

// kept is how long a kind of data is kept by the election's rules.
func (s *Service) kept(kind string, days int) time.Duration {
	for _, r := range s.Talk.Pack.Retention {
		if r.Kind == kind {
			days = r.Days
		}
	}
	return time.Duration(days) * 24 * time.Hour
}

// electionEnd is the end of the last day of the calendar; zero where it is open.
func (s *Service) electionEnd() time.Time {
	var last time.Time
	for _, st := range s.Talk.Pack.Calendar {
		if end, err := time.ParseInLocation(time.DateOnly, st.End, s.Talk.Pack.Zone("")); err == nil && end.After(last) {
			last = end
		}
	}
	if last.IsZero() {
		return last
	}
	return last.AddDate(0, 0, 1)
}
