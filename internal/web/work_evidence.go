package web

import (
	"io"
	"net/http"

	"ronda"
)

func (s *Site) showEvidence(w http.ResponseWriter, r *http.Request, a staff) error {
	view, err := s.opt.Casework.View(r.Context(), a.Actor, r.PathValue("no"))
	if err != nil {
		return err
	}
	e, ok := view.Case.EvidenceByID(r.PathValue("id"))
	if !ok || !view.Can[ronda.OpenSealed] {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	return s.serveEvidence(w, r, a, e, view.Case.ID)
}

func (s *Site) showReceivedEvidence(w http.ResponseWriter, r *http.Request, a staff) error {
	rec, err := s.opt.Notices.Open(r.Context(), a.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	for _, e := range rec.Evidence {
		if e.ID == r.PathValue("file") {
			return s.serveEvidence(w, r, a, e, rec.Row.Case)
		}
	}
	return ronda.Errorf(ronda.NotFound, "page", "")
}

// serveEvidence never lets a stranger's file act as a page of ours: re-encoded pictures are shown, everything else is a download, and a
// sandboxing policy stands over both.
func (s *Site) serveEvidence(w http.ResponseWriter, r *http.Request, a staff, e ronda.Evidence, caseID string) error {
	if e.Quarantine {
		return ronda.Errorf(ronda.Forbidden, "evidence.quarantined", "")
	}
	original := r.URL.Query().Has("asli") || e.View == ""
	body, kind, err := s.open(r, a, e, caseID, original)
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	if original {
		h.Set("Content-Disposition", "attachment; filename=\""+e.ID+"\"")
	} else {
		h.Set("Content-Disposition", "inline")
	}
	_, err = io.Copy(w, body)
	return err
}

func (s *Site) open(r *http.Request, a staff, e ronda.Evidence, caseID string, original bool) (io.ReadCloser, string, error) {
	if original {
		body, err := s.opt.Evidence.OpenOriginal(r.Context(), e, a.Account, caseID)
		return body, "application/octet-stream", err
	}
	return s.opt.Evidence.OpenView(r.Context(), e)
}

// sendView sends a re-encoded picture, never the original.
func (s *Site) sendView(w http.ResponseWriter, r *http.Request, e ronda.Evidence) error {
	body, kind, err := s.opt.Evidence.OpenView(r.Context(), e)
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	_, err = io.Copy(w, body)
	return err
}
