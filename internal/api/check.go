package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"ronda"
	"ronda/internal/intake"
)

// checkInput is a message or an address to look up.
type checkInput struct {
	Body struct {
		Text   string `json:"text" minLength:"1" example:"Surat suara sudah tercoblos sebelum hari pemungutan" doc:"The forwarded message, or an address. At most 10,000 characters."`
		Recent bool   `json:"recent,omitempty" doc:"True prefers recent fact-checks among stories that are alike: a rumour that comes back every year has one for each."`
		Allow  bool   `json:"allow,omitempty" doc:"True lets fact-checkers read the text, masked. Without it nothing is kept but a keyed fingerprint and a count."`
	}
}

// checkOutput answers a check.
type checkOutput struct{ Body Check }

// Check is the answer to a check.
type Check struct {
	Level   string    `json:"level" enum:"match,similar,nothing" doc:"match: this is a known story. similar: related, read before you decide. nothing: nobody has checked it yet, which does not mean that it is true."`
	Hits    []Hit     `json:"hits" doc:"Known stories, the best first, at most five."`
	Whole   bool      `json:"complete" doc:"False for some minutes after a start, while known stories are still being loaded: ask again before you take nothing for an answer."`
	Links   []Address `json:"links" doc:"The addresses that stand in the text, as they were understood."`
	Masked  []Masked  `json:"masked" doc:"What in the text was recognised as personal data."`
	Theme   *Rumour   `json:"theme,omitempty" doc:"A kind of rumour that comes back in every election and that the text sounds like. It is no verdict on the text."`
	Said    []Said    `json:"official_statements" doc:"What offices of the election commission said themselves on the same matter, at most three. It is their own word and no fact-check."`
	Problem *Fault    `json:"link_problem,omitempty" doc:"Why the address cannot be looked up, for example because it leads to the front page of an app."`
}

// Text is a short text by language (BCP 47).
type Text map[string]string

// Rumour is a kind of rumour with the answer that was prepared for it.
type Rumour struct {
	ID   string `json:"id" example:"ballots_punched" doc:"For programs."`
	Name Text   `json:"name" doc:"In a few words."`
	Text Text   `json:"text" doc:"What one should know of rumours of this kind."`
}

// Said is a statement of an office of the election commission.
type Said struct {
	ID          string    `json:"id"`
	Office      string    `json:"office" doc:"Whose word it is, in the language of Accept-Language."`
	Title       Text      `json:"title"`
	URL         string    `json:"url" doc:"Its page here."`
	PublishedAt time.Time `json:"published_at"`
}

// Hit is a known story.
type Hit struct {
	FactCheck FactCheck `json:"fact_check"`
	Level     string    `json:"level" enum:"match,similar" doc:"How sure the match is."`
	Score     float64   `json:"score" doc:"0 to 1: how often a hit like this is the same story."`
	Why       []Reason  `json:"why" doc:"Why it was found."`
}

// Reason is one reason why something was found.
type Reason struct {
	Code string `json:"code" example:"same_sentence" doc:"For programs."`
	Text string `json:"text" doc:"For people, in the language of Accept-Language."`
}

// Address is an address as it was given and understood.
type Address struct {
	Given      string `json:"given" example:"https://vt.tiktok.com/ZSjAbCdEf/" doc:"As it was sent."`
	Canonical  string `json:"canonical" example:"https://www.tiktok.com/@akun/video/7300000000000000000" doc:"The one form of it that Ronda uses."`
	Platform   string `json:"platform" example:"tiktok" doc:"See GET /platforms; empty for a page outside the services."`
	Kind       string `json:"kind" example:"video" doc:"post, video, story, profile, group, message, page and so on."`
	Unresolved bool   `json:"unresolved,omitempty" doc:"A short link whose target is not known yet."`
	Private    bool   `json:"private,omitempty" doc:"A private message: no act can name it."`
}

// Masked counts what was masked.
type Masked struct {
	Kind  string `json:"kind" enum:"phone,email,nik,card" doc:"What was recognised."`
	Count int    `json:"count" doc:"How often."`
}

func (a *api) check(ctx context.Context, c *caller, in *checkInput) (*checkOutput, error) {
	ask := intake.CheckInput{Text: in.Body.Text, Channel: "api", Lang: c.text.Lang, Recent: in.Body.Recent, Sender: c.sender()}
	res, err := a.opt.Intake.Check(ctx, ask)
	if err != nil {
		return nil, err
	}
	if in.Body.Allow {
		if err := a.opt.Intake.Allow(ctx, ask); err != nil {
			return nil, err
		}
	}
	out := Check{Level: res.Level, Whole: !res.Partial, Hits: []Hit{}, Links: addresses(res.Links), Masked: masked(res.Masked)}
	if t := res.Theme; t != nil {
		out.Theme = &Rumour{ID: t.ID, Name: Text(t.Name), Text: Text(t.Prebunk)}
	}
	out.Said = []Said{}
	for _, b := range res.Official {
		out.Said = append(out.Said, Said{ID: b.ID, Office: a.opt.Pack.OfficeName(b.Office, c.text.Lang, b.PublishedAt), Title: Text(b.Title),
			URL: a.opt.BaseURL.JoinPath("pernyataan-resmi", b.ID).String(), PublishedAt: b.PublishedAt})
	}
	for _, h := range res.Hits {
		hit := Hit{FactCheck: a.factCheck(h.Claim), Level: h.Level, Score: h.Score, Why: []Reason{}}
		for _, w := range h.Why {
			hit.Why = append(hit.Why, Reason{Code: w.Code, Text: reasonText(c, w)})
		}
		out.Hits = append(out.Hits, hit)
	}
	if e, ok := res.Problem.(*ronda.Error); ok {
		out.Problem = &Fault{Location: "body.text", Code: e.Code, Message: c.text.Error(e)}
	}
	return &checkOutput{Body: out}, nil
}

func addresses(in []ronda.ReportAddress) []Address {
	out := []Address{}
	for _, x := range in {
		out = append(out, Address{Given: x.Given, Canonical: x.Canonical, Platform: x.Platform, Kind: x.Kind, Unresolved: x.Unsettled, Private: x.Private})
	}
	return out
}

func masked(in []ronda.MaskedKind) []Masked {
	out := []Masked{}
	for _, m := range in {
		out = append(out, Masked{Kind: m.Kind, Count: m.Count})
	}
	return out
}

func (a *api) checkSpec() spec {
	return spec{id: "check", method: http.MethodPost, path: "/checks", tag: "public", optional: true, summary: "Check a message or an address",
		text: "Looks for the story among published fact-checks. The text is not stored."}
}

// reasonText says in words why something was found.
func reasonText(c *caller, why ronda.FoundReason) string {
	key := "match.reason." + why.Code
	if !c.text.Has(key) {
		return ""
	}
	words := make([]string, 0, 5)
	for _, w := range why.Args[:min(len(why.Args), 5)] {
		words = append(words, "“"+w+"”")
	}
	return c.text.T(key, "words", strings.Join(words, ", "))
}
