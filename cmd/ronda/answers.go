package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ronda"
	"ronda/internal/match"
	"ronda/internal/publish"
)

var errIndexing = errors.New("the match index is being built")

// findAnswers looks for the open cases that a check may answer, and tells their offices. Nobody is told of the same pair twice, and nothing
// happens to a case before its officer has confirmed it.
func (a *app) findAnswers(ctx context.Context, j ronda.Job) error {
	if !a.indexed.Load() {
		return errIndexing // tried again when the cases are there to be found
	}
	f, err := a.db.FactCheck(ctx, j.Args["claim"])
	if err != nil {
		return err
	}
	return a.suggestFor(ctx, f, j.Args["case"])
}

// suggestFor keeps the open cases that a check may answer as suggestions. named is the number of a case that the partner names, "" for none.
func (a *app) suggestFor(ctx context.Context, f ronda.FactCheck, named string) error {
	if !f.Live() {
		return nil
	}
	found := a.index.Search(ctx, match.Query{Text: strings.TrimSpace(f.Claim.In(a.pack.Languages[0]) + "\n" + f.Narration), Addresses: identities(a.links, f.Addresses), Kinds: []match.DocKind{match.Case}, Limit: 20})
	levels := map[string]string{}
	for _, h := range found.Hits {
		if h.Level != match.LevelNothing {
			levels[h.ID] = string(h.Level)
		}
	}
	if no := strings.ToUpper(strings.TrimSpace(named)); no != "" { // the partner names one
		if c, err := a.db.CaseByNumber(ctx, no); err == nil {
			levels[c.ID] = "partner"
		}
	}
	for id, level := range levels {
		c, err := a.db.Case(ctx, id)
		if err != nil {
			return fmt.Errorf("load case: %w", err)
		}
		if !c.Stage.Open() || c.Sandbox || c.Claim == f.ID {
			continue
		}
		s := ronda.Suggestion{Case: c.ID, Claim: f.ID, Office: c.Office, Region: c.Region, Level: level, At: a.cases.Env().Now}
		if err := a.db.SaveSuggestion(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// askBatch is how many checks one job looks for: some seconds of work, after which other jobs have their turn.
const askBatch = 100

// searchOwed is what a check owes that came in by a file or with the pack. One job waits for all of them, however many they are.
func searchOwed(now time.Time) ronda.Job {
	return ronda.Job{Kind: publish.JobAnswersMany, Key: publish.JobAnswersMany, RunAt: now.Add(publish.AnswersAfter), Args: map[string]string{}}
}

// findAnswersMany does findAnswers for the checks that came in together, some at a time. The marks go after the search: what a stop cuts off is
// done again, and tells nobody twice.
func (a *app) findAnswersMany(ctx context.Context, j ronda.Job) error {
	if !a.indexed.Load() {
		return errIndexing
	}
	checks, err := a.db.UnaskedClaims(ctx, askBatch)
	if err != nil {
		return err
	}
	var asked []string
	for _, f := range checks {
		if err := a.suggestFor(ctx, f, ""); err != nil {
			return err
		}
		asked = append(asked, f.ID)
	}
	if err := a.db.ClaimsAsked(ctx, asked...); err != nil || len(checks) < askBatch {
		return err
	}
	j.RunAt = a.now()
	return a.db.AddJobs(ctx, j)
}
