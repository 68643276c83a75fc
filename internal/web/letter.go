package web

import (
	"context"
	"net/http"
	"strings"

	"ronda"
	"ronda/internal/notice/letter"
)

// Letters makes the documents of acts.
type Letters interface {
	Render(d letter.Document, lang string) ([]byte, error)
	PDF(d letter.Document, lang string) ([]byte, error)
	JSON(d letter.Document) ([]byte, error)
	StyleHash(lang string) string
}

// LogEntries knows where the public log holds acts.
type LogEntries interface {
	NoticeEntries(ctx context.Context, noticeID string) ([]ronda.LogEntry, error)
}

// showLetter is an act's letter for the officers of its case: a page, a PDF or JSON by the ending of the path.
func (s *Site) showLetter(w http.ResponseWriter, r *http.Request, a staff) error {
	view, err := s.opt.Casework.View(r.Context(), a.Actor, r.PathValue("no"))
	if err != nil {
		return err
	}
	n, ok := view.Case.Notice(r.PathValue("id"))
	if !ok || view.Sight != ronda.SightFull {
		return ronda.Errorf(ronda.NotFound, "notice.not_found", "")
	}
	return s.serveLetter(w, r, view.Case, n)
}

// showReceivedLetter is the letter for the platform that it was sent to.
func (s *Site) showReceivedLetter(w http.ResponseWriter, r *http.Request, a staff) error {
	c, n, err := s.opt.Notices.Source(r.Context(), a.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.serveLetter(w, r, c, n)
}

// serveLetter writes the letter in the form that the last part of the path asks for, in the language of the page.
func (s *Site) serveLetter(w http.ResponseWriter, r *http.Request, c ronda.Case, n ronda.Notice) error {
	d, err := s.document(r.Context(), c, n)
	if err != nil {
		return err
	}
	lang := s.pack.Languages[0]
	if strings.HasPrefix(r.URL.Path, "/en/") {
		lang = "en"
	}
	var body []byte
	kind, name := "text/html; charset=utf-8", ""
	switch form := r.PathValue("form"); form {
	case "surat":
		body, err = s.opt.Letters.Render(d, lang)
		w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src 'self' data:; style-src "+s.opt.Letters.StyleHash(lang)+"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	case "surat.pdf":
		body, err = s.opt.Letters.PDF(d, lang)
		kind, name = "application/pdf", "ronda-"+n.ID+".pdf"
	case "surat.json":
		body, err = s.opt.Letters.JSON(d)
		kind = "application/json"
	default:
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	if name != "" {
		w.Header().Set("Content-Disposition", `inline; filename="`+name+`"`)
	}
	_, err = w.Write(body)
	return err
}

// document joins what a letter needs: the act, who signed, and where the public log holds it.
func (s *Site) document(ctx context.Context, c ronda.Case, n ronda.Notice) (letter.Document, error) {
	names, err := s.names(ctx)
	if err != nil {
		return letter.Document{}, err
	}
	f := letter.Facts{Base: strings.TrimRight(s.frame.Absolute("/"), "/"), Demo: s.opt.Demo}
	for _, id := range []string{n.By, n.Signed} {
		if names[id] != "" {
			f.Signatories = append(f.Signatories, letter.Signatory{Name: names[id]})
		}
	}
	entries, err := s.opt.LogEntries.NoticeEntries(ctx, n.ID)
	if err != nil {
		return letter.Document{}, err
	}
	for _, e := range entries {
		if e.Kind == "notice_"+string(n.Act) && e.Numbered {
			f.Log = letter.LogEntry{Entered: true, Index: e.Number, Hash: e.Hash}
		}
	}
	return letter.FromNotice(s.pack, c, n, f), nil
}
