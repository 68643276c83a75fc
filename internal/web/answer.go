package web

import (
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// answerPage is the data of page/answer.html: whether a message that fact-checkers may read has been checked.
type answerPage struct {
	Form  frame.Form
	Asked bool
	Check *checkLine
	Share string
}

func (s *Site) askAnswer(w http.ResponseWriter, r *http.Request) error {
	return s.renderAnswer(w, r, answerPage{Form: frame.Form{Values: url.Values{}}}, nil)
}

func (s *Site) renderAnswer(w http.ResponseWriter, r *http.Request, page answerPage, faults []i18n.FieldError) error {
	page.Form.Faults = faults
	return s.frame.Render(w, r, frame.Page{Template: "answer", Title: frame.VisitOf(r).T("reply.title"), Nav: "cek", Private: true, Faults: faults, Data: page})
}

// findAnswer shows what answers the message of a code. The code stands in no address, and the message is not shown again.
func (s *Site) findAnswer(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v := frame.VisitOf(r)
	page := answerPage{Form: frame.Form{Values: r.PostForm}}
	_, f, err := s.opt.Answer(r.Context(), r.PostForm.Get("code"), v.Addr.String())
	if k := ronda.KindOf(err); k == ronda.Invalid || k == ronda.NotFound {
		return s.renderAnswer(w, r, page, v.Fields(err))
	}
	if err != nil {
		return err
	}
	page.Asked = true
	if f.ID != "" {
		line := lineOf(v, f)
		page.Check, page.Share = &line, s.shareLink(v, line)
	}
	return s.renderAnswer(w, r, page, nil)
}
