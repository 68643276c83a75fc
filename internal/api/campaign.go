package api

import (
	"context"
	"net/http"
	"time"

	"ronda"
)

// Campaign knows the registers of campaign accounts as everyone may see them. *campaign.Service is the real one.
type Campaign interface {
	// Public returns what everyone may see of a contest's register.
	Public(ctx context.Context, contest string) (ronda.Register, error)
}

// CampaignPair is a pair of candidates.
type CampaignPair struct {
	Number    int    `json:"number" example:"1" doc:"On the ballot; before the draw, the place in the commission's decision."`
	Head      string `json:"head" doc:"The candidate."`
	Deputy    string `json:"deputy" doc:"The deputy candidate; may be empty."`
	Fictional bool   `json:"fictional" doc:"Made up for a demonstration."`
	Withdrawn string `json:"withdrawn_at" doc:"When the pair left the contest; empty while it stands."`
}

// CampaignAccount is a registered account. That an account is missing here says only that it is not registered.
type CampaignAccount struct {
	ID          string `json:"id"`
	Pair        int    `json:"pair" example:"1" doc:"The number of the pair."`
	Platform    string `json:"platform" example:"tiktok"`
	Kind        string `json:"kind" enum:"official,party,team"`
	Handle      string `json:"handle" example:"contoh.satu"`
	Address     string `json:"address" format:"uri"`
	Since       string `json:"registered_at" format:"date-time"`
	Deactivated string `json:"deactivated_at" doc:"When it was reported as deactivated; empty otherwise."`
	Withdrawn   string `json:"withdrawn_at" doc:"When the registration ended; empty while it stands."`
}

// accountsInput names the contest.
type accountsInput struct {
	ID string `path:"id" maxLength:"40" example:"mayor-32.73" doc:"The contest."`
}

// accountsOutput is the public register of a contest.
type accountsOutput struct {
	Body struct {
		Contest  string            `json:"contest"`
		Version  int64             `json:"version" doc:"Rises by one with each change; each version's hash stands in the public log."`
		Changed  string            `json:"changed_at" doc:"When it last changed; empty if nobody has written to it."`
		Pairs    []CampaignPair    `json:"pairs"`
		Accounts []CampaignAccount `json:"accounts"`
	}
}

func (a *api) accounts(ctx context.Context, _ *caller, in *accountsInput) (*accountsOutput, error) {
	r, err := a.opt.Campaign.Public(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &accountsOutput{}
	out.Body.Contest, out.Body.Version, out.Body.Changed = r.Contest, r.Version, moment(r.ChangedAt)
	out.Body.Pairs, out.Body.Accounts = []CampaignPair{}, []CampaignAccount{}
	for _, p := range r.Pairs {
		out.Body.Pairs = append(out.Body.Pairs, CampaignPair{Number: p.Number, Head: p.Head, Deputy: p.Deputy, Fictional: p.Fictional, Withdrawn: moment(p.WithdrawnAt)})
	}
	for _, x := range r.Accounts {
		out.Body.Accounts = append(out.Body.Accounts, CampaignAccount{ID: x.ID, Pair: x.Pair, Platform: x.Platform, Kind: string(x.Kind), Handle: x.Handle, Address: x.Address,
			Since: moment(x.Since), Deactivated: moment(x.DeactivatedAt), Withdrawn: moment(x.WithdrawnAt)})
	}
	return out, nil
}

// moment writes a time in UTC, "" where there is none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (a *api) campaignRoutes() {
	add(a, spec{id: "listCampaignAccounts", method: http.MethodGet, path: "/contests/{id}/accounts", tag: "open data", open: true, errors: []int{404, 422}, summary: "Registered campaign accounts",
		text: "The accounts that the election commission's office has on file for the pairs of a contest. An account that is not listed is not thereby fake."}, a.accounts)
}
