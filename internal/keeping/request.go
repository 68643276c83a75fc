package keeping

import (
	"context"
	"fmt"
	"strings"

	"ronda"
)

// JobPurge cleans the database's own files after an erasure that somebody waited for.
const JobPurge = "keeping.purge"

// JobCarryOut erases what two people have granted.
const JobCarryOut = "keeping.carry_out"

// Ask enters a request by a ticket's code, an act's code or an account's id. The answer tells nothing of a case, so whoever knows no more than a code
// learns no more than that it exists.
func (s *Service) Ask(ctx context.Context, a ronda.Actor, code, reason string) (ronda.ErasureRequest, error) {
	return s.ask(ctx, a, a.Account, code, reason)
}

// AskAtMachine is Ask for a person at the operator's machine, who could read the database anyway and still decides nothing alone.
func (s *Service) AskAtMachine(ctx context.Context, code, reason string) (ronda.ErasureRequest, error) {
	return s.ask(ctx, ronda.System(), ronda.AskedByOperator, code, reason)
}

func (s *Service) ask(ctx context.Context, a ronda.Actor, by, code, reason string) (ronda.ErasureRequest, error) {
	if err := s.Throttle.Allow(ctx, "code", "account:"+by, 0); err != nil {
		return ronda.ErasureRequest{}, err
	}
	scope, ref, c, err := s.find(ctx, code)
	if ronda.KindOf(err) == ronda.NotFound {
		if err := s.Throttle.Allow(ctx, "code", "account:"+by, 1); err != nil {
			return ronda.ErasureRequest{}, err
		}
		return ronda.ErasureRequest{}, ronda.Errorf(ronda.NotFound, "erasure.unknown_code", "code")
	}
	if err != nil {
		return ronda.ErasureRequest{}, err
	}
	if !a.Is(ronda.RoleSystem) {
		if err := ronda.Can(a, ronda.AskErasure, c, s.Pack); err != nil {
			return ronda.ErasureRequest{}, err
		}
	}
	r, err := ronda.NewErasureRequest(scope, ref, c, reason, by, s.Cases.Env())
	if err != nil {
		return r, err
	}
	return r, s.Requests.SaveErasureRequest(ctx, r)
}

// find says what a code means.
func (s *Service) find(ctx context.Context, typed string) (scope ronda.ErasureScope, ref string, c ronda.Case, err error) {
	if code, ok := ronda.ParseCode(typed, ronda.CodeLength); ok {
		r, err := s.Requests.ReportByCode(ctx, code)
		if err != nil {
			return "", "", c, err
		}
		c, err = s.Requests.Case(ctx, r.Case)
		return ronda.EraseOfReport, r.ID, c, err
	}
	if code, ok := ronda.ParseCode(typed, ronda.NoticeCodeLength); ok {
		n, err := s.Requests.NoticeByCode(ctx, code)
		if err != nil {
			return "", "", c, err
		}
		c, err = s.Requests.Case(ctx, n.Case)
		return ronda.EraseOfCase, c.ID, c, err
	}
	acc, err := s.Requests.Account(ctx, strings.TrimSpace(typed))
	return ronda.EraseOfAccount, acc.ID, c, err
}

// Withdraw takes a reporter's contact away at once: it is theirs. With all it also asks for the report and its files to be erased, which two people of
// the office decide. Wrong codes are limited like those of tickets.
func (s *Service) Withdraw(ctx context.Context, typed, sender string, all bool) error {
	code, ok := ronda.ParseCode(typed, ronda.CodeLength)
	if !ok {
		return ronda.Errorf(ronda.Invalid, "ticket.code_form", "code")
	}
	if err := s.Throttle.Allow(ctx, "code", sender, 0); err != nil {
		return err
	}
	r, err := s.Requests.ReportByCode(ctx, code)
	if ronda.KindOf(err) == ronda.NotFound {
		if err := s.Throttle.Allow(ctx, "code", sender, 1); err != nil {
			return err
		}
		return ronda.Errorf(ronda.NotFound, "ticket.not_found", "code")
	}
	if err != nil {
		return fmt.Errorf("find ticket: %w", err)
	}
	if err := s.Throttle.Allow(ctx, "more", sender, 1); err != nil {
		return err
	}
	if r.Contact != nil || r.Sender != "" {
		cmd := ronda.EraseData{Report: r.ID, Kinds: []ronda.RetentionKind{ronda.KeepContact}, Cause: ronda.ErasedByReporter}
		if _, err := s.erase(ctx, r.Case, cmd); err != nil {
			return err
		}
		// What is left of it in the database's own files goes a moment later: a backup that reads may keep that waiting, and nobody should wait with it.
		if err := s.Store.AddJobs(ctx, ronda.Job{Kind: JobPurge, Key: JobPurge, RunAt: s.Cases.Env().Now}); err != nil {
			return err
		}
	}
	if !all || !r.ErasedAt.IsZero() {
		return nil
	}
	c, err := s.Requests.Case(ctx, r.Case)
	if err != nil {
		return fmt.Errorf("load case of ticket: %w", err)
	}
	q, err := ronda.NewErasureRequest(ronda.EraseOfReport, r.ID, c, "", ronda.AskedByReporter, s.Cases.Env())
	if err != nil {
		return err
	}
	if err := s.Requests.SaveErasureRequest(ctx, q); err != nil && ronda.CodeOf(err) != "erasure.asked" {
		return err
	}
	return nil
}

// Purge brings what was erased out of the database's own files, and drops what is derived from it.
func (s *Service) Purge(ctx context.Context) error { return s.clean(ctx, nil) }

// Pending is a request with what the person who reads it may do.
type Pending struct {
	ronda.ErasureRequest
	Stage ronda.CaseStage
	Held  bool
	Can   bool // this person may grant or refuse it
}

// Open lists the open requests that a person may decide, or has entered.
func (s *Service) Open(ctx context.Context, a ronda.Actor) ([]Pending, error) {
	all, err := s.Requests.ErasureRequests(ctx, ronda.RequestOpen, 500)
	if err != nil {
		return nil, err
	}
	env := s.Cases.Env()
	var out []Pending
	for _, r := range all {
		p := Pending{ErasureRequest: r}
		action, c := ronda.ManageAccount, ronda.Case{}
		if r.Scope != ronda.EraseOfAccount {
			action = ronda.DecideErasure
			if c, err = s.Requests.Case(ctx, r.Case); err != nil {
				return nil, fmt.Errorf("load case of request: %w", err)
			}
			p.Stage, p.Held = c.Stage, c.Held(env.Now)
		}
		mandate := ronda.Can(a, action, c, s.Pack) == nil
		if !mandate && r.AskedBy != a.Account {
			continue
		}
		if !mandate {
			p.Case, p.Number, p.Stage = "", "", "" // an administrator sees no case
		}
		_, err := ronda.DecideRequest(r, c, a, true, "", env)
		p.Can = mandate && ronda.KindOf(err) != ronda.Forbidden
		out = append(out, p)
	}
	return out, nil
}

// Decide is one person's word on a request. Once two have granted it, a job carries it out.
func (s *Service) Decide(ctx context.Context, a ronda.Actor, id string, grant bool, why string) (ronda.ErasureRequest, error) {
	r, err := s.Requests.ErasureRequest(ctx, id)
	if err != nil {
		return r, err
	}
	var c ronda.Case
	if r.Scope != ronda.EraseOfAccount {
		if c, err = s.Requests.Case(ctx, r.Case); err != nil {
			return r, fmt.Errorf("load case of request: %w", err)
		}
	}
	env := s.Cases.Env()
	next, err := ronda.DecideRequest(r, c, a, grant, why, env)
	if err != nil {
		return r, err
	}
	var jobs []ronda.Job
	if next.State == ronda.RequestGranted {
		jobs = append(jobs, ronda.Job{Kind: JobCarryOut, Key: JobCarryOut + ":" + r.ID, RunAt: env.Now, Args: map[string]string{"request": r.ID}})
	}
	return next, s.Requests.SaveErasureRequest(ctx, next, jobs...)
}

// CarryOut erases what a granted request names. Erasing again is no error.
func (s *Service) CarryOut(ctx context.Context, id string) error {
	r, err := s.Requests.ErasureRequest(ctx, id)
	if err != nil || r.State != ronda.RequestGranted {
		return err
	}
	if r.Scope == ronda.EraseOfAccount {
		return s.EraseAccount(ctx, r.Ref, r.GrantedBy)
	}
	cmd := ronda.EraseData{Kinds: r.Kinds, Cause: ronda.ErasedOnRequest, By: r.GrantedBy}
	caseID := r.Case
	if r.Scope == ronda.EraseOfReport {
		cmd.Report = r.Ref
		// The report may have moved since, in a merge or a split.
		if now, err := s.Requests.Report(ctx, r.Ref); err == nil {
			caseID = now.Case
		}
	}
	return s.Erase(ctx, caseID, cmd)
}
