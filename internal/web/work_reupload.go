package web

import (
	"net/http"
	"strings"

	"ronda"
	"ronda/internal/web/frame"
)

// reuploadLine is a suggestion that content is up again, with its reasons and what people said of it.
type reuploadLine struct {
	ID, Title, Path, Why, What string
	Level, Word                string
	Later                      bool
}

// reuploads puts the suggestions into words. A case that the person may not see is named by the public act that took the content down.
func (s *Site) reuploads(r *http.Request, a staff, c ronda.Case) ([]reuploadLine, error) {
	if s.opt.Reuploads == nil {
		return nil, nil
	}
	found, err := s.opt.Reuploads(r.Context(), c)
	if err != nil {
		return nil, err
	}
	v := frame.VisitOf(r)
	var out []reuploadLine
	for _, u := range found {
		l := reuploadLine{ID: u.Other.ID, Level: u.Level, Later: u.Later, Why: strings.Join(s.reasons(v, u.Why), " ")}
		key := "reupload.earlier"
		if u.Later {
			key = "reupload.later"
		}
		l.What = v.T(key, "at", v.TimeIn(u.DownAt, s.pack.Zone(c.Region)))
		if view, err := s.opt.Casework.View(r.Context(), a.Actor, u.Other.ID); err == nil {
			l.Title, l.Path = view.Case.Number+" · "+view.Case.Title, "/kerja/kasus/"+view.Case.Number
		} else if act := downAct(u.Other); act != "" {
			l.Title, l.Path = v.T("reupload.other_office"), "/data/tindakan/"+act
		} else {
			continue
		}
		if link, ok := c.LinkTo(ronda.LinkReupload, u.Other.ID); ok {
			l.Word = v.T("reupload.said.same", "at", v.Date(link.At))
		} else if link, ok := u.Other.LinkTo(ronda.LinkReupload, c.ID); ok {
			l.Word = v.T("reupload.said.same", "at", v.Date(link.At))
		}
		out = append(out, l)
	}
	return out, nil
}

// downAct is the public act by which an address of the case was taken down.
func downAct(c ronda.Case) string {
	for _, n := range c.Notices {
		for _, it := range n.Items {
			if n.Public() && it.Answer.TookDown() {
				return n.ID
			}
		}
	}
	return ""
}
