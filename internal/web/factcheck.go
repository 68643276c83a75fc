package web

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"ronda"
	"ronda/internal/publish"
	"ronda/internal/publish/picture"
	"ronda/internal/web/frame"
)

// factCheckPage is the data of page/factcheck.html.
type factCheckPage struct {
	checkLine
	Share, Chat string // address that opens WhatsApp, and the text itself
	Explain     string
	Place       string
	Ballot      string
	ThemeName   string
	Kits        string // path to material on the theme
	Owner       string // the partner that published it here
	Log         []frame.LogEntry
	Corrected   *correction
	Official    []bulletinView
	Media       bool
}

// correction is the notice that stands above a corrected check.
type correction struct{ When, Note string }

// showFactCheck shows the page that people send to one another: the verdict comes first, in the title too. A retracted check answers 410.
func (s *Site) showFactCheck(w http.ResponseWriter, r *http.Request) error {
	c, err := s.findCheck(r)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	line := lineOf(v, c)
	if line.Path != "/periksa/"+r.PathValue("ref") {
		http.Redirect(w, r, v.Prefix+line.Path, http.StatusMovedPermanently)
		return nil
	}
	data, err := s.factCheckPage(r, v, c)
	if err != nil {
		return err
	}
	title := v.T("verdict."+string(c.Verdict)) + ": " + line.Title
	page := frame.Page{Template: "factcheck", Title: title, Nav: "cek",
		Crumbs: []frame.Crumb{{Text: v.T("nav.check"), Path: "/"}, {Text: v.T("factcheck.list.title"), Path: "/periksa"}}, Data: data,
		Share: &frame.Share{Title: title, Description: line.Truth, Image: "og-" + string(c.Verdict) + "-" + v.Lang + ".png"}}
	if !c.Live() {
		page.Status, page.Title = http.StatusGone, v.T("factcheck.retracted.word")+": "+line.Title
		page.Share = &frame.Share{Title: page.Title, Description: c.Because}
	} else if s.opt.Pictures != nil {
		page.Share.Image, page.Share.Picture = "", "/periksa/"+c.ID+"/gambar.png"
		page.Linked = s.linkedCheck(v, c)
	}
	if s.opt.Publications != nil {
		page.Feeds = []frame.Feed{{Type: "application/atom+xml", Title: v.T("factcheck.list.title"), Path: "/periksa/umpan.atom"}}
	}
	return s.frame.Render(w, r, page)
}

// factCheckPage fills the page of a check; the partner's preview shows the same.
func (s *Site) factCheckPage(r *http.Request, v *frame.Visit, c ronda.FactCheck) (factCheckPage, error) {
	line := lineOf(v, c)
	p := factCheckPage{checkLine: line, Share: s.shareLink(v, line), Chat: publish.CheckText(v.Printer, c, s.frame.Absolute(v.Prefix+line.Path)), Explain: c.Explanation.In(v.Lang),
		Media: c.Picture != nil && s.opt.Evidence != nil}
	if c.Region != "" {
		p.Place = s.regionWords(v, c.Region)
	}
	if x, ok := s.pack.Contest(c.Contest); ok {
		p.Ballot = s.contestName(v, x)
	}
	if p.ThemeName = s.themeName(v, c.Theme); p.ThemeName != "" && s.opt.Publications != nil {
		p.Kits = "/bahan?tema=" + c.Theme
	}
	if c.Org != "" {
		p.Owner = s.orgName(r.Context(), v.Lang, c.Org, "", c.UpdatedAt)
	}
	p.Log = s.revisions(r.Context(), v, c.History, c.Region)
	for i := len(c.History) - 1; i >= 0 && c.Live(); i-- {
		if h := c.History[i]; h.Kind == "corrected" {
			p.Corrected = &correction{When: v.TimeIn(h.At, s.pack.Zone(c.Region)), Note: h.Note}
			break
		}
	}
	if s.opt.Publications == nil {
		return p, nil
	}
	var err error
	p.Official, err = s.bulletinsBeside(r, v, c)
	return p, err
}

// revisions is a public history as a logbook, newest first.
func (s *Site) revisions(ctx context.Context, v *frame.Visit, list []ronda.Revision, region string) []frame.LogEntry {
	var out []frame.LogEntry
	for i := len(list) - 1; i >= 0; i-- {
		h := list[i]
		e := frame.LogEntry{When: v.TimeIn(h.At, s.pack.Zone(region)), ISO: isoTime(h.At), Title: v.T("revision."+h.Kind, "n", int(h.Version)), Text: h.Note}
		var changed []string
		for _, f := range h.Changed {
			changed = append(changed, v.T("revision.field."+f))
		}
		if len(changed) > 0 {
			e.Who = v.T("revision.changed", "what", v.List(changed))
		}
		if h.By != "" {
			e.Who = v.T("revision.by", "org", s.orgName(ctx, v.Lang, h.By, "", h.At))
		}
		if h.Verdict != "" {
			e.Who += " " + v.T("revision.verdict", "verdict", v.T("verdict."+string(h.Verdict)))
		}
		out = append(out, e)
	}
	return out
}

func (s *Site) themeName(v *frame.Visit, id string) string {
	for _, t := range s.pack.Themes {
		if t.ID == id {
			return t.Name.In(v.Lang)
		}
	}
	return ""
}

// drawCheck draws the picture that messengers show: the verdict, the truth, the outlet, the date. It has nothing of what goes around.
func (s *Site) drawCheck(w http.ResponseWriter, r *http.Request) error {
	c, err := s.findCheck(r)
	if err != nil {
		return err
	}
	if !c.Live() {
		return ronda.Errorf(ronda.NotFound, "claim.not_found", "")
	}
	v := frame.VisitOf(r)
	return s.sendPicture(w, "c"+c.ID+"."+strconv.Itoa(c.Version)+v.Lang, func() ([]byte, error) {
		return s.opt.Pictures.Share(picture.Share{Tone: picture.ToneOf(string(c.Verdict)), Word: v.T("verdict." + string(c.Verdict)), Truth: c.Truth.In(v.Lang),
			Foot: c.Outlet + " · " + v.Day(c.Date)})
	})
}

// showCheckPicture sends the re-encoded picture that a check is about. The page shows it only when it is opened.
func (s *Site) showCheckPicture(w http.ResponseWriter, r *http.Request) error {
	c, err := s.findCheck(r)
	if err != nil {
		return err
	}
	if c.Picture == nil || !c.Live() || s.opt.Evidence == nil {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	body, mediaType, err := s.opt.Evidence.OpenView(r.Context(), *c.Picture)
	if err != nil {
		return err
	}
	defer body.Close()
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, err = io.Copy(w, io.LimitReader(body, 20<<20))
	return err
}

// findCheck finds the fact-check of an address. The slug behind the id is for people and may be old; ids may hold dashes.
func (s *Site) findCheck(r *http.Request) (ronda.FactCheck, error) {
	return s.checkOf(r.Context(), r.PathValue("ref"))
}

func (s *Site) checkOf(ctx context.Context, id string) (ronda.FactCheck, error) {
	for {
		c, err := s.opt.FactChecks.FactCheck(ctx, id)
		if ronda.KindOf(err) != ronda.NotFound {
			return c, err
		}
		cut := strings.LastIndexByte(id, '-')
		if cut < 1 || len(id) > 200 {
			return ronda.FactCheck{}, err
		}
		id = id[:cut]
	}
}

// listFactChecks lists what was checked lately.
func (s *Site) listFactChecks(w http.ResponseWriter, r *http.Request) error {
	recent, err := s.recentChecks(r, maxListed)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	data := struct{ Checks []checkLine }{recent}
	var feeds []frame.Feed
	if s.opt.Publications != nil {
		feeds = []frame.Feed{{Type: "application/atom+xml", Title: v.T("factcheck.list.title"), Path: "/periksa/umpan.atom"}}
	}
	return s.frame.Render(w, r, frame.Page{Template: "factchecks", Title: v.T("factcheck.list.title"), Nav: "cek", Feeds: feeds,
		Crumbs: []frame.Crumb{{Text: v.T("nav.check"), Path: "/"}}, Data: data})
}

// checkPath is the lasting address of a fact-check: its id and, for people, the first words of the claim.
func checkPath(c ronda.FactCheck) string {
	slug := slugOf(c.Claim.In("id"))
	if slug == "" {
		return "/periksa/" + c.ID
	}
	return "/periksa/" + c.ID + "-" + slug
}

// slugOf keeps the first words of a text in the letters of an address.
func slugOf(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	slug := ""
	for _, w := range words {
		if len(slug)+len(w) > 60 {
			break
		}
		slug += "-" + w
	}
	return strings.TrimPrefix(slug, "-")
}
