package web

import (
	"net/http"
	"strings"
	"unicode"

	"ronda"
	"ronda/internal/web/frame"
)

// factCheckPage is the data of page/factcheck.html.
type factCheckPage struct {
	checkLine
	Share string
}

// showFactCheck shows the page that people send to one another: the verdict comes first, in the title too.
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
	verdict := v.T("verdict." + string(c.Verdict))
	title := verdict + ": " + line.Title
	return s.frame.Render(w, r, frame.Page{Template: "factcheck", Title: title, Nav: "cek",
		Crumbs: []frame.Crumb{{Text: v.T("nav.check"), Path: "/"}, {Text: v.T("factcheck.list.title"), Path: "/periksa"}},
		Share:  &frame.Share{Title: title, Description: line.Truth, Image: "og-" + string(c.Verdict) + "-" + v.Lang + ".png"},
		Data:   factCheckPage{checkLine: line, Share: s.shareLink(v, line)}})
}

// findCheck finds the fact-check of an address. The slug behind the id is for people and may be old; ids may hold dashes.
func (s *Site) findCheck(r *http.Request) (ronda.FactCheck, error) {
	id := r.PathValue("ref")
	for {
		c, err := s.opt.FactChecks.FactCheck(r.Context(), id)
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
	return s.frame.Render(w, r, frame.Page{Template: "factchecks", Title: v.T("factcheck.list.title"), Nav: "cek",
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
