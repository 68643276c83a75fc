package api

import (
	"context"
	"net/http"
	"time"

	"ronda"
)

// Outside takes the orders that platforms log. *response.Outside is the real one.
type Outside interface {
	Log(ctx context.Context, a ronda.Actor, in ronda.OutsideOrder) (ronda.OutsideOrder, error)
	Withdraw(ctx context.Context, a ronda.Actor, id, why string) (ronda.OutsideOrder, error)
	List(ctx context.Context, a ronda.Actor, after string, limit int) ([]ronda.OutsideOrder, error)
	Public(ctx context.Context, platform, after string, limit int) ([]ronda.OutsideOrder, error)
	Counts(ctx context.Context) ([]ronda.OutsideOrderCount, error)
}

// OutsideInput is an order that came by another way.
type OutsideInput struct {
	OwnID      string    `json:"own_id" minLength:"1" maxLength:"100" pattern:"^[a-zA-Z0-9._-]+$" example:"LEGAL-2024-0117" doc:"Your own number of it, used once: a repeat is refused with 409, so a repeated request does no harm."`
	ReceivedAt time.Time `json:"received_at" doc:"When you received it."`
	Authority  string    `json:"authority,omitempty" maxLength:"50" example:"komdigi" doc:"Who asked, if it is an authority of this election; else leave it out and name the body."`
	Body       string    `json:"body,omitempty" maxLength:"500" doc:"Another body's name. Sealed, not public."`
	Way        string    `json:"way" enum:"letter,email,portal,phone,chat,meeting,other" doc:"How it came. portal: another system of the state."`
	Ground     string    `json:"ground,omitempty" maxLength:"100" doc:"The rule that it cites, where this election's list has it."`
	Law        string    `json:"law,omitempty" maxLength:"500" doc:"What it cites, in its own words. Sealed."`
	Number     string    `json:"number,omitempty" maxLength:"500" doc:"Its letter number. Sealed."`
	Measure    string    `json:"measure" enum:"correction,label,reduce_reach,remove" doc:"What it asks for."`
	Addresses  []string  `json:"addresses,omitempty" maxItems:"500" doc:"The addresses that it names. Sealed: the log can be held to them, nobody can read them there."`
	Count      int       `json:"count,omitempty" minimum:"0" maximum:"1000000" doc:"How many addresses it names, where you do not list them."`
	Hours      int       `json:"hours,omitempty" minimum:"0" maximum:"8784" doc:"The time that it gives, in hours."`
	Outcome    string    `json:"outcome" enum:"pending,complied,partly,declined" doc:"What you did."`
	Note       string    `json:"note,omitempty" maxLength:"5000" doc:"Your remark. Sealed."`
}

// OutsideOrder is an order that a platform logged.
type OutsideOrder struct {
	ID         string    `json:"id" doc:"Its id; the log's entry carries it as ref."`
	OwnID      string    `json:"own_id,omitempty" doc:"The platform's own number; only shown to the platform."`
	Platform   string    `json:"platform" doc:"The platform that logged it."`
	LoggedAt   time.Time `json:"logged_at" doc:"When it was logged."`
	ReceivedAt time.Time `json:"received_at" doc:"When the platform received it."`
	Authority  string    `json:"authority,omitempty" doc:"Who asked, where it is an authority of this election."`
	Way        string    `json:"way" doc:"How it came."`
	Ground     string    `json:"ground,omitempty" doc:"The rule that it cites."`
	Measure    string    `json:"measure" doc:"What it asks for."`
	Count      int       `json:"count" doc:"How many addresses it names."`
	Hours      int       `json:"hours,omitempty" doc:"The time that it gives."`
	Outcome    string    `json:"outcome" doc:"What the platform did."`
	Withdrawn  time.Time `json:"withdrawn_at,omitzero" doc:"Logged by mistake, and taken back then."`
	Sandbox    bool      `json:"sandbox,omitempty" doc:"True for practice."`
}

func outsideOf(o ronda.OutsideOrder) OutsideOrder {
	return OutsideOrder{ID: o.ID, OwnID: o.OwnID, Platform: o.Platform, LoggedAt: o.At, ReceivedAt: o.ReceivedAt, Authority: o.Authority, Way: o.Way, Ground: o.Ground,
		Measure: string(o.Measure), Count: o.Count, Hours: o.Hours, Outcome: o.Outcome, Withdrawn: o.Withdrawn, Sandbox: o.Sandbox}
}

type outsideInput struct{ Body OutsideInput }

type outsideOutput struct {
	Status int
	Body   OutsideOrder
}

func (a *api) logOutside(ctx context.Context, c *caller, in *outsideInput) (*outsideOutput, error) {
	b := in.Body
	o, err := a.opt.Outside.Log(ctx, c.actor, ronda.OutsideOrder{OwnID: b.OwnID, ReceivedAt: b.ReceivedAt.UTC(), Authority: b.Authority, Body: b.Body, Way: b.Way, Ground: b.Ground,
		Law: b.Law, Number: b.Number, Measure: ronda.Measure(b.Measure), Addresses: b.Addresses, Count: b.Count, Hours: b.Hours, Outcome: b.Outcome, Note: b.Note})
	if err != nil {
		return nil, err
	}
	return &outsideOutput{Status: http.StatusCreated, Body: outsideOf(o)}, nil
}

// withdrawOutsideInput takes a logged order back.
type withdrawOutsideInput struct {
	ID   string `path:"id" maxLength:"100" doc:"The order's id."`
	Body struct {
		Reason string `json:"reason" maxLength:"2000" doc:"Why, in a sentence. Sealed."`
	}
}

func (a *api) withdrawOutside(ctx context.Context, c *caller, in *withdrawOutsideInput) (*outsideOutput, error) {
	o, err := a.opt.Outside.Withdraw(ctx, c.actor, in.ID, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &outsideOutput{Status: http.StatusOK, Body: outsideOf(o)}, nil
}

// OutsideList is a page of logged orders.
type OutsideList struct {
	Orders []OutsideOrder `json:"orders" doc:"Newest first."`
	Next   string         `json:"next_cursor,omitempty" doc:"For the next page; missing on the last one."`
}

type outsideListOutput struct{ Body OutsideList }

func outsideList(rows []ronda.OutsideOrder, limit int) *outsideListOutput {
	out := &outsideListOutput{Body: OutsideList{Orders: []OutsideOrder{}}}
	for _, o := range rows {
		out.Body.Orders = append(out.Body.Orders, outsideOf(o))
	}
	if len(rows) == limit {
		out.Body.Next = rows[len(rows)-1].ID
	}
	return out
}

func (a *api) ownOutside(ctx context.Context, c *caller, in *PageQuery) (*outsideListOutput, error) {
	rows, err := a.opt.Outside.List(ctx, c.actor, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return outsideList(rows, in.Limit), nil
}

// publicOutsideInput asks for what platforms logged.
type publicOutsideInput struct {
	PageQuery
	Platform string `query:"platform" maxLength:"50" doc:"Only this platform's."`
}

func (a *api) publicOutside(ctx context.Context, _ *caller, in *publicOutsideInput) (*outsideListOutput, error) {
	rows, err := a.opt.Outside.Public(ctx, in.Platform, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return outsideList(rows, in.Limit), nil
}

func (a *api) outsideRoutes() {
	base := spec{tag: "outside", token: true, liaison: true, sandbox: true, scope: ronda.LogOutside, errors: []int{404, 409}}
	log, own, back := base, base, base
	log.id, log.method, log.path, log.status, log.summary = "logOutsideOrder", http.MethodPost, "/outside-orders", http.StatusCreated, "Log an order received elsewhere"
	log.text = "Records an order or a request of a state body that reached you by a letter, a call, a chat or another system. It becomes an entry of the public log: who asked, when, for what, for how many addresses and what you did are open; names, numbers and addresses are sealed."
	add(a, log, a.logOutside)
	own.id, own.method, own.path, own.summary = "listOwnOutsideOrders", http.MethodGet, "/outside-orders", "What your platform logged"
	own.text = "The orders that your platform logged, newest first."
	own.errors = []int{422}
	add(a, own, a.ownOutside)
	back.id, back.method, back.path, back.summary = "withdrawOutsideOrder", http.MethodPost, "/outside-orders/{id}/withdrawal", "Take back what was logged by mistake"
	back.text = "The entry stays in the public log, with a correction behind it; the order is counted no more."
	add(a, back, a.withdrawOutside)
	add(a, spec{id: "listOutsideOrders", method: http.MethodGet, path: "/outside-log", tag: "open data", open: true, errors: []int{422}, summary: "Orders that went by outside of the hub",
		text: "What platforms logged of orders that they received by another way, newest first. Statements of reasons that cite the law without a notice of the hub are counted in `GET /statements/counts`."}, a.publicOutside)
}
