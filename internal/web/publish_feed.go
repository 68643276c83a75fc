package web

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"ronda"
	"ronda/internal/publish"
	"ronda/internal/web/frame"
)

// linked is a node of JSON-LD.
type linked map[string]any

// linkedCheck is a check as schema.org's ClaimReview, for the page and the feed; where a picture, a recording or a video was checked, with the
// rating of the medium that MediaReview asks for.
func (s *Site) linkedCheck(v *frame.Visit, c ronda.FactCheck) linked {
	page := s.frame.Absolute(v.Prefix + checkPath(c))
	rating := linked{"@type": "Rating", "alternateName": v.T("verdict." + string(c.Verdict))}
	if value, ok := map[ronda.Verdict]int{ronda.VerdictFalse: 1, ronda.VerdictMisleading: 2, ronda.VerdictPartly: 3, ronda.VerdictTrue: 5}[c.Verdict]; ok {
		rating["ratingValue"], rating["bestRating"], rating["worstRating"] = value, 5, 1
	}
	item := linked{"@type": "Claim"}
	var works []linked
	for _, a := range c.Addresses {
		if strings.HasPrefix(a, "https://") || strings.HasPrefix(a, "http://") {
			works = append(works, linked{"@type": "CreativeWork", "url": a})
		}
	}
	if works != nil {
		item["appearance"] = works
	}
	review := linked{"@context": "https://schema.org", "@type": "ClaimReview", "url": page, "datePublished": c.Date, "inLanguage": v.Lang,
		"author": linked{"@type": "Organization", "name": c.Outlet}, "claimReviewed": c.Claim.In(v.Lang), "reviewBody": c.Truth.In(v.Lang), "reviewRating": rating, "itemReviewed": item}
	if !c.UpdatedAt.IsZero() {
		review["dateModified"] = c.UpdatedAt.UTC().Format(time.RFC3339)
	}
	if c.URL != "" {
		review["sameAs"] = c.URL
	}
	if c.Media == "" {
		return review
	}
	kind := map[string]string{"image": "ImageObject", "video": "VideoObject", "audio": "AudioObject"}[c.Media]
	media := linked{"@type": "MediaReview", "url": page, "datePublished": c.Date, "author": review["author"], "mediaAuthenticityCategory": mediaCategory(c),
		"originalMediaContextDescription": c.Truth.In(v.Lang), "itemReviewed": linked{"@type": "MediaReviewItem", "mediaItemAppearance": []linked{{"@type": kind, "description": c.Truth.In(v.Lang)}}}}
	delete(review, "@context")
	return linked{"@context": "https://schema.org", "@graph": []linked{review, media}}
}

// mediaCategory is schema.org's MediaManipulationRatingEnumeration for a verdict and its fine class.
func mediaCategory(c ronda.FactCheck) string {
	switch {
	case c.Class == "konten dimanipulasi":
		return "EditedOrCroppedContent"
	case c.Class == "konten rekaan" || c.Class == "konten tiruan":
		return "TransformedContent"
	case c.Verdict == ronda.VerdictSatire || c.Class == "satire atau parodi":
		return "SatireOrParodyContent"
	case c.Verdict == ronda.VerdictTrue:
		return "OriginalMediaContent"
	case c.Class == "konteks keliru" || c.Class == "koneksi keliru":
		return "DecontextualizedContent"
	}
	return "MissingContext"
}

// feedEntry is a line of a feed before it has its form.
type feedEntry struct {
	path, title, text string
	published, at     time.Time
}

// writeFeed sends entries as Atom (RFC 4287) or JSON Feed 1.1.
func (s *Site) writeFeed(w http.ResponseWriter, v *frame.Visit, title, home string, asJSON bool, entries []feedEntry) error {
	w.Header().Set("Cache-Control", "public, max-age=60")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	self := s.frame.Absolute(v.Prefix + v.Path)
	if asJSON {
		feed := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: title, Home: s.frame.Absolute(v.Prefix + home), Self: self, Items: []jsonItem{}}
		for _, e := range entries {
			link := s.frame.Absolute(v.Prefix + e.path)
			feed.Items = append(feed.Items, jsonItem{ID: link, URL: link, Text: e.text, Name: e.title, At: e.published})
		}
		w.Header().Set("Content-Type", "application/feed+json")
		return json.NewEncoder(w).Encode(feed)
	}
	feed := atomFeed{ID: self, Title: title, Updated: v.Now.UTC().Format(time.RFC3339), Author: "Ronda",
		Links: []atomLink{{Rel: "self", Href: self}, {Rel: "alternate", Href: s.frame.Absolute(v.Prefix + home)}}}
	for i, e := range entries {
		link := s.frame.Absolute(v.Prefix + e.path)
		if i == 0 {
			feed.Updated = e.at.UTC().Format(time.RFC3339)
		}
		feed.Entries = append(feed.Entries, atomEntry{ID: link, Title: e.title, Updated: e.at.UTC().Format(time.RFC3339), Link: atomLink{Rel: "alternate", Href: link}, Summary: e.text})
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(feed); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	_, _ = b.WriteTo(w)
	return nil
}

// showCheckFeed is the newest checks: as schema.org DataFeed of ClaimReview, or as Atom whose titles begin with the verdict.
func (s *Site) showCheckFeed(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	all, err := s.opt.FactChecks.RecentFactChecks(r.Context(), maxListed)
	if err != nil {
		return err
	}
	today := v.Now.In(v.Zone).Format(time.DateOnly)
	var entries []feedEntry
	var items []linked
	for _, c := range all {
		if c.Date > today || len(entries) == feedSize {
			continue
		}
		at, _ := time.ParseInLocation(time.DateOnly, c.Date, v.Zone)
		changed := c.UpdatedAt
		if changed.Before(at) || c.Origin != "partner" {
			changed = at
		}
		entries = append(entries, feedEntry{path: checkPath(c), title: v.T("verdict."+string(c.Verdict)) + ": " + c.Claim.In(v.Lang), text: c.Truth.In(v.Lang) + " (" + c.Outlet + ")", published: at, at: changed})
		node := s.linkedCheck(v, c)
		delete(node, "@context")
		items = append(items, linked{"@type": "DataFeedItem", "dateModified": changed.UTC().Format(time.RFC3339), "item": node})
	}
	if strings.HasSuffix(v.Path, ".json") {
		w.Header().Set("Content-Type", "application/ld+json")
		w.Header().Set("Cache-Control", "public, max-age=60")
		return json.NewEncoder(w).Encode(linked{"@context": "https://schema.org", "@type": "DataFeed", "name": v.T("factcheck.list.title"), "dateModified": v.Now.UTC().Format(time.RFC3339), "dataFeedElement": items})
	}
	return s.writeFeed(w, v, v.T("factcheck.list.title"), "/periksa", false, entries)
}

// feedName is the name of a region's feed of alerts.
func feedName(region string) string {
	if region == "" {
		return "semua"
	}
	return region
}

// showAlertFeed is the alerts of a region, "32.04.atom" or "semua.json": those in force and those that were withdrawn, which say so and give the
// reason in place of their text.
func (s *Site) showAlertFeed(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	name := r.PathValue("berkas")
	region, asJSON := strings.CutSuffix(name, ".json")
	region, asAtom := strings.CutSuffix(region, ".atom")
	_, known := s.pack.Region(region)
	if region == "semua" {
		region, known = "", true
	}
	if !known || asJSON == asAtom {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	all, err := s.opt.Publications.PublishedAlerts(r.Context(), 300)
	if err != nil {
		return err
	}
	var entries []feedEntry
	for _, a := range all {
		if a.PublishedAt.After(v.Now) || !a.Reaches(region, s.pack) && !s.pack.Within(a.Region, region) || a.StateAt(v.Now) == ronda.AlertExpired || len(entries) == feedSize {
			continue
		}
		view := s.alertView(r.Context(), v, a)
		e := feedEntry{path: view.Path, title: v.T("alert.word") + ": " + view.Headline, text: view.Chat, published: a.PublishedAt, at: a.PublishedAt}
		if a.State == ronda.AlertWithdrawn {
			e.title, e.at = v.T("alert.withdrawn")+": "+view.Headline, a.WithdrawnAt
		}
		entries = append(entries, e)
	}
	title := v.T("alerts.title") + " · " + publish.Place(v.Printer, s.pack, region)
	return s.writeFeed(w, v, title, "/peringatan?wilayah="+region, asJSON, entries)
}

// capAlert is a message of the Common Alerting Protocol 1.2 (OASIS).
type capAlert struct {
	XMLName    xml.Name  `xml:"urn:oasis:names:tc:emergency:cap:1.2 alert"`
	Identifier string    `xml:"identifier"`
	Sender     string    `xml:"sender"`
	Sent       string    `xml:"sent"`
	Status     string    `xml:"status"`
	MsgType    string    `xml:"msgType"`
	Scope      string    `xml:"scope"`
	Note       string    `xml:"note,omitempty"`
	References string    `xml:"references,omitempty"`
	Info       []capInfo `xml:"info"`
}

type capInfo struct {
	Language    string  `xml:"language"`
	Category    string  `xml:"category"`
	Event       string  `xml:"event"`
	Response    string  `xml:"responseType"`
	Urgency     string  `xml:"urgency"`
	Severity    string  `xml:"severity"`
	Certainty   string  `xml:"certainty"`
	Effective   string  `xml:"effective"`
	Expires     string  `xml:"expires"`
	SenderName  string  `xml:"senderName"`
	Headline    string  `xml:"headline"`
	Description string  `xml:"description"`
	Web         string  `xml:"web"`
	Area        capArea `xml:"area"`
}

type capArea struct {
	Desc    string    `xml:"areaDesc"`
	Geocode []capCode `xml:"geocode,omitempty"`
}

type capCode struct {
	Name  string `xml:"valueName"`
	Value string `xml:"value"`
}

// capTime is a time as CAP writes it: with an offset, never with "Z" (section 3.3.2).
func capTime(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("2006-01-02T15:04:05-07:00")
}

// capLevel gives urgency and severity in CAP's words: what is to be done at once is urgency, how bad it is severity.
func capLevel(n int) (urgency, severity string) {
	return []string{"Unknown", "Future", "Future", "Expected", "Expected", "Immediate"}[n], []string{"Unknown", "Minor", "Minor", "Moderate", "Severe", "Severe"}[n]
}

// showCAP is an alert, or its cancellation, as CAP 1.2, for broadcasters and warning systems.
func (s *Site) showCAP(w http.ResponseWriter, r *http.Request) error {
	a, err := s.publicAlert(r)
	if err != nil {
		return err
	}
	zone, host := s.pack.Zone(a.Region), s.opt.BaseURL.Hostname()
	sent := a.PublishedAt
	msg := capAlert{Identifier: a.ID, Sender: "ronda@" + host, Status: "Actual", MsgType: "Alert", Scope: "Public"}
	if s.opt.Demo {
		msg.Status = "Exercise"
	}
	if a.State == ronda.AlertWithdrawn {
		msg.Identifier, msg.MsgType, msg.Note = a.ID+".cancel", "Cancel", a.Because
		msg.References, sent = msg.Sender+","+a.ID+","+capTime(a.PublishedAt, zone), a.WithdrawnAt
	}
	msg.Sent = capTime(sent, zone)
	urgency, severity := capLevel(a.Urgency)
	for _, lang := range s.opt.Messages.Languages() {
		p := s.opt.Messages.Printer(lang, zone)
		text := a.Text.In(lang)
		if m := publish.Marked(p, a.Claim.In(lang), a.Verdict); m != "" {
			text += "\n" + m
		}
		prefix := ""
		if lang != s.opt.Messages.Languages()[0] {
			prefix = "/" + lang
		}
		if a.State == ronda.AlertWithdrawn {
			text = a.Because
		}
		info := capInfo{Language: lang, Category: "Other", Event: p.T("alert.cap.event"), Response: "Avoid", Urgency: urgency, Severity: severity, Certainty: "Observed",
			Effective: capTime(a.PublishedAt, zone), Expires: capTime(a.ExpiresAt, zone), SenderName: s.orgName(r.Context(), lang, a.Org, a.Office, a.PublishedAt),
			Headline: a.Title.In(lang), Description: text, Web: s.frame.Absolute(prefix + "/peringatan/" + a.ID), Area: capArea{Desc: publish.Place(p, s.pack, a.Region)}}
		if a.Region != "" {
			info.Area.Geocode = []capCode{{Name: "Kemendagri", Value: a.Region}}
		}
		if a.State == ronda.AlertWithdrawn {
			info.Response, info.Urgency = "AllClear", "Past"
		}
		msg.Info = append(msg.Info, info)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(msg); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/cap+xml; charset=utf-8")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	_, _ = b.WriteTo(w)
	return nil
}
