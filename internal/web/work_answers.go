package web

import (
	"net/http"

	"ronda"
	"ronda/internal/web/frame"
)

// answerLine is a new fact-check that may answer a case, on the officer's day.
type answerLine struct {
	Path, Number, Title, Claim, When string
	Verdict                          ronda.Verdict
}

// newAnswers lists the open cases of this office that a fact-check may answer and nobody has judged yet.
func (s *Site) newAnswers(r *http.Request, a staff) ([]answerLine, error) {
	if s.opt.Publications == nil || a.Office == "" {
		return nil, nil
	}
	list, err := s.opt.Publications.Suggestions(r.Context(), a.Office, 50)
	if err != nil {
		return nil, err
	}
	v := frame.VisitOf(r)
	var out []answerLine
	for _, x := range list {
		view, err := s.opt.Casework.View(r.Context(), a.Actor, x.Case)
		if err != nil || !view.Case.Stage.Open() || view.Case.Claim == x.Claim || len(out) == 10 {
			continue
		}
		judged := false
		for _, l := range view.Case.Links {
			judged = judged || l.Kind == "claim" && l.ID == x.Claim
		}
		f, err := s.opt.FactChecks.FactCheck(r.Context(), x.Claim)
		if judged || err != nil || !f.Live() {
			continue
		}
		out = append(out, answerLine{Path: "/kerja/kasus/" + view.Case.Number, Number: view.Case.Number, Title: view.Case.Title, Claim: f.Claim.In(v.Lang), Verdict: f.Verdict, When: v.Time(x.At)})
	}
	return out, nil
}

// suggestedChecks are the checks that were kept as possible answers to a case, for its page.
func (s *Site) suggestedChecks(r *http.Request, c ronda.Case) ([]similarLine, error) {
	if s.opt.Publications == nil {
		return nil, nil
	}
	list, err := s.opt.Publications.Suggestions(r.Context(), c.Office, 200)
	if err != nil {
		return nil, err
	}
	v := frame.VisitOf(r)
	var out []similarLine
	for _, x := range list {
		if x.Case != c.ID {
			continue
		}
		f, err := s.opt.FactChecks.FactCheck(r.Context(), x.Claim)
		if err != nil || !f.Live() {
			continue
		}
		why := v.T("suggestions.index")
		if x.Level == "partner" {
			why = v.T("suggestions.partner")
		}
		out = append(out, similarLine{Kind: "claim", ID: f.ID, Level: "similar", Why: why, Title: f.Claim.In(v.Lang), Verdict: f.Verdict, Path: "/periksa/" + f.ID})
	}
	return out, nil
}
