package factcheck

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// claimReview is schema.org's ClaimReview as it is met: many fields are a text here, an object there, and a list elsewhere.
type claimReview struct {
	URL           json.RawMessage `json:"url"`
	ID            json.RawMessage `json:"@id"`
	Identifier    json.RawMessage `json:"identifier"`
	Name          json.RawMessage `json:"name"`
	Headline      json.RawMessage `json:"headline"`
	DatePublished json.RawMessage `json:"datePublished"`
	Author        json.RawMessage `json:"author"`
	Publisher     json.RawMessage `json:"publisher"`
	Contributor   json.RawMessage `json:"contributor"`
	Claim         json.RawMessage `json:"claimReviewed"`
	Body          json.RawMessage `json:"reviewBody"`
	Description   json.RawMessage `json:"description"`
	Language      json.RawMessage `json:"inLanguage"`
	Keywords      json.RawMessage `json:"keywords"`
	Rating        json.RawMessage `json:"reviewRating"`
	Item          json.RawMessage `json:"itemReviewed"`
}

type ratingObject struct {
	Value json.RawMessage `json:"ratingValue"`
	Best  json.RawMessage `json:"bestRating"`
	Worst json.RawMessage `json:"worstRating"`
	Words json.RawMessage `json:"alternateName"`
	Name  json.RawMessage `json:"name"`
	Why   json.RawMessage `json:"ratingExplanation"`
}

type itemObject struct {
	Type            json.RawMessage `json:"@type"`
	Name            json.RawMessage `json:"name"`
	Headline        json.RawMessage `json:"headline"`
	Text            json.RawMessage `json:"text"`
	Appearance      json.RawMessage `json:"appearance"`
	FirstAppearance json.RawMessage `json:"firstAppearance"`
	URL             json.RawMessage `json:"url"`
	Content         json.RawMessage `json:"contentUrl"`
	Same            json.RawMessage `json:"sameAs"`
}

func first(values ...json.RawMessage) string {
	for _, v := range values {
		if t := texts(v); len(t) > 0 {
			return t[0]
		}
	}
	return ""
}

// object fills o from an object, from the first of a list, or from the node that only an @id names; from a text it fills nothing.
func (c *collector) object(v json.RawMessage, o any) {
	if v = c.resolve(v); len(v) > 0 && v[0] == '{' {
		_ = json.Unmarshal(v, o) // every field is raw: it holds what the file says, or stays empty
	}
}

// resolve follows the first of a list and a reference by @id to the object.
func (c *collector) resolve(v json.RawMessage) json.RawMessage {
	v, _ = trimLeft(v)
	if len(v) > 0 && v[0] == '[' {
		var list []json.RawMessage
		if json.Unmarshal(v, &list) != nil || len(list) == 0 {
			return nil
		}
		v, _ = trimLeft(list[0])
	}
	if id := referenceOf(v); id != "" {
		if node, ok := c.nodes[id]; ok {
			return node
		}
	}
	return v
}

// referenceOf is the @id of an object that holds nothing else to read.
func referenceOf(v json.RawMessage) string {
	if len(v) == 0 || v[0] != '{' {
		return ""
	}
	var o struct {
		ID   string          `json:"@id"`
		Name json.RawMessage `json:"name"`
	}
	if json.Unmarshal(v, &o) != nil || len(o.Name) > 0 {
		return ""
	}
	return o.ID
}

// addresses reads the web addresses in a text, an object with one, or a list of these.
func addresses(v json.RawMessage) []string {
	v, _ = trimLeft(v)
	if len(v) == 0 {
		return nil
	}
	var found []string
	switch v[0] {
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(v, &list) == nil {
			for _, x := range list[:min(len(list), 100)] {
				if x, _ = trimLeft(x); len(x) > 0 && x[0] != '[' {
					found = append(found, addresses(x)...)
				}
			}
		}
	case '{':
		var o struct {
			URL  json.RawMessage `json:"url"`
			ID   json.RawMessage `json:"@id"`
			Item string          `json:"identifier"`
		}
		if json.Unmarshal(v, &o) == nil {
			if len(o.URL) == 0 && itemIdentity(o.Item) {
				return []string{o.Item}
			}
			for _, f := range []json.RawMessage{o.URL, o.ID} {
				if len(f) > 0 && f[0] == '"' && len(found) == 0 {
					found = addresses(f)
				}
			}
		}
	default:
		for _, t := range texts(v) {
			if strings.HasPrefix(t, "http://") || strings.HasPrefix(t, "https://") {
				found = append(found, t)
			}
		}
	}
	return found
}

// itemIdentity tells the identity of an item at a service, such as tiktok:item:73, as Ronda exports it.
func itemIdentity(s string) bool {
	return strings.Count(s, ":") >= 2 && !strings.Contains(s, "//") && !strings.ContainsAny(s, " \t\n") && len(s) <= 300
}

// firstAddress is the first web address of some values, or else their first text, which is then refused as an address.
func firstAddress(values ...json.RawMessage) string {
	for _, v := range values {
		if a := addresses(v); len(a) > 0 {
			return a[0]
		}
	}
	return ""
}

// name reads the name of a person or organisation, also where only its @id stands.
func (c *collector) name(v json.RawMessage) string { return plainText(first(c.resolve(v))) }

func (c *collector) readClaimReview(v json.RawMessage, line int) (Record, *RowError) {
	var x claimReview
	if err := json.Unmarshal(v, &x); err != nil {
		return Record{}, &RowError{Line: line, Err: err}
	}
	var rating ratingObject
	var item itemObject
	c.object(x.Rating, &rating)
	c.object(x.Item, &item)
	r := Record{
		ID: ownID(x.Identifier), Title: plainText(first(x.Claim, item.Name, item.Headline, x.Headline, x.Name)), Narration: plainText(first(item.Text)),
		Truth: cutText(plainText(first(rating.Why, x.Body, x.Description)), maxTruth), Date: first(x.DatePublished),
		Outlet: c.name(x.Publisher), OutletURL: firstAddress(c.resolve(x.Author)), Author: c.name(x.Contributor), Language: first(x.Language),
		Verdict: ReadVerdict(first(rating.Words, rating.Name, x.Rating)),
	}
	if r.URL = firstAddress(x.URL, x.ID); r.URL == "" {
		r.URL = first(x.URL)
	}
	if r.Outlet == "" {
		r.Outlet = c.name(x.Author)
	}
	if author := c.name(x.Author); author != r.Outlet && r.Author == "" {
		r.Author = author
	}
	if r.Verdict == "" {
		r.Verdict = verdictOfNumber(first(rating.Value), first(rating.Best), first(rating.Worst))
	}
	for _, k := range texts(x.Keywords) {
		r.Tags = append(r.Tags, splitTags(k)...)
	}
	r.Appearing = item.appearing(hostOf(r.URL))
	return r, nil
}

// appearing are the addresses where the claim went around. An item that is no Claim is itself what went around; the outlet's own pages are not.
func (i *itemObject) appearing(own string) []string {
	found := append(addresses(i.FirstAppearance), addresses(i.Appearance)...)
	if !hasType(i.Type, "Claim") {
		found = append(append(append(found, addresses(i.URL)...), addresses(i.Content)...), addresses(i.Same)...)
	}
	var out []string
	for _, a := range found {
		if (own == "" || hostOf(a) != own) && len(out) < 50 && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// idScheme names the ids that Ronda gave, so that what was exported is known again wherever it is imported.
const idScheme = "ronda"

func ownID(v json.RawMessage) string {
	var o struct{ PropertyID, Value string }
	if json.Unmarshal(v, &o) != nil || o.PropertyID != idScheme {
		return ""
	}
	return o.Value
}

// The shape that is written. The order of fields is that of schema.org's page.
type (
	outReview struct {
		Context       string    `json:"@context,omitempty"`
		Type          string    `json:"@type"`
		Identifier    *outID    `json:"identifier,omitempty"`
		URL           string    `json:"url,omitempty"`
		DatePublished string    `json:"datePublished,omitempty"`
		Language      string    `json:"inLanguage,omitempty"`
		Author        outOrg    `json:"author"`
		Contributor   *outOrg   `json:"contributor,omitempty"`
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
	outID struct {
		Type  string `json:"@type"`
		Of    string `json:"propertyID"`
		Value string `json:"value"`
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
		Type       string `json:"@type"`
		URL        string `json:"url,omitempty"`
		Identifier string `json:"identifier,omitempty"`
	}
)

func (r *Record) review() outReview {
	value, words := rating(r.Verdict)
	o := outReview{
		Type: "ClaimReview", URL: r.URL, DatePublished: r.Date, Language: r.Language, Claim: r.Title, Body: r.Truth,
		Author: outOrg{"Organization", r.Outlet, r.OutletURL}, Keywords: strings.Join(r.Tags, ", "),
		Rating: outRating{Type: "Rating", Name: words},
	}
	if r.ID != "" {
		o.Identifier = &outID{"PropertyValue", idScheme, r.ID}
	}
	if r.Author != "" && r.Author != r.Outlet {
		o.Contributor = &outOrg{Type: "Person", Name: r.Author}
	}
	if value != "" {
		o.Rating.Value, o.Rating.Best, o.Rating.Worst = value, "5", "1"
	}
	if len(r.Appearing) > 0 {
		o.Item = &outClaim{Type: "Claim"}
		for _, a := range r.Appearing {
			w := outWork{Type: "CreativeWork", Identifier: a}
			if strings.HasPrefix(a, "http://") || strings.HasPrefix(a, "https://") {
				w.URL, w.Identifier = a, ""
			}
			o.Item.Appearance = append(o.Item.Appearance, w)
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
