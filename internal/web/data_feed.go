package web

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"ronda"
	"ronda/internal/web/frame"
)

// atomFeed is a feed by RFC 4287.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Summary string   `xml:"summary"`
}

// jsonFeed is a feed by JSON Feed 1.1.
type jsonFeed struct {
	Version string     `json:"version"`
	Title   string     `json:"title"`
	Home    string     `json:"home_page_url"`
	Self    string     `json:"feed_url"`
	Items   []jsonItem `json:"items"`
}

type jsonItem struct {
	ID   string    `json:"id"`
	URL  string    `json:"url"`
	Text string    `json:"content_text"`
	Name string    `json:"title"`
	At   time.Time `json:"date_published"`
}

// feedSize is how many of the newest acts a feed holds.
const feedSize = 50

// showFeed is the newest acts of a region, a platform or a category, ".atom" or ".json".
func (s *Site) showFeed(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	name := r.PathValue("nama")
	id, asJSON := strings.CutSuffix(name, ".json")
	id, asAtom := strings.CutSuffix(id, ".atom")
	f := ronda.NoticeFilter{Size: feedSize}
	title, known := "", false
	switch r.PathValue("jenis") {
	case "wilayah":
		var region ronda.Region
		region, known = s.pack.Region(id)
		f.Region, title = id, region.Name
	case "platform":
		_, known = s.pack.Platform(id)
		f.Platform, title = id, s.pack.PlatformName(id)
	case "masalah":
		var c ronda.Category
		c, known = s.pack.Category(id)
		f.Category, title = id, c.Name.In(v.Lang)
	}
	if !known || asJSON == asAtom {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	rows, _, err := s.opt.Notices.PublicList(r.Context(), f)
	if err != nil {
		return err
	}
	title = v.T("portal.feed.title", "of", title)
	self := s.frame.Absolute(v.Prefix + v.Path)
	w.Header().Set("Cache-Control", "public, max-age=300")
	if asJSON {
		return s.writeJSONFeed(w, v, rows, title, self)
	}
	return s.writeAtom(w, v, rows, title, self)
}

// feedLine is an act as a feed names it.
func (s *Site) feedLine(v *frame.Visit, n ronda.Notice) (address, title, text string) {
	l := s.noticeLine(v, ronda.Case{Region: n.Region}, n, nil)
	return s.frame.Absolute(v.Prefix + "/data/tindakan/" + n.ID), v.T("acts.title_of", "sender", s.pack.OfficeName(n.Office, v.Lang, n.CreatedAt), "act", l.ActName, "to", l.To),
		v.T("portal.feed.text", "state", l.StateName, "region", s.regionName(v, n.Region), "n", len(n.Items))
}

func (s *Site) writeAtom(w http.ResponseWriter, v *frame.Visit, rows []ronda.NoticeRow, title, self string) error {
	feed := atomFeed{ID: self, Title: title, Author: "Ronda", Updated: v.Now.UTC().Format(time.RFC3339), Links: []atomLink{{Rel: "self", Href: self}, {Rel: "alternate", Href: s.frame.Absolute(v.Prefix + "/data")}}}
	if len(rows) > 0 {
		feed.Updated = rows[0].Notice.CreatedAt.UTC().Format(time.RFC3339)
	}
	for _, row := range rows {
		address, name, text := s.feedLine(v, row.Notice)
		feed.Entries = append(feed.Entries, atomEntry{ID: address, Title: name, Summary: text, Link: atomLink{Rel: "alternate", Href: address}, Updated: row.Notice.CreatedAt.UTC().Format(time.RFC3339)})
	}
	b, err := xml.Marshal(feed)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	_, err = w.Write(append([]byte(xml.Header), b...))
	return err
}

func (s *Site) writeJSONFeed(w http.ResponseWriter, v *frame.Visit, rows []ronda.NoticeRow, title, self string) error {
	feed := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: title, Home: s.frame.Absolute(v.Prefix + "/data"), Self: self, Items: []jsonItem{}}
	for _, row := range rows {
		address, name, text := s.feedLine(v, row.Notice)
		feed.Items = append(feed.Items, jsonItem{ID: address, URL: address, Name: name, Text: text, At: row.Notice.CreatedAt.UTC()})
	}
	w.Header().Set("Content-Type", "application/feed+json; charset=utf-8")
	return json.NewEncoder(w).Encode(feed)
}
