package main

import (
	"context"
	"fmt"

	"ronda"
	"ronda/internal/demo"
	"ronda/internal/research"
)

// saveDemoResearch saves the research projects of the demonstration, each command at its own time.
func (a *app) saveDemoResearch(ctx context.Context, all []demo.PlannedResearch) error {
	s := *a.research
	for _, x := range all {
		at := x.At
		s.Env = func() ronda.Env {
			env := a.cases.Env()
			env.Now = at
			return env
		}
		p, err := s.Ask(ctx, research.Request{Institution: x.Institution, Title: x.Title, Purpose: x.Purpose, Funding: x.Funding, Data: x.Data, Months: x.Months,
			Contact: ronda.ContactPerson{Name: x.Contact, Mail: x.Mail}, Sender: "demo"})
		if err != nil {
			return fmt.Errorf("save research project: %w", err)
		}
		for _, v := range x.Votes {
			at = v.At
			if _, err := s.Do(ctx, v.By, p.ID, ronda.DecideResearchProject{Yes: true, Reasons: v.Reasons}); err != nil {
				return fmt.Errorf("vote on research project: %w", err)
			}
		}
	}
	return nil
}
