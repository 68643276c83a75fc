package api

import (
	"context"
	"net/http"

	"ronda"
)

// Region is a place of the election.
type Region struct {
	Code   string `json:"code" example:"34.04" doc:"The code of the country's own list; empty for the whole country."`
	Name   string `json:"name" example:"Kabupaten Sleman" doc:"Its name."`
	Level  string `json:"level" example:"regency" doc:"national, province, regency or city."`
	Parent string `json:"parent" example:"34" doc:"The code of the province; empty for provinces."`
	Zone   string `json:"zone" example:"Asia/Jakarta" doc:"Its time zone."`
}

// regionsInput asks for regions.
type regionsInput struct {
	Parent string `query:"parent" maxLength:"20" doc:"Only what lies directly below this code."`
	Level  string `query:"level" maxLength:"20" doc:"Only this level."`
}

// regionsOutput lists regions.
type regionsOutput struct {
	Body struct {
		Regions []Region `json:"regions" doc:"In the order of the country's list."`
	}
}

func (a *api) regions(_ context.Context, _ *caller, in *regionsInput) (*regionsOutput, error) {
	if _, ok := a.opt.Pack.Region(in.Parent); in.Parent != "" && !ok {
		return nil, ronda.Errorf(ronda.Invalid, "report.region_unknown", "query.parent")
	}
	out := &regionsOutput{}
	out.Body.Regions = []Region{}
	for _, r := range a.opt.Pack.Regions {
		if (in.Parent == "" || r.Parent == in.Parent) && (in.Level == "" || r.Level == in.Level) {
			out.Body.Regions = append(out.Body.Regions, Region{Code: r.Code, Name: r.Name, Level: r.Level, Parent: r.Parent, Zone: a.opt.Pack.Zone(r.Code).String()})
		}
	}
	return out, nil
}

// Contest is one ballot in one region.
type Contest struct {
	ID     string `json:"id" example:"regent-34.04" doc:"Its id."`
	Kind   string `json:"kind" example:"regent" doc:"governor, regent or mayor."`
	Name   Text   `json:"name" doc:"The kind's name, by language."`
	Region string `json:"region" example:"34.04" doc:"Whose voters decide."`
	Place  string `json:"region_name" example:"Kabupaten Sleman" doc:"The region's name."`
}

// contestsInput asks for contests.
type contestsInput struct {
	Region string `query:"region" maxLength:"20" doc:"Only contests of this region and what lies in it."`
	Kind   string `query:"kind" maxLength:"20" doc:"Only this kind."`
}

// contestsOutput lists contests.
type contestsOutput struct {
	Body struct {
		Contests []Contest `json:"contests" doc:"Every contest of the election."`
	}
}

func (a *api) contests(_ context.Context, _ *caller, in *contestsInput) (*contestsOutput, error) {
	names := map[string]Text{}
	for _, k := range a.opt.Pack.ContestKinds {
		names[k.ID] = Text(k.Name)
	}
	out := &contestsOutput{}
	out.Body.Contests = []Contest{}
	for _, x := range a.opt.Pack.Contests {
		if a.opt.Pack.Within(x.Region, in.Region) && (in.Kind == "" || x.Kind == in.Kind) {
			out.Body.Contests = append(out.Body.Contests, Contest{ID: x.ID, Kind: x.Kind, Name: names[x.Kind], Region: x.Region, Place: a.opt.Pack.RegionName(x.Region)})
		}
	}
	return out, nil
}

// Platform is one service.
type Platform struct {
	ID          string   `json:"id" example:"tiktok" doc:"Its id."`
	Name        string   `json:"name" example:"TikTok" doc:"Its name."`
	Signatory   bool     `json:"signatory" doc:"It signed the declaration."`
	Represented bool     `json:"represented" doc:"It has a representative in the country; without one everything goes by hand."`
	Private     bool     `json:"private" doc:"Mainly private messages, which no act can name."`
	Entity      string   `json:"entity" doc:"The company that answers for it."`
	Hosts       []string `json:"hosts" doc:"Registered domains of the service."`
	Policies    []Policy `json:"policies" doc:"Its own rules that a flag can cite."`
}

// Policy is a platform's own rule.
type Policy struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	URL   string `json:"url" format:"uri"`
	About Text   `json:"about"`
}

// platformsOutput lists platforms.
type platformsOutput struct {
	Body struct {
		Platforms []Platform `json:"platforms" doc:"The services of the declaration, and those that stayed outside."`
	}
}

func (a *api) platforms(context.Context, *caller, *emptyInput) (*platformsOutput, error) {
	out := &platformsOutput{}
	out.Body.Platforms = []Platform{}
	for _, p := range a.opt.Pack.Platforms {
		x := Platform{ID: p.ID, Name: p.Name, Signatory: p.Signatory, Represented: p.Represented, Private: p.Private, Entity: p.Entity.Name, Hosts: list(p.Hosts), Policies: []Policy{}}
		for _, y := range p.Policies {
			x.Policies = append(x.Policies, Policy{ID: y.ID, Name: y.Name, URL: y.URL, About: Text(y.About)})
		}
		out.Body.Platforms = append(out.Body.Platforms, x)
	}
	return out, nil
}

// Category is a kind of problem.
type Category struct {
	ID       string `json:"id" example:"hate_sara" doc:"Its id, for reports."`
	Name     Text   `json:"name" doc:"In citizens' words."`
	Official Text   `json:"official" doc:"The official term."`
	Hint     Text   `json:"hint" doc:"What it covers."`
}

// categoriesOutput lists kinds of problem.
type categoriesOutput struct {
	Body struct {
		Categories []Category `json:"categories" doc:"In the order in which people are asked."`
	}
}

func (a *api) categories(context.Context, *caller, *emptyInput) (*categoriesOutput, error) {
	out := &categoriesOutput{}
	out.Body.Categories = []Category{}
	for _, x := range a.opt.Pack.Categories {
		out.Body.Categories = append(out.Body.Categories, Category{ID: x.ID, Name: Text(x.Name), Official: orEmpty(x.Official), Hint: orEmpty(x.Hint)})
	}
	return out, nil
}

func orEmpty(t ronda.Text) Text {
	if t == nil {
		return Text{}
	}
	return Text(t)
}

func (a *api) placeRoutes() {
	s := func(id, path, summary, text string) spec {
		return spec{id: id, method: http.MethodGet, path: path, tag: "open data", open: true, errors: []int{422}, summary: summary, text: text}
	}
	add(a, s("listContests", "/contests", "Contests", "What is voted on, and where."), a.contests)
	add(a, s("listRegions", "/regions", "Regions", "The country's regions with their codes and time zones."), a.regions)
	add(a, s("listPlatforms", "/platforms", "Platforms", "The services, whether they signed and whether they can be reached."), a.platforms)
	add(a, s("listCategories", "/categories", "Kinds of problem", "What can be reported."), a.categories)
}
