package web

import (
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// askProblem asks what is wrong with the content, in the words of citizens.
func (s *Site) askProblem(w http.ResponseWriter, r *http.Request) error {
	a := s.loadAnswers(r)
	if to := a.behind("/lapor/masalah"); to != "" {
		return s.frame.Redirect(w, r, to)
	}
	return s.renderProblem(w, r, url.Values{"category": {a.Category}}, nil)
}

func (s *Site) renderProblem(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	page := reportPage{Form: frame.Form{Values: values}}
	for _, c := range s.pack.Categories {
		page.Choices = append(page.Choices, frame.Choice{Value: c.ID, Text: c.Name.In(v.Lang), Hint: c.Hint.In(v.Lang)})
	}
	return s.renderStep(w, r, "/lapor/masalah", page, faults)
}

// saveProblem takes the category.
func (s *Site) saveProblem(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	a := s.loadAnswers(r)
	if to := a.behind("/lapor/masalah"); to != "" {
		return s.frame.Redirect(w, r, to)
	}
	a.Category = r.PostForm.Get("category")
	if _, ok := s.pack.Category(a.Category); !ok {
		v := frame.VisitOf(r)
		return s.renderProblem(w, r, r.PostForm, v.Fields(ronda.Errorf(ronda.Invalid, "report.category_missing", "category")))
	}
	_, err := s.keepAnswers(w, r, a, "category")
	return err
}
