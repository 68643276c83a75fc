package api

import (
	"context"
	"net/http"
	"time"

	"ronda"
	"ronda/internal/research"
)

// Research is the public list of projects, and what they read. *research.Service is the real one.
type Research interface {
	Token(ctx context.Context, plain string) (ronda.ResearchProject, error)
	List(ctx context.Context) ([]research.Listed, error)
	ReadCases(ctx context.Context, p ronda.ResearchProject, cursor string, limit int) (research.Page[research.ConcludedCase], error)
	ReadAddresses(ctx context.Context, p ronda.ResearchProject, cursor string, limit int) (research.Page[research.NamedAddress], error)
}

// ResearchProject is a line of the public list.
type ResearchProject struct {
	ID          string    `json:"id"`
	Institution string    `json:"institution" doc:"Who asks."`
	Title       string    `json:"title"`
	Purpose     string    `json:"purpose" doc:"The question, and what will be published."`
	Funding     string    `json:"funding" doc:"Who pays, in its own words."`
	Data        []string  `json:"data" doc:"Data sets that it may read."`
	State       string    `json:"state" enum:"running,ended"`
	Since       time.Time `json:"since"`
	Until       time.Time `json:"until"`
	Ended       string    `json:"ended_because,omitempty" enum:"over,decided"`
	Rows        int64     `json:"rows_read" doc:"Rows that it has read so far."`
}

type researchListOutput struct {
	Body struct {
		Projects []ResearchProject `json:"projects" doc:"Newest first."`
	}
}

type researchInput struct {
	Cursor string `query:"cursor" maxLength:"400" doc:"From the answer before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"200" doc:"How many cases one answer looks at; those that are not concluded are left out, so that there may be fewer rows."`
}

type researchPage[T any] struct {
	Body struct {
		Rows []T    `json:"rows"`
		Next string `json:"next,omitempty" doc:"Cursor of the next answer; missing at the end."`
	}
}

func (a *api) researchRoutes() {
	add(a, spec{id: "listResearch", method: http.MethodGet, path: "/research/projects", tag: "research", open: true, summary: "Research projects",
		text: "The public list: who reads de-identified data, why, who pays and until when."}, a.researchList)
	add(a, spec{id: "readResearchCases", method: http.MethodGet, path: "/research/cases", tag: "research", research: true, errors: []int{422}, summary: "Concluded cases, de-identified",
		text: "Cases that have come to a conclusion, in the order in which they were opened, with what each reader found on their own. No text, no address, no person, no office. Needs the token of a research project."}, a.researchCases)
	add(a, spec{id: "readResearchAddresses", method: http.MethodGet, path: "/research/addresses", tag: "research", research: true, errors: []int{422}, summary: "Answers by address, de-identified",
		text: "Each address that an act named, without the address: kind, answer and how long it took. Needs the token of a research project."}, a.researchAddresses)
}

func (a *api) researchList(ctx context.Context, _ *caller, _ *struct{}) (*researchListOutput, error) {
	all, err := a.opt.Research.List(ctx)
	if err != nil {
		return nil, err
	}
	out := &researchListOutput{}
	out.Body.Projects = []ResearchProject{}
	for _, p := range all {
		out.Body.Projects = append(out.Body.Projects, ResearchProject{ID: p.ID, Institution: p.Institution, Title: p.Title, Purpose: p.Purpose, Funding: p.Funding,
			Data: list(p.Data), State: string(p.State), Since: p.DecidedAt, Until: p.Until, Ended: p.EndedWhy, Rows: p.Rows})
	}
	return out, nil
}

func (a *api) researchCases(ctx context.Context, c *caller, in *researchInput) (*researchPage[research.ConcludedCase], error) {
	page, err := a.opt.Research.ReadCases(ctx, *c.project, in.Cursor, in.Limit)
	return answerPage(page, err)
}

func (a *api) researchAddresses(ctx context.Context, c *caller, in *researchInput) (*researchPage[research.NamedAddress], error) {
	page, err := a.opt.Research.ReadAddresses(ctx, *c.project, in.Cursor, in.Limit)
	return answerPage(page, err)
}

func answerPage[T any](page research.Page[T], err error) (*researchPage[T], error) {
	if err != nil {
		return nil, err
	}
	out := &researchPage[T]{}
	out.Body.Rows, out.Body.Next = list(page.Rows), page.Next
	return out, nil
}
