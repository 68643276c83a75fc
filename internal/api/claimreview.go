package api

import (
	"net/http"
	"strings"
	"time"

	"ronda"
)

const (
	schemaOrg = "https://schema.org"
	ldJSON    = "application/ld+json"
)

// wantsLD tells whether the client asks for JSON-LD.
func wantsLD(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept"), ",") {
		t, _, _ := strings.Cut(part, ";")
		if strings.TrimSpace(t) == ldJSON {
			return true
		}
	}
	return false
}

// ClaimReview is schema.org's form of a fact-check.
type ClaimReview struct {
	Context  string   `json:"@context,omitempty"`
	Type     string   `json:"@type"`
	URL      string   `json:"url" doc:"The check itself, at the outlet."`
	Date     string   `json:"datePublished"`
	Modified string   `json:"dateModified,omitempty"`
	Language string   `json:"inLanguage,omitempty"`
	Author   LDAuthor `json:"author" doc:"The outlet that checked."`
	Claim    string   `json:"claimReviewed"`
	Rating   LDRating `json:"reviewRating"`
	Item     LDClaim  `json:"itemReviewed"`
}

// LDAuthor is who checked.
type LDAuthor struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

// LDRating is the verdict. Verdicts between true and false have a value in between; those that are no matter of degree have none.
type LDRating struct {
	Type      string `json:"@type"`
	Value     int    `json:"ratingValue,omitempty"`
	Best      int    `json:"bestRating,omitempty"`
	Worst     int    `json:"worstRating,omitempty"`
	Alternate string `json:"alternateName"`
}

// LDClaim is what was checked.
type LDClaim struct {
	Type       string   `json:"@type"`
	Appearance []LDWork `json:"appearance,omitempty"`
}

// LDWork is one place where the claim stood.
type LDWork struct {
	Type string `json:"@type"`
	URL  string `json:"url"`
}

// Feed is a page of reviews.
type Feed struct {
	Context string     `json:"@context"`
	Type    string     `json:"@type"`
	Items   []FeedItem `json:"dataFeedElement"`
	Next    string     `json:"next_cursor,omitempty"`
}

// FeedItem is one review of a feed.
type FeedItem struct {
	Type     string      `json:"@type"`
	Modified time.Time   `json:"dateModified,omitzero"`
	Item     ClaimReview `json:"item"`
}

// claimReview writes a fact-check in schema.org's words. The outlet stays the author: Ronda only passes it on.
func (a *api) claimReview(f ronda.FactCheck, lang string, alone bool) ClaimReview {
	r := ClaimReview{Type: "ClaimReview", URL: f.URL, Date: f.Date, Language: lang, Author: LDAuthor{Type: "Organization", Name: f.Outlet}, Claim: f.Claim.In(lang),
		Rating: LDRating{Type: "Rating", Alternate: a.opt.Messages.Printer(lang, nil).T("verdict." + string(f.Verdict))}, Item: LDClaim{Type: "Claim"}}
	if alone {
		r.Context = schemaOrg
	}
	if !f.UpdatedAt.IsZero() {
		r.Modified = f.UpdatedAt.UTC().Format(time.RFC3339)
	}
	if value, ok := map[ronda.Verdict]int{ronda.VerdictFalse: 1, ronda.VerdictMisleading: 2, ronda.VerdictPartly: 3, ronda.VerdictTrue: 5}[f.Verdict]; ok {
		r.Rating.Value, r.Rating.Best, r.Rating.Worst = value, 5, 1
	}
	for _, at := range f.Addresses {
		if strings.HasPrefix(at, "https://") || strings.HasPrefix(at, "http://") {
			r.Item.Appearance = append(r.Item.Appearance, LDWork{Type: "CreativeWork", URL: at})
		}
	}
	return r
}
