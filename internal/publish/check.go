package publish

import (
	"context"

	"ronda"
)

// SaveDraft keeps what is written so far. id "" makes a new draft; version is that which the writer saw, so that two editors cannot overwrite
// one another.
func (s *Service) SaveDraft(ctx context.Context, a ronda.Actor, id string, version int64, change func(*ronda.CheckDraft)) (ronda.CheckDraft, error) {
	env := s.Env()
	if err := ronda.Can(a, ronda.PublishCheck, ronda.Case{}, s.Pack); err != nil {
		return ronda.CheckDraft{}, err
	}
	d := ronda.CheckDraft{Org: a.Org, CreatedAt: env.Now}
	if id != "" {
		var err error
		if d, err = s.draft(ctx, a, id); err != nil {
			return d, err
		}
		if d.Version != version {
			return d, ronda.Errorf(ronda.Conflict, "draft.changed", "")
		}
	} else {
		d.ID = env.ID()
	}
	change(&d)
	d.By, d.UpdatedAt = a.Account, env.Now
	d.Version++
	return d, s.Checks.SaveCheckDraft(ctx, d)
}

// Draft is an open draft of the person's own organisation.
func (s *Service) Draft(ctx context.Context, a ronda.Actor, id string) (ronda.CheckDraft, error) {
	return s.draft(ctx, a, id)
}

func (s *Service) draft(ctx context.Context, a ronda.Actor, id string) (ronda.CheckDraft, error) {
	d, err := s.Checks.CheckDraft(ctx, id)
	if err != nil {
		return d, err
	}
	if a.Org == "" || d.Org != a.Org {
		return ronda.CheckDraft{}, ronda.Errorf(ronda.NotFound, "draft.not_found", "")
	}
	if d.Done != "" {
		return d, ronda.Errorf(ronda.Conflict, "draft.done", "")
	}
	return d, nil
}

// Publish makes a draft public: as a new check, or as the next version of the one that it corrects.
func (s *Service) Publish(ctx context.Context, a ronda.Actor, id string, version int64) (ronda.FactCheck, error) {
	d, err := s.draft(ctx, a, id)
	if err != nil {
		return ronda.FactCheck{}, err
	}
	if d.Version != version {
		return ronda.FactCheck{}, ronda.Errorf(ronda.Conflict, "draft.changed", "")
	}
	standing, err := s.Standing(ctx, a)
	if err != nil {
		return ronda.FactCheck{}, err
	}
	var old *ronda.FactCheck
	if d.Check != "" {
		f, err := s.Checks.FactCheck(ctx, d.Check)
		if err != nil {
			return f, err
		}
		if f.Version != d.CheckFrom {
			return f, ronda.Errorf(ronda.Conflict, "check.changed", "")
		}
		old = &f
	}
	env := s.Env()
	f, err := ronda.PublishFactCheck(old, a, standing.Mandate, d.Content, standing.Name, d.Note, env)
	if err != nil {
		return f, err
	}
	d.Done = f.ID
	d.Version++
	return f, s.saveCheck(ctx, a, f, d.CheckFrom, &d, env)
}

// Retract takes a check back. version is that which the person saw.
func (s *Service) Retract(ctx context.Context, a ronda.Actor, id string, version int, reason string) (ronda.FactCheck, error) {
	old, err := s.Checks.FactCheck(ctx, id)
	if err != nil {
		return old, err
	}
	if version != 0 && version != old.Version {
		return old, ronda.Errorf(ronda.Conflict, "check.changed", "")
	}
	outlet, err := s.Outlet(ctx, a)
	if err != nil {
		return old, err
	}
	env := s.Env()
	f, err := ronda.RetractFactCheck(old, a, outlet, reason, env)
	if err != nil {
		return f, err
	}
	return f, s.saveCheck(ctx, a, f, old.Version, nil, env)
}

// Outlet is the name under which a partner is accredited, "" for everybody else.
func (s *Service) Outlet(ctx context.Context, a ronda.Actor) (string, error) {
	if !a.Has(ronda.RolePartner) {
		return "", nil
	}
	standing, err := s.Standing(ctx, a)
	return standing.Name, err
}

func (s *Service) saveCheck(ctx context.Context, a ronda.Actor, f ronda.FactCheck, was int, d *ronda.CheckDraft, env ronda.Env) error {
	save := ronda.CheckSave{Check: f, Was: was, Event: env.ID(), By: a, Draft: d}
	var err error
	if save.Leaves, err = s.leaves(ronda.CheckActs(f, save.Event, a)); err != nil {
		return err
	}
	if f.Live() {
		args := map[string]string{"claim": f.ID}
		if d != nil && d.Case != "" {
			args["case"] = d.Case
		}
		save.Jobs = []ronda.Job{{Kind: JobAnswers, Key: JobAnswers + ":" + save.Event, RunAt: env.Now.Add(AnswersAfter), Args: args}}
	}
	return s.Checks.SaveFactCheck(ctx, save)
}
