package factcheck

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// claimReview is schema.org's ClaimReview as it is met: many fields are a text
// here and an object there.
type claimReview struct {
	URL           json.RawMessage `json:"url"`
	ID            string          `json:"@id"`
	DatePublished json.RawMessage `json:"datePublished"`
	Author        json.RawMessage `json:"author"`
	Publisher     json.RawMessage `json:"publisher"`
	Claim         json.RawMessage `json:"claimReviewed"`
	Body          json.RawMessage `json:"reviewBody"`
	Description   json.RawMessage `json:"description"`
	Language      json.RawMessage `json:"inLanguage"`
	Keywords      json.RawMessage `json:"keywords"`
	Rating        struct {
		Value json.RawMessage `json:"ratingValue"`
		Best  json.RawMessage `json:"bestRating"`
		Worst json.RawMessage `json:"worstRating"`
		Name  json.RawMessage `json:"alternateName"`
		Why   json.RawMessage `json:"ratingExplanation"`
	} `json:"reviewRating"`
	Item struct {
		Appearance      json.RawMessage `json:"appearance"`
		FirstAppearance json.RawMessage `json:"firstAppearance"`
		Text            json.RawMessage `json:"text"`
	} `json:"itemReviewed"`
}

func first(values ...json.RawMessage) string {
	for _, v := range values {
		if t := texts(v); len(t) > 0 {
			return t[0]
		}
	}
	return ""
}

// addressOf reads the url of a person or organisation.
func addressOf(v json.RawMessage) string {
	var o struct {
		URL string `json:"url"`
	}
	if json.Unmarshal(v, &o) != nil {
		return ""
	}
	return o.URL
}

func readClaimReview(v json.RawMessage, line int) (Record, *RowError) {
	var c claimReview
	if err := json.Unmarshal(v, &c); err != nil {
		return Record{}, &RowError{Line: line, Err: err}
	}
	r := Record{
		URL: first(c.URL), Title: plainText(first(c.Claim)), Narration: plainText(first(c.Item.Text)),
		Truth: cutText(plainText(first(c.Rating.Why, c.Body, c.Description)), maxTruth),
		Date:  first(c.DatePublished), Outlet: first(c.Publisher, c.Author), OutletURL: addressOf(c.Author),
		Language: first(c.Language), Verdict: ReadVerdict(first(c.Rating.Name)),
	}
	if author := first(c.Author); author != r.Outlet {
		r.Author = author
	}
	if r.URL == "" && strings.HasPrefix(c.ID, "http") {
		r.URL = c.ID
	}
	if r.Verdict == "" {
		r.Verdict = verdictOfNumber(first(c.Rating.Value), first(c.Rating.Best), first(c.Rating.Worst))
	}
	for _, k := range texts(c.Keywords) {
		r.Tags = append(r.Tags, splitTags(k)...)
	}
	for _, a := range append(texts(c.Item.FirstAppearance), texts(c.Item.Appearance)...) {
		if strings.HasPrefix(a, "http") && len(r.Appearing) < 50 {
			r.Appearing = append(r.Appearing, a)
		}
	}
	return r, nil
}

// The shape that is written. The order of fields is that of schema.org's page.
type (
	outReview struct {
		Context       string    `json:"@context,omitempty"`
		Type          string    `json:"@type"`
		URL           string    `json:"url,omitempty"`
		DatePublished string    `json:"datePublished,omitempty"`
		Language      string    `json:"inLanguage,omitempty"`
		Author        outOrg    `json:"author"`
		Claim         string    `json:"claimReviewed"`
		Body          string    `json:"reviewBody,omitempty"`
		Keywords      string    `json:"keywords,omitempty"`
		Rating        outRating `json:"reviewRating"`
		Item          *outClaim `json:"itemReviewed,omitempty"`
	}
	outOrg struct {
		Type string `json:"@type"`
		Name string `json:"name"`
		URL  string `json:"url,omitempty"`
	}
	outRating struct {
		Type  string `json:"@type"`
		Value string `json:"ratingValue,omitempty"`
		Best  string `json:"bestRating,omitempty"`
		Worst string `json:"worstRating,omitempty"`
		Name  string `json:"alternateName"`
	}
	outClaim struct {
		Type       string    `json:"@type"`
		Appearance []outWork `json:"appearance,omitempty"`
	}
	outWork struct {
		Type string `json:"@type"`
		URL  string `json:"url"`
	}
)

func (r *Record) review() outReview {
	value, words := rating(r.Verdict)
	o := outReview{
		Type: "ClaimReview", URL: r.URL, DatePublished: r.Date, Language: r.Language, Claim: r.Title, Body: r.Truth,
		Author: outOrg{"Organization", r.Outlet, r.OutletURL}, Keywords: strings.Join(r.Tags, ", "),
		Rating: outRating{Type: "Rating", Name: words},
	}
	if value != "" {
		o.Rating.Value, o.Rating.Best, o.Rating.Worst = value, "5", "1"
	}
	if len(r.Appearing) > 0 {
		o.Item = &outClaim{Type: "Claim"}
		for _, a := range r.Appearing {
			o.Item.Appearance = append(o.Item.Appearance, outWork{"CreativeWork", a})
		}
	}
	return o
}

// JSONLD returns one record as a ClaimReview for the head of a page. It is safe
// inside a script element.
func (r *Record) JSONLD() ([]byte, error) {
	o := r.review()
	o.Context = "https://schema.org"
	data, err := json.Marshal(o)
	if err != nil {
		return nil, fmt.Errorf("write ClaimReview: %w", err)
	}
	return data, nil
}

// WriteClaimReview writes records as one JSON-LD document, a DataFeed of
// ClaimReview, record by record. The text that went around is not written: it
// belongs to the people who wrote it.
func WriteClaimReview(w io.Writer, records func(yield func(Record, error) bool)) error {
	if _, err := io.WriteString(w, `{"@context":"https://schema.org","@type":"DataFeed","dataFeedElement":[`); err != nil {
		return fmt.Errorf("write ClaimReview: %w", err)
	}
	n := 0
	for r, err := range records {
		if err != nil {
			return err
		}
		data, err := json.Marshal(struct {
			Type string    `json:"@type"`
			Item outReview `json:"item"`
		}{"DataFeedItem", r.review()})
		if err != nil {
			return fmt.Errorf("write ClaimReview: %w", err)
		}
		if n++; n > 1 {
			data = append([]byte(","), data...)
		}
		if _, err := w.Write(append(data, '\n')); err != nil {
			return fmt.Errorf("write ClaimReview: %w", err)
		}
	}
	if _, err := io.WriteString(w, "]}\n"); err != nil {
		return fmt.Errorf("write ClaimReview: %w", err)
	}
	return nil
}
