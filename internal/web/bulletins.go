package web

import (
	"net/http"
	"net/url"
	"strings"

	"ronda"
	"ronda/internal/web/frame"
)

// bulletinView is an official statement in one language. It has no verdict, and no page shows one beside it as if it had.
type bulletinView struct {
	ronda.Bulletin
	Path, Headline, Body, From, Place, When, Ballot, ThemeName string
	Known                                                      *checkLine
	Log                                                        []frame.LogEntry
	Share                                                      string
}

func (s *Site) bulletinView(r *http.Request, v *frame.Visit, b ronda.Bulletin) bulletinView {
	view := bulletinView{Bulletin: b, Path: "/pernyataan-resmi/" + b.ID, Headline: b.Title.In(v.Lang), Body: b.Text.In(v.Lang), From: s.pack.OfficeName(b.Office, v.Lang, b.PublishedAt),
		Place: v.T("report.region.all"), When: v.TimeIn(b.PublishedAt, s.pack.Zone(b.Region)), ThemeName: s.themeName(v, b.Theme), Log: s.revisions(r.Context(), v, b.History, b.Region)}
	if b.Region != "" {
		view.Place = s.regionWords(v, b.Region)
	}
	if c, ok := s.pack.Contest(b.Contest); ok {
		view.Ballot = s.contestName(v, c)
	}
	if b.Check != "" {
		if c, err := s.opt.FactChecks.FactCheck(r.Context(), b.Check); err == nil && c.Live() {
			line := lineOf(v, c)
			view.Known = &line
		}
	}
	view.Share = "https://wa.me/?text=" + url.QueryEscape(v.T("bulletin.share", "from", view.From, "title", view.Headline, "link", s.frame.Absolute(v.Prefix+view.Path)))
	return view
}

// bulletinsBeside are the official statements that stand beside a check: those that name it, and those on its theme for its place.
func (s *Site) bulletinsBeside(r *http.Request, v *frame.Visit, c ronda.FactCheck) ([]bulletinView, error) {
	all, err := s.opt.Publications.Bulletins(r.Context(), "", 200)
	if err != nil {
		return nil, err
	}
	var out []bulletinView
	for _, b := range ronda.BulletinsFor(s.pack, all, c.ID, c.Theme, c.Region, v.Now) {
		out = append(out, s.bulletinView(r, v, b))
	}
	return out, nil
}

// listBulletins lists what the election commission said as itself.
func (s *Site) listBulletins(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	all, err := s.opt.Publications.Bulletins(r.Context(), "", 100)
	if err != nil {
		return err
	}
	var data struct{ Bulletins []bulletinView }
	for _, b := range all {
		if !b.PublishedAt.After(v.Now) {
			data.Bulletins = append(data.Bulletins, s.bulletinView(r, v, b))
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "bulletins", Title: v.T("bulletins.title"), Nav: "pernyataan", Data: data,
		Feeds: []frame.Feed{{Type: "application/atom+xml", Title: v.T("bulletins.title"), Path: "/pernyataan-resmi/umpan.atom"}}})
}

// showBulletin is one statement with its versions. A withdrawn one answers 410 with the reason.
func (s *Site) showBulletin(w http.ResponseWriter, r *http.Request) error {
	b, err := s.opt.Publications.Bulletin(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	view := s.bulletinView(r, v, b)
	page := frame.Page{Template: "bulletin", Title: v.T("bulletin.word") + ": " + view.Headline, Nav: "pernyataan", Crumbs: []frame.Crumb{{Text: v.T("bulletins.title"), Path: "/pernyataan-resmi"}}, Data: view}
	page.Share = &frame.Share{Title: page.Title, Description: strings.Join(strings.Fields(view.Body), " ")}
	if !b.Live() {
		page.Status, page.Title = http.StatusGone, v.T("alert.withdrawn")+": "+view.Headline
		page.Share = &frame.Share{Title: page.Title, Description: b.Because}
	} else {
		// Not ClaimReview: an office speaks of its own affairs, nobody checked a claim.
		page.Linked = linked{"@context": "https://schema.org", "@type": "SpecialAnnouncement", "name": view.Headline, "text": view.Body, "datePosted": b.PublishedAt.UTC().Format("2006-01-02T15:04:05Z"),
			"url": s.frame.Absolute(v.Prefix + view.Path), "inLanguage": v.Lang, "category": "https://schema.org/GovernmentOrganization",
			"announcementLocation": linked{"@type": "AdministrativeArea", "name": view.Place}, "publisher": linked{"@type": "GovernmentOrganization", "name": view.From}}
	}
	return s.frame.Render(w, r, page)
}

// showBulletinFeed is the newest statements as Atom; withdrawn ones say so.
func (s *Site) showBulletinFeed(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	all, err := s.opt.Publications.Bulletins(r.Context(), "", feedSize)
	if err != nil {
		return err
	}
	var entries []feedEntry
	for _, b := range all {
		if b.PublishedAt.After(v.Now) {
			continue
		}
		view := s.bulletinView(r, v, b)
		e := feedEntry{path: view.Path, title: view.From + ": " + view.Headline, text: view.Body, published: b.PublishedAt, at: b.UpdatedAt}
		if !b.Live() {
			e.title, e.text = v.T("alert.withdrawn")+": "+view.Headline, b.Because
		}
		entries = append(entries, e)
	}
	return s.writeFeed(w, v, v.T("bulletins.title"), "/pernyataan-resmi", false, entries)
}
