package api

import (
	"context"
	"net/http"
	"time"

	"ronda"
)

// FactCheck is a published check of a claim.
type FactCheck struct {
	ID        string    `json:"id" example:"cek-2024-001" doc:"Its id."`
	Claim     Text      `json:"claim" doc:"What circulated, by language."`
	Truth     Text      `json:"truth" doc:"The correction in a sentence, by language."`
	Verdict   string    `json:"verdict" enum:"benar,salah,menyesatkan,sebagian,satire,belum_terbukti,belum_diperiksa" doc:"benar true, salah false, menyesatkan misleading, sebagian partly true, satire, belum_terbukti unproven, belum_diperiksa not checked."`
	Date      string    `json:"date" format:"date" example:"2024-11-20" doc:"When the outlet published it."`
	Outlet    string    `json:"outlet" example:"Tempo" doc:"Who checked it. It is their work: name them."`
	Author    string    `json:"author,omitempty" doc:"Who wrote it, where known."`
	URL       string    `json:"url" format:"uri" doc:"The check itself."`
	Region    string    `json:"region,omitempty" doc:"Where the claim is about."`
	Theme     string    `json:"theme,omitempty" doc:"The recurrent rumour that it belongs to."`
	Tags      []string  `json:"tags" doc:"The outlet's own tags."`
	Version   int       `json:"version" doc:"Rises with each change."`
	UpdatedAt time.Time `json:"updated_at,omitzero" doc:"When it last changed here."`
	Retracted time.Time `json:"retracted_at,omitzero" doc:"When it was taken back; such a check is shown but never matched."`
	Because   string    `json:"retracted_because,omitempty" doc:"Why it was taken back."`
}

func (a *api) factCheck(f ronda.FactCheck) FactCheck {
	return FactCheck{ID: f.ID, Claim: Text(f.Claim), Truth: Text(f.Truth), Verdict: string(f.Verdict), Date: f.Date, Outlet: f.Outlet, Author: f.Author, URL: f.URL,
		Region: f.Region, Theme: f.Theme, Tags: list(f.Tags), Version: f.Version, UpdatedAt: f.UpdatedAt, Retracted: f.Retracted, Because: f.Because}
}

// PageQuery asks for a page of a list.
type PageQuery struct {
	Cursor string `query:"cursor" maxLength:"200" doc:"The cursor of the page before. Rows that come meanwhile neither repeat nor hide others."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Rows of the page."`
}

// factChecksInput asks for fact-checks.
type factChecksInput struct {
	PageQuery
	Format string `query:"format" enum:"json,claimreview" default:"json" doc:"claimreview gives schema.org ClaimReview (JSON-LD), as does Accept: application/ld+json."`
}

// factChecksOutput is a page of fact-checks.
type factChecksOutput struct {
	Type string `header:"Content-Type" hidden:"true"`
	Vary string `header:"Vary" hidden:"true"`
	Body any
}

// FactCheckList is a page of fact-checks.
type FactCheckList struct {
	FactChecks []FactCheck `json:"fact_checks" doc:"In the order of their ids."`
	Next       string      `json:"next_cursor,omitempty" doc:"For the next page; missing on the last one."`
}

func (a *api) factChecks(ctx context.Context, c *caller, in *factChecksInput) (*factChecksOutput, error) {
	rows, err := a.opt.FactChecks.Claims(ctx, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(rows) == in.Limit {
		next = rows[len(rows)-1].ID
	}
	if in.Format == "claimreview" || wantsLD(c.r) {
		feed := Feed{Context: schemaOrg, Type: "DataFeed", Items: []FeedItem{}, Next: next}
		for _, f := range rows {
			if f.Live() {
				feed.Items = append(feed.Items, FeedItem{Type: "DataFeedItem", Modified: f.UpdatedAt, Item: a.claimReview(f, c.text.Lang, false)})
			}
		}
		return &factChecksOutput{Type: ldJSON, Vary: "Accept", Body: feed}, nil
	}
	out := FactCheckList{FactChecks: []FactCheck{}, Next: next}
	for _, f := range rows {
		out.FactChecks = append(out.FactChecks, a.factCheck(f))
	}
	return &factChecksOutput{Type: "application/json", Vary: "Accept", Body: out}, nil
}

// factCheckInput names a fact-check.
type factCheckInput struct {
	ID     string `path:"id" maxLength:"200" doc:"The fact-check's id."`
	Format string `query:"format" enum:"json,claimreview" default:"json" doc:"claimreview gives schema.org ClaimReview (JSON-LD), as does Accept: application/ld+json."`
}

func (a *api) oneFactCheck(ctx context.Context, c *caller, in *factCheckInput) (*factChecksOutput, error) {
	f, err := a.opt.FactChecks.FactCheck(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Format == "claimreview" || wantsLD(c.r) {
		if !f.Live() {
			return nil, ronda.Errorf(ronda.NotFound, "claim.not_found", "")
		}
		return &factChecksOutput{Type: ldJSON, Vary: "Accept", Body: a.claimReview(f, c.text.Lang, true)}, nil
	}
	return &factChecksOutput{Type: "application/json", Vary: "Accept", Body: a.factCheck(f)}, nil
}

func (a *api) factChecksSpec() spec {
	return spec{id: "listFactChecks", method: http.MethodGet, path: "/fact-checks", tag: "open data", open: true, errors: []int{422}, summary: "Fact-checks",
		text: "Every published fact-check that Ronda matches against, with whose work it is. Retracted ones are in the list and say so."}
}

func (a *api) factCheckSpec() spec {
	return spec{id: "getFactCheck", method: http.MethodGet, path: "/fact-checks/{id}", tag: "open data", open: true, errors: []int{404, 422}, summary: "One fact-check",
		text: "One fact-check, also as ClaimReview."}
}
