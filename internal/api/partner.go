package api

import (
	"context"
	"net/http"
	"time"

	"ronda"
	"ronda/internal/partner"
)

// Partners is the public register of society's partners. *partner.Service is the real one.
type Partners interface {
	Register(ctx context.Context, f ronda.PartnerFilter) ([]partner.Entry, error)
}

// Partner is a line of the public register.
type Partner struct {
	ID         string    `json:"id" example:"01JD3Z6J8Q" doc:"Its id; the public log names it so."`
	Name       string    `json:"name" doc:"Its name."`
	Kind       string    `json:"kind" example:"academic" doc:"What kind of partner it is."`
	Regions    []string  `json:"regions" doc:"Where it may work; empty is the whole country."`
	Languages  []string  `json:"languages" doc:"BCP 47 tags."`
	Topics     []string  `json:"topics" doc:"Categories it works on; empty is all."`
	Ties       []string  `json:"campaign_ties" doc:"Contests in which it declared a tie to a campaign. It may not work on them."`
	State      string    `json:"state" enum:"accredited,suspended,ended" doc:"How it stands."`
	Since      time.Time `json:"since" doc:"Accredited since."`
	Until      time.Time `json:"until" doc:"Accredited until, unless renewed or suspended."`
	Suspended  string    `json:"suspended_because,omitempty" example:"undeclared_tie" doc:"Why it is suspended."`
	Standing   string    `json:"standing" enum:"few,strong,mixed,weak" doc:"How its flags stand: completeness, speed, and how reasons held up when somebody objected. few is too few to tell."`
	Complete   Share     `json:"complete" doc:"Flags that held all that is needed to begin."`
	Prompt     Share     `json:"prompt" doc:"Flags and answers that came soon."`
	Held       Share     `json:"held" doc:"Decided objections that left the act standing."`
	Statement  string    `json:"statement" doc:"Its statement of independence."`
	FundedFrom string    `json:"funding" doc:"Where its funds come from, in its own words."`
}

// Share is a proportion with its uncertainty.
type Share struct {
	Good int     `json:"good"`
	Of   int     `json:"of"`
	Low  float64 `json:"low" doc:"Lower end of the 95 % interval (Wilson)."`
	High float64 `json:"high" doc:"Upper end."`
}

type partnersInput struct {
	Kind   string `query:"kind" maxLength:"40" doc:"Only this kind."`
	Region string `query:"region" maxLength:"20" doc:"Only partners that may work in this region."`
	Topic  string `query:"topic" maxLength:"40" doc:"Only partners that work on this category."`
	Lang   string `query:"language" maxLength:"20" doc:"Only partners that work in this language."`
	State  string `query:"state" enum:"accredited,suspended,ended" doc:"Only this standing."`
}

type partnersOutput struct {
	Body struct {
		Partners []Partner `json:"partners" doc:"By name."`
	}
}

func (a *api) partners(ctx context.Context, _ *caller, in *partnersInput) (*partnersOutput, error) {
	f := ronda.PartnerFilter{Kind: in.Kind, Region: in.Region, Topic: in.Topic, Language: in.Lang}
	if in.State != "" {
		f.States = []ronda.PartnerState{ronda.PartnerState(in.State)}
	}
	entries, err := a.opt.Partners.Register(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &partnersOutput{}
	out.Body.Partners = []Partner{}
	for _, e := range entries {
		p := Partner{ID: e.ID, Name: e.Name, Kind: e.Kind, Regions: list(e.Regions), Languages: list(e.Languages), Topics: list(e.Topics), Ties: list(e.Ties), State: string(e.State),
			Since: e.Since, Until: e.Until, Standing: string(e.Standing.Level()), Complete: share(e.Standing.Complete), Prompt: share(e.Standing.Prompt), Held: share(e.Standing.Held),
			Statement: e.Statement, FundedFrom: e.Funding}
		if x := e.Suspended(); x != nil {
			p.Suspended = x.Reason
		}
		out.Body.Partners = append(out.Body.Partners, p)
	}
	return out, nil
}

func share(s ronda.Share) Share { return Share{Good: s.Good, Of: s.Of, Low: s.Low, High: s.High} }

func (a *api) partnersSpec() spec {
	return spec{id: "listPartners", method: http.MethodGet, path: "/partners", tag: "open data", open: true, errors: []int{422}, summary: "Partners of society",
		text: "The public register: whoever is or was accredited, for which regions, languages and topics, with which campaign ties, and how its flags stand."}
}
