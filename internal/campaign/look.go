package campaign

import (
	"context"
	"time"

	"ronda"
)

// JobLook is the job that looks at one registered account in a time in which it should be off.
const JobLook = "campaign.look"

// Due lists the jobs of looks that a contest's local day owes: one for each registered account, once a day, while a rule says that accounts are off.
func (s *Service) Due(ctx context.Context, now time.Time) ([]ronda.Job, error) {
	sums, err := s.Store.RegisterSummaries(ctx)
	if err != nil {
		return nil, err
	}
	var out []ronda.Job
	for _, sum := range sums {
		c, ok := s.Pack.Contest(sum.Contest)
		if !ok || sum.Accounts == 0 || len(s.looked(c, now)) == 0 {
			continue
		}
		r, err := s.Store.Register(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		day := s.Pack.LocalDay(now, c.Region)
		for _, a := range r.Accounts {
			if a.Registered() && (a.LookAt.IsZero() || s.Pack.LocalDay(a.LookAt, c.Region) != day) {
				out = append(out, ronda.Job{Kind: JobLook, Key: JobLook + ":" + c.ID + ":" + a.ID + ":" + day, RunAt: now, Args: map[string]string{"contest": c.ID, "account": a.ID}})
			}
		}
	}
	return out, nil
}

// looked are the rules that make Ronda look at accounts at a time: those of a stage in which they are to be off, not those of the time before
// the campaign, when an account may exist in silence.
func (s *Service) looked(c ronda.Contest, now time.Time) []ronda.CampaignRule {
	var out []ronda.CampaignRule
	for _, r := range s.Pack.CampaignRulesAt(ronda.CampaignSubject{Kind: ronda.SubjectAccount, Region: c.Region}, now) {
		if r.When == "inside" {
			out = append(out, r)
		}
	}
	return out
}

// Look fetches an account's page and writes down what it shows, judged as answers of platforms are re-checked. An account that is no longer
// registered, or may be active again, is left alone.
func (s *Service) Look(ctx context.Context, contest, account string, judge func(ctx context.Context, it ronda.Item) ronda.RecheckResult) error {
	c, ok := s.Pack.Contest(contest)
	if !ok {
		return ronda.Errorf(ronda.NotFound, "campaign.contest_unknown", "contest")
	}
	r, err := s.Store.Register(ctx, contest)
	if err != nil {
		return err
	}
	a, ok := r.Account(account)
	if !ok || !a.Registered() || len(s.looked(c, s.Now())) == 0 {
		return nil
	}
	result := judge(ctx, ronda.Item{Platform: a.Platform, Kind: "profile", Address: a.Address, Key: a.Key})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	_, err = s.Do(ctx, ronda.System(), contest, ronda.RecordLook{Account: account, Result: result})
	return err
}
