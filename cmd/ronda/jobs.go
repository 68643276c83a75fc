package main

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"ronda"
	"ronda/internal/appeal"
	"ronda/internal/campaign"
	"ronda/internal/casework"
	"ronda/internal/job"
	"ronda/internal/partner"
	"ronda/internal/research"
)

// handlers are the jobs that this server carries out. A handler may run more than once for a job: each of them leads to the same end.
func (a *app) handlers() map[string]job.Handler {
	all := map[string]job.Handler{
		casework.JobSend: func(ctx context.Context, j ronda.Job) error { return a.notices.Send(ctx, j.Args["notice"]) },
		casework.JobTick: func(ctx context.Context, j ronda.Job) error {
			return a.notices.Tick(ctx, j.Args["case"], j.Args["notice"])
		},
		casework.JobRemind: func(ctx context.Context, j ronda.Job) error {
			return a.notices.Remind(ctx, j.Args["case"], j.Args["notice"])
		},
		casework.JobDraw:     a.drawReader,
		casework.JobNews:     a.tellReporters,
		casework.JobQuestion: a.askReporters,
		campaign.JobLook:     a.lookAtAccount,
		casework.JobRecheck:  a.recheck,
		casework.JobAddItems: a.addReported,
		"case.add_more":      a.addMore,
		appeal.JobDraw:       func(ctx context.Context, j ronda.Job) error { return a.appeals.Redraw(ctx, j.Args["appeal"]) },
	}
	all[partner.JobTick] = func(ctx context.Context, j ronda.Job) error { return a.partners.Tick(ctx, j.Args["partner"]) }
	all[research.JobEnd] = func(ctx context.Context, j ronda.Job) error { return a.research.Over(ctx, j.Args["project"]) }
	all["case.prioritise"] = a.prioritise
	a.tiplineJobs(all)
	maps.Copy(all, a.spread.handlers())
	maps.Copy(all, a.keepingJobs())
	if a.digests != nil {
		all[jobDigestDay], all[jobDigestMail] = a.digests.plan, a.digests.send
	}
	return all
}

// drawReader tries again to find a reader for a case that waits for one. As long as there is nobody, the job fails and runs again later; in the end
// it is a dead letter that an operator sees.
func (a *app) drawReader(ctx context.Context, j ronda.Job) error {
	c, err := a.db.Case(ctx, j.Args["case"])
	if err != nil || c.NeedsReader() == "" {
		return err
	}
	_, err = a.cases.Draw(ctx, c.ID)
	return err
}

// tellReporters puts news on the tickets of a case. The text is a key; what a reporter reads never names a colleague or a reader's view.
func (a *app) tellReporters(ctx context.Context, j ronda.Job) error {
	env := a.cases.Env()
	_, err := a.db.NewsForReports(ctx, j.Args["case"], ronda.Message{ID: j.Args["event"], At: env.Now, From: "hub", Kind: "news", Text: j.Args["text"]})
	return err
}

// askReporters puts a question on the tickets of a case.
func (a *app) askReporters(ctx context.Context, j ronda.Job) error {
	c, err := a.db.Case(ctx, j.Args["case"])
	if err != nil {
		return err
	}
	for _, q := range c.Questions {
		if q.ID == j.Args["question"] {
			_, err = a.db.NewsForReports(ctx, c.ID, ronda.Message{ID: q.ID, At: q.At, From: "hub", Kind: "question", Question: q.ID, Text: q.Text})
			return err
		}
	}
	return nil
}

// addReported adds a report's addresses and files to the case that it joined. The case may have ended meanwhile: then they stay with the report.
func (a *app) addReported(ctx context.Context, j ronda.Job) error {
	r, err := a.db.Report(ctx, j.Args["report"])
	if err != nil || !r.ErasedAt.IsZero() {
		return err
	}
	var items []ronda.Item
	for _, x := range r.Addresses {
		items = append(items, x.Item())
	}
	return a.addTo(ctx, r.Case, items, r.Files)
}

// addMore adds what a reporter sent later.
func (a *app) addMore(ctx context.Context, j ronda.Job) error {
	r, err := a.db.Report(ctx, j.Args["report"])
	if err != nil || !r.ErasedAt.IsZero() {
		return err
	}
	messages, err := a.db.Messages(ctx, r.ID)
	if err != nil {
		return err
	}
	var files []ronda.Evidence
	for _, m := range messages {
		if m.ID == j.Args["message"] {
			files = m.Files
		}
	}
	var items []ronda.Item
	for name, raw := range j.Args {
		if !strings.HasPrefix(name, "link") {
			continue
		}
		if l, err := a.links.Parse(raw); err == nil {
			items = append(items, addressOf(l).Item())
		}
	}
	return a.addTo(ctx, r.Case, items, files)
}

// addTo adds what is not there yet to a case.
func (a *app) addTo(ctx context.Context, caseID string, items []ronda.Item, files []ronda.Evidence) error {
	c, err := a.db.Case(ctx, caseID)
	if err != nil {
		return fmt.Errorf("load case: %w", err)
	}
	var newItems []ronda.Item
	for _, it := range items {
		known := false
		for _, have := range c.Items {
			known = known || have.Key == it.Key
		}
		if !known {
			newItems = append(newItems, it)
		}
	}
	var newFiles []ronda.Evidence
	for _, f := range files {
		if _, ok := c.EvidenceByID(f.ID); !ok {
			newFiles = append(newFiles, f)
		}
	}
	if len(newItems) > 0 {
		if _, err := a.cases.Do(ctx, ronda.System(), c.ID, 0, ronda.AddItems{Items: newItems}); err != nil && ronda.KindOf(err) != ronda.Conflict {
			return err
		}
	}
	if len(newFiles) > 0 {
		if _, err := a.cases.Do(ctx, ronda.System(), c.ID, 0, ronda.AddEvidence{Evidence: newFiles}); err != nil && ronda.KindOf(err) != ronda.Conflict {
			return err
		}
	}
	return nil
}
