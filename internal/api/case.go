package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"ronda"
	"ronda/internal/casework"
)

// casesInput asks for cases. The account's mandate bounds the list; the filter can only narrow it.
type casesInput struct {
	Page     int      `query:"page" minimum:"1" default:"1" doc:"The page."`
	Limit    int      `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Rows of a page."`
	Stage    []string `query:"stage" enum:"new,triage,assessment,second_review,third_review,decided,notified,awaiting_response,acted,declined,no_action,referred,closed,merged" doc:"Only these stages, separated by commas."`
	Open     bool     `query:"open" doc:"Only stages in which somebody still has to do something."`
	Area     string   `query:"area" maxLength:"20" doc:"A region with everything in it."`
	Category string   `query:"category" maxLength:"50" doc:"Only this problem."`
	Platform string   `query:"platform" maxLength:"50" doc:"Only cases with an address on this platform."`
	Urgency  int      `query:"urgency" minimum:"1" maximum:"5" doc:"At least this urgency."`
	Overdue  bool     `query:"overdue" doc:"Only cases past their deadline."`
	Mine     bool     `query:"mine" doc:"Only cases that the account holds."`
	ToRead   bool     `query:"to_read" doc:"Only cases that the account was drawn to read; these may lie outside of its region."`
	Text     string   `query:"q" maxLength:"200" doc:"Words of title or number."`
	Sort     string   `query:"sort" enum:"deadline,newest,urgency,reports" default:"deadline" doc:"The order."`
}

// casesOutput is a page of cases.
type casesOutput struct {
	Body struct {
		Cases []CaseRow `json:"cases" doc:"The cases of the page."`
		Total int       `json:"total" doc:"All that fit the filter."`
		Pages int       `json:"pages" doc:"How many pages there are."`
	}
}

// CaseRow is one case of a list.
type CaseRow struct {
	ID        string    `json:"id" doc:"The case's id."`
	Number    string    `json:"number" example:"K-2024-7K3M9Q" doc:"Its number for people."`
	Version   int64     `json:"version" doc:"Rises with each change."`
	Title     string    `json:"title" doc:"One neutral sentence; empty for observers."`
	Category  string    `json:"category"`
	Region    string    `json:"region"`
	Contest   string    `json:"contest,omitempty"`
	Urgency   int       `json:"urgency" doc:"1 to 5."`
	Stage     string    `json:"stage"`
	Office    string    `json:"office" doc:"The office that holds it."`
	Platforms []string  `json:"platforms"`
	Addresses int       `json:"addresses"`
	Reports   *int      `json:"reports,omitempty" doc:"How many people reported; missing where the account may become a blind reader."`
	OpenedAt  time.Time `json:"opened_at"`
	UpdatedAt time.Time `json:"updated_at"`
	DueAt     time.Time `json:"due_at,omitzero"`
	Mine      bool      `json:"mine" doc:"The account holds it."`
}

func (a *api) cases(ctx context.Context, c *caller, in *casesInput) (*casesOutput, error) {
	f := ronda.QueueFilter{Page: in.Page, Size: in.Limit, Open: in.Open, Area: in.Area, Category: in.Category, Platform: in.Platform, Urgency: in.Urgency,
		Overdue: in.Overdue, Text: in.Text, Sort: in.Sort, Surge: ronda.SurgeAlso}
	for _, s := range in.Stage {
		f.Stages = append(f.Stages, ronda.CaseStage(s))
	}
	if in.Mine {
		f.Holder = c.actor.Account
	}
	if in.ToRead {
		f.Reader = c.actor.Account
	}
	q, err := a.opt.Casework.Queue(ctx, c.actor, f)
	if err != nil {
		return nil, err
	}
	out := &casesOutput{}
	out.Body.Cases, out.Body.Total, out.Body.Pages = []CaseRow{}, q.Page.Total, q.Page.Pages
	for _, r := range q.Page.Rows {
		row := CaseRow{ID: r.ID, Number: r.Number, Version: r.Version, Title: r.Title, Category: r.Category, Region: r.Region, Contest: r.Contest, Urgency: r.Urgency,
			Stage: string(r.Stage), Office: r.Office, Platforms: list(r.Platforms), Addresses: r.Items, OpenedAt: r.OpenedAt, UpdatedAt: r.UpdatedAt, DueAt: r.DueAt,
			Mine: r.Holder != "" && r.Holder == c.actor.Account}
		if r.Reports >= 0 {
			row.Reports = &r.Reports
		}
		out.Body.Cases = append(out.Body.Cases, row)
	}
	return out, nil
}

// Case is a case as the account may see it.
type Case struct {
	ID          string       `json:"id"`
	Number      string       `json:"number"`
	Version     int64        `json:"version"`
	Sight       string       `json:"sight" enum:"masked,blind,full" doc:"How much is shown: masked without text, addresses and names; blind without what others concluded; full."`
	Title       string       `json:"title,omitempty"`
	Category    string       `json:"category"`
	Region      string       `json:"region"`
	Contest     string       `json:"contest,omitempty"`
	Urgency     int          `json:"urgency"`
	Stage       string       `json:"stage"`
	Office      string       `json:"office"`
	OpenedAt    time.Time    `json:"opened_at"`
	DueAt       time.Time    `json:"due_at,omitzero"`
	ContentDate time.Time    `json:"content_date,omitzero"`
	FactCheck   string       `json:"fact_check,omitempty" doc:"The known claim that it repeats."`
	Addresses   []CaseItem   `json:"addresses"`
	Evidence    []Evidence   `json:"evidence"`
	Conclusions []Conclusion `json:"conclusions" doc:"What readers concluded, as far as the account may see it."`
	Notices     []string     `json:"notices" doc:"Ids of its acts."`
	Log         []LogLine    `json:"log" doc:"What happened, oldest first."`
	Reports     *int         `json:"reports,omitempty" doc:"How many people reported, where the account may know."`
}

// CaseItem is one address of a case.
type CaseItem struct {
	ID       string `json:"id"`
	Address  string `json:"address,omitempty"`
	Platform string `json:"platform"`
	Kind     string `json:"kind"`
	State    string `json:"state"`
}

// Conclusion is one reader's conclusion.
type Conclusion struct {
	Seat    string    `json:"seat" enum:"first,second,third"`
	At      time.Time `json:"at"`
	Office  string    `json:"office"`
	Outcome string    `json:"outcome" enum:"act,no_act,refer"`
	Act     string    `json:"act,omitempty"`
	Ground  string    `json:"ground,omitempty"`
	Measure string    `json:"measure,omitempty"`
	Summary string    `json:"summary,omitempty"`
}

// LogLine is one event of a case.
type LogLine struct {
	At   time.Time         `json:"at"`
	Kind string            `json:"kind"`
	Data map[string]string `json:"data,omitempty" doc:"Ids, codes and enumerations only."`
}

// CasePath names a case.
type CasePath struct {
	ID string `path:"id" maxLength:"60" example:"K-2024-7K3M9Q" doc:"The case's id or number."`
}

// caseOutput is a case.
type caseOutput struct{ Body Case }

func (a *api) oneCase(ctx context.Context, c *caller, in *CasePath) (*caseOutput, error) {
	v, err := a.opt.Casework.View(ctx, c.actor, strings.TrimSpace(in.ID))
	if err != nil {
		return nil, err
	}
	return &caseOutput{Body: caseOf(v)}, nil
}

// caseOf writes a view down. What the actor may not see was left out of it before.
func caseOf(v casework.View) Case {
	k := v.Case
	out := Case{ID: k.ID, Number: k.Number, Version: k.Version, Sight: string(v.Sight), Title: k.Title, Category: k.Category, Region: k.Region, Contest: k.Contest,
		Urgency: k.Urgency, Stage: string(k.Stage), Office: k.Office, OpenedAt: k.OpenedAt, DueAt: k.DueAt, ContentDate: k.ContentDate, FactCheck: k.Claim,
		Addresses: []CaseItem{}, Evidence: []Evidence{}, Conclusions: []Conclusion{}, Notices: []string{}, Log: []LogLine{}}
	for _, it := range k.Items {
		out.Addresses = append(out.Addresses, CaseItem{ID: it.ID, Address: it.Address, Platform: it.Platform, Kind: it.Kind, State: string(it.State)})
	}
	for _, e := range k.Evidence {
		out.Evidence = append(out.Evidence, Evidence{ID: e.ID, Kind: e.Kind, MediaType: e.MediaType, SHA256: e.SHA256, CapturedAt: e.CapturedAt, Source: e.Source, Item: e.Item})
	}
	for _, s := range k.Conclusions() {
		out.Conclusions = append(out.Conclusions, Conclusion{Seat: string(s.Seat), At: s.At, Office: s.Office, Outcome: string(s.Outcome), Act: string(s.Act), Ground: s.Ground,
			Measure: string(s.Measure), Summary: s.Summary})
	}
	for _, n := range k.Notices {
		out.Notices = append(out.Notices, n.ID)
	}
	for _, e := range v.Events {
		out.Log = append(out.Log, LogLine{At: e.At, Kind: string(e.Kind), Data: e.Data})
	}
	if v.Stats != nil {
		out.Reports = &v.Stats.Total
	}
	return out
}

func (a *api) caseRoutes() {
	const tag = "cases"
	add(a, spec{id: "listCases", method: http.MethodGet, path: "/cases", tag: tag, token: true, scope: ronda.ReadCase, errors: []int{422}, summary: "Cases of the account's mandate",
		text: "The queue of an officer, an observer or an auditor, nearest deadline first. Nothing here tells a drawn reader what others concluded or how many people reported."}, a.cases)
	add(a, spec{id: "getCase", method: http.MethodGet, path: "/cases/{id}", tag: tag, token: true, scope: ronda.ReadCase, errors: []int{404, 422}, summary: "One case",
		text: "A case as the account may see it. A case that it may not see does not exist for it."}, a.oneCase)
}
