package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"ronda"
)

// Practice makes acts of practice. *notice.Practice is the real one.
type Practice interface {
	Ask(ctx context.Context, a ronda.Actor, in ronda.Practice) (ronda.Notice, error)
	Step(ctx context.Context, a ronda.Actor, id, step, text string) (ronda.Notice, error)
}

// Links understands addresses.
type Links interface {
	Parse(raw string) (ronda.ReportAddress, error)
}

// practiceInput asks for an act of practice.
type practiceInput struct {
	Body struct {
		Act       string   `json:"act" enum:"flag,order" doc:"Which act."`
		Urgent    bool     `json:"urgent,omitempty" doc:"An order with four hours instead of twenty-four."`
		Ground    string   `json:"ground,omitempty" maxLength:"100" doc:"A rule of the election, or policy:<platform>:<id>; left out, one that fits is chosen."`
		Addresses []string `json:"addresses,omitempty" maxItems:"200" doc:"Addresses of your own test content on your service; left out, made-up ones stand in that lead nowhere."`
		Count     int      `json:"count,omitempty" minimum:"0" maximum:"200" default:"3" doc:"How many made-up addresses."`
	}
}

// PracticeNotice names an act of practice that is on its way.
type PracticeNotice struct {
	ID      string `json:"id" doc:"The notice's id: GET /notices/{id} once it was sent."`
	Act     string `json:"act" doc:"Which act."`
	State   string `json:"state" doc:"queued at first; sent as soon as the channel took it."`
	Channel string `json:"channel" enum:"portal,webhook" doc:"By which channel it goes."`
	Items   int    `json:"addresses" doc:"How many addresses it names."`
	Overdue bool   `json:"overdue,omitempty" doc:"Its clock ran out."`
	Warned  int    `json:"warnings,omitempty" doc:"Warnings so far."`
	Self    string `json:"self" format:"uri" doc:"The notice in this API."`
	Sandbox bool   `json:"sandbox" doc:"Always true."`
}

type practiceOutput struct {
	Status int
	Body   PracticeNotice
}

func (a *api) practiceNotice(n ronda.Notice, status int) *practiceOutput {
	return &practiceOutput{Status: status, Body: PracticeNotice{ID: n.ID, Act: string(n.Act), State: string(n.State), Channel: n.Channel, Items: len(n.Items), Overdue: n.Overdue,
		Warned: len(n.Warnings), Self: a.link("/api/v1/notices/" + n.ID), Sandbox: true}}
}

func (a *api) askPractice(ctx context.Context, c *caller, in *practiceInput) (*practiceOutput, error) {
	items, err := a.practiceItems(c, in.Body.Addresses, in.Body.Count)
	if err != nil {
		return nil, err
	}
	t := a.printerFor(a.opt.Pack.Languages[0])
	n, err := a.opt.Practice.Ask(ctx, c.actor, ronda.Practice{Act: ronda.Act(in.Body.Act), Urgent: in.Body.Urgent, Ground: in.Body.Ground, Items: items,
		Title: t.T("practice.title"), Number: t.T("practice.number"), Explanation: t.T("practice.explanation"), Analysis: t.T("practice.analysis"), Necessity: t.T("practice.necessity")})
	if err != nil {
		return nil, err
	}
	return a.practiceNotice(n, http.StatusCreated), nil
}

// practiceItems understands the addresses that a platform gives, or makes some up that lead nowhere (RFC 2606).
func (a *api) practiceItems(c *caller, given []string, count int) ([]ronda.Item, error) {
	var out []ronda.Item
	for i, raw := range given {
		x, err := a.opt.Links.Parse(raw)
		if err != nil || x.Platform != c.actor.Platform {
			return nil, ronda.Errorf(ronda.Invalid, "notice.other_platform", fmt.Sprintf("body.addresses[%d]", i)).With("address", raw)
		}
		out = append(out, x.Item())
	}
	if len(out) > 0 {
		return out, nil
	}
	for i := range count {
		n := strconv.Itoa(i + 1)
		address := "https://" + c.actor.Platform + ".uji-coba.example/" + n
		out = append(out, ronda.Item{Platform: c.actor.Platform, Kind: "post", Address: address, Key: c.actor.Platform + ":practice:" + n, Domain: "uji-coba.example"})
	}
	return out, nil
}

// stepInput plays the authority's move.
type stepInput struct {
	NoticePath
	Body struct {
		Step string `json:"step" enum:"information,deadline,warning,withdrawal,resend" doc:"information: your question is answered and the clock runs again. deadline: the clock runs out now. warning: the next warning, once the clock ran out. withdrawal: the act is taken back. resend: a delivery that failed is tried again."`
	}
}

func (a *api) practiceStep(ctx context.Context, c *caller, in *stepInput) (*practiceOutput, error) {
	text := a.printerFor(a.opt.Pack.Languages[0]).T("practice.step." + in.Body.Step)
	n, err := a.opt.Practice.Step(ctx, c.actor, in.ID, in.Body.Step, text)
	if err != nil {
		return nil, err
	}
	return a.practiceNotice(n, http.StatusOK), nil
}

func (a *api) practiceRoutes() {
	base := spec{tag: "sandbox", token: true, liaison: true, practice: true, scope: ronda.AnswerNotice, errors: []int{404, 409}}
	ask, step := base, base
	ask.id, ask.method, ask.path, ask.status, ask.summary = "askPractice", http.MethodPost, "/sandbox/notices", http.StatusCreated, "Get an act of practice"
	ask.text = "Sends your platform a flag or an order that is made up, by the web hook for practice or to the inbox. From there on everything is as with a real one: receive, acknowledge, ask, answer, hand in the statement."
	add(a, ask, a.askPractice)
	step.id, step.method, step.path, step.summary = "stepPractice", http.MethodPost, "/sandbox/notices/{id}/steps", "Play the authority's next move"
	step.text = "Brings about what your platform cannot bring about by itself."
	add(a, step, a.practiceStep)
}
