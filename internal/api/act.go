package api

import (
	"context"
	"net/http"
	"time"

	"ronda"
)

// Act is an official act as everyone may see it: without addresses, names or free text.
type Act struct {
	ID         string         `json:"id" doc:"The act's id."`
	Act        string         `json:"act" enum:"flag,request,order" doc:"Which of the three legal acts."`
	State      string         `json:"state" enum:"unknown,sent,received,answered,accepted,rejected,withdrawn" doc:"Where it stands."`
	Platform   string         `json:"platform,omitempty" doc:"The recipient of a flag or an order."`
	Sender     Sender         `json:"sender" doc:"Who sent it."`
	Category   string         `json:"category" doc:"The problem: GET /categories."`
	Region     string         `json:"region" doc:"Where: GET /regions."`
	Measure    string         `json:"measure" doc:"What is asked for."`
	Ground     Ground         `json:"ground" doc:"The rule it rests on."`
	Urgent     bool           `json:"urgent" doc:"Four hours, with a named agency's determination."`
	Determined *Determination `json:"determination,omitempty" doc:"The determination, without its subject."`
	Addresses  int            `json:"addresses" doc:"How many addresses it names."`
	Answers    map[string]int `json:"answers" doc:"Addresses by what the platform answered; \"\" for no answer yet."`
	CreatedAt  time.Time      `json:"created_at" doc:"When it was decided."`
	SentAt     time.Time      `json:"sent_at,omitzero" doc:"When it was handed over."`
	ReceivedAt time.Time      `json:"received_at,omitzero" doc:"Proven receipt."`
	DueAt      time.Time      `json:"due_at,omitzero" doc:"When its clock ends."`
	AnsweredAt time.Time      `json:"answered_at,omitzero" doc:"When the last address was answered."`
	Overdue    bool           `json:"overdue" doc:"The clock ran out with an address unanswered."`
	Warnings   int            `json:"warnings" doc:"Warnings so far."`
	Blocking   time.Time      `json:"block_recommended_at,omitzero" doc:"When blocking was recommended; Ronda never carries it out."`
	Page       string         `json:"page" format:"uri" doc:"The act's page for people."`
}

// actsInput asks for acts.
type actsInput struct {
	PageQuery
	Act      string    `query:"act" enum:"flag,request,order" doc:"Only this act."`
	Platform string    `query:"platform" maxLength:"50" doc:"Only acts to this platform."`
	Region   string    `query:"region" maxLength:"20" doc:"Only acts of this region and what lies in it."`
	Category string    `query:"category" maxLength:"50" doc:"Only this problem."`
	Sender   string    `query:"sender" maxLength:"50" doc:"Only acts of this authority."`
	Overdue  bool      `query:"overdue" doc:"Only acts whose clock ran out."`
	Since    time.Time `query:"since" doc:"Only acts decided at this time or later (RFC 3339)."`
}

// actsOutput is a page of acts.
type actsOutput struct{ Body ActList }

// ActList is a page of acts.
type ActList struct {
	Acts  []Act  `json:"acts" doc:"Newest first."`
	Total int    `json:"total" doc:"All that fit the filter."`
	Next  string `json:"next_cursor,omitempty" doc:"For the next page; missing on the last one."`
}

func (a *api) acts(ctx context.Context, _ *caller, in *actsInput) (*actsOutput, error) {
	rows, total, err := a.opt.Notices.PublicList(ctx, ronda.NoticeFilter{Act: ronda.Act(in.Act), Platform: in.Platform, Region: in.Region, Category: in.Category,
		Org: in.Sender, Overdue: in.Overdue, Since: in.Since, After: in.Cursor, Size: in.Limit})
	if err != nil {
		return nil, err
	}
	out := ActList{Acts: []Act{}, Total: total}
	for _, r := range rows {
		out.Acts = append(out.Acts, a.actOf(r.Notice))
	}
	if len(rows) == in.Limit {
		out.Next = rows[len(rows)-1].Notice.ID
	}
	return &actsOutput{Body: out}, nil
}

// actOutput is an act.
type actOutput struct{ Body Act }

// ActPath names an act.
type ActPath struct {
	ID string `path:"id" maxLength:"100" doc:"The act's id."`
}

func (a *api) oneAct(ctx context.Context, _ *caller, in *ActPath) (*actOutput, error) {
	row, err := a.opt.Notices.Public(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &actOutput{Body: a.actOf(row.Notice)}, nil
}

func (a *api) actOf(n ronda.Notice) Act {
	out := Act{
		ID: n.ID, Act: string(n.Act), State: string(n.State), Platform: n.Platform,
		Sender:   Sender{Authority: n.Org, Office: a.opt.Pack.OfficeName(n.Office, a.opt.Pack.Languages[0], n.CreatedAt)},
		Category: n.Category, Region: n.Region, Measure: string(n.Measure), Ground: a.ground(n.Ground, n.RuleDate), Urgent: n.Urgent, Addresses: len(n.Items),
		Answers: map[string]int{}, CreatedAt: n.CreatedAt, SentAt: n.SentAt, ReceivedAt: n.ReceivedAt, DueAt: n.Deadline(), AnsweredAt: n.AnsweredAt,
		Overdue: n.Overdue || n.IsOverdue(a.opt.Now()), Warnings: len(n.Warnings), Blocking: n.BlockAdvised, Page: a.link("/data/tindakan/" + n.ID),
	}
	if d := n.Determination; d != nil {
		out.Determined = &Determination{Agency: d.Agency, Number: d.Number, Date: d.Date}
	}
	for _, it := range n.Items {
		out.Answers[string(it.Answer)]++
	}
	return out
}

func (a *api) actRoutes() {
	const tag = "open data"
	add(a, spec{id: "listActs", method: http.MethodGet, path: "/acts", tag: tag, open: true, errors: []int{422}, summary: "Official acts",
		text: "Every flag, request and order that was sent, redacted: what was asked on which rule, and what came of each address. The same acts stand in the public log at /log/checkpoint."}, a.acts)
	add(a, spec{id: "getAct", method: http.MethodGet, path: "/acts/{id}", tag: tag, open: true, errors: []int{404, 422}, summary: "One official act", text: "One act, redacted."}, a.oneAct)
}
