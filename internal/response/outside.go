package response

import (
	"context"
	"fmt"

	"ronda"
)

// OutsideStore keeps the orders that platforms log.
type OutsideStore interface {
	SaveOutside(ctx context.Context, o ronda.OutsideOrder, leaves []ronda.Leaf) error
	OutsideOrder(ctx context.Context, id string) (ronda.OutsideOrder, error)
	Outside(ctx context.Context, platform string, sandbox bool, after string, limit int) ([]ronda.OutsideOrder, error)
	OutsideOrderCounts(ctx context.Context) ([]ronda.OutsideOrderCount, error)
}

// Outside takes the orders that a platform received by another way than through Ronda. Each one owes the public log an entry, written in the same
// transaction.
type Outside struct {
	Store OutsideStore
	Env   func() ronda.Env
	Leaf  func(ronda.LogAct) (ronda.Leaf, error)
}

// Log records an order. A platform uses each number of its own once.
func (s *Outside) Log(ctx context.Context, a ronda.Actor, in ronda.OutsideOrder) (ronda.OutsideOrder, error) {
	o, acts, err := ronda.NewOutside(in, a, s.Env())
	if err != nil {
		return o, err
	}
	return o, s.save(ctx, o, acts)
}

// Withdraw takes back an order that was logged by mistake.
func (s *Outside) Withdraw(ctx context.Context, a ronda.Actor, id, why string) (ronda.OutsideOrder, error) {
	o, err := s.Store.OutsideOrder(ctx, id)
	if err != nil {
		return o, err
	}
	o, acts, err := ronda.WithdrawOutside(o, why, a, s.Env())
	if err != nil {
		return ronda.OutsideOrder{}, err
	}
	return o, s.save(ctx, o, acts)
}

func (s *Outside) save(ctx context.Context, o ronda.OutsideOrder, acts []ronda.LogAct) error {
	var leaves []ronda.Leaf
	for _, act := range acts {
		leaf, err := s.Leaf(act)
		if err != nil {
			return fmt.Errorf("make log entry for %s: %w", act.Kind, err)
		}
		leaf.Notice = o.ID // so that the order's entries are found as an act's are
		leaves = append(leaves, leaf)
	}
	return s.Store.SaveOutside(ctx, o, leaves)
}

// List shows a platform what it logged, newest first.
func (s *Outside) List(ctx context.Context, a ronda.Actor, after string, limit int) ([]ronda.OutsideOrder, error) {
	if !a.Has(ronda.RoleLiaison) || a.Platform == "" {
		return nil, ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	return s.Store.Outside(ctx, a.Platform, a.Sandbox, after, limit)
}

// Public lists what all platforms logged as everyone may see it: no names, numbers, addresses or remarks.
func (s *Outside) Public(ctx context.Context, platform, after string, limit int) ([]ronda.OutsideOrder, error) {
	list, err := s.Store.Outside(ctx, platform, false, after, limit)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i] = list[i].Redacted()
	}
	return list, nil
}

// Counts counts what platforms logged, by platform and by who asked.
func (s *Outside) Counts(ctx context.Context) ([]ronda.OutsideOrderCount, error) {
	return s.Store.OutsideOrderCounts(ctx)
}
