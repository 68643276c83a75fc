package web

import (
	"io"
	"net/http"
	"strconv"

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
	body, kind, size, err := s.opt.Evidence.OpenFile(r.Context(), e, original)
	if err != nil {
		return err
	}
	defer body.Close()
	s.opt.Log.InfoContext(r.Context(), "evidence opened", "case", caseID, "evidence", e.ID, "account", a.Account, "original", original)
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
	if size >= 0 {
		h.Set("Content-Length", strconv.FormatInt(size, 10))
	}
	_, err = io.Copy(w, body)
	return err
}
