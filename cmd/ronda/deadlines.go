package main

import (
	"context"
	"fmt"
	"sort"

	"ronda"
	"ronda/internal/web"
)

// maxDeadlines bounds a calendar and a digest.
const maxDeadlines = 200

// deadlines lists what a person has to watch: a liaison the notices to their platform, an officer the notices of their office that wait for an
// answer and the cases that they hold or read, the nearest first.
func (a *app) deadlines(ctx context.Context, who ronda.Actor) ([]web.Deadline, error) {
	var out []web.Deadline
	var err error
	if who.Has(ronda.RoleLiaison) {
		out, err = a.liaisonDeadlines(ctx, who)
	} else {
		out, err = a.officerDeadlines(ctx, who)
	}
	if err != nil {
		return nil, err
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Due.Before(out[j].Due) })
	return out[:min(len(out), maxDeadlines)], nil
}

func (a *app) liaisonDeadlines(ctx context.Context, who ronda.Actor) ([]web.Deadline, error) {
	in, err := a.notices.Inbox(ctx, who, ronda.NoticeFilter{States: []ronda.NoticeState{ronda.NoticeReceived}, Oldest: true, Size: maxDeadlines})
	if err != nil {
		return nil, fmt.Errorf("list notices: %w", err)
	}
	var out []web.Deadline
	for _, r := range in.Rows {
		n := r.Notice
		if d := n.Deadline(); !d.IsZero() && n.Unanswered() > 0 && (!n.Paused() || !n.RunsAgain.IsZero()) {
			out = append(out, web.Deadline{ID: "notice-" + n.ID, Due: d, Region: n.Region, Act: n.Act, Number: n.Number, Path: "/penghubung/pemberitahuan/" + n.ID})
		}
	}
	return out, nil
}

func (a *app) officerDeadlines(ctx context.Context, who ronda.Actor) ([]web.Deadline, error) {
	var out []web.Deadline
	seen := map[string]bool{}
	for _, f := range []ronda.QueueFilter{{Holder: who.Account, Open: true, Size: maxDeadlines}, {Reader: who.Account, Open: true, Size: maxDeadlines}} {
		view, err := a.cases.Queue(ctx, who, f)
		if err != nil {
			return nil, fmt.Errorf("list cases: %w", err)
		}
		for _, r := range view.Page.Rows {
			if !r.DueAt.IsZero() && !seen[r.ID] {
				seen[r.ID] = true
				out = append(out, web.Deadline{ID: "case-" + r.ID, Due: r.DueAt, Region: r.Region, Number: r.Number, Path: "/kerja/kasus/" + r.Number})
			}
		}
	}
	return out, nil
}
