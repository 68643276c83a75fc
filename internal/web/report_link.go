package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

const (
	maxLinks    = 20 // addresses in one report
	minTelling  = 20 // letters that a report without an address needs
	maxReported = 4000
)

// copyHelp is how to copy an address on one service.
type copyHelp struct {
	ID, Name string
	Steps    []string
}

func (s *Site) copyHelps(lang string) []copyHelp {
	var out []copyHelp
	for _, p := range s.pack.Platforms {
		h := copyHelp{ID: p.ID, Name: p.Name}
		for _, step := range p.HowToCopy {
			h.Steps = append(h.Steps, step.In(lang))
		}
		if len(h.Steps) > 0 {
			out = append(out, h)
		}
	}
	return out
}

// askLink asks for the address first, because an act needs one; the text comes second.
func (s *Site) askLink(w http.ResponseWriter, r *http.Request) error {
	a := s.loadAnswers(r)
	if to := a.behind("/lapor/tautan"); to != "" {
		return s.frame.Redirect(w, r, to)
	}
	return s.renderLink(w, r, linkValues(a), nil)
}

func linkValues(a answers) url.Values {
	values := url.Values{"link": {a.Links}, "text": {a.Text}}
	if a.NoLink {
		values.Set("nolink", "ya")
	}
	return values
}

func (s *Site) renderLink(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	return s.renderStep(w, r, "/lapor/tautan", reportPage{Form: frame.Form{Values: values}, Help: s.copyHelps(v.Lang)}, faults)
}

// saveLink takes addresses, or the word that there are none together with the text.
func (s *Site) saveLink(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	a := s.loadAnswers(r)
	if a.Sent != nil {
		return s.frame.Redirect(w, r, "/lapor/terkirim")
	}
	v := frame.VisitOf(r)
	var faults []i18n.FieldError
	fault := func(err error) { faults = append(faults, v.Fields(err)...) }
	text, err := cleanText(r.PostForm.Get("text"), "text", maxReported)
	if err != nil {
		fault(err)
	}
	links, err := s.readLinks(r.PostForm.Get("link"), "link")
	if err != nil {
		fault(err)
	}
	a.NoLink = r.PostForm.Get("nolink") != ""
	switch {
	case len(faults) > 0:
	case len(links) == 0 && !a.NoLink:
		fault(ronda.Errorf(ronda.Invalid, "report.link_or_none", "link"))
	case len(links) == 0 && utf8.RuneCountInString(text) < minTelling:
		fault(ronda.Errorf(ronda.Invalid, "report.text_too_short", "text").With("min", strconv.Itoa(minTelling)))
	}
	if len(faults) > 0 {
		return s.renderLink(w, r, r.PostForm, faults)
	}
	a.Links, a.Text = strings.Join(links, "\n"), text
	a.NoLink = len(links) == 0
	faults, err = s.keepAnswers(w, r, a, "text")
	if faults != nil {
		return s.renderLink(w, r, r.PostForm, faults)
	}
	return err
}

// readLinks reads one address a line and refuses, in words that help, what does not lead to one item.
func (s *Site) readLinks(raw, field string) ([]string, error) {
	raw, err := cleanText(raw, field, maxReported)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, line := range strings.Fields(raw) {
		if _, err := s.links.Parse(line); err != nil {
			return nil, fieldFault(err, field)
		}
		out = append(out, line)
	}
	if len(out) > maxLinks {
		return nil, ronda.Errorf(ronda.Invalid, "report.too_many_links", field).With("limit", strconv.Itoa(maxLinks))
	}
	return out, nil
}

// fieldFault puts a refusal of another package to the field that it came from.
func fieldFault(err error, field string) error {
	var e *ronda.Error
	if !errors.As(err, &e) {
		return err
	}
	named := *e
	named.Field = field
	return &named
}

// splitLinks takes the usable addresses out of a pasted message, and leaves the rest as its text.
func (s *Site) splitLinks(text string) (links, rest string) {
	var found []string
	for _, a := range s.links.FindAll(text, maxLinks) {
		found = append(found, a.Given)
	}
	if len(found) == 1 && strings.TrimSpace(text) == found[0] {
		text = ""
	}
	return strings.Join(found, "\n"), text
}
