package api

import (
	"context"
	"net/http"

	"ronda"
	"ronda/internal/notice"
)

// Tally is what came of a number of acts.
type Tally struct {
	Notices    int `json:"notices" doc:"Acts received."`
	Addresses  int `json:"addresses" doc:"Addresses in them."`
	Clocked    int `json:"with_deadline" doc:"Acts with a deadline. A flag has none."`
	InTime     int `json:"in_time" doc:"Of those, answered in full before it."`
	Late       int `json:"late" doc:"Of those, answered after it or still open behind it."`
	Unanswered int `json:"unanswered" doc:"Acts with an address that has no final answer."`
}

// GroundTally is a tally of the acts on one ground.
type GroundTally struct {
	Ground Ground `json:"ground" doc:"The rule."`
	Tally
}

// OutcomeTally is how many addresses got one answer.
type OutcomeTally struct {
	Answer    string `json:"answer" enum:"removed,restricted,labelled,reach_reduced,account_action,declined,needs_information,restored,none" doc:"The last answer; none: not answered yet."`
	Addresses int    `json:"addresses" doc:"How many."`
}

// AppealTally counts objections against acts to the platform.
type AppealTally struct {
	Open       int `json:"open" doc:"Not decided."`
	Upheld     int `json:"upheld" doc:"The act stands."`
	Overturned int `json:"overturned" doc:"The act was wrong."`
	Own        int `json:"own" doc:"Of all of them, filed by the platform itself."`
}

// Performance is a platform's own record.
type Performance struct {
	Platform string         `json:"platform" doc:"The platform's id."`
	All      Tally          `json:"all" doc:"Over all grounds."`
	Grounds  []GroundTally  `json:"grounds" doc:"By ground, most acts first."`
	Outcomes []OutcomeTally `json:"outcomes" doc:"By answer."`
	Answered int            `json:"answered" doc:"Acts answered in full."`
	Median   int64          `json:"median_seconds" doc:"Median of the time from receipt to the last answer; 0 where nothing was answered."`
	Appeals  *AppealTally   `json:"appeals,omitempty" doc:"Objections against these acts."`
	Sandbox  bool           `json:"sandbox,omitempty" doc:"True where acts of practice were counted, and nothing else."`
}

type performanceOutput struct{ Body Performance }

func (a *api) performance(ctx context.Context, c *caller, _ *struct{}) (*performanceOutput, error) {
	p, err := a.opt.Notices.Performance(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	out := Performance{Platform: c.actor.Platform, All: tallyOf(p.All), Grounds: []GroundTally{}, Outcomes: []OutcomeTally{}, Answered: p.Answered,
		Median: int64(p.Median.Seconds()), Sandbox: c.actor.Sandbox}
	for _, g := range p.Grounds {
		out.Grounds = append(out.Grounds, GroundTally{a.ground(g.Ground, g.RuleDate), tallyOf(g.Tally)})
	}
	for _, x := range append(ronda.Answers(), "") {
		if n := p.Outcomes[x]; n > 0 && x == "" {
			out.Outcomes = append(out.Outcomes, OutcomeTally{"none", n})
		} else if n > 0 {
			out.Outcomes = append(out.Outcomes, OutcomeTally{string(x), n})
		}
	}
	if a.opt.Appeals != nil && !c.actor.Sandbox { // nobody objects to practice
		n, err := a.opt.Appeals.Tally(ctx, c.actor)
		if err != nil {
			return nil, err
		}
		out.Appeals = &AppealTally{n.Open, n.Upheld, n.Overturned, n.Own}
	}
	return &performanceOutput{out}, nil
}

func tallyOf(t notice.Tally) Tally {
	return Tally{t.Notices, t.Addresses, t.Clocked, t.InTime, t.Late, t.Waits}
}

func (a *api) performanceRoutes() {
	add(a, spec{id: "getPerformance", method: http.MethodGet, path: "/performance", tag: "notices", token: true, liaison: true, sandbox: true, scope: ronda.AnswerNotice,
		summary: "The platform's own record",
		text:    "Answered in time, by ground and by outcome, and objections: the same figures as on the page /penghubung/kinerja."}, a.performance)
}
